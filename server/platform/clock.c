#include "server/platform/clock.h"

#include <assert.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    /* Fails only for a clock that does not exist. */
    int failed = clock_gettime(id, &now);
    assert(!failed);
    (void)failed;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_utc_ms(void *user)
{
    (void)user;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic_ms(void *user)
{
    (void)user;
    return read_clock(CLOCK_MONOTONIC);
}

const struct clock *clock_system(void)
{
    static const struct clock system_clock = {
        .utc_ms = system_utc_ms,
        .monotonic_ms = system_monotonic_ms,
    };
    return &system_clock;
}

int64_t clock_utc_ms(const struct clock *clock)
{
    return clock->utc_ms(clock->user);
}

int64_t clock_monotonic_ms(const struct clock *clock)
{
    return clock->monotonic_ms(clock->user);
}
