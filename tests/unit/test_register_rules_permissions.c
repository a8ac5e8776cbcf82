/* Who may do what in the register; the page that says so; and what the register
 * promises, whoever asks whatever. */
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
    (void)register_world_set_up(&state);
    section = find_out(state);
    permission_section_write(section, out);
    free(section);
    (void)register_world_tear_down(&state);
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
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

/* With the path of a page: appends to it. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(the_page_of_permissions_ends_with_those_of_the_register),
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
