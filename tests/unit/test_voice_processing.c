#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_processing.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECOND = AUDIO_RATE,
    COUNT = 16 * SECOND,
    MEASURED = 4 * SECOND, /* at the end */
    SHIFT_MAX = 60 * AUDIO_COUNT_PER_MS,
    SETTLED = SECOND / 10, /* what is processed is a little later */
    ECHO_DB = 30,
};

static const double ECHO_GAIN = 0.5;

static int16_t far[COUNT];
static int16_t near[COUNT];
static int16_t captured[COUNT];
static int16_t processed[COUNT];

static struct voice_processing *processing;

static int set_up(void **state)
{
    (void)state;
    memset(far, 0, sizeof far);
    memset(near, 0, sizeof near);
    memset(captured, 0, sizeof captured);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    processing = voice_processing_free(processing);
    return 0;
}

/* The device's unevenness of so many milliseconds is put on both clocks. */
static void run_uneven(const struct voice_processing_settings *settings,
                       int uneven_ms)
{
    assert_int_equal(voice_processing_new(&processing, settings), RESULT_OK);
    memcpy(processed, captured, sizeof processed);
    for (int i = 0; i < COUNT / AUDIO_BLOCK_COUNT; i++) {
        size_t at = (size_t)i * AUDIO_BLOCK_COUNT;

        voice_processing_played(processing, &far[at], (int64_t)at,
                                1000 + i * 20 + i * 7 % (uneven_ms + 1));
        voice_processing_block(processing, &processed[at],
                               1000 + i * 20 + i * 11 % (uneven_ms + 1));
    }
}

static void run(bool cancels_echo, bool reduces_noise, bool adjusts_gain)
{
    const struct voice_processing_settings settings = {
        .cancels_echo = cancels_echo,
        .reduces_noise = reduces_noise,
        .adjusts_gain = adjusts_gain,
    };

    run_uneven(&settings, 5);
}

static double echo_reduction_db(void)
{
    return sound_room_ratio_db(&captured[COUNT - MEASURED],
                               &processed[COUNT - MEASURED], MEASURED);
}

static void make_echo(unsigned delay_ms, uint32_t seed)
{
    memset(captured, 0, sizeof captured);
    sound_signal_speech(far, COUNT, seed);
    sound_room_add_echo(captured, far, COUNT,
                        (size_t)delay_ms * AUDIO_COUNT_PER_MS, ECHO_GAIN, seed);
    /* No room is quite silent. */
    sound_room_add_noise(captured, COUNT, 5.0, seed);
}

static void assert_same_voice(const int16_t *a, const int16_t *b, size_t count)
{
    struct sound_match match =
        sound_signal_match(a, count, b, count, SHIFT_MAX);

    if (match.correlation <= 0.85)
        fail_msg("correlation %f at %ld", match.correlation, match.delay);
}

static void the_echo_of_a_room_is_taken_out(void **state)
{
    const unsigned delays_ms[] = { 0, 15, 60, 130, 380 };

    (void)state;
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        double db;

        make_echo(delays_ms[i], 41 + (uint32_t)i);
        run(true, true, true);
        db = echo_reduction_db();
        print_message("delay %u ms, found %ld: %.1f dB\n", delays_ms[i],
                      (long)voice_processing_delay_ms(processing), db);
        if (db < ECHO_DB)
            fail_msg("delay %u ms: %.1f dB", delays_ms[i], db);
        processing = voice_processing_free(processing);
    }
}

static double hall_db(unsigned echo_ms)
{
    const struct voice_processing_settings settings = {
        .cancels_echo = true,
        .echo_ms = echo_ms,
        .reduces_noise = true,
        .adjusts_gain = true,
    };
    double db;

    run_uneven(&settings, 5);
    db = echo_reduction_db();
    processing = voice_processing_free(processing);
    print_message("%u ms for a hall: %.1f dB\n", echo_ms, db);
    return db;
}

/* What is long enough for a room leaves the tail of a hall. */
static void a_hall_needs_a_longer_canceller(void **state)
{
    double room_db;
    double hall;

    (void)state;
    sound_signal_speech(far, COUNT, 77);
    sound_room_add_hall_echo(captured, far, COUNT, 60 * AUDIO_COUNT_PER_MS,
                             ECHO_GAIN, 77);
    sound_room_add_noise(captured, COUNT, 5.0, 77);
    room_db = hall_db(0);
    hall = hall_db(VOICE_ECHO_HALL_MS);
    assert_true(hall > 11.0);
    assert_true(hall > room_db + 4.0);
}

