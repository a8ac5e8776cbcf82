/* Repeatable "random" bytes: the same seed gives the same bytes. */
#ifndef TESTS_SUPPORT_FAKE_ENTROPY_H
#define TESTS_SUPPORT_FAKE_ENTROPY_H

#include "server/platform/entropy.h"

#include <stdbool.h>
#include <stdint.h>

struct fake_entropy {
    struct entropy port; /* give &fake.port to what wants entropy */
    uint64_t state;
    bool fails; /* every call says RESULT_CRYPTO */
};

/* Stays where it is in memory from now on: the port points to it. */
void fake_entropy_init(struct fake_entropy *fake, uint64_t seed);

#endif
