#include "protocol/rules/cumulation.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct discipline_rules *rules(void)
{
    return &ruleset_file("party-2026.conf")->discipline;
}

static void the_forms_fit_whom_the_vote_is_on(void **state)
{
    (void)state;
    assert_int_equal(discipline_forms(rules(), false, true), 0x1e);
    assert_int_equal(discipline_forms(rules(), false, false),
                     1U << DISCIPLINE_REPRIMAND | 1U << DISCIPLINE_WARNING |
                         1U << DISCIPLINE_EXPULSION);
    assert_int_equal(discipline_forms(rules(), true, true),
                     1U << DISCIPLINE_REPRIMAND | 1U << DISCIPLINE_WARNING);
}

static void
a_form_that_reaches_its_threshold_alone_is_not_added_to(void **state)
{
    const struct discipline_count count = {
        .listed = 0x1e,
        .votes = { [DISCIPLINE_EXPULSION] = 2, [DISCIPLINE_REPRIMAND] = 8 },
        .none = 5,
        .d = 15,
    };
    struct discipline_result result;

    (void)state;
    assert_int_equal(discipline_decide(rules(), &count, &result), RESULT_OK);
    assert_int_equal(result.form, DISCIPLINE_REPRIMAND);
    assert_false(result.is_cumulated);
    assert_int_equal(result.rule, RULE_ID_THRESHOLD_REPRIMAND);
}

static void
the_cell_decides_the_mild_forms_and_proposes_the_others(void **state)
{
    struct discipline_count count = { .listed = 0x1e,
                                      .votes = { [DISCIPLINE_EXPULSION] = 10 },
                                      .d = 15 };
    struct discipline_result result;

    (void)state;
    assert_int_equal(discipline_decide(rules(), &count, &result), RESULT_OK);
    assert_int_equal(result.form, DISCIPLINE_EXPULSION);
    assert_true(result.is_proposal);
    count.votes[DISCIPLINE_EXPULSION] = 9;
    count.votes[DISCIPLINE_REMOVAL] = 1;
    assert_int_equal(discipline_decide(rules(), &count, &result), RESULT_OK);
    assert_int_equal(result.form, DISCIPLINE_REMOVAL);
    assert_true(result.is_proposal && result.is_cumulated);
}

static void nothing_is_added_where_the_ruleset_does_not_cumulate(void **state)
{
    struct discipline_rules plain = *rules();
    const struct discipline_count count = {
        .listed = 0x1e,
        .votes = { [DISCIPLINE_EXPULSION] = 7, [DISCIPLINE_REPRIMAND] = 7 },
        .d = 15,
    };
    struct discipline_result result;

    (void)state;
    plain.cumulates = false;
    assert_int_equal(discipline_decide(&plain, &count, &result), RESULT_OK);
    assert_int_equal(result.form, discipline_none_);
}

/* With an odd D: told in words of people, not of thresholds. */
static enum discipline expected(uint64_t expulsion, uint64_t warning,
                                uint64_t reprimand)
{
    if (expulsion >= 6)
        return DISCIPLINE_EXPULSION;
    if (warning >= 5)
        return DISCIPLINE_WARNING;
    if (reprimand >= 5)
        return DISCIPLINE_REPRIMAND;
    if (expulsion + warning >= 5)
        return DISCIPLINE_WARNING;
    if (expulsion + warning + reprimand >= 5)
        return DISCIPLINE_REPRIMAND;
    return discipline_none_;
}

static void every_vote_of_nine_is_decided_as_told_in_words(void **state)
{
    const struct discipline_rules shipped = *rules();
    uint64_t e, w, r;

    (void)state;
    for (e = 0; e <= 9; e++)
        for (w = 0; e + w <= 9; w++)
            for (r = 0; e + w + r <= 9; r++) {
                const struct discipline_count count = {
                    .listed = discipline_forms(&shipped, false, false),
                    .votes = { [DISCIPLINE_EXPULSION] = e,
                               [DISCIPLINE_WARNING] = w,
                               [DISCIPLINE_REPRIMAND] = r },
                    .none = 9 - e - w - r,
                    .d = 9,
                };
                struct discipline_result result;

                assert_int_equal(discipline_decide(&shipped, &count, &result),
                                 RESULT_OK);
                assert_int_equal(result.form, expected(e, w, r));
            }
}

static void votes_that_cannot_be_are_refused(void **state)
{
    const struct discipline_count wrong[] = {
        { .listed = 0, .d = 5 },
        { .listed = 1U << DISCIPLINE_WARNING,
          .votes = { [DISCIPLINE_REMOVAL] = 1 },
          .d = 5 },
        { .listed = 0x1e, .none = 6, .d = 5 },
        { .listed = 0x1e,
          .votes = { [DISCIPLINE_WARNING] = UINT64_MAX },
          .none = 2,
          .d = 5 },
    };
    struct discipline_result untouched = { .form = DISCIPLINE_WARNING };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(discipline_decide(rules(), &wrong[i], &untouched),
                         RESULT_INVALID);
    assert_int_equal(untouched.form, DISCIPLINE_WARNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_forms_fit_whom_the_vote_is_on),
        cmocka_unit_test(
            a_form_that_reaches_its_threshold_alone_is_not_added_to),
        cmocka_unit_test(
            the_cell_decides_the_mild_forms_and_proposes_the_others),
        cmocka_unit_test(nothing_is_added_where_the_ruleset_does_not_cumulate),
        cmocka_unit_test(every_vote_of_nine_is_decided_as_told_in_words),
        cmocka_unit_test(votes_that_cannot_be_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
