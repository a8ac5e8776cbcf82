#include "protocol/ballot/ballot_branches.h"

#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { COUNT = 4 };

struct fixture {
    struct ballot_scene scene;
    struct ballot_scalar randomness;
    struct ballot_cipher cipher;       /* holds 2 */
    struct ballot_proof proofs[COUNT]; /* that it holds 0, 1, 2 or 3 */
    struct ballot_statement statement;
};

/* Proves of the ciphertext that it is one of 0…3, the chosen one being said to
 * be `chosen` and `number` being what is in it. */
static enum result prove(struct fixture *f, uint64_t number, size_t chosen,
                         struct ballot_proof *proofs)
{
    struct ballot_scalar held = ballot_scalar_of_number(number);
    struct ballot_branch branches[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        struct ballot_scalar stated = ballot_scalar_of_number(i);

        branches[i] = (struct ballot_branch){
            &f->randomness, ballot_scalar_subtract(&held, &stated), i == chosen
        };
    }
    return ballot_branches_prove(f->scene.booth, &f->statement, branches, COUNT,
                                 &f->scene.random, proofs);
}

static enum result check(struct fixture *f, const struct ballot_cipher *cipher,
                         uint32_t first, size_t count,
                         const struct ballot_proof *proofs)
{
    struct ballot_assertion assertions[COUNT];
    struct ballot_scalar challenges[COUNT];
    struct ballot_raised raised;
    enum result result;

    for (size_t i = 0; i < count; i++) {
        challenges[i] = proofs[i].challenge;
        assertions[i] =
            (struct ballot_assertion){ &raised, i, first + (uint32_t)i };
    }
    assert_int_equal(
        ballot_raised_init(&raised, f->scene.group, cipher, challenges, count),
        RESULT_OK);
    assert_int_equal(ballot_raised_check_member(&raised), RESULT_OK);
    result = ballot_branches_check(f->scene.booth, &f->statement, assertions,
                                   count, proofs);
    ballot_raised_release(&raised);
    return result;
}

static int set_up(void **state)
{
    static struct fixture f;
    struct ballot_scalar two = ballot_scalar_of_number(2);

    ballot_scene_init(&f.scene);
    assert_int_equal(ballot_scalar_random(&f.scene.random, &f.randomness),
                     RESULT_OK);
    assert_int_equal(ballot_cipher_encrypt(f.scene.group, f.scene.booth->key,
                                           &f.randomness, &two, &f.cipher),
                     RESULT_OK);
    f.statement =
        (struct ballot_statement){ "prove|", TEXT_LITERAL("here"), &f.cipher };
    assert_int_equal(prove(&f, 2, 2, f.proofs), RESULT_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    ballot_scene_release(&f->scene);
    return 0;
}

static void a_true_statement_is_believed(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, &f->cipher, 0, COUNT, f->proofs), RESULT_OK);
}

static void the_numbers_in_question_cannot_be_changed(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(check(f, &f->cipher, 1, COUNT, f->proofs), RESULT_REFUSED);
    assert_int_equal(check(f, &f->cipher, 0, COUNT - 1, f->proofs),
                     RESULT_REFUSED);
}

static void the_context_cannot_be_changed(void **state)
{
    struct fixture *f = *state;
    struct ballot_statement before = f->statement;

    f->statement.context = TEXT_LITERAL("there");
    assert_int_equal(check(f, &f->cipher, 0, COUNT, f->proofs), RESULT_REFUSED);
    f->statement = before;
    f->statement.tag = "bproof0|";
    assert_int_equal(check(f, &f->cipher, 0, COUNT, f->proofs), RESULT_REFUSED);
    f->statement = before;
    f->statement.cipher = NULL;
    assert_int_equal(check(f, &f->cipher, 0, COUNT, f->proofs), RESULT_REFUSED);
    f->statement = before;
}

static void another_ciphertext_is_not_meant(void **state)
{
    struct fixture *f = *state;
    struct ballot_cipher other;

    assert_int_equal(
        ballot_cipher_multiply(f->scene.group, &f->cipher, &f->cipher, &other),
        RESULT_OK);
    assert_int_equal(check(f, &other, 0, COUNT, f->proofs), RESULT_REFUSED);
}

static void every_number_of_a_proof_counts(void **state)
{
    struct fixture *f = *state;
    struct ballot_scalar one = ballot_scalar_of_number(1);

    for (size_t i = 0; i < COUNT; i++) {
        struct ballot_proof changed[COUNT];
        struct ballot_proof *next = &changed[(i + 1) % COUNT];

        memcpy(changed, f->proofs, sizeof changed);
        changed[i].response = ballot_scalar_add(&changed[i].response, &one);
        assert_int_equal(check(f, &f->cipher, 0, COUNT, changed),
                         RESULT_REFUSED);
        memcpy(changed, f->proofs, sizeof changed);
        changed[i].challenge = ballot_scalar_add(&changed[i].challenge, &one);
        assert_int_equal(check(f, &f->cipher, 0, COUNT, changed),
                         RESULT_REFUSED);
        next->challenge = ballot_scalar_subtract(&next->challenge, &one);
        assert_int_equal(check(f, &f->cipher, 0, COUNT, changed),
                         RESULT_REFUSED);
    }
}

/* The prover itself, told to lie: the branch that it says is true is not. */
static void a_false_statement_has_no_proof(void **state)
{
    struct fixture *f = *state;

    for (size_t chosen = 0; chosen < COUNT; chosen++) {
        struct ballot_proof proofs[COUNT];

        assert_int_equal(prove(f, 2, chosen, proofs), RESULT_OK);
        assert_int_equal(check(f, &f->cipher, 0, COUNT, proofs),
                         chosen == 2 ? RESULT_OK : RESULT_REFUSED);
        /* Nor if it believes that the ciphertext held that number. */
        assert_int_equal(prove(f, chosen, chosen, proofs), RESULT_OK);
        assert_int_equal(check(f, &f->cipher, 0, COUNT, proofs),
                         chosen == 2 ? RESULT_OK : RESULT_REFUSED);
    }
}

static void a_failure_at_any_draw_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    uint64_t begin = f->scene.dice.count;
    struct ballot_proof proofs[COUNT];
    uint64_t calls;

    assert_int_equal(prove(f, 2, 2, proofs), RESULT_OK);
    calls = f->scene.dice.count - begin;
    assert_true(calls >= 2 * COUNT);
    for (uint64_t i = 1; i <= calls; i++) {
        static const struct ballot_proof nothing[COUNT];

        f->scene.dice.count = begin; /* the same draws */
        f->scene.dice.fails_at = begin + i;
        memset(proofs, 0xa5, sizeof proofs);
        assert_int_equal(prove(f, 2, 2, proofs), RESULT_CRYPTO);
        assert_memory_equal(proofs, nothing, sizeof proofs);
    }
    f->scene.dice.fails_at = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_statement_is_believed),
        cmocka_unit_test(the_numbers_in_question_cannot_be_changed),
        cmocka_unit_test(the_context_cannot_be_changed),
        cmocka_unit_test(another_ciphertext_is_not_meant),
        cmocka_unit_test(every_number_of_a_proof_counts),
        cmocka_unit_test(a_false_statement_has_no_proof),
        cmocka_unit_test(a_failure_at_any_draw_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
