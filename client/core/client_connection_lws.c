#include "client/core/client_connection_lws.h"

#include "client/core/socket_options.h"
#include "client/line/line_outbox.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"

#include <libwebsockets.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SUBPROTOCOL "chibo.v1"
#define EXPORTER_LABEL "EXPORTER-Channel-Binding"

enum {
    EXPORTER_SIZE = 32,
    CONNECT_S = 10,
    PING_S = 10,
    HANGUP_S = 20,
    ADDRESS_SIZE = 300,
    MANY_LINES = 64,
    /* A whole TLS record is read at once, so that nothing stays pending inside
     * TLS while a callback asks for the connection's end. */
    RECEIVE_SIZE = 20000,
    SERVICE_SIZE = 32768,
    WRITE_SIZE = LIMIT_MESSAGE_SIZE + 1024,
    WRITES_AT_ONCE = 16,
    PATIENCE_LOOK_MS = 1000
};

static const lws_retry_bo_t idle_policy = { .secs_since_valid_ping = PING_S,
                                            .secs_since_valid_hangup =
                                                HANGUP_S };

struct line_host {
    struct lws_context *context;
    struct line *dialling; /* those whose handshake may begin, by a ticket */
};

enum line_phase { LINE_IDLE = 1, LINE_DIALLING, LINE_OPEN, LINE_ENDING };

struct line {
    struct line_host *host;
    struct line_handlers handlers;
    char address[ADDRESS_SIZE];
    char figures[LINE_FIGURES_SIZE]; /* in the address's place, or "" */
    uint16_t port;
    char *proxy;             /* owned; NULL: none */
    struct lws_vhost *vhost; /* of the proxy, once it is used */
    struct lws *wsi;
    enum line_phase phase;
    bool is_in_dial; /* inside lws_client_connect_via_info() */
    bool is_dial_lost;
    uint16_t close_code; /* the peer's */
    struct byte_writer received;
    bool is_received_binary;
    bool wants_ping;
    struct line_ticket *ticket; /* of all lines of this client */
    struct line *next;          /* of host->dialling */
    int64_t heard_ms;           /* anything came */
    int64_t patient_ms;         /* the next look at its patience */
    struct line_patience patience;
    struct line_outbox outbox;
};

static int64_t now_ms(void) { return (int64_t)(uv_hrtime() / 1000000); }

static const struct lws_protocols protocols[2];

/* --- Tickets ------------------------------------------------------------- */

static void begin_dialling(struct line *line)
{
    line->next = line->host->dialling;
    line->host->dialling = line;
}

static void end_dialling(struct line *line)
{
    struct line **at = &line->host->dialling;

    while (*at && *at != line)
        at = &(*at)->next;
    if (*at)
        *at = line->next;
    line->next = NULL;
}

/* Where a context of TLS keeps its host. */
static int host_place(void)
{
    static int index = -1;

    if (index < 0)
        index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

/* Before a handshake's first message, when libwebsockets has shown the
 * connection to nobody yet: it is known by its socket. */
static void on_handshake(const SSL *tls, int where, int value)
{
    const struct line_host *host =
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), host_place());
    const struct line *line = host->dialling;

    (void)value;
    if (where != SSL_CB_HANDSHAKE_START)
        return;
    while (line &&
           (!line->wsi || lws_get_socket_fd(line->wsi) != SSL_get_fd(tls)))
        line = line->next;
    if (line)
        line_ticket_offer(line->ticket, lws_get_ssl(line->wsi));
}

static struct lws_context_creation_info creation_info(void)
{
    return (struct lws_context_creation_info){
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBUV |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
        .gid = -1,
        .uid = -1,
        .pt_serv_buf_size = SERVICE_SIZE,
        .connect_timeout_secs = CONNECT_S,
        .timeout_secs = CONNECT_S,
        .retry_and_idle_policy = &idle_policy,
    };
}

static enum result reach_proxy(struct line *line)
{
    struct lws_context_creation_info info = creation_info();

    if (!line->proxy || line->vhost)
        return RESULT_OK;
    info.vhost_name = line->proxy;
    info.http_proxy_address = line->proxy;
    info.http_proxy_port = 0;
    line->vhost = lws_create_vhost(line->host->context, &info);
    return line->vhost ? RESULT_OK : RESULT_IO;
}

/* --- The transport ------------------------------------------------------- */

static void forget_line(struct line *line)
{
    end_dialling(line);
    line->phase = LINE_IDLE;
    line->wsi = NULL;
    line->wants_ping = false;
    line_outbox_clear(&line->outbox);
    byte_writer_reset(&line->received);
}

