/*
 * The store as rooms see it: a port with a real back-end (SQLite on a writer
 * thread) and a fake one for tests.
 *
 * A batch is written whole or not at all. Batches of one log are committed in
 * the order in which they were handed over; batches of many logs share one
 * transaction and one fsync. Results come back on the loop thread, never from
 * inside the function that asked.
 */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One event of a log, as it was encoded once and for ever. */
struct store_event {
    uint64_t seq;
    int64_t at_ms;
    struct hash head; /* h[seq] */
    uint8_t *bytes;
    size_t size;
};

/* The opening of one sealed field. */
struct store_opening {
    uint64_t seq;
    char *field; /* NUL-terminated */
    uint8_t salt[32];
    char *value; /* UTF-8, `value_size` bytes */
    size_t value_size;
};

/* What was answered to a request that caused events: never done again. */
struct store_request {
    struct key device;
    uint64_t id;
    char *answer; /* exact bytes of the answer frame */
    size_t answer_size;
};

/* A piece of a file named by its SHA-256. */
struct store_blob_piece {
    struct hash blob;
    uint64_t blob_size;
    uint64_t offset;
    uint8_t *bytes;
    size_t size; /* at most LIMIT_BLOB_PIECE_SIZE */
};

/* A member's PIN at hall devices, as it is kept: never the PIN itself. */
enum { STORE_PIN_SALT_SIZE = 16, STORE_PIN_HASH_SIZE = 32 };
struct store_pin {
    struct identifier member;
    uint8_t salt[STORE_PIN_SALT_SIZE];
    uint8_t hash[STORE_PIN_HASH_SIZE];
    unsigned tries; /* that are left; 0: locked */
};

/*
 * What one decision writes. Everything in it is owned by the batch; the adders
 * copy. A batch without a log id holds blobs and a PIN only.
 */
struct store_batch;

/* `log` may be NULL for blob pieces. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result store_batch_new(struct store_batch **out,
                                     const struct identifier *log,
                                     uint64_t ticket);
struct store_batch *store_batch_free(struct store_batch *batch);
MUST_USE enum result store_batch_add_event(struct store_batch *batch,
                                           const struct store_event *event);
MUST_USE enum result
store_batch_add_opening(struct store_batch *batch,
                        const struct store_opening *opening);
MUST_USE enum result
store_batch_add_request(struct store_batch *batch,
                        const struct store_request *request);
MUST_USE enum result
store_batch_add_blob_piece(struct store_batch *batch,
                           const struct store_blob_piece *piece);
/*
 * A whole file, complete and readable once the batch is committed; its name,
 * the SHA-256 of the bytes, is written to `*name` unless that is NULL. Whatever
 * was there of it before is replaced, unless it was complete. RESULT_INVALID
 * for an empty one, RESULT_TOO_LARGE above LIMIT_BLOB_SIZE.
 */
MUST_USE enum result store_batch_add_blob(struct store_batch *batch,
                                          const void *bytes, size_t size,
                                          struct hash *name);
/* The PIN of a member from this batch on; the last call counts. */
void store_batch_set_pin(struct store_batch *batch,
                         const struct store_pin *pin);
/* The log begins with this batch: `room_key` (32 bytes) salts its events. */
MUST_USE enum result store_batch_begin_log(struct store_batch *batch,
                                           const uint8_t room_key[32]);
/* The log is closed with this batch: its room key is deleted. */
void store_batch_close_log(struct store_batch *batch);
/*
 * The log is held from this batch on, or no longer held: a durable mark beside
 * the log, set in the transaction of whatever else is in the batch, which may
 * be nothing. The last call counts; setting the mark again, or taking away one
 * that is not there, changes nothing. Only a log that exists, or begins with
 * this batch, can be held.
 */
void store_batch_hold(struct store_batch *batch);
void store_batch_release_hold(struct store_batch *batch);

/* Everything a room needs to come back. Owned by who receives it. */
struct store_log {
    struct identifier id;
    bool exists;
    bool is_closed; /* room_key is gone */
    bool is_held;   /* what was committed once may be missing */
    uint8_t room_key[32];
    struct store_event *events;
    size_t event_count;
    struct store_opening *openings;
    size_t opening_count;
    struct store_request *requests;
    size_t request_count;
};
struct store_log *store_log_free(struct store_log *log);

/* All are called on the loop thread. */
struct store_listener {
    void *user;
    /* The batch with this ticket is on disk, or (not RESULT_OK) is not. After a
     * failure of a log's batch all its later batches fail too, until the log
     * has been loaded again. */
    void (*on_committed)(void *user, const struct identifier *log,
                         uint64_t ticket, enum result result);
    /* `log` now belongs to the listener (NULL unless RESULT_OK). */
    void (*on_loaded)(void *user, const struct identifier *id,
                      enum result result, struct store_log *log);
    /* `bytes` is borrowed for the call. RESULT_NOT_FOUND: no such blob, or not
     * complete. */
    void (*on_blob)(void *user, uint64_t ticket, enum result result,
                    uint64_t blob_size, const uint8_t *bytes, size_t size);
    /* How much of a blob is durable: pieces up to `offset` without a gap, and
     * whether it is complete with the right hash. A blob whose bytes do not
     * give its name is thrown away: RESULT_MALFORMED. */
    void (*on_blob_state)(void *user, uint64_t ticket, enum result result,
                          const struct hash *blob, uint64_t durable_size,
                          bool is_complete);
    /* `pin` is borrowed for the call. RESULT_NOT_FOUND: the member has none. */
    void (*on_pin)(void *user, uint64_t ticket, enum result result,
                   const struct store_pin *pin);
};

/* Figures for /metrics. */
struct store_figures {
    uint64_t commits;
    uint64_t batches;
    uint64_t events;
    uint64_t failures;
    size_t waiting;
};

struct store;
struct store_ops {
    /* Takes the batch. RESULT_FULL leaves it with the caller. */
    enum result (*append)(struct store *store, struct store_batch *batch);
    enum result (*load)(struct store *store, const struct identifier *log);
    enum result (*read_blob)(struct store *store, uint64_t ticket,
                             const struct hash *blob, uint64_t offset,
                             size_t size_max);
    enum result (*query_blob)(struct store *store, uint64_t ticket,
                              const struct hash *blob, uint64_t blob_size);
    enum result (*read_pin)(struct store *store, uint64_t ticket,
                            const struct identifier *member);
    void (*figures)(const struct store *store, struct store_figures *out);
};

/* First member of every back-end. */
struct store {
    const struct store_ops *ops;
};

#endif
