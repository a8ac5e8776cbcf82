#include "protocol/ballot/ballot_group.h"

#include "tests/support/ballot_dice.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* Typed from the specification a second time, in hexadecimal: a slip in one of
 * the two does not agree with the other. */
static const char hex_p[] =
    "A3EF2D011FEFB1B6E39E568FCCDFFB0FB7DC7EF3A791B6862791811D21FC35F2"
    "1E6D36856B428030421F514ED40BFD4C06E092A495AF8D79A2F85E0FB11C0EDE"
    "07DD973F9C53E50930C6E82AC36DE1AE3FB8C3AABFFF12CE27A5022DDD8912D1"
    "07435012768A2CDD0A4091D8FA447F6C7EBC15A349FA318A6B4FE17D8D47E843"
    "A3E14DFA9B2162F4D7229ABE93A188B46B006517D6F6747EBBB29C9EC3099B60"
    "7F18FB1A8BC858279AA8599411D998D3E3FADA9E010840D082D8C31911ACDD4A"
    "0E7992D0F18CC759CB5DE0ACF66A3882555BC810941E021B6A4CCFA04EE4008F"
    "878AFFA2375E2999B44F6CEF17D707301E59E0E6351E051ED9CEC4157646E64F";
static const char hex_q[] =
    "ADB6066A73522565F4DAA0F2579DB7F2F0FA90C2168BC709E20263387D55C491";
static const char hex_g[] =
    "1307C1AB5F295885D7CAA3A78A42415E31FD1C5807B61FB1E781878A52230A51"
    "988B98C259597F9C5A9DFD001D26BA31D9D8976F01D95A1C8262EE68A0E92CEA"
    "541E5219E0D0D094301B894236823FE1D4BC04E29F3748AEFD4F10D5B1A356A8"
    "643E673FD9D215FC8FE5FB9CF9FDB8EA88FDB1A3381A697FDF9C2458570B06D2"
    "6AEF1BE365FDD90165F397C6B870DF8C1B9E519EDCEE8BB0F74B7A1615A274BA"
    "60A7EA574A61F552D2DDE0CE514E0927C4FF49B1964C4A913731AE4268D60D7F"
    "22127B6CBBA44D453AC8B72FD04E0991B7AEFF04867D8724AC638F5F34100D2D"
    "47AA680D43771902743D663F42D853C041E1C91FE3823F4BCF284308F1D7E653";

struct fixture {
    struct ballot_group *group;
    BIGNUM *p, *q, *g;
    BN_CTX *context;
    struct ballot_dice dice;
    struct ballot_random random;
};

static int set_up(void **state)
{
    static struct fixture f;

    assert_int_equal(ballot_group_new(&f.group), RESULT_OK);
    assert_true(BN_hex2bn(&f.p, hex_p) && BN_hex2bn(&f.q, hex_q) &&
                BN_hex2bn(&f.g, hex_g));
    f.context = BN_CTX_new();
    f.dice.seed = 7;
    f.random = ballot_dice_random(&f.dice);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    assert_null(ballot_group_free(f->group));
    assert_null(ballot_group_free(NULL));
    BN_free(f->p);
    BN_free(f->q);
    BN_free(f->g);
    BN_CTX_free(f->context);
    return 0;
}

static struct ballot_element element_of(const BIGNUM *number)
{
    struct ballot_element out;

    assert_true(BN_bn2binpad(number, out.bytes, BALLOT_ELEMENT_SIZE) >= 0);
    return out;
}

static void assert_element(const struct ballot_element *element,
                           const BIGNUM *expected)
{
    struct ballot_element other = element_of(expected);

    assert_true(ballot_element_equal(element, &other));
}

/* Both ways of asking. */
static enum result membership(struct fixture *f,
                              const struct ballot_element *element)
{
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_element power;
    bool is_member = false;
    enum result result = ballot_group_check_member(f->group, element);

    assert_int_equal(ballot_group_contains(f->group, element),
                     result == RESULT_OK);
    assert_int_equal(
        ballot_group_powers(f->group, element, &one, 1, &power, &is_member),
        RESULT_OK);
    assert_int_equal(is_member, result == RESULT_OK);
    return result;
}

static struct ballot_scalar draw(struct fixture *f)
{
    struct ballot_scalar out;

    assert_int_equal(ballot_scalar_random(&f->random, &out), RESULT_OK);
    return out;
}

static struct ballot_element draw_element(struct fixture *f)
{
    struct ballot_scalar exponent = draw(f);
    struct ballot_element out;

    assert_int_equal(ballot_group_generate(f->group, &exponent, &out),
                     RESULT_OK);
    return out;
}

