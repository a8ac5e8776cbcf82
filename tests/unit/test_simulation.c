/*
 * The real rooms and real clients over lines that break, on a machine that
 * dies: whatever happens on the way, in the end all hold the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/platform/log.h"
#include "tests/support/simulation.h"

#include <stdlib.h>

enum { SEEDS = 6, STEPS = 2500 };

static const struct simulation_faults nothing_wrong = { 0, 0, 0, 0, 0 };
static const struct simulation_faults bad_lines = { .cuts = 15 };
static const struct simulation_faults everything_wrong = { .cuts = 12,
                                                           .client_crashes = 2,
                                                           .server_crashes = 1,
                                                           .store_failures = 4,
                                                           .slow_commits = 5 };

/* Other seeds may be asked for: CHIBO_SEED=n plays one of them. */
static uint64_t seed_of(uint64_t i)
{
    const char *wish = getenv("CHIBO_SEED");

    return wish ? strtoull(wish, NULL, 10) : i + 1;
}

static uint64_t seed_count(void) { return getenv("CHIBO_SEED") ? 1 : SEEDS; }

static void play(uint64_t seed, const struct simulation_faults *faults)
{
    struct simulation *sim = simulation_new(seed);

    simulation_run(sim, STEPS, faults);
    assert_true(simulation_settle(sim));
    assert_string_equal(simulation_disagreement(sim), "");
    assert_int_equal(simulation_alarms(sim), 0);
    assert_true(simulation_event_count(sim) > 200);
    assert_true(simulation_commands_done(sim) > 200);
    simulation_free(sim);
}

static void over_good_lines_everyone_ends_with_the_same(void **state)
{
    (void)state;
    play(seed_of(0), &nothing_wrong);
}

static void over_lines_that_break_everyone_ends_with_the_same(void **state)
{
    uint64_t i;

    (void)state;
    for (i = 0; i < seed_count(); i++)
        play(seed_of(i), &bad_lines);
}

static void when_machines_die_too_everyone_ends_with_the_same(void **state)
{
    uint64_t i;

    (void)state;
    for (i = 0; i < seed_count(); i++)
        play(seed_of(i), &everything_wrong);
}

static void
a_guest_and_a_member_hold_the_same_head_but_not_the_same_texts(void **state)
{
    struct simulation *sim = simulation_new(seed_of(40));
    struct hash member, guest;

    (void)state;
    simulation_run(sim, STEPS, &bad_lines);
    assert_true(simulation_settle(sim));
    member = simulation_head_of(sim, "m5");
    guest = simulation_head_of(sim, "m10");
    assert_memory_equal(member.bytes, guest.bytes, sizeof member.bytes);
    assert_true(simulation_knows_chat(sim, "m5"));
    assert_false(simulation_knows_chat(sim, "m10"));
    simulation_free(sim);
}

static void
a_log_without_its_openings_verifies_and_a_changed_one_does_not(void **state)
{
    struct simulation *sim = simulation_new(seed_of(41));

    (void)state;
    simulation_run(sim, STEPS / 4, &nothing_wrong);
    assert_true(simulation_settle(sim));
    assert_true(simulation_log_verifies(sim, UINT64_MAX));
    assert_false(simulation_log_verifies(sim, 0));
    assert_false(simulation_log_verifies(sim, simulation_event_count(sim) / 2));
    assert_false(simulation_log_verifies(sim, simulation_event_count(sim) - 1));
    simulation_free(sim);
}

/* --- Does the simulation notice? ----------------------------------------- */

static void play_altered(const char *ev, const char *what, const char *with)
{
    struct simulation *sim = simulation_new(42);

    simulation_command(sim, "m1",
                       "{\"op\":\"start_vote\",\"motion\":\"Thông qua?\","
                       "\"matter\":\"resolution\"}");
    assert_true(simulation_settle(sim));
    simulation_alter(sim, ev, what, with);
    simulation_command(sim, "m4",
                       "{\"op\":\"vote\",\"vote\":\"v1\",\"choice\":\"yes\"}");
    simulation_command(sim, "m4", "{\"op\":\"raise_hand\"}");
    simulation_run(sim, STEPS, &nothing_wrong);
    assert_true(simulation_was_altered(sim));
    (void)simulation_settle(sim);
    assert_true(simulation_alarms(sim) > 0);
    assert_string_not_equal(simulation_disagreement(sim), "");
    simulation_free(sim);
}

static void
a_vote_that_is_turned_round_for_one_listener_is_noticed(void **state)
{
    (void)state;
    /* The signature stands, the choice does not. */
    play_altered("vote_cast", "\"choice\":\"yes\"", "\"choice\":\"no\" ");
}

static void
an_unsigned_event_that_is_changed_for_one_listener_is_noticed(void **state)
{
    (void)state;
    /* Nothing is signed here: the next act carries a head that differs. */
    play_altered("hand_raised", "\"member\":\"m4\"", "\"member\":\"m5\"");
}

static void events_told_before_they_are_stored_are_noticed(void **state)
{
    struct simulation *sim = simulation_new(43);

    (void)state;
    simulation_release_early(sim);
    simulation_run(sim, STEPS, &everything_wrong);
    (void)simulation_settle(sim);
    assert_string_not_equal(simulation_disagreement(sim), "");
    simulation_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_good_lines_everyone_ends_with_the_same),
        cmocka_unit_test(over_lines_that_break_everyone_ends_with_the_same),
        cmocka_unit_test(when_machines_die_too_everyone_ends_with_the_same),
        cmocka_unit_test(
            a_guest_and_a_member_hold_the_same_head_but_not_the_same_texts),
        cmocka_unit_test(
            a_log_without_its_openings_verifies_and_a_changed_one_does_not),
        cmocka_unit_test(
            a_vote_that_is_turned_round_for_one_listener_is_noticed),
        cmocka_unit_test(
            an_unsigned_event_that_is_changed_for_one_listener_is_noticed),
        cmocka_unit_test(events_told_before_they_are_stored_are_noticed),
    };

    /* Rooms that lose their store say so: here that is nothing to act on. */
    log_set_level(LOG_LEVEL_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
