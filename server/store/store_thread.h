/*
 * The store behind server/store/store.h on two threads of its own: the writer,
 * which owns the only writing handle of the database, and the reader, which
 * loads logs and reads blobs. The loop never waits for the disk.
 *
 * Everything that waits when the writer comes round goes into one transaction
 * with one fsync. The queue in is bounded: RESULT_FULL when `queue_max`
 * requests are under way, from the call to the call-back. A load waits for the
 * batches that were appended before it.
 *
 * A blob is checked against its name when it is asked for by query_blob() and
 * all its bytes are there; until then read_blob() does not find it. Pieces
 * come in order: one that starts past the durable size is RESULT_INVALID, and
 * a repeated one changes nothing.
 *
 * All functions are called on the loop thread.
 */
#ifndef SERVER_STORE_STORE_THREAD_H
#define SERVER_STORE_STORE_THREAD_H

#include "server/store/store.h"
#include "server/store/store_sqlite.h"

#include <uv.h>

struct store_config {
    const char *path; /* of the database; its folder exists */
    size_t queue_max; /* 0: LIMIT_STORE_QUEUE */

    /* For tests only: the writer waits this long before each commit; commits
     * do not wait for the disk. */
    uint64_t commit_delay_ms;
    bool synchronous_off;
};

/*
 * Takes the lock of the database, opens it and starts the threads. `listener`
 * is copied; what its `user` points to outlives the store. On RESULT_OK the
 * caller ends `*out` with store_thread_close().
 *
 * RESULT_BUSY: another process has the database. Else as store_sqlite_open().
 */
MUST_USE enum result store_thread_open(struct store **out, uv_loop_t *loop,
                                       const struct store_config *config,
                                       const struct store_listener *listener);

typedef void (*store_closed_fn)(void *user);

/*
 * Takes nothing more (RESULT_CLOSED), finishes and reports everything that was
 * taken, then frees the store and calls `on_closed` (which may be NULL). The
 * loop must run until then; afterwards it holds nothing of the store.
 */
void store_thread_close(struct store *store, store_closed_fn on_closed,
                        void *user);

/* All logs in the order in which they began; free() ends `*out`. Blocks, so
 * only before the loop runs. */
MUST_USE enum result store_thread_list_logs(struct store *store,
                                            struct store_log_summary **out,
                                            size_t *count);

#endif
