#include "server/report/report_lists.h"

#include "tests/support/stored_meeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 05/01/2026, 08:00 in Viet Nam, and so many days later. */
#define DAY(number) (INT64_C(1767574800000) + (number)*INT64_C(86400000))
enum { MEETINGS_MAX = 16 };

struct year {
    struct stored_meeting logs[MEETINGS_MAX];
    struct report_meeting *meetings[MEETINGS_MAX];
    size_t count;
};

/* m1 and m2 come; m3 is as the word says: "p"resent, "e"xcused, "u"nexcused,
 * "-" not noted. */
static void meet(struct year *year, int64_t at_ms, enum meeting_kind kind,
                 char m3)
{
    struct stored_meeting *log = &year->logs[year->count];
    char id[16];

    assert_true(year->count < MEETINGS_MAX);
    (void)snprintf(id, sizeof id, "c1.%zu", year->count + 1);
    stored_meeting_begin(log, id, kind, at_ms, 3, 2);
    stored_meeting_join(log, at_ms - 60000, "m1");
    stored_meeting_join(log, at_ms - 60000, "m2");
    if (m3 == 'p')
        stored_meeting_tick(log, at_ms - 60000, "m3", MODE_IN_PERSON);
    if (m3 == 'e' || m3 == 'u')
        stored_meeting_absent(log, at_ms - 60000, "m3",
                              m3 == 'e' ? ABSENT_EXCUSED : ABSENT_UNEXCUSED);
    stored_meeting_open(log, at_ms);
    stored_meeting_close(log, at_ms + 90 * 60 * 1000);
    assert_int_equal(
        report_meeting_read(&log->log, NULL, &year->meetings[year->count]),
        RESULT_OK);
    year->count++;
}

static void end(struct year *year)
{
    size_t i;

    for (i = 0; i < year->count; i++) {
        report_meeting_free(year->meetings[i]);
        stored_meeting_release(&year->logs[i]);
    }
}

static struct report_ledger_row m3_of(const struct year *year, int number,
                                      uint64_t months_max)
{
    const struct identifier unit = stored_id("u2");
    struct report_ledger ledger;
    struct report_ledger_row row;

    assert_int_equal(
        report_ledger_make((const struct report_meeting *const *)year->meetings,
                           year->count, &unit, number, months_max, &ledger),
        RESULT_OK);
    assert_int_equal(ledger.count, 3);
    row = ledger.rows[2];
    report_ledger_release(&ledger);
    return row;
}

static void three_months_without_reason_are_flagged(void **state)
{
    struct year year = { .count = 0 };
    struct report_ledger_row row;

    (void)state;
    meet(&year, DAY(0), KIND_REGULAR, 'u');
    meet(&year, DAY(31), KIND_REGULAR, 'u');
    row = m3_of(&year, 2026, 3);
    assert_int_equal(row.months_unexcused, 2);
    assert_false(row.is_flagged);
    meet(&year, DAY(150), KIND_REGULAR, 'u'); /* they need not follow */
    row = m3_of(&year, 2026, 3);
    assert_int_equal(row.months_unexcused, 3);
    assert_true(row.is_flagged);
    assert_string_equal(row.name, "Đảng viên Mẫu 03");
    assert_int_equal(row.category, CATEGORY_PROBATIONARY);
    assert_int_equal(row.summoned, 3);
    assert_int_equal(row.unexcused, 3);
    /* Where no ruleset says how many are too many, nobody is. */
    assert_false(m3_of(&year, 2026, 0).is_flagged);
    end(&year);
}

static void a_month_counts_once_and_not_if_the_member_came_in_it(void **state)
{
    struct year year = { .count = 0 };
    struct report_ledger_row row;

    (void)state;
    meet(&year, DAY(0), KIND_REGULAR, 'u');
    meet(&year, DAY(2), KIND_EXTRAORDINARY, 'u');
    meet(&year, DAY(31), KIND_REGULAR, 'u');
    meet(&year, DAY(33), KIND_THEMATIC, 'p');
    meet(&year, DAY(60), KIND_REGULAR, 'e');
    meet(&year, DAY(90), KIND_REGULAR, '-');
    row = m3_of(&year, 2026, 3);
    assert_int_equal(row.months_unexcused, 1);
    assert_int_equal(row.unexcused, 3);
    assert_int_equal(row.present, 1);
    assert_int_equal(row.excused, 1);
    assert_int_equal(row.unnoted, 1);
    end(&year);
}

static void months_are_those_of_the_meetings_own_zone(void **state)
{
    struct year year = { .count = 0 };

    (void)state;
    /* 01/02/2026, 00:30 in Viet Nam is still January in Greenwich. */
    meet(&year, DAY(26) + INT64_C(16) * 3600000 + 1800000, KIND_REGULAR, 'u');
    assert_int_equal(year.meetings[0]->day.month, 2);
    meet(&year, DAY(0), KIND_REGULAR, 'u');
    assert_int_equal(m3_of(&year, 2026, 3).months_unexcused, 2);
    end(&year);
}

static void other_years_and_meetings_not_closed_are_passed_over(void **state)
{
    struct year year = { .count = 0 };

    (void)state;
    meet(&year, DAY(-20), KIND_REGULAR, 'u');
    meet(&year, DAY(0), KIND_REGULAR, 'u');
    year.meetings[year.count - 1]->closed_ms = 0;
    meet(&year, DAY(31), KIND_REGULAR, 'u');
    assert_int_equal(m3_of(&year, 2026, 3).summoned, 1);
    assert_int_equal(m3_of(&year, 2025, 3).summoned, 1);
    end(&year);
}

