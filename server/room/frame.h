/*
 * An outgoing message, encoded once and shared by all outboxes it waits in.
 * Immutable but for the headroom, in which the transport writes the same
 * WebSocket header for every receiver. Counted references; loop thread only.
 */
#ifndef SERVER_ROOM_FRAME_H
#define SERVER_ROOM_FRAME_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADROOM = 32 };

struct frame {
    unsigned references;
    bool is_binary;
    size_t size;
    /* Of sound: how many frames of it, and when its speaker sent the oldest
     * (monotonic ms). Whoever makes it writes them before it is shared. */
    unsigned sound_count;
    unsigned copy_count; /* of these, that this listener was sent before */
    int64_t born_ms;
    uint8_t
        headroom[FRAME_HEADROOM]; /* the transport's; directly before data */
    uint8_t data[];
};

/* A copy of `bytes` with one reference. NULL when memory is out. */
struct frame *frame_new(const void *bytes, size_t size, bool is_binary);
/* Sound of several, back to back, as old as the oldest; the same terms. Of all
 * but the first, `skipped` bytes are left out: their type, if it stands for the
 * whole message. */
struct frame *frame_join(struct frame *const *parts, size_t count,
                         size_t skipped);
struct frame *frame_ref(struct frame *frame);
/* Always returns NULL; takes NULL. */
struct frame *frame_unref(struct frame *frame);

#endif
