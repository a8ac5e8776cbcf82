/*
 * What frames that came over a line are worth to a listener: delays, what
 * listeners of fixed and of ideal delay would make of them, and how long a cut
 * was felt. Pure.
 */
#ifndef TESTS_SUPPORT_LINE_LINE_SCORE_H
#define TESTS_SUPPORT_LINE_LINE_SCORE_H

#include "tests/support/line/ideal_listener.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINE_BUFFER_COUNT = 4 };
extern const double line_buffer_ms[LINE_BUFFER_COUNT]; /* 60 to 400 */

/* A time of the same clock in milliseconds for each frame, in the order in
 * which they were said. */
struct line_trace {
    unsigned frame_ms;
    size_t count;
    const double *sent_ms;           /* the frame was complete; never falls */
    const double *came_ms;           /* INFINITY: never */
    double cut_begin_ms, cut_end_ms; /* both NAN: there was no cut */
};

struct line_cut_score {
    double first_ms; /* from its end until something comes; INFINITY: nothing */
    /* From its end to the first frame that begins two seconds in which nine of
     * ten frames take at most 400 ms more than the median before the cut;
     * INFINITY: none. */
    double live_ms;
    size_t stale_count; /* frames that took more than two seconds */
    size_t lost_count;  /* frames of the cut that never came */
};

struct line_score {
    size_t count; /* frames that were judged; with a cut, those before it */
    double lost;  /* per cent of them that never came */
    double least_ms, median_ms, most_ms; /* of those that came */
    double p99_ms; /* of all; INFINITY: more than one of a hundred was lost */
    /* Per cent that a buffer of the least delay and so much conceals. */
    double concealed[LINE_BUFFER_COUNT];
    struct ideal_score ideal, fixed;
    struct line_cut_score cut; /* zeros without one */
};

/* Leaves the first `warm_up_ms` out. False: too few frames came. */
bool line_score(const struct line_trace *trace, double warm_up_ms,
                struct line_score *out);

#endif