static enum result transport_connect(void *user)
{
    struct line *line = user;
    struct lws_client_connect_info info = {
        .context = line->host->context,
        .address = line->figures[0] != '\0' ? line->figures : line->address,
        .port = line->port,
        .path = "/",
        .host = line->address,
        .origin = line->address,
        .protocol = SUBPROTOCOL,
        .local_protocol_name = SUBPROTOCOL,
        .ssl_connection =
            LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK,
        .alpn = "http/1.1",
        .retry_and_idle_policy = &idle_policy,
        .userdata = line,
        .pwsi = &line->wsi,
    };
    bool is_begun;

    if (line->phase != LINE_IDLE)
        return RESULT_BUSY;
    if (reach_proxy(line) != RESULT_OK)
        return RESULT_IO;
    info.vhost = line->vhost;
    line->phase = LINE_DIALLING;
    line->close_code = 0;
    line->is_dial_lost = false;
    line->is_in_dial = true;
    begin_dialling(line);
    is_begun = lws_client_connect_via_info(&info) != NULL;
    line->is_in_dial = false;
    if (is_begun && !line->is_dial_lost)
        return RESULT_OK;
    forget_line(line);
    return RESULT_IO;
}

static enum result transport_send(void *user, enum client_lane kind,
                                  const void *bytes, size_t size)
{
    struct line *line = user;
    enum result result;

    if (line->phase != LINE_OPEN)
        return RESULT_CLOSED;
    result = line_outbox_put(&line->outbox, kind, bytes, size, now_ms());
    if (!result)
        lws_callback_on_writable(line->wsi);
    return result;
}

static void kill_connection(struct line *line, struct lws *wsi)
{
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    /* A timeout set from outside its own events waits for the next of them,
     * which on a quiet line is seconds away. */
    lws_cancel_service(line->host->context);
}

static void transport_close(void *user, uint16_t code)
{
    struct line *line = user;

    (void)code; /* a frame with it could wait for ever on a dead line */
    if (line->phase == LINE_IDLE || line->phase == LINE_ENDING || !line->wsi)
        return;
    line->phase = LINE_ENDING;
    kill_connection(line, line->wsi);
}

void line_ping(struct line *line)
{
    if (line->phase != LINE_OPEN)
        return;
    line->wants_ping = true;
    lws_callback_on_writable(line->wsi);
}

bool line_address(const struct line *line, char out[LINE_FIGURES_SIZE])
{
    struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
    socklen_t size = sizeof peer;

    return line->wsi && !line->proxy &&
           getpeername(lws_get_socket_fd(line->wsi), (struct sockaddr *)&peer,
                       &size) == 0 &&
           getnameinfo((struct sockaddr *)&peer, size, out, LINE_FIGURES_SIZE,
                       NULL, 0, NI_NUMERICHOST) == 0;
}

void line_dial_at(struct line *line, const char *address)
{
    (void)snprintf(line->figures, sizeof line->figures, "%s", address);
}

/* Whatever passes is an occasion: what is under way has been looked at then. */
static void be_patient(struct line *line)
{
    int64_t at_ms = now_ms();

    if (line->phase != LINE_OPEN || at_ms < line->patient_ms)
        return;
    line->patient_ms = at_ms + PATIENCE_LOOK_MS;
    socket_options_be_patient(lws_get_socket_fd(line->wsi), &line->patience,
                              at_ms);
}

bool line_look(struct line *line, struct line_figures *out)
{
    struct line_figures figures = { .heard_ms = 0 };

    if (!line->wsi ||
        (line->phase != LINE_OPEN && line->phase != LINE_DIALLING))
        return false;
    /* Where the system says nothing of it, what came up here is all that is
     * known. */
    if (!socket_options_look(lws_get_socket_fd(line->wsi), &figures)) {
        figures.is_established = line->phase == LINE_OPEN;
        figures.heard_ms = figures.answered_ms = now_ms() - line->heard_ms;
    }
    be_patient(line);
    figures.stale = line->outbox.stale;
    *out = figures;
    return true;
}

struct client_transport line_transport(struct line *line)
{
    return (struct client_transport){ transport_connect, transport_send,
                                      transport_close, line };
}

/* --- What libwebsockets reports ------------------------------------------ */

