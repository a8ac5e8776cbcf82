/*
 * The score sheet of a meeting: what its log says by itself, what the ruleset
 * proposes for it, and the sheet as it was completed by hand. Pure; a state
 * belongs to one thread.
 *
 * Source: score_sheet and length of the ruleset (42-HD/BTCTW, 28/10/2025).
 */
#ifndef PROTOCOL_MEETING_MEETING_SCORE_H
#define PROTOCOL_MEETING_MEETING_SCORE_H

#include "protocol/meeting/meeting_score_fields.h"
#include "protocol/rules/ruleset.h"

struct meeting_state;
struct event_score_completed;

/* Of the meeting up to one moment. */
struct meeting_score_facts {
    uint64_t minutes;   /* since the opening, without breaks */
    uint64_t summoned;  /* official and probationary members on the roll */
    uint64_t present;   /* of them: at some moment since the opening */
    uint64_t excused;   /* absent with reason */
    uint64_t unexcused; /* absent without; the rest was not noted */
    uint64_t speakers;  /* of those present */
    uint64_t documents; /* attached before the opening, and not withdrawn */
    uint64_t documents_days; /* whole days from the newest of them to the time
                                the meeting was called for; 0: later, or none */
    uint64_t tasks;          /* of the meeting before, that were not dropped */
    uint64_t tasks_done;     /* of them */
    /* Of the results of the meeting before; none: no such task came over from
     * it, or it was dropped; 0: the sheet does not tell. */
    enum posting posting;
    int64_t posting_due_ms;  /* 0: none */
    int64_t posting_done_ms; /* when it was reported done; 0: not */
};

/* What the state keeps of it. Written by meeting_state_score.c alone. */
struct meeting_score {
    int64_t break_since_ms; /* 0: no break is on */
    int64_t breaks_ms;      /* that have ended */
    uint64_t seq;           /* of the newest sheet; 0: there is none */
    struct identifier by;
    uint64_t points[criterion_count_];
    uint64_t total;
    enum grade grade;
    struct meeting_score_facts facts; /* as it was completed */
    uint64_t minutes_min;
    uint64_t proposed_speakers;
};

/* Before the opening everything but summoned and documents is 0. */
void meeting_score_facts_of(const struct meeting_state *state, int64_t now_ms,
                            struct meeting_score_facts *out);

/* What the ruleset makes of facts; it has the group score_sheet. */
struct meeting_score_proposal {
    uint64_t minutes_min;      /* 0: the ruleset does not say */
    uint64_t time, attendance; /* points of these criteria */
    uint64_t speakers;         /* points for the share of speakers, which are a
                                  part of those for conduct */
    bool are_documents_in_time;
};
/* One more point of attendance for members who are never absent too often
 * running is left to people: earlier meetings are not in this log. */
void meeting_score_propose(const struct ruleset *rules,
                           const struct meeting_score_facts *facts,
                           struct meeting_score_proposal *out);

/* Are proposals, sum and grade of a sheet what the rules make of its numbers?
 */
bool meeting_score_is_right(const struct ruleset *rules,
                            const struct event_score_completed *sheet);

#endif
