#include "server/domain/register_rules.h"

#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

static enum refusal_code change(struct register_world *world, struct key key)
{
    register_decision_release(&world->last);
    register_rules_change_key(world->state, &key, &world->last);
    return world->last.refusal.code;
}

static enum refusal_code change_late(struct register_world *world,
                                     struct key key, bool is_held)
{
    register_decision_release(&world->last);
    register_rules_change_key_late(world->state, &key, is_held, &world->last);
    return world->last.refusal.code;
}

static enum refusal_code lose(struct register_world *world, struct key key,
                              bool is_held)
{
    register_decision_release(&world->last);
    register_rules_lose_key(world->state, &key, is_held, &world->last);
    return world->last.refusal.code;
}

static void apply_change(struct register_world *world)
{
    struct register_server_key_changed *body =
        &world->last.events[world->last.count - 1].body.server_key_changed;

    body->signer = world->state->server;
    body->seen = world->state->next_seq - 1;
    register_world_apply(world);
}

/* A meeting of u2 is called, and its log begins. */
static void begin_meeting(struct register_world *world)
{
    const struct command command = schedule("u2", "m1", "m2", "m3");
    const struct hash head = { { 7 } };
    struct identifier meeting;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    meeting = world->last.made;
    register_decision_release(&world->last);
    register_rules_meeting_began(world->state, &meeting, &head, &world->last);
    register_world_apply(world);
}

static void end_meeting(struct register_world *world)
{
    const struct identifier meeting = world->state->meetings[0].id;
    const struct hash head = { { 8 } };

    register_decision_release(&world->last);
    register_rules_meeting_ended(world->state, &meeting, 40, &head, NULL,
                                 &world->last);
    register_world_apply(world);
}

static void a_new_key_is_one_event(void **state)
{
    struct register_world *world = *state;
    const struct key key = device_key(60);

    assert_int_equal(change(world, key), REFUSAL_NONE);
    assert_int_equal(world->last.count, 1);
    assert_int_equal(world->last.events[0].kind,
                     REGISTER_SERVER_KEY_CHANGED_KIND);
    apply_change(world);
    assert_true(key_equal(&world->state->server, &key));
}

static void a_key_does_not_change_while_a_meeting_goes_on(void **state)
{
    struct register_world *world = *state;
    const struct command command = schedule("u2", "m1", "m2", "m3");

    begin_meeting(world);
    assert_int_equal(change(world, device_key(60)), REFUSAL_MEETING_BEGUN);
    assert_string_equal(world->last.refusal.args[0].name, "id");
    assert_string_equal(world->last.refusal.args[0].text, "dbmau.1");
    assert_int_equal(world->last.count, 0);
    end_meeting(world);
    /* One that is called only is no hindrance. */
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    assert_int_equal(change(world, device_key(60)), REFUSAL_NONE);
}

static void a_key_that_somebody_has_or_had_is_refused(void **state)
{
    struct register_world *world = *state;
    const struct key first = world->state->server;
    const struct key zeros = { { 0 } };

    assert_int_equal(change(world, first), REFUSAL_BAD_KEY);
    assert_int_equal(change(world, device_key(3)), REFUSAL_BAD_KEY);
    assert_int_equal(change(world, zeros), REFUSAL_BAD_KEY);
    assert_int_equal(change(world, device_key(60)), REFUSAL_NONE);
    apply_change(world);
    assert_int_equal(change(world, first), REFUSAL_BAD_KEY);
    assert_int_equal(change_late(world, first, false), REFUSAL_BAD_KEY);
    assert_int_equal(lose(world, first, false), REFUSAL_BAD_KEY);
    assert_int_equal(lose(world, device_key(3), true), REFUSAL_BAD_KEY);
    assert_int_equal(world->last.count, 0);
}

static void there_is_an_end_of_new_keys(void **state)
{
    struct register_world *world = *state;

    for (unsigned i = 1; i < LIMIT_SERVER_KEYS; i++) {
        assert_int_equal(change(world, device_key(100 + i)), REFUSAL_NONE);
        apply_change(world);
    }
    assert_int_equal(change(world, device_key(60)), REFUSAL_TOO_MANY);
    assert_string_equal(world->last.refusal.args[0].text, "1000");
}

