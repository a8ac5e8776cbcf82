#include "client/cli/cli_wrap.h"

#include "client/cli/cli_terminal.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { HEAD_MAX = 20 }; /* bytes within which the head of a line ends */

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

size_t cli_columns(const char *text, size_t size)
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

void cli_wrap_write(const char *text, size_t used, size_t indent, size_t width,
                    FILE *out)
{
    bool is_first = true;

    while (*text != '\0') {
        const size_t size = strcspn(text, " \n");
        const size_t columns = cli_columns(text, size);

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

void cli_paragraph_write(const char *text, FILE *out)
{
    const size_t width = cli_terminal_width();
    const size_t indent = strspn(text, " ");
    char *copy = strdup(text + indent);
    size_t size = copy ? strlen(copy) : 0;
    char *at;

    if (!copy)
        return;
    while (size > 0 && copy[size - 1] == '\n')
        copy[--size] = '\0';
    for (at = copy; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    put_spaces(indent, out);
    cli_wrap_write(copy, indent, indent,
                   !cli_terminal_is_there() ? SIZE_MAX
                   : width > CLI_WIDTH_MAX  ? CLI_WIDTH_MAX
                                            : width,
                   out);
    free(copy);
}

void cli_lines_write(const char *text, size_t used, FILE *out)
{
    const size_t width = cli_terminal_width();

    if (!cli_terminal_is_there() || width < CLI_WIDTH_MIN) {
        (void)fputs(text, out);
        return;
    }
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n");
        const size_t indent = used > 0 ? used : strspn(text, " ");
        char *line = strndup(text, size);

        if (used == 0)
            put_spaces(indent, out);
        if (line)
            cli_wrap_write(line + (used > 0 ? 0 : indent), indent, indent,
                           width, out);
        free(line);
        text += size + (text[size] == '\n' ? 1 : 0);
        used = 0;
    }
}

/* --- lists ---------------------------------------------------------------- */

/* Where the text of a line of a list begins: behind "  1. ", behind a column
 * that spaces set off, else a little behind where the line begins. */
static size_t hanging(const char *line, size_t size)
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
    return lead + 2;
}

/* Folds one line that is too long; spaces between words stay as they are. */
static void fold(const char *line, size_t size, size_t width, FILE *out)
{
    const size_t head = hanging(line, size);
    const size_t indent = cli_columns(line, head < size ? head : size);
    size_t used = 0;
    size_t at = 0;

    if (indent > width / 2) { /* no room behind such a head */
        (void)fwrite(line, 1, size, out);
        (void)fputc('\n', out);
        return;
    }
    while (at < size) {
        const size_t spaces = strspn(line + at, " ");
        const size_t word = strcspn(line + at + spaces, " \n");
        const size_t columns = cli_columns(line + at + spaces, word);

        if (at >= head && used > indent && used + spaces + columns > width) {
            (void)fputc('\n', out);
            put_spaces(indent, out);
            used = indent;
        } else {
            put_spaces(spaces, out);
            used += spaces;
        }
        (void)fwrite(line + at + spaces, 1, word, out);
        used += columns;
        at += spaces + word;
    }
    (void)fputc('\n', out);
}

void cli_list_fold(const char *text, size_t width, FILE *out)
{
    while (*text != '\0') {
        const size_t size = strcspn(text, "\n");
        const bool is_ended = text[size] == '\n';

        if (cli_columns(text, size) > width)
            fold(text, size, width, out);
        else
            (void)fwrite(text, 1, size + (is_ended ? 1 : 0), out);
        text += size + (is_ended ? 1 : 0);
    }
}

void cli_list_write(const char *text, FILE *out)
{
    const size_t width = cli_terminal_width();

    if (cli_terminal_is_there() && width >= CLI_WIDTH_MIN)
        cli_list_fold(text, width, out);
    else
        (void)fputs(text, out);
}
