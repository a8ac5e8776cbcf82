#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_block.h"
#include "client/audio/time_scale.h"
#include "tests/support/sound_signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SPEECH_COUNT = 4 * AUDIO_RATE,
    PIECE_COUNT = 1440, /* room for every voice */
    PAST_COUNT = TIME_SCALE_PERIOD_MAX,
    ROOM = PAST_COUNT + PIECE_COUNT + TIME_SCALE_PERIOD_MAX,
    BLOCK = AUDIO_BLOCK_COUNT,
};

static const double PI = 3.14159265358979323846;

static int16_t spoken[SPEECH_COUNT];
static int16_t heard[2 * SPEECH_COUNT];
static size_t heard_count;

static void make_tone(int16_t *samples, size_t count, double frequency)
{
    for (size_t i = 0; i < count; i++)
        samples[i] = (int16_t)lrint(
            8000.0 * sin(2.0 * PI * frequency * (double)i / AUDIO_RATE));
}

static void make_hiss(int16_t *samples, size_t count, int level)
{
    uint32_t random = 7;

    for (size_t i = 0; i < count; i++) {
        random = random * 1664525u + 1013904223u;
        samples[i] = (int16_t)((int)(random >> 16) % (2 * level) - level);
    }
}

/* Frequency by the zeros that are crossed upwards. */
static double frequency_of(const int16_t *samples, size_t count)
{
    size_t first = 0;
    size_t last = 0;
    int crossings = 0;

    for (size_t i = 1; i < count; i++)
        if (samples[i - 1] < 0 && samples[i] >= 0) {
            if (crossings++ == 0)
                first = i;
            last = i;
        }
    return (double)(crossings - 1) * AUDIO_RATE / (double)(last - first);
}

static long steepest(const int16_t *samples, size_t count)
{
    long steep = 0;

    for (size_t i = 1; i < count; i++) {
        long step = labs((long)samples[i] - samples[i - 1]);

        steep = step > steep ? step : steep;
    }
    return steep;
}

static void a_tone_is_shortened_by_whole_periods(void **state)
{
    (void)state;
    for (int frequency = 80; frequency <= 390; frequency += 10) {
        int16_t piece[PIECE_COUNT];
        double periods;
        size_t cut;
        long steep;

        make_tone(piece, PIECE_COUNT, frequency);
        steep = steepest(piece, PIECE_COUNT);
        cut = time_scale_shorten(piece, PIECE_COUNT, BLOCK, false);
        periods = (double)cut * frequency / AUDIO_RATE;
        assert_in_range(cut, TIME_SCALE_PERIOD_MIN, TIME_SCALE_PERIOD_MAX);
        assert_true(fabs(periods - round(periods)) < 0.02);
        assert_true(steepest(piece, PIECE_COUNT - cut) <= steep + 60);
    }
}

static void a_tone_is_lengthened_by_whole_periods(void **state)
{
    (void)state;
    for (int frequency = 80; frequency <= 390; frequency += 10) {
        int16_t piece[ROOM];
        int16_t before[PAST_COUNT];
        const size_t count = PAST_COUNT + PIECE_COUNT;
        double periods;
        size_t more;
        long steep;

        make_tone(piece, count, frequency);
        memcpy(before, piece, sizeof before);
        steep = steepest(piece, count);
        more = time_scale_lengthen(piece, PAST_COUNT, count, ROOM, false);
        periods = (double)more * frequency / AUDIO_RATE;
        assert_in_range(more, TIME_SCALE_PERIOD_MIN, TIME_SCALE_PERIOD_MAX);
        assert_true(fabs(periods - round(periods)) < 0.02);
        assert_true(steepest(piece, count + more) <= steep + 60);
        assert_memory_equal(piece, before, sizeof before);
    }
}

/*
 * Goes through `spoken` in blocks and scales each by what is possible, but no
 * more than a tenth on average; the result is in `heard`.
 */
static void scale_all(size_t count, bool is_longer)
{
    static int16_t work[ROOM + SPEECH_COUNT];
    size_t pending = count;
    long budget = 0;

    memset(work, 0, PAST_COUNT * sizeof *work);
    memcpy(&work[PAST_COUNT], spoken, count * sizeof *spoken);
    heard_count = 0;
    while (pending >= PIECE_COUNT) {
        size_t changed = 0;

        budget += BLOCK / 10;
        if (budget > 0 && is_longer) {
            changed =
                time_scale_lengthen(work, PAST_COUNT, PAST_COUNT + pending,
                                    ROOM + SPEECH_COUNT, false);
            pending += changed;
        } else if (budget > 0) {
            changed = time_scale_shorten(&work[PAST_COUNT], PIECE_COUNT, BLOCK,
                                         false);
            memmove(&work[PAST_COUNT + PIECE_COUNT - changed],
                    &work[PAST_COUNT + PIECE_COUNT],
                    (pending - PIECE_COUNT) * sizeof *work);
            pending -= changed;
        }
        budget -= (long)changed;
        memcpy(&heard[heard_count], &work[PAST_COUNT], BLOCK * sizeof *heard);
        heard_count += BLOCK;
        pending -= BLOCK;
        memmove(work, &work[BLOCK], (PAST_COUNT + pending) * sizeof *work);
    }
}

static void a_tone_made_faster_keeps_its_pitch(void **state)
{
    (void)state;
    make_tone(spoken, SPEECH_COUNT, 220.0);
    scale_all(SPEECH_COUNT, false);
    assert_in_range(heard_count, SPEECH_COUNT * 88 / 100,
                    SPEECH_COUNT * 92 / 100);
    assert_true(fabs(frequency_of(heard, heard_count) - 220.0) < 0.5);
    assert_true(steepest(heard, heard_count) <=
                steepest(spoken, SPEECH_COUNT) + 60);
}

