#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/level_meter.h"
#include "tests/support/sound_signal.h"

#include <math.h>

enum { SECONDS = 3, COUNT = SECONDS * 48000 };

static int16_t sound[COUNT];

static void assert_about(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

static void fill_with_tone(double amplitude)
{
    for (size_t i = 0; i < COUNT; i++)
        sound[i] =
            (int16_t)lrint(amplitude * sin(6.283185307 * (double)i / 48.0));
}

/* White, of this standard deviation, the same at every run. */
static void fill_with_noise(double deviation)
{
    uint32_t random = 1;

    for (size_t i = 0; i < COUNT; i++) {
        double sum = 0.0;

        for (int k = 0; k < 12; k++) {
            random = random * 1664525u + 1013904223u;
            sum += (double)(random >> 8) / 16777216.0 - 0.5;
        }
        sound[i] = (int16_t)lrint(deviation * sum);
    }
}

static void scale(double factor)
{
    for (size_t i = 0; i < COUNT; i++) {
        double value = factor * sound[i];

        sound[i] = (int16_t)fmax(-32768.0, fmin(32767.0, value));
    }
}

/* In blocks of 20 ms, as sound comes. */
static struct level_summary summary_of_sound(void)
{
    struct level_history history = { 0 };
    struct level levels[LEVEL_HISTORY_COUNT];

    for (size_t at = 0; at < COUNT; at += 960)
        level_history_add(&history, &sound[at], 960);
    assert_int_equal(level_history_read(&history, levels), LEVEL_HISTORY_COUNT);
    return level_summary_of(levels, LEVEL_HISTORY_COUNT);
}

static void a_tone_has_its_peak_and_its_mean(void **state)
{
    struct level_meter meter = { 0 };
    struct level level = { 0 };
    size_t taken = 0;

    (void)state;
    fill_with_tone(16384.0);
    assert_false(level_meter_add(&meter, sound, 4000, &taken, &level));
    assert_int_equal(taken, 4000);
    assert_true(level_meter_add(&meter, &sound[4000], 4000, &taken, &level));
    assert_int_equal(taken, 800);
    assert_about(level.peak_db, -6.02, 0.05);
    assert_about(level.rms_db, -9.03, 0.05);
    assert_false(level.is_clipped);
}

static void the_loudest_sample_that_can_be_is_at_zero(void **state)
{
    struct level_history history = { 0 };
    struct level levels[LEVEL_HISTORY_COUNT];

    (void)state;
    for (size_t i = 0; i < LEVEL_WINDOW_COUNT; i++)
        sound[i] = i % 2 == 0 ? INT16_MIN : INT16_MAX;
    level_history_add(&history, sound, LEVEL_WINDOW_COUNT);
    assert_int_equal(level_history_read(&history, levels), 1);
    assert_about(levels[0].peak_db, 0.0, 0.001);
    assert_about(levels[0].rms_db, 0.0, 0.001);
    assert_true(levels[0].is_clipped);
}

static void a_history_keeps_the_youngest_windows_in_order(void **state)
{
    struct level_history history = { 0 };
    struct level levels[LEVEL_HISTORY_COUNT];

    (void)state;
    for (int window = 1; window <= 40; window++) {
        for (size_t i = 0; i < LEVEL_WINDOW_COUNT; i++)
            sound[i] = (int16_t)(i % 2 == 0 ? window * 100 : -window * 100);
        level_history_add(&history, sound, LEVEL_WINDOW_COUNT);
    }
    assert_int_equal(level_history_read(&history, levels), 30);
    assert_about(levels[0].rms_db, 20.0 * log10(1100.0 / 32768.0), 0.01);
    assert_about(levels[29].rms_db, 20.0 * log10(4000.0 / 32768.0), 0.01);
}

static void speech_is_good_quiet_or_cut_off(void **state)
{
    (void)state;
    sound_signal_speech(sound, COUNT, 7);
    assert_int_equal(summary_of_sound().verdict, SOUND_GOOD);
    scale(0.01);
    assert_int_equal(summary_of_sound().verdict, SOUND_QUIET);
    sound_signal_speech(sound, COUNT, 7);
    scale(12.0);
    assert_int_equal(summary_of_sound().verdict, SOUND_LOUD);
}

/* What a microphone adds that does not stand at zero is not sound. */
static void an_offset_changes_no_verdict(void **state)
{
    static const struct {
        double factor; /* of speech */
        enum level_verdict verdict;
    } rows[] = { { 0.0, SOUND_SILENCE },
                 { 0.01, SOUND_QUIET },
                 { 0.2, SOUND_GOOD },
                 { 12.0, SOUND_LOUD } };

    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        sound_signal_speech(sound, COUNT, 7);
        scale(rows[row].factor);
        for (size_t i = 0; i < COUNT; i++)
            sound[i] = (int16_t)(sound[i] > 29000 ? 32767 : sound[i] + 3000);
        assert_int_equal(summary_of_sound().verdict, rows[row].verdict);
    }
}

static void what_is_not_speech_is_told_apart(void **state)
{
    (void)state;
    fill_with_noise(0.0);
    assert_int_equal(summary_of_sound().verdict, SOUND_NOTHING);
    fill_with_noise(3.0);
    assert_int_equal(summary_of_sound().verdict, SOUND_SILENCE);
    fill_with_noise(300.0);
    assert_int_equal(summary_of_sound().verdict, SOUND_NOISE);
    assert_int_equal(level_summary_of(NULL, 0).verdict, SOUND_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tone_has_its_peak_and_its_mean),
        cmocka_unit_test(the_loudest_sample_that_can_be_is_at_zero),
        cmocka_unit_test(a_history_keeps_the_youngest_windows_in_order),
        cmocka_unit_test(speech_is_good_quiet_or_cut_off),
        cmocka_unit_test(an_offset_changes_no_verdict),
        cmocka_unit_test(what_is_not_speech_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
