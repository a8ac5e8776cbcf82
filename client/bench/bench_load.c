#include "client/bench/bench_load.h"

#include "protocol/record/digest.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- loop ---------------------------------------------------------------- */

static void on_clock(uv_timer_t *timer)
{
    (void)timer; /* its only purpose is that uv_run() returns */
}

enum result bench_wait(struct bench_load *load, bench_done_fn is_done,
                       void *user)
{
    uint64_t end_us = bench_now_us() + load->timeout_us;

    while (!is_done(load, user)) {
        if (bench_now_us() > end_us)
            return RESULT_BUSY;
        uv_run(&load->loop, UV_RUN_ONCE);
    }
    return RESULT_OK;
}

void bench_turn(struct bench_load *load, uint64_t duration_us)
{
    uint64_t end_us = bench_now_us() + duration_us;

    while (bench_now_us() < end_us)
        uv_run(&load->loop, UV_RUN_ONCE);
}

/* --- the server's process ------------------------------------------------ */

uint64_t bench_server_cpu_us(const struct bench_load *load)
{
    char path[64];
    char line[1024];
    char *field;
    unsigned long long user = 0;
    unsigned long long system = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)load->admin.server);
    file = fopen(path, "r");
    if (!file)
        return 0;
    field = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    (void)fclose(file); /* only read */
    for (int i = 0; field && i < 12; i++)
        field = strchr(field + 1, ' ');
    if (field) {
        user = strtoull(field, &field, 10);
        system = strtoull(field, NULL, 10);
    }
    return (user + system) * 1000000u / (uint64_t)sysconf(_SC_CLK_TCK);
}

uint64_t bench_server_rss_kib(const struct bench_load *load)
{
    char path[64];
    char line[256];
    unsigned long long kib = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/status",
                   (int)load->admin.server);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    if (file)
        (void)fclose(file); /* only read */
    return kib;
}

/* --- enrolment
 * ---------------------------------------------------------------------------
 */

static json_t *member_rows(size_t count, size_t first)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < count; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "Đảng viên Mẫu %zu", first + i + 1);
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "category",
                                              "official", "office", "none",
                                              "name", name));
    }
    return rows;
}

static enum result invite(struct bench_load *load, struct bench_peer *peer)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    struct hash token;
    struct identifier made;

    if (RAND_bytes(peer->token, sizeof peer->token) != 1)
        return RESULT_CRYPTO;
    token = digest_sha256(peer->token, sizeof peer->token);
    hex_encode(token.bytes, HASH_SIZE, hex);
    peer->enrols = true;
    return bench_admin_make(&load->admin,
                            json_pack("{s:s, s:s, s:s}", "op", "invite",
                                      "holder", peer->holder.text, "token",
                                      hex),
                            &made);
}

/* Members are numbered in the order of their import. */
static enum result make_room(struct bench_load *load, struct bench_room *room)
{
    struct bench_admin *admin = &load->admin;
    size_t first = (size_t)(room->peers - load->peers);
    struct identifier cell;
    json_t *answer;
    enum result result =
        bench_admin_make(admin,
                         json_pack("{s:s, s:s, s:s}", "op", "add_unit", "kind",
                                   "cell", "name", "Chi bộ mẫu"),
                         &cell);

    if (result != RESULT_OK)
        return result;
    answer = bench_admin_ask(
        admin,
        json_pack("{s:s, s:s, s:o}", "op", "import_members", "unit", cell.text,
                  "rows", member_rows(room->peer_count, first)));
    if (!answer)
        return RESULT_REFUSED;
    json_decref(answer);
    for (size_t i = 0; result == RESULT_OK && i < room->peer_count; i++) {
        struct bench_peer *peer = &room->peers[i];

        identifier_number(&peer->holder, "m", first + i + 1);
        peer->organisation = admin->organisation;
        peer->server = admin->server_key;
        result = invite(load, peer);
    }
    if (result != RESULT_OK)
        return result;
    return bench_admin_make(
        admin,
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "op",
                  "schedule_meeting", "unit", cell.text, "kind", "regular",
                  "title", "Sinh hoạt mẫu", "starts_at",
                  (json_int_t)1800000000000, "zone", "Asia/Ho_Chi_Minh",
                  "place", "", "chair", room->peers[0].holder.text,
                  "minute_taker",
                  room->peers[room->peer_count > 1].holder.text),
        &room->meeting);
}

static bool all_at_least(const struct bench_load *load, void *user)
{
    const enum peer_phase *phase = user;

    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].phase < *phase ||
            load->peers[i].phase == PEER_FAILED)
            return load->peers[i].phase == PEER_FAILED;
    return true;
}

static enum result wait_phase(struct bench_load *load, enum peer_phase phase)
{
    enum result result = bench_wait(load, all_at_least, &phase);

    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].phase == PEER_FAILED)
            result = RESULT_REFUSED;
    return result;
}

enum result bench_load_enrol(struct bench_load *load)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; result == RESULT_OK && i < load->room_count; i++)
        result = make_room(load, &load->rooms[i]);
    /* A few at a time: the handshakes are not what is measured here. */
    for (size_t i = 0; result == RESULT_OK && i < load->peer_count; i++) {
        result = bench_peer_connect(&load->peers[i]);
        if (i % 50 == 49)
            bench_turn(load, 20000);
    }
    return result == RESULT_OK ? wait_phase(load, PEER_LOGGED_IN) : result;
}

