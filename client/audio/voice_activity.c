#include "client/audio/voice_activity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP = 12,                        /* samples of 48 kHz for one at 4 kHz */
    STEPS = AUDIO_BLOCK_COUNT / STEP, /* of a block */
    WINDOW = 2 * STEPS,               /* in which a period is looked for */
    PERIOD_MIN = 10,                  /* 400 Hz */
    PERIOD_MAX = 66,                  /* 60 Hz */

    SECOND = 50,          /* blocks that are remembered */
    PART_BLOCKS = 13,     /* of a part of the background's window: 260 ms */
    PARTS = 8,            /* together two seconds */
    HANGOVER_SPEECH = 25, /* blocks: 500 ms, a breath */
    HANGOVER_VOICED = 15,
    HANGOVER_CLICK = 5, /* 100 ms */
    VOICED_FOR_SPEECH = 14,
};

static const double PI = 3.14159265358979323846;
static const double HIGH_PASS_HZ = 200.0;
static const float LOUD_DB = 9.0F;      /* above the background */
static const float QUIETEST_DB = 28.0F; /* 20 log10 of 25, of 32768 */
static const float PERIODIC = 0.55F;
static const float SYLLABLES_DB = 2.5F; /* how loudness spreads in speech */

/* A second-order Butterworth high pass (bilinear transform). */
struct high_pass {
    float b0, b1, b2, a1, a2;
    float x1, x2, y1, y2;
};

struct moment {
    float level; /* dB */
    bool is_loud;
    bool is_voiced;
};

struct voice_activity {
    struct high_pass high_pass;
    float window[WINDOW];
    struct moment moments[SECOND]; /* a ring */
    size_t next;
    float part_min[PARTS]; /* a ring; the running one is at `part` */
    size_t part;
    size_t part_blocks;
    size_t hangover; /* blocks for which it stays active */
    bool has_begun;
};

static void tune(struct high_pass *filter)
{
    double w = tan(PI * HIGH_PASS_HZ / AUDIO_RATE);
    double norm = 1.0 / (1.0 + sqrt(2.0) * w + w * w);

    *filter = (struct high_pass){
        .b0 = (float)norm,
        .b1 = (float)(-2.0 * norm),
        .b2 = (float)norm,
        .a1 = (float)(2.0 * (w * w - 1.0) * norm),
        .a2 = (float)((1.0 - sqrt(2.0) * w + w * w) * norm),
    };
}

enum result voice_activity_new(struct voice_activity **out)
{
    struct voice_activity *activity = calloc(1, sizeof *activity);

    if (!activity)
        return RESULT_NO_MEMORY;
    voice_activity_reset(activity);
    *out = activity;
    return RESULT_OK;
}

struct voice_activity *voice_activity_free(struct voice_activity *activity)
{
    free(activity);
    return NULL;
}

void voice_activity_reset(struct voice_activity *activity)
{
    memset(activity, 0, sizeof *activity);
    tune(&activity->high_pass);
}

static float pass(struct high_pass *f, float x)
{
    float y = f->b0 * x + f->b1 * f->x1 + f->b2 * f->x2 - f->a1 * f->y1 -
              f->a2 * f->y2;

    f->x2 = f->x1;
    f->x1 = x;
    f->y2 = f->y1;
    f->y1 = y;
    return y;
}

/* Filters the block into the window; its level in dB. */
static float listen(struct voice_activity *activity, const int16_t *samples)
{
    float power = 0.0F;

    memmove(activity->window, activity->window + STEPS,
            (WINDOW - STEPS) * sizeof activity->window[0]);
    for (size_t i = 0; i < STEPS; i++) {
        float mean = 0.0F;

        for (size_t j = 0; j < STEP; j++) {
            float y = pass(&activity->high_pass, samples[i * STEP + j]);

            power += y * y;
            mean += y;
        }
        activity->window[WINDOW - STEPS + i] = mean / STEP;
    }
    return 10.0F * log10f(power / AUDIO_BLOCK_COUNT + 1.0F);
}

/* How like the window is to itself a period later, at best: 1 is the same. */
static float periodicity(const float *window)
{
    float best = 0.0F;

    for (size_t lag = PERIOD_MIN; lag <= PERIOD_MAX; lag++) {
        float product = 0.0F;
        float a = 1.0F;
        float b = 1.0F;

        for (size_t i = 0; i + lag < WINDOW; i++) {
            product += window[i] * window[i + lag];
            a += window[i] * window[i];
            b += window[i + lag] * window[i + lag];
        }
        best = fmaxf(best, product / sqrtf(a * b));
    }
    return best;
}

static float background(struct voice_activity *activity, float level)
{
    float quietest = level;

    if (!activity->has_begun)
        for (size_t i = 0; i < PARTS; i++)
            activity->part_min[i] = level;
    activity->has_begun = true;
    if (++activity->part_blocks > PART_BLOCKS) {
        activity->part = (activity->part + 1) % PARTS;
        activity->part_min[activity->part] = level;
        activity->part_blocks = 1;
    }
    activity->part_min[activity->part] =
        fminf(activity->part_min[activity->part], level);
    for (size_t i = 0; i < PARTS; i++)
        quietest = fminf(quietest, activity->part_min[i]);
    return quietest;
}

static struct moment *next_moment(struct voice_activity *activity)
{
    struct moment *moment = &activity->moments[activity->next];

    activity->next = (activity->next + 1) % SECOND;
    *moment = (struct moment){ .level = 0.0F };
    if (activity->hangover > 0)
        activity->hangover--;
    return moment;
}

void voice_activity_skip(struct voice_activity *activity)
{
    (void)next_moment(activity);
}

static void keep_active(struct voice_activity *activity, size_t blocks)
{
    if (blocks > activity->hangover)
        activity->hangover = blocks;
}

void voice_activity_block(struct voice_activity *activity,
                          const int16_t *samples)
{
    float level = listen(activity, samples);
    float quietest = fmaxf(background(activity, level), 0.0F);
    struct moment *moment = next_moment(activity);

    moment->level = level;
    moment->is_loud = level > QUIETEST_DB && level > quietest + LOUD_DB;
    moment->is_voiced =
        moment->is_loud && periodicity(activity->window) > PERIODIC;
    if (moment->is_loud)
        keep_active(activity, voice_activity_is_speech(activity)
                                  ? HANGOVER_SPEECH
                              : moment->is_voiced ? HANGOVER_VOICED
                                                  : HANGOVER_CLICK);
}

bool voice_activity_is_active(const struct voice_activity *activity)
{
    return activity->hangover > 0;
}

bool voice_activity_is_voiced(const struct voice_activity *activity)
{
    return activity->moments[(activity->next + SECOND - 1) % SECOND].is_voiced;
}

bool voice_activity_is_speech(const struct voice_activity *activity)
{
    float sum = 0.0F;
    float squares = 0.0F;
    float mean;
    size_t n = 0;

    for (size_t i = 0; i < SECOND; i++) {
        const struct moment *moment = &activity->moments[i];

        if (!moment->is_voiced)
            continue;
        sum += moment->level;
        squares += moment->level * moment->level;
        n++;
    }
    if (n < VOICED_FOR_SPEECH)
        return false;
    mean = sum / (float)n;
    return squares / (float)n - mean * mean > SYLLABLES_DB * SYLLABLES_DB;
}
