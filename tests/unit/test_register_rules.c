#include "server/domain/register_rules.h"

#include "tests/support/permission_page.h"
#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { DAY_MS = 24 * 3600 * 1000 };

static int set_up(void **state)
{
    struct register_world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    register_world_settle(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    register_world_release(*state);
    free(*state);
    return 0;
}

static const char *argument(const struct register_world *world,
                            const char *name)
{
    for (int i = 0; i < world->last.refusal.arg_count; i++)
        if (strcmp(world->last.refusal.args[i].name, name) == 0)
            return world->last.refusal.args[i].text;
    return "";
}

static void assert_made(const struct register_world *world, const char *id)
{
    assert_string_equal(world->last.made.text, id);
}

/* --- Founding ------------------------------------------------------------ */

static void
a_register_is_founded_once_with_a_usable_key_and_a_name(void **state)
{
    struct register_state *empty = NULL;
    struct register_decision out;
    struct register_world *world = *state;
    const struct identifier id = id_of("chi-bo-mau");
    const struct identifier long_id =
        id_of("abcdefghijklmnopqrstuvwxyz0123456789x");
    const struct key zero = { { 0 } };

    assert_int_equal(register_state_new(&empty), RESULT_OK);
    register_rules_found(empty, &id, &world->state->server,
                         TEXT_LITERAL("Đảng bộ Mẫu"), &out);
    assert_int_equal(out.refusal.code, REFUSAL_NONE);
    assert_int_equal(out.count, 1);
    assert_int_equal(out.events[0].kind, REGISTER_GENESIS_KIND);
    assert_int_equal(out.events[0].body.genesis.version, 1);
    assert_string_equal(out.made.text, "chi-bo-mau");
    register_decision_release(&out);
    register_rules_found(empty, &id, &zero, TEXT_LITERAL("Mẫu"), &out);
    assert_int_equal(out.refusal.code, REFUSAL_BAD_KEY);
    register_rules_found(empty, &long_id, &world->state->server,
                         TEXT_LITERAL("Mẫu"), &out);
    assert_int_equal(out.refusal.code, REFUSAL_TOO_LONG);
    register_rules_found(empty, &id, &world->state->server, TEXT_LITERAL("  "),
                         &out);
    assert_int_equal(out.refusal.code, REFUSAL_BAD_MESSAGE);
    register_rules_found(world->state, &id, &world->state->server,
                         TEXT_LITERAL("Mẫu"), &out);
    assert_int_equal(out.refusal.code, REFUSAL_EXISTS);
    register_state_free(empty);
}

static void the_world_of_the_tests_is_what_its_commands_say(void **state)
{
    static const char *const expected[] = {
        "genesis",         "unit_added",      "unit_added",
        "unit_added",      "unit_added",      "member_added",
        "member_added",    "member_added",    "member_added",
        "member_added",    "member_added",    "member_added",
        "site_added",      "invitation_made", "device_enrolled",
        "invitation_made", "device_enrolled", "invitation_made",
        "device_enrolled", "invitation_made", "device_enrolled",
        "invitation_made", "device_enrolled", "invitation_made",
        "device_enrolled"
    };
    const struct register_world *world = *state;

    assert_int_equal(world->event_count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < world->event_count; i++) {
        assert_int_equal(world->events[i].seq, i);
        assert_string_equal(register_event_schema(world->events[i].kind)->name,
                            expected[i]);
    }
}

/* --- Units --------------------------------------------------------------- */

static void each_kind_of_unit_stands_only_where_it_belongs(void **state)
{
    static const struct {
        enum unit_kind kind;
        const char *parent;
        enum refusal_code code;
    } rows[] = {
        { UNIT_PARTY_ORG, "", REFUSAL_NONE },
        { UNIT_PARTY_ORG, "dbmau", REFUSAL_NONE },
        { UNIT_PARTY_ORG, "u1", REFUSAL_NONE },
        { UNIT_PARTY_ORG, "u2", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_PARTY_ORG, "u4", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_CELL, "", REFUSAL_NONE },
        { UNIT_CELL, "dbmau", REFUSAL_NONE },
        { UNIT_CELL, "u1", REFUSAL_NONE },
        { UNIT_CELL, "u2", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_CELL, "u4", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_PARTY_GROUP, "u2", REFUSAL_NONE },
        { UNIT_PARTY_GROUP, "", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_PARTY_GROUP, "u1", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_PARTY_GROUP, "u4", REFUSAL_WRONG_UNIT_KIND },
        { UNIT_CELL, "u99", REFUSAL_NO_SUCH_UNIT },
    };
    struct register_world *world = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command command =
            add_unit(rows[i].kind, rows[i].parent, "Đơn vị Mẫu");

        assert_int_equal(register_world_ask(world, administrator(), &command),
                         rows[i].code);
    }
}

