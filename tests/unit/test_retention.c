#include "server/archive/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* 2026-01-31 12:34:56.789 UTC */
#define JANUARY INT64_C(1769862896789)
#define DAY INT64_C(86400000)

static const struct retention ten = { .attachments_months = 12,
                                      .texts_months = 60,
                                      .meetings_months = 120,
                                      .imported_months = 24,
                                      .forever_kinds = "congress, committee" };

static struct archive_row a_row(enum archive_origin origin)
{
    return (struct archive_row){
        .source = { .origin = origin },
        .meeting = { .kind = KIND_REGULAR,
                     .starts_at_ms = JANUARY,
                     .is_closed = true },
    };
}

static void months_end_on_the_same_day_or_the_last(void **state)
{
    (void)state;
    /* 28 February 2026, 29 February 2028, 30 April 2026, 31 January 2027 */
    assert_true(retention_add_months(JANUARY, 0) == JANUARY);
    assert_true(retention_add_months(JANUARY, 1) == JANUARY + 28 * DAY);
    assert_true(retention_add_months(JANUARY, 25) == JANUARY + 759 * DAY);
    assert_true(retention_add_months(JANUARY, 3) == JANUARY + 89 * DAY);
    assert_true(retention_add_months(JANUARY, 12) == JANUARY + 365 * DAY);
    assert_true(retention_add_months(JANUARY, 1200) == JANUARY + 36524 * DAY);
    /* 31 December 1969 and 31 January 1970 */
    assert_true(retention_add_months(-1, 1) == 31 * DAY - 1);
}

static void nothing_is_over_a_moment_before_its_time(void **state)
{
    const struct archive_row row = a_row(ARCHIVE_OF_SERVER);
    const int64_t due = retention_add_months(JANUARY, 12);
    int64_t due_ms = 0;

    (void)state;
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_NOTHING, due - 1, &due_ms),
        RETENTION_NOTHING);
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_NOTHING, due, &due_ms),
        RETENTION_ATTACHMENTS);
    assert_true(due_ms == due);
}

static void the_most_that_is_over_is_told_once(void **state)
{
    const struct archive_row row = a_row(ARCHIVE_OF_SERVER);
    const int64_t now = retention_add_months(JANUARY, 60);
    int64_t due_ms = 0;

    (void)state;
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_NOTHING, now, &due_ms),
        RETENTION_TEXTS);
    assert_true(due_ms == now);
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_ATTACHMENTS, now, &due_ms),
        RETENTION_TEXTS);
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_TEXTS, now, &due_ms),
        RETENTION_NOTHING);
    assert_int_equal(retention_due(&ten, &row, STORE_EXTENT_TEXTS,
                                   retention_add_months(JANUARY, 120), &due_ms),
                     RETENTION_MEETING);
    assert_int_equal(retention_due(&ten, &row, STORE_EXTENT_ALL,
                                   retention_add_months(JANUARY, 999), &due_ms),
                     RETENTION_NOTHING);
}

static void an_imported_record_has_a_term_of_its_own(void **state)
{
    const struct archive_row row = a_row(ARCHIVE_IMPORTED);
    int64_t due_ms = 0;

    (void)state;
    assert_int_equal(retention_due(&ten, &row, STORE_EXTENT_NOTHING,
                                   retention_add_months(JANUARY, 24) - 1,
                                   &due_ms),
                     RETENTION_NOTHING);
    assert_int_equal(retention_due(&ten, &row, STORE_EXTENT_NOTHING,
                                   retention_add_months(JANUARY, 24), &due_ms),
                     RETENTION_RECORD);
}

static void kinds_for_ever_open_meetings_and_no_terms_keep_all(void **state)
{
    static const struct retention none = { .forever_kinds = "" };
    const int64_t late = retention_add_months(JANUARY, 1200);
    struct archive_row row = a_row(ARCHIVE_OF_SERVER);
    int64_t due_ms = 0;

    (void)state;
    assert_int_equal(
        retention_due(&none, &row, STORE_EXTENT_NOTHING, late, &due_ms),
        RETENTION_NOTHING);
    row.meeting.kind = KIND_COMMITTEE;
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_NOTHING, late, &due_ms),
        RETENTION_NOTHING);
    row.meeting.kind = KIND_REGULAR;
    row.meeting.is_closed = false;
    assert_int_equal(
        retention_due(&ten, &row, STORE_EXTENT_NOTHING, late, &due_ms),
        RETENTION_NOTHING);
}

static void kinds_are_words_of_the_vocabulary(void **state)
{
    (void)state;
    assert_true(retention_are_kinds(""));
    assert_true(retention_are_kinds("congress"));
    assert_true(retention_are_kinds(" regular,congress  committee "));
    assert_false(retention_are_kinds("congresses"));
    assert_false(retention_are_kinds("congress; regular"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_end_on_the_same_day_or_the_last),
        cmocka_unit_test(nothing_is_over_a_moment_before_its_time),
        cmocka_unit_test(the_most_that_is_over_is_told_once),
        cmocka_unit_test(an_imported_record_has_a_term_of_its_own),
        cmocka_unit_test(kinds_for_ever_open_meetings_and_no_terms_keep_all),
        cmocka_unit_test(kinds_are_words_of_the_vocabulary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
