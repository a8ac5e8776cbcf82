#include "client/audio/delay_estimate.h"

#include "client/audio/thinner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LAGS = DELAY_ESTIMATE_MAX_MS * 48 / 12,
    NEAR = 8,              /* steps by which a lag may move and be the same */
    STEADY_BLOCKS = 15,    /* that long it has to stay */
    STEADY_TO_CHANGE = 50, /* if another one was believed before */
};

static const float KEPT = 0.99F;    /* a block: half of it is gone in 1.4 s */
static const float PEAK_MIN = 7.0F; /* above the root mean square of all */

struct delay_estimate {
    struct thinner of_played;
    struct thinner of_captured;
    float played[LAGS + THINNER_COUNT]; /* the oldest first */
    float sums[LAGS];                   /* [LAGS - 1 - lag] */
    size_t candidate;
    size_t steady;
    size_t delay; /* steps */
    bool is_known;
};

enum result delay_estimate_new(struct delay_estimate **out)
{
    struct delay_estimate *estimate = calloc(1, sizeof *estimate);

    if (!estimate)
        return RESULT_NO_MEMORY;
    *out = estimate;
    return RESULT_OK;
}

struct delay_estimate *delay_estimate_free(struct delay_estimate *estimate)
{
    free(estimate);
    return NULL;
}

void delay_estimate_reset(struct delay_estimate *estimate)
{
    memset(estimate, 0, sizeof *estimate);
}

static void add_products(float *restrict sums, const float *restrict captured,
                         const float *restrict played)
{
    for (size_t i = 0; i < LAGS; i++)
        sums[i] *= KEPT;
    /* The inner loop is one that the compiler makes wide. */
    for (size_t n = 0; n < THINNER_COUNT; n++)
        for (size_t i = 0; i < LAGS; i++)
            sums[i] += captured[n] * played[n + i + 1];
}

/* The strongest lag; LAGS if it does not stand out. */
static size_t find_peak(const float *sums)
{
    float power = 0.0F;
    float peak = 0.0F;
    size_t at = LAGS;

    for (size_t i = 0; i < LAGS; i++) {
        float size = fabsf(sums[i]);

        power += size * size;
        if (size > peak) {
            peak = size;
            at = LAGS - 1 - i;
        }
    }
    return peak > PEAK_MIN * sqrtf(power / LAGS) ? at : LAGS;
}

static bool is_near(size_t a, size_t b)
{
    return a > b ? a - b <= NEAR : b - a <= NEAR;
}

static void consider(struct delay_estimate *estimate, size_t peak)
{
    if (peak == LAGS)
        return;
    if (estimate->is_known && is_near(peak, estimate->delay)) {
        estimate->delay = peak;
        estimate->steady = 0;
        return;
    }
    if (estimate->steady == 0 || !is_near(peak, estimate->candidate)) {
        estimate->candidate = peak;
        estimate->steady = 0;
    }
    estimate->steady++;
    if (estimate->steady <
        (estimate->is_known ? STEADY_TO_CHANGE : STEADY_BLOCKS))
        return;
    estimate->delay = peak;
    estimate->steady = 0;
    estimate->is_known = true;
}

void delay_estimate_block(struct delay_estimate *estimate,
                          const int16_t *played, const int16_t *captured)
{
    float block[THINNER_COUNT];
    bool is_heard;
    float any = 0.0F;

    memmove(estimate->played, estimate->played + THINNER_COUNT,
            LAGS * sizeof estimate->played[0]);
    /* Whether it is silent now does not matter: its past may be heard. */
    (void)thinner_block(&estimate->of_played, played, THINNER_SILENCE_RMS,
                        estimate->played + LAGS);
    is_heard = thinner_block(&estimate->of_captured, captured,
                             THINNER_SILENCE_RMS, block);
    for (size_t i = 0; i < LAGS + THINNER_COUNT; i++)
        any += fabsf(estimate->played[i]);
    if (!is_heard || any < THINNER_COUNT)
        return;
    add_products(estimate->sums, block, estimate->played);
    consider(estimate, find_peak(estimate->sums));
}

bool delay_estimate_find(const struct delay_estimate *estimate, size_t *delay)
{
    *delay = estimate->delay * THINNER_STEP;
    return estimate->is_known;
}
