/*
 * The load of chibo-bench for servers of others, so that they can be measured
 * beside chibod: the same rooms, speakers, frames, and the same code that
 * counts and times them.
 *
 *   peer_load mumble|mqtt PORT PID audio ROOMS MEMBERS SPEAKERS SECONDS HEARD
 *   peer_load mumble|mqtt PORT PID knee  ROOMS MEMBERS SPEAKERS SECONDS HEARD
 * BEGIN
 *
 * mumble: murmur over TLS, sound in its tunnel; room r is the channel with the
 * id r + 1, which must be there. mqtt: MQTT 5 over WebSocket and TLS, quality
 * of service 0; room r is the topic r/<r>. PID is the server's. Prints what
 * chibo-bench's audio and knee print with --json.
 */
#include "client/bench/bench_latency.h"
#include "client/bench/bench_process.h"
#include "client/bench/bench_search.h"
#include "client/bench/bench_speech.h"
#include "tests/bench/peer_protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECTS_AT_ONCE = 32,
    JOIN_MAX_S = 120,
    WARM_US = 1500000,
    LATE_US = 2000000,
    PING_EVERY_US = 8000000
};

static struct bench_net net;
static struct bench_speech speech;
static struct member *members;
static size_t member_count, ready_count, gone_count;
static const struct protocol *protocol;

static struct bench_socket *socket_of(struct member *member)
{
    return protocol->is_websocket ? &member->websocket.socket : &member->socket;
}

void peer_send(struct member *member, const uint8_t *bytes, size_t size)
{
    enum result result =
        protocol->is_websocket
            ? bench_websocket_send(&member->websocket, false, bytes, size)
            : bench_socket_send(&member->socket, bytes, size);

    if (result == RESULT_NO_MEMORY) {
        fprintf(stderr, "peer_load: out of memory\n");
        exit(EXIT_FAILURE);
    }
}

void peer_be_ready(struct member *member)
{
    ready_count += !member->is_ready;
    member->is_ready = true;
    member->is_connecting = false;
    member->pinged_us = bench_now_us();
}

void peer_hear(struct member *member, const uint8_t *payload, size_t size)
{
    bench_speech_hear(&speech, member->room, member->place, payload, size);
}

void peer_refused(const char *what, const uint8_t *text, size_t size)
{
    fprintf(stderr, "peer_load: %s refused: %.*s\n", what, (int)size, text);
    exit(EXIT_FAILURE);
}

size_t peer_put_base128(uint8_t *out, uint64_t value)
{
    size_t size = 0;

    while (value > 127) {
        out[size++] = (uint8_t)(value | 128);
        value >>= 7;
    }
    out[size++] = (uint8_t)value;
    return size;
}

size_t peer_get_base128(const uint8_t *bytes, size_t size, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < size && i < 10; i++) {
        *out |= (uint64_t)(bytes[i] & 127) << (7 * i);
        if (!(bytes[i] & 128))
            return i + 1;
    }
    return 0;
}

/* --- connections --------------------------------------------------------- */

static void on_open(void *user, SSL *ssl)
{
    (void)ssl;
    protocol->begin(user);
}

static size_t on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    return protocol->take(user, bytes, size);
}

/* A packet may end in a later message than it begins in. */
static void on_binary(void *user, const uint8_t *bytes, size_t size)
{
    struct member *member = user;
    size_t used;

    if (member->rest_size > 0) {
        uint8_t *grown = realloc(member->rest, member->rest_size + size);

        if (!grown)
            exit(EXIT_FAILURE);
        member->rest = grown;
        memcpy(grown + member->rest_size, bytes, size);
        member->rest_size += size;
        used = protocol->take(member, grown, member->rest_size);
        member->rest_size -= used;
        memmove(grown, grown + used, member->rest_size);
        return;
    }
    used = protocol->take(member, bytes, size);
    if (used == size)
        return;
    member->rest = realloc(member->rest, size - used);
    if (!member->rest)
        exit(EXIT_FAILURE);
    memcpy(member->rest, bytes + used, size - used);
    member->rest_size = size - used;
}

static void on_text(void *user, const char *text, size_t size)
{
    (void)user;
    (void)text;
    (void)size;
}

static void on_closed(void *user)
{
    struct member *member = user;

    gone_count++;
    ready_count -= member->is_ready;
    member->is_ready = member->is_connecting = false;
    member->is_gone = true;
}

