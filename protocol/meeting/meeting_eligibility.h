/*
 * May this meeting be held online? From the grounds of those on its roll to
 * what the rules say. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_ELIGIBILITY_H
#define PROTOCOL_MEETING_MEETING_ELIGIBILITY_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/eligibility.h"

/*
 * As the roll stands, or will with the rows of `changed` (NULL: none). A ground
 * that the rules do not take is none. RESULT_INVALID for rules without a test,
 * with `*out` untouched.
 */
MUST_USE enum result meeting_state_eligibility(
    const struct meeting_state *state, const struct eligibility_rules *rules,
    const struct event_roster_changed *changed, struct eligibility *out);

#endif
