/*
 * The public records of one election, found by their SHA-256: what the
 * meeting's log names and the server has beside it. In memory, and in the file
 * FOLDER/UUID.records, so that a thin line fetches nothing twice: each record
 * as u32 size and bytes, one behind the other. Nothing secret, nothing that
 * cannot be had again: it is written without waiting for the disk, a piece cut
 * short at its end is taken off, and what cannot be written is kept in memory.
 *
 * Belongs to one thread; views are valid until the records are ended.
 */
#ifndef CLIENT_CORE_BALLOT_RECORDS_H
#define CLIENT_CORE_BALLOT_RECORDS_H

#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_records;

/*
 * `folder` NULL: in memory only; it is made when the first record comes. `uuid`
 * is fit to be a name. On RESULT_OK the caller owns `*out` and ends it with
 * ballot_records_free(). RESULT_INVALID (path) or RESULT_NO_MEMORY. A file that
 * cannot be read counts as none.
 */
MUST_USE enum result ballot_records_open(struct ballot_records **out,
                                         const char *folder, const char *uuid);
/* The file stays. Takes NULL and returns NULL. */
struct ballot_records *ballot_records_free(struct ballot_records *records);
/* Removes the file; what is in memory stays. */
void ballot_records_remove(struct ballot_records *records);

/* The record with this hash; data NULL if it is not here. */
struct text_view ballot_records_get(const struct ballot_records *records,
                                    const struct hash *hash);
size_t ballot_records_count(const struct ballot_records *records);

/* Takes a record in; `bytes` is copied. RESULT_OK, also if it is here already,
 * or RESULT_NO_MEMORY. */
MUST_USE enum result ballot_records_put(struct ballot_records *records,
                                        const void *bytes, size_t size);

#endif
