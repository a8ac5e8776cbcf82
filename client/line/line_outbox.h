/*
 * What waits to go out over one connection: control before sound before files,
 * each in its order. Sound that has become old is not sent any more; of too
 * much of it the oldest goes.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread. An
 * outbox owns the messages that wait in it.
 */
#ifndef CLIENT_LINE_LINE_OUTBOX_H
#define CLIENT_LINE_LINE_OUTBOX_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are served. */
enum client_lane { LANE_CONTROL = 1, LANE_AUDIO, LANE_BLOB };

/* A message; its bytes begin behind the room that was asked for. */
struct line_message {
    struct line_message *next; /* the outbox's */
    enum client_lane lane;
    int64_t put_ms;
    size_t size;
    uint8_t data[];
};

struct line_queue {
    struct line_message *first, **end;
    size_t count;
    size_t size; /* bytes */
};

struct line_outbox {
    size_t room;    /* bytes free in front of each message */
    uint64_t stale; /* messages of sound dropped for their age, in all */
    struct line_queue queues[LANE_BLOB + 1];
};

void line_outbox_init(struct line_outbox *outbox, size_t room);
/* Empties it; it may be used on. */
void line_outbox_clear(struct line_outbox *outbox);

/* Copies the message. RESULT_FULL: the line is too far behind;
 * RESULT_NO_MEMORY. */
MUST_USE enum result line_outbox_put(struct line_outbox *outbox,
                                     enum client_lane lane, const void *bytes,
                                     size_t size, int64_t now_ms);
/* The next one to be sent, to be given to free(); NULL if there is none. */
struct line_message *line_outbox_take(struct line_outbox *outbox,
                                      int64_t now_ms);
bool line_outbox_is_empty(const struct line_outbox *outbox);

#endif