/* --- opening
 * --------------------------------------------------------------------------------
 */

struct answer_wait {
    const struct bench_peer *peer;
    uint64_t next_seq;
    enum peer_phase phase;
};

static bool has_phase(const struct bench_load *load, void *user)
{
    const struct answer_wait *wait = user;

    (void)load;
    return wait->peer->phase == PEER_FAILED || wait->peer->phase == wait->phase;
}

static bool has_events(const struct bench_load *load, void *user)
{
    const struct answer_wait *wait = user;

    (void)load;
    return wait->peer->phase == PEER_FAILED ||
           wait->peer->next_seq >= wait->next_seq;
}

static enum result do_and_see(struct bench_load *load, struct bench_peer *peer,
                              const char *op)
{
    struct answer_wait wait = { .peer = peer, .next_seq = peer->next_seq + 1 };

    bench_peer_command(peer, json_pack("{s:s}", "op", op));
    return bench_wait(load, has_events, &wait);
}

static enum result open_room(struct bench_load *load, struct bench_room *room)
{
    struct bench_peer *chair = &room->peers[0];
    struct answer_wait wait = { .peer = chair, .phase = PEER_CAUGHT_UP };
    enum result result;
    size_t i;

    for (i = 0; i < room->peer_count; i++)
        room->peers[i].log = room->meeting;
    bench_peer_command(chair, json_pack("{s:s}", "op", "open_lobby"));
    bench_turn(load, 5000);
    bench_peer_join(chair);
    result = bench_wait(load, has_phase, &wait);
    if (result == RESULT_OK)
        result = do_and_see(load, chair, "open_meeting");
    for (i = 1; result == RESULT_OK && i < room->peer_count; i++)
        bench_peer_join(&room->peers[i]);
    return result;
}

static bool all_settled(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].phase == PEER_LOGGED_IN ||
            load->peers[i].phase == PEER_JOINED)
            return false;
    return true;
}

enum result bench_load_open_rooms(struct bench_load *load)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < load->room_count; i++)
        result = open_room(load, &load->rooms[i]);
    if (result == RESULT_OK)
        result = bench_wait(load, all_settled, NULL);
    for (i = 0; result == RESULT_OK && i < load->room_count; i++)
        if (load->rooms[i].peer_count > 2)
            bench_peer_command(&load->rooms[i].peers[0],
                               json_pack("{s:s}", "op", "admit_all"));
    return result == RESULT_OK ? wait_phase(load, PEER_CAUGHT_UP) : result;
}

/* --- life
 * ---------------------------------------------------------------------------------------
 */

enum result bench_load_open(struct bench_load *load, const char *directory,
                            size_t room_count, size_t members,
                            const struct bench_peer_hooks *hooks)
{
    enum result result;

    memset(load, 0, sizeof *load);
    load->timeout_us = 60 * UINT64_C(1000000);
    result = bench_admin_open(&load->admin, directory);
    if (result != RESULT_OK)
        return result;
    load->room_count = room_count;
    load->rooms = calloc(room_count, sizeof load->rooms[0]);
    load->peer_count = room_count * members;
    load->peers = calloc(load->peer_count, sizeof load->peers[0]);
    if (!load->rooms || !load->peers || uv_loop_init(&load->loop) != 0)
        return RESULT_NO_MEMORY;
    uv_timer_init(&load->loop, &load->clock);
    uv_timer_start(&load->clock, on_clock, 1, 1);
    result = line_host_new(&load->host, &load->loop, load->peer_count + 16);
    for (size_t i = 0; i < room_count; i++) {
        load->rooms[i].peers = &load->peers[i * members];
        load->rooms[i].peer_count = members;
    }
    for (size_t i = 0; result == RESULT_OK && i < load->peer_count; i++)
        result = bench_peer_init(&load->peers[i], load->host, hooks,
                                 load->admin.port, i);
    return result;
}

static bool all_closed(const struct bench_load *load, void *user)
{
    (void)user;
    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].line && !line_is_closed(load->peers[i].line))
            return false;
    return true;
}

void bench_load_close(struct bench_load *load)
{
    for (size_t i = 0; i < load->peer_count; i++)
        if (load->peers[i].line && !line_is_closed(load->peers[i].line))
            bench_peer_disconnect(&load->peers[i]);
    load->timeout_us = 5 * UINT64_C(1000000);
    if (bench_wait(load, all_closed, NULL) != RESULT_OK)
        fprintf(stderr, "chibo-bench: some lines did not close\n");
    for (size_t i = 0; i < load->peer_count; i++)
        bench_peer_release(&load->peers[i]);
    line_host_close(load->host);
    uv_close((uv_handle_t *)&load->clock, NULL);
    uv_run(&load->loop, UV_RUN_DEFAULT);
    load->host = line_host_free(load->host);
    if (uv_loop_close(&load->loop) != 0)
        fprintf(stderr, "chibo-bench: the loop still holds something\n");
    bench_admin_close(&load->admin);
    free(load->peers);
    free(load->rooms);
}
