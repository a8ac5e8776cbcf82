#include "protocol/record/statement_cache.h"

#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

#define SCOPE TEXT_LITERAL("c1.1")

struct signed_bytes {
    struct signing_key key;
    uint8_t *bytes; /* owned */
    size_t size;
    struct signature sig;
};

static void make(struct signed_bytes *out, const char *signer, const char *role)
{
    const struct statement_checkpoint fields = { .role = text_view_of(role),
                                                 .reason =
                                                     TEXT_LITERAL("opened") };

    out->key = author_key(signer);
    assert_int_equal(statement_checkpoint(&out->key.public_key, SCOPE, &fields,
                                          &out->bytes, &out->size),
                     RESULT_OK);
    assert_int_equal(
        statement_sign(&out->key, out->bytes, out->size, &out->sig), RESULT_OK);
}

static enum result verify(struct statement_cache *cache,
                          const struct signed_bytes *what)
{
    return statement_cache_verify(cache, &what->key.public_key, what->bytes,
                                  what->size, &what->sig);
}

static void a_good_signature_is_good_with_and_without_a_cache(void **state)
{
    struct statement_cache *cache = calloc(1, sizeof *cache);
    struct signed_bytes what;

    (void)state;
    assert_non_null(cache);
    make(&what, "m1", "chair");
    assert_int_equal(verify(NULL, &what), RESULT_OK);
    assert_int_equal(verify(cache, &what), RESULT_OK);
    assert_int_equal(verify(cache, &what), RESULT_OK);
    free(what.bytes);
    free(cache);
}

static void what_is_kept_vouches_for_nothing_else(void **state)
{
    struct statement_cache *cache = calloc(1, sizeof *cache);
    struct signed_bytes good, other;

    (void)state;
    assert_non_null(cache);
    make(&good, "m1", "chair");
    make(&other, "m1", "member");
    assert_int_equal(verify(cache, &good), RESULT_OK);

    /* The signature on other words, another signature on these words. */
    assert_int_equal(statement_cache_verify(cache, &good.key.public_key,
                                            other.bytes, other.size, &good.sig),
                     RESULT_REFUSED);
    assert_int_equal(statement_cache_verify(cache, &good.key.public_key,
                                            good.bytes, good.size, &other.sig),
                     RESULT_REFUSED);
    good.sig.bytes[63] ^= 1;
    assert_int_equal(verify(cache, &good), RESULT_REFUSED);
    free(good.bytes);
    free(other.bytes);
    free(cache);
}

static void the_same_bytes_in_the_name_of_another_key_are_invalid(void **state)
{
    struct statement_cache *cache = calloc(1, sizeof *cache);
    const struct signing_key other = author_key("m2");
    struct signed_bytes good;

    (void)state;
    assert_non_null(cache);
    make(&good, "m1", "chair");
    assert_int_equal(verify(cache, &good), RESULT_OK);
    assert_int_equal(statement_cache_verify(cache, &other.public_key,
                                            good.bytes, good.size, &good.sig),
                     RESULT_INVALID);
    free(good.bytes);
    free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_signature_is_good_with_and_without_a_cache),
        cmocka_unit_test(what_is_kept_vouches_for_nothing_else),
        cmocka_unit_test(the_same_bytes_in_the_name_of_another_key_are_invalid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
