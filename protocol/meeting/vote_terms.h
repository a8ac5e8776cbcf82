/*
 * What a vote is held under, frozen when it is opened: who counts and how many
 * they are, the test, the fewest that pass it. Server and verifier ask the same
 * function. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_VOTE_TERMS_H
#define PROTOCOL_MEETING_VOTE_TERMS_H

#include "protocol/meeting/meeting_roll.h"
#include "protocol/rules/motion_count.h"
#include "protocol/rules/ruleset.h"

struct vote_terms {
    enum matter matter;
    struct vote_test test; /* of: as this meeting measures it */
    uint64_t d;            /* of `valid`: who may vote at all */
    uint64_t present;      /* of those */
    uint64_t need;         /* votes in favour; 0: depends, or none can */
    struct vote_people people[category_count_]; /* in the order of categories */
    size_t count;
};

/*
 * Of a vote on `matter` that is opened now. RESULT_NOT_FOUND: the ruleset has
 * no test for it; `*out` is untouched then.
 */
MUST_USE enum result vote_terms_of(const struct meeting_state *state,
                                   const struct ruleset *rules,
                                   enum matter matter, struct vote_terms *out);

/*
 * The same, tested otherwise: by a form of discipline, the support of a
 * nominee. RESULT_INVALID for a test that has no rule.
 */
MUST_USE enum result vote_terms_by(const struct meeting_state *state,
                                   const struct ruleset *rules,
                                   enum matter matter,
                                   const struct vote_test *test,
                                   struct vote_terms *out);

/* The test of this rule by which a vote on `matter` may be measured: the
 * matter's own, or the support of a nominee. NULL if there is none. */
const struct vote_test *vote_test_by_rule(const struct ruleset *rules,
                                          enum matter matter,
                                          enum rule_id rule);

/* Do these rows follow from the roll as it stands now: do the numbers agree
 * with who is on it, and add up to d and present? */
bool vote_people_fit(const struct meeting_state *state, enum measure measure,
                     const struct items *people, uint64_t d, uint64_t present);

/* Is the person at this place of the roll one of those whom the rows count? */
bool vote_people_count(const struct vote_people rows[category_count_],
                       const struct roll *roll,
                       const struct roll_person *person);

/* The result of a vote, from what was frozen. RESULT_INVALID as
 * motion_decide(). */
MUST_USE enum result vote_decide(const struct meeting_vote *vote,
                                 const struct motion_count *count,
                                 struct motion_result *out);

#endif
