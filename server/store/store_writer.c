#include "server/store/store_writer.h"

#include "server/store/store_batch.h"

#include <uv.h>

#include <assert.h>
#include <stdlib.h>

void store_writer_release(struct store_writer *writer)
{
    while (writer->failed) {
        struct store_failed_log *next = writer->failed->next;
        free(writer->failed);
        writer->failed = next;
    }
    writer->sqlite = store_sqlite_close(writer->sqlite);
}

/* ---- Logs whose batches fail -------------------------------------------- */

/* The place of the log in the list, or of the NULL at its end. */
static struct store_failed_log **find_failed(struct store_writer *writer,
                                             const struct identifier *id)
{
    struct store_failed_log **place = &writer->failed;
    while (*place && !identifier_equal(&(*place)->id, id))
        place = &(*place)->next;
    return place;
}

/* The room has decided on top of what has just failed: whatever else it has
 * handed over must fail too. */
static void note_failure(struct store_writer *writer, struct store_job *job)
{
    if (!job->batch->has_log)
        return;
    struct store_failed_log **place = find_failed(writer, &job->batch->log);
    if (*place)
        return;
    assert(job->failed); /* made with every job that has a log */
    *place = job->failed;
    job->failed = NULL;
    (*place)->id = job->batch->log;
    (*place)->result = job->result;
}

static void forget_failure(struct store_writer *writer,
                           const struct identifier *id)
{
    struct store_failed_log **place = find_failed(writer, id);
    struct store_failed_log *found = *place;
    if (found)
        *place = found->next;
    free(found);
}

/* ---- A group ------------------------------------------------------------ */

static bool has_batch_of(const struct store_job_list *jobs,
                         const struct identifier *log)
{
    for (const struct store_job *job = jobs->first; job; job = job->next)
        if (job->kind == STORE_JOB_BATCH && job->batch->has_log &&
            identifier_equal(&job->batch->log, log))
            return true;
    return false;
}

/* Loads in a group stand before all batches of their logs. */
static void take_group(struct store_writer *writer,
                       struct store_job_list *waiting,
                       struct store_job_list *group)
{
    while (waiting->first) {
        const struct store_job *next = waiting->first;
        if (next->kind == STORE_JOB_LOAD) {
            if (has_batch_of(group, &next->log_id))
                return;
            forget_failure(writer, &next->log_id);
        }
        store_job_list_add(group, store_job_list_take(waiting));
    }
}

static bool is_write(const struct store_job *job)
{
    return job->kind == STORE_JOB_BATCH || job->kind == STORE_JOB_QUERY_BLOB;
}

static enum result write_batch(struct store_writer *writer,
                               const struct store_batch *batch)
{
    if (batch->has_log) {
        const struct store_failed_log *failed =
            *find_failed(writer, &batch->log);
        if (failed)
            return failed->result;
    }
    return store_sqlite_append(writer->sqlite, batch);
}

static void write_job(struct store_writer *writer, struct store_job *job)
{
    if (job->kind == STORE_JOB_BATCH) {
        job->result = write_batch(writer, job->batch);
        if (job->result != RESULT_OK)
            note_failure(writer, job);
    } else {
        job->result = store_sqlite_settle_blob(writer->sqlite, &job->blob,
                                               job->blob_size, job->is_right);
    }
}

/* One transaction. Returns what is true of all of it; each job that failed by
 * itself knows so. */
static enum result write_all(struct store_writer *writer,
                             const struct store_job_list *group)
{
    bool has_written = false;
    enum result result = store_sqlite_begin(writer->sqlite);
    if (result != RESULT_OK)
        return result;
    for (struct store_job *job = group->first; job; job = job->next) {
        if (!is_write(job))
            continue;
        write_job(writer, job);
        if (!store_sqlite_in_transaction(writer->sqlite))
            return job->result; /* SQLite has given all of it up */
        has_written |= job->result == RESULT_OK;
    }
    if (!has_written) {
        store_sqlite_rollback(writer->sqlite);
        return RESULT_OK;
    }
    if (writer->commit_delay_ms > 0)
        uv_sleep((unsigned int)writer->commit_delay_ms);
    result = store_sqlite_commit(writer->sqlite);
    if (result == RESULT_OK)
        atomic_fetch_add(&writer->commits, 1);
    return result;
}

static void settle_job(struct store_writer *writer, struct store_job *job,
                       enum result group_result)
{
    if (job->result == RESULT_OK)
        job->result = group_result;
    if (job->kind != STORE_JOB_BATCH)
        return;
    if (job->result != RESULT_OK) {
        note_failure(writer, job);
        atomic_fetch_add(&writer->failures, 1);
        return;
    }
    atomic_fetch_add(&writer->batches, 1);
    atomic_fetch_add(&writer->events, job->batch->event_count);
    writer->must_wipe |= job->batch->closes_log;
}

void store_writer_write_group(struct store_writer *writer,
                              struct store_job_list *waiting,
                              struct store_job_list *done)
{
    struct store_job_list group = { 0 };
    take_group(writer, waiting, &group);
    bool must_write = false;
    for (const struct store_job *job = group.first; job; job = job->next)
        must_write |= is_write(job);
    if (must_write) {
        const enum result result = write_all(writer, &group);
        for (struct store_job *job = group.first; job; job = job->next)
            if (is_write(job))
                settle_job(writer, job, result);
    }
    store_job_list_move(done, &group);
}

void store_writer_wipe(struct store_writer *writer)
{
    /* Whatever stands in the way, the next round tries again. */
    if (writer->must_wipe)
        writer->must_wipe = store_sqlite_wipe(writer->sqlite) != RESULT_OK;
}
