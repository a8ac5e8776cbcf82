#include "server/net/websocket_server.h"

#include "server/net/address_limit.h"
#include "server/net/frame_mask_guard.h"
#include "server/net/library_memory.h"
#include "server/net/listener.h"
#include "server/net/turnstile.h"
#include "server/net/websocket_session.h"
#include "server/platform/clock.h"
#include "server/platform/descriptor_limit.h"
#include "server/platform/tls_certificate.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    /* At least a TLS record; see READ_SIZE in websocket_session.c. */
    SERVICE_BUFFER_SIZE = 32768,
    HANDSHAKE_S = 5, /* TLS, then again for the HTTP request */
    GOODBYE_MS = 500,
    /* Database, logs, control sockets, pipes: what is not a connection. */
    OTHER_DESCRIPTORS = 256,
    LINES_LOGGED_PER_S = 5,
    TICKET_S = 3600
};

struct websocket_server {
    uv_loop_t *loop;
    const struct config *config;
    struct http_endpoints endpoints;
    struct address_limit *limit;
    struct turnstile *turnstile;
    struct tls_certificate *certificate;
    struct listener *listener;
    struct websocket_sessions sessions;
    uv_timer_t goodbye;
    struct lws_protocols protocols[3];
    struct lws_context *context; /* NULL again when it is gone */
    struct lws_vhost *vhost;
    bool has_tls; /* the vhost has asked how to speak it */
    bool has_sessions;
    bool has_goodbye;
    bool has_created; /* libwebsockets took over the socket being adopted */
    struct log_limiter refusals;
    void (*on_stopped)(void *user);
    void *user;
};

/*
 * None: websocket_session.c asks silent peers itself. libwebsockets 4.1.6 would
 * put a timer of each connection into one sorted list with each pong, and walk
 * over all the others to do so: a third of the processor with 5,000 of them.
 */
static const lws_retry_bo_t no_liveness = { .secs_since_valid_hangup = 0 };

/* --- libwebsockets' own words -------------------------------------------- */

/* Peers cause most of them, so they are few and none is an error of ours. */
static void on_library_line(int level, const char *line)
{
    static struct log_limiter limiter = { .per_second = LINES_LOGGED_PER_S };
    unsigned suppressed;
    size_t size = strlen(line);

    (void)level;
    while (size && line[size - 1] == '\n')
        size--;
    if (log_limiter_admits(&limiter, clock_monotonic_ms(clock_system()),
                           &suppressed))
        log_debug("libwebsockets: %s (%u more left out)",
                  log_quote(line, size).text, suppressed);
}

/* --- TLS ----------------------------------------------------------------- */

/* TLS 1.3 without early data. Tickets are given to those alone whose line is
 * bad (transport_give_ticket()): by one, sealed with a key of this process,
 * another connection of theirs begins without our certificate and with a key
 * exchange of its own. It proves neither of the two; the hello and the login do
 * that on each. AES-128 first: it is the fastest where AES is in hardware; who
 * has no such hardware asks for ChaCha20 first and gets it. */
static enum result configure_tls(SSL_CTX *tls)
{
    static const unsigned char tickets_are_for[] = { 'c', 'h', 'i', 'b', 'o' };

    SSL_CTX_set_options(tls, SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(tls, TICKET_S);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(tls, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_num_tickets(tls, 0) != 1 ||
        SSL_CTX_set_max_early_data(tls, 0) != 1 ||
        SSL_CTX_set_session_id_context(tls, tickets_are_for,
                                       sizeof tickets_are_for) != 1 ||
        SSL_CTX_set_ciphersuites(tls, "TLS_AES_128_GCM_SHA256:"
                                      "TLS_CHACHA20_POLY1305_SHA256:"
                                      "TLS_AES_256_GCM_SHA384") != 1)
        return RESULT_CRYPTO;
    return frame_mask_guard_install(tls);
}

/* Each handshake asks for the certificate of the moment. */
static int on_handshake(SSL *connection, void *user)
{
    const struct websocket_server *server = user;

    return !tls_certificate_use(server->certificate, connection);
}

static int on_tls_context(struct websocket_server *server, SSL_CTX *tls)
{
    if (configure_tls(tls))
        return -1;
    SSL_CTX_set_cert_cb(tls, on_handshake, server);
    server->has_tls = true;
    return 0;
}

enum result websocket_server_reload_certificate(struct websocket_server *server)
{
    const struct config *config = server->config;
    struct tls_certificate *fresh = NULL;
    char fingerprint[65];

