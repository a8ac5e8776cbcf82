/* Sound from a speaker to the others, frame by frame. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/audio_frame.h"
#include "server/room/room_types.h"
#include "tests/support/room_hall.h"

#include <string.h>

enum { BUSY_TURN_US = BUNDLE_WINDOW_JUDGED_US };

static struct hub *hub_of(const struct hall *hall)
{
    return hall->fixture->hub;
}

static struct room *room_of(const struct hall *hall)
{
    struct identifier id = { HALL_MEETING };

    return hub_find_room(hub_of(hall), &id);
}

static void say_as(struct fixture_peer *speaker, uint32_t sequence,
                   size_t frames, size_t payload_size)
{
    const uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE] = { 0xf8, 0xff, 0xfe };
    struct audio_frame frame = { .slot = speaker->session->slot,
                                 .sequence = sequence,
                                 .payload = payload,
                                 .payload_size = (uint16_t)payload_size };
    uint8_t bytes[LIMIT_AUDIO_MESSAGE_SIZE];
    size_t size = 0, i;

    for (i = 0; i < frames; i++) {
        size_t written = 0;

        assert_int_equal(audio_frame_encode(&frame, bytes + size,
                                            sizeof bytes - size, &written),
                         RESULT_OK);
        size += written;
    }
    session_on_binary(speaker->session, bytes, size);
}

static void say_much(struct fixture_peer *speaker, uint32_t sequence,
                     size_t frames)
{
    say_as(speaker, sequence, frames, 3);
}

static void say(struct fixture_peer *speaker, uint32_t sequence)
{
    say_much(speaker, sequence, 1);
}

/* The frames of the newest message that this peer was sent, as "slot:seq". */
static void assert_heard(const struct fixture_peer *peer, size_t count,
                         const struct audio_frame *expected)
{
    struct audio_message message;
    struct audio_frame frame;
    size_t i;

    assert_int_equal(
        audio_message_open(&message, peer->binary, peer->binary_size),
        RESULT_OK);
    assert_int_equal(message.frame_count, count);
    for (i = 0; audio_message_next(&message, &frame, NULL); i++) {
        assert_int_equal(frame.slot, expected[i].slot);
        assert_int_equal(frame.sequence, expected[i].sequence);
    }
}

static uint64_t dropped(const struct hall *hall, enum sound_drop why)
{
    return hub_of(hall)->figures.sound.dropped[why];
}

/* The loop has been busy for a while: sound may be held back. */
static void be_busy(const struct hall *hall)
{
    (void)hub_sound_turn(hub_of(hall), BUSY_TURN_US,
                         BUSY_TURN_US * BUNDLE_WINDOW_BUSY_PERCENT / 100);
    assert_int_equal(hub_of(hall)->window.window_ms, BUNDLE_WINDOW_GROW_MS);
}

/* The loop slept all that time. */
static void pass(const struct hall *hall, int64_t ms)
{
    fake_clock_advance(&hall->fixture->clock, ms);
    (void)hub_sound_turn(hub_of(hall), 0, 0);
}

/* --- now ----------------------------------------------------------------- */

static void a_frame_goes_at_once_to_all_others(void **state)
{
    struct hall *hall = *state;

    say(hall->chair, 1);
    assert_int_equal(hall->chair->binary_count, 0);
    assert_int_equal(hall->deputy->binary_count, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    assert_int_equal(hall->member->binary_count, 1);
    assert_int_equal(hub_of(hall)->figures.sound.delivered, 3);
    assert_int_equal(hub_of(hall)->figures.sound.messages, 3);
}

static void nobody_hears_themselves_on_another_device(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *second = fixture_member(hall->fixture, "m1");

    fixture_ask(second, "join", HALL_MEETING, "\"from\":0");
    fixture_settle(hall->fixture);
    say(hall->chair, 1);
    assert_int_equal(second->binary_count, 0);
    say(hall->deputy, 1);
    assert_int_equal(second->binary_count, 1);
}

static void who_has_left_is_sent_nothing_and_who_has_come_hears(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *back;

    say(hall->chair, 1);
    fixture_disconnect(hall->member);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 1);
    fixture_settle(hall->fixture);
    back = hall_come_in(hall, "m4");
    say(hall->chair, 3);
    assert_int_equal(back->binary_count, 1);
    assert_int_equal(hall->taker->binary_count, 3);
}

