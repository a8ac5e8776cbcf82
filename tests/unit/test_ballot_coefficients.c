#include "protocol/ballot/ballot_coefficients.h"

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

enum { SIZE = 3, THRESHOLD = 2 };

static void take_certificates(const struct ballot_group *group,
                              struct ballot_certificate *out)
{
    const struct text_view file = ballot_vector_load("threshold/certs.jsons");
    const struct ballot_context context = { .size = SIZE,
                                            .threshold = THRESHOLD,
                                            .index = 1 };
    struct text_view texts[SIZE];
    uint32_t guilty = 0;

    for (size_t i = 0; i < SIZE; i++)
        texts[i] = line_of(file, i);
    assert_fault(ballot_certificates_take(group, &context, texts, out, &guilty),
                 BALLOT_FAULT_NONE);
    text_free(file);
}

/* Both fields of a dealing stand at the end of that program's message. */
static void dealings_of_another_program_are_good_in_their_group(void **state)
{
    const struct text_view file =
        ballot_vector_load("threshold/polynomials.jsons");
    struct ballot_certificate certificates[SIZE];
    struct ballot_coefficients *coefficients = calloc(1, sizeof *coefficients);

    assert_non_null(coefficients);
    take_certificates(*state, certificates);
    for (uint32_t i = 0; i < SIZE; i++) {
        const struct text_view line = line_of(file, i);
        const char *at =
            memmem(line.data, line.size, ",\"coefexps\":{\"message\"", 22);
        struct byte_writer dealing, again;
        const size_t left = line.size - (size_t)(at - line.data);

        assert_non_null(at);
        byte_writer_init(&dealing, 100000);
        byte_writer_init(&again, 100000);
        byte_writer_text(&dealing, TEXT_LITERAL("{"));
        byte_writer_bytes(&dealing, at + 1, left - 1);
        assert_fault(
            ballot_coefficients_take(
                *state,
                (struct text_view){ (const char *)dealing.data, dealing.size },
                certificates, SIZE, THRESHOLD, i + 1, coefficients),
            BALLOT_FAULT_NONE);
        ballot_coefficients_write_dealing(&again, coefficients);
        assert_int_equal(again.size, dealing.size);
        assert_memory_equal(again.data, dealing.data, again.size);
        assert_fault(
            ballot_coefficients_take(
                *state,
                (struct text_view){ (const char *)dealing.data, dealing.size },
                certificates, SIZE, THRESHOLD, i == 0 ? 2 : 1, coefficients),
            BALLOT_FAULT_COEFFICIENTS_SIGNATURE);
        assert_fault(
            ballot_coefficients_take(
                *state,
                (struct text_view){ (const char *)dealing.data, dealing.size },
                certificates, SIZE, THRESHOLD + 1, i + 1, coefficients),
            BALLOT_FAULT_COEFFICIENTS);
        byte_writer_release(&dealing);
        byte_writer_release(&again);
    }
    free(coefficients);
    text_free(file);
}

/* 5 + 7 j + 2 j^2: 14, 27, 44. */
static void shares_are_the_values_of_the_polynomial(void **state)
{
    const struct ballot_scalar polynomial[] = { ballot_scalar_of_number(5),
                                                ballot_scalar_of_number(7),
                                                ballot_scalar_of_number(2) };
    static const uint64_t values[] = { 5, 14, 27, 44 };
    struct ballot_coefficients *coefficients = calloc(1, sizeof *coefficients);

    assert_non_null(coefficients);
    coefficients->count = 3;
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(ballot_group_generate(*state, &polynomial[k],
                                               &coefficients->elements[k]),
                         RESULT_OK);
    for (uint32_t j = 0; j < 4; j++) {
        const struct ballot_scalar wanted = ballot_scalar_of_number(values[j]);
        const struct ballot_scalar wrong =
            ballot_scalar_of_number(values[j] + 1);
        const struct ballot_scalar share =
            ballot_coefficients_share(polynomial, 3, j);
        struct ballot_element power, shown;

        assert_true(ballot_scalar_equal(&share, &wanted));
        assert_int_equal(
            ballot_coefficients_check_share(*state, coefficients, j, &share),
            RESULT_OK);
        assert_int_equal(
            ballot_coefficients_check_share(*state, coefficients, j, &wrong),
            RESULT_REFUSED);
        assert_int_equal(ballot_group_generate(*state, &wanted, &power),
                         RESULT_OK);
        assert_int_equal(
            ballot_coefficients_at(*state, coefficients, j, &shown), RESULT_OK);
        assert_true(ballot_element_equal(&power, &shown));
    }
    free(coefficients);
}

static void no_coefficients_and_too_many_are_not_made(void **state)
{
    static const struct ballot_scalar polynomial[LIMIT_BALLOT_TRUSTEES + 1];
    const struct ballot_scalar signing = ballot_scalar_of_number(1);
    struct ballot_dice dice = { .seed = 1 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_coefficients *coefficients = calloc(1, sizeof *coefficients);

    assert_non_null(coefficients);
    assert_int_equal(ballot_coefficients_make(*state, polynomial, 0, &signing,
                                              NULL, 0, &random, coefficients),
                     RESULT_INVALID);
    assert_int_equal(
        ballot_coefficients_make(*state, polynomial, LIMIT_BALLOT_TRUSTEES + 1,
                                 &signing, NULL, 0, &random, coefficients),
        RESULT_INVALID);
    free(coefficients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dealings_of_another_program_are_good_in_their_group),
        cmocka_unit_test(shares_are_the_values_of_the_polynomial),
        cmocka_unit_test(no_coefficients_and_too_many_are_not_made),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
