/* Sessions on bad lines in a room: what they are sent, and what becomes of what
 * they send. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"
#include "server/room/room_types.h"
#include "tests/support/room_hall.h"

#include <stdio.h>
#include <string.h>

enum { TICK_MS = 200, RAISE_MS = 10000 };

/* --- to a listener ---------------------------------------------------------
 */

/* For the handshakes of its lanes, and of whatever comes after it. */
static void who_has_a_bad_line_is_given_one_ticket(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":1");
    assert_int_equal(hall->member->tickets, 0);
    (void)hall_get_line(hall->member, "\"bundle\":2");
    assert_int_equal(hall->member->tickets, 1);
    (void)hall_get_line(hall->member, "\"bundle\":1");
    (void)hall_get_line(hall->member, "\"bundle\":2,\"lanes\":1");
    assert_int_equal(hall->member->tickets, 1);
    assert_int_equal(hall->chair->tickets, 0);
}

static void only_who_asks_is_sent_sound_otherwise(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":2");
    assert_true(hall->member->has_bad_line);
    assert_false(hall->taker->has_bad_line);
    hall_say(hall->chair, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    assert_plain(hall->taker, (uint32_t[]){ 1 }, 1);
    assert_int_equal(hall->member->binary_count, 0);
    hall_pass(hall, 20);
    hall_say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    assert_plain(hall->taker, (uint32_t[]){ 2 }, 1);
    assert_int_equal(hall_sound(hall)->delivered, 3 * 2);
    assert_int_equal(hall_sound(hall)->tight_messages, 1);
}

static void what_is_gathered_goes_out_in_time_without_company(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":2");
    hall_say(hall->chair, 1);
    hall_pass(hall, 39);
    assert_int_equal(hall->member->binary_count, 0);
    hall_pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 1);
}

static void the_loop_is_told_when_a_line_is_due(void **state)
{
    struct hall *hall = *state;
    struct hub *hub = hall->fixture->hub;

    (void)hall_get_line(hall->member, "\"bundle\":3");
    assert_int_equal(hub_sound_turn(hub, 0, 0), -1);
    hall_say(hall->chair, 1);
    assert_int_equal(hub_sound_turn(hub, 0, 0), 60);
    hall_pass(hall, 45);
    assert_int_equal(hub_sound_turn(hub, 0, 0), 15);
    hall_pass(hall, 15);
    assert_int_equal(hub_sound_turn(hub, 0, 0), -1);
}

static void copies_are_sent_over_another_lane_and_counted(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane = hall_attach(
        hall, hall_get_line(hall->member, "\"copies\":[1],\"lanes\":1"));

    hall_say(hall->chair, 1);
    hall_pass(hall, 20);
    hall_say(hall->chair, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_tight(lane, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    hall_pass(hall, 39);
    assert_int_equal(hall->member->binary_count, 1);
    hall_pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2 }, 1);
    assert_int_equal(hall_sound(hall)->delivered, 3 * 2);
    assert_int_equal(hall_sound(hall)->copies, 2);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
}

static void without_lanes_there_are_no_copies(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"copies\":[1,3],\"lanes\":5");
    hall_say(hall->chair, 1);
    hall_pass(hall, 20);
    hall_say(hall->chair, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2 }, 1);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
    assert_int_equal(hall_sound(hall)->copies, 0);
}

static void a_good_line_again_is_sent_what_was_gathered_first(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":2,\"copies\":[1]");
    hall_say(hall->chair, 1);
    (void)hall_get_line(hall->member, "");
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_false(hall->member->has_bad_line);
    hall_say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    assert_plain(hall->member, (uint32_t[]){ 2 }, 1);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
}

static void a_slow_line_is_sent_several_messages_as_one(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":2");
    hall->member->is_blocked = true;
    hall_say(hall->chair, 1);
    hall_say(hall->chair, 2);
    hall_say(hall->chair, 3);
    hall_say(hall->chair, 4);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2, 3, 4 }, 4);
}

