/*
 * The listening socket: accepts on the loop, sets what every connection needs
 * and hands the socket over. Loop thread only.
 *
 * libwebsockets could listen itself, but would count a connection only after
 * the TLS handshake has begun and could not listen on port 0.
 */
#ifndef SERVER_NET_LISTENER_H
#define SERVER_NET_LISTENER_H

#include "protocol/base/result.h"

#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

struct listener;

/* Bytes the kernel takes before they can be sent. With its default it would
 * hold minutes of stale audio for a receiver that has stalled. */
enum { LISTENER_NOT_SENT_MAX = 1024 };

/* Takes `fd`: non-blocking, close-on-exec, without Nagle's delay, and with
 * little room for bytes that cannot be sent yet. */
typedef void (*listener_connection_fn)(int fd, const struct sockaddr *peer,
                                       void *user);

/*
 * Listens on a numeric address; port 0 takes any free one; "::" takes IPv4
 * connections as well. On RESULT_OK the caller ends `*out` with
 * listener_close(). RESULT_INVALID (not an address), RESULT_NO_MEMORY or
 * RESULT_IO (errno says why).
 */
MUST_USE enum result listener_open(struct listener **out, uv_loop_t *loop,
                                   const char *address, uint16_t port,
                                   listener_connection_fn on_connection,
                                   void *user);

/* The port in fact bound. */
uint16_t listener_port(const struct listener *listener);

/* No connection is handed over any more; the memory goes in a later turn of the
 * loop. Takes NULL, returns NULL. */
struct listener *listener_close(struct listener *listener);

#endif
