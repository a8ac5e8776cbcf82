#include "protocol/rules/punctuality.h"

/* Is there more than so many minutes from the one to the other? Times that are
 * too far apart for a difference are. */
static bool is_beyond(int64_t from_ms, int64_t to_ms, uint64_t minutes)
{
    int64_t difference;

    if (to_ms <= from_ms)
        return false;
    if (__builtin_sub_overflow(to_ms, from_ms, &difference))
        return true;
    return (uint64_t)difference > minutes * 60000;
}

bool punctuality_is_late(const struct punctuality_rule *rule, int64_t opened_ms,
                         int64_t came_ms)
{
    return is_beyond(opened_ms, came_ms, rule->late_minutes);
}

bool punctuality_is_early(const struct punctuality_rule *rule,
                          int64_t closed_ms, int64_t left_ms)
{
    return is_beyond(left_ms, closed_ms, rule->early_minutes);
}
