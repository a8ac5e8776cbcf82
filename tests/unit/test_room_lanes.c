/* The further connections of a session on a bad line: what goes over which, and
 * how a hostile client fares with them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/room/room_types.h"
#include "tests/support/room_hall.h"

#include <stdio.h>

/* --- lanes -----------------------------------------------------------------
 */

static void messages_take_turns_among_the_lanes(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":2");
    struct fixture_peer *first = hall_attach(hall, token);
    struct fixture_peer *second = hall_attach(hall, token);
    uint32_t i;

    assert_true(first->has_bad_line && second->has_bad_line);
    for (i = 0; i < 6; i++) {
        hall_say(hall->chair, i);
        hall_pass(hall, 20);
    }
    assert_int_equal(hall->member->binary_count, 2);
    assert_int_equal(first->binary_count, 2);
    assert_int_equal(second->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 3 }, 1);
    assert_tight(first, hall->chair, (uint32_t[]){ 4 }, 1);
    assert_tight(second, hall->chair, (uint32_t[]){ 5 }, 1);
}

static void a_lane_that_stands_still_keeps_its_turn(void **state)
{
    struct hall *hall = *state;
    const char *token =
        hall_get_line(hall->member, "\"lanes\":1,\"copies\":[1]");
    struct fixture_peer *lane = hall_attach(hall, token);

    lane->is_blocked = true;
    hall_say(hall->chair, 0);
    hall_pass(hall, 20);
    hall_say(hall->chair, 1);
    hall_pass(hall, 19);
    hall_say(hall->chair, 2);
    /* What the lane holds up came with the next one. */
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    assert_int_equal(lane->binary_count, 0);
    assert_int_equal(lane->close_code, 0);
}

static void
a_lane_that_takes_nothing_is_closed_and_the_session_stays(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":1");
    struct fixture_peer *lane = hall_attach(hall, token);
    uint32_t i;

    lane->is_blocked = true;
    for (i = 0; i < 160; i++) {
        hall_say(hall->chair, i);
        hall_pass(hall, 20);
        hub_tick(hall->fixture->hub);
    }
    assert_int_equal(lane->close_code, CLOSE_TOO_SLOW);
    assert_int_equal(hall->member->close_code, 0);
    i = (uint32_t)hall->member->binary_count;
    hall_say(hall->chair, 1000);
    hall_say(hall->chair, 1001);
    assert_int_equal(hall->member->binary_count, i + 2);
    /* Its place is free for another. */
    (void)hall_attach(hall, token);
}

static void a_lane_is_never_too_late_to_log_in(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        hall_attach(hall, hall_get_line(hall->member, "\"lanes\":1"));

    hall_pass(hall, LIMIT_LOGIN_MS + 1000);
    hub_tick(hall->fixture->hub);
    assert_int_equal(lane->close_code, 0);
}

static void lanes_end_with_their_session(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":3");
    struct fixture_peer *lanes[] = { hall_attach(hall, token),
                                     hall_attach(hall, token),
                                     hall_attach(hall, token) };
    char kept[65];
    size_t i;

    (void)snprintf(kept, sizeof kept, "%s", token);
    fixture_disconnect(hall->member);
    for (i = 0; i < 3; i++)
        assert_int_equal(lanes[i]->close_code, CLOSE_POLICY);
    fixture_settle(hall->fixture);
    /* What comes over one of them after that is nobody's. */
    hall_say_tight(lanes[0], hall->chair, (uint32_t[]){ 1 }, 1);
    assert_int_equal(hall->taker->binary_count, 0);
    assert_not_attached(hall_try_attach(hall, kept));
}

static void lanes_make_no_events_and_are_no_presence(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":2");
    const size_t events = fixture_count(hall->chair, "ev", NULL);
    struct fixture_peer *lane = hall_attach(hall, token);

    (void)hall_attach(hall, token);
    fixture_disconnect(lane);
    fixture_settle(hall->fixture);
    assert_int_equal(fixture_count(hall->chair, "ev", NULL), events);
    assert_int_equal(hall->member->close_code, 0);
}

static void the_server_going_down_says_nothing_on_lanes(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        hall_attach(hall, hall_get_line(hall->member, "\"lanes\":1"));

    hub_say_goodbye(hall->fixture->hub);
    assert_int_equal(fixture_count(hall->member, "note", "going_down"), 1);
    assert_int_equal(fixture_count(lane, "note", NULL), 0);
    assert_true(lane->close_code != 0);
}

static void fewer_lanes_are_closed_from_the_newest_on(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":2");
    struct fixture_peer *first = hall_attach(hall, token);
    struct fixture_peer *second = hall_attach(hall, token);
    struct hub_figures figures;

    (void)hall_get_line(hall->member, "\"lanes\":1");
    assert_int_equal(first->close_code, 0);
    assert_int_equal(second->close_code, CLOSE_POLICY);
    hub_read_figures(hall->fixture->hub, &figures);
    assert_int_equal(figures.lanes, 1);
    assert_int_equal(figures.lines[LINE_OTHER], 1);
    assert_int_equal(figures.lines[LINE_COPIES], 0);
}

/* --- a hostile client -------------------------------------------------------
 */

static void no_more_lanes_attach_than_were_asked_for(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":1");

    (void)hall_attach(hall, token);
    assert_not_attached(hall_try_attach(hall, token));
    assert_not_attached(hall_try_attach(hall, token));
}

