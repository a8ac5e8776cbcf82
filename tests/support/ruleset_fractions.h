/*
 * The fractions of a ruleset file, for tests: read by a reader that shares
 * nothing with the program's, and knows names, numbers and braces alone. What
 * it cannot read ends the test program.
 */
#ifndef TESTS_SUPPORT_RULESET_FRACTIONS_H
#define TESTS_SUPPORT_RULESET_FRACTIONS_H

#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRACTION_PLACE_SIZE = 96, FRACTIONS_MAX = 64 };

/* A group of the file that has a denominator. */
struct fraction {
    char place[FRACTION_PLACE_SIZE]; /* thresholds.admission */
    uint64_t numerator, denominator;
    bool is_strict;
    uint64_t small_from, small_to, small_extra; /* of a surplus alone */
};

struct fractions {
    struct fraction of[FRACTIONS_MAX];
    size_t count;
};

void ruleset_fractions_read(struct text_view text, struct fractions *out);
/* Ends the test program if there is none at this place. */
const struct fraction *ruleset_fractions_find(const struct fractions *fractions,
                                              const char *place);

#endif
