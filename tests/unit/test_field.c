/* Messages as tables: strict parsing, and each field type both ways. */
#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/wire/field.h"

#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define HEX_32                                                                 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX_64 HEX_32 HEX_32

#define ELEMENT_FIELDS(X)                                                      \
    X(ID, id, 0, NONE)                                                         \
    X(SEALED, name, 10, ALL)
struct element {
    ELEMENT_FIELDS(FIELD_MEMBER)
};
#define field_struct struct element
static const struct field element_rows[] = { ELEMENT_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema element_schema = { "element", sizeof(struct element),
                                              element_rows, 2 };

#define SAMPLE_FIELDS(X)                                                       \
    X(NUMBER, seats, 100, NONE)                                                \
    X(NUMBER, total, 0, NONE)                                                  \
    X(TIME, at, 0, NONE)                                                       \
    X(FLAG, passed, 0, NONE)                                                   \
    X(ID, id, 0, NONE)                                                         \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(KEY, key, 0, NONE)                                                       \
    X(HASH, hash, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)                                                 \
    X(TEXT, zone, 6, NONE)                                                     \
    X(ENUM, choice, choice_words, NONE)                                        \
    X(SEALED, title, 10, ALL)                                                  \
    X(SEALED, prose, 600, MEMBERS)                                             \
    X(ACT, act, 0, NONE)                                                       \
    X(ITEMS, list, element_schema, NONE)
struct sample {
    SAMPLE_FIELDS(FIELD_MEMBER)
};
#define field_struct struct sample
static const struct field sample_rows[] = { SAMPLE_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema sample_schema = { "sample", sizeof(struct sample),
                                             sample_rows,
                                             sizeof sample_rows /
                                                 sizeof sample_rows[0] };

#define ACT_TEXT                                                               \
    "{\"member\":\"m1\",\"device\":\"" HEX_32 "\",\"op\":\"vote\","            \
    "\"request\":7,\"subject\":\"v1\",\"value\":\"yes\",\"seen\":3,"           \
    "\"head\":\"" HEX_32 "\",\"sig\":\"" HEX_64 "\"}"

static const char event_text[] =
    "{\"seats\":100,\"total\":9007199254740991,\"at\":-5,\"passed\":true,"
    "\"id\":\"m1\",\"site\":\"\",\"key\":\"" HEX_32 "\",\"hash\":\"" HEX_32
    "\",\"sig\":\"" HEX_64 "\",\"zone\":\"Đà Lạt\",\"choice\":\"abstain\","
    "\"title\":{\"c\":\"" HEX_32 "\"},\"prose\":{\"c\":\"" HEX_32
    "\"},\"act\":" ACT_TEXT ",\"list\":[{\"id\":\"a\",\"name\":{\"c\":\"" HEX_32
    "\"}},{\"id\":\"b\",\"name\":{\"c\":\"" HEX_32 "\"}}]}";

static const char command_text[] =
    "{\"seats\":0,\"total\":1,\"at\":0,\"passed\":false,"
    "\"id\":\"m1\",\"site\":\"s1\",\"key\":\"" HEX_32 "\",\"hash\":\"" HEX_32
    "\",\"sig\":\"" HEX_64 "\",\"zone\":\"\",\"choice\":\"yes\","
    "\"title\":\"Đồng ý\",\"prose\":{\"c\":\"" HEX_32 "\",\"salt\":\"" HEX_32
    "\",\"value\":\"Dòng 1\\nDòng 2\"},\"act\":null,"
    "\"list\":[{\"id\":\"a\",\"name\":\"Mẫu 01\"}]}";

static json_t *parsed(const char *text)
{
    json_t *object = NULL;

    assert_int_equal(message_parse(text, strlen(text), &object), RESULT_OK);
    return object;
}

/* --- each type -------------------------------------------------------------
 */

static void every_type_is_read_from_an_event(void **state)
{
    struct message_memory memory = { .root = parsed(event_text) };
    struct sample out;
    struct field_error error;
    const struct element *list = NULL;

    (void)state;
    assert_int_equal(schema_decode(&sample_schema, memory.root, false, &out,
                                   &memory, &error),
                     RESULT_OK);
    assert_int_equal(out.seats, 100);
    assert_true(out.total == UINT64_C(9007199254740991));
    assert_int_equal(out.at, -5);
    assert_true(out.passed);
    assert_string_equal(out.id.text, "m1");
    assert_true(identifier_is_empty(&out.site));
    for (size_t i = 0; i < 32; i++) {
        assert_int_equal(out.key.bytes[i], i);
        assert_int_equal(out.hash.bytes[i], i);
        assert_int_equal(out.sig.bytes[32 + i], i);
        assert_int_equal(out.title.commitment.bytes[i], i);
    }
    assert_true(text_view_is(out.zone, "Đà Lạt"));
    assert_int_equal(out.choice, CHOICE_ABSTAIN);
    assert_false(out.title.has_value || out.title.is_authored);
    assert_true(out.act.is_present);
    assert_string_equal(out.act.member.text, "m1");
    assert_true(text_view_is(out.act.op, "vote"));
    assert_int_equal(out.act.request, 7);
    assert_true(text_view_is(out.act.subject, "v1"));
    assert_true(text_view_is(out.act.value, "yes"));
    assert_int_equal(out.act.seen, 3);
    assert_int_equal(out.act.head.bytes[31], 31);
    assert_int_equal(out.act.sig.bytes[63], 31);
    assert_int_equal(out.list.count, 2);
    list = out.list.data;
    assert_string_equal(list[1].id.text, "b");
    assert_int_equal(list[1].name.commitment.bytes[5], 5);
    message_memory_release(&memory);
}

static void a_command_seals_by_string_or_by_its_author(void **state)
{
    struct message_memory memory = { .root = parsed(command_text) };
    struct sample out;
    const struct element *list = NULL;

    (void)state;
    assert_int_equal(
        schema_decode(&sample_schema, memory.root, true, &out, &memory, NULL),
        RESULT_OK);
    assert_true(out.title.has_value);
    assert_false(out.title.is_authored);
    assert_true(text_view_is(out.title.value, "Đồng ý"));
    assert_true(out.prose.has_value && out.prose.is_authored);
    assert_int_equal(out.prose.commitment.bytes[7], 7);
    assert_int_equal(out.prose.salt[9], 9);
    assert_true(text_view_is(out.prose.value, "Dòng 1\nDòng 2"));
    list = out.list.data;
    assert_true(text_view_is(list[0].name.value, "Mẫu 01"));
    message_memory_release(&memory);
}

static void a_command_may_leave_out_what_can_be_empty(void **state)
{
    struct message_memory memory = { .root = parsed(command_text) };
    struct sample out;

    (void)state;
    json_object_del(memory.root, "total");
    json_object_del(memory.root, "site");
    json_object_del(memory.root, "title");
    json_object_del(memory.root, "act");
    json_object_del(memory.root, "list");
    memset(&out, 0xff, sizeof out);
    assert_int_equal(
        schema_decode(&sample_schema, memory.root, true, &out, &memory, NULL),
        RESULT_OK);
    assert_int_equal(out.total, 0);
    assert_true(identifier_is_empty(&out.site));
    assert_false(out.title.has_value || out.title.is_authored);
    assert_non_null(out.title.value.data);
    assert_int_equal(out.title.value.size, 0);
    assert_false(out.act.is_present);
    assert_int_equal(out.list.count, 0);
    message_memory_release(&memory);
}

struct field_row {
    const char *field; /* of the object that is changed */
    const char *value; /* JSON; NULL: the field is left out */
    enum result result;
    const char *path;
    const char *reason;
};

#define SMALL RESULT_MALFORMED
#define LARGE RESULT_TOO_LARGE
#define NOT_HEX "not lower-case hex of the right length"
#define NOT_CLEAN "not clean text in NFC"
#define UNSEEN "has letters that nobody sees"

static const struct field_row event_rows[] = {
    { "seats", "0", RESULT_OK, "", "" },
    { "seats", NULL, SMALL, "seats", "missing" },
    { "seats", "\"5\"", SMALL, "seats", "not an integer" },
    { "seats", "5.0", SMALL, "seats", "not an integer" },
    { "seats", "1e1", SMALL, "seats", "not an integer" },
    { "seats", "null", SMALL, "seats", "not an integer" },
    { "seats", "true", SMALL, "seats", "not an integer" },
    { "seats", "-1", SMALL, "seats", "negative" },
    { "seats", "101", LARGE, "seats", "number too large" },
    { "total", "9007199254740992", LARGE, "total", "number too large" },
    { "total", "9223372036854775807", LARGE, "total", "number too large" },
    { "at", "9007199254740991", RESULT_OK, "", "" },
    { "at", "-9007199254740991", RESULT_OK, "", "" },
    { "at", "-9007199254740992", LARGE, "at", "number too large" },
    { "at", "-9223372036854775808", LARGE, "at", "number too large" },
    { "at", "1.5", SMALL, "at", "not an integer" },
    { "at", NULL, SMALL, "at", "missing" },
    { "passed", "false", RESULT_OK, "", "" },
    { "passed", "1", SMALL, "passed", "not true or false" },
    { "passed", "\"true\"", SMALL, "passed", "not true or false" },
    { "passed", "null", SMALL, "passed", "not true or false" },
    { "passed", NULL, SMALL, "passed", "missing" },
    { "id", "\"\"", SMALL, "id", "not an id" },
    { "id", "\"M1\"", SMALL, "id", "not an id" },
    { "id", "\"m 1\"", SMALL, "id", "not an id" },
    { "id", "\"đ1\"", SMALL, "id", "not an id" },
    { "id", "\"12345678901234567890123456789012345678901234567\"", RESULT_OK,
      "", "" },
    { "id", "\"123456789012345678901234567890123456789012345678\"", SMALL, "id",
      "not an id" },
    { "id", "7", SMALL, "id", "not a string" },
    { "id", NULL, SMALL, "id", "missing" },
    { "site", "\"s-1.a\"", RESULT_OK, "", "" },
    { "site", "\"S\"", SMALL, "site", "not an id" },
    { "site", "null", SMALL, "site", "not a string" },
    { "site", NULL, SMALL, "site", "missing" },
    { "key", "\"" HEX_32 "00\"", SMALL, "key", NOT_HEX },
    { "key", "\"00\"", SMALL, "key", NOT_HEX },
    { "key",
      "\"000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"",
      SMALL, "key", NOT_HEX },
    { "key",
      "\"0g0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\"",
      SMALL, "key", NOT_HEX },
    { "key", "[]", SMALL, "key", "not a string" },
    { "key", NULL, SMALL, "key", "missing" },
    { "hash", "\"" HEX_64 "\"", SMALL, "hash", NOT_HEX },
    { "hash", NULL, SMALL, "hash", "missing" },
    { "sig", "\"" HEX_32 "\"", SMALL, "sig", NOT_HEX },
    { "sig", NULL, SMALL, "sig", "missing" },
    { "zone", "\"\"", RESULT_OK, "", "" },
    { "zone", "\"ẫẫẫẫẫẫ\"", RESULT_OK, "", "" },
    { "zone", "\"ẫẫẫẫẫẫẫ\"", LARGE, "zone", "text too long" },
    { "zone", "\"\xf0\x9d\x92\x99\xf0\x9d\x92\x99\"", RESULT_OK, "", "" },
    { "zone", "\"a\\u0301\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"o\\u031b\\u0301\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"a\\nb\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"a\\tb\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"\\u007f\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"\\u202e\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"\\ufeff\"", SMALL, "zone", NOT_CLEAN },
    { "zone", "\"\\uffff\"", SMALL, "zone", NOT_CLEAN },
    /* Logs of before have such names. */
    { "zone", "\"a\\u200bb\"", RESULT_OK, "", "" },
    { "zone", "\"\\u2060\"", RESULT_OK, "", "" },
    { "zone", "7", SMALL, "zone", "not a string" },
    { "zone", NULL, SMALL, "zone", "missing" },
    { "choice", "\"yes\"", RESULT_OK, "", "" },
    { "choice", "\"Yes\"", SMALL, "choice", "not a known word" },
    { "choice", "\"\"", SMALL, "choice", "not a known word" },
    { "choice", "1", SMALL, "choice", "not a string" },
    { "choice", NULL, SMALL, "choice", "missing" },
    { "title", "\"Đồng ý\"", SMALL, "title", "not an object" },
    { "title", "null", SMALL, "title", "not an object" },
    { "title", "{}", SMALL, "title.c", "missing" },
    { "title", "{\"c\":\"00\"}", SMALL, "title.c", NOT_HEX },
    { "title", "{\"c\":1}", SMALL, "title.c", "not a string" },
    { "title", NULL, SMALL, "title", "missing" },
    { "act", "null", RESULT_OK, "", "" },
    { "act", NULL, SMALL, "act", "missing" },
    { "act", "{}", SMALL, "act.member", "missing" },
    { "act", "[]", SMALL, "act", "neither an object nor null" },
    { "list", "[]", RESULT_OK, "", "" },
    { "list", "{}", SMALL, "list", "not an array" },
    { "list", "null", SMALL, "list", "not an array" },
    { "list", "[1]", SMALL, "list.0", "not an object" },
    { "list", "[[]]", SMALL, "list.0", "not an object" },
    { "list", "[{\"id\":\"a\",\"name\":{\"c\":\"" HEX_32 "\"}},{}]", SMALL,
      "list.1.id", "missing" },
    { "list", "[{\"id\":\"a\",\"name\":{\"c\":\"" HEX_32 "\"}},{\"id\":\"b\"}]",
      SMALL, "list.1.name", "missing" },
    { "list", "[{\"id\":\"a\",\"name\":{\"c\":7}}]", SMALL, "list.0.name.c",
      "not a string" },
    { "list", NULL, SMALL, "list", "missing" },
    { "unheard_of", "[1,{\"a\":2.5}]", RESULT_OK, "", "" },
};

static const struct field_row command_rows[] = {
    { "seats", NULL, RESULT_OK, "", "" },
    { "passed", NULL, RESULT_OK, "", "" },
    { "site", NULL, RESULT_OK, "", "" },
    { "title", NULL, RESULT_OK, "", "" },
    { "act", NULL, RESULT_OK, "", "" },
    { "list", NULL, RESULT_OK, "", "" },
    { "at", NULL, SMALL, "at", "missing" },
    { "id", NULL, SMALL, "id", "missing" },
    { "key", NULL, SMALL, "key", "missing" },
    { "hash", NULL, SMALL, "hash", "missing" },
    { "sig", NULL, SMALL, "sig", "missing" },
    { "zone", NULL, SMALL, "zone", "missing" },
    { "choice", NULL, SMALL, "choice", "missing" },
    { "seats", "null", SMALL, "seats", "not an integer" },
    { "title", "\"0123456789\"", RESULT_OK, "", "" },
    { "title", "\"01234567890\"", LARGE, "title", "text too long" },
    { "title", "\"a\\nb\"", SMALL, "title", NOT_CLEAN },
    { "title", "\"a\\u200bb\"", SMALL, "title", UNSEEN },
    { "title", "\"\\u200cb\"", SMALL, "title", UNSEEN },
    { "title", "\"a\\u200d\"", SMALL, "title", UNSEEN },
    { "title", "\"a\\u2060b\"", SMALL, "title", UNSEEN },
    { "title", "\"a\\u00adb\"", SMALL, "title", UNSEEN },
    { "zone", "\"a\\u200b\"", SMALL, "zone", UNSEEN },
    { "title",
      "{\"c\":\"" HEX_32 "\",\"salt\":\"" HEX_32 "\",\"value\":\"a\\u200b\"}",
      SMALL, "title.value", UNSEEN },
    /* In prose they are of use to some writings, and no name. */
    { "prose", "\"a\\u200db\"", RESULT_OK, "", "" },
    { "title", "7", SMALL, "title", "neither a string nor an object" },
    { "title", "{\"c\":\"" HEX_32 "\"}", SMALL, "title.salt", "missing" },
    { "title", "{\"c\":\"" HEX_32 "\",\"salt\":\"" HEX_32 "\"}", SMALL,
      "title.value", "missing" },
    { "title",
      "{\"c\":\"" HEX_32 "\",\"salt\":\"" HEX_32 "\",\"value\":\"a\\nb\"}",
      SMALL, "title.value", NOT_CLEAN },
    { "title",
      "{\"c\":\"" HEX_32 "\",\"salt\":\"" HEX_32 "\",\"value\":\"Mẫu\"}",
      RESULT_OK, "", "" },
    { "prose", "\"a\\n\\tb\"", RESULT_OK, "", "" },
    { "prose", "\"a\\rb\"", SMALL, "prose", NOT_CLEAN },
    { "list", "[{\"id\":\"a\"}]", RESULT_OK, "", "" },
};

static void check_row(const struct field_row *row, const char *base,
                      bool is_command)
{
    struct message_memory memory = { .root = parsed(base) };
    struct field_error error = { "", "" };
    struct sample out;
    enum result result = RESULT_OK;

    if (row->value)
        assert_int_equal(
            json_object_set_new(memory.root, row->field,
                                json_loads(row->value, JSON_DECODE_ANY, NULL)),
            0);
    else
        assert_int_equal(json_object_del(memory.root, row->field), 0);
    result = schema_decode(&sample_schema, memory.root, is_command, &out,
                           &memory, &error);
    if (result != row->result || strcmp(error.path, row->path) != 0)
        print_error("%s = %s: %s at %s\n", row->field,
                    row->value ? row->value : "(none)", result_text(result),
                    error.path);
    assert_int_equal(result, row->result);
    assert_string_equal(error.path, row->path);
    assert_string_equal(error.reason, row->reason);
    message_memory_release(&memory);
}

static void each_type_refuses_what_it_is_not_in_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof event_rows / sizeof event_rows[0]; i++)
        check_row(&event_rows[i], event_text, false);
}

