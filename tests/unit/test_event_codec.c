/* Events and openings: exact bytes, there and back, and every broken form. */
#include "protocol/base/encoding.h"
#include "protocol/meeting/log_codec.h"
#include "tests/support/message_filler.h"
#include "tests/support/schema_list.h"

#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct room_key room_key = { { 1 } };
#define SCOPE TEXT_LITERAL("M1")

/* What follows is worked out by hand from the definitions of commitment.h. */
#define CHAT_EVENT                                                             \
    "{\"seq\":3,\"n\":\"5f472f163a551ad9038e8b29d6295141\",\"at\":17,"         \
    "\"ev\":\"chat_said\",\"holder\":\"m3\",\"text\":{\"c\":"                  \
    "\"f6ab37a846692ac3d32fd502a79fc90b9762c3306d4d8e50a0f2cd16933fb48b\"},"   \
    "\"act\":null}"
#define CHAT_OPENING                                                           \
    "{\"open\":3,\"field\":\"text\",\"salt\":"                                 \
    "\"b2ca411e060c36fbf433d273e465c765e4cb02924cba75ffa886b7768ba5c912\","    \
    "\"value\":\"Đồng ý\\nvà\"}"

static struct meeting_event chat_event(void)
{
    struct meeting_event event = { .seq = 3,
                                   .at_ms = 17,
                                   .kind = EVENT_CHAT_SAID_KIND };

    identifier_number(&event.body.chat_said.holder, "m", 3);
    event.body.chat_said.text.value = TEXT_LITERAL("Đồng ý\nvà");
    event.body.chat_said.text.has_value = true;
    return event;
}

static void an_event_and_its_opening_have_these_bytes(void **state)
{
    struct meeting_event event = chat_event();
    struct event_encoding encoding;
    char *frame = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(meeting_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_OK);
    assert_int_equal(encoding.size, strlen(CHAT_EVENT));
    assert_memory_equal(encoding.bytes, CHAT_EVENT, encoding.size);
    assert_int_equal(encoding.opening_count, 1);
    assert_int_equal(encoding.openings[0].audience, AUDIENCE_MEMBERS);
    assert_int_equal(opening_write(&encoding.openings[0], &frame, &size),
                     RESULT_OK);
    assert_int_equal(size, strlen(CHAT_OPENING));
    assert_memory_equal(frame, CHAT_OPENING, size);
    free(frame);
    event_encoding_release(&encoding);
}

static void an_event_and_its_opening_are_read_from_these_bytes(void **state)
{
    struct message_memory memory = { 0 };
    struct message_memory opening_memory = { 0 };
    struct meeting_event event;
    struct opening opening;
    struct sealed *text = &event.body.chat_said.text;

    (void)state;
    assert_int_equal(meeting_event_decode(CHAT_EVENT, strlen(CHAT_EVENT),
                                          &event, &memory, NULL),
                     RESULT_OK);
    assert_int_equal(event.seq, 3);
    assert_int_equal(event.at_ms, 17);
    assert_int_equal(event.kind, EVENT_CHAT_SAID_KIND);
    assert_false(text->has_value);
    assert_int_equal(opening_parse(CHAT_OPENING, strlen(CHAT_OPENING), &opening,
                                   &opening_memory, NULL),
                     RESULT_OK);
    assert_int_equal(opening.seq, 3);
    assert_int_equal(event_opening_apply(meeting_event_schema(event.kind),
                                         &event.body, SCOPE, &opening),
                     RESULT_OK);
    assert_true(text->has_value);
    assert_true(text_view_is(text->value, "Đồng ý\nvà"));
    message_memory_release(&memory);
    message_memory_release(&opening_memory);
}

