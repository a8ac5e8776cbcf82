#include "protocol/base/date.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void a_date_is_a_day_that_there_is(void **state)
{
    static const char *const good[] = { "2026-07-26", "2024-02-29",
                                        "2000-02-29", "2026-12-31" };
    static const char *const bad[] = {
        "",           "2026-7-26",   "2026-02-29", "1900-02-29",
        "2026-13-01", "2026-00-10",  "2026-04-31", "2026-01-00",
        "2026/07/26", "2026-07-26 ", "26-07-2026", "2026-07-2x"
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!date_is_valid(text_view_of(good[i])))
            fail_msg("%s", good[i]);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (date_is_valid(text_view_of(bad[i])))
            fail_msg("%s", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_a_day_that_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
