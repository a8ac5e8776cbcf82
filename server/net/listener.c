#include "server/net/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BACKLOG = 1024,
    ACCEPTS_PER_TURN = 32, /* others on the loop have their turn between */
    PAUSE_MS = 100         /* when the system is out of descriptors */
};

struct listener {
    uv_poll_t poll;
    uv_timer_t pause;
    int fd;
    int open_handle_count;
    uint16_t port;
    listener_connection_fn on_connection;
    void *user;
};

static void prepare_socket(int fd)
{
    const int on = 1;
    const int not_sent_max = LISTENER_NOT_SENT_MAX;

    /* Both only make it faster: a kernel without them serves as well. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent_max,
                     sizeof not_sent_max);
}

static void on_readable(uv_poll_t *poll, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
    struct listener *listener = timer->data;

    (void)uv_poll_start(&listener->poll, UV_READABLE, on_readable);
}

/* The socket stays readable while connections wait: without a pause a process
 * out of descriptors would spin. */
static void pause_accepting(struct listener *listener)
{
    (void)uv_poll_stop(&listener->poll);
    (void)uv_timer_start(&listener->pause, on_pause_over, PAUSE_MS, 0);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct listener *listener = poll->data;

    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        struct sockaddr_storage peer;
        socklen_t size = sizeof peer;
        int fd = accept4(listener->fd, (struct sockaddr *)&peer, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
                errno == ENOBUFS)
                pause_accepting(listener);
            return;
        }
        prepare_socket(fd);
        listener->on_connection(fd, (struct sockaddr *)&peer, listener->user);
    }
}

static enum result parse_address(const char *text, uint16_t port,
                                 struct sockaddr_storage *address)
{
    if (!uv_ip4_addr(text, port, (struct sockaddr_in *)address) ||
        !uv_ip6_addr(text, port, (struct sockaddr_in6 *)address))
        return RESULT_OK;
    return RESULT_INVALID;
}

/* A socket that listens, or -1 with errno. */
static int open_socket(const struct sockaddr_storage *address)
{
    const int on = 1, off = 0;
    socklen_t size = address->ss_family == AF_INET
                         ? sizeof(struct sockaddr_in)
                         : sizeof(struct sockaddr_in6);
    int fd = socket(address->ss_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        (address->ss_family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off)) ||
        bind(fd, (const struct sockaddr *)address, size) ||
        listen(fd, BACKLOG)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static uint16_t bound_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t size = sizeof address;

    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &size))
        return 0;
    return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port
                                                  : address.v6.sin6_port);
}

enum result listener_open(struct listener **out, uv_loop_t *loop,
                          const char *address, uint16_t port,
                          listener_connection_fn on_connection, void *user)
{
    struct sockaddr_storage parsed = { 0 };
    enum result result = parse_address(address, port, &parsed);
    if (result)
        return result;

    struct listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        return RESULT_NO_MEMORY;
    listener->fd = open_socket(&parsed);
    if (listener->fd < 0 || uv_poll_init(loop, &listener->poll, listener->fd)) {
        int error = errno;
        if (listener->fd >= 0)
            close(listener->fd);
        free(listener);
        errno = error;
        return RESULT_IO;
    }
    listener->poll.data = listener;
    (void)uv_timer_init(loop, &listener->pause);
    listener->pause.data = listener;
    listener->open_handle_count = 2;
    listener->port = bound_port(listener->fd);
    listener->on_connection = on_connection;
    listener->user = user;
    (void)uv_poll_start(&listener->poll, UV_READABLE, on_readable);
    *out = listener;
    return RESULT_OK;
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;

    if (--listener->open_handle_count)
        return;
    close(listener->fd);
    free(listener);
}

struct listener *listener_close(struct listener *listener)
{
    if (!listener)
        return NULL;
    uv_close((uv_handle_t *)&listener->poll, on_handle_closed);
    uv_close((uv_handle_t *)&listener->pause, on_handle_closed);
    return NULL;
}
