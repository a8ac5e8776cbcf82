#include "protocol/rules/meeting_norms.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct ruleset *rules(void)
{
    return ruleset_file("party-2026.conf");
}

static void a_share_is_scored_by_exact_bands(void **state)
{
    static const struct {
        uint64_t part, whole, attendance, speakers;
    } rows[] = {
        { 20, 20, 4, 5 },      { 18, 20, 4, 5 }, { 17, 20, 3, 5 },
        { 8999, 10000, 3, 5 }, { 15, 20, 3, 5 }, { 13, 20, 2, 5 },
        { 6499, 10000, 1, 5 }, { 10, 20, 1, 5 }, { 9, 20, 1, 4 },
        { 7, 20, 1, 3 },       { 5, 20, 1, 2 },  { 0, 20, 1, 2 },
        { 0, 0, 1, 2 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(score_of_share(&rules()->score.attendance,
                                        rows[i].part, rows[i].whole),
                         rows[i].attendance);
        assert_int_equal(score_of_share(&rules()->score.speakers, rows[i].part,
                                        rows[i].whole),
                         rows[i].speakers);
    }
}

static void a_short_meeting_is_scored_by_what_is_missing(void **state)
{
    static const struct {
        uint64_t minutes, points;
    } rows[] = { { 120, 5 }, { 90, 5 }, { 89, 4 }, { 75, 4 }, { 74, 3 },
                 { 60, 3 },  { 59, 2 }, { 45, 2 }, { 44, 1 }, { 0, 1 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(score_of_length(&rules()->score, rows[i].minutes, 90),
                         rows[i].points);
}

static void attendance_is_scored_by_who_is_absent_and_why(void **state)
{
    static const struct {
        struct score_attendance attendance;
        uint64_t points;
    } rows[] = {
        { { 18, 20, false, false }, 4 }, { { 18, 20, false, true }, 5 },
        { { 19, 20, true, false }, 1 },  { { 19, 20, true, true }, 2 },
        { { 15, 20, false, false }, 3 }, { { 12, 20, false, false }, 1 },
    };
    struct score_rules generous = rules()->score;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            score_of_attendance(&rules()->score, &rows[i].attendance),
            rows[i].points);
    generous.attendance_steady = 7;
    assert_int_equal(score_of_attendance(&generous, &rows[1].attendance), 5);
}

static void the_total_has_a_grade(void **state)
{
    static const struct {
        uint64_t results, total;
        enum grade grade;
    } rows[] = { { 30, 100, GRADE_GOOD },
                 { 20, 90, GRADE_GOOD },
                 { 19, 89, GRADE_FAIR },
                 { 0, 70, GRADE_FAIR } };
    uint64_t points[criterion_count_] = { 0 };
    uint64_t total = 0;
    enum grade grade = grade_none_;
    size_t i;
    int c;

    (void)state;
    for (c = 1; c < criterion_count_; c++)
        points[c] = rules()->score.points_max[c];
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        points[CRITERION_RESULTS] = rows[i].results;
        assert_int_equal(score_grade(&rules()->score, points, &total, &grade),
                         RESULT_OK);
        assert_int_equal(total, rows[i].total);
        assert_int_equal(grade, rows[i].grade);
    }
    points[CRITERION_CONDUCT] = 19;
    assert_int_equal(score_grade(&rules()->score, points, &total, &grade),
                     RESULT_OK);
    assert_int_equal(grade, GRADE_POOR);
    points[CRITERION_TIME] = 6;
    assert_int_equal(score_grade(&rules()->score, points, &total, &grade),
                     RESULT_INVALID);
    assert_int_equal(total, 49);
}

static void a_meeting_lasts_ninety_minutes_or_two_hours(void **state)
{
    (void)state;
    assert_false(length_is_enough(&rules()->length, 89));
    assert_true(length_is_enough(&rules()->length, 90));
}

static void a_large_cell_meets_by_groups_three_times_a_year(void **state)
{
    const struct party_group_rule *rule = &rules()->party_groups;

    (void)state;
    assert_true(rule_set_has(rule->counts, CATEGORY_OFFICIAL));
    assert_true(rule_set_has(rule->counts, CATEGORY_PROBATIONARY));
    assert_false(rule_set_has(rule->counts, CATEGORY_TEMP_HERE));
    assert_int_equal(party_groups_check(rule, 49, 0),
                     PARTY_GROUPS_TOO_FEW_MEMBERS);
    assert_int_equal(party_groups_check(rule, 50, 0), PARTY_GROUPS_ACCEPTED);
    assert_int_equal(party_groups_check(rule, 50, 2), PARTY_GROUPS_ACCEPTED);
    assert_int_equal(party_groups_check(rule, 50, 3),
                     PARTY_GROUPS_OFTEN_ENOUGH);
}

static void
posting_is_in_time_until_the_very_moment_that_it_is_due(void **state)
{
    static const struct {
        int64_t due_ms, done_ms;
        enum posting posting;
    } rows[] = {
        { 0, 0, POSTING_NONE },
        { 1000, 0, POSTING_UNKNOWN },
        { 1000, 1, POSTING_IN_TIME },
        { 1000, 999, POSTING_IN_TIME },
        { 1000, 1000, POSTING_IN_TIME },
        { 1000, 1001, POSTING_TOO_LATE },
        { INT64_MAX, INT64_MAX - 1, POSTING_IN_TIME },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(posting_of(rows[i].due_ms, rows[i].done_ms),
                         rows[i].posting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            posting_is_in_time_until_the_very_moment_that_it_is_due),
        cmocka_unit_test(a_share_is_scored_by_exact_bands),
        cmocka_unit_test(a_short_meeting_is_scored_by_what_is_missing),
        cmocka_unit_test(attendance_is_scored_by_who_is_absent_and_why),
        cmocka_unit_test(the_total_has_a_grade),
        cmocka_unit_test(a_meeting_lasts_ninety_minutes_or_two_hours),
        cmocka_unit_test(a_large_cell_meets_by_groups_three_times_a_year),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
