#include "protocol/base/encoding.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void hexadecimal_is_lower_case(void **state)
{
    const uint8_t bytes[] = { 0x00, 0x9a, 0xff };
    char text[HEX_SIZE(sizeof bytes)];

    (void)state;
    hex_encode(bytes, sizeof bytes, text);
    assert_string_equal(text, "009aff");
    hex_encode(bytes, 0, text);
    assert_string_equal(text, "");
}

static void hexadecimal_is_read_in_its_one_form_only(void **state)
{
    static const char *const bad[] = { "",       "009af",  "009afff",
                                       "009aFF", "009ag0", "0x9aff",
                                       " 09aff", "009a/0", "009a:0" };
    uint8_t out[3] = { 1, 2, 3 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hex_decode(text_view_of(bad[i]), out, 3),
                         RESULT_MALFORMED);
    assert_int_equal(out[0], 1);
    assert_int_equal(hex_decode(TEXT_LITERAL("009aff"), out, 3), RESULT_OK);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 0x9a);
    assert_int_equal(out[2], 0xff);
    assert_int_equal(hex_decode(TEXT_LITERAL(""), out, 0), RESULT_OK);
}

/* RFC 4648, 10, without padding; the last two need the digits - and _. */
static const struct {
    const char *bytes;
    size_t size;
    const char *text;
} pairs[] = {
    { "", 0, "" },
    { "f", 1, "Zg" },
    { "fo", 2, "Zm8" },
    { "foo", 3, "Zm9v" },
    { "foob", 4, "Zm9vYg" },
    { "fooba", 5, "Zm9vYmE" },
    { "foobar", 6, "Zm9vYmFy" },
    { "\xfb\xff", 2, "-_8" },
    { "\xff\xff\xff", 3, "____" },
};

static void base64url_has_the_forms_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[BASE64URL_SIZE(6)];
        uint8_t bytes[6];

        base64url_encode((const uint8_t *)pairs[i].bytes, pairs[i].size, text);
        assert_string_equal(text, pairs[i].text);
        assert_int_equal(
            base64url_decode(text_view_of(text), bytes, pairs[i].size),
            RESULT_OK);
        assert_memory_equal(bytes, pairs[i].bytes, pairs[i].size);
    }
}

static void base64url_is_read_in_its_one_form_only(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } bad[] = {
        { "Zm9vYg==", 4 }, /* padding */
        { "Zm9vYh", 4 },   /* bits that no byte uses */
        { "Zm9", 2 },      { "Zm9v", 2 }, { "Zm9v", 4 },
        { "Zm+v", 3 },     { "Zm/v", 3 }, { "Zm v", 3 },
        { "Z", 0 },        { "Z", 1 },    { "", 1 },
    };
    uint8_t out[4] = { 1, 2, 3, 4 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            base64url_decode(text_view_of(bad[i].text), out, bad[i].size),
            RESULT_MALFORMED);
    assert_int_equal(out[0], 1);
}

/* Of all texts of two digits, 256 are one byte: one text each. */
static void every_byte_has_exactly_one_text(void **state)
{
    bool is_seen[256] = { false };
    int accepted = 0;

    (void)state;
    for (unsigned pair = 0; pair < 65536; pair++) {
        const char text[] = { (char)(pair >> 8), (char)(pair & 255) };
        uint8_t byte = 0;

        if (base64url_decode((struct text_view){ text, 2 }, &byte, 1))
            continue;
        assert_false(is_seen[byte]);
        is_seen[byte] = true;
        accepted++;
    }
    assert_int_equal(accepted, 256);
}

static void sizes_are_those_of_the_texts(void **state)
{
    (void)state;
    for (size_t n = 0; n < 70; n++) {
        uint8_t bytes[70] = { 0 };
        char text[BASE64URL_SIZE(70)];

        base64url_encode(bytes, n, text);
        assert_int_equal(strlen(text) + 1, BASE64URL_SIZE(n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hexadecimal_is_lower_case),
        cmocka_unit_test(hexadecimal_is_read_in_its_one_form_only),
        cmocka_unit_test(base64url_has_the_forms_of_the_standard),
        cmocka_unit_test(base64url_is_read_in_its_one_form_only),
        cmocka_unit_test(every_byte_has_exactly_one_text),
        cmocka_unit_test(sizes_are_those_of_the_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
