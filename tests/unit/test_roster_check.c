/*
 * A meeting's people and devices against the register, at the places that the
 * meeting names. What each difference is called: test_snapshot_check.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/roster_check.h"
#include "tests/support/register_author.h"

#include <stdlib.h>
#include <string.h>

enum { PLENTY = 1 << 20 };

struct world {
    struct log_author meeting, registry;
    struct log_follower *meeting_log, *register_log;
    struct roster_check *check;
    struct roster_report report;
};

static struct log_follower *follow(const struct log_author *author,
                                   size_t keep_max)
{
    const struct log_follower_config config = {
        .scope = author->scope,
        .organisation = { AUTHOR_ORGANISATION },
        .me = { "m4" },
        .keep_max = keep_max,
    };
    struct log_follower *follower = NULL;

    assert_int_equal(log_follower_new(&follower, &config), RESULT_OK);
    return follower;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    register_author_init(&world->registry);
    register_author_call_meeting(&world->registry);
    log_author_init(&world->meeting);
    register_author_point(&world->registry, &world->meeting);
    world->meeting_log = follow(&world->meeting, PLENTY);
    world->register_log = follow(&world->registry, PLENTY);
    assert_int_equal(roster_check_new(&world->check), RESULT_OK);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    roster_check_free(world->check);
    log_follower_free(world->meeting_log);
    log_follower_free(world->register_log);
    log_author_release(&world->meeting);
    log_author_release(&world->registry);
    free(world);
    return 0;
}

static void take(struct log_follower *follower, const struct log_author *author)
{
    size_t seq;

    for (seq = log_follower_next(follower); seq < author->count; seq++) {
        const char *text = author->events[seq];
        struct taken_event event;
        json_t *object = NULL;

        assert_int_equal(message_parse(text, strlen(text), &object), RESULT_OK);
        assert_int_equal(
            log_follower_take(follower, text, strlen(text), object, &event),
            INTAKE_TAKEN);
        taken_event_release(&event);
        json_decref(object);
    }
}

/* Both logs as far as they are, and what the check says then. */
static enum roster_verdict run(struct world *world)
{
    take(world->meeting_log, &world->meeting);
    take(world->register_log, &world->registry);
    assert_int_equal(roster_check_run(world->check, world->meeting_log,
                                      world->register_log, &world->report),
                     RESULT_OK);
    return world->report.verdict;
}

static void a_meeting_of_this_register_agrees(void **state)
{
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    assert_int_equal(run(world), ROSTER_AGREES);
    (void)register_author_add_unit(&world->registry, "u3");
    (void)log_author_hand(&world->meeting, "m1");
    assert_int_equal(run(world), ROSTER_AGREES);
}

static void nothing_is_said_before_the_register_is_there(void **state)
{
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    take(world->meeting_log, &world->meeting);
    assert_int_equal(roster_check_run(world->check, world->meeting_log, NULL,
                                      &world->report),
                     RESULT_OK);
    assert_int_equal(world->report.verdict, ROSTER_WAITS);
    assert_int_equal(world->report.register_seq, REGISTER_CALLED - 1);
    assert_int_equal(run(world), ROSTER_AGREES);
}

static void a_place_behind_the_registers_end_is_waited_for(void **state)
{
    struct world *world = *state;

    (void)register_author_enrol(&world->registry, "m4", "m4 two");
    register_author_point(&world->registry, &world->meeting);
    world->registry.count -= 2;
    log_author_open_meeting(&world->meeting);
    assert_int_equal(run(world), ROSTER_WAITS);
    assert_int_equal(world->report.seq, 0);
    assert_int_equal(world->report.register_seq, REGISTER_CALLED + 1);
    world->registry.count += 2;
    /* The second device is in the register, and not in the meeting. */
    assert_int_equal(run(world), ROSTER_DIFFERS);
    assert_int_equal(world->report.difference.fault, SNAPSHOT_DEVICE_MISSING);
}

static void a_register_with_another_head_differs(void **state)
{
    struct world *world = *state;

    world->meeting.register_head.bytes[5] ^= 1;
    log_author_open_meeting(&world->meeting);
    assert_int_equal(run(world), ROSTER_DIFFERS);
    assert_int_equal(world->report.difference.fault, SNAPSHOT_HEAD);
}