static void a_unit_needs_a_name_and_can_be_renamed(void **state)
{
    struct register_world *world = *state;
    const struct command nameless = add_unit(UNIT_CELL, "u1", "   ");
    struct command rename = { .op = OP_RENAME_UNIT };

    assert_int_equal(register_world_ask(world, administrator(), &nameless),
                     REFUSAL_BAD_MESSAGE);
    assert_string_equal(argument(world, "path"), "name");
    rename.body.rename_unit.unit = id_of("u2");
    rename.body.rename_unit.name = text_of("Chi bộ Mẫu 1 (mới)");
    assert_int_equal(register_world_do(world, administrator(), &rename),
                     REFUSAL_NONE);
    assert_int_equal(
        register_state_unit(world->state, &rename.body.rename_unit.unit)
            ->name_seq,
        25);
    rename.body.rename_unit.unit = id_of("u77");
    assert_int_equal(register_world_ask(world, administrator(), &rename),
                     REFUSAL_NO_SUCH_UNIT);
}

static void there_are_no_more_units_than_the_limit(void **state)
{
    struct register_world *world = *state;
    const struct command command = add_unit(UNIT_CELL, "u1", "Chi bộ Mẫu");

    while (world->state->unit_count < LIMIT_UNITS)
        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_TOO_MANY);
    assert_string_equal(argument(world, "max"), "1000");
}

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
    assert_string_equal(argument(world, "id"), "m1");
    assert_string_equal(argument(world, "unit"), "u2");
    assert_string_equal(argument(world, "office"), "cell_leader");
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
    assert_string_equal(argument(world, "path"), "rows.2");
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
    assert_string_equal(argument(world, "id"), "m8");
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
    assert_string_equal(argument(world, "max"), "2000");
    command.body.import_members.unit = id_of("u6");
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    command.body.import_members.unit = id_of("u7");
    command.body.import_members.rows.count = 994;
    assert_int_equal(register_world_ask(world, administrator(), &command),
                     REFUSAL_TOO_MANY);
    assert_string_equal(argument(world, "max"), "5000");
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

/* --- Invitations and devices --------------------------------------------- */

static void a_link_lives_seven_days_unless_told_otherwise(void **state)
{
    struct register_world *world = *state;
    struct command command = invite("m5", 1);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_made(world, "i7");
    assert_int_equal(world->state->invitations[6].expires_ms - world->now_ms,
                     7LL * DAY_MS);
    command = invite("s1", 2);
    command.body.invite.valid_ms = 3600000;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(world->state->invitations[7].expires_ms - world->now_ms,
                     3600000);
    command = invite("m5", 3);
    command.body.invite.valid_ms = 90ULL * DAY_MS + 1;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_BAD_MESSAGE);
    command.body.invite.valid_ms = 90ULL * DAY_MS;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
}

static void a_link_serves_once_and_only_whom_it_names(void **state)
{
    struct register_world *world = *state;
    const struct command command = invite("m5", 1);

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 1, "m3", 40),
                     REFUSAL_INVITATION_UNKNOWN);
    assert_int_equal(register_world_enrol(world, 2, "m5", 40),
                     REFUSAL_INVITATION_UNKNOWN);
    assert_int_equal(register_world_enrol(world, 1, "m5", 40), REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 1, "m5", 41),
                     REFUSAL_INVITATION_UNKNOWN);
}

static void a_link_ends_at_its_time_to_the_millisecond(void **state)
{
    struct register_world *world = *state;
    struct command command = invite("m5", 1);

    command.body.invite.valid_ms = 1000;
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    world->now_ms += 1000;
    assert_int_equal(register_world_enrol(world, 1, "m5", 40),
                     REFUSAL_INVITATION_EXPIRED);
    world->now_ms -= 1;
    assert_int_equal(register_world_enrol(world, 1, "m5", 40), REFUSAL_NONE);
}

static void a_withdrawn_link_serves_nobody(void **state)
{
    struct register_world *world = *state;
    const struct command command = invite("m5", 1);
    struct command withdraw = { .op = OP_WITHDRAW_INVITATION };

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    withdraw.body.withdraw_invitation.invitation = world->last.made;
    assert_int_equal(register_world_do(world, administrator(), &withdraw),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 1, "m5", 40),
                     REFUSAL_INVITATION_UNKNOWN);
    assert_int_equal(register_world_do(world, administrator(), &withdraw),
                     REFUSAL_NO_SUCH_INVITATION);
    withdraw.body.withdraw_invitation.invitation = id_of("i1"); /* used */
    assert_int_equal(register_world_do(world, administrator(), &withdraw),
                     REFUSAL_NO_SUCH_INVITATION);
}

static void a_token_is_never_used_for_two_links(void **state)
{
    struct register_world *world = *state;
    const struct command first = invite("m5", 1);
    const struct command second = invite("m3", 1);

    assert_int_equal(register_world_do(world, administrator(), &first),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &second),
                     REFUSAL_EXISTS);
}

static void a_holder_has_ten_open_links_at_most(void **state)
{
    struct register_world *world = *state;

    for (uint8_t i = 0; i < LIMIT_INVITATIONS_PER_HOLDER; i++) {
        const struct command command = invite("m5", i);

        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_NONE);
    }
    {
        const struct command command = invite("m5", 50);

        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_TOO_MANY);
        world->now_ms += 7LL * DAY_MS; /* all of them are over */
        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_NONE);
    }
}

