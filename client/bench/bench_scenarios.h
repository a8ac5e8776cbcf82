/* What is measured. Each opens its load, runs, prints one line a figure, and
 * returns the program's exit code. */
#ifndef CLIENT_BENCH_BENCH_SCENARIOS_H
#define CLIENT_BENCH_BENCH_SCENARIOS_H

#include <stddef.h>

struct bench_options {
    const char *directory; /* of chibod --bench */
    size_t rooms, members, speakers;
    size_t rate; /* events a second */
    size_t seconds;
};

int bench_joins(const struct bench_options *options);
int bench_events(const struct bench_options *options);
int bench_audio(const struct bench_options *options);
/* Devices of one room sign its head again and again. */
int bench_checkpoints(const struct bench_options *options);
/* Opens the rooms and leaves them open; then, after a restart of the server,
 * members that log in, or the first join. */
int bench_rooms(const struct bench_options *options);
int bench_connections(const struct bench_options *options);
int bench_first_join(const struct bench_options *options);

#endif
