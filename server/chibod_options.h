/* The command line of chibod, and its help. Before there are threads. */
#ifndef SERVER_CHIBOD_OPTIONS_H
#define SERVER_CHIBOD_OPTIONS_H

#include <stdbool.h>

struct chibod_arguments {
    const char *config_path, *bench_path, *language;
    bool wants_help, wants_version;
};

/* Views of `arguments`. The exit code of a program that has said all; negative:
 * it is to run. */
int chibod_read_arguments(int argument_count, char **arguments,
                          struct chibod_arguments *out);

#endif
