/*
 * Who came late, who left early: a projection of the state by the ruleset's
 * rule `punctuality`. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_PUNCTUALITY_H
#define PROTOCOL_MEETING_MEETING_PUNCTUALITY_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset.h"

/* Both false where the ruleset (NULL: unknown) does not have the rule. */
bool meeting_person_is_late(const struct meeting_state *state,
                            const struct ruleset *rules,
                            const struct meeting_person *person);
/* Known once the meeting is closed; who was there at its end did not leave. */
bool meeting_person_left_early(const struct meeting_state *state,
                               const struct ruleset *rules,
                               const struct meeting_person *person);

#endif
