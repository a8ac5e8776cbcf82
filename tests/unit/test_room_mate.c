#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/room_mate.h"
#include "tests/support/room_pair.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 24, SOON_MS = 5000 };

/* --- who listens --------------------------------------------------------- */

/* The real one, and some that are wrong, for the test of the tests. */
enum fault {
    FAULT_NONE,
    FAULT_ALWAYS,    /* says yes to whoever talks */
    FAULT_NEVER,     /* hears nothing */
    FAULT_DIRECTION, /* takes what comes after for what comes before */
};

struct listener {
    struct room_mate *mate;
    enum fault fault;
    unsigned heard;
    uint16_t slot;
};

static void on_captured(void *user, const int16_t *samples, int64_t captured_ms,
                        bool is_sent)
{
    struct listener *listener = user;

    if (listener->fault == FAULT_DIRECTION)
        captured_ms -= 300;
    room_mate_captured(listener->mate, samples, captured_ms, is_sent);
}

static void on_arrived(void *user, uint16_t slot, uint32_t timestamp,
                       int64_t arrival_ms)
{
    struct listener *listener = user;

    room_mate_arrived(listener->mate, slot, timestamp, AUDIO_BLOCK_COUNT,
                      arrival_ms);
}

static void on_heard(void *user, uint16_t slot, uint32_t timestamp,
                     const int16_t *samples, int64_t heard_ms)
{
    struct listener *listener = user;

    listener->heard++;
    room_mate_heard(listener->mate, slot, timestamp, samples, AUDIO_BLOCK_COUNT,
                    heard_ms);
}

static bool was_found(void *user)
{
    struct listener *listener = user;
    bool found = room_mate_next(listener->mate, &listener->slot);

    if (listener->fault == FAULT_ALWAYS)
        return listener->heard > 100;
    return found && listener->fault != FAULT_NEVER;
}

/* Is the round trip to the server known? To both it is as long. */
static bool knows_line;

static int64_t play_with(const struct room_pair *pair, enum fault fault)
{
    struct listener listener = { .fault = fault };
    const struct room_pair_listener interface = { .captured = on_captured,
                                                  .arrived = on_arrived,
                                                  .heard = on_heard,
                                                  .found = was_found,
                                                  .user = &listener };
    int64_t found_ms;

    assert_int_equal(room_mate_new(&listener.mate), RESULT_OK);
    if (knows_line)
        room_mate_set_round_trip(listener.mate, pair->line_ms);
    found_ms = room_pair_play(pair, &interface);
    room_mate_free(listener.mate);
    return found_ms;
}

/* --- pairs --------------------------------------------------------------- */

/* One of many: other voices, another line, another delay of the room. */
static struct room_pair vary(const struct room_pair *kind, unsigned i)
{
    struct room_pair pair = *kind;

    pair.seed += i + 1;
    if (pair.room_ms == 0)
        pair.room_ms = 5 + 75 * i / (PAIRS - 1);
    if (pair.line_ms == 0)
        pair.line_ms = 60 + 37 * i % 190;
    if (pair.wait_ms == 0)
        pair.wait_ms = 40 + 13 * i % 80;
    return pair;
}

static unsigned count_unrecognised(const struct room_pair *kind, unsigned count,
                                   enum fault fault)
{
    unsigned unrecognised = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct room_pair pair = vary(kind, i * PAIRS / count);
        int64_t found_ms = play_with(&pair, fault);

        if (found_ms >= 0 && found_ms <= SOON_MS)
            continue;
        unrecognised++;
        if (fault == FAULT_NONE)
            print_message("seed %u, room %u ms, line %u ms, wait %u ms: %lld\n",
                          pair.seed, pair.room_ms, pair.line_ms, pair.wait_ms,
                          (long long)found_ms);
    }
    return unrecognised;
}

static unsigned count_confused(const struct room_pair *kind, unsigned count,
                               enum fault fault)
{
    unsigned confused = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct room_pair pair = vary(kind, i * PAIRS / count);
        int64_t found_ms = play_with(&pair, fault);

        if (found_ms < 0)
            continue;
        confused++;
        if (fault == FAULT_NONE)
            print_message("seed %u, line %u ms, wait %u ms: after %lld ms\n",
                          pair.seed, pair.line_ms, pair.wait_ms,
                          (long long)found_ms);
    }
    return confused;
}

/* --- in one room --------------------------------------------------------- */

