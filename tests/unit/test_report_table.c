#include "server/report/report_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct report_column columns[] = {
    { "name", REPORT_TEXT },
    { "kind", REPORT_WORD },
    { "count", REPORT_NUMBER },
    { "share", REPORT_HUNDREDTHS },
};

static const char *words(const char *key)
{
    if (strcmp(key, "name") == 0)
        return "Họ và tên";
    return strcmp(key, "official") == 0 ? "chính thức" : key;
}

static void add(struct report_table *table, const char *name, uint64_t part,
                uint64_t whole)
{
    report_table_row(table);
    report_table_text(table, name);
    report_table_text(table, "official");
    report_table_number(table, part);
    report_table_percent(table, part, whole);
}

static void assert_csv(const char *name, char separator, bool has_mark,
                       const char *expected)
{
    const struct report_csv form = { separator, has_mark, words };
    struct report_table table;
    char *text = NULL;
    size_t size = 0;

    report_table_init(&table, columns, 4);
    add(&table, name, 5, 6);
    assert_int_equal(report_table_csv(&table, &form, &text, &size), RESULT_OK);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(text, expected, size);
    free(text);
    report_table_release(&table);
}

static void a_table_is_written_with_headings_and_words_for_people(void **state)
{
    (void)state;
    assert_csv("Đảng viên Mẫu 01", ',', true,
               "\xef\xbb\xbfHọ và tên,kind,count,share\r\n"
               "Đảng viên Mẫu 01,chính thức,5,83.33\r\n");
}

static void another_separator_has_a_decimal_comma(void **state)
{
    (void)state;
    assert_csv("Đảng viên Mẫu 01", ';', false,
               "Họ và tên;kind;count;share\r\n"
               "Đảng viên Mẫu 01;chính thức;5;83,33\r\n");
    assert_csv("Mẫu; 01", '\t', false,
               "Họ và tên\tkind\tcount\tshare\r\n"
               "Mẫu; 01\tchính thức\t5\t83,33\r\n");
}

static void texts_with_separators_quotes_and_breaks_are_quoted(void **state)
{
    (void)state;
    assert_csv("Mẫu, \"A\"\nB", ',', false,
               "Họ và tên,kind,count,share\r\n"
               "\"Mẫu, \"\"A\"\"\nB\",chính thức,5,83.33\r\n");
    assert_csv(" Mẫu", ',', false,
               "Họ và tên,kind,count,share\r\n"
               "\" Mẫu\",chính thức,5,83.33\r\n");
}

static void a_spreadsheet_does_not_take_a_text_for_a_formula(void **state)
{
    (void)state;
    assert_csv("=1+1", ',', false,
               "Họ và tên,kind,count,share\r\n"
               "'=1+1,chính thức,5,83.33\r\n");
    assert_csv("@a,b", ',', false,
               "Họ và tên,kind,count,share\r\n"
               "\"'@a,b\",chính thức,5,83.33\r\n");
    assert_csv("\tMẫu", ';', false,
               "Họ và tên;kind;count;share\r\n"
               "'\tMẫu;chính thức;5;83,33\r\n");
}

static void a_share_of_nothing_is_empty(void **state)
{
    const struct report_csv form = { ',', false, words };
    struct report_table table;
    char *text = NULL;
    size_t size = 0;
    json_t *object;

    (void)state;
    report_table_init(&table, columns, 4);
    add(&table, "", 0, 0);
    assert_int_equal(report_table_csv(&table, &form, &text, &size), RESULT_OK);
    text[size - 1] = '\0';
    assert_string_equal(text, "Họ và tên,kind,count,share\r\n"
                              ",chính thức,0,\r");
    object = report_table_object(&table, 0);
    assert_true(json_is_null(json_object_get(object, "share")));
    assert_string_equal(json_string_value(json_object_get(object, "kind")),
                        "official");
    json_decref(object);
    free(text);
    report_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_written_with_headings_and_words_for_people),
        cmocka_unit_test(another_separator_has_a_decimal_comma),
        cmocka_unit_test(texts_with_separators_quotes_and_breaks_are_quoted),
        cmocka_unit_test(a_spreadsheet_does_not_take_a_text_for_a_formula),
        cmocka_unit_test(a_share_of_nothing_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
