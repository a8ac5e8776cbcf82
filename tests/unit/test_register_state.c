#include "protocol/meeting/register_state.h"

#include "tests/support/register_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

/* The state after all events of the world but the last `fewer`. */
static struct register_state *replay(const struct register_world *world,
                                     size_t fewer)
{
    struct register_state *again = NULL;

    assert_int_equal(register_state_new(&again), RESULT_OK);
    for (size_t i = 0; i + fewer < world->event_count; i++)
        assert_int_equal(register_state_apply(again, &world->events[i]),
                         RESULT_OK);
    return again;
}

static void a_replay_gives_the_same_state(void **state)
{
    const struct register_world *world = *state;
    struct register_state *again = replay(world, 0);

    assert_true(register_states_equal(world->state, again));
    again = register_state_free(again);
    again = replay(world, 1);
    assert_false(register_states_equal(world->state, again));
    register_state_free(again);
}

static void an_empty_state_knows_nobody_and_can_be_freed(void **state)
{
    struct register_state *empty = NULL;
    const struct identifier id = id_of("m1");
    const struct hash token = { { 0 } };
    const struct key key = { { 0 } };

    (void)state;
    assert_int_equal(register_state_new(&empty), RESULT_OK);
    assert_null(register_state_member(empty, &id));
    assert_null(register_state_unit(empty, &id));
    assert_null(register_state_site(empty, &id));
    assert_null(register_state_meeting(empty, &id));
    assert_null(register_state_invitation(empty, &id));
    assert_null(register_state_invitation_by_token(empty, &token));
    assert_null(register_state_device(empty, &key));
    assert_false(register_state_is_within(empty, &id, &id));
    assert_null(register_state_free(empty));
    assert_null(register_state_free(NULL));
}

static void a_log_begins_with_its_genesis_and_has_no_gaps(void **state)
{
    const struct register_world *world = *state;
    struct register_state *empty = NULL;
    struct register_event event = world->events[1];

    assert_int_equal(register_state_new(&empty), RESULT_OK);
    event.seq = 0;
    assert_int_equal(register_state_apply(empty, &event), RESULT_CORRUPT);
    assert_int_equal(register_state_apply(empty, &world->events[0]), RESULT_OK);
    event = world->events[0];
    event.seq = 1;
    assert_int_equal(register_state_apply(empty, &event), RESULT_CORRUPT);
    assert_int_equal(register_state_apply(empty, &world->events[2]),
                     RESULT_CORRUPT);
    event = world->events[1];
    event.at_ms--;
    assert_int_equal(register_state_apply(empty, &event), RESULT_CORRUPT);
    register_state_free(empty);
}

static void an_event_of_an_unknown_kind_only_counts(void **state)
{
    struct register_world *world = *state;
    const struct register_event event = { .seq = world->state->next_seq,
                                          .at_ms = world->now_ms + 5 };

    assert_int_equal(register_state_apply(world->state, &event), RESULT_OK);
    assert_int_equal(world->state->next_seq, event.seq + 1);
    assert_int_equal(world->state->at_ms, world->now_ms + 5);
}

