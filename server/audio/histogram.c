#include "server/audio/histogram.h"

#include <assert.h>
#include <string.h>

void histogram_init(struct histogram *histogram, const uint64_t *bounds_us,
                    size_t bound_count)
{
    assert(bound_count <= HISTOGRAM_BOUNDS_MAX);
    memset(histogram, 0, sizeof *histogram);
    histogram->bounds_us = bounds_us;
    histogram->bound_count = bound_count;
}

void histogram_add(struct histogram *histogram, uint64_t value_us)
{
    size_t i = 0;

    while (i < histogram->bound_count && value_us > histogram->bounds_us[i])
        i++;
    histogram->counts[i]++;
    histogram->sum_us += value_us;
}

uint64_t histogram_until(const struct histogram *histogram, size_t i)
{
    uint64_t sum = 0;
    size_t k;

    for (k = 0; k <= i && k <= histogram->bound_count; k++)
        sum += histogram->counts[k];
    return sum;
}
