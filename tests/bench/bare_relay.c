/*
 * What a relay costs without any server around it: rooms of TLS 1.3
 * connections, one SSL_read() of a speaker's frame, one SSL_write() of it for
 * each listener, epoll, and nothing else. The yardstick that chibod's cost of a
 * delivery is divided by; it runs beside chibod, on the same processor.
 *
 *   bare_relay CERTIFICATE KEY ROOMS MEMBERS SPEAKERS
 *
 * Says "ready" once all are connected and the speakers speak, reads two lines,
 * and prints, of the time between them: its own processor time a delivery in
 * µs, then the 50th and the 99th percentile of the time from a speaker to a
 * listener in ms, then its memory a connection in KiB. The relay runs on
 * processor 0; a child of it, which speaks and listens, on processor 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    /* A WebSocket header of 2 bytes, an audio frame's 14, a payload of 80. */
    FRAME_SIZE = 96,
    FRAMES_PER_S = 50,
    EVENTS_MAX = 256,
    /* Latencies are counted in steps of 50 µs, up to two seconds. */
    STEP_US = 50,
    STEP_COUNT = 40000
};

struct peer {
    SSL *ssl;
    int fd;
    size_t room, place;
    uint8_t frame[FRAME_SIZE]; /* of which so many bytes are here */
    size_t size;
};

struct shape {
    size_t rooms, members, speakers;
};

/* Between the two processes. */
struct shared {
    atomic_bool is_measured, is_up;
    uint64_t counts[STEP_COUNT];
};
static struct shared *shared;

static void fail(const char *what)
{
    fprintf(stderr, "bare_relay: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void pin(size_t processor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        fprintf(stderr, "bare_relay: not pinned\n");
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

static uint64_t rss_kib(void)
{
    char line[256];
    unsigned long long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}

static void prepare(int fd)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        fail("fcntl");
}

static void watch(int poll, struct peer *peer)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };

    if (epoll_ctl(poll, EPOLL_CTL_ADD, peer->fd, &event) != 0)
        fail("epoll_ctl");
}

/* The next whole frame from this peer, or false: no more is here now. */
static bool read_frame(struct peer *peer)
{
    if (peer->size == FRAME_SIZE)
        peer->size = 0;
    while (peer->size < FRAME_SIZE) {
        int got = SSL_read(peer->ssl, peer->frame + peer->size,
                           (int)(FRAME_SIZE - peer->size));

        if (got <= 0) {
            ERR_clear_error();
            return false;
        }
        peer->size += (size_t)got;
    }
    return true;
}

/* --- speakers and listeners ---------------------------------------------- */

static void connect_all(uint16_t port, struct peer *peers, size_t count,
                        int poll)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port) };

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < count; i++) {
        struct peer *peer = &peers[i];

        peer->fd = socket(AF_INET, SOCK_STREAM, 0);
        peer->ssl = SSL_new(context);
        if (peer->fd < 0 ||
            connect(peer->fd, (struct sockaddr *)&address, sizeof address) != 0)
            fail("connect");
        SSL_set_fd(peer->ssl, peer->fd);
        if (SSL_connect(peer->ssl) != 1)
            fail("SSL_connect");
        prepare(peer->fd);
        watch(poll, peer);
    }
}

static void note(const struct peer *peer)
{
    uint64_t sent_us, step;

    memcpy(&sent_us, peer->frame + 16, sizeof sent_us);
    step = (now_us() - sent_us) / STEP_US;
    if (atomic_load(&shared->is_measured))
        shared->counts[step < STEP_COUNT ? step : STEP_COUNT - 1]++;
}

/* Those of one room evenly spread over the time of a frame. */
static void speak(struct peer *peers, const struct shape *shape,
                  uint64_t number)
{
    const uint64_t turn = number % (shape->rooms * shape->speakers);
    const struct peer *peer =
        &peers[turn % shape->rooms * shape->members + turn / shape->rooms];
    uint8_t frame[FRAME_SIZE] = { 0x82, FRAME_SIZE - 2 };
    uint64_t at_us = now_us();

    memcpy(frame + 16, &at_us, sizeof at_us);
    (void)SSL_write(peer->ssl, frame, sizeof frame);
}

static void talk(uint16_t port, const struct shape *shape)
{
    const size_t count = shape->rooms * shape->members;
    const uint64_t speakers = shape->rooms * shape->speakers;
    struct peer *peers = calloc(count, sizeof *peers);
    int poll = epoll_create1(0);
    uint64_t sent = 0, begun_us;

    pin(1);
    if (!peers || poll < 0)
        fail("memory");
    connect_all(port, peers, count, poll);
    while (!atomic_load(&shared->is_up))
        usleep(1000);
    begun_us = now_us();
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(poll, events, EVENTS_MAX, 1);

        for (int i = 0; i < ready; i++)
            while (read_frame(events[i].data.ptr))
                note(events[i].data.ptr);
        /* Whoever is late catches up, but listens in between. */
        for (uint64_t most = sent + speakers;
             sent < most &&
             now_us() >= begun_us + sent * 1000000u / FRAMES_PER_S / speakers;)
            speak(peers, shape, sent++);
    }
}