static void each_type_refuses_what_it_is_not_in_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof command_rows / sizeof command_rows[0]; i++)
        check_row(&command_rows[i], command_text, true);
}

struct act_row {
    const char *field;
    const char *value;
    enum result result;
};

static void each_part_of_an_act_is_needed_and_checked(void **state)
{
    static const struct act_row rows[] = {
        { "member", NULL, SMALL },
        { "member", "\"\"", SMALL },
        { "device", NULL, SMALL },
        { "device", "\"00\"", SMALL },
        { "op", NULL, SMALL },
        { "op", "7", SMALL },
        { "request", NULL, SMALL },
        { "request", "-1", SMALL },
        { "request", "1.0", SMALL },
        { "request", "9007199254740992", LARGE },
        { "subject", NULL, SMALL },
        { "subject", "\"a\\nb\"", SMALL },
        { "value", NULL, SMALL },
        { "value", "\"a\\u0301\"", SMALL },
        { "seen", NULL, SMALL },
        { "seen", "\"3\"", SMALL },
        { "head", NULL, SMALL },
        { "head", "\"" HEX_64 "\"", SMALL },
        { "sig", NULL, SMALL },
        { "sig", "\"" HEX_32 "\"", SMALL },
        { "value", "\"\"", RESULT_OK },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct message_memory memory = { .root = parsed(event_text) };
        json_t *act = json_object_get(memory.root, "act");
        struct field_error error;
        struct sample out;

        if (rows[i].value)
            assert_int_equal(
                json_object_set_new(
                    act, rows[i].field,
                    json_loads(rows[i].value, JSON_DECODE_ANY, NULL)),
                0);
        else
            assert_int_equal(json_object_del(act, rows[i].field), 0);
        assert_int_equal(schema_decode(&sample_schema, memory.root, false, &out,
                                       &memory, &error),
                         rows[i].result);
        if (rows[i].result) {
            assert_memory_equal(error.path, "act.", 4);
            assert_string_equal(&error.path[4], rows[i].field);
        }
        message_memory_release(&memory);
    }
}

