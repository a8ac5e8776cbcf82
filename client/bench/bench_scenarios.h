/* What is measured. Each opens its load, runs, prints one line a figure, and
 * returns the program's exit code. */
#ifndef CLIENT_BENCH_BENCH_SCENARIOS_H
#define CLIENT_BENCH_BENCH_SCENARIOS_H

#include "client/bench/bench_load.h"

#include <stdbool.h>
#include <stddef.h>

struct bench_options {
    struct bench_target target;
    size_t rooms, members, speakers;
    size_t rate; /* events a second */
    size_t seconds;
    size_t heard;  /* one listener of so many parses what it hears */
    size_t people; /* of one room, who have several devices; 0: all */
    size_t begin;  /* rooms in which the search for the knee begins */
    bool is_json;  /* for programs */
    const char *token_path, *links_path; /* NULL: none */
    const char *meeting;                 /* of the guests */
};

int bench_joins(const struct bench_options *options);
int bench_events(const struct bench_options *options);
int bench_audio(const struct bench_options *options);
/* More and more rooms speak, until sound is late or lost. */
int bench_knee(const struct bench_options *options);
/* Devices of one room sign its head again and again. */
int bench_checkpoints(const struct bench_options *options);
/* Opens the rooms and leaves them open; then, after a restart of the server,
 * members that log in, or the first join. */
int bench_rooms(const struct bench_options *options);
int bench_connections(const struct bench_options *options);
int bench_first_join(const struct bench_options *options);

/* On a server that stays, for its administrator: makes members, has them speak,
 * tells what the machine holds, and clears away what can be. */
int bench_capacity(const struct bench_options *options);
/* Members whose invitations are in a file come to a meeting of theirs. */
int bench_guests(const struct bench_options *options);

#endif
