#include "protocol/base/text_fields.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct text_fields of(const char *line)
{
    struct text_fields fields;

    text_fields_init(&fields, text_view_of(line));
    return fields;
}

static void a_line_is_read_field_by_field(void **state)
{
    struct text_fields fields = of("log hop-2025.03 41 00ff");
    uint8_t bytes[2];

    (void)state;
    assert_true(text_view_is(text_fields_next(&fields), "log"));
    assert_true(text_view_is(text_fields_next(&fields), "hop-2025.03"));
    assert_int_equal(text_fields_number(&fields), 41);
    assert_false(text_fields_end(&fields));
    text_fields_hex(&fields, bytes, sizeof bytes);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(bytes[1], 0xff);
    assert_true(text_fields_end(&fields));
}

static void a_field_too_many_is_a_misfit(void **state)
{
    struct text_fields fields = of("log 41");

    (void)state;
    (void)text_fields_next(&fields);
    assert_false(text_fields_end(&fields));
}

static void a_field_too_few_is_a_misfit_that_sticks(void **state)
{
    struct text_fields fields = of("log");

    (void)state;
    (void)text_fields_next(&fields);
    assert_true(text_fields_end(&fields));
    assert_int_equal(text_fields_next(&fields).size, 0);
    assert_false(text_fields_end(&fields));
}

static void an_empty_line_has_no_fields(void **state)
{
    struct text_fields fields = of("");

    (void)state;
    assert_int_equal(text_fields_next(&fields).size, 0);
    assert_false(text_fields_end(&fields));
}

static void empty_fields_are_misfits(void **state)
{
    static const char *const lines[] = { " a", "a ", "a  b", " " };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct text_fields fields = of(lines[i]);

        while (!fields.is_over)
            (void)text_fields_next(&fields);
        assert_false(text_fields_end(&fields));
    }
}

static void only_canonical_numbers_are_numbers(void **state)
{
    static const char *const bad[] = { "",   "-1",  "+1",
                                       "01", "00",  "1a",
                                       "0x", "1.0", "18446744073709551616" };
    uint64_t number = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(text_parse_number(text_view_of(bad[i]), &number));
        assert_int_equal(number, 7);
    }
    assert_true(text_parse_number(TEXT_LITERAL("0"), &number));
    assert_int_equal(number, 0);
    assert_true(
        text_parse_number(TEXT_LITERAL("18446744073709551615"), &number));
    assert_true(number == UINT64_MAX);
}

static void
hexadecimal_of_another_length_is_a_misfit_and_gives_zeros(void **state)
{
    static const char *const bad[] = { "00f", "00fff", "00FF", "00f", "zz00" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct text_fields fields = of(bad[i]);
        uint8_t bytes[2] = { 1, 1 };

        text_fields_hex(&fields, bytes, sizeof bytes);
        assert_false(text_fields_end(&fields));
        assert_int_equal(bytes[0] + bytes[1], 0);
    }
}

static void cutting_takes_up_to_the_end_and_the_end_itself(void **state)
{
    struct text_view rest = TEXT_LITERAL("một\nhai\n\nbốn");
    struct text_view line = { NULL, 0 };

    (void)state;
    assert_true(text_cut(&rest, '\n', &line));
    assert_true(text_view_is(line, "một"));
    assert_true(text_cut(&rest, '\n', &line));
    assert_true(text_view_is(line, "hai"));
    assert_true(text_cut(&rest, '\n', &line));
    assert_int_equal(line.size, 0);
    assert_false(text_cut(&rest, '\n', &line));
    assert_true(text_view_is(rest, "bốn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_read_field_by_field),
        cmocka_unit_test(a_field_too_many_is_a_misfit),
        cmocka_unit_test(a_field_too_few_is_a_misfit_that_sticks),
        cmocka_unit_test(an_empty_line_has_no_fields),
        cmocka_unit_test(empty_fields_are_misfits),
        cmocka_unit_test(only_canonical_numbers_are_numbers),
        cmocka_unit_test(
            hexadecimal_of_another_length_is_a_misfit_and_gives_zeros),
        cmocka_unit_test(cutting_takes_up_to_the_end_and_the_end_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
