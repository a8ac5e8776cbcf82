/*
 * Rooms full of peers on a server: made through the administrator's socket,
 * enrolled and opened through real lines.
 */
#ifndef CLIENT_BENCH_BENCH_LOAD_H
#define CLIENT_BENCH_BENCH_LOAD_H

#include "client/bench/bench_admin.h"
#include "client/bench/bench_peer.h"
#include "client/bench/bench_speech.h"

/* The cells that are made are called so, and a number: whoever sees them in the
 * register knows what they are, and so does a later run. */
#define BENCH_CELL_NAME "Chi bộ thử tải (chibo-bench)"

struct bench_room {
    struct identifier unit;
    struct identifier meeting;
    struct bench_peer *peers; /* the first is the chair */
    size_t peer_count;
};

struct bench_target {
    /* Of chibod --bench, whose devices a later run finds again; or NULL, and
     * where the socket of a real server is. */
    const char *directory, *socket;
    const char *host; /* NULL: as the server calls itself */
    uint16_t port;    /* 0: the same */
};

struct bench_load {
    struct bench_net net;
    struct bench_admin admin;
    char host[256];
    struct bench_peer *peers; /* room by room */
    size_t peer_count;
    struct bench_room *rooms;
    size_t room_count;
    struct bench_speech *speech; /* told of all sound; borrowed, or NULL */
    /* Of a room's listeners, who are all but the first `speakers`, one of
     * `heard` reads what comes once it is in. Set before rooms are opened. */
    size_t speakers, heard;
    size_t people; /* of one room, whose peers are devices of theirs; 0: all */
    uint64_t kept_alive_us;
    uint64_t timeout_us;
    bool is_thrown_away; /* the server, with all that is on it */
};

/* Prints what is wrong. It is ended with bench_load_close() in any case. */
MUST_USE enum result bench_load_open(struct bench_load *load,
                                     const struct bench_target *target,
                                     size_t room_count, size_t members,
                                     const struct bench_peer_hooks *hooks);
/* Without an administrator: who the members are is the caller's to say. */
MUST_USE enum result
bench_load_open_guests(struct bench_load *load, const char *host, uint16_t port,
                       size_t members, const struct bench_peer_hooks *hooks);
void bench_load_close(struct bench_load *load);

/* Cells, members, invitations, meetings; every peer enrolled and logged in. */
MUST_USE enum result bench_load_enrol(struct bench_load *load);
/* Peers `from` to before `until` log in, not too many at once. */
MUST_USE enum result bench_load_log_in(struct bench_load *load, size_t from,
                                       size_t until);
/* Every meeting open, everyone admitted and caught up. On a server that stays,
 * chair and minute-taker vouch for each other first: it may ask for that. */
MUST_USE enum result bench_load_open_rooms(struct bench_load *load);
/* In each room all may be heard at once, not only the chair. */
MUST_USE enum result bench_load_free_the_floor(struct bench_load *load);
/* The meetings are closed by their chairs. */
MUST_USE enum result bench_load_close_rooms(struct bench_load *load);

/* Nobody has a connection any more: the server is gone. */
bool bench_load_is_lost(const struct bench_load *load);
/* Turns the loop until `is_done`; RESULT_BUSY after load->timeout_us,
 * RESULT_IO when the server is gone, RESULT_CLOSED when it is to stop. */
typedef bool (*bench_done_fn)(const struct bench_load *load, void *user);
MUST_USE enum result bench_wait(struct bench_load *load, bench_done_fn is_done,
                                void *user);
/* Does the member in this place of a room read nothing? */
bool bench_load_is_deaf(const struct bench_load *load, size_t place);
/* Call it often: who reads nothing answers no pings. */
void bench_load_keep_alive(struct bench_load *load);
/* Turns the loop for so long. */
void bench_turn(struct bench_load *load, uint64_t duration_us);

/* Sound to and from bench_speech; `user` is the load. The latter is a hook. */
void bench_load_say(void *user, size_t room, size_t speaker, uint32_t sequence,
                    const uint8_t *payload, size_t size);
void bench_load_hear(struct bench_peer *peer, const uint8_t *bytes,
                     size_t size);

#endif
