#include "protocol/record/record_json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEX_SIZE_MAX = HEX_SIZE(SIGNATURE_SIZE) };

/* --- Whole files --------------------------------------------------------- */

/* Is this what it would be written as? */
static enum result check_spelling(const json_t *object, struct text_view text)
{
    char *written = json_dumps(object, JSON_COMPACT);
    bool is_same;

    if (!written)
        return RESULT_NO_MEMORY;
    is_same = text_view_is(text, written);
    free(written);
    return is_same ? RESULT_OK : RESULT_MALFORMED;
}

enum result record_json_parse(struct text_view text, size_t size_max,
                              json_t **out)
{
    json_error_t error;
    json_t *object;
    enum result result;

    if (text.size > size_max)
        return RESULT_TOO_LARGE;
    object = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        return json_error_code(&error) == json_error_out_of_memory
                   ? RESULT_NO_MEMORY
                   : RESULT_MALFORMED;
    result = json_is_object(object) ? check_spelling(object, text)
                                    : RESULT_MALFORMED;
    if (result == RESULT_OK)
        *out = object;
    else
        json_decref(object);
    return result;
}

enum result record_json_take(json_t *object, char **out, size_t *size)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

    json_decref(object);
    if (!text)
        return RESULT_NO_MEMORY;
    *out = text;
    *size = strlen(text);
    return RESULT_OK;
}

/* Is this what the value is written as? */
static enum result check_order(const struct record_json_form *form,
                               const void *value, struct text_view text)
{
    char *written = NULL;
    size_t size = 0;
    enum result result = form->write(value, &written, &size);

    if (result == RESULT_OK &&
        !text_view_equal(text, (struct text_view){ written, size }))
        result = RESULT_MALFORMED;
    free(written);
    return result;
}

enum result record_json_read(struct text_view text,
                             const struct record_json_form *form, void *out)
{
    json_t *root = NULL;
    enum result result = record_json_parse(text, form->size_max, &root);

    if (result == RESULT_OK)
        result = form->read(root, out);
    return result == RESULT_OK ? check_order(form, out, text) : result;
}

/* --- Members ------------------------------------------------------------- */

bool record_json_text(const json_t *object, const char *key,
                      struct text_view *out)
{
    const json_t *text = json_object_get(object, key);

    if (!json_is_string(text))
        return false;
    *out =
        (struct text_view){ json_string_value(text), json_string_length(text) };
    return true;
}

bool record_json_id(const json_t *object, const char *key,
                    struct identifier *out)
{
    struct text_view text;

    return record_json_text(object, key, &text) &&
           identifier_parse(text, out) == RESULT_OK;
}

bool record_json_number(const json_t *object, const char *key, uint64_t *out)
{
    const json_t *number = json_object_get(object, key);

    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return false;
    *out = (uint64_t)json_integer_value(number);
    return true;
}

bool record_json_hex(const json_t *object, const char *key, uint8_t *out,
                     size_t size)
{
    struct text_view text;

    return record_json_text(object, key, &text) &&
           hex_decode(text, out, size) == RESULT_OK;
}

json_t *record_json_list(const json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);

    return json_is_array(list) ? list : NULL;
}

json_t *record_json_of_text(struct text_view text)
{
    return json_stringn(text.size > 0 ? text.data : "", text.size);
}

json_t *record_json_of_hex(const uint8_t *bytes, size_t size)
{
    char text[HEX_SIZE_MAX];

    assert(HEX_SIZE(size) <= sizeof text);
    hex_encode(bytes, size, text);
    return json_string(text);
}

json_t *record_json_of_rows(const void *rows, size_t count, size_t size,
                            json_t *(*of)(const void *row))
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; i < count; i++)
        if (json_array_append_new(list, of((const char *)rows + i * size)) !=
            0) {
            json_decref(list);
            return NULL;
        }
    return list;
}