static void a_key_that_is_known_or_unfit_is_not_enrolled(void **state)
{
    static const struct key small_order = { { 1 } };
    struct register_world *world = *state;
    const struct command command = invite("m5", 1);
    struct command revoke = { .op = OP_REVOKE_DEVICE };
    const struct identifier m5 = id_of("m5");
    const struct hash token = { { 1 } };
    const struct sealed label = text_of("Máy tính");
    const struct signature sig = { { 0 } };
    struct register_decision out;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 1, "m5", 3), REFUSAL_BAD_KEY);
    revoke.body.revoke_device.device = device_key(3);
    assert_int_equal(register_world_do(world, administrator(), &revoke),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 1, "m5", 3), REFUSAL_BAD_KEY);
    register_rules_enrol(world->state, &token, &m5, &small_order, &label,
                         &token, &sig, world->now_ms, &out);
    assert_int_equal(out.refusal.code, REFUSAL_BAD_KEY);
    register_rules_enrol(world->state, &token, &m5, &world->state->server,
                         &label, &token, &sig, world->now_ms, &out);
    assert_int_equal(out.refusal.code, REFUSAL_BAD_KEY);
    assert_int_equal(register_world_enrol(world, 1, "m5", 40), REFUSAL_NONE);
}

static void an_eleventh_live_device_is_refused(void **state)
{
    struct register_world *world = *state;
    struct command revoke = { .op = OP_REVOKE_DEVICE };
    struct command command;

    for (uint8_t i = 0; i < LIMIT_DEVICES_PER_HOLDER; i++) {
        command = invite("m5", i);
        assert_int_equal(register_world_do(world, administrator(), &command),
                         REFUSAL_NONE);
        assert_int_equal(register_world_enrol(world, i, "m5", 40U + i),
                         REFUSAL_NONE);
    }
    command = invite("m5", 60);
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 60, "m5", 60),
                     REFUSAL_TOO_MANY_DEVICES);
    assert_string_equal(argument(world, "max"), "10");
    revoke.body.revoke_device.device = device_key(44);
    assert_int_equal(register_world_do(world, administrator(), &revoke),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 60, "m5", 60), REFUSAL_NONE);
}

static void a_device_is_revoked_once(void **state)
{
    struct register_world *world = *state;
    struct command revoke = { .op = OP_REVOKE_DEVICE };

    revoke.body.revoke_device.device = device_key(3);
    revoke.body.revoke_device.reason = text_of("mất điện thoại");
    assert_int_equal(register_world_do(world, holder("m3", 3), &revoke),
                     REFUSAL_NONE);
    assert_string_equal(
        world->events[world->event_count - 1].body.device_revoked.by.text,
        "m3");
    assert_int_equal(register_world_do(world, administrator(), &revoke),
                     REFUSAL_NO_SUCH_DEVICE);
    revoke.body.revoke_device.device = device_key(55);
    assert_int_equal(register_world_do(world, administrator(), &revoke),
                     REFUSAL_NO_SUCH_DEVICE);
}

/* --- Meetings ------------------------------------------------------------ */

static void a_meeting_is_called_changed_and_held(void **state)
{
    struct register_world *world = *state;
    const struct command call = schedule("u2", "m1", "m2", "m3");
    const struct hash head = { { 7 } };
    const struct register_event *event;
    struct command change = { .op = OP_CHANGE_MEETING };
    struct command cancel = { .op = OP_CANCEL_MEETING };
    struct identifier meeting;

    assert_int_equal(register_world_do(world, holder("m1", 1), &call),
                     REFUSAL_NONE);
    assert_made(world, "dbmau.1");
    meeting = world->last.made;
    event = &world->events[world->event_count - 1];
    assert_int_equal(event->body.meeting_scheduled.agenda.count, 2);
    assert_string_equal(((const struct agenda_item *)
                             event->body.meeting_scheduled.agenda.data)[1]
                            .item.text,
                        "a2");
    change.body.change_meeting = (struct command_change_meeting){
        .meeting = meeting,
        .unit = id_of("u2"),
        .kind = KIND_THEMATIC,
        .title = text_of("Sinh hoạt chuyên đề"),
        .starts_at = 1764160200000,
        .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
        .chair = id_of("m2"),
        .minute_taker = id_of("m4"),
    };
    assert_int_equal(register_world_do(world, holder("m2", 2), &change),
                     REFUSAL_NONE);
    assert_int_equal(world->state->meetings[0].kind, KIND_THEMATIC);
    assert_string_equal(world->state->meetings[0].chair.text, "m2");
    assert_int_equal(world->state->meetings[0].agenda_count, 0);
    register_rules_meeting_ended(world->state, &meeting, 9, &head, NULL,
                                 &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_NOT_OPEN);
    register_rules_meeting_began(world->state, &meeting, &head, &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_NONE);
    register_world_apply(world);
    cancel.body.cancel_meeting.meeting = meeting;
    assert_int_equal(register_world_do(world, administrator(), &cancel),
                     REFUSAL_MEETING_BEGUN);
    assert_int_equal(register_world_do(world, administrator(), &change),
                     REFUSAL_MEETING_BEGUN);
    register_rules_meeting_ended(world->state, &meeting, 9, &head, NULL,
                                 &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_NONE);
    register_world_apply(world);
    assert_string_equal(world->state->last_ended.text, "dbmau.1");
    assert_true(hash_equal(&world->state->last_ended_head, &head));
    register_rules_meeting_ended(world->state, &meeting, 9, &head, NULL,
                                 &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_CLOSED);
}

