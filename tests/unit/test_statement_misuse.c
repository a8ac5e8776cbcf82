/*
 * A signature stands for one statement: its kind, its signer, its scope, its
 * fields in their order and lengths. Every golden statement is changed in each
 * of these ways, and nothing else than itself is taken.
 */
#include "tests/support/statement_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct statement_vectors *vectors = calloc(1, sizeof *vectors);

    assert_non_null(vectors);
    statement_vectors_load(vectors);
    *state = vectors;
    return 0;
}

static int tear_down(void **state)
{
    statement_vectors_release(*state);
    free(*state);
    return 0;
}

/* Verifies the vector's own signature over a statement of `kind` that is built
 * from these fields. */
static enum result verify_as(const struct statement_vectors *vectors,
                             const struct statement_vector *changed,
                             enum statement_kind kind)
{
    const struct key *signer = &vectors->signer.public_key;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_vector_build(changed, kind, signer, &bytes, &size);

    assert_int_equal(result, RESULT_OK);
    result = statement_verify(signer, bytes, size, &changed->signature);
    free(bytes);
    return result;
}

/* Verifies bytes that nobody would build, and frees them. */
static enum result verify_bytes(const struct statement_vectors *vectors,
                                const struct statement_vector *vector,
                                uint8_t *bytes, size_t size)
{
    const enum result result = statement_verify(
        &vectors->signer.public_key, bytes, size, &vector->signature);

    free(bytes);
    return result;
}

static uint8_t *bytes_of(const struct statement_vectors *vectors,
                         const struct statement_vector *vector, size_t *size)
{
    uint8_t *bytes = NULL;

    assert_int_equal(statement_vector_build(vector, vector->kind,
                                            &vectors->signer.public_key, &bytes,
                                            size),
                     RESULT_OK);
    return bytes;
}

/* --- One kind as another ----------------------------------------------------
 */

static bool have_equal_fields(enum statement_kind one,
                              enum statement_kind other)
{
    return strcmp(statement_fields(one), statement_fields(other)) == 0;
}

static void kinds_of_the_same_fields_are_told_apart_by_their_tags(void **state)
{
    const struct statement_vectors *vectors = *state;
    size_t pairs = 0;

    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;
        const struct statement_vector *vector =
            statement_vector_of(vectors, kind);

        assert_int_equal(verify_as(vectors, vector, kind), RESULT_OK);
        for (int j = STATEMENT_NONE + 1; j < STATEMENT_KIND_COUNT; j++) {
            const enum statement_kind other = (enum statement_kind)j;

            if (other == kind || !have_equal_fields(kind, other))
                continue;
            pairs++;
            if (verify_as(vectors, vector, other) != RESULT_REFUSED)
                fail_msg("%s is taken as %s", statement_tag(kind),
                         statement_tag(other));
        }
    }
    /* device-add, vouch, revoke; attest-hall, hall-confirm: both ways. */
    assert_int_equal(pairs, 6 + 2);
}

static void no_statement_is_any_other(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++)
        for (size_t j = 0; j < vectors->count; j++) {
            struct statement_vector row = vectors->rows[j];

            row.signature = vectors->rows[i].signature;
            assert_int_equal(verify_as(vectors, &row, row.kind),
                             i == j ? RESULT_OK : RESULT_REFUSED);
        }
}

/* The bytes behind the tag stay as they are, whatever their fields. */
static void a_statement_under_every_other_tag_is_refused(void **state)
{
    const struct statement_vectors *vectors = *state;
    const size_t prefix = strlen("chibo-v1:");

    for (size_t i = 0; i < vectors->count; i++) {
        const struct statement_vector *vector = &vectors->rows[i];
        const size_t old = strlen(statement_tag(vector->kind));

        for (int j = STATEMENT_NONE + 1; j < STATEMENT_KIND_COUNT; j++) {
            const char *tag = statement_tag((enum statement_kind)j);
            const size_t length = strlen(tag);
            size_t size = 0;
            uint8_t *bytes = bytes_of(vectors, vector, &size);
            uint8_t *changed = malloc(size + length);

            assert_non_null(changed);
            memcpy(changed, bytes, prefix);
            memcpy(&changed[prefix], tag, length);
            memcpy(&changed[prefix + length], &bytes[prefix + old],
                   size - prefix - old);
            free(bytes);
            assert_int_equal(
                verify_bytes(vectors, vector, changed, size - old + length),
                j == (int)vector->kind ? RESULT_OK : RESULT_REFUSED);
        }
    }
}