static void what_waits_in_two_forms_goes_out_in_two_messages(void **state)
{
    struct hall *hall = *state;

    hall->member->is_blocked = true;
    hall_say(hall->chair, 1);
    (void)hall_ask_line(hall->member, "\"bundle\":2");
    hall_say(hall->chair, 2);
    hall_say(hall->chair, 3);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2, 3 }, 2);
}

static void nothing_stale_is_sent(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":2");
    hall->member->is_blocked = true;
    hall_say(hall->chair, 1);
    hall_say(hall->chair, 2);
    hall_pass(hall, LIMIT_AUDIO_AGE_MS + 1);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 0);
    assert_int_equal(hall_sound(hall)->dropped[SOUND_STALE], 2);
}

static void who_leaves_the_meeting_is_sent_nothing_of_it(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"bundle\":6");
    hall_say(hall->chair, 1);
    session_leave_meeting(hall->member->session);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 0);
}

/* By its own goodbye, after which the connection stays. */
static void who_says_goodbye_is_sent_nothing_of_the_meeting(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane = hall_attach(
        hall,
        hall_get_line(hall->member, "\"copies\":[1],\"bundle\":2,\"lanes\":1"));

    hall_say(hall->chair, 1);
    hall_say(hall->chair, 2);
    hall_say(hall->chair, 3);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    fixture_ask(hall->member, "leave", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    assert_int_equal(hall->member->session->meeting.phase, SUBSCRIPTION_NONE);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 1);
    assert_int_equal(lane->binary_count, 0);
}

static void what_waits_for_a_slow_line_goes_with_the_meeting(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane = hall_attach(
        hall, hall_get_line(hall->member, "\"copies\":[1],\"lanes\":1"));

    lane->is_blocked = true;
    hall_say(hall->chair, 1);
    hall_say(hall->chair, 2); /* over the lane */
    fixture_ask(hall->member, "leave", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    lane->is_blocked = false;
    fixture_run(hall->fixture);
    hall_pass(hall, 500);
    assert_int_equal(lane->binary_count, 0);
    assert_int_equal(hall_sound(hall)->dropped[SOUND_CLOSING], 1);
}

static void move(struct hall *hall, int room)
{
    char fields[60];

    (void)snprintf(fields, sizeof fields, "\"holder\":\"m4\",\"room\":%d",
                   room);
    fixture_ask(hall->chair, "move_to_subroom", HALL_MEETING, fields);
    fixture_settle(hall->fixture);
}

/* Into one, from there back alone, and back with all. */
static void who_goes_to_another_room_takes_nothing_along(void **state)
{
    struct hall *hall = *state;

    fixture_act(hall->chair, "open_subrooms", HALL_MEETING,
                "\"count\":2,\"spread\":false");
    fixture_settle(hall->fixture);
    (void)hall_get_line(hall->member, "\"bundle\":6");
    hall_say(hall->chair, 1);
    move(hall, 1);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 0);
    hall_say(hall->chair, 2); /* in the plenary */
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 0);
    move(hall, 0);
    hall_say(hall->chair, 3);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 3 }, 1);
}

static void when_all_come_back_each_leaves_its_room_s_sound(void **state)
{
    struct hall *hall = *state;

    fixture_act(hall->chair, "open_subrooms", HALL_MEETING,
                "\"count\":1,\"spread\":false");
    fixture_settle(hall->fixture);
    move(hall, 1);
    fixture_ask(hall->chair, "move_to_subroom", HALL_MEETING,
                "\"holder\":\"m2\",\"room\":1");
    fixture_settle(hall->fixture);
    (void)hall_get_line(hall->member, "\"bundle\":6");
    (void)hall_get_line(hall->taker, "\"bundle\":6");
    hall_say(hall->deputy, 1); /* in the room */
    hall_say(hall->chair, 1);  /* in the plenary */
    fixture_act(hall->chair, "return_all", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    hall_pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 0);
    assert_tight(hall->taker, hall->chair, (uint32_t[]){ 1 }, 1);
}