/* --- held back ----------------------------------------------------------- */

static void a_busy_server_sends_what_several_say_in_one_message(void **state)
{
    struct hall *hall = *state;
    const uint16_t first = hall->chair->session->slot;
    const uint16_t second = hall->deputy->session->slot;

    be_busy(hall);
    say(hall->chair, 1); /* alone so far: at once */
    assert_int_equal(hall->member->binary_count, 1);
    say(hall->deputy, 1);
    say(hall->chair, 2);
    pass(hall, BUNDLE_WINDOW_GROW_MS - 1);
    assert_int_equal(hall->member->binary_count, 1);
    pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 2);
    assert_heard(hall->member, 2,
                 (struct audio_frame[]){ { .slot = second, .sequence = 1 },
                                         { .slot = first, .sequence = 2 } });
    assert_heard(hall->chair, 1,
                 &(struct audio_frame){ .slot = second, .sequence = 1 });
    assert_heard(hall->deputy, 1,
                 &(struct audio_frame){ .slot = first, .sequence = 2 });
    assert_int_equal(hub_of(hall)->figures.sound.delivered, 3 + 6);
    assert_int_equal(hub_of(hall)->figures.sound.messages, 3 + 4);
}

static void
one_who_speaks_alone_is_held_back_only_by_a_long_window(void **state)
{
    struct hall *hall = *state;
    int i;

    be_busy(hall);
    say(hall->chair, 1);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    for (i = 0; i < 2; i++)
        (void)hub_sound_turn(hub_of(hall), BUSY_TURN_US,
                             BUSY_TURN_US * BUNDLE_WINDOW_BUSY_PERCENT / 100);
    say(hall->chair, 3);
    pass(hall, 20);
    say(hall->chair, 4);
    assert_int_equal(hall->member->binary_count, 2);
    pass(hall, 3 * BUNDLE_WINDOW_GROW_MS - 20);
    assert_int_equal(hall->member->binary_count, 3);
    assert_int_equal(hub_of(hall)->figures.sound.delivered, 4 * 3);
}

/* Even while it has time: three make more records than one message needs. */
static void what_three_say_at_once_waits_for_company(void **state)
{
    struct hall *hall = *state;

    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hall->member->binary_count, 2);
    say(hall->taker, 1);
    say(hall->chair, 2);
    assert_int_equal(hall->member->binary_count, 2);
    pass(hall, BUNDLE_WINDOW_LEAST_MS - 1);
    assert_int_equal(hall->member->binary_count, 2);
    pass(hall, 1);
    assert_int_equal(hall->member->binary_count, 3);
    assert_heard(hall->member, 2,
                 (struct audio_frame[]){
                     { .slot = hall->taker->session->slot, .sequence = 1 },
                     { .slot = hall->chair->session->slot, .sequence = 2 } });
    pass(hall, CHORUS_MS); /* the others are silent */
    say(hall->chair, 3);
    assert_int_equal(hall->member->binary_count, 4);
}

static void nothing_waits_where_the_administrator_wants_no_delay(void **state)
{
    struct hall *hall = *state;

    hub_of(hall)->window.max_ms = 0;
    say(hall->chair, 1);
    say(hall->deputy, 1);
    say(hall->taker, 1);
    assert_int_equal(hall->member->binary_count, 3);
}

