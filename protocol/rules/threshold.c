#include "protocol/rules/threshold.h"

#include <inttypes.h>
#include <stdio.h>

/* Products of two 64-bit numbers are compared, so they need twice the width. */
__extension__ typedef unsigned __int128 wide;

bool threshold_is_met(const struct threshold *threshold, uint64_t yes,
                      uint64_t d)
{
    wide left = (wide)threshold->denominator * yes;
    wide right = (wide)threshold->numerator * d;

    if (d == 0)
        return false;
    return threshold->is_strict ? left > right : left >= right;
}

static void write_factor(uint64_t factor, const char *name, char *out,
                         size_t size)
{
    if (factor == 1)
        (void)snprintf(out, size, "%s", name);
    else
        (void)snprintf(out, size, "%" PRIu64 "*%s", factor, name);
}

void threshold_text(const struct threshold *threshold,
                    char out[THRESHOLD_TEXT_SIZE])
{
    char left[28], right[28];

    write_factor(threshold->denominator, "yes", left, sizeof left);
    write_factor(threshold->numerator, "D", right, sizeof right);
    (void)snprintf(out, THRESHOLD_TEXT_SIZE, "%s %s %s", left,
                   threshold->is_strict ? ">" : ">=", right);
}
