#include "protocol/wire/json_read.h"

#include "protocol/base/encoding.h"

static struct text_view text_of(const json_t *value)
{
    return (struct text_view){ json_string_value(value),
                               json_string_length(value) };
}

bool json_read_id(const json_t *object, const char *name,
                  struct identifier *out)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value) &&
           identifier_parse(text_of(value), out) == RESULT_OK;
}

bool json_read_number(const json_t *object, const char *name, uint64_t *out)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

bool json_read_hex(const json_t *object, const char *name, uint8_t *out,
                   size_t size)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value) &&
           hex_decode(text_of(value), out, size) == RESULT_OK;
}
