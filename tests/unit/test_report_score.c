#include "server/report/report_score.h"

#include "tests/support/ruleset_file.h"
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
enum { MEETINGS_MAX = 8 };

struct year {
    struct stored_meeting logs[MEETINGS_MAX];
    struct report_meeting *meetings[MEETINGS_MAX];
    size_t count;
};

/* m1 and m2 come, m1 speaks; m3 is absent with reason, or comes. */
static void meet(struct year *year, int64_t at_ms, bool m3_comes)
{
    struct stored_meeting *log = &year->logs[year->count];
    struct report_meeting **meeting = &year->meetings[year->count++];
    char id[16];

    (void)snprintf(id, sizeof id, "c1.%zu", year->count);
    stored_meeting_begin(log, id, KIND_REGULAR, at_ms, 3, 3);
    stored_meeting_join(log, at_ms - 60000, "m1");
    stored_meeting_join(log, at_ms - 60000, "m2");
    if (!m3_comes)
        stored_meeting_absent(log, at_ms - 60000, "m3", ABSENT_EXCUSED);
    stored_meeting_open(log, at_ms);
    if (m3_comes)
        stored_meeting_tick(log, at_ms + 5 * 60 * 1000, "m3", MODE_IN_PERSON);
    stored_meeting_speech(log, at_ms + 600000, "m1", 60000);
    stored_meeting_close(log, at_ms + 80 * 60 * 1000);
    assert_int_equal(report_meeting_read(&log->log, NULL, meeting), RESULT_OK);
    (*meeting)->rules = ruleset_file("party-2026.conf");
}

static void end(struct year *year)
{
    size_t i;

    for (i = 0; i < year->count; i++) {
        report_meeting_free(year->meetings[i]);
        stored_meeting_release(&year->logs[i]);
    }
}

static const struct report_meeting *const *meetings_of(const struct year *year)
{
    return (const struct report_meeting *const *)year->meetings;
}

static json_int_t number_of(const struct report_table *table, size_t row,
                            const char *key)
{
    json_t *object = report_table_object(table, row);
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;

    json_decref(object);
    return number;
}

static void the_record_proposes_what_it_knows(void **state)
{
    struct year year = { .count = 0 };
    struct report_table table;

    (void)state;
    meet(&year, DAY(0), false);
    assert_true(report_meeting_is_short(year.meetings[0]));
    assert_int_equal(report_list_score(meetings_of(&year), year.count,
                                       year.meetings[0], &table),
                     RESULT_OK);
    assert_int_equal(report_table_count(&table), 8);
    /* 80 of 90 minutes; 2 of 3 came, 66.67 %: 2, and one for being steady; 1 of
     * 2 spoke, 50 %: 5. */
    assert_int_equal(number_of(&table, 0, "proposed"), 4);
    assert_int_equal(number_of(&table, 1, "proposed"), 3);
    assert_int_equal(number_of(&table, 1, "basis_percent"), 6667);
    assert_int_equal(number_of(&table, 2, "proposed"), -1);
    assert_int_equal(number_of(&table, 3, "proposed"), 5);
    assert_int_equal(number_of(&table, 3, "points_max"), 40);
    assert_int_equal(number_of(&table, 7, "points_max"), 100);
    assert_int_equal(number_of(&table, 7, "points"), -1);
    report_table_release(&table);
    end(&year);
}

static void the_fourth_absence_running_is_not_steady_any_more(void **state)
{
    struct year year = { .count = 0 };
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
        meet(&year, DAY((int64_t)i * 30), false);
    meet(&year, DAY(150), true);
    for (i = 0; i < 5; i++)
        assert_int_equal(
            report_is_steady(meetings_of(&year), year.count, year.meetings[i]),
            i != 3);
    end(&year);
}

static bool is_text(const struct report_table *table, size_t row,
                    const char *key, const char *text)
{
    json_t *object = report_table_object(table, row);
    const json_t *value = json_object_get(object, key);
    const bool is_same =
        json_is_string(value) && strcmp(json_string_value(value), text) == 0;

    json_decref(object);
    return is_same;
}

