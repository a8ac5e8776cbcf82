#include "client/bench/bench_sound.h"

#include "client/bench/bench_process.h"
#include "client/bench/bench_stop.h"
#include "client/bench/bench_words.h"

#include <stdio.h>
#include <string.h>

enum {
    /* What is still on its way when all has been said. */
    LATE_US = 2000000
};

enum result bench_sound_init(struct bench_sound *sound, struct bench_load *load)
{
    const size_t members = load->rooms[0].peer_count;
    enum result result;

    memset(sound, 0, sizeof *sound);
    sound->load = load;
    result = bench_speech_init(&sound->speech, load->room_count, members,
                               load->speakers);
    if (result != RESULT_OK)
        return result;
    sound->speech.say = bench_load_say;
    sound->speech.user = load;
    load->speech = &sound->speech;
    for (size_t i = 0; i < members; i++)
        sound->speech.is_deaf[i] = bench_load_is_deaf(load, i);
    return RESULT_OK;
}

void bench_sound_release(struct bench_sound *sound)
{
    if (sound->load)
        sound->load->speech = NULL;
    bench_speech_release(&sound->speech);
}

/* --- listeners that are drained ------------------------------------------ */

static void drain_the_deaf(struct bench_sound *sound)
{
    const size_t members = sound->speech.members;

    for (size_t i = 0; i < sound->load->peer_count; i++) {
        struct bench_socket *socket = &sound->load->peers[i].websocket.socket;

        if (sound->speech.is_deaf[i % members] && !socket->is_drained)
            (void)bench_socket_drain(socket); /* or with the next frame */
    }
}

static void count_bytes(const struct bench_sound *sound, uint64_t *deaf,
                        uint64_t *hearing)
{
    const size_t members = sound->speech.members;

    *deaf = *hearing = 0;
    for (size_t i = 0; i < sound->load->peer_count; i++) {
        uint64_t bytes =
            bench_socket_received(&sound->load->peers[i].websocket.socket);

        *(sound->speech.is_deaf[i % members] ? deaf : hearing) += bytes;
    }
}

/* --- a while of sound ---------------------------------------------------- */

static void on_tick(void *user)
{
    struct bench_sound *sound = user;

    bench_speech_tick(&sound->speech);
}

static enum result read_usage(struct bench_sound *sound,
                              struct bench_usage *out)
{
    const double cpu_us =
        (double)bench_process_cpu_us(sound->load->admin.server);
    enum result result;

    if (!sound->has_usage)
        return RESULT_OK;
    result = bench_usage_read(sound->load, sound->token, out);
    /* Of what is known at once, not after it was asked for. */
    if (result == RESULT_OK && sound->load->is_thrown_away)
        out->cpu_us = cpu_us;
    return result;
}

static void say_when(const struct bench_sound *sound, const char *what)
{
    if (!sound->says_when)
        return;
    printf("audio: %s\n", what);
    (void)fflush(stdout); /* what is measured beside begins or ends now */
}

static void turn_until(struct bench_sound *sound, uint64_t until_us,
                       const char *what)
{
    const struct bench_speech *speech = &sound->speech;
    const uint64_t begun_us = speech->begun_us;

    while (bench_now_us() < until_us && !bench_stop_is_due() &&
           !bench_load_is_lost(sound->load)) {
        bench_net_turn(&sound->load->net, bench_speech_wait_us(speech));
        bench_load_keep_alive(sound->load);
        bench_progress(what, (size_t)(bench_now_us() - begun_us),
                       (size_t)(speech->until_us - begun_us));
    }
}

