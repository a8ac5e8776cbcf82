#include "protocol/ballot/ballot_json.h"

#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* A record of the kinds of values that there are. */
struct row {
    uint64_t number;
    bool flag, has_flag;
    char name[64];
    uint64_t sum;
};

static enum ballot_fault read_row(const char *text, bool is_lenient,
                                  struct row *out)
{
    struct ballot_json json;
    char buffer[200];
    struct text_view name;

    memset(out, 0, sizeof *out);
    ballot_json_init(&json, text_view_of(text));
    json.is_lenient = is_lenient;
    ballot_json_object(&json);
    ballot_json_field(&json, "n");
    out->number = ballot_json_number(&json, 1000);
    out->has_flag = ballot_json_optional(&json, "flag");
    if (out->has_flag)
        out->flag = ballot_json_flag(&json);
    ballot_json_field(&json, "name");
    name = ballot_json_text(&json, buffer);
    memcpy(out->name, name.data, name.size);
    ballot_json_field(&json, "list");
    ballot_json_array(&json);
    while (ballot_json_item(&json))
        out->sum += ballot_json_number(&json, 1000);
    ballot_json_object_end(&json);
    return ballot_json_end(&json);
}

static void a_record_in_our_spelling_is_read(void **state)
{
    struct row row;

    (void)state;
    assert_int_equal(read_row("{\"n\":7,\"flag\":true,\"name\":\"Đảng viên "
                              "Mẫu 01 / \\\"a\\\\\\u0001\\u007f\\n\",\"list\":"
                              "[1,20,300]}",
                              false, &row),
                     BALLOT_FAULT_NONE);
    assert_int_equal(row.number, 7);
    assert_true(row.has_flag && row.flag);
    assert_string_equal(row.name, "Đảng viên Mẫu 01 / \"a\\\x01\x7f\n");
    assert_int_equal(row.sum, 321);
    assert_int_equal(
        read_row("{\"n\":0,\"name\":\"\",\"list\":[]}", false, &row),
        BALLOT_FAULT_NONE);
    assert_false(row.has_flag);
}

static void every_other_spelling_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *text;
        enum ballot_fault fault;
    } rows[] = {
        { "", BALLOT_FAULT_JSON },
        { " {\"n\":7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{ \"n\":7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\" :7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_FIELD },
        { "{\"n\":7, \"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[]}\n", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[]}{}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[]", BALLOT_FAULT_JSON },
        { "{,\"n\":7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[],}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[,]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":7,\"name\":\"a\",\"list\":[1,]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":7,\"name\":\"a\",\"list\":[1 ,2]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[1, 2]}", BALLOT_FAULT_JSON },
        { "{\"n\": 7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\n\"a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a\",\"list\":[1", BALLOT_FAULT_JSON },
        { "{\"name\":\"a\",\"n\":7,\"list\":[]}", BALLOT_FAULT_FIELD },
        { "{\"n\":7,\"list\":[]}", BALLOT_FAULT_FIELD },
        { "{\"n\":7}", BALLOT_FAULT_FIELD },
        { "{\"n\":7,\"n\":7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_FIELD },
        { "{\"n\":7,\"name\":\"a\",\"list\":[],\"b\":1}",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "{\"n\":07,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":+7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":-7,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":7.0,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":7e0,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":\"7\",\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":1001,\"name\":\"a\",\"list\":[]}", BALLOT_FAULT_NUMBER },
        { "{\"n\":18446744073709551623,\"name\":\"a\",\"list\":[]}",
          BALLOT_FAULT_NUMBER },
        { "{\"n\":7,\"flag\":1,\"name\":\"a\",\"list\":[]}",
          BALLOT_FAULT_FIELD },
        { "{\"n\":7,\"name\":7,\"list\":[]}", BALLOT_FAULT_FIELD },
        { "{\"n\":7,\"name\":\"\\/\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\\u0041\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\\u000a\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\\u001F\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\\u0000\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\n\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"\x7f\",\"list\":[]}", BALLOT_FAULT_JSON },
        { "{\"n\":7,\"name\":\"a", BALLOT_FAULT_JSON },
    };
    struct row row;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (read_row(rows[i].text, false, &row) != rows[i].fault)
            fail_msg("%s: %s", rows[i].text,
                     ballot_fault_word(read_row(rows[i].text, false, &row)));
}

static void
unknown_fields_are_passed_over_only_where_that_is_asked(void **state)
{
    static const char text[] =
        "{\"n\":7,\"name\":\"a\",\"list\":[],\"x\":{\"a\":[1,{}],\"b\":null},"
        "\"y\":\"\\\"\",\"z\":-1.5e3}";
    struct row row;

    (void)state;
    assert_int_equal(read_row(text, true, &row), BALLOT_FAULT_NONE);
    assert_int_equal(read_row(text, false, &row), BALLOT_FAULT_UNKNOWN_FIELD);
}

static enum ballot_fault pass_over(const char *text)
{
    struct ballot_json json;

    ballot_json_init(&json, text_view_of(text));
    (void)ballot_json_skip(&json);
    return ballot_json_end(&json);
}

static void any_value_can_be_passed_over_but_not_a_broken_one(void **state)
{
    static const char *const good[] = { "1",       "\"\"",
                                        "[]",      "{}",
                                        "[[],[]]", "{\"a\":{}}",
                                        "null",    "[{\"a\":[1,2]},\"]\"]" };
    static const char *const bad[] = { "",     "[",          "{\"a\"}",
                                       "[1,]", "[1}",        "{\"a\":1]",
                                       "[1 ]", "{\"a\":1,}", "{1:2}",
                                       "[1][", "\"\\x\"",    "]" };
    char deep[2 * LIMIT_JSON_DEPTH + 3];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof good / sizeof good[0]; i++)
        if (pass_over(good[i]) != BALLOT_FAULT_NONE)
            fail_msg("%s", good[i]);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (pass_over(bad[i]) == BALLOT_FAULT_NONE)
            fail_msg("%s", bad[i]);
    memset(deep, '[', LIMIT_JSON_DEPTH + 1);
    memset(&deep[LIMIT_JSON_DEPTH + 1], ']', LIMIT_JSON_DEPTH + 1);
    deep[2 * LIMIT_JSON_DEPTH + 2] = '\0';
    assert_int_equal(pass_over(deep), BALLOT_FAULT_TOO_LARGE);
    deep[2 * LIMIT_JSON_DEPTH + 1] = '\0';
    assert_int_equal(pass_over(&deep[1]), BALLOT_FAULT_NONE);
}

