#include "tests/support/statement_vector.h"

#include "tests/support/vector_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

static uint64_t number_of(struct text_view text)
{
    uint64_t value = 0;

    for (size_t i = 0; i < text.size; i++)
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    return value;
}

static void read_field(const json_t *field, struct statement_field *out)
{
    out->letter = vector_text(field, "kind").data[0];
    switch (out->letter) {
    case 'U':
        out->number = number_of(vector_text(field, "value"));
        return;
    case 'T':
        out->text = vector_text(field, "value");
        return;
    case 'K':
        vector_bytes(field, "value", out->key.bytes, KEY_SIZE);
        return;
    case 'H':
        vector_bytes(field, "value", out->hash.bytes, HASH_SIZE);
        return;
    default:
        fail_msg("no such kind of field: %c", out->letter);
    }
}

static void read_vector(const json_t *vector, struct statement_vector *out)
{
    const json_t *fields = vector_array(vector, "fields");

    out->kind = statement_kind_of(vector_text(vector, "tag"));
    assert_int_not_equal(out->kind, STATEMENT_NONE);
    out->scope = vector_text(vector, "scope");
    out->bytes = vector_text(vector, "bytes");
    out->sha256 = vector_text(vector, "sha256");
    vector_bytes(vector, "signature", out->signature.bytes, SIGNATURE_SIZE);
    out->field_count = json_array_size(fields);
    assert_true(out->field_count <= STATEMENT_FIELDS_MAX);
    for (size_t i = 0; i < out->field_count; i++)
        read_field(json_array_get(fields, i), &out->fields[i]);
}

void statement_vectors_load(struct statement_vectors *out)
{
    const json_t *list = NULL;
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    struct key signer;

    *out = (struct statement_vectors){ .root = vector_file_load(
                                           "tests/vectors/statements.json") };
    vector_bytes(out->root, "seed", seed, sizeof seed);
    vector_bytes(out->root, "signer", signer.bytes, KEY_SIZE);
    assert_int_equal(signing_key_init(&out->signer, seed), RESULT_OK);
    assert_true(key_equal(&out->signer.public_key, &signer));
    list = vector_array(out->root, "statements");
    out->count = json_array_size(list);
    assert_true(out->count <= STATEMENT_VECTORS_MAX);
    for (size_t i = 0; i < out->count; i++)
        read_vector(json_array_get(list, i), &out->rows[i]);
}

void statement_vectors_release(struct statement_vectors *vectors)
{
    json_decref(vectors->root);
    signing_key_wipe(&vectors->signer);
}

const struct statement_vector *
statement_vector_of(const struct statement_vectors *vectors,
                    enum statement_kind kind)
{
    for (size_t i = 0; i < vectors->count; i++)
        if (vectors->rows[i].kind == kind)
            return &vectors->rows[i];
    fail_msg("no golden statement of the kind %s", statement_tag(kind));
    return NULL;
}

void statement_add_field(struct statement *statement,
                         const struct statement_field *field)
{
    switch (field->letter) {
    case 'U':
        statement_add_number(statement, field->number);
        return;
    case 'T':
        statement_add_text(statement, field->text);
        return;
    case 'K':
        statement_add_key(statement, &field->key);
        return;
    default:
        assert_int_equal(field->letter, 'H');
        statement_add_hash(statement, &field->hash);
    }
}

enum result statement_vector_build(const struct statement_vector *vector,
                                   enum statement_kind kind,
                                   const struct key *signer, uint8_t **bytes,
                                   size_t *size)
{
    struct statement statement;

    statement_begin(&statement, kind, signer, vector->scope);
    for (size_t i = 0; i < vector->field_count; i++)
        statement_add_field(&statement, &vector->fields[i]);
    return statement_finish(&statement, bytes, size);
}
