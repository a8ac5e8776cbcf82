/*
 * How often a time fell below each of some bounds, as /metrics tells it.
 * The bounds are the owner's, rise, and outlive the histogram. Pure.
 */
#ifndef SERVER_AUDIO_HISTOGRAM_H
#define SERVER_AUDIO_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BOUNDS_MAX = 16 };

struct histogram {
    const uint64_t *bounds_us; /* borrowed */
    size_t bound_count;
    /* Not more than the bound, and more than the one before; the last place is
     * for what is above all of them. */
    uint64_t counts[HISTOGRAM_BOUNDS_MAX + 1];
    uint64_t sum_us;
};

/* Asserts that there are at most HISTOGRAM_BOUNDS_MAX bounds. */
void histogram_init(struct histogram *histogram, const uint64_t *bounds_us,
                    size_t bound_count);
void histogram_add(struct histogram *histogram, uint64_t value_us);
/* How many values were not more than bound `i`; past the bounds: all. */
uint64_t histogram_until(const struct histogram *histogram, size_t i);

#endif
