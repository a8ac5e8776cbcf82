/*
 * From when on somebody was late, or left early. A projection: it is shown, and
 * decides nothing. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_PUNCTUALITY_H
#define PROTOCOL_RULES_PUNCTUALITY_H

#include <stdbool.h>
#include <stdint.h>

/* So many minutes are passed over. */
struct punctuality_rule {
    uint64_t late_minutes;
    uint64_t early_minutes;
};

/* Times in UTC ms. Came more than that after the meeting was opened? */
bool punctuality_is_late(const struct punctuality_rule *rule, int64_t opened_ms,
                         int64_t came_ms);
/* Left more than that before it was closed? */
bool punctuality_is_early(const struct punctuality_rule *rule,
                          int64_t closed_ms, int64_t left_ms);

#endif
