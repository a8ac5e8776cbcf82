#include "client/cli/cli_percent.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void halves_are_rounded_up_and_less_is_rounded_down(void **state)
{
    static const struct {
        uint64_t part, whole;
        const char *text;
    } rows[] = {
        { 0, 7, "0.00 %" },           { 7, 7, "100.00 %" },
        { 2, 3, "66.67 %" },          { 1, 3, "33.33 %" },
        { 13, 20, "65.00 %" },        { 1, 80000, "0.00 %" },
        { 1, 20000, "0.01 %" },       { 1, 20001, "0.00 %" },
        { 19999, 20000, "100.00 %" }, { 19999, 20001, "99.99 %" },
        { 10, 9, "111.11 %" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(cli_percent(rows[i].part, rows[i].whole).text,
                            rows[i].text);
}

static void of_nothing_there_is_no_part(void **state)
{
    (void)state;
    assert_string_equal(cli_percent(0, 0).text, "–");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_rounded_up_and_less_is_rounded_down),
        cmocka_unit_test(of_nothing_there_is_no_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
