/*
 * What peer_main.c does with chibo, with Mumble: a member near its server and
 * one behind the line, one of whom speaks without pauses, in frames of one
 * size.
 *
 *     mumble --port N --near PATH --far PATH --direction down|up --seconds N
 *            --trace FILE --frame MS --size BYTES --way tcp|udp
 */
#include "tests/support/line/line_network.h"
#include "tests/support/line/line_recorder.h"
#include "tests/support/line/mumble_client.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum {
    NS_PER_MS = 1000000,
    UNIT_MS = 20,
    FRAME_SIZE_MIN = 8,
    FRAME_SIZE_MAX = 500,
    JOIN_PATIENCE_MS = 120000,
    STRAGGLERS_MS = 8000,
    SPARE_UNITS = 50,
};

struct program {
    const char *namespaces[LINE_SIDES], *trace;
    bool is_up, is_datagram;
    unsigned port, seconds, frame_ms, size;
    struct mumble_client clients[LINE_SIDES];
    struct mumble_client *speaker, *listener;
    struct line_recorder *recorder;
    uint64_t packets, came;
    int64_t late_max_ns;
};

/* The payload begins with the number of its first 20 ms. */
static void on_audio(void *user, const uint8_t *payload, size_t size)
{
    struct program *program = user;
    uint64_t first = 0;

    if (size < sizeof first)
        return;
    memcpy(&first, payload, sizeof first);
    program->came++;
    line_recorder_came(program->recorder, (size_t)first, payload, size);
}

static bool is_well(const struct program *program)
{
    return !program->clients[LINE_NEAR].is_failed &&
           !program->clients[LINE_FAR].is_failed;
}

/* Turns both until then, or something happens. */
static void wait_until(struct program *program, int64_t due_ns)
{
    struct pollfd sockets[LINE_SIDES * MUMBLE_SOCKETS];
    int64_t left_ns = due_ns - line_clock_ns();
    struct timespec left = { 0, 0 };

    if (left_ns > 0)
        left = (struct timespec){ left_ns / 1000000000, left_ns % 1000000000 };
    for (int side = 0; side < LINE_SIDES; side++)
        mumble_client_poll(&program->clients[side],
                           &sockets[side * MUMBLE_SOCKETS]);
    (void)ppoll(sockets, LINE_SIDES * MUMBLE_SOCKETS, &left, NULL);
    for (int side = 0; side < LINE_SIDES; side++)
        mumble_client_turn(&program->clients[side]);
}

static bool come_together(struct program *program)
{
    int64_t end_ns = line_clock_ns() + (int64_t)JOIN_PATIENCE_MS * NS_PER_MS;

    for (int side = 0; side < LINE_SIDES; side++) {
        struct mumble_client *client = &program->clients[side];

        if (line_network_enter(program->namespaces[side]) != RESULT_OK ||
            mumble_client_open(client, side == LINE_NEAR ? "near" : "far",
                               line_side_address[LINE_NEAR],
                               (uint16_t)program->port, program->is_datagram,
                               client == program->listener ? on_audio : NULL,
                               program) != RESULT_OK)
            return false;
    }
    while (!mumble_client_is_ready(program->speaker) ||
           !mumble_client_is_ready(program->listener)) {
        wait_until(program, line_clock_ns() + 100 * NS_PER_MS);
        if (!is_well(program) || line_clock_ns() > end_ns)
            return false;
    }
    return true;
}

static void say(struct program *program, uint64_t first)
{
    uint8_t payload[FRAME_SIZE_MAX];

    memset(payload, 0x5a, sizeof payload);
    memcpy(payload, &first, sizeof first);
    if (line_recorder_sent(program->recorder, (size_t)first,
                           program->frame_ms / UNIT_MS, payload,
                           program->size) != RESULT_OK)
        abort(); /* counted wrongly in prepare() */
    program->packets++;
    mumble_client_speak(program->speaker, payload, program->size);
}

static bool speak(struct program *program)
{
    const uint64_t step = program->frame_ms / UNIT_MS;
    const uint64_t units = (uint64_t)program->seconds * 1000 / UNIT_MS;
    int64_t due_ns = line_clock_ns();

    for (uint64_t first = 0; first < units && is_well(program); first += step) {
        int64_t late_ns;

        due_ns += (int64_t)program->frame_ms * NS_PER_MS;
        while ((late_ns = line_clock_ns() - due_ns) < 0)
            wait_until(program, due_ns);
        if (late_ns > program->late_max_ns)
            program->late_max_ns = late_ns;
        say(program, first);
    }
    due_ns = line_clock_ns() + (int64_t)STRAGGLERS_MS * NS_PER_MS;
    while (line_recorder_missing(program->recorder) > 0 && is_well(program) &&
           line_clock_ns() < due_ns)
        wait_until(program, line_clock_ns() + 10 * NS_PER_MS);
    return is_well(program);
}

