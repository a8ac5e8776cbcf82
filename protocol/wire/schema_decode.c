/* JSON to the struct of a schema. schema_encode.c is the way back. */
#include "protocol/wire/field.h"

#include "protocol/base/limits.h"
#include "protocol/wire/field_path.h"
#include "protocol/wire/schema_bounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct decoder {
    bool is_command;
    struct message_memory *memory; /* borrowed */
    struct field_path path;        /* of the field being read */
    const char *reason;            /* static; why it was refused */
};

static enum result decode_object(struct decoder *decoder,
                                 const struct schema *schema,
                                 const json_t *object, void *out);

static enum result refuse(struct decoder *decoder, enum result result,
                          const char *reason)
{
    decoder->reason = reason;
    return result;
}

static enum result malformed(struct decoder *decoder, const char *reason)
{
    return refuse(decoder, RESULT_MALFORMED, reason);
}

static enum result read_string(struct decoder *decoder, const json_t *value,
                               struct text_view *out)
{
    if (!json_is_string(value))
        return malformed(decoder, "not a string");
    *out = (struct text_view){ json_string_value(value),
                               json_string_length(value) };
    return RESULT_OK;
}

/* An integer of the range that every JSON reader keeps exactly. */
static enum result read_integer(struct decoder *decoder, const json_t *value,
                                int64_t *out)
{
    if (!json_is_integer(value))
        return malformed(decoder, "not an integer");
    *out = json_integer_value(value);
    if (*out > WIRE_NUMBER_MAX || *out < -WIRE_NUMBER_MAX)
        return refuse(decoder, RESULT_TOO_LARGE, "number too large");
    return RESULT_OK;
}

static enum result read_number(struct decoder *decoder, const json_t *value,
                               uint64_t max, uint64_t *out)
{
    int64_t number = 0;
    enum result result = read_integer(decoder, value, &number);

    if (result)
        return result;
    if (number < 0)
        return malformed(decoder, "negative");
    if (max && (uint64_t)number > max)
        return refuse(decoder, RESULT_TOO_LARGE, "number too large");
    *out = (uint64_t)number;
    return RESULT_OK;
}

/* One spelling of 0 is enough: it is left out. */
static enum result read_later_number(struct decoder *decoder,
                                     const json_t *value, uint64_t max,
                                     uint64_t *out)
{
    const enum result result = read_number(decoder, value, max, out);

    return !result && *out == 0 ? malformed(decoder, "zero is left out")
                                : result;
}

static enum result read_hex(struct decoder *decoder, const json_t *value,
                            uint8_t *out, size_t size)
{
    struct text_view text;
    enum result result = read_string(decoder, value, &text);

    if (result)
        return result;
    if (hex_decode(text, out, size))
        return malformed(decoder, "not lower-case hex of the right length");
    return RESULT_OK;
}

static enum result read_text(struct decoder *decoder, const json_t *value,
                             uint64_t max, bool multi_line,
                             struct text_view *out)
{
    enum result result = read_string(decoder, value, out);

    if (result)
        return result;
    result = text_check(*out, (size_t)max, multi_line);
    if (result == RESULT_TOO_LARGE)
        return refuse(decoder, result, "text too long");
    if (result == RESULT_MALFORMED)
        return malformed(decoder, "not clean text in NFC");
    /* Events are read as they were written once. */
    if (!result && decoder->is_command && !multi_line && text_has_unseen(*out))
        return malformed(decoder, "has letters that nobody sees");
    return result;
}

static enum result read_id(struct decoder *decoder, const json_t *value,
                           bool is_optional, struct identifier *out)
{
    struct text_view text;
    enum result result = read_string(decoder, value, &text);

    if (result)
        return result;
    result = is_optional ? identifier_parse_optional(text, out)
                         : identifier_parse(text, out);
    if (result)
        return malformed(decoder, "not an id");
    return RESULT_OK;
}

static enum result read_flag(struct decoder *decoder, const json_t *value,
                             bool *out)
{
    if (!json_is_boolean(value))
        return malformed(decoder, "not true or false");
    *out = json_is_true(value);
    return RESULT_OK;
}

static enum result read_word(struct decoder *decoder, const json_t *value,
                             bool is_optional, const struct enum_words *words,
                             int *out)
{
    struct text_view text;
    enum result result = read_string(decoder, value, &text);

    if (result)
        return result;
    *out = enum_value(words, text);
    if (*out == 0 && !(is_optional && text.size == 0))
        return malformed(decoder, "not a known word");
    return RESULT_OK;
}

/*
 * One member of a fixed object inside a field: its name joins the path while it
 * is read, and stays there when it is refused.
 */
static const json_t *enter(struct decoder *decoder, const json_t *object,
                           const char *name, size_t *before)
{
    *before = field_path_push_name(&decoder->path, name);
    return json_object_get(object, name);
}

