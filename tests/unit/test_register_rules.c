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
    assert_string_equal(register_world_argument(world, "path"), "name");
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
    assert_string_equal(register_world_argument(world, "max"), "1000");
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
    assert_string_equal(register_world_argument(world, "path"),
                        "agenda.3.title");
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_register_is_founded_once_with_a_usable_key_and_a_name),
        WITH_WORLD(the_world_of_the_tests_is_what_its_commands_say),
        WITH_WORLD(each_kind_of_unit_stands_only_where_it_belongs),
        WITH_WORLD(a_unit_needs_a_name_and_can_be_renamed),
        WITH_WORLD(there_are_no_more_units_than_the_limit),
        WITH_WORLD(a_meeting_is_called_changed_and_held),
        WITH_WORLD(a_cancelled_meeting_is_gone),
        WITH_WORLD(duties_in_a_meeting_fall_to_members_of_the_cell),
        WITH_WORLD(a_call_needs_a_sane_time_zone_title_and_agenda),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
