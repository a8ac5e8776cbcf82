#include "client/bench/bench_load.h"

#include "client/bench/bench_cells.h"
#include "client/bench/bench_stop.h"
#include "client/bench/bench_words.h"
#include "protocol/wire/audio_frame.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TURN_US = 1000,
    /* Handshakes and logins under way: what they cost is not what is measured,
     * and a server gives up on those that last too long. */
    LOGINS_AT_ONCE = 64,
    /* Members who come into a room: what each does is told to all. */
    JOINS_AT_ONCE = 25,
    PONG_EVERY_US = 4000000
};

/* --- loop ---------------------------------------------------------------- */

bool bench_load_is_lost(const struct bench_load *load)
{
    return load->net.failures >= load->peer_count;
}

enum result bench_wait(struct bench_load *load, bench_done_fn is_done,
                       void *user)
{
    uint64_t end_us = bench_now_us() + load->timeout_us;

    while (!is_done(load, user)) {
        if (bench_stop_is_due())
            return RESULT_CLOSED;
        if (bench_load_is_lost(load))
            return RESULT_IO;
        if (bench_now_us() > end_us)
            return RESULT_BUSY;
        bench_net_turn(&load->net, TURN_US);
        bench_load_keep_alive(load);
    }
    return RESULT_OK;
}

void bench_turn(struct bench_load *load, uint64_t duration_us)
{
    uint64_t end_us = bench_now_us() + duration_us;

    while (bench_now_us() < end_us) {
        bench_net_turn(&load->net, TURN_US);
        bench_load_keep_alive(load);
    }
}

/* --- who reads nothing --------------------------------------------------- */

bool bench_load_is_deaf(const struct bench_load *load, size_t place)
{
    return load->heard > 1 && place >= load->speakers &&
           place % load->heard != 0;
}

void bench_load_keep_alive(struct bench_load *load)
{
    const uint64_t now_us = bench_now_us();

    if (load->heard <= 1 || now_us - load->kept_alive_us < PONG_EVERY_US)
        return;
    load->kept_alive_us = now_us;
    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].websocket.socket.is_drained)
            bench_websocket_pong(&load->peers[i].websocket);
}

/* As soon as they are in, if nothing half read is in the way. */
static void drain_the_deaf(struct bench_load *load)
{
    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = load->speakers; k < load->rooms[i].peer_count; k++) {
            struct bench_peer *peer = &load->rooms[i].peers[k];

            if (bench_load_is_deaf(load, k) && peer->phase == PEER_CAUGHT_UP &&
                !peer->websocket.socket.is_drained)
                (void)bench_socket_drain(&peer->websocket.socket); /* later */
        }
}

/* --- logins -------------------------------------------------------------- */

static bool has_failed(const struct bench_load *load)
{
    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].phase == PEER_FAILED)
            return true;
    return false;
}

enum result bench_load_log_in(struct bench_load *load, size_t from,
                              size_t until)
{
    const uint64_t end_us = bench_now_us() + load->timeout_us;
    const char *what = _("members log in");
    size_t next = from, done = 0;

    while (done < until - from) {
        size_t under_way = 0;

        done = 0;
        for (size_t i = from; i < next; i++) {
            const enum peer_phase phase = load->peers[i].phase;

            if (phase == PEER_FAILED)
                return RESULT_REFUSED;
            done += phase >= PEER_LOGGED_IN;
            under_way += phase < PEER_LOGGED_IN;
        }
        while (next < until && under_way < LOGINS_AT_ONCE) {
            enum result result = bench_peer_connect(&load->peers[next++]);

            if (result != RESULT_OK)
                return result;
            under_way++;
        }
        bench_progress(what, done, until - from);
        if (bench_stop_is_due())
            return RESULT_CLOSED;
        if (bench_now_us() > end_us)
            return RESULT_BUSY;
        bench_net_turn(&load->net, TURN_US);
    }
    return RESULT_OK;
}

