#include "protocol/meeting/meeting_punctuality.h"

static bool has_rule(const struct ruleset *rules)
{
    return rules && ruleset_has(rules, RULESET_PUNCTUALITY);
}

bool meeting_person_is_late(const struct meeting_state *state,
                            const struct ruleset *rules,
                            const struct meeting_person *person)
{
    return has_rule(rules) && state->opened_ms > 0 &&
           person->first_present_ms > 0 &&
           punctuality_is_late(&rules->punctuality, state->opened_ms,
                               person->first_present_ms);
}

bool meeting_person_left_early(const struct meeting_state *state,
                               const struct ruleset *rules,
                               const struct meeting_person *person)
{
    return has_rule(rules) && state->phase == MEETING_CLOSED &&
           person->mode == presence_mode_none_ && person->last_left_ms > 0 &&
           punctuality_is_early(&rules->punctuality, state->closed_ms,
                                person->last_left_ms);
}
