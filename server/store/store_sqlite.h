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
    /* As WRITE, for a file that nobody else opens: it needs no other file
     * beside it, and may be moved once it is closed. */
    STORE_SQLITE_WRITE_ALONE,
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
 * opens; readers find it RESULT_UNSUPPORTED before. One that is up to date is
 * only looked at. The caller holds the lock. RESULT_NOT_FOUND: there is no such
 * file, and none is made.
 */
MUST_USE enum result store_sqlite_upgrade(const char *path);

/*
 * The version of the schema of the database at `path`, and the newest that
 * this program knows: a larger one was made by a newer program.
 * RESULT_NOT_FOUND, RESULT_UNSUPPORTED (it is no database of this program).
 */
MUST_USE enum result store_sqlite_version(const char *path, uint64_t *version,
                                          uint64_t *newest);

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
/* A transaction of this batch alone. Errors as of its three parts. */
MUST_USE enum result store_sqlite_write(struct store_sqlite *sqlite,
                                        const struct store_batch *batch);
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

/* Names of the rulesets that meetings are or were held under, each once, as
 * their first events have them; free() ends `*out`. */
MUST_USE enum result store_sqlite_list_rulesets(struct store_sqlite *sqlite,
                                                struct hash **out,
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

/* Does any event of any log have this text? Reads all of them. */
MUST_USE enum result store_sqlite_has_text(struct store_sqlite *sqlite,
                                           const char *text, bool *has_text);

/* RESULT_NOT_FOUND: the member has none. */
MUST_USE enum result store_sqlite_read_pin(struct store_sqlite *sqlite,
                                           const struct identifier *member,
                                           struct store_pin *out);

/* ---- For chiboctl ------------------------------------------------------- */

/* How far a copy is, in bytes; from the thread that copies. False gives it
 * up. */
typedef bool (*store_copy_progress_fn)(uint64_t done, uint64_t total,
                                       void *user);

/*
 * A copy of the database at `path`, of this version or an older one, as it was
 * at one moment, in a new file (mode 0600). The copy is up to date, needs no
 * other file beside it, and is durable when this returns; only its name is not
 * yet. `progress` may be NULL.
 *
 * Works while a server writes, and does not hold it up: it reads one state
 * beside the write-ahead log, which meanwhile grows by what is written, and
 * lets the disk take each piece before it reads the next.
 *
 * Room keys of open logs are in the copy. Secrets that live outside the
 * database are not: the identity key, and the server's ballot shares.
 *
 * RESULT_NOT_FOUND (nothing at `path`), RESULT_EXISTS (something at
 * `out_path`), RESULT_CLOSED (given up), RESULT_IO (errno says why). On failure
 * nothing of it is left.
 */
MUST_USE enum result store_sqlite_copy(const char *path, const char *out_path,
                                       store_copy_progress_fn progress,
                                       void *user);

/* Marks every log that is not closed as held, in a transaction of its own. */
MUST_USE enum result store_sqlite_hold_open_logs(struct store_sqlite *sqlite);

/*
 * Puts the database at `new_path`, a durable file in the same folder that
 * needs no other, in the place of the one at `path`, which is then at
 * `kept_path` with all that was committed to it; `*has_kept` says whether
 * there was one. Whenever the process or the machine stops: at `path` is the
 * one or the other, whole. The caller holds the lock of `path`.
 *
 * RESULT_EXISTS (something at `kept_path`), RESULT_BUSY (somebody reads the
 * old one), RESULT_IO (errno says why). After a failure the old one may have a
 * second name, `kept_path`, already.
 */
MUST_USE enum result store_sqlite_replace(const char *path,
                                          const char *new_path,
                                          const char *kept_path,
                                          bool *has_kept);

/* Removes a database that nobody uses, with what is beside it; it need not be
 * there. RESULT_IO: errno says why. */
MUST_USE enum result store_sqlite_remove(const char *path);

/* `log` is borrowed for the call; anything but RESULT_OK ends the check. */
typedef enum result (*store_log_check_fn)(const struct store_log *log,
                                          void *user);

/* Are the file and its cross-references sound (RESULT_CORRUPT if not)? Then
 * hands every log to `check` and returns its first failure. */
MUST_USE enum result store_sqlite_check(const char *path,
                                        store_log_check_fn check, void *user);

#endif
