#include "protocol/wire/event_codec.h"

#include "protocol/base/limits.h"
#include "protocol/wire/schema_bounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The nonce, 16 bytes, has no field type; it is read and written by hand. */
#define HEAD_FIELDS(X)                                                         \
    X(NUMBER, seq, 0, NONE)                                                    \
    X(TIME, at, 0, NONE)                                                       \
    X(TEXT, ev, EVENT_NAME_LENGTH_MAX, NONE)
struct head_fields {
    HEAD_FIELDS(FIELD_MEMBER)
};
#define field_struct struct head_fields
static const struct field head_rows[] = { HEAD_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema head_schema = { "event", sizeof(struct head_fields),
                                           head_rows,
                                           sizeof head_rows /
                                               sizeof head_rows[0] };

static enum result refuse(struct field_error *error, enum result result,
                          const char *path, const char *reason)
{
    if (error)
        *error = (struct field_error){ .reason = reason };
    if (error && path)
        strncat(error->path, path, sizeof error->path - 1);
    return result;
}

static enum result parse(const char *bytes, size_t size,
                         struct message_memory *memory,
                         struct field_error *error)
{
    enum result result = RESULT_OK;

    assert(!memory->root);
    result = message_parse(bytes, size, &memory->root);
    if (result)
        return refuse(error, result, NULL, "not one JSON object");
    return RESULT_OK;
}

/* --- writing an event ------------------------------------------------------
 */

static enum result put(json_t *object, const char *name, json_t *value)
{
    if (!value || json_object_set_new_nocheck(object, name, value))
        return RESULT_NO_MEMORY;
    return RESULT_OK;
}

static enum result put_head(json_t *object, const struct event_head *head,
                            const char *name)
{
    char nonce[HEX_SIZE(NONCE_SIZE)];
    enum result result = RESULT_OK;

    if (head->seq > (uint64_t)WIRE_NUMBER_MAX ||
        head->at_ms > WIRE_NUMBER_MAX || head->at_ms < -WIRE_NUMBER_MAX)
        return RESULT_INVALID;
    hex_encode(head->nonce.bytes, NONCE_SIZE, nonce);
    result = put(object, "seq", json_integer((json_int_t)head->seq));
    if (!result)
        result = put(object, "n", json_string_nocheck(nonce));
    if (!result)
        result = put(object, "at", json_integer(head->at_ms));
    if (!result)
        result = put(object, "ev", json_string_nocheck(name));
    return result;
}

enum result event_write(const struct schema *schema,
                        const struct event_head *head, const void *body,
                        char **out, size_t *size)
{
    json_t *object = json_object();
    char *text = NULL;
    size_t text_size = 0;
    enum result result = RESULT_NO_MEMORY;

    if (!object)
        return result;
    result = put_head(object, head, schema->name);
    if (!result)
        result = schema_encode(schema, body, false, object);
    if (!result)
        result = message_text(object, &text, &text_size);
    json_decref(object);
    if (!result && text_size > LIMIT_EVENT_SIZE)
        result = RESULT_TOO_LARGE;
    if (result) {
        free(text);
        return result;
    }
    *out = text;
    *size = text_size;
    return RESULT_OK;
}

/* --- sealing ---------------------------------------------------------------
 */

static enum result on_sealed_count(const char *path, struct sealed *sealed,
                                   enum audience audience, uint64_t length_max,
                                   void *user)
{
    size_t *count = user;

    (void)path;
    (void)sealed;
    (void)audience;
    (void)length_max;
    ++*count;
    return RESULT_OK;
}

struct sealer {
    const struct event_place *place;
    struct opening *openings; /* room for one each sealed field */
    size_t count;
};

static bool is_zero(const struct hash *hash)
{
    static const struct hash zero;

    return hash_equal(hash, &zero);
}

static void seal(struct sealed *sealed, const struct event_place *place,
                 struct text_view path)
{
    const struct salt salt = commitment_salt(place->key, place->seq, path);

    if (!sealed->has_value)
        sealed->value = TEXT_LITERAL("");
    sealed->has_value = true;
    memcpy(sealed->salt, salt.bytes, sizeof sealed->salt);
    sealed->commitment =
        commitment_of(place->scope, path, &salt, sealed->value);
}

static enum result on_sealed(const char *path, struct sealed *sealed,
                             enum audience audience, uint64_t length_max,
                             void *user)
{
    struct sealer *sealer = user;
    const struct text_view field = text_view_of(path);
    struct opening *opening = &sealer->openings[sealer->count];
    enum result result = RESULT_OK;

    assert(field.size <= OPENING_FIELD_SIZE_MAX);
    if (!sealed->has_value &&
        (sealed->is_authored || !is_zero(&sealed->commitment)))
        return RESULT_INVALID;
    if (!sealed->is_authored)
        seal(sealed, sealer->place, field);
    result = text_check(sealed->value, (size_t)length_max,
                        sealed_is_multi_line(length_max));
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_INVALID;
    *opening = (struct opening){ .seq = sealer->place->seq,
                                 .value = sealed->value,
                                 .audience = audience };
    memcpy(opening->field, field.data, field.size);
    memcpy(opening->salt.bytes, sealed->salt, SALT_SIZE);
    sealer->count++;
    return RESULT_OK;
}

static enum result seal_all(const struct schema *schema, void *body,
                            const struct event_place *place,
                            struct event_encoding *out)
{
    struct sealer sealer = { .place = place };
    size_t count = 0;
    enum result result =
        schema_visit_sealed(schema, body, on_sealed_count, &count);

    if (result || count == 0)
        return result;
    sealer.openings = calloc(count, sizeof *sealer.openings);
    if (!sealer.openings)
        return RESULT_NO_MEMORY;
    result = schema_visit_sealed(schema, body, on_sealed, &sealer);
    if (result) {
        free(sealer.openings);
        return result;
    }
    out->openings = sealer.openings;
    out->opening_count = sealer.count;
    return RESULT_OK;
}

enum result event_encode(const struct schema *schema, void *body,
                         const struct event_place *place,
                         struct event_encoding *out)
{
    const struct event_head head = {
        .seq = place->seq,
        .nonce = commitment_nonce(place->key, place->seq),
        .at_ms = place->at_ms,
    };
    struct event_encoding encoding = { 0 };
    enum result result = seal_all(schema, body, place, &encoding);

    if (!result)
        result =
            event_write(schema, &head, body, &encoding.bytes, &encoding.size);
    if (result) {
        event_encoding_release(&encoding);
        return result;
    }
    *out = encoding;
    return RESULT_OK;
}

void event_encoding_release(struct event_encoding *encoding)
{
    free(encoding->bytes);
    free(encoding->openings);
    *encoding = (struct event_encoding){ 0 };
}

/* --- reading an event ------------------------------------------------------
 */

static enum result read_nonce(const json_t *object, struct event_nonce *out,
                              struct field_error *error)
{
    const json_t *value = json_object_get(object, "n");
    const char *reason = NULL;

    if (!value)
        reason = "missing";
    else if (!json_is_string(value))
        reason = "not a string";
    else if (hex_decode((struct text_view){ json_string_value(value),
                                            json_string_length(value) },
                        out->bytes, NONCE_SIZE))
        reason = "not lower-case hex of the right length";
    return reason ? refuse(error, RESULT_MALFORMED, "n", reason) : RESULT_OK;
}

enum result event_head_read(const json_t *object, struct event_head *out,
                            struct field_error *error)
{
    struct head_fields fields;
    struct event_nonce nonce;
    enum result result = read_nonce(object, &nonce, error);

    if (!result)
        result =
            schema_decode(&head_schema, object, false, &fields, NULL, error);
    if (result)
        return result;
    if (fields.ev.size == 0)
        return refuse(error, RESULT_MALFORMED, "ev", "empty");
    *out = (struct event_head){
        .seq = fields.seq, .nonce = nonce, .at_ms = fields.at, .name = fields.ev
    };
    return RESULT_OK;
}

enum result event_parse(const char *bytes, size_t size, struct event_head *out,
                        struct message_memory *memory,
                        struct field_error *error)
{
    enum result result = parse(bytes, size, memory, error);

    if (result)
        return result;
    return event_head_read(memory->root, out, error);
}

/* --- openings --------------------------------------------------------------
 */

/*
 * The salt is 32 bytes like a hash. The value may have several lines, which a
 * TEXT may not; it is read and written by hand.
 */
#define OPENING_FIELDS(X)                                                      \
    X(NUMBER, open, 0, NONE)                                                   \
    X(TEXT, field, OPENING_FIELD_SIZE_MAX, NONE)                               \
    X(HASH, salt, 0, NONE)
struct opening_fields {
    OPENING_FIELDS(FIELD_MEMBER)
};
#define field_struct struct opening_fields
static const struct field opening_rows[] = { OPENING_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema opening_schema = {
    "opening", sizeof(struct opening_fields), opening_rows,
    sizeof opening_rows / sizeof opening_rows[0]
};

enum result opening_write(const struct opening *opening, char **out,
                          size_t *size)
{
    struct opening_fields fields = { .open = opening->seq,
                                     .field = text_view_of(opening->field) };
    json_t *object = json_object();
    enum result result = RESULT_NO_MEMORY;

    if (!object)
        return result;
    memcpy(fields.salt.bytes, opening->salt.bytes, SALT_SIZE);
    result = schema_encode(&opening_schema, &fields, false, object);
    if (!result)
        result = text_check(opening->value, LIMIT_BALLOT_FORM_LENGTH, true);
    if (result && result != RESULT_NO_MEMORY)
        result = RESULT_INVALID;
    if (!result)
        result = put(
            object, "value",
            json_stringn_nocheck(opening->value.size ? opening->value.data : "",
                                 opening->value.size));
    if (!result)
        result = message_text(object, out, size);
    json_decref(object);
    return result;
}

static enum result read_value(const json_t *object, struct text_view *out,
                              struct field_error *error)
{
    const json_t *value = json_object_get(object, "value");
    enum result result = RESULT_OK;

    if (!value)
        return refuse(error, RESULT_MALFORMED, "value", "missing");
    if (!json_is_string(value))
        return refuse(error, RESULT_MALFORMED, "value", "not a string");
    *out = (struct text_view){ json_string_value(value),
                               json_string_length(value) };
    result = text_check(*out, LIMIT_BALLOT_FORM_LENGTH, true);
    if (result)
        return refuse(error, result, "value", "not clean text in NFC");
    return RESULT_OK;
}

enum result opening_read(const json_t *object, struct opening *out,
                         struct field_error *error)
{
    struct opening_fields fields;
    struct text_view value;
    enum result result =
        schema_decode(&opening_schema, object, false, &fields, NULL, error);

    if (!result)
        result = read_value(object, &value, error);
    if (result)
        return result;
    if (fields.field.size == 0 || fields.field.size > OPENING_FIELD_SIZE_MAX)
        return refuse(error, RESULT_MALFORMED, "field", "not a path");
    *out = (struct opening){ .seq = fields.open, .value = value };
    memcpy(out->field, fields.field.data, fields.field.size);
    memcpy(out->salt.bytes, fields.salt.bytes, SALT_SIZE);
    return RESULT_OK;
}

enum result opening_parse(const char *bytes, size_t size, struct opening *out,
                          struct message_memory *memory,
                          struct field_error *error)
{
    enum result result = parse(bytes, size, memory, error);

    if (result)
        return result;
    return opening_read(memory->root, out, error);
}

static enum result check_opening(const struct schema *schema, void *body,
                                 struct text_view scope,
                                 const struct opening *opening,
                                 struct sealed **out)
{
    const struct text_view path = text_view_of(opening->field);
    const struct field *field = schema_find_path(schema, path);
    struct sealed *sealed = schema_find_sealed(schema, body, path);
    enum result result = RESULT_OK;

    if (!field || !sealed)
        return RESULT_NOT_FOUND;
    result = text_check(opening->value, (size_t)field->max,
                        sealed_is_multi_line(field->max));
    if (result)
        return result;
    if (!commitment_check(&sealed->commitment, scope, path, &opening->salt,
                          opening->value))
        return RESULT_REFUSED;
    *out = sealed;
    return RESULT_OK;
}

enum result event_opening_check(const struct schema *schema, void *body,
                                struct text_view scope,
                                const struct opening *opening)
{
    struct sealed *sealed = NULL;

    return check_opening(schema, body, scope, opening, &sealed);
}

enum result event_opening_apply(const struct schema *schema, void *body,
                                struct text_view scope,
                                const struct opening *opening)
{
    struct sealed *sealed = NULL;
    const enum result result =
        check_opening(schema, body, scope, opening, &sealed);

    if (result)
        return result;
    memcpy(sealed->salt, opening->salt.bytes, sizeof sealed->salt);
    sealed->value = opening->value;
    sealed->has_value = true;
    return RESULT_OK;
}
