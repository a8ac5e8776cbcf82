#include "protocol/record/succession.h"

#include "tests/support/key_row.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SCOPE "dbmau"

static enum result verify(const struct succession *succession, unsigned end)
{
    const struct signing_key server = row_key(end);

    return succession_verify(succession, TEXT_LITERAL(SCOPE),
                             &server.public_key);
}

static void a_key_that_never_changed_needs_no_step(void **state)
{
    const struct succession none = { .count = 0 };
    const struct signing_key server = row_key(1);
    const struct signing_key other = row_key(2);
    const struct server_fingerprint pinned =
        server_fingerprint_of(&server.public_key);

    (void)state;
    assert_int_equal(verify(&none, 1), RESULT_OK);
    assert_true(succession_has(&none, &server.public_key, &server.public_key));
    assert_false(succession_has(&none, &server.public_key, &other.public_key));
    assert_true(succession_has_fingerprint(&none, &server.public_key, &pinned));
    assert_false(succession_has_fingerprint(&none, &other.public_key, &pinned));
}

static void every_key_of_a_chain_leads_to_its_end(void **state)
{
    const struct succession chain = row_succession(1, 4, SCOPE);
    const struct signing_key server = row_key(4);
    const struct signing_key stranger = row_key(5);

    (void)state;
    assert_int_equal(chain.count, 3);
    assert_int_equal(verify(&chain, 4), RESULT_OK);
    for (unsigned i = 1; i <= 4; i++) {
        const struct signing_key key = row_key(i);
        const struct server_fingerprint pinned =
            server_fingerprint_of(&key.public_key);

        assert_true(
            succession_has(&chain, &server.public_key, &key.public_key));
        assert_true(
            succession_has_fingerprint(&chain, &server.public_key, &pinned));
    }
    assert_false(
        succession_has(&chain, &server.public_key, &stranger.public_key));
}

static void steps_in_another_order_are_no_chain(void **state)
{
    struct succession chain = row_succession(1, 4, SCOPE);
    const struct succession_step first = chain.steps[0];

    (void)state;
    chain.steps[0] = chain.steps[1];
    chain.steps[1] = first;
    assert_int_equal(verify(&chain, 4), RESULT_INVALID);
}

static void a_step_that_is_missing_is_a_gap(void **state)
{
    struct succession chain = row_succession(1, 4, SCOPE);

    (void)state;
    chain.steps[1] = chain.steps[2];
    chain.count = 2;
    assert_int_equal(verify(&chain, 4), RESULT_INVALID);
}

static void a_chain_to_another_key_is_refused(void **state)
{
    const struct succession chain = row_succession(1, 4, SCOPE);

    (void)state;
    assert_int_equal(verify(&chain, 3), RESULT_INVALID);
    assert_int_equal(verify(&chain, 5), RESULT_INVALID);
}

static void a_key_that_comes_back_is_refused(void **state)
{
    struct succession chain = row_succession(1, 3, SCOPE);
    const struct signing_key first = row_key(1);
    const struct signing_key third = row_key(3);

    (void)state;
    chain.steps[2] = row_step(&third, &first.public_key, SCOPE, 40);
    chain.count = 3;
    assert_int_equal(verify(&chain, 1), RESULT_INVALID);
    chain.steps[0] = row_step(&first, &first.public_key, SCOPE, 5);
    chain.count = 1;
    assert_int_equal(verify(&chain, 1), RESULT_INVALID);
}

static void a_step_of_another_organisation_is_refused(void **state)
{
    struct succession chain = row_succession(1, 4, SCOPE);
    const struct succession other = row_succession(1, 4, "dbkhac");

    (void)state;
    chain.steps[1] = other.steps[1];
    assert_int_equal(verify(&chain, 4), RESULT_REFUSED);
}

static void a_step_signed_by_another_key_is_refused(void **state)
{
    struct succession chain = row_succession(1, 4, SCOPE);
    const struct signing_key thief = row_key(9);

    (void)state;
    chain.steps[2] =
        row_step(&thief, &chain.steps[2].to, SCOPE, chain.steps[2].seen);
    chain.steps[2].from = chain.steps[1].to;
    assert_int_equal(verify(&chain, 4), RESULT_REFUSED);
}

static void a_step_says_exactly_what_was_signed(void **state)
{
    const struct succession chain = row_succession(1, 4, SCOPE);
    struct succession changed = chain;

    (void)state;
    changed.steps[1].seen++;
    assert_int_equal(verify(&changed, 4), RESULT_REFUSED);
    changed = chain;
    changed.steps[1].head.bytes[31] ^= 1;
    assert_int_equal(verify(&changed, 4), RESULT_REFUSED);
    changed = chain;
    changed.steps[1].sig.bytes[0] ^= 1;
    assert_int_equal(verify(&changed, 4), RESULT_REFUSED);
}

/* Whoever finds such a point can sign for it without having a key. */
static void a_key_of_small_order_starts_no_chain(void **state)
{
    const struct signing_key server = row_key(2);
    struct succession chain = { .count = 1 };

    (void)state;
    chain.steps[0].from.bytes[0] = 1;
    chain.steps[0].to = server.public_key;
    chain.steps[0].sig.bytes[0] = 1;
    assert_int_equal(verify(&chain, 2), RESULT_REFUSED);
}

static void the_longest_chain_holds_and_a_longer_one_is_refused(void **state)
{
    struct succession chain = row_succession(0, LIMIT_SUCCESSION_STEPS, SCOPE);

    (void)state;
    assert_int_equal(verify(&chain, LIMIT_SUCCESSION_STEPS), RESULT_OK);
    chain.count++;
    assert_int_equal(verify(&chain, LIMIT_SUCCESSION_STEPS), RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_that_never_changed_needs_no_step),
        cmocka_unit_test(every_key_of_a_chain_leads_to_its_end),
        cmocka_unit_test(steps_in_another_order_are_no_chain),
        cmocka_unit_test(a_step_that_is_missing_is_a_gap),
        cmocka_unit_test(a_chain_to_another_key_is_refused),
        cmocka_unit_test(a_key_that_comes_back_is_refused),
        cmocka_unit_test(a_step_of_another_organisation_is_refused),
        cmocka_unit_test(a_step_signed_by_another_key_is_refused),
        cmocka_unit_test(a_step_says_exactly_what_was_signed),
        cmocka_unit_test(a_key_of_small_order_starts_no_chain),
        cmocka_unit_test(the_longest_chain_holds_and_a_longer_one_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