/* --- the relay ----------------------------------------------------------- */

static void accept_all(SSL_CTX *context, int listener, struct peer *peers,
                       const struct shape *shape, int poll)
{
    for (size_t i = 0; i < shape->rooms * shape->members; i++) {
        struct peer *peer = &peers[i];

        peer->fd = accept(listener, NULL, NULL);
        peer->ssl = SSL_new(context);
        if (peer->fd < 0 || !peer->ssl)
            fail("accept");
        SSL_set_fd(peer->ssl, peer->fd);
        if (SSL_accept(peer->ssl) != 1)
            fail("SSL_accept");
        prepare(peer->fd);
        peer->room = i / shape->members;
        peer->place = i;
        watch(poll, peer);
    }
}

static uint64_t relay(struct peer *peers, const struct shape *shape,
                      struct peer *speaker)
{
    struct peer *members = &peers[speaker->room * shape->members];
    uint64_t deliveries = 0;

    for (size_t i = 0; i < shape->members; i++)
        if (&members[i] != speaker) {
            deliveries +=
                SSL_write(members[i].ssl, speaker->frame, FRAME_SIZE) > 0;
            ERR_clear_error();
        }
    return deliveries;
}

/* One line and no more: the next one may be there already. */
static void take_line(void)
{
    char byte = 0;

    while (byte != '\n')
        if (read(STDIN_FILENO, &byte, 1) != 1)
            fail("nobody says when");
}

/* Until a line comes; the deliveries. */
static uint64_t relay_until_told(struct peer *peers, const struct shape *shape,
                                 int poll)
{
    uint64_t deliveries = 0;

    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(poll, events, EVENTS_MAX, -1);

        for (int i = 0; i < ready; i++) {
            struct peer *peer = events[i].data.ptr;

            if (!peer) {
                take_line();
                return deliveries;
            }
            while (read_frame(peer))
                deliveries += relay(peers, shape, peer);
        }
    }
}

static double percentile_ms(double part)
{
    uint64_t total = 0, sum = 0;
    size_t i;

    for (i = 0; i < STEP_COUNT; i++)
        total += shared->counts[i];
    for (i = 0; i < STEP_COUNT && (double)sum < part * (double)total; i++)
        sum += shared->counts[i];
    return (double)(i * STEP_US) / 1000;
}

static void serve(SSL_CTX *context, int listener, const struct shape *shape)
{
    struct epoll_event told = { .events = EPOLLIN };
    const size_t count = shape->rooms * shape->members;
    struct peer *peers = calloc(count, sizeof *peers);
    const uint64_t before_kib = rss_kib();
    int poll = epoll_create1(0);
    uint64_t deliveries, spent_us;

    pin(0);
    if (!peers || epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &told) != 0)
        fail("epoll");
    accept_all(context, listener, peers, shape, poll);
    atomic_store(&shared->is_up, true);
    printf("ready\n");
    fflush(stdout);
    (void)relay_until_told(peers, shape, poll);
    atomic_store(&shared->is_measured, true);
    spent_us = cpu_us();
    deliveries = relay_until_told(peers, shape, poll);
    spent_us = cpu_us() - spent_us;
    atomic_store(&shared->is_measured, false);
    printf("%.3f %.2f %.2f %.1f\n", (double)spent_us / (double)deliveries,
           percentile_ms(0.5), percentile_ms(0.99),
           (double)(rss_kib() - before_kib) / (double)count);
}

static uint16_t bind_any(int listener)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        fail("bind");
    return ntohs(address.sin_port);
}

static SSL_CTX *make_context(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (!context ||
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1 ||
        SSL_CTX_set_num_tickets(context, 0) != 1 ||
        SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) !=
            1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        fail("certificate");
    return context;
}

int main(int argument_count, char **arguments)
{
    struct rlimit files = { 20000, 20000 };
    struct shape shape;
    SSL_CTX *context;
    int listener;
    uint16_t port;
    pid_t child;

    if (argument_count != 6) {
        fprintf(stderr, "usage: %s CERTIFICATE KEY ROOMS MEMBERS SPEAKERS\n",
                arguments[0]);
        return 2;
    }
    shape.rooms = strtoul(arguments[3], NULL, 10);
    shape.members = strtoul(arguments[4], NULL, 10);
    shape.speakers = strtoul(arguments[5], NULL, 10);
    (void)setrlimit(RLIMIT_NOFILE, &files); /* if not, accept() says so */
    (void)signal(SIGPIPE, SIG_IGN);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    context = make_context(arguments[1], arguments[2]);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    port = bind_any(listener);
    child = fork();
    if (child == 0)
        talk(port, &shape);
    serve(context, listener, &shape);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return EXIT_SUCCESS;
}
