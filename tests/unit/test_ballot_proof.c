#include "protocol/ballot/ballot_proof.h"

#include "tests/support/ballot_dice.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

struct fixture {
    struct ballot_group *group;
    struct ballot_dice dice;
    struct ballot_random random;
    struct ballot_scalar secret;
    struct ballot_element key;
    struct ballot_proof proof; /* with the prefix "sig|x|" */
};

static int set_up(void **state)
{
    static struct fixture f;

    f.dice.seed = 3;
    f.random = ballot_dice_random(&f.dice);
    assert_int_equal(ballot_group_new(&f.group), RESULT_OK);
    assert_int_equal(ballot_scalar_random(&f.random, &f.secret), RESULT_OK);
    assert_int_equal(ballot_group_generate(f.group, &f.secret, &f.key),
                     RESULT_OK);
    assert_int_equal(ballot_proof_make(f.group, &f.secret,
                                       TEXT_LITERAL("sig|x|"), &f.random,
                                       &f.proof),
                     RESULT_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    ballot_group_free(f->group);
    return 0;
}

/* SHA-256 of "abc" (FIPS 180-4), less q. */
static void a_text_hashes_to_its_sum_modulo_the_order(void **state)
{
    struct ballot_hash hash;
    struct ballot_scalar scalar;
    char text[BALLOT_SCALAR_TEXT_SIZE];

    (void)state;
    ballot_hash_begin(&hash);
    ballot_hash_literal(&hash, "a");
    ballot_hash_text(&hash, TEXT_LITERAL("bc"));
    scalar = ballot_hash_finish(&hash);
    ballot_scalar_text(&scalar, text);
    assert_string_equal(text, "577063523601891528659617511547081353828346243660"
                              "7719765952903909911193866524");
}

static void an_element_is_hashed_as_its_decimal_text(void **state)
{
    struct fixture *f = *state;
    struct ballot_hash hash;
    struct ballot_scalar as_element;
    struct ballot_scalar as_text;
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(&f->key, text);
    ballot_hash_begin(&hash);
    ballot_hash_literal(&hash, text);
    as_text = ballot_hash_finish(&hash);
    ballot_hash_begin(&hash);
    ballot_hash_element(&hash, &f->key);
    as_element = ballot_hash_finish(&hash);
    assert_true(ballot_scalar_equal(&as_text, &as_element));
    ballot_hash_begin(&hash);
    ballot_hash_abandon(&hash);
}

static void a_digest_is_written_in_the_standard_alphabet(void **state)
{
    char text[BALLOT_DIGEST_TEXT_SIZE];

    (void)state;
    /* ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0= (RFC 4648 of the above) */
    ballot_hash_digest_text("abc", 3, text);
    assert_string_equal(text, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
}

static void a_proof_convinces(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ballot_proof_check(f->group, &f->key,
                                        TEXT_LITERAL("sig|x|"), &f->proof),
                     RESULT_OK);
}

static void a_proof_convinces_of_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_element generator = ballot_group_generator(f->group);
    struct ballot_element other;
    struct ballot_proof changed = f->proof;

    assert_int_equal(ballot_proof_check(f->group, &f->key,
                                        TEXT_LITERAL("sig|y|"), &f->proof),
                     RESULT_REFUSED);
    assert_int_equal(
        ballot_group_multiply(f->group, &f->key, &generator, &other),
        RESULT_OK);
    assert_int_equal(
        ballot_proof_check(f->group, &other, TEXT_LITERAL("sig|x|"), &f->proof),
        RESULT_REFUSED);
    changed.challenge = ballot_scalar_add(&changed.challenge, &one);
    assert_int_equal(
        ballot_proof_check(f->group, &f->key, TEXT_LITERAL("sig|x|"), &changed),
        RESULT_REFUSED);
    changed = f->proof;
    changed.response = ballot_scalar_add(&changed.response, &one);
    assert_int_equal(
        ballot_proof_check(f->group, &f->key, TEXT_LITERAL("sig|x|"), &changed),
        RESULT_REFUSED);
}

static void two_proofs_of_one_secret_have_nothing_in_common(void **state)
{
    struct fixture *f = *state;
    struct ballot_proof again;

    assert_int_equal(ballot_proof_make(f->group, &f->secret,
                                       TEXT_LITERAL("sig|x|"), &f->random,
                                       &again),
                     RESULT_OK);
    assert_false(ballot_scalar_equal(&again.challenge, &f->proof.challenge));
    assert_false(ballot_scalar_equal(&again.response, &f->proof.response));
}

static void without_randomness_there_is_no_proof(void **state)
{
    struct fixture *f = *state;
    struct ballot_dice dice = { .seed = 1, .fails_at = 1 };
    struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_proof out = f->proof;

    assert_int_equal(ballot_proof_make(f->group, &f->secret,
                                       TEXT_LITERAL("sig|x|"), &random, &out),
                     RESULT_CRYPTO);
    assert_memory_equal(&out, &f->proof, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_hashes_to_its_sum_modulo_the_order),
        cmocka_unit_test(an_element_is_hashed_as_its_decimal_text),
        cmocka_unit_test(a_digest_is_written_in_the_standard_alphabet),
        cmocka_unit_test(a_proof_convinces),
        cmocka_unit_test(a_proof_convinces_of_nothing_else),
        cmocka_unit_test(two_proofs_of_one_secret_have_nothing_in_common),
        cmocka_unit_test(without_randomness_there_is_no_proof),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
