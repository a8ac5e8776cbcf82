#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/sound_cards.h"

#include "tests/support/scratch_folder.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef ALSA_CARD
#define ALSA_CARD ""
#endif

static struct scratch_folder folder;

void sound_cards_set_up(void)
{
    struct scratch_path path;

    scratch_folder_make(&folder);
    path = scratch_folder_file(&folder, "asound.conf");
    assert_int_equal(setenv("ALSA_CONFIG_PATH", path.text, 1), 0);
    assert_int_equal(setenv("HOME", folder.path, 1), 0);
    assert_int_equal(setenv("JACK_NO_START_SERVER", "1", 1), 0);
}

void sound_cards_tear_down(void) { scratch_folder_remove(&folder); }

void sound_cards_configure(const char *text)
{
    const struct scratch_path path =
        scratch_folder_file(&folder, "asound.conf");
    FILE *file = fopen(path.text, "w");

    assert_non_null(file);
    for (; *text != '\0'; text++) {
        if (*text == '@' && text[1] == '/')
            assert_true(fputs(folder.path, file) >= 0);
        else if (*text == '$' && !isupper((unsigned char)text[1]))
            assert_true(
                fprintf(file, "pcm_type.card { lib \"%s\" }\n", ALSA_CARD) > 0);
        else
            assert_int_equal(fputc(*text, file), *text);
    }
    assert_int_equal(fclose(file), 0);
}

void sound_cards_unconfigure(void)
{
    const struct scratch_path path =
        scratch_folder_file(&folder, "asound.conf");

    (void)unlink(path.text); /* there may be none */
}

void sound_cards_plug(const char *card, const char *state)
{
    const struct scratch_path path = scratch_folder_file(&folder, card);
    const struct scratch_path next = scratch_folder_file(&folder, "next");
    FILE *file;

    if (!state) {
        assert_int_equal(unlink(path.text), 0);
        return;
    }
    file = fopen(next.text, "w");
    assert_non_null(file);
    assert_true(fputs(state, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(next.text, path.text), 0);
}

size_t sound_cards_played(const char *card, int16_t *last)
{
    char name[64];
    struct scratch_path path;
    size_t count = 0;
    int16_t sample;
    FILE *file;

    assert_in_range(snprintf(name, sizeof name, "%s.played", card), 1,
                    sizeof name - 1);
    path = scratch_folder_file(&folder, name);
    file = fopen(path.text, "r");
    if (!file)
        return 0;
    while (fread(&sample, sizeof sample, 1, file) == 1)
        if (sample != 0) {
            *last = sample;
            count++;
        }
    assert_int_equal(fclose(file), 0);
    return count;
}