enum result bench_sound_run(struct bench_sound *sound, size_t rooms,
                            uint64_t warm_us, uint64_t measured_us)
{
    struct bench_net *net = &sound->load->net;
    struct bench_speech *speech = &sound->speech;
    const char *what = _("members speak");
    uint64_t late_us;
    enum result result;

    drain_the_deaf(sound);
    net->on_tick = on_tick;
    net->user = sound;
    bench_speech_begin(speech, rooms, warm_us, measured_us);
    turn_until(sound, speech->measured_from_us, what);
    drain_the_deaf(sound);
    say_when(sound, "begun");
    result = bench_load_is_lost(sound->load) ? RESULT_IO
                                             : read_usage(sound, &sound->from);
    count_bytes(sound, &sound->bytes_from, &sound->hear_bytes_from);
    turn_until(sound, speech->measured_until_us, what);
    count_bytes(sound, &sound->bytes_until, &sound->hear_bytes_until);
    if (result == RESULT_OK && !bench_load_is_lost(sound->load))
        result = read_usage(sound, &sound->until);
    say_when(sound, "ended");
    turn_until(sound, speech->until_us, what);
    if (bench_load_is_lost(sound->load))
        result = RESULT_IO;
    late_us = bench_now_us() +
              (bench_stop_is_due() || result != RESULT_OK ? 0 : LATE_US);
    while (speech->received < speech->expected && bench_now_us() < late_us)
        bench_net_turn(net, 1000);
    net->on_tick = NULL;
    return result == RESULT_OK && bench_stop_is_due() ? RESULT_CLOSED : result;
}

/* --- figures ------------------------------------------------------------- */

/* How many deliveries one to a listener that parses stands for: those that are
 * drained are known by their bytes. */
static double share_of_all(const struct bench_sound *sound)
{
    const double hearing =
        (double)(sound->hear_bytes_until - sound->hear_bytes_from);

    return hearing > 0
               ? 1.0 +
                     (double)(sound->bytes_until - sound->bytes_from) / hearing
               : 1.0;
}

void bench_sound_figures(const struct bench_sound *sound,
                         struct bench_sound_figures *out)
{
    const struct bench_speech *speech = &sound->speech;
    const double seconds =
        (double)(speech->measured_until_us - speech->measured_from_us) / 1e6;
    const double all = share_of_all(sound);
    const double used_us = sound->until.cpu_us - sound->from.cpu_us;
    const double written = sound->until.delivered - sound->from.delivered;
    /* What was heard counts, where the processor time was read at once. */
    const double delivered = sound->load->is_thrown_away || !sound->has_usage
                                 ? (double)speech->in_time * all
                                 : written;
    const double messages = sound->until.messages - sound->from.messages;

    *out = (struct bench_sound_figures){
        .seconds = seconds,
        .expected = speech->expected,
        .received = speech->received,
        .lost = speech->expected - speech->received,
        .delivered_per_s = (double)speech->in_time * all / seconds,
        .offered_per_s = speech->hearing > 1
                             ? (double)speech->offered *
                                   (double)(speech->members - 1) /
                                   (double)(speech->hearing - 1) / seconds
                             : 0,
        .p50_ms = bench_latency_ms(&speech->latency, 50),
        .p90_ms = bench_latency_ms(&speech->latency, 90),
        .p99_ms = bench_latency_ms(&speech->latency, 99),
        .max_ms = bench_latency_ms(&speech->latency, 100),
        .cpu_us = delivered > 0 ? used_us / delivered : 0,
        .cpu_percent = used_us / seconds / 1e4,
        .window_ms = sound->until.window_ms,
        .frames_per_message = messages > 0 ? written / messages : 0,
        .dropped = sound->until.dropped - sound->from.dropped,
    };
}

json_t *bench_sound_json(const struct bench_sound_figures *figures)
{
    return json_pack(
        "{s:f, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, "
        "s:f, s:f}",
        "seconds", figures->seconds, "expected", (json_int_t)figures->expected,
        "received", (json_int_t)figures->received, "lost",
        (json_int_t)figures->lost, "delivered_per_s", figures->delivered_per_s,
        "offered_per_s", figures->offered_per_s, "p50_ms", figures->p50_ms,
        "p90_ms", figures->p90_ms, "p99_ms", figures->p99_ms, "max_ms",
        figures->max_ms, "cpu_us_per_delivery", figures->cpu_us, "cpu_percent",
        figures->cpu_percent, "window_ms", figures->window_ms,
        "frames_per_message", figures->frames_per_message, "dropped",
        figures->dropped);
}
