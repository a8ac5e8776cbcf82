#include "client/bench/bench_socket.h"

#include "client/bench/bench_words.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 256,
    EVENTS_BETWEEN_TICKS = 8,
    /* More than a TLS record. */
    READ_SIZE = 20000,
    DRAIN_SIZE = 1 << 20
};

/* --- the loop ------------------------------------------------------------ */

/* Thousands of lines are thousands of files. */
static void allow_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files); /* if not, socket() says so */
    }
}

static enum result look_up(struct bench_net *net, const char *host,
                           uint16_t port)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char service[8];
    int error;

    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    error = getaddrinfo(host, service, &hints, &found);
    if (error != 0) {
        bench_say("%s: %s", host, gai_strerror(error));
        return RESULT_NOT_FOUND;
    }
    memcpy(&net->address, found->ai_addr, found->ai_addrlen);
    net->address_size = found->ai_addrlen;
    net->port = port;
    freeaddrinfo(found);
    return RESULT_OK;
}

enum result bench_net_open(struct bench_net *net, const char *host,
                           uint16_t port)
{
    enum result result;

    memset(net, 0, sizeof *net);
    allow_files();
    net->poll = epoll_create1(EPOLL_CLOEXEC);
    net->scratch = malloc(READ_SIZE);
    net->context = SSL_CTX_new(TLS_client_method());
    if (net->poll < 0 || !net->scratch || !net->context ||
        SSL_CTX_set_ciphersuites(net->context, "TLS_AES_128_GCM_SHA256") != 1 ||
        SSL_CTX_set_cipher_list(net->context, "ECDHE+AES128+AESGCM") != 1) {
        bench_net_close(net);
        return RESULT_NO_MEMORY;
    }
    SSL_CTX_set_read_ahead(net->context, 1);
    SSL_CTX_set_mode(net->context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                       SSL_MODE_RELEASE_BUFFERS);
    result = look_up(net, host, port);
    if (result != RESULT_OK)
        bench_net_close(net);
    return result;
}

void bench_net_close(struct bench_net *net)
{
    if (net->poll >= 0)
        (void)close(net->poll); /* nothing is lost with it */
    SSL_CTX_free(net->context);
    free(net->scratch);
    net->context = NULL;
    net->scratch = NULL;
    net->poll = -1;
}

/* --- one socket ---------------------------------------------------------- */

static int open_stream(const struct bench_net *net)
{
    return socket(net->address.ss_family,
                  SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static void watch(struct bench_socket *socket, bool wants_out)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = socket };

    if (socket->wants_out == wants_out)
        return;
    if (wants_out)
        event.events |= EPOLLOUT;
    socket->wants_out = wants_out;
    (void)epoll_ctl(socket->net->poll, EPOLL_CTL_MOD, socket->fd, &event);
}

void bench_socket_close(struct bench_socket *socket)
{
    if (socket->state == BENCH_SOCKET_CLOSED)
        return;
    socket->state = BENCH_SOCKET_CLOSED;
    SSL_free(socket->ssl);
    socket->ssl = NULL;
    (void)close(socket->fd); /* leaves the poll, too */
    free(socket->in);
    free(socket->out);
    socket->in = socket->out = NULL;
    socket->in_size = socket->in_capacity = 0;
    socket->out_size = socket->out_capacity = 0;
}

static void end(struct bench_socket *socket)
{
    if (socket->state == BENCH_SOCKET_CLOSED)
        return;
    bench_socket_close(socket);
    socket->handlers->on_closed(socket->handlers->user);
}

