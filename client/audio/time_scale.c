#include "client/audio/time_scale.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    COARSE_STEP = 4,      /* samples: 12 kHz are enough to find a period */
    COMPARED_COUNT = 480, /* samples at most that are held side by side */
    QUIET_LEVEL = 50,     /* root of the mean square: -56 dB of full scale */
    QUIET_CUT = 480,      /* of silence, at once */
    QUIET_COUNT = 2 * QUIET_CUT, /* and quiet for so long */
};

/* From 1, the same sound, to -1: like enough that nobody hears the seam, and
 * not so unlike that the seam is heard at any rate. */
static const double LIKE = 0.85;
static const double NOT_UNLIKE = 0.4;

/* How much alike two pieces are, whatever their loudness. */
static double likeness(const int16_t *a, const int16_t *b, size_t count,
                       size_t step)
{
    double product = 0.0;
    double power_a = 1.0;
    double power_b = 1.0;

    for (size_t i = 0; i < count; i += step) {
        double x = a[i];
        double y = b[i];

        product += x * y;
        power_a += x * x;
        power_b += y * y;
    }
    return product / sqrt(power_a * power_b);
}

static bool is_quiet(const int16_t *samples, size_t count)
{
    double power = 0.0;

    for (size_t i = 0; i < count; i++)
        power += (double)samples[i] * samples[i];
    return power < (double)count * QUIET_LEVEL * QUIET_LEVEL;
}

struct period {
    size_t count;
    double likeness;
};

/* A place in a piece of sound that has samples before it and behind it. */
struct place {
    const int16_t *at;
    bool looks_back; /* for the period before it; else for the one behind */
    size_t compared; /* samples to hold side by side */
};

static void try_period(const struct place *place, size_t count, size_t step,
                       struct period *best)
{
    const int16_t *other =
        place->looks_back ? place->at - count : place->at + count;
    double l = likeness(place->at, other, place->compared, step);

    if (l > best->likeness)
        *best = (struct period){ count, l };
}

/* The period by which the sound repeats itself there. */
static struct period find_period(const struct place *place, size_t period_max)
{
    struct period coarse = { TIME_SCALE_PERIOD_MIN, -1.0 };
    struct period best = { TIME_SCALE_PERIOD_MIN, -1.0 };

    for (size_t n = TIME_SCALE_PERIOD_MIN; n <= period_max; n += COARSE_STEP)
        try_period(place, n, COARSE_STEP, &coarse);
    for (size_t n = coarse.count - COARSE_STEP; n <= coarse.count + COARSE_STEP;
         n++)
        if (n >= TIME_SCALE_PERIOD_MIN && n <= period_max)
            try_period(place, n, 1, &best);
    return best;
}

/* `out` goes over from `first` to `second`; it may be `first`. */
static void fade_over(int16_t *out, const int16_t *first, const int16_t *second,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float part = ((float)i + 0.5f) / (float)count;
        float sum = (float)first[i] * (1.0f - part) + (float)second[i] * part;

        out[i] = (int16_t)lrintf(sum);
    }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t choose_period(const struct place *place, size_t period_max,
                            bool must)
{
    struct period period = find_period(place, period_max);

    return period.likeness >= (must ? NOT_UNLIKE : LIKE) ? period.count : 0;
}

size_t time_scale_shorten(int16_t *samples, size_t count, size_t cut_max,
                          bool must)
{
    size_t period_max = least(least(cut_max, TIME_SCALE_PERIOD_MAX), count / 2);
    struct place place = { .at = samples };
    size_t period;

    if (period_max < TIME_SCALE_PERIOD_MIN)
        return 0;
    place.compared = least(count - period_max, COMPARED_COUNT);
    if (is_quiet(samples, least(count, QUIET_COUNT)))
        period = least(period_max, QUIET_CUT);
    else
        period = choose_period(&place, period_max, must);
    if (period == 0)
        return 0;
    fade_over(samples, samples, &samples[period], period);
    memmove(&samples[period], &samples[2 * period],
            (count - 2 * period) * sizeof *samples);
    return period;
}

size_t time_scale_lengthen(int16_t *samples, size_t past, size_t count,
                           size_t room, bool must)
{
    int16_t again[TIME_SCALE_PERIOD_MAX];
    struct place place = { .at = &samples[past], .looks_back = true };
    size_t period_max;
    size_t period;

    assert(past <= count && count <= room);
    period_max = least(least(past, count - past),
                       least(room - count, TIME_SCALE_PERIOD_MAX));
    if (period_max < TIME_SCALE_PERIOD_MIN)
        return 0;
    place.compared = least(count - past, COMPARED_COUNT);
    if (is_quiet(&samples[past - period_max], 2 * period_max))
        period = least(period_max, QUIET_CUT);
    else
        period = choose_period(&place, period_max, must);
    if (period == 0)
        return 0;
    fade_over(again, &samples[past], &samples[past - period], period);
    memmove(&samples[past + period], &samples[past],
            (count - past) * sizeof *samples);
    memcpy(&samples[past], again, period * sizeof *again);
    return period;
}
