/*
 * Whose devices are vouched for: by a device of the same holder, by two other
 * members, or in the pairs of a cell's founding. Tables of who may say what of
 * whom; each row is decided and folded, and both have to agree. The rule as
 * such is played at random in test_register_vouching_random.c.
 */
#include "server/domain/register_rules.h"

#include "tests/support/vouching_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* "1=m2*": vouched for by m2 in a founding pair; "4=": not vouched for. */
static void assert_devices(const struct register_world *world,
                           const char *expected)
{
    char said[400] = "";
    size_t size = 0;
    const char *place = expected;

    while (*place) {
        const unsigned number = (unsigned)strtoul(place, NULL, 10);
        const struct register_device *device = world_device(world, number);
        char by[REGISTER_VOUCHED_BY_SIZE];

        register_device_vouched_by(device, by);
        assert_int_equal(device->is_vouched, by[0] != '\0');
        size += (size_t)snprintf(&said[size], sizeof said - size, "%s%u=%s%s",
                                 size > 0 ? " " : "", number, by,
                                 device->is_founding ? "*" : "");
        place += strcspn(place, " ");
        place += strspn(place, " ");
    }
    assert_string_equal(said, expected);
}

/* --- By a device of the same holder ----------------------------------------
 */

/* m1: 1 and 33 vouched for, 30 not, 31 revoked before, 32 after it was. */
static void settle_devices(struct register_world *world)
{
    const unsigned numbers[] = { 30, 31, 32, 33 };
    struct command command;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        world_enrol(world, "m1", numbers[i]);
    world_vouch_all(world, "1>2 2>1");
    for (unsigned device = 32; device <= 33; device++) {
        command = add_key(device_key(device));
        assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                         REFUSAL_NONE);
    }
    world_revoke(world, 31);
    world_revoke(world, 32);
}

static void a_device_is_added_by_a_vouched_one_of_its_holder_alone(void **state)
{
    static const struct {
        const char *holder;
        unsigned signer, device;
        enum refusal_code code;
    } rows[] = {
        { "m1", 1, 30, REFUSAL_NONE },
        { "m1", 33, 30, REFUSAL_NONE },
        { "m1", 1, 40, REFUSAL_NONE }, /* nobody has it yet */
        { "m1", 1, 33, REFUSAL_VOUCHED_ALREADY },
        { "m1", 1, 1, REFUSAL_VOUCHED_ALREADY },
        { "m1", 1, 31, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 1, 32, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 1, 3, REFUSAL_NO_SUCH_DEVICE }, /* m3's */
        { "m1", 1, 20, REFUSAL_NO_SUCH_DEVICE },
        { "m2", 2, 30, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 30, 40, REFUSAL_NOT_VOUCHED },
        { "m1", 30, 30, REFUSAL_NOT_VOUCHED },
        { "m1", 30, 1, REFUSAL_NOT_VOUCHED },
        { "m3", 3, 40, REFUSAL_NOT_VOUCHED },
        { "s1", 20, 40, REFUSAL_NOT_VOUCHED },
        { "m1", 31, 30, REFUSAL_DEVICE_REVOKED },
        { "m1", 32, 30, REFUSAL_DEVICE_REVOKED },
        { "m1", 2, 30, REFUSAL_DEVICE_REVOKED }, /* m2's, in m1's name */
        { "m3", 1, 40, REFUSAL_DEVICE_REVOKED },
        { "m1", 99, 30, REFUSAL_DEVICE_REVOKED }, /* unknown */
    };
    struct register_world *world = *state;

    settle_devices(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command command = add_key(device_key(rows[i].device));
        const enum refusal_code code = world_ask_both(
            world, holder(rows[i].holder, rows[i].signer), &command);

        if (code != rows[i].code)
            fail_msg("row %zu: %s", i, refusal_code_text(code));
    }
}

