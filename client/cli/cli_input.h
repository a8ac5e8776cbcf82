/*
 * Lines from standard input, as they become readable. A line that is longer
 * than a message may be is thrown away as a whole. Main thread.
 */
#ifndef CLIENT_CLI_CLI_INPUT_H
#define CLIENT_CLI_CLI_INPUT_H

#include "protocol/base/limits.h"

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised but for `fd` is ready. */
struct cli_input {
    int fd;
    bool is_over; /* end of input, or it failed */
    bool is_too_long;
    size_t size;
    char bytes[LIMIT_MESSAGE_SIZE + 1];
};

enum cli_input_kind { CLI_INPUT_NOTHING, CLI_INPUT_LINE, CLI_INPUT_TOO_LONG };

/* Reads once what there is; does not block if the descriptor is readable. */
void cli_input_read(struct cli_input *input);
/*
 * The next whole line, NUL-terminated, without its end, into `line` (which
 * holds LIMIT_MESSAGE_SIZE + 1 bytes). Bytes before the end of input that end
 * no line are one, too.
 */
enum cli_input_kind cli_input_line(struct cli_input *input, char *line);

/*
 * Reads whole lines of standard input, by themselves, until one says yes or no;
 * asks again otherwise. False for no and at the end of input. For subcommands,
 * which have no struct cli_input.
 */
bool cli_input_says_yes(void);

#endif
