/*
 * Would an honest server have let this happen? What everybody who holds the log
 * can ask again of an event whose signatures are good, before it is applied.
 * Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_DECISION_CHECK_H
#define PROTOCOL_MEETING_DECISION_CHECK_H

#include "protocol/meeting/act_ledger.h"
#include "protocol/meeting/meeting_state.h"

/*
 * Is the act used for the first time, of somebody whose office it is, and where
 * the meeting asks for it from a device that people vouched for? RESULT_OK, for
 * events without an act, too; RESULT_REFUSED; RESULT_NO_MEMORY.
 */
MUST_USE enum result decision_check_act(struct act_ledger *ledger,
                                        const struct meeting_event *event,
                                        const struct meeting_state *before);

/*
 * Is a vote measured against as many as the roll gives, and its result what the
 * numbers say? Without the ruleset it stays open whether suspended members
 * count. RESULT_OK, for other events, too, or RESULT_REFUSED. The sums are
 * meeting_state_apply()'s to recompute.
 */
MUST_USE enum result decision_check_result(const struct meeting_event *event,
                                           const struct meeting_state *before);

#endif
