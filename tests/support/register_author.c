#include "tests/support/register_author.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement.h"

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

static struct sealed plain(const char *value)
{
    return (struct sealed){ .value = text_view_of(value), .has_value = true };
}

static struct statement_seen seen(const struct log_author *author)
{
    return (struct statement_seen){ author->count - 1,
                                    author->heads[author->count - 1] };
}

/* Signs what was made of a statement, and frees it. */
static struct signature sign(const struct signing_key *key, enum result made,
                             uint8_t *bytes, size_t size)
{
    struct signature sig;

    assert_int_equal(made, RESULT_OK);
    assert_int_equal(statement_sign(key, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

void register_author_init(struct log_author *author)
{
    log_author_init(author);
    author->scope = id(AUTHOR_ORGANISATION);
}

void register_author_point(const struct log_author *author,
                           struct log_author *meeting)
{
    meeting->register_seq = author->count - 1;
    meeting->register_head = author->heads[author->count - 1];
}

/* --- Devices ------------------------------------------------------------- */

const char *register_author_enrol(struct log_author *author, const char *holder,
                                  const char *key)
{
    struct register_event event = { .kind = REGISTER_INVITATION_MADE_KIND };
    struct register_device_enrolled *body = &event.body.device_enrolled;
    const struct signing_key device = author_key(key);
    struct statement_enrol fields = { .server = author->server.public_key,
                                      .member = text_view_of(holder),
                                      .label = TEXT_LITERAL(REGISTER_LABEL) };
    struct identifier invitation;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made;

    identifier_number(&invitation, "i", author->count);
    fields.token = digest_sha256(key, strlen(key));
    event.body.invitation_made.invitation = invitation;
    event.body.invitation_made.holder = id(holder);
    event.body.invitation_made.token = fields.token;
    event.body.invitation_made.expires_at = author->at_ms + 3600000;
    (void)log_author_add_register(author, &event);
    event = (struct register_event){ .kind = REGISTER_DEVICE_ENROLLED_KIND };
    body->holder = id(holder);
    body->device = device.public_key;
    body->label = plain(REGISTER_LABEL);
    body->invitation = invitation;
    memset(body->exporter.bytes, 0x3e, HASH_SIZE);
    fields.exporter = body->exporter;
    made = statement_enrol(&device.public_key, SCOPE, &fields, &bytes, &size);
    body->sig = sign(&device, made, bytes, size);
    return log_author_add_register(author, &event);
}

const char *register_author_add(struct log_author *author, const char *holder,
                                const char *key, const char *signer)
{
    struct register_event event = { .kind = REGISTER_DEVICE_ADDED_KIND };
    struct register_device_added *body = &event.body.device_added;
    const struct signing_key device = author_key(signer);
    const struct statement_device_add fields = {
        .member = text_view_of(holder),
        .device = author_key(key).public_key,
        .label = TEXT_LITERAL(REGISTER_LABEL),
        .seen = seen(author),
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made =
        statement_device_add(&device.public_key, SCOPE, &fields, &bytes, &size);

    *body = (struct register_device_added){ .holder = id(holder),
                                            .device = fields.device,
                                            .label = plain(REGISTER_LABEL),
                                            .signer = device.public_key,
                                            .seen = fields.seen.seq,
                                            .head = fields.seen.head };
    body->sig = sign(&device, made, bytes, size);
    return log_author_add_register(author, &event);
}

const char *register_author_vouch(struct log_author *author, const char *holder,
                                  const char *key, const char *by)
{
    struct register_event event = { .kind = REGISTER_DEVICE_VOUCHED_KIND };
    struct register_device_vouched *body = &event.body.device_vouched;
    const struct signing_key device = author_key(by);
    const struct statement_vouch fields = { .member = text_view_of(holder),
                                            .device =
                                                author_key(key).public_key,
                                            .how = TEXT_LITERAL("sight"),
                                            .seen = seen(author) };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made =
        statement_vouch(&device.public_key, SCOPE, &fields, &bytes, &size);

    *body = (struct register_device_vouched){ .holder = id(holder),
                                              .device = fields.device,
                                              .how = VOUCH_SIGHT,
                                              .by = id(by),
                                              .signer = device.public_key,
                                              .seen = fields.seen.seq,
                                              .head = fields.seen.head };
    body->sig = sign(&device, made, bytes, size);
    return log_author_add_register(author, &event);
}

const char *register_author_revoke(struct log_author *author,
                                   const char *holder, const char *key)
{
    struct register_event event = { .kind = REGISTER_DEVICE_REVOKED_KIND };
    struct register_device_revoked *body = &event.body.device_revoked;
    const struct statement_revoke fields = { .member = text_view_of(holder),
                                             .device =
                                                 author_key(key).public_key,
                                             .reason = TEXT_LITERAL("Mất máy"),
                                             .seen = seen(author) };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made = statement_revoke(&author->server.public_key, SCOPE,
                                        &fields, &bytes, &size);

    *body =
        (struct register_device_revoked){ .holder = id(holder),
                                          .device = fields.device,
                                          .reason = plain("Mất máy"),
                                          .signer = author->server.public_key,
                                          .seen = fields.seen.seq,
                                          .head = fields.seen.head };
    body->sig = sign(&author->server, made, bytes, size);
    return log_author_add_register(author, &event);
}

/* --- Others -------------------------------------------------------------- */

static const char *add_unit(struct log_author *author, const char *unit,
                            enum unit_kind kind, const char *parent)
{
    struct register_event event = { .kind = REGISTER_UNIT_ADDED_KIND };

    event.body.unit_added.unit = id(unit);
    event.body.unit_added.kind = (int)kind;
    event.body.unit_added.parent = id(parent);
    event.body.unit_added.name = plain("Chi bộ Mẫu");
    return log_author_add_register(author, &event);
}

const char *register_author_add_unit(struct log_author *author,
                                     const char *unit)
{
    return add_unit(author, unit, UNIT_CELL, "u1");
}

const char *register_author_restored(struct log_author *author,
                                     uint64_t lost_seq)
{
    struct register_event event = { .kind = REGISTER_RESTORED_KIND };

    event.body.restored.from = author->count;
    event.body.restored.lost_seq = lost_seq;
    return log_author_add_register(author, &event);
}

static void add_member(struct log_author *author, const char *member,
                       enum category category, const char *name)
{
    struct register_event event = { .kind = REGISTER_MEMBER_ADDED_KIND };

    event.body.member_added.member = id(member);
    event.body.member_added.unit = id("u2");
    event.body.member_added.category = (int)category;
    event.body.member_added.office = OFFICE_NONE;
    event.body.member_added.name = plain(name);
    (void)log_author_add_register(author, &event);
}

const char *register_author_began(struct log_author *author,
                                  const struct hash *head)
{
    struct register_event event = { .kind = REGISTER_MEETING_BEGAN_KIND };

    event.body.meeting_began.meeting = id(AUTHOR_MEETING);
    event.body.meeting_began.head = *head;
    return log_author_add_register(author, &event);
}

const char *register_author_ended(struct log_author *author, uint64_t final_seq,
                                  const struct hash *head)
{
    struct register_event event = { .kind = REGISTER_MEETING_ENDED_KIND };

    event.body.meeting_ended.meeting = id(AUTHOR_MEETING);
    event.body.meeting_ended.final_seq = final_seq;
    event.body.meeting_ended.head = *head;
    return log_author_add_register(author, &event);
}

static void schedule(struct log_author *author)
{
    struct register_event event = { .kind = REGISTER_MEETING_SCHEDULED_KIND };
    struct register_meeting_scheduled *body = &event.body.meeting_scheduled;

    body->meeting = id(AUTHOR_MEETING);
    body->unit = id("u2");
    body->kind = KIND_REGULAR;
    body->title = plain("Sinh hoạt chi bộ tháng 11");
    body->zone = TEXT_LITERAL("Asia/Ho_Chi_Minh");
    body->place = plain("Nhà văn hoá");
    body->chair = id("m1");
    body->minute_taker = id("m2");
    (void)log_author_add_register(author, &event);
}

void register_author_call_meeting(struct log_author *author)
{
    struct register_event event = { .kind = REGISTER_GENESIS_KIND };

    event.body.genesis.version = 1;
    event.body.genesis.organisation = author->scope;
    event.body.genesis.server = author->server.public_key;
    event.body.genesis.name = plain("Đảng bộ xã Mẫu");
    (void)log_author_add_register(author, &event);
    (void)add_unit(author, "u1", UNIT_PARTY_ORG, "");
    (void)add_unit(author, "u2", UNIT_CELL, "u1");
    add_member(author, "m1", CATEGORY_OFFICIAL, "Đảng viên Mẫu 01");
    add_member(author, "m2", CATEGORY_OFFICIAL, "Đảng viên Mẫu 02");
    add_member(author, "m4", CATEGORY_OFFICIAL, "Đảng viên Mẫu 04");
    add_member(author, "m9", CATEGORY_GUEST, "Quần chúng Mẫu 09");
    (void)register_author_enrol(author, "m1", "m1");
    (void)register_author_enrol(author, "m2", "m2");
    (void)register_author_enrol(author, "m4", "m4");
    (void)register_author_enrol(author, "m9", "m9");
    schedule(author);
    assert_int_equal(author->count, REGISTER_CALLED);
}
