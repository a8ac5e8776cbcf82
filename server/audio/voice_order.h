/*
 * Frames of one sender as they came, given back in the order of their sequence
 * numbers, each once: they may have come twice, late or not at all. One that is
 * missing is waited for, but not long. A sender that begins to count anew is
 * noticed. Knows nothing of what a payload is, and no clock. Pure; one thread.
 */
#ifndef SERVER_AUDIO_VOICE_ORDER_H
#define SERVER_AUDIO_VOICE_ORDER_H

#include "protocol/base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VOICE_ORDER_PLACES = 128,
    VOICE_ORDER_WAIT_MS = 1000,    /* for one that is missing */
    VOICE_ORDER_SILENCE_MS = 3000, /* then an older number is a new count */
    VOICE_ORDER_BACK_MAX = 1000    /* and so is one that is older by more */
};

struct voice_frame {
    uint32_t sequence;
    uint32_t timestamp; /* samples at 48 kHz */
    uint8_t flags;      /* of enum audio_frame_flag */
    bool is_anew;       /* out: the sender counts anew from here on */
    int64_t at_ms;      /* when it came */
    uint16_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

/* Zeroed: nothing has come. */
struct voice_order {
    bool has_given;  /* `next` is known */
    bool is_anew;    /* the next one to be given is */
    uint32_t next;   /* sequence that is awaited */
    int64_t came_ms; /* when the newest one came that was taken */
    uint64_t late_count, twice_count;
    size_t count;
    /* In the order of their numbers. */
    struct voice_frame frames[VOICE_ORDER_PLACES];
};

/*
 * Takes a copy, or counts it as late or there already. There has to be a place:
 * voice_order_give() is called until it has nothing before each call. False: it
 * counts anew; the caller empties the order (is_flushed) and calls again.
 */
bool voice_order_take(struct voice_order *order,
                      const struct voice_frame *frame);

/* The next frame, if it is its turn at `now_ms`, or there is no place for
 * another, or `is_flushed`: everything is given then. */
bool voice_order_give(struct voice_order *order, int64_t now_ms,
                      bool is_flushed, struct voice_frame *out);

#endif
