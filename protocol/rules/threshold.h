/*
 * The test a vote has to pass, in exact integers: a rounded percentage never
 * decides anything. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_THRESHOLD_H
#define PROTOCOL_RULES_THRESHOLD_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* denominator*yes > numerator*D when strict, else >=. */
struct threshold {
    uint64_t numerator;
    uint64_t denominator;
    bool is_strict;
};

/* More than one half; at least two thirds. */
#define THRESHOLD_MAJORITY ((struct threshold){ 1, 2, true })
#define THRESHOLD_TWO_THIRDS ((struct threshold){ 2, 3, false })

/* Is the test met by `yes` of `d`? Never when d is 0. */
bool threshold_is_met(const struct threshold *threshold, uint64_t yes,
                      uint64_t d);

/* The fewest of `d` that meet the test; 0 where none can: d is 0, or the test
 * asks for more than d. */
uint64_t threshold_need(const struct threshold *threshold, uint64_t d);

enum { THRESHOLD_TEXT_SIZE = 64 };
/* "2*yes > D", "3*yes >= 2*D": as it stands in the log and the minutes. */
void threshold_text(const struct threshold *threshold,
                    char out[THRESHOLD_TEXT_SIZE]);
/* The test that reads so. RESULT_MALFORMED, with `*out` untouched, for every
 * text that threshold_text() does not write. */
MUST_USE enum result threshold_parse(struct text_view text,
                                     struct threshold *out);

#endif
