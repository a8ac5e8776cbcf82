#include "tests/support/log_author.h"

#include "protocol/record/digest.h"
#include "protocol/record/hash_chain.h"
#include "protocol/record/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

struct signing_key author_key(const char *name)
{
    struct hash seed = digest_sha256(name, strlen(name));
    struct signing_key key;

    assert_int_equal(signing_key_init(&key, seed.bytes), RESULT_OK);
    return key;
}

void log_author_init(struct log_author *author)
{
    *author = (struct log_author){ .scope = { AUTHOR_MEETING },
                                   .at_ms = INT64_C(1795000000000) };
    memset(author->room_key.bytes, 3, sizeof author->room_key.bytes);
    author->server = author_key("server");
}

void log_author_release(struct log_author *author)
{
    size_t i;

    for (i = 0; i < AUTHOR_EVENTS_MAX; i++)
        free(author->events[i]);
    for (i = 0; i < AUTHOR_OPENINGS_MAX; i++)
        free(author->openings[i]);
    for (i = 0; i < author->kept_count; i++)
        free(author->kept[i]);
}

char *log_author_lines(char *const *lines, size_t count)
{
    size_t size = 1, i;
    char *text;

    for (i = 0; i < count; i++)
        size += strlen(lines[i]) + 1;
    text = calloc(1, size);
    assert_non_null(text);
    for (i = 0; i < count; i++) {
        strncat(text, lines[i], size - strlen(text) - 1);
        strncat(text, "\n", size - strlen(text) - 1);
    }
    return text;
}

static void keep_openings(struct log_author *author,
                          const struct event_encoding *encoding)
{
    size_t i;

    for (i = 0; i < encoding->opening_count; i++) {
        char *text = NULL;
        size_t size;

        assert_true(author->opening_count < AUTHOR_OPENINGS_MAX);
        assert_int_equal(opening_write(&encoding->openings[i], &text, &size),
                         RESULT_OK);
        author->opening_seqs[author->opening_count] = encoding->openings[i].seq;
        free(author->openings[author->opening_count]);
        author->openings[author->opening_count] = strndup(text, size);
        author->opening_count++;
        free(text);
    }
}

/* Chains what was encoded, and takes it. */
static const char *add(struct log_author *author,
                       struct event_encoding *encoding)
{
    const size_t seq = author->count;
    struct hash leaf;

    free(author->events[seq]);
    author->events[seq] = strndup(encoding->bytes, encoding->size);
    leaf = hash_chain_leaf(encoding->bytes, encoding->size);
    author->heads[seq] =
        hash_chain_link(seq ? &author->heads[seq - 1] : NULL, seq, &leaf);
    author->count++;
    keep_openings(author, encoding);
    event_encoding_release(encoding);
    return author->events[seq];
}

const char *log_author_add(struct log_author *author,
                           struct meeting_event *event)
{
    struct event_encoding encoding;

    assert_true(author->count < AUTHOR_EVENTS_MAX);
    event->seq = author->count;
    event->at_ms = author->at_ms += 1000;
    assert_int_equal(meeting_event_encode(event,
                                          identifier_view(&author->scope),
                                          &author->room_key, &encoding),
                     RESULT_OK);
    return add(author, &encoding);
}

const char *log_author_add_register(struct log_author *author,
                                    struct register_event *event)
{
    struct event_encoding encoding;

    assert_true(author->count < AUTHOR_EVENTS_MAX);
    event->seq = author->count;
    event->at_ms = author->at_ms += 1000;
    assert_int_equal(register_event_encode(event,
                                           identifier_view(&author->scope),
                                           &author->room_key, &encoding),
                     RESULT_OK);
    return add(author, &encoding);
}

