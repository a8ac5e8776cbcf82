#include "server/net/websocket_session.h"

#include "protocol/base/limits.h"
#include "server/net/frame_mask_guard.h"
#include "server/net/listener.h"
#include "server/net/silence_watch.h"
#include "server/net/socket_signs.h"
#include "server/net/turnstile.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <utf8proc.h>

enum {
    /*
     * A TLS record holds at most 16384 bytes. libwebsockets 4.1.6 must take a
     * whole one with each read: it spins for ever over bytes that it left in
     * OpenSSL and that a connection being closed no longer consumes.
     */
    READ_SIZE = 20000,
    /* RFC 6455, 5.5: a control frame's payload. */
    CONTROL_SIZE_MAX = 125,
    /* Its name stands in a private header of libwebsockets 4.1.6. */
    WRITE_CLOSE_FRAME = 4,
    /* RFC 6455, 5.2: a whole binary message in one unmasked frame. */
    WHOLE_BINARY = 0x82,
    SHORT_LENGTH_MAX = 125,
    LONG_LENGTH_MAX = 0xffff,
    LENGTH_IN_16_BITS = 126,
    /* Our tickets are a quarter of it. */
    TICKET_SIZE_MAX = 4096,
    /* How long a peer may take to answer our close frame. Closing the socket at
     * once would send a reset, which can overtake the frame. */
    FAREWELL_S = 2,
    SILENCE_CHECKED_MS = 500,
    REFUSALS_LOGGED_PER_S = 5
};

static_assert(FRAME_HEADROOM >= LWS_PRE, "a frame has room for its header");
static_assert(offsetof(struct frame, data) ==
                  offsetof(struct frame, headroom) + FRAME_HEADROOM,
              "the headroom stands directly before the data");

static const char exporter_label[] = "EXPORTER-Channel-Binding";

/* libwebsockets allocates it, zeroed, with each connection. */
struct transport_connection {
    struct lws *wsi;
    SSL *ssl;      /* libwebsockets' */
    bool is_ended; /* nothing more is read from or written to the peer */
    struct websocket_sessions *all;
    struct transport_connection *previous;
    struct transport_connection *next;
    struct silence_watch silence;
    struct session *session; /* NULL: refused, or told that it is over */
    uint8_t *message;        /* the fragments so far; NULL between messages */
    size_t message_size;
    size_t message_room;
    bool is_linked;
    bool has_message; /* a message has begun and not ended */
    bool is_binary;
    bool wants_writable;
    bool wants_ticket;
    bool is_bad_line;
    int not_sent_max;              /* by the system, of the socket */
    struct line_patience patience; /* on a bad line */
};

static int64_t loop_ms(const struct transport_connection *connection)
{
    return (int64_t)uv_now(connection->all->silence_check.loop);
}

/* --- the list ------------------------------------------------------------ */

static void link_connection(struct websocket_sessions *all,
                            struct transport_connection *connection)
{
    connection->all = all;
    connection->next = all->first;
    if (all->first)
        all->first->previous = connection;
    all->first = connection;
    all->count++;
    connection->is_linked = true;
}

static void unlink_connection(struct transport_connection *connection)
{
    struct websocket_sessions *all = connection->all;

    if (connection->previous)
        connection->previous->next = connection->next;
    else
        all->first = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    connection->is_linked = false;
    all->count--;
}

/* --- the end of a connection --------------------------------------------- */

static void drop_message(struct transport_connection *connection)
{
    free(connection->message);
    connection->message = NULL;
    connection->message_size = 0;
    connection->message_room = 0;
    connection->has_message = false;
}

static void detach_session(struct transport_connection *connection)
{
    struct session *session = connection->session;

    connection->session = NULL;
    if (session)
        session_on_closed(session);
}

static void on_detach(uv_async_t *async)
{
    struct websocket_sessions *all = async->data;

    /* A session that goes may end other connections, but none leaves the list
     * here: that is libwebsockets' callback's to do. */
    for (struct transport_connection *c = all->first; c; c = c->next)
        if (c->is_ended)
            detach_session(c);
}

/* Marks the end; the session hears of it in a later turn of the loop. */
static void mark_ended(struct transport_connection *connection)
{
    connection->is_ended = true;
    drop_message(connection);
    (void)uv_async_send(&connection->all->detach);
}

