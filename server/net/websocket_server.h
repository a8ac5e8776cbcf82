/*
 * The network face of the server: TLS 1.3, WebSocket (chibo.v1) for members'
 * devices and two HTTP endpoints, on a loop that the caller owns.
 * Loop thread only.
 */
#ifndef SERVER_NET_WEBSOCKET_SERVER_H
#define SERVER_NET_WEBSOCKET_SERVER_H

#include "protocol/base/result.h"
#include "server/net/http_endpoints.h"
#include "server/platform/config_file.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct hub;
struct websocket_server;

/* All borrowed; loop, configuration, hub and users outlive the server. */
struct websocket_server_options {
    uv_loop_t *loop;
    const struct config *config; /* address, port, certificate, limits, token */
    struct hub *hub;             /* handed to session_open() */
    metrics_text_fn metrics_text;
    void *metrics_user;
};

/*
 * Listens and serves from the next turn of the loop on. The certificate's files
 * must be there (tls_certificate_make()). One server a process: libwebsockets'
 * log and the process's descriptor limit belong to it, SIGPIPE is ignored.
 *
 * On RESULT_OK the caller ends `*out` with websocket_server_stop(), uv_run()
 * until it returns, websocket_server_free(). Otherwise an error line says why,
 * and the loop must turn once more before it can be closed.
 */
MUST_USE enum result
websocket_server_open(struct websocket_server **out,
                      const struct websocket_server_options *options);

/* The port in fact bound. */
uint16_t websocket_server_port(const struct websocket_server *server);

/* Connections open now: sockets (with those in a handshake), and WebSockets. */
size_t websocket_server_connection_count(const struct websocket_server *server);
size_t websocket_server_session_count(const struct websocket_server *server);

/* Connections that had to wait for their turn, so far: turnstile.h. */
uint64_t websocket_server_held_count(const struct websocket_server *server);

/*
 * Reads the certificate's files again, checks that they belong together, and
 * serves them to new connections from then on. Otherwise the old certificate
 * stays, a warning says why, and the result is tls_certificate_load()'s.
 * Reads two small files on the loop thread.
 */
MUST_USE enum result
websocket_server_reload_certificate(struct websocket_server *server);

/*
 * Stops listening, tells every peer 1001 "bye", waits at most half a second for
 * their answers, tells every session that is left, and takes libwebsockets
 * down. Then `on_stopped` (may be NULL) is called: no session is left, and none
 * comes. The loop empties by itself after that. May be called once.
 */
void websocket_server_stop(struct websocket_server *server,
                           void (*on_stopped)(void *user), void *user);

/* After the loop has returned, before uv_loop_close(). Takes NULL, returns
 * NULL. */
struct websocket_server *websocket_server_free(struct websocket_server *server);

#endif
