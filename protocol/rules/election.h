/*
 * Elections: how many names a list may have, who enters it from outside, who is
 * elected, and what is left to do when seats stay open or the last one is tied.
 * Pure; any thread.
 *
 * Source: 190-QĐ/TW (10/10/2024), Điều 14 (surplus, nominees), Điều 30 (result:
 * more than half of those summoned, by votes in descending order). What happens
 * at a tie is general knowledge and marked so in the ruleset.
 */
#ifndef PROTOCOL_RULES_ELECTION_H
#define PROTOCOL_RULES_ELECTION_H

#include "protocol/base/limits.h"
#include "protocol/rules/outcome.h"
#include "protocol/rules/validity.h"

#include <stddef.h>

/* surplus*denominator <= numerator*seats; for some seats so many at most. */
struct election_surplus_rule {
    uint64_t numerator, denominator;
    uint64_t small_from, small_to; /* seats */
    uint64_t small_extra;          /* names more than these */
};

struct election_rules {
    struct vote_test elected;
    struct election_surplus_rule surplus;
    struct vote_test outside; /* support for a name from outside */
    /* Among those tied for the last seat: does who has more need the test too?
     * Else more votes are enough. */
    bool is_tie_tested;
    uint64_t committee_members_min; /* a cell with fewer elects no committee */
};

/* --- The list ------------------------------------------------------------ */

struct election_list {
    enum rule_id rule;
    uint64_t candidates, seats;
    uint64_t surplus, surplus_max;
    bool is_small; /* surplus_max is that of few seats, not the fraction */
    bool is_accepted;
};

/* May a list of so many be voted on? RESULT_INVALID, with `*out` untouched,
 * for no seat or no candidate. */
MUST_USE enum result election_check_list(const struct election_rules *rules,
                                         uint64_t candidates, uint64_t seats,
                                         struct election_list *out);

/* The ballot that such an election has. */
enum paper_kind election_paper(uint64_t candidates, uint64_t seats);

/* Does a cell of so many members elect a committee, or only its leader? */
bool election_has_committee(const struct election_rules *rules,
                            uint64_t members);

/* --- The result ---------------------------------------------------------- */

/* full: first, or repeated for open seats. tie: among those tied. */
enum election_round { ELECTION_ROUND_FULL = 1, ELECTION_ROUND_TIE };

enum election_standing {
    STANDING_NOT_ELECTED,
    STANDING_ELECTED,
    STANDING_TIED /* for the seats that are left: goes into the tie round */
};

enum election_end {
    ELECTION_COMPLETE = 1,
    ELECTION_TIE,    /* a round among exactly the tied */
    ELECTION_TOO_FEW /* the body decides whether to vote again, and whether
                        to add names */
};

struct election_count {
    enum election_round round;
    uint64_t seats;
    uint64_t d;            /* fixed when the vote was opened */
    const uint64_t *votes; /* on valid ballots, in the order of the ballot */
    size_t count;
};

struct election_result {
    enum election_end end;
    enum rule_id rule; /* the test's, or that of the second round */
    struct outcome tests[LIMIT_BALLOT_CANDIDATES]; /* of each candidate */
    bool is_tested; /* else votes alone decided, and tests only tell them */
    enum election_standing standing[LIMIT_BALLOT_CANDIDATES];
    /* Candidates by votes, most first; equal ones as on the ballot. */
    size_t order[LIMIT_BALLOT_CANDIDATES];
    uint64_t elected;
    uint64_t open; /* seats left */
    uint64_t tied; /* names */
};

/*
 * RESULT_INVALID, with `*out` untouched, for no seat, no candidate or too many,
 * or more votes than d.
 */
MUST_USE enum result election_decide(const struct election_rules *rules,
                                     const struct election_count *count,
                                     struct election_result *out);

#endif
