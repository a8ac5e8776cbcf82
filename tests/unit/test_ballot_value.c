#include "protocol/ballot/ballot_value.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct ballot_group *group = NULL;

    assert_int_equal(ballot_group_new(&group), RESULT_OK);
    *state = group;
    return 0;
}

static int tear_down(void **state)
{
    ballot_group_free(*state);
    return 0;
}

static void assert_fault(enum ballot_fault found, enum ballot_fault wanted)
{
    assert_string_equal(ballot_fault_word(found), ballot_fault_word(wanted));
}

/* A number as it is read from a JSON string; what is noted. */
static enum ballot_fault read_scalar(const char *json)
{
    struct ballot_json reader;

    ballot_json_init(&reader, text_view_of(json));
    (void)ballot_value_scalar(&reader); /* only the fault is looked at */
    return ballot_json_end(&reader);
}

static enum ballot_fault read_element(const struct ballot_group *group,
                                      const char *json)
{
    struct ballot_json reader;

    ballot_json_init(&reader, text_view_of(json));
    (void)ballot_value_element(&reader, group); /* likewise */
    return ballot_json_end(&reader);
}

static void numbers_have_one_spelling(void **state)
{
    static const struct {
        const char *json;
        enum ballot_fault fault;
    } spellings[] = {
        { "\"0\"", BALLOT_FAULT_NONE },
        { "\"17\"", BALLOT_FAULT_NONE },
        { "\"\"", BALLOT_FAULT_NUMBER },
        { "\"00\"", BALLOT_FAULT_NUMBER },
        { "\"017\"", BALLOT_FAULT_NUMBER },
        { "\"-1\"", BALLOT_FAULT_NUMBER },
        { "\"+1\"", BALLOT_FAULT_NUMBER },
        { "\" 1\"", BALLOT_FAULT_FIELD },
        { "\"0x1\"", BALLOT_FAULT_NUMBER },
        { "\"1_000\"", BALLOT_FAULT_NUMBER },
        { "17", BALLOT_FAULT_FIELD },
        { "\"17\" ", BALLOT_FAULT_JSON },
    };

    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        assert_fault(read_scalar(spellings[i].json), spellings[i].fault);
        assert_fault(read_element(*state, spellings[i].json),
                     spellings[i].fault);
    }
}

/* q and q - 1 (FIPS 186-4 from the seed of Belenios). */
static void scalars_are_below_the_order(void **state)
{
    (void)state;
    assert_fault(
        read_scalar("\"785717332510718850799276598126714501218214212584087946"
                    "11510081919805623223440\""),
        BALLOT_FAULT_NONE);
    assert_fault(
        read_scalar("\"785717332510718850799276598126714501218214212584087946"
                    "11510081919805623223441\""),
        BALLOT_FAULT_NUMBER);
}

static void a_proof_and_a_ciphertext_are_read_as_they_are_written(void **state)
{
    static const char proof_text[] = "{\"challenge\":\"5\",\"response\":\"7\"}";
    static const char cipher_text[] = "{\"alpha\":\"1\",\"beta\":\"4\"}";
    struct ballot_json json;
    struct ballot_proof proof;
    struct ballot_cipher cipher;
    struct byte_writer writer;

    byte_writer_init(&writer, 1000);
    ballot_json_init(&json, text_view_of(proof_text));
    proof = ballot_value_proof(&json);
    assert_fault(ballot_json_end(&json), BALLOT_FAULT_NONE);
    assert_int_equal(proof.challenge.bytes[BALLOT_SCALAR_SIZE - 1], 5);
    assert_int_equal(proof.response.bytes[BALLOT_SCALAR_SIZE - 1], 7);
    ballot_value_write_proof(&writer, &proof);
    assert_memory_equal(writer.data, proof_text, sizeof proof_text - 1);
    byte_writer_reset(&writer);
    ballot_json_init(&json, text_view_of(cipher_text));
    cipher = ballot_value_cipher(&json, *state);
    assert_fault(ballot_json_end(&json), BALLOT_FAULT_NONE);
    assert_true(ballot_element_is_identity(&cipher.alpha));
    assert_int_equal(cipher.beta.bytes[BALLOT_ELEMENT_SIZE - 1], 4);
    ballot_value_write_cipher(&writer, &cipher);
    assert_memory_equal(writer.data, cipher_text, sizeof cipher_text - 1);
    byte_writer_release(&writer);
}

static void keys_are_in_the_group_and_not_one(void **state)
{
    const struct ballot_element one = ballot_element_identity();
    const struct ballot_element g = ballot_group_generator(*state);
    struct ballot_element two = { { 0 } };

    two.bytes[BALLOT_ELEMENT_SIZE - 1] = 2;
    assert_fault(ballot_value_check_key(*state, &g), BALLOT_FAULT_NONE);
    assert_fault(ballot_value_check_key(*state, &one), BALLOT_FAULT_IDENTITY);
    assert_fault(ballot_value_check_key(*state, &two),
                 BALLOT_FAULT_NOT_IN_GROUP);
    assert_fault(ballot_value_check_member(*state, &one), BALLOT_FAULT_NONE);
    assert_fault(ballot_value_check_member(*state, &two),
                 BALLOT_FAULT_NOT_IN_GROUP);
}

static void failures_are_not_the_records_fault(void **state)
{
    (void)state;
    assert_fault(ballot_value_fault(RESULT_OK, BALLOT_FAULT_SHARE),
                 BALLOT_FAULT_NONE);
    assert_fault(ballot_value_fault(RESULT_REFUSED, BALLOT_FAULT_SHARE),
                 BALLOT_FAULT_SHARE);
    assert_fault(ballot_value_fault(RESULT_NO_MEMORY, BALLOT_FAULT_SHARE),
                 BALLOT_FAULT_NO_MEMORY);
    assert_fault(ballot_value_fault(RESULT_CRYPTO, BALLOT_FAULT_SHARE),
                 BALLOT_FAULT_LIBRARY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_one_spelling),
        cmocka_unit_test(scalars_are_below_the_order),
        cmocka_unit_test(a_proof_and_a_ciphertext_are_read_as_they_are_written),
        cmocka_unit_test(keys_are_in_the_group_and_not_one),
        cmocka_unit_test(failures_are_not_the_records_fault),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