/* The vector of the commitment: field "text", zero salt, "Đồng ý", scope M1. */
static void an_authors_commitment_is_kept_and_opened_as_it_came(void **state)
{
    struct meeting_event event = chat_event();
    struct sealed *text = &event.body.chat_said.text;
    struct event_encoding encoding;

    (void)state;
    text->value = TEXT_LITERAL("Đồng ý");
    text->is_authored = true;
    assert_int_equal(
        hex_decode(TEXT_LITERAL("d666028cc2dbaa5eba615304a5ac81eb"
                                "d6ea47a20f8c4044ac76ba74de34778f"),
                   text->commitment.bytes, HASH_SIZE),
        RESULT_OK);
    assert_int_equal(meeting_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_OK);
    assert_non_null(memmem(encoding.bytes, encoding.size,
                           "d666028cc2dbaa5eba615304a5ac81eb"
                           "d6ea47a20f8c4044ac76ba74de34778f",
                           64));
    assert_int_equal(event_opening_check(meeting_event_schema(event.kind),
                                         &event.body, SCOPE,
                                         &encoding.openings[0]),
                     RESULT_OK);
    event_encoding_release(&encoding);
}

static void an_opening_opens_its_own_field_and_nothing_else(void **state)
{
    const struct schema *schema = meeting_event_schema(EVENT_CHAT_SAID_KIND);
    struct meeting_event event = chat_event();
    struct event_encoding encoding;
    struct opening good;
    struct opening bad;

    (void)state;
    assert_int_equal(meeting_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_OK);
    good = encoding.openings[0];
    assert_int_equal(event_opening_check(schema, &event.body, SCOPE, &good),
                     RESULT_OK);
    assert_int_equal(
        event_opening_check(schema, &event.body, TEXT_LITERAL("M2"), &good),
        RESULT_REFUSED);
    bad = good;
    bad.value = TEXT_LITERAL("Đồng ý\nva");
    assert_int_equal(event_opening_apply(schema, &event.body, SCOPE, &bad),
                     RESULT_REFUSED);
    assert_true(text_view_is(event.body.chat_said.text.value, "Đồng ý\nvà"));
    bad = good;
    bad.salt.bytes[31] ^= 1;
    assert_int_equal(event_opening_check(schema, &event.body, SCOPE, &bad),
                     RESULT_REFUSED);
    bad = good;
    memcpy(bad.field, "holder", 7);
    assert_int_equal(event_opening_check(schema, &event.body, SCOPE, &bad),
                     RESULT_NOT_FOUND);
    memcpy(bad.field, "texts", 6);
    assert_int_equal(event_opening_check(schema, &event.body, SCOPE, &bad),
                     RESULT_NOT_FOUND);
    event_encoding_release(&encoding);
}

/* An author may commit to anything; a field shows only what it may hold. */
static void a_true_opening_of_unfit_text_is_refused(void **state)
{
    const struct schema *schema = meeting_event_schema(EVENT_ITEM_ADDED_KIND);
    struct event_item_added body = { .title.has_value = true };
    struct opening opening = { .field = "title" };
    char text[LIMIT_TITLE_LENGTH + 2] = "";

    (void)state;
    opening.value = TEXT_LITERAL("hai\ndòng");
    body.title.commitment = commitment_of(SCOPE, TEXT_LITERAL("title"),
                                          &opening.salt, opening.value);
    assert_int_equal(event_opening_check(schema, &body, SCOPE, &opening),
                     RESULT_MALFORMED);
    memset(text, 'a', sizeof text - 1);
    opening.value = text_view_of(text);
    body.title.commitment = commitment_of(SCOPE, TEXT_LITERAL("title"),
                                          &opening.salt, opening.value);
    assert_int_equal(event_opening_check(schema, &body, SCOPE, &opening),
                     RESULT_TOO_LARGE);
}

/* A log of before, in which a title has letters that nobody sees. */
static void a_title_of_before_is_opened_as_it_was_written(void **state)
{
    const struct schema *schema = meeting_event_schema(EVENT_ITEM_ADDED_KIND);
    struct event_item_added body = { .title.has_value = true };
    struct opening opening = { .field = "title" };

    (void)state;
    opening.value = TEXT_LITERAL("Nghị\xe2\x80\x8b quyết");
    body.title.commitment = commitment_of(SCOPE, TEXT_LITERAL("title"),
                                          &opening.salt, opening.value);
    assert_int_equal(event_opening_apply(schema, &body, SCOPE, &opening),
                     RESULT_OK);
    assert_true(text_view_is(body.title.value, "Nghị\xe2\x80\x8b quyết"));
}

