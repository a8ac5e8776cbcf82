/*
 * How long things took, and percentiles of it, in steps of 1.6 %: a table of
 * counts, however many there are. Pure; µs in, ms out.
 */
#ifndef CLIENT_BENCH_BENCH_LATENCY_H
#define CLIENT_BENCH_BENCH_LATENCY_H

#include <stdint.h>

enum {
    BENCH_LATENCY_STEPS = 64, /* of each doubling */
    BENCH_LATENCY_OCTAVES = 30
};

/* Zeroed: nothing yet. */
struct bench_latency {
    uint64_t counts[BENCH_LATENCY_STEPS * BENCH_LATENCY_OCTAVES];
    uint64_t count, max_us;
};

void bench_latency_add(struct bench_latency *latency, uint64_t value_us);
/* At least `percent` of them took no longer, 100: the longest. 0 of none. */
double bench_latency_ms(const struct bench_latency *latency, double percent);

#endif
