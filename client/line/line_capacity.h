/*
 * How many bits a second a line carries, as far as that is known: what it
 * showed before there was sound (line_gauge.h), and what came over it when it
 * was full.
 *
 * Pure. One thread.
 */
#ifndef CLIENT_LINE_LINE_CAPACITY_H
#define CLIENT_LINE_LINE_CAPACITY_H

#include "client/line/line_second.h"
#include "client/line/line_setting.h"

#include <stdbool.h>

enum { CAPACITY_SECONDS = 8 /* that are looked at */ };

/* All zero at the start; the fields are the module's own. */
struct line_capacity {
    unsigned rate;    /* bits a second when it was full; 0: not known */
    unsigned age;     /* seconds */
    bool is_doubtful; /* it may carry more */
    unsigned gauged;  /* that it showed in the beginning; 0: not known */
};

/* Does it carry a speaker at this step, with room for more? True also where
 * nothing is known. */
bool line_capacity_fits(const struct line_capacity *capacity,
                        enum line_step step);
/* Is that worth trying at least? */
bool line_capacity_may_fit(const struct line_capacity *capacity,
                           enum line_step step);
/* What it showed in the beginning is all that is known. */
void line_capacity_take(struct line_capacity *capacity, unsigned rate);
/* A second has gone by. */
void line_capacity_grow_older(struct line_capacity *capacity);
/*
 * The line is full, at a step since `known` seconds, of which the newest
 * CAPACITY_SECONDS stand in `seconds`, the newest first; `before` was the step
 * before.
 */
void line_capacity_note(struct line_capacity *capacity,
                        const struct line_second *seconds, enum line_step step,
                        enum line_step before, unsigned known);

#endif
