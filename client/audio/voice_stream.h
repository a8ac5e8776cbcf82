/*
 * What one speaker is heard with: frames as they arrive become blocks of
 * 20 ms, decoded, concealed where they are lost, and a little faster or slower
 * than spoken where the delay is to change.
 *
 * One thread. Nothing is allocated after voice_stream_new().
 */
#ifndef CLIENT_AUDIO_VOICE_STREAM_H
#define CLIENT_AUDIO_VOICE_STREAM_H

#include "client/audio/jitter_buffer.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_stream;

/* The caller owns `*out`. `floor_ms` as in jitter_buffer_new().
 * RESULT_INVALID, RESULT_NO_MEMORY or RESULT_UNSUPPORTED. */
MUST_USE enum result voice_stream_new(struct voice_stream **out,
                                      int64_t floor_ms);
/*
 * `heard` is told each frame that was decoded, with the time at which its first
 * sample will be given out; not what is made up. On the thread of
 * voice_stream_pull().
 */
struct voice_stream_tap {
    void (*heard)(uint32_t timestamp, const int16_t *samples, size_t count,
                  int64_t heard_ms, void *user);
    void *user;
};
void voice_stream_set_tap(struct voice_stream *stream,
                          const struct voice_stream_tap *tap);
/* Returns NULL; takes NULL. */
struct voice_stream *voice_stream_free(struct voice_stream *stream);
/* From now on it is another speaker's; the statistics begin anew. */
void voice_stream_reset(struct voice_stream *stream);

/* As jitter_buffer_set_floor(). */
void voice_stream_set_floor(struct voice_stream *stream, int64_t floor_ms);
/* As jitter_buffer_put(); `count` of the frame is read from its payload. */
void voice_stream_put(struct voice_stream *stream,
                      const struct jitter_frame *frame, int64_t arrival_ms);
/* The block to be heard at `now_ms`, once for each 20 ms; false, and nothing
 * written, if it is silence. */
bool voice_stream_pull(struct voice_stream *stream, int64_t now_ms,
                       int16_t *samples);

/* Pulling would give silence until another frame comes. */
bool voice_stream_is_idle(const struct voice_stream *stream);
void voice_stream_statistics(const struct voice_stream *stream,
                             struct jitter_statistics *out);

#endif
