/*
 * Two members of a meeting of the real server, each with the real client core
 * and the whole of its line: one near the server, one behind a bad line. One
 * speaks for a while, through the real codec, the other listens.
 *
 *     peer --scene FILE --near PATH --far PATH --direction down|up
 *          --seconds N --trace FILE [--line auto|plain|rough|narrow]
 *
 * The paths are those of the network namespaces; each client's thread is made
 * in its own. "down": the chair, who is near, speaks to the one behind the
 * line. The trace is line_recorder_write()'s. Standard output gets a line of
 * JSON when the speech begins, and one at its end.
 */
#include "client/audio/voice_transmit.h"
#include "client/core/client.h"
#include "tests/support/line/line_network.h"
#include "tests/support/line/line_recorder.h"
#include "tests/support/line/peer_scene.h"
#include "tests/support/sound_signal.h"

#include <getopt.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum {
    NS_PER_MS = 1000000,
    JOIN_PATIENCE_MS = 120000,
    STRAGGLERS_MS = 8000, /* nothing that comes later is worth anything */
    SPEECH_SECONDS = 60,  /* then it begins again */
    SPARE_UNITS = 50,
};

struct options {
    const char *scene, *namespaces[LINE_SIDES], *trace, *line;
    bool is_up;
    unsigned seconds;
};

/* One of the two. */
struct peer {
    const char *name;
    struct client_loop *loop;
    struct client *client;
    unsigned lost; /* how often its line was */
    unsigned answers;
    bool is_failed;
};

struct program {
    struct options options;
    struct peer_scene scene;
    struct peer peers[LINE_SIDES]; /* the chair is near */
    struct peer *speaker, *listener;
    struct line_recorder *recorder;
    struct voice_transmit *transmit;
    atomic_uint slot;           /* the speaker's */
    atomic_uint rate, frame_ms; /* advised to the speaker; 0: not */
    unsigned used_rate, used_frame_ms;
    atomic_uint_least64_t came; /* frames, also those that came before */
    uint64_t payload_bytes;
    int64_t late_max_ns; /* the speaker's own clock */
};

static bool complain(const char *what, enum result result)
{
    fprintf(stderr, "peer: %s: %s\n", what, result_text(result));
    return false;
}

/* --- coming together ------------------------------------------------------ */

static void on_wakeup(void *user) { (void)user; /* they are asked for */ }

/* On the listener's thread. */
static void on_audio(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size)
{
    struct program *program = user;

    (void)sequence;
    (void)flags;
    if (slot != atomic_load(&program->slot) || size <= VOICE_CODEC_EMPTY_SIZE)
        return;
    (void)atomic_fetch_add(&program->came, 1);
    line_recorder_came(program->recorder, timestamp / AUDIO_BLOCK_COUNT,
                       payload, size);
}

/* On the speaker's thread of the loop. */
static void on_voice_advice(void *user, unsigned rate, unsigned frame_ms,
                            unsigned floor_ms)
{
    struct program *program = user;

    fprintf(stderr, "%.3f speaker: %u b/s, frames of %u ms, floor %u ms\n",
            (double)line_clock_ns() / 1e9, rate, frame_ms, floor_ms);
    atomic_store(&program->frame_ms, frame_ms);
    atomic_store(&program->rate, rate);
}

/* The loop's thread lives where this thread is when it is made. */
static bool start(struct program *program, enum line_side side)
{
    struct peer *peer = &program->peers[side];
    struct client_config config = {
        .profile =
            side == LINE_NEAR ? &program->scene.chair : &program->scene.guest,
        .follows_register = true,
        .hooks = { .wakeup = on_wakeup,
                   .on_audio = peer == program->listener ? on_audio : NULL,
                   .on_voice_advice =
                       peer == program->speaker ? on_voice_advice : NULL,
                   .user = program },
    };
    enum result result = line_network_enter(program->options.namespaces[side]);

    peer->name = side == LINE_NEAR ? "near" : "far";
    if (result == RESULT_OK)
        result = client_loop_start(&peer->loop, 1);
    if (result == RESULT_OK)
        result = client_open(&peer->client, peer->loop, &config);
    return result == RESULT_OK || complain(peer->name, result);
}