static void a_distant_microphone_is_made_louder_first(void **state)
{
    const struct voice_processing_settings settings = { .boost_db = 12 };
    const struct voice_processing_settings wrong[] = {
        { .boost_db = VOICE_BOOST_MAX_DB + 1 },
        { .boost_db = VOICE_BOOST_MIN_DB - 1 },
        { .echo_ms = VOICE_ECHO_MAX_MS + 1 },
    };
    double db;

    (void)state;
    sound_signal_speech(captured, COUNT, 3);
    sound_room_scale(captured, COUNT, 0.05);
    run_uneven(&settings, 5);
    db = sound_room_ratio_db(processed, captured, COUNT);
    assert_true(db > 11.9 && db < 12.1);
    processing = voice_processing_free(processing);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(voice_processing_new(&processing, &wrong[i]),
                         RESULT_INVALID);
}

/* The measure itself: it must see an echo that nobody takes out. */
static void without_the_canceller_the_echo_stays(void **state)
{
    (void)state;
    make_echo(60, 41);
    run(false, true, false);
    assert_true(echo_reduction_db() < 10.0);
}

static void double_talk(bool adjusts_gain)
{
    /* Two seconds of near talk, two of none, and so on. */
    sound_signal_speech(near, COUNT, 52);
    /* As loud as the echo. */
    sound_room_scale(near, COUNT, 0.6);
    for (size_t i = 0; i < COUNT; i++)
        if (i / SECOND % 4 < 2)
            near[i] = 0;
    make_echo(60, 51);
    for (size_t i = 0; i < COUNT; i++)
        captured[i] = (int16_t)(captured[i] + near[i]);
    run(true, true, adjusts_gain);
    /* The last two seconds are double talk, the two before echo alone. */
    assert_same_voice(&near[COUNT - 2 * SECOND], &processed[COUNT - 2 * SECOND],
                      2 * SECOND);
    assert_true(sound_room_ratio_db(&captured[COUNT - 4 * SECOND + SETTLED],
                                    &processed[COUNT - 4 * SECOND + SETTLED],
                                    2 * SECOND - SETTLED) > ECHO_DB);
}

static void near_speech_is_kept_in_double_talk(void **state)
{
    (void)state;
    double_talk(false);
}

static void the_gain_does_not_spoil_double_talk(void **state)
{
    (void)state;
    double_talk(true);
}

static void near_speech_alone_is_kept(void **state)
{
    (void)state;
    sound_signal_speech(captured, COUNT, 61);
    run(true, true, true);
    assert_same_voice(&captured[COUNT - MEASURED], &processed[COUNT - MEASURED],
                      MEASURED);
    assert_int_equal(voice_processing_delay_ms(processing), -1);
}

static void the_echo_is_found_again_when_the_delay_changes(void **state)
{
    const size_t half = 4 * SECOND;
    const size_t rest = COUNT - half;

    (void)state;
    sound_signal_speech(far, COUNT, 71);
    sound_room_add_echo(captured, far, half, 50 * AUDIO_COUNT_PER_MS, ECHO_GAIN,
                        71);
    sound_room_add_echo(&captured[half], &far[half], rest,
                        210 * AUDIO_COUNT_PER_MS, ECHO_GAIN, 71);
    run(true, true, true);
    assert_in_range(voice_processing_delay_ms(processing), 205, 215);
    assert_true(sound_room_ratio_db(&captured[COUNT - 2 * SECOND],
                                    &processed[COUNT - 2 * SECOND],
                                    2 * SECOND) > ECHO_DB);
}

static void a_hole_in_what_is_captured_does_not_lose_the_echo(void **state)
{
    const struct voice_processing_settings settings = { .cancels_echo = true };
    double db;

    (void)state;
    make_echo(60, 81);
    assert_int_equal(voice_processing_new(&processing, &settings), RESULT_OK);
    memcpy(processed, captured, sizeof processed);
    for (int i = 0; i < COUNT / AUDIO_BLOCK_COUNT; i++) {
        size_t at = (size_t)i * AUDIO_BLOCK_COUNT;

        voice_processing_played(processing, &far[at], (int64_t)at, i * 20);
        /* Muted from the twelfth second to the fourteenth. */
        if (i < 600 || i >= 700)
            voice_processing_block(processing, &processed[at], i * 20);
    }
    /* At once, not after learning anew. */
    db = sound_room_ratio_db(&captured[14 * SECOND], &processed[14 * SECOND],
                             SECOND);
    print_message("after the hole: %.1f dB\n", db);
    assert_true(db > ECHO_DB);
}

