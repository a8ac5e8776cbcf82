#include "client/cli/cli_wrap.h"

#include "client/cli/cli_terminal.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void put_spaces(size_t count, FILE *out)
{
    while (count-- > 0)
        (void)fputc(' ', out);
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
    fold_words(copy, indent, indent,
               !cli_terminal_is_there() ? SIZE_MAX
               : width > CLI_WIDTH_MAX  ? CLI_WIDTH_MAX
                                        : width,
               out);
    free(copy);
}

void cli_lines_write(const char *text, size_t used, FILE *out)
{
    const size_t width = cli_terminal_width();

    if (!cli_terminal_is_there() || width < FOLD_WIDTH_MIN) {
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
            fold_words(line + (used > 0 ? 0 : indent), indent, indent, width,
                       out);
        free(line);
        text += size + (text[size] == '\n' ? 1 : 0);
        used = 0;
    }
}

void cli_list_write(const char *text, FILE *out)
{
    const size_t width = cli_terminal_width();

    if (cli_terminal_is_there() && width >= FOLD_WIDTH_MIN)
        fold_list(text, width, out);
    else
        (void)fputs(text, out);
}