enum result bench_load_enrol(struct bench_load *load)
{
    enum result result = bench_cells_make(load);

    return result == RESULT_OK ? bench_load_log_in(load, 0, load->peer_count)
                               : result;
}

/* --- what all chairs do at once ------------------------------------------ */

static bool are_chairs_answered(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->room_count; i++) {
        const struct bench_peer *chair = load->rooms[i].peers;

        if (chair->phase != PEER_FAILED &&
            chair->answered_id != chair->asked_id)
            return false;
    }
    return true;
}

/* Takes the command. A refusal is printed once. */
static enum result have_all(struct bench_load *load, json_t *command)
{
    enum result result;

    for (size_t i = 0; i < load->room_count; i++)
        bench_peer_command(&load->rooms[i].peers[0], json_deep_copy(command));
    json_decref(command);
    result = bench_wait(load, are_chairs_answered, NULL);
    for (size_t i = 0; result == RESULT_OK && i < load->room_count; i++) {
        const char *refusal = load->rooms[i].peers[0].refusal;

        if (refusal[0] == '\0')
            continue;
        bench_say(_("the server refused this: %s"), refusal);
        result = RESULT_REFUSED;
    }
    return result == RESULT_OK && has_failed(load) ? RESULT_REFUSED : result;
}

/* --- devices that are vouched for ---------------------------------------- */

static bool are_two_caught_up(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = 0; k < 2; k++)
            if (load->rooms[i].peers[k].phase < PEER_CAUGHT_UP)
                return false;
    return true;
}

static bool are_two_answered(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = 0; k < 2; k++)
            if (load->rooms[i].peers[k].answered_id !=
                load->rooms[i].peers[k].asked_id)
                return false;
    return true;
}

static json_t *vouching(const struct bench_peer *whose)
{
    char device[HEX_SIZE(KEY_SIZE)];

    hex_encode(whose->key.public_key.bytes, KEY_SIZE, device);
    return json_pack("{s:s, s:s, s:s, s:s}", "op", "vouch_device", "holder",
                     whose->holder.text, "device", device, "how", "sight");
}

/* As at the founding of a cell: two devices vouch for each other. They read the
 * register for it, and log in again without it. */
static enum result vouch(struct bench_load *load)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < load->room_count; i++) {
        if (load->rooms[i].peer_count < 2)
            return RESULT_INVALID;
        for (size_t k = 0; k < 2; k++) {
            load->rooms[i].peers[k].log = load->admin.organisation;
            bench_peer_join(&load->rooms[i].peers[k]);
        }
    }
    result = bench_wait(load, are_two_caught_up, NULL);
    for (size_t k = 0; result == RESULT_OK && k < 2; k++) {
        for (size_t i = 0; i < load->room_count; i++) {
            const struct bench_room *room = &load->rooms[i];

            bench_peer_command(&room->peers[k], vouching(&room->peers[1 - k]));
        }
        result = bench_wait(load, are_two_answered, NULL);
    }
    for (size_t i = 0; result == RESULT_OK && i < load->room_count; i++)
        for (size_t k = 0; result == RESULT_OK && k < 2; k++) {
            struct bench_peer *peer = &load->rooms[i].peers[k];

            bench_peer_disconnect(peer);
            bench_peer_forget(peer);
            result = bench_load_log_in(load, (size_t)(peer - load->peers),
                                       (size_t)(peer - load->peers) + 1);
        }
    return result;
}

/* --- opening ------------------------------------------------------------- */

static bool are_chairs_in(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->room_count; i++)
        if (load->rooms[i].peers[0].phase != PEER_CAUGHT_UP &&
            load->rooms[i].peers[0].phase != PEER_FAILED)
            return false;
    return true;
}

/* Members in these places of each room. */
struct part {
    size_t from, until;
};

static bool is_part_waiting_or_in(const struct bench_load *load, void *user)
{
    const struct part *part = user;

    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = part->from; k < part->until; k++)
            if (load->rooms[i].peers[k].phase < PEER_WAITING ||
                load->rooms[i].peers[k].phase == PEER_JOINED)
                return false;
    return true;
}

