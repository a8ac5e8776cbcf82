/*
 * The store's database: SQLite in WAL mode with synchronous=FULL. All SQL of
 * the program stands behind this header.
 *
 * Every call blocks, so none is made on a running loop: the threads of
 * store_thread.h use it, and chiboctl while the server is stopped. A handle
 * belongs to one thread at a time. Only one handle of a database may write;
 * any number may read meanwhile, each seeing one committed state per call.
 *
 * Errors: RESULT_IO (the disk is full, gone or may not be touched),
 * RESULT_CORRUPT (what is stored cannot be right), RESULT_UNSUPPORTED (made by
 * a newer program or not by this one), RESULT_BUSY (another process holds the
 * database), RESULT_NO_MEMORY; further ones stand with each function.
 */
#ifndef SERVER_STORE_STORE_SQLITE_H
#define SERVER_STORE_STORE_SQLITE_H

#include "server/store/store.h"

struct store_sqlite;

enum store_sqlite_mode {
    STORE_SQLITE_READ = 1,
    STORE_SQLITE_WRITE, /* makes the file (mode 0600) and its tables */
    /* As WRITE, but commits do not wait for the disk: only for the test that
     * shows that the loss test sees it. */
    STORE_SQLITE_WRITE_UNSAFE
};

/* ---- One owner ---------------------------------------------------------- */

/*
 * The right to write to the database at `path`, held through `path`.lock until
 * it is released or the process ends. RESULT_BUSY: another process (or another
 * holder in this one) has it.
 */
struct store_lock;
MUST_USE enum result store_sqlite_lock(struct store_lock **out,
                                       const char *path);
struct store_lock *store_lock_release(struct store_lock *lock);

/* ---- Handles ------------------------------------------------------------ */

/* RESULT_NOT_FOUND: STORE_SQLITE_READ and there is no such file. A writer must
 * hold the lock. */
MUST_USE enum result store_sqlite_open(struct store_sqlite **out,
                                       const char *path,
                                       enum store_sqlite_mode mode);
struct store_sqlite *store_sqlite_close(struct store_sqlite *sqlite);

/*
 * Brings a database of an older program up to date, which a writer does as it
 * opens; readers find it RESULT_UNSUPPORTED before. The caller holds the lock.
 * RESULT_NOT_FOUND: there is no such file, and none is made.
 */
MUST_USE enum result store_sqlite_upgrade(const char *path);

/* ---- Writing ------------------------------------------------------------ */

MUST_USE enum result store_sqlite_begin(struct store_sqlite *sqlite);

/*
 * Writes one batch inside the transaction, whole or not at all. On failure the
 * other batches of the transaction stay, unless store_sqlite_in_transaction()
 * says that SQLite has given all of it up.
 *
 * RESULT_NOT_FOUND (no such log and the batch does not begin it),
 * RESULT_EXISTS (the log, an opening or the request is there already) or
 * RESULT_INVALID (a gap or step back in seq, an opening without event, a blob
 * piece past what is there). A piece that is there already is left as it is.
 */
MUST_USE enum result store_sqlite_append(struct store_sqlite *sqlite,
                                         const struct store_batch *batch);

/* The blob is complete: is it what its name says? If so it can be read from
 * now on, else its bytes are thrown away. Inside the transaction. */
MUST_USE enum result store_sqlite_settle_blob(struct store_sqlite *sqlite,
                                              const struct hash *blob,
                                              uint64_t blob_size,
                                              bool is_right);

/* After any result the transaction is over; not RESULT_OK: nothing of it is
 * stored. */
MUST_USE enum result store_sqlite_commit(struct store_sqlite *sqlite);
void store_sqlite_rollback(struct store_sqlite *sqlite);
bool store_sqlite_in_transaction(const struct store_sqlite *sqlite);

/*
 * Moves everything from the write-ahead log into the database and empties the
 * former, so that what was deleted is in no file any more. RESULT_BUSY: a
 * reader is under way; ask again later.
 */
MUST_USE enum result store_sqlite_wipe(struct store_sqlite *sqlite);

/* ---- Reading ------------------------------------------------------------ */

/* A log that does not exist is RESULT_OK with `exists` false. The caller ends
 * `*out` with store_log_free(). */
MUST_USE enum result store_sqlite_load_log(struct store_sqlite *sqlite,
                                           const struct identifier *id,
                                           struct store_log **out);

struct store_log_summary {
    struct identifier id;
    uint64_t event_count; /* the last seq is one less */
    bool is_closed;
    bool is_held;
    char newest[48]; /* name of the newest event, cut if it is longer */
};
/* All logs in the order in which they began; free() ends `*out`. */
MUST_USE enum result store_sqlite_list_logs(struct store_sqlite *sqlite,
                                            struct store_log_summary **out,
                                            size_t *count);

struct store_blob_state {
    uint64_t durable_size;
    bool is_complete; /* and its bytes give its name */
};
/* A blob of which nothing is stored has a durable size of 0. */
MUST_USE enum result store_sqlite_blob_state(struct store_sqlite *sqlite,
                                             const struct hash *blob,
                                             uint64_t blob_size,
                                             struct store_blob_state *out);

/* Do all the bytes of the blob give its name? RESULT_NOT_FOUND: some are
 * missing. */
MUST_USE enum result store_sqlite_hash_blob(struct store_sqlite *sqlite,
                                            const struct hash *blob,
                                            uint64_t blob_size, bool *is_right);

/* At most `size_max` bytes from `offset` on; free() ends `*bytes`.
 * RESULT_NOT_FOUND: no such blob or not complete. */
MUST_USE enum result store_sqlite_read_blob(struct store_sqlite *sqlite,
                                            const struct hash *blob,
                                            uint64_t offset, size_t size_max,
                                            uint64_t *blob_size,
                                            uint8_t **bytes, size_t *size);

/* ---- For chiboctl ------------------------------------------------------- */

/*
 * A copy of the database as it was at one moment, in a new file (mode 0600)
 * that is durable when this returns; works while the server runs.
 * RESULT_NOT_FOUND (nothing at `path`), RESULT_EXISTS (`out_path` is there).
 */
MUST_USE enum result store_sqlite_backup(const char *path,
                                         const char *out_path);

/* `log` is borrowed for the call; anything but RESULT_OK ends the check. */
typedef enum result (*store_log_check_fn)(const struct store_log *log,
                                          void *user);

/* Are the file and its cross-references sound (RESULT_CORRUPT if not)? Then
 * hands every log to `check` and returns its first failure. */
MUST_USE enum result store_sqlite_check(const char *path,
                                        store_log_check_fn check, void *user);

#endif
