#include "protocol/meeting/meeting_summons.h"

#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static void change(struct register_world *world, const char *member,
                   enum office office, const char *group)
{
    struct command command =
        change_member(member, "u2", CATEGORY_OFFICIAL, office);

    command.body.change_member.group = id_of(group);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
}

static struct summons find(const struct register_world *world, const char *unit,
                           enum meeting_kind kind)
{
    const struct identifier id = id_of(unit);
    struct summons summons = { .is_committee = false };

    assert_true(summons_of(world->state, &id, kind, &summons));
    return summons;
}

/* The ids of those summoned, in the order of the register. */
static void expect_summoned(const struct register_world *world,
                            const char *unit, enum meeting_kind kind,
                            const char *ids)
{
    const struct summons summons = find(world, unit, kind);
    char found[200] = "";

    for (size_t i = 0; i < world->state->member_count; i++)
        if (summons_has(&summons, &world->state->members[i])) {
            strcat(found, found[0] ? " " : "");
            strcat(found, world->state->members[i].id.text);
        }
    assert_string_equal(found, ids);
}

static void a_meeting_summons_the_cell_its_committee_or_a_group(void **state)
{
    struct register_world *world = *state;

    change(world, "m3", OFFICE_COMMITTEE_MEMBER, "");
    change(world, "m4", OFFICE_GROUP_LEADER, "u4");
    expect_summoned(world, "u2", KIND_REGULAR, "m1 m2 m3 m4 m5 m6");
    expect_summoned(world, "u2", KIND_CONGRESS, "m1 m2 m3 m4 m5 m6");
    expect_summoned(world, "u2", KIND_COMMITTEE, "m1 m2 m3");
    expect_summoned(world, "u3", KIND_COMMITTEE, "m7");
    expect_summoned(world, "u4", KIND_PARTY_GROUP, "m4");
    change(world, "m2", OFFICE_DEPUTY_LEADER, "u4");
    expect_summoned(world, "u4", KIND_PARTY_GROUP, "m2 m4");
}

static void who_left_the_cell_is_summoned_no_more(void **state)
{
    struct register_world *world = *state;
    struct command gone = { .op = OP_REMOVE_MEMBER };

    gone.body.remove_member.member = id_of("m2");
    assert_int_equal(register_world_do(world, administrator(), &gone),
                     REFUSAL_NONE);
    expect_summoned(world, "u2", KIND_COMMITTEE, "m1");
}

static void each_kind_of_meeting_is_of_its_kind_of_unit(void **state)
{
    const struct register_world *world = *state;
    const struct identifier group = id_of("u4"), cell = id_of("u2"),
                            organisation = id_of("u1"), none = id_of("u9");
    struct summons kept = { .is_committee = true }, found = kept;

    assert_false(summons_of(world->state, &group, KIND_REGULAR, &found));
    assert_false(summons_of(world->state, &group, KIND_COMMITTEE, &found));
    assert_false(summons_of(world->state, &cell, KIND_PARTY_GROUP, &found));
    assert_false(summons_of(world->state, &organisation, KIND_REGULAR, &found));
    assert_false(summons_of(world->state, &none, KIND_REGULAR, &found));
    assert_memory_equal(&found, &kept, sizeof found);
    found = find(world, "u4", KIND_PARTY_GROUP);
    assert_string_equal(found.cell.text, "u2");
    assert_string_equal(found.group.text, "u4");
}

/* --- Calling such meetings ------------------------------------------------ */

static struct command call(const char *unit, enum meeting_kind kind,
                           const char *chair, const char *minute_taker)
{
    struct command command = schedule(unit, chair, "", minute_taker);

    command.body.schedule_meeting.kind = (int)kind;
    return command;
}

static void expect_argument(const struct register_world *world,
                            const char *name, const char *text)
{
    const struct refusal *refusal = &world->last.refusal;
    bool is_found = false;

    for (int i = 0; i < refusal->arg_count; i++)
        is_found |= strcmp(refusal->args[i].name, name) == 0 &&
                    strcmp(refusal->args[i].text, text) == 0;
    assert_true(is_found);
}

