#include "protocol/rules/confidence.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct confidence_result decide(uint64_t high, uint64_t normal,
                                       uint64_t low)
{
    const struct confidence_count count = {
        .votes = { [CONFIDENCE_HIGH] = high,
                   [CONFIDENCE_NORMAL] = normal,
                   [CONFIDENCE_LOW] = low },
        .d = high + normal + low,
    };
    struct confidence_result result;

    assert_int_equal(
        confidence_decide(&ruleset_file("party-2026.conf")->confidence, &count,
                          &result),
        RESULT_OK);
    return result;
}

static void
low_votes_have_consequences_from_half_and_two_thirds_on(void **state)
{
    (void)state;
    assert_int_equal(decide(5, 4, 9).end, CONFIDENCE_KEPT);
    assert_int_equal(decide(4, 4, 10).end, CONFIDENCE_REPLAN);
    assert_int_equal(decide(3, 4, 11).end, CONFIDENCE_REPLAN);
    assert_int_equal(decide(3, 3, 12).end, CONFIDENCE_REMOVE);
    assert_int_equal(decide(18, 0, 0).end, CONFIDENCE_KEPT);
}

static void both_tests_are_told_with_their_numbers(void **state)
{
    const struct confidence_result result = decide(4, 4, 10);

    (void)state;
    assert_int_equal(result.replan.yes, 10);
    assert_int_equal(result.replan.need, 10);
    assert_int_equal(result.remove.need, 12);
    assert_int_equal(result.remove.rule, RULE_ID_CONFIDENCE);
    assert_int_equal(result.remove.of, MEASURE_VALID);
}

static void more_marks_than_ballots_are_refused(void **state)
{
    const struct confidence_rules *rules =
        &ruleset_file("party-2026.conf")->confidence;
    const struct confidence_count more = {
        .votes = { [CONFIDENCE_HIGH] = 2, [CONFIDENCE_LOW] = 2 }, .d = 3
    };
    const struct confidence_count huge = {
        .votes = { [CONFIDENCE_HIGH] = UINT64_MAX, [CONFIDENCE_LOW] = 2 },
        .d = 3
    };
    struct confidence_result untouched = { .end = CONFIDENCE_REMOVE };

    (void)state;
    assert_int_equal(confidence_decide(rules, &more, &untouched),
                     RESULT_INVALID);
    assert_int_equal(confidence_decide(rules, &huge, &untouched),
                     RESULT_INVALID);
    assert_int_equal(untouched.end, CONFIDENCE_REMOVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            low_votes_have_consequences_from_half_and_two_thirds_on),
        cmocka_unit_test(both_tests_are_told_with_their_numbers),
        cmocka_unit_test(more_marks_than_ballots_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
