#include "protocol/rules/quorum.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { MEMBERS = 14 };

static struct quorum count(uint64_t present, enum matter matter,
                           enum meeting_kind kind)
{
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    struct roll_person people[MEMBERS] = { { category_none_, false, false,
                                             false } };
    const struct roll roll = { kind, false, people, MEMBERS };
    struct quorum quorum;
    size_t i;

    for (i = 0; i < MEMBERS; i++)
        people[i] = (struct roll_person){ CATEGORY_OFFICIAL, i < present, false,
                                          false };
    assert_int_equal(
        quorum_count(quorum_rule_for(&rules->quorum, matter, &roll),
                     &rules->electorate, &roll, &quorum),
        RESULT_OK);
    return quorum;
}

static void eleven_of_fourteen_are_enough_where_ten_are_needed(void **state)
{
    const struct quorum quorum = count(11, MATTER_ELECTION, KIND_CONGRESS);

    (void)state;
    assert_int_equal(quorum.outcome.yes, 11);
    assert_int_equal(quorum.outcome.d, 14);
    assert_int_equal(quorum.outcome.need, 10);
    assert_int_equal(quorum.outcome.rule, RULE_ID_QUORUM_CONGRESS);
    assert_int_equal(quorum.spare, 1);
    assert_true(quorum_allows(&quorum));
}

static void the_last_one_who_may_not_leave_is_known(void **state)
{
    (void)state;
    assert_int_equal(count(10, MATTER_ELECTION, KIND_CONGRESS).spare, 0);
    assert_true(count(10, MATTER_ELECTION, KIND_CONGRESS).outcome.is_met);
}

static void below_it_a_congress_is_blocked_and_a_meeting_warned(void **state)
{
    const struct quorum congress = count(9, MATTER_RESOLUTION, KIND_CONGRESS);
    const struct quorum meeting = count(9, MATTER_RESOLUTION, KIND_REGULAR);

    (void)state;
    assert_false(quorum_allows(&congress));
    assert_false(meeting.outcome.is_met);
    assert_true(quorum_allows(&meeting));
}

static void confidence_asks_for_two_thirds_in_any_meeting(void **state)
{
    const struct quorum few = count(9, MATTER_CONFIDENCE, KIND_REGULAR);
    const struct quorum enough = count(10, MATTER_CONFIDENCE, KIND_REGULAR);

    (void)state;
    assert_false(quorum_allows(&few));
    assert_int_equal(few.outcome.rule, RULE_ID_QUORUM_CONFIDENCE);
    assert_true(quorum_allows(&enough));
}

static void a_committee_has_a_rule_of_its_own(void **state)
{
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    const struct roll roll = { KIND_REGULAR, true, NULL, 0 };
    struct quorum quorum;

    (void)state;
    assert_int_equal(
        quorum_rule_for(&rules->quorum, MATTER_RESOLUTION, &roll)->test.rule,
        RULE_ID_QUORUM_COMMITTEE);
    assert_int_equal(quorum_count(&rules->quorum.committee, &rules->electorate,
                                  &roll, &quorum),
                     RESULT_OK);
    assert_false(quorum.outcome.is_met); /* of nobody */
}

static void a_roll_that_is_wrong_has_no_quorum(void **state)
{
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    const struct roll_person wrong = { category_none_, true, false, false };
    const struct roll roll = { KIND_REGULAR, false, &wrong, 1 };
    struct quorum untouched = { .spare = 7 };

    (void)state;
    assert_int_equal(quorum_count(&rules->quorum.meeting, &rules->electorate,
                                  &roll, &untouched),
                     RESULT_INVALID);
    assert_int_equal(untouched.spare, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eleven_of_fourteen_are_enough_where_ten_are_needed),
        cmocka_unit_test(the_last_one_who_may_not_leave_is_known),
        cmocka_unit_test(below_it_a_congress_is_blocked_and_a_meeting_warned),
        cmocka_unit_test(confidence_asks_for_two_thirds_in_any_meeting),
        cmocka_unit_test(a_committee_has_a_rule_of_its_own),
        cmocka_unit_test(a_roll_that_is_wrong_has_no_quorum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