/* As meet() does, but with the posting task of a meeting before, due 05/01/2026
 * at 09:00 in Viet Nam, and reported done so many minutes later. */
static struct report_meeting *meet_after_another(struct stored_meeting *log,
                                                 int64_t late_min)
{
    const int64_t due_ms = DAY(0) + 3600000;
    struct carried_task task = { .task = stored_id("t1"),
                                 .from = stored_id("t4"),
                                 .due_ms = (uint64_t)due_ms,
                                 .ground = TASK_POSTING,
                                 .result = TASK_OPEN,
                                 .text = stored_text("") };
    struct report_meeting *meeting = NULL;

    stored_meeting_begin(log, "c1.1", KIND_REGULAR, DAY(0), 3, 3);
    stored_meeting_join(log, DAY(0) - 60000, "m1");
    STORED_ADD(log, DAY(0) - 60000, CARRIED_OVER, carried_over,
               .meeting = stored_id("c1.0"), .tasks = { &task, 1 });
    stored_meeting_open(log, DAY(0));
    STORED_ADD(log, due_ms + late_min * 60000, TASK_REPORTED, task_reported,
               .task = stored_id("t1"), .by = stored_id("m1"),
               .result = TASK_DONE, .text = stored_text(""),
               .act = stored_act("m1"));
    stored_meeting_close(log, DAY(0) + 120 * 60000);
    assert_int_equal(report_meeting_read(&log->log, NULL, &meeting), RESULT_OK);
    meeting->rules = ruleset_file("party-2026.conf");
    return meeting;
}

static void posting_stands_beside_how_the_meeting_was_concluded(void **state)
{
    static const struct {
        int64_t late_min;
        const char *posting, *done_at;
    } rows[] = { { 0, "in_time", "2026-01-05 09:00" },
                 { 1, "too_late", "2026-01-05 09:01" } };
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct stored_meeting log = { .state = NULL };
        struct report_meeting *meeting =
            meet_after_another(&log, rows[i].late_min);
        const struct report_meeting *meetings[] = { meeting };
        struct report_table table;

        assert_int_equal(report_list_score(meetings, 1, meeting, &table),
                         RESULT_OK);
        assert_true(is_text(&table, 6, "criterion", "closing"));
        assert_true(is_text(&table, 6, "posting", rows[i].posting));
        assert_true(is_text(&table, 6, "posting_due_at", "2026-01-05 09:00"));
        assert_true(is_text(&table, 6, "posting_done_at", rows[i].done_at));
        assert_true(is_text(&table, 5, "posting", ""));
        assert_true(is_text(&table, 7, "posting", ""));
        report_table_release(&table);
        report_meeting_free(meeting);
        stored_meeting_release(&log);
    }
}

static void minutes_that_the_ruleset_passes_over_are_not_late(void **state)
{
    struct year year = { .count = 0 };
    struct ruleset_book book = { .rules = *ruleset_file("party-2026.conf") };
    const struct ruleset_shelf shelf = { .books = { &book }, .count = 1 };
    const struct identifier m3 = stored_id("m3");
    struct report_meeting *meeting = NULL;

    (void)state;
    book.rules.hash = (struct hash){ { 0 } }; /* as the genesis names it */
    meet(&year, DAY(0), true);
    /* Five minutes after the opening. */
    assert_true(report_meeting_person(year.meetings[0], &m3)->is_late);
    assert_int_equal(report_meeting_read(&year.logs[0].log, &shelf, &meeting),
                     RESULT_OK);
    assert_ptr_equal(meeting->rules, &book.rules);
    assert_true(report_has_score(meeting));
    assert_false(report_meeting_person(meeting, &m3)->is_late);
    report_meeting_free(meeting);
    end(&year);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_proposes_what_it_knows),
        cmocka_unit_test(the_fourth_absence_running_is_not_steady_any_more),
        cmocka_unit_test(minutes_that_the_ruleset_passes_over_are_not_late),
        cmocka_unit_test(posting_stands_beside_how_the_meeting_was_concluded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
