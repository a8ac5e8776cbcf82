/*
 * Would an honest server have let this happen? What everybody who holds the log
 * can ask again of an event whose signatures are good, before it is applied.
 * Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_DECISION_CHECK_H
#define PROTOCOL_MEETING_DECISION_CHECK_H

#include "protocol/meeting/act_ledger.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset.h"

/* What an honest server would have refused. */
enum decision_fault {
    DECISION_GOOD,
    DECISION_ACT_AGAIN,   /* the act was used before */
    DECISION_ACT_ROLE,    /* its member has not the office for it */
    DECISION_ACT_VOUCHED, /* the meeting asks for a vouched device */
    DECISION_NO_VOTE,     /* the result of a vote that there is not */
    DECISION_DENOMINATOR, /* not as many as the roll gives */
    DECISION_RESULT,      /* not what the numbers and the rules say */
    DECISION_OMITTED,     /* a counted ballot, and not what it comes to */
    DECISION_TOO_FEW      /* a ballot below k_min, and nobody said so */
};

struct decision_act {
    enum decision_fault fault;
    const struct act *whose; /* of the event: where the fault is */
    bool begins;             /* the command's first event */
    struct act statement;    /* whose, of an event signed by a statement */
};

/*
 * Is the act (or statement of its own) used for the first time, of somebody
 * whose office it is, and where the meeting asks for it from a device that
 * people vouched for? RESULT_OK, for events without an act, too;
 * RESULT_REFUSED; RESULT_NO_MEMORY. `out` is set with all of them; it may be
 * NULL.
 */
MUST_USE enum result decision_check_act(struct act_ledger *ledger,
                                        const struct meeting_event *event,
                                        const struct meeting_state *before,
                                        struct decision_act *out);

struct decision_result {
    enum decision_fault fault;
    bool is_denominator_certain; /* who counts was compared with a ruleset */
};

/*
 * Is a vote that is opened, or a secret ballot that is adopted, held under what
 * the ruleset says, and the result of a vote or the grade of a score sheet what
 * the numbers say? Is a matter decided by party groups as their votes add up
 * to, and is what a counted ballot comes to said before anything else?
 * RESULT_OK, for other events, too, or RESULT_REFUSED; `out` as above. `rules`
 * may be NULL: then it stays open who counts, which test is the right one, and
 * whether a ballot that was opened or counted was large enough. The sums, and
 * that D follows from the roll, are meeting_state_apply()'s to recompute.
 */
MUST_USE enum result decision_check_result(const struct meeting_event *event,
                                           const struct meeting_state *before,
                                           const struct ruleset *rules,
                                           struct decision_result *out);

/*
 * The same of what was decided before the ruleset was at hand, as far as the
 * state tells it: the tests of votes, and what counted ballots come to, also
 * that it was said. RESULT_OK or RESULT_REFUSED.
 */
MUST_USE enum result decision_check_past(const struct meeting_state *state,
                                         const struct ruleset *rules);

#endif
