#include "protocol/ballot/ballot_decimal.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void numbers_are_written_and_read_as_the_library_does(void **state)
{
    static const size_t sizes[] = { 4, 32, 256 };

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        size_t size = sizes[i % 3];
        BIGNUM *number = BN_new();
        uint8_t bytes[256];
        uint8_t again[256];
        char text[620];
        char *expected;

        /* Of every length, from zero to full. */
        assert_true(BN_rand(number, (int)(i * 8 * size / 299), BN_RAND_TOP_ANY,
                            BN_RAND_BOTTOM_ANY));
        assert_true(BN_bn2binpad(number, bytes, (int)size) >= 0);
        expected = BN_bn2dec(number);
        ballot_decimal_write(bytes, size, text);
        assert_string_equal(text, expected);
        assert_int_equal(ballot_decimal_parse(text_view_of(text), again, size),
                         RESULT_OK);
        assert_memory_equal(again, bytes, size);
        OPENSSL_free(expected);
        BN_free(number);
    }
}

static void the_largest_numbers_fit_and_one_more_does_not(void **state)
{
    static const size_t sizes[] = { 4, 32, 256 };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = sizes[i];
        uint8_t bytes[256];
        char text[620];
        BIGNUM *limit = BN_new();
        char *beyond;

        memset(bytes, 0xff, size);
        ballot_decimal_write(bytes, size, text);
        assert_int_equal(ballot_decimal_parse(text_view_of(text), bytes, size),
                         RESULT_OK);
        assert_true(BN_set_bit(limit, (int)(8 * size)));
        beyond = BN_bn2dec(limit);
        assert_int_equal(strlen(beyond), strlen(text));
        assert_int_equal(
            ballot_decimal_parse(text_view_of(beyond), bytes, size),
            RESULT_MALFORMED);
        OPENSSL_free(beyond);
        BN_free(limit);
    }
}

static void what_is_not_canonical_is_refused_and_writes_nothing(void **state)
{
    static const char *const bad[] = { "",           "00",  "01",  "-1",
                                       "+1",         " 1",  "1 ",  "0x1",
                                       "1_0",        "1.0", "1e3", "4294967296",
                                       "99999999999" };
    char zeros[700];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t bytes[4] = { 1, 2, 3, 4 };
        static const uint8_t before[4] = { 1, 2, 3, 4 };

        assert_int_equal(ballot_decimal_parse(text_view_of(bad[i]), bytes, 4),
                         RESULT_MALFORMED);
        assert_memory_equal(bytes, before, 4);
    }
    memset(zeros, '1', sizeof zeros);
    uint8_t bytes[256];

    assert_int_equal(ballot_decimal_parse((struct text_view){ zeros, 700 },
                                          bytes, sizeof bytes),
                     RESULT_MALFORMED);
    assert_int_equal(ballot_decimal_parse((struct text_view){ zeros, 618 },
                                          bytes, sizeof bytes),
                     RESULT_MALFORMED);
}

static void zero_is_one_digit(void **state)
{
    uint8_t bytes[32] = { 0 };
    char text[80];

    (void)state;
    ballot_decimal_write(bytes, sizeof bytes, text);
    assert_string_equal(text, "0");
    bytes[0] = 1;
    assert_int_equal(ballot_decimal_parse(TEXT_LITERAL("0"), bytes, 32),
                     RESULT_OK);
    assert_int_equal(bytes[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_and_read_as_the_library_does),
        cmocka_unit_test(the_largest_numbers_fit_and_one_more_does_not),
        cmocka_unit_test(what_is_not_canonical_is_refused_and_writes_nothing),
        cmocka_unit_test(zero_is_one_digit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