/* --- Scope and signer -------------------------------------------------------
 */

static void a_statement_of_another_log_is_refused(void **state)
{
    static const char *const scopes[] = { "hop-2025.04", "hop-2025.0",
                                          "hop-2025.030", "dang-bo.mau.1", "" };
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++)
        for (size_t j = 0; j < sizeof scopes / sizeof scopes[0]; j++) {
            struct statement_vector row = vectors->rows[i];

            row.scope = text_view_of(scopes[j]);
            assert_int_equal(verify_as(vectors, &row, row.kind),
                             RESULT_REFUSED);
        }
}

static void a_statement_of_another_signer_is_refused(void **state)
{
    const struct statement_vectors *vectors = *state;
    const uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 0x77 };
    struct signing_key other;

    assert_int_equal(signing_key_init(&other, seed), RESULT_OK);
    for (size_t i = 0; i < vectors->count; i++) {
        const struct statement_vector *row = &vectors->rows[i];
        struct signature signature;
        uint8_t *bytes = NULL;
        size_t size = 0;

        /* In her name with another's signature, and the other way round. */
        assert_int_equal(statement_vector_build(
                             row, row->kind, &other.public_key, &bytes, &size),
                         RESULT_OK);
        assert_int_equal(
            statement_verify(&other.public_key, bytes, size, &row->signature),
            RESULT_REFUSED);
        assert_int_equal(statement_verify(&vectors->signer.public_key, bytes,
                                          size, &row->signature),
                         RESULT_INVALID);
        free(bytes);
        bytes = bytes_of(vectors, row, &size);
        assert_int_equal(signing_key_sign(&other, bytes, size, &signature),
                         RESULT_OK);
        assert_int_equal(statement_verify(&vectors->signer.public_key, bytes,
                                          size, &signature),
                         RESULT_REFUSED);
        free(bytes);
    }
}

/* --- Order and length -------------------------------------------------------
 */

static bool are_alike(const struct statement_field *one,
                      const struct statement_field *other)
{
    return one->letter == other->letter &&
           text_view_equal(one->text, other->text) &&
           one->number == other->number && key_equal(&one->key, &other->key) &&
           hash_equal(&one->hash, &other->hash);
}

static void fields_in_another_order_are_another_statement(void **state)
{
    const struct statement_vectors *vectors = *state;
    size_t swapped = 0;

    for (size_t i = 0; i < vectors->count; i++)
        for (size_t j = 0; j < vectors->rows[i].field_count; j++)
            for (size_t k = 0; k < j; k++) {
                struct statement_vector row = vectors->rows[i];
                const struct statement_field kept = row.fields[j];

                if (row.fields[k].letter != kept.letter ||
                    are_alike(&row.fields[k], &kept))
                    continue;
                row.fields[j] = row.fields[k];
                row.fields[k] = kept;
                assert_int_equal(verify_as(vectors, &row, row.kind),
                                 RESULT_REFUSED);
                swapped++;
            }
    assert_true(swapped > 50);
}

static void every_field_is_signed(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++)
        for (size_t j = 0; j < vectors->rows[i].field_count; j++) {
            struct statement_vector row = vectors->rows[i];
            struct statement_field *field = &row.fields[j];

            field->number ^= 1;
            field->key.bytes[KEY_SIZE - 1] ^= 1;
            field->hash.bytes[HASH_SIZE - 1] ^= 1;
            field->text = text_view_equal(field->text, TEXT_LITERAL("x"))
                              ? TEXT_LITERAL("y")
                              : TEXT_LITERAL("x");
            assert_int_equal(verify_as(vectors, &row, row.kind),
                             RESULT_REFUSED);
        }
}

