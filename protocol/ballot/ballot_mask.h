/*
 * Choices that do not show in the flow of a program: masks of all ones or all
 * zeros. The barrier keeps a compiler from turning a mask into a branch again.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_MASK_H
#define PROTOCOL_BALLOT_BALLOT_MASK_H

#include <stdint.h>

static inline uint32_t ballot_mask_barrier(uint32_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

/* All ones where `flag` is 1, zero where it is 0. */
static inline uint32_t ballot_mask_of(uint32_t flag)
{
    return ballot_mask_barrier(0U - flag);
}

/* 1 where the two are equal, else 0. */
static inline uint32_t ballot_mask_equal(uint32_t a, uint32_t b)
{
    uint32_t difference = ballot_mask_barrier(a ^ b);

    return 1U ^ ((difference | (0U - difference)) >> 31);
}

/* 1 where the value is not 0, else 0. */
static inline uint32_t ballot_mask_nonzero(uint32_t value)
{
    return 1U ^ ballot_mask_equal(value, 0);
}

#endif
