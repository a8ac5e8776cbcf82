/* Sessions on bad lines in a room: what they are sent, over which of their
 * connections, and what becomes of what they send. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"
#include "server/room/room_types.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

enum { TICK_MS = 200, RAISE_MS = 10000 };

struct hall {
    struct room_fixture *fixture;
    struct fixture_peer *chair, *deputy, *taker, *member;
};

static struct fixture_peer *come_in(struct hall *hall, const char *holder)
{
    struct fixture_peer *peer = fixture_member(hall->fixture, holder);

    fixture_ask(peer, "join", MEETING, "\"from\":0");
    fixture_settle(hall->fixture);
    return peer;
}

/* An open meeting of four, in which all may speak. */
static int set_up(void **state)
{
    static struct hall hall;

    hall.fixture = room_fixture_new(0);
    hall.chair = fixture_member(hall.fixture, "m1");
    fixture_act(hall.chair, "open_lobby", MEETING, "");
    fixture_settle(hall.fixture);
    fixture_ask(hall.chair, "join", MEETING, "\"from\":0");
    fixture_settle(hall.fixture);
    fixture_act(hall.chair, "open_meeting", MEETING, "");
    fixture_settle(hall.fixture);
    hall.deputy = come_in(&hall, "m2");
    hall.taker = come_in(&hall, "m3");
    hall.member = come_in(&hall, "m4");
    fixture_act(hall.chair, "admit_all", MEETING, "");
    fixture_settle(hall.fixture);
    fixture_act(hall.chair, "set_floor_mode", MEETING,
                "\"mode\":\"free\",\"order\":\"raised\"");
    fixture_settle(hall.fixture);
    *state = &hall;
    return 0;
}

static int tear_down(void **state)
{
    struct hall *hall = *state;

    room_fixture_free(hall->fixture);
    return 0;
}

static const struct sound_figures *sound_of(const struct hall *hall)
{
    return &hall->fixture->hub->figures.sound;
}

static void pass(const struct hall *hall, int64_t ms)
{
    while (ms-- > 0) {
        fake_clock_advance(&hall->fixture->clock, 1);
        (void)hub_sound_turn(hall->fixture->hub, 0, 0);
    }
}

/* --- asking --------------------------------------------------------------- */

static uint64_t ask_line(struct fixture_peer *peer, const char *fields)
{
    return fixture_ask(peer, "line", MEETING, fields);
}

/* The session's token, after a line that must be granted. */
static const char *get_line(struct fixture_peer *peer, const char *fields)
{
    const uint64_t id = ask_line(peer, fields);
    const char *token =
        json_string_value(json_object_get(fixture_answer(peer, id), "token"));

    assert_string_equal(fixture_outcome(peer, id), "ok");
    assert_non_null(token);
    assert_int_equal(strlen(token), 64);
    return token;
}

static struct fixture_peer *try_attach(struct hall *hall, const char *token)
{
    struct fixture_peer *lane = fixture_connect(hall->fixture, false);
    char fields[100];

    fixture_settle(hall->fixture);
    (void)snprintf(fields, sizeof fields, "\"token\":\"%s\"", token);
    (void)fixture_ask(lane, "attach", "", fields);
    return lane;
}

static struct fixture_peer *attach(struct hall *hall, const char *token)
{
    struct fixture_peer *lane = try_attach(hall, token);

    assert_string_equal(fixture_outcome(lane, 1), "ok");
    assert_int_equal(lane->close_code, 0);
    return lane;
}

static void assert_not_attached(struct fixture_peer *lane)
{
    assert_string_equal(fixture_outcome(lane, 1), "attach_failed");
    assert_int_equal(lane->close_code, CLOSE_POLICY);
    fixture_disconnect(lane);
}

/* --- saying and hearing ----------------------------------------------------
 */

static struct audio_frame frame_of(const struct fixture_peer *speaker,
                                   uint32_t sequence)
{
    static const uint8_t payload[] = { 0xf8, 0xff, 0xfe };

    return (struct audio_frame){ .slot = speaker->session->slot,
                                 .sequence = sequence,
                                 .timestamp = sequence * 960,
                                 .payload = payload,
                                 .payload_size = sizeof payload };
}