const char *log_author_add_unknown(struct log_author *author, size_t size)
{
    struct event_encoding encoding = { .size = 0 };
    char *text = malloc(size + 200);
    size_t i;

    assert_non_null(text);
    assert_true(author->count < AUTHOR_EVENTS_MAX);
    i = (size_t)snprintf(text, 200,
                         "{\"seq\":%zu,\"n\":\"%032x\",\"at\":%lld,"
                         "\"ev\":\"not_yet_known\",\"text\":\"",
                         author->count, 7, (long long)(author->at_ms += 1000));
    while (size >= 3) {
        memcpy(&text[i], "ố", 3);
        i += 3;
        size -= 3;
    }
    memcpy(&text[i], "\"}", 3);
    encoding.bytes = text;
    encoding.size = i + 2;
    return add(author, &encoding);
}

static struct text_view keep(struct log_author *author, const char *text)
{
    char *copy = strdup(text);

    assert_true(author->kept_count < AUTHOR_EVENTS_MAX);
    author->kept[author->kept_count++] = copy;
    return text_view_of(copy);
}

struct act log_author_act(struct log_author *author, const char *member,
                          const char *op, const char *subject,
                          const char *value)
{
    struct signing_key key = author_key(member);
    struct act act = { .is_present = true, .device = key.public_key };
    struct statement_act fields;
    uint8_t *bytes = NULL;
    size_t size;

    (void)snprintf(act.member.text, sizeof act.member.text, "%s", member);
    act.op = keep(author, op);
    act.request = author->request ? author->request : author->count + 1;
    author->request = 0;
    act.subject = keep(author, subject);
    act.value = keep(author, value);
    if (author->count > 1) {
        act.seen = author->count - 1;
        act.head = author->heads[act.seen];
    }
    fields = (struct statement_act){ identifier_view(&act.member),
                                     act.op,
                                     act.request,
                                     act.subject,
                                     act.value,
                                     { act.seen, act.head } };
    assert_int_equal(statement_act(&key.public_key,
                                   identifier_view(&author->scope), &fields,
                                   &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(&key, bytes, size, &act.sig), RESULT_OK);
    free(bytes);
    return act;
}

struct sealed author_seal(const char *field, const char *value)
{
    struct sealed sealed = { .value = text_view_of(value),
                             .has_value = true,
                             .is_authored = true };
    struct salt salt;

    memset(salt.bytes, 5, sizeof salt.bytes);
    memcpy(sealed.salt, salt.bytes, sizeof sealed.salt);
    sealed.commitment = commitment_of(TEXT_LITERAL(AUTHOR_MEETING),
                                      text_view_of(field), &salt, sealed.value);
    return sealed;
}

const char *log_author_chat(struct log_author *author, const char *member,
                            const char *text)
{
    struct meeting_event event = { .kind = EVENT_CHAT_SAID_KIND };
    char value[HEX_SIZE(HASH_SIZE)];

    (void)snprintf(event.body.chat_said.holder.text, IDENTIFIER_SIZE, "%s",
                   member);
    event.body.chat_said.text = author_seal("text", text);
    hex_encode(event.body.chat_said.text.commitment.bytes, HASH_SIZE, value);
    event.body.chat_said.act =
        log_author_act(author, member, "chat", AUTHOR_MEETING, value);
    return log_author_add(author, &event);
}

const char *log_author_hand(struct log_author *author, const char *member)
{
    struct meeting_event event = { .kind = EVENT_HAND_RAISED_KIND };

    (void)snprintf(event.body.hand_raised.member.text, IDENTIFIER_SIZE, "%s",
                   member);
    return log_author_add(author, &event);
}

const char *log_author_hand_down(struct log_author *author, const char *member)
{
    struct meeting_event event = { .kind = EVENT_HAND_LOWERED_KIND };
    struct event_hand_lowered *body = &event.body.hand_lowered;

    (void)snprintf(body->member.text, IDENTIFIER_SIZE, "%s", member);
    body->by = body->member;
    return log_author_add(author, &event);
}

/* --- Signed heads -------------------------------------------------------- */

struct signature log_author_signed(const struct log_author *author,
                                   const char *key, enum checkpoint_role role,
                                   enum checkpoint_reason reason, uint64_t seq)
{
    const struct signing_key signer = author_key(key);
    const struct statement_checkpoint fields = {
        .role = text_view_of(enum_word(&checkpoint_role_words, (int)role)),
        .reason =
            text_view_of(enum_word(&checkpoint_reason_words, (int)reason)),
        .seen = { seq, author->heads[seq] },
    };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_checkpoint(&signer.public_key,
                                          identifier_view(&author->scope),
                                          &fields, &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(&signer, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

char *log_author_signed_frame(const struct log_author *author,
                              enum checkpoint_reason reason, uint64_t seq)
{
    const struct signature sig =
        log_author_signed(author, "server", CHECKPOINT_SERVER, reason, seq);
    char head[HEX_SIZE(HASH_SIZE)], server[HEX_SIZE(KEY_SIZE)];
    char hex[HEX_SIZE(SIGNATURE_SIZE)];
    char *text = NULL;

    hex_encode(author->heads[seq].bytes, HASH_SIZE, head);
    hex_encode(author_key("server").public_key.bytes, KEY_SIZE, server);
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    assert_true(asprintf(&text,
                         "{\"signed\":{\"log\":\"%s\",\"seq\":%llu,"
                         "\"head\":\"%s\",\"reason\":\"%s\","
                         "\"server\":\"%s\",\"sig\":\"%s\"}}",
                         author->scope.text, (unsigned long long)seq, head,
                         enum_word(&checkpoint_reason_words, (int)reason),
                         server, hex) > 0);
    return text;
}

static enum checkpoint_role role_of(const char *member)
{
    if (strcmp(member, "m1") == 0)
        return CHECKPOINT_CHAIR;
    return strcmp(member, "m2") == 0 ? CHECKPOINT_MINUTE_TAKER
                                     : CHECKPOINT_MEMBER;
}

const char *log_author_checkpoint(struct log_author *author,
                                  enum checkpoint_reason reason, uint64_t upto,
                                  const char *const *signers,
                                  const char *const *missing)
{
    struct meeting_event event = { .kind = EVENT_CHECKPOINT_KIND };
    struct event_checkpoint *body = &event.body.checkpoint;
    struct checkpoint_signer rows[4] = { { .role = 0 } };
    struct checkpoint_missing others[4] = { { .holder = { "" } } };

    body->reason = (int)reason;
    body->upto = upto;
    body->head = author->heads[upto];
    body->sig =
        log_author_signed(author, "server", CHECKPOINT_SERVER, reason, upto);
    for (; *signers; signers++) {
        struct checkpoint_signer *row = &rows[body->signers.count++];

        (void)snprintf(row->holder.text, IDENTIFIER_SIZE, "%s", *signers);
        row->device = author_key(*signers).public_key;
        row->role = (int)role_of(*signers);
        row->sig = log_author_signed(author, *signers, role_of(*signers),
                                     reason, upto);
    }
    for (; *missing; missing++) {
        struct checkpoint_missing *row = &others[body->missing.count++];

        (void)snprintf(row->holder.text, IDENTIFIER_SIZE, "%s", *missing);
        row->device = author_key(*missing).public_key;
    }
    body->signers.data = rows;
    body->missing.data = others;
    return log_author_add(author, &event);
}

const char *log_author_restored(struct log_author *author, uint64_t lost_seq,
                                const struct hash *lost_head)
{
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };
    struct event_restored *body = &event.body.restored;
    char value[200], hex[HEX_SIZE(HASH_SIZE)];

    body->from = author->count;
    body->lost_seq = lost_seq;
    body->lost_head = *lost_head;
    hex_encode(lost_head->bytes, HASH_SIZE, hex);
    (void)snprintf(value, sizeof value, "%zu,%llu,%s", author->count,
                   (unsigned long long)lost_seq, hex);
    body->act = log_author_act(author, "m1", "restored", AUTHOR_MEETING, value);
    body->second =
        log_author_act(author, "m2", "restored", AUTHOR_MEETING, value);
    return log_author_add(author, &event);
}

/* --- A meeting that is open ---------------------------------------------- */

static struct sealed plain(const char *value)
{
    return (struct sealed){ .value = text_view_of(value), .has_value = true };
}

const char *log_author_roster(struct log_author *author,
                              const char *const *devices)
{
    struct meeting_event event = { .kind = EVENT_ROSTER_CHANGED_KIND };
    struct event_roster_changed *body = &event.body.roster_changed;
    struct roster_device rows[4] = { { .vouched_by = { "", 0 } } };
    struct roster_person person = { .member = { "m4" },
                                    .category = CATEGORY_OFFICIAL,
                                    .office = OFFICE_NONE,
                                    .name = plain("Đặng Thuỳ Trâm") };
    size_t i;

    for (i = 0; devices[i]; i++) {
        rows[i].device = author_key(devices[i]).public_key;
        rows[i].vouched_by = TEXT_LITERAL("");
        rows[i].label = plain("Máy riêng");
    }
    person.devices = (struct items){ rows, i };
    body->register_seq = author->register_seq;
    body->register_head = author->register_head;
    body->roster = (struct items){ &person, 1 };
    return log_author_add(author, &event);
}

static void add_genesis(struct log_author *author)
{
    static const struct {
        const char *member, *name;
        enum category category;
    } people[] = { { "m1", "Nguyễn Thị Hằng", CATEGORY_OFFICIAL },
                   { "m2", "Trần Văn Đức", CATEGORY_OFFICIAL },
                   { "m4", "Đặng Thuỳ Trâm", CATEGORY_OFFICIAL },
                   { "m9", "Dương Xuân Quý", CATEGORY_GUEST } };
    struct roster_person roster[4] = { { .category = 0 } };
    struct roster_device devices[4] = { { .vouched_by = { "", 0 } } };
    struct agenda_item agenda[2] = { { .item = { "a1" } },
                                     { .item = { "a2" } } };
    struct meeting_event event = { .kind = EVENT_GENESIS_KIND };
    struct event_genesis *genesis = &event.body.genesis;
    size_t i;

    for (i = 0; i < 4; i++) {
        (void)snprintf(roster[i].member.text, IDENTIFIER_SIZE, "%s",
                       people[i].member);
        roster[i].category = (int)people[i].category;
        roster[i].office = OFFICE_NONE;
        roster[i].name = plain(people[i].name);
        devices[i].device = author_key(people[i].member).public_key;
        devices[i].label = plain("Máy riêng");
        roster[i].devices = (struct items){ &devices[i], 1 };
    }
    agenda[0].title = plain("Đánh giá tháng 10");
    agenda[1].title = plain("Nhiệm vụ tháng 11");
    *genesis = (struct event_genesis){ .version = 1,
                                       .meeting = author->scope,
                                       .organisation = { AUTHOR_ORGANISATION },
                                       .unit = { "u2" },
                                       .server = author->server.public_key,
                                       .register_seq = author->register_seq,
                                       .register_head = author->register_head,
                                       .ruleset = TEXT_LITERAL("thu"),
                                       .ruleset_hash = author->ruleset,
                                       .kind = KIND_REGULAR,
                                       .zone = TEXT_LITERAL("Asia/Ho_Chi_Minh"),
                                       .chair = { "m1" },
                                       .minute_taker = { "m2" } };
    genesis->title = plain("Sinh hoạt chi bộ tháng 11");
    genesis->unit_name = plain("Chi bộ thôn Đông");
    genesis->upper_name = plain("Đảng bộ xã Mẫu");
    genesis->place = plain("Nhà văn hoá");
    genesis->agenda = (struct items){ agenda, 2 };
    genesis->roster = (struct items){ roster, 4 };
    (void)log_author_add(author, &event);
}

static void add_lobby(struct log_author *author)
{
    struct meeting_event event = { .kind = EVENT_LOBBY_OPENED_KIND };

    event.body.lobby_opened.act =
        log_author_act(author, "m1", "open_lobby", AUTHOR_MEETING, "");
    (void)log_author_add(author, &event);
}

static void let_in(struct log_author *author, const char *member)
{
    struct meeting_event event = { .kind = EVENT_KNOCKED_KIND };

    (void)snprintf(event.body.knocked.holder.text, IDENTIFIER_SIZE, "%s",
                   member);
    event.body.knocked.device = author_key(member).public_key;
    (void)log_author_add(author, &event);
    event = (struct meeting_event){ .kind = EVENT_ADMITTED_KIND };
    (void)snprintf(event.body.admitted.holder.text, IDENTIFIER_SIZE, "%s",
                   member);
    event.body.admitted.act = log_author_act(author, "m1", "admit", member, "");
    (void)log_author_add(author, &event);
}

static void connect(struct log_author *author, const char *member,
                    uint64_t slot)
{
    struct meeting_event event = { .kind = EVENT_CONNECTED_KIND };

    (void)snprintf(event.body.connected.holder.text, IDENTIFIER_SIZE, "%s",
                   member);
    event.body.connected.device = author_key(member).public_key;
    event.body.connected.slot = slot;
    (void)log_author_add(author, &event);
    event = (struct meeting_event){ .kind = EVENT_PRESENCE_CONFIRMED_KIND };
    (void)snprintf(event.body.presence_confirmed.member.text, IDENTIFIER_SIZE,
                   "%s", member);
    event.body.presence_confirmed.mode = MODE_ONLINE;
    event.body.presence_confirmed.source = SOURCE_CONNECTION;
    (void)log_author_add(author, &event);
}

static void open_meeting(struct log_author *author)
{
    struct meeting_event event = { .kind = EVENT_OPENED_KIND };

    add_lobby(author);
    connect(author, "m1", 1);
    connect(author, "m2", 2);
    let_in(author, "m4");
    connect(author, "m4", 3);
    let_in(author, "m9");
    connect(author, "m9", 4);
    event.body.opened.act =
        log_author_act(author, "m1", "open_meeting", AUTHOR_MEETING, "");
    (void)log_author_add(author, &event);
}

void log_author_open_meeting(struct log_author *author)
{
    add_genesis(author);
    open_meeting(author);
    assert_int_equal(author->count, AUTHOR_OPENED);
}

void log_author_open_by_groups(struct log_author *author, const char *group,
                               const char *meeting)
{
    struct group_of_meeting part = { .name = { .value = TEXT_LITERAL("Tổ 1"),
                                               .has_value = true } };
    struct meeting_event event = { .kind = EVENT_HELD_BY_GROUPS_KIND };

    (void)snprintf(part.group.text, IDENTIFIER_SIZE, "%s", group);
    (void)snprintf(part.meeting.text, IDENTIFIER_SIZE, "%s", meeting);
    event.body.held_by_groups.year = 2026;
    event.body.held_by_groups.members = 30;
    event.body.held_by_groups.groups = (struct items){ &part, 1 };
    add_genesis(author);
    (void)log_author_add(author, &event);
    open_meeting(author);
}

const char *log_author_gathered(struct log_author *author, const char *meeting,
                                uint64_t final_seq, const struct hash *head)
{
    char value[HEX_SIZE(HASH_SIZE) + 24], hex[HEX_SIZE(HASH_SIZE)];
    struct meeting_event event = { .kind = EVENT_GROUP_GATHERED_KIND };

    hex_encode(head->bytes, HASH_SIZE, hex);
    (void)snprintf(value, sizeof value, "%llu,%s",
                   (unsigned long long)final_seq, hex);
    (void)snprintf(event.body.group_gathered.meeting.text, IDENTIFIER_SIZE,
                   "%s", meeting);
    event.body.group_gathered.final_seq = final_seq;
    event.body.group_gathered.head = *head;
    event.body.group_gathered.act =
        log_author_act(author, "m1", "gather_group", meeting, value);
    return log_author_add(author, &event);
}
