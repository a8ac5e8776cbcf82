/*
 * What workers do of a recording, knowing nothing of rooms: frames that were
 * heard become the files of their speakers, and a file that is finished is
 * looked through and named. A file is called
 * MEETING_RECORDING_SLOT_HOLDER.opus.
 *
 * One worker at a time has a recording; the loop only fills what it takes next.
 */
#ifndef SERVER_ROOM_RECORDING_WORK_H
#define SERVER_ROOM_RECORDING_WORK_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/meeting/meeting_recording_rows.h"
#include "server/platform/recording_store.h"

#include <stdbool.h>

enum { RECORDING_NAME_SIZE = 2 * IDENTIFIER_SIZE + 32 };

/* Which recording of which meeting. */
struct recording_id {
    struct identifier meeting;
    uint64_t number;
};

struct recording_name {
    char text[RECORDING_NAME_SIZE];
};
/* What the names of its files begin with; number 0: of all recordings. */
struct recording_name recording_prefix(const struct recording_id *id);
/* The recording and the sender of a file; false: it is no such file. */
bool recording_name_read(const char *name, struct recording_id *id,
                         uint64_t *slot, struct identifier *holder);

/* --- Writing ------------------------------------------------------------- */

/* A frame that was heard, beside its payload. */
struct recording_heard {
    struct identifier holder;
    uint16_t slot;
    uint8_t flags;
    uint32_t sequence, timestamp;
    int64_t at_ms; /* UTC */
    uint16_t size;
};

struct recording_writer;

/* `room_left`: bytes that all its files may have. RESULT_NO_MEMORY. */
MUST_USE enum result recording_writer_new(struct recording_writer **out,
                                          const struct recording_id *id,
                                          const struct recording_store *store,
                                          uint64_t room_left);
struct recording_writer *recording_writer_free(struct recording_writer *writer);

/* On the loop, also while a worker writes: copies the frame. RESULT_FULL: the
 * disk does not keep up, or there is no memory. */
MUST_USE enum result recording_writer_hear(struct recording_writer *writer,
                                           const struct recording_heard *heard,
                                           const uint8_t *payload);
/* Is anything to be written? On the loop. */
bool recording_writer_has_any(const struct recording_writer *writer);
/* Is so much to be written that it should not wait? On the loop. */
bool recording_writer_is_pressed(const struct recording_writer *writer);
/* On the loop, before a worker: what was heard so far is what it writes. */
void recording_writer_hand_over(struct recording_writer *writer, int64_t now_ms,
                                bool is_end);
/* On a worker. The results below are for the loop when it has returned. */
void recording_writer_work(struct recording_writer *writer);
/* Of whom nothing is written, because LIMIT_RECORDING_SPEAKERS devices were
 * heard before, as they came: rows of the outcome RECORDING_LEFT_OUT, the
 * writer's. No more than LIMIT_RECORDING_LEFT_OUT. */
const struct recording_file *
recording_writer_left_out(const struct recording_writer *writer, size_t *count);
/* RESULT_OK; RESULT_FULL (a limit is reached: all that was written is good);
 * else it can write no more. */
enum result recording_writer_result(const struct recording_writer *writer);

/* --- Keeping ------------------------------------------------------------- */

/* A file as it is kept. */
struct recording_kept {
    bool is_there; /* there is sound in it */
    struct recording_file row;
    uint8_t *bytes; /* owned */
};

/* The names of the files of a recording, in order; free() ends `*names`. On a
 * worker. RESULT_IO, RESULT_NO_MEMORY. */
MUST_USE enum result recording_list(const struct recording_store *store,
                                    const struct recording_id *id,
                                    struct recording_name **names,
                                    size_t *count);
/* Looks through a file, ends it if it was not, and names it. On a worker. A
 * file without sound is not there. RESULT_NO_MEMORY or RESULT_IO: again later.
 */
MUST_USE enum result recording_read(const struct recording_store *store,
                                    const char *name,
                                    struct recording_kept *out);
void recording_kept_release(struct recording_kept *kept);

#endif
