/*
 * The numbers a meeting is held under: data of a dated, named file, never
 * constants of the program. A meeting names its ruleset and the hash of that
 * file, so that an old one is judged by the rules it was held under.
 */
#ifndef PROTOCOL_RULES_RULESET_H
#define PROTOCOL_RULES_RULESET_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/rules/threshold.h"

#include <stddef.h>

/* Rules that the file marks as not verified against the official text: whoever
 * presides is shown so. */
enum ruleset_rule {
    RULE_GRACE = 1 << 0,
    RULE_FLOOR_LIMIT = 1 << 1,
    RULE_ORDINARY_MOTION = 1 << 2,
    RULE_DENOMINATOR = 1 << 3,
    RULE_CHECKPOINT = 1 << 4,
    RULE_BALLOT = 1 << 5
};

struct ruleset {
    char name[401];
    struct hash hash;       /* of the file's bytes */
    int64_t grace_ms;       /* a lost connection is not yet a leave */
    int64_t floor_limit_ms; /* default of give_floor, 0: none */
    /* Test of an ordinary motion: denominator*yes > numerator*D, or >=. */
    uint64_t majority_numerator;
    uint64_t majority_denominator;
    bool is_majority_strict;
    bool is_suspended_counted; /* in D; suspended members never vote */
    /* How long connected devices have to sign a head, and how often one is
     * signed without another reason. wait 0: heads are not signed. */
    int64_t checkpoint_wait_ms;
    int64_t checkpoint_every_ms;
    /* Secret ballots. Fewer ballots of a part that is published than k_min are
     * counted only knowingly; devices have attest_ms to attest the list; voting
     * ends closing_ms after it was announced; a credential makes at most
     * changes_max ballots; so many hundredths of those who attested need not
     * confirm before a teller's device decrypts by itself. */
    uint64_t ballot_k_min;
    int64_t ballot_attest_ms;
    int64_t ballot_closing_ms;
    uint64_t ballot_changes_max;
    uint64_t ballot_tolerance_percent;
    unsigned unverified; /* of enum ruleset_rule */
};

/* Longest file that is read. */
enum { RULESET_SIZE_MAX = 64 * 1024 };

/*
 * Reads a ruleset file (libconfig syntax, see config/rules/interim.conf).
 * Every rule must be there, and nothing else. RESULT_MALFORMED or
 * RESULT_TOO_LARGE with the line in `*error_line` (0: of no single line), or
 * RESULT_NO_MEMORY; `*out` is untouched then. Any thread.
 */
MUST_USE enum result ruleset_parse(const char *text, size_t size,
                                   struct ruleset *out, int *error_line);

struct threshold ruleset_majority(const struct ruleset *ruleset);

#endif
