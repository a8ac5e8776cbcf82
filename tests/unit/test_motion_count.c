#include "protocol/rules/motion_count.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct motion_count count = { .votes = { [CHOICE_YES] = 11,
                                                      [CHOICE_NO] = 4,
                                                      [CHOICE_OTHER] = 1,
                                                      [CHOICE_ABSTAIN] = 1 } };

static void whoever_does_not_vote_is_against_in_effect(void **state)
{
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    const struct electorate twenty = { .measure = MEASURE_MEETING, .d = 20 };
    const struct electorate more = { .measure = MEASURE_MEETING, .d = 22 };
    struct motion_result result;

    (void)state;
    assert_int_equal(motion_decide(&rules->thresholds[MATTER_RESOLUTION],
                                   &count, &twenty, &result),
                     RESULT_OK);
    assert_true(result.outcome.is_met);
    assert_int_equal(result.voted, 17);
    assert_int_equal(result.not_voted, 3);
    assert_int_equal(motion_decide(&rules->thresholds[MATTER_RESOLUTION],
                                   &count, &more, &result),
                     RESULT_OK);
    assert_false(result.outcome.is_met);
    assert_int_equal(result.outcome.need, 12);
}

static void admission_and_recognition_need_two_thirds(void **state)
{
    static const enum matter matters[] = { MATTER_ADMISSION,
                                           MATTER_RECOGNITION };
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    const struct electorate electorate = { .measure = MEASURE_MEETING,
                                           .d = 17 };
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct motion_result result;

        assert_int_equal(motion_decide(&rules->thresholds[matters[i]], &count,
                                       &electorate, &result),
                         RESULT_OK);
        assert_false(result.outcome.is_met);
        assert_int_equal(result.outcome.need, 12);
    }
}

static void agenda_minutes_and_procedure_need_more_than_half(void **state)
{
    static const enum matter matters[] = { MATTER_AGENDA, MATTER_MINUTES,
                                           MATTER_PROCEDURE };
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        struct electorate electorate = { .measure = MEASURE_MEETING, .d = 21 };
        struct motion_result result;

        assert_int_equal(motion_decide(&rules->thresholds[matters[i]], &count,
                                       &electorate, &result),
                         RESULT_OK);
        assert_true(result.outcome.is_met);
        assert_int_equal(result.outcome.rule, rule_id_of_threshold(matters[i]));
    }
}

static void an_association_measures_against_those_present(void **state)
{
    const struct vote_test *test =
        &ruleset_file("association.conf")->thresholds[MATTER_RESOLUTION];
    const struct electorate present = { .measure = MEASURE_PRESENT, .d = 20 };
    const struct electorate all = { .measure = MEASURE_MEETING, .d = 20 };
    struct motion_result result;

    (void)state;
    assert_int_equal(motion_decide(test, &count, &present, &result), RESULT_OK);
    assert_true(result.outcome.is_met);
    assert_int_equal(motion_decide(test, &count, &all, &result),
                     RESULT_INVALID);
}

static void a_test_of_valid_votes_leaves_out_who_did_not_vote(void **state)
{
    const struct vote_test test = { RULE_ID_THRESHOLD_STRAW,
                                    { 1, 2, true },
                                    MEASURE_VALID };
    const struct electorate electorate = { .measure = MEASURE_MEETING,
                                           .d = 100 };
    struct motion_result result;

    (void)state;
    assert_int_equal(motion_decide(&test, &count, &electorate, &result),
                     RESULT_OK);
    assert_int_equal(result.outcome.d, 17);
    assert_true(result.outcome.is_met);
}

/* The next of a fixed run of numbers. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* D is that of the moment when the vote was opened: whoever comes or leaves
 * then, and in which order people vote or abstain, changes nothing. */
static void what_happens_after_the_opening_does_not_move_d(void **state)
{
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    const struct vote_test *test = &rules->thresholds[MATTER_RESOLUTION];
    uint32_t random = 3;
    int round;

    (void)state;
    for (round = 0; round < 500; round++) {
        struct roll_person people[30];
        const struct roll roll = { KIND_REGULAR, false, people, 30 };
        struct motion_count votes = { .votes = { 0 } };
        struct electorate opened;
        struct motion_result result;
        bool has_vote[30];
        uint64_t yes = 0;
        size_t i;

        for (i = 0; i < roll.count; i++)
            people[i] =
                (struct roll_person){ next(&random) % 4 ? CATEGORY_OFFICIAL
                                                        : CATEGORY_EXEMPT,
                                      next(&random) % 2, false, false };
        assert_int_equal(electorate_count(&rules->electorate, MEASURE_MEETING,
                                          &roll, &opened),
                         RESULT_OK);
        for (i = 0; i < roll.count; i++)
            has_vote[i] =
                people[i].category == CATEGORY_OFFICIAL || people[i].is_present;
        for (i = 0; i < roll.count; i++) {
            const int choice = 1 + (int)(next(&random) % 5);

            if (has_vote[i] && people[i].is_present && choice < choice_count_) {
                votes.votes[choice]++;
                yes += choice == CHOICE_YES;
            }
            people[next(&random) % 30].is_present = next(&random) % 2;
        }
        assert_int_equal(motion_decide(test, &votes, &opened, &result),
                         RESULT_OK);
        assert_int_equal(result.outcome.d, opened.d);
        assert_int_equal(result.outcome.is_met, 2 * yes > opened.d);
    }
}

static void more_votes_than_voters_are_refused(void **state)
{
    const struct vote_test *test =
        &ruleset_file("party-2026.conf")->thresholds[MATTER_RESOLUTION];
    const struct electorate electorate = { .measure = MEASURE_MEETING,
                                           .d = 16 };
    const struct motion_count huge = {
        .votes = { [CHOICE_YES] = UINT64_MAX, [CHOICE_NO] = 2 }
    };
    struct motion_result untouched = { .voted = 7 };

    (void)state;
    assert_int_equal(motion_decide(test, &count, &electorate, &untouched),
                     RESULT_INVALID);
    assert_int_equal(motion_decide(test, &huge, &electorate, &untouched),
                     RESULT_INVALID);
    assert_int_equal(untouched.voted, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_does_not_vote_is_against_in_effect),
        cmocka_unit_test(admission_and_recognition_need_two_thirds),
        cmocka_unit_test(agenda_minutes_and_procedure_need_more_than_half),
        cmocka_unit_test(an_association_measures_against_those_present),
        cmocka_unit_test(a_test_of_valid_votes_leaves_out_who_did_not_vote),
        cmocka_unit_test(what_happens_after_the_opening_does_not_move_d),
        cmocka_unit_test(more_votes_than_voters_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
