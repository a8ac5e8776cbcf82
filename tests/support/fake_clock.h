/* A clock that stands until a test moves it. */
#ifndef TESTS_SUPPORT_FAKE_CLOCK_H
#define TESTS_SUPPORT_FAKE_CLOCK_H

#include "server/platform/clock.h"

struct fake_clock {
    struct clock port; /* give &fake.port to what wants a clock */
    int64_t utc_ms;
    int64_t monotonic_ms;
};

/* Stays where it is in memory from now on: the port points to it. */
void fake_clock_init(struct fake_clock *fake, int64_t utc_ms);
/* Both clocks go on together, as on a healthy machine. */
void fake_clock_advance(struct fake_clock *fake, int64_t ms);

#endif
