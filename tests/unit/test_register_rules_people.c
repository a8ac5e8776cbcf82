/* What the register says of members and sites, and who may hold what. */
#include "server/domain/register_rules.h"

#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- Members ------------------------------------------------------------- */

static void two_members_may_have_one_name(void **state)
{
    struct register_world *world = *state;
    const struct command twin =
        add_member("u2", "Đảng viên Mẫu 03", CATEGORY_OFFICIAL, OFFICE_NONE);

    assert_int_equal(register_world_do(world, administrator(), &twin),
                     REFUSAL_NONE);
    assert_made(world, "m8");
    assert_int_equal(register_world_do(world, administrator(), &twin),
                     REFUSAL_NONE);
    assert_made(world, "m9");
}

static void a_cell_has_one_leader(void **state)
{
    struct register_world *world = *state;
    const struct command second = add_member(
        "u2", "Đảng viên Mẫu 08", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER);
    const struct command again =
        change_member("m1", "u2", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER);
    const struct command moved =
        change_member("m7", "u2", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER);
    struct command removal = { .op = OP_REMOVE_MEMBER };

    assert_int_equal(register_world_ask(world, administrator(), &second),
                     REFUSAL_OFFICE_TAKEN);
    assert_string_equal(register_world_argument(world, "id"), "m1");
    assert_string_equal(register_world_argument(world, "unit"), "u2");
    assert_string_equal(register_world_argument(world, "office"),
                        "cell_leader");
    assert_int_equal(register_world_ask(world, administrator(), &moved),
                     REFUSAL_OFFICE_TAKEN);
    assert_int_equal(register_world_ask(world, administrator(), &again),
                     REFUSAL_NONE);
    removal.body.remove_member.member = id_of("m1");
    assert_int_equal(register_world_do(world, administrator(), &removal),
                     REFUSAL_NONE);
    assert_int_equal(register_world_ask(world, administrator(), &second),
                     REFUSAL_NONE);
}

static void only_members_of_the_cell_hold_office(void **state)
{
    struct register_world *world = *state;

    for (int category = 1; category < category_count_; category++)
        for (int office = 1; office < office_count_; office++) {
            const struct command command = add_member(
                "u2", "Mẫu", (enum category)category, (enum office)office);
            const bool is_outsider = category == CATEGORY_GUEST ||
                                     category == CATEGORY_TECHNICIAN ||
                                     category == CATEGORY_UPPER_DELEGATE;
            const enum refusal_code expected =
                office == OFFICE_NONE          ? REFUSAL_NONE
                : is_outsider                  ? REFUSAL_BAD_MESSAGE
                : office == OFFICE_CELL_LEADER ? REFUSAL_OFFICE_TAKEN
                                               : REFUSAL_NONE;

            assert_int_equal(
                register_world_ask(world, administrator(), &command), expected);
        }
}

static struct command on_probation(const char *member, enum category category,
                                   uint64_t end)
{
    struct command command =
        *member ? change_member(member, "u2", category, OFFICE_NONE)
                : add_member("u2", "Mẫu", category, OFFICE_NONE);

    if (*member)
        command.body.change_member.probation_end = end;
    else
        command.body.add_member.probation_end = end;
    return command;
}

static void only_a_probation_has_an_end(void **state)
{
    struct register_world *world = *state;
    static const uint64_t no_days[] = { 1, 20261131, 99991232, 20260229 };
    int category;
    size_t i;

    for (category = 1; category < category_count_; category++) {
        const struct command rows[] = {
            on_probation("", (enum category)category, 20261115),
            on_probation("m4", (enum category)category, 20261115),
        };

        for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
            assert_int_equal(
                register_world_ask(world, administrator(), &rows[i]),
                category == CATEGORY_PROBATIONARY ? REFUSAL_NONE
                                                  : REFUSAL_BAD_MESSAGE);
    }
    for (i = 0; i < sizeof no_days / sizeof no_days[0]; i++) {
        const struct command command =
            on_probation("m4", CATEGORY_PROBATIONARY, no_days[i]);

        assert_int_equal(register_world_ask(world, administrator(), &command),
                         REFUSAL_BAD_MESSAGE);
    }
}

