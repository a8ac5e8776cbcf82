/* Percentiles of how long things took. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_latency.h"

#include <string.h>

static struct bench_latency latency;

static int set_up(void **state)
{
    (void)state;
    memset(&latency, 0, sizeof latency);
    return 0;
}

/* Never less than it was, and at most a 64th more. */
static void assert_about(double value_ms, double right_ms)
{
    assert_true(value_ms >= right_ms);
    assert_true(value_ms <= right_ms * (1 + 1.0 / 64) + 0.001);
}

static void of_nothing_every_percentile_is_zero(void **state)
{
    (void)state;
    assert_true(bench_latency_ms(&latency, 50) == 0);
    assert_true(bench_latency_ms(&latency, 100) == 0);
}

static void of_one_every_percentile_is_that_one(void **state)
{
    (void)state;
    bench_latency_add(&latency, 12345);
    assert_true(bench_latency_ms(&latency, 1) == 12.345);
    assert_true(bench_latency_ms(&latency, 99) == 12.345);
    assert_true(bench_latency_ms(&latency, 100) == 12.345);
}

static void percentiles_of_a_hundred_are_what_sorting_gives(void **state)
{
    uint64_t i;

    (void)state;
    for (i = 100; i >= 1; i--)
        bench_latency_add(&latency, i * 1000);
    assert_about(bench_latency_ms(&latency, 50), 50);
    assert_about(bench_latency_ms(&latency, 90), 90);
    assert_about(bench_latency_ms(&latency, 99), 99);
    assert_true(bench_latency_ms(&latency, 100) == 100);
    assert_int_equal(latency.count, 100);
}

static void every_size_is_kept_to_a_64th(void **state)
{
    uint64_t value;

    (void)state;
    for (value = 1; value < UINT64_C(1) << 34; value = value * 5 / 4 + 1) {
        memset(&latency, 0, sizeof latency);
        bench_latency_add(&latency, value);
        bench_latency_add(&latency, UINT64_C(1) << 35);
        assert_about(bench_latency_ms(&latency, 50), (double)value / 1000);
    }
}

static void
one_late_of_a_thousand_is_no_percentile_but_the_longest(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < 999; i++)
        bench_latency_add(&latency, 40);
    bench_latency_add(&latency, 3000000);
    assert_true(bench_latency_ms(&latency, 99) == 0.04);
    assert_true(bench_latency_ms(&latency, 100) == 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(of_nothing_every_percentile_is_zero, set_up),
        cmocka_unit_test_setup(of_one_every_percentile_is_that_one, set_up),
        cmocka_unit_test_setup(percentiles_of_a_hundred_are_what_sorting_gives,
                               set_up),
        cmocka_unit_test_setup(every_size_is_kept_to_a_64th, set_up),
        cmocka_unit_test_setup(
            one_late_of_a_thousand_is_no_percentile_but_the_longest, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
