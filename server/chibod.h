/*
 * The server as a whole: builds its parts, runs the loop, takes them down in
 * reverse.
 */
#ifndef SERVER_CHIBOD_H
#define SERVER_CHIBOD_H

#include <stdbool.h>
#include <stdint.h>

/* Faults that the tests of the tests plant; all zero in the product. */
struct chibod_faults {
    uint64_t commit_delay_ms; /* every commit waits so long */
    bool commits_unsafely;    /* a commit does not wait for the disk */
    bool releases_early;      /* an event is told before its commit */
};

/* The program: its arguments, and its exit code (0, 1 failed, 2 usage). */
int chibod_main(int argument_count, char **arguments,
                const struct chibod_faults *faults);

#endif