/* --- one voice -------------------------------------------------------------
 */

static void a_line_for_one_voice_is_sent_one(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"one_voice\":true");
    hall_say(hall->chair, 1);
    hall_say(hall->deputy, 1);
    assert_int_equal(hall->taker->binary_count, 2);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_int_equal(hall_sound(hall)->dropped[SOUND_ONE_VOICE], 1);
    hall_pass(hall, 1000);
    hall_say(hall->deputy, 2);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->deputy, (uint32_t[]){ 2 }, 1);
}

static void who_has_the_floor_is_the_voice(void **state)
{
    struct hall *hall = *state;

    fixture_ask(hall->taker, "raise_hand", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    fixture_act(hall->chair, "give_floor", HALL_MEETING, "\"member\":\"m3\"");
    fixture_settle(hall->fixture);
    (void)hall_get_line(hall->member, "\"one_voice\":true");
    hall_say(hall->chair, 1);
    hall_say(hall->taker, 1);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->taker, (uint32_t[]){ 1 }, 1);
    hall_say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    /* The floor goes on: the arrays are made anew, and so is this. */
    fixture_act(hall->chair, "end_floor", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    hall_pass(hall, 1000);
    hall_say(hall->chair, 3);
    hall_say(hall->taker, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 3 }, 1);
}

/* --- from a speaker ---------------------------------------------------------
 */

static void what_comes_over_several_lanes_is_relayed_once(void **state)
{
    struct hall *hall = *state;
    const char *token =
        hall_get_line(hall->member, "\"lanes\":1,\"copies\":[1]");
    struct fixture_peer *lane = hall_attach(hall, token);

    hall_say_tight(lane, hall->member, (uint32_t[]){ 3, 4 }, 2);
    assert_plain(hall->taker, (uint32_t[]){ 3, 4 }, 2);
    hall_say_tight(hall->member, hall->member, (uint32_t[]){ 1, 2, 3, 4 }, 4);
    assert_plain(hall->taker, (uint32_t[]){ 1, 2 }, 2);
    hall_say_tight(lane, hall->member, (uint32_t[]){ 1, 2, 5 }, 3);
    assert_plain(hall->taker, (uint32_t[]){ 5 }, 1);
    hall_say(hall->member, 5);
    assert_int_equal(hall->taker->binary_count, 3);
    assert_int_equal(hall_sound(hall)->duplicates, 5);
    assert_int_equal(hall_sound(hall)->received, 5);
}

static void
many_frames_in_a_tight_message_are_relayed_in_plain_ones(void **state)
{
    struct hall *hall = *state;
    uint32_t sequences[40];
    uint32_t i;

    for (i = 0; i < 40; i++)
        sequences[i] = i;
    hall_say_tight(hall->member, hall->member, sequences, 40);
    assert_int_equal(hall->taker->binary_count, 3);
    assert_plain(hall->taker, &sequences[32], 8);
}

static void copies_give_a_speaker_room_for_them(void **state)
{
    enum { NEW = 12 };
    struct hall *hall = *state;
    uint32_t sequences[NEW], next = 0, i;

    (void)hall_get_line(hall->member, "\"copies\":[1,3]");
    while (next < LIMIT_AUDIO_RATE_PER_S) {
        for (i = 0; i < NEW; i++)
            sequences[i] = next++;
        for (i = 0; i < 3; i++)
            hall_say_tight(hall->member, hall->member, sequences, NEW);
    }
    assert_int_equal(hall_sound(hall)->received, LIMIT_AUDIO_RATE_PER_S);
    assert_int_equal(hall_sound(hall)->duplicates, 2 * LIMIT_AUDIO_RATE_PER_S);
    assert_int_equal(hall_sound(hall)->dropped[SOUND_RATE], 0);
    hall_say_tight(hall->member, hall->member, sequences, NEW);
    assert_int_equal(hall_sound(hall)->dropped[SOUND_RATE], NEW);
}

