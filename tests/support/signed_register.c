#include "tests/support/signed_register.h"

#include "protocol/record/statement_minutes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SCOPE TEXT_LITERAL(AUTHOR_ORGANISATION)

static struct identifier id(const char *text)
{
    struct identifier out = { "" };

    (void)snprintf(out.text, sizeof out.text, "%s", text);
    return out;
}

static struct key public_key(const char *name)
{
    return author_key(name).public_key;
}

void signed_register_apply(struct signed_register *world,
                           struct register_event *event)
{
    event->seq = world->state->next_seq;
    event->at_ms = INT64_C(1795000000000) + (int64_t)event->seq * 1000;
    assert_int_equal(register_state_apply(world->state, event), RESULT_OK);
}

/* An event at the next place, having seen all before it. */
static struct register_event next(const struct signed_register *world,
                                  enum register_event_kind kind)
{
    return (struct register_event){ .seq = world->state->next_seq,
                                    .kind = kind };
}

static struct statement_seen seen(const struct signed_register *world)
{
    return (struct statement_seen){ world->state->next_seq - 1, world->head };
}

static void sign(const struct signing_key *key, enum result result,
                 uint8_t *bytes, size_t size, struct signature *out)
{
    assert_int_equal(result, RESULT_OK);
    assert_int_equal(statement_sign(key, bytes, size, out), RESULT_OK);
    free(bytes);
}

struct register_event signed_enrol(struct signed_register *world,
                                   const char *holder, const char *key)
{
    struct register_event invited = next(world, REGISTER_INVITATION_MADE_KIND);
    struct register_event event;
    struct register_device_enrolled *body = &event.body.device_enrolled;
    const struct signing_key device = author_key(key);
    struct statement_enrol fields = { .server = world->state->server,
                                      .member = text_view_of(holder),
                                      .label = TEXT_LITERAL(SIGNED_LABEL) };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    identifier_number(&invited.body.invitation_made.invitation, "i",
                      world->state->next_seq);
    invited.body.invitation_made.holder = id(holder);
    memset(invited.body.invitation_made.token.bytes,
           (int)world->state->next_seq, HASH_SIZE);
    signed_register_apply(world, &invited);

    event = next(world, REGISTER_DEVICE_ENROLLED_KIND);
    body->holder = id(holder);
    body->device = device.public_key;
    body->invitation = invited.body.invitation_made.invitation;
    memset(body->exporter.bytes, 0x3e, HASH_SIZE);
    fields.exporter = body->exporter;
    fields.token = invited.body.invitation_made.token;
    result = statement_enrol(&device.public_key, SCOPE, &fields, &bytes, &size);
    sign(&device, result, bytes, size, &body->sig);
    return event;
}