static void a_tone_made_slower_keeps_its_pitch(void **state)
{
    (void)state;
    make_tone(spoken, SPEECH_COUNT, 130.0);
    scale_all(SPEECH_COUNT, true);
    assert_in_range(heard_count, SPEECH_COUNT * 108 / 100,
                    SPEECH_COUNT * 112 / 100);
    assert_true(fabs(frequency_of(heard, heard_count) - 130.0) < 0.5);
    assert_true(steepest(heard, heard_count) <=
                steepest(spoken, SPEECH_COUNT) + 60);
}

static double correlation(const int16_t *a, const int16_t *b, size_t count)
{
    double product = 0.0;
    double power_a = 1.0;
    double power_b = 1.0;

    for (size_t i = 0; i < count; i++) {
        product += (double)a[i] * b[i];
        power_a += (double)a[i] * a[i];
        power_b += (double)b[i] * b[i];
    }
    return product / sqrt(power_a * power_b);
}

static double power_of(const int16_t *samples, size_t count)
{
    double power = 0.0;

    for (size_t i = 0; i < count; i++)
        power += (double)samples[i] * samples[i];
    return power / (double)count;
}

/*
 * Of 25 ms pieces of `heard` that are not silence: the mean of how well each
 * is found in `spoken` about where it must come from.
 */
static double mean_likeness(size_t count)
{
    const size_t piece = 25 * AUDIO_COUNT_PER_MS;
    const size_t around = 30 * AUDIO_COUNT_PER_MS;
    double sum = 0.0;
    int pieces = 0;

    for (size_t at = 0; at + piece <= heard_count; at += piece) {
        double best = -1.0;
        size_t from = at * count / heard_count;

        if (power_of(&heard[at], piece) < 300.0 * 300.0)
            continue;
        from = from > around ? from - around : 0;
        for (size_t i = from; i < from + 2 * around && i + piece <= count;
             i++) {
            double c = correlation(&heard[at], &spoken[i], piece);

            best = c > best ? c : best;
        }
        sum += best;
        pieces++;
    }
    assert_true(pieces > 25);
    return sum / pieces;
}

static void speech_is_scaled_by_a_tenth_and_sounds_the_same(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        const size_t count = 2 * AUDIO_RATE;

        sound_signal_speech(spoken, count, seed);
        scale_all(count, false);
        assert_in_range(heard_count, count * 85 / 100, count * 93 / 100);
        assert_true(mean_likeness(count) > 0.97);
        scale_all(count, true);
        assert_in_range(heard_count, count * 106 / 100, count * 112 / 100);
        assert_true(mean_likeness(count) > 0.97);
    }
}

static void silence_is_cut_at_once(void **state)
{
    int16_t piece[ROOM];

    (void)state;
    make_hiss(piece, ROOM, 40);
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, BLOCK, false), 480);
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, 200, false), 200);
    assert_int_equal(time_scale_lengthen(piece, PAST_COUNT,
                                         PAST_COUNT + PIECE_COUNT, ROOM, false),
                     480);
}

static void what_is_like_itself_nowhere_stays_unless_it_must(void **state)
{
    int16_t piece[ROOM];
    int16_t before[ROOM];

    (void)state;
    make_hiss(piece, ROOM, 8000);
    memcpy(before, piece, sizeof before);
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, BLOCK, false), 0);
    assert_int_equal(time_scale_lengthen(piece, PAST_COUNT,
                                         PAST_COUNT + PIECE_COUNT, ROOM, false),
                     0);
    /* White noise is not like itself enough even then. */
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, BLOCK, true), 0);
    assert_memory_equal(piece, before, sizeof before);
    /* A tone amid much noise is. */
    make_tone(piece, PIECE_COUNT, 200.0);
    for (size_t i = 0; i < PIECE_COUNT; i++)
        piece[i] = (int16_t)(piece[i] / 2 + before[i] / 2);
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, BLOCK, false), 0);
    assert_in_range(time_scale_shorten(piece, PIECE_COUNT, BLOCK, true), 230,
                    730);
}

static void what_is_too_short_stays(void **state)
{
    int16_t piece[ROOM];

    (void)state;
    make_tone(piece, ROOM, 300.0);
    assert_int_equal(time_scale_shorten(piece, 0, BLOCK, true), 0);
    assert_int_equal(time_scale_shorten(piece, 239, BLOCK, true), 0);
    assert_int_equal(time_scale_shorten(piece, PIECE_COUNT, 119, true), 0);
    assert_int_equal(time_scale_lengthen(piece, 0, PIECE_COUNT, ROOM, true), 0);
    assert_int_equal(
        time_scale_lengthen(piece, PAST_COUNT, PAST_COUNT + 119, ROOM, true),
        0);
    assert_int_equal(time_scale_lengthen(piece, PAST_COUNT, ROOM, ROOM, true),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tone_is_shortened_by_whole_periods),
        cmocka_unit_test(a_tone_is_lengthened_by_whole_periods),
        cmocka_unit_test(a_tone_made_faster_keeps_its_pitch),
        cmocka_unit_test(a_tone_made_slower_keeps_its_pitch),
        cmocka_unit_test(speech_is_scaled_by_a_tenth_and_sounds_the_same),
        cmocka_unit_test(silence_is_cut_at_once),
        cmocka_unit_test(what_is_like_itself_nowhere_stays_unless_it_must),
        cmocka_unit_test(what_is_too_short_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