/* Others are not to be sent more than by who asks for nothing. */
static void copies_give_no_room_for_more_new_frames(void **state)
{
    struct hall *hall = *state;
    uint32_t next = 0, i;
    int second;

    (void)hall_get_line(hall->member, "\"copies\":[1,3]");
    for (second = 0; second < 3; second++) {
        for (i = 0; i < 3 * LIMIT_AUDIO_RATE_PER_S; i++)
            hall_say(hall->member, next++);
        assert_int_equal(hall_sound(hall)->received,
                         (second + 1) * LIMIT_AUDIO_RATE_PER_S);
        hall_pass(hall, 1000);
    }
    assert_int_equal(hall_sound(hall)->dropped[SOUND_RATE],
                     3 * 2 * LIMIT_AUDIO_RATE_PER_S);
    assert_int_equal(hall->member->close_code, 0);
}

/* A refusal that overflows what waits for a peer ends its session while the
 * rest of the message is still to be looked at. */
static void a_refusal_that_ends_the_session_ends_its_message(void **state)
{
    static const uint8_t filling[LIMIT_OUTBOX_SIZE - 16];
    struct hall *hall = *state;
    struct frame *frame = frame_new(filling, sizeof filling, false);
    uint32_t sequences[LIMIT_TIGHT_FRAMES];
    uint64_t received;

    for (uint32_t i = 0; i < LIMIT_TIGHT_FRAMES; i++)
        sequences[i] = i;
    (void)hall_get_line(hall->member, "\"bundle\":2");
    fixture_act(hall->chair, "set_floor_mode", HALL_MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    hall_pass(hall, 5000); /* nothing is under way any more */
    assert_non_null(frame);
    hall->member->is_blocked = true;
    session_send(hall->member->session, frame);
    assert_int_equal(hall->member->close_code, 0);
    received = hall_sound(hall)->received;
    hall_say_tight(hall->member, hall->member, sequences, LIMIT_TIGHT_FRAMES);
    assert_int_equal(hall->member->close_code, CLOSE_TOO_SLOW);
    assert_int_equal(hall_sound(hall)->received - received,
                     LIMIT_AUDIO_FRAMES_PER_MESSAGE);
    assert_int_equal(hall->taker->binary_count, 0);
}

static void a_flood_over_a_lane_ends_the_session(void **state)
{
    struct hall *hall = *state;
    const char *token = hall_get_line(hall->member, "\"lanes\":1");
    struct fixture_peer *lane = hall_attach(hall, token);
    uint32_t sequences[LIMIT_TIGHT_FRAMES] = { 0 };
    int rounds = 0;

    for (uint32_t i = 0; i < LIMIT_TIGHT_FRAMES; i++)
        sequences[i] = i;
    while (!hall->member->close_code && rounds++ < 100)
        hall_say_tight(lane, hall->member, sequences, LIMIT_TIGHT_FRAMES);
    assert_int_equal(hall->member->close_code, CLOSE_TOO_FAST);
    assert_true(lane->close_code != 0);
}

/* --- the rate ---------------------------------------------------------------
 */

static void wait(const struct hall *hall, int64_t ms)
{
    for (; ms > 0; ms -= TICK_MS) {
        fake_clock_advance(&hall->fixture->clock, TICK_MS);
        hub_tick(hall->fixture->hub);
    }
}

/* The newest advice that this peer was given; -1: none. */
static json_int_t told_rate(const struct fixture_peer *peer)
{
    size_t i;

    for (i = json_array_size(peer->frames); i > 0; i--) {
        const json_t *frame = json_array_get(peer->frames, i - 1);
        const char *note = json_string_value(json_object_get(frame, "note"));

        if (!note || strcmp(note, "voice_rate") != 0)
            continue;
        assert_string_equal(json_string_value(json_object_get(frame, "log")),
                            HALL_MEETING);
        return json_integer_value(json_object_get(frame, "rate"));
    }
    return -1;
}

static size_t told_count(const struct fixture_peer *peer)
{
    return fixture_count(peer, "note", "voice_rate");
}

static void speakers_are_told_the_smallest_rate_of_their_listeners(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"rate\":16000");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 16000);
    assert_int_equal(told_rate(hall->taker), 16000);
    /* Nobody for the sake of a line of their own. */
    assert_int_equal(told_rate(hall->member), -1);
    (void)hall_get_line(hall->taker, "\"rate\":12000");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    assert_int_equal(told_rate(hall->member), 12000);
    assert_int_equal(told_rate(hall->taker), 16000);
    wait(hall, 2 * RAISE_MS);
    assert_int_equal(told_count(hall->chair), 2);
}

