/*
 * The way to a peer, as sessions see it: a port with a real implementation
 * (server/net over libwebsockets, server/control over a unix socket) and fakes
 * in tests. Loop thread only.
 *
 * The transport calls session_on_text() and its sisters (session.h); it never
 * calls them from inside the functions below.
 */
#ifndef SERVER_ROOM_TRANSPORT_H
#define SERVER_ROOM_TRANSPORT_H

#include "protocol/base/result.h"
#include "server/room/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct transport_connection;

struct transport {
    /*
     * Sends one message now if nothing earlier waits in the transport.
     * RESULT_OK: taken (the frame may be released). RESULT_BUSY: not taken, an
     * earlier message is still partly buffered; ask for a wake-up.
     * RESULT_CLOSED: the peer is gone.
     */
    enum result (*write)(struct transport_connection *connection,
                         struct frame *frame);
    /* session_on_writable() is called once when writing may go on. */
    void (*want_writable)(struct transport_connection *connection);
    /* Ends the connection with this WebSocket close code; session_on_closed()
     * follows in a later turn of the loop. Nothing else is called after. */
    void (*close)(struct transport_connection *connection, uint16_t code,
                  const char *reason);
    /*
     * The peer's line is bad, or good again: nothing waits unsent in the
     * system, and a peer that acknowledges nothing for as long as its line
     * asks for (protocol/line/line_patience.h) is given up. NULL: there is no
     * such line here.
     */
    void (*set_bad_line)(struct transport_connection *connection, bool is_bad);
    /* Something will be written in a moment: what that looks at is fetched into
     * the processor's caches. NULL where that is nothing. */
    void (*expect)(const struct transport_connection *connection);
    /* Gives the peer what other connections of its own may begin with, so that
     * their handshakes are shorter. NULL where there are none. */
    void (*give_ticket)(struct transport_connection *connection);
};

/* Close codes of chibo.v1 (RFC 6455, 7.4; 4000.. are ours). */
enum close_code {
    CLOSE_GOING_AWAY = 1001,
    CLOSE_PROTOCOL_ERROR = 1002,
    CLOSE_UNSUPPORTED = 1003,
    CLOSE_BAD_TEXT = 1007,
    CLOSE_POLICY = 1008,
    CLOSE_TOO_LARGE = 1009,
    CLOSE_INTERNAL = 1011,
    CLOSE_TRY_LATER = 1013,
    CLOSE_LOGIN_FAILED = 4001,
    CLOSE_LOGIN_LATE = 4002,
    CLOSE_REVOKED = 4003,
    CLOSE_REPLACED = 4004,
    CLOSE_TOO_SLOW = 4005,
    CLOSE_TOO_FAST = 4006
};

#endif
