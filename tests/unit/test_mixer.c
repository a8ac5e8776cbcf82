#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/mixer.h"
#include "protocol/base/limits.h"
#include "tests/support/sound_signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double PI = 3.14159265358979323846;

static void fill_tone(int16_t *samples, double frequency, double amplitude)
{
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = (int16_t)lrint(amplitude *
                                    sin(2.0 * PI * frequency * i / AUDIO_RATE));
}

static void fill_level(int16_t *samples, int16_t level)
{
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        samples[i] = level;
}

static void nobody_gives_silence(void **state)
{
    struct mixer mixer;
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    fill_level(out, 77);
    mixer_init(&mixer);
    mixer_begin(&mixer);
    assert_false(mixer_end(&mixer, out));
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        assert_int_equal(out[i], 0);
}

static void one_speaker_is_unchanged(void **state)
{
    struct mixer mixer;
    int16_t in[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    fill_tone(in, 400.0, 29000.0);
    mixer_init(&mixer);
    mixer_begin(&mixer);
    mixer_add(&mixer, in, 1.0f);
    assert_true(mixer_end(&mixer, out));
    assert_memory_equal(out, in, sizeof in);
}

static void quiet_speakers_are_added_exactly(void **state)
{
    struct mixer mixer;
    int16_t a[AUDIO_BLOCK_COUNT];
    int16_t b[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    fill_tone(a, 300.0, 9000.0);
    fill_tone(b, 700.0, 8000.0);
    mixer_init(&mixer);
    mixer_begin(&mixer);
    mixer_add(&mixer, a, 1.0f);
    mixer_add(&mixer, b, 0.5f);
    assert_true(mixer_end(&mixer, out));
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        assert_in_range(abs(out[i] * 2 - (2 * a[i] + b[i])), 0, 1);
}

static void a_block_forgets_the_one_before(void **state)
{
    struct mixer mixer;
    int16_t in[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    mixer_init(&mixer);
    fill_level(in, 5000);
    for (int round = 0; round < 3; round++) {
        mixer_begin(&mixer);
        mixer_add(&mixer, in, 1.0f);
        assert_true(mixer_end(&mixer, out));
        assert_int_equal(out[17], 5000);
    }
    mixer_begin(&mixer);
    assert_false(mixer_end(&mixer, out));
}

static void full_scale_of_any_number_never_wraps(void **state)
{
    const int16_t levels[] = { INT16_MAX, INT16_MIN };
    struct mixer mixer;
    int16_t in[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    for (size_t l = 0; l < 2; l++) {
        for (int speakers = 1; speakers <= 40; speakers++) {
            mixer_init(&mixer);
            mixer_begin(&mixer);
            fill_level(in, levels[l]);
            for (int i = 0; i < speakers; i++)
                mixer_add(&mixer, in, MIXER_GAIN_MAX);
            assert_true(mixer_end(&mixer, out));
            /* The sign stays: nothing has wrapped. */
            for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
                assert_true(l == 0 ? out[i] > 20000 : out[i] < -20000);
        }
    }
}

/* What is bent keeps its order: a louder sample never comes out softer. */
static void the_limit_is_soft(void **state)
{
    struct mixer mixer;
    int16_t in[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++)
        in[i] = (int16_t)(i * 34);
    mixer_init(&mixer);
    mixer_begin(&mixer);
    mixer_add(&mixer, in, 1.0f);
    assert_true(mixer_end(&mixer, out));
    for (int i = 1; i < AUDIO_BLOCK_COUNT; i++)
        assert_true(out[i] >= out[i - 1]);
    assert_true(out[AUDIO_BLOCK_COUNT - 1] > 29500);
}

static void three_loud_speakers_stay_undistorted(void **state)
{
    enum { BLOCKS = 50, COUNT = BLOCKS * AUDIO_BLOCK_COUNT };
    static int16_t voices[3][COUNT];
    static int16_t sum[COUNT]; /* a third of the exact sum */
    static int16_t out[COUNT];
    struct mixer mixer;
    struct sound_match match;

    (void)state;
    for (uint32_t v = 0; v < 3; v++)
        sound_signal_speech(voices[v], COUNT, v + 1);
    for (int i = 0; i < COUNT; i++)
        sum[i] = (int16_t)((voices[0][i] + voices[1][i] + voices[2][i]) / 3);
    mixer_init(&mixer);
    for (int b = 0; b < BLOCKS; b++) {
        mixer_begin(&mixer);
        for (int v = 0; v < 3; v++)
            mixer_add(&mixer, &voices[v][b * AUDIO_BLOCK_COUNT], 1.0f);
        assert_true(mixer_end(&mixer, &out[b * AUDIO_BLOCK_COUNT]));
    }
    match = sound_signal_match(sum, COUNT, out, COUNT, 0);
    assert_true(match.correlation > 0.95);
}

/* How much of the exact sum is in what was heard, from 0 to 1, and how many
 * samples stand at full scale. */
enum { LOUD_BLOCKS = 50, LOUD_COUNT = LOUD_BLOCKS * AUDIO_BLOCK_COUNT };
static double likeness(const int16_t *sum, const int16_t *heard, int *at_limit)
{
    *at_limit = 0;
    for (int i = 0; i < LOUD_COUNT; i++)
        *at_limit += heard[i] == INT16_MAX || heard[i] <= -INT16_MAX;
    return sound_signal_match(sum, LOUD_COUNT, heard, LOUD_COUNT, 0)
        .correlation;
}

/* As loud as 16 bits can be, and then some: all who may be heard at once. */
static void eight_loud_speakers_are_not_clipped(void **state)
{
    enum { SPEAKERS = LIMIT_ROOM_TALKERS, GAIN = 4 };
    static int16_t voices[SPEAKERS][LOUD_COUNT];
    static int16_t sum[LOUD_COUNT]; /* an eighth of the exact sum */
    static int16_t out[LOUD_COUNT];
    static int16_t clipped[LOUD_COUNT];
    struct mixer mixer;
    int at_limit;

    (void)state;
    for (uint32_t v = 0; v < SPEAKERS; v++) {
        int peak = 1;

        sound_signal_speech(voices[v], LOUD_COUNT, v + 1);
        for (int i = 0; i < LOUD_COUNT; i++)
            peak = abs(voices[v][i]) > peak ? abs(voices[v][i]) : peak;
        for (int i = 0; i < LOUD_COUNT; i++)
            voices[v][i] = (int16_t)(voices[v][i] * 32000 / peak);
    }
    for (int i = 0; i < LOUD_COUNT; i++) {
        int exact = 0;

        for (int v = 0; v < SPEAKERS; v++)
            exact += voices[v][i];
        sum[i] = (int16_t)(exact / SPEAKERS);
        exact *= GAIN;
        clipped[i] = (int16_t)(exact > INT16_MAX    ? INT16_MAX
                               : exact < -INT16_MAX ? -INT16_MAX
                                                    : exact);
    }
    mixer_init(&mixer);
    for (int b = 0; b < LOUD_BLOCKS; b++) {
        mixer_begin(&mixer);
        for (int v = 0; v < SPEAKERS; v++)
            mixer_add(&mixer, &voices[v][b * AUDIO_BLOCK_COUNT], GAIN);
        assert_true(mixer_end(&mixer, &out[b * AUDIO_BLOCK_COUNT]));
    }
    assert_true(likeness(sum, out, &at_limit) > 0.95);
    assert_in_range(at_limit, 0, AUDIO_BLOCK_COUNT / 10);
    /* What the measure says of a mixer that cuts off. */
    assert_true(likeness(sum, clipped, &at_limit) < 0.9);
    assert_true(at_limit > LOUD_COUNT / 10);
}

static void the_gain_recovers_within_a_second(void **state)
{
    struct mixer mixer;
    int16_t loud[AUDIO_BLOCK_COUNT];
    int16_t quiet[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    fill_level(loud, 32000);
    fill_level(quiet, 1000);
    mixer_init(&mixer);
    mixer_begin(&mixer);
    for (int i = 0; i < 4; i++)
        mixer_add(&mixer, loud, 1.0f);
    assert_true(mixer_end(&mixer, out));
    for (int i = 0; i < 50; i++) {
        mixer_begin(&mixer);
        mixer_add(&mixer, quiet, 1.0f);
        assert_true(mixer_end(&mixer, out));
        if (i == 0)
            assert_true(out[0] < 500);
    }
    assert_int_equal(out[AUDIO_BLOCK_COUNT - 1], 1000);
}

static void a_gain_that_is_no_number_is_silence(void **state)
{
    const float gains[] = { 0.0f, -1.0f, NAN };
    struct mixer mixer;
    int16_t in[AUDIO_BLOCK_COUNT];
    int16_t out[AUDIO_BLOCK_COUNT];

    (void)state;
    fill_level(in, 1000);
    mixer_init(&mixer);
    for (size_t i = 0; i < 3; i++) {
        mixer_begin(&mixer);
        mixer_add(&mixer, in, gains[i]);
        assert_false(mixer_end(&mixer, out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_gives_silence),
        cmocka_unit_test(one_speaker_is_unchanged),
        cmocka_unit_test(quiet_speakers_are_added_exactly),
        cmocka_unit_test(a_block_forgets_the_one_before),
        cmocka_unit_test(full_scale_of_any_number_never_wraps),
        cmocka_unit_test(the_limit_is_soft),
        cmocka_unit_test(three_loud_speakers_stay_undistorted),
        cmocka_unit_test(eight_loud_speakers_are_not_clipped),
        cmocka_unit_test(the_gain_recovers_within_a_second),
        cmocka_unit_test(a_gain_that_is_no_number_is_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
