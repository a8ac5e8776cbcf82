#include "server/store/store_thread.h"

#include "protocol/base/limits.h"
#include "server/store/store_batch.h"
#include "server/store/store_job.h"
#include "server/store/store_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* How long the writer waits before it tries again to wipe a key. */
static const uint64_t WIPE_RETRY_NS = UINT64_C(200) * 1000 * 1000;

struct store_worker {
    uv_thread_t thread;
    uv_cond_t wakeup;
    struct store_job_list waiting;
    bool is_idle;
    bool has_ended;
};

struct store_thread {
    struct store base;
    struct store_listener listener;
    char *path;
    size_t queue_max;
    struct store_lock *lock;
    store_closed_fn on_closed;
    void *on_closed_user;

    /* Loop thread only. */
    uv_async_t wakeup;
    size_t under_way; /* jobs from the call to the call-back */
    bool is_closing;

    /* Everyone, under the mutex. */
    uv_mutex_t mutex;
    struct store_worker writer;
    struct store_worker reader;
    struct store_job_list done;
    bool is_stopping;

    struct store_writer group_writer; /* writer thread only */
    struct store_sqlite *reading;     /* reader thread only */
};

static struct store_thread *thread_of(struct store *store)
{
    return (struct store_thread *)store;
}

/* ---- On the threads ----------------------------------------------------- */

/*
 * Moves the worker's jobs to `out`. False: the store is closing, and nothing is
 * left that could still give this worker a job. After `timeout_ns` (0: never)
 * returns true with nothing.
 */
static bool take_jobs(struct store_thread *store, struct store_worker *own,
                      struct store_worker *other, uint64_t timeout_ns,
                      struct store_job_list *out)
{
    bool has_more = true;
    uv_mutex_lock(&store->mutex);
    own->is_idle = true;
    while (!own->waiting.first) {
        if (store->is_stopping && other->is_idle && !other->waiting.first) {
            uv_cond_signal(&other->wakeup); /* it may end, too */
            has_more = false;
            break;
        }
        if (timeout_ns == 0)
            uv_cond_wait(&own->wakeup, &store->mutex);
        else if (uv_cond_timedwait(&own->wakeup, &store->mutex, timeout_ns))
            break;
    }
    if (has_more) {
        own->is_idle = false;
        store_job_list_move(out, &own->waiting);
    }
    uv_mutex_unlock(&store->mutex);
    return has_more;
}

/* Does the job go to the other worker? Loads and PINs from the writer to the
 * reader, queries that must be settled from the reader to the writer. */
static bool must_go_on(const struct store_job *job, bool is_from_writer)
{
    if (is_from_writer)
        return job->kind == STORE_JOB_LOAD || job->kind == STORE_JOB_READ_PIN;
    return job->must_settle;
}

/* Hands each job on, to the other worker or to the loop. */
static void pass_on(struct store_thread *store, struct store_job_list *jobs,
                    struct store_worker *other)
{
    const bool is_from_writer = other == &store->reader;
    bool has_done = false;
    struct store_job *job;
    uv_mutex_lock(&store->mutex);
    while ((job = store_job_list_take(jobs))) {
        const bool goes_on = must_go_on(job, is_from_writer);
        store_job_list_add(goes_on ? &other->waiting : &store->done, job);
        has_done |= !goes_on;
    }
    if (other->waiting.first)
        uv_cond_signal(&other->wakeup);
    uv_mutex_unlock(&store->mutex);
    if (has_done)
        (void)uv_async_send(&store->wakeup); /* fails for no open handle */
}

/* The last handle that is closed empties and removes the write-ahead log, if
 * it may write: so the reader closes its own first. Both do it here, because
 * that waits for the disk. */
static void end_reader(struct store_thread *store)
{
    store->reading = store_sqlite_close(store->reading);
    uv_mutex_lock(&store->mutex);
    store->reader.has_ended = true;
    uv_cond_signal(&store->writer.wakeup);
    uv_mutex_unlock(&store->mutex);
}

static void end_writer(struct store_thread *store)
{
    uv_mutex_lock(&store->mutex);
    while (!store->reader.has_ended)
        uv_cond_wait(&store->writer.wakeup, &store->mutex);
    uv_mutex_unlock(&store->mutex);
    store_writer_release(&store->group_writer);
    uv_mutex_lock(&store->mutex);
    store->writer.has_ended = true;
    uv_mutex_unlock(&store->mutex);
    (void)uv_async_send(&store->wakeup); /* fails for no open handle */
}

