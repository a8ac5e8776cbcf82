#include "protocol/record/statement.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
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

#define VECTORS "tests/vectors/statements.json"

static struct signing_key key_of_seed(uint8_t first, uint8_t step)
{
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    struct signing_key key;

    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(first + step * i);
    assert_int_equal(signing_key_init(&key, seed), RESULT_OK);
    return key;
}

static void assert_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    char *text = malloc(HEX_SIZE(size));

    assert_non_null(text);
    hex_encode(bytes, size, text);
    assert_string_equal(text, hex);
    free(text);
}

static const json_t *field_at(const json_t *vector, size_t i)
{
    const json_t *field = json_array_get(vector_array(vector, "fields"), i);

    assert_non_null(field);
    return field;
}

static uint64_t field_number(const json_t *vector, size_t i)
{
    const struct text_view text = vector_text(field_at(vector, i), "value");
    uint64_t value = 0;

    for (size_t j = 0; j < text.size; j++)
        value = value * 10 + (uint64_t)(text.data[j] - '0');
    return value;
}

static struct text_view field_text(const json_t *vector, size_t i)
{
    return vector_text(field_at(vector, i), "value");
}

static struct key field_key(const json_t *vector, size_t i)
{
    struct key key;

    vector_bytes(field_at(vector, i), "value", key.bytes, KEY_SIZE);
    return key;
}

static struct hash field_hash(const json_t *vector, size_t i)
{
    struct hash hash;

    vector_bytes(field_at(vector, i), "value", hash.bytes, HASH_SIZE);
    return hash;
}

static struct statement_seen field_seen(const json_t *vector, size_t i)
{
    return (struct statement_seen){ field_number(vector, i),
                                    field_hash(vector, i + 1) };
}

/* Adds field `i` of the vector as what the vector says it is. */
static void add_field(struct statement *statement, const json_t *vector,
                      size_t i)
{
    const char kind = vector_text(field_at(vector, i), "kind").data[0];

    if (kind == 'U') {
        statement_add_number(statement, field_number(vector, i));
    } else if (kind == 'T') {
        statement_add_text(statement, field_text(vector, i));
    } else if (kind == 'K') {
        const struct key key = field_key(vector, i);

        statement_add_key(statement, &key);
    } else {
        const struct hash hash = field_hash(vector, i);

        assert_int_equal(kind, 'H');
        statement_add_hash(statement, &hash);
    }
}

/* The bytes, their hash and the signature are those of the vector. */
static void assert_is_vector(const json_t *vector,
                             const struct signing_key *signer,
                             const uint8_t *bytes, size_t size)
{
    const struct hash sum = digest_sha256(bytes, size);
    struct signature signature;

    assert_hex(bytes, size, vector_text(vector, "bytes").data);
    assert_hex(sum.bytes, HASH_SIZE, vector_text(vector, "sha256").data);
    assert_int_equal(statement_sign(signer, bytes, size, &signature),
                     RESULT_OK);
    assert_hex(signature.bytes, SIGNATURE_SIZE,
               vector_text(vector, "signature").data);
    assert_int_equal(
        statement_verify(&signer->public_key, bytes, size, &signature),
        RESULT_OK);
}

static void check_vector(const json_t *vector, const struct signing_key *signer,
                         enum statement_kind kind)
{
    const size_t count = json_array_size(vector_array(vector, "fields"));
    struct statement statement;
    uint8_t *bytes = NULL;
    size_t size = 0;

    statement_begin(&statement, kind, &signer->public_key,
                    vector_text(vector, "scope"));
    for (size_t i = 0; i < count; i++)
        add_field(&statement, vector, i);
    assert_int_equal(statement_finish(&statement, &bytes, &size), RESULT_OK);
    assert_is_vector(vector, signer, bytes, size);
    free(bytes);
}

