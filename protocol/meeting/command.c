#include "protocol/meeting/command.h"

#include "protocol/base/byte_writer.h"
#include "protocol/record/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_LIST(X) MEETING_COMMAND_LIST(X) REGISTER_COMMAND_LIST(X)

#define field_struct struct import_row
static const struct field import_row_fields[] = { IMPORT_ROW_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema import_row_schema = { "row", sizeof(struct import_row),
                                          import_row_fields,
                                          sizeof import_row_fields /
                                              sizeof import_row_fields[0] };

#define field_struct struct asked_unit
static const struct field asked_unit_fields[] = { ASKED_UNIT_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema asked_unit_schema = {
    "asked_unit", sizeof(struct asked_unit), asked_unit_fields,
    sizeof asked_unit_fields / sizeof asked_unit_fields[0]
};

#define field_struct struct agenda_title
static const struct field agenda_title_fields[] = { AGENDA_TITLE_FIELDS(
    FIELD_ROW) };
#undef field_struct
const struct schema agenda_title_schema = {
    "agenda_title", sizeof(struct agenda_title), agenda_title_fields,
    sizeof agenda_title_fields / sizeof agenda_title_fields[0]
};

/*
 * One function a command, so that each row's offset is taken in its own
 * struct. The last row is not a field: it keeps the table of a command without
 * any from being empty.
 */
#define COMMAND_SCHEMA(NAME, name, is_signed)                                  \
    static const struct schema *name##_schema(void)                            \
    {                                                                          \
        typedef struct command_##name field_struct;                            \
        static const struct field fields[] = { COMMAND_##NAME(FIELD_ROW){      \
            .type = FIELD_NONE } };                                            \
        static const struct schema schema = {                                  \
            #name, sizeof(field_struct), fields,                               \
            sizeof fields / sizeof fields[0] - 1                               \
        };                                                                     \
        return &schema;                                                        \
    }
COMMAND_LIST(COMMAND_SCHEMA)

/* What stands around the fields. */
#define ENVELOPE_FIELDS(X)                                                     \
    X(NUMBER, id, 0, NONE)                                                     \
    X(ID, log, 0, NONE)
struct envelope {
    ENVELOPE_FIELDS(FIELD_MEMBER)
};
#define field_struct struct envelope
static const struct field envelope_fields[] = { ENVELOPE_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema envelope_schema = {
    "request", sizeof(struct envelope), envelope_fields,
    sizeof envelope_fields / sizeof envelope_fields[0]
};

#define SIGNING_FIELDS(X)                                                      \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
struct signing {
    SIGNING_FIELDS(FIELD_MEMBER)
};
#define field_struct struct signing
static const struct field signing_fields[] = { SIGNING_FIELDS(FIELD_ROW) };
#undef field_struct
static const struct schema signing_schema = { "act", sizeof(struct signing),
                                              signing_fields,
                                              sizeof signing_fields /
                                                  sizeof signing_fields[0] };

const struct schema *command_schema(enum command_op op)
{
#define COMMAND_ROW(NAME, name, is_signed) [OP_##NAME] = name##_schema,
    static const struct schema *(*const schemas[COMMAND_OP_COUNT])(
        void) = { COMMAND_LIST(COMMAND_ROW) };
#undef COMMAND_ROW

    return (unsigned)op < COMMAND_OP_COUNT && schemas[op] ? schemas[op]()
                                                          : NULL;
}

enum command_op command_op_of(struct text_view name)
{
    int op;

    for (op = COMMAND_UNKNOWN + 1; op < COMMAND_OP_COUNT; op++) {
        const struct schema *schema = command_schema((enum command_op)op);

        if (schema && text_view_is(name, schema->name))
            return (enum command_op)op;
    }
    return COMMAND_UNKNOWN;
}

const char *command_name(enum command_op op)
{
    const struct schema *schema = command_schema(op);

    return schema ? schema->name : "?";
}

bool command_is_signed(enum command_op op)
{
    enum { UNSIGNED, SIGNED };

#define COMMAND_ROW(NAME, name, is_signed) [OP_##NAME] = is_signed,
    static const unsigned char rows[COMMAND_OP_COUNT] = { COMMAND_LIST(
        COMMAND_ROW) };
#undef COMMAND_ROW

    return (unsigned)op < COMMAND_OP_COUNT && rows[op] == SIGNED;
}

bool command_needs_ballot(enum command_op op)
{
    switch ((int)op) {
    case OP_CERTIFY:
    case OP_SIGN_TRUSTEES:
    case OP_ATTEST_BALLOT:
    case OP_ATTEST_HALL:
    case OP_CONFIRM_HALL:
    case OP_INCLUDE_BALLOT:
    case OP_INCLUDE_HALL:
    case OP_ENTER_PAPER:
    case OP_CONFIRM_PAPER:
    case OP_DECRYPT:
        return true;
    default:
        return false;
    }
}

bool command_is_act(enum command_op op)
{
    return command_is_signed(op) && op != OP_ADD_DEVICE &&
           op != OP_VOUCH_DEVICE && op != OP_SIGN_MINUTES &&
           op != OP_PROPOSE_ERRATUM && op != OP_SIGN_ERRATUM &&
           !command_needs_ballot(op);
}

bool command_is_of_register(enum command_op op)
{
    switch (op) {
#define COMMAND_CASE(NAME, name, is_signed) case OP_##NAME:
        REGISTER_COMMAND_LIST(COMMAND_CASE)
        return true;
        MEETING_COMMAND_LIST(COMMAND_CASE)
#undef COMMAND_CASE
    case COMMAND_UNKNOWN:
    case COMMAND_OP_COUNT:
        break;
    }
    return false;
}

static bool is_id(const struct field *field)
{
    return field->type == FIELD_ID || field->type == FIELD_OPTIONAL_ID;
}

static void write_hex(struct byte_writer *out, const uint8_t *bytes,
                      size_t size)
{
    char hex[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(bytes, size, hex);
    byte_writer_text(out, text_view_of(hex));
}

/* Ids with "+" between them; RESULT_INVALID for elements of another form. */
static enum result write_ids(struct byte_writer *out, const struct field *field,
                             const struct items *items)
{
    const struct schema *schema = field->items;
    const char *element = items->data;
    size_t i;

    if (schema->field_count != 1 || !is_id(&schema->fields[0]))
        return RESULT_INVALID;
    for (i = 0; i < items->count; i++) {
        const void *id = &element[i * schema->size + schema->fields[0].offset];

        if (i > 0)
            byte_writer_u8(out, '+');
        byte_writer_text(out, identifier_view(id));
    }
    return RESULT_OK;
}

static void write_text_hash(struct byte_writer *out,
                            const struct text_view *text)
{
    const struct hash hash = digest_sha256(text->data, text->size);

    write_hex(out, hash.bytes, HASH_SIZE);
}

/* One field as the statement writes it; RESULT_INVALID if no act has it. */
static enum result write_term(struct byte_writer *out,
                              const struct field *field, const void *value)
{
    char number[24];

    switch (field->type) {
    case FIELD_ID:
    case FIELD_OPTIONAL_ID:
        byte_writer_text(out, identifier_view(value));
        return RESULT_OK;
    case FIELD_ENUM:
        byte_writer_text(
            out, text_view_of(enum_word(field->words, *(const int *)value)));
        return RESULT_OK;
    case FIELD_OPTIONAL_ENUM:
        if (*(const int *)value != 0)
            byte_writer_text(out, text_view_of(enum_word(field->words,
                                                         *(const int *)value)));
        return RESULT_OK;
    case FIELD_NUMBER:
        (void)snprintf(number, sizeof number, "%" PRIu64,
                       *(const uint64_t *)value);
        byte_writer_text(out, text_view_of(number));
        return RESULT_OK;
    case FIELD_TIME:
        (void)snprintf(number, sizeof number, "%" PRId64,
                       *(const int64_t *)value);
        byte_writer_text(out, text_view_of(number));
        return RESULT_OK;
    case FIELD_FLAG:
        byte_writer_u8(out, *(const bool *)value ? '1' : '0');
        return RESULT_OK;
    case FIELD_KEY:
        write_hex(out, ((const struct key *)value)->bytes, KEY_SIZE);
        return RESULT_OK;
    case FIELD_HASH:
        write_hex(out, ((const struct hash *)value)->bytes, HASH_SIZE);
        return RESULT_OK;
    case FIELD_SEALED:
        if (!((const struct sealed *)value)->is_authored)
            return RESULT_INVALID;
        write_hex(out, ((const struct sealed *)value)->commitment.bytes,
                  HASH_SIZE);
        return RESULT_OK;
    case FIELD_SIGNATURE:
        write_hex(out, ((const struct signature *)value)->bytes,
                  SIGNATURE_SIZE);
        return RESULT_OK;
    case FIELD_TEXT:
        write_text_hash(out, value);
        return RESULT_OK;
    case FIELD_ITEMS:
        return write_ids(out, field, value);
    case FIELD_LATER_NUMBER: /* of events alone */
    case FIELD_LATER_ENUM:
    case FIELD_NONE:
    case FIELD_ACT:
        break;
    }
    return RESULT_INVALID;
}

static enum result write_value(struct byte_writer *out,
                               const struct command *command,
                               const struct schema *schema, size_t first)
{
    size_t i;

    for (i = first; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        enum result result;

        if (i > first)
            byte_writer_u8(out, ',');
        result = write_term(out, field,
                            (const uint8_t *)&command->body + field->offset);
        if (result)
            return result;
    }
    byte_writer_u8(out, '\0');
    return out->result;
}

enum result command_act_terms(const struct command *command, char **subject,
                              char **value)
{
    const struct schema *schema = command_schema(command->op);
    struct identifier id = command->log;
    struct byte_writer out;
    uint8_t *bytes = NULL;
    size_t first = 0, size;
    char *copy;
    enum result result;

    if (!schema)
        return RESULT_INVALID;
    if (schema->field_count > 0 && is_id(&schema->fields[0])) {
        memcpy(&id, (const uint8_t *)&command->body + schema->fields[0].offset,
               sizeof id);
        first = 1;
    }
    byte_writer_init(&out, LIMIT_ACT_VALUE_LENGTH + 1);
    result = write_value(&out, command, schema, first);
    if (!result)
        result = byte_writer_take(&out, &bytes, &size);
    if (result)
        goto fail;
    copy = strdup(id.text);
    if (!copy) {
        result = RESULT_NO_MEMORY;
        goto fail;
    }
    *subject = copy;
    *value = (char *)bytes;
    return RESULT_OK;

fail:
    free(bytes);
    byte_writer_release(&out);
    return result;
}

static enum result decode_act(const json_t *object, struct act *act,
                              struct message_memory *memory,
                              struct field_error *error)
{
    const json_t *value = json_object_get(object, "act");
    struct signing signing;
    struct field_error inner = { .reason = "malformed" };
    enum result result;

    *act = (struct act){ .is_present = false };
    if (!value || json_is_null(value))
        return RESULT_OK;
    result = json_is_object(value)
                 ? schema_decode(&signing_schema, value, false, &signing,
                                 memory, &inner)
                 : RESULT_MALFORMED;
    if (result) {
        if (error) {
            (void)snprintf(error->path, sizeof error->path, "act%s%.80s",
                           inner.path[0] ? "." : "", inner.path);
            error->reason = inner.reason;
        }
        return result;
    }
    act->is_present = true;
    act->seen = signing.seen;
    act->head = signing.head;
    act->sig = signing.sig;
    return RESULT_OK;
}

enum result command_decode(const json_t *object, struct command *out,
                           struct message_memory *memory,
                           struct field_error *error)
{
    const json_t *name = json_object_get(object, "op");
    struct envelope envelope;
    enum result result;

    if (!json_is_string(name))
        return RESULT_NOT_FOUND;
    *out = (struct command){ .op = COMMAND_UNKNOWN };
    out->op = command_op_of((struct text_view){ json_string_value(name),
                                                json_string_length(name) });
    if (out->op == COMMAND_UNKNOWN)
        return RESULT_NOT_FOUND;
    result = schema_decode(&envelope_schema, object, false, &envelope, memory,
                           error);
    if (!result)
        result = decode_act(object, &out->act, memory, error);
    if (!result)
        result = schema_decode(command_schema(out->op), object, true,
                               &out->body, memory, error);
    if (result)
        return result;
    out->request = envelope.id;
    out->log = envelope.log;
    return RESULT_OK;
}

static enum result encode_act(const struct act *act, json_t *object)
{
    struct signing signing = { .seen = act->seen,
                               .head = act->head,
                               .sig = act->sig };
    json_t *value = json_object();
    enum result result;

    if (!value)
        return RESULT_NO_MEMORY;
    result = schema_encode(&signing_schema, &signing, false, value);
    if (result) {
        json_decref(value);
        return result;
    }
    return json_object_set_new(object, "act", value) ? RESULT_NO_MEMORY
                                                     : RESULT_OK;
}

enum result command_encode(const struct command *command, json_t **out)
{
    const struct schema *schema = command_schema(command->op);
    json_t *object;
    enum result result = RESULT_INVALID;

    if (!schema)
        return RESULT_INVALID;
    /* The envelope's order is id, op, log: the op stands between its fields. */
    object = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)command->request,
                       "op", schema->name, "log", command->log.text);
    if (!object)
        return RESULT_NO_MEMORY;
    if (command->request > INT64_MAX || identifier_is_empty(&command->log))
        goto fail;
    result = schema_encode(schema, &command->body, true, object);
    if (!result && command->act.is_present)
        result = encode_act(&command->act, object);
    if (result)
        goto fail;
    *out = object;
    return RESULT_OK;

fail:
    json_decref(object);
    return result;
}
