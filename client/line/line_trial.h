/*
 * Do copies over further connections bring what they cost? What is heard over
 * half a minute of them is held against what was heard before: where not even a
 * quarter less of it is very late or missing, or not half of it though the line
 * has become fuller, they are given up, and tried again after two minutes, each
 * time twice as long, up to half an hour.
 *
 * What was heard before is often but a few seconds. So what is heard after they
 * were given up is looked at, too: where that is much worse they were given up
 * wrongly, are to be had again at once, and are left alone for ten minutes.
 *
 * Only what is heard is judged: of our own speech nobody tells us how it comes.
 * Less than a tenth that is very late or missing is not worth a change.
 *
 * Pure. One thread.
 */
#ifndef CLIENT_LINE_LINE_TRIAL_H
#define CLIENT_LINE_LINE_TRIAL_H

#include "client/line/line_second.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    TRIAL_SECONDS = 30, /* in which somebody is heard */
    TRIAL_DOUBT_SECONDS = 10,
    TRIAL_SETTLE = 2, /* seconds until a change is heard */
    TRIAL_WAIT = 120,
    TRIAL_LAST_WAIT = 1920,
    TRIAL_TRUST = 600,
};

enum line_trial_phase {
    TRIAL_NONE,
    TRIAL_ON,    /* copies are judged */
    TRIAL_DOUBT, /* they were given up: was that wrong? */
};

/* Seconds in which somebody was heard, added up. */
struct line_trial_share {
    unsigned seconds, frames, faults;
    int64_t grown_ms; /* of the round trips, in all, above the least */
};

/* All zero at the start; the fields are the module's own, but `failures`. */
struct line_trial {
    enum line_trial_phase phase;
    struct line_trial_share before, with, after;
    unsigned settled; /* seconds since copies were given up */
    unsigned wait;    /* seconds until they may be tried again */
    unsigned next_wait;
    unsigned trust;    /* seconds for which they are not judged */
    unsigned failures; /* how often they were given up, in all */
};

void line_trial_add(struct line_trial_share *share,
                    const struct line_second *second);
/* Copies begin; `before` is what was heard until now. */
void line_trial_begin(struct line_trial *trial,
                      const struct line_trial_share *before);
/* The judgement begins anew: there are more copies now, or another line. */
void line_trial_restart(struct line_trial *trial);
/* They have ended for another reason. */
void line_trial_end(struct line_trial *trial);
bool line_trial_may_begin(const struct line_trial *trial);
/*
 * The next second; `is_whole`: all connections are there, or were, and the step
 * has taken hold. True: copies are to be given up now.
 */
bool line_trial_second(struct line_trial *trial,
                       const struct line_second *second, bool is_whole);

#endif
