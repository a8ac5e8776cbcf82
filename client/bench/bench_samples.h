/* Latencies and their percentiles. */
#ifndef CLIENT_BENCH_BENCH_SAMPLES_H
#define CLIENT_BENCH_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct bench_samples {
    uint64_t *values; /* owned, µs */
    size_t count, capacity;
};

/* A sample that finds no memory is dropped and counted as missing. */
void bench_samples_add(struct bench_samples *samples, uint64_t value_us);
/* In milliseconds; `percent` 0..100. Sorts. 0 without samples. */
double bench_samples_ms(struct bench_samples *samples, double percent);
void bench_samples_release(struct bench_samples *samples);

#endif
