#include "protocol/ballot/ballot_group_internal.h"

#include <stdlib.h>
#include <string.h>

/*
 * The squarings base, base^2, base^4, … are gone through once, for all
 * exponents together. An exponent is read from its low end in odd digits of up
 * to four bits, with zeros between them; the square that a digit begins at goes
 * into the bucket of that digit. At the end the exponent's power is the product
 * of (bucket d)^d, collected by going down from the largest (Yao's method).
 */
enum { BITS = 8 * BALLOT_SCALAR_SIZE, DIGIT_BITS = 4, BUCKETS = 8 };

struct climber {
    const uint8_t *exponent;
    size_t next;              /* the bit that is looked at next */
    BIGNUM *buckets[BUCKETS]; /* of the digits 1, 3, … 15; NULL: still 1 */
};

static uint32_t bit_of(const uint8_t *exponent, size_t bit)
{
    return bit < BITS ? (uint32_t)exponent[BALLOT_SCALAR_SIZE - 1 - bit / 8] >>
                                (bit % 8) &
                            1
                      : 0;
}

/* *product *= factor, where NULL is 1. */
static int multiply(const struct ballot_group *group, BIGNUM **product,
                    const BIGNUM *factor, BN_CTX *context)
{
    if (*product)
        return BN_mod_mul_montgomery(*product, *product, factor,
                                     group->montgomery, context);
    *product = BN_CTX_get(context);
    return *product && BN_copy(*product, factor) != NULL;
}

/* `square` is base^(2^bit). */
static int step(const struct ballot_group *group, struct climber *climber,
                size_t bit, const BIGNUM *square, BN_CTX *context)
{
    uint32_t digit = 0;

    if (bit < climber->next || bit_of(climber->exponent, bit) == 0)
        return 1;
    for (size_t i = 0; i < DIGIT_BITS; i++)
        digit |= bit_of(climber->exponent, bit + i) << i;
    climber->next = bit + DIGIT_BITS;
    return multiply(group, &climber->buckets[digit / 2], square, context);
}

/* The product of (bucket k)^(2k+1), which is that of (bucket k)^k, squared,
 * times that of all buckets. */
static int collect(const struct ballot_group *group, struct climber *climber,
                   struct ballot_element *out, BN_CTX *context)
{
    BIGNUM *all = NULL;
    BIGNUM *total = NULL;

    for (size_t k = BUCKETS; k > 0; k--) {
        if (climber->buckets[k - 1] &&
            !multiply(group, &all, climber->buckets[k - 1], context))
            return 0;
        if (all && k > 1 && !multiply(group, &total, all, context))
            return 0;
    }
    if (!all) { /* the exponent is 0 */
        *out = ballot_element_identity();
        return 1;
    }
    if (total && (!multiply(group, &total, total, context) ||
                  !multiply(group, &all, total, context)))
        return 0;
    return BN_from_montgomery(all, all, group->montgomery, context) &&
           BN_bn2binpad(all, out->bytes, BALLOT_ELEMENT_SIZE) >= 0;
}

static int climb(const struct ballot_group *group, BIGNUM *square,
                 struct climber *climbers, size_t count, BN_CTX *context)
{
    if (!BN_to_montgomery(square, square, group->montgomery, context))
        return 0;
    for (size_t bit = 0; bit < BITS; bit++) {
        if (bit > 0 && !BN_mod_mul_montgomery(square, square, square,
                                              group->montgomery, context))
            return 0;
        for (size_t i = 0; i < count; i++) {
            if (!step(group, &climbers[i], bit, square, context))
                return 0;
        }
    }
    return 1;
}

/* `climbers` and `powers` have a place more than exponents: for q. */
static int raise(const struct ballot_group *group,
                 const struct ballot_element *base,
                 const struct ballot_scalar *exponents, size_t count,
                 struct climber *climbers, struct ballot_element *powers,
                 BN_CTX *context)
{
    BIGNUM *square =
        ballot_group_number(context, base->bytes, BALLOT_ELEMENT_SIZE);
    uint8_t order[BALLOT_SCALAR_SIZE];

    if (!square || BN_bn2binpad(group->q, order, sizeof order) < 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        climbers[i].exponent = exponents[i].bytes;
    climbers[count].exponent = order;
    if (!climb(group, square, climbers, count + 1, context))
        return 0;
    for (size_t i = 0; i <= count; i++) {
        if (!collect(group, &climbers[i], &powers[i], context))
            return 0;
    }
    return 1;
}

enum result ballot_group_powers(const struct ballot_group *group,
                                const struct ballot_element *base,
                                const struct ballot_scalar *exponents,
                                size_t count, struct ballot_element *out,
                                bool *is_member)
{
    BN_CTX *context = ballot_group_begin();
    struct climber *climbers = calloc(count + 1, sizeof *climbers);
    struct ballot_element *powers = calloc(count + 1, sizeof *powers);
    enum result result = RESULT_NO_MEMORY;

    if (context && climbers && powers)
        result = raise(group, base, exponents, count, climbers, powers, context)
                     ? RESULT_OK
                     : RESULT_CRYPTO;
    if (result == RESULT_OK) {
        memcpy(out, powers, count * sizeof *out);
        *is_member = ballot_group_is_reduced(group, base) &&
                     ballot_element_is_identity(&powers[count]);
    }
    free(climbers);
    free(powers);
    ballot_group_end(context);
    return result;
}