static json_t *array_of(size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        assert_int_equal(
            json_array_append_new(array, json_pack("{s:s,s:{s:s}}", "id", "a",
                                                   "name", "c", HEX_32)),
            0);
    return array;
}

static void a_list_has_a_ceiling(void **state)
{
    struct message_memory memory = { .root = parsed(event_text) };
    struct field_error error;
    struct sample out;

    (void)state;
    json_object_set_new(memory.root, "list", array_of(LIMIT_ITEMS));
    assert_int_equal(schema_decode(&sample_schema, memory.root, false, &out,
                                   &memory, &error),
                     RESULT_OK);
    assert_int_equal(out.list.count, LIMIT_ITEMS);
    json_object_set_new(memory.root, "list", array_of(LIMIT_ITEMS + 1));
    assert_int_equal(schema_decode(&sample_schema, memory.root, false, &out,
                                   &memory, &error),
                     RESULT_TOO_LARGE);
    assert_string_equal(error.path, "list");
    assert_string_equal(error.reason, "too many elements");
    message_memory_release(&memory);
}

/* --- encoding --------------------------------------------------------------
 */

static void check_text_round_trip(const char *text, bool is_command)
{
    struct message_memory memory = { .root = parsed(text) };
    json_t *object = json_object();
    struct sample out;
    char *written = NULL;
    size_t size = 0;

    assert_int_equal(schema_decode(&sample_schema, memory.root, is_command,
                                   &out, &memory, NULL),
                     RESULT_OK);
    assert_int_equal(schema_encode(&sample_schema, &out, is_command, object),
                     RESULT_OK);
    assert_int_equal(message_text(object, &written, &size), RESULT_OK);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(written, text, size);
    free(written);
    json_decref(object);
    message_memory_release(&memory);
}