static void on_websocket_closed(void *user, uint16_t code)
{
    (void)code;
    on_closed(user);
}

static void connect_one(struct member *member)
{
    static struct bench_socket_handlers handlers[65536];
    struct bench_socket_handlers *mine = &handlers[member - members];
    const struct bench_websocket_handlers above = { on_open, on_text, on_binary,
                                                    on_websocket_closed,
                                                    member };
    enum result result;

    *mine =
        (struct bench_socket_handlers){ on_open, on_bytes, on_closed, member };
    result = protocol->is_websocket
                 ? bench_websocket_connect(&member->websocket, &net,
                                           "127.0.0.1", "/mqtt", "mqtt", &above)
                 : bench_socket_connect(&member->socket, &net, mine);
    if (result != RESULT_OK) {
        fprintf(stderr, "peer_load: cannot connect\n");
        exit(EXIT_FAILURE);
    }
    member->is_connecting = true;
}

/* Member by member of all rooms, so that rooms fill evenly. */
static void connect_all(void)
{
    const uint64_t end_us = bench_now_us() + JOIN_MAX_S * UINT64_C(1000000);
    size_t next = 0;

    while (ready_count < member_count && gone_count == 0 &&
           bench_now_us() < end_us) {
        while (next < member_count && next - ready_count < CONNECTS_AT_ONCE) {
            const size_t room = next % speech.rooms;
            const size_t place = next / speech.rooms;

            connect_one(&members[room * speech.members + place]);
            next++;
        }
        bench_net_turn(&net, 10000);
    }
    if (ready_count < member_count) {
        fprintf(stderr, "peer_load: %zu of %zu came in, %zu were cut off\n",
                ready_count, member_count, gone_count);
        exit(EXIT_FAILURE);
    }
}

/* --- sound --------------------------------------------------------------- */

static void say(void *user, size_t room, size_t speaker, uint32_t sequence,
                const uint8_t *payload, size_t size)
{
    struct member *member = &members[room * speech.members + speaker];
    uint8_t packet[PEER_PACKET_MAX];

    (void)user;
    (void)sequence;
    peer_send(member, packet, protocol->encode(member, payload, size, packet));
}

static void on_tick(void *user)
{
    (void)user;
    bench_speech_tick(&speech);
}

static void ping_all(void)
{
    const uint64_t now_us = bench_now_us();

    for (size_t i = 0; i < member_count; i++)
        if (members[i].is_ready &&
            now_us - members[i].pinged_us > PING_EVERY_US) {
            members[i].pinged_us = now_us;
            protocol->ping(&members[i]);
        }
}

static void turn_until(uint64_t until_us)
{
    uint64_t pinged_us = bench_now_us();

    while (bench_now_us() < until_us) {
        bench_net_turn(&net, bench_speech_wait_us(&speech));
        if (bench_now_us() - pinged_us > 100000) {
            pinged_us = bench_now_us();
            ping_all();
        }
    }
}

static void drain_the_deaf(void)
{
    for (size_t i = 0; i < member_count; i++)
        if (speech.is_deaf[i % speech.members] &&
            !socket_of(&members[i])->is_drained)
            (void)bench_socket_drain(socket_of(&members[i])); /* or later */
}

static void count_bytes(uint64_t *deaf, uint64_t *hearing)
{
    *deaf = *hearing = 0;
    for (size_t i = 0; i < member_count; i++)
        *(speech.is_deaf[i % speech.members] ? deaf : hearing) +=
            bench_socket_received(socket_of(&members[i]));
}

struct figures {
    double p99_ms, delivered_per_s, offered_per_s;
    uint64_t lost;
};

static struct figures measure(size_t rooms, uint64_t measured_us, pid_t server)
{
    struct figures figures;
    uint64_t cpu_us, deaf[2], hearing[2], late_us;
    double all, seconds = (double)measured_us / 1e6;

