/*
 * The sums of a tally: a count whose numbers contradict each other is not
 * closed. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_TALLY_SUMS_H
#define PROTOCOL_RULES_TALLY_SUMS_H

#include <stdint.h>

struct tally_sums {
    uint64_t voters; /* present, with a vote, when it began */
    uint64_t issued;
    uint64_t returned;
    uint64_t not_returned;
    uint64_t valid;
    uint64_t invalid;
};

enum tally_fault {
    TALLY_SUMS_RIGHT,
    TALLY_ISSUED_TO_MANY,  /* issued > voters */
    TALLY_ISSUED_DIFFERS,  /* issued != returned + not_returned */
    TALLY_RETURNED_DIFFERS /* returned != valid + invalid */
};

/* The first that is wrong. Numbers that would overflow are wrong too. */
enum tally_fault tally_sums_check(const struct tally_sums *sums);

#endif
