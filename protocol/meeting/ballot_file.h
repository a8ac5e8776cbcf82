/*
 * The archive of a secret ballot, UUID.bel, put together again from a meeting's
 * log and the records that lie beside it by their SHA-256. Whether it is valid
 * is not asked. Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_BALLOT_FILE_H
#define PROTOCOL_MEETING_BALLOT_FILE_H

#include "protocol/base/byte_writer.h"
#include "protocol/meeting/meeting_state.h"

/* Gives the record of this name, which stays until the next call. RESULT_OK, or
 * why not. */
typedef enum result (*ballot_file_fetch_fn)(void *user, const struct hash *name,
                                            struct text_view *out);

struct ballot_file {
    const struct meeting_ballot *ballot; /* borrowed; at the end of the log */
    struct byte_writer bytes;            /* owned */
    struct ballot_archive_end end;
    bool is_begun;
};

void ballot_file_begin(struct ballot_file *file,
                       const struct meeting_ballot *ballot);
void ballot_file_release(struct ballot_file *file);

/*
 * The next event of the log, of whatever kind; in order, from the first.
 * RESULT_OK; RESULT_TOO_LARGE, RESULT_NO_MEMORY; RESULT_REFUSED if the log does
 * not fit an archive; or what the fetching gave.
 */
MUST_USE enum result ballot_file_take(struct ballot_file *file,
                                      const struct meeting_event *event,
                                      ballot_file_fetch_fn fetch, void *user);
/*
 * After the last event: a ballot that has a list but was never opened becomes
 * an archive with its list alone. `bytes` are then whole, or empty if there
 * never was a list. Results as above.
 */
MUST_USE enum result ballot_file_end(struct ballot_file *file,
                                     ballot_file_fetch_fn fetch, void *user);

#endif
