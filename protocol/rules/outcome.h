/*
 * The decision of a test, with the numbers that it rests on. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_OUTCOME_H
#define PROTOCOL_RULES_OUTCOME_H

#include "protocol/rules/rule_id.h"
#include "protocol/rules/threshold.h"

/* A test as a ruleset has it. */
struct vote_test {
    enum rule_id rule;
    struct threshold test;
    enum measure of;
};

/* `yes` of `d` for a test: what minutes and refusals quote. */
struct outcome {
    enum rule_id rule;
    struct threshold test;
    enum measure of;
    uint64_t yes;
    uint64_t d;
    uint64_t need; /* the fewest that would do; 0 where none can */
    bool is_met;
};

/* RESULT_INVALID, with `*out` untouched, if more than `d` said yes. */
MUST_USE enum result outcome_of(const struct vote_test *test, uint64_t yes,
                                uint64_t d, struct outcome *out);

#endif
