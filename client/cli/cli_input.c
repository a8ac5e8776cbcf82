#include "client/cli/cli_input.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_input_read(struct cli_input *input)
{
    ssize_t got;

    if (input->size == LIMIT_MESSAGE_SIZE) {
        input->is_too_long = true;
        input->size = 0;
    }
    got = read(input->fd, input->bytes + input->size,
               LIMIT_MESSAGE_SIZE - input->size);
    if (got > 0)
        input->size += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        input->is_over = true;
}

enum cli_input_kind cli_input_line(struct cli_input *input, char *line)
{
    const char *end = memchr(input->bytes, '\n', input->size);
    size_t size = end ? (size_t)(end - input->bytes) : input->size;
    size_t used = end ? size + 1 : size;

    if (!end && (!input->is_over || input->size == 0))
        return CLI_INPUT_NOTHING;
    memcpy(line, input->bytes, size);
    if (size > 0 && line[size - 1] == '\r')
        size--;
    line[size] = '\0';
    input->size -= used;
    memmove(input->bytes, input->bytes + used, input->size);
    /* Nothing of a line stays behind: it may be secret. */
    OPENSSL_cleanse(input->bytes + input->size, used);
    if (input->is_too_long) {
        input->is_too_long = false;
        return CLI_INPUT_TOO_LONG;
    }
    return CLI_INPUT_LINE;
}

bool cli_is_yes(const char *line)
{
    static const char *const words[] = { "yes", "y", "co", "dongy", NULL };

    return cli_is_word(line, words);
}

bool cli_is_no(const char *line)
{
    static const char *const words[] = { "no", "n", "khong", NULL };

    return cli_is_word(line, words);
}

bool cli_input_says_yes(void)
{
    char *line = NULL;
    size_t size = 0;
    bool is_yes = false;
    bool is_no = false;

    while (!is_yes && !is_no) {
        (void)fflush(stdout);
        is_no = getline(&line, &size, stdin) < 0;
        if (is_no)
            break;
        line[strcspn(line, "\r\n")] = '\0';
        is_yes = cli_is_yes(line);
        is_no = cli_is_no(line);
        if (!is_yes && !is_no)
            (void)fputs(_("Type yes or no.\n"), stdout);
    }
    free(line);
    return is_yes;
}
