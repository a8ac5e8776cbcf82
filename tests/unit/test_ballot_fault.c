#include "protocol/ballot/ballot_fault.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void every_fault_has_a_word_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(ballot_fault_word(BALLOT_FAULT_NONE), "");
    for (int i = 1; i < BALLOT_FAULT_COUNT; i++) {
        const char *word = ballot_fault_word((enum ballot_fault)i);

        assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz_"),
                         strlen(word));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(word,
                                    ballot_fault_word((enum ballot_fault)k));
    }
}

static void failures_are_told_from_faults_of_the_record(void **state)
{
    (void)state;
    assert_int_equal(ballot_fault_of_failure(RESULT_NO_MEMORY),
                     BALLOT_FAULT_NO_MEMORY);
    assert_int_equal(ballot_fault_of_failure(RESULT_CRYPTO),
                     BALLOT_FAULT_LIBRARY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_a_word_of_its_own),
        cmocka_unit_test(failures_are_told_from_faults_of_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
