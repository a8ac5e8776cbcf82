#include "protocol/record/destruction_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct signing_key a_key(uint8_t first)
{
    uint8_t seed[SIGNING_KEY_SEED_SIZE] = { first };
    struct signing_key key;

    assert_int_equal(signing_key_init(&key, seed), RESULT_OK);
    return key;
}

/* A signed one, as text; free() ends it. */
static char *a_text(size_t *size)
{
    struct destruction_item item = { .organisation = { "dang-bo" },
                                     .meeting = { "dang-bo.7" },
                                     .title = TEXT_LITERAL("Sinh hoạt \"I\""),
                                     .held_ms = 1000,
                                     .due_ms = 2000,
                                     .what = TEXT_LITERAL("texts"),
                                     .openings = 5 };
    struct destruction_report report = {
        .number = 3,
        .organisation = { "dang-bo" },
        .seq = 9,
        .at_ms = 3000,
        .administrator = TEXT_LITERAL("Quản trị viên Mẫu 01"),
        .authority = TEXT_LITERAL("Quyết định 01"),
        .items = &item,
        .item_count = 1,
    };
    struct signing_key key = a_key(1);
    char *text = NULL;

    assert_int_equal(destruction_report_sign(&report, &key), RESULT_OK);
    assert_int_equal(destruction_report_write(&report, &text, size), RESULT_OK);
    signing_key_wipe(&key);
    return text;
}

static enum result read_and_verify(const char *text, size_t size)
{
    struct destruction_report report;
    enum result result =
        destruction_report_read((struct text_view){ text, size }, &report);

    if (result != RESULT_OK)
        return result;
    result = destruction_report_verify(&report);
    destruction_report_release(&report);
    return result;
}

static void a_report_is_read_as_it_was_written(void **state)
{
    struct destruction_report report;
    size_t size = 0, again_size = 0;
    char *text = a_text(&size), *again = NULL;

    (void)state;
    assert_true(destruction_report_is((struct text_view){ text, size }));
    assert_int_equal(
        destruction_report_read((struct text_view){ text, size }, &report),
        RESULT_OK);
    assert_int_equal(destruction_report_verify(&report), RESULT_OK);
    assert_int_equal(report.number, 3);
    assert_int_equal(report.item_count, 1);
    assert_true(text_view_is(report.items[0].title, "Sinh hoạt \"I\""));
    assert_int_equal(report.items[0].openings, 5);
    assert_int_equal(destruction_report_write(&report, &again, &again_size),
                     RESULT_OK);
    assert_int_equal(again_size, size);
    assert_memory_equal(again, text, size);
    destruction_report_release(&report);
    free(again);
    free(text);
}

static void every_byte_of_a_report_is_signed(void **state)
{
    size_t size = 0, i;
    char *text = a_text(&size);

    (void)state;
    for (i = 0; i < size; i++) {
        text[i] ^= 1;
        assert_int_not_equal(read_and_verify(text, size), RESULT_OK);
        text[i] ^= 1;
    }
    assert_int_equal(read_and_verify(text, size), RESULT_OK);
    free(text);
}

static void a_report_that_is_cut_or_longer_is_refused(void **state)
{
    size_t size = 0, i;
    char *text = a_text(&size);
    char *longer = calloc(size + 2, 1);

    (void)state;
    for (i = 0; i < size; i++)
        assert_int_not_equal(read_and_verify(text, i), RESULT_OK);
    memcpy(longer, text, size);
    longer[size] = ' ';
    assert_int_equal(read_and_verify(longer, size + 1), RESULT_MALFORMED);
    free(longer);
    free(text);
}

static void other_files_are_no_reports(void **state)
{
    (void)state;
    assert_false(destruction_report_is(TEXT_LITERAL("{\"v\":1,\"level\":1}")));
    assert_false(destruction_report_is(TEXT_LITERAL("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_read_as_it_was_written),
        cmocka_unit_test(every_byte_of_a_report_is_signed),
        cmocka_unit_test(a_report_that_is_cut_or_longer_is_refused),
        cmocka_unit_test(other_files_are_no_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