static void what_contradicts_the_log_is_corrupt(void **state)
{
    struct register_world *world = *state;
    const struct key new_key = device_key(40);
    struct register_event events[] = {
        { .kind = REGISTER_UNIT_ADDED_KIND,
          .body.unit_added = { .unit = id_of("u2"), .kind = UNIT_CELL } },
        { .kind = REGISTER_UNIT_ADDED_KIND,
          .body.unit_added = { .unit = id_of("dbmau"), .kind = UNIT_CELL } },
        { .kind = REGISTER_UNIT_ADDED_KIND,
          .body.unit_added = { .unit = id_of("u9"),
                               .kind = UNIT_CELL,
                               .parent = id_of("u2") } },
        { .kind = REGISTER_UNIT_RENAMED_KIND,
          .body.unit_renamed = { .unit = id_of("u9") } },
        { .kind = REGISTER_MEMBER_ADDED_KIND,
          .body.member_added = { .member = id_of("m1"), .unit = id_of("u2") } },
        { .kind = REGISTER_MEMBER_ADDED_KIND,
          .body.member_added = { .member = id_of("s1"), .unit = id_of("u2") } },
        { .kind = REGISTER_MEMBER_ADDED_KIND,
          .body.member_added = { .member = id_of("m8"), .unit = id_of("u1") } },
        { .kind = REGISTER_MEMBER_ADDED_KIND,
          .body.member_added = { .member = id_of("m8"),
                                 .unit = id_of("u3"),
                                 .group = id_of("u4") } },
        { .kind = REGISTER_MEMBER_CHANGED_KIND,
          .body.member_changed = { .member = id_of("m9"),
                                   .unit = id_of("u2") } },
        { .kind = REGISTER_MEMBER_REMOVED_KIND,
          .body.member_removed = { .member = id_of("m9") } },
        { .kind = REGISTER_SITE_ADDED_KIND,
          .body.site_added = { .site = id_of("m1"),
                               .unit = id_of("u2"),
                               .keeper = id_of("m1") } },
        { .kind = REGISTER_SITE_CHANGED_KIND,
          .body.site_changed = { .site = id_of("s1"),
                                 .unit = id_of("u2"),
                                 .keeper = id_of("m9") } },
        { .kind = REGISTER_INVITATION_MADE_KIND,
          .body.invitation_made = { .invitation = id_of("i1"),
                                    .holder = id_of("m1") } },
        { .kind = REGISTER_INVITATION_MADE_KIND,
          .body.invitation_made = { .invitation = id_of("i9"),
                                    .holder = id_of("m9") } },
        { .kind = REGISTER_INVITATION_MADE_KIND,
          .body.invitation_made = { .invitation = id_of("i9"),
                                    .holder = id_of("m1"),
                                    .token = { { 101 } } } },
        { .kind = REGISTER_INVITATION_WITHDRAWN_KIND,
          .body.invitation_withdrawn = { .invitation = id_of("i1") } },
        { .kind = REGISTER_DEVICE_ENROLLED_KIND,
          .body.device_enrolled = { .holder = id_of("m1"),
                                    .device = new_key,
                                    .invitation = id_of("i1") } },
        { .kind = REGISTER_DEVICE_REVOKED_KIND,
          .body.device_revoked = { .holder = id_of("m1"), .device = new_key } },
        { .kind = REGISTER_DEVICE_REVOKED_KIND,
          .body.device_revoked = { .holder = id_of("m2"),
                                   .device = device_key(1) } },
        { .kind = REGISTER_MEETING_SCHEDULED_KIND,
          .body.meeting_scheduled = { .meeting = id_of("dbmau.1"),
                                      .unit = id_of("u2"),
                                      .chair = id_of("m9"),
                                      .minute_taker = id_of("m2") } },
        { .kind = REGISTER_MEETING_CHANGED_KIND,
          .body.meeting_changed = { .meeting = id_of("dbmau.1"),
                                    .unit = id_of("u2"),
                                    .chair = id_of("m1"),
                                    .minute_taker = id_of("m2") } },
        { .kind = REGISTER_MEETING_CANCELLED_KIND,
          .body.meeting_cancelled = { .meeting = id_of("dbmau.1") } },
        { .kind = REGISTER_MEETING_BEGAN_KIND,
          .body.meeting_began = { .meeting = id_of("dbmau.1") } },
        { .kind = REGISTER_MEETING_ENDED_KIND,
          .body.meeting_ended = { .meeting = id_of("dbmau.1") } },
    };

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct register_state *again = replay(world, 0);

        events[i].seq = again->next_seq;
        events[i].at_ms = again->at_ms;
        if (register_state_apply(again, &events[i]) != RESULT_CORRUPT)
            fail_msg("event %zu was taken", i);
        register_state_free(again);
    }
}

static void a_unit_lies_within_all_above_it_and_in_nothing_else(void **state)
{
    static const struct {
        const char *unit, *ancestor;
        bool is_within;
    } rows[] = {
        { "u4", "u4", true },     { "u4", "u2", true },
        { "u4", "u1", true },     { "u4", "dbmau", true },
        { "u4", "u3", false },    { "u2", "u4", false },
        { "u1", "dbmau", true },  { "dbmau", "dbmau", true },
        { "dbmau", "u1", false }, { "u9", "dbmau", false },
        { "u9", "u9", false },
    };
    const struct register_world *world = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct identifier unit = id_of(rows[i].unit);
        const struct identifier ancestor = id_of(rows[i].ancestor);

        assert_int_equal(
            register_state_is_within(world->state, &unit, &ancestor),
            rows[i].is_within);
    }
}

static void openings_go_to_their_audience_only(void **state)
{
    /* For unit u2; audiences all, members, presiding. */
    static const struct {
        const char *holder;
        bool all, members, presiding;
    } rows[] = {
        { "m1", true, true, true },  { "m2", true, true, true },
        { "m3", true, true, false }, { "m5", true, false, false },
        { "m6", true, true, false }, { "m7", true, false, false },
        { "s1", true, true, false }, { "m9", false, false, false },
        { "", false, false, false },
    };
    const struct register_world *world = *state;
    const struct identifier unit = id_of("u2");
    const struct identifier group = id_of("u4");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct identifier id = id_of(rows[i].holder);

        assert_int_equal(
            register_state_may_open(world->state, &id, &unit, AUDIENCE_ALL),
            rows[i].all);
        assert_int_equal(register_state_may_open(world->state, &id, &group,
                                                 AUDIENCE_MEMBERS),
                         rows[i].members);
        assert_int_equal(register_state_may_open(world->state, &id, &unit,
                                                 AUDIENCE_PRESIDING),
                         rows[i].presiding);
        assert_false(
            register_state_may_open(world->state, &id, &unit, AUDIENCE_NONE));
    }
}

