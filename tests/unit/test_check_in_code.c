/* The code on a hall's screen. */
#include "server/room/check_in_code.h"

#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static const struct check_in_secret secret = { { 7, 1, 4 } };
static const struct identifier hall = { "" }, site = { "s1" };
enum { WINDOW = LIMIT_CHECK_IN_CODE_MS };

static void a_code_has_six_digits_and_changes_with_time_and_place(void **state)
{
    char now[CHECK_IN_DIGITS + 1], same[CHECK_IN_DIGITS + 1],
        later[CHECK_IN_DIGITS + 1], there[CHECK_IN_DIGITS + 1];

    (void)state;
    check_in_code_at(&secret, &hall, 10 * WINDOW, now);
    check_in_code_at(&secret, &hall, 11 * WINDOW - 1, same);
    check_in_code_at(&secret, &hall, 11 * WINDOW, later);
    check_in_code_at(&secret, &site, 10 * WINDOW, there);
    assert_int_equal(strspn(now, "0123456789"), CHECK_IN_DIGITS);
    assert_int_equal(strlen(now), CHECK_IN_DIGITS);
    assert_string_equal(now, same);
    assert_string_not_equal(now, later);
    assert_string_not_equal(now, there);
}

static void a_code_is_taken_while_it_is_shown_and_one_window_more(void **state)
{
    char code[CHECK_IN_DIGITS + 1];
    struct text_view typed;

    (void)state;
    check_in_code_at(&secret, &site, 10 * WINDOW, code);
    typed = text_view_of(code);
    assert_false(check_in_code_is(&secret, &site, 10 * WINDOW - 1, typed));
    assert_true(check_in_code_is(&secret, &site, 10 * WINDOW, typed));
    assert_true(check_in_code_is(&secret, &site, 12 * WINDOW - 1, typed));
    assert_false(check_in_code_is(&secret, &site, 12 * WINDOW, typed));
    assert_false(check_in_code_is(&secret, &hall, 10 * WINDOW, typed));
    typed.size--;
    assert_false(check_in_code_is(&secret, &site, 10 * WINDOW, typed));
}

static void another_secret_has_other_codes(void **state)
{
    const struct check_in_secret other = { { 7, 1, 5 } };
    char one[CHECK_IN_DIGITS + 1], two[CHECK_IN_DIGITS + 1];

    (void)state;
    check_in_code_at(&secret, &hall, 0, one);
    check_in_code_at(&other, &hall, 0, two);
    assert_string_not_equal(one, two);
}

static void what_is_left_of_a_code_is_told(void **state)
{
    (void)state;
    assert_int_equal(check_in_code_left_ms(0), WINDOW);
    assert_int_equal(check_in_code_left_ms(WINDOW - 1), 1);
    assert_int_equal(check_in_code_left_ms(WINDOW), WINDOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_six_digits_and_changes_with_time_and_place),
        cmocka_unit_test(a_code_is_taken_while_it_is_shown_and_one_window_more),
        cmocka_unit_test(another_secret_has_other_codes),
        cmocka_unit_test(what_is_left_of_a_code_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