/*
 * Has libwebsockets close the connection after `seconds`, or in its next turn.
 * Returning an error from a callback instead can freeze the loop (READ_SIZE),
 * and never lets a close frame through.
 */
static void expire(struct transport_connection *connection, int seconds)
{
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
                    seconds ? seconds : LWS_TO_KILL_ASYNC);
    /* A timeout set from outside its own events waits for the next of them. */
    lws_cancel_service(lws_get_context(connection->wsi));
}

static void end_connection(struct transport_connection *connection,
                           uint16_t code, const char *reason)
{
    unsigned char buffer[LWS_PRE + CONTROL_SIZE_MAX];
    unsigned char *payload = buffer + LWS_PRE;
    size_t size = strlen(reason);

    if (connection->is_ended)
        return;
    mark_ended(connection);
    if (code == CLOSE_TOO_FAST)
        turnstile_cut(connection->all->turnstile,
                      lws_get_opaque_user_data(connection->wsi));
    if (size > CONTROL_SIZE_MAX - 2)
        size = CONTROL_SIZE_MAX - 2;
    payload[0] = (unsigned char)(code >> 8);
    payload[1] = (unsigned char)(code & 0xff);
    memcpy(payload + 2, reason, size);
    /* Behind what is still buffered it is queued. */
    int written = lws_write(connection->wsi, payload, size + 2,
                            (enum lws_write_protocol)WRITE_CLOSE_FRAME);
    expire(connection, written < 0 ? 0 : FAREWELL_S);
}

/* --- the transport ------------------------------------------------------- */

/* Writes the header that libwebsockets would write; its size. */
static size_t put_header(struct frame *frame)
{
    if (frame->size <= SHORT_LENGTH_MAX) {
        uint8_t *header = frame->headroom + FRAME_HEADROOM - 2;

        header[0] = WHOLE_BINARY;
        header[1] = (uint8_t)frame->size;
        return 2;
    }
    uint8_t *header = frame->headroom + FRAME_HEADROOM - 4;

    header[0] = WHOLE_BINARY;
    header[1] = LENGTH_IN_16_BITS;
    header[2] = (uint8_t)(frame->size >> 8);
    header[3] = (uint8_t)(frame->size & 0xff);
    return 4;
}

/*
 * Sound goes past libwebsockets, of which nothing is buffered: 8 % of what a
 * delivery costs. False: not taken as a whole. Then libwebsockets is to write
 * the same message: its bytes stand at the same place, so that OpenSSL goes on
 * with the record that it has begun, and what does not fit is buffered there.
 */
static bool write_past(struct transport_connection *connection,
                       struct frame *frame)
{
    if (frame->sound_count == 0 || frame->size > LONG_LENGTH_MAX)
        return false;

    size_t header = put_header(frame);
    int size = (int)(header + frame->size);
    return SSL_write(connection->ssl, frame->headroom + FRAME_HEADROOM - header,
                     size) == size;
}

static enum result transport_write(struct transport_connection *connection,
                                   struct frame *frame)
{
    if (connection->is_ended)
        return RESULT_CLOSED;
    if (lws_partial_buffered(connection->wsi))
        return RESULT_BUSY;
    if (write_past(connection, frame))
        return RESULT_OK;
    if (lws_write(connection->wsi, frame->data, frame->size,
                  frame->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) >= 0)
        return RESULT_OK;
    mark_ended(connection);
    expire(connection, 0);
    return RESULT_CLOSED;
}

/* The library's memory is fetched by asking it, without waiting for what it
 * says. */
static void transport_expect(const struct transport_connection *connection)
{
    if (connection->is_ended || lws_partial_buffered(connection->wsi))
        return;
    __builtin_prefetch(connection->ssl);
}

static void transport_want_writable(struct transport_connection *connection)
{
    if (connection->is_ended)
        return;
    connection->wants_writable = true;
    lws_callback_on_writable(connection->wsi);
}

/* A kernel without it serves as well. */
static void set_not_sent_max(const struct transport_connection *connection,
                             int size)
{
    (void)setsockopt(lws_get_socket_fd(connection->wsi), IPPROTO_TCP,
                     TCP_NOTSENT_LOWAT, &size, sizeof size);
}

