/*
 * What makes one speaker's frames, which arrive late, twice and in any order,
 * into an even stream of 20 ms blocks.
 *
 * A frame is heard a fixed delay after it arrived: the first frame of a
 * talkspurt fixes when its timestamp is due, and all others follow by their
 * timestamps. A frame that comes after its time is never played, so what piled
 * up behind a stalled line is not heard late; only when the line has become
 * slower for good (frames stay equally late for 200 ms) is a new due time
 * fixed. Blocks without a frame are reported as lost while somebody speaks and
 * as silence otherwise.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef CLIENT_AUDIO_JITTER_BUFFER_H
#define CLIENT_AUDIO_JITTER_BUFFER_H

#include "client/audio/audio_block.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JITTER_DELAY_MS = 80, JITTER_DELAY_MAX_MS = 400 };

struct jitter_buffer;

struct jitter_frame {
    uint32_t sequence;  /* one more than the frame before; wraps */
    uint32_t timestamp; /* at 48 kHz; wraps */
    uint8_t flags;      /* AUDIO_FLAG_* */
    uint16_t size;      /* 1 to LIMIT_OPUS_PAYLOAD_SIZE */
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

enum jitter_kind {
    JITTER_NONE,    /* not a kind */
    JITTER_PACKET,  /* `frame` is to be decoded */
    JITTER_LOST,    /* conceal; `frame`, unless NULL, is the one after it */
    JITTER_SILENCE, /* nobody speaks */
};

struct jitter_output {
    enum jitter_kind kind;
    /* Borrowed until the next call on this buffer. */
    const struct jitter_frame *frame;
    /* How many blocks in a row are lost, this one included. */
    unsigned lost_run;
};

/* After this many lost blocks in a row the rest is silence. */
enum { JITTER_LOST_RUN_MAX = 5 };

struct jitter_statistics {
    uint64_t played;
    uint64_t concealed;
    uint64_t late;      /* came after their time, or were skipped as stale */
    uint64_t duplicate; /* their sequence number had come before */
};

/*
 * A buffer that plays `delay_ms` (to JITTER_DELAY_MAX_MS) after arrival. The
 * caller owns `*out`. RESULT_INVALID or RESULT_NO_MEMORY.
 */
MUST_USE enum result jitter_buffer_new(struct jitter_buffer **out,
                                       int64_t delay_ms);
/* Returns NULL; takes NULL. */
struct jitter_buffer *jitter_buffer_free(struct jitter_buffer *buffer);
/* Forgets the stream, the frames and the statistics; the delay stays. */
void jitter_buffer_reset(struct jitter_buffer *buffer);
/* Another delay (cut to JITTER_DELAY_MAX_MS) from the next talkspurt on. */
void jitter_buffer_set_delay(struct jitter_buffer *buffer, int64_t delay_ms);

/*
 * A frame that arrived. It is copied, or counted as late or duplicate; a frame
 * of a size that cannot be is ignored.
 */
void jitter_buffer_put(struct jitter_buffer *buffer,
                       const struct jitter_frame *frame, int64_t arrival_ms);
/* The next block, to be heard at `now_ms`. To be called once for each 20 ms;
 * calls may come a little early or late, or in pairs. */
void jitter_buffer_get(struct jitter_buffer *buffer, int64_t now_ms,
                       struct jitter_output *out);

/* Nothing is waiting and nobody speaks: get() would say silence for ever. */
bool jitter_buffer_is_idle(const struct jitter_buffer *buffer);
void jitter_buffer_statistics(const struct jitter_buffer *buffer,
                              struct jitter_statistics *out);

#endif