static void an_added_device_is_vouched_for_by_its_holder(void **state)
{
    struct register_world *world = *state;
    struct command command = add_key(device_key(30));

    settle_devices(world);
    assert_devices(world, "1=m2* 2=m1* 30= 33=m1");
    /* Known: it keeps the label it was enrolled with. Unknown: it has this. */
    assert_int_equal(register_world_do(world, holder("m1", 33), &command),
                     REFUSAL_NONE);
    command = add_key(device_key(40));
    assert_int_equal(register_world_do(world, holder("m1", 30), &command),
                     REFUSAL_NONE);
    assert_devices(world, "30=m1 40=m1");
    assert_true(world_device(world, 30)->enrolled_seq <
                world_device(world, 33)->enrolled_seq);
    assert_int_equal(world_device(world, 40)->enrolled_seq,
                     world->state->next_seq - 1);
    assert_string_equal(world_device(world, 40)->holder.text, "m1");
}

static void the_event_says_who_added_and_what_was_signed(void **state)
{
    struct register_world *world = *state;
    struct command command = add_key(device_key(30));
    const struct register_device_added *event;

    settle_devices(world);
    command.act.seen = 31;
    command.act.head.bytes[0] = 0x31;
    command.act.sig.bytes[0] = 0x32;
    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    assert_int_equal(world->last.count, 1);
    event = &world->last.events[0].body.device_added;
    assert_string_equal(event->holder.text, "m1");
    assert_true(key_equal(&event->device, &command.body.add_device.device));
    assert_true(key_equal(&event->signer, &world_device(world, 1)->key));
    assert_true(text_view_is(event->label.value, "Máy tính bảng"));
    assert_int_equal(event->seen, 31);
    assert_int_equal(event->head.bytes[0], 0x31);
    assert_int_equal(event->sig.bytes[0], 0x32);
}

static void a_key_that_cannot_stand_for_anybody_is_not_added(void **state)
{
    static const struct key small_order = { { 1 } };
    struct register_world *world = *state;
    const struct command unfit = add_key(small_order);
    const struct command servers = add_key(world->state->server);

    settle_devices(world);
    assert_int_equal(world_ask_both(world, holder("m1", 1), &unfit),
                     REFUSAL_BAD_KEY);
    assert_int_equal(world_ask_both(world, holder("m1", 1), &servers),
                     REFUSAL_BAD_KEY);
}

static void an_eleventh_device_is_not_added_unless_it_is_there(void **state)
{
    struct register_world *world = *state;
    struct command command;

    world_vouch_all(world, "1>2 2>1");
    for (unsigned device = 30; device < 39; device++)
        world_enrol(world, "m1", device);
    command = add_key(device_key(40));
    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_TOO_MANY_DEVICES);
    command = add_key(device_key(38));
    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
}

static void the_administrator_adds_no_device_and_vouches_for_none(void **state)
{
    struct register_world *world = *state;
    const struct command add = add_key(device_key(40));
    const struct command vouching = vouch_for("m3", 3);

    assert_int_equal(world_ask_both(world, administrator(), &add),
                     REFUSAL_NOT_VOUCHED);
    assert_int_equal(world_ask_both(world, administrator(), &vouching),
                     REFUSAL_NO_SUCH_DEVICE);
}

/* --- By two other members ---------------------------------------------------
 */

/*
 * The cell u2 has met. Vouched for: m1/1, m2/2, m3/3, guest m5/35, upper
 * delegate m6/34, technician m8/36, suspended m9/37, removed m10/38, site
 * s1/20. Not: m1/30, m4/4 and 39, m5/41, m7/7 (of u3), s1/21; m3/31 is revoked.
 */
static void settle_people(struct register_world *world)
{
    struct command removal = { .op = OP_REMOVE_MEMBER };

    world_enlist(world, "u2", CATEGORY_TECHNICIAN);
    world_enlist(world, "u2", CATEGORY_OFFICIAL);
    world_enlist(world, "u2", CATEGORY_OFFICIAL);
    world_enrol(world, "m1", 30);
    world_enrol(world, "m3", 31);
    world_enrol(world, "m6", 34);
    world_enrol(world, "m5", 35);
    world_enrol(world, "m5", 41);
    world_enrol(world, "m8", 36);
    world_enrol(world, "m9", 37);
    world_enrol(world, "m10", 38);
    world_enrol(world, "m4", 39);
    world_enrol(world, "s1", 21);
    world_vouch_all(world,
                    "1>2 2>1 1>3 2>3 1>34 2>34 1>35 2>35 1>36 2>36 1>37 2>37 "
                    "1>38 2>38 1>20 2>20");
    world_hold_meeting(world);
    world_become(world, "m9", "u2", CATEGORY_SUSPENDED);
    world_revoke(world, 31);
    removal.body.remove_member.member = id_of("m10");
    assert_int_equal(register_world_do(world, administrator(), &removal),
                     REFUSAL_NONE);
}

