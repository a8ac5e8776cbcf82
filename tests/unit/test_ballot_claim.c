#include "server/room/ballot_claim.h"
#include "protocol/base/encoding.h"
#include "tests/support/fake_secrets.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static struct fake_secrets secrets;
static struct identifier holder;
static struct hash credentials[2];
static struct ballot_claim claim;

static int set_up(void **state)
{
    (void)state;
    fake_secrets_init(&secrets);
    memset(credentials, 0, sizeof credentials);
    credentials[0].bytes[0] = 1;
    credentials[1].bytes[0] = 2;
    assert_int_equal(identifier_parse(TEXT_LITERAL("hn.chi-bo.m-01"), &holder),
                     RESULT_OK);
    claim = (struct ballot_claim){ .store = &secrets.port,
                                   .uuid = "2Dt4vWq9ZyKcN7sQm3XbR1",
                                   .holder = &holder,
                                   .credentials = credentials,
                                   .count = 1 };
    return 0;
}

static void what_nobody_claimed_is_not_found(void **state)
{
    (void)state;

    assert_int_equal(ballot_claim_find(&claim), RESULT_NOT_FOUND);
}

static void the_same_claim_is_kept_once_and_found_again(void **state)
{
    (void)state;

    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);

    assert_int_equal(ballot_claim_find(&claim), RESULT_OK);
    assert_int_equal(fake_secrets_count(&secrets), 1);
}

static void another_credential_neither_passes_nor_takes_the_place(void **state)
{
    struct ballot_claim other = claim;
    (void)state;
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);

    other.credentials = &credentials[1];

    assert_int_equal(ballot_claim_find(&other), RESULT_EXISTS);
    assert_int_equal(ballot_claim_keep(&other), RESULT_EXISTS);
    assert_int_equal(ballot_claim_find(&claim), RESULT_OK);
}

static void a_pool_that_grew_is_another_claim(void **state)
{
    struct ballot_claim pool = claim;
    (void)state;
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);

    pool.count = 2;

    assert_int_equal(ballot_claim_keep(&pool), RESULT_EXISTS);
}

static void holders_and_elections_have_claims_of_their_own(void **state)
{
    struct ballot_claim other = claim;
    struct identifier second;
    (void)state;
    assert_int_equal(identifier_parse(TEXT_LITERAL("hn.chi-bo.m-02"), &second),
                     RESULT_OK);
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);
    other.credentials = &credentials[1];

    other.holder = &second;
    assert_int_equal(ballot_claim_keep(&other), RESULT_OK);
    other.holder = &holder;
    other.uuid = "3Dt4vWq9ZyKcN7sQm3XbR1";
    assert_int_equal(ballot_claim_keep(&other), RESULT_OK);

    assert_int_equal(ballot_claim_find(&claim), RESULT_OK);
    assert_int_equal(fake_secrets_count(&secrets), 3);
}

static void a_name_is_letters_digits_and_one_dash_and_names_nobody(void **state)
{
    const char *name = secrets.rows[0].name;
    (void)state;

    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);

    assert_int_equal(strlen(name), BALLOT_CLAIM_NAME_SIZE - 1);
    assert_int_equal(strcspn(name, "-"), strlen(claim.uuid));
    assert_null(strchr(name, '.'));
    assert_null(strstr(name, "m-01"));
}

static void what_cannot_be_written_is_no_claim(void **state)
{
    (void)state;
    secrets.fails = true;

    assert_int_equal(ballot_claim_keep(&claim), RESULT_IO);
    assert_int_equal(ballot_claim_find(&claim), RESULT_NOT_FOUND);
}

static void what_is_something_else_is_neither_same_nor_other(void **state)
{
    (void)state;
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);
    secrets.rows[0].size--;

    assert_int_equal(ballot_claim_find(&claim), RESULT_MALFORMED);
    assert_int_equal(ballot_claim_keep(&claim), RESULT_MALFORMED);
}

static void a_destroyed_claim_is_gone(void **state)
{
    (void)state;
    assert_int_equal(ballot_claim_keep(&claim), RESULT_OK);

    assert_int_equal(ballot_claim_destroy(&claim), RESULT_OK);
    assert_int_equal(ballot_claim_destroy(&claim), RESULT_OK);

    assert_int_equal(fake_secrets_count(&secrets), 0);
}

static void a_uuid_that_is_none_is_refused(void **state)
{
    (void)state;
    claim.uuid = "2Dt4vWq9ZyKcN7sQm3XbR1z";

    assert_int_equal(ballot_claim_keep(&claim), RESULT_INVALID);
    assert_int_equal(ballot_claim_destroy(&claim), RESULT_INVALID);
}

#define CLAIM_TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM_TEST(what_nobody_claimed_is_not_found),
        CLAIM_TEST(the_same_claim_is_kept_once_and_found_again),
        CLAIM_TEST(another_credential_neither_passes_nor_takes_the_place),
        CLAIM_TEST(a_pool_that_grew_is_another_claim),
        CLAIM_TEST(holders_and_elections_have_claims_of_their_own),
        CLAIM_TEST(a_name_is_letters_digits_and_one_dash_and_names_nobody),
        CLAIM_TEST(what_cannot_be_written_is_no_claim),
        CLAIM_TEST(what_is_something_else_is_neither_same_nor_other),
        CLAIM_TEST(a_destroyed_claim_is_gone),
        CLAIM_TEST(a_uuid_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
