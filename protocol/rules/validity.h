/*
 * Which ballots are valid, and which marks count: it differs with the ballot.
 * A valid ballot decides what is counted; membership, not the number of valid
 * ballots, decides what it is measured against. Pure; any thread.
 *
 * Source: 190-QĐ/TW (10/10/2024), Điều 15 (read in the text of 2014, Điều 17),
 * rows of ballots without surplus: Điều 30.
 */
#ifndef PROTOCOL_RULES_VALIDITY_H
#define PROTOCOL_RULES_VALIDITY_H

#include "protocol/base/result.h"
#include "protocol/rules/rule_id.h"

#include <stddef.h>

/* list_surplus: names are left standing or struck out. list_no_surplus: agree
 * or disagree in each row. single: the same of one name. one_of: one mark on
 * the whole ballot, for discipline. levels: one mark in each row, for
 * confidence and rating. */
#define PAPER_LIST(X)                                                          \
    X(PAPER_LIST_SURPLUS, "list_surplus")                                      \
    X(PAPER_LIST_NO_SURPLUS, "list_no_surplus")                                \
    X(PAPER_SINGLE, "single")                                                  \
    X(PAPER_ONE_OF, "one_of")                                                  \
    X(PAPER_LEVELS, "levels")
VOCABULARY_ENUM(paper_kind, PAPER_LIST)

/* What a row with none or several boxes ticked spoils. Of list_no_surplus and
 * levels a ruleset has the row alone: their rows are counted by themselves. */
#define BAD_ROW_LIST(X)                                                        \
    X(BAD_ROW_SPOILS_ROW, "row")                                               \
    X(BAD_ROW_SPOILS_BALLOT, "ballot")
VOCABULARY_ENUM(bad_row, BAD_ROW_LIST)

struct validity_rule {
    enum rule_id rule;
    enum bad_row bad_row;  /* not of list_surplus */
    uint64_t names_min;    /* of list_surplus: left standing at least */
    bool writing_is_valid; /* is a ballot with words or a signature? */
};

struct validity_rules {
    struct validity_rule of[paper_kind_count_];
};

enum validity {
    VALIDITY_VALID,
    VALIDITY_NOT_ISSUED, /* by the tally board */
    VALIDITY_WRITING,    /* words or a signature on it */
    VALIDITY_OUTSIDER,   /* a name that is not in the list */
    VALIDITY_TOO_MANY,   /* more names than seats */
    VALIDITY_TOO_FEW,    /* fewer names than the rule asks for */
    VALIDITY_BAD_ROW     /* none or several boxes where it has to be one */
};

enum { VALIDITY_ROWS_MAX = 200 };

/*
 * A ballot as it lies there. rows[i]: the set of its boxes that are ticked, bit
 * 0 the first. Of list_surplus a row has one box: bit 0 is set if the name was
 * left standing. Of one_of there is one row, a box for each form.
 */
struct paper_marks {
    enum paper_kind paper;
    bool is_issued;
    bool has_writing;
    bool has_outsider;
    uint64_t seats; /* of list_surplus */
    const unsigned *rows;
    size_t row_count;
};

struct validity_decision {
    enum rule_id rule;
    enum validity validity;
    uint64_t names; /* left standing, of list_surplus */
    size_t row;     /* the first bad one, of VALIDITY_BAD_ROW */
    /* Of a valid ballot: the box that counts in each row, from 1; 0: none. */
    unsigned counted[VALIDITY_ROWS_MAX];
};

/* RESULT_INVALID, with `*out` untouched, for no rows, too many, a paper that is
 * none, or a row with boxes that its paper has not. */
MUST_USE enum result validity_decide(const struct validity_rules *rules,
                                     const struct paper_marks *marks,
                                     struct validity_decision *out);

#endif
