/* Times, counted by bounds. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/audio/histogram.h"

static void
a_time_is_counted_at_the_first_bound_that_it_does_not_pass(void **state)
{
    static const uint64_t bounds_us[] = { 10, 100, 1000 };
    struct histogram histogram;

    (void)state;
    histogram_init(&histogram, bounds_us, 3);
    histogram_add(&histogram, 0);
    histogram_add(&histogram, 10);
    histogram_add(&histogram, 11);
    histogram_add(&histogram, 5000);
    assert_int_equal(histogram_until(&histogram, 0), 2);
    assert_int_equal(histogram_until(&histogram, 1), 3);
    assert_int_equal(histogram_until(&histogram, 2), 3);
    assert_int_equal(histogram_until(&histogram, 3), 4);
    assert_int_equal(histogram_until(&histogram, 99), 4);
    assert_int_equal(histogram.sum_us, 5021);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_time_is_counted_at_the_first_bound_that_it_does_not_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
