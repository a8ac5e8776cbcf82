/* Links, and devices that are enrolled by them. */
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

enum { DAY_MS = 24 * 3600 * 1000 };

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
    assert_string_equal(register_world_argument(world, "max"), "10");
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

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_link_lives_seven_days_unless_told_otherwise),
        WITH_WORLD(a_link_serves_once_and_only_whom_it_names),
        WITH_WORLD(a_link_ends_at_its_time_to_the_millisecond),
        WITH_WORLD(a_withdrawn_link_serves_nobody),
        WITH_WORLD(a_token_is_never_used_for_two_links),
        WITH_WORLD(a_holder_has_ten_open_links_at_most),
        WITH_WORLD(a_key_that_is_known_or_unfit_is_not_enrolled),
        WITH_WORLD(an_eleventh_live_device_is_refused),
        WITH_WORLD(a_device_is_revoked_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