static bool write_trace(struct program *program)
{
    FILE *file = fopen(program->trace, "w");
    enum result result =
        file ? line_recorder_write(program->recorder, file) : RESULT_IO;

    if (file && fclose(file) != 0)
        result = RESULT_IO;
    if (result != RESULT_OK)
        fprintf(stderr, "mumble: %s cannot be written\n", program->trace);
    return result == RESULT_OK;
}

static bool run(struct program *program)
{
    int64_t begun_ns = line_clock_ns();

    if (!come_together(program))
        return false;
    printf("{\"join_s\":%.2f,\"begins_ms\":%.3f}\n",
           (double)(line_clock_ns() - begun_ns) / 1e9,
           (double)line_clock_ns() / NS_PER_MS);
    if (fflush(stdout) != 0 || !speak(program) || !write_trace(program))
        return false;
    printf("{\"packets\":%llu,\"payload_bytes\":%llu,\"came\":%llu,"
           "\"missing\":%zu,\"false\":%zu,\"resyncs\":%u,"
           "\"clock_late_max_ms\":%.1f}\n",
           (unsigned long long)program->packets,
           (unsigned long long)program->packets * program->size,
           (unsigned long long)program->came,
           line_recorder_missing(program->recorder),
           line_recorder_false(program->recorder),
           program->clients[LINE_NEAR].resyncs +
               program->clients[LINE_FAR].resyncs,
           (double)program->late_max_ns / NS_PER_MS);
    return fflush(stdout) == 0;
}

static bool read_option(struct program *program, int option, const char *text)
{
    unsigned number = (unsigned)strtoul(text ? text : "", NULL, 10);

    if (option == 'p')
        program->port = number;
    else if (option == 'n')
        program->namespaces[LINE_NEAR] = text;
    else if (option == 'f')
        program->namespaces[LINE_FAR] = text;
    else if (option == 'd')
        program->is_up = strcmp(text, "up") == 0;
    else if (option == 't')
        program->seconds = number;
    else if (option == 'o')
        program->trace = text;
    else if (option == 'm')
        program->frame_ms = number;
    else if (option == 'z')
        program->size = number;
    else if (option == 'w')
        program->is_datagram = strcmp(text, "udp") == 0;
    else
        return false;
    return true;
}

static bool prepare(struct program *program, int count, char **arguments)
{
    static const struct option known[] = {
        { "port", required_argument, NULL, 'p' },
        { "near", required_argument, NULL, 'n' },
        { "far", required_argument, NULL, 'f' },
        { "direction", required_argument, NULL, 'd' },
        { "seconds", required_argument, NULL, 't' },
        { "trace", required_argument, NULL, 'o' },
        { "frame", required_argument, NULL, 'm' },
        { "size", required_argument, NULL, 'z' },
        { "way", required_argument, NULL, 'w' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1)
        if (!read_option(program, option, optarg))
            return false;
    program->speaker = &program->clients[program->is_up ? LINE_FAR : LINE_NEAR];
    program->listener =
        &program->clients[program->is_up ? LINE_NEAR : LINE_FAR];
    return program->namespaces[LINE_NEAR] && program->namespaces[LINE_FAR] &&
           program->trace && program->port > 0 && program->port <= UINT16_MAX &&
           program->frame_ms >= UNIT_MS && program->frame_ms % UNIT_MS == 0 &&
           program->size >= FRAME_SIZE_MIN && program->size <= FRAME_SIZE_MAX &&
           line_recorder_new(&program->recorder,
                             program->seconds * 1000 / UNIT_MS + SPARE_UNITS) ==
               RESULT_OK;
}

int main(int count, char **arguments)
{
    static struct program program = { .frame_ms = UNIT_MS, .size = 60 };
    bool is_good;

    if (!prepare(&program, count, arguments)) {
        fprintf(stderr, "usage: mumble --port N --near PATH --far PATH "
                        "--direction down|up --seconds N --trace FILE "
                        "[--frame MS] [--size BYTES] [--way tcp|udp]\n");
        return EXIT_FAILURE;
    }
    (void)prctl(PR_SET_TIMERSLACK, 1000);
    is_good = run(&program);
    for (int side = 0; side < LINE_SIDES; side++)
        mumble_client_close(&program.clients[side]);
    program.recorder = line_recorder_free(program.recorder);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