static void a_change_is_held_against_the_register_then(void **state)
{
    static const char *const both[] = { "m4", "m4 two", NULL };
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    (void)register_author_enrol(&world->registry, "m4", "m4 two");
    register_author_point(&world->registry, &world->meeting);
    (void)log_author_roster(&world->meeting, both);
    /* What came later does not matter to it. */
    (void)register_author_revoke(&world->registry, "m4", "m4 two");
    assert_int_equal(run(world), ROSTER_AGREES);
    register_author_point(&world->registry, &world->meeting);
    (void)log_author_roster(&world->meeting, both);
    assert_int_equal(run(world), ROSTER_DIFFERS);
    assert_int_equal(world->report.seq, AUTHOR_OPENED + 1);
    assert_int_equal(world->report.difference.fault, SNAPSHOT_DEVICE_EXTRA);
}

static void a_device_slipped_into_a_meeting_differs(void **state)
{
    static const char *const both[] = { "m4", "a stranger", NULL };
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    (void)log_author_roster(&world->meeting, both);
    assert_int_equal(run(world), ROSTER_DIFFERS);
    assert_int_equal(world->report.difference.fault, SNAPSHOT_DEVICE_EXTRA);
}

static void after_going_back_all_is_checked_anew(void **state)
{
    static const char *const one[] = { "m4", NULL };
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    (void)log_author_roster(&world->meeting, one);
    assert_int_equal(run(world), ROSTER_AGREES);
    assert_int_equal(log_follower_rewind(world->register_log, 3), RESULT_OK);
    roster_check_reset(world->check);
    assert_int_equal(roster_check_run(world->check, world->meeting_log,
                                      world->register_log, &world->report),
                     RESULT_OK);
    assert_int_equal(world->report.verdict, ROSTER_WAITS);
    assert_int_equal(run(world), ROSTER_AGREES);
}

static void a_meeting_that_began_as_the_register_says_agrees(void **state)
{
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    (void)register_author_began(&world->registry, &world->meeting.heads[0]);
    assert_int_equal(run(world), ROSTER_AGREES);
    (void)register_author_ended(&world->registry, AUTHOR_OPENED - 1,
                                &world->meeting.heads[AUTHOR_OPENED - 1]);
    assert_int_equal(run(world), ROSTER_AGREES);
}

static void a_meeting_that_began_otherwise_is_another(void **state)
{
    const struct hash other = { { 4 } };
    struct world *world = *state;

    (void)register_author_began(&world->registry, &other);
    assert_int_equal(run(world), ROSTER_AGREES);
    log_author_open_meeting(&world->meeting);
    assert_int_equal(run(world), ROSTER_FORKED);
    assert_int_equal(world->report.seq, 0);
    assert_true(hash_equal(&world->report.head, &other));
}

static void a_meeting_that_ended_otherwise_is_another(void **state)
{
    const struct hash other = { { 4 } };
    struct world *world = *state;

    log_author_open_meeting(&world->meeting);
    (void)register_author_began(&world->registry, &world->meeting.heads[0]);
    (void)register_author_ended(&world->registry, AUTHOR_OPENED, &other);
    /* Its end has not come here yet. */
    assert_int_equal(run(world), ROSTER_AGREES);
    (void)log_author_hand(&world->meeting, "m1");
    assert_int_equal(run(world), ROSTER_FORKED);
    assert_int_equal(world->report.seq, AUTHOR_OPENED);
}

static void without_the_bytes_nothing_is_known(void **state)
{
    struct world *world = *state;

    log_follower_free(world->register_log);
    world->register_log = follow(&world->registry, 0);
    log_author_open_meeting(&world->meeting);
    assert_int_equal(run(world), ROSTER_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_meeting_of_this_register_agrees),
        TEST(nothing_is_said_before_the_register_is_there),
        TEST(a_place_behind_the_registers_end_is_waited_for),
        TEST(a_register_with_another_head_differs),
        TEST(a_change_is_held_against_the_register_then),
        TEST(a_device_slipped_into_a_meeting_differs),
        TEST(after_going_back_all_is_checked_anew),
        TEST(a_meeting_that_began_as_the_register_says_agrees),
        TEST(a_meeting_that_began_otherwise_is_another),
        TEST(a_meeting_that_ended_otherwise_is_another),
        TEST(without_the_bytes_nothing_is_known),
#undef TEST
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
