#include "protocol/rules/outcome.h"

#include "protocol/rules/percent.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { D_MAX = 2000 };

static const struct vote_test majority = { RULE_ID_THRESHOLD_RESOLUTION,
                                           { 1, 2, true },
                                           MEASURE_MEETING };
static const struct vote_test two_thirds = { RULE_ID_THRESHOLD_ADMISSION,
                                             { 2, 3, false },
                                             MEASURE_MEETING };
static const struct vote_test third = { RULE_ID_ELECTION_OUTSIDE,
                                        { 30, 100, true },
                                        MEASURE_PRESENT };

static struct outcome outcome(const struct vote_test *test, uint64_t yes,
                              uint64_t d)
{
    struct outcome outcome;

    assert_int_equal(outcome_of(test, yes, d, &outcome), RESULT_OK);
    return outcome;
}

static void what_is_needed_is_met_and_one_less_is_not(void **state)
{
    static const struct vote_test *const tests[] = { &majority, &two_thirds,
                                                     &third };
    uint64_t d;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof tests / sizeof tests[0]; i++)
        for (d = 1; d <= D_MAX; d++) {
            const uint64_t need = outcome(tests[i], 0, d).need;

            assert_in_range(need, 1, d);
            assert_true(outcome(tests[i], need, d).is_met);
            assert_false(outcome(tests[i], need - 1, d).is_met);
        }
}

/* Of each decision there is a number of people a thousand times as large that
 * reads the same, rounded; where rounding would mislead, it decides nothing. */
static void a_rounded_percentage_decides_nothing(void **state)
{
    static const struct {
        const struct vote_test *test;
        uint64_t yes, d, shown;
        bool is_met;
    } rows[] = {
        { &two_thirds, 33333, 50000, 6667, false },
        { &two_thirds, 33334, 50000, 6667, true },
        { &two_thirds, 2, 3, 6667, true },
        { &majority, 100001, 200001, 5000, true },
        { &majority, 100000, 200000, 5000, false },
        { &majority, 100000, 200001, 5000, false },
        { &third, 300001, 1000000, 3000, true },
        { &third, 300000, 1000000, 3000, false },
    };
    uint64_t d, yes;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(percent_hundredths(rows[i].yes, rows[i].d),
                         rows[i].shown);
        assert_int_equal(outcome(rows[i].test, rows[i].yes, rows[i].d).is_met,
                         rows[i].is_met);
    }
    for (d = 1; d <= D_MAX; d++)
        for (yes = 0; yes <= d; yes++)
            assert_int_equal(outcome(&two_thirds, yes, d).is_met,
                             outcome(&two_thirds, 1000 * yes, 1000 * d).is_met);
}

static void an_outcome_tells_rule_and_numbers(void **state)
{
    const struct outcome told = outcome(&two_thirds, 13, 20);

    (void)state;
    assert_int_equal(told.rule, RULE_ID_THRESHOLD_ADMISSION);
    assert_int_equal(told.of, MEASURE_MEETING);
    assert_int_equal(told.test.numerator, 2);
    assert_int_equal(told.yes, 13);
    assert_int_equal(told.d, 20);
    assert_int_equal(told.need, 14);
}

static void more_than_there_are_is_no_vote(void **state)
{
    struct outcome untouched = { .yes = 7 };

    (void)state;
    assert_int_equal(outcome_of(&majority, 21, 20, &untouched), RESULT_INVALID);
    assert_int_equal(untouched.yes, 7);
}

static void of_nobody_nothing_passes_and_nothing_is_enough(void **state)
{
    (void)state;
    assert_false(outcome(&majority, 0, 0).is_met);
    assert_int_equal(outcome(&majority, 0, 0).need, 0);
}

static void what_is_needed_does_not_wrap_around(void **state)
{
    const struct threshold all = { 1, 1, false };
    const struct threshold more = { 1, 1, true };

    (void)state;
    assert_true(threshold_need(&two_thirds.test, UINT64_MAX) ==
                UINT64_MAX / 3 * 2);
    assert_true(threshold_need(&all, UINT64_MAX) == UINT64_MAX);
    assert_int_equal(threshold_need(&more, UINT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_needed_is_met_and_one_less_is_not),
        cmocka_unit_test(a_rounded_percentage_decides_nothing),
        cmocka_unit_test(an_outcome_tells_rule_and_numbers),
        cmocka_unit_test(more_than_there_are_is_no_vote),
        cmocka_unit_test(of_nobody_nothing_passes_and_nothing_is_enough),
        cmocka_unit_test(what_is_needed_does_not_wrap_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
