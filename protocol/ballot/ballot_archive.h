/*
 * The file of one election, UUID.bel, as the program belenios-tool reads and
 * writes it: an old-style tar to which records are only ever added. Each event
 * names the hash of the event before it, and comes behind the data records that
 * it is about:
 *
 *   Setup               election, trustees, credentials, setup
 *   Ballot              ballot
 *   EndBallots          (none)
 *   EncryptedTally      tally, sized tally
 *   PartialDecryption   decryption, {"owner","payload"}
 *   Result              result
 *
 * exactly in the order Setup, Ballot*, EndBallots, EncryptedTally,
 * PartialDecryption+, Result. The payload of an event is the hash of the last
 * of its data records. No end-of-archive blocks. The writer gives the bytes of
 * one step, the reader takes a file only if it is byte for byte what the writer
 * gives; neither looks into the data records. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_ARCHIVE_H
#define PROTOCOL_BALLOT_BALLOT_ARCHIVE_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(IDENTIFIER, word in the archive, number of data records) */
#define BALLOT_EVENT_LIST(X)                                                   \
    X(SETUP, "Setup", 4)                                                       \
    X(BALLOT, "Ballot", 1)                                                     \
    X(END_BALLOTS, "EndBallots", 0)                                            \
    X(ENCRYPTED_TALLY, "EncryptedTally", 2)                                    \
    X(PARTIAL_DECRYPTION, "PartialDecryption", 2)                              \
    X(RESULT, "Result", 1)

enum ballot_event_kind {
    BALLOT_EVENT_NONE,
#define BALLOT_EVENT_ENUM(name, word, count) BALLOT_EVENT_##name,
    BALLOT_EVENT_LIST(BALLOT_EVENT_ENUM)
#undef BALLOT_EVENT_ENUM
        BALLOT_EVENT_KIND_COUNT
};

enum { BALLOT_EVENT_RECORDS_MAX = 4 };

/* "Setup"; "" for none. */
const char *ballot_event_word(enum ballot_event_kind kind);
/* Of an event of this kind. */
size_t ballot_event_record_count(enum ballot_event_kind kind);
/* May an event of kind `next` come behind one of kind `last` (NONE: first)? */
bool ballot_event_may_follow(enum ballot_event_kind last,
                             enum ballot_event_kind next);

/* --- Writing ------------------------------------------------------------- */

/* The end of an archive: what the next event hangs on. A plain value. */
struct ballot_archive_end {
    uint64_t seconds;            /* the archive's one time, UTC */
    uint64_t count;              /* events so far = height of the next one */
    enum ballot_event_kind last; /* NONE before Setup */
    struct hash head;            /* hash of the last event; zeros if none */
};

/*
 * The beginning of an archive, its record BELENIOS, added to `out`; `seconds`
 * below 2^33. RESULT_OK and `*end`, or RESULT_INVALID, or the writer's failure.
 */
MUST_USE enum result ballot_archive_begin(uint64_t seconds,
                                          struct byte_writer *out,
                                          struct ballot_archive_end *end);

/*
 * One event with its data records, added to `out`: exactly as many `records` as
 * its kind has, in their order. `*end` moves on.
 *
 * RESULT_REFUSED if the kind may not come next; RESULT_INVALID for another
 * number of records; RESULT_TOO_LARGE for a record above
 * LIMIT_BALLOT_RECORD_SIZE; or the writer's failure. `*end` is then as it was,
 * and `out` holds nothing or is to be thrown away.
 */
MUST_USE enum result ballot_archive_append(struct ballot_archive_end *end,
                                           enum ballot_event_kind kind,
                                           const struct text_view *records,
                                           size_t record_count,
                                           struct byte_writer *out);

/* The event that ballot_archive_append() would write, without its file: its
 * JSON. `payload` is not used for EndBallots. */
void ballot_archive_event_text(const struct ballot_archive_end *end,
                               enum ballot_event_kind kind,
                               const struct hash *payload,
                               struct byte_writer *out);

/* --- Reading ------------------------------------------------------------- */

struct ballot_archive_event {
    enum ballot_event_kind kind;
    uint64_t number; /* its height: 0 is Setup */
    struct hash hash;
    size_t record_count;
    struct text_view records[BALLOT_EVENT_RECORDS_MAX]; /* borrowed */
    struct hash record_hashes[BALLOT_EVENT_RECORDS_MAX];
    size_t file_end; /* position in the file behind the event */
};

struct ballot_archive_reader {
    struct text_view file; /* borrowed */
    size_t position;       /* behind the last event that was read */
    struct ballot_archive_end end;
    enum ballot_fault fault;           /* sticks */
    enum ballot_event_kind fault_kind; /* of the event; NONE: not known */
};

/* Is this the beginning of such a file, of whatever validity? */
bool ballot_archive_is(struct text_view file);

/* Reads the record BELENIOS; the reader's fault says whether it was good. */
void ballot_archive_open(struct ballot_archive_reader *reader,
                         struct text_view file);

/*
 * The next event; false at the end of the file, and at a fault, which is then
 * in the reader. A fault belongs to the event with the number
 * reader->end.count.
 */
bool ballot_archive_next(struct ballot_archive_reader *reader,
                         struct ballot_archive_event *out);

/*
 * The file has grown, by whole events: `file` begins with the bytes of before.
 * A reader that came to the end without a fault goes on.
 */
void ballot_archive_grown(struct ballot_archive_reader *reader,
                          struct text_view file);

#endif