static void say(struct fixture_peer *speaker, uint32_t sequence)
{
    const struct audio_frame frame = frame_of(speaker, sequence);
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    size_t size = 0;

    assert_int_equal(audio_frame_encode(&frame, bytes, sizeof bytes, &size),
                     RESULT_OK);
    session_on_binary(speaker->session, bytes, size);
}

/* Over `connection`, frames of the speaker in one tight message. */
static void say_tight(struct fixture_peer *connection,
                      const struct fixture_peer *speaker,
                      const uint32_t *sequences, size_t count)
{
    struct audio_frame frames[LIMIT_TIGHT_FRAMES];
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0, i;

    for (i = 0; i < count; i++)
        frames[i] = frame_of(speaker, sequences[i]);
    assert_int_equal(
        tight_message_encode(frames, count, bytes, sizeof bytes, &size),
        RESULT_OK);
    session_on_binary(connection->session, bytes, size);
}

/* The newest message that this connection was sent holds just these. */
static void assert_tight(const struct fixture_peer *peer,
                         const struct fixture_peer *speaker,
                         const uint32_t *sequences, size_t count)
{
    struct tight_message message;
    struct audio_frame frame;
    size_t i;

    assert_int_equal(
        tight_message_open(&message, peer->binary, peer->binary_size),
        RESULT_OK);
    assert_int_equal(message.frame_count, count);
    for (i = 0; tight_message_next(&message, &frame); i++) {
        assert_int_equal(frame.slot, speaker->session->slot);
        assert_int_equal(frame.sequence, sequences[i]);
        assert_int_equal(frame.timestamp, sequences[i] * 960);
        assert_int_equal(frame.payload_size, 3);
        assert_memory_equal(frame.payload, "\xf8\xff\xfe", 3);
    }
}

static void assert_plain(const struct fixture_peer *peer,
                         const uint32_t *sequences, size_t count)
{
    struct audio_message message;
    struct audio_frame frame;
    size_t i;

    assert_int_equal(
        audio_message_open(&message, peer->binary, peer->binary_size),
        RESULT_OK);
    assert_int_equal(message.frame_count, count);
    for (i = 0; audio_message_next(&message, &frame, NULL); i++)
        assert_int_equal(frame.sequence, sequences[i]);
}

/* --- to a listener ---------------------------------------------------------
 */

static void only_who_asks_is_sent_sound_otherwise(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":2");
    assert_true(hall->member->has_bad_line);
    assert_false(hall->taker->has_bad_line);
    say(hall->chair, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    assert_plain(hall->taker, (uint32_t[]){ 1 }, 1);
    assert_int_equal(hall->member->binary_count, 0);
    pass(hall, 20);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    assert_plain(hall->taker, (uint32_t[]){ 2 }, 1);
    assert_int_equal(sound_of(hall)->delivered, 3 * 2);
    assert_int_equal(sound_of(hall)->tight_messages, 1);
}

static void what_is_gathered_goes_out_in_time_without_company(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":2");
    say(hall->chair, 1);
    pass(hall, 39);
    assert_int_equal(hall->member->binary_count, 0);
    pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 1);
}

static void the_loop_is_told_when_a_line_is_due(void **state)
{
    struct hall *hall = *state;
    struct hub *hub = hall->fixture->hub;

    (void)get_line(hall->member, "\"bundle\":3");
    assert_int_equal(hub_sound_turn(hub, 0, 0), -1);
    say(hall->chair, 1);
    assert_int_equal(hub_sound_turn(hub, 0, 0), 60);
    pass(hall, 45);
    assert_int_equal(hub_sound_turn(hub, 0, 0), 15);
    pass(hall, 15);
    assert_int_equal(hub_sound_turn(hub, 0, 0), -1);
}

static void copies_are_sent_over_another_lane_and_counted(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        attach(hall, get_line(hall->member, "\"copies\":[1],\"lanes\":1"));

    say(hall->chair, 1);
    pass(hall, 20);
    say(hall->chair, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_tight(lane, hall->chair, (uint32_t[]){ 1, 2 }, 2);
    pass(hall, 39);
    assert_int_equal(hall->member->binary_count, 1);
    pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2 }, 1);
    assert_int_equal(sound_of(hall)->delivered, 3 * 2);
    assert_int_equal(sound_of(hall)->copies, 2);
    pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
}