static void a_cancelled_meeting_is_gone(void **state)
{
    struct register_world *world = *state;
    const struct command call = schedule("u2", "m1", "", "m3");
    const struct hash head = { { 7 } };
    struct command cancel = { .op = OP_CANCEL_MEETING };

    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    cancel.body.cancel_meeting.meeting = world->last.made;
    cancel.body.cancel_meeting.reason = text_of("bão số 9");
    assert_int_equal(register_world_do(world, holder("m3", 3), &cancel),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &cancel),
                     REFUSAL_NO_SUCH_MEETING);
    register_rules_meeting_began(
        world->state, &cancel.body.cancel_meeting.meeting, &head, &world->last);
    assert_int_equal(world->last.refusal.code, REFUSAL_NO_SUCH_MEETING);
}

static void duties_in_a_meeting_fall_to_members_of_the_cell(void **state)
{
    static const struct {
        const char *unit, *chair, *deputy, *minute_taker;
        enum refusal_code code;
    } rows[] = {
        { "u2", "m1", "m2", "m3", REFUSAL_NONE },
        { "u2", "m1", "", "m4", REFUSAL_NONE },
        { "u2", "m1", "m2", "m2", REFUSAL_NONE },
        { "u2", "m1", "m2", "m1", REFUSAL_BAD_MESSAGE },
        { "u2", "m1", "m1", "m2", REFUSAL_BAD_MESSAGE },
        { "u2", "m6", "m2", "m3", REFUSAL_NOT_IN_UNIT },
        { "u2", "m1", "m6", "m3", REFUSAL_NOT_IN_UNIT },
        { "u2", "m1", "m2", "m5", REFUSAL_NOT_IN_UNIT },
        { "u2", "m7", "m2", "m3", REFUSAL_NOT_IN_UNIT },
        { "u2", "m1", "m2", "m70", REFUSAL_NO_SUCH_MEMBER },
        { "u1", "m1", "m2", "m3", REFUSAL_WRONG_UNIT_KIND },
        { "u4", "m1", "m2", "m3", REFUSAL_WRONG_UNIT_KIND },
    };
    struct register_world *world = *state;
    const struct command suspended =
        change_member("m3", "u2", CATEGORY_SUSPENDED, OFFICE_NONE);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command call = schedule(
            rows[i].unit, rows[i].chair, rows[i].deputy, rows[i].minute_taker);

        assert_int_equal(register_world_ask(world, administrator(), &call),
                         rows[i].code);
    }
    assert_int_equal(register_world_do(world, administrator(), &suspended),
                     REFUSAL_NONE);
    {
        const struct command call = schedule("u2", "m1", "m2", "m3");

        assert_int_equal(register_world_ask(world, administrator(), &call),
                         REFUSAL_CANNOT_ATTEND);
    }
}

static void a_call_needs_a_sane_time_zone_title_and_agenda(void **state)
{
    static const struct {
        int64_t starts_at;
        const char *zone;
        enum refusal_code code;
    } rows[] = {
        { 0, "Etc/GMT+7", REFUSAL_NONE },
        { 4102444799999, "America/Port-au-Prince", REFUSAL_NONE },
        { 4102444800000, "Asia/Ho_Chi_Minh", REFUSAL_BAD_MESSAGE },
        { -1, "Asia/Ho_Chi_Minh", REFUSAL_BAD_MESSAGE },
        { 0, "", REFUSAL_BAD_MESSAGE },
        { 0, "Asia/Hồ Chí Minh", REFUSAL_BAD_MESSAGE },
        { 0, "../etc/passwd", REFUSAL_BAD_MESSAGE },
        { 0, "Asia/Ho Chi Minh", REFUSAL_BAD_MESSAGE },
    };
    struct register_world *world = *state;
    static struct agenda_title titles[LIMIT_AGENDA_ITEMS + 1];
    struct command call = schedule("u2", "m1", "m2", "m3");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        call.body.schedule_meeting.starts_at = rows[i].starts_at;
        call.body.schedule_meeting.zone = text_view_of(rows[i].zone);
        assert_int_equal(register_world_ask(world, administrator(), &call),
                         rows[i].code);
    }
    call = schedule("u2", "m1", "m2", "m3");
    call.body.schedule_meeting.title = text_of("");
    assert_int_equal(register_world_ask(world, administrator(), &call),
                     REFUSAL_BAD_MESSAGE);
    call = schedule("u2", "m1", "m2", "m3");
    for (size_t i = 0; i <= LIMIT_AGENDA_ITEMS; i++)
        titles[i].title = text_of("Nội dung");
    call.body.schedule_meeting.agenda =
        (struct items){ titles, LIMIT_AGENDA_ITEMS + 1 };
    assert_int_equal(register_world_ask(world, administrator(), &call),
                     REFUSAL_TOO_MANY);
    call.body.schedule_meeting.agenda.count = LIMIT_AGENDA_ITEMS;
    assert_int_equal(register_world_ask(world, administrator(), &call),
                     REFUSAL_NONE);
    titles[3].title = text_of(" ");
    assert_int_equal(register_world_ask(world, administrator(), &call),
                     REFUSAL_BAD_MESSAGE);
    assert_string_equal(argument(world, "path"), "agenda.3.title");
}

