#include "protocol/meeting/erratum_text.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sample[] =
    "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,"
    "\"reason\":\"Ghi nhầm số\",\"should\":\"12 triệu\","
    "\"stands\":\"21 triệu\",\"v\":1}";

static struct erratum_text an_erratum(void)
{
    return (struct erratum_text){ .date = TEXT_LITERAL("2026-11-29"),
                                  .entry = { "e3" },
                                  .stands = TEXT_LITERAL("21 triệu"),
                                  .should = TEXT_LITERAL("12 triệu"),
                                  .reason = TEXT_LITERAL("Ghi nhầm số") };
}

static enum result read_of(const char *json)
{
    struct erratum_text text;
    const enum result result = erratum_text_read(text_view_of(json), &text);

    if (result == RESULT_OK)
        erratum_text_release(&text);
    return result;
}

static void what_is_written_is_one_line_in_one_form(void **state)
{
    struct erratum_text text = an_erratum();
    struct erratum_text again;
    char *json = NULL;

    (void)state;
    assert_int_equal(erratum_text_write(&text, &json), RESULT_OK);
    assert_string_equal(json, sample);
    assert_int_equal(erratum_text_read(text_view_of(json), &again), RESULT_OK);
    assert_string_equal(again.entry.text, "e3");
    assert_true(text_view_is(again.stands, "21 triệu"));
    assert_true(text_view_is(again.should, "12 triệu"));
    assert_true(text_view_is(again.reason, "Ghi nhầm số"));
    assert_true(text_view_is(again.date, "2026-11-29"));
    erratum_text_release(&again);
    free(json);
}

static void another_way_of_writing_the_same_is_refused(void **state)
{
    static const char *const others[] = {
        "",
        "{}",
        "[]",
        "{\"date\":\"2026-11-29\", \"entry\":\"e3\",\"line\":0,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
        "{\"entry\":\"e3\",\"date\":\"2026-11-29\",\"line\":0,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
        "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,\"more\":1,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
        "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,"
        "\"reason\":\"\\u0061\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
        "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":0,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":2}",
        "{\"date\":\"2026-11-29\",\"entry\":\"E3\",\"line\":0,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
        "{\"date\":\"2026-11-29\",\"entry\":\"e3\",\"line\":-1,"
        "\"reason\":\"a\",\"should\":\"b\",\"stands\":\"c\",\"v\":1}",
    };
    size_t i;

    (void)state;
    assert_int_equal(read_of(sample), RESULT_OK);
    for (i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(read_of(others[i]), RESULT_MALFORMED);
}

static void one_that_corrects_nothing_is_none(void **state)
{
    struct erratum_text text = an_erratum();
    char *json = NULL;

    (void)state;
    text.should = text.stands;
    assert_int_equal(erratum_text_write(&text, &json), RESULT_MALFORMED);
    text = an_erratum();
    text.reason = TEXT_LITERAL(" \n");
    assert_int_equal(erratum_text_write(&text, &json), RESULT_MALFORMED);
    text = an_erratum();
    text.line = 7; /* two places */
    assert_int_equal(erratum_text_write(&text, &json), RESULT_MALFORMED);
    text = an_erratum();
    text.date = TEXT_LITERAL("2026-02-30");
    assert_int_equal(erratum_text_write(&text, &json), RESULT_MALFORMED);
    text = an_erratum();
    text.should = TEXT_LITERAL("tr\xe1iệu\xe2\x80\xae");
    assert_int_equal(erratum_text_write(&text, &json), RESULT_MALFORMED);
    assert_null(json);
}

static void what_is_missing_and_what_is_too_much_can_be_said(void **state)
{
    struct erratum_text text = an_erratum();
    char *json = NULL;

    (void)state;
    text.stands = (struct text_view){ NULL, 0 };
    assert_int_equal(erratum_text_write(&text, &json), RESULT_OK);
    assert_int_equal(read_of(json), RESULT_OK);
    free(json);
    text = an_erratum();
    text.should = TEXT_LITERAL("");
    text.entry = (struct identifier){ "" };
    text.line = 41;
    assert_int_equal(erratum_text_write(&text, &json), RESULT_OK);
    assert_int_equal(read_of(json), RESULT_OK);
    free(json);
}

static void the_longest_one_fits_into_what_is_sealed(void **state)
{
    static char long_text[LIMIT_ERRATUM_PART + 2];
    static char long_reason[LIMIT_REASON_LENGTH + 1];
    struct erratum_text text = an_erratum();
    char *json = NULL;

    (void)state;
    memset(long_text, '"', LIMIT_ERRATUM_PART);
    memset(long_reason, '"', LIMIT_REASON_LENGTH);
    text.stands = text_view_of(long_text);
    text.should = (struct text_view){ long_text, LIMIT_ERRATUM_PART - 1 };
    text.reason = text_view_of(long_reason);
    assert_int_equal(erratum_text_write(&text, &json), RESULT_OK);
    assert_int_equal(text_check(text_view_of(json), LIMIT_ERRATUM_LENGTH, true),
                     RESULT_OK);
    free(json);
    long_text[LIMIT_ERRATUM_PART] = '"';
    text.stands = text_view_of(long_text);
    json = NULL;
    assert_int_equal(erratum_text_write(&text, &json), RESULT_TOO_LARGE);
    assert_null(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_one_line_in_one_form),
        cmocka_unit_test(another_way_of_writing_the_same_is_refused),
        cmocka_unit_test(one_that_corrects_nothing_is_none),
        cmocka_unit_test(what_is_missing_and_what_is_too_much_can_be_said),
        cmocka_unit_test(the_longest_one_fits_into_what_is_sealed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
