/*
 * The inside of a batch, for the back-ends of the store only: rooms build
 * batches through server/store/store.h.
 *
 * A batch owns everything in it and belongs to one thread at a time: to the
 * loop until it is handed over, to the writer afterwards.
 */
#ifndef SERVER_STORE_STORE_BATCH_H
#define SERVER_STORE_STORE_BATCH_H

#include "server/store/store.h"

enum store_batch_mark {
    STORE_BATCH_MARK_KEPT = 0, /* held or not, as it was */
    STORE_BATCH_MARK_HELD,
    STORE_BATCH_MARK_RELEASED
};

/* A whole file. */
struct store_whole_blob {
    struct hash name;
    uint8_t *bytes; /* owned */
    size_t size;
};

struct store_batch {
    bool has_log;
    struct identifier log; /* of batches that have one */
    uint64_t ticket;
    bool begins_log;
    bool closes_log;
    enum store_batch_mark mark;
    uint8_t room_key[32]; /* when begins_log */

    struct store_event *events;
    size_t event_count;
    size_t event_capacity;
    struct store_opening *openings;
    size_t opening_count;
    size_t opening_capacity;
    struct store_request *requests;
    size_t request_count;
    size_t request_capacity;
    struct store_blob_piece *pieces;
    size_t piece_count;
    size_t piece_capacity;
    struct store_whole_blob *blobs;
    size_t blob_count;
    size_t blob_capacity;
    bool has_pin;
    struct store_pin pin;
};

/* The id of the batch's log, or NULL. Borrowed from the batch. */
const struct identifier *store_batch_log(const struct store_batch *batch);

/*
 * `items` with space for at least one more than `count` items of `size` bytes.
 * On failure NULL, and `items` and `*capacity` are as they were.
 */
void *store_grow(void *items, size_t count, size_t *capacity, size_t size);

/* Deep copies, ended with the matching release. RESULT_OK or
 * RESULT_NO_MEMORY, then `*out` is untouched. */
MUST_USE enum result store_event_copy(struct store_event *out,
                                      const struct store_event *event);
MUST_USE enum result store_opening_copy(struct store_opening *out,
                                        const struct store_opening *opening);
MUST_USE enum result store_request_copy(struct store_request *out,
                                        const struct store_request *request);

/* `size` bytes and a NUL that is not counted, or NULL. free() ends it. */
void *store_bytes_copy(const void *bytes, size_t size);

void store_event_release(struct store_event *event);
void store_opening_release(struct store_opening *opening);
void store_request_release(struct store_request *request);

#endif
