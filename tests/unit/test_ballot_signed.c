#include "protocol/ballot/ballot_signed.h"

#include "tests/support/ballot_dice.h"

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

static void a_signature_is_of_its_message_and_by_its_key(void **state)
{
    struct ballot_dice dice = { .seed = 1 };
    const struct ballot_random random = ballot_dice_random(&dice);
    const struct ballot_scalar secret = ballot_scalar_of_number(17);
    const struct text_view message = TEXT_LITERAL("{\"coefexps\":[]}");
    struct ballot_element key, other = ballot_group_generator(*state);
    struct ballot_proof signature;

    assert_int_equal(ballot_group_generate(*state, &secret, &key), RESULT_OK);
    assert_int_equal(
        ballot_signed_make(*state, &secret, message, &random, &signature),
        RESULT_OK);
    assert_int_equal(ballot_signed_check(*state, &key, message, &signature),
                     RESULT_OK);
    assert_int_equal(ballot_signed_check(*state, &other, message, &signature),
                     RESULT_REFUSED);
    assert_int_equal(ballot_signed_check(*state, &key,
                                         TEXT_LITERAL("{\"coefexps\":[1]}"),
                                         &signature),
                     RESULT_REFUSED);
    assert_int_equal(
        ballot_signed_check(*state, &key, TEXT_LITERAL(""), &signature),
        RESULT_REFUSED);
}

static void a_signed_message_keeps_its_bytes(void **state)
{
    const struct ballot_proof signature = { .challenge =
                                                ballot_scalar_of_number(3),
                                            .response =
                                                ballot_scalar_of_number(4) };
    static const char written[] =
        "{\"message\":\"{\\\"a\\\":\\\"Đ\\\\\\\"}\",\"signature\":"
        "{\"challenge\":\"3\",\"response\":\"4\"}}";
    const struct text_view message = TEXT_LITERAL("{\"a\":\"Đ\\\"}");
    char scratch[sizeof written];
    struct byte_writer writer;
    struct ballot_json json;
    struct text_view read;
    struct ballot_proof proof;

    (void)state;
    byte_writer_init(&writer, 1000);
    ballot_signed_write(&writer, message, &signature);
    assert_int_equal(writer.size, sizeof written - 1);
    assert_memory_equal(writer.data, written, writer.size);
    ballot_json_init(&json, text_view_of(written));
    ballot_signed_read(&json, scratch, &read, &proof);
    assert_fault(ballot_json_end(&json), BALLOT_FAULT_NONE);
    assert_true(text_view_equal(read, message));
    assert_memory_equal(&proof, &signature, sizeof proof);
    byte_writer_release(&writer);
}

static void a_failing_source_of_randomness_signs_nothing(void **state)
{
    struct ballot_dice dice = { .seed = 2, .fails_at = 1 };
    const struct ballot_random random = ballot_dice_random(&dice);
    const struct ballot_scalar secret = ballot_scalar_of_number(17);
    struct ballot_proof signature;

    assert_int_equal(ballot_signed_make(*state, &secret, TEXT_LITERAL("a"),
                                        &random, &signature),
                     RESULT_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_is_of_its_message_and_by_its_key),
        cmocka_unit_test(a_signed_message_keeps_its_bytes),
        cmocka_unit_test(a_failing_source_of_randomness_signs_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
