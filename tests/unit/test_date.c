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

static void a_date_is_one_number_and_back(void **state)
{
    static const struct {
        const char *text;
        uint64_t number;
    } rows[] = { { "2026-07-26", 20260726 },
                 { "2024-02-29", 20240229 },
                 { "1000-01-01", 10000101 },
                 { "9999-12-31", 99991231 } };
    static const uint64_t bad[] = { 0,        1,        20260229, 20261301,
                                    20260010, 20260100, 9991231,  100000101 };
    char text[DATE_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(date_number(text_view_of(rows[i].text)),
                         rows[i].number);
        date_write(rows[i].number, text);
        assert_string_equal(text, rows[i].text);
    }
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(date_number_is_valid(bad[i]));
    assert_int_equal(date_number(text_view_of("2026-02-29")), 0);
    assert_int_equal(date_number(text_view_of("0999-01-01")), 0);
}

/* 1970-01-01, and what has so many years and leap days behind it. */
static void days_are_counted_from_1970(void **state)
{
    static const struct {
        uint64_t number;
        int64_t day;
    } rows[] = { { 19700101, 0 },
                 { 19691231, -1 },
                 { 19700201, 31 },
                 { 19710101, 365 },
                 { 19730101, 3 * 365 + 1 },
                 { 20000229, 30 * 365 + 7 + 31 + 28 },
                 { 20260101, 56 * 365 + 14 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(date_day(rows[i].number), rows[i].day);
        assert_int_equal(date_of_day(rows[i].day), rows[i].number);
    }
}

/* Every day of 800 years follows the one before it. */
static void each_day_follows_the_one_before(void **state)
{
    const int64_t end = date_day(24001231);
    int64_t day;

    (void)state;
    for (day = date_day(16000101); day <= end; day++) {
        const uint64_t number = date_of_day(day);

        assert_true(date_number_is_valid(number));
        assert_int_equal(date_day(number), day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_one_number_and_back),
        cmocka_unit_test(days_are_counted_from_1970),
        cmocka_unit_test(each_day_follows_the_one_before),
        cmocka_unit_test(a_date_is_a_day_that_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
