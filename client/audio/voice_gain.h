/*
 * Automatic gain: quiet and loud talkers come to one loudness. The level of
 * speech is measured over about a second of speech; the gain follows slowly
 * (6 dB a second up, 12 down), within -12 to +18 dB, and never so high that a
 * peak would be cut off. While it is held it does not move: what comes then
 * may be the loudspeaker's.
 *
 * Pure; one thread.
 */
#ifndef CLIENT_AUDIO_VOICE_GAIN_H
#define CLIENT_AUDIO_VOICE_GAIN_H

#include "client/audio/audio_block.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_gain {
    float power; /* of speech; 0: none was heard yet */
    float gain;  /* as it shall be now */
    float used;  /* with which the last block ended */
};

void voice_gain_init(struct voice_gain *gain);
/* Changes AUDIO_BLOCK_COUNT samples; `is_speech`: their level counts. */
void voice_gain_block(struct voice_gain *gain, int16_t *samples, bool is_speech,
                      bool is_held);

#endif
