#include "client/core/client_work.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

struct counting_job {
    struct client_job port; /* first */
    uv_thread_t worked_on;
    uv_thread_t done_on;
    bool has_worked;
    size_t left_when_done; /* jobs that the desk still counts */
};

static void work(struct client_job *port)
{
    struct counting_job *job = (struct counting_job *)(void *)port;

    job->worked_on = uv_thread_self();
    job->has_worked = true;
}

static void on_done(void *user, struct client_job *port)
{
    struct counting_job *job = (struct counting_job *)(void *)port;
    const struct client_work *desk = *(struct client_work **)user;

    job->done_on = uv_thread_self();
    job->left_when_done = desk->count;
}

static void jobs_are_done_elsewhere_and_come_back_to_the_loop(void **state)
{
    uv_thread_t self = uv_thread_self();
    struct counting_job jobs[6] = { { .has_worked = false } };
    struct client_work desk, *user = &desk;
    struct client_worker worker;
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    client_work_init(&desk, &loop, on_done, &user);
    worker = client_work_port(&desk);
    for (size_t i = 0; i < 6; i++) {
        jobs[i].port.work = work;
        assert_int_equal(worker.run(worker.user, &jobs[i].port), RESULT_OK);
        assert_int_equal(desk.count, i + 1);
    }
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(desk.count, 0);
    for (size_t i = 0; i < 6; i++) {
        assert_true(jobs[i].has_worked);
        assert_false(uv_thread_equal(&jobs[i].worked_on, &self));
        assert_true(uv_thread_equal(&jobs[i].done_on, &self));
        assert_true(jobs[i].left_when_done < 6);
    }
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_done_elsewhere_and_come_back_to_the_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
