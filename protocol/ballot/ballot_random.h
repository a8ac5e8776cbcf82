/*
 * Random bytes as an argument: the ballot's code asks nobody else. Whoever
 * calls gives the operating system's generator, a test whatever it wants.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_RANDOM_H
#define PROTOCOL_BALLOT_BALLOT_RANDOM_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

struct ballot_random {
    /* Fills all of `out`, or fails with RESULT_CRYPTO; then everything that
     * was being made is abandoned and nothing of it is shown. */
    enum result (*fill)(void *user, uint8_t *out, size_t size);
    void *user;
};

/* RESULT_OK, or RESULT_CRYPTO with `out` wiped. */
MUST_USE enum result ballot_random_fill(const struct ballot_random *random,
                                        uint8_t *out, size_t size);

#endif
