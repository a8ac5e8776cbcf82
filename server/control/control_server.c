#include "server/control/control_server.h"

#include "protocol/base/limits.h"
#include "server/platform/log.h"
#include "server/room/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct transport_connection {
    uv_pipe_t pipe;
    struct control_server *server;
    struct session *session; /* NULL once told that it is over */
    char *line;              /* what came of the next line */
    size_t line_size, line_capacity;
    struct frame *writing;
    uv_write_t write;
    bool wants_writable;
    bool is_closing;
    bool ends_after_write;
    struct transport_connection *next, *previous;
};

struct control_server {
    uv_pipe_t listener;
    struct hub *hub;
    char *path;
    bool is_stopping;
    struct transport_connection *connections;
};

static void on_closed(uv_handle_t *handle)
{
    struct transport_connection *connection = handle->data;
    struct control_server *server = connection->server;

    if (connection->previous)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->session)
        session_on_closed(connection->session);
    frame_unref(connection->writing);
    free(connection->line);
    free(connection);
}

static void end(struct transport_connection *connection)
{
    if (connection->is_closing)
        return;
    connection->is_closing = true;
    uv_close((uv_handle_t *)&connection->pipe, on_closed);
}

static void on_written(uv_write_t *request, int status)
{
    struct transport_connection *connection = request->data;

    connection->writing = frame_unref(connection->writing);
    if (connection->is_closing)
        return;
    if (status < 0 || connection->ends_after_write) {
        end(connection);
    } else if (connection->wants_writable) {
        connection->wants_writable = false;
        session_on_writable(connection->session);
    }
}

static enum result control_write(struct transport_connection *connection,
                                 struct frame *frame)
{
    static char newline[] = "\n";
    uv_buf_t buffers[2];

    if (connection->is_closing)
        return RESULT_CLOSED;
    if (connection->writing)
        return RESULT_BUSY;
    buffers[0] = uv_buf_init((char *)frame->data, (unsigned)frame->size);
    buffers[1] = uv_buf_init(newline, 1);
    connection->write.data = connection;
    if (uv_write(&connection->write, (uv_stream_t *)&connection->pipe, buffers,
                 2, on_written) != 0) {
        end(connection);
        return RESULT_CLOSED;
    }
    connection->writing = frame_ref(frame);
    return RESULT_OK;
}

static void control_want_writable(struct transport_connection *connection)
{
    connection->wants_writable = true;
}

static void control_close(struct transport_connection *connection,
                          uint16_t code, const char *reason)
{
    (void)code; /* a unix socket has no close codes */
    (void)reason;
    if (connection->writing)
        connection->ends_after_write = true;
    else
        end(connection);
}

static const struct transport control_transport = {
    control_write, control_want_writable, control_close, NULL, NULL, NULL
};

/* --- reading ------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)handle;
    buffer->base = malloc(suggested);
    buffer->len = buffer->base ? suggested : 0;
}

static bool keep(struct transport_connection *connection, const char *bytes,
                 size_t size)
{
    size_t needed = connection->line_size + size;
    size_t capacity = connection->line_capacity;
    char *grown;

    if (needed > LIMIT_ADMIN_LINE_SIZE)
        return false;
    while (capacity < needed)
        capacity = capacity ? capacity * 2 : 4096;
    if (capacity != connection->line_capacity) {
        grown = realloc(connection->line, capacity);
        if (!grown)
            return false;
        connection->line = grown;
        connection->line_capacity = capacity;
    }
    memcpy(connection->line + connection->line_size, bytes, size);
    connection->line_size = needed;
    return true;
}

static void take_bytes(struct transport_connection *connection,
                       const char *bytes, size_t size)
{
    while (size > 0 && !connection->is_closing) {
        const char *newline = memchr(bytes, '\n', size);
        size_t part = newline ? (size_t)(newline - bytes) : size;

        if (!keep(connection, bytes, part)) {
            log_warning("control: a line above %d bytes; connection closed",
                        LIMIT_ADMIN_LINE_SIZE);
            end(connection);
            return;
        }
        if (!newline)
            return;
        session_on_text(connection->session, connection->line,
                        connection->line_size);
        connection->line_size = 0;
        bytes += part + 1;
        size -= part + 1;
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct transport_connection *connection = stream->data;

    if (count > 0)
        take_bytes(connection, buffer->base, (size_t)count);
    else if (count < 0)
        end(connection);
    free(buffer->base);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct control_server *server = listener->data;
    struct transport_connection *connection;
    struct session_peer peer = { .address = "unix", .is_administrator = true };

    if (status < 0 || server->is_stopping)
        return;
    connection = calloc(1, sizeof *connection);
    if (!connection)
        return;
    connection->server = server;
    connection->pipe.data = connection;
    if (uv_pipe_init(listener->loop, &connection->pipe, 0) != 0) {
        free(connection);
        return;
    }
    connection->next = server->connections;
    if (server->connections)
        server->connections->previous = connection;
    server->connections = connection;
    if (uv_accept(listener, (uv_stream_t *)&connection->pipe) != 0 ||
        uv_read_start((uv_stream_t *)&connection->pipe, on_alloc, on_read) !=
            0) {
        end(connection);
        return;
    }
    connection->session =
        session_open(server->hub, &control_transport, connection, &peer);
    if (!connection->session)
        end(connection);
}

/* --- life ---------------------------------------------------------------- */

enum result control_server_open(struct control_server **out, uv_loop_t *loop,
                                const char *path, struct hub *hub)
{
    struct control_server *server = calloc(1, sizeof *server);
    mode_t mask;
    int status;

    if (!server)
        return RESULT_NO_MEMORY;
    server->hub = hub;
    server->path = strdup(path);
    if (!server->path || uv_pipe_init(loop, &server->listener, 0) != 0) {
        free(server->path);
        free(server);
        return RESULT_NO_MEMORY;
    }
    server->listener.data = server;
    /* The database's lock says that no other server uses this socket. */
    (void)unlink(path);
    mask = umask(0177);
    status = uv_pipe_bind(&server->listener, path);
    (void)umask(mask);
    if (status == 0)
        status = uv_listen((uv_stream_t *)&server->listener, 8, on_connection);
    *out = server;
    if (status == 0)
        return RESULT_OK;
    log_error("control: cannot listen on %s: %s", path, uv_strerror(status));
    control_server_stop(server);
    return RESULT_IO;
}

void control_server_stop(struct control_server *server)
{
    struct transport_connection *connection;

    if (!server || server->is_stopping)
        return;
    server->is_stopping = true;
    for (connection = server->connections; connection;
         connection = connection->next)
        end(connection);
    (void)unlink(server->path);
    uv_close((uv_handle_t *)&server->listener, NULL);
}

struct control_server *control_server_free(struct control_server *server)
{
    if (!server)
        return NULL;
    free(server->path);
    free(server);
    return NULL;
}
