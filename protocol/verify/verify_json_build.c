#include "protocol/verify/verify_json_build.h"

#include "protocol/base/identifier.h"

struct verify_json_builder verify_json_begin(void)
{
    struct verify_json_builder builder = { json_object(), true };

    builder.is_whole = builder.object != NULL;
    return builder;
}

void verify_json_put(struct verify_json_builder *builder, const char *name,
                     json_t *value)
{
    if (!value || json_object_set_new_nocheck(builder->object, name, value))
        builder->is_whole = false;
}

void verify_json_append(struct verify_json_builder *builder, json_t *list,
                        json_t *value)
{
    if (!list || !value || json_array_append_new(list, value))
        builder->is_whole = false;
}

json_t *verify_json_take(struct verify_json_builder *builder)
{
    if (builder->is_whole)
        return builder->object;
    json_decref(builder->object);
    return NULL;
}

json_t *verify_json_hex(const uint8_t *bytes, size_t size)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(bytes, size, text);
    return json_string(text);
}

json_t *verify_json_number(uint64_t value)
{
    return json_integer((json_int_t)value);
}
