/*
 * D: how many members a result is measured against. Membership decides, not
 * attendance: an official member who is absent, excused or not, counts.
 * Pure; any thread.
 */
#ifndef PROTOCOL_RULES_DENOMINATOR_H
#define PROTOCOL_RULES_DENOMINATOR_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Every one of the groups below is a part of `members`. */
struct denominator_terms {
    uint64_t members;        /* all whose membership is official */
    uint64_t temp_away;      /* introduced to another cell for a time */
    uint64_t exempt;         /* exempt from work and meetings */
    uint64_t exempt_present; /* of these, who took part in this vote */
    uint64_t suspended;
};

/*
 * D of a meeting of members: members - temp_away - (exempt - exempt_present),
 * and less the suspended unless the ruleset counts them. RESULT_INVALID, with
 * `*out` untouched, if the terms contradict each other.
 */
MUST_USE enum result
denominator_of_meeting(const struct denominator_terms *terms,
                       bool is_suspended_counted, uint64_t *out);

#endif