static void a_removed_member_is_given_no_opening(void **state)
{
    struct register_world *world = *state;
    struct command removal = { .op = OP_REMOVE_MEMBER };
    const struct identifier unit = id_of("u2");
    const struct identifier m2 = id_of("m2");

    removal.body.remove_member.member = m2;
    assert_int_equal(register_world_do(world, administrator(), &removal),
                     REFUSAL_NONE);
    assert_false(
        register_state_may_open(world->state, &m2, &unit, AUDIENCE_ALL));
}

/* --- The server's own keys ----------------------------------------------- */

static struct register_event key_changed(const struct register_world *world,
                                         unsigned next)
{
    const struct register_event event = {
        .seq = world->state->next_seq,
        .at_ms = world->now_ms,
        .kind = REGISTER_SERVER_KEY_CHANGED_KIND,
        .body.server_key_changed = { .server = device_key(next),
                                     .signer = world->state->server,
                                     .seen = world->state->next_seq - 1,
                                     .head = { { (uint8_t)next } },
                                     .sig = { { (uint8_t)next } } },
    };

    return event;
}

static struct register_event key_lost(const struct register_world *world,
                                      unsigned next)
{
    const struct register_event event = {
        .seq = world->state->next_seq,
        .at_ms = world->now_ms,
        .kind = REGISTER_SERVER_KEY_LOST_KIND,
        .body.server_key_lost = { .server = device_key(next) },
    };

    return event;
}

static void must_apply(struct register_world *world,
                       struct register_event event)
{
    assert_int_equal(register_state_apply(world->state, &event), RESULT_OK);
}

static void the_server_had_each_key_in_its_time(void **state)
{
    struct register_world *world = *state;
    const struct key first = world->state->server;
    const struct key second = device_key(60);
    const struct key third = device_key(61);
    const uint64_t seq = world->state->next_seq;

    must_apply(world, key_changed(world, 60));
    must_apply(world, key_lost(world, 61));
    assert_true(key_equal(&world->state->server, &third));
    assert_true(
        key_equal(&register_state_server_at(world->state, 0)->key, &first));
    assert_true(key_equal(&register_state_server_at(world->state, seq - 1)->key,
                          &first));
    assert_true(
        key_equal(&register_state_server_at(world->state, seq)->key, &second));
    assert_true(key_equal(&register_state_server_at(world->state, seq + 1)->key,
                          &third));
    assert_int_equal(register_state_server_key(world->state, &second)->since,
                     seq);
    assert_true(register_state_server_key(world->state, &second)->is_proven);
    assert_false(register_state_server_key(world->state, &third)->is_proven);
    assert_null(
        register_state_server_key(world->state, &world->state->devices[0].key));
}

static void the_succession_begins_at_the_founding_or_at_a_loss(void **state)
{
    struct register_world *world = *state;
    const struct key first = world->state->server;
    const struct key keys[] = { device_key(60), device_key(61), device_key(62),
                                device_key(63) };
    struct succession succession;

    register_state_succession(world->state, &succession);
    assert_int_equal(succession.count, 0);
    must_apply(world, key_changed(world, 60));
    must_apply(world, key_changed(world, 61));
    register_state_succession(world->state, &succession);
    assert_int_equal(succession.count, 2);
    assert_true(key_equal(&succession.steps[0].from, &first));
    assert_true(key_equal(&succession.steps[0].to, &keys[0]));
    assert_int_equal(succession.steps[0].seen, world->state->next_seq - 3);
    assert_int_equal(succession.steps[0].head.bytes[0], 60);
    assert_int_equal(succession.steps[0].sig.bytes[0], 60);
    assert_true(key_equal(&succession.steps[1].from, &keys[0]));
    assert_true(key_equal(&succession.steps[1].to, &keys[1]));
    must_apply(world, key_lost(world, 62));
    register_state_succession(world->state, &succession);
    assert_int_equal(succession.count, 0);
    must_apply(world, key_changed(world, 63));
    register_state_succession(world->state, &succession);
    assert_int_equal(succession.count, 1);
    assert_true(key_equal(&succession.steps[0].from, &keys[2]));
    assert_true(key_equal(&succession.steps[0].to, &keys[3]));
}

