#include "protocol/rules/tally_sums.h"

#include <stdbool.h>

static bool is_sum(uint64_t whole, uint64_t a, uint64_t b)
{
    return a <= whole && b == whole - a;
}

enum tally_fault tally_sums_check(const struct tally_sums *sums)
{
    if (sums->issued > sums->voters)
        return TALLY_ISSUED_TO_MANY;
    if (!is_sum(sums->issued, sums->returned, sums->not_returned))
        return TALLY_ISSUED_DIFFERS;
    if (!is_sum(sums->returned, sums->valid, sums->invalid))
        return TALLY_RETURNED_DIFFERS;
    return TALLY_SUMS_RIGHT;
}
