/*
 * A throw-away server for chibo-bench: its settings, and a sample organisation
 * in a folder of its own. Before there are threads.
 */
#ifndef SERVER_CHIBOD_BENCH_H
#define SERVER_CHIBOD_BENCH_H

#include "server/platform/config_file.h"

/* Founds it; refuses a database that is not of a bench. False after a line on
 * standard error. */
bool chibod_found_bench(struct config *config, const char *directory);

#endif
