/* Which meetings a cell holds by its party groups, and how often. */
#include "tests/support/register_world.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

enum { PARTS = 2 };

/* u2 with the groups u4 (led by m3) and u5; everybody is in one of them, and as
 * many members more as make `members`. Under the rules of cells. */
struct scene {
    struct register_world world;
    struct ruleset rules;
    struct group_meeting parts[PARTS];
};

static void must(struct scene *scene, struct command command)
{
    if (register_world_do(&scene->world, administrator(), &command) !=
        REFUSAL_NONE)
        fail_msg("%s: %s", command_name(command.op),
                 refusal_code_text(scene->world.last.refusal.code));
}

static void put(struct scene *scene, const char *member, enum category category,
                enum office office, const char *group)
{
    struct command command = change_member(member, "u2", category, office);

    command.body.change_member.group = id_of(group);
    must(scene, command);
}

static void fill(struct scene *scene, size_t members)
{
    size_t i;

    must(scene, add_unit(UNIT_PARTY_GROUP, "u2", "Tổ đảng số 2")); /* u5 */
    put(scene, "m1", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER, "u4");
    put(scene, "m2", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER, "u5");
    put(scene, "m3", CATEGORY_OFFICIAL, OFFICE_GROUP_LEADER, "u4");
    put(scene, "m4", CATEGORY_PROBATIONARY, OFFICE_NONE, "u5");
    for (i = 4; i < members; i++) {
        struct command command = add_member("u2", "Đảng viên Mẫu thêm",
                                            CATEGORY_OFFICIAL, OFFICE_NONE);

        command.body.add_member.group = id_of(i % 2 == 0 ? "u4" : "u5");
        must(scene, command);
    }
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    register_world_settle(&scene->world);
    scene->rules = *ruleset_file("party-2026.conf");
    scene->world.rules = &scene->rules;
    fill(scene, 50);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    register_world_release(&((struct scene *)*state)->world);
    free(*state);
    return 0;
}

static struct identifier call(struct scene *scene, const char *unit,
                              enum meeting_kind kind, const char *chair,
                              const char *minute_taker)
{
    struct command command = schedule(unit, chair, "", minute_taker);

    command.body.schedule_meeting.kind = (int)kind;
    must(scene, command);
    return scene->world.last.made;
}

/* The meeting that schedule() calls is on 25 November 2025, 19:30. */
static struct command hold(struct scene *scene, struct identifier meeting,
                           uint64_t year, size_t parts)
{
    struct command command = { .op = OP_HOLD_BY_GROUPS };

    command.body.hold_by_groups.meeting = meeting;
    command.body.hold_by_groups.year = year;
    command.body.hold_by_groups.groups =
        (struct items){ parts ? scene->parts : NULL, parts };
    return command;
}

/* A meeting of the cell and two of its groups, which are to be its parts. */
static struct identifier call_all(struct scene *scene)
{
    scene->parts[0].meeting = call(scene, "u4", KIND_PARTY_GROUP, "m3", "m1");
    scene->parts[1].meeting = call(scene, "u5", KIND_PARTY_GROUP, "m2", "m4");
    return call(scene, "u2", KIND_REGULAR, "m1", "m2");
}

static enum refusal_code ask(struct scene *scene, struct command command)
{
    return register_world_ask(&scene->world, holder("m1", 1), &command);
}

static void expect_argument(const struct scene *scene, const char *name,
                            const char *text)
{
    const struct refusal *refusal = &scene->world.last.refusal;

    for (int i = 0; i < refusal->arg_count; i++)
        if (strcmp(refusal->args[i].name, name) == 0) {
            assert_string_equal(refusal->args[i].text, text);
            return;
        }
    fail_msg("no argument %s", name);
}

static const struct register_meeting *row(const struct scene *scene,
                                          struct identifier id)
{
    return register_state_meeting(scene->world.state, &id);
}

static void a_meeting_is_held_by_a_meeting_of_each_group(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);

    must(scene, hold(scene, whole, 2025, PARTS));
    assert_int_equal(row(scene, whole)->groups_year, 2025);
    assert_int_equal(row(scene, whole)->groups_members, 50);
    assert_int_equal(row(scene, whole)->groups_before, 0);
    assert_string_equal(row(scene, scene->parts[0].meeting)->part_of.text,
                        whole.text);
    assert_string_equal(row(scene, scene->parts[1].meeting)->part_of.text,
                        whole.text);
}