/* --- Who may what -------------------------------------------------------- */

/* One good command of each kind, about cell u2 and its people; m3 takes the
 * minutes of the meeting dbmau.1. */
static struct command example(enum command_op op)
{
    static struct import_row row;
    struct command command = { .op = op };

    row = (struct import_row){ .category = CATEGORY_OFFICIAL,
                               .office = OFFICE_NONE,
                               .name = text_of("Đảng viên Mẫu 20") };
    if (op == OP_ADD_UNIT)
        return add_unit(UNIT_PARTY_GROUP, "u2", "Tổ đảng số 2");
    if (op == OP_ADD_MEMBER)
        return add_member("u2", "Mẫu", CATEGORY_GUEST, OFFICE_NONE);
    if (op == OP_CHANGE_MEMBER)
        return change_member("m4", "u2", CATEGORY_OFFICIAL, OFFICE_NONE);
    if (op == OP_INVITE)
        return invite("m4", 77);
    if (op == OP_SCHEDULE_MEETING)
        return schedule("u2", "m1", "m2", "m3");
    if (op == OP_RENAME_UNIT) {
        command.body.rename_unit.unit = id_of("u2");
        command.body.rename_unit.name = text_of("Chi bộ Mẫu Một");
    } else if (op == OP_IMPORT_MEMBERS) {
        command.body.import_members.unit = id_of("u2");
        command.body.import_members.rows = (struct items){ &row, 1 };
    } else if (op == OP_REMOVE_MEMBER) {
        command.body.remove_member.member = id_of("m4");
    } else if (op == OP_ADD_SITE) {
        command.body.add_site =
            (struct command_add_site){ id_of("u2"), id_of("m3"),
                                       text_of("Điểm cầu B"), 0 };
    } else if (op == OP_CHANGE_SITE) {
        command.body.change_site =
            (struct command_change_site){ id_of("s1"), id_of("u2"), id_of("m4"),
                                          text_of("Điểm cầu A"), 0 };
    } else if (op == OP_WITHDRAW_INVITATION) {
        command.body.withdraw_invitation.invitation = id_of("i7");
    } else if (op == OP_REVOKE_DEVICE) {
        command.body.revoke_device.device = device_key(4);
    } else if (op == OP_CHANGE_MEETING) {
        const struct command call = schedule("u2", "m1", "m2", "m3");

        command.body.change_meeting = (struct command_change_meeting){
            .meeting = id_of("dbmau.1"),
            .unit = call.body.schedule_meeting.unit,
            .kind = KIND_REGULAR,
            .title = call.body.schedule_meeting.title,
            .zone = call.body.schedule_meeting.zone,
            .chair = id_of("m1"),
            .minute_taker = id_of("m3"),
        };
    } else if (op == OP_MOVE_UNIT) {
        command.body.move_unit.unit = id_of("u2");
    } else if (op == OP_ASK_OPINIONS) {
        static struct asked_unit unit;

        unit.unit = id_of("u2");
        command.body.ask_opinions = (struct command_ask_opinions){
            .title = text_of("Dự thảo"),
            .text = text_of("Văn bản"),
            .due_at = INT64_C(4000000000000),
            .units = { &unit, 1 },
        };
    } else if (op == OP_CANCEL_MEETING) {
        command.body.cancel_meeting.meeting = id_of("dbmau.1");
    } else if (op == OP_HOLD_BY_GROUPS) {
        command.body.hold_by_groups.meeting = id_of("dbmau.1");
    }
    return command;
}

/* administrator, leader, deputy, minute-taker, plain member (whose device
 * is meant by revoke_device), leader of another cell, site, server */
static const struct {
    enum command_op op;
    const char *allowed; /* y or n for each actor */
} permissions[] = {
    { OP_ADD_UNIT, "ynnnnnnn" },       { OP_RENAME_UNIT, "ynnnnnnn" },
    { OP_ADD_MEMBER, "ynnnnnnn" },     { OP_IMPORT_MEMBERS, "ynnnnnnn" },
    { OP_CHANGE_MEMBER, "ynnnnnnn" },  { OP_REMOVE_MEMBER, "ynnnnnnn" },
    { OP_ADD_SITE, "ynnnnnnn" },       { OP_CHANGE_SITE, "ynnnnnnn" },
    { OP_INVITE, "yyyynnnn" },         { OP_WITHDRAW_INVITATION, "yyyynnnn" },
    { OP_REVOKE_DEVICE, "yyyyynnn" },  { OP_SCHEDULE_MEETING, "yyyynnnn" },
    { OP_CHANGE_MEETING, "yyyynnnn" }, { OP_CANCEL_MEETING, "yyyynnnn" },
    { OP_HOLD_BY_GROUPS, "yyyynnnn" }, { OP_MOVE_UNIT, "ynnnnnnn" },
    { OP_ACCEPT_LOSS, "ynnnnnnn" },    { OP_ASK_OPINIONS, "yyyynnnn" },
};
enum { PERMISSIONS = sizeof permissions / sizeof permissions[0] };