static void compact_text_in_table_order_comes_back_byte_for_byte(void **state)
{
    (void)state;
    check_text_round_trip(event_text, false);
    check_text_round_trip(command_text, true);
}

static void the_encoder_refuses_what_the_decoder_would(void **state)
{
    struct message_memory memory = { .root = parsed(event_text) };
    struct sample good;

    (void)state;
    assert_int_equal(
        schema_decode(&sample_schema, memory.root, false, &good, &memory, NULL),
        RESULT_OK);
    for (int fault = 0; fault < 9; fault++) {
        struct sample bad = good;
        json_t *object = json_object();

        if (fault == 0)
            bad.seats = 101;
        else if (fault == 1)
            bad.total = UINT64_C(1) << 53;
        else if (fault == 2)
            bad.at = -(INT64_C(1) << 53);
        else if (fault == 3)
            bad.id = (struct identifier){ "" };
        else if (fault == 4)
            bad.choice = 0;
        else if (fault == 5)
            bad.choice = choice_count_;
        else if (fault == 6)
            bad.zone = TEXT_LITERAL("1234567");
        else if (fault == 7)
            bad.act.member = (struct identifier){ "" };
        else
            bad.act.op = TEXT_LITERAL("a\xff");
        assert_int_equal(schema_encode(&sample_schema, &bad, false, object),
                         RESULT_INVALID);
        json_decref(object);
    }
    message_memory_release(&memory);
}

