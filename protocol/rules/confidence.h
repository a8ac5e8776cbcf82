/*
 * Confidence in three levels, and what follows from many low ones. Such a vote
 * is held only where enough are present: the quorum of confidence. Pure; any
 * thread.
 *
 * Source: 96-QĐ/TW. What the fractions are of could not be read in
 * the official text; the ruleset says it, and marks it so.
 */
#ifndef PROTOCOL_RULES_CONFIDENCE_H
#define PROTOCOL_RULES_CONFIDENCE_H

#include "protocol/rules/outcome.h"

#define CONFIDENCE_LEVEL_LIST(X)                                               \
    X(CONFIDENCE_HIGH, "high")                                                 \
    X(CONFIDENCE_NORMAL, "normal")                                             \
    X(CONFIDENCE_LOW, "low")
VOCABULARY_ENUM(confidence_level, CONFIDENCE_LEVEL_LIST)

struct confidence_rules {
    struct vote_test replan; /* low: out of planning, may resign */
    struct vote_test remove; /* low: removal from the post */
};

enum confidence_end {
    CONFIDENCE_KEPT = 1,
    CONFIDENCE_REPLAN,
    CONFIDENCE_REMOVE
};

struct confidence_count {
    uint64_t votes[confidence_level_count_]; /* valid marks for one person */
    uint64_t d; /* what the ruleset measures against */
};

struct confidence_result {
    enum confidence_end end;
    struct outcome replan, remove; /* yes: low votes */
};

/* RESULT_INVALID, with `*out` untouched, if there are more votes than d. */
MUST_USE enum result confidence_decide(const struct confidence_rules *rules,
                                       const struct confidence_count *count,
                                       struct confidence_result *out);

#endif
