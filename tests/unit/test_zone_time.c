#include "server/control/zone_time.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* UTC by hand: Việt Nam is UTC+7 all year; Europe/Berlin is UTC+1, in summer
 * UTC+2, 2026 from 29 March 02:00 to 25 October 03:00. */
static void local_times_become_utc_and_back(void **state)
{
    static const struct {
        const char *text, *zone, *shown;
        int64_t utc_ms;
    } cases[] = {
        { "2026-11-25 19:30", "Asia/Ho_Chi_Minh", "2026-11-25 19:30",
          1795609800000 },
        { "2026-11-25T19:30", "Asia/Ho_Chi_Minh", "2026-11-25 19:30",
          1795609800000 },
        { "2026-01-15 12:00", "Europe/Berlin", "2026-01-15 12:00",
          1768474800000 },
        { "2026-07-15 12:00", "Europe/Berlin", "2026-07-15 12:00",
          1784109600000 },
        { "2026-10-25 02:30", "Europe/Berlin", "2026-10-25 02:30",
          1792888200000 }, /* comes twice: the first, in summer time */
        { "1970-01-01 00:00", "UTC", "1970-01-01 00:00", 0 },
        { "2028-02-29 23:59", "Asia/Ho_Chi_Minh", "2028-02-29 23:59",
          1835456340000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t utc_ms = -1;
        char shown[ZONE_TIME_SIZE];

        assert_int_equal(zone_time_parse(cases[i].text, cases[i].zone, &utc_ms),
                         RESULT_OK);
        assert_int_equal(utc_ms, cases[i].utc_ms);
        zone_time_format(utc_ms, cases[i].zone, shown);
        assert_string_equal(shown, cases[i].shown);
    }
}

static void what_is_no_time_there_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "2026-11-25",
        "25/11/2026 19:30",
        "2026-11-25 19:30:00",
        "2026-11-25 24:00",
        "2026-11-25 19:60",
        "2026-13-25 19:30",
        "2026-02-30 19:30",
        "2026-11-25 7:30 ",
        "2026-03-29 02:30", /* clocks leap from 02:00 to 03:00 */
    };
    int64_t utc_ms = 7;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(zone_time_parse(texts[i], "Europe/Berlin", &utc_ms),
                         RESULT_MALFORMED);
    assert_int_equal(utc_ms, 7);
}

static void only_zones_of_the_database_are_known(void **state)
{
    int64_t utc_ms;

    (void)state;
    assert_true(zone_is_known("Asia/Ho_Chi_Minh"));
    assert_false(zone_is_known("Asia/Hanoi_Town"));
    assert_false(zone_is_known(""));
    assert_false(zone_is_known("Asia"));
    assert_false(zone_is_known("../zoneinfo/UTC"));
    assert_false(zone_is_known("/etc/passwd"));
    assert_int_equal(zone_time_parse("2026-11-25 19:30", "Mars/Base", &utc_ms),
                     RESULT_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_become_utc_and_back),
        cmocka_unit_test(what_is_no_time_there_is_refused),
        cmocka_unit_test(only_zones_of_the_database_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
