/*
 * A second of a line, over all its connections, and what it says by itself.
 *
 * Pure. Any thread.
 */
#ifndef CLIENT_LINE_LINE_SECOND_H
#define CLIENT_LINE_LINE_SECOND_H

#include <stdbool.h>
#include <stdint.h>

struct line_second {
    /* Sound to us (arrival_judge.h). */
    unsigned came, late, very_late, lost;
    int64_t standing_ms; /* -1: nothing came */
    /* Packets; `knows_packets`: the system tells. */
    bool knows_packets;
    unsigned received;   /* with something in them */
    unsigned disordered; /* of these, behind one that was missing */
    unsigned sent, sent_again;
    unsigned received_bits, sent_bits; /* with all headers */
    unsigned spoken;                   /* own frames that were to be sent */
    unsigned dropped; /* own sound that became too old to be sent */
    int64_t round_trip_ms, least_round_trip_ms; /* 0: not known */
    bool is_opening; /* not all connections that the step asks for are there */
};

/* Is the round trip longer than the least by so much, and a quarter? */
bool line_second_is_grown_by(const struct line_second *second,
                             int64_t grown_ms);
/* By so much that the line is full, or was? */
bool line_second_is_grown(const struct line_second *second);
/* Could nothing be heard of it, but not for silence: something was missing? */
bool line_second_is_stalled(const struct line_second *second);
/* Bits that it carried, in the direction of the sound. */
unsigned line_second_carried(const struct line_second *second);

#endif
