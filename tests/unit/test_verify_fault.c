#include "protocol/verify/verify_fault.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static void every_fault_has_a_word_of_its_own_and_a_sentence(void **state)
{
    int a, b;

    (void)state;
    for (a = VERIFY_FAULT_NONE; a < VERIFY_FAULT_COUNT; a++) {
        assert_true(strlen(verify_fault_word((enum verify_fault)a)) > 2);
        assert_true(strlen(verify_fault_sentence((enum verify_fault)a)) > 10);
        for (b = VERIFY_FAULT_NONE; b < a; b++)
            assert_string_not_equal(verify_fault_word((enum verify_fault)a),
                                    verify_fault_word((enum verify_fault)b));
    }
    assert_string_equal(verify_fault_word(VERIFY_FAULT_COUNT), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_a_word_of_its_own_and_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
