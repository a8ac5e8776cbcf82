/*
 * Which sequence numbers of a stream have come. Numbers are 32 bits and wrap;
 * the last 64 are remembered one by one.
 *
 * Pure. One thread.
 */
#ifndef PROTOCOL_LINE_SEQUENCE_WINDOW_H
#define PROTOCOL_LINE_SEQUENCE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* All zero before the first number; the fields are the module's own. */
struct sequence_window {
    bool has_any;
    uint32_t highest;
    uint64_t seen; /* bit i: the number highest - i has come */
};

enum sequence_novelty {
    SEQUENCE_NONE,    /* not a kind of novelty */
    SEQUENCE_NEW,     /* never came */
    SEQUENCE_ANOTHER, /* more than a minute of frames away: who sends it began
                       * anew, and only this number has come */
    SEQUENCE_SEEN,    /* came before */
    SEQUENCE_TOO_OLD, /* older than what is remembered */
};

/* A number came. */
enum sequence_novelty sequence_window_note(struct sequence_window *window,
                                           uint32_t sequence);

/* From `from` to `to` by the shorter way round; timestamps, too. */
int32_t sequence_distance(uint32_t from, uint32_t to);

#endif
