/*
 * May this meeting be held online? From the grounds of those on its roll, or of
 * whom it would summon, to what the rules say. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_ELIGIBILITY_H
#define PROTOCOL_MEETING_MEETING_ELIGIBILITY_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/meeting_summons.h"
#include "protocol/rules/eligibility.h"

/*
 * As the roll stands, or will with the rows of `changed` (NULL: none). A ground
 * that the rules do not take is none. RESULT_INVALID for rules without a test,
 * with `*out` untouched.
 */
MUST_USE enum result meeting_state_eligibility(
    const struct meeting_state *state, const struct eligibility_rules *rules,
    const struct event_roster_changed *changed, struct eligibility *out);

/* The same of the members whom a meeting would summon, as the register stands.
 */
MUST_USE enum result register_state_eligibility(
    const struct register_state *state, const struct summons *summons,
    const struct eligibility_rules *rules, struct eligibility *out);

#endif