static const char *const permission_actors[] = {
    "Administrator (quản trị)",
    "Leader (bí thư)",
    "Deputy leader (phó bí thư)",
    "Minute-taker of a call (thư ký)",
    "Member, of the own device",
    "Leader of another cell",
    "Site (điểm cầu)"
};
enum { ACTORS = 8 }; /* those, and the server */

/* A meeting is called and a link made: what the commands are about. */
static void fill_actors(struct register_world *world, struct actor *actors)
{
    const struct actor all[ACTORS] = {
        administrator(),  holder("m1", 1),
        holder("m2", 2),  holder("m3", 3),
        holder("m4", 4),  holder("m7", 7),
        holder("s1", 20), (struct actor){ .kind = ACTOR_SERVER }
    };
    const struct command call = schedule("u2", "m1", "m2", "m3");
    const struct command link = invite("m4", 76);

    memcpy(actors, all, sizeof all);
    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
}

static void the_table_of_permissions_holds(void **state)
{
    /* Whom devices may vouch for, who was asked for an opinion, and who signs
     * an erratum, is not a question of office: test_register_vouching.c,
     * test_register_opinions.c, test_register_errata.c. */
    const size_t other_ops = 5;
    struct register_world *world = *state;
    struct actor actors[ACTORS];
    size_t register_ops = 0;

    fill_actors(world, actors);
    for (size_t i = 0; i < PERMISSIONS; i++) {
        const struct command command = example(permissions[i].op);

        for (size_t j = 0; j < ACTORS; j++) {
            const enum refusal_code code =
                register_world_ask(world, actors[j], &command);

            if (code != (permissions[i].allowed[j] == 'y'
                             ? REFUSAL_NONE
                             : REFUSAL_NOT_ALLOWED))
                fail_msg("%s by actor %zu: %s", command_name(permissions[i].op),
                         j, refusal_code_text(code));
        }
    }
    for (int op = 1; op < COMMAND_OP_COUNT; op++)
        if (command_is_of_register((enum command_op)op))
            register_ops++;
    assert_int_equal(register_ops, PERMISSIONS + other_ops);
}

/* --- the page ------------------------------------------------------------ */

static struct permission_section *find_out(struct register_world *world)
{
    struct permission_section *section = calloc(1, sizeof *section);
    struct actor actors[ACTORS];

    assert_non_null(section);
    section->columns = permission_actors;
    section->column_count =
        sizeof permission_actors / sizeof permission_actors[0];
    fill_actors(world, actors);
    for (size_t i = 0; i < PERMISSIONS; i++) {
        const enum command_op op = permissions[i].op;
        const struct command command = example(op);

        section->is_listed[op] = true;
        for (size_t j = 0; j < section->column_count; j++)
            section->is_taken[op][j] =
                register_world_ask(world, actors[j], &command) == REFUSAL_NONE;
    }
    return section;
}

