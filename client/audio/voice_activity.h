/*
 * Whether somebody speaks into a microphone. Two answers of different weight:
 *
 * Active: something is louder than the background. It comes with the first
 * such block, so that no beginning of a word is cut, and is kept for a while
 * after it (the hangover): for half a second after speech, only for a moment
 * after a click. A background that does not change, be it noise or hum, is
 * not active from two seconds on.
 *
 * Speech: for a good part of the last second it was active, had the period of
 * a voice, and its loudness moved as syllables do. Noise has no period, hum
 * does not move, a click is too short.
 *
 * The background is the quietest 20 ms of the last two seconds, below 200 Hz
 * not counted; the period is looked for between 60 and 400 Hz in 40 ms of the
 * sound brought to 4 kHz.
 *
 * Pure; one thread.
 */
#ifndef CLIENT_AUDIO_VOICE_ACTIVITY_H
#define CLIENT_AUDIO_VOICE_ACTIVITY_H

#include "client/audio/audio_block.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_activity;

/* The caller owns `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result voice_activity_new(struct voice_activity **out);
/* Returns NULL; takes NULL. */
struct voice_activity *voice_activity_free(struct voice_activity *activity);
/* Forgets the past: another microphone. */
void voice_activity_reset(struct voice_activity *activity);

/* The next AUDIO_BLOCK_COUNT samples. */
void voice_activity_block(struct voice_activity *activity,
                          const int16_t *samples);
/* Instead: a block in which nobody spoke, whatever is in it. */
void voice_activity_skip(struct voice_activity *activity);
/* Is the last block worth sending? */
bool voice_activity_is_active(const struct voice_activity *activity);
/* Is the last block itself louder than the background, and voiced? */
bool voice_activity_is_voiced(const struct voice_activity *activity);
/* Has somebody spoken in the last second? */
bool voice_activity_is_speech(const struct voice_activity *activity);

#endif
