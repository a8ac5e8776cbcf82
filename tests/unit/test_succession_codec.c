#include "protocol/wire/succession_codec.h"

#include "tests/support/key_row.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* Of 31 bytes. */
#define ZEROS_62                                                               \
    "0000000000000000000000000000000" /* and once more */                      \
    "0000000000000000000000000000000"

static void what_was_encoded_comes_back(void **state)
{
    const struct succession chain = row_succession(1, 4, "dbmau");
    struct succession back = { .count = 0 };
    json_t *list = succession_encode(&chain);

    (void)state;
    assert_int_equal(json_array_size(list), 3);
    assert_int_equal(succession_decode(list, &back), RESULT_OK);
    assert_int_equal(back.count, 3);
    for (size_t i = 0; i < back.count; i++) {
        assert_true(key_equal(&back.steps[i].from, &chain.steps[i].from));
        assert_true(key_equal(&back.steps[i].to, &chain.steps[i].to));
        assert_int_equal(back.steps[i].seen, chain.steps[i].seen);
        assert_true(hash_equal(&back.steps[i].head, &chain.steps[i].head));
        assert_memory_equal(back.steps[i].sig.bytes, chain.steps[i].sig.bytes,
                            SIGNATURE_SIZE);
    }
    json_decref(list);
}

static void the_form_is_that_of_the_protocol(void **state)
{
    const struct succession chain = { .count = 1,
                                      .steps = { { .from = { { 0x0a } },
                                                   .to = { { 0x0b } },
                                                   .seen = 7,
                                                   .head = { { 0x0c } },
                                                   .sig = { { 0x0d } } } } };
    json_t *list = succession_encode(&chain);
    char *text = json_dumps(list, JSON_COMPACT);

    (void)state;
    assert_string_equal(text,
                        "[{\"server\":\"0a" ZEROS_62 "\",\"new\":\"0b" ZEROS_62
                        "\",\"seen\":7,\"head\":\"0c" ZEROS_62
                        "\",\"sig\":\"0d" ZEROS_62 ZEROS_62 "00"
                        "\"}]");
    free(text);
    json_decref(list);
}

static void none_at_all_is_an_empty_succession(void **state)
{
    struct succession out = { .count = 9 };
    json_t *empty = json_array();

    (void)state;
    assert_int_equal(succession_decode(NULL, &out), RESULT_OK);
    assert_int_equal(out.count, 0);
    out.count = 9;
    assert_int_equal(succession_decode(empty, &out), RESULT_OK);
    assert_int_equal(out.count, 0);
    json_decref(empty);
}

/* One step with one member replaced; NULL: left out. */
static enum result decode_changed(const char *name, json_t *value)
{
    const struct succession chain = row_succession(1, 3, "dbmau");
    struct succession out;
    json_t *list = succession_encode(&chain);
    json_t *step = json_array_get(list, 1);
    enum result result;

    if (value)
        json_object_set_new(step, name, value);
    else
        json_object_del(step, name);
    result = succession_decode(list, &out);
    json_decref(list);
    return result;
}

static void a_step_that_is_not_canonical_is_malformed(void **state)
{
    static const char *const names[] = { "server", "new", "seen", "head",
                                         "sig" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(decode_changed(names[i], NULL), RESULT_MALFORMED);
        assert_int_equal(decode_changed(names[i], json_null()),
                         RESULT_MALFORMED);
        assert_int_equal(decode_changed(names[i], json_string("00ff")),
                         RESULT_MALFORMED);
    }
    assert_int_equal(decode_changed("seen", json_integer(-1)),
                     RESULT_MALFORMED);
    assert_int_equal(decode_changed("seen", json_real(1.0)), RESULT_MALFORMED);
    assert_int_equal(
        decode_changed("seen", json_integer(INT64_C(9007199254740992))),
        RESULT_MALFORMED);
    assert_int_equal(
        decode_changed("seen", json_integer(INT64_C(9007199254740991))),
        RESULT_OK);
    assert_int_equal(decode_changed("later", json_true()), RESULT_OK);
    assert_int_equal(
        decode_changed("head",
                       json_string("EE0000000000000000000000000000000000"
                                   "000000000000000000000000000000")),
        RESULT_MALFORMED);
}

static void what_is_no_list_of_steps_is_malformed(void **state)
{
    static const char *const texts[] = { "{}",  "\"\"", "0",      "null",
                                         "[0]", "[[]]", "[null]", "[{}]" };
    struct succession out;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *value = json_loads(texts[i], JSON_DECODE_ANY, NULL);

        assert_non_null(value);
        assert_int_equal(succession_decode(value, &out), RESULT_MALFORMED);
        json_decref(value);
    }
}

static void the_limit_is_looked_at_before_the_steps(void **state)
{
    const struct succession full =
        row_succession(0, LIMIT_SUCCESSION_STEPS, "dbmau");
    struct succession out;
    json_t *list = succession_encode(&full);

    (void)state;
    assert_int_equal(succession_decode(list, &out), RESULT_OK);
    assert_int_equal(json_array_append(list, json_array_get(list, 0)), 0);
    assert_int_equal(succession_decode(list, &out), RESULT_MALFORMED);
    json_decref(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_comes_back),
        cmocka_unit_test(the_form_is_that_of_the_protocol),
        cmocka_unit_test(none_at_all_is_an_empty_succession),
        cmocka_unit_test(a_step_that_is_not_canonical_is_malformed),
        cmocka_unit_test(what_is_no_list_of_steps_is_malformed),
        cmocka_unit_test(the_limit_is_looked_at_before_the_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