static void on_established(struct line *line, struct lws *wsi)
{
    uint8_t exporter[EXPORTER_SIZE];

    /* The steps of a handshake put their own time-outs in place of the one by
     * which it was to end. */
    if (line->phase != LINE_DIALLING) {
        kill_connection(line, wsi);
        return;
    }
    end_dialling(line);
    socket_options_for_speech(lws_get_socket_fd(wsi));
    /* Without the channel's own bytes no hello could be checked. */
    if (SSL_export_keying_material(lws_get_ssl(wsi), exporter, sizeof exporter,
                                   EXPORTER_LABEL, sizeof EXPORTER_LABEL - 1,
                                   NULL, 0, 0) != 1) {
        transport_close(line, 0);
        return;
    }
    line_ticket_watch(lws_get_ssl(wsi), line->ticket);
    line->phase = LINE_OPEN;
    line->heard_ms = now_ms();
    line->patience = (struct line_patience){ .has_looked = false };
    line->patient_ms = 0;
    be_patient(line);
    line->handlers.on_open(line->handlers.user, exporter);
}

static void deliver(struct line *line)
{
    const struct line_handlers *handlers = &line->handlers;

    if (line->received.result)
        transport_close(line, 1009);
    else if (line->is_received_binary)
        handlers->on_binary(handlers->user, line->received.data,
                            line->received.size);
    else
        handlers->on_text(handlers->user, (const char *)line->received.data,
                          line->received.size);
    /* Room for a large genesis is not kept for ever. */
    if (line->received.capacity > LIMIT_MESSAGE_SIZE) {
        byte_writer_release(&line->received);
        byte_writer_init(&line->received, LIMIT_EVENT_SIZE);
    }
    byte_writer_reset(&line->received);
}

static void on_receive(struct line *line, struct lws *wsi, const void *in,
                       size_t size)
{
    if (line->phase != LINE_OPEN)
        return;
    line->heard_ms = now_ms();
    be_patient(line);
    if (lws_is_first_fragment(wsi)) {
        byte_writer_reset(&line->received);
        line->is_received_binary = lws_frame_is_binary(wsi) != 0;
    }
    byte_writer_bytes(&line->received, in, size);
    if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0)
        deliver(line);
}

static bool write_ping(struct line *line, struct lws *wsi)
{
    uint8_t nothing[LWS_PRE] = { 0 };

    line->wants_ping = false;
    if (lws_write(wsi, nothing + LWS_PRE, 0, LWS_WRITE_PING) < 0) {
        transport_close(line, 0);
        return false;
    }
    return true;
}

static bool write_one(struct line *line, struct lws *wsi)
{
    struct line_message *message;
    int written;

    if (line->wants_ping)
        return write_ping(line, wsi);
    message = line_outbox_take(&line->outbox, now_ms());
    if (!message)
        return false;
    written = lws_write(wsi, message->data + LWS_PRE, message->size,
                        message->lane == LANE_CONTROL ? LWS_WRITE_TEXT
                                                      : LWS_WRITE_BINARY);
    free(message);
    if (written < 0)
        transport_close(line, 0);
    return written >= 0;
}

static void on_writeable(struct line *line, struct lws *wsi)
{
    int i;

    if (line->phase != LINE_OPEN)
        return;
    be_patient(line);
    for (i = 0; i < WRITES_AT_ONCE; i++) {
        if (!write_one(line, wsi) || lws_partial_buffered(wsi) ||
            lws_send_pipe_choked(wsi))
            break;
    }
    if (line->phase == LINE_OPEN &&
        (line->wants_ping || !line_outbox_is_empty(&line->outbox)))
        lws_callback_on_writable(wsi);
}

/* Several of libwebsockets' reports can be the last one of a connection, and
 * the line may be freed at the first: the others find no line any more. */
static void on_closed(struct line *line, struct lws *wsi)
{
    uint16_t code = line->close_code;

    lws_set_wsi_user(wsi, NULL);
    if (lws_get_ssl(wsi))
        line_ticket_watch(lws_get_ssl(wsi), NULL);
    if (line->phase == LINE_IDLE)
        return;
    if (line->is_in_dial) {
        line->is_dial_lost = true;
        return;
    }
    forget_line(line);
    line->handlers.on_closed(line->handlers.user, code);
}

static void on_peer_close(struct line *line, const uint8_t *in, size_t size)
{
    if (size >= 2)
        line->close_code = (uint16_t)(in[0] << 8 | in[1]);
}

/* TLS 1.3 or nothing; whatever certificate the server has. */
static void restrict_tls(SSL_CTX *context, struct line_host *host)
{
    (void)SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (SSL_CTX_set_ex_data(context, host_place(), host) != 1)
        return; /* no memory: handshakes are whole ones */
    line_ticket_allow(context);
    SSL_CTX_set_info_callback(context, on_handshake);
}

static int accept_certificate(X509_STORE_CTX *store)
{
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 0;
}

