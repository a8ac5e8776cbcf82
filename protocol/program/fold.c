#include "protocol/program/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* Bytes within which the head of a line ends; spaces between columns. */
enum { HEAD_MAX = 20, GAP_MAX = 2 };

/* The code point at the front and its columns; bytes taken, 0 at the end. */
static size_t next_point(const char *text, size_t *columns)
{
    utf8proc_int32_t point;
    const utf8proc_ssize_t size =
        utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
    int width;

    if (size <= 0 || *text == '\0')
        return *text == '\0' ? 0 : 1;
    width = utf8proc_charwidth(point);
    *columns += width > 0 ? (size_t)width : 0;
    return (size_t)size;
}

size_t fold_columns(const char *text, size_t size)
{
    size_t columns = 0;
    size_t at = 0;

    while (at < size)
        at += next_point(text + at, &columns);
    return columns;
}

static void put_spaces(size_t count, FILE *out)
{
    while (count-- > 0)
        (void)fputc(' ', out);
}

void fold_words(const char *text, size_t used, size_t indent, size_t width,
                FILE *out)
{
    bool is_first = true;

    while (*text != '\0') {
        const size_t size = strcspn(text, " \n");
        const size_t columns = fold_columns(text, size);

        if (!is_first && used + 1 + columns > width && used > indent) {
            (void)fputc('\n', out);
            put_spaces(indent, out);
            used = indent;
        } else if (!is_first && size > 0) {
            (void)fputc(' ', out);
            used++;
        }
        (void)fwrite(text, 1, size, out);
        used += columns;
        is_first = size == 0 && is_first;
        text += size;
        if (*text == '\n') {
            (void)fputc('\n', out);
            put_spaces(indent, out);
            used = indent;
            is_first = true;
        }
        text += *text != '\0';
    }
    (void)fputc('\n', out);
}

/* --- lists ---------------------------------------------------------------- */

/* Where the text of a line of a list begins: behind "  1. ", behind a column
 * that spaces set off; else 0. */
static size_t head_of(const char *line, size_t size)
{
    const size_t lead = strspn(line, " ");
    const size_t mark = strspn(line, " >+x-");
    const size_t digits = strspn(line + mark, "0123456789");
    size_t at;

    if (digits > 0 && mark + digits + 2 < size &&
        strncmp(line + mark + digits, ". ", 2) == 0)
        return mark + digits + 2;
    for (at = lead; at + 2 < size && at < HEAD_MAX; at++)
        if (line[at] == ' ' && line[at + 1] == ' ')
            return at + strspn(line + at, " ");
    return 0;
}

/* Folds one line that is too long. Behind its head the gaps between columns
 * shrink to two spaces: a row of a wide table has room for its words then. */
static void fold(const char *line, size_t size, size_t width, FILE *out)
{
    size_t head = head_of(line, size);
    size_t indent = fold_columns(line, head < size ? head : size);
    size_t used = 0;
    size_t at = 0;

    if (head == 0)
        indent = strspn(line, " ") + 2;
    if (indent > width / 2) { /* no room behind such a head */
        head = 0;
        indent = 2;
    }
    while (at < size) {
        const size_t spaces = strspn(line + at, " ");
        const size_t gap = at > head && spaces > GAP_MAX ? GAP_MAX : spaces;
        const size_t word = strcspn(line + at + spaces, " \n");
        const size_t columns = fold_columns(line + at + spaces, word);

        if (at >= head && used > indent && used + gap + columns > width &&
            word > 0) {
            (void)fputc('\n', out);
            put_spaces(indent, out);
            used = indent;
        } else if (word > 0) {
            put_spaces(gap, out);
            used += gap;
        }
        (void)fwrite(line + at + spaces, 1, word, out);
        used += columns;
        at += spaces + word;
    }
}

void fold_list(const char *text, size_t width, FILE *out)
{
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n");
        const bool is_ended = text[size] == '\n';

        if (fold_columns(text, size) > width)
            fold(text, size, width, out);
        else
            (void)fwrite(text, 1, size, out);
        if (is_ended)
            (void)fputc('\n', out);
        text += size + (is_ended ? 1 : 0);
    }
}