/* What befell its line, for whoever looks into a run that went wrong. */
static void write_down(const struct peer *peer,
                       const struct client_notice *notice)
{
    double now_s = (double)line_clock_ns() / 1e9;
    const struct view_line *line = &notice->line;

    if (notice->kind == CLIENT_LINE)
        fprintf(stderr,
                "%.3f %s: step %d, lanes %u, rate %u, floor %u ms, round trip "
                "%d ms, late %llu, lost %llu\n",
                now_s, peer->name, (int)line->step, line->lanes, line->rate,
                line->floor_ms, (int)line->round_trip_ms,
                (unsigned long long)line->late, (unsigned long long)line->lost);
    else if (notice->kind != CLIENT_EVENT && notice->kind != CLIENT_OPENING)
        fprintf(stderr, "%.3f %s: notice %d, %s, log %s, %s\n", now_s,
                peer->name, (int)notice->kind,
                client_reason_word(notice->reason), notice->log.text,
                notice->json ? notice->json : "");
}

static void take_notices(struct peer *peer)
{
    struct client_notice *notice;

    while ((notice = client_next_notice(peer->client)) != NULL) {
        write_down(peer, notice);
        peer->lost += notice->kind == CLIENT_LOST;
        peer->answers += notice->kind == CLIENT_ANSWER;
        peer->is_failed |= notice->kind == CLIENT_REFUSED ||
                           notice->kind == CLIENT_TRUST_ALARM ||
                           (notice->kind == CLIENT_ANSWER && !notice->is_ok);
        client_notice_free(notice);
    }
}

static bool look(struct program *program)
{
    for (int side = 0; side < LINE_SIDES; side++)
        if (program->peers[side].client)
            take_notices(&program->peers[side]);
    return !program->peers[LINE_NEAR].is_failed &&
           !program->peers[LINE_FAR].is_failed;
}

static bool is_at(const struct meeting_view *view, enum client_place place)
{
    uint16_t slot;

    return view->place == place &&
           (place != PLACE_IN || (view->state && view->is_roster_checked &&
                                  meeting_view_slot(view, &slot)));
}

/* Until it is there, and has had so many answers. */
static bool wait_for(struct program *program, struct peer *peer,
                     enum client_place place, unsigned answers)
{
    int64_t end_ns = line_clock_ns() + (int64_t)JOIN_PATIENCE_MS * NS_PER_MS;
    bool is_there = false;

    while (!is_there && look(program) && line_clock_ns() < end_ns) {
        const struct meeting_view *view = client_view_lock(peer->client);

        is_there = peer->answers >= answers &&
                   (place == PLACE_NONE || is_at(view, place));
        client_view_unlock(peer->client);
        if (!is_there)
            (void)poll(NULL, 0, 10); /* nothing to wait for but the time */
    }
    if (!is_there)
        fprintf(stderr, "peer: %s: waited for place %d in vain\n", peer->name,
                (int)place);
    return is_there;
}

/* Does one thing, and waits until it is done and its doer at this place. */
static bool ask(struct program *program, struct peer *peer, const char *what,
                enum client_place place)
{
    char json[512];
    unsigned answers = peer->answers + 1;
    enum result result;

    (void)snprintf(json, sizeof json, "{\"op\":%s,\"log\":\"%s\"}", what,
                   program->scene.meeting.text);
    result = client_command(peer->client, 1, json);
    if (result != RESULT_OK)
        return complain(what, result);
    return wait_for(program, peer, place, answers);
}

/* As the option says: "auto", which is how it is, "plain", "rough", "narrow".
 */
static bool use_line(struct program *program, struct peer *peer)
{
    char what[64];

    if (!program->options.line)
        return true;
    (void)snprintf(what, sizeof what, "\"use_line\",\"line\":\"%s\"",
                   program->options.line);
    return ask(program, peer, what, PLACE_IN);
}

static bool come_together(struct program *program)
{
    struct peer *chair = &program->peers[LINE_NEAR];
    struct peer *guest = &program->peers[LINE_FAR];

    return ask(program, chair, "\"open_lobby\"", PLACE_NONE) &&
           ask(program, chair, "\"join\"", PLACE_IN) &&
           ask(program, chair, "\"open_meeting\"", PLACE_IN) &&
           ask(program, chair,
               "\"set_floor_mode\",\"mode\":\"free\",\"order\":\"raised\"",
               PLACE_IN) &&
           /* He takes the minutes, and need not be let in. */
           ask(program, guest, "\"join\"", PLACE_IN) &&
           use_line(program, chair) && use_line(program, guest);
}

