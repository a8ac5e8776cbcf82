#include "protocol/ballot/ballot_list.h"

#include "protocol/ballot/ballot_archive.h"
#include "protocol/base/limits.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct ballot_group *group;

static int set_up(void **state)
{
    (void)state;
    return ballot_group_new(&group) == RESULT_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    group = ballot_group_free(group);
    return 0;
}

static struct ballot_element element_of(const char *digits)
{
    struct ballot_element element;

    assert_int_equal(
        ballot_element_parse(group, text_view_of(digits), &element), RESULT_OK);
    return element;
}

static enum ballot_fault read_text(const char *text, bool is_lenient)
{
    struct ballot_list list;
    const enum ballot_fault fault =
        ballot_list_read(group, text_view_of(text), is_lenient, &list);

    ballot_list_release(&list);
    return fault;
}

static void assert_sample(const char *name, bool is_lenient, uint64_t weight)
{
    const struct text_view file = ballot_vector_load(name);
    struct ballot_archive_reader reader;
    struct ballot_archive_event setup;
    struct ballot_list list;

    ballot_archive_open(&reader, file);
    assert_true(ballot_archive_next(&reader, &setup));
    assert_int_equal(
        ballot_list_read(group, setup.records[2], is_lenient, &list),
        BALLOT_FAULT_NONE);
    assert_int_equal(list.count, 5);
    assert_int_equal(list.weight, weight);
    assert_int_equal(ballot_list_check(group, &list), BALLOT_FAULT_NONE);
    ballot_list_release(&list);
    free((void *)(uintptr_t)file.data);
}

static void lists_of_other_programs_are_read(void **state)
{
    (void)state;
    assert_sample("profile.bel", false, 5);
    assert_sample("single.bel", false, 5);
    assert_sample("single-made-by-2.0.bel", false, 5);
    assert_sample("threshold/P95SQruW9N4q8N.bel", false, 5);
    /* Made of weights 3, 1, 2, 1, 5. */
    assert_sample("weights.bel", true, 12);
}

static void a_list_is_written_in_the_order_of_the_numbers(void **state)
{
    const struct ballot_element keys[] = { element_of("100"), element_of("30"),
                                           element_of("4") };
    struct ballot_list list;
    struct byte_writer out;

    (void)state;
    byte_writer_init(&out, 1000);
    assert_int_equal(ballot_list_write(keys, 3, &out), RESULT_OK);
    assert_int_equal(out.size, 16);
    assert_memory_equal(out.data, "[\"4\",\"30\",\"100\"]", 16);
    assert_int_equal(
        ballot_list_read(group,
                         (struct text_view){ (const char *)out.data, out.size },
                         false, &list),
        BALLOT_FAULT_NONE);
    assert_int_equal(list.count, 3);
    assert_ptr_equal(ballot_list_find(&list, &keys[2]), &list.rows[0]);
    assert_ptr_equal(ballot_list_find(&list, &keys[0]), &list.rows[2]);
    ballot_list_release(&list);
    assert_null(ballot_list_find(&list, &keys[0]));
    byte_writer_release(&out);
}

static void a_key_that_comes_twice_is_not_written(void **state)
{
    const struct ballot_element keys[] = { element_of("4"), element_of("30"),
                                           element_of("4") };
    struct byte_writer out;

    (void)state;
    byte_writer_init(&out, 1000);
    assert_int_equal(ballot_list_write(keys, 3, &out), RESULT_INVALID);
    assert_int_equal(ballot_list_write(keys, LIMIT_BALLOT_VOTERS + 1, &out),
                     RESULT_INVALID);
    byte_writer_release(&out);
}

