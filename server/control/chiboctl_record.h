/*
 * What the commands about records share: a record in memory with what a
 * verifier says of it, and the archive. One thread. Whoever returns false, or
 * another exit code than CHIBOCTL_OK, has said why.
 */
#ifndef SERVER_CONTROL_CHIBOCTL_RECORD_H
#define SERVER_CONTROL_CHIBOCTL_RECORD_H

#include "protocol/verify/verify_record.h"
#include "server/archive/archive_folder.h"
#include "server/archive/archive_index.h"
#include "server/control/chiboctl.h"
#include "server/control/record_export.h"
#include "server/store/store_sqlite.h"

/* --- A record (chiboctl_record.c) ---------------------------------------- */

struct chiboctl_record {
    char *bytes; /* owned */
    size_t size;
    struct verify_record record;
    struct verify_findings findings;
};

void chiboctl_record_release(struct chiboctl_record *whole);
bool chiboctl_record_read(const char *path, struct chiboctl_record *out);
/* Verifies the bytes, held against what was `given` (NULL: nothing). What is
 * found may be that it is not valid. */
bool chiboctl_record_look(struct chiboctl_record *whole, const char *name,
                          const struct verify_given *given, size_t given_count);
bool chiboctl_record_is_valid(const struct chiboctl_record *whole,
                              const char *name);

/* What meetings are exported from, opened. */
struct chiboctl_export {
    struct store_sqlite *sqlite;
    struct ruleset_shelf rulesets;
    struct template_folder templates;
    struct signing_key server;
    struct record_export export; /* borrows from the rest */
    const char *archive;         /* the directory; borrowed */
};
bool chiboctl_export_open(struct chiboctl *ctl, struct chiboctl_export *out);
void chiboctl_export_close(struct chiboctl_export *exporting);
/*
 * The record of export.meeting into an empty `whole`, with what a verifier
 * finds in it, which may be that it is not valid; of one of which something was
 * destroyed, what was left then. As record_export(), which sets `*failure`;
 * what it does not tell was said. RESULT_CLOSED: all of it was destroyed.
 */
MUST_USE enum result
chiboctl_export_collect(const struct chiboctl_export *exporting,
                        struct chiboctl_record *whole,
                        struct record_export_failure *failure);

/* The same, valid; else false, and why was said. */
bool chiboctl_export_draw(const struct chiboctl_export *exporting,
                          struct chiboctl_record *whole);

/* --- The archive (chiboctl_archive.c) ------------------------------------ */

struct chiboctl_archive {
    struct archive_folder *folder;
    struct archive_index *index;    /* NULL until it was asked for */
    struct store_sqlite *sqlite;    /* NULL: no database is there */
    struct identifier organisation; /* of the database; "": none */
};

/* Root becomes the user to whom the data directory belongs. */
bool chiboctl_archive_open(struct chiboctl *ctl, struct chiboctl_archive *out);
void chiboctl_archive_close(struct chiboctl_archive *archive);
/* What another server wrote may hold a line feed, or what moves a cursor: the
 * text without, for a line on a terminal. free() ends it; NULL: no memory. */
char *chiboctl_archive_plain(const char *text);
/* Opens the index, and brings it up to date; whatever cannot be read is told
 * and passed over. */
bool chiboctl_archive_refresh(struct chiboctl *ctl,
                              struct chiboctl_archive *archive);

#endif