static void members_by_vouched_devices_vouch_for_others(void **state)
{
    static const struct {
        const char *by;
        unsigned signer;
        const char *holder;
        unsigned device;
        enum refusal_code code;
    } rows[] = {
        { "m1", 1, "m4", 4, REFUSAL_NONE },
        { "m6", 34, "m4", 4, REFUSAL_NONE },
        { "m1", 1, "m7", 7, REFUSAL_NONE },  /* of another cell */
        { "m1", 1, "m5", 41, REFUSAL_NONE }, /* a guest's */
        { "m1", 1, "s1", 21, REFUSAL_NONE },
        { "m1", 1, "m1", 30, REFUSAL_OWN_DEVICE },
        { "m1", 1, "m1", 1, REFUSAL_OWN_DEVICE },
        { "m1", 30, "m1", 1, REFUSAL_OWN_DEVICE },
        { "s1", 20, "s1", 21, REFUSAL_OWN_DEVICE },
        { "m1", 1, "m2", 2, REFUSAL_VOUCHED_ALREADY },
        { "m1", 1, "s1", 20, REFUSAL_VOUCHED_ALREADY },
        { "m1", 30, "m4", 4, REFUSAL_NOT_VOUCHED },
        { "m1", 30, "m2", 2, REFUSAL_NOT_VOUCHED },
        { "m4", 4, "m1", 30, REFUSAL_NOT_VOUCHED },
        { "m7", 7, "m1", 30, REFUSAL_NOT_VOUCHED },
        { "m5", 35, "m4", 4, REFUSAL_NOT_ALLOWED }, /* guest */
        { "m5", 41, "m4", 4, REFUSAL_NOT_ALLOWED },
        { "m8", 36, "m4", 4, REFUSAL_NOT_ALLOWED }, /* technician */
        { "m9", 37, "m4", 4, REFUSAL_NOT_ALLOWED }, /* suspended */
        { "s1", 20, "m4", 4, REFUSAL_NOT_ALLOWED }, /* site */
        { "s1", 21, "m4", 4, REFUSAL_NOT_ALLOWED },
        { "m10", 38, "m4", 4, REFUSAL_DEVICE_REVOKED }, /* removed */
        { "m3", 31, "m4", 4, REFUSAL_DEVICE_REVOKED },
        { "m2", 1, "m4", 4, REFUSAL_DEVICE_REVOKED }, /* m1's device */
        { "m1", 99, "m4", 4, REFUSAL_DEVICE_REVOKED },
        { "m1", 1, "m4", 99, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 1, "m3", 31, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 1, "m10", 38, REFUSAL_NO_SUCH_DEVICE },
        { "m1", 1, "m3", 4, REFUSAL_NO_SUCH_DEVICE }, /* m4's */
        { "m1", 1, "m99", 4, REFUSAL_NO_SUCH_DEVICE },
    };
    struct register_world *world = *state;

    settle_people(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command command =
            vouch_for(rows[i].holder, rows[i].device);
        const enum refusal_code code =
            world_ask_both(world, holder(rows[i].by, rows[i].signer), &command);

        if (code != rows[i].code)
            fail_msg("%s/%u for %s/%u: %s", rows[i].by, rows[i].signer,
                     rows[i].holder, rows[i].device, refusal_code_text(code));
    }
}

static void a_refused_voucher_is_told_who_may_vouch(void **state)
{
    struct register_world *world = *state;
    const struct command command = vouch_for("m4", 4);

    settle_people(world);
    assert_int_equal(register_world_ask(world, holder("m5", 35), &command),
                     REFUSAL_NOT_ALLOWED);
    assert_string_equal(world->last.refusal.args[0].text,
                        "members of the Party");
    assert_int_equal(register_world_ask(world, holder("s1", 20), &command),
                     REFUSAL_NOT_ALLOWED);
    assert_string_equal(world->last.refusal.args[0].text,
                        "members, by their own devices");
}

