#include "protocol/ballot/ballot_group.h"

#include "protocol/ballot/ballot_decimal.h"
#include "protocol/ballot/ballot_group_internal.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

/* The specification of Belenios 1, "Default group parameters": generated
 * verifiably by FIPS 186-4 from the seed "Belenios: Verifiable online voting
 * system". */
static const char name[] = "BELENIOS-2048";
static const char decimal_p[] =
    "2069478569142254640101364365750500806492298929575110409710088478705737"
    "4219242717401922237254497684338129066633138078958404960054389636289796"
    "3930387739057228036059737494276713767776188985898727358650490811670993"
    "1053586778098003079049165406377717376419867852727347447634183560003569"
    "8305193144284561701911000786737307333564123971732897913240474578834468"
    "2606523279746479511376726586935821800463179220736688600526271863633860"
    "8879688212076943236614949100292344434637322214588410058642105024212036"
    "5433561201320481118852408731077014151666200162313177169372189248078507"
    "711827842317498073276598828825169183103125680162072880719";
static const char decimal_q[] =
    "7857173325107188507992765981267145012182142125840879461151008191980562"
    "3223441";
static const char decimal_g[] =
    "2402352677501852209227687703532399932712287657378364916510075318787663"
    "2741463532193202856761552696787996946682987493890950838965734256019006"
    "0106847716449173547413728310461045868131451178164675540052740288984613"
    "9864532661215055797097162016168270312886432456663834863635782106154918"
    "4199825343151897406581868686511513585764101388822153960160432288436039"
    "3098933366277284840659313840601023167509576377798266510360682240663507"
    "6697764025346253773085133173495194248967754052573659049492477631475991"
    "5751987751777114814909204566002054781270547282381409725186398583341157"
    "00568353695553423781475582491896050296680037745308460627";

BIGNUM *ballot_group_number(BN_CTX *context, const uint8_t *bytes, int size)
{
    BIGNUM *number = BN_CTX_get(context);

    return number && BN_bin2bn(bytes, size, number) ? number : NULL;
}

BIGNUM *ballot_group_secret(BN_CTX *context,
                            const struct ballot_scalar *exponent)
{
    BIGNUM *number =
        ballot_group_number(context, exponent->bytes, BALLOT_SCALAR_SIZE);

    if (number)
        BN_set_flags(number, BN_FLG_CONSTTIME);
    return number;
}

static BIGNUM *number_of(BN_CTX *context, const struct ballot_element *element)
{
    return ballot_group_number(context, element->bytes, BALLOT_ELEMENT_SIZE);
}

static BIGNUM *public_exponent(BN_CTX *context,
                               const struct ballot_scalar *exponent)
{
    return ballot_group_number(context, exponent->bytes, BALLOT_SCALAR_SIZE);
}

enum result ballot_group_finish(int is_done, const BIGNUM *number,
                                struct ballot_element *out)
{
    if (!is_done || BN_bn2binpad(number, out->bytes, BALLOT_ELEMENT_SIZE) < 0)
        return RESULT_CRYPTO;
    return RESULT_OK;
}

BN_CTX *ballot_group_begin(void)
{
    BN_CTX *context = BN_CTX_new();

    if (context)
        BN_CTX_start(context);
    return context;
}

void ballot_group_end(BN_CTX *context)
{
    if (!context)
        return;
    BN_CTX_end(context);
    BN_CTX_free(context);
}

BIGNUM *ballot_group_one(const struct ballot_group *group, BN_CTX *context)
{
    BIGNUM *one = BN_CTX_get(context);

    return one && BN_to_montgomery(one, BN_value_one(), group->montgomery,
                                   context)
               ? one
               : NULL;
}

static enum result load_constants(struct ballot_group *group)
{
    BN_CTX *context = ballot_group_begin();
    enum result result = RESULT_NO_MEMORY;

    if (!context)
        return result;
    group->montgomery = BN_MONT_CTX_new();
    if (group->montgomery) {
        int is_done = BN_dec2bn(&group->p, decimal_p) != 0 &&
                      BN_dec2bn(&group->q, decimal_q) != 0 &&
                      BN_MONT_CTX_set(group->montgomery, group->p, context);

        result = is_done ? RESULT_OK : RESULT_CRYPTO;
    }
    ballot_group_end(context);
    if (result != RESULT_OK)
        return result;
    return ballot_decimal_parse(text_view_of(decimal_g), group->generator.bytes,
                                BALLOT_ELEMENT_SIZE);
}

enum result ballot_group_new(struct ballot_group **out)
{
    struct ballot_group *group = calloc(1, sizeof *group);
    enum result result;

    if (!group)
        return RESULT_NO_MEMORY;
    result = load_constants(group);
    if (result == RESULT_OK)
        result = ballot_base_new(group, &group->generator, &group->base);
    if (result != RESULT_OK) {
        ballot_group_free(group);
        return result;
    }
    *out = group;
    return RESULT_OK;
}

struct ballot_group *ballot_group_free(struct ballot_group *group)
{
    if (!group)
        return NULL;
    ballot_base_free(group->base);
    BN_MONT_CTX_free(group->montgomery);
    BN_free(group->p);
    BN_free(group->q);
    free(group);
    return NULL;
}

const char *ballot_group_name(const struct ballot_group *group)
{
    (void)group;
    return name;
}

struct ballot_element ballot_element_identity(void)
{
    struct ballot_element identity = { { 0 } };

    identity.bytes[BALLOT_ELEMENT_SIZE - 1] = 1;
    return identity;
}