static void steady_noise_is_reduced_and_speech_kept(void **state)
{
    double noise_db;

    (void)state;
    sound_signal_speech(near, COUNT, 91);
    /* Pauses of half a second, in which the noise is measured. */
    for (size_t i = 0; i < COUNT; i++)
        if (i % (2 * SECOND) < SECOND / 2)
            near[i] = 0;
    memcpy(captured, near, sizeof captured);
    sound_room_add_noise(captured, COUNT, 150.0, 91);
    run(false, true, false);
    noise_db =
        sound_room_ratio_db(&captured[10 * SECOND + SECOND / 8],
                            &processed[10 * SECOND + SECOND / 8], SECOND / 4);
    print_message("noise: %.1f dB\n", noise_db);
    assert_true(noise_db >= 10.0);
    assert_same_voice(&near[COUNT - MEASURED], &processed[COUNT - MEASURED],
                      MEASURED);
}

static double level_after_gain(double scale)
{
    double rms;

    sound_signal_speech(captured, COUNT, 101);
    sound_room_scale(captured, COUNT, scale);
    run(false, false, true);
    assert_same_voice(&captured[COUNT - MEASURED], &processed[COUNT - MEASURED],
                      MEASURED);
    rms = sound_room_rms(&processed[COUNT - MEASURED], MEASURED);
    processing = voice_processing_free(processing);
    return rms;
}

static void quiet_and_loud_talkers_end_equally_loud(void **state)
{
    double loud;
    double quiet;

    (void)state;
    loud = level_after_gain(1.5);
    quiet = level_after_gain(0.15);
    print_message("loud %.0f, quiet %.0f\n", loud, quiet);
    assert_true(fabs(20.0 * log10(loud / quiet)) < 4.0);
}

/* A quiet voice so far from zero; how loud it becomes. */
static double level_beside_zero(int16_t offset, bool has_all)
{
    double rms;

    sound_signal_speech(near, COUNT, 101);
    sound_room_scale(near, COUNT, 0.15);
    for (size_t i = 0; i < COUNT; i++)
        captured[i] = (int16_t)(near[i] + offset);
    run(has_all, has_all, true);
    assert_same_voice(&near[COUNT - MEASURED], &processed[COUNT - MEASURED],
                      MEASURED);
    rms = sound_room_rms(&processed[COUNT - MEASURED], MEASURED);
    processing = voice_processing_free(processing);
    print_message("%d beside zero: %.0f\n", offset, rms);
    return rms;
}

/* As cheap microphones have it: the gain would take it for a loud voice. */
static void a_voice_beside_zero_is_evened_out_as_any_other(void **state)
{
    (void)state;
    for (int has_all = 0; has_all < 2; has_all++) {
        const double straight = level_beside_zero(0, has_all);
        const double beside = level_beside_zero(4000, has_all);

        assert_true(fabs(20.0 * log10(straight / beside)) < 0.5);
    }
}

static void with_everything_off_nothing_is_changed(void **state)
{
    (void)state;
    make_echo(60, 111);
    run(false, false, false);
    assert_memory_equal(processed, captured, sizeof processed);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_echo_of_a_room_is_taken_out),
        TEST(a_hall_needs_a_longer_canceller),
        TEST(a_distant_microphone_is_made_louder_first),
        TEST(without_the_canceller_the_echo_stays),
        TEST(near_speech_is_kept_in_double_talk),
        TEST(the_gain_does_not_spoil_double_talk),
        TEST(near_speech_alone_is_kept),
        TEST(the_echo_is_found_again_when_the_delay_changes),
        TEST(a_hole_in_what_is_captured_does_not_lose_the_echo),
        TEST(steady_noise_is_reduced_and_speech_kept),
        TEST(quiet_and_loud_talkers_end_equally_loud),
        TEST(a_voice_beside_zero_is_evened_out_as_any_other),
        TEST(with_everything_off_nothing_is_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