static void the_fourth_time_in_a_year_is_refused_with_the_rule(void **state)
{
    struct scene *scene = *state;
    struct identifier whole;
    int i;

    for (i = 0; i < 3; i++) {
        whole = call_all(scene);
        must(scene, hold(scene, whole, 2025, PARTS));
        assert_int_equal(row(scene, whole)->groups_before, i);
    }
    whole = call_all(scene);
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_GROUPS_TOO_OFTEN);
    expect_argument(scene, "have", "3");
    expect_argument(scene, "max", "3");
    expect_argument(scene, "rule", "party_groups");
}

static void
a_meeting_that_is_cancelled_or_a_plenary_again_counts_no_more(void **state)
{
    struct scene *scene = *state;
    struct command cancel = { .op = OP_CANCEL_MEETING };
    struct identifier held[3], whole;
    int i;

    for (i = 0; i < 3; i++) {
        held[i] = call_all(scene);
        must(scene, hold(scene, held[i], 2025, PARTS));
    }
    must(scene, hold(scene, held[2], 0, 0));
    assert_int_equal(row(scene, held[2])->groups_year, 0);
    whole = call_all(scene);
    must(scene, hold(scene, whole, 2025, PARTS));
    cancel.body.cancel_meeting.meeting = held[0];
    must(scene, cancel);
    whole = call_all(scene);
    must(scene, hold(scene, whole, 2025, PARTS));
    whole = call_all(scene);
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_GROUPS_TOO_OFTEN);
}

static void a_change_of_the_call_makes_it_a_plenary_again(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);
    const struct command call = schedule("u2", "m1", "", "m2");
    const struct command_schedule_meeting *body = &call.body.schedule_meeting;
    struct command change = { .op = OP_CHANGE_MEETING };

    must(scene, hold(scene, whole, 2025, PARTS));
    change.body.change_meeting = (struct command_change_meeting){
        .meeting = whole,
        .unit = body->unit,
        .kind = KIND_REGULAR,
        .title = body->title,
        .starts_at = body->starts_at,
        .zone = body->zone,
        .place = body->place,
        .chair = body->chair,
        .minute_taker = body->minute_taker,
    };
    must(scene, change);
    assert_int_equal(row(scene, whole)->groups_year, 0);
    assert_string_equal(row(scene, scene->parts[0].meeting)->part_of.text, "");
}

static void a_small_cell_meets_as_one(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);
    struct command gone = { .op = OP_REMOVE_MEMBER };

    gone.body.remove_member.member = id_of("m8");
    must(scene, gone);
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_TOO_FEW_FOR_GROUPS);
    expect_argument(scene, "have", "49");
    expect_argument(scene, "need", "50");
    expect_argument(scene, "rule", "party_groups");
}

static void nobody_is_left_without_a_group_that_meets(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);

    assert_int_equal(ask(scene, hold(scene, whole, 2025, 1)),
                     REFUSAL_NO_PARTY_GROUP);
    expect_argument(scene, "id", "m2");
    put(scene, "m3", CATEGORY_OFFICIAL, OFFICE_NONE, "");
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_NO_PARTY_GROUP);
    expect_argument(scene, "id", "m3");
}

static void the_parts_are_meetings_of_this_cells_groups(void **state)
{
    struct scene *scene = *state;
    struct identifier other, whole = call_all(scene);

    scene->parts[1].meeting = scene->parts[0].meeting;
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_EXISTS);
    scene->parts[1].meeting = whole;
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_NOT_IN_UNIT);
    scene->parts[1].meeting = id_of("dbmau.99");
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_NO_SUCH_MEETING);
    whole = call_all(scene);
    must(scene, hold(scene, whole, 2025, PARTS));
    other = call(scene, "u2", KIND_THEMATIC, "m1", "m2");
    assert_int_equal(ask(scene, hold(scene, other, 2025, PARTS)),
                     REFUSAL_PART_OF_ANOTHER);
    expect_argument(scene, "meeting", whole.text);
}

