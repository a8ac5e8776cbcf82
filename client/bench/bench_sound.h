/*
 * Sound in rooms that are open: some speak for a while, the others listen, and
 * the figures of it.
 */
#ifndef CLIENT_BENCH_BENCH_SOUND_H
#define CLIENT_BENCH_BENCH_SOUND_H

#include "client/bench/bench_load.h"
#include "client/bench/bench_speech.h"
#include "client/bench/bench_usage.h"

struct bench_sound {
    struct bench_load *load;
    struct bench_speech speech;
    const char *token; /* of /metrics, or NULL */
    bool has_usage;    /* the server shows its figures */
    bool says_when;    /* prints when what is measured begins and ends */
    struct bench_usage from, until;   /* around what is measured */
    uint64_t bytes_from, bytes_until; /* of listeners that are drained */
    uint64_t hear_bytes_from, hear_bytes_until; /* of all others */
};

/* Who speaks, and who hears, as the load says. */
MUST_USE enum result bench_sound_init(struct bench_sound *sound,
                                      struct bench_load *load);
void bench_sound_release(struct bench_sound *sound);
/* The first `rooms` speak. */
MUST_USE enum result bench_sound_run(struct bench_sound *sound, size_t rooms,
                                     uint64_t warm_us, uint64_t measured_us);

struct bench_sound_figures {
    double seconds;
    uint64_t expected, received, lost;     /* of listeners that parse */
    double delivered_per_s, offered_per_s; /* of all */
    double p50_ms, p90_ms, p99_ms, max_ms;
    double cpu_us; /* of the server, a delivery; 0: not known */
    double cpu_percent, window_ms, frames_per_message, dropped;
};
void bench_sound_figures(const struct bench_sound *sound,
                         struct bench_sound_figures *out);
/* As a JSON object; a new reference. */
json_t *bench_sound_json(const struct bench_sound_figures *figures);

#endif
