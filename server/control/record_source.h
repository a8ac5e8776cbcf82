/*
 * A stored meeting as what its minutes and documents are drawn of, with the
 * logs of the party groups that it gathered, and the errata of its minutes.
 * Blocks; one thread.
 */
#ifndef SERVER_CONTROL_RECORD_SOURCE_H
#define SERVER_CONTROL_RECORD_SOURCE_H

#include "protocol/document/minutes_text.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset_shelf.h"
#include "server/store/store_sqlite.h"

struct record_source;

/*
 * `state` is that of the log at its end; a ruleset that is not on the shelf is
 * done without, as is the log of a group that is not in the database. Errata
 * are those of `registry`, which the call alone borrows. Log and shelf outlive
 * the source, which the caller ends with record_source_free(). RESULT_OK,
 * RESULT_NO_MEMORY, or as the store.
 */
MUST_USE enum result record_source_load(struct store_sqlite *sqlite,
                                        const struct ruleset_shelf *rulesets,
                                        const struct store_log *log,
                                        const struct store_log *registry,
                                        const struct meeting_state *state,
                                        struct record_source **out);
/* Takes NULL, returns NULL. */
struct record_source *record_source_free(struct record_source *source);

const struct minutes_source *
record_source_minutes(const struct record_source *source);
/* The log of one of its parts; NULL: the database has it not. */
const struct store_log *record_source_part(const struct record_source *source,
                                           size_t part);
/* Has this member signed an erratum, in force or not? */
bool record_source_has_signer(const struct record_source *source,
                              const struct identifier *member);

#endif
