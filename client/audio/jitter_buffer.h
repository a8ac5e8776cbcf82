/*
 * What makes one speaker's frames, which arrive late, twice and in any order,
 * into an even stream of 20 ms blocks.
 *
 * Delay. It is counted from the moment at which a frame would come over the
 * line at its best (jitter_line.h) to the moment at which it is heard, so that
 * drifting clocks do not change it. A talkspurt begins with the delay that the
 * line asks for; within one the buffer asks its owner to stretch or to shrink
 * the sound (jitter_buffer_wish()) until it is as wanted. When the buffer runs
 * dry, what is made up stands in the place of nothing: the frame that was
 * waited for is heard when it comes, and the delay has grown. It never grows
 * beyond JITTER_DELAY_MAX_MS: a frame that would be heard later than that is
 * stale and is dropped. Only when the line has become slower for good (frames
 * stay equally stale for 200 ms) does the count begin anew.
 *
 * Blocks without a frame are reported as lost while somebody speaks and as
 * silence otherwise. A gap in the timestamps without one in the sequence
 * numbers is silence; a gap in both is loss, and what was made up while
 * waiting counts for it. Where more than a frame in a hundred is lost the delay
 * is a frame longer, so that the next one is there to repair it.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef CLIENT_AUDIO_JITTER_BUFFER_H
#define CLIENT_AUDIO_JITTER_BUFFER_H

#include "client/audio/audio_block.h"
#include "client/audio/jitter_line.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest frame: 60 ms. */
enum { JITTER_FRAME_COUNT_MAX = 3 * AUDIO_BLOCK_COUNT };

struct jitter_buffer;

struct jitter_frame {
    uint32_t sequence;  /* one more than the frame before; wraps */
    uint32_t timestamp; /* at 48 kHz; wraps */
    uint16_t count;     /* samples: whole blocks, to JITTER_FRAME_COUNT_MAX;
                         * anything else is taken for one block */
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
    /* Samples to decode or to make up; a frame that repairs a loss is as long
     * as the loss. */
    size_t count;
    /* Borrowed until the next call on this buffer. */
    const struct jitter_frame *frame;
    /* How many blocks in a row are lost, this one included. */
    unsigned lost_run;
};

/* After this many lost blocks in a row the rest is silence. */
enum { JITTER_LOST_RUN_MAX = 5 };

struct jitter_statistics {
    uint64_t played;
    uint64_t played_blocks; /* the same in blocks of 20 ms */
    uint64_t concealed; /* blocks made up, or repaired from the next frame */
    uint64_t repaired;  /* of these the latter, as good as heard */
    uint64_t late;      /* frames that came after others had been heard */
    uint64_t awaited;   /* that came late, and were heard: the delay grew */
    uint64_t stale;     /* dropped lest they be heard too late */
    uint64_t duplicate; /* their sequence number had come before */
    uint64_t stretched; /* samples put in by jitter_buffer_scaled() */
    uint64_t shrunk;    /* samples taken out */
    int64_t delay_ms;   /* now, or when somebody spoke last */
    int64_t target_ms;  /* what the line asks for */
};

/*
 * A buffer whose delay is `floor_ms` (to JITTER_DELAY_MAX_MS) or more;
 * JITTER_DELAY_MIN_MS leaves it to the line. The caller owns `*out`.
 * RESULT_INVALID or RESULT_NO_MEMORY.
 */
MUST_USE enum result jitter_buffer_new(struct jitter_buffer **out,
                                       int64_t floor_ms);
/* Returns NULL; takes NULL. */
struct jitter_buffer *jitter_buffer_free(struct jitter_buffer *buffer);
/* Forgets the stream, the line, the frames and the statistics; the floor
 * stays. */
void jitter_buffer_reset(struct jitter_buffer *buffer);
/* Another floor (cut to JITTER_DELAY_MAX_MS) from now on. */
void jitter_buffer_set_floor(struct jitter_buffer *buffer, int64_t floor_ms);

/*
 * A frame that arrived. It is copied, or counted as late, stale or duplicate;
 * a frame of a size that cannot be is ignored. Frames that came in one message
 * have one time of arrival and count by their own timestamps.
 */
void jitter_buffer_put(struct jitter_buffer *buffer,
                       const struct jitter_frame *frame, int64_t arrival_ms);

/*
 * To be called once for each 20 ms, before the sound for them is got; may come
 * a little early or late, or in pairs. `pending` are the samples that were got
 * and are not heard yet (at most a block and JITTER_FRAME_COUNT_MAX).
 */
void jitter_buffer_tick(struct jitter_buffer *buffer, int64_t now_ms,
                        size_t pending);
/* The next piece of sound, as often as it takes to have a block. */
void jitter_buffer_get(struct jitter_buffer *buffer, size_t pending,
                       struct jitter_output *out);
/* Would get() say JITTER_PACKET? */
bool jitter_buffer_is_ready(const struct jitter_buffer *buffer);

enum jitter_wish { JITTER_KEEP, JITTER_STRETCH, JITTER_SHRINK };
/*
 * What is to be done with the pending samples, of which the next block will be
 * heard, and by how many samples at most: so often that sound runs up to a
 * tenth faster or slower, a quarter if the delay is far too long.
 */
enum jitter_wish jitter_buffer_wish(const struct jitter_buffer *buffer,
                                    size_t pending, size_t *count_max);
/* The wish was fulfilled by so many samples. */
void jitter_buffer_scaled(struct jitter_buffer *buffer, enum jitter_wish wish,
                          size_t count);

/* Nothing is waiting and nobody speaks: get() would say silence for ever. */
bool jitter_buffer_is_idle(const struct jitter_buffer *buffer);
void jitter_buffer_statistics(const struct jitter_buffer *buffer,
                              struct jitter_statistics *out);

#endif
