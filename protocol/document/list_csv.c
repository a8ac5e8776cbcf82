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

/* Does a spreadsheet take what begins so for a formula? Some take the wide
 * forms of the signs, too. */
static bool is_like_a_formula(const char *text)
{
    static const char *const wide[] = { "\uff1d", "\uff0b", "\uff0d",
                                        "\uff20" };

    if (text[0] != '\0' && (strchr("=+-@", text[0]) || (uint8_t)text[0] < 0x20))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return true;
    return false;
}

/* In quotes its own are doubled. Of a text that people wrote, each place gets a
 * shield where a field would begin for a spreadsheet that is told another
 * separator, quotes or not. */
static void put_shielded(struct byte_writer *out, const char *text,
                         bool is_quoted, bool is_of_people)
{
    bool is_start = is_of_people;

    for (; *text; text++) {
        if (is_start && is_like_a_formula(text))
            put(out, "'");
        is_start = is_of_people &&
                   (strchr(",;|\t\r\n", *text) || (is_start && *text == '"'));
        if (is_quoted && *text == '"')
            put(out, "\"");
        byte_writer_bytes(out, text, 1);
    }
}

static void put_any(struct byte_writer *out, const char *text, char separator,
                    bool is_of_people)
{
    const bool is_quoted = !is_plain(text, separator);

    if (is_quoted)
        put(out, "\"");
    put_shielded(out, text, is_quoted, is_of_people);
    if (is_quoted)
        put(out, "\"");
}

void list_csv_put_field(struct byte_writer *out, const char *text,
                        char separator)
{
    put_any(out, text, separator, false);
}

void list_csv_put_text(struct byte_writer *out, const char *text,
                       char separator)
{
    put_any(out, text, separator, true);
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
