/* Which seats wait for the declaration. */
#include "protocol/rules/declaration.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void every_seat_outside_the_hall_waits_in_a_cell(void **state)
{
    const struct declaration_rule *rule =
        &ruleset_file("party-2026.conf")->declaration;

    (void)state;
    assert_true(declaration_covers(rule, MODE_ONLINE));
    assert_true(declaration_covers(rule, MODE_SITE));
    assert_true(declaration_covers(rule, MODE_VOICE_RELAY));
    assert_false(declaration_covers(rule, MODE_IN_PERSON));
}

static void without_the_group_no_seat_waits(void **state)
{
    const struct declaration_rule none = { 0 };
    int mode;

    (void)state;
    assert_false(
        ruleset_has(ruleset_file("interim.conf"), RULESET_DECLARATION));
    for (mode = 0; mode < presence_mode_count_; mode++)
        assert_false(declaration_covers(&none, (enum presence_mode)mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seat_outside_the_hall_waits_in_a_cell),
        cmocka_unit_test(without_the_group_no_seat_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
