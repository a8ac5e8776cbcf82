/*
 * The minutes of a stored meeting as plain text, with those of the party groups
 * that it gathered. Blocks; one thread.
 */
#ifndef SERVER_CONTROL_RECORD_MINUTES_H
#define SERVER_CONTROL_RECORD_MINUTES_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset_shelf.h"
#include "server/store/store_sqlite.h"

/*
 * Vietnamese text; the caller ends `*out` with free(). `state` is that of the
 * log at its end; a ruleset that is not on the shelf is done without, as is the
 * log of a group that is not in the database. Results as
 * minutes_text_render() and the store.
 */
MUST_USE enum result record_minutes_draw(struct store_sqlite *sqlite,
                                         const struct ruleset_shelf *rulesets,
                                         const struct store_log *log,
                                         const struct meeting_state *state,
                                         char **out, size_t *size);

#endif
