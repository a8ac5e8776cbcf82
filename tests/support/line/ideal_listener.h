/*
 * The best that any listener could make of frames that came over a line: one
 * who knows the future and changes his delay (a dynamic programme), and the
 * best of those whose delay never changes.
 *
 * J is what both are measured by: the share of frames with a defect in per
 * cent, and a hundredth of the mean delay in milliseconds, from the moment at
 * which a frame was complete to the one at which it is heard. A defect is a
 * frame's time that was made up, put in between, or left out. Stretching or
 * shrinking by a tenth costs nothing. Pure.
 */
#ifndef TESTS_SUPPORT_LINE_IDEAL_LISTENER_H
#define TESTS_SUPPORT_LINE_IDEAL_LISTENER_H

#include <stddef.h>

struct ideal_score {
    double defects; /* per cent of the frames */
    double delay_ms;
};

/* J. */
double ideal_worth(struct ideal_score score);

/* How long each of `count` frames of `frame_ms` took in milliseconds, in the
 * order in which they were said; INFINITY: it never came. One came at least. */
struct ideal_score ideal_listener_adaptive(const double *took_ms, size_t count,
                                           unsigned frame_ms);
struct ideal_score ideal_listener_fixed(const double *took_ms, size_t count);

#endif
