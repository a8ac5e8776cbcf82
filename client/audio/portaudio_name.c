#include "client/audio/portaudio_name.h"

#include "client/audio/audio_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char OPENING[] = " (hw:";

/* What alsa.conf, and what comes with ALSA's plugins, define. */
static const char *const plumbing[] = {
    "a52",        "center_lfe", "cards",      "dmix",       "downmix",
    "dsnoop",     "file",       "front",      "hdmi",       "hw",
    "iec958",     "jack",       "lavrate",    "modem",      "null",
    "oss",        "phoneline",  "plughw",     "rear",       "samplerate",
    "shm",        "side",       "spdif",      "speex",      "speexrate",
    "surround21", "surround40", "surround41", "surround50", "surround51",
    "surround71", "sysdefault", "tee",        "upmix",      "usbstream",
    "vdownmix",
};

/* The place of a card's device: "name (hw:CARD,DEVICE)". */
struct place {
    size_t name_size; /* what is before " (hw:" */
    const char *alsa; /* "hw:CARD,DEVICE" */
    size_t alsa_size;
    const char *device; /* ",DEVICE)", to the end */
};

static const char *skip_digits(const char *at)
{
    while (isdigit((unsigned char)*at))
        at++;
    return at;
}

static bool find_place(const char *name, struct place *out)
{
    const char *opening = NULL;
    const char *card;
    const char *comma;
    const char *end;

    for (const char *at = strstr(name, OPENING); at;
         at = strstr(at + 1, OPENING))
        opening = at;
    if (!opening)
        return false;
    card = opening + strlen(OPENING);
    comma = skip_digits(card);
    if (comma == card || *comma != ',')
        return false;
    end = skip_digits(comma + 1);
    if (end == comma + 1 || strcmp(end, ")") != 0)
        return false;
    out->name_size = (size_t)(opening - name);
    out->alsa = opening + 2;
    out->alsa_size = (size_t)(end - out->alsa);
    out->device = comma;
    return true;
}

bool portaudio_name_is_for_people(const char *name)
{
    for (size_t i = 0; i < sizeof plumbing / sizeof plumbing[0]; i++)
        if (strcmp(name, plumbing[i]) == 0)
            return false;
    return true;
}

void portaudio_name_describe(char out[AUDIO_NAME_SIZE], const char *name)
{
    char text[AUDIO_NAME_SIZE];
    struct place place;
    size_t size;

    if (!find_place(name, &place) || place.name_size >= sizeof text) {
        audio_name_copy(out, name);
        return;
    }
    size = place.name_size;
    /* "-" stands for a device that is called as its card. */
    if (size > 3 && memcmp(&name[size - 3], ": -", 3) == 0)
        size -= 3;
    memcpy(text, name, size);
    text[size] = '\0';
    audio_name_copy(out, text);
}

void portaudio_name_for_alsa(char out[AUDIO_NAME_SIZE], const char *name)
{
    struct place place;
    int size;

    if (find_place(name, &place))
        size = snprintf(out, AUDIO_NAME_SIZE, "%.*s", (int)place.alsa_size,
                        place.alsa);
    else
        size = snprintf(out, AUDIO_NAME_SIZE, "%s", name);
    if (size < 0 || size >= AUDIO_NAME_SIZE)
        out[0] = '\0';
}

/* A name within quotes must not end them. */
void portaudio_name_converted(char out[AUDIO_NAME_SIZE], const char *name)
{
    struct place place;
    int size;

    if (find_place(name, &place))
        size = snprintf(out, AUDIO_NAME_SIZE, "plug%.*s", (int)place.alsa_size,
                        place.alsa);
    else
        size = snprintf(out, AUDIO_NAME_SIZE, "plug:'%s'", name);
    if (size < 0 || size >= AUDIO_NAME_SIZE || strpbrk(name, "'\\"))
        out[0] = '\0';
}

static bool is_same_device(const char *one, const char *other)
{
    struct place a;
    struct place b;

    return find_place(one, &a) && find_place(other, &b) &&
           a.name_size == b.name_size && memcmp(one, other, a.name_size) == 0 &&
           strcmp(a.device, b.device) == 0;
}

int portaudio_name_find(const char *const names[], size_t count,
                        const char *wanted)
{
    size_t same_count = 0;
    int same = -1;

    for (size_t i = 0; i < count; i++) {
        if (!names[i])
            continue;
        if (strcmp(names[i], wanted) == 0)
            return (int)i;
        if (is_same_device(names[i], wanted)) {
            same = (int)i;
            same_count++;
        }
    }
    return same_count == 1 ? same : -1;
}