static void words_and_values_belong_to_each_other(void **state)
{
    (void)state;
    assert_string_equal(enum_word(&choice_words, CHOICE_OTHER), "other");
    assert_int_equal(enum_value(&choice_words, TEXT_LITERAL("no")), CHOICE_NO);
    assert_int_equal(enum_value(&choice_words, TEXT_LITERAL("nope")), 0);
    assert_int_equal(enum_value(&choice_words, TEXT_LITERAL("")), 0);
    assert_string_equal(enum_word(&choice_words, 0), "?");
    assert_string_equal(enum_word(&choice_words, -1), "?");
    assert_string_equal(enum_word(&choice_words, choice_count_), "?");
}

/* --- walking ---------------------------------------------------------------
 */

struct visited {
    char paths[8][24];
    enum audience audiences[8];
    size_t count;
    size_t stop_at;
};

static enum result on_sealed(const char *path, struct sealed *sealed,
                             enum audience audience, uint64_t length_max,
                             void *user)
{
    struct visited *visited = user;

    assert_non_null(sealed);
    assert_true(length_max == 10 || length_max == 600);
    assert_true(visited->count < 8 && strlen(path) < 24);
    memcpy(visited->paths[visited->count], path, strlen(path) + 1);
    visited->audiences[visited->count++] = audience;
    return visited->count == visited->stop_at ? RESULT_FULL : RESULT_OK;
}