static void a_log_with_an_end_of_no_probation_is_found(void **state)
{
    struct register_world *world = *state;
    struct register_event event = { .kind = REGISTER_MEMBER_CHANGED_KIND,
                                    .seq = world->state->next_seq,
                                    .at_ms = world->state->at_ms };

    event.body.member_changed =
        (struct register_member_changed){ .member = id_of("m3"),
                                          .unit = id_of("u2"),
                                          .category = CATEGORY_OFFICIAL,
                                          .office = OFFICE_NONE,
                                          .probation_end = 20261115 };
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
}

/* m4 is on probation; a meeting of u2 voted as the state says. */
static void end_with(struct register_world *world,
                     const struct identifier *meeting,
                     const struct meeting_state *held)
{
    const struct hash head = { { 7 } };

    register_rules_meeting_began(world->state, meeting, &head, &world->last);
    register_world_apply(world);
    register_rules_meeting_ended(world->state, meeting, 9, &head, held,
                                 &world->last);
    register_world_apply(world);
}

static void a_recognition_that_was_decided_on_is_due_no_more(void **state)
{
    struct register_world *world = *state;
    const struct command probation =
        on_probation("m4", CATEGORY_PROBATIONARY, 20261115);
    const struct command again =
        on_probation("m4", CATEGORY_PROBATIONARY, 20271115);
    const struct command call = schedule("u2", "m1", "", "m3");
    const struct identifier m4 = id_of("m4");
    const struct register_member *member;
    struct meeting_vote votes[] = {
        { .phase = VOTE_CLOSED, .matter = MATTER_RECOGNITION, .subject = m4 },
        { .phase = VOTE_CLOSED,
          .matter = MATTER_RECOGNITION,
          .subject = id_of("m3") }, /* of whom nothing is due */
    };
    struct meeting_state held = { .kind = KIND_REGULAR,
                                  .votes = votes,
                                  .vote_count = 2 };

    assert_int_equal(register_world_do(world, administrator(), &probation),
                     REFUSAL_NONE);
    member = register_state_member(world->state, &m4);
    assert_int_equal(register_member_probation(member), 20261115);
    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    held.meeting = world->last.made;
    end_with(world, &held.meeting, &held);
    assert_int_equal(world->events[world->event_count - 3].kind,
                     REGISTER_MEETING_BEGAN_KIND);
    assert_int_equal(world->events[world->event_count - 2].kind,
                     REGISTER_RECOGNITION_CONSIDERED_KIND);
    assert_int_equal(world->events[world->event_count - 1].kind,
                     REGISTER_MEETING_ENDED_KIND);
    assert_string_equal(member->considered.text, held.meeting.text);
    assert_int_equal(member->probation_end, 20261115);
    assert_int_equal(register_member_probation(member), 0);

    /* Another row with the same day changes nothing; with another day it is
     * another probation. */
    assert_int_equal(register_world_do(world, administrator(), &probation),
                     REFUSAL_NONE);
    assert_int_equal(register_member_probation(member), 0);
    assert_int_equal(register_world_do(world, administrator(), &again),
                     REFUSAL_NONE);
    assert_int_equal(register_member_probation(member), 20271115);
}

