/* The struct of a schema to JSON. schema_decode.c is the way back. */
#include "protocol/wire/field.h"

#include "protocol/wire/schema_bounds.h"

#include <assert.h>
#include <string.h>

/* Each writer gives a new reference, NULL when there is no memory for it. */
static json_t *hex_string(const uint8_t *bytes, size_t size)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    assert(size <= SIGNATURE_SIZE);
    hex_encode(bytes, size, text);
    return json_stringn_nocheck(text, 2 * size);
}

static json_t *text_string(struct text_view text)
{
    return json_stringn_nocheck(text.size ? text.data : "", text.size);
}

/* Adds `value`, which it takes; NULL is the lack of memory of its maker. */
static enum result put(json_t *object, const char *name, json_t *value)
{
    if (!value || json_object_set_new_nocheck(object, name, value))
        return RESULT_NO_MEMORY;
    return RESULT_OK;
}

static enum result put_number(json_t *object, const char *name, uint64_t value,
                              uint64_t max)
{
    if (value > (uint64_t)WIRE_NUMBER_MAX || (max && value > max))
        return RESULT_INVALID;
    return put(object, name, json_integer((json_int_t)value));
}

static enum result put_time(json_t *object, const char *name, int64_t value)
{
    if (value > WIRE_NUMBER_MAX || value < -WIRE_NUMBER_MAX)
        return RESULT_INVALID;
    return put(object, name, json_integer(value));
}

static enum result put_text(json_t *object, const char *name,
                            struct text_view text, uint64_t max,
                            bool multi_line)
{
    const enum result result = text_check(text, (size_t)max, multi_line);

    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_INVALID;
    return put(object, name, text_string(text));
}

/* What only a command asks of its texts: see schema_decode.c. */
static enum result put_new_text(json_t *object, const char *name,
                                struct text_view text, uint64_t max,
                                bool multi_line, bool is_command)
{
    if (is_command && !multi_line && text_has_unseen(text))
        return RESULT_INVALID;
    return put_text(object, name, text, max, multi_line);
}

static enum result put_id(json_t *object, const char *name,
                          const struct identifier *id, bool is_optional)
{
    if (!is_optional && identifier_is_empty(id))
        return RESULT_INVALID;
    return put(object, name, text_string(identifier_view(id)));
}

static enum result put_word(json_t *object, const char *name, bool is_optional,
                            const struct enum_words *words, int value)
{
    if (is_optional && value == 0)
        return put(object, name, json_string_nocheck(""));
    if (value <= 0 || value >= words->count || !words->words[value])
        return RESULT_INVALID;
    return put(object, name, json_string_nocheck(words->words[value]));
}

/* Ends `value` unless it was filled and added. */
static enum result put_filled(json_t *object, const char *name, json_t *value,
                              enum result filled)
{
    if (filled) {
        json_decref(value);
        return filled;
    }
    return put(object, name, value);
}

static enum result put_sealed(json_t *object, const char *name,
                              const struct sealed *sealed, uint64_t max,
                              bool is_command)
{
    const bool multi_line = sealed_is_multi_line(max);
    json_t *value = NULL;
    enum result result = RESULT_OK;

    if (is_command && !sealed->is_authored)
        return put_new_text(object, name, sealed->value, max, multi_line, true);
    value = json_object();
    if (!value)
        return RESULT_NO_MEMORY;
    result = put(value, "c", hex_string(sealed->commitment.bytes, HASH_SIZE));
    if (!result && is_command)
        result =
            put(value, "salt", hex_string(sealed->salt, sizeof sealed->salt));
    if (!result && is_command)
        result =
            put_new_text(value, "value", sealed->value, max, multi_line, true);
    return put_filled(object, name, value, result);
}

static enum result fill_act(json_t *value, const struct act *act)
{
    enum result result = put_id(value, "member", &act->member, false);

