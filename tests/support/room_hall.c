#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/room_hall.h"

#include "protocol/wire/tight_message.h"
#include "server/room/room_types.h"

#include <stdio.h>
#include <string.h>

struct fixture_peer *hall_come_in(struct hall *hall, const char *holder)
{
    struct fixture_peer *peer = fixture_member(hall->fixture, holder);

    fixture_ask(peer, "join", HALL_MEETING, "\"from\":0");
    fixture_settle(hall->fixture);
    return peer;
}

static void act(struct hall *hall, const char *op, const char *fields)
{
    const uint64_t id = fixture_act(hall->chair, op, HALL_MEETING, fields);

    fixture_settle(hall->fixture);
    assert_string_equal(fixture_outcome(hall->chair, id), "ok");
}

void hall_gather(struct hall *hall, bool is_open)
{
    hall->fixture = room_fixture_new(0);
    hall->chair = fixture_member(hall->fixture, "m1");
    act(hall, "open_lobby", "");
    fixture_ask(hall->chair, "join", HALL_MEETING, "\"from\":0");
    fixture_settle(hall->fixture);
    if (is_open)
        act(hall, "open_meeting", "");
    hall->deputy = hall_come_in(hall, "m2");
    hall->taker = hall_come_in(hall, "m3");
    hall->member = hall_come_in(hall, "m4");
    act(hall, "admit_all", "");
    if (is_open)
        act(hall, "set_floor_mode", "\"mode\":\"free\",\"order\":\"raised\"");
}

int hall_set_up(void **state)
{
    static struct hall hall;

    hall_gather(&hall, true);
    *state = &hall;
    return 0;
}

int hall_tear_down(void **state)
{
    struct hall *hall = *state;

    room_fixture_free(hall->fixture);
    return 0;
}

const struct sound_figures *hall_sound(const struct hall *hall)
{
    return &hall->fixture->hub->figures.sound;
}

void hall_pass(const struct hall *hall, int64_t ms)
{
    while (ms-- > 0) {
        fake_clock_advance(&hall->fixture->clock, 1);
        (void)hub_sound_turn(hall->fixture->hub, 0, 0);
    }
}

/* --- asking --------------------------------------------------------------- */

uint64_t hall_ask_line(struct fixture_peer *peer, const char *fields)
{
    return fixture_ask(peer, "line", HALL_MEETING, fields);
}

/* The session's token, after a line that must be granted. */
const char *hall_get_line(struct fixture_peer *peer, const char *fields)
{
    const uint64_t id = hall_ask_line(peer, fields);
    const char *token =
        json_string_value(json_object_get(fixture_answer(peer, id), "token"));

    assert_string_equal(fixture_outcome(peer, id), "ok");
    assert_non_null(token);
    assert_int_equal(strlen(token), 64);
    return token;
}

struct fixture_peer *hall_try_attach(struct hall *hall, const char *token)
{
    struct fixture_peer *lane = fixture_connect(hall->fixture, false);
    char fields[100];

    fixture_settle(hall->fixture);
    (void)snprintf(fields, sizeof fields, "\"token\":\"%s\"", token);
    (void)fixture_ask(lane, "attach", "", fields);
    return lane;
}

struct fixture_peer *hall_attach(struct hall *hall, const char *token)
{
    struct fixture_peer *lane = hall_try_attach(hall, token);

    assert_string_equal(fixture_outcome(lane, 1), "ok");
    assert_int_equal(lane->close_code, 0);
    return lane;
}

void assert_not_attached(struct fixture_peer *lane)
{
    assert_string_equal(fixture_outcome(lane, 1), "attach_failed");
    assert_int_equal(lane->close_code, CLOSE_POLICY);
    fixture_disconnect(lane);
}

/* --- saying and hearing --------------------------------------------------- */

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

void hall_say(struct fixture_peer *speaker, uint32_t sequence)
{
    const struct audio_frame frame = frame_of(speaker, sequence);
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    size_t size = 0;

    assert_int_equal(audio_frame_encode(&frame, bytes, sizeof bytes, &size),
                     RESULT_OK);
    session_on_binary(speaker->session, bytes, size);
}

/* Over `connection`, frames of the speaker in one tight message. */
void hall_say_tight(struct fixture_peer *connection,
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
void assert_tight(const struct fixture_peer *peer,
                  const struct fixture_peer *speaker, const uint32_t *sequences,
                  size_t count)
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

void assert_plain(const struct fixture_peer *peer, const uint32_t *sequences,
                  size_t count)
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
