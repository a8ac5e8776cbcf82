#include "client/bench/bench_cells.h"

#include "client/bench/bench_stop.h"
#include "client/bench/bench_words.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what earlier runs left ---------------------------------------------- */

/* Cells in the order in which the register has them. */
struct found_cells {
    struct identifier *cells;
    uint64_t *seqs; /* of their events */
    bool *is_ours;  /* by its name, which comes after the event */
    size_t count, capacity;
    json_t *members; /* of any cell who were not removed: member, cell */
    bool is_out_of_memory;
};

static bool grow(struct found_cells *found)
{
    const size_t wanted = found->capacity ? found->capacity * 2 : 64;
    struct identifier *cells =
        realloc(found->cells, wanted * sizeof *found->cells);
    uint64_t *seqs =
        cells ? realloc(found->seqs, wanted * sizeof *found->seqs) : NULL;
    bool *is_ours =
        seqs ? realloc(found->is_ours, wanted * sizeof *found->is_ours) : NULL;

    if (cells)
        found->cells = cells;
    if (seqs)
        found->seqs = seqs;
    if (!is_ours)
        return false;
    found->is_ours = is_ours;
    found->capacity = wanted;
    return true;
}

static void add_cell(struct found_cells *found, const json_t *event)
{
    const char *unit = json_string_value(json_object_get(event, "unit"));

    if (!unit)
        return;
    if (found->count == found->capacity && !grow(found)) {
        found->is_out_of_memory = true;
        return;
    }
    if (identifier_parse(text_view_of(unit), &found->cells[found->count]) !=
        RESULT_OK)
        return;
    found->seqs[found->count] =
        (uint64_t)json_integer_value(json_object_get(event, "seq"));
    found->is_ours[found->count++] = false;
}

static void note_name(struct found_cells *found, const json_t *opening)
{
    const uint64_t seq =
        (uint64_t)json_integer_value(json_object_get(opening, "open"));
    const char *field = json_string_value(json_object_get(opening, "field"));
    const char *value = json_string_value(json_object_get(opening, "value"));

    if (!field || !value || strcmp(field, "name") != 0)
        return;
    for (size_t i = found->count; i-- > 0;)
        if (found->seqs[i] == seq)
            found->is_ours[i] = strncmp(value, BENCH_CELL_NAME,
                                        sizeof BENCH_CELL_NAME - 1) == 0;
}

static void on_register_line(void *user, const json_t *line)
{
    struct found_cells *found = user;
    const char *event = json_string_value(json_object_get(line, "ev"));
    const char *member = json_string_value(json_object_get(line, "member"));
    json_t *unit = json_object_get(line, "unit");

    if (json_object_get(line, "open"))
        note_name(found, line);
    if (!event)
        return;
    if (strcmp(event, "unit_added") == 0)
        add_cell(found, line);
    else if (member && unit &&
             (strcmp(event, "member_added") == 0 ||
              strcmp(event, "member_changed") == 0))
        json_object_set(found->members, member, unit);
    else if (member && strcmp(event, "member_removed") == 0)
        json_object_del(found->members, member);
}

static bool is_our_cell(const struct found_cells *found, const char *unit)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->is_ours[i] && strcmp(found->cells[i].text, unit) == 0)
            return true;
    return false;
}

static json_t *removal(const char *member)
{
    return json_pack("{s:s, s:s, s:s}", "op", "remove_member", "member", member,
                     "reason", "chibo-bench");
}

/* Of a run that did not come to its end. */
static enum result remove_left_over(struct bench_admin *admin,
                                    const struct found_cells *found)
{
    const char *member;
    json_t *unit;
    size_t count = 0;

    bench_admin_begin(admin, NULL, NULL);
    json_object_foreach(found->members, member, unit)
    {
        if (!is_our_cell(found, json_string_value(unit)))
            continue;
        bench_admin_push(admin, removal(member));
        count++;
    }
    if (count > 0)
        bench_say(_("%zu test members that an earlier run left are removed"),
                  count);
    return bench_admin_settle(admin);
}

static void release(struct found_cells *found)
{
    free(found->cells);
    free(found->seqs);
    free(found->is_ours);
    json_decref(found->members);
}

static enum result clear_left_over(struct bench_load *load, const char *path)
{
    struct found_cells found = { .members = json_object() };
    struct bench_admin
        reader; /* of its own: what is new would come here, too */
    enum result result = bench_admin_open(&reader, path);

    if (result == RESULT_OK)
        result = bench_admin_read_register(&reader, on_register_line, &found);
    if (result == RESULT_OK && found.is_out_of_memory)
        result = RESULT_NO_MEMORY;
    if (result == RESULT_OK)
        result = remove_left_over(&load->admin, &found);
    bench_admin_close(&reader);
    release(&found);
    return result;
}

/* --- made anew ----------------------------------------------------------- */

