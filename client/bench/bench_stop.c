#include "client/bench/bench_stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t is_wanted;
static bool is_forgotten;

static void on_signal(int number)
{
    (void)number;
    is_wanted = 1;
}

void bench_stop_watch(void)
{
    struct sigaction action = { .sa_flags = (int)SA_RESETHAND };

    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL); /* else it just ends */
    (void)sigaction(SIGTERM, &action, NULL);
}

bool bench_stop_is_due(void) { return is_wanted && !is_forgotten; }

void bench_stop_forget(void) { is_forgotten = true; }

bool bench_stop_wanted(void) { return is_wanted; }