static void a_meeting_that_decided_nothing_leaves_the_deadline(void **state)
{
    struct register_world *world = *state;
    const struct command probation =
        on_probation("m4", CATEGORY_PROBATIONARY, 20261115);
    const struct command call = schedule("u2", "m1", "", "m3");
    const struct identifier m4 = id_of("m4");
    struct meeting_state held = { .kind = KIND_REGULAR };

    assert_int_equal(register_world_do(world, administrator(), &probation),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    held.meeting = world->last.made;
    end_with(world, &held.meeting, &held);
    assert_int_equal(world->events[world->event_count - 2].kind,
                     REGISTER_MEETING_BEGAN_KIND);
    assert_int_equal(
        register_member_probation(register_state_member(world->state, &m4)),
        20261115);
}

static void a_member_belongs_to_a_cell_and_a_group_of_that_cell(void **state)
{
    static const struct {
        const char *unit, *group;
        enum refusal_code code;
    } rows[] = {
        { "u2", "", REFUSAL_NONE },
        { "u2", "u4", REFUSAL_NONE },
        { "u3", "u4", REFUSAL_NOT_IN_UNIT },
        { "u2", "u3", REFUSAL_WRONG_UNIT_KIND },
        { "u2", "u9", REFUSAL_NO_SUCH_UNIT },
        { "u1", "", REFUSAL_WRONG_UNIT_KIND },
        { "u4", "", REFUSAL_WRONG_UNIT_KIND },
        { "u9", "", REFUSAL_NO_SUCH_UNIT },
    };
    struct register_world *world = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct command command = add_member(rows[i].unit, "Đảng viên Mẫu 08",
                                            CATEGORY_OFFICIAL, OFFICE_NONE);

        command.body.add_member.group = id_of(rows[i].group);
        assert_int_equal(register_world_ask(world, administrator(), &command),
                         rows[i].code);
    }
}

static void with_a_member_go_her_devices_and_her_links(void **state)
{
    struct register_world *world = *state;
    const struct command link = invite("m3", 1);
    const struct command link_again = invite("m3", 2);
    const struct key key = device_key(3);
    struct command removal = { .op = OP_REMOVE_MEMBER };

    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
    removal.body.remove_member.member = id_of("m3");
    removal.body.remove_member.reason = text_of("chuyển sinh hoạt đảng");
    assert_int_equal(register_world_do(world, administrator(), &removal),
                     REFUSAL_NONE);
    assert_true(register_state_device(world->state, &key)->is_revoked);
    assert_int_equal(register_world_enrol(world, 1, "m3", 30),
                     REFUSAL_INVITATION_UNKNOWN);
    assert_int_equal(register_world_ask(world, administrator(), &link_again),
                     REFUSAL_NO_SUCH_MEMBER);
    assert_int_equal(register_world_ask(world, administrator(), &removal),
                     REFUSAL_NO_SUCH_MEMBER);
    assert_int_equal(register_world_ask(world, holder("m3", 3), &link),
                     REFUSAL_DEVICE_REVOKED);
}

static struct command import_of(struct import_row *rows, size_t count)
{
    return (struct command){
        .op = OP_IMPORT_MEMBERS,
        .body.import_members = { .unit = id_of("u3"), .rows = { rows, count } }
    };
}

static void an_import_takes_all_rows_or_none(void **state)
{
    struct register_world *world = *state;
    struct import_row rows[3];
    const struct command command = import_of(rows, 3);

    for (size_t i = 0; i < 3; i++)
        rows[i] = (struct import_row){ .category = CATEGORY_OFFICIAL,
                                       .office = OFFICE_NONE,
                                       .name = text_of("Đảng viên Mẫu") };
    rows[2].group = id_of("u4");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NOT_IN_UNIT);
    assert_string_equal(register_world_argument(world, "path"), "rows.2");
    assert_int_equal(world->last.count, 0);
    rows[2].group = id_of("");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(world->state->member_count, 10);
    assert_string_equal(world->state->members[9].id.text, "m10");
}

static void an_import_cannot_bring_two_leaders(void **state)
{
    struct register_world *world = *state;
    struct import_row rows[2];
    struct command command = import_of(rows, 2);
    const struct command cell = add_unit(UNIT_CELL, "u1", "Chi bộ Mẫu 3");

    for (size_t i = 0; i < 2; i++)
        rows[i] = (struct import_row){ .category = CATEGORY_OFFICIAL,
                                       .office = OFFICE_CELL_LEADER,
                                       .name = text_of("Đảng viên Mẫu") };
    assert_int_equal(register_world_do(world, administrator(), &cell),
                     REFUSAL_NONE);
    command.body.import_members.unit = id_of("u5");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_OFFICE_TAKEN);
    assert_string_equal(register_world_argument(world, "id"), "m8");
}

