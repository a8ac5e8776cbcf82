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
#include "tests/support/line/ideal_listener.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_SIZE = 80,
    LINE_SIZE = 256,
    WARM_UP_MS = 5000,
    LINGER_MS = 2000,
};

struct trace {
    char name[NAME_SIZE];
    int frame_ms;
    size_t count;
    size_t room;
    double *sent_ms;
    double *came_ms; /* INFINITY: never */
};

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

/* How long the frames that count took; for the caller to free. */
static double *took_ms(const struct trace *trace)
{
    size_t first = first_counted(trace);
    double *took = make(trace->count - first, sizeof *took);

    for (size_t i = first; i < trace->count; i++)
        took[i - first] = trace->came_ms[i] - trace->sent_ms[i];
    return took;
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

static struct ideal_score our_score(const struct trace *trace,
                                    const char **broken)
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
    return (struct ideal_score){ ears.defects,
                                 ears.delay_ms / (double)ears.heard };
}

static void print_score(struct ideal_score score)
{
    (void)printf("  %5.2f %4.0f %5.2f", score.defects, score.delay_ms,
                 ideal_worth(score));
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
        size_t count = trace.count - first_counted(&trace);
        double *took = took_ms(&trace);
        struct ideal_score best =
            ideal_listener_adaptive(took, count, (unsigned)trace.frame_ms);
        struct ideal_score ours = our_score(&trace, &broken);

        (void)printf("%-52s", trace.name);
        print_score(best);
        print_score(ideal_listener_fixed(took, count));
        print_score(ours);
        (void)printf(" %7.2f%s%s\n", ideal_worth(ours) / ideal_worth(best),
                     broken ? "  broken promise: " : "", broken ? broken : "");
        free(took);
        if (broken)
            break;
    }
    free(trace.sent_ms);
    free(trace.came_ms);
    return broken ? EXIT_FAILURE : EXIT_SUCCESS;
}
