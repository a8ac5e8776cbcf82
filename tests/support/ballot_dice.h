/*
 * Randomness for tests of the ballot: the same bytes in every run, and a call
 * that fails where a test wants it to.
 */
#ifndef TESTS_SUPPORT_BALLOT_DICE_H
#define TESTS_SUPPORT_BALLOT_DICE_H

#include "protocol/ballot/ballot_random.h"

struct ballot_dice {
    uint64_t seed;
    uint64_t count;    /* calls so far */
    uint64_t fails_at; /* the call that fails, from 1; 0: none */
};

/* A source that draws from `dice`, which has to outlive it. */
struct ballot_random ballot_dice_random(struct ballot_dice *dice);

#endif
