#include "tests/support/register_world.h"

#include "protocol/record/signing_key.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t start_ms = 1764000000000;

struct identifier id_of(const char *text)
{
    struct identifier id;
    const enum result result =
        identifier_parse_optional(text_view_of(text), &id);

    assert(result == RESULT_OK);
    (void)result;
    return id;
}

struct sealed text_of(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

struct key device_key(unsigned number)
{
    struct key key = { { 0 } };

    key.bytes[0] = (uint8_t)(number + 7);
    key.bytes[1] = (uint8_t)(number >> 8);
    key.bytes[2] = 0x5a;
    return key;
}

struct actor administrator(void)
{
    return (struct actor){ .kind = ACTOR_ADMINISTRATOR };
}

struct actor holder(const char *id, unsigned device)
{
    return (struct actor){ ACTOR_HOLDER, id_of(id), device_key(device) };
}

/* --- Commands ------------------------------------------------------------ */

struct command add_unit(enum unit_kind kind, const char *parent,
                        const char *name)
{
    return (struct command){ .op = OP_ADD_UNIT,
                             .body.add_unit = { .kind = (int)kind,
                                                .parent = id_of(parent),
                                                .name = text_of(name) } };
}

struct command add_member(const char *unit, const char *name,
                          enum category category, enum office office)
{
    return (struct command){ .op = OP_ADD_MEMBER,
                             .body.add_member = { .unit = id_of(unit),
                                                  .category = (int)category,
                                                  .office = (int)office,
                                                  .name = text_of(name) } };
}

struct command change_member(const char *member, const char *unit,
                             enum category category, enum office office)
{
    return (struct command){ .op = OP_CHANGE_MEMBER,
                             .body.change_member = {
                                 .member = id_of(member),
                                 .unit = id_of(unit),
                                 .category = (int)category,
                                 .office = (int)office,
                                 .name = text_of("Đảng viên Mẫu đã đổi") } };
}

struct command invite(const char *holder_id, uint8_t token)
{
    struct command command = { .op = OP_INVITE };

    command.body.invite.holder = id_of(holder_id);
    command.body.invite.token.bytes[0] = token;
    return command;
}

struct command schedule(const char *unit, const char *chair, const char *deputy,
                        const char *minute_taker)
{
    static struct agenda_title titles[2];

    titles[0].title = text_of("Kiểm điểm tháng trước");
    titles[1].title = text_of("Nghị quyết tháng này");
    return (struct command){ .op = OP_SCHEDULE_MEETING,
                             .body.schedule_meeting = {
                                 .unit = id_of(unit),
                                 .kind = KIND_REGULAR,
                                 .title = text_of("Sinh hoạt thường kỳ"),
                                 .starts_at = 1764073800000,
                                 .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
                                 .place = text_of("Hội trường tầng 2"),
                                 .chair = id_of(chair),
                                 .deputy = id_of(deputy),
                                 .minute_taker = id_of(minute_taker),
                                 .agenda = { titles, 2 } } };
}

/* --- The world ----------------------------------------------------------- */

/* Where nobody of the holder signed a revocation, the server does. */
static void sign_for_the_server(const struct register_world *world,
                                struct register_event *event)
{
    struct register_device_revoked *revoked = &event->body.device_revoked;
    static const struct key nobody;

    if (event->kind != REGISTER_DEVICE_REVOKED_KIND ||
        !key_equal(&revoked->signer, &nobody))
        return;
    revoked->signer = world->state->server;
    revoked->seen = world->state->next_seq - 1;
}

/* The events of a decision stay readable while the world lives. */
void register_world_apply(struct register_world *world)
{
    world->kept =
        realloc(world->kept, (world->kept_count + 1) * sizeof *world->kept);
    assert(world->kept);
    for (size_t i = 0; i < world->last.count; i++) {
        struct register_event *event = &world->last.events[i];
        enum result result;

        event->seq = world->state->next_seq;
        event->at_ms = world->now_ms;
        sign_for_the_server(world, event);
        result = register_state_apply(world->state, event);
        assert(result == RESULT_OK);
        (void)result;
        assert(world->event_count < WORLD_EVENTS_MAX);
        world->events[world->event_count++] = *event;
    }
    world->kept[world->kept_count++] = world->last;
    world->last.events = NULL;
    world->last.agenda = NULL;
    world->last.groups = NULL;
}

static void drop_last(struct register_world *world)
{
    register_decision_release(&world->last);
}

enum refusal_code register_world_ask(struct register_world *world,
                                     struct actor actor,
                                     const struct command *command)
{
    drop_last(world);
    register_rules_decide(world->state, world->rules, &actor, command,
                          world->now_ms, &world->last);
    return world->last.refusal.code;
}

enum refusal_code register_world_do(struct register_world *world,
                                    struct actor actor,
                                    const struct command *command)
{
    if (register_world_ask(world, actor, command) == REFUSAL_NONE)
        register_world_apply(world);
    return world->last.refusal.code;
}

enum refusal_code register_world_enrol(struct register_world *world,
                                       uint8_t token, const char *holder_id,
                                       unsigned device)
{
    const struct hash token_hash = { { token } };
    const struct identifier id = id_of(holder_id);
    const struct key key = device_key(device);
    const struct sealed label = text_of("Điện thoại");
    const struct hash exporter = { { 1 } };
    const struct signature sig = { { 2 } };

    drop_last(world);
    register_rules_enrol(world->state, &token_hash, &id, &key, &label,
                         &exporter, &sig, world->now_ms, &world->last);
    if (world->last.refusal.code == REFUSAL_NONE)
        register_world_apply(world);
    return world->last.refusal.code;
}

void register_world_init(struct register_world *world)
{
    const uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 9 };
    const struct identifier organisation = id_of("dbmau");
    struct signing_key server;
    enum result result;

    static const struct ruleset base;

    *world = (struct register_world){ .now_ms = start_ms, .rules = &base };
    world->events = calloc(WORLD_EVENTS_MAX, sizeof *world->events);
    assert(world->events);
    result = register_state_new(&world->state);
    assert(result == RESULT_OK);
    result = signing_key_init(&server, seed);
    assert(result == RESULT_OK);
    (void)result;
    register_rules_found(world->state, &organisation, &server.public_key,
                         TEXT_LITERAL("Đảng bộ Mẫu"), &world->last);
    assert(world->last.refusal.code == REFUSAL_NONE);
    register_world_apply(world);
}

