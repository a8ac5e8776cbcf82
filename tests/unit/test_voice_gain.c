#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/voice_gain.h"
#include "tests/support/sound_room.h"
#include "tests/support/sound_signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    COUNT = 8 * AUDIO_RATE,
    END = COUNT - 2 * AUDIO_RATE,
};

static int16_t sound[COUNT];
static struct voice_gain gain;

static int set_up(void **state)
{
    (void)state;
    voice_gain_init(&gain);
    return 0;
}

static void run(bool is_speech, bool is_held)
{
    for (size_t i = 0; i < COUNT; i += AUDIO_BLOCK_COUNT)
        voice_gain_block(&gain, &sound[i], is_speech, is_held);
}

static void a_range_of_27_db_comes_to_one_loudness(void **state)
{
    const double scales[] = { 2.0, 1.0, 0.5, 0.2, 0.09 };

    (void)state;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        double db;

        voice_gain_init(&gain);
        sound_signal_speech(sound, COUNT, 3);
        sound_room_scale(sound, COUNT, scales[i]);
        run(true, false);
        db = 20.0 * log10(sound_room_rms(&sound[END], COUNT - END) / 32768.0);
        if (fabs(db + 20.0) > 3.0)
            fail_msg("%.2f ends at %.1f dB", scales[i], db);
    }
}

static void what_is_not_speech_does_not_move_it(void **state)
{
    (void)state;
    memset(sound, 0, sizeof sound);
    sound_room_add_noise(sound, COUNT, 50.0, 1);
    run(false, false);
    assert_true(fabs(sound_room_rms(sound, COUNT) - 50.0) < 1.0);
}

static void while_held_it_does_not_move(void **state)
{
    double before;

    (void)state;
    sound_signal_speech(sound, COUNT, 4);
    sound_room_scale(sound, COUNT, 0.1);
    before = sound_room_rms(sound, COUNT);
    run(true, true);
    assert_true(fabs(sound_room_rms(sound, COUNT) / before - 1.0) < 0.01);
}

/* After a whisper somebody shouts. */
static void a_peak_is_never_cut_off(void **state)
{
    static int16_t shout[AUDIO_BLOCK_COUNT];
    int peak = 0;

    (void)state;
    sound_signal_speech(sound, COUNT, 5);
    sound_room_scale(sound, COUNT, 0.05);
    run(true, false);
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        shout[i] = i / 100 % 2 == 0 ? 25000 : -25000;
    voice_gain_block(&gain, shout, true, false);
    for (size_t i = 0; i < AUDIO_BLOCK_COUNT; i++)
        peak = abs(shout[i]) > peak ? abs(shout[i]) : peak;
    assert_in_range(peak, 20000, 28001);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
    const struct CMUnitTest tests[] = {
        TEST(a_range_of_27_db_comes_to_one_loudness),
        TEST(what_is_not_speech_does_not_move_it),
        TEST(while_held_it_does_not_move),
        TEST(a_peak_is_never_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
