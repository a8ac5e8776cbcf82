/* Single values out of a message. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/json_read.h"

static json_t *object_of(const char *text)
{
    json_t *object = json_loads(text, JSON_ALLOW_NUL, NULL);

    assert_non_null(object);
    return object;
}

static void values_in_their_form_are_read(void **state)
{
    json_t *object =
        object_of("{\"id\":\"m7\",\"n\":0,\"max\":9007199254740991,"
                  "\"hex\":\"00ff\"}");
    struct identifier id;
    uint64_t number = 1;
    uint8_t bytes[2] = { 1, 1 };

    (void)state;
    assert_true(json_read_id(object, "id", &id));
    assert_string_equal(id.text, "m7");
    assert_true(json_read_number(object, "n", &number));
    assert_int_equal(number, 0);
    assert_true(json_read_number(object, "max", &number));
    assert_int_equal(number, (UINT64_C(1) << 53) - 1);
    assert_true(json_read_hex(object, "hex", bytes, sizeof bytes));
    assert_memory_equal(bytes, "\x00\xff", sizeof bytes);
    json_decref(object);
}

static void others_are_not(void **state)
{
    static const struct {
        const char *text;
        bool is_id;
    } rows[] = {
        { "{}", false },
        { "[]", false },
        { "{\"v\":null}", false },
        { "{\"v\":[]}", false },
        { "{\"v\":{}}", false },
        { "{\"v\":true}", false },
        { "{\"v\":1.0}", false },
        { "{\"v\":-1}", false },
        { "{\"v\":\"\"}", false },
        { "{\"v\":\"m7\\u0000\"}", false },
        { "{\"v\":\"00ff\\u0000\"}", false },
        { "{\"v\":\"00\\u0000f\"}", false },
        { "{\"v\":\" 00f\"}", false },
        { "{\"v\":\"00FG\"}", false },
        { "{\"v\":\"00fg\"}", true },
        { "{\"v\":\"0\"}", true },
        { "{\"v\":\"00ff0\"}", true },
        { "{\"v\":\"00ff00\"}", true },
    };
    struct identifier id;
    uint64_t number;
    uint8_t bytes[2];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *object = object_of(rows[i].text);

        assert_false(json_read_number(object, "v", &number));
        assert_false(json_read_hex(object, "v", bytes, sizeof bytes));
        assert_int_equal(json_read_id(object, "v", &id), rows[i].is_id);
        json_decref(object);
    }
    assert_false(json_read_id(NULL, "v", &id));
    assert_false(json_read_number(NULL, "v", &number));
    assert_false(json_read_hex(NULL, "v", bytes, sizeof bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_in_their_form_are_read),
        cmocka_unit_test(others_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
