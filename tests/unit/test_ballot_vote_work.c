/*
 * How a ballot is made, seen from outside: the linker puts counters, and
 * failures where a test wants them, between our code and the two libraries
 * that it calls.
 */
#include "protocol/ballot/ballot_vote.h"

#include "tests/support/ballot_scene.h"

#include <openssl/bn.h>
#include <pthread.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* Calls since count_from_here(), by what they are. */
struct work {
    uint64_t products; /* modulo p, fixed-base powers among them */
    uint64_t powers;   /* by the library */
    uint64_t inputs;   /* numbers made of bytes */
    uint64_t outputs;  /* and the other way */
    uint64_t memory;   /* allocations of ours */
};

static struct work work;
static uint64_t failing_product; /* the call that fails, from 1; 0: none */
static uint64_t failing_memory;

int __real_BN_mod_mul_montgomery(BIGNUM *r, const BIGNUM *a, const BIGNUM *b,
                                 BN_MONT_CTX *mont, BN_CTX *ctx);
int __wrap_BN_mod_mul_montgomery(BIGNUM *r, const BIGNUM *a, const BIGNUM *b,
                                 BN_MONT_CTX *mont, BN_CTX *ctx);
int __wrap_BN_mod_mul_montgomery(BIGNUM *r, const BIGNUM *a, const BIGNUM *b,
                                 BN_MONT_CTX *mont, BN_CTX *ctx)
{
    if (++work.products == failing_product)
        return 0;
    return __real_BN_mod_mul_montgomery(r, a, b, mont, ctx);
}

int __real_BN_mod_exp_mont(BIGNUM *r, const BIGNUM *a, const BIGNUM *p,
                           const BIGNUM *m, BN_CTX *ctx, BN_MONT_CTX *mont);
int __wrap_BN_mod_exp_mont(BIGNUM *r, const BIGNUM *a, const BIGNUM *p,
                           const BIGNUM *m, BN_CTX *ctx, BN_MONT_CTX *mont);
int __wrap_BN_mod_exp_mont(BIGNUM *r, const BIGNUM *a, const BIGNUM *p,
                           const BIGNUM *m, BN_CTX *ctx, BN_MONT_CTX *mont)
{
    work.powers++;
    return __real_BN_mod_exp_mont(r, a, p, m, ctx, mont);
}

BIGNUM *__real_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret);
BIGNUM *__wrap_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret);
BIGNUM *__wrap_BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret)
{
    work.inputs++;
    return __real_BN_bin2bn(s, len, ret);
}

int __real_BN_bn2binpad(const BIGNUM *a, unsigned char *to, int tolen);
int __wrap_BN_bn2binpad(const BIGNUM *a, unsigned char *to, int tolen);
int __wrap_BN_bn2binpad(const BIGNUM *a, unsigned char *to, int tolen)
{
    work.outputs++;
    return __real_BN_bn2binpad(a, to, tolen);
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return ++work.memory == failing_memory ? NULL : __real_calloc(count, size);
}

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
    return ++work.memory == failing_memory ? NULL
                                           : __real_realloc(memory, size);
}

static void count_from_here(void) { memset(&work, 0, sizeof work); }

/* --- The same work ---------------------------------------------------------
 */

static void assert_same_work(struct ballot_scene *scene,
                             const char *const votes[], size_t count)
{
    struct work first;

    for (size_t i = 0; i < count; i++) {
        struct text_view ballot;

        count_from_here();
        ballot = ballot_scene_vote(scene, votes[i]);
        if (i == 0)
            first = work;
        assert_true(work.products > 1000);
        assert_int_equal(work.powers, 0); /* fixed bases only */
        assert_memory_equal(&work, &first, sizeof work);
        free((void *)(uintptr_t)ballot.data);
    }
}

