/*
 * Rating in four levels: of a vote, and the cap on the best one, which is only
 * ever a warning. Points are for the member who scores herself: the vote alone
 * decides. Pure; any thread.
 *
 * Source: 366-QĐ/TW (30/8/2025). The text of the cap was not read; the ruleset
 * marks it so.
 */
#ifndef PROTOCOL_RULES_RATING_H
#define PROTOCOL_RULES_RATING_H

#include "protocol/rules/outcome.h"

#define RATING_LEVEL_LIST(X)                                                   \
    X(RATING_EXCELLENT, "excellent")                                           \
    X(RATING_GOOD, "good")                                                     \
    X(RATING_FULFILLED, "fulfilled")                                           \
    X(RATING_NOT_FULFILLED, "not_fulfilled")
VOCABULARY_ENUM(rating_level, RATING_LEVEL_LIST)

struct rating_rules {
    struct vote_test test; /* for a level to be that of a person */
    uint64_t cap_percent;  /* excellent among excellent and good; 100: none */
};

struct rating_count {
    uint64_t votes[rating_level_count_]; /* for one person */
    uint64_t d;
};

struct rating_result {
    enum rating_level level; /* none: no level reached the test */
    struct outcome outcomes[rating_level_count_];
};

/* RESULT_INVALID, with `*out` untouched, if there are more votes than d. */
MUST_USE enum result rating_decide(const struct rating_rules *rules,
                                   const struct rating_count *count,
                                   struct rating_result *out);

struct rating_cap {
    enum rule_id rule;
    uint64_t excellent, good;
    uint64_t excellent_max; /* of these two together */
    bool is_exceeded;
};

/* RESULT_INVALID, with `*out` untouched, if the sum does not fit. */
MUST_USE enum result rating_check_cap(const struct rating_rules *rules,
                                      uint64_t excellent, uint64_t good,
                                      struct rating_cap *out);

#endif
