#include "tests/support/line/line_score.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const double line_buffer_ms[LINE_BUFFER_COUNT] = { 60, 120, 200, 400 };

enum { FRAMES_MIN = 10 };
static const double BEFORE_CUT_MS = 1000; /* what it may have touched */
static const double LIVE_MS = 2000;
static const double LIVE_SHARE = 0.9;
static const double LIVE_DELAY_MS = 400;
static const double STALE_MS = 2000;

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return first < second ? -1 : first > second;
}

static double took(const struct line_trace *trace, size_t i)
{
    return trace->came_ms[i] - trace->sent_ms[i];
}

/* --- before a cut, or all the time ---------------------------------------- */

static void judge_delays(const double *took_ms, size_t count,
                         struct line_score *score)
{
    double *sorted = malloc(count * sizeof *sorted);
    size_t came = 0;

    assert(sorted);
    memcpy(sorted, took_ms, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    while (came < count && isfinite(sorted[came]))
        came++;
    score->lost = 100.0 * (double)(count - came) / (double)count;
    score->least_ms = sorted[0];
    score->median_ms = sorted[came / 2];
    score->most_ms = sorted[came - 1];
    score->p99_ms = sorted[count - 1 - count / 100];
    free(sorted);
}

static double share_later(const double *took_ms, size_t count, double limit_ms)
{
    size_t later = 0;

    for (size_t i = 0; i < count; i++)
        later += took_ms[i] > limit_ms;
    return 100.0 * (double)later / (double)count;
}

/* --- after a cut -----------------------------------------------------------
 */

static bool is_live_from(const struct line_trace *trace, size_t first,
                         double limit_ms)
{
    size_t all = 0, good = 0;

    if (took(trace, first) > limit_ms)
        return false;
    for (size_t i = first; i < trace->count &&
                           trace->sent_ms[i] < trace->sent_ms[first] + LIVE_MS;
         i++) {
        all++;
        good += took(trace, i) <= limit_ms;
    }
    return (double)good >= LIVE_SHARE * (double)all;
}

static double live_after(const struct line_trace *trace, double median_ms)
{
    double last_ms = trace->sent_ms[trace->count - 1] - LIVE_MS;

    for (size_t i = 0; i < trace->count; i++)
        if (trace->sent_ms[i] >= trace->cut_end_ms &&
            trace->sent_ms[i] <= last_ms &&
            is_live_from(trace, i, median_ms + LIVE_DELAY_MS))
            return trace->sent_ms[i] - trace->cut_end_ms;
    return INFINITY;
}

static struct line_cut_score judge_cut(const struct line_trace *trace,
                                       double median_ms)
{
    struct line_cut_score cut = { .first_ms = INFINITY };

    for (size_t i = 0; i < trace->count; i++) {
        double after_ms = trace->came_ms[i] - trace->cut_end_ms;
        bool is_lost = isinf(trace->came_ms[i]);

        if (after_ms >= 0)
            cut.first_ms = fmin(cut.first_ms, after_ms);
        cut.stale_count += !is_lost && took(trace, i) > STALE_MS;
        cut.lost_count += is_lost && trace->sent_ms[i] >= trace->cut_begin_ms &&
                          trace->sent_ms[i] < trace->cut_end_ms;
    }
    cut.live_ms = live_after(trace, median_ms);
    return cut;
}

/* --- all -------------------------------------------------------------------
 */

bool line_score(const struct line_trace *trace, double warm_up_ms,
                struct line_score *out)
{
    const bool is_cut = !isnan(trace->cut_begin_ms);
    double end_ms = is_cut ? trace->cut_begin_ms - BEFORE_CUT_MS : INFINITY;
    double *took_ms = malloc((trace->count + 1) * sizeof *took_ms);
    size_t came = 0;

    assert(took_ms);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < trace->count; i++)
        if (trace->sent_ms[i] >= trace->sent_ms[0] + warm_up_ms &&
            trace->sent_ms[i] < end_ms) {
            came += isfinite(trace->came_ms[i]);
            took_ms[out->count++] = took(trace, i);
        }
    if (came >= FRAMES_MIN) {
        judge_delays(took_ms, out->count, out);
        for (size_t i = 0; i < LINE_BUFFER_COUNT; i++)
            out->concealed[i] = share_later(took_ms, out->count,
                                            out->least_ms + line_buffer_ms[i]);
        out->ideal =
            ideal_listener_adaptive(took_ms, out->count, trace->frame_ms);
        out->fixed = ideal_listener_fixed(took_ms, out->count);
        if (is_cut)
            out->cut = judge_cut(trace, out->median_ms);
    }
    free(took_ms);
    return came >= FRAMES_MIN;
}
