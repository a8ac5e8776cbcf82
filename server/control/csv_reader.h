/*
 * Comma-separated values as people's spreadsheets write them (RFC 4180, by
 * libcsv): UTF-8 with or without BOM, "," or ";" between fields (whichever the
 * first line has more of), quoted fields with separators, quotes and line
 * breaks in them. Pure; any thread.
 */
#ifndef SERVER_CONTROL_CSV_READER_H
#define SERVER_CONTROL_CSV_READER_H

#include "protocol/base/text.h"

#include <stddef.h>

enum { CSV_COLUMNS_MAX = 64 };

/* Borrowed for the call. Blanks around unquoted fields are gone. */
struct csv_row {
    size_t line; /* on which the row begins, from 1 */
    const struct text_view *fields;
    size_t field_count;
};

/* Anything but RESULT_OK ends the reading. */
typedef enum result (*csv_row_fn)(const struct csv_row *row, void *user);

/*
 * Calls `on_row` for each row that is not blank, and returns its first failure.
 * RESULT_MALFORMED: a quote that is not closed or stands where none may;
 * RESULT_TOO_LARGE: more than CSV_COLUMNS_MAX fields in a row; `*bad_line` is
 * then the line where that was seen. RESULT_NO_MEMORY.
 */
MUST_USE enum result csv_read(struct text_view text, csv_row_fn on_row,
                              void *user, size_t *bad_line);

#endif
