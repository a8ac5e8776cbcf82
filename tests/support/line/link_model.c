#include "tests/support/line/link_model.h"

#include <math.h>
#include <string.h>

static const double NS_PER_S = 1e9;

/* xorshift64*, which is enough for dice. */
static double next_random(struct link_direction *direction)
{
    uint64_t x = direction->random;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    direction->random = x;
    return (double)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 11) * 0x1p-53;
}

/* Neighbouring seeds must not give neighbouring numbers (splitmix64). */
static uint64_t spread(uint64_t seed)
{
    uint64_t x = seed + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x ? x : 1;
}

void link_direction_init(struct link_direction *direction,
                         const struct link_settings *settings, unsigned number)
{
    memset(direction, 0, sizeof *direction);
    direction->settings = settings;
    direction->random = spread(spread(settings->seed) + number);
    direction->is_faded = true; /* and at once over: see is_lost() */
}

static uint64_t queue_size(const struct link_settings *settings)
{
    uint64_t second = settings->rate / 8;

    if (settings->queue_size > 0)
        return settings->queue_size;
    return second > 2 * LINK_MTU ? second : 2 * LINK_MTU;
}

static bool is_cut(const struct link_settings *settings, int64_t now_ns)
{
    double now_ms = (double)now_ns / LINK_NS_PER_MS;

    return settings->cut_ms >= 0 && now_ms >= settings->cut_ms &&
           now_ms < settings->cut_ms + settings->cut_length_ms;
}

/* Fades and the times between are exponential: none remembers how long it has
 * lasted. */
static void pass_time(struct link_direction *direction, int64_t now_ns)
{
    const struct link_settings *settings = direction->settings;
    double clear_ms = settings->fade_ms * (1 - settings->loss) / settings->loss;

    while (direction->turn_ns <= now_ns) {
        double mean_ms;

        direction->is_faded = !direction->is_faded;
        mean_ms = direction->is_faded ? settings->fade_ms : clear_ms;
        direction->turn_ns += 1 + (int64_t)(-log(1 - next_random(direction)) *
                                            mean_ms * LINK_NS_PER_MS);
    }
}

static bool is_lost(struct link_direction *direction, int64_t now_ns)
{
    if (direction->settings->loss <= 0)
        return false;
    if (direction->settings->fade_ms <= 0)
        return next_random(direction) < direction->settings->loss;
    pass_time(direction, now_ns);
    return direction->is_faded;
}

enum link_fate link_direction_take(struct link_direction *direction,
                                   int64_t now_ns, size_t size, int64_t *due_ns)
{
    const struct link_settings *settings = direction->settings;
    struct link_counts *counts = &direction->counts;
    int64_t begin_ns =
        direction->busy_ns > now_ns ? direction->busy_ns : now_ns;

    counts->packets++;
    if (is_cut(settings, now_ns)) {
        counts->cut++;
        return LINK_CUT;
    }
    if (settings->rate > 0) {
        double waiting =
            (double)(begin_ns - now_ns) * (double)settings->rate / 8 / NS_PER_S;
        uint64_t queued = (uint64_t)waiting + size;

        if (queued > queue_size(settings)) {
            counts->queue_full++;
            return LINK_QUEUE_FULL;
        }
        if (queued > counts->queued_max)
            counts->queued_max = queued;
        begin_ns +=
            (int64_t)((double)size * 8 * NS_PER_S / (double)settings->rate);
    }
    direction->busy_ns = begin_ns;
    counts->bytes += size;
    if (is_lost(direction, begin_ns)) {
        counts->lost++;
        return LINK_LOST;
    }
    *due_ns =
        begin_ns + (int64_t)(settings->round_trip_ms / 2 * LINK_NS_PER_MS);
    return LINK_PASSES;
}
