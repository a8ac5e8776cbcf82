/*
 * Work that must not run on the loop thread: proofs, signatures, documents.
 * libuv's threads do it, on inputs that belong to the job alone; the number of
 * jobs under way is bounded, so a flood of work is refused, not queued.
 *
 * All functions are called on the loop thread.
 */
#ifndef SERVER_PLATFORM_WORKER_POOL_H
#define SERVER_PLATFORM_WORKER_POOL_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <uv.h>

struct worker_pool;

/* On a pool thread; touches `data` only. */
typedef void (*worker_work_fn)(void *data);
/* On the loop thread, exactly once a job, in a later turn of the loop than
 * worker_pool_run(). RESULT_OK: the work was done. RESULT_CLOSED: it was never
 * begun because the pool stopped. */
typedef void (*worker_done_fn)(void *data, enum result result);

/*
 * A pool for at most `job_max` jobs under way. `loop` is borrowed and outlives
 * it. On RESULT_OK the caller owns `*out` and ends it with worker_pool_free().
 * RESULT_INVALID (job_max is 0) or RESULT_NO_MEMORY.
 */
MUST_USE enum result worker_pool_new(struct worker_pool **out, uv_loop_t *loop,
                                     size_t job_max);

/*
 * Starts a job; `data` stays the caller's until done() has it.
 * RESULT_BUSY: as many as allowed are under way. RESULT_CLOSED: the pool has
 * stopped. RESULT_NO_MEMORY. done() is not called then.
 */
MUST_USE enum result worker_pool_run(struct worker_pool *pool,
                                     worker_work_fn work, worker_done_fn done,
                                     void *data);

size_t worker_pool_under_way(const struct worker_pool *pool);

/*
 * Takes no more jobs and cancels those not begun. The loop keeps turning until
 * the last done() was called: uv_run() does not return before.
 */
void worker_pool_stop(struct worker_pool *pool);

/* Takes NULL, returns NULL. No job may be under way. */
struct worker_pool *worker_pool_free(struct worker_pool *pool);

#endif
