#include "protocol/ballot/ballot_trustee_key.h"

#include "protocol/ballot/ballot_signed.h"
#include "tests/support/ballot_committee.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void expect(const struct ballot_group *group, struct text_view text,
                   enum ballot_fault fault)
{
    struct ballot_trustee_key key;

    assert_string_equal(
        ballot_fault_word(ballot_trustee_key_take(group, text, &key)),
        ballot_fault_word(fault));
}

/* Of tests/vectors/ballot/single-made-by-2.0.bel. */
static const char by_others[] =
    "{\"pok\":{\"challenge\":"
    "\"7224832464346565118293893815828495752251092476265"
    "475146994082754542808536891\",\"response\":\"13506064214953452445335827333"
    "285265217956876089623341535713998582119732772496\"},\"public_key\":\"46936"
    "4076146093869645839910891890688500333292433749319505689505682686410201"
    "8421903834059031017100383952260157555528882944464254306328294582330510"
    "4117620318487932086692901049067661290251784855732532229597497490633789"
    "6297745533196069373869536199687713128949003809889332626658777870236151"
    "9817960410769580107718888861975603003691656093102339226250203910058545"
    "0792103641626964215363321637173006432198007577398786207494266122702107"
    "4352557834854911438392900555633711738002081620471168165437693436831751"
    "9254767848435258825267653032673885163418809208330167014355366900978610"
    "176114252061333808352542769282287477965086760172237\"}";

static void a_key_made_by_another_program_is_taken(void **state)
{
    const struct text_view text = text_view_of(by_others);
    struct ballot_trustee_key key;
    struct byte_writer writer;

    assert_int_equal(ballot_trustee_key_take(*state, text, &key),
                     BALLOT_FAULT_NONE);
    byte_writer_init(&writer, 4096);
    ballot_trustee_key_write(&writer, &key);
    assert_int_equal(writer.size, text.size);
    assert_memory_equal(writer.data, text.data, text.size);
    byte_writer_release(&writer);
}

static void a_key_that_is_made_is_that_of_its_secret(void **state)
{
    struct ballot_scalar secret;
    struct ballot_element expected;
    struct ballot_trustee_key key;
    const struct text_view text = single_make(*state, 1, &secret);

    assert_int_equal(ballot_trustee_key_take(*state, text, &key),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_group_generate(*state, &secret, &expected),
                     RESULT_OK);
    assert_true(ballot_element_equal(&key.public_key, &expected));
    assert_false(key.is_signed);
    text_free(text);
}

static void whatever_we_would_not_write_is_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "{\"pok\"", "{\"name\":\"A\",\"pok\"", BALLOT_FAULT_FIELD },
        { "\"}", "\",\"name\":\"A\"}", BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"public_key\":", "\"public_key\": ", BALLOT_FAULT_JSON },
        { "{\"pok\"", "{ \"pok\"", BALLOT_FAULT_JSON },
        { "\"challenge\":\"", "\"challenge\":\"0", BALLOT_FAULT_NUMBER },
        { "\"response\":\"", "\"response\":\"-", BALLOT_FAULT_NUMBER },
        { "\"public_key\":\"", "\"public_key\":\"0", BALLOT_FAULT_NUMBER },
        { "\"public_key\":\"", "\"public_key\":\"9", BALLOT_FAULT_NUMBER },
        { "72237\"}", "72237\"} ", BALLOT_FAULT_JSON },
        { "72237\"}", "72237\",\"name\":\"A\"}", BALLOT_FAULT_UNKNOWN_FIELD },
        { "72237\"}", "72237\"", BALLOT_FAULT_JSON },
        { "72237\"}",
          "72237\",\"signature\":{\"challenge\":\"1\",\"response\":\"1\"}}",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"response\":\"1", "\"response\":\"2", BALLOT_FAULT_KEY_PROOF },
        { "\"challenge\":\"7", "\"challenge\":\"6", BALLOT_FAULT_KEY_PROOF },
        { "\"public_key\":\"46", "\"public_key\":\"47",
          BALLOT_FAULT_NOT_IN_GROUP },
    };

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct text_view text = text_replaced(
            text_view_of(by_others), changes[i].from, changes[i].to);

        expect(*state, text, changes[i].fault);
        text_free(text);
    }
}