static void five_thousand_members_fit_and_not_one_more(void **state)
{
    struct register_world *world = *state;
    struct import_row *rows = calloc(LIMIT_ROSTER, sizeof *rows);
    struct command command;
    const struct command cell = add_unit(UNIT_CELL, "u1", "Chi bộ Mẫu lớn");

    assert_non_null(rows);
    for (size_t i = 0; i < LIMIT_ROSTER; i++)
        rows[i] = (struct import_row){ .category = CATEGORY_OFFICIAL,
                                       .office = OFFICE_NONE,
                                       .name = text_of("Đảng viên Mẫu") };
    command = import_of(rows, LIMIT_ROSTER);
    for (int i = 0; i < 3; i++)
        assert_int_equal(register_world_do(world, administrator(), &cell),
                         REFUSAL_NONE);
    command.body.import_members.unit = id_of("u5");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_TOO_MANY);
    assert_string_equal(register_world_argument(world, "max"), "2000");
    command.body.import_members.unit = id_of("u6");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    command.body.import_members.unit = id_of("u7");
    command.body.import_members.rows.count = 994;
    assert_int_equal(register_world_ask(world, administrator(), &command),
                     REFUSAL_TOO_MANY);
    assert_string_equal(register_world_argument(world, "max"), "5000");
    command.body.import_members.rows.count = 993;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_string_equal(world->state->members[4999].id.text, "m5000");
    for (size_t i = 0; i < world->state->member_count; i++)
        assert_ptr_equal(
            register_state_member(world->state, &world->state->members[i].id),
            &world->state->members[i]);
    free(rows);
}

/* --- Sites --------------------------------------------------------------- */

static void a_site_is_kept_by_a_member_of_its_cell(void **state)
{
    static const struct {
        const char *unit, *keeper;
        enum refusal_code code;
    } rows[] = {
        { "u2", "m3", REFUSAL_NONE },
        { "u2", "m4", REFUSAL_NONE },
        { "u2", "m5", REFUSAL_NOT_IN_UNIT }, /* guest */
        { "u2", "m6", REFUSAL_NOT_IN_UNIT }, /* upper delegate */
        { "u2", "m7", REFUSAL_NOT_IN_UNIT }, /* of another cell */
        { "u2", "m99", REFUSAL_NO_SUCH_MEMBER },
        { "u2", "s1", REFUSAL_NO_SUCH_MEMBER },
        { "u1", "m3", REFUSAL_WRONG_UNIT_KIND },
    };
    struct register_world *world = *state;
    struct command add = { .op = OP_ADD_SITE };
    struct command change = { .op = OP_CHANGE_SITE };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add.body.add_site = (struct command_add_site){
            .unit = id_of(rows[i].unit),
            .keeper = id_of(rows[i].keeper),
            .name = text_of("Điểm cầu B"),
        };
        change.body.change_site = (struct command_change_site){
            .site = id_of("s1"),
            .unit = id_of(rows[i].unit),
            .keeper = id_of(rows[i].keeper),
            .name = text_of("Điểm cầu A"),
        };
        assert_int_equal(register_world_ask(world, administrator(), &add),
                         rows[i].code);
        assert_int_equal(register_world_ask(world, administrator(), &change),
                         rows[i].code);
    }
    change.body.change_site.site = id_of("s2");
    assert_int_equal(register_world_ask(world, administrator(), &change),
                     REFUSAL_NO_SUCH_SITE);
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(two_members_may_have_one_name),
        WITH_WORLD(a_cell_has_one_leader),
        WITH_WORLD(only_members_of_the_cell_hold_office),
        WITH_WORLD(only_a_probation_has_an_end),
        WITH_WORLD(a_log_with_an_end_of_no_probation_is_found),
        WITH_WORLD(a_recognition_that_was_decided_on_is_due_no_more),
        WITH_WORLD(a_meeting_that_decided_nothing_leaves_the_deadline),
        WITH_WORLD(a_member_belongs_to_a_cell_and_a_group_of_that_cell),
        WITH_WORLD(with_a_member_go_her_devices_and_her_links),
        WITH_WORLD(an_import_takes_all_rows_or_none),
        WITH_WORLD(an_import_cannot_bring_two_leaders),
        WITH_WORLD(five_thousand_members_fit_and_not_one_more),
        WITH_WORLD(a_site_is_kept_by_a_member_of_its_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