struct register_event signed_add(const struct signed_register *world,
                                 const char *holder, const char *key,
                                 const char *signer)
{
    struct register_event event = next(world, REGISTER_DEVICE_ADDED_KIND);
    struct register_device_added *body = &event.body.device_added;
    const struct signing_key device = author_key(signer);
    const struct statement_device_add fields = {
        .member = text_view_of(holder),
        .device = public_key(key),
        .label = TEXT_LITERAL(SIGNED_LABEL),
        .seen = seen(world),
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    body->holder = id(holder);
    body->device = fields.device;
    body->signer = device.public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    result = statement_device_add(&body->signer, SCOPE, &fields, &bytes, &size);
    sign(&device, result, bytes, size, &body->sig);
    return event;
}

struct register_event signed_vouch(const struct signed_register *world,
                                   const char *holder, const char *key,
                                   const char *by, const char *signer)
{
    struct register_event event = next(world, REGISTER_DEVICE_VOUCHED_KIND);
    struct register_device_vouched *body = &event.body.device_vouched;
    const struct signing_key device = author_key(signer);
    const struct statement_vouch fields = {
        .member = text_view_of(holder),
        .device = public_key(key),
        .how = TEXT_LITERAL("sight"),
        .seen = seen(world),
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    body->holder = id(holder);
    body->device = fields.device;
    body->how = VOUCH_SIGHT;
    body->by = id(by);
    body->signer = device.public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    result = statement_vouch(&body->signer, SCOPE, &fields, &bytes, &size);
    sign(&device, result, bytes, size, &body->sig);
    return event;
}

struct register_event signed_revoke(const struct signed_register *world,
                                    const char *holder, const char *key,
                                    const char *signer)
{
    struct register_event event = next(world, REGISTER_DEVICE_REVOKED_KIND);
    struct register_device_revoked *body = &event.body.device_revoked;
    const struct signing_key device =
        signer ? author_key(signer) : world->server;
    const struct statement_revoke fields = {
        .member = text_view_of(holder),
        .device = public_key(key),
        .reason = TEXT_LITERAL(SIGNED_REASON),
        .seen = seen(world),
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    body->holder = id(holder);
    body->device = fields.device;
    body->signer = device.public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    result = statement_revoke(&body->signer, SCOPE, &fields, &bytes, &size);
    sign(&device, result, bytes, size, &body->sig);
    return event;
}

static struct statement_erratum erratum_of(const struct signed_register *world,
                                           const char *member,
                                           enum minutes_signer role)
{
    return (struct statement_erratum){
        .member = text_view_of(member),
        .role = text_view_of(enum_word(&minutes_signer_words, (int)role)),
        .number = 1,
        .minutes = { { 0x11 } },
        .erratum = { { 0x22 } },
        .seen = seen(world),
    };
}

static struct signature sign_erratum(const struct statement_erratum *fields,
                                     const char *member)
{
    const struct signing_key device = author_key(member);
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result =
        statement_erratum(&device.public_key, TEXT_LITERAL(AUTHOR_MEETING),
                          fields, &bytes, &size);

    sign(&device, result, bytes, size, &sig);
    return sig;
}

struct register_event signed_erratum(const struct signed_register *world,
                                     const char *member,
                                     enum minutes_signer role)
{
    const struct statement_erratum fields = erratum_of(world, member, role);
    struct register_event event = next(world, REGISTER_ERRATUM_PROPOSED_KIND);
    struct register_erratum_proposed *body = &event.body.erratum_proposed;

    body->meeting = id(AUTHOR_MEETING);
    body->number = fields.number;
    body->minutes = fields.minutes;
    body->erratum.commitment = fields.erratum;
    body->role = (int)role;
    body->member = id(member);
    body->signer = public_key(member);
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    body->sig = sign_erratum(&fields, member);
    return event;
}

struct register_event signed_second(const struct signed_register *world,
                                    const char *member,
                                    enum minutes_signer role)
{
    const struct statement_erratum fields = erratum_of(world, member, role);
    struct register_event event = next(world, REGISTER_ERRATUM_SIGNED_KIND);
    struct register_erratum_signed *body = &event.body.erratum_signed;

    body->meeting = id(AUTHOR_MEETING);
    body->number = fields.number;
    body->minutes = fields.minutes;
    body->c = fields.erratum;
    body->role = (int)role;
    body->member = id(member);
    body->signer = public_key(member);
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    body->sig = sign_erratum(&fields, member);
    return event;
}

struct register_event signed_key_change(const struct signed_register *world,
                                        const char *key)
{
    struct register_event event = next(world, REGISTER_SERVER_KEY_CHANGED_KIND);
    struct register_server_key_changed *body = &event.body.server_key_changed;
    const struct statement_server_key fields = { .server = public_key(key),
                                                 .seen = seen(world) };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    body->server = fields.server;
    body->signer = world->server.public_key;
    body->seen = fields.seen.seq;
    body->head = fields.seen.head;
    result = statement_server_key(&body->signer, SCOPE, &fields, &bytes, &size);
    sign(&world->server, result, bytes, size, &body->sig);
    return event;
}

/* --- The organisation ---------------------------------------------------- */

static void add_unit(struct signed_register *world, const char *unit,
                     enum unit_kind kind, const char *parent)
{
    struct register_event event = next(world, REGISTER_UNIT_ADDED_KIND);

    event.body.unit_added.unit = id(unit);
    event.body.unit_added.kind = (int)kind;
    event.body.unit_added.parent = id(parent);
    signed_register_apply(world, &event);
}

static void add_member(struct signed_register *world, const char *member,
                       const char *unit, enum category category,
                       enum office office)
{
    struct register_event event = next(world, REGISTER_MEMBER_ADDED_KIND);

    event.body.member_added.member = id(member);
    event.body.member_added.unit = id(unit);
    event.body.member_added.category = (int)category;
    event.body.member_added.office = (int)office;
    if (strcmp(member, "m3") == 0)
        event.body.member_added.group = id("u4");
    signed_register_apply(world, &event);
}

static void add_site(struct signed_register *world)
{
    struct register_event event = next(world, REGISTER_SITE_ADDED_KIND);

    event.body.site_added.site = id("s1");
    event.body.site_added.unit = id("u2");
    event.body.site_added.keeper = id("m2");
    signed_register_apply(world, &event);
}

static void enrol_and_vouch(struct signed_register *world)
{
    static const char *const holders[] = { "m1", "m2", "m3", "m7", "s1" };
    static const char *const vouches[][2] = {
        { "m1", "m2" }, { "m2", "m1" }, { "m3", "m1" }, { "m3", "m2" }
    };
    struct register_event event;
    size_t i;

    for (i = 0; i < sizeof holders / sizeof holders[0]; i++) {
        event = signed_enrol(world, holders[i], holders[i]);
        signed_register_apply(world, &event);
    }
    for (i = 0; i < sizeof vouches / sizeof vouches[0]; i++) {
        event = signed_vouch(world, vouches[i][0], vouches[i][0], vouches[i][1],
                             vouches[i][1]);
        signed_register_apply(world, &event);
    }
}

static void call_meeting(struct signed_register *world)
{
    struct register_event event = next(world, REGISTER_MEETING_SCHEDULED_KIND);
    struct register_meeting_scheduled *body = &event.body.meeting_scheduled;

    body->meeting = id(AUTHOR_MEETING);
    body->unit = id("u2");
    body->kind = KIND_REGULAR;
    body->starts_at = INT64_C(1795100000000);
    body->zone = TEXT_LITERAL("Asia/Ho_Chi_Minh");
    body->chair = id("m1");
    body->minute_taker = id("m2");
    signed_register_apply(world, &event);
}

void signed_register_init(struct signed_register *world)
{
    struct register_event event = { .kind = REGISTER_GENESIS_KIND };

    *world = (struct signed_register){ .server = author_key("server") };
    memset(world->head.bytes, 0x4d, HASH_SIZE);
    assert_int_equal(register_state_new(&world->state), RESULT_OK);
    event.body.genesis.version = 1;
    event.body.genesis.organisation = id(AUTHOR_ORGANISATION);
    event.body.genesis.server = world->server.public_key;
    signed_register_apply(world, &event);
    add_unit(world, "u1", UNIT_PARTY_ORG, "");
    add_unit(world, "u2", UNIT_CELL, "u1");
    add_unit(world, "u3", UNIT_CELL, "u1");
    add_unit(world, "u4", UNIT_PARTY_GROUP, "u2");
    add_member(world, "m1", "u2", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER);
    add_member(world, "m2", "u2", CATEGORY_OFFICIAL, OFFICE_DEPUTY_LEADER);
    add_member(world, "m3", "u2", CATEGORY_OFFICIAL, OFFICE_NONE);
    add_member(world, "m4", "u2", CATEGORY_GUEST, OFFICE_NONE);
    add_member(world, "m7", "u3", CATEGORY_OFFICIAL, OFFICE_CELL_LEADER);
    add_site(world);
    enrol_and_vouch(world);
    call_meeting(world);
}

void signed_register_release(struct signed_register *world)
{
    world->state = register_state_free(world->state);
}
