/* Who came late, who left early. */
#include "protocol/rules/punctuality.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct punctuality_rule quarter = { 15, 15 };
enum { MINUTE = 60000 };

static void fifteen_minutes_are_passed_over_and_not_a_moment_more(void **state)
{
    const int64_t opened = 1000 * MINUTE;

    (void)state;
    assert_false(punctuality_is_late(&quarter, opened, opened - MINUTE));
    assert_false(punctuality_is_late(&quarter, opened, opened));
    assert_false(punctuality_is_late(&quarter, opened, opened + 15 * MINUTE));
    assert_true(
        punctuality_is_late(&quarter, opened, opened + 15 * MINUTE + 1));
}

static void leaving_is_measured_from_the_end(void **state)
{
    const int64_t closed = 2000 * MINUTE;

    (void)state;
    assert_false(punctuality_is_early(&quarter, closed, closed));
    assert_false(punctuality_is_early(&quarter, closed, closed - 15 * MINUTE));
    assert_true(
        punctuality_is_early(&quarter, closed, closed - 15 * MINUTE - 1));
}

static void times_at_the_ends_of_the_range_do_not_wrap(void **state)
{
    (void)state;
    assert_true(punctuality_is_late(&quarter, INT64_MIN, INT64_MAX));
    assert_false(punctuality_is_late(&quarter, INT64_MAX, INT64_MIN));
    assert_true(punctuality_is_early(&quarter, INT64_MAX, INT64_MIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifteen_minutes_are_passed_over_and_not_a_moment_more),
        cmocka_unit_test(leaving_is_measured_from_the_end),
        cmocka_unit_test(times_at_the_ends_of_the_range_do_not_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