    enum result result = tls_certificate_load(
        &fresh, config->tls_certificate_path, config->tls_key_path);
    if (result) {
        log_warning("the certificate in %s was not taken (%s), the old one "
                    "stays",
                    config->tls_certificate_path, result_text(result));
        return result;
    }
    tls_certificate_free(server->certificate);
    server->certificate = fresh;
    tls_certificate_fingerprint(fresh, fingerprint);
    log_info("new connections are served with the certificate %s", fingerprint);
    return RESULT_OK;
}

/* --- connections --------------------------------------------------------- */

static void log_refusal(struct websocket_server *server, enum result result)
{
    unsigned suppressed;

    if (log_limiter_admits(&server->refusals,
                           clock_monotonic_ms(clock_system()), &suppressed))
        log_warning("a connection was refused: %s (%u more since the last)",
                    result == RESULT_FULL ? "too many in all"
                                          : "too many from its address",
                    suppressed);
}

static void on_turn(int fd, struct address_slot *slot, void *user)
{
    struct websocket_server *server = user;
    const lws_adopt_desc_t adoption = {
        .vh = server->vhost,
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
        .fd.sockfd = fd,
        .opaque = slot, /* given back in LWS_CALLBACK_WSI_DESTROY */
    };
    server->has_created = false;
    if (!lws_adopt_descriptor_vhost_via_info(&adoption) && !server->has_created)
        /* It failed before there was anything to destroy; `fd` is closed. */
        address_limit_give(server->limit, slot);
}

static void on_connection(int fd, const struct sockaddr *peer, void *user)
{
    struct websocket_server *server = user;
    struct address_slot *slot = NULL;

    enum result result = address_limit_take(server->limit, peer, &slot);
    if (result) {
        log_refusal(server, result);
        close(fd);
        return;
    }
    turnstile_enter(server->turnstile, fd, slot);
}

static void on_destroyed(struct websocket_server *server, struct lws *wsi)
{
    struct address_slot *slot = lws_get_opaque_user_data(wsi);

    if (slot)
        address_limit_give(server->limit, slot);
}

/* Plain HTTP cannot happen, and HTTP/2 should not; neither is answered. */
static bool is_plain_tls(struct lws *wsi)
{
    return lws_get_ssl(wsi) && lws_get_network_wsi(wsi) == wsi;
}

/* The first entry of the protocol table: the server's own events, HTTP, and
 * WebSockets that named no subprotocol. */
static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
                    void *user, void *in, size_t size)
{
    struct websocket_server *server = lws_context_user(lws_get_context(wsi));

    (void)size;
    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS)
        return on_tls_context(server, user);
    if (reason == LWS_CALLBACK_WSI_CREATE)
        server->has_created = true;
    else if (reason == LWS_CALLBACK_WSI_DESTROY)
        on_destroyed(server, wsi);
    else if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
        return -1;
    else if (reason == LWS_CALLBACK_HTTP)
        return is_plain_tls(wsi)
                   ? http_endpoints_on_request(&server->endpoints, wsi, in)
                   : -1;
    else if (reason == LWS_CALLBACK_HTTP_WRITEABLE)
        return http_endpoints_on_writable(wsi);
    return 0;
}

/* --- start --------------------------------------------------------------- */

static enum result create_context(struct websocket_server *server)
{
    void *loops[1] = { server->loop };
    const struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .foreign_loops = loops,
        .pcontext = &server->context,
        .user = server,
        .pt_serv_buf_size = SERVICE_BUFFER_SIZE,
        .timeout_secs = HANDSHAKE_S,
        .retry_and_idle_policy = &no_liveness,
        .gid = -1,
        .uid = -1,
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, on_library_line);
    lws_set_allocator(library_memory_allocate);
    server->context = lws_create_context(&info);
    if (server->context)
        return RESULT_OK;
    log_error("libwebsockets does not start on libuv; is the Debian package "
              "libwebsockets-evlib-uv installed?");
    return RESULT_UNSUPPORTED;
}

static enum result create_vhost(struct websocket_server *server)
{
    server->protocols[0] = (struct lws_protocols){
        .name = "http",
        .callback = on_event,
        .tx_packet_size = SERVICE_BUFFER_SIZE,
    };
    server->protocols[1] = websocket_session_protocol(&server->sessions);

    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .vhost_name = "chibo",
        .protocols = server->protocols,
        /* Without the first, the vhost would talk plain text; with the second
         * it asks on_tls_context() how to speak TLS. */
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX,
        .alpn = "http/1.1",
        .timeout_secs = HANDSHAKE_S,
        .keepalive_timeout = HANDSHAKE_S,
        .retry_and_idle_policy = &no_liveness,
    };
    server->vhost = lws_create_vhost(server->context, &info);
    if (server->vhost && server->has_tls)
        return RESULT_OK;
    log_error("libwebsockets did not set up TLS; nothing is served");
    return RESULT_CRYPTO;
}

static enum result load_certificate(struct websocket_server *server)
{
    const struct config *config = server->config;
    enum result result =
        tls_certificate_load(&server->certificate, config->tls_certificate_path,
                             config->tls_key_path);

    if (result)
        log_error("the certificate %s and its key %s cannot be used: %s",
                  config->tls_certificate_path, config->tls_key_path,
                  result_text(result));
    return result;
}

static enum result open_listener(struct websocket_server *server)
{
    const struct config *config = server->config;
    enum result result =
        listener_open(&server->listener, server->loop, config->listen_address,
                      config->listen_port, on_connection, server);