static void words_and_hexadecimal_take_their_canonical_form_only(void **state)
{
    static const char *const bad[] = { "\"ab\"", "\"ABCD\"", "\"abcde\"",
                                       "\"ab d\"", "abcd" };
    struct ballot_json json;
    uint8_t bytes[2];
    size_t i;

    (void)state;
    ballot_json_init(&json, TEXT_LITERAL("\"abcd\""));
    ballot_json_hex(&json, bytes, 2);
    assert_int_equal(ballot_json_end(&json), BALLOT_FAULT_NONE);
    assert_memory_equal(bytes, "\xab\xcd", 2);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ballot_json_init(&json, text_view_of(bad[i]));
        ballot_json_hex(&json, bytes, 2);
        if (ballot_json_end(&json) != BALLOT_FAULT_FIELD)
            fail_msg("%s", bad[i]);
        assert_memory_equal(bytes, "\0\0", 2);
    }
    ballot_json_init(&json, TEXT_LITERAL("\"\\u0061bcd\""));
    ballot_json_hex(&json, bytes, 2);
    assert_int_equal(ballot_json_end(&json), BALLOT_FAULT_JSON);
}

static void what_is_written_is_what_is_read(void **state)
{
    char all[128], out[128];
    struct byte_writer writer;
    struct ballot_json json;
    struct text_view read;
    size_t i;

    (void)state;
    for (i = 1; i < sizeof all; i++)
        all[i - 1] = (char)i;
    byte_writer_init(&writer, 10000);
    ballot_json_write_text(&writer, (struct text_view){ all, sizeof all - 1 });
    assert_int_equal(writer.result, RESULT_OK);
    assert_memory_equal(writer.data,
                        "\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007"
                        "\\b\\t\\n\\u000b\\f\\r\\u000e",
                        62);
    ballot_json_init(
        &json, (struct text_view){ (const char *)writer.data, writer.size });
    read = ballot_json_text(&json, out);
    assert_int_equal(ballot_json_end(&json), BALLOT_FAULT_NONE);
    assert_int_equal(read.size, sizeof all - 1);
    assert_memory_equal(out, all, sizeof all - 1);
    byte_writer_reset(&writer);
    ballot_json_write_number(&writer, 0);
    ballot_json_write_number(&writer, UINT64_MAX);
    assert_int_equal(writer.size, 21);
    assert_memory_equal(writer.data, "018446744073709551615", 21);
    byte_writer_release(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_in_our_spelling_is_read),
        cmocka_unit_test(every_other_spelling_is_refused_with_its_reason),
        cmocka_unit_test(
            unknown_fields_are_passed_over_only_where_that_is_asked),
        cmocka_unit_test(any_value_can_be_passed_over_but_not_a_broken_one),
        cmocka_unit_test(words_and_hexadecimal_take_their_canonical_form_only),
        cmocka_unit_test(what_is_written_is_what_is_read),
    };

    return cmocka_run_group_tests_name("ballot_json", tests, NULL, NULL);
}
