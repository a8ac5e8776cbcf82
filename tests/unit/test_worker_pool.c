#include "server/platform/worker_pool.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>

enum { JOB_MAX = 16 };

struct job_data {
    uv_sem_t *gate; /* the work waits here; NULL: it does not */
    bool was_worked;
    int done_count;
    enum result result;
};

struct fixture {
    uv_loop_t loop;
    uv_sem_t gate;
    struct worker_pool *pool;
    struct job_data jobs[JOB_MAX];
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){ .pool = NULL };
    uv_loop_init(&fixture.loop);
    uv_sem_init(&fixture.gate, 0);
    assert_int_equal(worker_pool_new(&fixture.pool, &fixture.loop, JOB_MAX),
                     RESULT_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    fixture->pool = worker_pool_free(fixture->pool);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    uv_sem_destroy(&fixture->gate);
    return 0;
}

static void work(void *data)
{
    struct job_data *job = data;

    if (job->gate)
        uv_sem_wait(job->gate);
    job->was_worked = true;
}

static void done(void *data, enum result result)
{
    struct job_data *job = data;

    job->done_count++;
    job->result = result;
}

static enum result run(struct fixture *fixture, struct job_data *job)
{
    return worker_pool_run(fixture->pool, work, done, job);
}

static void a_job_is_done_once_and_not_before_the_loop_turns(void **state)
{
    struct fixture *fixture = *state;
    struct job_data *job = &fixture->jobs[0];

    assert_int_equal(run(fixture, job), RESULT_OK);
    assert_int_equal(job->done_count, 0);
    assert_int_equal(worker_pool_under_way(fixture->pool), 1);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_true(job->was_worked);
    assert_int_equal(job->done_count, 1);
    assert_int_equal(job->result, RESULT_OK);
    assert_int_equal(worker_pool_under_way(fixture->pool), 0);
}

static void more_jobs_than_allowed_are_refused_until_one_is_done(void **state)
{
    struct fixture *fixture = *state;
    struct job_data extra = { .gate = NULL };

    for (size_t i = 0; i < JOB_MAX; i++) {
        fixture->jobs[i].gate = &fixture->gate;
        assert_int_equal(run(fixture, &fixture->jobs[i]), RESULT_OK);
    }
    assert_int_equal(run(fixture, &extra), RESULT_BUSY);
    for (size_t i = 0; i < JOB_MAX; i++)
        uv_sem_post(&fixture->gate);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_int_equal(run(fixture, &extra), RESULT_OK);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    assert_int_equal(extra.done_count, 1);
}

static void a_stop_ends_every_job_and_takes_no_more(void **state)
{
    struct fixture *fixture = *state;
    struct job_data extra = { .gate = NULL };

    for (size_t i = 0; i < JOB_MAX; i++) {
        fixture->jobs[i].gate = &fixture->gate;
        assert_int_equal(run(fixture, &fixture->jobs[i]), RESULT_OK);
    }
    worker_pool_stop(fixture->pool);
    assert_int_equal(run(fixture, &extra), RESULT_CLOSED);
    for (size_t i = 0; i < JOB_MAX; i++)
        uv_sem_post(&fixture->gate);
    uv_run(&fixture->loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < JOB_MAX; i++) {
        const struct job_data *job = &fixture->jobs[i];
        assert_int_equal(job->done_count, 1);
        assert_int_equal(job->result,
                         job->was_worked ? RESULT_OK : RESULT_CLOSED);
    }
    /* libuv has four threads: of sixteen jobs most had not begun. */
    assert_int_equal(fixture->jobs[JOB_MAX - 1].result, RESULT_CLOSED);
    assert_int_equal(extra.done_count, 0);
}

static void a_pool_for_no_job_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct worker_pool *pool = NULL;

    assert_int_equal(worker_pool_new(&pool, &fixture->loop, 0), RESULT_INVALID);
    assert_null(pool);
    assert_null(worker_pool_free(NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_done_once_and_not_before_the_loop_turns),
        TEST(more_jobs_than_allowed_are_refused_until_one_is_done),
        TEST(a_stop_ends_every_job_and_takes_no_more),
        TEST(a_pool_for_no_job_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
