/*
 * Time, as a port: the system's clocks here, a settable one in tests
 * (tests/support/fake_clock.h). Wall clock for what is written down, monotonic
 * clock for every duration. Any thread.
 */
#ifndef SERVER_PLATFORM_CLOCK_H
#define SERVER_PLATFORM_CLOCK_H

#include <stdint.h>

struct clock {
    /* Milliseconds since 1970-01-01T00:00:00Z; may jump. */
    int64_t (*utc_ms)(void *user);
    /* Milliseconds since some moment; never goes back. */
    int64_t (*monotonic_ms)(void *user);
    void *user;
};

/* The machine's clocks. Lives as long as the program. */
const struct clock *clock_system(void);

int64_t clock_utc_ms(const struct clock *clock);
int64_t clock_monotonic_ms(const struct clock *clock);

#endif
