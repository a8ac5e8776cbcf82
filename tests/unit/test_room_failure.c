#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/room_fixture.h"

#include <stdlib.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"
#define CHANGE_M3(unit)                                                        \
    "\"member\":\"m3\",\"unit\":\"" unit "\",\"group\":\"\","                  \
    "\"category\":\"official\",\"office\":\"none\","                           \
    "\"name\":\"Đảng viên Mẫu 03\""

static int set_up(void **state)
{
    *state = room_fixture_new(0);
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

/* The chair of a meeting that is open, alone in it. */
static struct fixture_peer *open_meeting(struct room_fixture *fixture)
{
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    uint64_t id = fixture_act(chair, "open_lobby", MEETING, "");

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    fixture_ask(chair, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    id = fixture_act(chair, "open_meeting", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    return chair;
}

static void nothing_is_told_of_a_meeting_before_it_is_on_disk(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    uint64_t begun = fixture_act(chair, "open_lobby", MEETING, "");
    uint64_t joined = fixture_ask(chair, "join", MEETING, "\"from\":0");
    uint64_t again;

    fixture_run(fixture);
    again = fixture_ask(chair, "meetings", FIXTURE_ORGANISATION, "");

    assert_string_equal(fixture_outcome(chair, begun), "");
    assert_string_equal(fixture_outcome(chair, joined), "");
    assert_int_equal(fixture_count(chair, "ev", NULL), 0);
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(
                json_object_get(fixture_answer(chair, again), "meetings"), 0),
            "phase")),
        "scheduled");

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, begun), "ok");
    assert_string_equal(fixture_outcome(chair, joined), "ok");
    assert_int_equal(fixture_count(chair, "ev", "genesis"), 1);
}

static void
a_meeting_whose_minute_taker_left_the_cell_is_refused_by_name(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    uint64_t id;

    fixture_administer(fixture, "change_member", CHANGE_M3("u3"));
    id = fixture_act(chair, "open_lobby", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "not_in_unit");

    fixture_administer(fixture, "change_member", CHANGE_M3("u2"));
    id = fixture_act(chair, "open_lobby", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
}

static void what_was_on_its_way_is_still_told_when_the_next_fails(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t first, second, third;

    first = fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_run(fixture);
    store_fake_set_full(fixture->store, true);
    second = fixture_ask(chair, "lower_hand", MEETING, "");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(chair, first), "");
    assert_string_equal(fixture_outcome(chair, second), "store_failed");

    store_fake_set_full(fixture->store, false);
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, first), "ok");
    assert_int_equal(fixture_count(chair, "ev", "hand_raised"), 1);
    assert_int_equal(fixture_count(chair, "note", "retry"), 1);

    fixture_ask(chair, "join", MEETING, "\"from\":0");
    third = fixture_ask(chair, "lower_hand", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, third), "ok");
}

static void what_failed_on_disk_is_refused_and_leaves_no_trace(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t id;

    store_fake_fail_next(fixture->store, RESULT_IO);
    id = fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "store_failed");
    assert_int_equal(fixture_count(chair, "ev", "hand_raised"), 0);
    assert_int_equal(fixture_count(chair, "note", "retry"), 1);
}

static void
a_register_that_cannot_be_read_again_is_still_looked_things_up_in(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member = fixture_member(fixture, "m4");
    uint64_t id;

    store_fake_set_full(fixture->store, true);
    id = fixture_ask(fixture->admin, "add_unit", FIXTURE_ORGANISATION,
                     "\"kind\":\"cell\",\"parent\":\"u1\",\"name\":\"Mới\"");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(fixture->admin, id), "store_failed");
    id = fixture_ask(member, "meetings", FIXTURE_ORGANISATION, "");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(member, id), "ok");
    id = fixture_ask(member, "join", MEETING, "\"from\":0");
    fixture_run(fixture);

    store_fake_set_full(fixture->store, false);
    fake_clock_advance(&fixture->clock, 6000);
    hub_tick(fixture->hub);
    fixture_settle(fixture);
    fixture_administer(fixture, "add_unit",
                       "\"kind\":\"cell\",\"parent\":\"u1\",\"name\":\"Mới\"");
}

static void a_register_that_is_damaged_on_disk_keeps_what_was_told(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member = fixture_member(fixture, "m4");
    struct store_listener listener = hub_store_listener(fixture->hub);
    const struct identifier organisation = { FIXTURE_ORGANISATION };
    struct store_log *log = calloc(1, sizeof *log);
    uint64_t id;

    assert_non_null(log);
    log->exists = true;
    log->event_count = 1;
    log->events = calloc(1, sizeof log->events[0]);
    assert_non_null(log->events);
    log->events[0].bytes = (uint8_t *)strdup("{}");
    log->events[0].size = 2;
    listener.on_loaded(listener.user, &organisation, RESULT_OK, log);
    id = fixture_ask(member, "meetings", FIXTURE_ORGANISATION, "");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(member, id), "ok");
    assert_false(hub_is_ready(fixture->hub));

    fake_clock_advance(&fixture->clock, 6000);
    hub_tick(fixture->hub);
    fixture_settle(fixture);
    assert_true(hub_is_ready(fixture->hub));
}

static void the_register_learns_of_a_beginning_it_could_not_take(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    uint64_t id = fixture_act(chair, "open_lobby", MEETING, "");

    fixture_run(fixture);
    store_fake_commit_all(fixture->store);
    store_fake_set_full(fixture->store, true);
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    store_fake_set_full(fixture->store, false);
    fake_clock_advance(&fixture->clock, 6000);
    hub_tick(fixture->hub);
    fixture_settle(fixture);

    id = fixture_ask(chair, "meetings", FIXTURE_ORGANISATION, "");
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(
                json_object_get(fixture_answer(chair, id), "meetings"), 0),
            "phase")),
        "begun");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_told_of_a_meeting_before_it_is_on_disk),
        TEST(a_meeting_whose_minute_taker_left_the_cell_is_refused_by_name),
        TEST(what_was_on_its_way_is_still_told_when_the_next_fails),
        TEST(what_failed_on_disk_is_refused_and_leaves_no_trace),
        TEST(a_register_that_cannot_be_read_again_is_still_looked_things_up_in),
        TEST(a_register_that_is_damaged_on_disk_keeps_what_was_told),
        TEST(the_register_learns_of_a_beginning_it_could_not_take),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