enum result bench_socket_connect(struct bench_socket *socket,
                                 struct bench_net *net,
                                 const struct bench_socket_handlers *handlers)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT,
                                 .data.ptr = socket };
    int on = 1;

    memset(socket, 0, sizeof *socket);
    socket->net = net;
    socket->handlers = handlers;
    socket->fd = open_stream(net);
    if (socket->fd < 0)
        return RESULT_IO;
    (void)setsockopt(socket->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    socket->ssl = SSL_new(net->context);
    if (!socket->ssl || SSL_set_fd(socket->ssl, socket->fd) != 1 ||
        (connect(socket->fd, (const struct sockaddr *)&net->address,
                 net->address_size) != 0 &&
         errno != EINPROGRESS) ||
        epoll_ctl(net->poll, EPOLL_CTL_ADD, socket->fd, &event) != 0) {
        SSL_free(socket->ssl);
        (void)close(socket->fd); /* never used */
        return RESULT_IO;
    }
    SSL_set_connect_state(socket->ssl);
    socket->wants_out = true;
    socket->state = BENCH_SOCKET_CONNECTING;
    return RESULT_OK;
}

static bool has_only_to_wait(struct bench_socket *socket, int got)
{
    int error = SSL_get_error(socket->ssl, got);

    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* How many bytes the line took; -1: it is broken. */
static ssize_t write_some(struct bench_socket *socket, const uint8_t *bytes,
                          size_t size)
{
    int written;

    ERR_clear_error();
    written = SSL_write(socket->ssl, bytes, (int)size);
    if (written > 0)
        return written;
    return has_only_to_wait(socket, written) ? 0 : -1;
}

static bool append(uint8_t **buffer, size_t *used, size_t *capacity,
                   const void *bytes, size_t size)
{
    if (*used + size > *capacity) {
        size_t wanted = (*used + size) * 2;
        uint8_t *grown = realloc(*buffer, wanted);

        if (!grown)
            return false;
        *buffer = grown;
        *capacity = wanted;
    }
    if (size > 0)
        memcpy(*buffer + *used, bytes, size);
    *used += size;
    return true;
}

enum result bench_socket_send(struct bench_socket *socket, const void *bytes,
                              size_t size)
{
    const uint8_t *rest = bytes;

    if (socket->state != BENCH_SOCKET_OPEN)
        return RESULT_CLOSED;
    while (socket->out_size == 0 && size > 0) {
        ssize_t written = write_some(socket, rest, size);

        if (written < 0)
            return RESULT_CLOSED; /* the loop notices it as well */
        if (written == 0)
            break;
        rest += written;
        size -= (size_t)written;
    }
    if (size == 0)
        return RESULT_OK;
    if (!append(&socket->out, &socket->out_size, &socket->out_capacity, rest,
                size))
        return RESULT_NO_MEMORY;
    watch(socket, true);
    return RESULT_OK;
}

static void flush(struct bench_socket *socket)
{
    while (socket->out_size > 0) {
        ssize_t written = write_some(socket, socket->out, socket->out_size);

        if (written < 0) {
            end(socket);
            return;
        }
        if (written == 0)
            return;
        socket->out_size -= (size_t)written;
        memmove(socket->out, socket->out + written, socket->out_size);
    }
    watch(socket, false);
}

/* --- what comes ---------------------------------------------------------- */

/* Hands on what is there; false: the socket is closed, or broken. */
static bool use(struct bench_socket *socket, const uint8_t *bytes, size_t size)
{
    size_t used =
        socket->handlers->on_bytes(socket->handlers->user, bytes, size);

    if (socket->state != BENCH_SOCKET_OPEN)
        return false;
    if (bytes == socket->in) {
        socket->in_size -= used;
        memmove(socket->in, socket->in + used, socket->in_size);
    } else if (used < size) {
        return append(&socket->in, &socket->in_size, &socket->in_capacity,
                      bytes + used, size - used);
    }
    if (socket->in_size == 0) {
        free(socket->in);
        socket->in = NULL;
        socket->in_capacity = 0;
    }
    return true;
}

/* One read; false: there is no more now, or ever. */
static bool read_once(struct bench_socket *socket)
{
    uint8_t *place = socket->net->scratch;
    int got;

    if (socket->in_size > 0) {
        /* Behind what has come of a long message: nothing is copied twice. */
        if (socket->in_capacity - socket->in_size < READ_SIZE) {
            size_t wanted = socket->in_capacity * 2 + READ_SIZE;
            uint8_t *grown = realloc(socket->in, wanted);

            if (!grown) {
                end(socket);
                return false;
            }
            socket->in = grown;
            socket->in_capacity = wanted;
        }
        place = socket->in + socket->in_size;
    }
    ERR_clear_error();
    got = SSL_read(socket->ssl, place, READ_SIZE);
    if (got <= 0) {
        if (!has_only_to_wait(socket, got))
            end(socket);
        return false;
    }
    if (place == socket->net->scratch) {
        if (!use(socket, place, (size_t)got)) {
            end(socket);
            return false;
        }
    } else {
        socket->in_size += (size_t)got;
        if (!use(socket, socket->in, socket->in_size)) {
            end(socket);
            return false;
        }
    }
    return SSL_has_pending(socket->ssl) == 1;
}

static void drain(struct bench_socket *socket)
{
    ssize_t got = recv(socket->fd, NULL, DRAIN_SIZE, MSG_TRUNC);

    if (got > 0)
        socket->drained += (uint64_t)got;
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        end(socket);
}

bool bench_socket_drain(struct bench_socket *socket)
{
    if (socket->state != BENCH_SOCKET_OPEN || socket->in_size > 0 ||
        SSL_has_pending(socket->ssl) == 1)
        return false;
    socket->is_drained = true;
    return true;
}

uint64_t bench_socket_received(const struct bench_socket *socket)
{
    uint64_t read =
        socket->ssl ? BIO_number_read(SSL_get_rbio(socket->ssl)) : 0;

    return read + socket->drained;
}

/* --- events -------------------------------------------------------------- */

static void shake_hands(struct bench_socket *socket)
{
    int done;

    ERR_clear_error();
    done = SSL_connect(socket->ssl);
    if (done == 1) {
        socket->state = BENCH_SOCKET_OPEN;
        watch(socket, false);
        socket->handlers->on_open(socket->handlers->user, socket->ssl);
    } else if (has_only_to_wait(socket, done)) {
        watch(socket, SSL_get_error(socket->ssl, done) == SSL_ERROR_WANT_WRITE);
    } else {
        end(socket);
    }
}

static void serve(struct bench_socket *socket, uint32_t events)
{
    if (socket->state == BENCH_SOCKET_CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;

        if (getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
            error != 0) {
            end(socket);
            return;
        }
        if (!(events & EPOLLOUT))
            return;
        socket->state = BENCH_SOCKET_HANDSHAKE;
    }
    if (socket->state == BENCH_SOCKET_HANDSHAKE) {
        shake_hands(socket);
        /* More may have been read with the end of the handshake. */
        if (socket->state != BENCH_SOCKET_OPEN ||
            SSL_has_pending(socket->ssl) != 1)
            return;
        events |= EPOLLIN;
    }
    if (events & EPOLLOUT)
        flush(socket);
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    if (socket->state == BENCH_SOCKET_OPEN && socket->is_drained) {
        drain(socket);
        return;
    }
    while (socket->state == BENCH_SOCKET_OPEN && read_once(socket))
        ;
}

void bench_net_turn(struct bench_net *net, uint64_t wait_us)
{
    struct epoll_event events[EVENTS_MAX];
    const struct timespec wait = { .tv_sec = (time_t)(wait_us / 1000000u),
                                   .tv_nsec =
                                       (long)(wait_us % 1000000u) * 1000 };
    int ready = epoll_pwait2(net->poll, events, EVENTS_MAX, &wait, NULL);

    for (int i = 0; i < ready; i++) {
        struct bench_socket *socket = events[i].data.ptr;

        /* An earlier one of these may have had it closed. */
        if (socket->state != BENCH_SOCKET_CLOSED)
            serve(socket, events[i].events);
        if (net->on_tick && i % EVENTS_BETWEEN_TICKS == 0)
            net->on_tick(net->user);
    }
    if (net->on_tick)
        net->on_tick(net->user);
}
