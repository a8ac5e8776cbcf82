#include "protocol/base/duration.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void minutes_hours_and_days_are_read(void **state)
{
    (void)state;
    assert_int_equal(duration_read("1m"), 60000);
    assert_int_equal(duration_read("90m"), 5400000);
    assert_int_equal(duration_read("36h"), 129600000);
    assert_int_equal(duration_read("7d"), 604800000);
    assert_int_equal(duration_read("999999d"), UINT64_C(86399913600000));
}

static void anything_else_is_none(void **state)
{
    static const char *const texts[] = {
        "",    "m",  "7",  "0d",  "07d", "-7d",  "+7d",     " 7d",
        "7 d", "7D", "7s", "7dd", "7d ", "1.5h", "1000000d"
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(duration_read(texts[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_hours_and_days_are_read),
        cmocka_unit_test(anything_else_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
