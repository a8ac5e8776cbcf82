/*
 * The network face with sessions that echo: net_echo CONFIG. Prints "port N"
 * when it serves, and "uv_loop_close N" at its end. Text messages that begin
 * with "!" are commands to the session (see obey()).
 */
#include "protocol/base/encoding.h"
#include "server/net/websocket_server.h"
#include "server/platform/clock.h"
#include "server/platform/log.h"
#include "server/platform/tls_certificate.h"
#include "server/room/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE_SIZE = 256 };

struct hub {
    unsigned opened;
    unsigned closed;
};

struct session {
    struct hub *hub;
    const struct transport *transport;
    struct transport_connection *connection;
    struct session_peer peer;
    struct frame *queue[QUEUE_SIZE];
    size_t head, tail; /* tail <= head, at most QUEUE_SIZE apart */
};

struct program {
    uv_loop_t loop;
    uv_signal_t terminate, hang_up;
    struct config config;
    struct hub hub;
    struct websocket_server *server;
};

struct session *session_open(struct hub *hub, const struct transport *transport,
                             struct transport_connection *connection,
                             const struct session_peer *peer)
{
    struct session *session = calloc(1, sizeof *session);

    if (!session)
        return NULL;
    session->hub = hub;
    session->transport = transport;
    session->connection = connection;
    session->peer = *peer;
    hub->opened++;
    return session;
}

/* Writes what waits; keeps the rest for session_on_writable(). */
static void flush(struct session *session)
{
    while (session->tail != session->head) {
        struct frame *frame = session->queue[session->tail % QUEUE_SIZE];
        enum result result =
            session->transport->write(session->connection, frame);

        if (result == RESULT_BUSY) {
            session->transport->want_writable(session->connection);
            return;
        }
        frame_unref(frame);
        session->tail++;
    }
}

static void send_bytes(struct session *session, const void *bytes, size_t size,
                       bool is_binary)
{
    if (session->head - session->tail == QUEUE_SIZE) {
        session->transport->close(session->connection, CLOSE_TOO_SLOW,
                                  "too slow");
        return;
    }
    struct frame *frame = frame_new(bytes, size, is_binary);
    if (!frame)
        return;
    session->queue[session->head++ % QUEUE_SIZE] = frame;
    flush(session);
}

static void send_zeros(struct session *session, size_t size)
{
    void *zeros = calloc(1, size);

    if (zeros)
        send_bytes(session, zeros, size, true);
    free(zeros);
}

static void obey(struct session *session, const char *command)
{
    char digits[HEX_SIZE(32)];

    if (!strcmp(command, "!exporter")) {
        hex_encode(session->peer.exporter, 32, digits);
        send_bytes(session, digits, strlen(digits), false);
    } else if (!strcmp(command, "!address")) {
        send_bytes(session, session->peer.address,
                   strlen(session->peer.address), false);
    } else if (!strncmp(command, "!close ", 7)) {
        session->transport->close(session->connection,
                                  (uint16_t)strtoul(command + 7, NULL, 10),
                                  "as you wish");
    } else if (!strncmp(command, "!zeros ", 7)) {
        send_zeros(session, strtoul(command + 7, NULL, 10));
    }
}

void session_on_text(struct session *session, const char *text, size_t size)
{
    char command[64];

    if (size && text[0] == '!' && size < sizeof command) {
        memcpy(command, text, size);
        command[size] = '\0';
        obey(session, command);
    } else {
        send_bytes(session, text, size, false);
    }
}

void session_on_binary(struct session *session, const uint8_t *bytes,
                       size_t size)
{
    send_bytes(session, bytes, size, true);
}

void session_on_writable(struct session *session) { flush(session); }

void session_on_closed(struct session *session)
{
    for (; session->tail != session->head; session->tail++)
        frame_unref(session->queue[session->tail % QUEUE_SIZE]);
    session->hub->closed++;
    free(session);
}

static size_t metrics_text(void *user, char *out, size_t size)
{
    const struct hub *hub = user;
    int written = snprintf(out, size, "echo_opened %u\necho_closed %u\n",
                           hub->opened, hub->closed);

    return written > 0 ? (size_t)written : 0;
}

static void on_stopped(void *user)
{
    struct program *program = user;

    uv_close((uv_handle_t *)&program->terminate, NULL);
    uv_close((uv_handle_t *)&program->hang_up, NULL);
}

static void on_terminate(uv_signal_t *handle, int number)
{
    struct program *program = handle->data;

    (void)number;
    uv_signal_stop(handle);
    websocket_server_stop(program->server, on_stopped, program);
}

static void on_hang_up(uv_signal_t *handle, int number)
{
    struct program *program = handle->data;

    (void)number;
    printf("reload %s\n",
           result_text(websocket_server_reload_certificate(program->server)));
}

static int serve(struct program *program)
{
    const struct websocket_server_options options = {
        .loop = &program->loop,
        .config = &program->config,
        .hub = &program->hub,
        .metrics_text = metrics_text,
        .metrics_user = &program->hub,
    };

    if (tls_certificate_make(
            program->config.tls_certificate_path, program->config.tls_key_path,
            program->config.public_host, clock_utc_ms(clock_system())) ||
        websocket_server_open(&program->server, &options))
        return 1;
    uv_signal_init(&program->loop, &program->terminate);
    program->terminate.data = program;
    uv_signal_start(&program->terminate, on_terminate, SIGTERM);
    uv_signal_init(&program->loop, &program->hang_up);
    program->hang_up.data = program;
    uv_signal_start(&program->hang_up, on_hang_up, SIGHUP);
    printf("port %u\n", websocket_server_port(program->server));
    uv_run(&program->loop, UV_RUN_DEFAULT);
    program->server = websocket_server_free(program->server);
    return 0;
}

int main(int count, char **arguments)
{
    static struct program program;
    char error[CONFIG_ERROR_SIZE];

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count != 2 || config_file_load(&program.config, arguments[1], error)) {
        fprintf(stderr, "net_echo: %s\n", count == 2 ? error : "one argument");
        return 2;
    }
    log_set_level(program.config.log_level);
    uv_loop_init(&program.loop);
    int failed = serve(&program);
    int closed = uv_loop_close(&program.loop);
    config_file_release(&program.config);
    printf("sessions %u of %u\n", program.hub.closed, program.hub.opened);
    printf("uv_loop_close %d\n", closed);
    return failed || closed;
}