static void the_event_says_who_vouched_and_what_was_signed(void **state)
{
    struct register_world *world = *state;
    struct command command = vouch_for("m4", 4);
    const struct register_device_vouched *event;

    settle_people(world);
    command.act.seen = 33;
    command.act.head.bytes[0] = 0x33;
    command.act.sig.bytes[0] = 0x34;
    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    assert_int_equal(world->last.count, 1);
    event = &world->last.events[0].body.device_vouched;
    assert_string_equal(event->holder.text, "m4");
    assert_true(key_equal(&event->device, &world_device(world, 4)->key));
    assert_int_equal(event->how, VOUCH_VOICE);
    assert_string_equal(event->by.text, "m1");
    assert_true(key_equal(&event->signer, &world_device(world, 1)->key));
    assert_int_equal(event->seen, 33);
    assert_int_equal(event->head.bytes[0], 0x33);
    assert_int_equal(event->sig.bytes[0], 0x34);
}

static void two_members_are_needed_and_enough(void **state)
{
    struct register_world *world = *state;

    settle_people(world);
    world_vouch_all(world, "1>4");
    assert_devices(world, "4=");
    world_vouch_all(world, "3>4");
    assert_devices(world, "4=m1,m3");
    assert_int_equal(world_vouch(world, 2, 4), REFUSAL_VOUCHED_ALREADY);
    assert_devices(world, "4=m1,m3");
}

static void one_member_with_two_devices_is_one_voucher(void **state)
{
    struct register_world *world = *state;
    const struct command second = add_key(device_key(30));
    const struct command again = vouch_for("m4", 4);

    settle_people(world);
    assert_int_equal(register_world_do(world, holder("m1", 1), &second),
                     REFUSAL_NONE);
    world_vouch_all(world, "1>4");
    assert_int_equal(world_ask_both(world, holder("m1", 30), &again),
                     REFUSAL_EXISTS);
    assert_int_equal(world_ask_both(world, holder("m1", 1), &again),
                     REFUSAL_EXISTS);
    assert_devices(world, "4=");
    world_vouch_all(world, "2>4");
    assert_devices(world, "4=m1,m2");
}

static void two_devices_of_one_founder_are_one_voucher(void **state)
{
    struct register_world *world = *state;
    const struct command second = add_key(device_key(30));

    world_vouch_all(world, "1>2 2>1");
    assert_int_equal(register_world_do(world, holder("m1", 1), &second),
                     REFUSAL_NONE);
    world_vouch_all(world, "1>3 30>3");
    assert_devices(world, "3= 30=m1");
}

static void what_was_vouched_stays_so_when_the_vouchers_go(void **state)
{
    struct register_world *world = *state;
    struct command removal = { .op = OP_REMOVE_MEMBER };

    settle_people(world);
    world_vouch_all(world, "1>4 2>4");
    world_revoke(world, 1);
    world_become(world, "m2", "u2", CATEGORY_SUSPENDED);
    assert_devices(world, "4=m1,m2 2=m1*");
    removal.body.remove_member.member = id_of("m1");
    assert_int_equal(register_world_do(world, administrator(), &removal),
                     REFUSAL_NONE);
    assert_devices(world, "4=m1,m2 2=m1* 3=m1,m2");
}

static void a_vouch_counts_though_its_device_is_revoked_then(void **state)
{
    struct register_world *world = *state;

    settle_people(world);
    world_vouch_all(world, "1>4");
    world_revoke(world, 1);
    world_vouch_all(world, "2>4");
    assert_devices(world, "4=m1,m2");
}

static void a_holder_may_add_to_what_one_member_vouched_for(void **state)
{
    struct register_world *world = *state;
    const struct command add = add_key(device_key(30));

    settle_people(world);
    world_vouch_all(world, "3>30");
    assert_int_equal(register_world_do(world, holder("m1", 1), &add),
                     REFUSAL_NONE);
    assert_devices(world, "30=m1");
    assert_int_equal(world_vouch(world, 2, 30), REFUSAL_VOUCHED_ALREADY);
}

/* --- The founding of a cell --------------------------------------------------
 */

