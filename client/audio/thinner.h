/*
 * A signal on its way from 48 to 4 kHz, for those who look for it in another:
 * differences of means, so that what is slow weighs no more than what is fast,
 * block by block as loud as any other. Pure; one thread.
 */
#ifndef CLIENT_AUDIO_THINNER_H
#define CLIENT_AUDIO_THINNER_H

#include "client/audio/audio_block.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    THINNER_STEP = 12, /* samples of 48 kHz for one of ours */
    THINNER_COUNT = AUDIO_BLOCK_COUNT / THINNER_STEP, /* ours of a block */
    THINNER_SILENCE_RMS = 12 /* of ours; quieter says nothing */
};

/* Zeroed: nothing came before. */
struct thinner {
    float before; /* the last mean */
};

/* Makes THINNER_COUNT samples with a root mean square of one of a block; false,
 * and zeros, if there is less than `rms_min`. */
bool thinner_block(struct thinner *thinner, const int16_t *samples,
                   float rms_min, float *out);

#endif