static void must(struct register_world *world, struct command command)
{
    const enum refusal_code code =
        register_world_do(world, administrator(), &command);

    assert(code == REFUSAL_NONE);
    (void)code;
}

static void give_device(struct register_world *world, const char *holder_id,
                        unsigned device)
{
    enum refusal_code code;

    must(world, invite(holder_id, (uint8_t)(100 + device)));
    code =
        register_world_enrol(world, (uint8_t)(100 + device), holder_id, device);
    assert(code == REFUSAL_NONE);
    (void)code;
}

void register_world_settle(struct register_world *world)
{
    static const struct {
        const char *unit, *name;
        enum category category;
        enum office office;
    } people[] = {
        { "u2", "Đảng viên Mẫu 01", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER },
        { "u2", "Đảng viên Mẫu 02", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER },
        { "u2", "Đảng viên Mẫu 03", CATEGORY_OFFICIAL, OFFICE_NONE },
        { "u2", "Đảng viên Mẫu 04", CATEGORY_PROBATIONARY, OFFICE_NONE },
        { "u2", "Quần chúng Mẫu 05", CATEGORY_GUEST, OFFICE_NONE },
        { "u2", "Cấp ủy viên Mẫu 06", CATEGORY_UPPER_DELEGATE, OFFICE_NONE },
        { "u3", "Đảng viên Mẫu 07", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER },
    };
    struct command add_site = { .op = OP_ADD_SITE };

    register_world_init(world);
    must(world, add_unit(UNIT_PARTY_ORG, "", "Đảng bộ cơ sở Mẫu"));
    must(world, add_unit(UNIT_CELL, "u1", "Chi bộ Mẫu 1"));
    must(world, add_unit(UNIT_CELL, "u1", "Chi bộ Mẫu 2"));
    must(world, add_unit(UNIT_PARTY_GROUP, "u2", "Tổ đảng số 1"));
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        must(world, add_member(people[i].unit, people[i].name,
                               people[i].category, people[i].office));
    add_site.body.add_site =
        (struct command_add_site){ .unit = id_of("u2"),
                                   .keeper = id_of("m3"),
                                   .name = text_of("Điểm cầu A") };
    must(world, add_site);
    give_device(world, "m1", 1);
    give_device(world, "m2", 2);
    give_device(world, "m3", 3);
    give_device(world, "m4", 4);
    give_device(world, "m7", 7);
    give_device(world, "s1", 20);
}

void register_world_release(struct register_world *world)
{
    drop_last(world);
    for (size_t i = 0; i < world->kept_count; i++)
        register_decision_release(&world->kept[i]);
    free(world->kept);
    free(world->events);
    world->state = register_state_free(world->state);
}

int register_world_set_up(void **state)
{
    struct register_world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    register_world_settle(world);
    *state = world;
    return 0;
}

int register_world_tear_down(void **state)
{
    register_world_release(*state);
    free(*state);
    return 0;
}

const char *register_world_argument(const struct register_world *world,
                                    const char *name)
{
    for (int i = 0; i < world->last.refusal.arg_count; i++)
        if (strcmp(world->last.refusal.args[i].name, name) == 0)
            return world->last.refusal.args[i].text;
    return "";
}

void assert_made(const struct register_world *world, const char *id)
{
    assert_string_equal(world->last.made.text, id);
}

/* --- Comparing ----------------------------------------------------------- */

/* Rows are zeroed before they are filled, so padding compares equal too only
 * where a row was assigned as a whole; therefore fields, one by one. */