static void the_loop_is_told_how_long_it_may_sleep(void **state)
{
    struct hall *hall = *state;

    assert_int_equal(hub_sound_turn(hub_of(hall), 0, 0), -1);
    be_busy(hall);
    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hub_sound_turn(hub_of(hall), 0, 0), BUNDLE_WINDOW_GROW_MS);
    fake_clock_advance(&hall->fixture->clock, 4);
    assert_int_equal(hub_sound_turn(hub_of(hall), 0, 0),
                     BUNDLE_WINDOW_GROW_MS - 4);
    fake_clock_advance(&hall->fixture->clock, BUNDLE_WINDOW_GROW_MS);
    assert_int_equal(hub_sound_turn(hub_of(hall), 0, 0), -1);
}

static void a_message_is_never_longer_than_the_protocol_allows(void **state)
{
    struct hall *hall = *state;
    uint32_t i;

    be_busy(hall);
    say(hall->chair, 0);
    say(hall->deputy, 0);
    for (i = 1; i <= LIMIT_AUDIO_FRAMES_PER_MESSAGE; i++)
        say(hall->chair, i);
    /* The one that did not fit any more has sent the others on their way. */
    assert_int_equal(hall->member->binary_count, 2);
    pass(hall, BUNDLE_WINDOW_GROW_MS);
    assert_int_equal(hall->member->binary_count, 3);
    assert_heard(hall->member, 1,
                 &(struct audio_frame){ .slot = hall->chair->session->slot,
                                        .sequence = i - 1 });
}

static void what_is_held_back_is_heard_before_somebody_goes(void **state)
{
    struct hall *hall = *state;

    be_busy(hall);
    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    fixture_disconnect(hall->member);
    assert_int_equal(hall->taker->binary_count, 2);
    assert_int_equal(hub_sound_turn(hub_of(hall), 0, 0), -1);
}