/* Edge values first; BN of the same. */
static struct ballot_scalar exponent_sample(struct fixture *f, size_t i,
                                            BIGNUM *out)
{
    struct ballot_scalar scalar = draw(f);

    if (i < 3) {
        scalar = ballot_scalar_of_number(i);
    } else if (i == 3) {
        assert_true(BN_copy(out, f->q) && BN_sub_word(out, 1));
        assert_true(BN_bn2binpad(out, scalar.bytes, 32) >= 0);
    }
    assert_true(BN_bin2bn(scalar.bytes, 32, out) != NULL);
    return scalar;
}

static void the_constants_are_those_of_the_specification(void **state)
{
    struct fixture *f = *state;
    struct ballot_element generator = ballot_group_generator(f->group);
    BIGNUM *rest = BN_new();

    assert_string_equal(ballot_group_name(f->group), "BELENIOS-2048");
    assert_element(&generator, f->g);
    assert_int_equal(BN_num_bits(f->p), 2048);
    assert_int_equal(BN_num_bits(f->q), 256);
    assert_int_equal(BN_check_prime(f->p, f->context, NULL), 1);
    assert_int_equal(BN_check_prime(f->q, f->context, NULL), 1);
    assert_true(BN_copy(rest, f->p) && BN_sub_word(rest, 1));
    assert_true(BN_mod(rest, rest, f->q, f->context));
    assert_true(BN_is_zero(rest));
    assert_true(BN_mod_exp(rest, f->g, f->q, f->p, f->context));
    assert_true(BN_is_one(rest));
    assert_false(BN_is_one(f->g));
    assert_true(ballot_group_contains(f->group, &generator));
    BN_free(rest);
}

/* p itself is not shown by the group: the largest text that it reads is p-1. */
static void elements_are_read_below_p_only(void **state)
{
    struct fixture *f = *state;
    struct ballot_element element;
    BIGNUM *number = BN_dup(f->p);
    char *text = BN_bn2dec(number);
    char again[BALLOT_ELEMENT_TEXT_SIZE];

    assert_int_equal(
        ballot_element_parse(f->group, text_view_of(text), &element),
        RESULT_MALFORMED);
    OPENSSL_free(text);
    assert_true(BN_sub_word(number, 1));
    text = BN_bn2dec(number);
    assert_int_equal(
        ballot_element_parse(f->group, text_view_of(text), &element),
        RESULT_OK);
    assert_element(&element, number);
    ballot_element_text(&element, again);
    assert_string_equal(again, text);
    assert_int_equal(
        ballot_element_parse(f->group, TEXT_LITERAL("0123"), &element),
        RESULT_MALFORMED);
    OPENSSL_free(text);
    BN_free(number);
}

static void only_the_subgroup_is_contained(void **state)
{
    struct fixture *f = *state;
    struct ballot_element element = ballot_element_identity();
    BIGNUM *number = BN_dup(f->p);

    assert_int_equal(membership(f, &element), RESULT_OK);
    assert_true(ballot_element_is_identity(&element));
    element = draw_element(f);
    assert_int_equal(membership(f, &element), RESULT_OK);
    assert_false(ballot_element_is_identity(&element));

    /* p-1 has order 2; an element times it has order 2q. */
    assert_true(BN_sub_word(number, 1));
    element = element_of(number);
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    struct ballot_element member = draw_element(f);

    assert_int_equal(
        ballot_group_multiply(f->group, &member, &element, &element),
        RESULT_OK);
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    /* Order 3: h^((p-1)/3). */
    assert_true(BN_div_word(number, 3) == 0);
    BIGNUM *three = BN_new();

    for (BN_ULONG h = 2;; h++) {
        assert_true(BN_set_word(three, h));
        assert_true(BN_mod_exp(three, three, number, f->p, f->context));
        if (!BN_is_one(three))
            break;
    }
    element = element_of(three);
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    BN_free(three);

    memset(element.bytes, 0, sizeof element.bytes);
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    element = element_of(f->p);
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    assert_true(BN_copy(number, f->p) && BN_add_word(number, 1));
    element = element_of(number); /* 1 modulo p, but not below it */
    assert_int_equal(membership(f, &element), RESULT_REFUSED);
    BN_free(number);
}

static void products_and_quotients_are_those_of_the_library(void **state)
{
    struct fixture *f = *state;
    BIGNUM *a = BN_new();
    BIGNUM *b = BN_new();
    BIGNUM *r = BN_new();

    for (size_t i = 0; i < 20; i++) {
        struct ballot_element x = draw_element(f);
        struct ballot_element y = draw_element(f);
        struct ballot_element out;

        assert_true(BN_bin2bn(x.bytes, 256, a) && BN_bin2bn(y.bytes, 256, b));
        assert_int_equal(ballot_group_multiply(f->group, &x, &y, &out),
                         RESULT_OK);
        assert_true(BN_mod_mul(r, a, b, f->p, f->context));
        assert_element(&out, r);
        assert_int_equal(ballot_group_divide(f->group, &out, &y, &out),
                         RESULT_OK);
        assert_true(ballot_element_equal(&out, &x));
    }
    struct ballot_element zero = { { 0 } };
    struct ballot_element x = draw_element(f);

    assert_int_equal(ballot_group_divide(f->group, &x, &zero, &x),
                     RESULT_CRYPTO);
    BN_free(a);
    BN_free(b);
    BN_free(r);
}