static void run_writer(void *argument)
{
    struct store_thread *store = argument;
    struct store_writer *writer = &store->group_writer;
    struct store_job_list jobs = { 0 };
    while (take_jobs(store, &store->writer, &store->reader,
                     writer->must_wipe ? WIPE_RETRY_NS : 0, &jobs)) {
        while (jobs.first) {
            struct store_job_list done = { 0 };
            store_writer_write_group(writer, &jobs, &done);
            pass_on(store, &done, &store->reader);
        }
        store_writer_wipe(writer);
    }
    end_writer(store);
}

static void query_blob(struct store_sqlite *sqlite, struct store_job *job)
{
    struct store_blob_state state = { 0 };
    job->result =
        store_sqlite_blob_state(sqlite, &job->blob, job->blob_size, &state);
    job->durable_size = state.durable_size;
    job->is_complete = state.is_complete;
    if (job->result != RESULT_OK || state.is_complete ||
        state.durable_size < job->blob_size)
        return;
    job->result = store_sqlite_hash_blob(sqlite, &job->blob, job->blob_size,
                                         &job->is_right);
    if (job->result == RESULT_NOT_FOUND) /* an empty blob never begun */
        job->result = RESULT_OK;
    else
        job->must_settle = job->result == RESULT_OK;
}

static void read_job(struct store_sqlite *sqlite, struct store_job *job)
{
    assert(job->kind != STORE_JOB_BATCH); /* those go to the writer */
    switch (job->kind) {
    case STORE_JOB_LOAD:
        job->result = store_sqlite_load_log(sqlite, &job->log_id, &job->log);
        break;
    case STORE_JOB_READ_BLOB:
        job->result = store_sqlite_read_blob(sqlite, &job->blob, job->offset,
                                             job->size_max, &job->blob_size,
                                             &job->bytes, &job->size);
        break;
    case STORE_JOB_QUERY_BLOB:
        query_blob(sqlite, job);
        break;
    case STORE_JOB_READ_PIN:
        job->result =
            store_sqlite_read_pin(sqlite, &job->pin.member, &job->pin);
        break;
    case STORE_JOB_BATCH:
        break;
    }
}

static void run_reader(void *argument)
{
    struct store_thread *store = argument;
    struct store_job_list jobs = { 0 };
    while (take_jobs(store, &store->reader, &store->writer, 0, &jobs)) {
        struct store_job *job;
        while ((job = store_job_list_take(&jobs))) {
            struct store_job_list done = { 0 };
            read_job(store->reading, job);
            store_job_list_add(&done, job);
            pass_on(store, &done, &store->writer);
        }
    }
    end_reader(store);
}

/* ---- Back on the loop --------------------------------------------------- */

static void report_blob_state(const struct store_listener *listener,
                              const struct store_job *job)
{
    enum result result = job->result;
    uint64_t durable_size = job->durable_size;
    bool is_complete = job->is_complete;
    if (result == RESULT_OK && job->must_settle) {
        result = job->is_right ? RESULT_OK : RESULT_MALFORMED;
        is_complete = job->is_right;
        durable_size = job->is_right ? durable_size : 0;
    }
    listener->on_blob_state(listener->user, job->ticket, result, &job->blob,
                            durable_size, is_complete);
}

static void report(const struct store_listener *listener, struct store_job *job)
{
    struct store_log *log = NULL;
    switch (job->kind) {
    case STORE_JOB_BATCH:
        listener->on_committed(listener->user, store_batch_log(job->batch),
                               job->batch->ticket, job->result);
        break;
    case STORE_JOB_LOAD:
        log = job->log; /* now the listener's */
        job->log = NULL;
        listener->on_loaded(listener->user, &job->log_id, job->result, log);
        break;
    case STORE_JOB_READ_BLOB:
        listener->on_blob(listener->user, job->ticket, job->result,
                          job->blob_size, job->bytes, job->size);
        break;
    case STORE_JOB_QUERY_BLOB:
        report_blob_state(listener, job);
        break;
    case STORE_JOB_READ_PIN:
        listener->on_pin(listener->user, job->ticket, job->result, &job->pin);
        break;
    }
}

static void free_store(struct store_thread *store)
{
    store->reading = store_sqlite_close(store->reading);
    store_writer_release(&store->group_writer);
    store->lock = store_lock_release(store->lock);
    free(store->path);
    free(store);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct store_thread *store = handle->data;
    const store_closed_fn on_closed = store->on_closed;
    void *user = store->on_closed_user;
    uv_cond_destroy(&store->writer.wakeup);
    uv_cond_destroy(&store->reader.wakeup);
    uv_mutex_destroy(&store->mutex);
    free_store(store);
    if (on_closed)
        on_closed(user);
}

