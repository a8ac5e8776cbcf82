/*
 * What the server tells a monitor at /metrics, in the text form of Prometheus:
 * counts and times, no names. Every name stands in docs/administration.md.
 * Pure; any thread.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "server/room/hub.h"
#include "server/store/store.h"

#include <stddef.h>
#include <stdint.h>

struct metrics {
    struct hub_figures hub;
    struct store_figures store;
    uint64_t connections_held; /* so far, until their turn came */
    uint64_t longest_turn_ns;  /* of the loop, since it was last told */
    uint64_t longest_turn_cpu_ns;
    uint64_t cpu_ns;        /* of the process, so far */
    uint64_t resident_size; /* bytes of its memory */
};

/* Bytes written, without the NUL; 0: they do not fit `size`. */
size_t metrics_print(const struct metrics *metrics, char *out, size_t size);

#endif
