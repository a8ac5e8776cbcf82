#include "protocol/rules/working_days.h"

#include "protocol/base/date.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct holidays none;
/* A Thursday and a Friday; a Friday; a Saturday, which is no day of work
 * anyhow. */
static const struct holidays some = {
    { 20260430, 20260501, 20270101, 20270109 }, 4
};

static void saturdays_sundays_and_holidays_are_no_working_days(void **state)
{
    static const struct {
        uint64_t date;
        bool is_working, is_working_with_holidays;
    } rows[] = {
        { 20260427, true, true },   { 20260428, true, true },
        { 20260429, true, true },   { 20260430, true, false },
        { 20260501, true, false },  { 20260502, false, false },
        { 20260503, false, false }, { 20260504, true, true },
        { 19700101, true, true },   { 19691231, true, true },
        { 19691228, false, false }, { 19691227, false, false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(working_days_has(&none, rows[i].date),
                         rows[i].is_working);
        assert_int_equal(working_days_has(&some, rows[i].date),
                         rows[i].is_working_with_holidays);
    }
}

/* 2026-11-27 is a Friday, 2026-12-31 a Thursday. */
static void the_so_manieth_working_day_is_found(void **state)
{
    static const struct {
        uint64_t from, count, date, date_with_holidays;
    } rows[] = {
        { 20261127, 0, 20261127, 20261127 },
        { 20261127, 1, 20261130, 20261130 },
        { 20261127, 5, 20261204, 20261204 },
        { 20261127, 6, 20261207, 20261207 },
        { 20261128, 1, 20261130, 20261130 }, /* from a Saturday */
        { 20261129, 1, 20261130, 20261130 }, /* from a Sunday */
        /* Across the end of a year, with and without its first day. */
        { 20261231, 1, 20270101, 20270104 },
        { 20261127, 25, 20270101, 20270104 },
        { 20261127, 30, 20270108, 20270111 },
        { 20261127, 31, 20270111, 20270112 },
        /* A holiday that is the last day: the next working day is it. */
        { 20260428, 2, 20260430, 20260504 },
        /* Runs from a holiday. */
        { 20260501, 1, 20260504, 20260504 },
        /* Over the last day of February of a leap year, and of another. */
        { 20280228, 1, 20280229, 20280229 },
        { 20260227, 1, 20260302, 20260302 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(working_days_after(&none, rows[i].from, rows[i].count),
                         rows[i].date);
        assert_int_equal(working_days_after(&some, rows[i].from, rows[i].count),
                         rows[i].date_with_holidays);
    }
}

/* Counting one by one gives the same, whatever the days of the week. */
static void working_days_between_are_those_counted_one_by_one(void **state)
{
    const int64_t first = date_day(20260415), last = date_day(20260515);
    int64_t from, until;

    (void)state;
    for (from = first; from <= last; from++) {
        uint64_t count = 0;

        for (until = from; until <= last; until++) {
            if (until > from)
                count += working_days_has(&some, date_of_day(until));
            assert_int_equal(working_days_between(&some, date_of_day(from),
                                                  date_of_day(until)),
                             count);
        }
    }
    assert_int_equal(working_days_between(&some, 20260504, 20260427), 0);
    /* 52 weeks and a day, of 2025, and three days of 2026. */
    assert_int_equal(working_days_between(&none, 20241231, 20251231), 261);
    assert_int_equal(working_days_between(&none, 19691231, 19701231), 261);
    assert_int_equal(working_days_between(&none, 19690101, 19691231), 260);
}

/* Probation ends on Sunday 2026-11-15; thirty working days are up on Friday
 * 2026-12-25. */
static void a_recognition_is_due_in_thirty_working_days(void **state)
{
    static const struct {
        uint64_t today;
        enum deadline_phase phase;
        uint64_t days;
    } rows[] = {
        { 20261112, DEADLINE_AHEAD, 31 },   { 20261113, DEADLINE_AHEAD, 30 },
        { 20261115, DEADLINE_AHEAD, 30 },   { 20261116, DEADLINE_RUNNING, 29 },
        { 20261210, DEADLINE_RUNNING, 11 }, { 20261224, DEADLINE_RUNNING, 1 },
        { 20261225, DEADLINE_RUNNING, 0 },  { 20261226, DEADLINE_OVERDUE, 0 },
        { 20261227, DEADLINE_OVERDUE, 0 },  { 20261228, DEADLINE_OVERDUE, 1 },
        { 20270101, DEADLINE_OVERDUE, 5 },  { 20270104, DEADLINE_OVERDUE, 6 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct recognition_deadline deadline =
            recognition_deadline_of(&none, 30, 20261115, rows[i].today);

        assert_int_equal(deadline.due, 20261225);
        assert_int_equal(deadline.phase, rows[i].phase);
        assert_int_equal(deadline.days, rows[i].days);
    }
}

static void holidays_put_a_recognition_off(void **state)
{
    const struct recognition_deadline deadline =
        recognition_deadline_of(&some, 30, 20261127, 20270105);

    (void)state;
    assert_int_equal(deadline.due, 20270111);
    assert_int_equal(deadline.phase, DEADLINE_RUNNING);
    assert_int_equal(deadline.days, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saturdays_sundays_and_holidays_are_no_working_days),
        cmocka_unit_test(the_so_manieth_working_day_is_found),
        cmocka_unit_test(working_days_between_are_those_counted_one_by_one),
        cmocka_unit_test(a_recognition_is_due_in_thirty_working_days),
        cmocka_unit_test(holidays_put_a_recognition_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