static void a_missing_text_is_sealed_as_the_empty_one(void **state)
{
    struct meeting_event event = { .kind = EVENT_TURNED_AWAY_KIND };
    struct event_encoding encoding;
    struct salt salt;
    struct hash expected;

    (void)state;
    identifier_number(&event.body.turned_away.holder, "m", 1);
    assert_int_equal(meeting_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_OK);
    salt = commitment_salt(&room_key, 0, TEXT_LITERAL("reason"));
    expected =
        commitment_of(SCOPE, TEXT_LITERAL("reason"), &salt, TEXT_LITERAL(""));
    assert_true(
        hash_equal(&event.body.turned_away.reason.commitment, &expected));
    assert_int_equal(encoding.opening_count, 1);
    assert_int_equal(encoding.openings[0].value.size, 0);
    event_encoding_release(&encoding);
}

static void an_event_that_could_not_be_read_is_not_written(void **state)
{
    struct event_encoding encoding;

    (void)state;
    for (int fault = 0; fault < 7; fault++) {
        struct meeting_event event = chat_event();
        struct sealed *text = &event.body.chat_said.text;

        if (fault == 0)
            event.kind = MEETING_EVENT_UNKNOWN;
        else if (fault == 1)
            event.body.chat_said.holder = (struct identifier){ "" };
        else if (fault == 2)
            text->value = TEXT_LITERAL("a\xcc\x81");
        else if (fault == 3)
            event.seq = UINT64_C(1) << 53;
        else if (fault == 4)
            event.at_ms = INT64_C(1) << 53;
        else if (fault == 5) /* a commitment whose text nobody has */
            *text = (struct sealed){ .commitment = { { 7 } } };
        else
            *text = (struct sealed){ .is_authored = true };
        assert_int_equal(
            meeting_event_encode(&event, SCOPE, &room_key, &encoding),
            RESULT_INVALID);
    }
}

static void nonces_and_salts_differ_by_place(void **state)
{
    struct meeting_event first = chat_event();
    struct meeting_event second = chat_event();
    struct event_encoding a;
    struct event_encoding b;

    (void)state;
    second.seq = 4;
    assert_int_equal(meeting_event_encode(&first, SCOPE, &room_key, &a),
                     RESULT_OK);
    assert_int_equal(meeting_event_encode(&second, SCOPE, &room_key, &b),
                     RESULT_OK);
    assert_int_equal(a.size, b.size);
    assert_memory_not_equal(&a.bytes[14], &b.bytes[14], 32);
    assert_memory_not_equal(a.openings[0].salt.bytes, b.openings[0].salt.bytes,
                            SALT_SIZE);
    event_encoding_release(&a);
    event_encoding_release(&b);
}

/* --- every kind of both logs -----------------------------------------------
 */

struct bytes {
    struct message_memory made;
    void *body;
    struct event_encoding encoding;
};

static void make_event(struct bytes *out, const struct schema *schema,
                       uint64_t seed, bool is_long)
{
    const struct event_place place = { seed * 7, 1700000000000 + (int64_t)seed,
                                       SCOPE, &room_key };
    struct message_filler filler;

    *out = (struct bytes){ 0 };
    message_filler_init(&filler, seed, &out->made);
    filler.is_long = is_long;
    out->body = malloc(schema->size);
    assert_non_null(out->body);
    message_filler_fill(&filler, schema, true, SCOPE, out->body);
    assert_int_equal(event_encode(schema, out->body, &place, &out->encoding),
                     RESULT_OK);
}

static void end_event(struct bytes *bytes)
{
    event_encoding_release(&bytes->encoding);
    message_memory_release(&bytes->made);
    free(bytes->body);
}