static bool units_equal(const struct register_state *a,
                        const struct register_state *b)
{
    for (size_t i = 0; i < a->unit_count; i++)
        if (!identifier_equal(&a->units[i].id, &b->units[i].id) ||
            a->units[i].kind != b->units[i].kind ||
            !identifier_equal(&a->units[i].parent, &b->units[i].parent) ||
            !identifier_equal(&a->units[i].first_parent,
                              &b->units[i].first_parent) ||
            a->units[i].has_met != b->units[i].has_met ||
            a->units[i].name_seq != b->units[i].name_seq)
            return false;
    for (size_t i = 0; i < a->move_count; i++)
        if (!identifier_equal(&a->moves[i].unit, &b->moves[i].unit) ||
            !identifier_equal(&a->moves[i].parent, &b->moves[i].parent) ||
            a->moves[i].since_ms != b->moves[i].since_ms)
            return false;
    return true;
}

static bool server_keys_equal(const struct register_state *a,
                              const struct register_state *b)
{
    for (size_t i = 0; i < a->server_key_count; i++)
        if (!key_equal(&a->server_keys[i].key, &b->server_keys[i].key) ||
            a->server_keys[i].since != b->server_keys[i].since ||
            a->server_keys[i].is_proven != b->server_keys[i].is_proven)
            return false;
    return true;
}

static bool people_equal(const struct register_state *a,
                         const struct register_state *b)
{
    for (size_t i = 0; i < a->member_count; i++) {
        const struct register_member *x = &a->members[i];
        const struct register_member *y = &b->members[i];

        if (!identifier_equal(&x->id, &y->id) ||
            !identifier_equal(&x->unit, &y->unit) ||
            !identifier_equal(&x->group, &y->group) ||
            x->category != y->category || x->office != y->office ||
            x->name_seq != y->name_seq || x->is_removed != y->is_removed)
            return false;
    }
    for (size_t i = 0; i < a->site_count; i++)
        if (!identifier_equal(&a->sites[i].id, &b->sites[i].id) ||
            !identifier_equal(&a->sites[i].keeper, &b->sites[i].keeper) ||
            a->sites[i].name_seq != b->sites[i].name_seq)
            return false;
    return true;
}

static bool device_equals(const struct register_device *a,
                          const struct register_device *b)
{
    if (!key_equal(&a->key, &b->key) ||
        !identifier_equal(&a->holder, &b->holder) ||
        a->is_revoked != b->is_revoked || a->is_vouched != b->is_vouched ||
        a->is_founding != b->is_founding ||
        a->enrolled_seq != b->enrolled_seq ||
        a->voucher_count != b->voucher_count)
        return false;
    for (size_t i = 0; i < a->voucher_count; i++)
        if (!identifier_equal(&a->vouchers[i], &b->vouchers[i]))
            return false;
    return true;
}

static bool devices_equal(const struct register_state *a,
                          const struct register_state *b)
{
    for (size_t i = 0; i < a->device_count; i++)
        if (!device_equals(&a->devices[i], &b->devices[i]))
            return false;
    for (size_t i = 0; i < a->pairing_count; i++)
        if (!key_equal(&a->pairings[i].signer, &b->pairings[i].signer) ||
            !key_equal(&a->pairings[i].device, &b->pairings[i].device))
            return false;
    for (size_t i = 0; i < a->invitation_count; i++)
        if (!identifier_equal(&a->invitations[i].id, &b->invitations[i].id) ||
            !hash_equal(&a->invitations[i].token, &b->invitations[i].token) ||
            a->invitations[i].is_over != b->invitations[i].is_over)
            return false;
    return true;
}

static bool meetings_equal(const struct register_state *a,
                           const struct register_state *b)
{
    for (size_t i = 0; i < a->meeting_count; i++) {
        const struct register_meeting *x = &a->meetings[i];
        const struct register_meeting *y = &b->meetings[i];

        if (!identifier_equal(&x->id, &y->id) || x->phase != y->phase ||
            x->seq != y->seq || x->agenda_count != y->agenda_count ||
            strcmp(x->zone, y->zone) != 0 ||
            !identifier_equal(&x->chair, &y->chair) ||
            !identifier_equal(&x->part_of, &y->part_of) ||
            x->groups_year != y->groups_year ||
            x->groups_members != y->groups_members ||
            x->groups_before != y->groups_before)
            return false;
    }
    return true;
}

bool register_states_equal(const struct register_state *a,
                           const struct register_state *b)
{
    return a->next_seq == b->next_seq && a->at_ms == b->at_ms &&
           a->unit_count == b->unit_count &&
           a->member_count == b->member_count &&
           a->site_count == b->site_count &&
           a->device_count == b->device_count &&
           a->invitation_count == b->invitation_count &&
           a->meeting_count == b->meeting_count &&
           a->server_key_count == b->server_key_count &&
           a->move_count == b->move_count &&
           a->restored_count == b->restored_count &&
           a->pairing_count == b->pairing_count && server_keys_equal(a, b) &&
           identifier_equal(&a->organisation, &b->organisation) &&
           identifier_equal(&a->last_ended, &b->last_ended) &&
           hash_equal(&a->last_ended_head, &b->last_ended_head) &&
           units_equal(a, b) && people_equal(a, b) && devices_equal(a, b) &&
           meetings_equal(a, b);
}