static void the_first_pairs_of_a_cell(void **state)
{
    static const struct {
        const char *vouches, *devices;
    } rows[] = {
        { "", "1= 2= 3= 4=" },
        { "1>2", "1= 2=" },
        { "1>2 2>1", "1=m2* 2=m1*" },
        { "2>1 1>2", "1=m2* 2=m1*" },
        /* In a ring nobody looked back. */
        { "1>2 2>3 3>1", "1= 2= 3=" },
        { "1>2 2>3 3>4 4>1", "1= 2= 3= 4=" },
        { "1>2 3>2 4>2", "1= 2= 3= 4=" },
        { "1>2 2>1 3>4 4>3", "1=m2* 2=m1* 3=m4* 4=m3*" },
        /* The odd one is paired with somebody who has a partner. */
        { "1>2 2>1 3>1", "1=m2* 2=m1* 3=" },
        { "1>2 2>1 1>3", "1=m2* 2=m1* 3=" },
        { "1>2 2>1 3>1 1>3", "1=m2* 2=m1* 3=m1*" },
        { "1>2 2>1 1>3 3>1", "1=m2* 2=m1* 3=m1*" },
        /* Or two who are vouched for vouch for her: that is no founding. */
        { "1>2 2>1 1>3 2>3", "1=m2* 2=m1* 3=m1,m2" },
        { "1>2 2>1 3>1 2>3 1>3", "1=m2* 2=m1* 3=m2,m1" },
        /* One voucher, then another's counterpart: the pair is what holds. */
        { "1>2 2>1 1>3 2>4 4>3 3>4", "3=m4* 4=m3*" },
        /* What was said before the speaker was vouched for counts only with
         * its counterpart. */
        { "1>3 2>3 1>2 2>1", "1=m2* 2=m1* 3=" },
        { "1>3 2>3 1>2 2>1 1>3 2>3", "3=m1,m2" },
        /* Each device for itself: m1 has a second one. */
        { "1>2 2>30", "1= 2= 30=" },
        { "1>2 2>30 30>2", "1= 2=m1* 30=m2*" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct register_world world;

        register_world_settle(&world);
        world_enrol(&world, "m1", 30);
        world_vouch_all(&world, rows[i].vouches);
        assert_devices(&world, rows[i].devices);
        register_world_release(&world);
    }
}

static void nobody_is_paired_with_whom_the_cell_does_not_hold(void **state)
{
    struct register_world *world = *state;
    const struct {
        const char *holder;
        unsigned device;
    } others[] = {
        { "m7", 7 }, { "m5", 35 }, { "m8", 36 }, { "m9", 37 }, { "s1", 20 }
    };

    world_enlist(world, "u2", CATEGORY_TECHNICIAN);
    world_enlist(world, "u2", CATEGORY_SUSPENDED);
    world_enrol(world, "m5", 35);
    world_enrol(world, "m8", 36);
    world_enrol(world, "m9", 37);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct command there =
            vouch_for(others[i].holder, others[i].device);
        const struct command back = vouch_for("m1", 1);

        assert_int_equal(world_ask_both(world, holder("m1", 1), &there),
                         REFUSAL_NOT_VOUCHED);
        assert_int_equal(
            world_ask_both(world, holder(others[i].holder, others[i].device),
                           &back),
            i == 0 ? REFUSAL_NOT_VOUCHED : REFUSAL_NOT_ALLOWED);
    }
}

static void nothing_is_said_twice_in_a_founding(void **state)
{
    struct register_world *world = *state;
    const struct command there = vouch_for("m2", 2);
    const struct command back = vouch_for("m1", 1);

    world_vouch_all(world, "1>2");
    assert_int_equal(world_ask_both(world, holder("m1", 1), &there),
                     REFUSAL_EXISTS);
    world_vouch_all(world, "2>1");
    assert_int_equal(world_ask_both(world, holder("m1", 1), &there),
                     REFUSAL_VOUCHED_ALREADY);
    assert_int_equal(world_ask_both(world, holder("m2", 2), &back),
                     REFUSAL_VOUCHED_ALREADY);
}

