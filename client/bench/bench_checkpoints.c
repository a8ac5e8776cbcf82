/* What it costs a server that hundreds of devices sign a head. */
#include "client/bench/bench_load.h"
#include "client/bench/bench_process.h"
#include "client/bench/bench_scenarios.h"
#include "protocol/program/result_words.h"

#include <stdio.h>
#include <stdlib.h>

/* The first member presides, the second takes the minutes. */
static void give_roles(struct bench_load *load, bool do_sign)
{
    static const char *const roles[] = { "chair", "minute-taker" };

    for (size_t i = 0; i < load->peer_count; i++)
        load->peers[i].role = !do_sign ? NULL : i < 2 ? roles[i] : "member";
}

/* The server's CPU time while the loop turns for so long. */
static uint64_t cpu_of(struct bench_load *load, size_t seconds)
{
    uint64_t before_us = bench_process_cpu_us(load->admin.server);

    bench_turn(load, seconds * UINT64_C(1000000));
    return bench_process_cpu_us(load->admin.server) - before_us;
}

static uint64_t signatures_of(const struct bench_load *load)
{
    uint64_t count = 0;

    for (size_t i = 0; i < load->peer_count; i++)
        count += load->peers[i].signatures;
    return count;
}

int bench_checkpoints(const struct bench_options *options)
{
    static const struct bench_peer_hooks hooks = { NULL, NULL };
    struct bench_load load;
    uint64_t begun, signatures, cpu_us;
    enum result result = bench_load_open(
        &load, &options->target, options->rooms, options->members, &hooks);

    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    give_roles(&load, true);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result != RESULT_OK) {
        fprintf(stderr, "chibo-bench: the room could not be prepared: %s\n",
                result_words(result));
        return EXIT_FAILURE;
    }
    bench_turn(&load, 3000000); /* the joins are over */
    printf("checkpoints: ready\n");
    (void)fflush(stdout); /* who reads it resets the server's figures */
    begun = load.peers[0].checkpoints;
    signatures = signatures_of(&load);
    cpu_us = cpu_of(&load, options->seconds);
    begun = load.peers[0].checkpoints - begun;
    signatures = signatures_of(&load) - signatures;
    printf("checkpoints: %zu devices, %zu s: %llu checkpoints, %llu "
           "signatures, server CPU %.1f ms, %.1f ms a checkpoint\n",
           load.peer_count, options->seconds, (unsigned long long)begun,
           (unsigned long long)signatures, (double)cpu_us / 1000.0,
           (double)cpu_us / 1000.0 / (double)(begun ? begun : 1));
    (void)fflush(stdout);
    bench_turn(&load, 1000000); /* whoever reads it looks at the server now */
    bench_load_close(&load);
    return EXIT_SUCCESS;
}