static void every_kind_of_statement_has_its_golden_bytes(void **state)
{
    json_t *root = vector_file_load(VECTORS);
    const struct signing_key signer = key_of_seed(0, 1);
    bool is_seen[STATEMENT_KIND_COUNT] = { false };
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    assert_hex(signer.public_key.bytes, KEY_SIZE,
               vector_text(root, "signer").data);
    json_array_foreach(vector_array(root, "statements"), i, vector)
    {
        const enum statement_kind kind =
            statement_kind_of(vector_text(vector, "tag"));

        assert_int_not_equal(kind, STATEMENT_NONE);
        check_vector(vector, &signer, kind);
        is_seen[kind] = true;
    }
    for (i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++)
        assert_true(is_seen[i]);
    json_decref(root);
}

/* The bytes that the typed function of this kind makes; false: has none. */
static bool make_typed(const json_t *v, const struct key *signer,
                       enum statement_kind kind, uint8_t **bytes, size_t *size)
{
    const struct text_view scope = vector_text(v, "scope");
    enum result result = RESULT_INVALID;

    if (kind == STATEMENT_HELLO)
        result = statement_hello(
            signer, scope,
            &(struct statement_hello){ field_hash(v, 0), field_hash(v, 1) },
            bytes, size);
    else if (kind == STATEMENT_LOGIN)
        result = statement_login(
            signer, scope,
            &(struct statement_login){ field_key(v, 0), field_hash(v, 1),
                                       field_hash(v, 2), field_text(v, 3) },
            bytes, size);
    else if (kind == STATEMENT_ENROL)
        result = statement_enrol(
            signer, scope,
            &(struct statement_enrol){ field_key(v, 0), field_hash(v, 1),
                                       field_hash(v, 2), field_text(v, 3),
                                       field_text(v, 4) },
            bytes, size);
    else if (kind == STATEMENT_CHECKPOINT)
        result = statement_checkpoint(
            signer, scope,
            &(struct statement_checkpoint){ field_text(v, 0), field_text(v, 1),
                                            field_seen(v, 2) },
            bytes, size);
    else if (kind == STATEMENT_ACT)
        result = statement_act(
            signer, scope,
            &(struct statement_act){ field_text(v, 0), field_text(v, 1),
                                     field_number(v, 2), field_text(v, 3),
                                     field_text(v, 4), field_seen(v, 5) },
            bytes, size);
    else if (kind == STATEMENT_REVOKE)
        result = statement_revoke(
            signer, scope,
            &(struct statement_revoke){ field_text(v, 0), field_key(v, 1),
                                        field_text(v, 2), field_seen(v, 3) },
            bytes, size);
    else
        return false;
    assert_int_equal(result, RESULT_OK);
    return true;
}

static void the_typed_functions_make_the_same_bytes(void **state)
{
    json_t *root = vector_file_load(VECTORS);
    const struct signing_key signer = key_of_seed(0, 1);
    size_t made = 0;
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    json_array_foreach(vector_array(root, "statements"), i, vector)
    {
        uint8_t *bytes = NULL;
        size_t size = 0;

        if (!make_typed(vector, &signer.public_key,
                        statement_kind_of(vector_text(vector, "tag")), &bytes,
                        &size))
            continue;
        assert_is_vector(vector, &signer, bytes, size);
        free(bytes);
        made++;
    }
    assert_int_equal(made, 8);
    json_decref(root);
}

static void the_published_checkpoint_is_reproduced(void **state)
{
    static const char *const events[] = { "{\"seq\":0,\"ev\":\"genesis\"}",
                                          "{\"seq\":1,\"ev\":\"opened\"}" };
    const struct signing_key signer = key_of_seed(0, 1);
    const struct hash leaf0 = hash_chain_leaf(events[0], strlen(events[0]));
    const struct hash leaf1 = hash_chain_leaf(events[1], strlen(events[1]));
    const struct hash head0 = hash_chain_link(NULL, 0, &leaf0);
    const struct statement_checkpoint fields = {
        TEXT_LITERAL("chair"),
        TEXT_LITERAL("closing"),
        { 1, hash_chain_link(&head0, 1, &leaf1) },
    };
    struct signature signature;
    struct hash sum;
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(statement_checkpoint(&signer.public_key,
                                          TEXT_LITERAL("M1"), &fields, &bytes,
                                          &size),
                     RESULT_OK);
    assert_int_equal(size, 130);
    sum = digest_sha256(bytes, size);
    assert_hex(
        sum.bytes, HASH_SIZE,
        "bc3476527bcd4ce4e911a4a1835cdb3cacf19659a5deb6659f2f2360f0dc2ee1");
    assert_int_equal(statement_sign(&signer, bytes, size, &signature),
                     RESULT_OK);
    assert_hex(
        signature.bytes, SIGNATURE_SIZE,
        "eafb09c899a056fca4fa0479a6a2f6aae8cd4b70451ba55eb5d35618274f441c"
        "810a6b81482fd8fb9d3e8a0e1013f12a8c5f13bd237907e6c9918f4600372e0a");
    free(bytes);
}