struct ballot_element ballot_group_generator(const struct ballot_group *group)
{
    return group->generator;
}

const struct ballot_base *ballot_group_base(const struct ballot_group *group)
{
    return group->base;
}

void ballot_element_wipe(struct ballot_element *element)
{
    OPENSSL_cleanse(element, sizeof *element);
}

bool ballot_element_equal(const struct ballot_element *a,
                          const struct ballot_element *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, BALLOT_ELEMENT_SIZE) == 0;
}

bool ballot_element_is_identity(const struct ballot_element *a)
{
    struct ballot_element identity = ballot_element_identity();

    return ballot_element_equal(a, &identity);
}

enum result ballot_group_check_member(const struct ballot_group *group,
                                      const struct ballot_element *element)
{
    BN_CTX *context = ballot_group_begin();
    enum result result = RESULT_CRYPTO;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *x = number_of(context, element);
    BIGNUM *power = BN_CTX_get(context);

    if (x && power) {
        if (BN_is_zero(x) || BN_cmp(x, group->p) >= 0)
            result = RESULT_REFUSED;
        else if (BN_mod_exp_mont(power, x, group->q, group->p, context,
                                 group->montgomery))
            result = BN_is_one(power) ? RESULT_OK : RESULT_REFUSED;
    }
    ballot_group_end(context);
    return result;
}

bool ballot_group_contains(const struct ballot_group *group,
                           const struct ballot_element *element)
{
    return ballot_group_check_member(group, element) == RESULT_OK;
}

bool ballot_group_is_reduced(const struct ballot_group *group,
                             const struct ballot_element *element)
{
    static const struct ballot_element zero;
    uint8_t limit[BALLOT_ELEMENT_SIZE];

    return BN_bn2binpad(group->p, limit, sizeof limit) >= 0 &&
           memcmp(element->bytes, limit, sizeof limit) < 0 &&
           memcmp(element->bytes, zero.bytes, sizeof limit) != 0;
}

enum result ballot_element_parse(const struct ballot_group *group,
                                 struct text_view text,
                                 struct ballot_element *out)
{
    struct ballot_element element = { { 0 } };
    uint8_t limit[BALLOT_ELEMENT_SIZE];

    if (ballot_decimal_parse(text, element.bytes, sizeof element.bytes) !=
            RESULT_OK ||
        BN_bn2binpad(group->p, limit, sizeof limit) < 0 ||
        memcmp(element.bytes, limit, sizeof limit) >= 0)
        return RESULT_MALFORMED;
    *out = element;
    return RESULT_OK;
}

void ballot_element_text(const struct ballot_element *element, char *out)
{
    ballot_decimal_write(element->bytes, BALLOT_ELEMENT_SIZE, out);
}

enum result ballot_group_multiply(const struct ballot_group *group,
                                  const struct ballot_element *a,
                                  const struct ballot_element *b,
                                  struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *left = number_of(context, a);
    BIGNUM *right = number_of(context, b);

    /* aR * b / R: one conversion is enough. */
    result = ballot_group_finish(
        left && right &&
            BN_to_montgomery(left, left, group->montgomery, context) &&
            BN_mod_mul_montgomery(left, left, right, group->montgomery,
                                  context),
        left, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_group_divide(const struct ballot_group *group,
                                const struct ballot_element *a,
                                const struct ballot_element *b,
                                struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *left = number_of(context, a);
    BIGNUM *right = number_of(context, b);

    result = ballot_group_finish(
        left && right && BN_mod_inverse(right, right, group->p, context) &&
            BN_mod_mul(left, left, right, group->p, context),
        left, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_group_power_secret(const struct ballot_group *group,
                                      const struct ballot_element *base,
                                      const struct ballot_scalar *exponent,
                                      struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *x = number_of(context, base);
    BIGNUM *secret = ballot_group_secret(context, exponent);
    BIGNUM *power = BN_CTX_get(context);

    result = ballot_group_finish(
        x && secret && power &&
            BN_mod_exp_mont_consttime(power, x, secret, group->p, context,
                                      group->montgomery),
        power, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_group_power(const struct ballot_group *group,
                               const struct ballot_element *base,
                               const struct ballot_scalar *exponent,
                               struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *x = number_of(context, base);
    BIGNUM *e = public_exponent(context, exponent);
    BIGNUM *power = BN_CTX_get(context);

    result = ballot_group_finish(
        x && e && power &&
            BN_mod_exp_mont(power, x, e, group->p, context, group->montgomery),
        power, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_group_power2(const struct ballot_group *group,
                                const struct ballot_element *a,
                                const struct ballot_scalar *x,
                                const struct ballot_element *b,
                                const struct ballot_scalar *y,
                                struct ballot_element *out)
{
    BN_CTX *context = ballot_group_begin();
    enum result result;

    if (!context)
        return RESULT_NO_MEMORY;

    BIGNUM *base_a = number_of(context, a);
    BIGNUM *base_b = number_of(context, b);
    BIGNUM *e = public_exponent(context, x);
    BIGNUM *f = public_exponent(context, y);
    BIGNUM *power = BN_CTX_get(context);

    result = ballot_group_finish(base_a && base_b && e && f && power &&
                                     BN_mod_exp2_mont(power, base_a, e, base_b,
                                                      f, group->p, context,
                                                      group->montgomery),
                                 power, out);
    ballot_group_end(context);
    return result;
}

enum result ballot_group_generate(const struct ballot_group *group,
                                  const struct ballot_scalar *exponent,
                                  struct ballot_element *out)
{
    return ballot_base_power(group, group->base, exponent, out);
}