static void every_way_of_raising_agrees_with_the_library(void **state)
{
    struct fixture *f = *state;
    struct ballot_element x = draw_element(f);
    struct ballot_base *table = NULL;
    BIGNUM *base = BN_new();
    BIGNUM *e = BN_new();
    BIGNUM *r = BN_new();

    assert_true(BN_bin2bn(x.bytes, 256, base) != NULL);
    assert_int_equal(ballot_base_new(f->group, &x, &table), RESULT_OK);
    for (size_t i = 0; i < 20; i++) {
        struct ballot_scalar exponent = exponent_sample(f, i, e);
        struct ballot_element out;

        assert_true(BN_mod_exp(r, base, e, f->p, f->context));
        assert_int_equal(ballot_group_power(f->group, &x, &exponent, &out),
                         RESULT_OK);
        assert_element(&out, r);
        assert_int_equal(
            ballot_group_power_secret(f->group, &x, &exponent, &out),
            RESULT_OK);
        assert_element(&out, r);
        assert_int_equal(ballot_base_power(f->group, table, &exponent, &out),
                         RESULT_OK);
        assert_element(&out, r);
        assert_int_equal(
            ballot_base_power_public(f->group, table, &exponent, &out),
            RESULT_OK);
        assert_element(&out, r);
        assert_true(BN_mod_exp(r, f->g, e, f->p, f->context));
        assert_int_equal(ballot_group_generate(f->group, &exponent, &out),
                         RESULT_OK);
        assert_element(&out, r);
    }
    assert_null(ballot_base_free(table));
    assert_null(ballot_base_free(NULL));
    BN_free(base);
    BN_free(e);
    BN_free(r);
}

static void many_powers_at_once_are_those_of_the_library(void **state)
{
    enum { COUNT = 40 };
    struct fixture *f = *state;
    struct ballot_element x = draw_element(f);
    struct ballot_scalar exponents[COUNT];
    struct ballot_element powers[COUNT];
    BIGNUM *e = BN_new();
    bool is_member = false;

    for (size_t i = 0; i < COUNT; i++)
        exponents[i] = exponent_sample(f, i, e);
    assert_int_equal(
        ballot_group_powers(f->group, &x, exponents, COUNT, powers, &is_member),
        RESULT_OK);
    assert_true(is_member);
    for (size_t i = 0; i < COUNT; i++) {
        struct ballot_element expected;

        assert_int_equal(
            ballot_group_power(f->group, &x, &exponents[i], &expected),
            RESULT_OK);
        assert_true(ballot_element_equal(&powers[i], &expected));
    }
    BN_free(e);
}

static void two_powers_at_once_are_the_product_of_both(void **state)
{
    struct fixture *f = *state;
    BIGNUM *e = BN_new();

    for (size_t i = 0; i < 25; i++) {
        struct ballot_element a = draw_element(f);
        struct ballot_element b = ballot_group_generator(f->group);
        struct ballot_scalar x = exponent_sample(f, i % 5, e);
        struct ballot_scalar y = exponent_sample(f, i / 5, e);
        struct ballot_element out;
        struct ballot_element fixed;
        struct ballot_base *table = NULL;

        assert_int_equal(ballot_base_new(f->group, &a, &table), RESULT_OK);
        assert_int_equal(ballot_base_power2(f->group, table, &x,
                                            ballot_group_base(f->group), &y,
                                            &fixed),
                         RESULT_OK);
        ballot_base_free(table);
        assert_int_equal(ballot_group_power2(f->group, &a, &x, &b, &y, &out),
                         RESULT_OK);
        assert_true(ballot_element_equal(&out, &fixed));
        assert_int_equal(ballot_group_power(f->group, &a, &x, &a), RESULT_OK);
        assert_int_equal(ballot_group_power(f->group, &b, &y, &b), RESULT_OK);
        assert_int_equal(ballot_group_multiply(f->group, &a, &b, &a),
                         RESULT_OK);
        assert_true(ballot_element_equal(&out, &a));
    }
    BN_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_constants_are_those_of_the_specification),
        cmocka_unit_test(elements_are_read_below_p_only),
        cmocka_unit_test(only_the_subgroup_is_contained),
        cmocka_unit_test(products_and_quotients_are_those_of_the_library),
        cmocka_unit_test(every_way_of_raising_agrees_with_the_library),
        cmocka_unit_test(many_powers_at_once_are_those_of_the_library),
        cmocka_unit_test(two_powers_at_once_are_the_product_of_both),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
