/*
 * One WebSocket connection between libwebsockets and its session: whole
 * messages in, single writes out, a close code at the end. This is the
 * transport (server/room/transport.h) of network clients. Loop thread only.
 */
#ifndef SERVER_NET_WEBSOCKET_SESSION_H
#define SERVER_NET_WEBSOCKET_SESSION_H

#include "protocol/base/result.h"
#include "server/platform/log.h"
#include "server/room/session.h"

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct turnstile; /* turnstile.h */

/* What all connections of a server share. Its owner reads `count`. */
struct websocket_sessions {
    struct hub *hub;
    struct turnstile *turnstile; /* borrowed; told whom a session cut off */
    struct transport_connection *first; /* open connections, newest first */
    size_t count;
    uv_async_t detach; /* tells ended connections' sessions, a turn later */
    uv_timer_t silence_check;
    bool refuses_new;
    /* The last connection has gone while no new ones are taken; may be NULL. */
    void (*on_empty)(void *user);
    void *user;
    struct log_limiter limiter;
};

/* RESULT_OK or RESULT_IO. `hub` is borrowed and outlives the sessions, as
 * `turnstile`, until they are told goodbye. */
MUST_USE enum result websocket_sessions_init(struct websocket_sessions *all,
                                             uv_loop_t *loop, struct hub *hub,
                                             struct turnstile *turnstile);

/* Ends every connection with 1001 "bye" and takes no new ones. */
void websocket_sessions_say_goodbye(struct websocket_sessions *all);

/*
 * Tells every session that is left that its connection has gone, and closes
 * the handles on the loop. `all` is used by libwebsockets until its context is
 * gone, and by the loop until it has turned once more.
 */
void websocket_sessions_release(struct websocket_sessions *all);

/* The chibo.v1 entry of the server's protocol table. */
struct lws_protocols websocket_session_protocol(struct websocket_sessions *all);

#endif
