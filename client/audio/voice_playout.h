/*
 * The hearing half of a voice: frames of several speakers become one stream
 * of mixed blocks. The owner's thread puts frames in; the device's thread
 * pulls blocks out, decodes and mixes. A lock-free ring lies between.
 */
#ifndef CLIENT_AUDIO_VOICE_PLAYOUT_H
#define CLIENT_AUDIO_VOICE_PLAYOUT_H

#include "client/audio/jitter_buffer.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct voice_playout;

/*
 * The caller owns `*out`; all that will be needed is allocated here. `floor_ms`
 * as in jitter_buffer_new(). RESULT_INVALID, RESULT_NO_MEMORY or
 * RESULT_UNSUPPORTED.
 */
MUST_USE enum result voice_playout_new(struct voice_playout **out,
                                       int64_t floor_ms);
/* Before the first pull: as voice_stream_tap, of all speakers, on the device's
 * thread. */
struct voice_playout_tap {
    void (*heard)(uint16_t slot, uint32_t timestamp, const int16_t *samples,
                  size_t count, int64_t heard_ms, void *user);
    void *user;
};
void voice_playout_set_tap(struct voice_playout *playout,
                           const struct voice_playout_tap *tap);
/* Returns NULL; takes NULL. */
struct voice_playout *voice_playout_free(struct voice_playout *playout);

/* Owner's thread. The frame's `count` is read from its payload. */
void voice_playout_put(struct voice_playout *playout, uint16_t slot,
                       const struct jitter_frame *frame, int64_t arrival_ms);
/* Owner's thread. The slot belongs to somebody else from now on. */
void voice_playout_forget(struct voice_playout *playout, uint16_t slot);
/* Owner's thread. As voice_set_speaker_gain(). */
MUST_USE enum result voice_playout_set_gain(struct voice_playout *playout,
                                            uint16_t slot, float gain);

/* Any thread. As jitter_buffer_set_floor(), for all speakers, soon. */
void voice_playout_set_floor(struct voice_playout *playout, int64_t floor_ms);

/* Device's thread. Writes the block to be heard at `now_ms`; false if it is
 * silence. */
bool voice_playout_pull(struct voice_playout *playout, int64_t now_ms,
                        int16_t *samples);

/* Sums over all speakers, those forgotten too; delay and target are the
 * longest of those who speak. Any thread. */
void voice_playout_statistics(const struct voice_playout *playout,
                              struct jitter_statistics *out);
/* Frames lost on the way to the device's thread, or for want of room for one
 * more speaker. Any thread. */
uint64_t voice_playout_overruns(const struct voice_playout *playout);

#endif