/* --- Misfits ---------------------------------------------------------------
 */

static const struct hash some_hash = { { 0x5a } };

/* A manifest "THUH", with what the caller does to its fields. */
static void begin_manifest(struct statement *statement)
{
    static const struct key signer = { { 9 } };

    statement_begin(statement, STATEMENT_MANIFEST, &signer,
                    TEXT_LITERAL("hop-1"));
    statement_add_text(statement, TEXT_LITERAL("chair"));
    statement_add_hash(statement, &some_hash);
    statement_add_number(statement, 7);
}

static void assert_refused(struct statement *statement, enum result expected)
{
    uint8_t byte = 0;
    uint8_t *bytes = &byte;
    size_t size = 77;

    assert_int_equal(statement_finish(statement, &bytes, &size), expected);
    assert_ptr_equal(bytes, &byte);
    assert_int_equal(size, 77);
}

static void a_missing_field_is_refused(void **state)
{
    struct statement statement;

    (void)state;
    begin_manifest(&statement);
    assert_refused(&statement, RESULT_INVALID);
}

static void a_field_too_many_is_refused(void **state)
{
    struct statement statement;

    (void)state;
    begin_manifest(&statement);
    statement_add_hash(&statement, &some_hash);
    statement_add_number(&statement, 0);
    assert_refused(&statement, RESULT_INVALID);
}

static void a_field_of_another_kind_is_refused(void **state)
{
    const struct key key = { { 1 } };
    struct statement statement;

    (void)state;
    begin_manifest(&statement);
    statement_add_key(&statement, &key);
    assert_refused(&statement, RESULT_INVALID);
    begin_manifest(&statement);
    statement_add_number(&statement, 1);
    assert_refused(&statement, RESULT_INVALID);
    begin_manifest(&statement);
    statement_add_text(&statement, TEXT_LITERAL("Huế"));
    assert_refused(&statement, RESULT_INVALID);
}

static void a_misfit_is_not_mended_by_the_right_field(void **state)
{
    struct statement statement;

    (void)state;
    begin_manifest(&statement);
    statement_add_number(&statement, 1);
    statement_add_hash(&statement, &some_hash);
    assert_refused(&statement, RESULT_INVALID);
}

static enum result finish_role(struct text_view scope, struct text_view role)
{
    static const struct key signer = { { 9 } };
    struct statement statement;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    statement_begin(&statement, STATEMENT_MANIFEST, &signer, scope);
    statement_add_text(&statement, role);
    statement_add_hash(&statement, &some_hash);
    statement_add_number(&statement, 7);
    statement_add_hash(&statement, &some_hash);
    result = statement_finish(&statement, &bytes, &size);
    free(bytes);
    return result;
}

static void a_text_in_two_spellings_cannot_be_signed(void **state)
{
    const struct text_view scope = TEXT_LITERAL("hop-1");

    (void)state;
    /* "ủ" composed, then as u and combining hook above. */
    assert_int_equal(finish_role(scope, TEXT_LITERAL("ch\xe1\xbb\xa7 toạ")),
                     RESULT_OK);
    assert_int_equal(finish_role(scope, TEXT_LITERAL("chu\xcc\x89 toạ")),
                     RESULT_MALFORMED);
    assert_int_equal(finish_role(TEXT_LITERAL("chu\xcc\x89"), scope),
                     RESULT_MALFORMED);
}