    if (result)
        log_error("cannot listen on %s port %u: %s", config->listen_address,
                  config->listen_port,
                  result == RESULT_IO ? strerror(errno) : result_text(result));
    return result;
}

static enum result prepare_limits(struct websocket_server *server)
{
    const struct config *config = server->config;
    size_t wanted = (size_t)config->connection_max + OTHER_DESCRIPTORS;
    size_t allowed = descriptor_limit_set(wanted);
    size_t connection_max = config->connection_max;

    if (allowed <= OTHER_DESCRIPTORS) {
        log_error("the system allows only %zu open files", allowed);
        return RESULT_UNSUPPORTED;
    }
    if (allowed < wanted) {
        connection_max = allowed - OTHER_DESCRIPTORS;
        log_warning("the system allows %zu open files, so at most %zu "
                    "connections",
                    allowed, connection_max);
    }
    return address_limit_new(&server->limit, connection_max,
                             config->connection_max_per_address);
}

static enum result start(struct websocket_server *server, struct hub *hub)
{
    enum result result;

    if (!frame_mask_guard_is_active()) {
        log_error("the guard over client frames is not in place; the program "
                  "must be linked with the shared OpenSSL");
        return RESULT_UNSUPPORTED;
    }
    if ((result = load_certificate(server)) ||
        (result = prepare_limits(server)) ||
        (result = turnstile_new(&server->turnstile, server->loop, server->limit,
                                on_turn, server)) ||
        (result = create_context(server)))
        return result;
    if ((result = websocket_sessions_init(&server->sessions, server->loop, hub,
                                          server->turnstile)))
        return result;
    server->has_sessions = true;
    (void)uv_timer_init(server->loop, &server->goodbye);
    server->goodbye.data = server;
    server->has_goodbye = true;
    if ((result = create_vhost(server)))
        return result;
    return open_listener(server);
}

/* --- end ----------------------------------------------------------------- */

static void take_down(struct websocket_server *server)
{
    server->listener = listener_close(server->listener);
    if (server->has_goodbye)
        uv_close((uv_handle_t *)&server->goodbye, NULL);
    if (server->has_sessions)
        websocket_sessions_release(&server->sessions);
    server->has_goodbye = server->has_sessions = false;
    server->turnstile = turnstile_close(server->turnstile);
    if (server->context)
        lws_context_destroy(server->context);
}

enum result
websocket_server_open(struct websocket_server **out,
                      const struct websocket_server_options *options)
{
    struct websocket_server *server = calloc(1, sizeof *server);
    if (!server)
        return RESULT_NO_MEMORY;

    /* Writing to a connection that the peer has reset is an error code. */
    (void)signal(SIGPIPE, SIG_IGN);
    server->loop = options->loop;
    server->config = options->config;
    server->endpoints = (struct http_endpoints){
        .metrics_text = options->metrics_text,
        .metrics_user = options->metrics_user,
        .metrics_token = options->config->metrics_token,
    };
    server->refusals.per_second = 1;

    enum result result = start(server, options->hub);
    if (result) {
        take_down(server);
        /* The handles close on the loop; nothing else of ours is on it. */
        (void)uv_run(server->loop, UV_RUN_NOWAIT);
        (void)uv_run(server->loop, UV_RUN_NOWAIT);
        websocket_server_free(server);
        return result;
    }
    *out = server;
    return RESULT_OK;
}

uint16_t websocket_server_port(const struct websocket_server *server)
{
    return listener_port(server->listener);
}

size_t websocket_server_connection_count(const struct websocket_server *server)
{
    return address_limit_count(server->limit);
}

size_t websocket_server_session_count(const struct websocket_server *server)
{
    return server->sessions.count;
}

uint64_t websocket_server_held_count(const struct websocket_server *server)
{
    return server->turnstile ? turnstile_held(server->turnstile) : 0;
}

static void on_goodbye_over(uv_timer_t *timer)
{
    struct websocket_server *server = timer->data;

    take_down(server);
    if (server->on_stopped)
        server->on_stopped(server->user);
}

/* Not from inside libwebsockets' callback, but in the next turn. */
static void on_empty(void *user)
{
    struct websocket_server *server = user;

    (void)uv_timer_start(&server->goodbye, on_goodbye_over, 0, 0);
}

void websocket_server_stop(struct websocket_server *server,
                           void (*on_stopped)(void *user), void *user)
{
    server->on_stopped = on_stopped;
    server->user = user;
    server->listener = listener_close(server->listener);
    (void)uv_timer_start(&server->goodbye, on_goodbye_over,
                         server->sessions.count ? GOODBYE_MS : 0, 0);
    server->sessions.on_empty = on_empty;
    server->sessions.user = server;
    websocket_sessions_say_goodbye(&server->sessions);
}

struct websocket_server *websocket_server_free(struct websocket_server *server)
{
    if (!server)
        return NULL;
    /* The first call began to close the handles on the loop; the second, with
     * the loop run empty, frees what they needed. */
    if (server->context)
        lws_context_destroy(server->context);
    tls_certificate_free(server->certificate);
    address_limit_free(server->limit);
    free(server);
    return NULL;
}