static void sealed_fields_are_visited_in_table_order(void **state)
{
    struct message_memory memory = { .root = parsed(event_text) };
    struct visited visited = { .count = 0 };
    struct visited stopped = { .stop_at = 3 };
    struct sample out;

    (void)state;
    assert_int_equal(
        schema_decode(&sample_schema, memory.root, false, &out, &memory, NULL),
        RESULT_OK);
    assert_int_equal(
        schema_visit_sealed(&sample_schema, &out, on_sealed, &visited),
        RESULT_OK);
    assert_int_equal(visited.count, 4);
    assert_string_equal(visited.paths[0], "title");
    assert_string_equal(visited.paths[1], "prose");
    assert_string_equal(visited.paths[2], "list.0.name");
    assert_string_equal(visited.paths[3], "list.1.name");
    assert_int_equal(visited.audiences[1], AUDIENCE_MEMBERS);
    assert_int_equal(
        schema_visit_sealed(&sample_schema, &out, on_sealed, &stopped),
        RESULT_FULL);
    assert_int_equal(stopped.count, 3);
    message_memory_release(&memory);
}

static void a_field_is_found_by_its_path_only(void **state)
{
    static const char *const wrong[] = { "",
                                         ".",
                                         "titl",
                                         "title.",
                                         "title.c",
                                         ".title",
                                         "list.name",
                                         "list.01.name",
                                         "list..name",
                                         "list.-1.name",
                                         "list.x.name",
                                         "list.5000.name",
                                         "list.99999999999999999999.name",
                                         "list.1.name.c",
                                         "list.1.",
                                         "list.1.other" };
    struct message_memory memory = { .root = parsed(event_text) };
    struct sample out;
    const struct element *list = NULL;

    (void)state;
    assert_int_equal(
        schema_decode(&sample_schema, memory.root, false, &out, &memory, NULL),
        RESULT_OK);
    list = out.list.data;
    assert_ptr_equal(
        schema_find_path(&sample_schema, TEXT_LITERAL("list.4999.name")),
        &element_rows[1]);
    assert_ptr_equal(schema_find_path(&sample_schema, TEXT_LITERAL("prose")),
                     &sample_rows[12]);
    assert_ptr_equal(
        schema_find_sealed(&sample_schema, &out, TEXT_LITERAL("list.1.name")),
        &list[1].name);
    assert_ptr_equal(
        schema_find_sealed(&sample_schema, &out, TEXT_LITERAL("prose")),
        &out.prose);
    assert_null(
        schema_find_sealed(&sample_schema, &out, TEXT_LITERAL("list.2.name")));
    assert_null(schema_find_sealed(&sample_schema, &out, TEXT_LITERAL("zone")));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_null(schema_find_path(&sample_schema, text_view_of(wrong[i])));
        assert_null(
            schema_find_sealed(&sample_schema, &out, text_view_of(wrong[i])));
    }
    message_memory_release(&memory);
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

