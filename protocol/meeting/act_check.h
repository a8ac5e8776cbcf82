/*
 * Is a signed act in an event what its device signed? The statement is rebuilt
 * from the event's own fields, so an event that was altered after it was signed
 * does not pass. One thread.
 */
#ifndef PROTOCOL_MEETING_ACT_CHECK_H
#define PROTOCOL_MEETING_ACT_CHECK_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/record/statement_cache.h"

/* The act of an event, NULL if its kind has none; is_present may be false. */
const struct act *act_of_event(const struct meeting_event *event);
/* The act of whoever signed second: of `restored`, the one event that two
 * people sign, if it is present; else NULL. */
const struct act *second_act_of_event(const struct meeting_event *event);

/*
 * `before` is the state that the event is about to be applied to, `scope` the
 * log's id, `cache` may be NULL. RESULT_OK also for events that need no act and
 * have none. RESULT_REFUSED: an act is missing, is by a device that is not its
 * member's, says something else than the event, or its signature is wrong.
 * RESULT_NO_MEMORY or RESULT_CRYPTO. That seen and head are the log's is the
 * caller's to check.
 */
MUST_USE enum result act_check(const struct meeting_event *event,
                               const struct identifier *scope,
                               const struct meeting_state *before,
                               struct statement_cache *cache);

#endif
