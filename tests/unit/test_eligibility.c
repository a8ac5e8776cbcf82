#include "protocol/rules/eligibility.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct eligibility_rules *rules(void)
{
    return &ruleset_file("party-2026.conf")->eligibility;
}

static void more_than_half_have_to_be_unable_to_come(void **state)
{
    struct eligibility_person people[10] = { { CATEGORY_OFFICIAL,
                                               ground_none_ } };
    struct eligibility found;
    size_t unable, i;

    (void)state;
    for (unable = 0; unable <= 10; unable++) {
        for (i = 0; i < 10; i++)
            people[i] = (struct eligibility_person){
                i % 3 ? CATEGORY_OFFICIAL : CATEGORY_PROBATIONARY,
                i < unable ? GROUND_AT_SEA : ground_none_
            };
        assert_int_equal(eligibility_decide(rules(), people, 10, &found),
                         RESULT_OK);
        assert_int_equal(found.outcome.is_met, unable > 5);
        assert_int_equal(found.outcome.need, 6);
        assert_int_equal(found.by_ground[GROUND_AT_SEA], unable);
        assert_int_equal(found.outcome.rule, RULE_ID_ELIGIBILITY);
    }
}

static void exempt_and_suspended_members_are_left_out(void **state)
{
    const struct eligibility_person people[] = {
        { CATEGORY_OFFICIAL, GROUND_WORKS_FAR },
        { CATEGORY_OFFICIAL, GROUND_ON_DUTY },
        { CATEGORY_OFFICIAL, ground_none_ },
        { CATEGORY_EXEMPT, ground_none_ },
        { CATEGORY_EXEMPT, GROUND_WORKS_FAR },
        { CATEGORY_SUSPENDED, ground_none_ },
        { CATEGORY_GUEST, ground_none_ },
    };
    struct eligibility found;

    (void)state;
    assert_int_equal(eligibility_decide(rules(), people, 7, &found), RESULT_OK);
    assert_int_equal(found.outcome.d, 3);
    assert_int_equal(found.outcome.yes, 2);
    assert_true(found.outcome.is_met);
    assert_int_equal(found.left_out[CATEGORY_EXEMPT], 2);
    assert_int_equal(found.left_out[CATEGORY_SUSPENDED], 1);
    assert_int_equal(found.by_ground[GROUND_WORKS_FAR], 1);
    assert_int_equal(found.by_ground[GROUND_ON_DUTY], 1);
}

static void a_ground_that_the_ruleset_does_not_take_is_refused(void **state)
{
    struct eligibility_rules narrow = *rules();
    const struct eligibility_person sailor = { CATEGORY_OFFICIAL,
                                               GROUND_AT_SEA };
    const struct eligibility_person nobody = { category_none_, ground_none_ };
    struct eligibility untouched = { .outcome = { .d = 7 } };

    (void)state;
    narrow.grounds &= ~(1U << GROUND_AT_SEA);
    assert_int_equal(eligibility_decide(&narrow, &sailor, 1, &untouched),
                     RESULT_INVALID);
    assert_int_equal(eligibility_decide(rules(), &nobody, 1, &untouched),
                     RESULT_INVALID);
    assert_int_equal(untouched.outcome.d, 7);
}

static void a_cell_of_nobody_does_not_meet_online(void **state)
{
    struct eligibility found;

    (void)state;
    assert_int_equal(eligibility_decide(rules(), NULL, 0, &found), RESULT_OK);
    assert_false(found.outcome.is_met);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_half_have_to_be_unable_to_come),
        cmocka_unit_test(exempt_and_suspended_members_are_left_out),
        cmocka_unit_test(a_ground_that_the_ruleset_does_not_take_is_refused),
        cmocka_unit_test(a_cell_of_nobody_does_not_meet_online),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