static void without_lanes_there_are_no_copies(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"copies\":[1,3],\"lanes\":5");
    say(hall->chair, 1);
    pass(hall, 20);
    say(hall->chair, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2 }, 1);
    pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
    assert_int_equal(sound_of(hall)->copies, 0);
}

static void a_good_line_again_is_sent_what_was_gathered_first(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":2,\"copies\":[1]");
    say(hall->chair, 1);
    (void)get_line(hall->member, "");
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_false(hall->member->has_bad_line);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    assert_plain(hall->member, (uint32_t[]){ 2 }, 1);
    pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 2);
}

static void a_slow_line_is_sent_several_messages_as_one(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":2");
    hall->member->is_blocked = true;
    say(hall->chair, 1);
    say(hall->chair, 2);
    say(hall->chair, 3);
    say(hall->chair, 4);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1, 2, 3, 4 }, 4);
}

static void what_waits_in_two_forms_goes_out_in_two_messages(void **state)
{
    struct hall *hall = *state;

    hall->member->is_blocked = true;
    say(hall->chair, 1);
    (void)ask_line(hall->member, "\"bundle\":2");
    say(hall->chair, 2);
    say(hall->chair, 3);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 2, 3 }, 2);
}

static void nothing_stale_is_sent(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":2");
    hall->member->is_blocked = true;
    say(hall->chair, 1);
    say(hall->chair, 2);
    pass(hall, LIMIT_AUDIO_AGE_MS + 1);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 0);
    assert_int_equal(sound_of(hall)->dropped[SOUND_STALE], 2);
}

static void who_leaves_the_meeting_is_sent_nothing_of_it(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"bundle\":6");
    say(hall->chair, 1);
    session_leave_meeting(hall->member->session);
    pass(hall, 500);
    assert_int_equal(hall->member->binary_count, 0);
}

/* --- one voice -------------------------------------------------------------
 */

static void a_line_for_one_voice_is_sent_one(void **state)
{
    struct hall *hall = *state;

    (void)get_line(hall->member, "\"one_voice\":true");
    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hall->taker->binary_count, 2);
    assert_int_equal(hall->member->binary_count, 1);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 1 }, 1);
    assert_int_equal(sound_of(hall)->dropped[SOUND_ONE_VOICE], 1);
    pass(hall, 1000);
    say(hall->deputy, 2);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->deputy, (uint32_t[]){ 2 }, 1);
}

static void who_has_the_floor_is_the_voice(void **state)
{
    struct hall *hall = *state;

    fixture_ask(hall->taker, "raise_hand", MEETING, "");
    fixture_settle(hall->fixture);
    fixture_act(hall->chair, "give_floor", MEETING, "\"member\":\"m3\"");
    fixture_settle(hall->fixture);
    (void)get_line(hall->member, "\"one_voice\":true");
    say(hall->chair, 1);
    say(hall->taker, 1);
    assert_int_equal(hall->member->binary_count, 2);
    assert_tight(hall->member, hall->taker, (uint32_t[]){ 1 }, 1);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    /* The floor goes on: the arrays are made anew, and so is this. */
    fixture_act(hall->chair, "end_floor", MEETING, "");
    fixture_settle(hall->fixture);
    pass(hall, 1000);
    say(hall->chair, 3);
    say(hall->taker, 2);
    assert_tight(hall->member, hall->chair, (uint32_t[]){ 3 }, 1);
}

/* --- lanes -----------------------------------------------------------------
 */

static void messages_take_turns_among_the_lanes(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":2");
    struct fixture_peer *first = attach(hall, token);
    struct fixture_peer *second = attach(hall, token);
    uint32_t i;

    assert_true(first->has_bad_line && second->has_bad_line);
    for (i = 0; i < 6; i++) {
        say(hall->chair, i);
        pass(hall, 20);
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
    const char *token = get_line(hall->member, "\"lanes\":1,\"copies\":[1]");
    struct fixture_peer *lane = attach(hall, token);

    lane->is_blocked = true;
    say(hall->chair, 0);
    pass(hall, 20);
    say(hall->chair, 1);
    pass(hall, 19);
    say(hall->chair, 2);
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
    const char *token = get_line(hall->member, "\"lanes\":1");
    struct fixture_peer *lane = attach(hall, token);
    uint32_t i;

    lane->is_blocked = true;
    for (i = 0; i < 160; i++) {
        say(hall->chair, i);
        pass(hall, 20);
        hub_tick(hall->fixture->hub);
    }
    assert_int_equal(lane->close_code, CLOSE_TOO_SLOW);
    assert_int_equal(hall->member->close_code, 0);
    i = (uint32_t)hall->member->binary_count;
    say(hall->chair, 1000);
    say(hall->chair, 1001);
    assert_int_equal(hall->member->binary_count, i + 2);
    /* Its place is free for another. */
    (void)attach(hall, token);
}

