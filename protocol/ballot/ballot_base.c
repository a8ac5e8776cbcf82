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

struct ballot_base {
    struct entry windows[WINDOWS][ENTRIES];
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
static int fill_window(struct entry *window, const struct ballot_group *group,
                       BIGNUM *step, BIGNUM *power, BN_CTX *context)
{
    if (!BN_to_montgomery(power, BN_value_one(), group->montgomery, context))
        return 0;
    for (size_t i = 0; i < ENTRIES; i++) {
        if (!write_entry(power, &window[i]) ||
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
        if (!fill_window(base->windows[i], group, step, power, context))
            return 0;
    }
    return 1;
}

enum result ballot_base_new(const struct ballot_group *group,
                            const struct ballot_element *base,
                            struct ballot_base **out)
{
    struct ballot_base *table = malloc(sizeof *table);
    BN_CTX *context = BN_CTX_new();
    int is_done;

    if (!table || !context) {
        free(table);
        BN_CTX_free(context);
        return RESULT_NO_MEMORY;
    }
    BN_CTX_start(context);
    is_done = fill_table(table, group, base, context);
    BN_CTX_end(context);
    BN_CTX_free(context);
    if (!is_done) {
        free(table);
        return RESULT_CRYPTO;
    }
    *out = table;
    return RESULT_OK;
}

struct ballot_base *ballot_base_free(struct ballot_base *base)
{
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

static int raise(const struct ballot_group *group,
                 const struct ballot_base *base,
                 const struct ballot_scalar *exponent, BIGNUM *power,
                 BN_CTX *context)
{
    struct entry entry;
    BIGNUM *factor = BN_CTX_get(context);
    int is_done =
        factor != NULL &&
        BN_to_montgomery(power, BN_value_one(), group->montgomery, context);

    for (size_t i = 0; is_done && i < WINDOWS; i++) {
        select_entry(base->windows[i], digit_of(exponent, i), &entry);
        is_done = read_entry(&entry, factor) &&
                  BN_mod_mul_montgomery(power, power, factor, group->montgomery,
                                        context);
    }
    OPENSSL_cleanse(&entry, sizeof entry);
    return is_done &&
           BN_from_montgomery(power, power, group->montgomery, context);
}

enum result ballot_base_power(const struct ballot_group *group,
                              const struct ballot_base *base,
                              const struct ballot_scalar *exponent,
                              struct ballot_element *out)
{
    BN_CTX *context = BN_CTX_new();
    enum result result = RESULT_CRYPTO;

    if (!context)
        return RESULT_NO_MEMORY;
    BN_CTX_start(context);

    BIGNUM *power = BN_CTX_get(context);

    if (power)
        result = ballot_group_finish(
            raise(group, base, exponent, power, context), power, out);
    BN_CTX_end(context);
    BN_CTX_free(context); /* wipes its numbers */
    return result;
}