static void be_patient(struct transport_connection *connection)
{
    socket_be_patient(lws_get_socket_fd(connection->wsi), &connection->patience,
                      loop_ms(connection));
}

/*
 * On a bad line nothing may wait in the kernel before it can be sent: there it
 * would get old, out of our sight. What is under way when the line is cut is
 * not to come minutes later, either.
 */
static void transport_set_bad_line(struct transport_connection *connection,
                                   bool is_bad)
{
    if (connection->is_ended)
        return;
    connection->not_sent_max = is_bad ? 1 : LISTENER_NOT_SENT_MAX;
    set_not_sent_max(connection, connection->not_sent_max);
    if (connection->is_bad_line == is_bad)
        return;
    connection->is_bad_line = is_bad;
    connection->patience = (struct line_patience){ .has_looked = false };
    if (is_bad)
        be_patient(connection);
    else
        socket_forget_patience(lws_get_socket_fd(connection->wsi));
}

static void transport_give_ticket(struct transport_connection *connection)
{
    if (connection->is_ended)
        return;
    connection->wants_ticket = true;
    lws_callback_on_writable(connection->wsi);
}

/*
 * The system has to take it as a whole: while a part of it waits OpenSSL reads
 * nothing, and libwebsockets asks it to, again and again, as long as the peer
 * sends. So the line is free before it, and the system keeps what cannot be
 * sent yet. Without a ticket the peer's other connections begin as any.
 */
static void give_ticket(struct transport_connection *connection)
{
    connection->wants_ticket = false;
    set_not_sent_max(connection, TICKET_SIZE_MAX);
    if (SSL_new_session_ticket(connection->ssl) == 1)
        (void)SSL_do_handshake(connection->ssl);
    set_not_sent_max(connection, connection->not_sent_max);
}

static const struct transport transport = {
    .write = transport_write,
    .expect = transport_expect,
    .want_writable = transport_want_writable,
    .close = end_connection,
    .set_bad_line = transport_set_bad_line,
    .give_ticket = transport_give_ticket,
};

/* --- a new connection ---------------------------------------------------- */

static void on_unmasked_frame(void *user)
{
    end_connection(user, CLOSE_PROTOCOL_ERROR, "frame without mask");
}

static bool read_peer(struct lws *wsi, struct session_peer *peer)
{
    static const char mapped[] = "::ffff:";
    SSL *ssl = lws_get_ssl(wsi);

    lws_get_peer_simple(wsi, peer->address, sizeof peer->address);
    if (!strncmp(peer->address, mapped, sizeof mapped - 1))
        memmove(peer->address, peer->address + sizeof mapped - 1,
                strlen(peer->address) - (sizeof mapped - 1) + 1);
    return ssl && SSL_version(ssl) == TLS1_3_VERSION &&
           SSL_export_keying_material(
               ssl, peer->exporter, sizeof peer->exporter, exporter_label,
               sizeof exporter_label - 1, NULL, 0, 1) == 1;
}

/* What is not TLS 1.3, or carried in HTTP/2, or has sent an unmasked frame with
 * its request, gets no session and not even a close frame. */
static bool is_acceptable(struct transport_connection *connection,
                          struct session_peer *peer)
{
    return lws_get_network_wsi(connection->wsi) == connection->wsi &&
           read_peer(connection->wsi, peer) &&
           !frame_mask_guard_watch(lws_get_ssl(connection->wsi),
                                   on_unmasked_frame, connection);
}

static void on_established(struct lws *wsi, struct websocket_sessions *all,
                           struct transport_connection *connection)
{
    struct session_peer peer = { .is_administrator = false };

    connection->wsi = wsi;
    connection->ssl = lws_get_ssl(wsi);
    connection->not_sent_max = LISTENER_NOT_SENT_MAX;
    link_connection(all, connection);
    silence_watch_begin(&connection->silence, loop_ms(connection));
    if (!is_acceptable(connection, &peer)) {
        mark_ended(connection);
        expire(connection, 0);
        return;
    }
    if (all->refuses_new) {
        end_connection(connection, CLOSE_GOING_AWAY, "bye");
        return;
    }
    connection->session = session_open(all->hub, &transport, connection, &peer);
    if (!connection->session)
        end_connection(connection, CLOSE_TRY_LATER, "try later");
}