static const struct room_pair one_room = { .talk = TALK_SECOND,
                                           .is_one_room = true,
                                           .gain = 0.5,
                                           .reflected = 0.5,
                                           .noise = 60.0 };

static void who_talks_in_our_room_is_recognised_soon(void **state)
{
    (void)state;
    assert_int_equal(count_unrecognised(&one_room, PAIRS, FAULT_NONE), 0);
}

static void our_own_voice_in_his_microphone_is_enough(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.talk = TALK_FIRST;
    kind.seed = 100;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 2, FAULT_NONE), 0);
}

static void talk_in_turns_or_at_once_is_enough(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.talk = TALK_IN_TURNS;
    kind.seed = 200;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 3, FAULT_NONE), 0);
    kind.talk = TALK_BOTH;
    kind.seed = 300;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 3, FAULT_NONE), 0);
}

static void a_far_corner_with_noise_and_walls_is_enough(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.gain = 0.25;
    kind.reflected = 1.0;
    kind.noise = 200.0;
    kind.seed = 400;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 2, FAULT_NONE), 0);
}

static void our_loudspeaker_does_not_hide_it(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.echo = 0.5;
    kind.seed = 500;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 2, FAULT_NONE), 0);
}

/* On a short line, as between two who sit together. */
static void both_microphones_may_be_on(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.is_sent = true;
    kind.line_ms = 30;
    kind.wait_ms = 60;
    kind.room_ms = 8;
    kind.talk = TALK_IN_TURNS;
    kind.seed = 600;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 2, FAULT_NONE), 0);
}

static void both_may_be_on_over_a_long_line_that_is_known(void **state)
{
    struct room_pair kind = one_room;

    (void)state;
    kind.is_sent = true;
    kind.room_ms = 8;
    kind.seed = 700;
    knows_line = true;
    assert_int_equal(count_unrecognised(&kind, PAIRS / 2, FAULT_NONE), 0);
    knows_line = false;
}

/* --- in two rooms -------------------------------------------------------- */

static const struct room_pair two_rooms = { .talk = TALK_IN_TURNS,
                                            .reflected = 0.5,
                                            .noise = 60.0 };

static void who_talks_elsewhere_is_not_taken_for_a_neighbour(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.seed = 1000;
    assert_int_equal(count_confused(&kind, PAIRS, FAULT_NONE), 0);
    kind.talk = TALK_BOTH;
    kind.seed = 1100;
    assert_int_equal(count_confused(&kind, PAIRS, FAULT_NONE), 0);
    kind.noise = 5.0;
    kind.seed = 1200;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
}

static void the_echo_of_our_loudspeaker_is_no_neighbour(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.talk = TALK_SECOND;
    kind.echo = 0.8;
    kind.noise = 20.0;
    kind.seed = 1300;
    assert_int_equal(count_confused(&kind, PAIRS, FAULT_NONE), 0);
    kind.talk = TALK_BOTH;
    kind.seed = 1400;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
}

/* Nor is one who has no echo canceller: all that we say comes back from him. */
static void our_voice_that_comes_back_is_no_neighbour(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.talk = TALK_FIRST;
    kind.is_sent = true;
    kind.leak = 0.5;
    kind.seed = 1500;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
    knows_line = true;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
    kind.line_ms = 8; /* in the house next door */
    kind.wait_ms = 32;
    assert_int_equal(count_confused(&kind, PAIRS / 4, FAULT_NONE), 0);
    knows_line = false;
}

static void
a_third_ones_voice_from_both_loudspeakers_is_no_neighbour(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.talk = TALK_THIRD;
    kind.leak = 0.5;
    kind.echo = 0.5;
    kind.seed = 1600;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
}

static void hum_keys_and_music_are_no_neighbours(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.hum = 300.0;
    kind.clicks = 6000.0;
    kind.seed = 1700;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
    kind.talk = TALK_NOBODY;
    kind.seed = 1800;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
    kind.clicks = 0.0;
    kind.melody = 1500.0;
    kind.seed = 1900;
    assert_int_equal(count_confused(&kind, PAIRS / 2, FAULT_NONE), 0);
}

/* --- the rest ------------------------------------------------------------ */

