/*
 * How far the jitter buffer is from the best that any could do.
 *
 *     tests/support/jitter_traces.py | jitter_bench
 *
 * For each trace three listeners are compared: ours, one that knows the future
 * (a dynamic programme), and the best of those whose delay never changes, for
 * which one has to know the line beforehand. J is what both are measured by:
 * the share of frames with a defect in per cent, and a hundredth of the mean
 * delay in milliseconds, from the moment at which a frame was complete to the
 * one at which it is heard. A defect is 20 ms (a frame) that was made up, put
 * in between, or left out. Scaling by a tenth costs nothing.
 *
 * Reads traces in the form of jitter_traces.py; the first five seconds of each
 * do not count.
 */
#include "tests/support/jitter_listener.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_SIZE = 80,
    LINE_SIZE = 256,
    WARM_UP_MS = 5000,
    DELAY_STEPS_PER_FRAME = 10,
    DELAY_STATES_MS = 3000, /* the best listener's delay above the least */
    LINGER_MS = 2000,
};

static const double DEFECTS_PER_MS = 1e-4;

struct trace {
    char name[NAME_SIZE];
    int frame_ms;
    size_t count;
    size_t room;
    double *sent_ms;
    double *came_ms; /* INFINITY: never */
};

struct score {
    double defects; /* per cent of the frames */
    double delay_ms;
};

static double worth(struct score score)
{
    return score.defects + score.delay_ms / 100.0;
}

static void *make(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    assert(memory);
    return memory;
}

/* --- traces -------------------------------------------------------------- */

static void add(struct trace *trace, double sent_ms, double came_ms)
{
    if (trace->count == trace->room) {
        trace->room = trace->room ? 2 * trace->room : 4096;
        trace->sent_ms =
            realloc(trace->sent_ms, trace->room * sizeof *trace->sent_ms);
        trace->came_ms =
            realloc(trace->came_ms, trace->room * sizeof *trace->came_ms);
        assert(trace->sent_ms && trace->came_ms);
    }
    trace->sent_ms[trace->count] = sent_ms;
    trace->came_ms[trace->count] = came_ms;
    trace->count++;
}

/* The trace whose head is in `line`; leaves the head of the next one there. */
static bool read_trace(struct trace *trace, char *line)
{
    char *rest;

    if (line[0] != '#')
        return false;
    trace->count = 0;
    trace->frame_ms = (int)strtol(&line[1], &rest, 10);
    (void)snprintf(trace->name, sizeof trace->name, "%s", rest + 1);
    trace->name[strcspn(trace->name, "\n")] = '\0';
    line[0] = '\0';
    while (fgets(line, LINE_SIZE, stdin) && line[0] != '#') {
        char *comma = strchr(line, ',');
        double sent_ms;

        if (!comma)
            continue;
        sent_ms = strtod(comma + 1, &rest);
        add(trace, sent_ms,
            rest[0] == ',' && rest[1] >= '0' ? strtod(rest + 1, NULL)
                                             : INFINITY);
        line[0] = '\0';
    }
    return trace->frame_ms > 0 && trace->count > 0;
}

static size_t first_counted(const struct trace *trace)
{
    size_t i = 0;

    while (i < trace->count &&
           trace->sent_ms[i] < trace->sent_ms[0] + WARM_UP_MS)
        i++;
    return i;
}

/* --- the best there could be --------------------------------------------- */

/* How a state was come to: the delay before, and what was done. */
struct step {
    uint16_t before;  /* state at the frame before */
    uint16_t at;      /* after waiting: with this delay the frame is heard */
    bool is_left_out; /* the frame */
};

static double least_delay(const struct trace *trace, size_t first)
{
    double least_ms = INFINITY;

    for (size_t i = first; i < trace->count; i++)
        least_ms = fmin(least_ms, trace->came_ms[i] - trace->sent_ms[i]);
    return least_ms;
}

static void reach(double *costs, struct step *steps, long state, long states,
                  double cost, struct step step)
{
    if (state < 0 || state >= states || cost >= costs[state])
        return;
    costs[state] = cost;
    steps[state] = step;
}

