/*
 * A bad line in user space, for kernels without sch_netem as for those with:
 * two network namespaces, and what link_model.h says happens to each IPv4
 * packet between them, in real time.
 *
 *     link [--loss PERCENT] [--fade MS] [--round-trip MS] [--rate
 * BITS_A_SECOND]
 *          [--queue BYTES] [--cut SECONDS:SECONDS] [--seed N]
 *          [--congestion NAME]
 *
 * Loss, rate and queue are those of either direction. The cut is a moment after
 * SIGUSR1, for those behind the line may take long to begin, and how long it
 * lasts; a line of JSON answers the signal with that moment on CLOCK_MONOTONIC.
 * One before says when it is ready: the paths of the namespaces. The last says
 * what passed, when it is ended with SIGTERM or its standard input is closed;
 * the namespaces are gone with it.
 */
#include "tests/support/line/line_network.h"
#include "tests/support/line/link_model.h"

#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { FLIGHT_MAX = 8192, NS_PER_S = 1000000000 };
/* Of an IPv4 header: its size, where the destination stands, and the first
 * byte of the addresses of more than one. */
enum {
    IP_VERSION_4 = 4,
    IP_HEADER_SIZE = 20,
    IP_TO_OFFSET = 16,
    IP_TO_MANY = 224,
};

struct packet {
    int64_t due_ns;
    uint16_t size;
    uint8_t bytes[LINK_MTU];
};

/* Packets on their way from one side to the other, oldest first. */
struct flight {
    struct link_direction direction;
    int from, to;
    struct packet *packets;
    size_t first, count;
    int64_t late_max_ns; /* given later than due: the simulator's own fault */
    uint64_t unwritten;  /* which the kernel did not take */
};

struct program {
    struct link_settings settings;
    const char *congestion;
    struct line_network network;
    struct flight flights[LINE_SIDES]; /* by the side they come from */
    int64_t start_ns;
    double cut_ms; /* after SIGUSR1; negative: none */
};

static volatile sig_atomic_t is_ended, is_told;

static void on_signal(int number)
{
    if (number == SIGUSR1)
        is_told = 1;
    else
        is_ended = 1;
}

static int64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail */
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* --- packets ------------------------------------------------------------- */

/* What a kernel says to its neighbours by itself: not IPv4, or to many. */
static bool is_chatter(const uint8_t *bytes, size_t size)
{
    return size < IP_HEADER_SIZE || bytes[0] >> 4 != IP_VERSION_4 ||
           bytes[IP_TO_OFFSET] >= IP_TO_MANY;
}

static void take(struct program *program, struct flight *flight)
{
    for (;;) {
        struct packet *packet =
            &flight->packets[(flight->first + flight->count) % FLIGHT_MAX];
        ssize_t size = read(flight->from, packet->bytes, LINK_MTU);
        int64_t now_ns = clock_ns() - program->start_ns;

        if (size <= 0)
            return;
        if (is_chatter(packet->bytes, (size_t)size))
            continue;
        if (link_direction_take(&flight->direction, now_ns, (size_t)size,
                                &packet->due_ns) != LINK_PASSES)
            continue;
        packet->size = (uint16_t)size;
        if (flight->count == FLIGHT_MAX - 1)
            abort(); /* a queue and a delay that hold this many: a mistake */
        flight->count++;
    }
}

/* Gives what is due; nanoseconds until something is. */
static int64_t give(struct program *program, struct flight *flight)
{
    while (flight->count > 0) {
        const struct packet *packet = &flight->packets[flight->first];
        int64_t late_ns = clock_ns() - program->start_ns - packet->due_ns;

        if (late_ns < 0)
            return -late_ns;
        if (late_ns > flight->late_max_ns)
            flight->late_max_ns = late_ns;
        if (write(flight->to, packet->bytes, packet->size) != packet->size)
            flight->unwritten++;
        flight->first = (flight->first + 1) % FLIGHT_MAX;
        flight->count--;
    }
    return NS_PER_S;
}

static void plan_cut(struct program *program)
{
    struct link_settings *settings = &program->settings;
    const double start_ms = (double)program->start_ns / LINK_NS_PER_MS;

    is_told = 0;
    if (program->cut_ms < 0)
        return;
    settings->cut_ms =
        (double)clock_ns() / LINK_NS_PER_MS - start_ms + program->cut_ms;
    printf("{\"cut_ms\":%.3f}\n", start_ms + settings->cut_ms);
    (void)fflush(stdout); /* who waits for it sees that it is not there */
}

static void run(struct program *program)
{
    struct flight *flights = program->flights;

    while (!is_ended) {
        if (is_told)
            plan_cut(program);
        int64_t near_ns = give(program, &flights[LINE_NEAR]);
        int64_t far_ns = give(program, &flights[LINE_FAR]);
        int64_t wait_ns = near_ns < far_ns ? near_ns : far_ns;
        struct timespec wait = { wait_ns / NS_PER_S, wait_ns % NS_PER_S };
        struct pollfd fds[] = { { flights[LINE_NEAR].from, POLLIN, 0 },
                                { flights[LINE_FAR].from, POLLIN, 0 },
                                { STDIN_FILENO, 0, 0 } };

        if (ppoll(fds, 3, &wait, NULL) <= 0)
            continue;
        for (int side = 0; side < LINE_SIDES; side++)
            if (fds[side].revents)
                take(program, &flights[side]);
        if (fds[2].revents & (POLLHUP | POLLERR))
            is_ended = 1;
    }
}

