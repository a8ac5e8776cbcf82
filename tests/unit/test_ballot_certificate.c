#include "protocol/ballot/ballot_certificate.h"

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

/* Line number `number`, from 0, of a sample; the file ends with text_free(). */
static struct text_view line_of(struct text_view file, size_t number)
{
    const char *at = file.data;
    const char *end = memchr(at, '\n', file.size);

    while (end && number-- > 0) {
        at = end + 1;
        end = memchr(at, '\n', file.size - (size_t)(at - file.data));
    }
    assert_non_null(end);
    return (struct text_view){ at, (size_t)(end - at) };
}

static void take_samples(const struct ballot_group *group,
                         struct ballot_certificate *out)
{
    const struct text_view file = ballot_vector_load("threshold/certs.jsons");
    const struct ballot_context context = { .size = 3,
                                            .threshold = 2,
                                            .index = 1 };
    struct text_view texts[3];
    uint32_t guilty = 0;

    for (size_t i = 0; i < 3; i++)
        texts[i] = line_of(file, i);
    assert_fault(ballot_certificates_take(group, &context, texts, out, &guilty),
                 BALLOT_FAULT_NONE);
    text_free(file);
}

/* The samples' files are named by them. */
static void
certificates_of_another_program_have_the_ids_it_gave_them(void **state)
{
    static const char *const ids[] = {
        "277bf5d5bed45c9cf24261e96cfa336c3cd5e245727aecc20587cdf52ac1a4c1",
        "d7a6c5d81f0d533e3b61c436331a14fcd721bd768ef4e95a249134ad0ae9f88e",
        "9b1f9a843942688417b95e2036e790d678206f4e403e5e1a4bcbcfd7c66a04fc",
    };
    struct ballot_certificate certificates[3];

    take_samples(*state, certificates);
    for (size_t i = 0; i < 3; i++) {
        struct hash id;
        char hex[HEX_SIZE(HASH_SIZE)];

        assert_int_equal(ballot_certificate_id(&certificates[i], &id),
                         RESULT_OK);
        hex_encode(id.bytes, HASH_SIZE, hex);
        assert_string_equal(hex, ids[i]);
    }
}

static void certificates_of_another_program_are_what_we_write(void **state)
{
    const struct text_view file = ballot_vector_load("threshold/certs.jsons");
    struct ballot_certificate certificates[3];
    struct byte_writer writer;

    take_samples(*state, certificates);
    byte_writer_init(&writer, 10000);
    for (size_t i = 0; i < 3; i++) {
        const struct text_view line = line_of(file, i);

        byte_writer_reset(&writer);
        ballot_certificate_write(&writer, &certificates[i]);
        assert_int_equal(writer.size, line.size);
        assert_memory_equal(writer.data, line.data, line.size);
    }
    byte_writer_release(&writer);
    text_free(file);
}

static void a_list_hashes_as_the_members_saw_it(void **state)
{
    struct ballot_certificate certificates[3], first;
    struct hash all, two, swapped;

    take_samples(*state, certificates);
    assert_int_equal(ballot_certificates_hash(certificates, 3, &all),
                     RESULT_OK);
    assert_int_equal(ballot_certificates_hash(certificates, 2, &two),
                     RESULT_OK);
    first = certificates[0];
    certificates[0] = certificates[1];
    certificates[1] = first;
    assert_int_equal(ballot_certificates_hash(certificates, 3, &swapped),
                     RESULT_OK);
    assert_false(hash_equal(&all, &two));
    assert_false(hash_equal(&all, &swapped));
}

static void a_certificate_stands_only_in_its_own_place(void **state)
{
    struct ballot_certificate certificates[3];

    take_samples(*state, certificates);
    for (uint32_t i = 0; i < 3; i++)
        for (uint32_t index = 1; index <= 3; index++) {
            const struct ballot_context wanted = { .size = 3,
                                                   .threshold = 2,
                                                   .index = index };

            assert_fault(
                ballot_certificate_check(*state, &certificates[i], &wanted),
                index == i + 1 ? BALLOT_FAULT_NONE
                               : BALLOT_FAULT_CERTIFICATE_CONTEXT);
        }
}

static void a_signature_that_was_altered_is_found(void **state)
{
    const struct ballot_context wanted = { .size = 3,
                                           .threshold = 2,
                                           .index = 2 };
    const struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_certificate certificates[3];
    struct ballot_certificate *second = &certificates[1];

    take_samples(*state, certificates);
    second->signature.response =
        ballot_scalar_add(&second->signature.response, &one);
    assert_fault(ballot_certificate_check(*state, second, &wanted),
                 BALLOT_FAULT_CERTIFICATE_SIGNATURE);
    take_samples(*state, certificates);
    second->encryption = certificates[0].encryption;
    assert_fault(ballot_certificate_check(*state, second, &wanted),
                 BALLOT_FAULT_CERTIFICATE_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            certificates_of_another_program_have_the_ids_it_gave_them),
        cmocka_unit_test(certificates_of_another_program_are_what_we_write),
        cmocka_unit_test(a_list_hashes_as_the_members_saw_it),
        cmocka_unit_test(a_certificate_stands_only_in_its_own_place),
        cmocka_unit_test(a_signature_that_was_altered_is_found),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