    bench_speech_begin(&speech, rooms, WARM_US, measured_us);
    turn_until(speech.measured_from_us);
    drain_the_deaf();
    printf("audio: begun\n");
    fflush(stdout);
    cpu_us = bench_process_cpu_us(server);
    count_bytes(&deaf[0], &hearing[0]);
    turn_until(speech.measured_until_us);
    count_bytes(&deaf[1], &hearing[1]);
    cpu_us = bench_process_cpu_us(server) - cpu_us;
    printf("audio: ended\n");
    fflush(stdout);
    turn_until(speech.until_us);
    late_us = bench_now_us() + LATE_US;
    while (speech.received < speech.expected && bench_now_us() < late_us)
        bench_net_turn(&net, 1000);
    all = 1.0 + (double)(deaf[1] - deaf[0]) / (double)(hearing[1] - hearing[0]);
    figures.p99_ms = bench_latency_ms(&speech.latency, 99);
    figures.lost = speech.expected - speech.received;
    figures.delivered_per_s = (double)speech.in_time * all / seconds;
    figures.offered_per_s = (double)speech.offered *
                            (double)(speech.members - 1) /
                            (double)(speech.hearing - 1) / seconds;
    printf("{\"rooms\":%zu,\"members\":%zu,\"speakers\":%zu,\"seconds\":%.1f,"
           "\"expected\":%llu,\"received\":%llu,\"lost\":%lld,"
           "\"delivered_per_s\":%.0f,\"offered_per_s\":%.0f,\"p50_ms\":%.3f,"
           "\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,"
           "\"cpu_us_per_delivery\":%.4f,\"cpu_percent\":%.2f,\"gone\":%zu}\n",
           rooms, speech.members, speech.speakers, seconds,
           (unsigned long long)speech.expected,
           (unsigned long long)speech.received, (long long)figures.lost,
           figures.delivered_per_s, figures.offered_per_s,
           bench_latency_ms(&speech.latency, 50),
           bench_latency_ms(&speech.latency, 90), figures.p99_ms,
           bench_latency_ms(&speech.latency, 100),
           (double)cpu_us / (figures.delivered_per_s * seconds),
           (double)cpu_us / seconds / 1e4, gone_count);
    fflush(stdout);
    return figures;
}

static void find_knee(size_t rooms, uint64_t measured_us, pid_t server)
{
    struct bench_search search = bench_search_begin(rooms, speech.rooms);

    while (search.rooms > 0) {
        struct figures figures = measure(search.rooms, measured_us, server);

        bench_search_go_on(&search, figures.p99_ms > 100 || figures.lost > 0 ||
                                        figures.delivered_per_s <
                                            0.97 * figures.offered_per_s);
        turn_until(bench_now_us() + 500000);
    }
}

int main(int argument_count, char **arguments)
{
    size_t numbers[7] = { 0 };
    pid_t server;
    uint64_t measured_us;

    if (argument_count > 1 && strcmp(arguments[1], "mumble") == 0)
        protocol = &peer_mumble;
    else if (argument_count > 1 && strcmp(arguments[1], "mqtt") == 0)
        protocol = &peer_mqtt;
    if (argument_count < 10 || !protocol) {
        fprintf(stderr, "usage: see tests/bench/peer_load.c\n");
        return 2;
    }
    server = (pid_t)strtol(arguments[3], NULL, 10);
    for (int i = 5; i < argument_count && i < 12; i++)
        numbers[i - 5] = strtoul(arguments[i], NULL, 10);
    if (bench_net_open(&net, "127.0.0.1",
                       (uint16_t)strtoul(arguments[2], NULL, 10)) !=
            RESULT_OK ||
        bench_speech_init(&speech, numbers[0], numbers[1], numbers[2]) !=
            RESULT_OK)
        return EXIT_FAILURE;
    speech.say = say;
    for (size_t i = numbers[2]; i < numbers[1]; i++)
        speech.is_deaf[i] = i % numbers[4] != 0;
    member_count = numbers[0] * numbers[1];
    members = calloc(member_count, sizeof *members);
    if (!members)
        return EXIT_FAILURE;
    for (size_t i = 0; i < member_count; i++) {
        members[i].index = i;
        members[i].room = i / numbers[1];
        members[i].place = i % numbers[1];
    }
    connect_all();
    turn_until(bench_now_us() + 1000000);
    net.on_tick = on_tick;
    measured_us = numbers[3] * UINT64_C(1000000);
    if (strcmp(arguments[4], "knee") == 0)
        find_knee(numbers[5], measured_us, server);
    else
        (void)measure(numbers[0], measured_us, server);
    return EXIT_SUCCESS;
}
