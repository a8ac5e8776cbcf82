#include "tests/support/vector_file.h"

#include "protocol/base/encoding.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

json_t *vector_file_load(const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (!root)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return root;
}

static const json_t *member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!value)
        fail_msg("no member '%s'", name);
    return value;
}

struct text_view vector_text(const json_t *object, const char *name)
{
    const json_t *value = member(object, name);

    assert_true(json_is_string(value));
    return (struct text_view){ json_string_value(value),
                               json_string_length(value) };
}

const json_t *vector_array(const json_t *object, const char *name)
{
    const json_t *value = member(object, name);

    assert_true(json_is_array(value));
    assert_true(json_array_size(value) > 0);
    return value;
}

uint64_t vector_number(const json_t *object, const char *name)
{
    const json_t *value = member(object, name);

    assert_true(json_is_integer(value));
    assert_true(json_integer_value(value) >= 0);
    return (uint64_t)json_integer_value(value);
}

void vector_bytes(const json_t *object, const char *name, uint8_t *out,
                  size_t size)
{
    assert_int_equal(hex_decode(vector_text(object, name), out, size),
                     RESULT_OK);
}
