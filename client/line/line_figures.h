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
    bool knows_packets;    /* the system has told what follows */
    int64_t heard_ms;      /* since anything came that was said to us */
    int64_t answered_ms;   /* since the other end's system gave any sign, if
                              only that it got what we sent */
    int64_t round_trip_ms; /* smoothed; 0: not known */
    int64_t least_round_trip_ms; /* 0: not known */
    /* Packets with something in them, in all. */
    uint64_t received, disordered; /* the latter came behind one missing */
    uint64_t sent, sent_again;
    /* Bytes with all headers, in all; of those sent what was taken. */
    uint64_t received_bytes, sent_bytes;
    uint64_t stale; /* messages of sound dropped for their age, in all */
};

#endif