static void every_vote_of_a_question_takes_the_same_work(void **state)
{
    static const char *const votes[] = { "1000", "0100", "0010", "0001" };
    struct ballot_scene scene;

    (void)state;
    ballot_scene_init_question(&scene, 4, false, 1, 1);
    assert_same_work(&scene, votes, 4);
    ballot_scene_release(&scene);
}

static void one_mark_or_many_or_blank_take_the_same_work(void **state)
{
    static const char *const votes[] = { "10000", "01000", "00001", "01100",
                                         "00011", "01110", "00111", "01011" };
    struct ballot_scene scene;

    (void)state;
    ballot_scene_init_question(&scene, 4, true, 1, 3);
    assert_same_work(&scene, votes, sizeof votes / sizeof votes[0]);
    ballot_scene_release(&scene);
}

/* With a minimum of 0, a blank ballot has two true branches in one proof. */
static void no_mark_and_blank_take_the_same_work(void **state)
{
    static const char *const votes[] = { "000", "100", "010", "001", "011" };
    struct ballot_scene scene;

    (void)state;
    ballot_scene_init_question(&scene, 2, true, 0, 2);
    assert_same_work(&scene, votes, sizeof votes / sizeof votes[0]);
    ballot_scene_release(&scene);
}

/* --- Failures --------------------------------------------------------------
 */

static void a_failure_of_any_random_call_shows_nothing(void **state)
{
    struct ballot_scene scene;
    struct text_view ballot;
    uint64_t begin;
    uint64_t calls;

    (void)state;
    ballot_scene_init_question(&scene, 2, true, 0, 1);
    begin = scene.dice.count;
    ballot = ballot_scene_vote(&scene, "010");
    calls = scene.dice.count - begin;
    free((void *)(uintptr_t)ballot.data);
    /* r of 3 positions, 2 numbers for each of 2 * 3 + 3 + 2 branches, w. */
    assert_true(calls >= 3 + 2 * 11 + 1);
    for (uint64_t i = 1; i <= calls; i++) {
        char *out = NULL;
        size_t size = 0;

        scene.dice.count = begin; /* the same draws as before */
        scene.dice.fails_at = begin + i;
        assert_int_equal(ballot_scene_try(&scene, "010", &out, &size),
                         RESULT_CRYPTO);
        assert_null(out);
        assert_int_equal(size, 0);
    }
    ballot_scene_release(&scene);
}

static void a_failure_of_any_allocation_shows_nothing(void **state)
{
    struct ballot_scene scene;
    struct text_view ballot;
    uint64_t calls;

    (void)state;
    ballot_scene_init_question(&scene, 2, true, 0, 1);
    count_from_here();
    ballot = ballot_scene_vote(&scene, "010");
    calls = work.memory;
    free((void *)(uintptr_t)ballot.data);
    assert_true(calls > 3);
    for (uint64_t i = 1; i <= calls; i++) {
        char *out = NULL;
        size_t size = 0;
        enum result result;

        count_from_here();
        failing_memory = i;
        result = ballot_scene_try(&scene, "010", &out, &size);
        failing_memory = 0;
        assert_int_equal(result, RESULT_NO_MEMORY);
        assert_null(out);
    }
    ballot_scene_release(&scene);
}

static void a_failure_of_the_library_shows_nothing(void **state)
{
    struct ballot_scene scene;
    struct text_view ballot;
    uint64_t calls;

    (void)state;
    ballot_scene_init_question(&scene, 2, true, 0, 1);
    count_from_here();
    ballot = ballot_scene_vote(&scene, "010");
    calls = work.products;
    free((void *)(uintptr_t)ballot.data);
    for (uint64_t i = 1; i <= calls; i += 37) {
        char *out = NULL;
        size_t size = 0;
        enum result result;

        count_from_here();
        failing_product = i;
        result = ballot_scene_try(&scene, "010", &out, &size);
        failing_product = 0;
        assert_int_equal(result, RESULT_CRYPTO);
        assert_null(out);
    }
    ballot_scene_release(&scene);
}

