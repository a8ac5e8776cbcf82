/*
 * Group commit: turns a list of jobs into transactions. Knows nothing of
 * threads; belongs to the writer thread once that runs.
 */
#ifndef SERVER_STORE_STORE_WRITER_H
#define SERVER_STORE_STORE_WRITER_H

#include "server/store/store_job.h"
#include "server/store/store_sqlite.h"

#include <stdatomic.h>

struct store_writer {
    struct store_sqlite *sqlite; /* owned */
    uint64_t commit_delay_ms;
    struct store_failed_log *failed; /* owned list */
    bool must_wipe;                  /* a deleted room key is still in a file */

    /* Written by the writer, read by any thread. */
    atomic_uint_fast64_t commits;
    atomic_uint_fast64_t batches;
    atomic_uint_fast64_t events;
    atomic_uint_fast64_t failures;
};

/* All zero is a writer without a database. */
void store_writer_release(struct store_writer *writer);

/*
 * Writes jobs from the front of `waiting` in one transaction and moves them to
 * `done`, each with its result: all of them, but for a load behind a batch of
 * the same log, which starts the next group, so that it sees how that batch
 * ended. Takes at least one job.
 */
void store_writer_write_group(struct store_writer *writer,
                              struct store_job_list *waiting,
                              struct store_job_list *done);

/* Empties the write-ahead log if a room key was deleted. While a reader is in
 * the way, `must_wipe` stays set. */
void store_writer_wipe(struct store_writer *writer);

#endif
