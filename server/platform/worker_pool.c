#include "server/platform/worker_pool.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

struct job {
    uv_work_t request;
    struct worker_pool *pool;
    struct job *previous;
    struct job *next;
    worker_work_fn work;
    worker_done_fn done;
    void *data;
};

struct worker_pool {
    uv_loop_t *loop;
    struct job *jobs; /* under way */
    size_t job_count;
    size_t job_max;
    bool has_stopped;
};

enum result worker_pool_new(struct worker_pool **out, uv_loop_t *loop,
                            size_t job_max)
{
    if (!job_max)
        return RESULT_INVALID;

    struct worker_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return RESULT_NO_MEMORY;
    pool->loop = loop;
    pool->job_max = job_max;
    *out = pool;
    return RESULT_OK;
}

static void on_work(uv_work_t *request)
{
    struct job *job = request->data;

    job->work(job->data);
}

static void unlink_job(struct worker_pool *pool, struct job *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        pool->jobs = job->next;
    if (job->next)
        job->next->previous = job->previous;
    pool->job_count--;
}

static void on_done(uv_work_t *request, int status)
{
    struct job *job = request->data;

    unlink_job(job->pool, job);
    job->done(job->data, status == UV_ECANCELED ? RESULT_CLOSED : RESULT_OK);
    free(job);
}

enum result worker_pool_run(struct worker_pool *pool, worker_work_fn work,
                            worker_done_fn done, void *data)
{
    if (pool->has_stopped)
        return RESULT_CLOSED;
    if (pool->job_count >= pool->job_max)
        return RESULT_BUSY;

    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return RESULT_NO_MEMORY;
    *job = (struct job){
        .request.data = job,
        .pool = pool,
        .next = pool->jobs,
        .work = work,
        .done = done,
        .data = data,
    };
    if (uv_queue_work(pool->loop, &job->request, on_work, on_done)) {
        free(job);
        return RESULT_NO_MEMORY;
    }
    if (pool->jobs)
        pool->jobs->previous = job;
    pool->jobs = job;
    pool->job_count++;
    return RESULT_OK;
}

size_t worker_pool_under_way(const struct worker_pool *pool)
{
    return pool->job_count;
}

void worker_pool_stop(struct worker_pool *pool)
{
    pool->has_stopped = true;
    for (struct job *job = pool->jobs; job; job = job->next)
        /* A job that has begun cannot be cancelled; it will end by itself. */
        (void)uv_cancel((uv_req_t *)&job->request);
}

struct worker_pool *worker_pool_free(struct worker_pool *pool)
{
    if (!pool)
        return NULL;
    assert(!pool->job_count);
    free(pool);
    return NULL;
}
