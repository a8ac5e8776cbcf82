/*
 * A matter on which the party groups of a cell voted, each in its own meeting:
 * their votes and their numbers of those who count, added, and decided as one
 * vote of the cell. Server and verifier ask the same function. Pure; any
 * thread.
 */
#ifndef PROTOCOL_MEETING_GROUP_VOTES_H
#define PROTOCOL_MEETING_GROUP_VOTES_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/motion_count.h"
#include "protocol/rules/ruleset.h"

struct group_sum {
    struct motion_count count;
    uint64_t d, present;
};

/* Why the votes that are named are not to be added; `which` is the group's
 * meeting. */
enum group_sum_fault {
    GROUP_SUM_GOOD,
    GROUP_SUM_NOT_GATHERED, /* a group is missing */
    GROUP_SUM_NO_VOTE,      /* it took no such vote, or named too many */
    GROUP_SUM_OTHER_MATTER
};

/* votes: one (struct group_vote_id) of each group, in the order of the groups.
 * `*out` and `*which` are written only where they are asked for: the sum if it
 * is good, else the group. */
enum group_sum_fault group_votes_add(const struct meeting_state *state,
                                     enum matter matter,
                                     const struct items *votes,
                                     struct group_sum *out,
                                     struct identifier *which);

/* RESULT_NOT_FOUND: the ruleset has no test for the matter. RESULT_INVALID as
 * motion_decide(). */
MUST_USE enum result group_votes_decide(const struct ruleset *rules,
                                        enum matter matter,
                                        const struct group_sum *sum,
                                        struct motion_result *out);

/* What the meeting of a group closed, as the meeting of the cell gathers it: in
 * the order of the log, to `out`, which has room for as many as it took. How
 * many. */
size_t group_votes_closed(const struct meeting_state *group,
                          struct group_vote *out);

#endif
