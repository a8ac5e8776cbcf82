#include "protocol/rules/rating.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct rating_rules *rules(void)
{
    return &ruleset_file("party-2026.conf")->rating;
}

static struct rating_result decide(uint64_t excellent, uint64_t good,
                                   uint64_t fulfilled, uint64_t not_fulfilled,
                                   uint64_t d)
{
    const struct rating_count count = {
        .votes = { [RATING_EXCELLENT] = excellent,
                   [RATING_GOOD] = good,
                   [RATING_FULFILLED] = fulfilled,
                   [RATING_NOT_FULFILLED] = not_fulfilled },
        .d = d,
    };
    struct rating_result result;

    assert_int_equal(rating_decide(rules(), &count, &result), RESULT_OK);
    return result;
}

static void a_level_needs_more_than_half_of_all_who_count(void **state)
{
    (void)state;
    assert_int_equal(decide(2, 11, 4, 0, 20).level, RATING_GOOD);
    assert_int_equal(decide(2, 10, 4, 1, 20).level, rating_level_none_);
    assert_int_equal(decide(11, 9, 0, 0, 20).level, RATING_EXCELLENT);
    assert_int_equal(decide(0, 0, 0, 11, 20).level, RATING_NOT_FULFILLED);
    assert_int_equal(decide(2, 10, 4, 1, 20).outcomes[RATING_GOOD].need, 11);
}

static void more_than_a_fifth_of_excellent_is_warned_of(void **state)
{
    struct rating_cap cap;

    (void)state;
    assert_int_equal(rating_check_cap(rules(), 2, 8, &cap), RESULT_OK);
    assert_false(cap.is_exceeded);
    assert_int_equal(rating_check_cap(rules(), 2, 7, &cap), RESULT_OK);
    assert_true(cap.is_exceeded);
    assert_int_equal(cap.excellent_max, 1);
    assert_int_equal(cap.rule, RULE_ID_RATING);
    assert_int_equal(rating_check_cap(rules(), 0, 0, &cap), RESULT_OK);
    assert_false(cap.is_exceeded);
    assert_int_equal(rating_check_cap(rules(), UINT64_MAX, 1, &cap),
                     RESULT_INVALID);
}

static void more_marks_than_members_are_refused(void **state)
{
    const struct rating_count wrong[] = {
        { .votes = { [RATING_GOOD] = 3, [RATING_FULFILLED] = 3 }, .d = 5 },
        { .votes = { [RATING_GOOD] = 6 }, .d = 5 },
        { .votes = { [RATING_GOOD] = UINT64_MAX, [RATING_FULFILLED] = 2 },
          .d = UINT64_MAX },
    };
    struct rating_result untouched = { .level = RATING_GOOD };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(rating_decide(rules(), &wrong[i], &untouched),
                         RESULT_INVALID);
    assert_int_equal(untouched.level, RATING_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_needs_more_than_half_of_all_who_count),
        cmocka_unit_test(more_than_a_fifth_of_excellent_is_warned_of),
        cmocka_unit_test(more_marks_than_members_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