static void a_committee_meets_under_its_own(void **state)
{
    struct register_world *world = *state;
    const struct command good = call("u2", KIND_COMMITTEE, "m1", "m2");
    const struct command stranger = call("u2", KIND_COMMITTEE, "m1", "m3");

    assert_int_equal(register_world_ask(world, holder("m2", 2), &stranger),
                     REFUSAL_NOT_OF_COMMITTEE);
    expect_argument(world, "id", "m3");
    expect_argument(world, "unit", "u2");
    assert_int_equal(register_world_do(world, holder("m2", 2), &good),
                     REFUSAL_NONE);
    assert_int_equal(world->state->meetings[0].kind, KIND_COMMITTEE);
    assert_string_equal(world->state->meetings[0].unit.text, "u2");
}

static void a_party_group_meets_when_its_leader_or_the_cells_calls(void **state)
{
    struct register_world *world = *state;
    const struct command good = call("u4", KIND_PARTY_GROUP, "m3", "m4");
    const struct command stranger = call("u4", KIND_PARTY_GROUP, "m3", "m2");

    change(world, "m3", OFFICE_GROUP_LEADER, "u4");
    change(world, "m4", OFFICE_NONE, "u4");
    assert_int_equal(register_world_ask(world, holder("m4", 4), &good),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(register_world_ask(world, holder("m7", 7), &good),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(register_world_ask(world, holder("m3", 3), &stranger),
                     REFUSAL_NOT_OF_GROUP);
    expect_argument(world, "id", "m2");
    expect_argument(world, "unit", "u4");
    assert_int_equal(register_world_do(world, holder("m1", 1), &good),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m3", 3), &good),
                     REFUSAL_NONE);
    assert_string_equal(world->state->meetings[1].unit.text, "u4");
}

static void a_leader_of_a_group_calls_no_meeting_of_the_cell(void **state)
{
    struct register_world *world = *state;
    const struct command regular = call("u2", KIND_REGULAR, "m1", "m2");
    const struct command theirs = call("u4", KIND_PARTY_GROUP, "m3", "m4");
    struct command cancel = { .op = OP_CANCEL_MEETING };

    change(world, "m3", OFFICE_GROUP_LEADER, "u4");
    change(world, "m4", OFFICE_NONE, "u4");
    assert_int_equal(register_world_ask(world, holder("m3", 3), &regular),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(register_world_do(world, holder("m1", 1), &regular),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, holder("m3", 3), &theirs),
                     REFUSAL_NONE);
    cancel.body.cancel_meeting.meeting = world->state->meetings[0].id;
    assert_int_equal(register_world_ask(world, holder("m3", 3), &cancel),
                     REFUSAL_NOT_ALLOWED);
    cancel.body.cancel_meeting.meeting = world->state->meetings[1].id;
    assert_int_equal(register_world_ask(world, holder("m3", 3), &cancel),
                     REFUSAL_NONE);
}

static void a_kind_that_does_not_fit_the_unit_is_refused(void **state)
{
    struct register_world *world = *state;
    const struct command group = call("u4", KIND_REGULAR, "m1", "m2");
    const struct command cell = call("u2", KIND_PARTY_GROUP, "m1", "m2");

    assert_int_equal(register_world_ask(world, administrator(), &group),
                     REFUSAL_WRONG_UNIT_KIND);
    expect_argument(world, "kind", "cell");
    assert_int_equal(register_world_ask(world, administrator(), &cell),
                     REFUSAL_WRONG_UNIT_KIND);
    expect_argument(world, "kind", "party_group");
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, register_world_set_up,               \
                                    register_world_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_meeting_summons_the_cell_its_committee_or_a_group),
        TEST(who_left_the_cell_is_summoned_no_more),
        TEST(each_kind_of_meeting_is_of_its_kind_of_unit),
        TEST(a_committee_meets_under_its_own),
        TEST(a_party_group_meets_when_its_leader_or_the_cells_calls),
        TEST(a_leader_of_a_group_calls_no_meeting_of_the_cell),
        TEST(a_kind_that_does_not_fit_the_unit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
