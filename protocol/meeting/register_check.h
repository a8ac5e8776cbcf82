/*
 * Are the statements in events of the register what the keys named there
 * signed? Each statement is rebuilt from the event's own fields and the state
 * before it, so an event that was altered after it was signed does not pass.
 * Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_REGISTER_CHECK_H
#define PROTOCOL_MEETING_REGISTER_CHECK_H

#include "protocol/meeting/register_state.h"
#include "protocol/record/statement_cache.h"

/* Do events of this kind hold the statement of somebody? */
bool register_check_is_signed(enum register_event_kind kind);

/*
 * Which position of the register the signer of this event's statement had
 * verified. False if the event holds no statement, or one that names none
 * (device_enrolled). That `out->head` is the register's head there is the
 * caller's to check.
 */
bool register_check_seen(const struct register_event *event,
                         struct statement_seen *out);

/*
 * The path of the sealed field whose text the statement is over ("label",
 * "reason"); NULL if there is none.
 */
const char *register_check_text(enum register_event_kind kind);

/*
 * Checks the statement of device_enrolled, device_added, device_vouched,
 * device_revoked, server_key_changed, erratum_proposed and erratum_signed;
 * other kinds hold none and are RESULT_OK. `before` is the state that the event
 * is about to be applied to, `text` the opened text of register_check_text(),
 * compared with its commitment by the caller, or NULL if it is not known.
 * `cache` may be NULL.
 *
 * RESULT_NOT_FOUND: the text is not known, so that nothing can be said.
 * RESULT_REFUSED: the signature is wrong, the signer is not who may say this
 * (a device of the one named, or the server's key of that moment), or has seen
 * what was not yet there. RESULT_NO_MEMORY or RESULT_CRYPTO. Whether a device
 * is vouched thereby is register_state_apply()'s to say.
 */
MUST_USE enum result register_check(const struct register_event *event,
                                    const struct register_state *before,
                                    const struct text_view *text,
                                    struct statement_cache *cache);

/*
 * The signature of a device_added alone, once its label is known: for an event
 * that register_check() had to leave open, and that was applied since. Results
 * as there, but for RESULT_NOT_FOUND.
 */
MUST_USE enum result
register_check_addition(const struct register_device_added *event,
                        struct text_view scope, struct text_view label,
                        struct statement_cache *cache);

#endif
