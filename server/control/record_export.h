/*
 * A stored meeting as the file of its record: everything that the database has
 * of it, and of the register what shows whose keys these were. Reads a database
 * beside a running server. The same meeting gives the same bytes at each
 * export, as long as nothing of it changed. Whoever draws papers of a meeting
 * adds them to the list of files (record_files_add()) below "documents/", to be
 * hidden or not. Blocks; one thread.
 */
#ifndef SERVER_CONTROL_RECORD_EXPORT_H
#define SERVER_CONTROL_RECORD_EXPORT_H

#include "protocol/record/record_files.h"
#include "protocol/rules/ruleset_shelf.h"
#include "server/store/store_sqlite.h"

struct record_export {
    struct store_sqlite *sqlite;          /* borrowed, as is all here */
    const struct ruleset_shelf *rulesets; /* among them the meeting's */
    const struct signing_key *server;
    struct identifier organisation, meeting;
};

/*
 * RESULT_OK, and the caller ends `*out` with free(). `*missing` says, after any
 * other result, what could not be had: RESULT_NOT_FOUND (the meeting, its
 * ruleset, an attachment or a record of a ballot), RESULT_CORRUPT (a log that
 * cannot be replayed); else as record_files_write() and the store. `*missing`
 * is ended with free(), and may be NULL.
 */
MUST_USE enum result record_export(const struct record_export *export,
                                   char **out, size_t *size, char **missing);

#endif
