/*
 * A short signal of two tones, mixed into what is played: rising when something
 * begins, falling when it ends. Pure; one thread.
 */
#ifndef CLIENT_AUDIO_AUDIO_TONE_H
#define CLIENT_AUDIO_AUDIO_TONE_H

#include "client/audio/audio_block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AUDIO_TONE_LOW_HZ = 440,
    AUDIO_TONE_HIGH_HZ = 660,
    AUDIO_TONE_EACH_MS = 180,
    AUDIO_TONE_PEAK = 6000
};

/* Zeroed: nothing sounds. */
struct audio_tone {
    bool is_falling;
    size_t left; /* samples */
};

void audio_tone_begin(struct audio_tone *tone, bool is_falling);
/* Adds what sounds; true if that was anything. */
bool audio_tone_mix(struct audio_tone *tone, int16_t *samples, size_t count);

#endif