static void the_founding_ends_with_the_first_meeting_that_ended(void **state)
{
    struct register_world *world = *state;
    const struct command back = vouch_for("m1", 1);
    const struct command call = schedule("u2", "m1", "", "m3");
    struct command cancel = { .op = OP_CANCEL_MEETING };
    struct identifier meeting;

    world_vouch_all(world, "1>2 3>4");
    assert_int_equal(register_world_do(world, administrator(), &call),
                     REFUSAL_NONE);
    cancel.body.cancel_meeting.meeting = world->last.made;
    assert_int_equal(register_world_do(world, administrator(), &cancel),
                     REFUSAL_NONE);
    assert_int_equal(world_ask_both(world, holder("m2", 2), &back),
                     REFUSAL_NONE);
    meeting = world_begin_meeting(world, "u2", "m1", "m3");
    world_vouch_all(world, "4>3");
    assert_devices(world, "1= 2= 3=m4* 4=m3*");
    world_end_meeting(world, &meeting);
    assert_int_equal(world_ask_both(world, holder("m2", 2), &back),
                     REFUSAL_NOT_VOUCHED);
    assert_devices(world, "1= 2= 3=m4* 4=m3*");
    world_vouch_all(world, "3>1 4>1");
    assert_devices(world, "1=m3,m4");
}

/* Half a pair of the first founding is none of the second one. */
static void a_lost_key_of_the_server_founds_cells_from_nothing(void **state)
{
    struct register_world *world = *state;
    struct register_event event = {
        .at_ms = world->now_ms,
        .kind = REGISTER_SERVER_KEY_LOST_KIND,
        .body.server_key_lost = { .server = device_key(50) },
    };

    world_vouch_all(world, "1>2");
    world_hold_meeting(world);
    event.seq = world->state->next_seq;
    assert_int_equal(register_state_apply(world->state, &event), RESULT_OK);
    world_vouch_all(world, "2>1");
    assert_devices(world, "1= 2=");
    world_vouch_all(world, "1>2");
    assert_devices(world, "1=m2* 2=m1*");
}

static void a_founding_is_its_own_cells_affair(void **state)
{
    struct register_world *world = *state;

    world_enlist(world, "u3", CATEGORY_OFFICIAL);
    world_enrol(world, "m8", 38);
    world_hold_meeting(world);
    assert_int_equal(world_vouch(world, 1, 2), REFUSAL_NOT_VOUCHED);
    world_vouch_all(world, "7>38 38>7");
    assert_devices(world, "7=m8* 38=m7*");
}

static void both_have_to_be_of_the_cell_when_each_speaks(void **state)
{
    struct register_world *world = *state;
    const struct command back = vouch_for("m3", 3);

    world_vouch_all(world, "3>4");
    world_become(world, "m4", "u3", CATEGORY_PROBATIONARY);
    assert_int_equal(world_ask_both(world, holder("m4", 4), &back),
                     REFUSAL_NOT_VOUCHED);
    world_become(world, "m3", "u3", CATEGORY_OFFICIAL);
    world_vouch_all(world, "4>3");
    assert_devices(world, "3=m4* 4=m3*");
}

static void with_a_device_goes_what_it_said_in_the_founding(void **state)
{
    struct register_world *world = *state;
    const struct command back = vouch_for("m1", 1);

    world_vouch_all(world, "1>2");
    world_revoke(world, 1);
    assert_int_equal(world_ask_both(world, holder("m2", 2), &back),
                     REFUSAL_NO_SUCH_DEVICE);
    assert_devices(world, "2=");
}

/* --- Links and revocations ---------------------------------------------------
 */

static void a_vouched_device_brings_in_another_of_its_own_holder(void **state)
{
    static const struct {
        const char *by;
        unsigned device;
        const char *holder;
        enum refusal_code code;
    } rows[] = {
        { "m3", 3, "m3", REFUSAL_NONE },
        { "m3", 3, "m2", REFUSAL_NOT_ALLOWED },
        { "m3", 31, "m3", REFUSAL_NOT_ALLOWED }, /* is not vouched for */
        { "m4", 4, "m4", REFUSAL_NOT_ALLOWED },
        { "m4", 4, "m3", REFUSAL_NOT_ALLOWED },
        { "s1", 20, "s1", REFUSAL_NONE },
        { "s1", 20, "m3", REFUSAL_NOT_ALLOWED }, /* its keeper */
    };
    struct register_world *world = *state;

    world_enrol(world, "m3", 31);
    world_vouch_all(world, "1>2 2>1 1>3 2>3 1>20 2>20");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct command link = invite(rows[i].holder, 77);
        const enum refusal_code code = register_world_ask(
            world, holder(rows[i].by, rows[i].device), &link);

        if (code != rows[i].code)
            fail_msg("row %zu: %s", i, refusal_code_text(code));
    }
}