/* Of the number 1 everybody can prove that he knows its logarithm, 0. */
static void the_key_of_which_all_know_the_secret_is_refused(void **state)
{
    const struct ballot_scalar zero = ballot_scalar_of_number(0);
    struct ballot_dice dice = { .seed = 2 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_trustee_key key;

    assert_int_equal(ballot_trustee_key_of_secret(*state, &zero, &random, &key),
                     RESULT_OK);
    assert_int_equal(ballot_trustee_key_check(*state, &key),
                     BALLOT_FAULT_IDENTITY);
}

static void a_key_taken_from_another_without_its_secret_is_refused(void **state)
{
    struct ballot_scalar first, second;
    struct ballot_trustee_key key, other;
    const struct text_view a = single_make(*state, 3, &first);
    const struct text_view b = single_make(*state, 4, &second);

    assert_int_equal(ballot_trustee_key_take(*state, a, &key),
                     BALLOT_FAULT_NONE);
    assert_int_equal(ballot_trustee_key_take(*state, b, &other),
                     BALLOT_FAULT_NONE);
    key.pok = other.pok;
    assert_int_equal(ballot_trustee_key_check(*state, &key),
                     BALLOT_FAULT_KEY_PROOF);
    text_free(a);
    text_free(b);
}

static void the_signature_is_by_the_key_of_the_certificate(void **state)
{
    const struct ballot_scalar signing = ballot_scalar_of_number(77);
    struct ballot_dice dice = { .seed = 5 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_trustee_key key;
    struct ballot_scalar secret;
    struct ballot_element verification;

    assert_int_equal(ballot_group_generate(*state, &signing, &verification),
                     RESULT_OK);
    assert_int_equal(ballot_trustee_key_make(*state, &random, &secret, &key),
                     RESULT_OK);
    assert_int_equal(
        ballot_trustee_key_check_signature(*state, &key, &verification),
        BALLOT_FAULT_KEY_SIGNATURE);
    assert_int_equal(ballot_trustee_key_sign(*state, &signing, &random, &key),
                     RESULT_OK);
    assert_int_equal(
        ballot_trustee_key_check_signature(*state, &key, &verification),
        BALLOT_FAULT_NONE);
    assert_int_equal(
        ballot_trustee_key_check_signature(*state, &key, &key.public_key),
        BALLOT_FAULT_KEY_SIGNATURE);
}

static void a_failing_source_of_randomness_makes_nothing(void **state)
{
    static const struct ballot_scalar nothing;
    struct ballot_scalar secret = nothing;
    struct ballot_trustee_key key;

    for (uint64_t i = 1; i <= 2; i++) {
        struct ballot_dice dice = { .seed = 6, .fails_at = i };
        const struct ballot_random random = ballot_dice_random(&dice);

        assert_int_equal(
            ballot_trustee_key_make(*state, &random, &secret, &key),
            RESULT_CRYPTO);
        assert_true(ballot_scalar_equal(&secret, &nothing));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_made_by_another_program_is_taken),
        cmocka_unit_test(a_key_that_is_made_is_that_of_its_secret),
        cmocka_unit_test(whatever_we_would_not_write_is_refused),
        cmocka_unit_test(the_key_of_which_all_know_the_secret_is_refused),
        cmocka_unit_test(
            a_key_taken_from_another_without_its_secret_is_refused),
        cmocka_unit_test(the_signature_is_by_the_key_of_the_certificate),
        cmocka_unit_test(a_failing_source_of_randomness_makes_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