/*
 * One frame: first any number of frame times may be waited (a defect each),
 * then the frame is heard, a defect if it is late, and the delay may go a step
 * up or down; or it is left out, a defect, and the delay is a frame less.
 */
static void advance(double *costs, double *next, struct step *steps,
                    long states, double late_ms, double least_ms,
                    double step_ms)
{
    uint16_t *before = make((size_t)states, sizeof *before);
    const long frame = DELAY_STEPS_PER_FRAME;

    for (long s = 0; s < states; s++) {
        before[s] = (uint16_t)s;
        if (s >= frame && costs[s - frame] + 1.0 < costs[s]) {
            costs[s] = costs[s - frame] + 1.0;
            before[s] = before[s - frame];
        }
        next[s] = INFINITY;
    }
    for (long s = 0; s < states; s++) {
        double delay_ms = least_ms + (double)s * step_ms;
        double cost = costs[s] + DEFECTS_PER_MS * delay_ms;
        struct step step = { before[s], (uint16_t)s, false };

        for (long move = -1; move <= 1; move++)
            reach(next, steps, s + move, states,
                  cost + (late_ms > delay_ms + 1e-6 ? 1.0 : 0.0), step);
        step.is_left_out = true;
        reach(next, steps, s - frame, states, cost + 1.0, step);
    }
    memcpy(costs, next, (size_t)states * sizeof *costs);
    free(before);
}

static struct score follow_back(const struct trace *trace, size_t first,
                                const struct step *steps, long states,
                                long state, double least_ms, double step_ms)
{
    struct score score = { 0 };
    double frames = (double)(trace->count - first);

    for (size_t i = trace->count; i > first; i--) {
        struct step step =
            steps[(i - 1 - first) * (size_t)states + (size_t)state];
        double delay_ms = least_ms + step.at * step_ms;
        double late_ms = trace->came_ms[i - 1] - trace->sent_ms[i - 1];

        score.defects += (step.at - step.before) / DELAY_STEPS_PER_FRAME;
        if (step.is_left_out || late_ms > delay_ms + 1e-6)
            score.defects += 1.0;
        score.delay_ms += delay_ms;
        state = step.before;
    }
    score.defects *= 100.0 / frames;
    score.delay_ms /= frames;
    return score;
}

static struct score best_score(const struct trace *trace)
{
    size_t first = first_counted(trace);
    double least_ms = least_delay(trace, first);
    double step_ms = (double)trace->frame_ms / DELAY_STEPS_PER_FRAME;
    long states = (long)(DELAY_STATES_MS / step_ms);
    double *costs = make((size_t)states, sizeof *costs);
    double *next = make((size_t)states, sizeof *next);
    struct step *steps =
        make((trace->count - first) * (size_t)states, sizeof *steps);
    struct score score;
    long best = 0;

    for (size_t i = first; i < trace->count; i++)
        advance(costs, next, &steps[(i - first) * (size_t)states], states,
                trace->came_ms[i] - trace->sent_ms[i], least_ms, step_ms);
    for (long s = 1; s < states; s++)
        if (costs[s] < costs[best])
            best = s;
    score = follow_back(trace, first, steps, states, best, least_ms, step_ms);
    free(costs);
    free(next);
    free(steps);
    return score;
}

/* --- the best that does not change ---------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return first < second ? -1 : first > second;
}

static struct score fixed_score(const struct trace *trace)
{
    size_t first = first_counted(trace);
    size_t count = trace->count - first;
    double *late_ms = make(count, sizeof *late_ms);
    struct score best = { 100.0, INFINITY };

    for (size_t i = 0; i < count; i++)
        late_ms[i] = trace->came_ms[first + i] - trace->sent_ms[first + i];
    qsort(late_ms, count, sizeof *late_ms, by_value);
    for (size_t i = 0; i < count; i++) {
        struct score score = { 100.0 * (double)(count - 1 - i) / (double)count,
                               late_ms[i] };

        if (worth(score) < worth(best))
            best = score;
    }
    free(late_ms);
    return best;
}

/* --- ours ---------------------------------------------------------------- */