static void a_lane_is_never_too_late_to_log_in(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        attach(hall, get_line(hall->member, "\"lanes\":1"));

    pass(hall, LIMIT_LOGIN_MS + 1000);
    hub_tick(hall->fixture->hub);
    assert_int_equal(lane->close_code, 0);
}

static void lanes_end_with_their_session(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":3");
    struct fixture_peer *lanes[] = { attach(hall, token), attach(hall, token),
                                     attach(hall, token) };
    char kept[65];
    size_t i;

    (void)snprintf(kept, sizeof kept, "%s", token);
    fixture_disconnect(hall->member);
    for (i = 0; i < 3; i++)
        assert_int_equal(lanes[i]->close_code, CLOSE_POLICY);
    fixture_settle(hall->fixture);
    /* What comes over one of them after that is nobody's. */
    say_tight(lanes[0], hall->chair, (uint32_t[]){ 1 }, 1);
    assert_int_equal(hall->taker->binary_count, 0);
    assert_not_attached(try_attach(hall, kept));
}

static void lanes_make_no_events_and_are_no_presence(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":2");
    const size_t events = fixture_count(hall->chair, "ev", NULL);
    struct fixture_peer *lane = attach(hall, token);

    (void)attach(hall, token);
    fixture_disconnect(lane);
    fixture_settle(hall->fixture);
    assert_int_equal(fixture_count(hall->chair, "ev", NULL), events);
    assert_int_equal(hall->member->close_code, 0);
}

static void the_server_going_down_says_nothing_on_lanes(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *lane =
        attach(hall, get_line(hall->member, "\"lanes\":1"));

    hub_say_goodbye(hall->fixture->hub);
    assert_int_equal(fixture_count(hall->member, "note", "going_down"), 1);
    assert_int_equal(fixture_count(lane, "note", NULL), 0);
    assert_true(lane->close_code != 0);
}

static void fewer_lanes_are_closed_from_the_newest_on(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":2");
    struct fixture_peer *first = attach(hall, token);
    struct fixture_peer *second = attach(hall, token);
    struct hub_figures figures;

    (void)get_line(hall->member, "\"lanes\":1");
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
    const char *token = get_line(hall->member, "\"lanes\":1");

    (void)attach(hall, token);
    assert_not_attached(try_attach(hall, token));
    assert_not_attached(try_attach(hall, token));
}

static void a_token_that_is_not_one_attaches_nothing(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":5");
    char wrong[65];

    (void)snprintf(wrong, sizeof wrong, "%s", token);
    wrong[63] = wrong[63] == '0' ? '1' : '0';
    assert_not_attached(try_attach(hall, wrong));
    (void)snprintf(wrong, sizeof wrong, "%s", token);
    wrong[0] = wrong[0] == '0' ? '1' : '0';
    assert_not_attached(try_attach(hall, wrong));
    assert_not_attached(try_attach(hall, "00"));
    assert_not_attached(try_attach(hall, ""));
    (void)attach(hall, token);
}

/* The fixture's hub takes twelve sessions. */
static void lanes_leave_a_quarter_of_the_places_to_others(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":5");
    struct fixture_peer *others[4];
    size_t i;

    for (i = 0; i < 4; i++)
        others[i] = fixture_connect(hall->fixture, false);
    assert_int_equal(hall->fixture->hub->session_count, 9);
    assert_not_attached(try_attach(hall, token));
    fixture_disconnect(others[0]);
    (void)attach(hall, token);
}