/* --- a message ----------------------------------------------------------- */

static bool is_utf8(const uint8_t *bytes, size_t size)
{
    while (size) {
        utf8proc_int32_t code_point;
        utf8proc_ssize_t length =
            utf8proc_iterate(bytes, (utf8proc_ssize_t)size, &code_point);

        if (length <= 0)
            return false;
        bytes += length;
        size -= (size_t)length;
    }
    return true;
}

static void deliver(struct transport_connection *connection,
                    const uint8_t *bytes, size_t size)
{
    if (connection->is_binary)
        session_on_binary(connection->session, bytes, size);
    else if (is_utf8(bytes, size))
        session_on_text(connection->session, (const char *)bytes, size);
    else
        end_connection(connection, CLOSE_BAD_TEXT, "text is not UTF-8");
}

/* Adds a piece to the message; `left` bytes of its frame are known to follow.
 * Room is made for what has come, not for what is promised. */
static bool append(struct transport_connection *connection, const void *bytes,
                   size_t size)
{
    size_t needed = connection->message_size + size;

    if (needed > connection->message_room || !connection->message) {
        size_t room = connection->message_room ? connection->message_room : 512;
        while (room < needed)
            room *= 2;
        uint8_t *message = realloc(connection->message, room);
        if (!message)
            return false;
        connection->message = message;
        connection->message_room = room;
    }
    if (size)
        memcpy(connection->message + connection->message_size, bytes, size);
    connection->message_size = needed;
    return true;
}

static void on_receive(struct lws *wsi, struct transport_connection *connection,
                       const void *bytes, size_t size)
{
    if (connection->is_ended || !connection->session)
        return;
    silence_watch_heard(&connection->silence, loop_ms(connection));

    size_t left = lws_remaining_packet_payload(wsi);
    bool is_last = lws_is_final_fragment(wsi) && !left;
    bool is_first = !connection->has_message;
    if (is_first)
        connection->is_binary = lws_frame_is_binary(wsi);
    if (left > LIMIT_MESSAGE_SIZE ||
        connection->message_size + size + left > LIMIT_MESSAGE_SIZE) {
        end_connection(connection, CLOSE_TOO_LARGE, "message too large");
        return;
    }
    if (is_first && is_last) {
        deliver(connection, bytes, size);
        return;
    }
    connection->has_message = true;
    if (!append(connection, bytes, size)) {
        end_connection(connection, CLOSE_INTERNAL, "out of memory");
        return;
    }
    if (!is_last)
        return;
    uint8_t *message = connection->message;
    size_t message_size = connection->message_size;
    connection->message = NULL; /* ours: deliver() may end the connection */
    drop_message(connection);
    deliver(connection, message, message_size);
    free(message);
}

/* --- other events -------------------------------------------------------- */

static void on_writable(struct transport_connection *connection)
{
    if (connection->is_ended || !connection->session ||
        (!connection->wants_writable && !connection->wants_ticket))
        return;
    if (lws_partial_buffered(connection->wsi)) {
        lws_callback_on_writable(connection->wsi);
        return;
    }
    if (connection->wants_ticket)
        give_ticket(connection);
    if (!connection->wants_writable)
        return;
    connection->wants_writable = false;
    session_on_writable(connection->session);
}

/* True: the connection is over. False: libwebsockets answers the peer's close
 * frame first. */
static bool on_peer_close(struct transport_connection *connection)
{
    if (connection->is_ended)
        return true;
    mark_ended(connection);
    expire(connection, FAREWELL_S);
    return false;
}

static void on_closed(struct transport_connection *connection)
{
    struct websocket_sessions *all = connection->all;

    if (!connection->is_linked)
        return;
    connection->is_ended = true;
    frame_mask_guard_unwatch(lws_get_ssl(connection->wsi));
    drop_message(connection);
    detach_session(connection);
    unlink_connection(connection);
    if (!all->count && all->refuses_new && all->on_empty)
        all->on_empty(all->user);
}

/* A result other than 0 from here closes the connection at once; see expire()
 * for why that is next to never the answer. */
