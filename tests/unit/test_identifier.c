#include "protocol/base/identifier.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* 47 characters, each of those that are allowed. */
#define LONGEST "abcdefghijklmnopqrstuvwxyz0123456789.-012345678"

static void an_id_is_lower_case_letters_digits_dots_and_hyphens(void **state)
{
    static const char *const good[] = { "a", "m7", "hop-2025.03", "0",
                                        "-", ".",  LONGEST };
    struct identifier id;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(identifier_parse(text_view_of(good[i]), &id),
                         RESULT_OK);
        assert_true(identifier_is(&id, good[i]));
        assert_true(text_view_is(identifier_view(&id), good[i]));
    }
}

static void everything_else_is_refused(void **state)
{
    static const struct text_view bad[] = {
        { "", 0 },
        { "M7", 2 },
        { "m_7", 3 },
        { "m 7", 3 },
        { "m7\0", 3 },
        { "m/7", 3 },
        { "m:7", 3 },
        { "m`7", 3 },
        { "m{7", 3 },
        { "m,7", 3 },
        { "Huế", 5 },
        { "\xff", 1 },
        { "012345678901234567890123456789012345678901234567", 48 },
    };
    struct identifier id = { "m1" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(identifier_parse(bad[i], &id), RESULT_MALFORMED);
    assert_true(identifier_is(&id, "m1"));
}

static void none_is_allowed_only_where_it_is_asked_for(void **state)
{
    struct identifier id = { "m1" };

    (void)state;
    assert_int_equal(identifier_parse_optional(TEXT_LITERAL("M"), &id),
                     RESULT_MALFORMED);
    assert_false(identifier_is_empty(&id));
    assert_int_equal(identifier_parse_optional(TEXT_LITERAL(""), &id),
                     RESULT_OK);
    assert_true(identifier_is_empty(&id));
    assert_int_equal(identifier_parse_optional(TEXT_LITERAL("m2"), &id),
                     RESULT_OK);
    assert_true(identifier_is(&id, "m2"));
}

static void numbered_ids_are_a_prefix_and_a_decimal_number(void **state)
{
    struct identifier id;

    (void)state;
    identifier_number(&id, "m", 7);
    assert_string_equal(id.text, "m7");
    identifier_number(&id, "", 0);
    assert_string_equal(id.text, "0");
    identifier_number(&id, "meeting-", UINT64_MAX);
    assert_string_equal(id.text, "meeting-18446744073709551615");
}

static void names_are_equal_only_as_a_whole(void **state)
{
    const struct identifier m1 = { "m1" };
    const struct identifier m1_again = { "m1" };
    const struct identifier m10 = { "m10" };

    (void)state;
    assert_true(identifier_equal(&m1, &m1_again));
    assert_false(identifier_equal(&m1, &m10));
    for (size_t i = 0; i < KEY_SIZE; i++) {
        struct key a = { { 0 } };
        const struct key b = { { 0 } };
        struct hash h = { { 0 } };
        const struct hash k = { { 0 } };

        assert_true(key_equal(&a, &b));
        assert_true(key_is_zero(&a));
        assert_true(hash_equal(&h, &k));
        a.bytes[i] = 1;
        h.bytes[i] = 0x80;
        assert_false(key_equal(&a, &b));
        assert_false(key_is_zero(&a));
        assert_false(hash_equal(&h, &k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_lower_case_letters_digits_dots_and_hyphens),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(none_is_allowed_only_where_it_is_asked_for),
        cmocka_unit_test(numbered_ids_are_a_prefix_and_a_decimal_number),
        cmocka_unit_test(names_are_equal_only_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
