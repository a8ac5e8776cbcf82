#include "protocol/record/commitment.h"

#include "tests/support/vector_file.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define VECTORS "tests/vectors/record.json"

static void assert_hash(const struct hash *hash, const char *hex)
{
    char text[HEX_SIZE(HASH_SIZE)];

    hex_encode(hash->bytes, HASH_SIZE, text);
    assert_string_equal(text, hex);
}

static void the_published_commitment_is_reproduced(void **state)
{
    const struct salt zero = { { 0 } };
    const struct hash c =
        commitment_of(TEXT_LITERAL("M1"), TEXT_LITERAL("text"), &zero,
                      TEXT_LITERAL("Đồng ý"));

    (void)state;
    assert_hash(
        &c, "d666028cc2dbaa5eba615304a5ac81ebd6ea47a20f8c4044ac76ba74de34778f");
}

static void the_golden_commitments_are_reproduced_and_open(void **state)
{
    json_t *root = vector_file_load(VECTORS);
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    json_array_foreach(vector_array(root, "commitments"), i, vector)
    {
        const struct text_view scope = vector_text(vector, "scope");
        const struct text_view field = vector_text(vector, "field");
        const struct text_view value = vector_text(vector, "value");
        struct salt salt;
        struct hash c;

        vector_bytes(vector, "salt", salt.bytes, SALT_SIZE);
        c = commitment_of(scope, field, &salt, value);
        assert_hash(&c, vector_text(vector, "c").data);
        assert_true(commitment_check(&c, scope, field, &salt, value));
    }
    json_decref(root);
}

static void an_opening_with_anything_changed_does_not_open(void **state)
{
    const struct text_view scope = TEXT_LITERAL("hop-1");
    const struct text_view field = TEXT_LITERAL("text");
    const struct text_view value = TEXT_LITERAL("Không đồng ý");
    const struct salt salt = { { 3 } };
    const struct salt other = { { 4 } };
    struct hash c = commitment_of(scope, field, &salt, value);

    (void)state;
    assert_true(commitment_check(&c, scope, field, &salt, value));
    assert_false(
        commitment_check(&c, TEXT_LITERAL("hop-2"), field, &salt, value));
    assert_false(
        commitment_check(&c, scope, TEXT_LITERAL("reason"), &salt, value));
    assert_false(commitment_check(&c, scope, field, &other, value));
    assert_false(
        commitment_check(&c, scope, field, &salt, TEXT_LITERAL("Đồng ý")));
    c.bytes[31] ^= 1;
    assert_false(commitment_check(&c, scope, field, &salt, value));
}

static void the_border_between_two_fields_counts(void **state)
{
    const struct salt salt = { { 0 } };
    const struct hash a = commitment_of(TEXT_LITERAL("ab"), TEXT_LITERAL("c"),
                                        &salt, TEXT_LITERAL(""));
    const struct hash b = commitment_of(TEXT_LITERAL("a"), TEXT_LITERAL("bc"),
                                        &salt, TEXT_LITERAL(""));

    (void)state;
    assert_false(hash_equal(&a, &b));
}

static void the_golden_nonces_and_salts_are_reproduced(void **state)
{
    json_t *root = vector_file_load(VECTORS);
    struct room_key key;
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    vector_bytes(root, "room_key", key.bytes, ROOM_KEY_SIZE);
    json_array_foreach(vector_array(root, "made"), i, vector)
    {
        const uint64_t seq = vector_number(vector, "seq");
        const struct salt salt =
            commitment_salt(&key, seq, vector_text(vector, "field"));
        const struct event_nonce nonce = commitment_nonce(&key, seq);
        uint8_t expected[SALT_SIZE];

        vector_bytes(vector, "salt", expected, SALT_SIZE);
        assert_memory_equal(salt.bytes, expected, SALT_SIZE);
        vector_bytes(vector, "nonce", expected, NONCE_SIZE);
        assert_memory_equal(nonce.bytes, expected, NONCE_SIZE);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_commitment_is_reproduced),
        cmocka_unit_test(the_golden_commitments_are_reproduced_and_open),
        cmocka_unit_test(an_opening_with_anything_changed_does_not_open),
        cmocka_unit_test(the_border_between_two_fields_counts),
        cmocka_unit_test(the_golden_nonces_and_salts_are_reproduced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
