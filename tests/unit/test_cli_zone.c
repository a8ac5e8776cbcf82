/* The meeting's time beside one's own, over changes of the clocks. Neither TZ
 * nor the machine's clock is touched: both zones are arguments. */
#include "client/cli/cli_zone.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void expect(int64_t at_ms, const char *zone, const char *own,
                   const char *text)
{
    char out[CLI_ZONE_TIME_SIZE];

    cli_zone_time_write(at_ms, zone, own, out);
    assert_string_equal(out, text);
}

/* By hand: Việt Nam is UTC+7 all year; Europe/Berlin is UTC+2 until 25 October
 * 2026, 01:00 UTC, then UTC+1. 24 October 2026, 12:30 UTC is 1792845000. */
static void
a_member_abroad_sees_the_hour_move_when_the_clocks_change(void **state)
{
    (void)state;
    expect(1792845000000, "Asia/Ho_Chi_Minh", "Europe/Berlin",
           "24/10/2026 19:30 (Asia/Ho_Chi_Minh); here 24/10/2026 14:30 "
           "(Europe/Berlin)");
    expect(1792845000000 + 86400000, "Asia/Ho_Chi_Minh", "Europe/Berlin",
           "25/10/2026 19:30 (Asia/Ho_Chi_Minh); here 25/10/2026 13:30 "
           "(Europe/Berlin)");
}

/* A meeting in Berlin, seen from Việt Nam: 25 October, 02:30 comes twice. */
static void an_hour_that_comes_twice_is_two_hours_elsewhere(void **state)
{
    (void)state;
    expect(1792888200000, "Europe/Berlin", "Asia/Ho_Chi_Minh",
           "25/10/2026 02:30 (Europe/Berlin); here 25/10/2026 07:30 "
           "(Asia/Ho_Chi_Minh)");
    expect(1792888200000 + 3600000, "Europe/Berlin", "Asia/Ho_Chi_Minh",
           "25/10/2026 02:30 (Europe/Berlin); here 25/10/2026 08:30 "
           "(Asia/Ho_Chi_Minh)");
}

static void where_both_clocks_agree_one_time_is_enough(void **state)
{
    (void)state;
    expect(1792845000000, "Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh",
           "24/10/2026 19:30 (Asia/Ho_Chi_Minh)");
    expect(1792845000000, "Asia/Ho_Chi_Minh", "Asia/Bangkok",
           "24/10/2026 19:30 (Asia/Ho_Chi_Minh)");
    /* London and Lisbon agree in summer and in winter; with UTC only then. */
    expect(1792888200000 - 3600000, "Europe/London", "UTC",
           "25/10/2026 00:30 (Europe/London); here 24/10/2026 23:30 (UTC)");
    expect(1792888200000 + 86400000, "Europe/London", "UTC",
           "26/10/2026 00:30 (Europe/London)");
}

static void the_day_may_be_another_one_here(void **state)
{
    (void)state;
    expect(1792845000000, "Asia/Ho_Chi_Minh", "Pacific/Auckland",
           "24/10/2026 19:30 (Asia/Ho_Chi_Minh); here 25/10/2026 01:30 "
           "(Pacific/Auckland)");
}

static void a_zone_that_nobody_knows_is_told_in_utc(void **state)
{
    (void)state;
    expect(1792845000000, "Mars/Base", "Asia/Ho_Chi_Minh",
           "24/10/2026 12:30 (UTC); here 24/10/2026 19:30 (Asia/Ho_Chi_Minh)");
}

static void the_zone_of_the_process_stays_as_it_was(void **state)
{
    const char *before = getenv("TZ");
    char *kept = before ? strdup(before) : NULL;
    char out[CLI_ZONE_TIME_SIZE];

    (void)state;
    cli_zone_time_write(0, "Europe/Berlin", NULL, out);
    assert_string_equal(getenv("TZ") ? getenv("TZ") : "-", kept ? kept : "-");
    assert_non_null(strstr(out, "01/01/1970 01:00 (Europe/Berlin)"));
    free(kept);
}

static void what_is_due_at_the_end_of_a_day_is_told_as_that_day(void **state)
{
    char out[CLI_ZONE_TIME_SIZE];
    int64_t at_ms = 0;

    (void)state;
    assert_true(cli_zone_day_end(2026, 12, 31, "Asia/Ho_Chi_Minh", &at_ms));
    assert_int_equal(at_ms, 1798736399000); /* 16:59:59 UTC */
    cli_zone_due_write(at_ms, "Asia/Ho_Chi_Minh", "UTC", out);
    assert_string_equal(out, "31/12/2026");
    cli_zone_due_write(at_ms - 3600000, "Asia/Ho_Chi_Minh", "UTC", out);
    assert_string_equal(out, "31/12/2026 22:59 (Asia/Ho_Chi_Minh); here "
                             "31/12/2026 15:59 (UTC)");
    assert_false(cli_zone_day_end(2026, 2, 30, "UTC", &at_ms));
}

static void a_date_of_the_wire_is_written_as_people_do(void **state)
{
    char out[CLI_ZONE_TIME_SIZE];

    (void)state;
    cli_day_write(TEXT_LITERAL("2026-07-30"), out);
    assert_string_equal(out, "30/07/2026");
    cli_day_write(TEXT_LITERAL("tháng 7"), out);
    assert_string_equal(out, "tháng 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_at_the_end_of_a_day_is_told_as_that_day),
        cmocka_unit_test(a_date_of_the_wire_is_written_as_people_do),
        cmocka_unit_test(
            a_member_abroad_sees_the_hour_move_when_the_clocks_change),
        cmocka_unit_test(an_hour_that_comes_twice_is_two_hours_elsewhere),
        cmocka_unit_test(where_both_clocks_agree_one_time_is_enough),
        cmocka_unit_test(the_day_may_be_another_one_here),
        cmocka_unit_test(a_zone_that_nobody_knows_is_told_in_utc),
        cmocka_unit_test(the_zone_of_the_process_stays_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
