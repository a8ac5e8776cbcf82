/*
 * Lists as CSV (RFC 4180), for spreadsheets: UTF-8, lines ended by CR LF, a
 * field quoted where it has to be.
 *
 * A text that a spreadsheet would take for a formula, for it begins with one of
 * "= + - @", their wide forms or a control character, gets an apostrophe before
 * it: spreadsheets show such a field as text, and whoever reads the file by a
 * program sees what was added; a tab would be lost to the eye. So does each
 * place within a text where a field would begin for a spreadsheet that takes
 * another separator or the end of a line for the end of the field. Pure; any
 * thread.
 */
#ifndef PROTOCOL_DOCUMENT_LIST_CSV_H
#define PROTOCOL_DOCUMENT_LIST_CSV_H

#include "protocol/base/byte_writer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct list_csv_form {
    char separator; /* ',', ';' or tab */
    bool has_mark;  /* begins with a byte order mark, as spreadsheets ask for */
};
struct list_csv_column {
    const char *name;    /* of the member of each row */
    const char *heading; /* in the first line */
};

/*
 * An array of objects as lines, with the headings first. A value is text, a
 * whole number, or null for an empty field, as is one that is not there.
 * RESULT_OK: free() ends `*out`. RESULT_INVALID: the separator, or `rows` is
 * not such an array; RESULT_MALFORMED: a value of another type;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result list_csv_write(const json_t *rows,
                                    const struct list_csv_column *columns,
                                    size_t column_count,
                                    const struct list_csv_form *form,
                                    uint8_t **out, size_t *size);

/* For whoever makes a table otherwise: a field as it is, and one of a text that
 * people wrote, shielded as said above. Failures stick to the writer. */
void list_csv_put_field(struct byte_writer *out, const char *text,
                        char separator);
void list_csv_put_text(struct byte_writer *out, const char *text,
                       char separator);

#endif