static enum result leave(struct decoder *decoder, size_t before,
                         enum result result)
{
    if (!result)
        field_path_cut(&decoder->path, before);
    return result;
}

static enum result read_inner_hex(struct decoder *decoder, const json_t *object,
                                  const char *name, uint8_t *out, size_t size)
{
    size_t before = 0;
    const json_t *value = enter(decoder, object, name, &before);

    if (!value)
        return malformed(decoder, "missing");
    return leave(decoder, before, read_hex(decoder, value, out, size));
}

static enum result read_inner_text(struct decoder *decoder,
                                   const json_t *object, const char *name,
                                   uint64_t max, bool multi_line,
                                   struct text_view *out)
{
    size_t before = 0;
    const json_t *value = enter(decoder, object, name, &before);

    if (!value)
        return malformed(decoder, "missing");
    return leave(decoder, before,
                 read_text(decoder, value, max, multi_line, out));
}

static enum result read_inner_number(struct decoder *decoder,
                                     const json_t *object, const char *name,
                                     uint64_t *out)
{
    size_t before = 0;
    const json_t *value = enter(decoder, object, name, &before);

    if (!value)
        return malformed(decoder, "missing");
    return leave(decoder, before, read_number(decoder, value, 0, out));
}

static enum result read_inner_id(struct decoder *decoder, const json_t *object,
                                 const char *name, struct identifier *out)
{
    size_t before = 0;
    const json_t *value = enter(decoder, object, name, &before);

    if (!value)
        return malformed(decoder, "missing");
    return leave(decoder, before, read_id(decoder, value, false, out));
}

/* {"c":hex,"salt":hex,"value":"..."}: made by the author of the text. */
static enum result read_authored(struct decoder *decoder, const json_t *value,
                                 uint64_t max, struct sealed *out)
{
    enum result result =
        read_inner_hex(decoder, value, "c", out->commitment.bytes, HASH_SIZE);

    if (!result)
        result =
            read_inner_hex(decoder, value, "salt", out->salt, sizeof out->salt);
    if (!result)
        result = read_inner_text(decoder, value, "value", max,
                                 sealed_is_multi_line(max), &out->value);
    out->has_value = true;
    out->is_authored = true;
    return result;
}

static enum result read_sealed(struct decoder *decoder, const json_t *value,
                               uint64_t max, struct sealed *out)
{
    if (decoder->is_command && json_is_string(value)) {
        out->has_value = true;
        return read_text(decoder, value, max, sealed_is_multi_line(max),
                         &out->value);
    }
    if (!json_is_object(value))
        return malformed(decoder, decoder->is_command
                                      ? "neither a string nor an object"
                                      : "not an object");
    if (decoder->is_command)
        return read_authored(decoder, value, max, out);
    out->value = TEXT_LITERAL("");
    return read_inner_hex(decoder, value, "c", out->commitment.bytes,
                          HASH_SIZE);
}

static enum result read_act(struct decoder *decoder, const json_t *value,
                            struct act *out)
{
    enum result result = RESULT_OK;

    if (json_is_null(value))
        return RESULT_OK;
    if (!json_is_object(value))
        return malformed(decoder, "neither an object nor null");
    result = read_inner_id(decoder, value, "member", &out->member);
    if (!result)
        result = read_inner_hex(decoder, value, "device", out->device.bytes,
                                KEY_SIZE);
    if (!result)
        result = read_inner_text(decoder, value, "op", LIMIT_ACT_OP_LENGTH,
                                 false, &out->op);
    if (!result)
        result = read_inner_number(decoder, value, "request", &out->request);
    if (!result)
        result =
            read_inner_text(decoder, value, "subject", LIMIT_ACT_SUBJECT_LENGTH,
                            false, &out->subject);
    if (!result)
        result = read_inner_text(decoder, value, "value",
                                 LIMIT_ACT_VALUE_LENGTH, false, &out->value);
    if (!result)
        result = read_inner_number(decoder, value, "seen", &out->seen);
    if (!result)
        result =
            read_inner_hex(decoder, value, "head", out->head.bytes, HASH_SIZE);
    if (!result)
        result = read_inner_hex(decoder, value, "sig", out->sig.bytes,
                                SIGNATURE_SIZE);
    out->is_present = true;
    return result;
}

/* A zeroed array that ends with the memory of the message. */
static void *memory_array(struct message_memory *memory, size_t count,
                          size_t size)
{
    const size_t blocks = memory->block_count + 1;
    void **grown = realloc(memory->blocks, blocks * sizeof *grown);

    if (!grown)
        return NULL;
    memory->blocks = grown;
    grown[memory->block_count] = calloc(count, size);
    if (!grown[memory->block_count])
        return NULL;
    memory->block_count = blocks;
    return grown[blocks - 1];
}

static enum result read_items(struct decoder *decoder,
                              const struct field *field, const json_t *value,
                              struct items *out)
{
    const size_t count = json_array_size(value);
    const size_t max = items_count_max(field);
    char *data = NULL;

