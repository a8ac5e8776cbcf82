#include "client/bench/bench_samples.h"

#include <stdlib.h>

void bench_samples_add(struct bench_samples *samples, uint64_t value_us)
{
    if (samples->count == samples->capacity) {
        size_t capacity = samples->capacity ? samples->capacity * 2 : 4096;
        uint64_t *grown =
            realloc(samples->values, capacity * sizeof samples->values[0]);

        if (!grown)
            return;
        samples->values = grown;
        samples->capacity = capacity;
    }
    samples->values[samples->count++] = value_us;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

double bench_samples_ms(struct bench_samples *samples, double percent)
{
    size_t index;

    if (samples->count == 0)
        return 0;
    qsort(samples->values, samples->count, sizeof samples->values[0], compare);
    index = (size_t)((double)(samples->count - 1) * percent / 100.0);
    return (double)samples->values[index] / 1000.0;
}

void bench_samples_release(struct bench_samples *samples)
{
    free(samples->values);
    samples->values = NULL;
    samples->count = samples->capacity = 0;
}
