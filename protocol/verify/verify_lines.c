#include "protocol/verify/verify_lines.h"

#include <stdlib.h>
#include <string.h>

/* The line that begins there; where the next one does, or behind the end. */
static struct text_view line_at(struct text_view file, size_t start,
                                size_t *next)
{
    const char *line = &file.data[start];
    const char *end = memchr(line, '\n', file.size - start);
    const size_t size = end ? (size_t)(end - line) : file.size - start;

    *next = start + size + 1;
    return (struct text_view){ line, size };
}

/* Where what is split ends: behind the first line that is too short. */
static size_t count_lines(struct text_view file, size_t *end)
{
    size_t count = 0, start = 0;

    while (start < file.size) {
        const struct text_view line = line_at(file, start, &start);

        count++;
        if (line.size < VERIFY_LINE_SIZE_MIN)
            break;
    }
    *end = start < file.size ? start : file.size;
    return count;
}

enum result verify_lines_split(struct text_view file, struct verify_lines *out)
{
    size_t i, end = 0, start = 0;
    const size_t count = count_lines(file, &end);
    struct text_view *lines = calloc(count + 1, sizeof *lines);

    if (!lines)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++)
        lines[i] = line_at(file, start, &start);
    *out = (struct verify_lines){
        .lines = lines,
        .count = count,
        .is_cut = end > 0 && file.data[end - 1] != '\n',
    };
    return RESULT_OK;
}

void verify_lines_release(struct verify_lines *lines)
{
    free(lines->lines);
    *lines = (struct verify_lines){ .lines = NULL };
}
