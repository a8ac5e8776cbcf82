/*
 * What a broadcast costs without any server around it: one SSL_write() of a
 * ready frame a listener, over TLS 1.3 and TCP on this machine. The yardstick
 * that chibod's cost of a delivery is divided by.
 *
 *   bare_broadcast CERTIFICATE KEY ROOMS MEMBERS SECONDS
 *
 * The child process reads and decrypts on processor 1; the parent writes on
 * processor 0 and prints its own processor time a delivery in microseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A WebSocket header of 2 bytes, an audio frame's 14, a payload of 80. */
enum { FRAME_SIZE = 96, FRAMES_PER_S = 50 };

static void fail(const char *what)
{
    fprintf(stderr, "bare_broadcast: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void pin(int processor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        fprintf(stderr, "bare_broadcast: not pinned\n");
}

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t cpu_us(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
               1000000u +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* --- the listeners ------------------------------------------------------- */

static void listen_to_all(uint16_t port, size_t count)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port) };
    int poll = epoll_create1(0);
    uint8_t buffer[16384];

    pin(1);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        SSL *ssl = SSL_new(context);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = ssl };

        if (fd < 0 ||
            connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
            fail("connect");
        SSL_set_fd(ssl, fd);
        if (SSL_connect(ssl) != 1)
            fail("SSL_connect");
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    }
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, -1);

        for (int i = 0; i < ready; i++)
            if (SSL_read(events[i].data.ptr, buffer, sizeof buffer) <= 0)
                _exit(EXIT_SUCCESS);
    }
}

/* --- the speaker's side -------------------------------------------------- */

static SSL *accept_one(SSL_CTX *context, int listener)
{
    int fd = accept(listener, NULL, NULL);
    int on = 1;
    SSL *ssl = SSL_new(context);

    if (fd < 0)
        fail("accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1)
        fail("SSL_accept");
    return ssl;
}

static void broadcast(SSL **listeners, size_t count, size_t seconds)
{
    uint8_t frame[FRAME_SIZE] = { 0x82, FRAME_SIZE - 2 };
    uint64_t deliveries = 0;
    uint64_t begun_us = now_us();
    uint64_t cpu_before_us = cpu_us();

    for (uint64_t turn = 0; turn < seconds * FRAMES_PER_S; turn++) {
        uint64_t due_us = begun_us + turn * 1000000u / FRAMES_PER_S;
        uint64_t at_us = now_us();

        if (at_us < due_us)
            usleep((useconds_t)(due_us - at_us));
        for (size_t i = 0; i < count; i++)
            deliveries += SSL_write(listeners[i], frame, sizeof frame) > 0;
    }
    printf("%.3f\n", (double)(cpu_us() - cpu_before_us) / (double)deliveries);
}

static uint16_t bind_any(int listener)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 1024) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        fail("bind");
    return ntohs(address.sin_port);
}

int main(int argument_count, char **arguments)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct rlimit files = { 20000, 20000 };
    size_t rooms, members, seconds, count;
    SSL **listeners;
    uint16_t port;
    pid_t child;

    if (argument_count != 6) {
        fprintf(stderr, "usage: %s CERTIFICATE KEY ROOMS MEMBERS SECONDS\n",
                arguments[0]);
        return 2;
    }
    rooms = strtoul(arguments[3], NULL, 10);
    members = strtoul(arguments[4], NULL, 10);
    seconds = strtoul(arguments[5], NULL, 10);
    count = rooms * (members - 1);
    listeners = calloc(count, sizeof listeners[0]);
    (void)setrlimit(RLIMIT_NOFILE, &files); /* if not, accept() says so */
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (!listeners ||
        SSL_CTX_use_certificate_file(context, arguments[1], SSL_FILETYPE_PEM) !=
            1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[2], SSL_FILETYPE_PEM) !=
            1)
        fail("certificate");
    SSL_CTX_set_num_tickets(context, 0);
    port = bind_any(listener);
    child = fork();
    if (child == 0)
        listen_to_all(port, count);
    pin(0);
    for (size_t i = 0; i < count; i++)
        listeners[i] = accept_one(context, listener);
    broadcast(listeners, count, seconds);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return EXIT_SUCCESS;
}
