/*
 * Records what is heard into a WAV that runs with the clock: silence is
 * written where nothing was heard, also where the device stood still. The
 * device's thread hands blocks over without blocking; a thread of the
 * recorder's own writes them.
 */
#ifndef CLIENT_AUDIO_VOICE_RECORDER_H
#define CLIENT_AUDIO_VOICE_RECORDER_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_recorder;

/* Sample 0 is `now_ms`. The caller owns `*out` and ends it with
 * voice_recorder_finish(). RESULT_IO or RESULT_NO_MEMORY. */
MUST_USE enum result voice_recorder_new(struct voice_recorder **out,
                                        const char *path, int64_t now_ms);
/* The block heard at `now_ms`; `samples` is NULL for silence. One thread. */
void voice_recorder_block(struct voice_recorder *recorder,
                          const int16_t *samples, int64_t now_ms);
/*
 * Completes the file up to `now_ms` and frees. No block may come any more.
 * RESULT_IO or RESULT_TOO_LARGE if something is missing in it, also because
 * the disk was too slow; the recorder is gone all the same. Takes NULL.
 */
MUST_USE enum result voice_recorder_finish(struct voice_recorder *recorder,
                                           int64_t now_ms);

#endif