/*
 * Tokens are short here: the parser's scanner asserts that its buffer, 16 bytes
 * at first, can grow. It also calls a string it has no memory for a bad token,
 * so either result is honest; it must not leak, nor touch the output.
 */
static void parsing_fails_cleanly_at_each_lack_of_memory(void **state)
{
    static const char text[] =
        "{\"a\":[1,2,\"ba\"],\"c\":{\"d\":null,\"e\":\"Đ\"},\"f\":7}";
    json_t *object = NULL;
    size_t allowed = 0;
    enum result result = RESULT_NO_MEMORY;

    (void)state;
    json_set_alloc_funcs(failing_malloc, free);
    for (; result != RESULT_OK; allowed++) {
        assert_null(object);
        allocations_left = allowed;
        result = message_parse(text, strlen(text), &object);
        assert_true(result == RESULT_OK || result == RESULT_NO_MEMORY ||
                    result == RESULT_MALFORMED);
        assert_true(allowed > 0 || result == RESULT_NO_MEMORY);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(allowed > 20);
    json_decref(object);
}

static void encoding_fails_cleanly_at_each_lack_of_memory(void **state)
{
    struct message_memory memory = { .root = parsed(event_text) };
    struct sample sample;
    size_t failures = 0;
    enum result result = RESULT_NO_MEMORY;

    (void)state;
    assert_int_equal(schema_decode(&sample_schema, memory.root, false, &sample,
                                   &memory, NULL),
                     RESULT_OK);
    json_set_alloc_funcs(failing_malloc, free);
    for (size_t allowed = 0; result != RESULT_OK; allowed++) {
        json_t *object = NULL;
        char *text = NULL;
        size_t size = 0;

        allocations_left = SIZE_MAX;
        object = json_object();
        allocations_left = allowed;
        result = schema_encode(&sample_schema, &sample, false, object);
        if (result == RESULT_OK)
            result = message_text(object, &text, &size);
        if (result != RESULT_OK) {
            assert_int_equal(result, RESULT_NO_MEMORY);
            assert_null(text);
            failures++;
        }
        free(text);
        json_decref(object);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(failures > 20);
    message_memory_release(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read_from_an_event),
        cmocka_unit_test(a_command_seals_by_string_or_by_its_author),
        cmocka_unit_test(a_command_may_leave_out_what_can_be_empty),
        cmocka_unit_test(each_type_refuses_what_it_is_not_in_events),
        cmocka_unit_test(each_type_refuses_what_it_is_not_in_commands),
        cmocka_unit_test(each_part_of_an_act_is_needed_and_checked),
        cmocka_unit_test(a_list_has_a_ceiling),
        cmocka_unit_test(compact_text_in_table_order_comes_back_byte_for_byte),
        cmocka_unit_test(the_encoder_refuses_what_the_decoder_would),
        cmocka_unit_test(words_and_values_belong_to_each_other),
        cmocka_unit_test(sealed_fields_are_visited_in_table_order),
        cmocka_unit_test(a_field_is_found_by_its_path_only),
        cmocka_unit_test(parsing_fails_cleanly_at_each_lack_of_memory),
        cmocka_unit_test(encoding_fails_cleanly_at_each_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
