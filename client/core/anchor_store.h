/*
 * The anchors of a profile on disk (protocol/record/anchor_file.h): the file
 * `anchors` beside keystore and journal, private to its owner, and what it held
 * before the newest save as `anchors.old`.
 *
 * A save first puts what is in place aside as the older version, then the new
 * one in its place; both are whole and durable at every step, so that a cut of
 * power leaves one or the other. A file that was damaged otherwise is read from
 * the older version, and is moved to `anchors.damaged` when the next save takes
 * its place: nothing is ever written over anchors that could not be read.
 *
 * The anchors of a log are to be saved before the journal says that it was
 * verified so far, and before a signature over a head leaves the device.
 *
 * A store belongs to one thread; the lock of the journal of the same profile
 * keeps other processes out. Reading and saving wait for the disk.
 */
#ifndef CLIENT_CORE_ANCHOR_STORE_H
#define CLIENT_CORE_ANCHOR_STORE_H

#include "client/core/journal.h"
#include "protocol/record/anchors.h"

#include <stddef.h>

struct anchor_store;

enum anchor_store_origin {
    ANCHOR_STORE_WHOLE = 1, /* the file was read */
    ANCHOR_STORE_OLDER,     /* it is damaged or gone: the version before it */
    ANCHOR_STORE_FIRST,     /* there is none, and there should be none */
    ANCHOR_STORE_REMOVED    /* there is none, but the journal knows logs */
};

/* To be told to the user, unless it is WHOLE or FIRST and without counts. */
struct anchor_store_report {
    enum anchor_store_origin origin;
    /* Why the file was not read: RESULT_NOT_FOUND, RESULT_MALFORMED (it is
     * something else), RESULT_TRUNCATED or RESULT_CORRUPT; or RESULT_OK. */
    enum result damage;
    /* Logs that the journal had verified further than the anchors say, so that
     * older anchors may have been put in their place. */
    size_t behind_count;
    /* Logs of which the journal keeps another head; each is in alarm now. */
    size_t contradicting_count;
};

/*
 * Makes the first anchors of a new profile: of its organisation, with its own
 * device as one that the user added. RESULT_EXISTS if there are anchors (they
 * are left alone), RESULT_INVALID (path, organisation), RESULT_NO_MEMORY or
 * RESULT_IO.
 */
MUST_USE enum result anchor_store_create(const char *path,
                                         const struct identifier *organisation,
                                         const struct key *device);

/*
 * A new device, whose link says which key the server has, goes on with anchors
 * of an earlier one: with those that are there already, or with a copy of those
 * of the profile whose anchors are at `from`. Errors as those of
 * anchor_store_open(), RESULT_NOT_FOUND (there are none), RESULT_EXISTS (there
 * are anchors at `path`, and they are not `from`'s) or RESULT_FULL.
 */
MUST_USE enum result anchor_store_adopt(const char *path,
                                        const struct identifier *organisation,
                                        const struct key *device);
MUST_USE enum result anchor_store_inherit(const char *path, const char *from,
                                          const struct identifier *organisation,
                                          const struct key *device);

/*
 * Reads the anchors and holds them against what the journal remembers: where
 * the journal is further, its head is taken over. Nothing is written yet. A
 * path of NULL is for anchors that are kept in memory only.
 *
 * On RESULT_OK the caller owns `*out` and ends it with anchor_store_free();
 * `report` says where the anchors come from. Otherwise both are untouched:
 * RESULT_CORRUPT (damaged or gone, and the older version is of no use either),
 * RESULT_UNSUPPORTED (of a later version), RESULT_REFUSED (they are those of
 * another organisation), RESULT_INVALID (path; no regular file; or others than
 * its owner may read or write it), RESULT_NO_MEMORY or RESULT_IO. None of these
 * is a reason to begin anew.
 */
MUST_USE enum result anchor_store_open(struct anchor_store **out,
                                       const char *path,
                                       const struct journal *journal,
                                       const struct identifier *organisation,
                                       struct anchor_store_report *report);

/* Saves nothing by itself. Takes NULL and returns NULL. */
struct anchor_store *anchor_store_free(struct anchor_store *store);

/* To be asked and changed by the functions of protocol/record. */
struct anchors *anchor_store_anchors(struct anchor_store *store);

/*
 * Makes the anchors durable; returns at once if nothing has changed.
 * RESULT_NO_MEMORY or RESULT_IO: what was saved before stands then, and the
 * next call tries again.
 */
MUST_USE enum result anchor_store_save(struct anchor_store *store);

/*
 * The anchors of a file of any place, without a store: of an export, or of a
 * profile that another process may be using. On RESULT_OK the caller ends
 * `*out` with anchors_release(). Errors as those of anchor_file_parse(), and
 * RESULT_NOT_FOUND, RESULT_INVALID (path; no regular file) or RESULT_IO.
 */
MUST_USE enum result anchor_store_read_file(const char *path,
                                            struct anchors *out);
/* The same for a profile: as anchor_store_open() chooses, and with its errors;
 * RESULT_NOT_FOUND if there are none. `older` tells that the file could not be
 * read, and is the version before it. */
MUST_USE enum result anchor_store_read(const char *path, struct anchors *out,
                                       bool *older);

#endif
