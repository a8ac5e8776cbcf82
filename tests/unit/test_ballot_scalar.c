#include "protocol/ballot/ballot_scalar.h"

#include "tests/support/ballot_dice.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const char order[] = "785717332510718850799276598126714501218214212584"
                            "08794611510081919805623223441";

struct fixture {
    BIGNUM *q;
    BN_CTX *context;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture.q = NULL;
    fixture.context = BN_CTX_new();
    assert_true(BN_dec2bn(&fixture.q, order));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    BN_free(f->q);
    BN_CTX_free(f->context);
    return 0;
}

/* The values between which something may break, then random ones. */
static void sample(struct fixture *f, size_t i, BIGNUM *out)
{
    static const int64_t near[] = { 0, 1, 2, 3, 0xffffffff, 0x100000000 };

    if (i < 6) {
        assert_true(BN_set_word(out, (BN_ULONG)near[i]));
    } else if (i < 9) {
        assert_true(BN_copy(out, f->q));
        assert_true(BN_sub_word(out, i - 5)); /* q-1, q-2, q-3 */
    } else if (i < 11) {
        BN_zero(out);
        assert_true(BN_set_bit(out, 255)); /* 2^255 and 2^256 - q */
        if (i == 10) {
            BN_zero(out);
            assert_true(BN_set_bit(out, 256));
            assert_true(BN_sub(out, out, f->q));
        }
    } else {
        assert_true(BN_rand_range(out, f->q));
    }
}

static struct ballot_scalar scalar_of(const BIGNUM *number)
{
    struct ballot_scalar out;

    assert_true(BN_bn2binpad(number, out.bytes, BALLOT_SCALAR_SIZE) >= 0);
    return out;
}

static void assert_scalar(struct ballot_scalar scalar, const BIGNUM *expected)
{
    struct ballot_scalar other = scalar_of(expected);

    assert_memory_equal(scalar.bytes, other.bytes, BALLOT_SCALAR_SIZE);
}

enum { SAMPLES = 60 };

static void sums_differences_and_products_are_those_of_the_library(void **state)
{
    struct fixture *f = *state;
    BIGNUM *a = BN_new();
    BIGNUM *b = BN_new();
    BIGNUM *r = BN_new();

    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t k = 0; k < SAMPLES; k++) {
            struct ballot_scalar x;
            struct ballot_scalar y;

            sample(f, i, a);
            sample(f, k, b);
            x = scalar_of(a);
            y = scalar_of(b);
            assert_true(BN_mod_add(r, a, b, f->q, f->context));
            assert_scalar(ballot_scalar_add(&x, &y), r);
            assert_true(BN_mod_sub(r, a, b, f->q, f->context));
            assert_scalar(ballot_scalar_subtract(&x, &y), r);
            assert_true(BN_mod_mul(r, a, b, f->q, f->context));
            assert_scalar(ballot_scalar_multiply(&x, &y), r);
        }
    }
    BN_free(a);
    BN_free(b);
    BN_free(r);
}

static void inverses_are_those_of_the_library_and_zero_has_none(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_scalar out = ballot_scalar_of_number(7);
    BIGNUM *a = BN_new();
    BIGNUM *r = BN_new();

    for (size_t i = 1; i < SAMPLES; i++) {
        struct ballot_scalar x;

        sample(f, i, a);
        x = scalar_of(a);
        assert_true(BN_mod_inverse(r, a, f->q, f->context));
        assert_int_equal(ballot_scalar_invert(&x, &out), RESULT_OK);
        assert_scalar(out, r);
    }
    out = ballot_scalar_of_number(7);
    assert_int_equal(ballot_scalar_invert(&zero, &out), RESULT_INVALID);
    assert_int_equal(out.bytes[31], 7);
    BN_free(a);
    BN_free(r);
}

static void any_bytes_are_reduced_as_the_library_reduces_them(void **state)
{
    struct fixture *f = *state;
    BIGNUM *a = BN_new();
    BIGNUM *r = BN_new();
    uint8_t bytes[64];

    for (size_t i = 0; i < 400; i++) {
        /* All ones, q itself (twice), then random. */
        memset(bytes, 0xff, sizeof bytes);
        if (i == 1) {
            assert_true(BN_bn2binpad(f->q, bytes, 32) >= 0);
            assert_true(BN_bn2binpad(f->q, &bytes[32], 32) >= 0);
        } else if (i > 1) {
            assert_true(BN_rand(a, (int)(i * 512 / 399), BN_RAND_TOP_ANY,
                                BN_RAND_BOTTOM_ANY));
            assert_true(BN_bn2binpad(a, bytes, 64) >= 0);
        }
        assert_true(BN_bin2bn(bytes, 64, a) != NULL);
        assert_true(BN_nnmod(r, a, f->q, f->context));
        assert_scalar(ballot_scalar_reduce_wide(bytes), r);
        assert_true(BN_bin2bn(&bytes[32], 32, a) != NULL);
        assert_true(BN_nnmod(r, a, f->q, f->context));
        assert_scalar(ballot_scalar_reduce(&bytes[32]), r);
    }
    BN_free(a);
    BN_free(r);
}

