#include "client/audio/level_meter.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FULL_SCALE = 32768, CLIPPED_AT = 32760 };

/* Tried on speech, fans and open lines; all in dB of a window's mean. */
static const float SILENCE_DB = -60.0f; /* a quiet room is louder */
static const float QUIET_DB = -42.0f;
static const float STEADY_DB = 8.0f; /* speech rises and falls by 15 or more */
static const size_t CLIPPED_PART = 10; /* one window in so many is too much */

static float to_db(double part)
{
    double db = part > 0.0 ? 20.0 * log10(part) : (double)LEVEL_FLOOR_DB;

    return db > LEVEL_FLOOR_DB ? (float)db : (float)LEVEL_FLOOR_DB;
}

static struct level level_of(double peak, double rms)
{
    return (struct level){ .peak_db = to_db(peak / FULL_SCALE),
                           .rms_db = to_db(rms / FULL_SCALE),
                           .is_clipped = peak >= CLIPPED_AT };
}

/* Adds samples to the window; true: it ended, `meter` still holds it. */
static bool fill(struct level_meter *meter, const int16_t *samples,
                 size_t count, size_t *taken)
{
    size_t room = LEVEL_WINDOW_COUNT - meter->count;

    *taken = count < room ? count : room;
    for (size_t i = 0; i < *taken; i++) {
        int sample = abs((int)samples[i]);

        meter->sum += samples[i];
        meter->square_sum += (uint64_t)sample * (uint64_t)sample;
        if (sample > meter->peak)
            meter->peak = sample;
    }
    meter->count += *taken;
    return meter->count == LEVEL_WINDOW_COUNT;
}

static double rms_of(const struct level_meter *meter)
{
    const double mean = (double)meter->sum / LEVEL_WINDOW_COUNT;
    const double power =
        (double)meter->square_sum / LEVEL_WINDOW_COUNT - mean * mean;

    return power > 0.0 ? sqrt(power) : 0.0;
}

bool level_meter_add(struct level_meter *meter, const int16_t *samples,
                     size_t count, size_t *taken, struct level *out)
{
    if (!fill(meter, samples, count, taken))
        return false;
    *out = level_of(meter->peak, rms_of(meter));
    *meter = (struct level_meter){ 0 };
    return true;
}

/* Peak above, mean below: each fits 16 bits, 32768 included. */
static void keep(struct level_history *history)
{
    uint32_t at = atomic_load_explicit(&history->count, memory_order_relaxed);
    uint32_t rms = (uint32_t)lrint(rms_of(&history->meter));
    uint32_t both = (uint32_t)history->meter.peak << 16 | rms;

    atomic_store_explicit(&history->levels[at % LEVEL_HISTORY_COUNT], both,
                          memory_order_relaxed);
    atomic_store_explicit(&history->count, at + 1, memory_order_release);
    history->meter = (struct level_meter){ 0 };
}

void level_history_add(struct level_history *history, const int16_t *samples,
                       size_t count)
{
    size_t taken;

    for (size_t at = 0; at < count; at += taken)
        if (fill(&history->meter, &samples[at], count - at, &taken))
            keep(history);
}

/* A window that is written while it is read is the youngest instead of the
 * oldest: no harm. */
size_t level_history_read(const struct level_history *history,
                          struct level out[LEVEL_HISTORY_COUNT])
{
    uint32_t end = atomic_load_explicit(&history->count, memory_order_acquire);
    uint32_t count = end < LEVEL_HISTORY_COUNT ? end : LEVEL_HISTORY_COUNT;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (end - count + i) % LEVEL_HISTORY_COUNT;
        uint32_t both =
            atomic_load_explicit(&history->levels[at], memory_order_relaxed);

        out[i] = level_of(both >> 16, both & 0xFFFF);
    }
    return count;
}

static int compare(const void *a, const void *b)
{
    const float *left = a;
    const float *right = b;

    return (*left > *right) - (*left < *right);
}

static enum level_verdict judge(const struct level_summary *summary,
                                size_t count)
{
    if (summary->peak_db <= LEVEL_FLOOR_DB)
        return SOUND_NOTHING;
    if (summary->clipped * CLIPPED_PART >= count)
        return SOUND_LOUD;
    if (summary->loud_db < SILENCE_DB)
        return SOUND_SILENCE;
    if (summary->loud_db - summary->quiet_db < STEADY_DB)
        return SOUND_NOISE;
    return summary->loud_db < QUIET_DB ? SOUND_QUIET : SOUND_GOOD;
}

struct level_summary level_summary_of(const struct level *levels, size_t count)
{
    struct level_summary summary = { .peak_db = LEVEL_FLOOR_DB,
                                     .loud_db = LEVEL_FLOOR_DB,
                                     .quiet_db = LEVEL_FLOOR_DB };
    float sorted[LEVEL_HISTORY_COUNT];

    if (count > LEVEL_HISTORY_COUNT)
        count = LEVEL_HISTORY_COUNT;
    if (count == 0)
        return summary;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = levels[i].rms_db;
        if (levels[i].peak_db > summary.peak_db)
            summary.peak_db = levels[i].peak_db;
        summary.clipped += levels[i].is_clipped;
    }
    qsort(sorted, count, sizeof sorted[0], compare);
    summary.loud_db = sorted[(count - 1) * 9 / 10];
    summary.quiet_db = sorted[(count - 1) / 10];
    summary.verdict = judge(&summary, count);
    return summary;
}