static void order_and_form_are_held(void **state)
{
    (void)state;
    assert_int_equal(read_text("[]", false), BALLOT_FAULT_NONE);
    assert_int_equal(read_text("[\"4\",\"30\",\"100\"]", false),
                     BALLOT_FAULT_NONE);
    assert_int_equal(read_text("[\"100\",\"30\",\"4\"]", false),
                     BALLOT_FAULT_NONE); /* as texts */
    assert_int_equal(read_text("[\"30\",\"100\",\"4\"]", false),
                     BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4\",\"4\"]", false),
                     BALLOT_FAULT_SAME_CREDENTIAL);
    assert_int_equal(read_text("[\"4\",\"30\",\"4\"]", false),
                     BALLOT_FAULT_SAME_CREDENTIAL);
    assert_int_equal(read_text("[\"04\"]", false), BALLOT_FAULT_NUMBER);
    assert_int_equal(read_text("[\"-4\"]", false), BALLOT_FAULT_NUMBER);
    assert_int_equal(read_text("[\"\"]", false), BALLOT_FAULT_NUMBER);
    assert_int_equal(read_text("[4]", false), BALLOT_FAULT_FIELD);
    assert_int_equal(read_text("[\"4\", \"30\"]", false), BALLOT_FAULT_JSON);
    assert_int_equal(read_text("[\"4\"]\n", false), BALLOT_FAULT_JSON);
    assert_int_equal(read_text("{}", false), BALLOT_FAULT_JSON);
}

static void weights_are_only_for_elections_of_others(void **state)
{
    (void)state;
    assert_int_equal(read_text("[\"4,2\"]", false), BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,2\",\"30\"]", true), BALLOT_FAULT_NONE);
    assert_int_equal(read_text("[\"4,0\"]", true), BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,02\"]", true), BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,\"]", true), BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,1000001\"]", true),
                     BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,1,1\"]", true), BALLOT_FAULT_CREDENTIAL);
    assert_int_equal(read_text("[\"4,1\",\"4,2\"]", true),
                     BALLOT_FAULT_SAME_CREDENTIAL);
}

static void what_is_no_key_of_the_group_is_found(void **state)
{
    struct ballot_credential rows[2] = { { ballot_group_generator(group), 1 } };
    const struct ballot_list list = { rows, 2, 2 };

    (void)state;
    rows[1].key = ballot_element_identity();
    assert_int_equal(ballot_list_check(group, &list), BALLOT_FAULT_IDENTITY);
    rows[1].key = element_of("2");
    assert_int_equal(ballot_list_check(group, &list),
                     BALLOT_FAULT_NOT_IN_GROUP);
    rows[1].key = element_of("0");
    assert_int_equal(ballot_list_check(group, &list),
                     BALLOT_FAULT_NOT_IN_GROUP);
    rows[1].key = rows[0].key;
    assert_int_equal(ballot_list_check(group, &list), BALLOT_FAULT_NONE);
}

static void more_voters_than_the_limit_are_refused(void **state)
{
    struct byte_writer text;
    size_t i;

    (void)state;
    byte_writer_init(&text, 1000000);
    byte_writer_u8(&text, '[');
    for (i = 0; i < LIMIT_BALLOT_VOTERS; i++) {
        char row[32];

        (void)snprintf(row, sizeof row, "%s\"%zu\"", i ? "," : "", i);
        byte_writer_text(&text, text_view_of(row));
    }
    byte_writer_bytes(&text, "]", 2);
    assert_int_equal(read_text((const char *)text.data, false),
                     BALLOT_FAULT_NONE);
    text.size -= 2;
    byte_writer_bytes(&text, ",\"9999\"]", 9);
    assert_int_equal(read_text((const char *)text.data, false),
                     BALLOT_FAULT_TOO_LARGE);
    byte_writer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_other_programs_are_read),
        cmocka_unit_test(a_list_is_written_in_the_order_of_the_numbers),
        cmocka_unit_test(a_key_that_comes_twice_is_not_written),
        cmocka_unit_test(order_and_form_are_held),
        cmocka_unit_test(weights_are_only_for_elections_of_others),
        cmocka_unit_test(what_is_no_key_of_the_group_is_found),
        cmocka_unit_test(more_voters_than_the_limit_are_refused),
    };

    return cmocka_run_group_tests_name("ballot_list", tests, set_up, tear_down);
}