static void text_is_read_as_it_is_written_and_only_below_the_order(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar out = ballot_scalar_of_number(7);
    BIGNUM *a = BN_new();

    for (size_t i = 0; i < SAMPLES; i++) {
        char text[BALLOT_SCALAR_TEXT_SIZE];
        struct ballot_scalar x;
        struct ballot_scalar again;

        sample(f, i, a);
        x = scalar_of(a);
        ballot_scalar_text(&x, text);
        assert_int_equal(ballot_scalar_parse(text_view_of(text), &again),
                         RESULT_OK);
        assert_true(ballot_scalar_equal(&x, &again));
    }
    assert_int_equal(ballot_scalar_parse(text_view_of(order), &out),
                     RESULT_MALFORMED);
    assert_int_equal(ballot_scalar_parse(TEXT_LITERAL("01"), &out),
                     RESULT_MALFORMED);
    assert_int_equal(out.bytes[31], 7);
    BN_free(a);
}

static void masks_choose_and_compare(void **state)
{
    struct ballot_scalar a = ballot_scalar_of_number(0x123456789abcdef0);
    struct ballot_scalar b = ballot_scalar_of_number(5);
    struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_scalar chosen = ballot_scalar_select(1, &a, &b);

    (void)state;
    assert_true(ballot_scalar_equal(&chosen, &a));
    chosen = ballot_scalar_select(0, &a, &b);
    assert_true(ballot_scalar_equal(&chosen, &b));
    assert_false(ballot_scalar_equal(&a, &b));
    assert_true(ballot_scalar_is_zero(&zero));
    assert_false(ballot_scalar_is_zero(&b));
    ballot_scalar_wipe(&a);
    assert_true(ballot_scalar_is_zero(&a));
}

static void random_values_lie_below_the_order_and_differ(void **state)
{
    struct fixture *f = *state;
    struct ballot_dice dice = { .seed = 1 };
    struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_scalar last = ballot_scalar_of_number(0);
    BIGNUM *a = BN_new();

    for (size_t i = 0; i < 200; i++) {
        struct ballot_scalar x;

        assert_int_equal(ballot_scalar_random(&random, &x), RESULT_OK);
        assert_true(BN_bin2bn(x.bytes, 32, a) != NULL);
        assert_true(BN_cmp(a, f->q) < 0);
        assert_false(ballot_scalar_equal(&x, &last));
        last = x;
    }
    /* A third of all numbers of 256 bits lie above. */
    assert_true(dice.count > 220);
    BN_free(a);
}

static enum result all_ones(void *user, uint8_t *out, size_t size)
{
    (void)user;
    memset(out, 0xff, size);
    return RESULT_OK;
}

static void a_source_that_fails_or_is_stuck_gives_nothing(void **state)
{
    struct ballot_dice dice = { .seed = 1, .fails_at = 1 };
    struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_random stuck = { all_ones, NULL };
    struct ballot_scalar out = ballot_scalar_of_number(7);
    uint8_t bytes[40];

    (void)state;
    assert_int_equal(ballot_scalar_random(&random, &out), RESULT_CRYPTO);
    assert_int_equal(ballot_scalar_random(&stuck, &out), RESULT_CRYPTO);
    assert_int_equal(out.bytes[31], 7);
    dice.fails_at = 2;
    assert_int_equal(ballot_random_fill(&random, bytes, sizeof bytes),
                     RESULT_CRYPTO);
    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(bytes[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            sums_differences_and_products_are_those_of_the_library),
        cmocka_unit_test(inverses_are_those_of_the_library_and_zero_has_none),
        cmocka_unit_test(any_bytes_are_reduced_as_the_library_reduces_them),
        cmocka_unit_test(
            text_is_read_as_it_is_written_and_only_below_the_order),
        cmocka_unit_test(masks_choose_and_compare),
        cmocka_unit_test(random_values_lie_below_the_order_and_differ),
        cmocka_unit_test(a_source_that_fails_or_is_stuck_gives_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
