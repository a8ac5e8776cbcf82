#include "protocol/verify/verify_lines.h"

#include <stdlib.h>
#include <string.h>

static size_t count_lines(struct text_view file)
{
    size_t i, count = 0;

    for (i = 0; i < file.size; i++)
        count += file.data[i] == '\n';
    return count + (file.size > 0 && file.data[file.size - 1] != '\n');
}

enum result verify_lines_split(struct text_view file, struct verify_lines *out)
{
    const size_t count = count_lines(file);
    struct text_view *lines = calloc(count + 1, sizeof *lines);
    size_t i, start = 0;

    if (!lines)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const char *line = &file.data[start];
        const char *end = memchr(line, '\n', file.size - start);
        const size_t size = end ? (size_t)(end - line) : file.size - start;

        lines[i] = (struct text_view){ line, size };
        start += size + 1;
    }
    *out = (struct verify_lines){
        .lines = lines,
        .count = count,
        .is_cut = file.size > 0 && file.data[file.size - 1] != '\n',
    };
    return RESULT_OK;
}

void verify_lines_release(struct verify_lines *lines)
{
    free(lines->lines);
    *lines = (struct verify_lines){ .lines = NULL };
}
