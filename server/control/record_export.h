/*
 * A stored meeting as the file of its record: everything that the database has
 * of it, and of the register what shows whose keys these were. Reads a database
 * beside a running server. The same meeting gives the same bytes at each
 * export, as long as nothing of it changed, nor a template. Blocks; one thread.
 */
#ifndef SERVER_CONTROL_RECORD_EXPORT_H
#define SERVER_CONTROL_RECORD_EXPORT_H

#include "protocol/rules/ruleset_shelf.h"
#include "server/control/record_documents.h"
#include "server/store/store_sqlite.h"

struct record_export {
    struct store_sqlite *sqlite;          /* borrowed, as is all here */
    const struct ruleset_shelf *rulesets; /* among them the meeting's */
    const struct template_folder *templates;
    const struct signing_key *server;
    struct identifier organisation, meeting;
};

/* What could not be had. */
struct record_export_failure {
    char *missing; /* to be ended with free(); NULL: nothing */
    struct record_document_failure document; /* name "": none */
};

/*
 * RESULT_OK, and the caller ends `*out` with free(). `*failure` says, after any
 * other result, what could not be had: missing with RESULT_NOT_FOUND (the
 * meeting, its ruleset, an attachment or a record of a ballot); a document,
 * with the results of record_documents_add(). RESULT_CORRUPT: a log that cannot
 * be replayed; else as record_files_write() and the store.
 */
MUST_USE enum result record_export(const struct record_export *export,
                                   char **out, size_t *size,
                                   struct record_export_failure *failure);

#endif
