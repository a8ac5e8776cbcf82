/*
 * A member in Mumble's root channel, as much of it as speech needs: TLS and the
 * messages of its protocol written by hand, sound through the TLS stream or as
 * sealed datagrams. It stands beside chibo where lines are compared. One
 * thread.
 */
#ifndef TESTS_SUPPORT_LINE_MUMBLE_CLIENT_H
#define TESTS_SUPPORT_LINE_MUMBLE_CLIENT_H

#include "protocol/base/result.h"
#include "tests/support/line/mumble_crypt.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUMBLE_BUFFER_SIZE = 1 << 18, MUMBLE_SOCKETS = 2 };

struct mumble_client {
    const char *name;
    bool is_datagram;
    bool is_connected;     /* TCP */
    bool is_secured;       /* TLS */
    bool is_synced;        /* the server has told all it had to */
    bool is_answered;      /* it answered a datagram */
    bool is_failed;        /* and said why */
    int stream, datagrams; /* sockets, or -1 */
    SSL_CTX *context;
    SSL *ssl;
    struct mumble_crypt crypt;
    uint64_t sequence;
    int64_t pinged_ns, opened_ns, asked_ns;
    unsigned resyncs; /* nonces that it had to ask for */
    uint8_t in[MUMBLE_BUFFER_SIZE], out[MUMBLE_BUFFER_SIZE];
    size_t in_size, out_size;
    void (*on_audio)(void *user, const uint8_t *payload, size_t size);
    void *user;
};

/* Begins to connect, from the network namespace of the thread. RESULT_IO after
 * saying why; mumble_client_close() in both cases. `on_audio` may be NULL. */
MUST_USE enum result mumble_client_open(
    struct mumble_client *client, const char *name, const char *address,
    uint16_t port, bool is_datagram,
    void (*on_audio)(void *user, const uint8_t *payload, size_t size),
    void *user);
void mumble_client_close(struct mumble_client *client);

/* What to wait for; fills MUMBLE_SOCKETS. */
void mumble_client_poll(const struct mumble_client *client,
                        struct pollfd *sockets);
/* After it, or when time has passed. */
void mumble_client_turn(struct mumble_client *client);

/* It can speak and hear. */
bool mumble_client_is_ready(const struct mumble_client *client);
void mumble_client_speak(struct mumble_client *client, const uint8_t *payload,
                         size_t size);

#endif
