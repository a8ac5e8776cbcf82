/* What the servers of others speak, for peer_load.c. */
#ifndef TESTS_BENCH_PEER_PROTOCOL_H
#define TESTS_BENCH_PEER_PROTOCOL_H

#include "client/bench/bench_websocket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_PACKET_MAX = 512 };

struct member;
struct protocol {
    const char *name;
    bool is_websocket;
    void (*begin)(struct member *member);
    /* Bytes used. */
    size_t (*take)(struct member *member, const uint8_t *bytes, size_t size);
    size_t (*encode)(struct member *member, const uint8_t *payload, size_t size,
                     uint8_t *out);
    void (*ping)(struct member *member);
};

struct member {
    struct bench_socket socket; /* of a plain stream */
    struct bench_websocket websocket;
    size_t index, room, place;
    uint64_t pinged_us;
    uint64_t sequence; /* mumble: of its own frames */
    uint32_t session;  /* mumble: its number */
    bool is_connecting, is_ready, is_gone;
    uint8_t *rest; /* of MQTT packets that end in a later message */
    size_t rest_size;
};

extern const struct protocol peer_mumble, peer_mqtt;

void peer_send(struct member *member, const uint8_t *bytes, size_t size);
/* It is in its room. */
void peer_be_ready(struct member *member);
void peer_hear(struct member *member, const uint8_t *payload, size_t size);
/* It was refused; ends the program. */
void peer_refused(const char *what, const uint8_t *text, size_t size);

/* Seven bits a byte, the low ones first: bytes written; bytes used, 0: it does
 * not end here. */
size_t peer_put_base128(uint8_t *out, uint64_t value);
size_t peer_get_base128(const uint8_t *bytes, size_t size, uint64_t *out);

#endif
