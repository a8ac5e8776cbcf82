#include "server/control/csv_reader.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Rows as "line:[field][field]". */
struct transcript {
    char text[4096];
    size_t size;
    size_t stop_after; /* rows; 0: never */
};

static enum result write_row(const struct csv_row *row, void *user)
{
    struct transcript *out = user;

    out->size += (size_t)snprintf(
        out->text + out->size, sizeof out->text - out->size, "%zu:", row->line);
    for (size_t i = 0; i < row->field_count; i++)
        out->size += (size_t)snprintf(
            out->text + out->size, sizeof out->text - out->size, "[%.*s]",
            (int)row->fields[i].size, row->fields[i].data);
    return out->stop_after && --out->stop_after == 0 ? RESULT_FULL : RESULT_OK;
}

static void rows_are_read_as_rfc_4180_says(void **state)
{
    static const struct {
        const char *csv, *rows;
    } cases[] = {
        { "", "" },
        { "a,b\n", "1:[a][b]" },
        { "a,b", "1:[a][b]" },
        { "a,b\r\nc,d\r\n", "1:[a][b]2:[c][d]" },
        { "\xef\xbb\xbfhọ tên,loại\n", "1:[họ tên][loại]" },
        { "a;b\nc,x;d\n", "1:[a][b]2:[c,x][d]" },
        { "a,b\n\n\nc,d\n", "1:[a][b]4:[c][d]" },
        { "\"a,1\",\"b\"\"c\"\n", "1:[a,1][b\"c]" },
        { "a,\"b\nc\"\nd,e\n", "1:[a][b\nc]3:[d][e]" },
        { "a,\"b\r\nc\"\r\nd,e\r\n", "1:[a][b\r\nc]3:[d][e]" },
        { "a,,\n,,b\n", "1:[a][][]2:[][][b]" },
        { "  a ,\" b \"\n", "1:[a][ b ]" },
        { "a\rb\r", "1:[a]2:[b]" },
        { "Nguyễn Văn A;chính thức\n", "1:[Nguyễn Văn A][chính thức]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct transcript out = { .size = 0 };
        size_t bad_line = 0;

        assert_int_equal(
            csv_read(text_view_of(cases[i].csv), write_row, &out, &bad_line),
            RESULT_OK);
        assert_string_equal(out.text, cases[i].rows);
    }
}

static void a_wrong_quote_is_reported_with_its_line(void **state)
{
    static const struct {
        const char *csv;
        size_t line;
    } cases[] = {
        { "a,b\nc,\"d\n", 2 },
        { "a,b\n\"c\"d,e\n", 2 },
        { "a\nb\nc\"d\n", 3 },
        { "\"", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct transcript out = { .size = 0 };
        size_t bad_line = 0;

        assert_int_equal(
            csv_read(text_view_of(cases[i].csv), write_row, &out, &bad_line),
            RESULT_MALFORMED);
        assert_int_equal(bad_line, cases[i].line);
    }
}

static void a_row_has_sixty_four_fields_at_most(void **state)
{
    struct transcript out = { .size = 0 };
    char csv[CSV_COLUMNS_MAX + 2];
    size_t bad_line = 0;

    (void)state;
    memset(csv, ',', sizeof csv);
    csv[CSV_COLUMNS_MAX - 1] = '\n';
    assert_int_equal(csv_read((struct text_view){ csv, CSV_COLUMNS_MAX },
                              write_row, &out, &bad_line),
                     RESULT_OK);
    csv[CSV_COLUMNS_MAX - 1] = ',';
    csv[CSV_COLUMNS_MAX] = '\n';
    assert_int_equal(csv_read((struct text_view){ csv, CSV_COLUMNS_MAX + 1 },
                              write_row, &out, &bad_line),
                     RESULT_TOO_LARGE);
    assert_int_equal(bad_line, 1);
}

static void the_reader_stops_when_told_to(void **state)
{
    struct transcript out = { .stop_after = 2 };
    size_t bad_line = 0;

    (void)state;
    assert_int_equal(
        csv_read(TEXT_LITERAL("a\nb\nc\nd\n"), write_row, &out, &bad_line),
        RESULT_FULL);
    assert_string_equal(out.text, "1:[a]2:[b]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_as_rfc_4180_says),
        cmocka_unit_test(a_wrong_quote_is_reported_with_its_line),
        cmocka_unit_test(a_row_has_sixty_four_fields_at_most),
        cmocka_unit_test(the_reader_stops_when_told_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
