/*
 * The numbers a meeting is held under: data of a dated, named file, never
 * constants of the program. A meeting names its ruleset and the hash of that
 * file, so that an old one is judged by the rules it was held under.
 */
#ifndef PROTOCOL_RULES_RULESET_H
#define PROTOCOL_RULES_RULESET_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/rules/confidence.h"
#include "protocol/rules/cumulation.h"
#include "protocol/rules/declaration.h"
#include "protocol/rules/election.h"
#include "protocol/rules/electorate.h"
#include "protocol/rules/eligibility.h"
#include "protocol/rules/form_of_vote.h"
#include "protocol/rules/meeting_norms.h"
#include "protocol/rules/punctuality.h"
#include "protocol/rules/quorum.h"
#include "protocol/rules/rating.h"
#include "protocol/rules/rights.h"
#include "protocol/rules/ruleset_fault.h"
#include "protocol/rules/threshold.h"
#include "protocol/rules/validity.h"

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

/*
 * Groups of rules that a file may have. The first seven describe votes and come
 * together or not at all; each of the others needs them.
 */
#define RULESET_GROUP_LIST(X)                                                  \
    X(RULESET_CATEGORIES, "categories")                                        \
    X(RULESET_DENOMINATORS, "denominators")                                    \
    X(RULESET_THRESHOLDS, "thresholds")                                        \
    X(RULESET_FORMS, "forms")                                                  \
    X(RULESET_REMOTE, "remote")                                                \
    X(RULESET_QUORUM, "quorum")                                                \
    X(RULESET_VALIDITY, "validity")                                            \
    X(RULESET_DISCIPLINE, "discipline")                                        \
    X(RULESET_CONFIDENCE, "confidence")                                        \
    X(RULESET_RATING, "rating")                                                \
    X(RULESET_ELECTION, "election")                                            \
    X(RULESET_ROLL_CALL, "roll_call")                                          \
    X(RULESET_ELIGIBILITY, "online_eligibility")                               \
    X(RULESET_DECLARATION, "declaration")                                      \
    X(RULESET_PUNCTUALITY, "punctuality")                                      \
    X(RULESET_LENGTH, "length")                                                \
    X(RULESET_PARTY_GROUPS, "party_groups")                                    \
    X(RULESET_DEADLINES, "deadlines")                                          \
    X(RULESET_SCORE_SHEET, "score_sheet")                                      \
    X(RULESET_FLOOR, "floor")                                                  \
    X(RULESET_AGENDA, "agenda")                                                \
    X(RULESET_RECORDING, "recording")
VOCABULARY_ENUM(ruleset_group, RULESET_GROUP_LIST)
/* This one says nothing of members and votes, and stands beside the base, too.
 */
enum { RULESET_BESIDE_BASE = 1 << RULESET_RECORDING };

/* Who may have a meeting recorded. */
#define RECORDING_BY_LIST(X)                                                   \
    X(RECORDING_BY_NOBODY, "nobody")                                           \
    X(RECORDING_BY_ITS_CHAIR, "chair")
VOCABULARY_ENUM(recording_by, RECORDING_BY_LIST)

/* Of a rule: bits of ruleset.marks. */
enum { RULE_MARK_THERE = 1, RULE_MARK_UNVERIFIED = 2 };

struct ruleset {
    char name[401];
    char valid_from[11];    /* 2026-07-26 */
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

    /* Of the groups that the file has. A file that has none, the base only, is
     * completed as ruleset_complete() says; what is missing else is zero. */
    unsigned groups; /* set of enum ruleset_group */
    uint8_t marks[rule_id_count_];
    struct rights_rules rights;
    struct electorate_rules electorate;
    struct vote_test thresholds[matter_count_];
    struct form_rules forms;
    struct quorum_rules quorum;
    unsigned roll_call; /* set of the matters before which the roll is taken */
    struct validity_rules validity;
    struct discipline_rules discipline;
    struct confidence_rules confidence;
    struct rating_rules rating;
    struct election_rules election;
    struct eligibility_rules eligibility;
    struct declaration_rule declaration;
    struct punctuality_rule punctuality;
    struct length_rule length;
    struct party_group_rule party_groups;
    struct deadline_rules deadlines;
    struct score_rules score;
    int64_t floor_warning_ms; /* before time is up; 0: nobody is warned */
    struct agenda_rules agenda;
    enum recording_by recording; /* none: as nobody */
};

/* Longest file that is read. */
enum { RULESET_SIZE_MAX = 64 * 1024 };

/*
 * Reads a ruleset file (libconfig syntax, see config/rules/party-2026.conf).
 * Every rule of the base must be there, the groups may, and nothing else.
 * RESULT_MALFORMED or RESULT_TOO_LARGE with the line of the first fault in
 * `*error_line` (0: of no single line), or RESULT_NO_MEMORY; `*out` is
 * untouched then. Any thread.
 */
MUST_USE enum result ruleset_parse(const char *text, size_t size,
                                   struct ruleset *out, int *error_line);

/* How sure whoever wrote a rule down was of it. */
#define CERTAINTY_LIST(X)                                                      \
    X(CERTAINTY_HIGH, "high")                                                  \
    X(CERTAINTY_MEDIUM, "medium")                                              \
    X(CERTAINTY_LOW, "low")
VOCABULARY_ENUM(certainty, CERTAINTY_LIST)

/* Where a rule comes from, as the file says. */
struct ruleset_note {
    int line;                 /* 0: the file does not have the rule */
    char *source;             /* NULL then */
    enum certainty certainty; /* none: not said, which the base need not */
};
struct ruleset_notes {
    struct ruleset_note of[rule_id_count_];
};

/*
 * The same with the sources of the rules, ended by ruleset_notes_release(), and
 * with every fault that was found. `*out` and `*notes` are untouched unless
 * RESULT_OK.
 */
MUST_USE enum result ruleset_read(const char *text, size_t size,
                                  struct ruleset *out,
                                  struct ruleset_notes *notes,
                                  struct ruleset_faults *faults);
void ruleset_notes_release(struct ruleset_notes *notes);

/*
 * What a file with the base only stands for; nothing changes where there are
 * groups. People have the rights of category.h; D has the official members, and
 * the exempt ones who are there; every matter that has a single test is voted
 * on openly or secretly and tested as an ordinary motion; remote seats take
 * part; there is no quorum. ruleset_read() has done it already.
 */
void ruleset_complete(struct ruleset *ruleset);

struct threshold ruleset_majority(const struct ruleset *ruleset);
bool ruleset_has(const struct ruleset *ruleset, enum ruleset_group group);
/* Does the ruleset say how this is voted on, if only by its base? */
bool ruleset_has_matter(const struct ruleset *ruleset, enum matter matter);
bool ruleset_has_rule(const struct ruleset *ruleset, enum rule_id rule);
bool ruleset_is_unverified(const struct ruleset *ruleset, enum rule_id rule);

#endif
