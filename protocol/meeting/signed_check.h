/*
 * Events whose signer signed a statement of its own, not an act: most of those
 * of secret ballots. The statement is rebuilt from the event's own fields and
 * from what the log says of the ballot. One thread.
 */
#ifndef PROTOCOL_MEETING_SIGNED_CHECK_H
#define PROTOCOL_MEETING_SIGNED_CHECK_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/record/statement_cache.h"

/*
 * Who signed such an event, in the form of an act: op is the command's,
 * request, subject and value are none. `trustees_signed` has no seen: 0 and
 * zeros. False, with `*out` untouched, for another event.
 */
bool signed_of_event(const struct meeting_event *event, struct act *out);
/* Does the statement say what its signer had seen? */
bool signed_has_seen(enum meeting_event_kind kind);

/*
 * As act_check(), for these events; RESULT_OK for every other. The device is
 * one of the member's, or where the member is "server" the server's key. That
 * seen and head are the log's is the caller's to check.
 */
MUST_USE enum result signed_check(const struct meeting_event *event,
                                  const struct identifier *scope,
                                  const struct meeting_state *before,
                                  struct statement_cache *cache);

#endif