static void a_late_change_does_not_ask_for_meetings(void **state)
{
    struct register_world *world = *state;

    begin_meeting(world);
    assert_int_equal(change_late(world, device_key(60), false), REFUSAL_NONE);
    assert_int_equal(world->last.count, 1);
    apply_change(world);
    assert_int_equal(world->state->server_key_count, 2);
}

static void a_held_register_goes_on_before_its_late_change(void **state)
{
    struct register_world *world = *state;
    const uint64_t next = world->state->next_seq;

    assert_int_equal(change_late(world, device_key(60), true), REFUSAL_NONE);
    assert_int_equal(world->last.count, 2);
    assert_int_equal(world->last.events[0].kind, REGISTER_RESTORED_KIND);
    assert_int_equal(world->last.events[0].body.restored.from, next);
    assert_int_equal(world->last.events[0].body.restored.lost_seq, next);
    assert_int_equal(world->last.events[1].kind,
                     REGISTER_SERVER_KEY_CHANGED_KIND);
    apply_change(world);
    assert_int_equal(world->state->next_seq, next + 2);
}

static void a_lost_key_is_one_event_meetings_or_not(void **state)
{
    struct register_world *world = *state;
    const struct key key = device_key(60);

    begin_meeting(world);
    assert_int_equal(lose(world, key, false), REFUSAL_NONE);
    assert_int_equal(world->last.count, 1);
    assert_int_equal(world->last.events[0].kind, REGISTER_SERVER_KEY_LOST_KIND);
    register_world_apply(world);
    assert_true(key_equal(&world->state->server, &key));
}

static void a_held_register_goes_on_before_its_lost_key(void **state)
{
    struct register_world *world = *state;

    assert_int_equal(lose(world, device_key(60), true), REFUSAL_NONE);
    assert_int_equal(world->last.count, 2);
    assert_int_equal(world->last.events[0].kind, REGISTER_RESTORED_KIND);
    assert_int_equal(world->last.events[1].kind, REGISTER_SERVER_KEY_LOST_KIND);
    register_world_apply(world);
    assert_int_equal(world->state->server_key_count, 2);
}

/* Old devices do not follow to the new key: members found their cell again. */
static void after_a_loss_a_pair_of_new_devices_is_vouched_for(void **state)
{
    struct register_world *world = *state;
    const struct key first = device_key(41);
    struct command command = { .op = OP_VOUCH_DEVICE };
    struct command link = invite("m1", 141);

    begin_meeting(world);
    end_meeting(world);
    assert_int_equal(lose(world, device_key(60), false), REFUSAL_NONE);
    register_world_apply(world);
    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 141, "m1", 41), REFUSAL_NONE);
    link = invite("m2", 142);
    assert_int_equal(register_world_do(world, administrator(), &link),
                     REFUSAL_NONE);
    assert_int_equal(register_world_enrol(world, 142, "m2", 42), REFUSAL_NONE);
    command.act.is_present = true;
    command.act.seen = world->state->next_seq - 1;
    command.body.vouch_device.holder = id_of("m2");
    command.body.vouch_device.device = device_key(42);
    command.body.vouch_device.how = VOUCH_SIGHT;
    assert_int_equal(register_world_do(world, holder("m1", 41), &command),
                     REFUSAL_NONE);
    assert_false(register_state_device(world->state, &first)->is_vouched);
    command.act.seen = world->state->next_seq - 1;
    command.body.vouch_device.holder = id_of("m1");
    command.body.vouch_device.device = first;
    assert_int_equal(register_world_do(world, holder("m2", 42), &command),
                     REFUSAL_NONE);
    assert_true(register_state_device(world->state, &first)->is_founding);
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_new_key_is_one_event),
        WITH_WORLD(a_key_does_not_change_while_a_meeting_goes_on),
        WITH_WORLD(a_key_that_somebody_has_or_had_is_refused),
        WITH_WORLD(there_is_an_end_of_new_keys),
        WITH_WORLD(a_late_change_does_not_ask_for_meetings),
        WITH_WORLD(a_held_register_goes_on_before_its_late_change),
        WITH_WORLD(a_lost_key_is_one_event_meetings_or_not),
        WITH_WORLD(a_held_register_goes_on_before_its_lost_key),
        WITH_WORLD(after_a_loss_a_pair_of_new_devices_is_vouched_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
