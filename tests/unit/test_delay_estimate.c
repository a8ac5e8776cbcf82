#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/delay_estimate.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <string.h>

enum {
    SECOND = AUDIO_RATE,
    COUNT = 6 * SECOND,
    NEAR = 6 * AUDIO_COUNT_PER_MS,
    BLOCKS_A_SECOND = SECOND / AUDIO_BLOCK_COUNT,
};

static int16_t played[COUNT];
static int16_t captured[COUNT];
static struct delay_estimate *estimate;

static int set_up(void **state)
{
    (void)state;
    memset(played, 0, sizeof played);
    memset(captured, 0, sizeof captured);
    assert_int_equal(delay_estimate_new(&estimate), RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    estimate = delay_estimate_free(estimate);
    return 0;
}

/* The block after which the delay was known; -1: never. */
static int listen(void)
{
    size_t delay;
    int known = -1;

    for (int i = 0; i < COUNT / AUDIO_BLOCK_COUNT; i++) {
        size_t at = (size_t)i * AUDIO_BLOCK_COUNT;

        delay_estimate_block(estimate, &played[at], &captured[at]);
        if (known < 0 && delay_estimate_find(estimate, &delay))
            known = i;
    }
    return known;
}

static void an_echo_is_found_within_three_seconds(void **state)
{
    const unsigned delays_ms[] = { 0, 7, 60, 143, 310, 490 };

    (void)state;
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        size_t wanted = (size_t)delays_ms[i] * AUDIO_COUNT_PER_MS;
        size_t delay;
        int known;

        memset(captured, 0, sizeof captured);
        sound_signal_speech(played, COUNT, 7 + (uint32_t)i);
        sound_room_add_echo(captured, played, COUNT, wanted, 0.3, 3);
        sound_room_add_noise(captured, COUNT, 50.0, 3);
        delay_estimate_reset(estimate);
        known = listen();
        assert_in_range(known, 0, 3 * BLOCKS_A_SECOND);
        assert_true(delay_estimate_find(estimate, &delay));
        /* To about a period of the voice. */
        assert_in_range(delay + SECOND, wanted + SECOND - NEAR,
                        wanted + SECOND + NEAR);
    }
}

static void it_is_found_behind_somebody_who_talks(void **state)
{
    static int16_t near[COUNT];
    size_t delay;

    (void)state;
    sound_signal_speech(played, COUNT, 21);
    sound_signal_speech(near, COUNT, 22);
    sound_room_add_echo(captured, played, COUNT, 80 * AUDIO_COUNT_PER_MS, 0.5,
                        4);
    for (size_t i = 0; i < COUNT; i++)
        captured[i] = (int16_t)(captured[i] / 2 + near[i] / 2);
    assert_true(listen() >= 0);
    assert_true(delay_estimate_find(estimate, &delay));
    assert_in_range(delay / AUDIO_COUNT_PER_MS, 78, 82);
}

static void what_has_nothing_to_do_with_it_is_not_found(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 20; seed++) {
        sound_signal_speech(played, COUNT, seed);
        sound_signal_speech(captured, COUNT, 100 + seed);
        delay_estimate_reset(estimate);
        if (listen() >= 0)
            fail_msg("seed %u", seed);
    }
}

static void silence_says_nothing(void **state)
{
    (void)state;
    sound_signal_speech(played, COUNT, 31);
    assert_int_equal(listen(), -1);
    delay_estimate_reset(estimate);
    sound_signal_speech(captured, COUNT, 31);
    memset(played, 0, sizeof played);
    assert_int_equal(listen(), -1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_echo_is_found_within_three_seconds),
        TEST(it_is_found_behind_somebody_who_talks),
        TEST(what_has_nothing_to_do_with_it_is_not_found),
        TEST(silence_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
