/* Joins: everybody at once, and the first one after a restart. */
#include "client/bench/bench_load.h"
#include "client/bench/bench_process.h"
#include "client/bench/bench_scenarios.h"
#include "protocol/program/result_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bench_peer_hooks no_hooks;

static int say_failed(const char *what, enum result result)
{
    fprintf(stderr, "chibo-bench: %s: %s\n", what, result_words(result));
    return EXIT_FAILURE;
}

/* Joined, and as far as the one who is furthest. */
static bool is_everyone_in_step(const struct bench_load *load, void *user)
{
    const uint64_t *connected = user;

    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].phase != PEER_FAILED &&
            (load->peers[i].phase != PEER_CAUGHT_UP ||
             load->peers[i].connected_seen < *connected ||
             load->peers[i].next_seq < load->peers[0].next_seq))
            return false;
    return true;
}

static enum result leave_all(struct bench_load *load)
{
    for (size_t i = 0; i < load->peer_count; i++)
        bench_peer_disconnect(&load->peers[i]);
    bench_turn(load, 500000);
    return RESULT_OK;
}

int bench_joins(const struct bench_options *options)
{
    struct bench_load load;
    uint64_t begun_us, cpu_us, connected;
    enum result result = bench_load_open(&load, &options->target, 1,
                                         options->members, &no_hooks);

    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result == RESULT_OK)
        result = leave_all(&load);
    if (result != RESULT_OK)
        return say_failed("the room could not be prepared", result);
    connected = 2 * load.peer_count;
    cpu_us = bench_process_cpu_us(load.admin.server);
    begun_us = bench_now_us();
    for (size_t i = 0; result == RESULT_OK && i < load.peer_count; i++)
        result = bench_peer_connect(&load.peers[i]);
    if (result == RESULT_OK)
        result = bench_wait(&load, is_everyone_in_step, &connected);
    if (result != RESULT_OK)
        return say_failed("not everybody came in", result);
    printf("joins: %zu members at once, all in step after %.2f s; server CPU "
           "%.2f s\n",
           load.peer_count, (double)(bench_now_us() - begun_us) / 1e6,
           (double)(bench_process_cpu_us(load.admin.server) - cpu_us) / 1e6);
    bench_load_close(&load);
    return EXIT_SUCCESS;
}

int bench_rooms(const struct bench_options *options)
{
    struct bench_load load;
    uint64_t begun_us = bench_now_us();
    enum result result = bench_load_open(
        &load, &options->target, options->rooms, options->members, &no_hooks);

    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result != RESULT_OK)
        return say_failed("the rooms could not be opened", result);
    printf("rooms: %zu meetings open after %.1f s; server memory %.1f MiB\n",
           load.room_count, (double)(bench_now_us() - begun_us) / 1e6,
           (double)bench_process_rss_kib(load.admin.server) / 1024);
    bench_load_close(&load);
    return EXIT_SUCCESS;
}

/* --- connections --------------------------------------------------------- */

/* So many first ones, after which what is made once is made. */
enum { FIRST_CONNECTIONS = 20 };

static enum result log_in(struct bench_load *load, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++)
        identifier_number(&load->peers[i].holder, "m", i + 1);
    return bench_load_log_in(load, from, until);
}

int bench_connections(const struct bench_options *options)
{
    struct bench_load load;
    const size_t count = options->members;
    uint64_t before_kib = 0, after_kib;
    enum result result =
        bench_load_open(&load, &options->target, 1, count, &no_hooks);

    if (result == RESULT_OK && count <= FIRST_CONNECTIONS)
        result = RESULT_INVALID;
    if (result == RESULT_OK)
        result = log_in(&load, 0, FIRST_CONNECTIONS);
    if (result == RESULT_OK) {
        before_kib = bench_process_rss_kib(load.admin.server);
        result = log_in(&load, FIRST_CONNECTIONS, count);
    }
    if (result != RESULT_OK)
        return say_failed("not everybody is logged in", result);
    after_kib = bench_process_rss_kib(load.admin.server);
    printf("connections: %zu logged in, server memory %.1f KiB each\n", count,
           (double)(after_kib - before_kib) /
               (double)(count - FIRST_CONNECTIONS));
    bench_load_close(&load);
    return EXIT_SUCCESS;
}

/* --- the first join ------------------------------------------------------ */

static bool is_first_in(const struct bench_load *load, void *user)
{
    (void)user;
    return load->peers[0].phase == PEER_CAUGHT_UP ||
           load->peers[0].phase == PEER_FAILED;
}

/* The chair of the first of the rooms that bench_rooms() left open. */
int bench_first_join(const struct bench_options *options)
{
    struct bench_load load;
    char id[96];
    uint64_t begun_us = bench_now_us();
    enum result result =
        bench_load_open(&load, &options->target, 1, 1, &no_hooks);

    if (result == RESULT_OK) {
        identifier_number(&load.peers[0].holder, "m", 1);
        (void)snprintf(id, sizeof id, "%s.1", load.admin.organisation.text);
        result = identifier_parse(text_view_of(id), &load.peers[0].log);
    }
    if (result == RESULT_OK)
        result = bench_peer_connect(&load.peers[0]);
    if (result == RESULT_OK)
        result = bench_wait(&load, is_first_in, NULL);
    if (result != RESULT_OK || load.peers[0].phase == PEER_FAILED)
        return say_failed("the first join was not accepted", result);
    printf("first-join: in and caught up %.3f s after connecting\n",
           (double)(bench_now_us() - begun_us) / 1e6);
    bench_load_close(&load);
    return EXIT_SUCCESS;
}
