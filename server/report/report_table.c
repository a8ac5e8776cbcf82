#include "server/report/report_table.h"

#include "protocol/base/byte_writer.h"
#include "protocol/document/zone_clock.h"
#include "protocol/rules/percent.h"
#include "protocol/document/list_csv.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CSV_SIZE_MAX = 1024 * 1024 * 1024 };

/* --- Filling ------------------------------------------------------------- */

void report_table_init(struct report_table *table,
                       const struct report_column *columns, size_t column_count)
{
    table->columns = columns;
    table->column_count = column_count;
    table->rows = json_array();
    table->is_broken = !table->rows;
}

void report_table_release(struct report_table *table)
{
    json_decref(table->rows);
    *table = (struct report_table){ 0 };
}

void report_table_row(struct report_table *table)
{
    if (!table->is_broken &&
        json_array_append_new(table->rows, json_array()) != 0)
        table->is_broken = true;
}

/* Takes the value, NULL if memory was out. */
static void add(struct report_table *table, json_t *value,
                enum report_cell first, enum report_cell second)
{
    json_t *row = json_array_get(table->rows, json_array_size(table->rows) - 1);
    const size_t at = json_array_size(row);

    if (table->is_broken || !value) {
        table->is_broken = true;
        json_decref(value);
        return;
    }
    assert(row && at < table->column_count);
    assert(json_is_null(value) || table->columns[at].cell == first ||
           table->columns[at].cell == second);
    if (json_array_append_new(row, value) != 0)
        table->is_broken = true;
}

void report_table_text(struct report_table *table, const char *text)
{
    add(table, json_string(text), REPORT_TEXT, REPORT_WORD);
}

void report_table_number(struct report_table *table, uint64_t number)
{
    const json_int_t most = INT64_MAX;

    add(table, json_integer(number > INT64_MAX ? most : (json_int_t)number),
        REPORT_NUMBER, REPORT_NUMBER);
}

void report_table_percent(struct report_table *table, uint64_t part,
                          uint64_t whole)
{
    if (whole == 0)
        report_table_empty(table);
    else
        add(table, json_integer((json_int_t)percent_hundredths(part, whole)),
            REPORT_HUNDREDTHS, REPORT_HUNDREDTHS);
}

void report_table_empty(struct report_table *table)
{
    add(table, json_null(), REPORT_TEXT, REPORT_TEXT);
}

void report_table_moment(struct report_table *table, const char *zone,
                         int64_t at_ms)
{
    struct zone_clock *clock = at_ms > 0 ? zone_clock_new(zone) : NULL;
    struct zone_moment at;
    char text[64];

    if (!clock) {
        report_table_empty(table);
        return;
    }
    at = zone_clock_at(clock, at_ms);
    zone_clock_free(clock);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d", at.year,
                   at.month, at.day, at.hour, at.minute);
    report_table_text(table, text);
}

/* --- Asking -------------------------------------------------------------- */

enum result report_table_result(const struct report_table *table)
{
    const json_t *row;
    size_t i;

    if (table->is_broken)
        return RESULT_NO_MEMORY;
    json_array_foreach(table->rows, i, row)
        assert(json_array_size(row) == table->column_count);
    return RESULT_OK;
}

size_t report_table_count(const struct report_table *table)
{
    return json_array_size(table->rows);
}

json_t *report_table_object(const struct report_table *table, size_t row)
{
    json_t *values = json_array_get(table->rows, row);
    json_t *object = json_object();
    size_t i;

    for (i = 0; object && i < table->column_count; i++)
        if (json_object_set(object, table->columns[i].key,
                            json_array_get(values, i)) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* --- CSV ----------------------------------------------------------------- */

static void put(struct byte_writer *out, const char *text)
{
    byte_writer_bytes(out, text, strlen(text));
}

static void put_number(struct byte_writer *out, const json_t *value,
                       enum report_cell cell, char separator)
{
    const json_int_t number = json_integer_value(value);
    char text[32];

    if (cell == REPORT_HUNDREDTHS)
        (void)snprintf(text, sizeof text, "%" PRId64 "%c%02d",
                       (int64_t)number / 100, separator == ',' ? '.' : ',',
                       (int)(number % 100));
    else
        (void)snprintf(text, sizeof text, "%" PRId64, (int64_t)number);
    put(out, text);
}

static void put_cell(struct byte_writer *out, const json_t *value,
                     enum report_cell cell, const struct report_csv *form)
{
    const char *text = json_string_value(value);

    if (json_is_integer(value))
        put_number(out, value, cell, form->separator);
    else if (text && cell == REPORT_WORD)
        list_csv_put_field(out, text[0] ? form->words(text) : "",
                           form->separator);
    else if (text)
        list_csv_put_text(out, text, form->separator);
}

static void put_row(struct byte_writer *out, const struct report_table *table,
                    const json_t *row, const struct report_csv *form)
{
    const char separator[] = { form->separator, '\0' };
    size_t i;

    for (i = 0; i < table->column_count; i++) {
        if (i > 0)
            put(out, separator);
        if (row)
            put_cell(out, json_array_get(row, i), table->columns[i].cell, form);
        else
            list_csv_put_field(out, form->words(table->columns[i].key),
                               form->separator);
    }
    put(out, "\r\n");
}

enum result report_table_csv(const struct report_table *table,
                             const struct report_csv *form, char **out,
                             size_t *size)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    const json_t *row;
    size_t i;
    enum result result = report_table_result(table);

    if (result != RESULT_OK)
        return result;
    byte_writer_init(&writer, CSV_SIZE_MAX);
    if (form->has_mark)
        put(&writer, "\xef\xbb\xbf");
    put_row(&writer, table, NULL, form);
    json_array_foreach(table->rows, i, row) put_row(&writer, table, row, form);
    result = byte_writer_take(&writer, &bytes, size);
    byte_writer_release(&writer);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    return result == RESULT_OK ? RESULT_OK : RESULT_NO_MEMORY;
}
