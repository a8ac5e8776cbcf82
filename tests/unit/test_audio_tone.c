/* The signal that something began, or ended. */
#include "client/audio/audio_tone.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { EACH = AUDIO_TONE_EACH_MS * AUDIO_COUNT_PER_MS, WHOLE = 2 * EACH };

static void sound(bool is_falling, int16_t out[WHOLE], int16_t before)
{
    struct audio_tone tone = { .left = 0 };
    size_t i;

    for (i = 0; i < WHOLE; i++)
        out[i] = before;
    audio_tone_begin(&tone, is_falling);
    for (i = 0; i < WHOLE; i += AUDIO_BLOCK_COUNT)
        assert_true(audio_tone_mix(&tone, &out[i], AUDIO_BLOCK_COUNT));
    assert_false(audio_tone_mix(&tone, out, AUDIO_BLOCK_COUNT));
}

/* How much of a frequency is in it. */
static double strength(const int16_t *samples, unsigned hz)
{
    double real = 0, imaginary = 0;
    size_t i;

    for (i = 0; i < EACH; i++) {
        const double angle = 2 * M_PI * hz * (double)i / AUDIO_RATE;

        real += samples[i] * cos(angle);
        imaginary += samples[i] * sin(angle);
    }
    return hypot(real, imaginary) / EACH;
}

static void it_rises_at_a_beginning_and_falls_at_an_end(void **state)
{
    static int16_t samples[WHOLE];
    const unsigned low = AUDIO_TONE_LOW_HZ, high = AUDIO_TONE_HIGH_HZ;

    (void)state;
    sound(false, samples, 0);
    assert_true(strength(samples, low) > 10 * strength(samples, high));
    assert_true(strength(&samples[EACH], high) >
                10 * strength(&samples[EACH], low));
    sound(true, samples, 0);
    assert_true(strength(samples, high) > 10 * strength(samples, low));
    assert_true(strength(&samples[EACH], low) >
                10 * strength(&samples[EACH], high));
}

static void it_begins_and_ends_softly_and_never_turns_over(void **state)
{
    static int16_t samples[WHOLE];
    size_t i;

    (void)state;
    sound(false, samples, 0);
    for (i = 1; i < WHOLE; i++)
        assert_true(abs(samples[i] - samples[i - 1]) < AUDIO_TONE_PEAK / 10);
    assert_int_equal(samples[0], 0);
    assert_true(abs(samples[WHOLE - 1]) < 20);
    sound(false, samples, INT16_MAX - 10);
    for (i = 0; i < WHOLE; i++)
        assert_true(samples[i] > 0);
}

static void silence_is_left_as_it_is(void **state)
{
    struct audio_tone tone = { .left = 0 };
    int16_t samples[4] = { 1, -2, 3, -4 };
    const int16_t same[4] = { 1, -2, 3, -4 };

    (void)state;
    assert_false(audio_tone_mix(&tone, samples, 4));
    assert_memory_equal(samples, same, sizeof same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_rises_at_a_beginning_and_falls_at_an_end),
        cmocka_unit_test(it_begins_and_ends_softly_and_never_turns_over),
        cmocka_unit_test(silence_is_left_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
