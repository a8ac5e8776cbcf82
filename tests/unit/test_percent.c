#include "protocol/rules/percent.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void parts_are_rounded_to_two_decimals(void **state)
{
    static const struct {
        uint64_t part, whole, hundredths;
    } rows[] = { { 0, 3, 0 },     { 1, 3, 3333 },   { 2, 3, 6667 },
                 { 3, 3, 10000 }, { 1, 8, 1250 },   { 1, 20000, 1 },
                 { 1, 20001, 0 }, { 11, 20, 5500 }, { 0, 0, 0 },
                 { 5, 0, 0 },     { 2, 1, 20000 },  { 1, 7, 1429 } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(percent_hundredths(rows[i].part, rows[i].whole),
                         rows[i].hundredths);
}

static void the_largest_numbers_do_not_wrap_around(void **state)
{
    (void)state;
    assert_true(percent_hundredths(UINT64_MAX, UINT64_MAX) == 10000);
    assert_true(percent_hundredths(UINT64_MAX / 2, UINT64_MAX) == 5000);
    assert_true(percent_hundredths(UINT64_MAX, 1) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_rounded_to_two_decimals),
        cmocka_unit_test(the_largest_numbers_do_not_wrap_around),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
