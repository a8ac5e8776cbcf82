/*
 * A listener for tests of the jitter buffer: it pulls blocks as a device does
 * and fulfils the buffer's wishes, but of sound it keeps only lengths. It
 * holds the buffer to its promises: a frame is heard at most once, in order,
 * not before it came, and never with a delay above the highest.
 */
#ifndef TESTS_SUPPORT_JITTER_LISTENER_H
#define TESTS_SUPPORT_JITTER_LISTENER_H

#include "client/audio/jitter_buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame that is heard says of itself, in its payload. */
struct jitter_heard {
    uint32_t number;  /* counted by whoever made it; never falls */
    int64_t sent_ms;  /* the frame was complete */
    int64_t came_ms;  /* first arrival */
    int64_t heard_ms; /* its first sample, in whole ms */
    unsigned made_up; /* samples made up, or silent, since the frame before */
};

struct jitter_listener {
    struct jitter_buffer *buffer; /* owned */
    size_t pending;               /* samples got, not heard */
    unsigned made_up;
    bool has_heard;
    uint32_t last_number;
    uint32_t random;
    unsigned period; /* samples by which sound is scaled at once */
    /* The first promise that was broken; NULL if none. */
    const char *broken;
    int64_t delay_max_ms; /* the longest that the buffer told */
    void (*on_heard)(const struct jitter_heard *heard, void *user);
    void *user;
};

/* `on_heard` may be NULL. */
void jitter_listener_init(struct jitter_listener *listener, int64_t floor_ms,
                          void (*on_heard)(const struct jitter_heard *heard,
                                           void *user),
                          void *user);
void jitter_listener_release(struct jitter_listener *listener);

/* A frame of `count` samples came. */
void jitter_listener_put(struct jitter_listener *listener, uint32_t number,
                         uint32_t timestamp, uint16_t count, uint8_t flags,
                         int64_t sent_ms, int64_t came_ms);
/* The device asks for 20 ms. The kind of what it gets most of. */
enum jitter_kind jitter_listener_pull(struct jitter_listener *listener,
                                      int64_t now_ms);

#endif