/* "m7" "cast_vote" is not "m" "7cast_vote": the same letters, cut elsewhere. */
static void a_text_ends_where_it_was_signed_to_end(void **state)
{
    const struct statement_vectors *vectors = *state;
    size_t moved = 0;

    for (size_t i = 0; i < vectors->count; i++)
        for (size_t j = 0; j + 1 < vectors->rows[i].field_count; j++) {
            struct statement_vector row = vectors->rows[i];
            struct text_view *one = &row.fields[j].text;
            struct text_view *next = &row.fields[j + 1].text;
            char joined[400];

            if (row.fields[j].letter != 'T' ||
                row.fields[j + 1].letter != 'T' || one->size == 0)
                continue;
            assert_true(one->size + next->size < sizeof joined);
            memcpy(joined, one->data, one->size);
            memcpy(&joined[one->size], next->data, next->size);
            *next =
                (struct text_view){ &joined[one->size - 1], next->size + 1 };
            *one = (struct text_view){ joined, one->size - 1 };
            assert_int_equal(verify_as(vectors, &row, row.kind),
                             RESULT_REFUSED);
            moved++;
        }
    assert_true(moved > 10);
}

/* Where each length stands, behind the tag. */
static size_t lengths_of(const uint8_t *bytes, size_t size, size_t *places)
{
    size_t place = strlen((const char *)bytes) + 1;
    size_t count = 0;

    while (place < size) {
        places[count++] = place;
        place +=
            4 + ((size_t)bytes[place] << 24 | (size_t)bytes[place + 1] << 16 |
                 (size_t)bytes[place + 2] << 8 | bytes[place + 3]);
    }
    assert_int_equal(place, size);
    return count;
}

static void every_length_is_signed(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++) {
        const struct statement_vector *vector = &vectors->rows[i];
        size_t places[STATEMENT_FIELDS_MAX + 2];
        size_t size = 0;
        uint8_t *bytes = bytes_of(vectors, vector, &size);
        const size_t count = lengths_of(bytes, size, places);

        assert_int_equal(count, vector->field_count + 2);
        for (size_t j = 0; j < count * 4; j++) {
            uint8_t *changed = malloc(size);

            assert_non_null(changed);
            memcpy(changed, bytes, size);
            changed[places[j / 4] + j % 4] ^= 1;
            /* The signer's own length is looked at before the signature. */
            assert_int_equal(verify_bytes(vectors, vector, changed, size),
                             j < 4 ? RESULT_INVALID : RESULT_REFUSED);
        }
        free(bytes);
    }
}

static void nothing_stands_behind_a_statement(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++) {
        const struct statement_vector *vector = &vectors->rows[i];
        size_t size = 0;
        uint8_t *bytes = bytes_of(vectors, vector, &size);
        uint8_t *longer = calloc(1, size + 4); /* an empty field more */

        assert_non_null(longer);
        memcpy(longer, bytes, size);
        assert_int_equal(verify_bytes(vectors, vector, longer, size + 4),
                         RESULT_REFUSED);
        assert_int_equal(verify_bytes(vectors, vector, bytes, size - 1),
                         RESULT_REFUSED);
    }
}

/* --- The signature itself ----------------------------------------------------
 */

static void a_signature_has_one_form(void **state)
{
    static const uint8_t order[] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
        0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10,
    };
    const struct statement_vectors *vectors = *state;

    for (size_t i = 0; i < vectors->count; i++) {
        struct statement_vector row = vectors->rows[i];
        unsigned carry = 0;

        /* S + L, which the equation does not tell from S. */
        for (size_t j = 0; j < 32; j++) {
            carry += (unsigned)row.signature.bytes[32 + j] + order[j];
            row.signature.bytes[32 + j] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_int_equal(carry, 0);
        assert_int_equal(verify_as(vectors, &row, row.kind), RESULT_REFUSED);
        row.signature = vectors->rows[i].signature;
        row.signature.bytes[31] ^= 0x80; /* the other sign of R */
        assert_int_equal(verify_as(vectors, &row, row.kind), RESULT_REFUSED);
        row.signature = (struct signature){ { 0 } };
        assert_int_equal(verify_as(vectors, &row, row.kind), RESULT_REFUSED);
    }
}

