#include "protocol/ballot/ballot_group_internal.h"

#include "protocol/ballot/ballot_mask.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

/* Exponents are read in digits of four bits; a window holds the 16 powers that
 * a digit can ask for, in Montgomery form, as words to be masked. */
enum {
    WINDOWS = 2 * BALLOT_SCALAR_SIZE,
    ENTRIES = 16,
    WORDS = BALLOT_ELEMENT_SIZE / 4
};

struct entry {
    uint32_t words[WORDS];
};

/* The numbers are the same powers, for exponents that are public: 1 is left
 * out. */
struct ballot_base {
    struct entry windows[WINDOWS][ENTRIES];
    BIGNUM *numbers[WINDOWS][ENTRIES];
};

static int write_entry(const BIGNUM *number, struct entry *entry)
{
    return BN_bn2lebinpad(number, (unsigned char *)entry->words,
                          sizeof entry->words) >= 0;
}

static int read_entry(const struct entry *entry, BIGNUM *number)
{
    return BN_lebin2bn((const unsigned char *)entry->words, sizeof entry->words,
                       number) != NULL;
}

/* The 16 powers of `step` of one window; `step` becomes its 16th power. */
static int fill_window(struct entry *window, BIGNUM **numbers,
                       const struct ballot_group *group, BIGNUM *step,
                       BIGNUM *power, BN_CTX *context)
{
    if (!BN_to_montgomery(power, BN_value_one(), group->montgomery, context))
        return 0;
    for (size_t i = 0; i < ENTRIES; i++) {
        if (i > 0)
            numbers[i] = BN_dup(power);
        if ((i > 0 && !numbers[i]) || !write_entry(power, &window[i]) ||
            !BN_mod_mul_montgomery(power, power, step, group->montgomery,
                                   context))
            return 0;
    }
    return BN_copy(step, power) != NULL;
}

static int fill_table(struct ballot_base *base,
                      const struct ballot_group *group,
                      const struct ballot_element *element, BN_CTX *context)
{
    BIGNUM *step =
        ballot_group_number(context, element->bytes, BALLOT_ELEMENT_SIZE);
    BIGNUM *power = BN_CTX_get(context);

    if (!step || !power ||
        !BN_to_montgomery(step, step, group->montgomery, context))
        return 0;
    for (size_t i = 0; i < WINDOWS; i++) {
        if (!fill_window(base->windows[i], base->numbers[i], group, step, power,
                         context))
            return 0;
    }
    return 1;
}

enum result ballot_base_new(const struct ballot_group *group,
                            const struct ballot_element *base,
                            struct ballot_base **out)
{
    struct ballot_base *table = calloc(1, sizeof *table);
    BN_CTX *context = ballot_group_begin();
    int is_done;

    if (!table || !context) {
        free(table);
        ballot_group_end(context);
        return RESULT_NO_MEMORY;
    }
    is_done = fill_table(table, group, base, context);
    ballot_group_end(context);
    if (!is_done) {
        ballot_base_free(table);
        return RESULT_CRYPTO;
    }
    *out = table;
    return RESULT_OK;
}

struct ballot_base *ballot_base_free(struct ballot_base *base)
{
    for (size_t i = 0; base && i < WINDOWS; i++) {
        for (size_t k = 0; k < ENTRIES; k++)
            BN_free(base->numbers[i][k]);
    }
    free(base);
    return NULL;
}

/* The entry that `digit` names; all of them are read. */
static void select_entry(const struct entry *window, uint32_t digit,
                         struct entry *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < ENTRIES; i++) {
        uint32_t mask = ballot_mask_of(ballot_mask_equal(i, digit));

        for (size_t k = 0; k < WORDS; k++)
            out->words[k] |= window[i].words[k] & mask;
    }
}

/* The digit of 16^window. */
static uint32_t digit_of(const struct ballot_scalar *exponent, size_t window)
{
    uint32_t byte = exponent->bytes[BALLOT_SCALAR_SIZE - 1 - window / 2];

    return byte >> (4 * (window % 2)) & 15;
}

/* Multiplies `power`, in Montgomery form, by base^exponent. */
static int raise(const struct ballot_group *group,
                 const struct ballot_base *base,
                 const struct ballot_scalar *exponent, BIGNUM *power,
                 BN_CTX *context)
{
    struct entry entry;
    BIGNUM *factor = BN_CTX_get(context);
    int is_done = factor != NULL;

    for (size_t i = 0; is_done && i < WINDOWS; i++) {
        select_entry(base->windows[i], digit_of(exponent, i), &entry);
        is_done = read_entry(&entry, factor) &&
                  BN_mod_mul_montgomery(power, power, factor, group->montgomery,
                                        context);
    }
    OPENSSL_cleanse(&entry, sizeof entry);
    return is_done;
}

/* The same of public numbers: what multiplies by 1 is left out. */
static int raise_public(const struct ballot_group *group,
                        const struct ballot_base *base,
                        const struct ballot_scalar *exponent, BIGNUM *power,
                        BN_CTX *context)
{
    for (size_t i = 0; i < WINDOWS; i++) {
        uint32_t digit = digit_of(exponent, i);

        if (digit != 0 &&
            !BN_mod_mul_montgomery(power, power, base->numbers[i][digit],
                                   group->montgomery, context))
            return 0;
    }
    return 1;
}

enum result ballot_base_power(const struct ballot_group *group,
                              const struct ballot_base *base,
                              const struct ballot_scalar *exponent,
                              struct ballot_element *out)
{
    return ballot_base_power2(group, base, exponent, NULL, NULL, out);
}

/* Small numbers, such as 1 = g^0, never stand alone: the product is formed
 * before it leaves the Montgomery form, in which all are of full length. */
enum result ballot_base_power2(const struct ballot_group *group,
                               const struct ballot_base *a,
                               const struct ballot_scalar *x,
                               const struct ballot_base *b,
                               const struct ballot_scalar *y,
                               struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result = RESULT_CRYPTO;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *power = ballot_group_one(group, context);

    if (power)
        result = ballot_group_finish(
            raise(group, a, x, power, context) &&
                (!b || raise(group, b, y, power, context)) &&
                BN_from_montgomery(power, power, group->montgomery, context),
            power, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_base_power_public(const struct ballot_group *group,
                                     const struct ballot_base *base,
                                     const struct ballot_scalar *exponent,
                                     struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result = RESULT_CRYPTO;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *power = ballot_group_one(group, context);

    if (power)
        result = ballot_group_finish(
            raise_public(group, base, exponent, power, context) &&
                BN_from_montgomery(power, power, group->montgomery, context),
            power, out);
    ballot_group_end(context);
    return result;
}
