/*
 * Discipline: one secret ballot with all forms, and what follows from it. If no
 * form reaches its own threshold, votes are added from the hardest form down to
 * the next milder one until a form reaches its threshold. Votes for "none" are
 * never added. Pure; any thread.
 *
 * Source: 30-QĐ/TW, Điều 38; 22-QĐ/TW, Điều 15; 296-QĐ/TW.
 */
#ifndef PROTOCOL_RULES_CUMULATION_H
#define PROTOCOL_RULES_CUMULATION_H

#include "protocol/rules/outcome.h"

/* Does the member whom the vote is on vote too? ask: whoever presides says so,
 * because no rule is known. */
#define SUBJECT_VOTES_LIST(X)                                                  \
    X(SUBJECT_VOTES_YES, "yes")                                                \
    X(SUBJECT_VOTES_NO, "no")                                                  \
    X(SUBJECT_VOTES_ASK, "ask")
VOCABULARY_ENUM(subject_votes, SUBJECT_VOTES_LIST)

struct discipline_rules {
    struct vote_test tests[discipline_count_];
    unsigned decides;      /* forms of the cell itself; it proposes others */
    unsigned probationary; /* forms for a probationary member */
    unsigned with_post;    /* forms only for whoever holds a post */
    bool cumulates;
    enum subject_votes subject_votes;
};

/* The forms that the ballot lists for somebody. */
unsigned discipline_forms(const struct discipline_rules *rules,
                          bool is_probationary, bool has_post);

struct discipline_count {
    unsigned listed; /* forms on the ballot */
    uint64_t votes[discipline_count_];
    uint64_t none; /* for no discipline */
    uint64_t d;
};

struct discipline_result {
    enum discipline form; /* discipline_none_: no form */
    /* RULE_ID_DISCIPLINE where votes were added, else the threshold of the
     * form; none without a form. */
    enum rule_id rule;
    bool is_cumulated; /* no form alone reached its threshold */
    bool is_proposal;  /* for the body above to decide */
    /* Of each form listed: alone, and with all harder ones. */
    struct outcome alone[discipline_count_];
    struct outcome added[discipline_count_];
};

/* RESULT_INVALID, with `*out` untouched, for a vote for a form that is not
 * listed, no form at all, or more votes than d. */
MUST_USE enum result discipline_decide(const struct discipline_rules *rules,
                                       const struct discipline_count *count,
                                       struct discipline_result *out);

#endif
