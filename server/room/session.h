/*
 * One connection of one device: authentication, rate, the order of its
 * requests, and what waits to be sent to it. Loop thread only.
 *
 * The transport owns the connection, the session directory owns the session;
 * the two know each other until session_on_closed().
 */
#ifndef SERVER_ROOM_SESSION_H
#define SERVER_ROOM_SESSION_H

#include "protocol/base/identifier.h"
#include "server/room/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;
struct hub; /* server/room/hub.h: everything sessions and rooms share */

/* Who is at the other end, as far as the transport can tell. */
struct session_peer {
    char address[64]; /* for limits and logs, "unix" for the admin socket */
    bool is_administrator; /* came through the unix socket */
    uint8_t exporter[32];  /* RFC 9266 channel binding; zero if administrator */
};

/*
 * A connection is up. NULL: refused (limits); the transport closes it with
 * CLOSE_TRY_LATER. The server's hello is sent by the session itself.
 */
struct session *session_open(struct hub *hub, const struct transport *transport,
                             struct transport_connection *connection,
                             const struct session_peer *peer);
/* One whole text message (at most LIMIT_MESSAGE_SIZE bytes). */
void session_on_text(struct session *session, const char *text, size_t size);
/* One whole binary message (at most LIMIT_MESSAGE_SIZE bytes). */
void session_on_binary(struct session *session, const uint8_t *bytes,
                       size_t size);
void session_on_writable(struct session *session);
/* The connection is gone; the session is gone with this call. */
void session_on_closed(struct session *session);

#endif