/* The others have been told of all that their chair knows. */
static bool are_in_step(const struct bench_room *room, size_t until)
{
    for (size_t k = 1; k < until; k++)
        if (!room->peers[k].websocket.socket.is_drained &&
            room->peers[k].next_seq < room->peers[0].next_seq)
            return false;
    return true;
}

static bool is_part_in(const struct bench_load *load, void *user)
{
    const struct part *part = user;
    size_t in = 0;

    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = part->from; k < part->until; k++) {
            if (load->rooms[i].peers[k].phase == PEER_FAILED)
                return true;
            in += load->rooms[i].peers[k].phase == PEER_CAUGHT_UP;
        }
    if (in < load->room_count * (part->until - part->from))
        return false;
    for (size_t i = 0; i < load->room_count; i++)
        if (!are_in_step(&load->rooms[i], part->until))
            return false;
    return true;
}

static enum result come_in(struct bench_load *load, struct part *part)
{
    enum result result;

    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = part->from; k < part->until; k++)
            bench_peer_join(&load->rooms[i].peers[k]);
    result = bench_wait(load, is_part_waiting_or_in, part);
    /* The minute-taker, the second, does not wait. */
    if (result == RESULT_OK && part->until > 2)
        result = have_all(load, json_pack("{s:s}", "op", "admit_all"));
    if (result == RESULT_OK)
        result = bench_wait(load, is_part_in, part);
    drain_the_deaf(load);
    return result == RESULT_OK && has_failed(load) ? RESULT_REFUSED : result;
}

static enum result all_come_in(struct bench_load *load)
{
    const size_t members = load->rooms[0].peer_count;
    const char *what = _("members come in");
    enum result result = RESULT_OK;

    for (struct part part = { .from = 1 };
         result == RESULT_OK && part.from < members; part.from = part.until) {
        bench_progress(what, part.from, members);
        part.until = part.from + JOINS_AT_ONCE < members
                         ? part.from + JOINS_AT_ONCE
                         : members;
        result = come_in(load, &part);
    }
    return result;
}

enum result bench_load_open_rooms(struct bench_load *load)
{
    enum result result;

    bench_progress(_("meetings are opened"), 0, load->peer_count);
    /* What is in the call of a meeting is settled when its lobby opens. */
    result = load->is_thrown_away ? RESULT_OK : vouch(load);
    for (size_t i = 0; i < load->room_count; i++)
        for (size_t k = 0; k < load->rooms[i].peer_count; k++)
            load->rooms[i].peers[k].log = load->rooms[i].meeting;
    if (result == RESULT_OK)
        result = have_all(load, json_pack("{s:s}", "op", "open_lobby"));
    for (size_t i = 0; result == RESULT_OK && i < load->room_count; i++)
        bench_peer_join(&load->rooms[i].peers[0]);
    if (result == RESULT_OK)
        result = bench_wait(load, are_chairs_in, NULL);
    if (result == RESULT_OK)
        result = have_all(load, json_pack("{s:s}", "op", "open_meeting"));
    /* Rules may have nobody take part by a line before that is said. */
    if (result == RESULT_OK)
        result =
            have_all(load, json_pack("{s:s}", "op", "declare_open_content"));
    return result == RESULT_OK ? all_come_in(load) : result;
}

enum result bench_load_free_the_floor(struct bench_load *load)
{
    return have_all(load, json_pack("{s:s, s:s, s:s}", "op", "set_floor_mode",
                                    "mode", "free", "order", "raised"));
}

enum result bench_load_close_rooms(struct bench_load *load)
{
    return have_all(load, json_pack("{s:s}", "op", "close_meeting"));
}

/* --- sound --------------------------------------------------------------- */

void bench_load_say(void *user, size_t room, size_t speaker, uint32_t sequence,
                    const uint8_t *payload, size_t size)
{
    struct bench_load *load = user;

    bench_peer_audio(&load->rooms[room].peers[speaker], sequence, payload,
                     size);
}

