#include "protocol/verify/verify_openings.h"

#include <stdlib.h>

static int compare_rows(const void *left, const void *right)
{
    const struct verify_opening_row *a = left, *b = right;

    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* Which event the line opens a text of. */
static enum result read_seq(struct text_view line, uint64_t *seq,
                            struct field_error *error)
{
    struct message_memory memory = { .root = NULL };
    struct opening opening;
    const enum result result =
        opening_parse(line.data, line.size, &opening, &memory, error);

    if (result == RESULT_OK)
        *seq = opening.seq;
    message_memory_release(&memory);
    return result;
}

enum result verify_openings_read(struct text_view file,
                                 struct verify_openings *out,
                                 struct verify_failure *failure)
{
    enum result result;
    size_t i;

    *out = (struct verify_openings){ .rows = NULL };
    result = verify_lines_split(file, &out->lines);
    if (result != RESULT_OK)
        return result;
    out->rows = calloc(out->lines.count + 1, sizeof *out->rows);
    if (!out->rows)
        return RESULT_NO_MEMORY;
    for (i = 0; i < out->lines.count; i++) {
        struct field_error error = { .reason = NULL };

        result = read_seq(out->lines.lines[i], &out->rows[i].seq, &error);
        if (result == RESULT_NO_MEMORY)
            return result;
        if (result != RESULT_OK) {
            failure->fault = VERIFY_FAULT_OPENING_LINE;
            failure->line = i + 1;
            failure->field = error;
            return RESULT_REFUSED;
        }
        out->rows[i].line = i;
    }
    out->count = out->lines.count;
    qsort(out->rows, out->count, sizeof *out->rows, compare_rows);
    return RESULT_OK;
}

void verify_openings_release(struct verify_openings *openings)
{
    verify_lines_release(&openings->lines);
    free(openings->rows);
    *openings = (struct verify_openings){ .rows = NULL };
}

bool verify_openings_next(struct verify_openings *openings, uint64_t seq,
                          size_t *line)
{
    if (openings->next == openings->count ||
        openings->rows[openings->next].seq != seq)
        return false;
    *line = openings->rows[openings->next++].line;
    return true;
}
