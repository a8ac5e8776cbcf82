/*
 * How much a line carries, from the first bulk that comes over it: a meeting's
 * head and log come before its sound, and as fast as the line lets them. A line
 * that is far too narrow for speech as usual is so known before it is buried in
 * it.
 *
 * What counts is the most that came within a window of GAUGE_WINDOW bytes: no
 * line shows more than it carries, whatever made the rest of it wait. What
 * comes at once because something before it was missing is left out. That
 * little came says nothing alone, for little may have been sent: only where the
 * round trip has grown meanwhile, and the line was full, it is believed.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef CLIENT_LINE_LINE_GAUGE_H
#define CLIENT_LINE_LINE_GAUGE_H

#include "client/line/line_figures.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GAUGE_LOOK_MS = 50,        /* from one look to the next, while much comes */
    GAUGE_QUIET_LOOK_MS = 250, /* while nothing does */
    GAUGE_WINDOW = 1400,       /* bytes; a packet or more */
    GAUGE_LEAST = 6000,        /* bytes in all, before anything is said */
    GAUGE_MOST = 30000,        /* bytes in all; then it is known */
    GAUGE_PLENTY = 100000,     /* bits a second: no more need be known */
    GAUGE_END_MS = 2000,       /* without an arrival: it was all */
    GAUGE_LIFE_MS = 15000,     /* where nothing comes */
    GAUGE_ARRIVALS = 32
};

/* Bytes that had come in all, and when. */
struct gauge_arrival {
    int64_t at_ms;
    uint64_t bytes;
};

/* The fields are the module's own. */
struct line_gauge {
    bool is_begun, is_over;
    bool is_disordered; /* something was missing before what came, once */
    bool is_behind;     /* it still is */
    bool is_grown;      /* the round trip was, once */
    int64_t looked_ms, came_ms;
    struct line_figures before;
    uint64_t first_bytes;
    unsigned most; /* bits a second */
    size_t count;
    struct gauge_arrival arrivals[GAUGE_ARRIVALS]; /* in a row, by age */
};

/* Another connection: from the beginning. */
void line_gauge_begin(struct line_gauge *gauge, int64_t now_ms);
/* A look at the connection. */
void line_gauge_note(struct line_gauge *gauge,
                     const struct line_figures *figures, int64_t now_ms);
/* Sound comes or goes from here on, whose packets are small. */
void line_gauge_note_sound(struct line_gauge *gauge);
/* When the next look is due; INT64_MAX: nothing more is to be learned. */
int64_t line_gauge_next_ms(const struct line_gauge *gauge);
/* Does something come, and slowly, so that the round trip is worth asking for?
 */
bool line_gauge_is_curious(const struct line_gauge *gauge);
/* Bits a second that the line carries, as far as it is known by now; 0: it is
 * not known, or plenty. */
unsigned line_gauge_rate(const struct line_gauge *gauge);

#endif
