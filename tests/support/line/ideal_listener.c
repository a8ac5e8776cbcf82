#include "tests/support/line/ideal_listener.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DELAY_STEPS_PER_FRAME = 10,
    DELAY_STATES_MS = 4000, /* the best listener's delay above the least */
};

static const double DEFECTS_PER_MS = 1e-4;
static const double ROUNDING_MS = 1e-6;

double ideal_worth(struct ideal_score score)
{
    return score.defects + score.delay_ms / 100.0;
}

/* How a state was come to: the delay before, and what was done. */
struct step {
    uint16_t before;  /* state at the frame before */
    uint16_t at;      /* after waiting: with this delay the frame is heard */
    bool is_left_out; /* the frame */
};

/* One state for each delay above the least, in steps. */
struct programme {
    const double *took_ms;
    size_t count;
    long states;
    double least_ms;
    double step_ms;
    double *costs, *next;
    uint16_t *before;
    struct step *steps; /* `states` for each frame */
};

static void *make(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    assert(memory);
    return memory;
}

static double least_of(const double *values, size_t count)
{
    double least = INFINITY;

    for (size_t i = 0; i < count; i++)
        least = fmin(least, values[i]);
    return least;
}

static double delay_of(const struct programme *programme, long state)
{
    return programme->least_ms + (double)state * programme->step_ms;
}

static void reach(struct programme *programme, struct step *steps, long state,
                  double cost, struct step step)
{
    if (state < 0 || state >= programme->states ||
        cost >= programme->next[state])
        return;
    programme->next[state] = cost;
    steps[state] = step;
}

/* Any number of frame times may be waited, a defect each. */
static void wait_before(struct programme *programme)
{
    const long frame = DELAY_STEPS_PER_FRAME;
    double *costs = programme->costs;

    for (long s = 0; s < programme->states; s++) {
        programme->before[s] = (uint16_t)s;
        if (s >= frame && costs[s - frame] + 1.0 < costs[s]) {
            costs[s] = costs[s - frame] + 1.0;
            programme->before[s] = programme->before[s - frame];
        }
        programme->next[s] = INFINITY;
    }
}

/*
 * Then the frame is heard, a defect if it is late, and the delay may go a step
 * up or down; or it is left out, a defect, and the delay is a frame less.
 */
static void advance(struct programme *programme, size_t frame)
{
    struct step *steps = &programme->steps[frame * (size_t)programme->states];
    double took_ms = programme->took_ms[frame];
    double *costs = programme->costs;

    wait_before(programme);
    for (long s = 0; s < programme->states; s++) {
        double delay_ms = delay_of(programme, s);
        double cost = costs[s] + DEFECTS_PER_MS * delay_ms;
        double late = took_ms > delay_ms + ROUNDING_MS ? 1.0 : 0.0;
        struct step step = { programme->before[s], (uint16_t)s, false };

        for (long move = -1; move <= 1; move++)
            reach(programme, steps, s + move, cost + late, step);
        step.is_left_out = true;
        reach(programme, steps, s - DELAY_STEPS_PER_FRAME, cost + 1.0, step);
    }
    programme->costs = programme->next;
    programme->next = costs;
}

static struct ideal_score follow_back(const struct programme *programme,
                                      long state)
{
    struct ideal_score score = { 0 };

    for (size_t i = programme->count; i-- > 0;) {
        struct step step =
            programme->steps[i * (size_t)programme->states + (size_t)state];
        double delay_ms = delay_of(programme, step.at);

        score.defects += (step.at - step.before) / DELAY_STEPS_PER_FRAME;
        if (step.is_left_out || programme->took_ms[i] > delay_ms + ROUNDING_MS)
            score.defects += 1.0;
        score.delay_ms += delay_ms;
        state = step.before;
    }
    score.defects *= 100.0 / (double)programme->count;
    score.delay_ms /= (double)programme->count;
    return score;
}

struct ideal_score ideal_listener_adaptive(const double *took_ms, size_t count,
                                           unsigned frame_ms)
{
    struct programme programme = { .took_ms = took_ms, .count = count };
    struct ideal_score score;
    size_t states;
    long best = 0;

    programme.step_ms = (double)frame_ms / DELAY_STEPS_PER_FRAME;
    programme.states = (long)(DELAY_STATES_MS / programme.step_ms);
    programme.least_ms = least_of(took_ms, count);
    states = (size_t)programme.states;
    programme.costs = make(states, sizeof *programme.costs);
    programme.next = make(states, sizeof *programme.next);
    programme.before = make(states, sizeof *programme.before);
    programme.steps = make(count * states, sizeof *programme.steps);
    for (size_t i = 0; i < count; i++)
        advance(&programme, i);
    for (long s = 1; s < programme.states; s++)
        if (programme.costs[s] < programme.costs[best])
            best = s;
    score = follow_back(&programme, best);
    free(programme.costs);
    free(programme.next);
    free(programme.before);
    free(programme.steps);
    return score;
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return first < second ? -1 : first > second;
}

struct ideal_score ideal_listener_fixed(const double *took_ms, size_t count)
{
    double *sorted = make(count, sizeof *sorted);
    struct ideal_score best = { 100.0, INFINITY };

    memcpy(sorted, took_ms, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++) {
        struct ideal_score score = {
            100.0 * (double)(count - 1 - i) / (double)count, sorted[i]
        };

        if (ideal_worth(score) < ideal_worth(best))
            best = score;
    }
    free(sorted);
    return best;
}
