/*
 * A report as a table: named columns, rows of texts, words and numbers. Whoever
 * shows it chooses the form: JSON by the columns' keys, or CSV (RFC 4180) with
 * headings and words for people. One owner, one thread.
 */
#ifndef SERVER_REPORT_REPORT_TABLE_H
#define SERVER_REPORT_REPORT_TABLE_H

#include "protocol/base/result.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum report_cell {
    REPORT_TEXT = 1,  /* as people wrote it */
    REPORT_WORD,      /* of a vocabulary: is translated for people */
    REPORT_NUMBER,    /* a whole number */
    REPORT_HUNDREDTHS /* a number of hundredths: 8333 is shown as 83.33 */
};
struct report_column {
    const char *key;
    enum report_cell cell;
};

/* Whatever cannot be added for want of memory is told once, by
 * report_table_result(). */
struct report_table {
    const struct report_column *columns; /* borrowed for its whole life */
    size_t column_count;
    json_t *rows; /* owned; an array of arrays, one value a column */
    bool is_broken;
};

void report_table_init(struct report_table *table,
                       const struct report_column *columns,
                       size_t column_count);
void report_table_release(struct report_table *table);

void report_table_row(struct report_table *table);
/* The next cell of the row begun last, by the type of its column. */
void report_table_text(struct report_table *table, const char *text);
void report_table_number(struct report_table *table, uint64_t number);
/* `part` of `whole` in hundredths of a per cent; empty for a whole of 0. */
void report_table_percent(struct report_table *table, uint64_t part,
                          uint64_t whole);
/* "2026-02-05 19:30" by the clock of an IANA zone, "" if the machine does not
 * know it; empty for 0. */
void report_table_moment(struct report_table *table, const char *zone,
                         int64_t at_ms);
/* A cell with nothing in it. */
void report_table_empty(struct report_table *table);

/* RESULT_NO_MEMORY if anything could not be added. A row that has not as many
 * cells as there are columns is a bug. */
MUST_USE enum result report_table_result(const struct report_table *table);
size_t report_table_count(const struct report_table *table);
/* A row as an object; the caller owns the reference, NULL: out of memory. */
json_t *report_table_object(const struct report_table *table, size_t row);

struct report_csv {
    char separator; /* ',', ';' or tab */
    bool has_mark;  /* begins with a byte order mark, as spreadsheets ask for */
    /* A column's heading or a word for people, by its key; never NULL. */
    const char *(*words)(const char *key);
};
/*
 * The table as UTF-8 text, lines ended by CR LF. Hundredths have a decimal
 * comma unless the comma is the separator. A text that a spreadsheet would take
 * for a formula ("=", "+", "-", "@" or a control character first) gets an
 * apostrophe before it. RESULT_NO_MEMORY; free() ends `*out`.
 */
MUST_USE enum result report_table_csv(const struct report_table *table,
                                      const struct report_csv *form, char **out,
                                      size_t *size);

#endif
