/*
 * What a meeting's state keeps of the ground that its votes stand on: quorum,
 * the roll, the document that lets remote seats vote. Written by
 * meeting_state_terms.c alone.
 */
#ifndef PROTOCOL_MEETING_MEETING_TERMS_H
#define PROTOCOL_MEETING_MEETING_TERMS_H

#include "protocol/meeting/meeting_terms_event.h"

#include <stdbool.h>
#include <stdint.h>

/* As it was recorded last. */
struct meeting_quorum {
    bool is_known;
    uint64_t present, d, need, spare;
    bool is_met;
    int64_t at_ms;
};

struct meeting_authority {
    bool is_named;
    uint64_t seq; /* of the event that holds the issuer */
    char number[401];
    char date[41]; /* 2026-07-26 */
    struct identifier by;
};

struct meeting_terms {
    struct meeting_quorum quorum;
    struct meeting_authority authority;
    /* The newest change of who is there or counts, and the newest roll. */
    uint64_t changed_seq;
    enum quorum_reason change;
    struct identifier changed; /* whose; "": of nobody alone */
    uint64_t roll_seq;         /* 0: the roll was never confirmed */
};

#endif