/* Neither is taken for a fault of the ballot. */
static void a_checker_that_fails_does_not_blame_the_ballot(void **state)
{
    struct ballot_scene scene;
    struct text_view ballot;
    struct ballot_vote vote;
    struct work whole;

    (void)state;
    ballot_scene_init_question(&scene, 2, true, 0, 1);
    ballot = ballot_scene_vote(&scene, "010");
    count_from_here();
    assert_int_equal(ballot_vote_read(scene.booth, ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_vote_check(scene.booth, &vote, NULL),
                     BALLOT_FAULT_NONE);
    whole = work;
    ballot_vote_release(&vote);
    for (uint64_t i = 1; i <= whole.memory; i++) {
        enum ballot_fault fault;

        count_from_here();
        failing_memory = i;
        fault = ballot_vote_read(scene.booth, ballot, &vote, NULL);
        if (fault == BALLOT_FAULT_NONE) {
            fault = ballot_vote_check(scene.booth, &vote, NULL);
            ballot_vote_release(&vote);
        }
        failing_memory = 0;
        assert_int_equal(fault, BALLOT_FAULT_NO_MEMORY);
    }
    assert_int_equal(ballot_vote_read(scene.booth, ballot, &vote, NULL),
                     BALLOT_FAULT_NONE);
    for (uint64_t i = 1; i <= whole.products; i += 97) {
        count_from_here();
        failing_product = i;
        assert_int_equal(ballot_vote_check(scene.booth, &vote, NULL),
                         BALLOT_FAULT_LIBRARY);
        failing_product = 0;
    }
    ballot_vote_release(&vote);
    free((void *)(uintptr_t)ballot.data);
    ballot_scene_release(&scene);
}

/* --- What is left behind ---------------------------------------------------
 */

enum { STACK_SIZE = 1024 * 1024, DRAWS = 64 };

/* Gives what was drawn before, without a copy of its own: all below q, since
 * they begin below 0xad. */
struct recorder {
    uint8_t draws[DRAWS][BALLOT_SCALAR_SIZE];
    size_t count;
    size_t fails_at; /* from 1; 0: never */
};

static enum result play(void *user, uint8_t *out, size_t size)
{
    struct recorder *recorder = user;

    assert_int_equal(size, BALLOT_SCALAR_SIZE);
    assert_true(recorder->count < DRAWS);
    memcpy(out, recorder->draws[recorder->count++], size);
    return recorder->count == recorder->fails_at ? RESULT_CRYPTO : RESULT_OK;
}

static void recorder_init(struct recorder *recorder, size_t fails_at)
{
    struct ballot_dice dice = { .seed = 9 };
    struct ballot_random random = ballot_dice_random(&dice);

    recorder->count = 0;
    recorder->fails_at = fails_at;
    for (size_t i = 0; i < DRAWS; i++) {
        assert_int_equal(
            ballot_random_fill(&random, recorder->draws[i], BALLOT_SCALAR_SIZE),
            RESULT_OK);
        recorder->draws[i][0] &= 0x7f;
    }
}

struct making {
    struct ballot_scene *scene;
    struct recorder recorder;
    char *ballot;
    size_t size;
    enum result result;
};

static void *make_on_own_stack(void *user)
{
    static const uint8_t marks[] = { 0, 1 };
    struct making *making = user;
    struct ballot_choice choice = { marks, sizeof marks };
    struct ballot_random random = { play, &making->recorder };

    making->result =
        ballot_vote_make(making->scene->booth, &making->scene->secret, &choice,
                         1, &random, &making->ballot, &making->size);
    return NULL;
}

/* On a stack that can be looked through afterwards. */
static void make_on(struct making *making, uint8_t *stack)
{
    pthread_attr_t attributes;
    pthread_t thread;

    memset(stack, 0, STACK_SIZE);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_SIZE), 0);
    assert_int_equal(
        pthread_create(&thread, &attributes, make_on_own_stack, making), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)pthread_attr_destroy(&attributes);
}

