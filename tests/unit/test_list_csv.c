#include "protocol/document/list_csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct list_csv_column columns[] = { { "name", "Họ và tên" },
                                                  { "count", "Số phiếu" } };

static enum result write_rows(const char *rows, char separator, bool has_mark,
                              char **out)
{
    const struct list_csv_form form = { separator, has_mark };
    json_t *json = json_loads(rows, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    assert_non_null(json);
    result = list_csv_write(json, columns, 2, &form, &bytes, &size);
    json_decref(json);
    *out = bytes ? strndup((char *)bytes, size) : NULL;
    free(bytes);
    return result;
}

static void assert_csv(const char *rows, char separator, bool has_mark,
                       const char *expected)
{
    char *out = NULL;

    assert_int_equal(write_rows(rows, separator, has_mark, &out), RESULT_OK);
    assert_string_equal(out, expected);
    free(out);
}

/* The one row of a name, behind the headings. */
static void assert_name(const char *name, const char *expected)
{
    json_t *rows = json_pack("[{s:s}]", "name", name);
    char *text = json_dumps(rows, 0);
    char *out = NULL;
    const char *headings = "Họ và tên,Số phiếu\r\n";

    assert_int_equal(write_rows(text, ',', false, &out), RESULT_OK);
    assert_memory_equal(out, headings, strlen(headings));
    assert_string_equal(out + strlen(headings), expected);
    free(out);
    free(text);
    json_decref(rows);
}

static void rows_are_lines_below_their_headings(void **state)
{
    (void)state;
    assert_csv("[{\"name\":\"Đảng viên Mẫu 01\",\"count\":12},"
               "{\"count\":null,\"other\":1}]",
               ',', true,
               "\xef\xbb\xbfHọ và tên,Số phiếu\r\n"
               "Đảng viên Mẫu 01,12\r\n,\r\n");
    assert_csv("[]", ';', false, "Họ và tên;Số phiếu\r\n");
}

static void a_field_is_quoted_where_it_has_to_be(void **state)
{
    (void)state;
    assert_name("a, b", "\"a, b\",\r\n");
    assert_name("a \"b\"", "\"a \"\"b\"\"\",\r\n");
    assert_name(" a", "\" a\",\r\n");
    assert_name("a\nb", "\"a\nb\",\r\n");
    assert_csv("[{\"name\":\"a,b;c\"}]", ';', false,
               "Họ và tên;Số phiếu\r\n\"a,b;c\";\r\n");
    assert_csv("[{\"name\":\"a,b;c\"}]", '\t', false,
               "Họ và tên\tSố phiếu\r\na,b;c\t\r\n");
}

static void a_text_can_not_be_a_formula(void **state)
{
    (void)state;
    assert_name("=1+1", "'=1+1,\r\n");
    assert_name("+84", "'+84,\r\n");
    assert_name("-1", "'-1,\r\n");
    assert_name("@a", "'@a,\r\n");
    assert_name("\t=1", "'\t'=1,\r\n");
    assert_name("\r=1", "\"'\r'=1\",\r\n");
    assert_name("\uff1d1", "'\uff1d1,\r\n");
    assert_name("\uff0b1", "'\uff0b1,\r\n");
    assert_name("\uff0d1", "'\uff0d1,\r\n");
    assert_name("\uff201", "'\uff201,\r\n");
    assert_name("=1,2", "\"'=1,2\",\r\n");
    assert_name("a=1", "a=1,\r\n");
    /* A number is one. */
    assert_csv("[{\"name\":\"a\",\"count\":-1}]", ',', false,
               "Họ và tên,Số phiếu\r\na,-1\r\n");
}

/* "a;=cmd" in a file with commas, opened where semicolons separate. */
static void nor_where_another_separator_would_cut_it(void **state)
{
    (void)state;
    assert_name("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0,\r\n");
    assert_name("a,+84", "\"a,'+84\",\r\n");
    assert_name("a\t-1", "a\t'-1,\r\n");
    assert_name("a|@b", "a|'@b,\r\n");
    assert_name("a\n=1", "\"a\n'=1\",\r\n");
    assert_name("a;\"=1\"", "\"a;\"\"'=1\"\"\",\r\n");
    assert_name("\"=1\"", "\"\"\"'=1\"\"\",\r\n");
    assert_name("a;\uff1d1", "a;'\uff1d1,\r\n");
    /* What begins no field stays as it is. */
    assert_name("nghỉ ốm, -", "\"nghỉ ốm, -\",\r\n");
    assert_name("a\"=1\"", "\"a\"\"=1\"\"\",\r\n");
    assert_csv("[{\"name\":\"a;=1\"}]", ';', false,
               "Họ và tên;Số phiếu\r\n\"a;'=1\";\r\n");
}

static void what_is_no_list_is_refused(void **state)
{
    char *out = NULL;

    (void)state;
    assert_int_equal(write_rows("{}", ',', false, &out), RESULT_INVALID);
    assert_int_equal(write_rows("[1]", ',', false, &out), RESULT_INVALID);
    assert_int_equal(write_rows("[]", '|', false, &out), RESULT_INVALID);
    assert_int_equal(write_rows("[{\"name\":true}]", ',', false, &out),
                     RESULT_MALFORMED);
    assert_int_equal(write_rows("[{\"name\":\"a\\u0000b\"}]", ',', false, &out),
                     RESULT_MALFORMED);
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_lines_below_their_headings),
        cmocka_unit_test(a_field_is_quoted_where_it_has_to_be),
        cmocka_unit_test(a_text_can_not_be_a_formula),
        cmocka_unit_test(nor_where_another_separator_would_cut_it),
        cmocka_unit_test(what_is_no_list_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