/* `make permissions` writes it. */
static void
the_page_of_permissions_ends_with_those_of_the_register(void **state)
{
    struct permission_section *section = find_out(*state);
    char *kept = permission_page_kept();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const char *end = strstr(kept, "\n## The register\n");
    char *rest = strstr(kept, "\n## Requests of a session\n");

    assert_non_null(out);
    permission_section_write(section, out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(end);
    assert_non_null(rest);
    *rest = '\0'; /* what follows is tests/support/request_permissions.py's */
    assert_string_equal(end, text);
    free(text);
    free(kept);
    free(section);
}

/* Behind what test_meeting_rules_permissions wrote. */
static int append_page(const char *path)
{
    void *state = NULL;
    struct permission_section *section;
    FILE *out = fopen(path, "ab");

    if (!out) {
        perror(path);
        return EXIT_FAILURE;
    }
    (void)set_up(&state);
    section = find_out(state);
    permission_section_write(section, out);
    free(section);
    (void)tear_down(&state);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void a_command_of_a_meeting_is_none_of_the_register(void **state)
{
    struct register_world *world = *state;
    const struct command command = { .op = OP_OPEN_MEETING };

    assert_int_equal(register_world_ask(world, administrator(), &command),
                     REFUSAL_UNKNOWN_OP);
}

static void
an_officer_may_not_act_with_anothers_or_a_revoked_device(void **state)
{
    struct register_world *world = *state;
    const struct command link = invite("m4", 1);
    struct command revoke = { .op = OP_REVOKE_DEVICE };

    assert_int_equal(register_world_ask(world, holder("m1", 3), &link),
                     REFUSAL_DEVICE_REVOKED);
    assert_int_equal(register_world_ask(world, holder("m1", 99), &link),
                     REFUSAL_DEVICE_REVOKED);
    revoke.body.revoke_device.device = device_key(1);
    assert_int_equal(register_world_do(world, administrator(), &revoke),
                     REFUSAL_NONE);
    assert_int_equal(register_world_ask(world, holder("m1", 1), &link),
                     REFUSAL_DEVICE_REVOKED);
}

static void a_suspended_leader_has_no_rights(void **state)
{
    struct register_world *world = *state;
    const struct command suspended =
        change_member("m1", "u2", CATEGORY_SUSPENDED, OFFICE_CELL_LEADER);
    const struct command link = invite("m4", 1);

    assert_int_equal(register_world_do(world, administrator(), &suspended),
                     REFUSAL_NONE);
    assert_int_equal(register_world_ask(world, holder("m1", 1), &link),
                     REFUSAL_NOT_ALLOWED);
}

static void
a_minute_taker_is_an_officer_only_while_the_meeting_is_on(void **state)
{
    struct register_world *world = *state;
    const struct command call = schedule("u2", "m1", "m2", "m3");
    const struct command link = invite("m4", 1);
    const struct hash head = { { 7 } };
    const struct identifier meeting = id_of("dbmau.1");

    assert_int_equal(register_world_ask(world, holder("m3", 3), &link),
                     REFUSAL_NOT_ALLOWED);
    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    assert_int_equal(register_world_ask(world, holder("m3", 3), &link),
                     REFUSAL_NONE);
    register_decision_release(&world->last);
    register_rules_meeting_began(world->state, &meeting, &head, &world->last);
    register_world_apply(world);
    assert_int_equal(register_world_ask(world, holder("m3", 3), &link),
                     REFUSAL_NONE);
    register_decision_release(&world->last);
    register_rules_meeting_ended(world->state, &meeting, 3, &head, NULL,
                                 &world->last);
    register_world_apply(world);
    assert_int_equal(register_world_ask(world, holder("m3", 3), &link),
                     REFUSAL_NOT_ALLOWED);
}

static void members_cannot_fill_the_register(void **state)
{
    struct register_world *world = *state;
    const struct command link = invite("m4", 1);
    const uint64_t next_seq = world->state->next_seq;

    world->state->next_seq = LIMIT_REGISTER_EVENTS_OF_MEMBERS;
    assert_int_equal(register_world_ask(world, holder("m1", 1), &link),
                     REFUSAL_TOO_MANY);
    assert_int_equal(register_world_ask(world, administrator(), &link),
                     REFUSAL_NONE);
    world->state->next_seq = LIMIT_REGISTER_EVENTS;
    assert_int_equal(register_world_ask(world, administrator(), &link),
                     REFUSAL_TOO_MANY);
    world->state->next_seq = next_seq;
}

/* --- Whatever is asked --------------------------------------------------- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static struct identifier some_id(uint32_t *seed, const char *prefix,
                                 uint32_t most)
{
    struct identifier id;

    if (next_random(seed) % 12 == 0)
        return id_of("");
    identifier_number(&id, prefix, 1 + next_random(seed) % most);
    return id;
}

static struct command random_command(uint32_t *seed)
{
    const int first = OP_ADD_UNIT;
    const enum command_op op =
        (enum command_op)(first + (int)(next_random(seed) % 14));
    struct command command = example(op);
    const struct identifier unit = some_id(seed, "u", 9);
    const struct identifier member = some_id(seed, "m", 25);

    if (op == OP_ADD_UNIT) {
        command.body.add_unit.parent = unit;
        command.body.add_unit.kind = 1 + (int)(next_random(seed) % 3);
    } else if (op == OP_ADD_MEMBER || op == OP_CHANGE_MEMBER) {
        struct command_add_member row = command.body.add_member;

        row.unit = unit;
        row.category = 1 + (int)(next_random(seed) % 9);
        row.office = 1 + (int)(next_random(seed) % 5);
        row.ground = (int)(next_random(seed) % ground_count_);
        row.probation_end = next_random(seed) % 2 ? 20261115 : 0;
        row.name = text_of("Đảng viên Mẫu");
        row.group = some_id(seed, "u", 9);
        if (op == OP_ADD_MEMBER)
            command.body.add_member = row;
        else
            command.body.change_member = (struct command_change_member){
                member,     row.unit,   row.group,         row.category,
                row.office, row.ground, row.probation_end, row.name,
                0
            };
    } else if (op == OP_REMOVE_MEMBER) {
        command.body.remove_member.member = member;
    } else if (op == OP_INVITE) {
        command = invite("m1", (uint8_t)next_random(seed));
        command.body.invite.token.bytes[1] = (uint8_t)next_random(seed);
        command.body.invite.holder = member;
        command.body.invite.valid_ms = 1 + next_random(seed) % 100000;
    } else if (op == OP_WITHDRAW_INVITATION) {
        command.body.withdraw_invitation.invitation = some_id(seed, "i", 40);
    } else if (op == OP_REVOKE_DEVICE) {
        command.body.revoke_device.device = device_key(next_random(seed) % 60);
    } else if (op == OP_SCHEDULE_MEETING) {
        command.body.schedule_meeting.unit = unit;
        command.body.schedule_meeting.chair = member;
        command.body.schedule_meeting.minute_taker = some_id(seed, "m", 25);
    } else if (op == OP_CANCEL_MEETING) {
        command.body.cancel_meeting.meeting = some_id(seed, "dbmau.", 9);
    }
    return command;
}

static void enrol_someone(struct register_world *world, uint32_t *seed)
{
    const struct register_invitation *invitation =
        &world->state
             ->invitations[next_random(seed) % world->state->invitation_count];
    const struct hash token = invitation->token;
    const struct identifier id = invitation->holder;
    const struct key key = device_key(next_random(seed) % 500);
    const struct sealed label = text_of("Máy");
    const struct signature sig = { { 0 } };

    register_decision_release(&world->last);
    register_rules_enrol(world->state, &token, &id, &key, &label, &token, &sig,
                         world->now_ms, &world->last);
    if (world->last.refusal.code == REFUSAL_NONE)
        register_world_apply(world);
}

static void hold_some_meeting(struct register_world *world, uint32_t *seed)
{
    const struct identifier meeting = some_id(seed, "dbmau.", 9);
    const struct hash head = { { 3 } };

    register_decision_release(&world->last);
    if (next_random(seed) % 2)
        register_rules_meeting_began(world->state, &meeting, &head,
                                     &world->last);
    else
        register_rules_meeting_ended(world->state, &meeting, 4, &head, NULL,
                                     &world->last);
    if (world->last.refusal.code == REFUSAL_NONE)
        register_world_apply(world);
}

static void assert_promises(const struct register_state *state)
{
    for (size_t i = 0; i < state->unit_count; i++) {
        size_t leaders = 0;

        for (size_t j = 0; j < state->member_count; j++)
            if (!state->members[j].is_removed &&
                state->members[j].office == OFFICE_CELL_LEADER &&
                identifier_equal(&state->members[j].unit, &state->units[i].id))
                leaders++;
        assert_true(leaders <= 1);
        assert_true(register_state_is_within(state, &state->units[i].id,
                                             &state->organisation));
    }
    for (size_t i = 0; i < state->device_count; i++) {
        const struct register_member *member =
            register_state_member(state, &state->devices[i].holder);

        if (member && member->is_removed)
            assert_true(state->devices[i].is_revoked);
    }
    for (size_t i = 0; i < state->meeting_count; i++)
        assert_false(identifier_equal(&state->meetings[i].chair,
                                      &state->meetings[i].minute_taker));
}

/* Whatever is asked by whomever: what decide lets through, apply takes; the
 * register keeps its promises; and its log gives the same state again. */
static void random_commands_keep_the_registers_promises(void **state)
{
    (void)state;
    for (uint32_t run = 0; run < 20; run++) {
        struct register_world world;
        struct register_state *replay = NULL;
        uint32_t seed = run * 7919U + 1;

        register_world_settle(&world);
        for (int step = 0; step < 300; step++) {
            const struct command command = random_command(&seed);
            const unsigned who = next_random(&seed) % 10;
            struct actor actor = administrator();

            if (who < 4) {
                actor.kind = ACTOR_HOLDER;
                actor.holder = some_id(&seed, "m", 8);
                actor.device = device_key(next_random(&seed) % 8);
            }
            world.now_ms += next_random(&seed) % 5000;
            (void)register_world_do(&world, actor, &command);
            if (who == 5)
                enrol_someone(&world, &seed);
            if (who == 6)
                hold_some_meeting(&world, &seed);
        }
        assert_promises(world.state);
        assert_int_equal(register_state_new(&replay), RESULT_OK);
        for (size_t i = 0; i < world.event_count; i++)
            assert_int_equal(register_state_apply(replay, &world.events[i]),
                             RESULT_OK);
        assert_true(register_states_equal(world.state, replay));
        register_state_free(replay);
        register_world_release(&world);
    }
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* With the path of a page: appends to it. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(the_page_of_permissions_ends_with_those_of_the_register),
        WITH_WORLD(a_register_is_founded_once_with_a_usable_key_and_a_name),
        WITH_WORLD(the_world_of_the_tests_is_what_its_commands_say),
        WITH_WORLD(each_kind_of_unit_stands_only_where_it_belongs),
        WITH_WORLD(a_unit_needs_a_name_and_can_be_renamed),
        WITH_WORLD(there_are_no_more_units_than_the_limit),
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
        WITH_WORLD(a_link_lives_seven_days_unless_told_otherwise),
        WITH_WORLD(a_link_serves_once_and_only_whom_it_names),
        WITH_WORLD(a_link_ends_at_its_time_to_the_millisecond),
        WITH_WORLD(a_withdrawn_link_serves_nobody),
        WITH_WORLD(a_token_is_never_used_for_two_links),
        WITH_WORLD(a_holder_has_ten_open_links_at_most),
        WITH_WORLD(a_key_that_is_known_or_unfit_is_not_enrolled),
        WITH_WORLD(an_eleventh_live_device_is_refused),
        WITH_WORLD(a_device_is_revoked_once),
        WITH_WORLD(a_meeting_is_called_changed_and_held),
        WITH_WORLD(a_cancelled_meeting_is_gone),
        WITH_WORLD(duties_in_a_meeting_fall_to_members_of_the_cell),
        WITH_WORLD(a_call_needs_a_sane_time_zone_title_and_agenda),
        WITH_WORLD(the_table_of_permissions_holds),
        WITH_WORLD(a_command_of_a_meeting_is_none_of_the_register),
        WITH_WORLD(an_officer_may_not_act_with_anothers_or_a_revoked_device),
        WITH_WORLD(a_suspended_leader_has_no_rights),
        WITH_WORLD(a_minute_taker_is_an_officer_only_while_the_meeting_is_on),
        WITH_WORLD(members_cannot_fill_the_register),
        cmocka_unit_test(random_commands_keep_the_registers_promises),
    };

    if (argc > 1)
        return append_page(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
