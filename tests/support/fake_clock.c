#include "tests/support/fake_clock.h"

static int64_t fake_utc_ms(void *user)
{
    return ((struct fake_clock *)user)->utc_ms;
}

static int64_t fake_monotonic_ms(void *user)
{
    return ((struct fake_clock *)user)->monotonic_ms;
}

void fake_clock_init(struct fake_clock *fake, int64_t utc_ms)
{
    *fake = (struct fake_clock){
        .port = { .utc_ms = fake_utc_ms,
                  .monotonic_ms = fake_monotonic_ms,
                  .user = fake },
        .utc_ms = utc_ms,
        .monotonic_ms = 1000,
    };
}

void fake_clock_advance(struct fake_clock *fake, int64_t ms)
{
    fake->utc_ms += ms;
    fake->monotonic_ms += ms;
}