    if (!json_is_array(value))
        return malformed(decoder, "not an array");
    if (count > max)
        return refuse(decoder, RESULT_TOO_LARGE, "too many elements");
    if (count == 0)
        return RESULT_OK;
    data = memory_array(decoder->memory, count, field->items->size);
    if (!data)
        return RESULT_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const size_t before = field_path_push_index(&decoder->path, i);
        const enum result result =
            decode_object(decoder, field->items, json_array_get(value, i),
                          &data[i * field->items->size]);

        if (result)
            return result;
        field_path_cut(&decoder->path, before);
    }
    *out = (struct items){ data, count };
    return RESULT_OK;
}

static enum result read_field(struct decoder *decoder,
                              const struct field *field, const json_t *value,
                              void *slot)
{
    switch (field->type) {
    case FIELD_NUMBER:
        return read_number(decoder, value, field->max, slot);
    case FIELD_TIME:
        return read_integer(decoder, value, slot);
    case FIELD_FLAG:
        return read_flag(decoder, value, slot);
    case FIELD_ID:
        return read_id(decoder, value, false, slot);
    case FIELD_OPTIONAL_ID:
        return read_id(decoder, value, true, slot);
    case FIELD_KEY:
        return read_hex(decoder, value, slot, KEY_SIZE);
    case FIELD_HASH:
        return read_hex(decoder, value, slot, HASH_SIZE);
    case FIELD_SIGNATURE:
        return read_hex(decoder, value, slot, SIGNATURE_SIZE);
    case FIELD_TEXT:
        return read_text(decoder, value, field->max, false, slot);
    case FIELD_ENUM:
        return read_word(decoder, value, false, field->words, slot);
    case FIELD_OPTIONAL_ENUM:
        return read_word(decoder, value, true, field->words, slot);
    case FIELD_SEALED:
        return read_sealed(decoder, value, field->max, slot);
    case FIELD_ACT:
        return read_act(decoder, value, slot);
    case FIELD_ITEMS:
        return read_items(decoder, field, value, slot);
    case FIELD_LATER_NUMBER:
        return read_later_number(decoder, value, field->max, slot);
    case FIELD_LATER_ENUM:
        return read_word(decoder, value, false, field->words, slot);
    case FIELD_NONE:
        break;
    }
    assert(field->type != FIELD_NONE);
    return RESULT_INVALID;
}

/* What may be left out: the zeroed struct already says "none". */
static bool may_be_missing(enum field_type type, bool is_command)
{
    switch (type) {
    case FIELD_LATER_NUMBER:
    case FIELD_LATER_ENUM:
        return true;
    case FIELD_OPTIONAL_ID:
    case FIELD_OPTIONAL_ENUM:
    case FIELD_SEALED:
    case FIELD_NUMBER:
    case FIELD_FLAG:
    case FIELD_ITEMS:
    case FIELD_ACT:
        return is_command;
    case FIELD_NONE:
    case FIELD_TIME:
    case FIELD_ID:
    case FIELD_KEY:
    case FIELD_HASH:
    case FIELD_SIGNATURE:
    case FIELD_TEXT:
    case FIELD_ENUM:
        break;
    }
    return false;
}

static enum result read_absent(struct decoder *decoder,
                               const struct field *field, void *slot)
{
    if (!may_be_missing(field->type, decoder->is_command))
        return malformed(decoder, "missing");
    /* A view that may be copied from even though nothing is in it. */
    if (field->type == FIELD_SEALED)
        ((struct sealed *)slot)->value = TEXT_LITERAL("");
    return RESULT_OK;
}

static enum result decode_object(struct decoder *decoder,
                                 const struct schema *schema,
                                 const json_t *object, void *out)
{
    char *bytes = out;

    memset(out, 0, schema->size);
    if (!json_is_object(object))
        return malformed(decoder, "not an object");
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const json_t *value = json_object_get(object, field->name);
        const size_t before = field_path_push_name(&decoder->path, field->name);
        void *slot = &bytes[field->offset];
        const enum result result = value
                                       ? read_field(decoder, field, value, slot)
                                       : read_absent(decoder, field, slot);

        if (result)
            return result;
        field_path_cut(&decoder->path, before);
    }
    return RESULT_OK;
}

enum result schema_decode(const struct schema *schema, const json_t *object,
                          bool is_command, void *out,
                          struct message_memory *memory,
                          struct field_error *error)
{
    struct decoder decoder = { .is_command = is_command, .memory = memory };
    const enum result result = decode_object(&decoder, schema, object, out);

    if (result && error) {
        _Static_assert(sizeof error->path == FIELD_PATH_SIZE,
                       "an error shows any path");
        memcpy(error->path, decoder.path.text, sizeof error->path);
        error->reason = decoder.reason ? decoder.reason : result_text(result);
    }
    return result;
}