static void a_long_succession_keeps_its_newest_steps(void **state)
{
    struct register_world *world = *state;
    const struct key newest = device_key(99 + LIMIT_SUCCESSION_STEPS + 1);
    const struct key oldest = device_key(100);
    struct succession succession;

    for (unsigned i = 0; i <= LIMIT_SUCCESSION_STEPS; i++)
        must_apply(world, key_changed(world, 100 + i));
    register_state_succession(world->state, &succession);
    assert_int_equal(succession.count, LIMIT_SUCCESSION_STEPS);
    assert_true(key_equal(&succession.steps[0].from, &oldest));
    assert_true(key_equal(&succession.steps[succession.count - 1].to, &newest));
}

static void a_change_of_key_that_contradicts_the_log_is_corrupt(void **state)
{
    struct register_world *world = *state;
    const struct key first = world->state->server;
    struct register_event event;

    must_apply(world, key_changed(world, 60));
    event = key_changed(world, 61);
    event.body.server_key_changed.signer = first; /* the key before the last */
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_changed(world, 61);
    event.body.server_key_changed.seen = event.seq;
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_changed(world, 61);
    event.body.server_key_changed.server = first; /* it had this one before */
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_changed(world, 60);
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_changed(world, 1); /* a member's device */
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_lost(world, 61);
    event.body.server_key_lost.server = first;
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event = key_lost(world, 1);
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    assert_int_equal(world->state->server_key_count, 2);
    must_apply(world, key_changed(world, 61));
}

static void a_key_that_the_server_had_is_no_device(void **state)
{
    struct register_world *world = *state;
    const struct key first = world->state->server;
    struct command command = invite("m3", 33);
    struct register_event event = { .kind = REGISTER_DEVICE_ENROLLED_KIND };

    must_apply(world, key_changed(world, 60));
    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    event.seq = world->state->next_seq;
    event.at_ms = world->now_ms;
    event.body.device_enrolled.holder = id_of("m3");
    event.body.device_enrolled.device = first;
    event.body.device_enrolled.invitation = world->last.made;
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event.body.device_enrolled.device = device_key(60);
    assert_int_equal(register_state_apply(world->state, &event),
                     RESULT_CORRUPT);
    event.body.device_enrolled.device = device_key(61);
    assert_int_equal(register_state_apply(world->state, &event), RESULT_OK);
}

static const struct register_unit *unit_of(const struct register_world *world,
                                           const char *id)
{
    const struct identifier unit = id_of(id);

    return register_state_unit(world->state, &unit);
}

static void a_new_key_leaves_links_and_cells_as_they_are(void **state)
{
    struct register_world *world = *state;
    struct command command = invite("m3", 33);
    const struct hash token = { { 33 } };

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    world->state->units[1].has_met = true;
    must_apply(world, key_changed(world, 60));
    assert_false(
        register_state_invitation_by_token(world->state, &token)->is_over);
    assert_true(unit_of(world, "u2")->has_met);
}

static void a_lost_key_ends_the_links_and_founds_cells_anew(void **state)
{
    struct register_world *world = *state;
    struct command command = invite("m3", 33);
    const struct hash token = { { 33 } };
    const struct key a = device_key(1);
    const struct key b = device_key(2);
    const struct register_device *first, *second;

    assert_int_equal(register_world_do(world, administrator(), &command),
                     REFUSAL_NONE);
    world->state->units[1].has_met = true;
    first = register_state_device(world->state, &a);
    second = register_state_device(world->state, &b);
    assert_false(register_state_is_founding(world->state, first, second));
    must_apply(world, key_lost(world, 60));
    assert_true(
        register_state_invitation_by_token(world->state, &token)->is_over);
    assert_false(unit_of(world, "u2")->has_met);
    assert_true(register_state_is_founding(world->state, first, second));
    assert_false(first->is_revoked);
}

#define WITH_WORLD(test)                                                       \
    cmocka_unit_test_setup_teardown(test, register_world_set_up,               \
                                    register_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_replay_gives_the_same_state),
        cmocka_unit_test(an_empty_state_knows_nobody_and_can_be_freed),
        WITH_WORLD(a_log_begins_with_its_genesis_and_has_no_gaps),
        WITH_WORLD(an_event_of_an_unknown_kind_only_counts),
        WITH_WORLD(what_contradicts_the_log_is_corrupt),
        WITH_WORLD(a_unit_lies_within_all_above_it_and_in_nothing_else),
        WITH_WORLD(openings_go_to_their_audience_only),
        WITH_WORLD(a_removed_member_is_given_no_opening),
        WITH_WORLD(the_server_had_each_key_in_its_time),
        WITH_WORLD(the_succession_begins_at_the_founding_or_at_a_loss),
        WITH_WORLD(a_long_succession_keeps_its_newest_steps),
        WITH_WORLD(a_change_of_key_that_contradicts_the_log_is_corrupt),
        WITH_WORLD(a_key_that_the_server_had_is_no_device),
        WITH_WORLD(a_new_key_leaves_links_and_cells_as_they_are),
        WITH_WORLD(a_lost_key_ends_the_links_and_founds_cells_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
