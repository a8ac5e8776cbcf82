/* Whether a meeting may be online, of those whom it would summon. */
#include "protocol/meeting/meeting_eligibility.h"

#include "tests/support/ruleset_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Of the cell "u1": "o" official, "p" probationary, "e" exempt, "s" suspended,
 * "g" guest; in capitals if they are at sea, "x" an official member of another
 * cell at sea, "r" one who was removed. */
static size_t make_members(const char *who, struct register_member *out)
{
    static const struct {
        char sign;
        enum category category;
    } signs[] = {
        { 'o', CATEGORY_OFFICIAL }, { 'p', CATEGORY_PROBATIONARY },
        { 'e', CATEGORY_EXEMPT },   { 's', CATEGORY_SUSPENDED },
        { 'g', CATEGORY_GUEST },    { 'x', CATEGORY_OFFICIAL },
        { 'r', CATEGORY_OFFICIAL },
    };
    const struct identifier own_cell = { "u1" }, other_cell = { "u2" },
                            own_group = { "u3" }, no_group = { "" };
    size_t i, j;

    for (i = 0; who[i] != '\0'; i++) {
        const char low = (char)(who[i] | 0x20);

        out[i] = (struct register_member){
            .unit = low == 'x' ? other_cell : own_cell,
            .group = i == 0 ? own_group : no_group,
            .office = i == 0 ? OFFICE_CELL_LEADER : OFFICE_NONE,
            .ground = who[i] == low && low != 'x' && low != 'r' ? ground_none_
                                                                : GROUND_AT_SEA,
            .is_removed = low == 'r',
        };
        for (j = 0; j < sizeof signs / sizeof signs[0]; j++)
            if (signs[j].sign == low)
                out[i].category = signs[j].category;
    }
    return i;
}

static struct outcome outcome_for(const char *who,
                                  const struct summons *summons,
                                  const struct eligibility_rules *rules)
{
    struct register_member members[16];
    const struct register_state state = { .members = members,
                                          .member_count =
                                              make_members(who, members) };
    struct eligibility found;

    assert_int_equal(register_state_eligibility(&state, summons, rules, &found),
                     RESULT_OK);
    return found.outcome;
}

static void
more_than_half_of_those_who_count_have_to_have_a_ground(void **state)
{
    static const struct {
        const char *who;
        uint64_t unable, members, need;
        bool is_met;
    } rows[] = {
        { "", 0, 0, 0, false },      { "o", 0, 1, 1, false },
        { "O", 1, 1, 1, true },      { "Oo", 1, 2, 2, false },
        { "OOo", 2, 3, 2, true },    { "OOoo", 2, 4, 3, false },
        { "OPPoo", 3, 5, 3, true },  { "OoEES", 1, 2, 2, false },
        { "OOoGG", 2, 3, 2, true },  { "Ooxxx", 1, 2, 2, false },
        { "Oorrr", 1, 2, 2, false },
    };
    const struct summons cell = { .cell = { "u1" } };
    const struct eligibility_rules *rules =
        &ruleset_file("party-2026.conf")->eligibility;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct outcome found = outcome_for(rows[i].who, &cell, rules);

        if (found.yes != rows[i].unable || found.d != rows[i].members ||
            found.need != rows[i].need || found.is_met != rows[i].is_met)
            fail_msg("%s", rows[i].who);
    }
}

static void only_those_whom_the_meeting_summons_are_asked(void **state)
{
    const struct summons committee = { .cell = { "u1" }, .is_committee = true };
    const struct summons group = { .cell = { "u1" }, .group = { "u3" } };
    const struct eligibility_rules *rules =
        &ruleset_file("party-2026.conf")->eligibility;

    (void)state;
    assert_int_equal(outcome_for("Oooo", &committee, rules).d, 1);
    assert_true(outcome_for("Oooo", &committee, rules).is_met);
    assert_true(outcome_for("Oooo", &group, rules).is_met);
}

static void a_ground_that_the_rules_do_not_take_is_none(void **state)
{
    const struct summons cell = { .cell = { "u1" } };
    struct eligibility_rules rules =
        ruleset_file("party-2026.conf")->eligibility;

    (void)state;
    rules.grounds = 1U << GROUND_ON_DUTY;
    assert_int_equal(outcome_for("OOO", &cell, &rules).yes, 0);
    assert_int_equal(outcome_for("OOO", &cell, &rules).d, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            more_than_half_of_those_who_count_have_to_have_a_ground),
        cmocka_unit_test(only_those_whom_the_meeting_summons_are_asked),
        cmocka_unit_test(a_ground_that_the_rules_do_not_take_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