static void a_token_that_is_not_one_attaches_nothing(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":5");
    char wrong[65];

    (void)snprintf(wrong, sizeof wrong, "%s", token);
    wrong[63] = wrong[63] == '0' ? '1' : '0';
    assert_not_attached(hall_try_attach(hall, wrong));
    (void)snprintf(wrong, sizeof wrong, "%s", token);
    wrong[0] = wrong[0] == '0' ? '1' : '0';
    assert_not_attached(hall_try_attach(hall, wrong));
    assert_not_attached(hall_try_attach(hall, "00"));
    assert_not_attached(hall_try_attach(hall, ""));
    (void)hall_attach(hall, token);
}

/* The fixture's hub takes twelve sessions. */
static void lanes_leave_a_quarter_of_the_places_to_others(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":5");
    struct fixture_peer *others[4];
    size_t i;

    for (i = 0; i < 4; i++)
        others[i] = fixture_connect(hall->fixture, false);
    assert_int_equal(hall->fixture->hub->session_count, 9);
    assert_not_attached(hall_try_attach(hall, token));
    fixture_disconnect(others[0]);
    (void)hall_attach(hall, token);
}

static void each_session_has_its_own_token(void **state)
{
    struct hall *hall = *state;
    const char *one = hall_get_line(hall->member, "\"lanes\":1");
    const char *again = hall_get_line(hall->member, "\"lanes\":2");
    const char *other = hall_get_line(hall->taker, "\"lanes\":1");
    struct fixture_peer *lane;

    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    /* The taker's lane carries the taker's sound, and nobody else's. */
    lane = hall_attach(hall, other);
    hall_say_tight(lane, hall->member, (uint32_t[]){ 1 }, 1);
    assert_int_equal(lane->close_code, CLOSE_POLICY);
    assert_int_equal(hall->taker->close_code, 0);
    assert_int_equal(hall->chair->binary_count, 0);
}

static void who_is_logged_in_is_no_lane(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":1");
    char fields[100];
    uint64_t id;

    (void)snprintf(fields, sizeof fields, "\"token\":\"%s\"", token);
    id = fixture_ask(hall->taker, "attach", "", fields);
    assert_string_equal(fixture_outcome(hall->taker, id), "already_logged_in");
    assert_int_equal(hall->taker->close_code, 0);
}

static void a_lane_that_speaks_is_closed(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        hall_attach(hall, hall_get_line(hall->member, "\"lanes\":1"));

    (void)fixture_ask(lane, "raise_hand", HALL_MEETING, "");
    assert_int_equal(lane->close_code, CLOSE_POLICY);
    assert_int_equal(hall->member->close_code, 0);
}

static void malformed_sound_closes_the_lane_it_came_over(void **state)
{
    static const uint8_t rows[][3] = { { 0x12, 0, 0 },
                                       { 0x12, 1, 8 },
                                       { 0x11, 0, 0 },
                                       { 0x21, 0, 0 },
                                       { 0, 0, 0 } };
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":1");
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture_peer *lane = hall_attach(hall, token);

        session_on_binary(lane->session, rows[i], sizeof rows[i]);
        assert_int_equal(lane->close_code, CLOSE_POLICY);
        assert_int_equal(fixture_count(lane, "error", NULL), 0);
        assert_int_equal(hall->member->close_code, 0);
        fixture_disconnect(lane);
    }
    session_on_binary(hall->member->session, rows[0], sizeof rows[0]);
    assert_int_equal(hall->member->close_code, CLOSE_POLICY);
}

static void lines_are_changed_four_times_a_second(void **state)
{
    struct hall *hall = *state;
    int i;

    for (i = 0; i < LIMIT_LINE_CHANGES; i++)
        (void)hall_get_line(hall->member, "\"bundle\":2");
    assert_string_equal(
        fixture_outcome(hall->member, hall_ask_line(hall->member, "")),
        "too_often");
    hall_pass(hall, 999);
    assert_string_equal(
        fixture_outcome(hall->member, hall_ask_line(hall->member, "")),
        "too_often");
    hall_pass(hall, 1);
    (void)hall_get_line(hall->member, "");
}

static void a_wish_out_of_bounds_changes_nothing(void **state)
{
    struct hall *hall = *state;
    uint64_t id = hall_ask_line(hall->member, "\"bundle\":7");

    assert_string_equal(fixture_outcome(hall->member, id), "bad_message");
    assert_null(hall->member->session->line);
    id = hall_ask_line(hall->fixture->admin, "\"bundle\":2");
    assert_string_equal(fixture_outcome(hall->fixture->admin, id),
                        "not_allowed");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_take_turns_among_the_lanes),
        TEST(a_lane_that_stands_still_keeps_its_turn),
        TEST(a_lane_that_takes_nothing_is_closed_and_the_session_stays),
        TEST(a_lane_is_never_too_late_to_log_in),
        TEST(lanes_end_with_their_session),
        TEST(lanes_make_no_events_and_are_no_presence),
        TEST(the_server_going_down_says_nothing_on_lanes),
        TEST(fewer_lanes_are_closed_from_the_newest_on),
        TEST(no_more_lanes_attach_than_were_asked_for),
        TEST(a_token_that_is_not_one_attaches_nothing),
        TEST(lanes_leave_a_quarter_of_the_places_to_others),
        TEST(each_session_has_its_own_token),
        TEST(who_is_logged_in_is_no_lane),
        TEST(a_lane_that_speaks_is_closed),
        TEST(malformed_sound_closes_the_lane_it_came_over),
        TEST(lines_are_changed_four_times_a_second),
        TEST(a_wish_out_of_bounds_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
