/* Which meetings a cell holds by its party groups, and how often. */
#include "tests/support/groups_scene.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static int set_up(void **state)
{
    *state = groups_scene_new(50);
    return 0;
}

static int tear_down(void **state)
{
    groups_scene_free(*state);
    return 0;
}

static enum refusal_code ask(struct groups_scene *scene, struct command command)
{
    return register_world_ask(&scene->world, holder("m1", 1), &command);
}

static void expect_argument(const struct groups_scene *scene, const char *name,
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

static const struct register_meeting *row(const struct groups_scene *scene,
                                          struct identifier id)
{
    return register_state_meeting(scene->world.state, &id);
}

static void a_meeting_is_held_by_a_meeting_of_each_group(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);

    groups_scene_must(
        scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
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
    struct groups_scene *scene = *state;
    struct identifier whole;
    int i;

    for (i = 0; i < 3; i++) {
        whole = groups_scene_call_all(scene);
        groups_scene_must(
            scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
        assert_int_equal(row(scene, whole)->groups_before, i);
    }
    whole = groups_scene_call_all(scene);
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_GROUPS_TOO_OFTEN);
    expect_argument(scene, "have", "3");
    expect_argument(scene, "max", "3");
    expect_argument(scene, "rule", "party_groups");
}

static void
a_meeting_that_is_cancelled_or_a_plenary_again_counts_no_more(void **state)
{
    struct groups_scene *scene = *state;
    struct command cancel = { .op = OP_CANCEL_MEETING };
    struct identifier held[3], whole;
    int i;

    for (i = 0; i < 3; i++) {
        held[i] = groups_scene_call_all(scene);
        groups_scene_must(
            scene, groups_scene_hold(scene, held[i], 2025, GROUPS_SCENE_PARTS));
    }
    groups_scene_must(scene, groups_scene_hold(scene, held[2], 0, 0));
    assert_int_equal(row(scene, held[2])->groups_year, 0);
    whole = groups_scene_call_all(scene);
    groups_scene_must(
        scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
    cancel.body.cancel_meeting.meeting = held[0];
    groups_scene_must(scene, cancel);
    whole = groups_scene_call_all(scene);
    groups_scene_must(
        scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
    whole = groups_scene_call_all(scene);
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_GROUPS_TOO_OFTEN);
}

static void a_change_of_the_call_makes_it_a_plenary_again(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);
    const struct command call = schedule("u2", "m1", "", "m2");
    const struct command_schedule_meeting *body = &call.body.schedule_meeting;
    struct command change = { .op = OP_CHANGE_MEETING };

    groups_scene_must(
        scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
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
    groups_scene_must(scene, change);
    assert_int_equal(row(scene, whole)->groups_year, 0);
    assert_string_equal(row(scene, scene->parts[0].meeting)->part_of.text, "");
}

static void a_small_cell_meets_as_one(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);
    struct command gone = { .op = OP_REMOVE_MEMBER };

    gone.body.remove_member.member = id_of("m8");
    groups_scene_must(scene, gone);
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_TOO_FEW_FOR_GROUPS);
    expect_argument(scene, "have", "49");
    expect_argument(scene, "need", "50");
    expect_argument(scene, "rule", "party_groups");
}

static void nobody_is_left_without_a_group_that_meets(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);

    assert_int_equal(ask(scene, groups_scene_hold(scene, whole, 2025, 1)),
                     REFUSAL_NO_PARTY_GROUP);
    expect_argument(scene, "id", "m2");
    groups_scene_put(scene, "m3", CATEGORY_OFFICIAL, OFFICE_NONE, "");
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_NO_PARTY_GROUP);
    expect_argument(scene, "id", "m3");
}

static void the_parts_are_meetings_of_this_cells_groups(void **state)
{
    struct groups_scene *scene = *state;
    struct identifier other, whole = groups_scene_call_all(scene);

    scene->parts[1].meeting = scene->parts[0].meeting;
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_EXISTS);
    scene->parts[1].meeting = whole;
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_NOT_IN_UNIT);
    scene->parts[1].meeting = id_of("dbmau.99");
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_NO_SUCH_MEETING);
    whole = groups_scene_call_all(scene);
    groups_scene_must(
        scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
    other = groups_scene_call(scene, "u2", KIND_THEMATIC, "m1", "m2");
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, other, 2025, GROUPS_SCENE_PARTS)),
        REFUSAL_PART_OF_ANOTHER);
    expect_argument(scene, "meeting", whole.text);
}

static void only_meetings_of_the_whole_cell_are_held_so(void **state)
{
    static const enum meeting_kind kinds[] = { KIND_CONGRESS,
                                               KIND_MEMBERS_MEETING,
                                               KIND_COMMITTEE };
    struct groups_scene *scene = *state;
    size_t i;

    (void)groups_scene_call_all(scene);
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct identifier whole =
            groups_scene_call(scene, "u2", kinds[i], "m1", "m2");

        assert_int_equal(ask(scene, groups_scene_hold(scene, whole, 2025,
                                                      GROUPS_SCENE_PARTS)),
                         REFUSAL_NOT_BY_GROUPS);
        expect_argument(scene, "kind",
                        enum_word(&meeting_kind_words, (int)kinds[i]));
    }
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, scene->parts[0].meeting, 2025,
                                     GROUPS_SCENE_PARTS)),
        REFUSAL_NOT_BY_GROUPS);
}

static void officers_of_the_cell_decide_it_alone(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);
    const struct command command =
        groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS);

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
    struct groups_scene *scene = *state;
    size_t i;

    (void)groups_scene_call_all(scene);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct command command = schedule("u2", "m1", "", "m2");
        enum refusal_code code;

        command.body.schedule_meeting.starts_at = cases[i].starts_at;
        groups_scene_must(scene, command);
        code = ask(scene, groups_scene_hold(scene, scene->world.last.made,
                                            cases[i].year, GROUPS_SCENE_PARTS));
        if (code != (cases[i].is_good ? REFUSAL_NONE : REFUSAL_BAD_MESSAGE))
            fail_msg("case %zu: %s", i, refusal_code_text(code));
    }
}

static void a_ruleset_without_the_rule_sets_no_limit(void **state)
{
    struct groups_scene *scene = *state;
    struct identifier whole;
    int i;

    scene->rules = *ruleset_file("association.conf");
    for (i = 0; i < 5; i++) {
        whole = groups_scene_call_all(scene);
        groups_scene_must(
            scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS));
    }
    assert_int_equal(row(scene, whole)->groups_before, 4);
}

static void a_meeting_that_has_begun_stays_as_it_was_called(void **state)
{
    struct groups_scene *scene = *state;
    const struct identifier whole = groups_scene_call_all(scene);
    const struct hash head = { { 7 } };

    register_decision_release(&scene->world.last);
    register_rules_meeting_began(scene->world.state, &whole, &head,
                                 &scene->world.last);
    register_world_apply(&scene->world);
    assert_int_equal(
        ask(scene, groups_scene_hold(scene, whole, 2025, GROUPS_SCENE_PARTS)),
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
