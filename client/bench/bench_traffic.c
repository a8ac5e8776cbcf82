/* Events at a rate, and sound. */
#include "client/bench/bench_load.h"
#include "client/bench/bench_process.h"
#include "client/bench/bench_samples.h"
#include "client/bench/bench_scenarios.h"
#include "client/bench/bench_search.h"
#include "client/bench/bench_sound.h"
#include "client/bench/bench_words.h"
#include "protocol/program/result_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int say_failed(const char *what, enum result result)
{
    fprintf(stderr, "chibo-bench: %s: %s\n", what, result_words(result));
    return EXIT_FAILURE;
}

/* --- events -------------------------------------------------------------- */

static struct bench_samples event_samples;
static uint64_t events_refused;

static void on_event_answer(struct bench_peer *peer, uint64_t id, bool is_ok,
                            uint64_t latency_us)
{
    if (id != peer->asked_id || peer->phase != PEER_CAUGHT_UP)
        return;
    if (!is_ok)
        events_refused++;
    bench_samples_add(&event_samples, latency_us);
}

/* Who waits for no answer says the next thing. */
static struct bench_peer *idle_peer(struct bench_load *load, size_t *turn)
{
    for (size_t i = 0; i < load->peer_count; i++) {
        struct bench_peer *peer = &load->peers[(*turn + i) % load->peer_count];

        if (peer->asked_id == peer->answered_id) {
            *turn = (*turn + i + 1) % load->peer_count;
            return peer;
        }
    }
    return NULL;
}

int bench_events(const struct bench_options *options)
{
    static const struct bench_peer_hooks hooks = { on_event_answer, NULL };
    struct bench_load load;
    uint64_t begun_us, asked = 0, late = 0, total;
    size_t turn = 0;
    enum result result = bench_load_open(
        &load, &options->target, options->rooms, options->members, &hooks);

    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result != RESULT_OK)
        return say_failed("the room could not be prepared", result);
    event_samples.count = 0;
    total = options->rate * options->seconds;
    begun_us = bench_now_us();
    while (asked < total) {
        uint64_t due =
            (bench_now_us() - begun_us) * options->rate / 1000000u + 1;

        while (asked < due && asked < total) {
            struct bench_peer *peer = idle_peer(&load, &turn);

            if (!peer) {
                late++;
                break;
            }
            bench_peer_command(peer, json_pack("{s:s, s:s}", "op", "chat",
                                               "text", "Tôi nhất trí."));
            asked++;
        }
        bench_net_turn(&load.net, 1000);
    }
    bench_turn(&load, 500000);
    printf("events: %llu signed and acknowledged at %zu/s: p50 %.1f ms, p99 "
           "%.1f ms, max %.1f ms; refused %llu, unanswered %llu, no idle peer "
           "%llu times\n",
           (unsigned long long)event_samples.count, options->rate,
           bench_samples_ms(&event_samples, 50),
           bench_samples_ms(&event_samples, 99),
           bench_samples_ms(&event_samples, 100),
           (unsigned long long)events_refused,
           (unsigned long long)(asked - event_samples.count),
           (unsigned long long)late);
    bench_samples_release(&event_samples);
    bench_load_close(&load);
    return EXIT_SUCCESS;
}

/* --- sound --------------------------------------------------------------- */

static const struct bench_peer_hooks sound_hooks = { NULL, bench_load_hear };

static enum result prepare_sound(struct bench_load *load,
                                 struct bench_sound *sound,
                                 const struct bench_options *options)
{
    enum result result = bench_load_open(load, &options->target, options->rooms,
                                         options->members, &sound_hooks);

    memset(sound, 0, sizeof *sound);
    load->speakers = options->speakers;
    load->heard = options->heard;
    load->people = options->people;
    if (result == RESULT_OK)
        result = bench_load_enrol(load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(load);
    if (result == RESULT_OK && options->speakers > 1)
        result = bench_load_free_the_floor(load);
    if (result == RESULT_OK)
        result = bench_sound_init(sound, load);
    sound->has_usage = true;
    return result;
}

static void print_json(const struct bench_options *options, size_t rooms,
                       const struct bench_sound_figures *figures)
{
    json_t *line = bench_sound_json(figures);
    char *text;

    json_object_set_new(line, "rooms", json_integer((json_int_t)rooms));
    json_object_set_new(line, "members",
                        json_integer((json_int_t)options->members));
    json_object_set_new(line, "speakers",
                        json_integer((json_int_t)options->speakers));
    text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(6));
    printf("%s\n", text ? text : "{}");
    (void)fflush(stdout); /* a reader acts on each line */
    free(text);
    json_decref(line);
}

static void print_audio(const struct bench_options *options,
                        const struct bench_sound_figures *figures)
{
    printf("audio: %zu rooms x %zu, speakers %zu a room, %zu s: %llu of %llu "
           "deliveries (lost %.2f %%), server CPU %.2f us a delivery, p50 "
           "%.2f ms, p90 %.2f ms, p99 %.2f ms, max %.1f ms\n",
           options->rooms, options->members, options->speakers,
           options->seconds, (unsigned long long)figures->received,
           (unsigned long long)figures->expected,
           figures->expected
               ? 100.0 * (double)figures->lost / (double)figures->expected
               : 0.0,
           figures->cpu_us, figures->p50_ms, figures->p90_ms, figures->p99_ms,
           figures->max_ms);
}

enum { WARM_US = 1500000 };

int bench_audio(const struct bench_options *options)
{
    struct bench_load load;
    struct bench_sound sound;
    struct bench_sound_figures figures;
    enum result result = prepare_sound(&load, &sound, options);

    sound.says_when = true;
    if (result == RESULT_OK)
        result = bench_sound_run(&sound, options->rooms, WARM_US,
                                 options->seconds * UINT64_C(1000000));
    if (result == RESULT_OK) {
        bench_sound_figures(&sound, &figures);
        bench_progress_end();
        if (options->is_json)
            print_json(options, options->rooms, &figures);
        else
            print_audio(options, &figures);
    }
    bench_sound_release(&sound);
    bench_load_close(&load);
    return result == RESULT_OK ? EXIT_SUCCESS : say_failed("the rooms", result);
}

/* Late for one in a hundred, lost for anybody, or too few of those offered. */
static bool is_over_the_knee(const struct bench_sound_figures *figures)
{
    return figures->p99_ms > 100 || figures->lost > 0 ||
           figures->delivered_per_s < 0.97 * figures->offered_per_s;
}

int bench_knee(const struct bench_options *options)
{
    struct bench_load load;
    struct bench_sound sound;
    struct bench_sound_figures figures;
    enum result result = prepare_sound(&load, &sound, options);
    struct bench_search search =
        bench_search_begin(options->begin, options->rooms);

    while (result == RESULT_OK && search.rooms > 0) {
        const size_t rooms = search.rooms;

        result = bench_sound_run(&sound, rooms, WARM_US,
                                 options->seconds * UINT64_C(1000000));
        if (result != RESULT_OK)
            break;
        bench_sound_figures(&sound, &figures);
        bench_progress_end();
        print_json(options, rooms, &figures);
        bench_search_go_on(&search, is_over_the_knee(&figures));
        bench_turn(&load, 500000); /* everything is idle again */
    }
    bench_sound_release(&sound);
    bench_load_close(&load);
    return result == RESULT_OK ? EXIT_SUCCESS : say_failed("the rooms", result);
}