static struct command signed_revocation(unsigned device)
{
    struct command command = { .op = OP_REVOKE_DEVICE };

    command.body.revoke_device.device = device_key(device);
    command.act.is_present = true;
    command.act.seen = 5;
    command.act.head.bytes[0] = 0x35;
    command.act.sig.bytes[0] = 0x36;
    return command;
}

static void a_holder_signs_the_end_of_a_device_of_its_own(void **state)
{
    struct register_world *world = *state;
    struct command command = signed_revocation(30);
    const struct register_device_revoked *event;

    world_enrol(world, "m1", 30);
    assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    event = &world->events[world->event_count - 1].body.device_revoked;
    assert_true(key_equal(&event->signer, &world_device(world, 1)->key));
    assert_int_equal(event->seen, 5);
    assert_int_equal(event->head.bytes[0], 0x35);
    assert_int_equal(event->sig.bytes[0], 0x36);
    /* A device may also sign its own end. */
    command = signed_revocation(1);
    assert_int_equal(register_world_do(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    assert_true(world_device(world, 1)->is_revoked);
}

static void an_officer_does_not_sign_for_anothers_device(void **state)
{
    static const struct key nobody;
    struct register_world *world = *state;
    struct command command = signed_revocation(3);

    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_BAD_SIGNATURE);
    command.act.is_present = false;
    assert_int_equal(register_world_ask(world, holder("m1", 1), &command),
                     REFUSAL_NONE);
    /* Left to the server. */
    assert_true(
        key_equal(&world->last.events[0].body.device_revoked.signer, &nobody));
}

static void a_revocation_is_signed_by_the_server_or_the_holder(void **state)
{
    struct register_world *world = *state;
    const struct key server = world->state->server;
    const struct {
        struct key signer;
        uint64_t seen;
        enum result result;
    } rows[] = {
        { server, 0, RESULT_OK },
        { device_key(3), 0, RESULT_OK },
        { device_key(31), 0, RESULT_OK },
        { device_key(1), 0, RESULT_CORRUPT },  /* an officer's */
        { device_key(32), 0, RESULT_CORRUPT }, /* revoked before */
        { device_key(99), 0, RESULT_CORRUPT },
        { server, 1000, RESULT_CORRUPT }, /* has seen the future */
    };

    world_enrol(world, "m3", 31);
    world_enrol(world, "m3", 32);
    world_revoke(world, 32);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            world_fold(world,
                       (struct register_event){
                           .kind = REGISTER_DEVICE_REVOKED_KIND,
                           .body.device_revoked = { .holder = id_of("m3"),
                                                    .device = device_key(3),
                                                    .signer = rows[i].signer,
                                                    .seen = rows[i].seen } }),
            rows[i].result);
}

/* --- What no command makes, and a log may still say -------------------------
 */

static void signers_cannot_have_seen_what_is_not_there_yet(void **state)
{
    struct register_world *world = *state;
    const struct actor m1 = holder("m1", 1);
    const struct command commands[] = { add_key(device_key(30)),
                                        vouch_for("m3", 3) };

    settle_devices(world);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct register_event event = world_event_of(&m1, &commands[i]);
        uint64_t *seen = i == 0 ? &event.body.device_added.seen
                                : &event.body.device_vouched.seen;

        *seen = world->state->next_seq - 1;
        assert_int_equal(world_fold(world, event), RESULT_OK);
        *seen = world->state->next_seq;
        assert_int_equal(world_fold(world, event), RESULT_CORRUPT);
    }
}