static void what_is_held_back_is_heard_before_the_meeting_changes(void **state)
{
    struct hall *hall = *state;

    be_busy(hall);
    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    fixture_act(hall->chair, "set_floor_mode", HALL_MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    assert_int_equal(hall->taker->binary_count, 2);
}

static void a_server_that_stops_forgets_what_it_held_back(void **state)
{
    struct hall *hall = *state;

    be_busy(hall);
    say(hall->chair, 1);
    say(hall->deputy, 1);
    assert_int_equal(hall->taker->binary_count, 1);
    /* The end of the fixture finds nothing that is leaked or used again. */
}

/* --- behind -------------------------------------------------------------- */

static void who_takes_nothing_is_kept_the_newest_only(void **state)
{
    struct hall *hall = *state;
    uint32_t i;

    hall->member->is_blocked = true;
    for (i = 1; i <= LIMIT_AUDIO_QUEUE + 2; i++)
        say(hall->chair, i);
    assert_int_equal(dropped(hall, SOUND_QUEUE_FULL), 2);
    assert_int_equal(hall->taker->binary_count, LIMIT_AUDIO_QUEUE + 2);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    /* All that waited in one message: from the third frame on. */
    assert_int_equal(hall->member->binary_count, 1);
    assert_memory_equal(hall->member->binary + 7, "\3", 1);
    assert_int_equal(
        histogram_until(&hub_of(hall)->figures.sound.queue_age, SIZE_MAX),
        LIMIT_AUDIO_QUEUE);
}

static void nothing_stale_is_sent(void **state)
{
    struct hall *hall = *state;

    hall->member->is_blocked = true;
    say(hall->chair, 1);
    fake_clock_advance(&hall->fixture->clock, 20);
    say(hall->chair, 2);
    fake_clock_advance(&hall->fixture->clock, LIMIT_AUDIO_AGE_MS - 19);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(dropped(hall, SOUND_STALE), 1);
    assert_heard(hall->member, 1,
                 &(struct audio_frame){ .slot = hall->chair->session->slot,
                                        .sequence = 2 });
}

static void time_held_back_counts_as_age(void **state)
{
    struct hall *hall = *state;

    be_busy(hall);
    say(hall->chair, 1);
    say(hall->deputy, 1);
    hall->member->is_blocked = true;
    pass(hall, BUNDLE_WINDOW_GROW_MS);
    fake_clock_advance(&hall->fixture->clock,
                       LIMIT_AUDIO_AGE_MS - BUNDLE_WINDOW_GROW_MS + 1);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(dropped(hall, SOUND_STALE), 1);
    assert_int_equal(hall->member->binary_count, 1);
}

static void what_must_be_known_goes_before_what_is_said(void **state)
{
    struct hall *hall = *state;
    size_t known = json_array_size(hall->member->frames);

    hall->member->is_blocked = true;
    say(hall->chair, 1);
    fixture_ask(hall->deputy, "raise_hand", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    hall->member->is_blocked = false;
    fixture_run(hall->fixture);
    assert_int_equal(hall->member->binary_count, 1);
    assert_true(hall->member->texts_before_binary > known);
    assert_int_equal(hall->member->texts_before_binary,
                     json_array_size(hall->member->frames));
}

static void who_goes_while_sound_waits_is_counted(void **state)
{
    struct hall *hall = *state;

    hall->member->is_blocked = true;
    say(hall->chair, 1);
    say(hall->chair, 2);
    fixture_disconnect(hall->member);
    assert_int_equal(dropped(hall, SOUND_CLOSING), 2);
}

/* --- refused ------------------------------------------------------------- */

static const char *last_error(const struct fixture_peer *peer)
{
    size_t i;

    for (i = json_array_size(peer->frames); i > 0; i--) {
        const json_t *error =
            json_object_get(json_array_get(peer->frames, i - 1), "error");

        if (error)
            return json_string_value(json_object_get(error, "code"));
    }
    return "";
}

static void one_more_than_may_speak_at_once_is_told_once_a_second(void **state)
{
    struct hall *hall = *state;
    const int64_t now_ms = hub_monotonic_ms(hub_of(hall));
    uint16_t slot;

    for (slot = 1000; slot < 1000 + LIMIT_ROOM_TALKERS; slot++)
        assert_true(talkers_admit(&room_of(hall)->talkers, slot, now_ms));
    say(hall->member, 1);
    say(hall->member, 2);
    assert_int_equal(fixture_count(hall->member, "error", NULL), 1);
    assert_string_equal(last_error(hall->member), "too_many_speakers");
    assert_int_equal(hall->taker->binary_count, 0);
    assert_int_equal(dropped(hall, SOUND_TOO_MANY_SPEAKERS), 2);
    fake_clock_advance(&hall->fixture->clock, 999);
    say(hall->member, 3);
    assert_int_equal(fixture_count(hall->member, "error", NULL), 1);
    /* The places are free, and there is nothing to be told any more. */
    fake_clock_advance(&hall->fixture->clock, 1);
    say(hall->member, 4);
    assert_int_equal(fixture_count(hall->member, "error", NULL), 1);
    assert_int_equal(hall->taker->binary_count, 1);
}

static void who_may_not_be_heard_is_told(void **state)
{
    struct hall *hall = *state;

    fixture_act(hall->chair, "set_floor_mode", HALL_MEETING,
                "\"mode\":\"called\",\"order\":\"raised\"");
    fixture_settle(hall->fixture);
    say(hall->member, 1);
    assert_string_equal(last_error(hall->member), "no_floor");
    assert_int_equal(dropped(hall, SOUND_NO_FLOOR), 1);
}

static void more_than_a_codec_sends_is_lost_and_a_flood_ends(void **state)
{
    struct hall *hall = *state;
    const unsigned each = LIMIT_AUDIO_FRAMES_PER_MESSAGE;
    unsigned sent = 0;

    while (!hall->member->close_code && sent < 4 * LIMIT_AUDIO_EXCESS) {
        say_much(hall->member, sent, each);
        sent += each;
    }
    assert_int_equal(hall->member->close_code, CLOSE_TOO_FAST);
    assert_string_equal(last_error(hall->member), "too_fast");
    assert_in_range(sent, LIMIT_AUDIO_EXCESS,
                    LIMIT_AUDIO_EXCESS + LIMIT_AUDIO_RATE_PER_S + 2 * each);
    assert_in_range(hub_of(hall)->figures.sound.delivered,
                    3 * (LIMIT_AUDIO_RATE_PER_S - each),
                    3 * LIMIT_AUDIO_RATE_PER_S);
}

static void a_burst_after_a_stall_is_no_flood(void **state)
{
    struct hall *hall = *state;
    uint32_t i;

    for (i = 0; i < 10 * 50; i++)
        say(hall->member, i);
    assert_int_equal(hall->member->close_code, 0);
    assert_int_equal(dropped(hall, SOUND_RATE), 500 - LIMIT_AUDIO_RATE_PER_S);
    fake_clock_advance(&hall->fixture->clock, 1000);
    say(hall->member, i);
    assert_int_equal(dropped(hall, SOUND_RATE), 500 - LIMIT_AUDIO_RATE_PER_S);
}

/* On two devices at once: it is his voice all the same. */
static void of_one_member_so_many_bytes_are_relayed_and_no_more(void **state)
{
    enum { EACH = 3, SIZE = LIMIT_OPUS_PAYLOAD_SIZE };
    struct hall *hall = *state;
    struct fixture_peer *second = hall_come_in(hall, "m4");
    const struct sound_figures *sound = hall_sound(hall);
    const uint64_t listeners = 3;
    uint64_t relayed, before;
    uint32_t i;

    for (i = 0; i < 20; i++) {
        say_as(hall->member, EACH * i, EACH, SIZE);
        say_as(second, EACH * i, EACH, SIZE);
    }
    relayed = sound->delivered / listeners;
    assert_int_equal(relayed, LIMIT_VOICE_BURST / (EACH * SIZE) * EACH);
    assert_int_equal(dropped(hall, SOUND_SIZE), 2 * EACH * i - relayed);
    before = sound->delivered;
    say(hall->chair, 1);
    assert_int_equal(sound->delivered, before + listeners + 1);
    fake_clock_advance(&hall->fixture->clock, 1000);
    before = sound->delivered;
    for (i = 20; i < 30; i++)
        say_as(second, EACH * i, EACH, SIZE);
    assert_int_equal((sound->delivered - before) / listeners,
                     LIMIT_VOICE_SIZE_PER_S / (EACH * SIZE) * EACH);
    assert_int_equal(hall->member->close_code, 0);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, hall_set_up, hall_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_frame_goes_at_once_to_all_others),
        TEST(nobody_hears_themselves_on_another_device),
        TEST(who_has_left_is_sent_nothing_and_who_has_come_hears),
        TEST(a_busy_server_sends_what_several_say_in_one_message),
        TEST(one_who_speaks_alone_is_held_back_only_by_a_long_window),
        TEST(the_loop_is_told_how_long_it_may_sleep),
        TEST(a_message_is_never_longer_than_the_protocol_allows),
        TEST(what_three_say_at_once_waits_for_company),
        TEST(nothing_waits_where_the_administrator_wants_no_delay),
        TEST(what_is_held_back_is_heard_before_somebody_goes),
        TEST(what_is_held_back_is_heard_before_the_meeting_changes),
        TEST(a_server_that_stops_forgets_what_it_held_back),
        TEST(who_takes_nothing_is_kept_the_newest_only),
        TEST(nothing_stale_is_sent),
        TEST(time_held_back_counts_as_age),
        TEST(what_must_be_known_goes_before_what_is_said),
        TEST(who_goes_while_sound_waits_is_counted),
        TEST(one_more_than_may_speak_at_once_is_told_once_a_second),
        TEST(who_may_not_be_heard_is_told),
        TEST(more_than_a_codec_sends_is_lost_and_a_flood_ends),
        TEST(a_burst_after_a_stall_is_no_flood),
        TEST(of_one_member_so_many_bytes_are_relayed_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
