/*
 * Are enough there? "11 of 14, need 10". Recomputed from the roll at each join,
 * leave and change. Pure; any thread.
 *
 * Source: Điều lệ Đảng, Điều 11 (congress); 96-QĐ/TW (confidence). For other
 * meetings no rule is known, so the ruleset may say: warn, do not block.
 */
#ifndef PROTOCOL_RULES_QUORUM_H
#define PROTOCOL_RULES_QUORUM_H

#include "protocol/rules/electorate.h"
#include "protocol/rules/outcome.h"

struct quorum_rule {
    struct vote_test test;
    bool is_blocking; /* a vote cannot be opened below it; else a warning */
    bool voids_vote;  /* an open vote is void once it falls below */
};

struct quorum_rules {
    struct quorum_rule meeting, congress, committee, confidence;
};

struct quorum {
    struct outcome outcome; /* yes: those present */
    bool is_blocking;
    bool voids_vote;
    uint64_t spare; /* so many may leave; 0 where the next one matters */
    /* The people whom the numbers were counted from. */
    struct electorate electorate;
};

/*
 * The rule for a vote on `matter` in this meeting: that of a confidence vote,
 * of the committee, of a congress, or of a meeting.
 */
const struct quorum_rule *quorum_rule_for(const struct quorum_rules *rules,
                                          enum matter matter,
                                          const struct roll *roll);

/* RESULT_INVALID as electorate_count(). */
MUST_USE enum result quorum_count(const struct quorum_rule *rule,
                                  const struct electorate_rules *electorate,
                                  const struct roll *roll, struct quorum *out);

/* May a vote be opened? */
bool quorum_allows(const struct quorum *quorum);

#endif