static void the_servers_key_gives_way_to_a_fit_and_new_one(void **state)
{
    struct register_world *world = *state;
    const struct key server = world->state->server;
    const struct key fresh = device_key(50);
    const struct key small_order = { { 1 } };
    const struct {
        struct key server, signer;
        enum result changed, lost;
    } rows[] = {
        { fresh, server, RESULT_OK, RESULT_OK },
        { fresh, fresh, RESULT_CORRUPT, RESULT_OK },
        { fresh, device_key(1), RESULT_CORRUPT, RESULT_OK },
        { server, server, RESULT_CORRUPT, RESULT_CORRUPT },
        { device_key(1), server, RESULT_CORRUPT, RESULT_CORRUPT },
        { small_order, server, RESULT_CORRUPT, RESULT_CORRUPT },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            world_fold(
                world,
                (struct register_event){
                    .kind = REGISTER_SERVER_KEY_CHANGED_KIND,
                    .body.server_key_changed = { .server = rows[i].server,
                                                 .signer = rows[i].signer } }),
            rows[i].changed);
        assert_int_equal(
            world_fold(
                world,
                (struct register_event){
                    .kind = REGISTER_SERVER_KEY_LOST_KIND,
                    .body.server_key_lost = { .server = rows[i].server } }),
            rows[i].lost);
    }
}

static void the_register_goes_on_where_it_stands_after_a_loss(void **state)
{
    struct register_world *world = *state;
    const uint64_t next = world->state->next_seq;
    const struct {
        uint64_t from, lost_seq;
        enum result result;
    } rows[] = {
        { next, next, RESULT_OK },
        { next, next + 9, RESULT_OK },
        { next, next - 1, RESULT_CORRUPT },
        { next, UINT64_MAX, RESULT_OK },
        { next - 1, next, RESULT_CORRUPT },
        { next + 1, next + 1, RESULT_CORRUPT },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            world_fold(world,
                       (struct register_event){
                           .kind = REGISTER_RESTORED_KIND,
                           .body.restored = { .from = rows[i].from,
                                              .lost_seq = rows[i].lost_seq } }),
            rows[i].result);
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_device_is_added_by_a_vouched_one_of_its_holder_alone),
        WITH_WORLD(an_added_device_is_vouched_for_by_its_holder),
        WITH_WORLD(the_event_says_who_added_and_what_was_signed),
        WITH_WORLD(a_key_that_cannot_stand_for_anybody_is_not_added),
        WITH_WORLD(an_eleventh_device_is_not_added_unless_it_is_there),
        WITH_WORLD(the_administrator_adds_no_device_and_vouches_for_none),
        WITH_WORLD(members_by_vouched_devices_vouch_for_others),
        WITH_WORLD(a_refused_voucher_is_told_who_may_vouch),
        WITH_WORLD(the_event_says_who_vouched_and_what_was_signed),
        WITH_WORLD(two_members_are_needed_and_enough),
        WITH_WORLD(one_member_with_two_devices_is_one_voucher),
        WITH_WORLD(two_devices_of_one_founder_are_one_voucher),
        WITH_WORLD(what_was_vouched_stays_so_when_the_vouchers_go),
        WITH_WORLD(a_vouch_counts_though_its_device_is_revoked_then),
        WITH_WORLD(a_holder_may_add_to_what_one_member_vouched_for),
        cmocka_unit_test(the_first_pairs_of_a_cell),
        WITH_WORLD(nobody_is_paired_with_whom_the_cell_does_not_hold),
        WITH_WORLD(nothing_is_said_twice_in_a_founding),
        WITH_WORLD(the_founding_ends_with_the_first_meeting_that_ended),
        WITH_WORLD(a_lost_key_of_the_server_founds_cells_from_nothing),
        WITH_WORLD(a_founding_is_its_own_cells_affair),
        WITH_WORLD(both_have_to_be_of_the_cell_when_each_speaks),
        WITH_WORLD(with_a_device_goes_what_it_said_in_the_founding),
        WITH_WORLD(a_vouched_device_brings_in_another_of_its_own_holder),
        WITH_WORLD(a_holder_signs_the_end_of_a_device_of_its_own),
        WITH_WORLD(an_officer_does_not_sign_for_anothers_device),
        WITH_WORLD(a_revocation_is_signed_by_the_server_or_the_holder),
        WITH_WORLD(signers_cannot_have_seen_what_is_not_there_yet),
        WITH_WORLD(the_servers_key_gives_way_to_a_fit_and_new_one),
        WITH_WORLD(the_register_goes_on_where_it_stands_after_a_loss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