static void meetings_missed_with_reason_running_are_counted(void **state)
{
    struct year year = { .count = 0 };
    const struct identifier unit = stored_id("u2"), m3 = stored_id("m3");
    const struct report_meeting *const *meetings =
        (const struct report_meeting *const *)year.meetings;

    (void)state;
    meet(&year, DAY(0), KIND_REGULAR, 'e');
    meet(&year, DAY(31), KIND_REGULAR, 'e');
    meet(&year, DAY(60), KIND_REGULAR, 'p');
    meet(&year, DAY(90), KIND_REGULAR, 'e');
    assert_int_equal(m3_of(&year, 2026, 3).excused_run, 2);
    assert_int_equal(report_excused_run(meetings, 4, &unit, &m3), 1);
    assert_int_equal(report_excused_run(meetings, 3, &unit, &m3), 0);
    assert_int_equal(report_excused_run(meetings, 2, &unit, &m3), 2);
    end(&year);
}

/* --- tables of it -------------------------------------------------------- */

static json_int_t number_of(const struct report_table *table, size_t row,
                            const char *key)
{
    json_t *object = report_table_object(table, row);
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;

    json_decref(object);
    return number;
}

static struct report_scope scope_of(const struct year *year,
                                    const struct report_unit *units)
{
    return (struct report_scope){
        .units = units,
        .unit_count = 2,
        .meetings = (const struct report_meeting *const *)year->meetings,
        .meeting_count = year->count,
        .first_month = report_month_of(2026, 1),
        .last_month = report_month_of(2026, 3),
    };
}

static void a_month_without_a_meeting_has_its_row_too(void **state)
{
    const struct report_unit units[] = { { stored_id("u2"), "Chi bộ Mẫu" },
                                         { stored_id("u3"), "Chi bộ Mẫu 2" } };
    struct year year = { .count = 0 };
    struct report_scope scope;
    struct report_table table;
    size_t i;

    (void)state;
    meet(&year, DAY(0), KIND_REGULAR, 'p');
    meet(&year, DAY(5), KIND_THEMATIC, 'e');
    meet(&year, DAY(60), KIND_REGULAR, 'u');
    scope = scope_of(&year, units);
    assert_int_equal(report_list_months(&scope, &table), RESULT_OK);
    assert_int_equal(report_table_count(&table), 6);
    assert_int_equal(number_of(&table, 0, "meetings"), 2);
    assert_int_equal(number_of(&table, 0, "meetings_regular"), 1);
    assert_int_equal(number_of(&table, 0, "meetings_thematic"), 1);
    assert_int_equal(number_of(&table, 0, "minutes"), 180);
    assert_int_equal(number_of(&table, 0, "minutes_shortest"), 90);
    assert_int_equal(number_of(&table, 0, "members"), 6);
    assert_int_equal(number_of(&table, 0, "present"), 5);
    assert_int_equal(number_of(&table, 0, "present_percent"), 8333);
    /* m1 and m2 online at both, m3 in the hall at one: 4 of 5. */
    assert_int_equal(number_of(&table, 0, "remote_percent"), 8000);
    assert_int_equal(number_of(&table, 1, "meetings"), 0);
    assert_int_equal(number_of(&table, 1, "present_percent"), -1);
    assert_int_equal(number_of(&table, 2, "absent_unexcused"), 1);
    for (i = 3; i < 6; i++)
        assert_int_equal(number_of(&table, i, "meetings"), 0);
    report_table_release(&table);
    end(&year);
}

static void meetings_outside_of_the_months_are_left_out(void **state)
{
    const struct report_unit units[] = { { stored_id("u2"), "Chi bộ Mẫu" },
                                         { stored_id("u3"), "Chi bộ Mẫu 2" } };
    struct year year = { .count = 0 };
    struct report_scope scope;
    struct report_table table;

    (void)state;
    meet(&year, DAY(0), KIND_REGULAR, 'p');
    meet(&year, DAY(120), KIND_REGULAR, 'p');
    scope = scope_of(&year, units);
    assert_int_equal(report_list_meetings(&scope, &table), RESULT_OK);
    assert_int_equal(report_table_count(&table), 1);
    assert_int_equal(number_of(&table, 0, "minutes"), 90);
    report_table_release(&table);
    assert_int_equal(report_list_absence(&scope, 2026, 3, &table), RESULT_OK);
    assert_int_equal(report_table_count(&table), 3);
    assert_int_equal(number_of(&table, 2, "summoned"), 2);
    report_table_release(&table);
    assert_int_equal(report_list_people(year.meetings[0], &table), RESULT_OK);
    assert_int_equal(report_table_count(&table), 3);
    report_table_release(&table);
    end(&year);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_months_without_reason_are_flagged),
        cmocka_unit_test(a_month_counts_once_and_not_if_the_member_came_in_it),
        cmocka_unit_test(months_are_those_of_the_meetings_own_zone),
        cmocka_unit_test(other_years_and_meetings_not_closed_are_passed_over),
        cmocka_unit_test(meetings_missed_with_reason_running_are_counted),
        cmocka_unit_test(a_month_without_a_meeting_has_its_row_too),
        cmocka_unit_test(meetings_outside_of_the_months_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