struct ears {
    const struct trace *trace;
    size_t first;
    bool has_heard;
    uint32_t last;
    double defects;
    double delay_ms;
    size_t heard;
};

/* Between two frames that were heard, others are missing and something was
 * made up: one of each is one defect. */
static void on_heard(const struct jitter_heard *heard, void *user)
{
    struct ears *ears = user;
    double made_up =
        (double)heard->made_up / AUDIO_COUNT_PER_MS / ears->trace->frame_ms;
    double missing =
        ears->has_heard ? (double)(heard->number - ears->last - 1) : 0.0;

    if (heard->number >= ears->first) {
        if (ears->has_heard)
            ears->defects += fmax(made_up, missing);
        ears->delay_ms += (double)(heard->heard_ms - heard->sent_ms);
        ears->heard++;
    }
    ears->has_heard = true;
    ears->last = heard->number;
}

struct arrival {
    double came_ms;
    uint32_t number;
};

static int by_time(const void *a, const void *b)
{
    const struct arrival *first = a;
    const struct arrival *second = b;

    if (first->came_ms != second->came_ms)
        return first->came_ms < second->came_ms ? -1 : 1;
    return first->number < second->number ? -1 : 1;
}

static void deliver(struct jitter_listener *listener, const struct trace *trace,
                    const struct arrival *arrival)
{
    uint16_t count = (uint16_t)(trace->frame_ms * AUDIO_COUNT_PER_MS);

    jitter_listener_put(listener, arrival->number, arrival->number * count,
                        count, arrival->number == 0 ? AUDIO_FLAG_TALKSPURT : 0,
                        llround(trace->sent_ms[arrival->number]),
                        (int64_t)ceil(arrival->came_ms));
}

static struct score our_score(const struct trace *trace, const char **broken)
{
    struct ears ears = { .trace = trace, .first = first_counted(trace) };
    struct arrival *arrivals = make(trace->count, sizeof *arrivals);
    struct jitter_listener listener;
    size_t next = 0;
    double end_ms = trace->sent_ms[trace->count - 1] + LINGER_MS;

    for (size_t i = 0; i < trace->count; i++)
        arrivals[i] = (struct arrival){ trace->came_ms[i], (uint32_t)i };
    qsort(arrivals, trace->count, sizeof *arrivals, by_time);
    jitter_listener_init(&listener, JITTER_DELAY_MIN_MS, on_heard, &ears);
    for (int64_t now_ms = 7; (double)now_ms < end_ms;
         now_ms += AUDIO_BLOCK_MS) {
        for (; next < trace->count &&
               ceil(arrivals[next].came_ms) <= (double)now_ms;
             next++)
            deliver(&listener, trace, &arrivals[next]);
        (void)jitter_listener_pull(&listener, now_ms);
    }
    *broken = listener.broken;
    jitter_listener_release(&listener);
    free(arrivals);
    ears.defects *= 100.0 / (double)(trace->count - ears.first);
    return (struct score){ ears.defects, ears.delay_ms / (double)ears.heard };
}

static void print_score(struct score score)
{
    (void)printf("  %5.2f %4.0f %5.2f", score.defects, score.delay_ms,
                 worth(score));
}

int main(void)
{
    struct trace trace = { 0 };
    char line[LINE_SIZE] = "";
    const char *broken = NULL;

    (void)printf("%-52s %18s %18s %18s %7s\n", "line (%, ms, J = % + ms/100)",
                 "best there is", "best fixed", "ours", "ratio");
    while (line[0] != '#' && fgets(line, sizeof line, stdin))
        continue;
    while (read_trace(&trace, line)) {
        struct score best = best_score(&trace);
        struct score ours = our_score(&trace, &broken);

        (void)printf("%-52s", trace.name);
        print_score(best);
        print_score(fixed_score(&trace));
        print_score(ours);
        (void)printf(" %7.2f%s%s\n", worth(ours) / worth(best),
                     broken ? "  broken promise: " : "", broken ? broken : "");
        if (broken)
            break;
    }
    free(trace.sent_ms);
    free(trace.came_ms);
    return broken ? EXIT_FAILURE : EXIT_SUCCESS;
}