    if (!result)
        result = put(value, "device", hex_string(act->device.bytes, KEY_SIZE));
    if (!result)
        result = put_text(value, "op", act->op, LIMIT_ACT_OP_LENGTH, false);
    if (!result)
        result = put_number(value, "request", act->request, 0);
    if (!result)
        result = put_text(value, "subject", act->subject,
                          LIMIT_ACT_SUBJECT_LENGTH, false);
    if (!result)
        result =
            put_text(value, "value", act->value, LIMIT_ACT_VALUE_LENGTH, false);
    if (!result)
        result = put_number(value, "seen", act->seen, 0);
    if (!result)
        result = put(value, "head", hex_string(act->head.bytes, HASH_SIZE));
    if (!result)
        result = put(value, "sig", hex_string(act->sig.bytes, SIGNATURE_SIZE));
    return result;
}

static enum result put_act(json_t *object, const char *name,
                           const struct act *act)
{
    json_t *value = NULL;

    if (!act->is_present)
        return put(object, name, json_null());
    value = json_object();
    if (!value)
        return RESULT_NO_MEMORY;
    return put_filled(object, name, value, fill_act(value, act));
}

static enum result fill_items(json_t *array, const struct field *field,
                              const struct items *items, bool is_command)
{
    const char *data = items->data;

    if (items->count > items_count_max(field))
        return RESULT_INVALID;
    for (size_t i = 0; i < items->count; i++) {
        json_t *element = json_object();
        enum result result = RESULT_OK;

        /* The array takes the element, so it is added before it is filled. */
        if (!element || json_array_append_new(array, element))
            return RESULT_NO_MEMORY;
        result = schema_encode(field->items, &data[i * field->items->size],
                               is_command, element);
        if (result)
            return result;
    }
    return RESULT_OK;
}

static enum result put_items(json_t *object, const struct field *field,
                             const struct items *items, bool is_command)
{
    json_t *array = json_array();

    if (!array)
        return RESULT_NO_MEMORY;
    return put_filled(object, field->name, array,
                      fill_items(array, field, items, is_command));
}

static enum result put_field(json_t *object, const struct field *field,
                             const void *slot, bool is_command)
{
    switch (field->type) {
    case FIELD_NUMBER:
        return put_number(object, field->name, *(const uint64_t *)slot,
                          field->max);
    case FIELD_TIME:
        return put_time(object, field->name, *(const int64_t *)slot);
    case FIELD_FLAG:
        return put(object, field->name, json_boolean(*(const bool *)slot));
    case FIELD_ID:
        return put_id(object, field->name, slot, false);
    case FIELD_OPTIONAL_ID:
        return put_id(object, field->name, slot, true);
    case FIELD_KEY:
        return put(object, field->name, hex_string(slot, KEY_SIZE));
    case FIELD_HASH:
        return put(object, field->name, hex_string(slot, HASH_SIZE));
    case FIELD_SIGNATURE:
        return put(object, field->name, hex_string(slot, SIGNATURE_SIZE));
    case FIELD_TEXT:
        return put_new_text(object, field->name,
                            *(const struct text_view *)slot, field->max, false,
                            is_command);
    case FIELD_ENUM:
        return put_word(object, field->name, false, field->words,
                        *(const int *)slot);
    case FIELD_OPTIONAL_ENUM:
        return put_word(object, field->name, true, field->words,
                        *(const int *)slot);
    case FIELD_SEALED:
        return put_sealed(object, field->name, slot, field->max, is_command);
    case FIELD_ACT:
        return put_act(object, field->name, slot);
    case FIELD_ITEMS:
        return put_items(object, field, slot, is_command);
    case FIELD_LATER_NUMBER:
        return *(const uint64_t *)slot == 0
                   ? RESULT_OK
                   : put_number(object, field->name, *(const uint64_t *)slot,
                                field->max);
    case FIELD_LATER_ENUM:
        return *(const int *)slot == 0
                   ? RESULT_OK
                   : put_word(object, field->name, false, field->words,
                              *(const int *)slot);
    case FIELD_NONE:
        break;
    }
    assert(field->type != FIELD_NONE);
    return RESULT_INVALID;
}

enum result schema_encode(const struct schema *schema, const void *in,
                          bool is_command, json_t *object)
{
    const char *bytes = in;

    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        const enum result result =
            put_field(object, field, &bytes[field->offset], is_command);

        if (result)
            return result;
    }
    return RESULT_OK;
}