static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t size)
{
    struct transport_connection *connection = user;

    if (reason == LWS_CALLBACK_ESTABLISHED)
        on_established(wsi, lws_get_protocol(wsi)->user, connection);
    else if (reason == LWS_CALLBACK_RECEIVE)
        on_receive(wsi, connection, in, size);
    else if (reason == LWS_CALLBACK_RECEIVE_PONG && connection->is_linked)
        silence_watch_heard(&connection->silence, loop_ms(connection));
    else if (reason == LWS_CALLBACK_SERVER_WRITEABLE)
        on_writable(connection);
    else if (reason == LWS_CALLBACK_WS_PEER_INITIATED_CLOSE)
        return on_peer_close(connection);
    else if (reason == LWS_CALLBACK_CLOSED)
        on_closed(connection);
    return 0;
}

/* --- silent peers -------------------------------------------------------- */

static void ask(struct transport_connection *connection)
{
    unsigned char buffer[LWS_PRE + 1] = { 0 };

    /* Behind bytes that do not go out it would find out nothing. The byte comes
     * back: of an empty pong libwebsockets tells us nothing. */
    if (!lws_partial_buffered(connection->wsi) &&
        lws_write(connection->wsi, buffer + LWS_PRE, 1, LWS_WRITE_PING) < 0) {
        mark_ended(connection);
        expire(connection, 0);
    }
}

static void check_silence(struct transport_connection *connection,
                          int64_t now_ms)
{
    switch (silence_watch_look(
        &connection->silence,
        socket_silence_ms(lws_get_socket_fd(connection->wsi)), now_ms)) {
    case SILENCE_OF_NO_MATTER:
        break;
    case SILENCE_ASK:
        ask(connection);
        break;
    case SILENCE_END:
        mark_ended(connection);
        expire(connection, 0);
        break;
    }
}

static void on_silence_check(uv_timer_t *timer)
{
    struct websocket_sessions *all = timer->data;
    int64_t now_ms = (int64_t)uv_now(timer->loop);

    for (struct transport_connection *c = all->first; c; c = c->next) {
        if (c->is_bad_line && !c->is_ended)
            be_patient(c);
        if (!c->is_ended && silence_watch_is_due(&c->silence, now_ms))
            check_silence(c, now_ms);
    }
}

/* --- all of them --------------------------------------------------------- */

enum result websocket_sessions_init(struct websocket_sessions *all,
                                    uv_loop_t *loop, struct hub *hub,
                                    struct turnstile *turnstile)
{
    *all = (struct websocket_sessions){
        .hub = hub,
        .turnstile = turnstile,
        .limiter.per_second = REFUSALS_LOGGED_PER_S,
    };
    if (uv_async_init(loop, &all->detach, on_detach))
        return RESULT_IO;
    all->detach.data = all;
    (void)uv_timer_init(loop, &all->silence_check);
    all->silence_check.data = all;
    (void)uv_timer_start(&all->silence_check, on_silence_check,
                         SILENCE_CHECKED_MS, SILENCE_CHECKED_MS);
    return RESULT_OK;
}

void websocket_sessions_say_goodbye(struct websocket_sessions *all)
{
    all->refuses_new = true;
    for (struct transport_connection *c = all->first; c; c = c->next)
        end_connection(c, CLOSE_GOING_AWAY, "bye");
}

void websocket_sessions_release(struct websocket_sessions *all)
{
    all->refuses_new = true;
    all->on_empty = NULL;
    for (struct transport_connection *c = all->first; c; c = c->next) {
        c->is_ended = true;
        detach_session(c);
    }
    uv_close((uv_handle_t *)&all->detach, NULL);
    uv_close((uv_handle_t *)&all->silence_check, NULL);
}

struct lws_protocols websocket_session_protocol(struct websocket_sessions *all)
{
    return (struct lws_protocols){
        .name = "chibo.v1",
        .callback = on_event,
        .per_session_data_size = sizeof(struct transport_connection),
        .rx_buffer_size = READ_SIZE,
        .user = all,
        /* One write is one TLS write, not cut into pieces of READ_SIZE. */
        .tx_packet_size = LIMIT_EVENT_SIZE + LIMIT_MESSAGE_SIZE,
    };
}