/* --- speech ----------------------------------------------------------------
 */

static void on_packet(const struct voice_packet *packet, void *user)
{
    struct program *program = user;
    size_t units =
        voice_payload_count(packet->payload, packet->size) / AUDIO_BLOCK_COUNT;

    if (packet->size > VOICE_CODEC_EMPTY_SIZE &&
        line_recorder_sent(program->recorder,
                           packet->timestamp / AUDIO_BLOCK_COUNT, units,
                           packet->payload, packet->size) != RESULT_OK)
        abort(); /* counted wrongly above */
    program->payload_bytes += packet->size;
    client_send_audio(program->speaker->client, packet->flags, packet->sequence,
                      packet->timestamp, packet->payload, packet->size);
}

static void wait_until(struct program *program, int64_t due_ns)
{
    struct timespec due = { due_ns / 1000000000, due_ns % 1000000000 };
    int64_t late_ns;

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
        continue; /* a signal */
    late_ns = line_clock_ns() - due_ns;
    if (late_ns > program->late_max_ns)
        program->late_max_ns = late_ns;
}

/* As whoever owns a voice does it: at once, between two blocks. */
static void follow_advice(struct program *program)
{
    struct voice_quality quality = voice_quality_usual();
    unsigned rate = atomic_load(&program->rate);
    unsigned frame_ms = atomic_load(&program->frame_ms);

    if (rate == 0 ||
        (rate == program->used_rate && frame_ms == program->used_frame_ms))
        return;
    quality.bit_rate = rate;
    quality.frame_ms = frame_ms;
    if (voice_transmit_set_quality(program->transmit, &quality) != RESULT_OK)
        fprintf(stderr, "peer: there is no such quality: %u, %u ms\n", rate,
                frame_ms);
    program->used_rate = rate;
    program->used_frame_ms = frame_ms;
}

static bool speak(struct program *program)
{
    const size_t sample_count = (size_t)SPEECH_SECONDS * AUDIO_RATE;
    const size_t blocks = program->options.seconds * 1000 / AUDIO_BLOCK_MS;
    int16_t *speech = calloc(sample_count, sizeof *speech);
    int64_t due_ns;
    size_t at = 0;

    if (!speech)
        return complain("speech", RESULT_NO_MEMORY);
    sound_signal_speech(speech, sample_count, 1);
    due_ns = line_clock_ns();
    for (size_t i = 0; i < blocks; i++) {
        due_ns += (int64_t)AUDIO_BLOCK_MS * NS_PER_MS;
        wait_until(program, due_ns);
        follow_advice(program);
        voice_transmit_block(program->transmit, &speech[at],
                             due_ns / NS_PER_MS);
        at = (at + AUDIO_BLOCK_COUNT) % sample_count;
        if (!look(program))
            break;
    }
    free(speech);
    return !program->speaker->is_failed && !program->listener->is_failed;
}

static void wait_for_stragglers(struct program *program)
{
    int64_t end_ns = line_clock_ns() + (int64_t)STRAGGLERS_MS * NS_PER_MS;

    while (line_recorder_missing(program->recorder) > 0 &&
           line_clock_ns() < end_ns && look(program))
        (void)poll(NULL, 0, 10); /* nothing to wait for but the time */
}

static bool take_slot(struct program *program)
{
    const struct meeting_view *view =
        client_view_lock(program->speaker->client);
    uint16_t slot = 0;
    bool has_slot = meeting_view_slot(view, &slot);

    client_view_unlock(program->speaker->client);
    atomic_store(&program->slot, slot);
    return has_slot;
}

/* --- words ---------------------------------------------------------------- */

static bool write_trace(struct program *program)
{
    FILE *file = fopen(program->options.trace, "w");
    enum result result =
        file ? line_recorder_write(program->recorder, file) : RESULT_IO;

    if (file && fclose(file) != 0)
        result = RESULT_IO;
    return result == RESULT_OK || complain(program->options.trace, result);
}

