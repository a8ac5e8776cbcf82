/*
 * The register while no server runs: read and checked, and written to under the
 * database's lock, by the same rules and the same encoder as a running server.
 * Blocks; one thread.
 */
#ifndef SERVER_CONTROL_REGISTER_DESK_H
#define SERVER_CONTROL_REGISTER_DESK_H

#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/register_state.h"
#include "server/domain/decision.h"
#include "server/store/store.h"

struct register_desk;

/*
 * Takes the lock and reads the register. RESULT_NOT_FOUND (there is no such
 * database, or no organisation in it; nothing is made), RESULT_BUSY (another
 * process uses it), RESULT_CORRUPT, or as store_sqlite.h says.
 */
MUST_USE enum result register_desk_open(struct register_desk **out,
                                        const char *database_path);
/* The same for looking only, without a lock, beside a running server. A
 * database of an older program is RESULT_UNSUPPORTED. */
MUST_USE enum result register_desk_look(struct register_desk **out,
                                        const char *database_path);
/* Takes NULL and returns NULL. */
struct register_desk *register_desk_close(struct register_desk *desk);

const struct register_state *
register_desk_state(const struct register_desk *desk);
/* h of the last event. */
struct hash register_desk_head(const struct register_desk *desk);
/* Something that was committed once may be missing. */
bool register_desk_is_held(const struct register_desk *desk);
/* A meeting whose log has begun and is not closed; NULL if there is none.
 * Borrowed. */
const struct identifier *
register_desk_open_meeting(const struct register_desk *desk);

/*
 * Writes the events of a decision, durably and all or none; seq and time are
 * set here. `ends_hold`: the register is not held any more. RESULT_INVALID (the
 * desk is for looking only), or as register_state_apply() and store_sqlite.h
 * say. After a failure the desk is to be closed.
 */
MUST_USE enum result register_desk_append(struct register_desk *desk,
                                          struct register_decision *decision,
                                          bool ends_hold, int64_t now_ms);

/*
 * Adds an encoded event of the register with its openings to a batch. `before`
 * is the head it follows, NULL for the first; `*head` becomes its own.
 */
MUST_USE enum result register_batch_add(struct store_batch *batch,
                                        const struct register_event *event,
                                        const struct event_encoding *encoding,
                                        const struct hash *before,
                                        struct hash *head);

#endif
