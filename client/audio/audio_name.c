#include "client/audio/audio_name.h"

#include "protocol/base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the character that begins here; 1 if none does. */
static size_t size_of_character(const char *text)
{
    const uint8_t first = (uint8_t)text[0];
    const size_t size = first >= 0xF0   ? 4
                        : first >= 0xE0 ? 3
                        : first >= 0xC0 ? 2
                                        : 1;
    size_t i;

    for (i = 1; i < size; i++)
        if (((uint8_t)text[i] & 0xC0) != 0x80)
            return 1;
    return size;
}

void audio_name_copy(char out[AUDIO_NAME_SIZE], const char *name)
{
    size_t used = 0;

    for (size_t at = 0; name && name[at] != '\0';) {
        const size_t size = size_of_character(&name[at]);
        const struct text_view character = { &name[at], size };
        const bool is_good = text_check(character, 1, false) == RESULT_OK;

        if (used + (is_good ? size : 1) >= AUDIO_NAME_SIZE)
            break;
        if (is_good)
            memcpy(&out[used], &name[at], size);
        else
            out[used] = '?';
        used += is_good ? size : 1;
        at += size;
    }
    out[used] = '\0';
}

static const char DIRECT[] = "portaudio:";

bool audio_name_keep_direct(char out[AUDIO_NAME_SIZE], const char *name)
{
    const int size = snprintf(out, AUDIO_NAME_SIZE, "%s%s", DIRECT, name);

    return size > 0 && size < AUDIO_NAME_SIZE;
}

const char *audio_name_direct(const char *kept)
{
    const size_t size = strlen(DIRECT);

    return kept && strncmp(kept, DIRECT, size) == 0 ? &kept[size] : NULL;
}

bool audio_name_is_dummy(const char *name)
{
    return strcmp(name, "auto_null") == 0;
}
