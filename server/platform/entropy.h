/*
 * Random bytes, as a port: OpenSSL's generator here, a repeatable one in tests
 * (tests/support/fake_entropy.h). Any thread.
 */
#ifndef SERVER_PLATFORM_ENTROPY_H
#define SERVER_PLATFORM_ENTROPY_H

#include "protocol/base/result.h"

#include <stddef.h>

struct entropy {
    /* All `size` bytes or none: RESULT_OK or RESULT_CRYPTO. */
    enum result (*fill)(void *user, void *out, size_t size);
    void *user;
};

/* OpenSSL's generator. Lives as long as the program. */
const struct entropy *entropy_system(void);

/* RESULT_OK, or RESULT_CRYPTO with `out` wiped: nothing may be made of it. */
MUST_USE enum result entropy_fill(const struct entropy *entropy, void *out,
                                  size_t size);

#endif