static void only_meetings_of_the_whole_cell_are_held_so(void **state)
{
    static const enum meeting_kind kinds[] = { KIND_CONGRESS,
                                               KIND_MEMBERS_MEETING,
                                               KIND_COMMITTEE };
    struct scene *scene = *state;
    size_t i;

    (void)call_all(scene);
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct identifier whole = call(scene, "u2", kinds[i], "m1", "m2");

        assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                         REFUSAL_NOT_BY_GROUPS);
        expect_argument(scene, "kind",
                        enum_word(&meeting_kind_words, (int)kinds[i]));
    }
    assert_int_equal(
        ask(scene, hold(scene, scene->parts[0].meeting, 2025, PARTS)),
        REFUSAL_NOT_BY_GROUPS);
}

static void officers_of_the_cell_decide_it_alone(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);
    const struct command command = hold(scene, whole, 2025, PARTS);

    assert_int_equal(
        register_world_ask(&scene->world, holder("m3", 3), &command),
        REFUSAL_NOT_ALLOWED);
    assert_int_equal(
        register_world_ask(&scene->world, holder("m7", 7), &command),
        REFUSAL_NOT_ALLOWED);
    assert_int_equal(
        register_world_ask(&scene->world, holder("m2", 2), &command),
        REFUSAL_NONE);
}

/* 1 January 2026, 00:30 in Việt Nam is 31 December 2025, 17:30 UTC. */
static void the_year_is_one_that_it_is_somewhere_then(void **state)
{
    static const struct {
        int64_t starts_at;
        uint64_t year;
        bool is_good;
    } cases[] = {
        { 1767202200000, 2026, true },
        { 1767202200000, 2025, true },
        { 1767202200000, 2027, false },
        { 1767202200000, 2024, false },
        { 1764073800000, 2026, false }, /* 25 November 2025 */
        { 1764073800000, 0, false },
        /* 31 December 2025, 09:59 UTC: nowhere 2026 yet; a minute later it is
         * at UTC+14. */
        { 1767175140000, 2026, false },
        { 1767175200000, 2026, true },
        /* 1 January 2026, 11:59 UTC: 2025 still at UTC-12. */
        { 1767268740000, 2025, true },
        { 1767268800000, 2025, false },
        { 1709209800000, 2024, true }, /* 29 February 2024 */
    };
    struct scene *scene = *state;
    size_t i;

    (void)call_all(scene);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct command command = schedule("u2", "m1", "", "m2");
        enum refusal_code code;

        command.body.schedule_meeting.starts_at = cases[i].starts_at;
        must(scene, command);
        code = ask(scene,
                   hold(scene, scene->world.last.made, cases[i].year, PARTS));
        if (code != (cases[i].is_good ? REFUSAL_NONE : REFUSAL_BAD_MESSAGE))
            fail_msg("case %zu: %s", i, refusal_code_text(code));
    }
}

static void a_ruleset_without_the_rule_sets_no_limit(void **state)
{
    struct scene *scene = *state;
    struct identifier whole;
    int i;

    scene->rules = *ruleset_file("association.conf");
    for (i = 0; i < 5; i++) {
        whole = call_all(scene);
        must(scene, hold(scene, whole, 2025, PARTS));
    }
    assert_int_equal(row(scene, whole)->groups_before, 4);
}

static void a_meeting_that_has_begun_stays_as_it_was_called(void **state)
{
    struct scene *scene = *state;
    const struct identifier whole = call_all(scene);
    const struct hash head = { { 7 } };

    register_decision_release(&scene->world.last);
    register_rules_meeting_began(scene->world.state, &whole, &head,
                                 &scene->world.last);
    register_world_apply(&scene->world);
    assert_int_equal(ask(scene, hold(scene, whole, 2025, PARTS)),
                     REFUSAL_MEETING_BEGUN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_meeting_is_held_by_a_meeting_of_each_group),
        TEST(the_fourth_time_in_a_year_is_refused_with_the_rule),
        TEST(a_meeting_that_is_cancelled_or_a_plenary_again_counts_no_more),
        TEST(a_change_of_the_call_makes_it_a_plenary_again),
        TEST(a_small_cell_meets_as_one),
        TEST(nobody_is_left_without_a_group_that_meets),
        TEST(the_parts_are_meetings_of_this_cells_groups),
        TEST(only_meetings_of_the_whole_cell_are_held_so),
        TEST(officers_of_the_cell_decide_it_alone),
        TEST(the_year_is_one_that_it_is_somewhere_then),
        TEST(a_ruleset_without_the_rule_sets_no_limit),
        TEST(a_meeting_that_has_begun_stays_as_it_was_called),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
