#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_activity.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <string.h>

enum {
    SECOND = AUDIO_RATE,
    SECONDS = 8,
    COUNT = SECONDS * SECOND,
    BLOCKS = COUNT / AUDIO_BLOCK_COUNT,
    BLOCKS_A_SECOND = SECOND / AUDIO_BLOCK_COUNT,
};

static int16_t sound[COUNT];
static bool was_active[BLOCKS];
static bool was_speech[BLOCKS];
static struct voice_activity *activity;

static int set_up(void **state)
{
    (void)state;
    memset(sound, 0, sizeof sound);
    assert_int_equal(voice_activity_new(&activity), RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    activity = voice_activity_free(activity);
    return 0;
}

static void listen(void)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        voice_activity_block(activity, &sound[i * AUDIO_BLOCK_COUNT]);
        was_active[i] = voice_activity_is_active(activity);
        was_speech[i] = voice_activity_is_speech(activity);
    }
}

/* True blocks of the seconds `from` to `to`. */
static size_t count_of(const bool *blocks, size_t from, size_t to)
{
    size_t n = 0;

    for (size_t i = from * BLOCKS_A_SECOND; i < to * BLOCKS_A_SECOND; i++)
        n += blocks[i] ? 1 : 0;
    return n;
}

static void speech_is_active_and_taken_for_speech(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 10; seed++) {
        memset(sound, 0, sizeof sound);
        sound_signal_speech(&sound[2 * SECOND], 4 * SECOND, seed);
        sound_room_add_noise(sound, COUNT, 30.0, seed);
        voice_activity_reset(activity);
        listen();
        assert_int_equal(count_of(was_active, 0, 2), 0);
        assert_in_range(count_of(was_active, 2, 6), 190, 200);
        /* Known for certain within a second and a half. */
        assert_in_range(count_of(was_speech, 3, 6), 120, 150);
        assert_int_equal(count_of(was_speech, 0, 2), 0);
        assert_int_equal(count_of(was_active, 7, 8), 0);
    }
}

static void quiet_speech_is_heard_above_noise(void **state)
{
    (void)state;
    sound_signal_speech(&sound[2 * SECOND], 6 * SECOND, 11);
    sound_room_scale(sound, COUNT, 0.1);
    sound_room_add_noise(sound, COUNT, 20.0, 11);
    listen();
    assert_int_equal(count_of(was_speech, 0, 2), 0);
    assert_in_range(count_of(was_speech, 4, 8), 150, 200);
}

/* A word is not cut: the hangover outlasts the pauses between syllables. */
static void a_talkspurt_is_one_piece(void **state)
{
    size_t pieces = 0;

    (void)state;
    sound_signal_speech(&sound[1 * SECOND], 6 * SECOND, 21);
    listen();
    for (size_t i = 1; i < BLOCKS; i++)
        pieces += was_active[i] && !was_active[i - 1] ? 1 : 0;
    assert_int_equal(pieces, 1);
}

static void steady_noise_is_nobody(void **state)
{
    (void)state;
    /* A fan that runs, and is switched higher after four seconds. */
    sound_room_add_noise(sound, COUNT, 300.0, 31);
    sound_room_add_noise(&sound[4 * SECOND], 4 * SECOND, 1500.0, 32);
    listen();
    assert_int_equal(count_of(was_active, 0, 4), 0);
    assert_int_equal(count_of(was_active, 7, 8), 0);
    assert_int_equal(count_of(was_speech, 0, SECONDS), 0);
}

static void hum_is_nobody(void **state)
{
    (void)state;
    sound_room_add_noise(sound, COUNT, 10.0, 41);
    sound_room_add_hum(&sound[3 * SECOND], 5 * SECOND, 2000.0);
    listen();
    assert_int_equal(count_of(was_active, 0, 3), 0);
    assert_int_equal(count_of(was_active, 6, 8), 0);
    assert_int_equal(count_of(was_speech, 0, SECONDS), 0);
}

static void a_keyboard_is_nobody(void **state)
{
    (void)state;
    sound_room_add_noise(sound, COUNT, 10.0, 51);
    sound_room_add_clicks(sound, COUNT, 20000.0, SECOND * 2 / 5, 51);
    listen();
    assert_int_equal(count_of(was_speech, 0, SECONDS), 0);
    /* A click opens for a moment only. */
    assert_in_range(count_of(was_active, 2, 8), 0, 6 * BLOCKS_A_SECOND / 2);
}

static void fast_typing_is_nobody(void **state)
{
    (void)state;
    sound_room_add_noise(sound, COUNT, 10.0, 52);
    sound_room_add_clicks(sound, COUNT, 20000.0, SECOND / 9, 52);
    listen();
    assert_int_equal(count_of(was_speech, 0, SECONDS), 0);
}

static void digital_silence_is_nobody(void **state)
{
    (void)state;
    listen();
    assert_int_equal(count_of(was_active, 0, SECONDS), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(speech_is_active_and_taken_for_speech),
        TEST(quiet_speech_is_heard_above_noise),
        TEST(a_talkspurt_is_one_piece),
        TEST(steady_noise_is_nobody),
        TEST(hum_is_nobody),
        TEST(a_keyboard_is_nobody),
        TEST(fast_typing_is_nobody),
        TEST(digital_silence_is_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