/* --- Numbers of fields
 * -------------------------------------------------------- */

static enum result finish_with(const struct statement_vectors *vectors,
                               enum statement_kind kind,
                               const struct statement_field *fields,
                               size_t count)
{
    struct statement statement;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    statement_begin(&statement, kind, &vectors->signer.public_key,
                    TEXT_LITERAL("hop-1"));
    for (size_t i = 0; i < count; i++)
        statement_add_field(&statement, &fields[i]);
    result = statement_finish(&statement, &bytes, &size);
    free(bytes);
    return result;
}

static void no_kind_is_made_with_fewer_or_more_fields(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;
        struct statement_vector row = *statement_vector_of(vectors, kind);

        for (size_t count = 0; count < row.field_count; count++)
            assert_int_equal(finish_with(vectors, kind, row.fields, count),
                             RESULT_INVALID);
        assert_int_equal(
            finish_with(vectors, kind, row.fields, row.field_count), RESULT_OK);
        assert_true(row.field_count < STATEMENT_FIELDS_MAX);
        for (size_t j = 0; j < row.field_count; j++) {
            row.fields[row.field_count] = row.fields[j];
            assert_int_equal(
                finish_with(vectors, kind, row.fields, row.field_count + 1),
                RESULT_INVALID);
        }
    }
}

static void no_kind_is_made_with_a_field_of_another_letter(void **state)
{
    static const char letters[] = "UTKH";
    const struct statement_vectors *vectors = *state;

    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;
        const struct statement_vector *row = statement_vector_of(vectors, kind);

        for (size_t j = 0; j < row->field_count; j++)
            for (size_t k = 0; letters[k]; k++) {
                struct statement_vector changed = *row;

                changed.fields[j].letter = letters[k];
                assert_int_equal(finish_with(vectors, kind, changed.fields,
                                             changed.field_count),
                                 letters[k] == row->fields[j].letter
                                     ? RESULT_OK
                                     : RESULT_INVALID);
            }
    }
}

/* "" and 0 stand for none: they are fields, and signed like others. */
static void a_field_that_is_empty_is_there(void **state)
{
    const struct statement_vectors *vectors = *state;

    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;
        struct statement_vector row = *statement_vector_of(vectors, kind);
        uint8_t *bytes = NULL;
        size_t size = 0, expected = strlen("chibo-v1:") +
                                    strlen(statement_tag(kind)) + 1 + 36 + 4 +
                                    row.scope.size;

        for (size_t j = 0; j < row.field_count; j++) {
            const char letter = row.fields[j].letter;

            row.fields[j] =
                (struct statement_field){ .letter = letter,
                                          .text = TEXT_LITERAL("") };
            expected += letter == 'T' ? 4 : letter == 'U' ? 12 : 36;
        }
        bytes = bytes_of(vectors, &row, &size);
        assert_int_equal(size, expected);
        free(bytes);
        assert_int_equal(verify_as(vectors, &row, kind), RESULT_REFUSED);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kinds_of_the_same_fields_are_told_apart_by_their_tags),
        TEST(no_statement_is_any_other),
        TEST(a_statement_under_every_other_tag_is_refused),
        TEST(a_statement_of_another_log_is_refused),
        TEST(a_statement_of_another_signer_is_refused),
        TEST(fields_in_another_order_are_another_statement),
        TEST(every_field_is_signed),
        TEST(a_text_ends_where_it_was_signed_to_end),
        TEST(every_length_is_signed),
        TEST(nothing_stands_behind_a_statement),
        TEST(a_signature_has_one_form),
        TEST(no_kind_is_made_with_fewer_or_more_fields),
        TEST(no_kind_is_made_with_a_field_of_another_letter),
        TEST(a_field_that_is_empty_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
