/* A message is one strict object. */
#include "protocol/base/limits.h"
#include "protocol/wire/field.h"

#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

struct parse_row {
    const char *what;
    const char *text;
    size_t size; /* 0: strlen(text) */
    enum result result;
};

static const struct parse_row parse_rows[] = {
    { "an empty object", "{}", 0, RESULT_OK },
    { "white space around", " \t\r\n{ } \n", 0, RESULT_OK },
    { "only its own bytes", "{}{", 2, RESULT_OK },
    { "nested to the limit", "{\"a\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}", 0,
      RESULT_OK },
    { "brackets in a string", "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[\"}", 0,
      RESULT_OK },
    { "brackets behind an escaped quote",
      "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[\"}", 0, RESULT_OK },
    { "one deeper", "{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", 0,
      RESULT_TOO_LARGE },
    { "nothing", "", 0, RESULT_MALFORMED },
    { "white space only", "  ", 0, RESULT_MALFORMED },
    { "an array", "[]", 0, RESULT_MALFORMED },
    { "a string", "\"a\"", 0, RESULT_MALFORMED },
    { "null", "null", 0, RESULT_MALFORMED },
    { "an open object", "{\"a\":1", 0, RESULT_MALFORMED },
    { "something behind", "{}x", 0, RESULT_MALFORMED },
    { "a second object", "{}{}", 0, RESULT_MALFORMED },
    { "a NUL behind", "{}\0", 3, RESULT_MALFORMED },
    { "a byte order mark", "\xef\xbb\xbf{}", 0, RESULT_MALFORMED },
    { "a comment", "{/**/}", 0, RESULT_MALFORMED },
    { "a trailing comma", "{\"a\":1,}", 0, RESULT_MALFORMED },
    { "single quotes", "{'a':1}", 0, RESULT_MALFORMED },
    { "a duplicate key", "{\"a\":1,\"a\":1}", 0, RESULT_MALFORMED },
    { "a duplicate key, escaped", "{\"a\":1,\"\\u0061\":1}", 0,
      RESULT_MALFORMED },
    { "a duplicate key, deeper", "{\"b\":[{\"a\":1,\"a\":1}]}", 0,
      RESULT_MALFORMED },
    { "an escaped NUL", "{\"a\":\"\\u0000\"}", 0, RESULT_MALFORMED },
    { "an escaped NUL in a key", "{\"\\u0000\":1}", 0, RESULT_MALFORMED },
    { "a raw NUL", "{\"a\":\"\0\"}", 9, RESULT_MALFORMED },
    { "a raw control character", "{\"a\":\"\n\"}", 0, RESULT_MALFORMED },
    { "a lone surrogate", "{\"a\":\"\\ud800\"}", 0, RESULT_MALFORMED },
    { "a stray continuation byte", "{\"a\":\"\x80\"}", 0, RESULT_MALFORMED },
    { "an overlong slash", "{\"a\":\"\xc0\xaf\"}", 0, RESULT_MALFORMED },
    { "an overlong in three bytes", "{\"a\":\"\xe0\x80\xaf\"}", 0,
      RESULT_MALFORMED },
    { "an encoded surrogate", "{\"a\":\"\xed\xa0\x80\"}", 0, RESULT_MALFORMED },
    { "past the last code point", "{\"a\":\"\xf4\x90\x80\x80\"}", 0,
      RESULT_MALFORMED },
    { "a cut character", "{\"a\":\"\xc4\"}", 0, RESULT_MALFORMED },
    { "a number past a double", "{\"a\":1e999}", 0, RESULT_MALFORMED },
    { "an integer past 64 bits", "{\"a\":99999999999999999999}", 0,
      RESULT_MALFORMED },
    { "NaN", "{\"a\":NaN}", 0, RESULT_MALFORMED },
    { "Infinity", "{\"a\":Infinity}", 0, RESULT_MALFORMED },
    { "hexadecimal", "{\"a\":0x10}", 0, RESULT_MALFORMED },
    { "a leading zero", "{\"a\":01}", 0, RESULT_MALFORMED },
    { "a plus sign", "{\"a\":+1}", 0, RESULT_MALFORMED },
};

static void only_one_strict_object_is_parsed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parse_rows / sizeof parse_rows[0]; i++) {
        const struct parse_row *row = &parse_rows[i];
        const size_t size = row->size ? row->size : strlen(row->text);
        json_t *object = NULL;
        enum result result = RESULT_OK;
        /* An exact copy, so that a read past the end is seen. */
        char *copy = malloc(size + 1);

        assert_non_null(copy);
        memcpy(copy, row->text, size);
        copy = realloc(copy, size ? size : 1);
        result = message_parse(copy, size, &object);
        if (result != row->result)
            print_error("%s: %s\n", row->what, result_text(result));
        assert_int_equal(result, row->result);
        assert_int_equal(object != NULL, result == RESULT_OK);
        json_decref(object);
        free(copy);
    }
}

static void ten_thousand_brackets_are_refused_before_parsing(void **state)
{
    enum { COUNT = 10000 };
    char *text = malloc(COUNT);
    json_t *object = NULL;

    (void)state;
    assert_non_null(text);
    memset(text, '[', COUNT);
    assert_int_equal(message_parse(text, COUNT, &object), RESULT_TOO_LARGE);
    for (size_t i = 0; i < COUNT; i++)
        text[i] = "{\"a\":"[i % 5];
    assert_int_equal(message_parse(text, COUNT, &object), RESULT_TOO_LARGE);
    assert_null(object);
    free(text);
}

static void a_message_above_the_size_limit_is_refused(void **state)
{
    const size_t size = (size_t)LIMIT_EVENT_SIZE + 1;
    char *text = malloc(size);
    json_t *object = NULL;

    (void)state;
    assert_non_null(text);
    memset(text, ' ', size);
    text[0] = '{';
    text[size - 1] = '}';
    assert_int_equal(message_parse(text, size, &object), RESULT_TOO_LARGE);
    text[size - 2] = '}';
    assert_int_equal(message_parse(text, size - 1, &object), RESULT_OK);
    json_decref(object);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_strict_object_is_parsed),
        cmocka_unit_test(ten_thousand_brackets_are_refused_before_parsing),
        cmocka_unit_test(a_message_above_the_size_limit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
