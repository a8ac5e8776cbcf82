/*
 * What is wrong with a ruleset file, so that somebody can mend it: where, what,
 * and what would be right. The words are the caller's.
 */
#ifndef PROTOCOL_RULES_RULESET_FAULT_H
#define PROTOCOL_RULES_RULESET_FAULT_H

#include <stddef.h>
#include <stdint.h>

enum ruleset_fault_kind {
    RULESET_FAULT_NONE,
    RULESET_FAULT_SIZE,     /* the file is larger than max bytes */
    RULESET_FAULT_BYTES,    /* a zero byte, or an @include */
    RULESET_FAULT_SYNTAX,   /* detail: what libconfig says */
    RULESET_FAULT_MISSING,  /* place is not there */
    RULESET_FAULT_UNKNOWN,  /* place is there, and no rule knows it */
    RULESET_FAULT_TYPE,     /* detail: what type it has to have */
    RULESET_FAULT_RANGE,    /* a number not within min..max */
    RULESET_FAULT_TEXT,     /* empty, longer than max, or no proper text */
    RULESET_FAULT_WORD,     /* detail: the words that there are */
    RULESET_FAULT_TWICE,    /* detail: a word that stands there twice */
    RULESET_FAULT_FRACTION, /* more than the whole */
    RULESET_FAULT_DATE,     /* not a date such as 2026-07-26 */
    RULESET_FAULT_ORDER,    /* numbers that have to descend, the last to 0 */
    RULESET_FAULT_PAIRS,    /* pairs whose first numbers have to ascend */
    RULESET_FAULT_SUM,      /* numbers that have to add up to max */
    RULESET_FAULT_DIFFERS,  /* says another thing than detail does */
    RULESET_FAULT_NEEDS,    /* is of no use without detail */
    RULESET_FAULT_UNCOUNTED /* votes, but is in no denominator: detail */
};

enum { RULESET_PLACE_SIZE = 96, RULESET_DETAIL_SIZE = 160 };
struct ruleset_fault {
    enum ruleset_fault_kind kind;
    int line;                       /* 0: of no single line */
    char place[RULESET_PLACE_SIZE]; /* "thresholds.admission.of"; "" if none */
    char detail[RULESET_DETAIL_SIZE];
    int64_t min, max;
};

/* The first so many that were found are kept, in the order of their lines; what
 * is of no single line comes first. */
enum { RULESET_FAULTS_MAX = 20 };
struct ruleset_faults {
    struct ruleset_fault faults[RULESET_FAULTS_MAX];
    size_t count;
};

#endif
