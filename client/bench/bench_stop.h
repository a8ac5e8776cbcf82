/* Ctrl-C: what runs ends early, and what was made is cleared away. */
#ifndef CLIENT_BENCH_BENCH_STOP_H
#define CLIENT_BENCH_BENCH_STOP_H

#include <stdbool.h>

/* The first SIGINT or SIGTERM from now on is only noted; a second one ends the
 * program. */
void bench_stop_watch(void);
/* It has come, and what goes on should end. */
bool bench_stop_is_due(void);
/* What follows is the clearing away: it goes on. */
void bench_stop_forget(void);
/* It has come, whenever. */
bool bench_stop_wanted(void);

#endif
