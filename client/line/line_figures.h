/*
 * What is known of one connection now: of the system's own account of it and of
 * what waits before it. Times in milliseconds.
 */
#ifndef CLIENT_LINE_LINE_FIGURES_H
#define CLIENT_LINE_LINE_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

struct line_figures {
    bool is_established;   /* the other end's system has answered */
    int64_t heard_ms;      /* since anything came that was said to us */
    int64_t answered_ms;   /* since the other end's system gave any sign, if
                              only that it got what we sent */
    int64_t round_trip_ms; /* smoothed; 0: not known */
    uint64_t sent_again;   /* segments, in all */
    uint64_t sent;         /* segments, in all */
    uint64_t received_bytes;
    uint64_t sent_bytes;
    int64_t unsent_ms; /* age of the oldest sound that waits here */
    uint64_t stale;    /* messages of sound dropped for their age, in all */
};

#endif
