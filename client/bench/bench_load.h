/*
 * Rooms full of peers on a bench server: made through the administrator's
 * socket, enrolled and opened through real lines.
 */
#ifndef CLIENT_BENCH_BENCH_LOAD_H
#define CLIENT_BENCH_BENCH_LOAD_H

#include "client/bench/bench_admin.h"
#include "client/bench/bench_peer.h"

#include <uv.h>

struct bench_room {
    struct identifier meeting;
    struct bench_peer *peers; /* the first is the chair */
    size_t peer_count;
};

struct bench_load {
    uv_loop_t loop;
    uv_timer_t clock;
    struct line_host *host;
    struct bench_admin admin;
    struct bench_peer *peers;
    size_t peer_count;
    struct bench_room *rooms;
    size_t room_count;
    uint64_t timeout_us;
};

/* `directory` is chibod's --bench DIR. Prints what is wrong. */
MUST_USE enum result bench_load_open(struct bench_load *load,
                                     const char *directory, size_t room_count,
                                     size_t members,
                                     const struct bench_peer_hooks *hooks);
void bench_load_close(struct bench_load *load);

/* Cells, members, invitations, meetings; every peer enrolled and logged in. */
MUST_USE enum result bench_load_enrol(struct bench_load *load);
/* Every meeting open, everyone admitted and caught up. */
MUST_USE enum result bench_load_open_rooms(struct bench_load *load);

/* Turns the loop until `is_done`; RESULT_BUSY after load->timeout_us. */
typedef bool (*bench_done_fn)(const struct bench_load *load, void *user);
MUST_USE enum result bench_wait(struct bench_load *load, bench_done_fn is_done,
                                void *user);
/* Turns the loop for so long. */
void bench_turn(struct bench_load *load, uint64_t duration_us);

/* User and system time of the server so far, in µs, and its memory in KiB. */
uint64_t bench_server_cpu_us(const struct bench_load *load);
uint64_t bench_server_rss_kib(const struct bench_load *load);

#endif
