/*
 * Destroying what a database need not keep any more: openings, which hold the
 * texts, and files; never an event. For chiboctl, on a writing handle, while
 * the server is stopped; all inside a transaction of store_sqlite_begin().
 * Deleted bytes are overwritten; store_sqlite_wipe() after the commit takes
 * them out of the write-ahead log, too. Errors as in store_sqlite.h.
 */
#ifndef SERVER_STORE_STORE_SQLITE_DESTROY_H
#define SERVER_STORE_STORE_SQLITE_DESTROY_H

#include "server/store/store_sqlite.h"

/* How much of a log is gone; each holds what is before it. */
enum store_extent {
    STORE_EXTENT_NOTHING,
    STORE_EXTENT_ATTACHMENTS,
    STORE_EXTENT_TEXTS, /* and the answers to requests */
    STORE_EXTENT_ALL    /* all openings, records of ballots */
};

/* What was destroyed before. RESULT_NOT_FOUND: there is no such log. */
MUST_USE enum result store_sqlite_extent(struct store_sqlite *sqlite,
                                         const struct identifier *log,
                                         enum store_extent *out);

struct store_destroyed {
    uint64_t openings, files, bytes; /* that were deleted; of files */
};

/*
 * Files of a log that no other log needs: documents that were attached and
 * recordings, with
 * STORE_EXTENT_TEXTS minutes that were read back, too, and every whole file of
 * the database that no log names (minutes as they were drawn for a reader, and
 * files that were brought and never used), with STORE_EXTENT_ALL every file
 * that an event names. Adds to `*out`.
 */
MUST_USE enum result store_sqlite_destroy_files(struct store_sqlite *sqlite,
                                                const struct identifier *log,
                                                enum store_extent extent,
                                                struct store_destroyed *out);
/* One opening, which need not be there. */
MUST_USE enum result store_sqlite_destroy_opening(struct store_sqlite *sqlite,
                                                  const struct identifier *log,
                                                  uint64_t seq,
                                                  const char *field,
                                                  struct store_destroyed *out);
/* The answers that were given to requests in this log. */
MUST_USE enum result store_sqlite_destroy_answers(struct store_sqlite *sqlite,
                                                  const struct identifier *log);

/* --- Reports --------------------------------------------------------------
 */

/* The number of the newest; 0: there is none. */
MUST_USE enum result store_sqlite_last_report(struct store_sqlite *sqlite,
                                              uint64_t *out);
/* RESULT_NOT_FOUND: no such report. The caller ends `*out` with free(). */
MUST_USE enum result store_sqlite_read_report(struct store_sqlite *sqlite,
                                              uint64_t number, char **out,
                                              size_t *size);
/* RESULT_EXISTS: there is one of this number. */
MUST_USE enum result store_sqlite_add_report(struct store_sqlite *sqlite,
                                             uint64_t number,
                                             const char *report, size_t size);
/* So much of the log is gone from here on, says this report. */
MUST_USE enum result store_sqlite_set_extent(struct store_sqlite *sqlite,
                                             const struct identifier *log,
                                             enum store_extent extent,
                                             uint64_t report);

#endif