void bench_load_hear(struct bench_peer *peer, const uint8_t *bytes, size_t size)
{
    const struct bench_load *load = peer->user;
    const size_t index = (size_t)(peer - load->peers);
    const size_t members = load->rooms[0].peer_count;
    struct audio_message message;
    struct audio_frame frame;
    size_t offset;

    if (!load->speech || audio_message_open(&message, bytes, size) != RESULT_OK)
        return;
    while (audio_message_next(&message, &frame, &offset))
        bench_speech_hear(load->speech, index / members, index % members,
                          frame.payload, frame.payload_size);
}

/* --- life ---------------------------------------------------------------- */

static enum result make_peers(struct bench_load *load, size_t room_count,
                              size_t members,
                              const struct bench_peer_hooks *hooks)
{
    enum result result = RESULT_OK;

    load->room_count = room_count;
    load->rooms = calloc(room_count, sizeof load->rooms[0]);
    load->peers = calloc(room_count * members, sizeof load->peers[0]);
    if (!load->rooms || !load->peers)
        return RESULT_NO_MEMORY;
    load->peer_count = room_count * members;
    for (size_t i = 0; i < room_count; i++) {
        load->rooms[i].peers = &load->peers[i * members];
        load->rooms[i].peer_count = members;
    }
    for (size_t i = 0; result == RESULT_OK && i < load->peer_count; i++) {
        struct bench_peer *peer = &load->peers[i];
        /* On a server that stays, nobody may guess the keys of its members. */
        struct hash seed = bench_peer_seed(i);

        if (!load->is_thrown_away && RAND_bytes(seed.bytes, HASH_SIZE) != 1)
            return RESULT_CRYPTO;
        result = bench_peer_init(peer, &load->net, load->host, hooks, &seed);
        peer->user = load;
        peer->organisation = load->admin.organisation;
        peer->server_fingerprint =
            server_fingerprint_of(&load->admin.server_key);
    }
    return result;
}

static void begin(struct bench_load *load)
{
    memset(load, 0, sizeof *load);
    load->timeout_us = 120 * UINT64_C(1000000);
    load->heard = 1;
    load->net.poll = -1;
    load->admin.fd = -1;
}

enum result bench_load_open(struct bench_load *load,
                            const struct bench_target *target,
                            size_t room_count, size_t members,
                            const struct bench_peer_hooks *hooks)
{
    char path[512];
    enum result result;

    begin(load);
    load->is_thrown_away = target->directory != NULL;
    if (target->directory)
        (void)snprintf(path, sizeof path, "%s/admin.sock", target->directory);
    else
        (void)snprintf(path, sizeof path, "%s", target->socket);
    result = bench_admin_open(&load->admin, path);
    if (result != RESULT_OK)
        return result;
    (void)snprintf(load->host, sizeof load->host, "%s",
                   target->directory ? "127.0.0.1"
                   : target->host    ? target->host
                                     : load->admin.host);
    result = bench_net_open(&load->net, load->host,
                            target->port ? target->port : load->admin.port);
    return result == RESULT_OK ? make_peers(load, room_count, members, hooks)
                               : result;
}

enum result bench_load_open_guests(struct bench_load *load, const char *host,
                                   uint16_t port, size_t members,
                                   const struct bench_peer_hooks *hooks)
{
    enum result result;

    begin(load);
    (void)snprintf(load->host, sizeof load->host, "%s", host);
    result = bench_net_open(&load->net, host, port);
    return result == RESULT_OK ? make_peers(load, 1, members, hooks) : result;
}

void bench_load_close(struct bench_load *load)
{
    for (size_t i = 0; load->peers && i < load->peer_count; i++)
        bench_peer_release(&load->peers[i]);
    bench_net_close(&load->net);
    bench_admin_close(&load->admin);
    free(load->peers);
    free(load->rooms);
    load->peers = NULL;
    load->rooms = NULL;
}