static void check_openings(const struct schema *schema, void *body,
                           const struct event_encoding *encoding)
{
    for (size_t i = 0; i < encoding->opening_count; i++) {
        struct message_memory memory = { 0 };
        struct opening opening;
        char *frame = NULL;
        size_t size = 0;

        assert_int_not_equal(encoding->openings[i].audience, AUDIENCE_NONE);
        assert_int_equal(opening_write(&encoding->openings[i], &frame, &size),
                         RESULT_OK);
        assert_int_equal(opening_parse(frame, size, &opening, &memory, NULL),
                         RESULT_OK);
        assert_string_equal(opening.field, encoding->openings[i].field);
        assert_int_equal(event_opening_check(schema, body, SCOPE, &opening),
                         RESULT_OK);
        free(frame);
        message_memory_release(&memory);
    }
}

static void check_event(const struct schema *schema, uint64_t seed,
                        bool is_long)
{
    struct bytes event;
    struct message_memory memory = { 0 };
    struct event_head head;
    void *body = malloc(schema->size);
    char *again = NULL;
    size_t size = 0;

    make_event(&event, schema, seed, is_long);
    assert_non_null(body);
    assert_int_equal(event_parse(event.encoding.bytes, event.encoding.size,
                                 &head, &memory, NULL),
                     RESULT_OK);
    assert_int_equal(head.seq, seed * 7);
    assert_true(text_view_is(head.name, schema->name));
    assert_int_equal(
        schema_decode(schema, memory.root, false, body, &memory, NULL),
        RESULT_OK);
    assert_true(message_equal(schema, event.body, body, false));
    assert_int_equal(event_write(schema, &head, body, &again, &size),
                     RESULT_OK);
    assert_int_equal(size, event.encoding.size);
    assert_memory_equal(again, event.encoding.bytes, size);
    check_openings(schema, body, &event.encoding);
    free(again);
    free(body);
    message_memory_release(&memory);
    end_event(&event);
}

static void every_kind_comes_back_and_gives_the_same_bytes(void **state)
{
    struct schema_entry entry;

    (void)state;
    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        if (schema_list_is_command(&entry))
            continue;
        for (uint64_t seed = 1; seed < 9; seed++)
            check_event(entry.schema, seed, false);
        check_event(entry.schema, 77, true);
    }
}

static void both_logs_find_their_kinds_by_name(void **state)
{
    struct schema_entry entry;

    (void)state;
    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        struct bytes event;
        struct message_memory memory = { 0 };
        struct meeting_event meeting;
        struct register_event reg;

        if (schema_list_is_command(&entry))
            continue;
        make_event(&event, entry.schema, 5, false);
        if (entry.group == SCHEMA_MEETING_EVENT) {
            assert_int_equal(meeting_event_decode(event.encoding.bytes,
                                                  event.encoding.size, &meeting,
                                                  &memory, NULL),
                             RESULT_OK);
            assert_int_equal(meeting.kind, entry.kind);
            assert_int_equal(meeting.seq, 35);
        } else {
            assert_int_equal(register_event_decode(event.encoding.bytes,
                                                   event.encoding.size, &reg,
                                                   &memory, NULL),
                             RESULT_OK);
            assert_int_equal(reg.kind, entry.kind);
            assert_int_equal(reg.at_ms, 1700000000005);
        }
        message_memory_release(&memory);
        end_event(&event);
    }
}

static void a_register_event_is_encoded_under_its_own_scope(void **state)
{
    struct register_event event = { .seq = 9,
                                    .kind = REGISTER_UNIT_RENAMED_KIND };
    struct event_encoding encoding;

    (void)state;
    identifier_number(&event.body.unit_renamed.unit, "u", 2);
    event.body.unit_renamed.name.value = TEXT_LITERAL("Chi bộ Mẫu");
    event.body.unit_renamed.name.has_value = true;
    assert_int_equal(register_event_encode(&event, TEXT_LITERAL("org"),
                                           &room_key, &encoding),
                     RESULT_OK);
    assert_int_equal(event_opening_check(register_event_schema(event.kind),
                                         &event.body, TEXT_LITERAL("org"),
                                         &encoding.openings[0]),
                     RESULT_OK);
    assert_int_equal(event_opening_check(register_event_schema(event.kind),
                                         &event.body, SCOPE,
                                         &encoding.openings[0]),
                     RESULT_REFUSED);
    event_encoding_release(&encoding);
    event.kind = REGISTER_EVENT_UNKNOWN;
    assert_int_equal(register_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_INVALID);
}

