#include "client/line/line_gauge.h"

#include <string.h>

enum {
    GROWN_MS = 150,    /* and a quarter, as of a line that is full */
    BURST = 4000,      /* bytes between two looks: it is no narrow line */
    PACKET_MAX = 1560, /* bytes of one, with all headers, but for a little */
};

void line_gauge_begin(struct line_gauge *gauge, int64_t now_ms)
{
    *gauge = (struct line_gauge){ .looked_ms = now_ms, .came_ms = now_ms };
}

/* --- rates --------------------------------------------------------------- */

static void note_rate(struct line_gauge *gauge, uint64_t bytes, int64_t in_ms)
{
    uint64_t rate = in_ms > 0 ? bytes * 8000 / (uint64_t)in_ms : GAUGE_PLENTY;

    if (rate > GAUGE_PLENTY)
        rate = GAUGE_PLENTY;
    if (rate > gauge->most)
        gauge->most = (unsigned)rate;
}

static void add_to_row(struct line_gauge *gauge, uint64_t bytes, int64_t now_ms)
{
    if (gauge->count == GAUGE_ARRIVALS) {
        gauge->count--;
        memmove(&gauge->arrivals[0], &gauge->arrivals[1],
                gauge->count * sizeof gauge->arrivals[0]);
    }
    gauge->arrivals[gauge->count++] = (struct gauge_arrival){ now_ms, bytes };
}

/* The shortest window that ends now. */
static void measure(struct line_gauge *gauge, uint64_t bytes, int64_t now_ms)
{
    size_t i = gauge->count;

    while (i-- > 0) {
        const struct gauge_arrival *from = &gauge->arrivals[i];

        if (bytes - from->bytes < GAUGE_WINDOW)
            continue;
        note_rate(gauge, bytes - from->bytes, now_ms - from->at_ms);
        return;
    }
}

/* --- looks --------------------------------------------------------------- */

static void note_growth(struct line_gauge *gauge,
                        const struct line_figures *figures)
{
    int64_t least_ms = figures->least_round_trip_ms;

    gauge->is_grown |= least_ms > 0 && figures->round_trip_ms - least_ms >=
                                           GROWN_MS + least_ms / 4;
}

/* Has all of this come just now? What is released by a packet that had been
 * missing is more than packets came. */
static bool is_fresh(struct line_gauge *gauge,
                     const struct line_figures *figures)
{
    uint64_t bytes = figures->received_bytes - gauge->before.received_bytes;
    uint64_t packets = figures->received - gauge->before.received;
    bool is_disordered = figures->disordered > gauge->before.disordered;
    bool was_behind = gauge->is_behind;

    gauge->is_disordered |= is_disordered;
    if (is_disordered)
        gauge->is_behind = true;
    else if (packets > 0)
        gauge->is_behind = false;
    return !is_disordered && !was_behind &&
           (!gauge->is_disordered || bytes <= packets * PACKET_MAX);
}

static void note_arrival(struct line_gauge *gauge,
                         const struct line_figures *figures, int64_t now_ms)
{
    uint64_t bytes = figures->received_bytes - gauge->before.received_bytes;

    gauge->came_ms = now_ms;
    if (!is_fresh(gauge, figures)) {
        gauge->count = 0;
    } else {
        if (bytes >= BURST)
            note_rate(gauge, bytes, now_ms - gauge->looked_ms);
        measure(gauge, figures->received_bytes, now_ms);
    }
    add_to_row(gauge, figures->received_bytes, now_ms);
}

static bool is_enough(const struct line_gauge *gauge, int64_t now_ms)
{
    uint64_t bytes = gauge->before.received_bytes - gauge->first_bytes;
    int64_t quiet_ms = now_ms - gauge->came_ms;

    return gauge->most >= GAUGE_PLENTY || bytes >= GAUGE_MOST ||
           quiet_ms >= (bytes >= GAUGE_LEAST ? GAUGE_END_MS : GAUGE_LIFE_MS);
}

void line_gauge_note(struct line_gauge *gauge,
                     const struct line_figures *figures, int64_t now_ms)
{
    if (gauge->is_over)
        return;
    if (!gauge->is_begun) {
        gauge->is_begun = true;
        gauge->first_bytes = figures->received_bytes;
        gauge->before = *figures;
    }
    note_growth(gauge, figures);
    if (figures->received_bytes > gauge->before.received_bytes)
        note_arrival(gauge, figures, now_ms);
    gauge->before = *figures;
    gauge->looked_ms = now_ms;
    gauge->is_over = !figures->knows_packets || is_enough(gauge, now_ms);
}

void line_gauge_note_sound(struct line_gauge *gauge)
{
    gauge->is_over |= line_gauge_rate(gauge) > 0;
}

/* --- what is known ------------------------------------------------------- */

int64_t line_gauge_next_ms(const struct line_gauge *gauge)
{
    bool is_quiet = gauge->looked_ms - gauge->came_ms >= GAUGE_END_MS;

    if (gauge->is_over)
        return INT64_MAX;
    return gauge->looked_ms + (is_quiet ? GAUGE_QUIET_LOOK_MS : GAUGE_LOOK_MS);
}

bool line_gauge_is_curious(const struct line_gauge *gauge)
{
    return !gauge->is_over && !gauge->is_grown && gauge->most > 0;
}

unsigned line_gauge_rate(const struct line_gauge *gauge)
{
    bool is_known =
        gauge->is_grown && gauge->most < GAUGE_PLENTY &&
        gauge->before.received_bytes - gauge->first_bytes >= GAUGE_LEAST;

    return is_known ? gauge->most : 0;
}
