#include "protocol/record/statement.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "tests/support/statement_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

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

/* The bytes, their hash and the signature are those of the vector. */
static void assert_is_vector(const struct statement_vector *vector,
                             const struct signing_key *signer,
                             const uint8_t *bytes, size_t size)
{
    const struct hash sum = digest_sha256(bytes, size);
    struct signature signature;

    assert_hex(bytes, size, vector->bytes.data);
    assert_hex(sum.bytes, HASH_SIZE, vector->sha256.data);
    assert_int_equal(statement_sign(signer, bytes, size, &signature),
                     RESULT_OK);
    assert_memory_equal(signature.bytes, vector->signature.bytes,
                        SIGNATURE_SIZE);
    assert_int_equal(
        statement_verify(&signer->public_key, bytes, size, &signature),
        RESULT_OK);
}

static void every_kind_of_statement_has_its_golden_bytes(void **state)
{
    struct statement_vectors vectors;
    bool is_seen[STATEMENT_KIND_COUNT] = { false };

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        uint8_t *bytes = NULL;
        size_t size = 0;

        assert_int_equal(statement_vector_build(vector, vector->kind,
                                                &vectors.signer.public_key,
                                                &bytes, &size),
                         RESULT_OK);
        assert_is_vector(vector, &vectors.signer, bytes, size);
        is_seen[vector->kind] = true;
        free(bytes);
    }
    for (int kind = STATEMENT_NONE + 1; kind < STATEMENT_KIND_COUNT; kind++)
        assert_true(is_seen[kind]);
    assert_int_equal(STATEMENT_KIND_COUNT - 1, 24);
    statement_vectors_release(&vectors);
}

/* --- The typed functions -------------------------------------------------- */

/* Where its bytes go, and in whose name they are made. */
struct making {
    const struct key *signer;
    uint8_t *bytes;
    size_t size;
};

static struct statement_seen seen_at(const struct statement_field *fields)
{
    return (struct statement_seen){ fields[0].number, fields[1].hash };
}

/* Statements of connections; RESULT_NOT_FOUND for another kind. */
static enum result make_of_connection(const struct statement_vector *v,
                                      struct making *out)
{
    const struct statement_field *f = v->fields;

    if (v->kind == STATEMENT_HELLO)
        return statement_hello(
            out->signer, v->scope,
            &(struct statement_hello){ f[0].hash, f[1].hash }, &out->bytes,
            &out->size);
    if (v->kind == STATEMENT_LOGIN)
        return statement_login(out->signer, v->scope,
                               &(struct statement_login){
                                   f[0].key, f[1].hash, f[2].hash, f[3].text },
                               &out->bytes, &out->size);
    if (v->kind == STATEMENT_ENROL)
        return statement_enrol(out->signer, v->scope,
                               &(struct statement_enrol){ f[0].key, f[1].hash,
                                                          f[2].hash, f[3].text,
                                                          f[4].text },
                               &out->bytes, &out->size);
    return RESULT_NOT_FOUND;
}

/* Those of the register. */
static enum result make_of_register(const struct statement_vector *v,
                                    struct making *out)
{
    const struct statement_field *f = v->fields;

    if (v->kind == STATEMENT_DEVICE_ADD)
        return statement_device_add(
            out->signer, v->scope,
            &(struct statement_device_add){ f[0].text, f[1].key, f[2].text,
                                            seen_at(&f[3]) },
            &out->bytes, &out->size);
    if (v->kind == STATEMENT_VOUCH)
        return statement_vouch(out->signer, v->scope,
                               &(struct statement_vouch){ f[0].text, f[1].key,
                                                          f[2].text,
                                                          seen_at(&f[3]) },
                               &out->bytes, &out->size);
    if (v->kind == STATEMENT_REVOKE)
        return statement_revoke(out->signer, v->scope,
                                &(struct statement_revoke){ f[0].text, f[1].key,
                                                            f[2].text,
                                                            seen_at(&f[3]) },
                                &out->bytes, &out->size);
    if (v->kind == STATEMENT_SERVER_KEY)
        return statement_server_key(
            out->signer, v->scope,
            &(struct statement_server_key){ f[0].key, seen_at(&f[1]) },
            &out->bytes, &out->size);
    return RESULT_NOT_FOUND;
}

/* Those of every log. */
static enum result make_of_log(const struct statement_vector *v,
                               struct making *out)
{
    const struct statement_field *f = v->fields;

    if (v->kind == STATEMENT_CHECKPOINT)
        return statement_checkpoint(out->signer, v->scope,
                                    &(struct statement_checkpoint){
                                        f[0].text, f[1].text, seen_at(&f[2]) },
                                    &out->bytes, &out->size);
    if (v->kind == STATEMENT_ACT)
        return statement_act(
            out->signer, v->scope,
            &(struct statement_act){ f[0].text, f[1].text, f[2].number,
                                     f[3].text, f[4].text, seen_at(&f[5]) },
            &out->bytes, &out->size);
    return RESULT_NOT_FOUND;
}

static void the_typed_functions_make_the_same_bytes(void **state)
{
    static const enum statement_kind typed[] = {
        STATEMENT_HELLO,      STATEMENT_LOGIN, STATEMENT_ENROL,
        STATEMENT_DEVICE_ADD, STATEMENT_VOUCH, STATEMENT_REVOKE,
        STATEMENT_SERVER_KEY, STATEMENT_ACT,   STATEMENT_CHECKPOINT
    };
    struct statement_vectors vectors;
    bool is_made[STATEMENT_KIND_COUNT] = { false };

    (void)state;
    statement_vectors_load(&vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const struct statement_vector *vector = &vectors.rows[i];
        struct making made = { .signer = &vectors.signer.public_key };
        enum result result = make_of_connection(vector, &made);

        if (result == RESULT_NOT_FOUND)
            result = make_of_register(vector, &made);
        if (result == RESULT_NOT_FOUND)
            result = make_of_log(vector, &made);
        if (result == RESULT_NOT_FOUND)
            continue;
        assert_int_equal(result, RESULT_OK);
        assert_is_vector(vector, &vectors.signer, made.bytes, made.size);
        is_made[vector->kind] = true;
        free(made.bytes);
    }
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
        assert_true(is_made[typed[i]]);
    statement_vectors_release(&vectors);
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
        cmocka_unit_test(tags_are_unique_and_found_by_their_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
