#include "client/bench/bench_latency.h"

#include <stddef.h>

enum { PLACES = BENCH_LATENCY_STEPS * BENCH_LATENCY_OCTAVES, STEP_BITS = 6 };

/* Up to 63 exactly; from there on 64 steps a doubling. */
static size_t place_of(uint64_t value_us)
{
    unsigned shift;
    size_t place;

    if (value_us < BENCH_LATENCY_STEPS)
        return (size_t)value_us;
    shift = 63u - (unsigned)__builtin_clzll(value_us) - STEP_BITS;
    place = (size_t)(shift + 1) * BENCH_LATENCY_STEPS +
            (size_t)((value_us >> shift) - BENCH_LATENCY_STEPS);
    return place < PLACES ? place : PLACES - 1;
}

/* The largest value of a place. */
static uint64_t value_at(size_t place)
{
    unsigned shift;

    if (place < BENCH_LATENCY_STEPS)
        return place;
    shift = (unsigned)(place / BENCH_LATENCY_STEPS) - 1;
    return ((BENCH_LATENCY_STEPS + place % BENCH_LATENCY_STEPS + 1) << shift) -
           1;
}

void bench_latency_add(struct bench_latency *latency, uint64_t value_us)
{
    latency->counts[place_of(value_us)]++;
    latency->count++;
    if (value_us > latency->max_us)
        latency->max_us = value_us;
}

double bench_latency_ms(const struct bench_latency *latency, double percent)
{
    const double wanted = percent / 100.0 * (double)latency->count;
    uint64_t sum = 0, value_us = latency->max_us;

    if (latency->count == 0)
        return 0;
    for (size_t i = 0; i < PLACES; i++) {
        sum += latency->counts[i];
        if ((double)sum >= wanted && sum > 0) {
            if (value_at(i) < value_us)
                value_us = value_at(i);
            break;
        }
    }
    return (double)value_us / 1000.0;
}