/* As bytes, or turned round as limbs are; half of it is enough. */
static bool is_left(const uint8_t *stack, const uint8_t *secret)
{
    uint8_t turned[BALLOT_SCALAR_SIZE];

    for (size_t i = 0; i < BALLOT_SCALAR_SIZE; i++)
        turned[i] = secret[BALLOT_SCALAR_SIZE - 1 - i];
    return memmem(stack, STACK_SIZE, secret, 16) != NULL ||
           memmem(stack, STACK_SIZE, &secret[16], 16) != NULL ||
           memmem(stack, STACK_SIZE, turned, 16) != NULL ||
           memmem(stack, STACK_SIZE, &turned[16], 16) != NULL;
}

/* In the order of the draws: for each of two positions r, then t and c of two
 * branches; t and c of the sum's only branch; w. The c are published. */
static bool is_challenge(size_t draw)
{
    static const char order[] = "rtctcrtctctcw";

    assert_true(draw < sizeof order - 1);
    return order[draw] == 'c';
}

/* m - M where m is 0 and M is 1: whether it stands somewhere tells a mark. */
static struct ballot_scalar minus_one(void)
{
    struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_scalar one = ballot_scalar_of_number(1);

    return ballot_scalar_subtract(&zero, &one);
}

static void nothing_secret_is_left_on_the_stack(void **state)
{
    uint8_t *stack = aligned_alloc(4096, STACK_SIZE);
    struct ballot_scalar difference = minus_one();
    struct ballot_scene scene;

    (void)state;
    assert_non_null(stack);
    ballot_scene_init_question(&scene, 2, false, 1, 1);
    /* When all goes well (0), and where making is given up. */
    for (size_t fails_at = 0; fails_at <= 13; fails_at++) {
        struct making making = { .scene = &scene };

        recorder_init(&making.recorder, fails_at);
        make_on(&making, stack);
        assert_int_equal(making.result,
                         fails_at == 0 ? RESULT_OK : RESULT_CRYPTO);
        assert_int_equal(making.recorder.count, fails_at == 0 ? 13 : fails_at);
        for (size_t i = 0; i < making.recorder.count; i++) {
            if (!is_challenge(i) && is_left(stack, making.recorder.draws[i]))
                fail_msg("draw %zu of %zu is left", i, fails_at);
        }
        assert_false(is_left(stack, difference.bytes));
        free(making.ballot);
    }
    ballot_scene_release(&scene);
    free(stack);
}

/* The counters themselves are shown a difference. */
static void another_question_takes_other_work(void **state)
{
    struct ballot_scene scene;
    struct work first;

    (void)state;
    ballot_scene_init_question(&scene, 3, false, 1, 1);
    count_from_here();
    free((void *)(uintptr_t)ballot_scene_vote(&scene, "010").data);
    first = work;
    ballot_scene_release(&scene);
    ballot_scene_init_question(&scene, 3, false, 1, 2);
    count_from_here();
    free((void *)(uintptr_t)ballot_scene_vote(&scene, "010").data);
    assert_true(work.products > first.products);
    ballot_scene_release(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vote_of_a_question_takes_the_same_work),
        cmocka_unit_test(one_mark_or_many_or_blank_take_the_same_work),
        cmocka_unit_test(no_mark_and_blank_take_the_same_work),
        cmocka_unit_test(a_failure_of_any_random_call_shows_nothing),
        cmocka_unit_test(a_failure_of_any_allocation_shows_nothing),
        cmocka_unit_test(a_failure_of_the_library_shows_nothing),
        cmocka_unit_test(a_checker_that_fails_does_not_blame_the_ballot),
        cmocka_unit_test(nothing_secret_is_left_on_the_stack),
        cmocka_unit_test(another_question_takes_other_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