static void each_session_has_its_own_token(void **state)
{
    struct hall *hall = *state;
    const char *one = get_line(hall->member, "\"lanes\":1");
    const char *again = get_line(hall->member, "\"lanes\":2");
    const char *other = get_line(hall->taker, "\"lanes\":1");
    struct fixture_peer *lane;

    assert_string_equal(one, again);
    assert_string_not_equal(one, other);
    /* The taker's lane carries the taker's sound, and nobody else's. */
    lane = attach(hall, other);
    say_tight(lane, hall->member, (uint32_t[]){ 1 }, 1);
    assert_int_equal(lane->close_code, CLOSE_POLICY);
    assert_int_equal(hall->taker->close_code, 0);
    assert_int_equal(hall->chair->binary_count, 0);
}

static void who_is_logged_in_is_no_lane(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":1");
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
        attach(hall, get_line(hall->member, "\"lanes\":1"));

    (void)fixture_ask(lane, "raise_hand", MEETING, "");
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
    const char *token = get_line(hall->member, "\"lanes\":1");
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture_peer *lane = attach(hall, token);

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
        (void)get_line(hall->member, "\"bundle\":2");
    assert_string_equal(
        fixture_outcome(hall->member, ask_line(hall->member, "")), "too_often");
    pass(hall, 999);
    assert_string_equal(
        fixture_outcome(hall->member, ask_line(hall->member, "")), "too_often");
    pass(hall, 1);
    (void)get_line(hall->member, "");
}

static void a_wish_out_of_bounds_changes_nothing(void **state)
{
    struct hall *hall = *state;
    uint64_t id = ask_line(hall->member, "\"bundle\":7");

    assert_string_equal(fixture_outcome(hall->member, id), "bad_message");
    assert_null(hall->member->session->line);
    id = ask_line(hall->fixture->admin, "\"bundle\":2");
    assert_string_equal(fixture_outcome(hall->fixture->admin, id),
                        "not_allowed");
}

/* --- from a speaker ---------------------------------------------------------
 */

static void what_comes_over_several_lanes_is_relayed_once(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":1,\"copies\":[1]");
    struct fixture_peer *lane = attach(hall, token);

    say_tight(lane, hall->member, (uint32_t[]){ 3, 4 }, 2);
    assert_plain(hall->taker, (uint32_t[]){ 3, 4 }, 2);
    say_tight(hall->member, hall->member, (uint32_t[]){ 1, 2, 3, 4 }, 4);
    assert_plain(hall->taker, (uint32_t[]){ 1, 2 }, 2);
    say_tight(lane, hall->member, (uint32_t[]){ 1, 2, 5 }, 3);
    assert_plain(hall->taker, (uint32_t[]){ 5 }, 1);
    say(hall->member, 5);
    assert_int_equal(hall->taker->binary_count, 3);
    assert_int_equal(sound_of(hall)->duplicates, 5);
    assert_int_equal(sound_of(hall)->received, 5);
}

static void
many_frames_in_a_tight_message_are_relayed_in_plain_ones(void **state)
{
    struct hall *hall = *state;
    uint32_t sequences[40];
    uint32_t i;

    for (i = 0; i < 40; i++)
        sequences[i] = i;
    say_tight(hall->member, hall->member, sequences, 40);
    assert_int_equal(hall->taker->binary_count, 3);
    assert_plain(hall->taker, &sequences[32], 8);
}

static void copies_give_a_speaker_room_for_them(void **state)
{
    enum { NEW = 12 };
    struct hall *hall = *state;
    uint32_t sequences[NEW], next = 0, i;

    (void)get_line(hall->member, "\"copies\":[1,3]");
    while (next < LIMIT_AUDIO_RATE_PER_S) {
        for (i = 0; i < NEW; i++)
            sequences[i] = next++;
        for (i = 0; i < 3; i++)
            say_tight(hall->member, hall->member, sequences, NEW);
    }
    assert_int_equal(sound_of(hall)->received, LIMIT_AUDIO_RATE_PER_S);
    assert_int_equal(sound_of(hall)->duplicates, 2 * LIMIT_AUDIO_RATE_PER_S);
    assert_int_equal(sound_of(hall)->dropped[SOUND_RATE], 0);
    say_tight(hall->member, hall->member, sequences, NEW);
    assert_int_equal(sound_of(hall)->dropped[SOUND_RATE], NEW);
}

