/*
 * Adds the voices of several speakers into one block without clipping: a gain
 * that follows the loudest sample keeps the sum in range, and a soft knee
 * catches what rises faster than the gain falls. Pure; one thread.
 */
#ifndef CLIENT_AUDIO_MIXER_H
#define CLIENT_AUDIO_MIXER_H

#include "client/audio/audio_block.h"

#include <stdbool.h>
#include <stdint.h>

struct mixer {
    float sum[AUDIO_BLOCK_COUNT];
    float gain;         /* at the end of the block before */
    bool has_something; /* anything was added to this block */
};

#define MIXER_GAIN_MAX 4.0f

void mixer_init(struct mixer *mixer);
/* Begins a block of silence. */
void mixer_begin(struct mixer *mixer);
/* Adds a block, `gain` (0 to MIXER_GAIN_MAX, else cut to that) times as loud.
 */
void mixer_add(struct mixer *mixer, const int16_t *samples, float gain);
/* Writes the block. False if nothing was added, and the block is silence. */
bool mixer_end(struct mixer *mixer, int16_t *samples);

#endif
