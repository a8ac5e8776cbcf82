#include "protocol/ballot/ballot_group_internal.h"

#include <stdlib.h>

/*
 * Exponents are read in digits of four bits. The powers base^(16^i) are what
 * the squarings cost; given them, an exponent is the product over the digits d
 * of (the product of those steps whose digit is d)^d, in which the outer
 * exponents are collected by going down from 15 (Yao's method).
 */
enum { STEPS = 2 * BALLOT_SCALAR_SIZE, DIGITS = 16 };

struct ballot_ladder {
    BIGNUM *steps[STEPS]; /* owned; in Montgomery form */
    bool is_reduced;      /* 0 < base < p */
};

static int square_up(struct ballot_ladder *ladder,
                     const struct ballot_group *group, BIGNUM *power,
                     BN_CTX *context)
{
    if (!BN_to_montgomery(power, power, group->montgomery, context))
        return 0;
    for (size_t i = 0; i < STEPS; i++) {
        ladder->steps[i] = BN_dup(power);
        if (!ladder->steps[i])
            return 0;
        for (size_t k = 0; k < 4 && i < STEPS - 1; k++) {
            if (!BN_mod_mul_montgomery(power, power, power, group->montgomery,
                                       context))
                return 0;
        }
    }
    return 1;
}

enum result ballot_ladder_new(const struct ballot_group *group,
                              const struct ballot_element *base,
                              struct ballot_ladder **out)
{
    struct ballot_ladder *ladder = calloc(1, sizeof *ladder);
    BN_CTX *context = ballot_group_begin();
    BIGNUM *power;
    int is_done;

    if (!ladder || !context) {
        free(ladder);
        ballot_group_end(context);
        return RESULT_NO_MEMORY;
    }
    power = ballot_group_number(context, base->bytes, BALLOT_ELEMENT_SIZE);
    ladder->is_reduced =
        power && !BN_is_zero(power) && BN_cmp(power, group->p) < 0;
    is_done = power && square_up(ladder, group, power, context);
    ballot_group_end(context);
    if (!is_done) {
        ballot_ladder_free(ladder);
        return RESULT_CRYPTO;
    }
    *out = ladder;
    return RESULT_OK;
}

struct ballot_ladder *ballot_ladder_free(struct ballot_ladder *ladder)
{
    if (!ladder)
        return NULL;
    for (size_t i = 0; i < STEPS; i++)
        BN_free(ladder->steps[i]);
    free(ladder);
    return NULL;
}

static uint32_t digit_of(const uint8_t *exponent, size_t step)
{
    uint32_t byte = exponent[BALLOT_SCALAR_SIZE - 1 - step / 2];

    return byte >> (4 * (step % 2)) & 15;
}

/* *product *= factor, where NULL is 1; `store` takes the first product. */
static int multiply(const struct ballot_group *group, BIGNUM **product,
                    BIGNUM *store, const BIGNUM *factor, BN_CTX *context)
{
    if (!*product) {
        *product = store;
        return BN_copy(store, factor) != NULL;
    }
    return BN_mod_mul_montgomery(*product, *product, factor, group->montgomery,
                                 context);
}

static int climb(const struct ballot_group *group,
                 const struct ballot_ladder *ladder, const uint8_t *exponent,
                 BIGNUM *power, BN_CTX *context)
{
    BIGNUM *stores[DIGITS];
    BIGNUM *buckets[DIGITS] = { NULL };
    BIGNUM *running = NULL;
    BIGNUM *total = NULL;

    for (size_t i = 0; i < DIGITS; i++) {
        stores[i] = BN_CTX_get(context);
        if (!stores[i])
            return 0;
    }
    for (size_t i = 0; i < STEPS; i++) {
        uint32_t digit = digit_of(exponent, i);

        if (digit != 0 && !multiply(group, &buckets[digit], stores[digit],
                                    ladder->steps[i], context))
            return 0;
    }
    for (size_t d = DIGITS - 1; d > 0; d--) {
        if (buckets[d] &&
            !multiply(group, &running, stores[0], buckets[d], context))
            return 0;
        if (running && !multiply(group, &total, power, running, context))
            return 0;
    }
    if (!total) /* the exponent is 0 */
        return BN_one(power);
    return BN_from_montgomery(power, power, group->montgomery, context);
}

enum result ballot_ladder_power(const struct ballot_group *group,
                                const struct ballot_ladder *ladder,
                                const struct ballot_scalar *exponent,
                                struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result = RESULT_CRYPTO;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *power = BN_CTX_get(context);

    if (power)
        result = ballot_group_finish(
            climb(group, ladder, exponent->bytes, power, context), power, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_ladder_check_member(const struct ballot_group *group,
                                       const struct ballot_ladder *ladder)
{
    BN_CTX *context;
    uint8_t order[BALLOT_SCALAR_SIZE];
    enum result result = RESULT_CRYPTO;

    if (!ladder->is_reduced)
        return RESULT_REFUSED;
    context = ballot_group_begin();
    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *power = BN_CTX_get(context);

    if (power && BN_bn2binpad(group->q, order, sizeof order) >= 0 &&
        climb(group, ladder, order, power, context))
        result = BN_is_one(power) ? RESULT_OK : RESULT_REFUSED;
    ballot_group_end(context);
    return result;
}