/* Others are not to be sent more than by who asks for nothing. */
static void copies_give_no_room_for_more_new_frames(void **state)
{
    struct hall *hall = *state;
    uint32_t next = 0, i;
    int second;

    (void)get_line(hall->member, "\"copies\":[1,3]");
    for (second = 0; second < 3; second++) {
        for (i = 0; i < 3 * LIMIT_AUDIO_RATE_PER_S; i++)
            say(hall->member, next++);
        assert_int_equal(sound_of(hall)->received,
                         (second + 1) * LIMIT_AUDIO_RATE_PER_S);
        pass(hall, 1000);
    }
    assert_int_equal(sound_of(hall)->dropped[SOUND_RATE],
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
    (void)get_line(hall->member, "\"bundle\":2");
    fixture_act(hall->chair, "set_floor_mode", MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    pass(hall, 5000); /* nothing is under way any more */
    assert_non_null(frame);
    hall->member->is_blocked = true;
    session_send(hall->member->session, frame);
    assert_int_equal(hall->member->close_code, 0);
    received = sound_of(hall)->received;
    say_tight(hall->member, hall->member, sequences, LIMIT_TIGHT_FRAMES);
    assert_int_equal(hall->member->close_code, CLOSE_TOO_SLOW);
    assert_int_equal(sound_of(hall)->received - received,
                     LIMIT_AUDIO_FRAMES_PER_MESSAGE);
    assert_int_equal(hall->taker->binary_count, 0);
}

static void a_flood_over_a_lane_ends_the_session(void **state)
{
    struct hall *hall = *state;
    const char *token = get_line(hall->member, "\"lanes\":1");
    struct fixture_peer *lane = attach(hall, token);
    uint32_t sequences[LIMIT_TIGHT_FRAMES] = { 0 };
    int rounds = 0;

    for (uint32_t i = 0; i < LIMIT_TIGHT_FRAMES; i++)
        sequences[i] = i;
    while (!hall->member->close_code && rounds++ < 100)
        say_tight(lane, hall->member, sequences, LIMIT_TIGHT_FRAMES);
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
                            MEETING);
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

    (void)get_line(hall->member, "\"rate\":16000");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 16000);
    assert_int_equal(told_rate(hall->taker), 16000);
    /* Nobody for the sake of a line of their own. */
    assert_int_equal(told_rate(hall->member), -1);
    (void)get_line(hall->taker, "\"rate\":12000");
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

    (void)get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    (void)get_line(hall->member, "\"rate\":0");
    wait(hall, RAISE_MS - TICK_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    (void)get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    (void)get_line(hall->member, "\"rate\":0");
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

    (void)get_line(hall->member, "\"rate\":12000");
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

    (void)get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    fixture_disconnect(hall->taker);
    fixture_settle(hall->fixture);
    back = come_in(hall, "m3");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(back), 12000);
}

static void
who_may_not_be_heard_is_told_nothing_before_it_is_their_turn(void **state)
{
    struct hall *hall = *state;

    fixture_act(hall->chair, "set_floor_mode", MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    (void)get_line(hall->member, "\"rate\":12000");
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->chair), 12000);
    assert_int_equal(told_rate(hall->taker), -1);
    fixture_ask(hall->taker, "raise_hand", MEETING, "");
    fixture_settle(hall->fixture);
    fixture_act(hall->chair, "give_floor", MEETING, "\"member\":\"m3\"");
    fixture_settle(hall->fixture);
    wait(hall, TICK_MS);
    assert_int_equal(told_rate(hall->taker), 12000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_who_asks_is_sent_sound_otherwise),
        TEST(what_is_gathered_goes_out_in_time_without_company),
        TEST(the_loop_is_told_when_a_line_is_due),
        TEST(copies_are_sent_over_another_lane_and_counted),
        TEST(without_lanes_there_are_no_copies),
        TEST(a_good_line_again_is_sent_what_was_gathered_first),
        TEST(a_slow_line_is_sent_several_messages_as_one),
        TEST(what_waits_in_two_forms_goes_out_in_two_messages),
        TEST(nothing_stale_is_sent),
        TEST(who_leaves_the_meeting_is_sent_nothing_of_it),
        TEST(a_line_for_one_voice_is_sent_one),
        TEST(who_has_the_floor_is_the_voice),
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
