#include "protocol/rules/ruleset.h"
#include "protocol/rules/motion_count.h"

#include "protocol/rules/category.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static struct ruleset base_of(bool is_suspended_counted)
{
    struct ruleset rules = { .majority_numerator = 2,
                             .majority_denominator = 3,
                             .is_suspended_counted = is_suspended_counted };

    ruleset_complete(&rules);
    return rules;
}

static uint64_t d_of(const struct ruleset *rules,
                     const struct roll_person *people, size_t count)
{
    const struct roll roll = { .kind = KIND_REGULAR,
                               .people = people,
                               .count = count };
    struct electorate electorate;

    assert_int_equal(electorate_count(&rules->electorate,
                                      rules->thresholds[MATTER_RESOLUTION].of,
                                      &roll, &electorate),
                     RESULT_OK);
    return electorate.d;
}

static void every_motion_is_tested_as_an_ordinary_one(void **state)
{
    static const enum matter motions[] = {
        MATTER_RESOLUTION, MATTER_AGENDA,    MATTER_MINUTES,
        MATTER_PROCEDURE,  MATTER_ADMISSION, MATTER_RECOGNITION
    };
    const struct ruleset rules = base_of(false);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof motions / sizeof motions[0]; i++) {
        const struct vote_test *test = &rules.thresholds[motions[i]];

        assert_int_equal(test->rule, RULE_ID_ORDINARY_MOTION);
        assert_int_equal(test->of, MEASURE_MEETING);
        assert_true(threshold_is_met(&test->test, 2, 3));
        assert_false(threshold_is_met(&test->test, 1, 3));
        assert_true(ruleset_has_matter(&rules, motions[i]));
    }
}

static void both_forms_are_allowed_and_remote_seats_take_part(void **state)
{
    const struct ruleset rules = base_of(false);
    const struct form_asked open = { MATTER_ADMISSION, VOTE_FORM_OPEN, true,
                                     false };
    const struct form_asked secret = { MATTER_ADMISSION, VOTE_FORM_SECRET, true,
                                       false };

    (void)state;
    assert_int_equal(form_decide(&rules.forms, &open).refusal, FORM_ACCEPTED);
    assert_int_equal(form_decide(&rules.forms, &secret).refusal, FORM_ACCEPTED);
    assert_false(ruleset_has(&rules, RULESET_QUORUM));
}

static void
the_denominator_has_the_official_and_the_exempt_who_came(void **state)
{
    static const struct roll_person people[] = {
        { CATEGORY_OFFICIAL, true, false, false },
        { CATEGORY_OFFICIAL, false, false, false },
        { CATEGORY_EXEMPT, true, false, false },
        { CATEGORY_EXEMPT, false, false, false },
        { CATEGORY_SUSPENDED, false, false, false },
        { CATEGORY_TEMP_AWAY, false, false, false },
        { CATEGORY_PROBATIONARY, true, false, false },
    };
    const struct ruleset without = base_of(false), with = base_of(true);

    (void)state;
    assert_int_equal(d_of(&without, people, 7), 3);
    assert_int_equal(d_of(&with, people, 7), 4);
}

static void people_have_the_rights_that_categories_have(void **state)
{
    const struct ruleset rules = base_of(false);
    int i;

    (void)state;
    for (i = 1; i < category_count_; i++) {
        const enum category category = (enum category)i;

        assert_int_equal(rights_may_attend(&rules.rights, category),
                         category_may_attend(category));
        assert_int_equal(rights_may_speak(&rules.rights, category),
                         category_may_speak(category));
        assert_int_equal(
            rights_has_vote(&rules.rights, category, MATTER_RECOGNITION),
            category_has_vote(category));
    }
    assert_false(rights_may_attend(&rules.rights, category_count_));
    assert_false(rights_may_speak(&rules.rights, category_count_));
}

static void a_file_with_groups_stays_as_it_is(void **state)
{
    struct ruleset rules = *ruleset_file("party-2026.conf");
    const struct ruleset before = rules;

    (void)state;
    ruleset_complete(&rules);
    assert_memory_equal(&rules, &before, sizeof rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_motion_is_tested_as_an_ordinary_one),
        cmocka_unit_test(both_forms_are_allowed_and_remote_seats_take_part),
        cmocka_unit_test(
            the_denominator_has_the_official_and_the_exempt_who_came),
        cmocka_unit_test(people_have_the_rights_that_categories_have),
        cmocka_unit_test(a_file_with_groups_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