static void on_event(struct line *line, struct lws *wsi,
                     enum lws_callback_reasons reason, const void *in,
                     size_t size)
{
    if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED)
        on_established(line, wsi);
    else if (reason == LWS_CALLBACK_CLIENT_RECEIVE)
        on_receive(line, wsi, in, size);
    else if (reason == LWS_CALLBACK_CLIENT_RECEIVE_PONG)
        line->heard_ms = now_ms();
    else if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
        on_writeable(line, wsi);
    else if (reason == LWS_CALLBACK_WS_PEER_INITIATED_CLOSE)
        on_peer_close(line, in, size);
    else if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR ||
             reason == LWS_CALLBACK_CLIENT_CLOSED ||
             reason == LWS_CALLBACK_WSI_DESTROY)
        on_closed(line, wsi);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t size)
{
    struct line *line = user;

    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS) {
        restrict_tls(user, lws_context_user(lws_get_context(wsi)));
        return 0;
    }
    if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION)
        return accept_certificate(user);
    /* A connection that ends while TLS is being agreed on is only destroyed. */
    if (reason == LWS_CALLBACK_WSI_DESTROY)
        line = lws_wsi_user(wsi);
    if (line)
        on_event(line, wsi, reason, in, size);
    return 0;
}

static const struct lws_protocols protocols[2] = {
    { .name = SUBPROTOCOL,
      .callback = callback,
      .rx_buffer_size = RECEIVE_SIZE,
      .tx_packet_size = WRITE_SIZE },
    { .name = NULL }
};

/* --- Hosts and lines ----------------------------------------------------- */

/* The environment's http_proxy is not ours: libwebsockets takes it for every
 * line, also to the same machine, unless it does not see it. */
static struct lws_context *
create_context(const struct lws_context_creation_info *info)
{
    const char *found = getenv("http_proxy");
    char *kept = found ? strdup(found) : NULL;
    struct lws_context *context;

    (void)unsetenv("http_proxy"); /* fails for an unfit name only */
    context = lws_create_context(info);
    if (kept)
        (void)setenv("http_proxy", kept, 1); /* as it was */
    free(kept);
    return context;
}

enum result line_host_new(struct line_host **out, uv_loop_t *loop,
                          size_t line_max)
{
    struct lws_context_creation_info info = creation_info();
    struct line_host *host = calloc(1, sizeof *host);
    void *loops[] = { loop };

    if (!host)
        return RESULT_NO_MEMORY;
    lws_set_log_level(0, NULL);
    info.foreign_loops = loops;
    info.pcontext = &host->context;
    info.user = host;
    /* A small table is searched, a large one is indexed. */
    if (line_max < MANY_LINES)
        info.fd_limit_per_thread = (unsigned)line_max + 16;
    host->context = create_context(&info);
    if (!host->context) {
        free(host);
        return RESULT_IO;
    }
    *out = host;
    return RESULT_OK;
}

void line_host_close(struct line_host *host)
{
    lws_context_destroy(host->context);
}

struct line_host *line_host_free(struct line_host *host)
{
    if (!host)
        return NULL;
    /* The second call frees what the first left to the loop. */
    if (host->context)
        lws_context_destroy(host->context);
    free(host);
    return NULL;
}

enum result line_new(struct line **out, struct line_host *host,
                     const char *address, uint16_t port, const char *proxy,
                     struct line_ticket *ticket,
                     const struct line_handlers *handlers)
{
    struct line *line;

    if (strlen(address) >= ADDRESS_SIZE)
        return RESULT_INVALID;
    line = calloc(1, sizeof *line);
    if (!line)
        return RESULT_NO_MEMORY;
    line->host = host;
    line->ticket = ticket;
    line->handlers = *handlers;
    line->port = port;
    line->phase = LINE_IDLE;
    memcpy(line->address, address, strlen(address));
    byte_writer_init(&line->received, LIMIT_EVENT_SIZE);
    line_outbox_init(&line->outbox, LWS_PRE);
    line->proxy = proxy ? strdup(proxy) : NULL;
    if (proxy && !line->proxy) {
        free(line);
        return RESULT_NO_MEMORY;
    }
    *out = line;
    return RESULT_OK;
}

struct line *line_free(struct line *line)
{
    if (!line)
        return NULL;
    if (line->vhost)
        lws_vhost_destroy(line->vhost);
    line_outbox_clear(&line->outbox);
    byte_writer_release(&line->received);
    free(line->proxy);
    free(line);
    return NULL;
}

bool line_is_closed(const struct line *line)
{
    return line->phase == LINE_IDLE;
}