static void each_is_told_once_and_again_if_the_slot_is_anothers(void **state)
{
    static int16_t sound[ROOM_PAIR_COUNT / 10];
    struct room_mate *mate;
    uint32_t random = 1;
    uint16_t slot;
    unsigned told = 0;

    (void)state;
    for (size_t i = 0; i < ROOM_PAIR_COUNT / 10; i++) {
        random = random * 1664525u + 1013904223u;
        sound[i] = (int16_t)((random >> 18) - 8192);
    }
    assert_int_equal(room_mate_new(&mate), RESULT_OK);
    for (int64_t k = 0; k < 800; k++) {
        const int16_t *block = &sound[k % 50 * AUDIO_BLOCK_COUNT];
        const int16_t *late = &sound[(k + 45) % 50 * AUDIO_BLOCK_COUNT];

        if (k == 400)
            assert_int_equal(told, 1);
        if (k == 400)
            room_mate_forget(mate, 3);
        room_mate_captured(mate, block, 1000 + 20 * k, false);
        room_mate_heard(mate, 3, (uint32_t)k * AUDIO_BLOCK_COUNT, late,
                        AUDIO_BLOCK_COUNT, 1000 + 20 * k);
        if (room_mate_next(mate, &slot)) {
            assert_int_equal(slot, 3);
            told++;
        }
        assert_true(told <= (k < 400 ? 1 : 2));
    }
    assert_int_equal(told, 2);
    room_mate_free(mate);
}

/* Our own voice reaches both, and so both lines. */
static void two_neighbours_are_both_told(void **state)
{
    static int16_t sound[ROOM_PAIR_COUNT / 10];
    struct room_mate *mate;
    uint32_t random = 7;
    uint16_t slot;
    unsigned told = 0;

    (void)state;
    for (size_t i = 0; i < ROOM_PAIR_COUNT / 10; i++) {
        random = random * 1664525u + 1013904223u;
        sound[i] = (int16_t)((random >> 18) - 8192);
    }
    assert_int_equal(room_mate_new(&mate), RESULT_OK);
    for (int64_t k = 0; k < 250; k++) {
        const int64_t now_ms = 1000 + 20 * k;

        room_mate_captured(mate, &sound[k % 50 * AUDIO_BLOCK_COUNT], now_ms,
                           false);
        for (uint16_t one = 3; one <= 4; one++)
            room_mate_heard(mate, one, (uint32_t)k * AUDIO_BLOCK_COUNT,
                            &sound[(k + 50 - 2 * one) % 50 * AUDIO_BLOCK_COUNT],
                            AUDIO_BLOCK_COUNT, now_ms);
        while (room_mate_next(mate, &slot))
            told |= 1u << slot;
    }
    assert_int_equal(told, 1u << 3 | 1u << 4);
    room_mate_free(mate);
}

/* --- the tests of the tests ---------------------------------------------- */

static void who_always_says_yes_or_never_is_found_out(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    assert_int_equal(count_confused(&kind, 4, FAULT_ALWAYS), 4);
    assert_int_equal(count_unrecognised(&one_room, 4, FAULT_NEVER), 4);
}

static void who_takes_an_echo_for_a_neighbour_is_found_out(void **state)
{
    struct room_pair kind = two_rooms;

    (void)state;
    kind.talk = TALK_SECOND;
    kind.echo = 0.8;
    kind.noise = 20.0;
    kind.seed = 1300;
    assert_true(count_confused(&kind, 8, FAULT_DIRECTION) >= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_talks_in_our_room_is_recognised_soon),
        cmocka_unit_test(our_own_voice_in_his_microphone_is_enough),
        cmocka_unit_test(talk_in_turns_or_at_once_is_enough),
        cmocka_unit_test(a_far_corner_with_noise_and_walls_is_enough),
        cmocka_unit_test(our_loudspeaker_does_not_hide_it),
        cmocka_unit_test(both_microphones_may_be_on),
        cmocka_unit_test(both_may_be_on_over_a_long_line_that_is_known),
        cmocka_unit_test(who_talks_elsewhere_is_not_taken_for_a_neighbour),
        cmocka_unit_test(the_echo_of_our_loudspeaker_is_no_neighbour),
        cmocka_unit_test(our_voice_that_comes_back_is_no_neighbour),
        cmocka_unit_test(
            a_third_ones_voice_from_both_loudspeakers_is_no_neighbour),
        cmocka_unit_test(hum_keys_and_music_are_no_neighbours),
        cmocka_unit_test(each_is_told_once_and_again_if_the_slot_is_anothers),
        cmocka_unit_test(two_neighbours_are_both_told),
        cmocka_unit_test(who_always_says_yes_or_never_is_found_out),
        cmocka_unit_test(who_takes_an_echo_for_a_neighbour_is_found_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