/* --- words --------------------------------------------------------------- */

static void say_ready(const struct program *program)
{
    const int *names = program->network.namespaces;

    printf("{\"near\":\"/proc/%d/fd/%d\",\"far\":\"/proc/%d/fd/%d\"}\n",
           (int)getpid(), names[LINE_NEAR], (int)getpid(), names[LINE_FAR]);
    (void)fflush(stdout); /* who waits for it sees that it is not there */
}

static void say_flight(const char *name, const struct flight *flight)
{
    const struct link_counts *counts = &flight->direction.counts;

    printf("\"%s\":{\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64
           ",\"lost\":%" PRIu64 ",\"queue_full\":%" PRIu64 ",\"cut\":%" PRIu64
           ",\"queued_max\":%" PRIu64 ",\"late_max_ms\":%.2f,"
           "\"unwritten\":%" PRIu64 "}",
           name, counts->packets, counts->bytes, counts->lost,
           counts->queue_full, counts->cut, counts->queued_max,
           (double)flight->late_max_ns / LINK_NS_PER_MS, flight->unwritten);
}

static int say_end(const struct program *program)
{
    printf("{\"seconds\":%.3f,",
           (double)(clock_ns() - program->start_ns) / NS_PER_S);
    say_flight("down", &program->flights[LINE_NEAR]);
    printf(",");
    say_flight("up", &program->flights[LINE_FAR]);
    printf("}\n");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- start --------------------------------------------------------------- */

/* A number of at least `least`, and what follows it; false with a word. */
static bool read_number(const char *text, double least, char end, double *out)
{
    char *rest;

    *out = strtod(text, &rest);
    if (rest != text && *rest == end && *out >= least)
        return true;
    fprintf(stderr, "link: \"%s\" is no fit number\n", text);
    return false;
}

static bool read_cut(const char *text, struct program *program)
{
    double *length_ms = &program->settings.cut_length_ms;
    char *colon;

    if (!read_number(text, 0, ':', &program->cut_ms))
        return false;
    (void)strtod(text, &colon);
    if (!read_number(colon + 1, 0, '\0', length_ms))
        return false;
    program->cut_ms *= 1000;
    *length_ms *= 1000;
    return true;
}

static bool read_option(struct program *program, int option, const char *text)
{
    struct link_settings *settings = &program->settings;
    double number = 0;

    if (option == 'c')
        return read_cut(text, program);
    if (option == 'C') {
        program->congestion = text;
        return true;
    }
    if (option == '?' || !read_number(text, 0, '\0', &number))
        return false;
    if (option == 'l')
        settings->loss = number / 100;
    else if (option == 'f')
        settings->fade_ms = number;
    else if (option == 't')
        settings->round_trip_ms = number;
    else if (option == 'r')
        settings->rate = (uint64_t)number;
    else if (option == 'q')
        settings->queue_size = (uint64_t)number;
    else
        settings->seed = (uint64_t)number;
    return settings->loss < 1;
}

static bool read_options(struct program *program, int count, char **arguments)
{
    static const struct option options[] = {
        { "loss", required_argument, NULL, 'l' },
        { "fade", required_argument, NULL, 'f' },
        { "round-trip", required_argument, NULL, 't' },
        { "rate", required_argument, NULL, 'r' },
        { "queue", required_argument, NULL, 'q' },
        { "cut", required_argument, NULL, 'c' },
        { "seed", required_argument, NULL, 's' },
        { "congestion", required_argument, NULL, 'C' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1)
        if (!read_option(program, option, optarg))
            return false;
    return optind == count;
}

/* To be woken in time matters more than anything else on the machine; it works
 * for a hundredth of a processor. Not allowed: late_max_ms tells. */
static void hurry(void)
{
    const struct sched_param first = { .sched_priority = 2 };

    (void)sched_setscheduler(0, SCHED_FIFO, &first);
    (void)prctl(PR_SET_TIMERSLACK, 1000);
}

static bool start(struct program *program)
{
    struct sigaction action = { .sa_handler = on_signal };

    if (line_network_open(&program->network, program->congestion) != RESULT_OK)
        return false;
    (void)sigaction(SIGTERM, &action, NULL); /* a known signal */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGUSR1, &action, NULL);
    for (unsigned side = 0; side < LINE_SIDES; side++) {
        struct flight *flight = &program->flights[side];

        link_direction_init(&flight->direction, &program->settings, side);
        flight->from = program->network.tunnels[side];
        flight->to = program->network.tunnels[1 - side];
        flight->packets = calloc(FLIGHT_MAX, sizeof *flight->packets);
        if (!flight->packets)
            return false;
    }
    hurry();
    program->start_ns = clock_ns();
    return true;
}

int main(int count, char **arguments)
{
    struct program program = { .settings = { .cut_ms = -1, .seed = 1 },
                               .cut_ms = -1,
                               .congestion = "cubic" };
    int code = EXIT_FAILURE;

    if (!read_options(&program, count, arguments)) {
        fprintf(stderr, "usage: link [--loss PERCENT] [--fade MS] "
                        "[--round-trip MS] [--rate BITS] [--queue BYTES] "
                        "[--cut SECONDS:SECONDS] [--seed N] "
                        "[--congestion NAME]\n");
        return code;
    }
    if (start(&program)) {
        say_ready(&program);
        run(&program);
        code = say_end(&program);
    }
    line_network_close(&program.network);
    for (int side = 0; side < LINE_SIDES; side++)
        free(program.flights[side].packets);
    return code;
}
