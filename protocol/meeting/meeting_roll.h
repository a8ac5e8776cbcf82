/*
 * The roll of a meeting as its rules ask for it: from the state to the people
 * whom electorate, quorum and election count. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_ROLL_H
#define PROTOCOL_MEETING_MEETING_ROLL_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/electorate.h"

/*
 * The roll as it stands now. `people` is the caller's; out->people points to
 * it, in the order of state->people, so that the same index is the same person.
 */
void meeting_state_roll_of(const struct meeting_state *state,
                           struct roll_person people[LIMIT_ROSTER],
                           struct roll *out);

/* One person as that roll has her. */
struct roll_person meeting_roll_person(const struct meeting_person *person);

#endif
