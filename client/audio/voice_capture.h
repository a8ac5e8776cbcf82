/*
 * The microphone's way to voice_transmit: processing with the reference of
 * what was played, the decision whether a block is worth sending, and the
 * notice of who talks without knowing that he is muted.
 *
 * voice_capture_played() is the device's thread's, all else the owner's; a
 * ring lies between. Times are those of the voice's clock.
 */
#ifndef CLIENT_AUDIO_VOICE_CAPTURE_H
#define CLIENT_AUDIO_VOICE_CAPTURE_H

#include "client/audio/voice_processing.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

struct voice_capture;

/* The caller owns `*out`. As voice_processing_new(). */
MUST_USE enum result
voice_capture_new(struct voice_capture **out,
                  const struct voice_processing_settings *settings);
/* Returns NULL; takes NULL. */
struct voice_capture *voice_capture_free(struct voice_capture *capture);
/* Another device from now on. */
void voice_capture_reset(struct voice_capture *capture);

/* The device's thread. Never blocks. */
void voice_capture_played(struct voice_capture *capture, const int16_t *samples,
                          int64_t played_ms);

/* Changes a captured block as the settings say; true if somebody speaks, or
 * spoke a moment ago. */
bool voice_capture_block(struct voice_capture *capture, int16_t *samples,
                         int64_t captured_ms);

/* What was said before does not count for the notice. */
void voice_capture_set_muted(struct voice_capture *capture, bool is_muted,
                             int64_t now_ms);
/*
 * After each block that was captured while muted: is it time to tell that
 * nobody hears what is said? Not before VOICE_MUTED_GRACE_MS, in which one ends
 * one's sentence, and once in VOICE_MUTED_AGAIN_MS.
 */
enum { VOICE_MUTED_GRACE_MS = 2000, VOICE_MUTED_AGAIN_MS = 20000 };
bool voice_capture_should_tell(struct voice_capture *capture,
                               int64_t captured_ms);

#endif