static void a_higher_rate_is_told_only_when_it_has_lasted(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    (void)hall_get_line(hall->member, "\"rate\":0");
    wait(hall, RAISE_MS - TICK_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    (void)hall_get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    (void)hall_get_line(hall->member, "\"rate\":0");
    wait(hall, RAISE_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 0);
    assert_int_equal(told_count(hall->chair), 2);
    assert_false(hall->chair->session->meeting.room->asks_rate);
}

static void who_goes_asks_for_nothing_any_more(void **state)
{
    struct hall *hall = *state;

    (void)hall_get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    fixture_disconnect(hall->member);
    fixture_settle(hall->fixture);
    wait(hall, RAISE_MS + 2 * TICK_MS);
    assert_int_equal(told_rate(hall->chair), 0);
}

static void who_comes_in_is_told_too(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *back;

    (void)hall_get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    fixture_disconnect(hall->taker);
    fixture_settle(hall->fixture);
    back = hall_come_in(hall, "m3");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(back), 12000);
}

static void
who_may_not_be_heard_is_told_nothing_before_it_is_their_turn(void **state)
{
    struct hall *hall = *state;

    fixture_act(hall->chair, "set_floor_mode", HALL_MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    (void)hall_get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    assert_int_equal(told_rate(hall->taker), -1);
    fixture_ask(hall->taker, "raise_hand", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    fixture_act(hall->chair, "give_floor", HALL_MEETING, "\"member\":\"m3\"");
    fixture_settle(hall->fixture);
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->taker), 12000);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_who_asks_is_sent_sound_otherwise),
        TEST(who_has_a_bad_line_is_given_one_ticket),
        TEST(what_is_gathered_goes_out_in_time_without_company),
        TEST(the_loop_is_told_when_a_line_is_due),
        TEST(copies_are_sent_over_another_lane_and_counted),
        TEST(without_lanes_there_are_no_copies),
        TEST(a_good_line_again_is_sent_what_was_gathered_first),
        TEST(a_slow_line_is_sent_several_messages_as_one),
        TEST(what_waits_in_two_forms_goes_out_in_two_messages),
        TEST(nothing_stale_is_sent),
        TEST(who_leaves_the_meeting_is_sent_nothing_of_it),
        TEST(who_says_goodbye_is_sent_nothing_of_the_meeting),
        TEST(what_waits_for_a_slow_line_goes_with_the_meeting),
        TEST(who_goes_to_another_room_takes_nothing_along),
        TEST(when_all_come_back_each_leaves_its_room_s_sound),
        TEST(a_line_for_one_voice_is_sent_one),
        TEST(who_has_the_floor_is_the_voice),
        TEST(what_comes_over_several_lanes_is_relayed_once),
        TEST(many_frames_in_a_tight_message_are_relayed_in_plain_ones),
        TEST(copies_give_a_speaker_room_for_them),
        TEST(copies_give_no_room_for_more_new_frames),
        TEST(a_refusal_that_ends_the_session_ends_its_message),
        TEST(a_flood_over_a_lane_ends_the_session),
        TEST(speakers_are_told_the_smallest_rate_of_their_listeners),
        TEST(a_higher_rate_is_told_only_when_it_has_lasted),
        TEST(who_goes_asks_for_nothing_any_more),
        TEST(who_comes_in_is_told_too),
        TEST(who_may_not_be_heard_is_told_nothing_before_it_is_their_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
