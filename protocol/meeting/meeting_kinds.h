/*
 * What a meeting's state keeps of its parts: the meetings of party groups by
 * which it is held, and the sub-rooms that are open. Written by
 * meeting_state_kinds.c alone.
 */
#ifndef PROTOCOL_MEETING_MEETING_KINDS_H
#define PROTOCOL_MEETING_MEETING_KINDS_H

#include "protocol/meeting/meeting_groups_rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who of a roll came, at some moment since the opening; of the official and
 * probationary members, who was absent with and without reason, and who of
 * those present spoke. */
struct group_attendance {
    uint64_t official, official_came;
    uint64_t probationary, probationary_came;
    uint64_t exempt, exempt_came;
    uint64_t excused, unexcused, speakers;
};

struct meeting_group {
    struct identifier group, meeting;
    bool is_gathered; /* and then: */
    uint64_t gathered_seq;
    uint64_t final_seq;
    struct hash head;
    int64_t opened_ms, closed_ms;
    struct group_attendance attendance;
    struct group_vote *votes; /* owned by the state */
    size_t vote_count;
};

struct meeting_kinds {
    uint64_t groups_year; /* 0: a plenary */
    uint64_t groups_members, groups_before;
    struct meeting_group *groups; /* owned by the state */
    size_t group_count;
    uint64_t decision_count;   /* of the groups together */
    uint64_t subroom_count;    /* 0: everybody is in the plenary */
    uint64_t subroom_speakers; /* who may speak there: floor_speaker_bit() */
    int64_t subrooms_since_ms;
};

#endif
