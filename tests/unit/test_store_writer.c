#include "server/store/store_batch.h"
#include "server/store/store_writer.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

static void add_batch(struct store_job_list *jobs, struct store_batch *batch)
{
    struct store_job *job = store_job_new(STORE_JOB_BATCH);
    assert_non_null(job);
    job->failed = calloc(1, sizeof *job->failed);
    assert_non_null(job->failed);
    job->batch = batch;
    store_job_list_add(jobs, job);
}

static void add_load(struct store_job_list *jobs, const char *log)
{
    struct store_job *job = store_job_new(STORE_JOB_LOAD);
    assert_non_null(job);
    job->log_id = store_fixture_id(log);
    store_job_list_add(jobs, job);
}

static void open_writer(const struct store_fixture *fixture,
                        struct store_writer *writer)
{
    assert_int_equal(
        store_sqlite_open(&writer->sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
}

/* Takes the first job of a list, which is of this kind, and returns how it
 * ended. */
static enum result take(struct store_job_list *done, enum store_job_kind kind)
{
    struct store_job *job = store_job_list_take(done);
    assert_non_null(job);
    assert_int_equal(job->kind, kind);
    enum result result = job->result;
    store_job_free(job);
    return result;
}

/* While the limit is small, a commit cannot write: a disk that is full. */
static void set_file_limit(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void many_logs_share_one_commit(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_writer writer = { 0 };
    struct store_job_list waiting = { 0 };
    struct store_job_list done = { 0 };
    open_writer(fixture, &writer);
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("a", 1, 0, 2), 1));
    add_load(&waiting, "c");
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 1));
    add_batch(&waiting, store_fixture_batch("a", 3, 2, 1));
    store_writer_write_group(&writer, &waiting, &done);
    assert_null(waiting.first);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    assert_int_equal(take(&done, STORE_JOB_LOAD), RESULT_OK);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    assert_int_equal(writer.commits, 1);
    assert_int_equal(writer.batches, 3);
    assert_int_equal(writer.events, 4);
    store_writer_release(&writer);
}

static void
a_load_behind_a_batch_of_its_log_waits_for_the_next_group(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_writer writer = { 0 };
    struct store_job_list waiting = { 0 };
    struct store_job_list done = { 0 };
    open_writer(fixture, &writer);
    add_batch(&waiting, store_fixture_batch("a", 1, 0, 1)); /* fails */
    add_load(&waiting, "a");
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("a", 2, 0, 1), 1));
    store_writer_write_group(&writer, &waiting, &done);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_NOT_FOUND);
    assert_null(done.first);
    store_writer_write_group(&writer, &waiting, &done);
    assert_int_equal(take(&done, STORE_JOB_LOAD), RESULT_OK);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    store_writer_release(&writer);
}

static void a_group_without_anything_to_write_commits_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_writer writer = { 0 };
    struct store_job_list waiting = { 0 };
    struct store_job_list done = { 0 };
    open_writer(fixture, &writer);
    add_load(&waiting, "a");
    add_load(&waiting, "a");
    store_writer_write_group(&writer, &waiting, &done);
    add_batch(&waiting, store_fixture_batch("a", 1, 0, 1)); /* fails */
    store_writer_write_group(&writer, &waiting, &done);
    assert_int_equal(writer.commits, 0);
    assert_int_equal(writer.failures, 1);
    store_job_list_clear(&done);
    store_writer_release(&writer);
}

static void a_commit_that_fails_fails_all_of_its_group(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_writer writer = { 0 };
    struct store_job_list waiting = { 0 };
    struct store_job_list done = { 0 };
    open_writer(fixture, &writer);
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 1));
    add_batch(&waiting, store_fixture_batch("b", 3, 7, 1)); /* a gap */
    set_file_limit(1);
    store_writer_write_group(&writer, &waiting, &done);
    set_file_limit(RLIM_INFINITY);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_IO);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_IO);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_INVALID);
    assert_int_equal(writer.commits, 0);
    assert_int_equal(writer.failures, 3);

    /* The disk is well again; "a" has been loaded, "b" has not. */
    add_load(&waiting, "a");
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("a", 4, 0, 1), 1));
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("b", 5, 0, 1), 1));
    store_writer_write_group(&writer, &waiting, &done);
    assert_int_equal(take(&done, STORE_JOB_LOAD), RESULT_OK);
    assert_int_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    assert_int_not_equal(take(&done, STORE_JOB_BATCH), RESULT_OK);
    store_writer_release(&writer);
}

static void a_reader_delays_the_wiping_of_a_key_and_no_more(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_writer writer = { 0 };
    struct store_job_list waiting = { 0 };
    struct store_job_list done = { 0 };
    open_writer(fixture, &writer);
    add_batch(&waiting,
              store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 0xb5));
    store_writer_write_group(&writer, &waiting, &done);
    struct store_sqlite *reader = NULL;
    assert_int_equal(
        store_sqlite_open(&reader, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    assert_int_equal(store_sqlite_begin(reader), RESULT_OK);
    store_sqlite_rollback(reader);

    struct store_batch *batch = store_fixture_batch("a", 2, 1, 1);
    store_batch_close_log(batch);
    add_batch(&waiting, batch);
    store_writer_write_group(&writer, &waiting, &done);
    assert_true(writer.must_wipe);
    assert_int_equal(store_sqlite_begin(reader), RESULT_OK); /* in the way */
    store_writer_wipe(&writer);
    assert_true(writer.must_wipe);
    store_sqlite_rollback(reader);
    store_writer_wipe(&writer);
    assert_false(writer.must_wipe);
    store_sqlite_close(reader);
    store_writer_release(&writer);
    assert_false(store_fixture_folder_has(fixture, 0xb5, 8));
    store_job_list_clear(&done);
}

static int ignore_file_limit(void **state)
{
    (void)state; /* a write past the limit shall fail, not kill */
    return signal(SIGXFSZ, SIG_IGN) == SIG_ERR ? -1 : 0;
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(many_logs_share_one_commit),
        STORE_TEST(a_load_behind_a_batch_of_its_log_waits_for_the_next_group),
        STORE_TEST(a_group_without_anything_to_write_commits_nothing),
        STORE_TEST(a_commit_that_fails_fails_all_of_its_group),
        STORE_TEST(a_reader_delays_the_wiping_of_a_key_and_no_more),
    };
    return cmocka_run_group_tests_name("store_writer", tests, ignore_file_limit,
                                       NULL);
}
