/*
 * Rulesets in the store: what a meeting is held under is kept beside it as a
 * file under its hash, and stays when the file in the rules folder is changed
 * or gone. Blocks; any thread, one at a time for a handle.
 */
#ifndef SERVER_CONTROL_RULESET_STORE_H
#define SERVER_CONTROL_RULESET_STORE_H

#include "protocol/rules/ruleset_shelf.h"
#include "server/store/store_sqlite.h"

/*
 * Adds to the shelf what meetings are or were held under and the store has,
 * where the shelf lacks it. One that is nowhere is left out; one that cannot be
 * read, or for which the shelf has no place, too, and the log says so. Anything
 * but RESULT_OK: the store failed.
 */
MUST_USE enum result ruleset_store_find(struct store_sqlite *sqlite,
                                        struct ruleset_shelf *shelf);

/*
 * Writes to the database at `path` what it lacks and the shelf has: the ruleset
 * `chosen`, under which meetings are about to be held, and those that meetings
 * name already. Durable when this returns. RESULT_BUSY: another process has the
 * database.
 */
MUST_USE enum result ruleset_store_keep(const char *path,
                                        const struct ruleset_shelf *shelf,
                                        const struct hash *chosen);

#endif
