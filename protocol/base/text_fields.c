#include "protocol/base/text_fields.h"

#include "protocol/base/encoding.h"

#include <string.h>

bool text_cut(struct text_view *rest, char end, struct text_view *out)
{
    const char *found = rest->size ? memchr(rest->data, end, rest->size) : NULL;
    size_t length = 0;

    if (!found)
        return false;
    length = (size_t)(found - rest->data);
    *out = (struct text_view){ rest->data, length };
    *rest =
        (struct text_view){ &rest->data[length + 1], rest->size - length - 1 };
    return true;
}

bool text_parse_number(struct text_view text, uint64_t *out)
{
    uint64_t value = 0;

    if (text.size == 0 || (text.size > 1 && text.data[0] == '0'))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        const char digit = text.data[i];

        if (digit < '0' || digit > '9' ||
            __builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(digit - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}

void text_fields_init(struct text_fields *fields, struct text_view line)
{
    *fields = (struct text_fields){ .rest = line, .is_over = line.size == 0 };
}

struct text_view text_fields_next(struct text_fields *fields)
{
    struct text_view field = { NULL, 0 };

    if (fields->is_over) {
        fields->has_failed = true;
        return field;
    }
    if (!text_cut(&fields->rest, ' ', &field)) {
        field = fields->rest;
        fields->is_over = true;
    }
    if (field.size == 0)
        fields->has_failed = true;
    return field;
}

uint64_t text_fields_number(struct text_fields *fields)
{
    uint64_t value = 0;

    if (!text_parse_number(text_fields_next(fields), &value))
        fields->has_failed = true;
    return value;
}

void text_fields_hex(struct text_fields *fields, uint8_t *out, size_t size)
{
    memset(out, 0, size);
    if (hex_decode(text_fields_next(fields), out, size))
        fields->has_failed = true;
}

bool text_fields_end(const struct text_fields *fields)
{
    return fields->is_over && !fields->has_failed;
}
