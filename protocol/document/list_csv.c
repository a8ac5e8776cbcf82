#include "protocol/document/list_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CSV_SIZE_MAX = 256 * 1024 * 1024 };

static void put(struct byte_writer *out, const char *text)
{
    byte_writer_text(out, text_view_of(text));
}

static bool is_plain(const char *text, char separator)
{
    const char special[] = { separator, '"', '\r', '\n', '\0' };
    const size_t size = strlen(text);

    return strpbrk(text, special) == NULL &&
           (size == 0 || (text[0] != ' ' && text[size - 1] != ' '));
}

/* What is put into quotes, its own quotes doubled. */
static void put_quoted(struct byte_writer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"')
            put(out, "\"");
        byte_writer_bytes(out, text, 1);
    }
}

static bool is_like_a_formula(const char *text)
{
    return text[0] != '\0' &&
           (strchr("=+-@", text[0]) || (uint8_t)text[0] < 0x20);
}

static void put_any(struct byte_writer *out, const char *shield,
                    const char *text, char separator)
{
    if (is_plain(text, separator)) {
        put(out, shield);
        put(out, text);
        return;
    }
    put(out, "\"");
    put(out, shield);
    put_quoted(out, text);
    put(out, "\"");
}

void list_csv_put_field(struct byte_writer *out, const char *text,
                        char separator)
{
    put_any(out, "", text, separator);
}

void list_csv_put_text(struct byte_writer *out, const char *text,
                       char separator)
{
    put_any(out, is_like_a_formula(text) ? "'" : "", text, separator);
}

static enum result put_value(struct byte_writer *out, const json_t *value,
                             char separator)
{
    char number[32];

    if (!value || json_is_null(value))
        return RESULT_OK;
    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                       json_integer_value(value));
        list_csv_put_field(out, number, separator);
        return RESULT_OK;
    }
    if (!json_is_string(value) ||
        strlen(json_string_value(value)) != json_string_length(value))
        return RESULT_MALFORMED;
    list_csv_put_text(out, json_string_value(value), separator);
    return RESULT_OK;
}

/* A line, or that of the headings where there is no row. */
static enum result put_line(struct byte_writer *out, const json_t *row,
                            const struct list_csv_column *columns, size_t count,
                            char separator)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        if (i > 0)
            byte_writer_bytes(out, &separator, 1);
        if (row)
            result = put_value(out, json_object_get(row, columns[i].name),
                               separator);
        else
            list_csv_put_field(out, columns[i].heading, separator);
    }
    put(out, "\r\n");
    return result;
}

enum result list_csv_write(const json_t *rows,
                           const struct list_csv_column *columns,
                           size_t column_count,
                           const struct list_csv_form *form, uint8_t **out,
                           size_t *size)
{
    struct byte_writer writer;
    enum result result;

    if (!json_is_array(rows) || form->separator == '\0' ||
        !strchr(",;\t", form->separator))
        return RESULT_INVALID;
    byte_writer_init(&writer, CSV_SIZE_MAX);
    if (form->has_mark)
        put(&writer, "\xef\xbb\xbf");
    result = put_line(&writer, NULL, columns, column_count, form->separator);
    for (size_t i = 0; i < json_array_size(rows) && result == RESULT_OK; i++) {
        const json_t *row = json_array_get(rows, i);

        result = json_is_object(row) ? put_line(&writer, row, columns,
                                                column_count, form->separator)
                                     : RESULT_INVALID;
    }
    if (result == RESULT_OK &&
        byte_writer_take(&writer, out, size) != RESULT_OK)
        result = RESULT_NO_MEMORY;
    byte_writer_release(&writer);
    return result;
}
