/*
 * What the loop asks of the store's threads, and what they answer: one job
 * from the call to the call-back.
 *
 *   batch                writer -> loop
 *   load                 writer (waits for what was appended) -> reader -> loop
 *   read of a blob       reader -> loop
 *   read of a PIN        writer -> reader -> loop
 *   query of a blob      reader [-> writer, when its bytes must be settled]
 *                               -> loop
 *
 * A job belongs to the list it is in, and to one thread at a time.
 */
#ifndef SERVER_STORE_STORE_JOB_H
#define SERVER_STORE_STORE_JOB_H

#include "server/store/store.h"

enum store_job_kind {
    STORE_JOB_BATCH = 1,
    STORE_JOB_LOAD,
    STORE_JOB_READ_BLOB,
    STORE_JOB_QUERY_BLOB,
    STORE_JOB_READ_PIN
};

/* A log whose batches fail until it is loaded again. */
struct store_failed_log {
    struct store_failed_log *next;
    struct identifier id;
    enum result result; /* of the batch that failed first */
};

struct store_job {
    struct store_job *next;
    enum store_job_kind kind;
    enum result result;
    uint64_t ticket; /* of blob jobs */

    struct store_batch *batch;       /* owned */
    struct store_failed_log *failed; /* owned, ready for when it is needed */

    struct identifier log_id; /* of loads */
    struct store_log *log;    /* owned; the answer */

    struct store_pin pin; /* its member; then the answer */

    struct hash blob; /* of blob jobs */
    uint64_t blob_size;
    uint64_t offset;
    size_t size_max;
    uint8_t *bytes; /* owned; the answer to a read */
    size_t size;
    uint64_t durable_size; /* the answer to a query */
    bool is_complete;
    bool must_settle; /* all bytes are there, and were compared: */
    bool is_right;
};

/* First in, first out. All zero is empty. */
struct store_job_list {
    struct store_job *first;
    struct store_job *last;
};

/* NULL: out of memory. */
struct store_job *store_job_new(enum store_job_kind kind);
struct store_job *store_job_free(struct store_job *job);

/* The list takes the job. */
void store_job_list_add(struct store_job_list *list, struct store_job *job);
/* The caller owns what it gets; NULL: the list is empty. */
struct store_job *store_job_list_take(struct store_job_list *list);
/* Moves all of `from` behind what is in `to`. */
void store_job_list_move(struct store_job_list *to,
                         struct store_job_list *from);
void store_job_list_clear(struct store_job_list *list);

#endif
