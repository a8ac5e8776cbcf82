/*
 * A vote of the kind that is counted yes, no, other, abstain: resolutions,
 * agenda, minutes, procedure, admission, recognition. Pure; any thread.
 *
 * Source: Điều lệ Đảng, Điều 9.5 (more than half), Điều 4.3 and 5 (two thirds
 * of the official members).
 */
#ifndef PROTOCOL_RULES_MOTION_COUNT_H
#define PROTOCOL_RULES_MOTION_COUNT_H

#include "protocol/rules/electorate.h"
#include "protocol/rules/outcome.h"

struct motion_count {
    uint64_t votes[choice_count_]; /* how many chose each */
};

struct motion_result {
    struct outcome outcome;
    uint64_t voted;     /* all choices together */
    uint64_t not_voted; /* of those that count; they were against in effect */
};

/*
 * Decides by a ruleset's test for the matter. `electorate` is that of the
 * moment when the vote was opened, counted for this test.
 *
 * RESULT_INVALID, with `*out` untouched, if it was counted for another, or more
 * voted than count.
 */
MUST_USE enum result motion_decide(const struct vote_test *test,
                                   const struct motion_count *count,
                                   const struct electorate *electorate,
                                   struct motion_result *out);

#endif
