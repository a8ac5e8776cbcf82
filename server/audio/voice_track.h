/*
 * What one sender said, from frames as they came to the bytes of an Ogg Opus
 * file. How long a packet lasts, and how long nothing was said, is read from
 * the frames' headers alone: a packet lasts until the timestamp of the one
 * after it, and the last before a pause as long as those before it (20 ms where
 * nothing says more). Timestamps that do not fit the time that passed, and a
 * sender that counts anew, are placed by when they came.
 *
 * No file, no clock; one thread at a time.
 */
#ifndef SERVER_AUDIO_VOICE_TRACK_H
#define SERVER_AUDIO_VOICE_TRACK_H

#include "server/audio/ogg_opus.h"
#include "server/audio/voice_order.h"

enum {
    VOICE_TRACK_STEP = 960, /* samples: 20 ms, unless headers say otherwise */
    VOICE_TRACK_DRIFT_MS = 5000 /* by which timestamps may be off the clock */
};

struct voice_track;

/* `start_ms` is when its first frame came: second 0 of the file. Errors as of
 * ogg_opus_new(). */
MUST_USE enum result voice_track_new(struct voice_track **out, uint32_t serial,
                                     int64_t start_ms,
                                     const struct ogg_opus_comment *comments,
                                     size_t comment_count);
/* Takes NULL, returns NULL. */
struct voice_track *voice_track_free(struct voice_track *track);

/* A frame that came. Errors as of ogg_opus_packet(). */
MUST_USE enum result voice_track_take(struct voice_track *track,
                                      const struct voice_frame *frame);
/* Time has passed: what was waited for in vain is gone on without, and all
 * that is settled is in the output. */
MUST_USE enum result voice_track_pass(struct voice_track *track,
                                      int64_t now_ms);
/* Everything is given, and the stream ended. */
MUST_USE enum result voice_track_end(struct voice_track *track);

/* As of ogg_opus_output(). */
struct text_view voice_track_output(const struct voice_track *track);
void voice_track_taken(struct voice_track *track);
struct ogg_opus_figures voice_track_figures(const struct voice_track *track);

#endif