/* Wake-ups merge: everything that is done is reported, however many came. */
static void on_wakeup(uv_async_t *handle)
{
    struct store_thread *store = handle->data;
    struct store_job_list done = { 0 };
    uv_mutex_lock(&store->mutex);
    store_job_list_move(&done, &store->done);
    const bool has_ended = store->writer.has_ended; /* it ends last */
    uv_mutex_unlock(&store->mutex);

    struct store_job *job;
    while ((job = store_job_list_take(&done))) {
        store->under_way--;
        report(&store->listener, job);
        store_job_free(job);
    }
    if (!has_ended || uv_is_closing((uv_handle_t *)&store->wakeup))
        return;
    assert(store->under_way == 0);
    (void)uv_thread_join(&store->writer.thread); /* both are at their end */
    (void)uv_thread_join(&store->reader.thread);
    uv_close((uv_handle_t *)&store->wakeup, on_handle_closed);
}

/* ---- Asking ------------------------------------------------------------- */

static enum result admit(const struct store_thread *store)
{
    if (store->is_closing)
        return RESULT_CLOSED;
    return store->under_way < store->queue_max ? RESULT_OK : RESULT_FULL;
}

static void submit(struct store_thread *store, struct store_worker *worker,
                   struct store_job *job)
{
    store->under_way++;
    uv_mutex_lock(&store->mutex);
    store_job_list_add(&worker->waiting, job);
    uv_cond_signal(&worker->wakeup);
    uv_mutex_unlock(&store->mutex);
}

static enum result thread_append(struct store *base, struct store_batch *batch)
{
    struct store_thread *store = thread_of(base);
    enum result result = admit(store);
    if (result != RESULT_OK)
        return result;
    struct store_job *job = store_job_new(STORE_JOB_BATCH);
    if (!job)
        return RESULT_NO_MEMORY;
    /* Memory for its failure now: the writer has no one to tell of a lack. */
    job->failed = calloc(1, sizeof *job->failed);
    if (!job->failed) {
        store_job_free(job);
        return RESULT_NO_MEMORY;
    }
    job->batch = batch;
    submit(store, &store->writer, job);
    return RESULT_OK;
}

static enum result thread_load(struct store *base, const struct identifier *log)
{
    struct store_thread *store = thread_of(base);
    enum result result = admit(store);
    if (result != RESULT_OK)
        return result;
    struct store_job *job = store_job_new(STORE_JOB_LOAD);
    if (!job)
        return RESULT_NO_MEMORY;
    job->log_id = *log;
    submit(store, &store->writer, job);
    return RESULT_OK;
}

static enum result thread_read_blob(struct store *base, uint64_t ticket,
                                    const struct hash *blob, uint64_t offset,
                                    size_t size_max)
{
    struct store_thread *store = thread_of(base);
    enum result result = admit(store);
    if (result != RESULT_OK)
        return result;
    struct store_job *job = store_job_new(STORE_JOB_READ_BLOB);
    if (!job)
        return RESULT_NO_MEMORY;
    job->ticket = ticket;
    job->blob = *blob;
    job->offset = offset;
    job->size_max = size_max;
    submit(store, &store->reader, job);
    return RESULT_OK;
}

static enum result thread_query_blob(struct store *base, uint64_t ticket,
                                     const struct hash *blob,
                                     uint64_t blob_size)
{
    struct store_thread *store = thread_of(base);
    if (blob_size > LIMIT_BLOB_SIZE)
        return RESULT_TOO_LARGE;
    enum result result = admit(store);
    if (result != RESULT_OK)
        return result;
    struct store_job *job = store_job_new(STORE_JOB_QUERY_BLOB);
    if (!job)
        return RESULT_NO_MEMORY;
    job->ticket = ticket;
    job->blob = *blob;
    job->blob_size = blob_size;
    submit(store, &store->reader, job);
    return RESULT_OK;
}

static enum result thread_read_pin(struct store *base, uint64_t ticket,
                                   const struct identifier *member)
{
    struct store_thread *store = thread_of(base);
    enum result result = admit(store);
    if (result != RESULT_OK)
        return result;
    struct store_job *job = store_job_new(STORE_JOB_READ_PIN);
    if (!job)
        return RESULT_NO_MEMORY;
    job->ticket = ticket;
    job->pin.member = *member;
    submit(store, &store->writer, job);
    return RESULT_OK;
}

