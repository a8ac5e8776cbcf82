#include "tests/support/sound_signal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    RATE = 48000,
    FORMANT_COUNT = 3,
    DECIMATION = 8,
};

static const double PI = 3.14159265358979323846;

struct resonator {
    double a1, a2, gain;
    double y1, y2;
};

/* A small generator of its own, so that all machines hear the same. */
static double next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (double)(1u << 24);
}

static void tune(struct resonator *r, double frequency, double bandwidth)
{
    double radius = exp(-PI * bandwidth / RATE);

    r->a1 = 2.0 * radius * cos(2.0 * PI * frequency / RATE);
    r->a2 = -radius * radius;
    r->gain = 1.0 - radius;
}

static double resonate(struct resonator *r, double x)
{
    double y = r->gain * x + r->a1 * r->y1 + r->a2 * r->y2;

    r->y2 = r->y1;
    r->y1 = y;
    return y;
}

/* One syllable: an envelope over a pulse train, or over a hiss. */
static void add_syllable(int16_t *samples, size_t count, double pitch,
                         uint32_t *random)
{
    double is_voiced = next_random(random) < 0.8 ? 1.0 : 0.0;
    double first = 300.0 + 500.0 * next_random(random);
    double bend = 0.9 + 0.2 * next_random(random);
    struct resonator formants[FORMANT_COUNT] = { 0 };
    double phase = 0.0;

    tune(&formants[0], first, 80.0);
    tune(&formants[1], first + 600.0 + 900.0 * next_random(random), 100.0);
    tune(&formants[2], 2400.0 + 600.0 * next_random(random), 160.0);
    for (size_t i = 0; i < count; i++) {
        double part = (double)i / (double)count;
        double envelope = sin(PI * part) * sin(PI * part);
        double hiss = next_random(random) - 0.5;
        double source = hiss * 0.3;
        double sum = 0.0;

        phase += pitch * (1.0 + (bend - 1.0) * part) / RATE;
        if (phase >= 1.0) {
            phase -= 1.0;
            source += 40.0 * is_voiced;
        }
        for (size_t f = 0; f < FORMANT_COUNT; f++)
            sum += resonate(&formants[f], source);
        samples[i] = (int16_t)lrint(
            fmax(-30000.0, fmin(30000.0, sum * envelope * 9000.0)));
    }
}

void sound_signal_speech(int16_t *samples, size_t count, uint32_t seed)
{
    uint32_t random = seed * 2654435761u + 1u;
    double pitch = 90.0 + 150.0 * next_random(&random);
    size_t at = 0;

    memset(samples, 0, count * sizeof *samples);
    while (at < count) {
        size_t length = (size_t)(RATE * (0.12 + 0.18 * next_random(&random)));
        size_t pause = (size_t)(RATE * 0.08 * next_random(&random));

        if (length > count - at)
            length = count - at;
        add_syllable(&samples[at], length,
                     pitch * (0.9 + 0.2 * next_random(&random)), &random);
        at += length;
        at += pause < count - at ? pause : count - at;
    }
}

/* Correlation of `spoken` with `heard` from `delay` on; both zero-mean. */
static double correlate(const double *spoken, size_t count, const double *heard,
                        size_t heard_count, size_t delay)
{
    double product = 0.0;
    double power_spoken = 0.0;
    double power_heard = 0.0;

    for (size_t i = 0; i < count; i++) {
        double other = i + delay < heard_count ? heard[i + delay] : 0.0;

        product += spoken[i] * other;
        power_spoken += spoken[i] * spoken[i];
        power_heard += other * other;
    }
    return product / (sqrt(power_spoken * power_heard) + 1e-9);
}

/* Means over DECIMATION samples: enough to find the delay roughly. */
static double *decimate(const int16_t *samples, size_t count)
{
    double *out = calloc(count / DECIMATION + 1, sizeof *out);

    assert(out);
    for (size_t i = 0; i < count / DECIMATION; i++)
        for (size_t j = 0; j < DECIMATION; j++)
            out[i] += samples[i * DECIMATION + j];
    return out;
}

static double *widen(const int16_t *samples, size_t count)
{
    double *out = calloc(count + 1, sizeof *out);

    assert(out);
    for (size_t i = 0; i < count; i++)
        out[i] = samples[i];
    return out;
}

static size_t find_rough_delay(const int16_t *spoken, size_t spoken_count,
                               const int16_t *heard, size_t heard_count,
                               size_t delay_max)
{
    double *a = decimate(spoken, spoken_count);
    double *b = decimate(heard, heard_count);
    double best = -2.0;
    size_t best_delay = 0;

    for (size_t delay = 0; delay <= delay_max / DECIMATION; delay++) {
        double c = correlate(a, spoken_count / DECIMATION, b,
                             heard_count / DECIMATION, delay);

        if (c > best) {
            best = c;
            best_delay = delay;
        }
    }
    free(a);
    free(b);
    return best_delay * DECIMATION;
}

struct sound_match sound_signal_match(const int16_t *spoken,
                                      size_t spoken_count, const int16_t *heard,
                                      size_t heard_count, size_t delay_max)
{
    size_t rough =
        find_rough_delay(spoken, spoken_count, heard, heard_count, delay_max);
    size_t from = rough > DECIMATION ? rough - DECIMATION : 0;
    double *a = widen(spoken, spoken_count);
    double *b = widen(heard, heard_count);
    struct sound_match match = { .correlation = -2.0 };

    for (size_t delay = from; delay <= rough + DECIMATION; delay++) {
        double c = correlate(a, spoken_count, b, heard_count, delay);

        if (c > match.correlation)
            match = (struct sound_match){ c, (long)delay };
    }
    free(a);
    free(b);
    return match;
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return first < second ? -1 : first > second;
}

struct sound_match
sound_signal_match_pieces(const int16_t *spoken, size_t spoken_count,
                          const int16_t *heard, size_t heard_count,
                          size_t delay_max, size_t piece_count)
{
    struct sound_match match = { .correlation = -2.0 };
    double all[SOUND_PIECE_MAX];
    size_t n = 0;

    for (size_t at = 0; at + piece_count <= spoken_count && at < heard_count;
         at += piece_count) {
        size_t room = heard_count - at;

        if (room > piece_count + delay_max)
            room = piece_count + delay_max;
        match = sound_signal_match(&spoken[at], piece_count, &heard[at], room,
                                   delay_max);
        assert(n < SOUND_PIECE_MAX);
        all[n++] = match.correlation;
    }
    assert(n > 0);
    qsort(all, n, sizeof *all, by_value);
    match.correlation = all[n / 2];
    return match;
}
