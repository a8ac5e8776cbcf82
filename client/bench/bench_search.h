/*
 * The search for the knee: a tenth more rooms at a time until it is too many;
 * if the first number was too many, half of it, and up again to where it was
 * too many. What was too many once is tried once more: a machine that stood
 * still for a moment is no knee. Pure.
 */
#ifndef CLIENT_BENCH_BENCH_SEARCH_H
#define CLIENT_BENCH_BENCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

struct bench_search {
    size_t rooms;  /* to be tried now; 0: it is over */
    size_t most;   /* there are no more */
    size_t good;   /* the most that were held; 0: none yet */
    size_t over;   /* the fewest that were too many; 0: none yet */
    bool is_again; /* `rooms` were too many, once */
};

/* `begin` and `most` are not 0. */
struct bench_search bench_search_begin(size_t begin, size_t most);
/* What was tried was too many, or not. */
void bench_search_go_on(struct bench_search *search, bool is_too_many);

#endif
