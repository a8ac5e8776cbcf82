/*
 * The client's end of a WebSocket (RFC 6455) over a bench_socket: upgrade,
 * masked frames out, messages in, pings answered. One thread.
 */
#ifndef CLIENT_BENCH_BENCH_WEBSOCKET_H
#define CLIENT_BENCH_BENCH_WEBSOCKET_H

#include "client/bench/bench_socket.h"

enum {
    BENCH_MESSAGE_MAX = 16 * 1024 * 1024,
    BENCH_ACCEPT_SIZE = 29 /* base64 of a SHA-1, and a NUL */
};

struct bench_websocket_handlers {
    void (*on_open)(void *user, SSL *ssl);
    void (*on_text)(void *user, const char *text, size_t size);
    void (*on_binary)(void *user, const uint8_t *bytes, size_t size);
    /* The code of the server's close frame; 1006 without one. */
    void (*on_closed)(void *user, uint16_t code);
    void *user;
};

/* Zeroed: closed. Stays where it is while it is open. */
struct bench_websocket {
    struct bench_socket socket;
    struct bench_socket_handlers below;
    struct bench_websocket_handlers handlers;
    const char *host, *path, *subprotocol; /* borrowed */
    bool is_up;                            /* the upgrade is done */
    uint16_t close_code;
    uint64_t mask; /* of a cheap generator: it protects proxies only */
    char accept[BENCH_ACCEPT_SIZE];
    uint8_t *message; /* the fragments so far */
    size_t message_size;
    int message_kind;
};

/* Texts are borrowed for as long as it is open. */
MUST_USE enum result
bench_websocket_connect(struct bench_websocket *websocket,
                        struct bench_net *net, const char *host,
                        const char *path, const char *subprotocol,
                        const struct bench_websocket_handlers *handlers);
/* With a close frame if it is up; on_closed() does not follow. */
void bench_websocket_close(struct bench_websocket *websocket, uint16_t code);
/* RESULT_CLOSED, RESULT_INVALID: too long to be sent, RESULT_NO_MEMORY. */
MUST_USE enum result bench_websocket_send(struct bench_websocket *websocket,
                                          bool is_text, const void *bytes,
                                          size_t size);
/* What a listener that is drained says from time to time, instead of answering
 * pings that it does not read. Nothing if it is closed. */
void bench_websocket_pong(struct bench_websocket *websocket);

#endif
