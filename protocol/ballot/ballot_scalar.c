#include "protocol/ballot/ballot_scalar.h"

#include "protocol/ballot/ballot_decimal.h"
#include "protocol/ballot/ballot_mask.h"

#include <openssl/crypto.h>

#include <string.h>

/* Limbs of 32 bits, the lowest first. q has its highest bit set, so that every
 * 256-bit number is below 2q and one subtraction reduces it. */
enum { LIMBS = 8, RANDOM_TRIES = 256 };

struct limbs {
    uint32_t limb[LIMBS];
};

static const struct limbs order = { { 0x7d55c491, 0xe2026338, 0x168bc709,
                                      0xf0fa90c2, 0x579db7f2, 0xf4daa0f2,
                                      0x73522565, 0xadb6066a } };
/* With R = 2^256: R^2 mod q, and -1/q mod 2^32. */
static const struct limbs montgomery_square = {
    { 0xe709e1e9, 0x86f97f21, 0xa29b91b0, 0x7dc1a384, 0xdba6f5c0, 0x0ad58bc1,
      0x35c7b5bb, 0x86683023 }
};
static const uint32_t montgomery_factor = 0xbdf1838f;

static void load(const uint8_t *bytes, struct limbs *out)
{
    for (size_t i = 0; i < LIMBS; i++) {
        const uint8_t *b = &bytes[4 * (LIMBS - 1 - i)];

        out->limb[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                       (uint32_t)b[2] << 8 | b[3];
    }
}

static void store(const struct limbs *limbs, uint8_t *bytes)
{
    for (size_t i = 0; i < LIMBS; i++) {
        uint8_t *b = &bytes[4 * (LIMBS - 1 - i)];

        b[0] = (uint8_t)(limbs->limb[i] >> 24);
        b[1] = (uint8_t)(limbs->limb[i] >> 16);
        b[2] = (uint8_t)(limbs->limb[i] >> 8);
        b[3] = (uint8_t)limbs->limb[i];
    }
}

/* Both return what is carried out of, or borrowed by, the highest limb. */
static uint32_t add(struct limbs *a, const struct limbs *b)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        a->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

static uint32_t subtract(struct limbs *a, const struct limbs *b)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        uint64_t difference = (uint64_t)a->limb[i] - b->limb[i] - borrow;

        a->limb[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
    return (uint32_t)borrow;
}

static void wipe(struct limbs *limbs) { OPENSSL_cleanse(limbs, sizeof *limbs); }

/* carry * 2^256 + limbs, below 2q, becomes what is left modulo q. */
static void reduce_once(struct limbs *limbs, uint32_t carry)
{
    struct limbs less = *limbs;
    uint32_t borrow = subtract(&less, &order);
    uint32_t mask = ballot_mask_of(carry | (borrow ^ 1));

    for (size_t i = 0; i < LIMBS; i++)
        limbs->limb[i] = (less.limb[i] & mask) | (limbs->limb[i] & ~mask);
    wipe(&less);
}

/* a * b / R mod q (Montgomery, word by word); a < R, b < q. */
static void montgomery_multiply(const struct limbs *a, const struct limbs *b,
                                struct limbs *out)
{
    uint32_t t[LIMBS + 2] = { 0 };

    for (size_t i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;

        for (size_t k = 0; k < LIMBS; k++) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + t[k];
            t[k] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[LIMBS];
        t[LIMBS] = (uint32_t)carry;
        t[LIMBS + 1] = (uint32_t)(carry >> 32);

        uint32_t m = t[0] * montgomery_factor;

        carry = ((uint64_t)m * order.limb[0] + t[0]) >> 32;
        for (size_t k = 1; k < LIMBS; k++) {
            carry += (uint64_t)m * order.limb[k] + t[k];
            t[k - 1] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[LIMBS];
        t[LIMBS - 1] = (uint32_t)carry;
        t[LIMBS] = t[LIMBS + 1] + (uint32_t)(carry >> 32);
    }
    memcpy(out->limb, t, sizeof out->limb);
    reduce_once(out, t[LIMBS]);
    OPENSSL_cleanse(t, sizeof t);
}

/* a * b mod q; a is any 256-bit number, b < q. */
static void multiply(const struct limbs *a, const struct limbs *b,
                     struct limbs *out)
{
    struct limbs shifted;

    montgomery_multiply(a, &montgomery_square, &shifted);
    montgomery_multiply(&shifted, b, out);
    wipe(&shifted);
}

static struct ballot_scalar take(struct limbs *limbs)
{
    struct ballot_scalar out = { { 0 } };

    store(limbs, out.bytes);
    wipe(limbs);
    return out;
}

void ballot_scalar_wipe(struct ballot_scalar *scalar)
{
    OPENSSL_cleanse(scalar, sizeof *scalar);
}

struct ballot_scalar ballot_scalar_of_number(uint64_t value)
{
    struct ballot_scalar out = { { 0 } };

    for (size_t i = 0; i < sizeof value; i++)
        out.bytes[BALLOT_SCALAR_SIZE - 1 - i] = (uint8_t)(value >> (8 * i));
    return out;
}

enum result ballot_scalar_random(const struct ballot_random *random,
                                 struct ballot_scalar *out)
{
    struct ballot_scalar candidate = { { 0 } };
    struct limbs limbs;
    enum result result = RESULT_CRYPTO;

    for (int i = 0; i < RANDOM_TRIES; i++) {
        uint32_t is_below;

        if (ballot_random_fill(random, candidate.bytes,
                               sizeof candidate.bytes) != RESULT_OK)
            break;
        load(candidate.bytes, &limbs);
        is_below = subtract(&limbs, &order);
        wipe(&limbs);
        if (is_below) {
            *out = candidate;
            result = RESULT_OK;
            break;
        }
    }
    ballot_scalar_wipe(&candidate);
    return result;
}

struct ballot_scalar ballot_scalar_reduce(const uint8_t bytes[32])
{
    struct limbs limbs;

    load(bytes, &limbs);
    reduce_once(&limbs, 0);
    return take(&limbs);
}

struct ballot_scalar ballot_scalar_reduce_wide(const uint8_t bytes[64])
{
    struct limbs high;
    struct limbs low;

    load(bytes, &high);
    load(&bytes[32], &low);
    /* high * R = high * R^2 / R */
    montgomery_multiply(&high, &montgomery_square, &high);
    reduce_once(&low, 0);
    reduce_once(&high, add(&high, &low));
    wipe(&low);
    return take(&high);
}

struct ballot_scalar ballot_scalar_add(const struct ballot_scalar *a,
                                       const struct ballot_scalar *b)
{
    struct limbs sum;
    struct limbs other;

    load(a->bytes, &sum);
    load(b->bytes, &other);
    reduce_once(&sum, add(&sum, &other));
    wipe(&other);
    return take(&sum);
}

struct ballot_scalar ballot_scalar_subtract(const struct ballot_scalar *a,
                                            const struct ballot_scalar *b)
{
    struct limbs difference;
    struct limbs other;
    uint32_t mask;

    load(a->bytes, &difference);
    load(b->bytes, &other);
    mask = ballot_mask_of(subtract(&difference, &other));
    /* q again where something was borrowed. */
    for (size_t i = 0; i < LIMBS; i++)
        other.limb[i] = order.limb[i] & mask;
    (void)add(&difference, &other); /* carries out what was borrowed */
    wipe(&other);
    return take(&difference);
}

struct ballot_scalar ballot_scalar_multiply(const struct ballot_scalar *a,
                                            const struct ballot_scalar *b)
{
    struct limbs left;
    struct limbs right;
    struct limbs product;

    load(a->bytes, &left);
    load(b->bytes, &right);
    multiply(&left, &right, &product);
    wipe(&left);
    wipe(&right);
    return take(&product);
}

/* a^(q-2), q being prime; the exponent is public, so are its branches. */
enum result ballot_scalar_invert(const struct ballot_scalar *a,
                                 struct ballot_scalar *out)
{
    struct limbs base;
    struct limbs power = { { 1 } };

    if (ballot_scalar_is_zero(a))
        return RESULT_INVALID;
    load(a->bytes, &base);
    for (size_t i = (size_t)32 * LIMBS; i > 0; i--) {
        uint32_t limb = order.limb[(i - 1) / 32];

        if (i <= 32)
            limb -= 2; /* does not borrow: q ends in ...91 */
        multiply(&power, &power, &power);
        if (limb >> ((i - 1) % 32) & 1)
            multiply(&power, &base, &power);
    }
    wipe(&base);
    *out = take(&power);
    return RESULT_OK;
}

bool ballot_scalar_equal(const struct ballot_scalar *a,
                         const struct ballot_scalar *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, BALLOT_SCALAR_SIZE) == 0;
}

bool ballot_scalar_is_zero(const struct ballot_scalar *a)
{
    static const struct ballot_scalar zero;

    return ballot_scalar_equal(a, &zero);
}

struct ballot_scalar ballot_scalar_select(uint32_t choice,
                                          const struct ballot_scalar *a,
                                          const struct ballot_scalar *b)
{
    uint32_t mask = ballot_mask_of(choice);
    struct ballot_scalar out;

    for (size_t i = 0; i < BALLOT_SCALAR_SIZE; i++)
        out.bytes[i] = (uint8_t)((a->bytes[i] & mask) | (b->bytes[i] & ~mask));
    return out;
}

enum result ballot_scalar_parse(struct text_view text,
                                struct ballot_scalar *out)
{
    struct ballot_scalar scalar;
    struct limbs limbs;

    if (ballot_decimal_parse(text, scalar.bytes, sizeof scalar.bytes) !=
        RESULT_OK)
        return RESULT_MALFORMED;
    load(scalar.bytes, &limbs);
    if (!subtract(&limbs, &order))
        return RESULT_MALFORMED;
    *out = scalar;
    return RESULT_OK;
}

void ballot_scalar_text(const struct ballot_scalar *scalar, char *out)
{
    ballot_decimal_write(scalar->bytes, BALLOT_SCALAR_SIZE, out);
}
