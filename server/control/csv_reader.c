#include "server/control/csv_reader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

struct reading {
    csv_row_fn on_row;
    void *user;
    enum result result;
    size_t line;     /* of the byte that is read now */
    size_t row_line; /* 0: between rows */
    char *bytes;     /* the fields of the row, one after the other */
    size_t size, capacity;
    size_t ends[CSV_COLUMNS_MAX];
    size_t field_count;
};

static bool reserve(struct reading *reading, size_t more)
{
    size_t wanted = reading->capacity ? reading->capacity : 256;
    char *grown;

    while (wanted - reading->size < more)
        wanted *= 2;
    if (wanted == reading->capacity)
        return true;
    grown = realloc(reading->bytes, wanted);
    if (!grown)
        return false;
    reading->bytes = grown;
    reading->capacity = wanted;
    return true;
}

static void on_field(void *bytes, size_t size, void *user)
{
    struct reading *reading = user;

    if (reading->result != RESULT_OK)
        return;
    if (reading->field_count == CSV_COLUMNS_MAX) {
        reading->result = RESULT_TOO_LARGE;
        return;
    }
    if (!reserve(reading, size)) {
        reading->result = RESULT_NO_MEMORY;
        return;
    }
    if (size)
        memcpy(reading->bytes + reading->size, bytes, size);
    reading->size += size;
    reading->ends[reading->field_count++] = reading->size;
}

static void on_row_end(int terminator, void *user)
{
    struct reading *reading = user;
    struct text_view fields[CSV_COLUMNS_MAX];
    const struct csv_row row = { reading->row_line, fields,
                                 reading->field_count };
    size_t begin = 0;

    (void)terminator;
    if (reading->result != RESULT_OK)
        return;
    for (size_t i = 0; i < reading->field_count; i++) {
        fields[i] = (struct text_view){ reading->bytes + begin,
                                        reading->ends[i] - begin };
        begin = reading->ends[i];
    }
    reading->result = reading->on_row(&row, reading->user);
    reading->size = 0;
    reading->field_count = 0;
    reading->row_line = 0;
}

static struct text_view without_bom(struct text_view text)
{
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        return (struct text_view){ text.data + 3, text.size - 3 };
    return text;
}

static unsigned char separator_of(struct text_view text)
{
    size_t commas = 0;
    size_t semicolons = 0;

    for (size_t i = 0; i < text.size && text.data[i] != '\n'; i++) {
        commas += text.data[i] == ',';
        semicolons += text.data[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

/* Byte by byte, because only so the line is known in which something is. */
static bool read_bytes(struct csv_parser *parser, struct text_view text,
                       struct reading *reading)
{
    for (size_t i = 0; i < text.size && reading->result == RESULT_OK; i++) {
        const char byte = text.data[i];

        if (reading->row_line == 0 && byte != '\r' && byte != '\n')
            reading->row_line = reading->line;
        if (csv_parse(parser, &byte, 1, on_field, on_row_end, reading) != 1)
            return false;
        if (byte == '\n' ||
            (byte == '\r' && (i + 1 == text.size || text.data[i + 1] != '\n')))
            reading->line++;
    }
    return reading->result != RESULT_OK ||
           csv_fini(parser, on_field, on_row_end, reading) == 0;
}

enum result csv_read(struct text_view text, csv_row_fn on_row, void *user,
                     size_t *bad_line)
{
    const struct text_view body = without_bom(text);
    struct reading reading = { .on_row = on_row, .user = user, .line = 1 };
    struct csv_parser parser;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return RESULT_NO_MEMORY;
    csv_set_delim(&parser, separator_of(body));
    if (!read_bytes(&parser, body, &reading))
        reading.result = csv_error(&parser) == CSV_ENOMEM ? RESULT_NO_MEMORY
                                                          : RESULT_MALFORMED;
    csv_free(&parser);
    free(reading.bytes);
    if (reading.result != RESULT_OK)
        *bad_line = reading.row_line ? reading.row_line : reading.line;
    return reading.result;
}
