/*
 * What goes out together on a bad line, and what is repeated. Frames are
 * gathered into messages; each message also holds the frames of the messages so
 * many before it, and goes to the next lane in turn, so that a lane that stands
 * still costs nothing if another has the copy.
 *
 *   message m = new frames + those of m - copies[0], m - copies[1], …
 *   lane of m = m mod lanes
 *
 * An offset that is not below the number of lanes is left out: a copy on the
 * lane of its original, or of another copy, comes no sooner than that, and what
 * it weighs is missing where further lanes are being opened.
 *
 * A message is due when one speaker has `bundle` new frames in it, or `bundle`
 * frames' time after the first of them. When nobody speaks any more, messages
 * without a new frame follow, each a frame's time later than it would be with
 * one, until all copies are out. No frame is sent, new or
 * as a copy, later than LIMIT_AUDIO_AGE_MS after it was added.
 *
 * Holds copies of the payloads; owns nothing else, so it is not released.
 * Times are monotonic ms that do not fall. Pure; one thread.
 */
#ifndef PROTOCOL_LINE_COPY_PLAN_H
#define PROTOCOL_LINE_COPY_PLAN_H

#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "protocol/line/line_wish.h"
#include "protocol/wire/audio_frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* New frames of one message, whoever speaks. */
    COPY_PLAN_NEW_MAX = LIMIT_AUDIO_FRAMES_PER_MESSAGE,
    COPY_PLAN_FRAMES_MAX = COPY_PLAN_NEW_MAX * (1 + LIMIT_LINE_COPIES),
    COPY_PLAN_MESSAGES = LIMIT_LINE_OFFSET + 1 /* remembered */
};

/* The new frames of one message. */
struct copy_batch {
    uint64_t number; /* of the message */
    size_t count, size;
    struct audio_frame frames[COPY_PLAN_NEW_MAX]; /* payloads in `bytes` */
    int64_t added_ms[COPY_PLAN_NEW_MAX];
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
};

/* The fields are the module's own. */
struct copy_plan {
    unsigned bundle;
    unsigned copies[LIMIT_LINE_COPIES];
    size_t copy_count;
    uint64_t number;     /* of the message that is gathered */
    int64_t frame_ms;    /* length of a frame, as learned */
    int64_t sent_ms;     /* of the message before */
    unsigned lane_count; /* when it was taken */
    struct copy_batch batches[COPY_PLAN_MESSAGES]; /* by number */
};

/* One message, ready to be encoded. */
struct copy_message {
    struct audio_frame frames[COPY_PLAN_FRAMES_MAX]; /* by slot, sequence */
    size_t count;
    size_t new_count;
    unsigned lane;
    /* Of the oldest new frame, or of the oldest copy if there is no new one:
     * from then on the message ages. */
    int64_t born_ms;
};

/* A good wish, of which only bundle and copies are looked at. */
void copy_plan_init(struct copy_plan *plan, const struct line_wish *wish);
/* Another wish; what was gathered stays, and copies by the new offsets. */
void copy_plan_set(struct copy_plan *plan, const struct line_wish *wish);

/*
 * A frame to be sent. RESULT_FULL: the message that is gathered has to be taken
 * first, then it is taken up. RESULT_INVALID: its payload is empty or too long.
 */
MUST_USE enum result copy_plan_add(struct copy_plan *plan,
                                   const struct audio_frame *frame,
                                   int64_t now_ms);

/* When the next message has to go; not after that. INT64_MAX: there is none. */
int64_t copy_plan_due_ms(const struct copy_plan *plan);

/*
 * The message that is gathered, due or not, for one of `lane_count` lanes
 * (1..). False: it would be empty, but the plan has moved on. Its payloads are
 * the plan's until the next copy_plan_add().
 */
bool copy_plan_take(struct copy_plan *plan, int64_t now_ms, unsigned lane_count,
                    struct copy_message *out);

/* Forgets all that was gathered, and all copies. */
void copy_plan_clear(struct copy_plan *plan);

#endif
