#include "client/audio/round_trip.h"

#include <math.h>
#include <stdlib.h>

enum {
    STEP = 4, /* from 48 to 12 kHz: the chirp ends far below 6 kHz */
    CHIRP_COUNT = ROUND_TRIP_CHIRP_COUNT / STEP,
    FADE_COUNT = 480,
};

static const double PI = 3.14159265358979323846;
static const double RATE = 48000.0;
static const double FROM_HZ = 300.0;
static const double TO_HZ = 3000.0;
static const double AMPLITUDE = 8192.0;
/* Other sound reaches 0.15; half of the power being noise gives 0.7. */
static const double FOUND_AT = 0.3;

void round_trip_chirp(int16_t out[ROUND_TRIP_CHIRP_COUNT])
{
    for (size_t i = 0; i < ROUND_TRIP_CHIRP_COUNT; i++) {
        double t = (double)i / RATE;
        double rise = (TO_HZ - FROM_HZ) * RATE / ROUND_TRIP_CHIRP_COUNT;
        size_t edge =
            i < ROUND_TRIP_CHIRP_COUNT - i ? i : ROUND_TRIP_CHIRP_COUNT - 1 - i;
        double fade =
            edge < FADE_COUNT ? (double)edge / (double)FADE_COUNT : 1.0;

        out[i] = (int16_t)lrint(AMPLITUDE * fade *
                                sin(2.0 * PI * (FROM_HZ + rise * t / 2.0) * t));
    }
}

static void decimate(const int16_t *samples, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++) {
        int sum = 0;

        for (size_t k = 0; k < STEP; k++)
            sum += samples[i * STEP + k];
        out[i] = (float)sum / (float)STEP;
    }
}

static double product(const float *a, const float *b)
{
    double sum = 0.0;

    for (size_t i = 0; i < CHIRP_COUNT; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* The best place for the chirp, and how good it is: 0 to 1. */
static double search(const float *chirp, const float *heard, size_t count,
                     size_t *at)
{
    const double chirp_power = product(chirp, chirp);
    double power = product(heard, heard);
    double best = 0.0;

    for (size_t i = 0; i + CHIRP_COUNT <= count; i++) {
        double found = fabs(product(chirp, &heard[i]));
        double likeness =
            power > CHIRP_COUNT ? found / sqrt(power * chirp_power) : 0.0;

        if (likeness > best) {
            best = likeness;
            *at = i;
        }
        if (i + CHIRP_COUNT < count)
            power += (double)heard[i + CHIRP_COUNT] *
                         (double)heard[i + CHIRP_COUNT] -
                     (double)heard[i] * (double)heard[i];
    }
    return best;
}

bool round_trip_find(const int16_t *captured, size_t count, size_t *at)
{
    static const size_t part = sizeof(float);
    const size_t heard_count = count / STEP;
    int16_t *whole = malloc(ROUND_TRIP_CHIRP_COUNT * sizeof *whole);
    float *chirp = malloc(CHIRP_COUNT * part);
    float *heard = malloc((heard_count + 1) * part);
    double best = 0.0;
    size_t place = 0;

    if (whole && chirp && heard && heard_count >= CHIRP_COUNT) {
        round_trip_chirp(whole);
        decimate(whole, CHIRP_COUNT, chirp);
        decimate(captured, heard_count, heard);
        best = search(chirp, heard, heard_count, &place);
    }
    free(whole);
    free(chirp);
    free(heard);
    *at = place * STEP;
    return best >= FOUND_AT;
}