static void take_id(const char *made, struct identifier *out)
{
    if (identifier_parse(text_view_of(made), out) != RESULT_OK)
        bench_say(_("the server gave no id to what it made"));
}

static void on_cell_made(void *user, size_t place, const char *made)
{
    struct bench_load *load = user;

    take_id(made, &load->rooms[place].unit);
}

static void on_member_made(void *user, size_t place, const char *made)
{
    struct bench_load *load = user;

    take_id(made, &load->peers[place].holder);
}

static void on_meeting_made(void *user, size_t place, const char *made)
{
    struct bench_load *load = user;

    take_id(made, &load->rooms[place].meeting);
}

static json_t *cell(const struct bench_load *load, size_t room)
{
    char name[96];

    (void)load;
    (void)snprintf(name, sizeof name, "%s %zu", BENCH_CELL_NAME, room + 1);
    return json_pack("{s:s, s:s, s:s}", "op", "add_unit", "kind", "cell",
                     "name", name);
}

static json_t *member(const struct bench_load *load, size_t peer)
{
    const size_t members = load->rooms[0].peer_count;
    char name[64];

    (void)snprintf(name, sizeof name, "Đảng viên Mẫu %zu", peer + 1);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "op", "add_member", "unit",
                     load->rooms[peer / members].unit.text, "category",
                     "official", "office", "none", "name", name);
}

static json_t *invitation(const struct bench_load *load, size_t peer)
{
    const struct hash token =
        digest_sha256(load->peers[peer].token, BENCH_TOKEN_SIZE);
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(token.bytes, HASH_SIZE, hex);
    return json_pack("{s:s, s:s, s:s}", "op", "invite", "holder",
                     load->peers[peer].holder.text, "token", hex);
}

static json_t *meeting(const struct bench_load *load, size_t room)
{
    const struct bench_peer *peers = load->rooms[room].peers;

    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "op",
                     "schedule_meeting", "unit", load->rooms[room].unit.text,
                     "kind", "regular", "title", "Thử tải (chibo-bench)",
                     "starts_at", (json_int_t)1800000000000, "zone",
                     "Asia/Ho_Chi_Minh", "place", "", "chair",
                     peers[0].holder.text, "minute_taker",
                     peers[load->rooms[room].peer_count > 1].holder.text);
}

/* One of a kind for each room, or each peer. */
static enum result make_all(struct bench_load *load, size_t count,
                            json_t *(*request)(const struct bench_load *load,
                                               size_t place),
                            bench_made_fn on_made)
{
    const char *what = _("test cells and members are made");

    bench_admin_begin(&load->admin, on_made, load);
    for (size_t i = 0; i < count; i++) {
        bench_progress(what, i, count);
        if (bench_stop_is_due())
            break;
        bench_admin_push(&load->admin, request(load, i));
    }
    if (bench_admin_settle(&load->admin) != RESULT_OK)
        return RESULT_REFUSED;
    return bench_stop_is_due() ? RESULT_CLOSED : RESULT_OK;
}

/* One room may have more peers than members: more than a meeting has people,
 * or as asked for. */
static size_t count_members(const struct bench_load *load)
{
    const size_t most = load->people > 0 && load->people < LIMIT_ROSTER
                            ? load->people
                            : LIMIT_ROSTER;

    return load->room_count == 1 && load->peer_count > most ? most
                                                            : load->peer_count;
}

/* The others are further devices of all but the first member, who presides. */
static void give_second_devices(struct bench_load *load)
{
    const size_t members = count_members(load);

    for (size_t i = members; i < load->peer_count; i++)
        load->peers[i].holder =
            load->peers[1 + (i - members) % (members - 1)].holder;
}

enum result bench_cells_make(struct bench_load *load)
{
    enum result result = load->is_thrown_away
                             ? RESULT_OK
                             : clear_left_over(load, load->admin.path);

    for (size_t i = 0; i < load->peer_count; i++) {
        if (RAND_bytes(load->peers[i].token, BENCH_TOKEN_SIZE) != 1)
            return RESULT_CRYPTO;
        load->peers[i].enrols = true;
    }
    if (result == RESULT_OK)
        result = make_all(load, load->room_count, cell, on_cell_made);
    if (result == RESULT_OK)
        result = make_all(load, count_members(load), member, on_member_made);
    give_second_devices(load);
    if (result == RESULT_OK)
        result = make_all(load, load->peer_count, invitation, NULL);
    if (result == RESULT_OK)
        result = make_all(load, load->room_count, meeting, on_meeting_made);
    return result;
}

enum result bench_cells_clear(struct bench_load *load)
{
    const char *what = _("test members are removed");

    bench_admin_begin(&load->admin, NULL, NULL);
    for (size_t i = 0; i < load->peer_count; i++) {
        bench_progress(what, i, load->peer_count);
        if (!identifier_is_empty(&load->peers[i].holder))
            bench_admin_push(&load->admin, removal(load->peers[i].holder.text));
    }
    return bench_admin_settle(&load->admin);
}
