#include "protocol/rules/denominator.h"

/* Takes `part` off `*rest`; false if there is not that much. */
static bool take_off(uint64_t *rest, uint64_t part)
{
    if (part > *rest)
        return false;
    *rest -= part;
    return true;
}

enum result denominator_of_meeting(const struct denominator_terms *terms,
                                   bool is_suspended_counted, uint64_t *out)
{
    uint64_t rest = terms->members;

    if (terms->exempt_present > terms->exempt ||
        !take_off(&rest, terms->temp_away) ||
        !take_off(&rest, terms->exempt - terms->exempt_present) ||
        terms->suspended > rest)
        return RESULT_INVALID;
    if (!is_suspended_counted)
        rest -= terms->suspended;
    *out = rest;
    return RESULT_OK;
}