static void a_text_that_hides_something_cannot_be_signed(void **state)
{
    static const struct text_view bad[] = {
        { "a\0b", 3 },          { "a\nb", 3 },         { "\xff", 1 },
        { "a\xe2\x80\xae", 4 }, { "\xed\xa0\x80", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(finish_role(TEXT_LITERAL("hop-1"), bad[i]),
                         RESULT_MALFORMED);
}

static void a_statement_has_a_ceiling(void **state)
{
    char *text = malloc(LIMIT_STATEMENT_SIZE);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LIMIT_STATEMENT_SIZE);
    /* 18 domain, 36 signer, 9 scope, 4 length of role, 36 + 12 + 36 fields */
    assert_int_equal(
        finish_role(TEXT_LITERAL("hop-1"),
                    (struct text_view){ text, LIMIT_STATEMENT_SIZE - 151 }),
        RESULT_OK);
    assert_int_equal(
        finish_role(TEXT_LITERAL("hop-1"),
                    (struct text_view){ text, LIMIT_STATEMENT_SIZE - 150 }),
        RESULT_TOO_LARGE);
    free(text);
}

static void an_abandoned_statement_leaves_nothing_behind(void **state)
{
    struct statement statement;

    (void)state;
    begin_manifest(&statement);
    statement_abandon(&statement);
    statement_abandon(&statement);
}

/* --- Signatures ------------------------------------------------------------
 */

struct signed_statement {
    struct signing_key key;
    uint8_t *bytes;
    size_t size;
    struct signature signature;
};

static void sign_act(struct signed_statement *out)
{
    const struct statement_act fields = {
        TEXT_LITERAL("m7"), TEXT_LITERAL("cast_vote"), 5,
        TEXT_LITERAL("v1"), TEXT_LITERAL("agree"),     { 3, some_hash },
    };

    out->key = key_of_seed(7, 3);
    assert_int_equal(statement_act(&out->key.public_key, TEXT_LITERAL("hop-1"),
                                   &fields, &out->bytes, &out->size),
                     RESULT_OK);
    assert_int_equal(
        statement_sign(&out->key, out->bytes, out->size, &out->signature),
        RESULT_OK);
}

static void every_flipped_bit_of_a_statement_breaks_its_signature(void **state)
{
    struct signed_statement act;

    (void)state;
    sign_act(&act);
    for (size_t i = 0; i < act.size; i++) {
        act.bytes[i] ^= (uint8_t)(1 << i % 8);
        assert_int_not_equal(statement_verify(&act.key.public_key, act.bytes,
                                              act.size, &act.signature),
                             RESULT_OK);
        act.bytes[i] ^= (uint8_t)(1 << i % 8);
    }
    assert_int_equal(statement_verify(&act.key.public_key, act.bytes, act.size,
                                      &act.signature),
                     RESULT_OK);
    free(act.bytes);
}

static void every_flipped_byte_of_a_signature_is_refused(void **state)
{
    struct signed_statement act;

    (void)state;
    sign_act(&act);
    for (size_t i = 0; i < SIGNATURE_SIZE; i++) {
        act.signature.bytes[i] ^= 0x80;
        assert_int_equal(statement_verify(&act.key.public_key, act.bytes,
                                          act.size, &act.signature),
                         RESULT_REFUSED);
        act.signature.bytes[i] ^= 0x80;
    }
    free(act.bytes);
}

static void a_cut_statement_does_not_verify(void **state)
{
    struct signed_statement act;

    (void)state;
    sign_act(&act);
    for (size_t size = 0; size < act.size; size++)
        assert_int_not_equal(statement_verify(&act.key.public_key, act.bytes,
                                              size, &act.signature),
                             RESULT_OK);
    free(act.bytes);
}

static void a_key_does_not_sign_in_the_name_of_another(void **state)
{
    const struct signing_key other = key_of_seed(99, 1);
    struct signed_statement act;
    struct signature signature;

    (void)state;
    sign_act(&act);
    assert_int_equal(statement_sign(&other, act.bytes, act.size, &signature),
                     RESULT_INVALID);
    assert_int_equal(statement_verify(&other.public_key, act.bytes, act.size,
                                      &act.signature),
                     RESULT_INVALID);
    free(act.bytes);
}

static void what_is_no_statement_is_not_signed(void **state)
{
    static const char *const texts[] = { "", "chibo-v1:", "chibo-v1:act",
                                         "chibo-v2:act", "chibo-v1:leaf" };
    const struct signing_key key = key_of_seed(0, 1);
    struct signature signature;
    uint8_t bytes[80] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const size_t size = strlen(texts[i]);

        /* With the right signer behind the tag, and without anything. */
        memcpy(bytes, texts[i], size + 1);
        bytes[size + 4] = KEY_SIZE;
        memcpy(&bytes[size + 5], key.public_key.bytes, KEY_SIZE);
        assert_int_equal(statement_sign(&key, bytes, size, &signature),
                         RESULT_INVALID);
        if (!text_view_is(text_view_of(texts[i]), "chibo-v1:act"))
            assert_int_equal(
                statement_sign(&key, bytes, size + 5 + KEY_SIZE, &signature),
                RESULT_INVALID);
    }
}