static bool say_end(struct program *program)
{
    const struct meeting_view *view =
        client_view_lock(program->peers[LINE_FAR].client);
    struct view_line line = view->speech_line;

    client_view_unlock(program->peers[LINE_FAR].client);
    printf("{\"packets\":%llu,\"payload_bytes\":%llu,\"came\":%llu,"
           "\"missing\":%zu,\"false\":%zu,\"lost_lines\":%u,"
           "\"clock_late_max_ms\":%.1f,\"state\":\"%s\",\"lanes\":%u,"
           "\"copies_given_up\":%u}\n",
           (unsigned long long)voice_transmit_count(program->transmit),
           (unsigned long long)program->payload_bytes,
           (unsigned long long)atomic_load(&program->came),
           line_recorder_missing(program->recorder),
           line_recorder_false(program->recorder),
           program->peers[LINE_NEAR].lost + program->peers[LINE_FAR].lost,
           (double)program->late_max_ns / NS_PER_MS,
           client_line_state_word(client_line_state(&line)), line.lanes,
           line.copies_given_up);
    return fflush(stdout) == 0;
}

/* --- all ------------------------------------------------------------------ */

static bool run(struct program *program, int64_t begun_ns)
{
    if (!start(program, LINE_NEAR) || !start(program, LINE_FAR) ||
        !come_together(program) || !take_slot(program))
        return false;
    printf("{\"join_s\":%.2f,\"begins_ms\":%.3f}\n",
           (double)(line_clock_ns() - begun_ns) / 1e9,
           (double)line_clock_ns() / NS_PER_MS);
    if (fflush(stdout) != 0 || !speak(program))
        return false;
    voice_transmit_end(program->transmit);
    wait_for_stragglers(program);
    return write_trace(program) && say_end(program);
}

static bool prepare(struct program *program)
{
    const struct options *options = &program->options;
    size_t units = options->seconds * 1000 / AUDIO_BLOCK_MS + SPARE_UNITS;
    enum result result = peer_scene_read(&program->scene, options->scene);

    program->speaker = &program->peers[options->is_up ? LINE_FAR : LINE_NEAR];
    program->listener = &program->peers[options->is_up ? LINE_NEAR : LINE_FAR];
    atomic_store(&program->slot, UINT16_MAX + 1u);
    if (result == RESULT_OK)
        result = line_recorder_new(&program->recorder, units);
    if (result == RESULT_OK)
        result = voice_transmit_new(&program->transmit, on_packet, program);
    return result == RESULT_OK || complain("start", result);
}

static bool read_options(struct options *options, int count, char **arguments)
{
    static const struct option known[] = {
        { "scene", required_argument, NULL, 's' },
        { "near", required_argument, NULL, 'n' },
        { "far", required_argument, NULL, 'f' },
        { "direction", required_argument, NULL, 'd' },
        { "seconds", required_argument, NULL, 't' },
        { "trace", required_argument, NULL, 'o' },
        { "line", required_argument, NULL, 'l' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        if (option == 's')
            options->scene = optarg;
        else if (option == 'n')
            options->namespaces[LINE_NEAR] = optarg;
        else if (option == 'f')
            options->namespaces[LINE_FAR] = optarg;
        else if (option == 'd')
            options->is_up = strcmp(optarg, "up") == 0;
        else if (option == 't')
            options->seconds = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'o')
            options->trace = optarg;
        else if (option == 'l')
            options->line = optarg;
        else
            return false;
    }
    return options->scene && options->namespaces[LINE_NEAR] &&
           options->namespaces[LINE_FAR] && options->trace &&
           options->seconds > 0;
}

int main(int count, char **arguments)
{
    static struct program program;
    int64_t begun_ns = line_clock_ns();
    bool is_good;

    if (!read_options(&program.options, count, arguments)) {
        fprintf(stderr, "usage: peer --scene FILE --near PATH --far PATH "
                        "--direction down|up --seconds N --trace FILE "
                        "[--line auto|plain|rough|narrow]\n");
        return EXIT_FAILURE;
    }
    (void)prctl(PR_SET_TIMERSLACK, 1000);
    is_good = prepare(&program) && run(&program, begun_ns);
    for (int side = 0; side < LINE_SIDES; side++) {
        program.peers[side].client = client_close(program.peers[side].client);
        program.peers[side].loop = client_loop_stop(program.peers[side].loop);
    }
    program.transmit = voice_transmit_free(program.transmit);
    program.recorder = line_recorder_free(program.recorder);
    keystore_profile_wipe(&program.scene.chair);
    keystore_profile_wipe(&program.scene.guest);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
