/*
 * The command line of a subcommand: long options in any place, and words.
 */
#ifndef CLIENT_CLI_CLI_OPTIONS_H
#define CLIENT_CLI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What the process ends with. */
enum cli_exit { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* What every subcommand takes. Texts borrow from argv. */
struct cli_common {
    const char *profile;
    const char *passphrase_file;
};

/* One of `text` and `flag` is set: where the value goes. */
struct cli_option {
    const char *name;  /* "--label" */
    const char **text; /* option with a value */
    bool *flag;        /* option without one */
};

struct cli_usage {
    const char *text; /* whole help, translated */
    const struct cli_option *options;
    size_t option_count;
    int word_min;
    int word_max;
};

/*
 * Reads argv[2..]; words go to `words`, which has room for word_max. -o stands
 * for --output, -h for --help. Says what is wrong on stderr.
 *
 * True: go on. False: `*end` is what the program ends with (help was shown, or
 * the line was wrong).
 */
bool cli_options_read(const struct cli_usage *usage, int argc, char **argv,
                      struct cli_common *common, const char **words,
                      enum cli_exit *end);

/* "chibo: " and a message on stderr, with a line feed. */
void cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
