/*
 * Many TLS 1.3 streams of a load generator on one epoll loop. Any certificate
 * is accepted: whom a stream leads to is proven above it, or, in a benchmark of
 * other servers, not asked. Lean, so that a few thousand fit on one processor
 * beside the server that is measured. One thread; callbacks come from
 * bench_net_turn() only.
 */
#ifndef CLIENT_BENCH_BENCH_SOCKET_H
#define CLIENT_BENCH_BENCH_SOCKET_H

#include "protocol/base/result.h"

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct bench_net {
    int poll;
    SSL_CTX *context;
    struct sockaddr_storage address; /* of the server */
    socklen_t address_size;
    uint16_t port; /* of that */
    uint8_t *scratch;
    /* Called often in a turn: what must not wait for its end. May be NULL. */
    void (*on_tick)(void *user);
    void *user;
    size_t failures; /* of peers, each told of once; the caller's to count */
};

/* Looks `host` up; prints what is wrong. The caller ends it. */
MUST_USE enum result bench_net_open(struct bench_net *net, const char *host,
                                    uint16_t port);
/* All its sockets are closed. */
void bench_net_close(struct bench_net *net);
/* Waits for at most `wait_us`, and serves whoever has something. */
void bench_net_turn(struct bench_net *net, uint64_t wait_us);

struct bench_socket_handlers {
    /* TLS is up. */
    void (*on_open)(void *user, SSL *ssl);
    /* How many of the bytes were used; the others come again with more. */
    size_t (*on_bytes)(void *user, const uint8_t *bytes, size_t size);
    /* Over, from either side; never after bench_socket_close(). */
    void (*on_closed)(void *user);
    void *user;
};

enum bench_socket_state {
    BENCH_SOCKET_CLOSED = 0,
    BENCH_SOCKET_CONNECTING,
    BENCH_SOCKET_HANDSHAKE,
    BENCH_SOCKET_OPEN
};

/* Zeroed: closed. Stays where it is while it is open. */
struct bench_socket {
    struct bench_net *net;
    const struct bench_socket_handlers *handlers; /* borrowed */
    enum bench_socket_state state;
    int fd;
    SSL *ssl;
    uint8_t *in; /* received and not used yet */
    size_t in_size, in_capacity;
    uint8_t *out; /* waits for the line */
    size_t out_size, out_capacity;
    bool wants_out, is_drained;
    uint64_t drained; /* bytes of the line since bench_socket_drain() */
};

MUST_USE enum result
bench_socket_connect(struct bench_socket *socket, struct bench_net *net,
                     const struct bench_socket_handlers *handlers);
/* Frees what it holds; a closed one stays closed. */
void bench_socket_close(struct bench_socket *socket);
/* Copies what does not go out at once. RESULT_CLOSED: it is not open;
 * RESULT_NO_MEMORY. */
MUST_USE enum result bench_socket_send(struct bench_socket *socket,
                                       const void *bytes, size_t size);
/*
 * From now on what comes is counted and thrown away by the kernel, unread: a
 * listener that costs the generator next to nothing. There is no way back.
 * False: something half read is in the way, try again later.
 */
bool bench_socket_drain(struct bench_socket *socket);
/* Bytes that have come over the line so far. */
uint64_t bench_socket_received(const struct bench_socket *socket);

#endif
