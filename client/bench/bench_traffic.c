/* Events at a rate, and audio. */
#include "client/bench/bench_load.h"
#include "client/bench/bench_samples.h"
#include "client/bench/bench_scenarios.h"

#include "protocol/wire/audio_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VOICE_PAYLOAD_SIZE = 80, VOICE_FRAME_US = 20000 };

static int say_failed(const char *what, enum result result)
{
    fprintf(stderr, "chibo-bench: %s: %s\n", what, result_text(result));
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
    peer->asked_id = 0;
}

/* Who waits for no answer says the next thing. */
static struct bench_peer *idle_peer(struct bench_load *load, size_t *turn)
{
    for (size_t i = 0; i < load->peer_count; i++) {
        struct bench_peer *peer = &load->peers[(*turn + i) % load->peer_count];

        if (peer->asked_id == 0) {
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
        &load, options->directory, options->rooms, options->members, &hooks);

    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result != RESULT_OK)
        return say_failed("the room could not be prepared", result);
    event_samples.count = 0;
    for (size_t i = 0; i < load.peer_count; i++)
        load.peers[i].asked_id = 0;
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
        uv_run(&load.loop, UV_RUN_ONCE);
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

/* --- audio
 * ---------------------------------------------------------------------------
 */

static struct bench_samples audio_samples;
static uint64_t audio_received;

static void on_audio(struct bench_peer *peer, const uint8_t *bytes, size_t size)
{
    struct audio_message message;
    struct audio_frame frame;
    size_t offset;
    uint64_t sent_us;

    (void)peer;
    if (audio_message_open(&message, bytes, size) != RESULT_OK)
        return;
    while (audio_message_next(&message, &frame, &offset)) {
        memcpy(&sent_us, frame.payload, sizeof sent_us);
        bench_samples_add(&audio_samples, bench_now_us() - sent_us);
        audio_received++;
    }
}

/* All may be heard at once, not only the chair. */
static enum result free_the_floor(struct bench_load *load)
{
    for (size_t i = 0; i < load->room_count; i++)
        bench_peer_command(&load->rooms[i].peers[0],
                           json_pack("{s:s, s:s, s:s}", "op", "set_floor_mode",
                                     "mode", "free", "order", "raised"));
    bench_turn(load, 500000);
    return RESULT_OK;
}

/* Speakers take turns within the time of a frame, those of one room evenly
 * spread: nobody's clock beats with another's. */
static void speak(struct bench_load *load, const struct bench_options *options,
                  uint64_t number)
{
    const uint64_t rooms = load->room_count;
    const uint64_t turn = number % (rooms * options->speakers);
    struct bench_room *room = &load->rooms[turn % rooms];
    uint8_t payload[VOICE_PAYLOAD_SIZE] = { 0 };
    uint64_t now_us = bench_now_us();

    memcpy(payload, &now_us, sizeof now_us);
    bench_peer_audio(&room->peers[turn / rooms],
                     (uint32_t)(number / (rooms * options->speakers)), payload,
                     sizeof payload);
}

static uint64_t speak_all(struct bench_load *load,
                          const struct bench_options *options)
{
    const uint64_t speakers = load->room_count * options->speakers;
    const uint64_t total = options->seconds * 50 * speakers;
    const uint64_t begun_us = bench_now_us();
    uint64_t sent = 0;

    while (sent < total) {
        /* Whoever is late catches up, but listens in between. */
        const uint64_t most = sent + speakers < total ? sent + speakers : total;

        while (sent < most &&
               bench_now_us() >= begun_us + sent * VOICE_FRAME_US / speakers)
            speak(load, options, sent++);
        uv_run(&load->loop, UV_RUN_ONCE);
    }
    return sent;
}

int bench_audio(const struct bench_options *options)
{
    static const struct bench_peer_hooks hooks = { NULL, on_audio };
    struct bench_load load;
    uint64_t cpu_us, sent, expected, rss_kib = 0;
    enum result result = bench_load_open(
        &load, options->directory, options->rooms, options->members, &hooks);

    if (result == RESULT_OK)
        rss_kib = bench_server_rss_kib(&load);
    if (result == RESULT_OK)
        result = bench_load_enrol(&load);
    if (result == RESULT_OK)
        result = bench_load_open_rooms(&load);
    if (result == RESULT_OK && options->speakers > 1)
        result = free_the_floor(&load);
    if (result != RESULT_OK)
        return say_failed("the rooms could not be prepared", result);
    printf("audio: begun\n");
    (void)fflush(stdout); /* what is measured beside begins now */
    cpu_us = bench_server_cpu_us(&load);
    sent = speak_all(&load, options);
    cpu_us = bench_server_cpu_us(&load) - cpu_us;
    bench_turn(&load, 300000);
    expected = sent * (options->members - 1);
    printf("audio: %zu rooms x %zu, speakers %zu a room, %zu s: %llu of %llu "
           "deliveries (lost %.2f %%), server CPU %.2f us a delivery, p50 "
           "%.2f ms, p99 %.2f ms, server memory %.1f KiB a connection with "
           "its share of the rooms\n",
           load.room_count, options->members, options->speakers,
           options->seconds, (unsigned long long)audio_received,
           (unsigned long long)expected,
           100.0 * (double)(expected - audio_received) / (double)expected,
           (double)cpu_us / (double)(audio_received ? audio_received : 1),
           bench_samples_ms(&audio_samples, 50),
           bench_samples_ms(&audio_samples, 99),
           (double)(bench_server_rss_kib(&load) - rss_kib) /
               (double)load.peer_count);
    bench_samples_release(&audio_samples);
    bench_load_close(&load);
    return EXIT_SUCCESS;
}