static void an_event_above_the_limit_is_not_written(void **state)
{
    struct roster_person *people = calloc(LIMIT_ITEMS, sizeof *people);
    struct roster_device *devices = calloc(10, sizeof *devices);
    struct meeting_event event = { .kind = EVENT_ROSTER_CHANGED_KIND };
    struct event_encoding encoding;

    (void)state;
    assert_true(people && devices);
    for (size_t i = 0; i < LIMIT_ITEMS; i++) {
        people[i].category = CATEGORY_OFFICIAL;
        people[i].office = OFFICE_NONE;
        identifier_number(&people[i].member, "m", i);
        people[i].devices = (struct items){ devices, 10 };
    }
    event.body.roster_changed.roster = (struct items){ people, LIMIT_ITEMS };
    assert_int_equal(meeting_event_encode(&event, SCOPE, &room_key, &encoding),
                     RESULT_TOO_LARGE);
    free(people);
    free(devices);
}

/* --- broken events ---------------------------------------------------------
 */

struct broken_row {
    const char *text;
    enum result result;
    const char *path;
};
#define N "\"n\":\"5f472f163a551ad9038e8b29d6295141\""

static void the_head_of_an_event_is_strict(void **state)
{
    static const struct broken_row rows[] = {
        { "{\"seq\":0," N ",\"at\":0,\"ev\":\"x\"}", RESULT_OK, "" },
        { "{" N ",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED, "seq" },
        { "{\"seq\":-1," N ",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED, "seq" },
        { "{\"seq\":\"0\"," N ",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED,
          "seq" },
        { "{\"seq\":1.0," N ",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED,
          "seq" },
        { "{\"seq\":9007199254740992," N ",\"at\":0,\"ev\":\"x\"}",
          RESULT_TOO_LARGE, "seq" },
        { "{\"seq\":0,\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED, "n" },
        { "{\"seq\":0,\"n\":7,\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED, "n" },
        { "{\"seq\":0,\"n\":\"5f\",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED,
          "n" },
        { "{\"seq\":0,\"n\":\"5F472F163A551AD9038E8B29D6295141\",\"at\":0,"
          "\"ev\":\"x\"}",
          RESULT_MALFORMED, "n" },
        { "{\"seq\":0," N ",\"ev\":\"x\"}", RESULT_MALFORMED, "at" },
        { "{\"seq\":0," N ",\"at\":true,\"ev\":\"x\"}", RESULT_MALFORMED,
          "at" },
        { "{\"seq\":0," N ",\"at\":0}", RESULT_MALFORMED, "ev" },
        { "{\"seq\":0," N ",\"at\":0,\"ev\":\"\"}", RESULT_MALFORMED, "ev" },
        { "{\"seq\":0," N ",\"at\":0,\"ev\":null}", RESULT_MALFORMED, "ev" },
        { "{\"seq\":0," N ",\"at\":0,\"ev\":\"x\"}}", RESULT_MALFORMED, "" },
        { "{\"seq\":0,\"seq\":0," N ",\"at\":0,\"ev\":\"x\"}", RESULT_MALFORMED,
          "" },
        { "[]", RESULT_MALFORMED, "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct message_memory memory = { 0 };
        struct field_error error = { "", NULL };
        struct event_head head;

        assert_int_equal(event_parse(rows[i].text, strlen(rows[i].text), &head,
                                     &memory, &error),
                         rows[i].result);
        assert_string_equal(error.path, rows[i].path);
        assert_true(rows[i].result == RESULT_OK || error.reason);
        message_memory_release(&memory);
    }
}

static void an_unknown_kind_is_carried(void **state)
{
    static const char text[] =
        "{\"seq\":8," N ",\"at\":5,\"ev\":\"moon_landed\",\"crew\":[1.5,{}]}";
    struct message_memory memory = { 0 };
    struct message_memory other = { 0 };
    struct meeting_event meeting;
    struct register_event reg;

    (void)state;
    assert_int_equal(
        meeting_event_decode(text, sizeof text - 1, &meeting, &memory, NULL),
        RESULT_OK);
    assert_int_equal(meeting.kind, MEETING_EVENT_UNKNOWN);
    assert_int_equal(meeting.seq, 8);
    assert_int_equal(
        register_event_decode(text, sizeof text - 1, &reg, &other, NULL),
        RESULT_OK);
    assert_int_equal(reg.kind, REGISTER_EVENT_UNKNOWN);
    message_memory_release(&memory);
    message_memory_release(&other);
}

/*
 * Whatever is taken for an event can be written again: a decoder that lets
 * something through which the encoder would not make shows here.
 */
static enum result read_and_write(const char *bytes, size_t size)
{
    /* An exact copy, so that a read past the end is seen. */
    char *copy = malloc(size ? size : 1);
    struct message_memory memory = { 0 };
    struct meeting_event event;
    enum result result = RESULT_OK;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    result = meeting_event_decode(copy, size, &event, &memory, NULL);
    if (result == RESULT_OK && event.kind != MEETING_EVENT_UNKNOWN) {
        const struct event_head head = { .seq = event.seq,
                                         .at_ms = event.at_ms };
        char *text = NULL;
        size_t text_size = 0;

        assert_int_equal(event_write(meeting_event_schema(event.kind), &head,
                                     &event.body, &text, &text_size),
                         RESULT_OK);
        free(text);
    }
    message_memory_release(&memory);
    free(copy);
    return result;
}

static void every_truncation_is_refused(void **state)
{
    struct bytes event;

    (void)state;
    make_event(&event, meeting_event_schema(EVENT_GENESIS_KIND), 3, false);
    for (size_t size = 0; size < event.encoding.size; size++)
        assert_int_not_equal(read_and_write(event.encoding.bytes, size),
                             RESULT_OK);
    end_event(&event);
}

static void every_changed_byte_is_refused_or_read_cleanly(void **state)
{
    char text[] = CHAT_EVENT;
    size_t accepted = 0;

    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++) {
        const char before = text[i];

        for (int change = 1; change < 256; change++) {
            text[i] = (char)(before ^ change);
            if (read_and_write(text, sizeof text - 1) == RESULT_OK)
                accepted++;
        }
        text[i] = before;
    }
    /* Other digits, other letters of a name: some changes are events too. */
    assert_true(accepted > 0);
}

/* One bit a byte, another one each time: all of them take too long. */
static void a_flipped_bit_in_each_byte_of_a_long_event_is_harmless(void **state)
{
    struct bytes event;

    (void)state;
    make_event(&event, meeting_event_schema(EVENT_GENESIS_KIND), 4, false);
    for (size_t i = 0; i < event.encoding.size; i++) {
        const int flip = 1 << (i * 5 % 8);

        event.encoding.bytes[i] = (char)(event.encoding.bytes[i] ^ flip);
        (void)read_and_write(event.encoding.bytes, event.encoding.size);
        event.encoding.bytes[i] = (char)(event.encoding.bytes[i] ^ flip);
    }
    end_event(&event);
}

#define SALT                                                                   \
    "\"b2ca411e060c36fbf433d273e465c765e4cb02924cba75ffa886b7768ba5c912\""

static void an_opening_is_strict(void **state)
{
    static const struct broken_row rows[] = {
        { "{\"open\":0,\"field\":\"a\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_OK, "" },
        { "{\"field\":\"a\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_MALFORMED, "open" },
        { "{\"open\":-1,\"field\":\"a\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_MALFORMED, "open" },
        { "{\"open\":0,\"salt\":" SALT ",\"value\":\"\"}", RESULT_MALFORMED,
          "field" },
        { "{\"open\":0,\"field\":\"\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_MALFORMED, "field" },
        { "{\"open\":0,\"field\":\"a\\nb\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_MALFORMED, "field" },
        { "{\"open\":0,\"field\":\""
          "12345678901234567890123456789012345678901234567890123456789012345"
          "\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_TOO_LARGE, "field" },
        { "{\"open\":0,\"field\":\""
          "ẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫẫ"
          "\",\"salt\":" SALT ",\"value\":\"\"}",
          RESULT_MALFORMED, "field" },
        { "{\"open\":0,\"field\":\"a\",\"value\":\"\"}", RESULT_MALFORMED,
          "salt" },
        { "{\"open\":0,\"field\":\"a\",\"salt\":\"00\",\"value\":\"\"}",
          RESULT_MALFORMED, "salt" },
        { "{\"open\":0,\"field\":\"a\",\"salt\":" SALT "}", RESULT_MALFORMED,
          "value" },
        { "{\"open\":0,\"field\":\"a\",\"salt\":" SALT ",\"value\":7}",
          RESULT_MALFORMED, "value" },
        { "{\"open\":0,\"field\":\"a\",\"salt\":" SALT
          ",\"value\":\"a\\u0301\"}",
          RESULT_MALFORMED, "value" },
        { "{\"open\":0,\"field\":\"a\",\"salt\":" SALT
          ",\"value\":\"\",\"value\":\"\"}",
          RESULT_MALFORMED, "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct message_memory memory = { 0 };
        struct field_error error = { "", NULL };
        struct opening opening;

        assert_int_equal(opening_parse(rows[i].text, strlen(rows[i].text),
                                       &opening, &memory, &error),
                         rows[i].result);
        assert_string_equal(error.path, rows[i].path);
        message_memory_release(&memory);
    }
}

static void an_opening_that_could_not_be_read_is_not_written(void **state)
{
    struct opening opening = { .field = "text",
                               .value = TEXT_LITERAL("a\xcc\x81") };
    char *text = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(opening_write(&opening, &text, &size), RESULT_INVALID);
    opening.value = TEXT_LITERAL("á");
    opening.seq = UINT64_C(1) << 53;
    assert_int_equal(opening_write(&opening, &text, &size), RESULT_INVALID);
    assert_null(text);
}

/* --- lack of memory --------------------------------------------------------
 */

static size_t allocations_left;

static void *failing_malloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left--;
    return malloc(size);
}

static void encoding_fails_cleanly_at_each_lack_of_memory(void **state)
{
    size_t failures = 0;
    enum result result = RESULT_NO_MEMORY;

    (void)state;
    json_set_alloc_funcs(failing_malloc, free);
    for (size_t allowed = 0; result != RESULT_OK; allowed++) {
        struct meeting_event event = chat_event();
        struct event_encoding encoding = { 0 };

        allocations_left = allowed;
        result = meeting_event_encode(&event, SCOPE, &room_key, &encoding);
        if (result != RESULT_OK) {
            assert_int_equal(result, RESULT_NO_MEMORY);
            assert_null(encoding.bytes);
            failures++;
        }
        event_encoding_release(&encoding);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_and_its_opening_have_these_bytes),
        cmocka_unit_test(an_event_and_its_opening_are_read_from_these_bytes),
        cmocka_unit_test(an_authors_commitment_is_kept_and_opened_as_it_came),
        cmocka_unit_test(an_opening_opens_its_own_field_and_nothing_else),
        cmocka_unit_test(a_true_opening_of_unfit_text_is_refused),
        cmocka_unit_test(a_title_of_before_is_opened_as_it_was_written),
        cmocka_unit_test(a_missing_text_is_sealed_as_the_empty_one),
        cmocka_unit_test(an_event_that_could_not_be_read_is_not_written),
        cmocka_unit_test(nonces_and_salts_differ_by_place),
        cmocka_unit_test(every_kind_comes_back_and_gives_the_same_bytes),
        cmocka_unit_test(both_logs_find_their_kinds_by_name),
        cmocka_unit_test(a_register_event_is_encoded_under_its_own_scope),
        cmocka_unit_test(an_event_above_the_limit_is_not_written),
        cmocka_unit_test(the_head_of_an_event_is_strict),
        cmocka_unit_test(an_unknown_kind_is_carried),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused_or_read_cleanly),
        cmocka_unit_test(
            a_flipped_bit_in_each_byte_of_a_long_event_is_harmless),
        cmocka_unit_test(an_opening_is_strict),
        cmocka_unit_test(an_opening_that_could_not_be_read_is_not_written),
        cmocka_unit_test(encoding_fails_cleanly_at_each_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