/* `attest-hall` and `hall-confirm` have the same fields: only the tag differs.
 */
static void make_hall(enum statement_kind kind, const struct key *signer,
                      uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, kind, signer, TEXT_LITERAL("hop-1"));
    statement_add_text(&statement, TEXT_LITERAL("s1"));
    statement_add_text(&statement, TEXT_LITERAL("uuid"));
    statement_add_hash(&statement, &some_hash);
    statement_add_number(&statement, 2);
    statement_add_hash(&statement, &some_hash);
    statement_add_text(&statement, TEXT_LITERAL("m1,m2"));
    statement_add_seen(&statement, &(struct statement_seen){ 1, some_hash });
    assert_int_equal(statement_finish(&statement, bytes, size), RESULT_OK);
}

static void a_statement_of_one_tag_is_not_one_of_another(void **state)
{
    const struct signing_key key = key_of_seed(0, 1);
    struct signature signature;
    uint8_t *attest = NULL;
    uint8_t *confirm = NULL;
    size_t attest_size = 0;
    size_t confirm_size = 0;

    (void)state;
    make_hall(STATEMENT_ATTEST_HALL, &key.public_key, &attest, &attest_size);
    make_hall(STATEMENT_HALL_CONFIRM, &key.public_key, &confirm, &confirm_size);
    assert_int_equal(statement_sign(&key, attest, attest_size, &signature),
                     RESULT_OK);
    assert_int_equal(
        statement_verify(&key.public_key, confirm, confirm_size, &signature),
        RESULT_REFUSED);
    free(attest);
    free(confirm);
}

static void tags_are_unique_and_found_by_their_text(void **state)
{
    (void)state;
    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;

        assert_int_equal(statement_kind_of(text_view_of(statement_tag(kind))),
                         kind);
    }
    assert_int_equal(statement_kind_of(TEXT_LITERAL("")), STATEMENT_NONE);
    assert_int_equal(statement_kind_of(TEXT_LITERAL("Act")), STATEMENT_NONE);
    assert_int_equal(statement_kind_of(TEXT_LITERAL("acts")), STATEMENT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_statement_has_its_golden_bytes),
        cmocka_unit_test(the_typed_functions_make_the_same_bytes),
        cmocka_unit_test(the_published_checkpoint_is_reproduced),
        cmocka_unit_test(a_missing_field_is_refused),
        cmocka_unit_test(a_field_too_many_is_refused),
        cmocka_unit_test(a_field_of_another_kind_is_refused),
        cmocka_unit_test(a_misfit_is_not_mended_by_the_right_field),
        cmocka_unit_test(a_text_in_two_spellings_cannot_be_signed),
        cmocka_unit_test(a_text_that_hides_something_cannot_be_signed),
        cmocka_unit_test(a_statement_has_a_ceiling),
        cmocka_unit_test(an_abandoned_statement_leaves_nothing_behind),
        cmocka_unit_test(every_flipped_bit_of_a_statement_breaks_its_signature),
        cmocka_unit_test(every_flipped_byte_of_a_signature_is_refused),
        cmocka_unit_test(a_cut_statement_does_not_verify),
        cmocka_unit_test(a_key_does_not_sign_in_the_name_of_another),
        cmocka_unit_test(what_is_no_statement_is_not_signed),
        cmocka_unit_test(a_statement_of_one_tag_is_not_one_of_another),
        cmocka_unit_test(tags_are_unique_and_found_by_their_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