static void thread_figures(const struct store *base, struct store_figures *out)
{
    const struct store_thread *store = (const struct store_thread *)base;
    *out = (struct store_figures){
        .commits = atomic_load(&store->group_writer.commits),
        .batches = atomic_load(&store->group_writer.batches),
        .events = atomic_load(&store->group_writer.events),
        .failures = atomic_load(&store->group_writer.failures),
        .waiting = store->under_way,
    };
}

static const struct store_ops thread_ops = {
    .append = thread_append,
    .load = thread_load,
    .read_blob = thread_read_blob,
    .query_blob = thread_query_blob,
    .read_pin = thread_read_pin,
    .figures = thread_figures,
};

/* ---- Opening and closing ------------------------------------------------ */

static enum result open_database(struct store_thread *store,
                                 const struct store_config *config)
{
    store->path = strdup(config->path);
    if (!store->path)
        return RESULT_NO_MEMORY;
    enum result result = store_sqlite_lock(&store->lock, store->path);
    if (result == RESULT_OK)
        result = store_sqlite_open(&store->group_writer.sqlite, store->path,
                                   config->synchronous_off
                                       ? STORE_SQLITE_WRITE_UNSAFE
                                       : STORE_SQLITE_WRITE);
    if (result == RESULT_OK)
        result =
            store_sqlite_open(&store->reading, store->path, STORE_SQLITE_READ);
    return result;
}

/*
 * What fails here leaves nothing behind: the handle of the loop, which could
 * only be closed by the loop, comes last of what can fail but the threads, and
 * a process that cannot start two threads as it begins is not going to run.
 */
static enum result start_threads(struct store_thread *store, uv_loop_t *loop)
{
    if (uv_mutex_init(&store->mutex) != 0)
        return RESULT_NO_MEMORY;
    if (uv_cond_init(&store->writer.wakeup) != 0)
        goto fail_writer;
    if (uv_cond_init(&store->reader.wakeup) != 0)
        goto fail_reader;
    if (uv_async_init(loop, &store->wakeup, on_wakeup) != 0)
        goto fail_wakeup;
    store->wakeup.data = store;
    int err = uv_thread_create(&store->writer.thread, run_writer, store);
    assert(err == 0);
    err = uv_thread_create(&store->reader.thread, run_reader, store);
    assert(err == 0);
    (void)err; /* for a build without assertions */
    return RESULT_OK;

fail_wakeup:
    uv_cond_destroy(&store->reader.wakeup);
fail_reader:
    uv_cond_destroy(&store->writer.wakeup);
fail_writer:
    uv_mutex_destroy(&store->mutex);
    return RESULT_NO_MEMORY;
}

enum result store_thread_open(struct store **out, uv_loop_t *loop,
                              const struct store_config *config,
                              const struct store_listener *listener)
{
    struct store_thread *store = calloc(1, sizeof *store);
    if (!store)
        return RESULT_NO_MEMORY;
    store->base.ops = &thread_ops;
    store->listener = *listener;
    store->queue_max =
        config->queue_max ? config->queue_max : (size_t)LIMIT_STORE_QUEUE;
    store->group_writer.commit_delay_ms = config->commit_delay_ms;
    enum result result = open_database(store, config);
    if (result == RESULT_OK)
        result = start_threads(store, loop);
    if (result != RESULT_OK) {
        free_store(store);
        return result;
    }
    *out = &store->base;
    return RESULT_OK;
}

void store_thread_close(struct store *base, store_closed_fn on_closed,
                        void *user)
{
    struct store_thread *store = thread_of(base);
    assert(!store->is_closing);
    store->is_closing = true;
    store->on_closed = on_closed;
    store->on_closed_user = user;
    uv_mutex_lock(&store->mutex);
    store->is_stopping = true;
    uv_cond_signal(&store->writer.wakeup);
    uv_cond_signal(&store->reader.wakeup);
    uv_mutex_unlock(&store->mutex);
}

enum result store_thread_list_logs(struct store *base,
                                   struct store_log_summary **out,
                                   size_t *count)
{
    struct store_sqlite *sqlite = NULL;
    enum result result =
        store_sqlite_open(&sqlite, thread_of(base)->path, STORE_SQLITE_READ);
    if (result == RESULT_OK)
        result = store_sqlite_list_logs(sqlite, out, count);
    store_sqlite_close(sqlite);
    return result;
}
