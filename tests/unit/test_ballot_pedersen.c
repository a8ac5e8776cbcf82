#include "protocol/ballot/ballot_pedersen.h"

#include "protocol/ballot/ballot_dkg_internal.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_vector.h"

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

static struct ballot_pedersen *new_record(void)
{
    struct ballot_pedersen *record = NULL;

    assert_int_equal(ballot_pedersen_new(&record), RESULT_OK);
    return record;
}

static void read_record(const struct ballot_group *group, struct text_view text,
                        struct ballot_pedersen *out)
{
    struct ballot_json json;
    char *scratch = malloc(text.size);

    assert_non_null(scratch);
    ballot_json_init(&json, text);
    ballot_pedersen_read(&json, group, scratch, out);
    assert_fault(ballot_json_end(&json), BALLOT_FAULT_NONE);
    free(scratch);
}

static void a_record_of_another_program_is_what_we_write(void **state)
{
    const struct text_view file =
        ballot_vector_load("threshold/threshold.json");
    struct ballot_pedersen *record = new_record();
    struct byte_writer writer;
    uint32_t guilty = 0;

    read_record(*state, (struct text_view){ file.data, file.size - 1 }, record);
    assert_fault(ballot_pedersen_check(*state, record, &guilty),
                 BALLOT_FAULT_NONE);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_pedersen_write(&writer, record);
    assert_int_equal(writer.size, file.size - 1);
    assert_memory_equal(writer.data, file.data, writer.size);
    byte_writer_release(&writer);
    ballot_pedersen_free(record);
    text_free(file);
}

static void expect_assembly(struct ballot_committee *c, enum ballot_fault fault,
                            uint32_t guilty)
{
    const struct ballot_pedersen_parts parts = { .certificates =
                                                     c->certificates,
                                                 .dealings = c->dealings,
                                                 .keys = c->keys };
    struct ballot_pedersen *record = new_record();
    uint32_t found = 0;

    assert_fault(ballot_pedersen_assemble(c->group, c->size, c->threshold,
                                          &parts, record, &found),
                 fault);
    assert_int_equal(found, guilty);
    ballot_pedersen_free(record);
}

static void the_parts_of_one_group_make_its_record_and_no_others(void **state)
{
    struct ballot_committee c, other;

    committee_begin(&c, *state, 2, 3, 60);
    committee_deal(&c);
    committee_receive(&c);
    committee_begin(&other, *state, 2, 3, 61);
    committee_deal(&other);
    committee_receive(&other);
    expect_assembly(&c, BALLOT_FAULT_NONE, 0);
    c.certificates[0] = other.certificates[0];
    expect_assembly(&c, BALLOT_FAULT_COEFFICIENTS_SIGNATURE, 1);
    c.certificates[0] = ballot_dkg_certificate(c.members[0]);
    c.dealings[1] = other.dealings[1];
    expect_assembly(&c, BALLOT_FAULT_COEFFICIENTS_SIGNATURE, 2);
    c.dealings[1] = ballot_dkg_dealing(c.members[1]);
    c.keys[2] = other.keys[2];
    expect_assembly(&c, BALLOT_FAULT_KEY_SIGNATURE, 3);
    c.keys[2] = c.keys[1];
    expect_assembly(&c, BALLOT_FAULT_KEY_SIGNATURE, 3);
    c.keys[2] = TEXT_LITERAL("{}");
    expect_assembly(&c, BALLOT_FAULT_FIELD, 3);
    c.threshold = 3;
    expect_assembly(&c, BALLOT_FAULT_CERTIFICATE_CONTEXT, 1);
    c.threshold = 1;
    expect_assembly(&c, BALLOT_FAULT_THRESHOLD, 0);
    committee_end(&other);
    committee_end(&c);
}

/* Member 2 publishes a key of its own making, properly signed. */
static void a_key_that_the_coefficients_do_not_say_is_named(void **state)
{
    const struct ballot_scalar secret = ballot_scalar_of_number(5);
    struct ballot_dice dice = { .seed = 62 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_committee c;
    struct ballot_trustee_key key;
    struct ballot_scalar signing;
    struct byte_writer writer;

    committee_begin(&c, *state, 2, 2, 63);
    committee_deal(&c);
    signing = c.members[1]->secrets.signing;
    committee_receive(&c);
    assert_int_equal(
        ballot_trustee_key_of_secret(*state, &secret, &random, &key),
        RESULT_OK);
    assert_int_equal(ballot_trustee_key_sign(*state, &signing, &random, &key),
                     RESULT_OK);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    c.keys[1] = (struct text_view){ (const char *)writer.data, writer.size };
    expect_assembly(&c, BALLOT_FAULT_VERIFICATION_KEY, 2);
    byte_writer_release(&writer);
    committee_end(&c);
}

/* In the older form nobody is bound to the others' certificates. */
static void forms_are_not_mixed(void **state)
{
    const struct text_view file =
        ballot_vector_load("threshold/threshold.json");
    struct ballot_pedersen *record = new_record();
    uint32_t guilty = 0;

    read_record(*state, (struct text_view){ file.data, file.size - 1 }, record);
    record->certificates[2].has_context = false;
    assert_fault(ballot_pedersen_check(*state, record, &guilty),
                 BALLOT_FAULT_CERTIFICATE_CONTEXT);
    assert_int_equal(guilty, 3);
    record->certificates[2].has_context = true;
    record->keys[0].is_signed = false;
    assert_fault(ballot_pedersen_check(*state, record, &guilty),
                 BALLOT_FAULT_KEY_SIGNATURE);
    assert_int_equal(guilty, 1);
    ballot_pedersen_free(record);
    text_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_another_program_is_what_we_write),
        cmocka_unit_test(the_parts_of_one_group_make_its_record_and_no_others),
        cmocka_unit_test(a_key_that_the_coefficients_do_not_say_is_named),
        cmocka_unit_test(forms_are_not_mixed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
