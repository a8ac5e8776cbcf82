#include "protocol/ballot/ballot_fault_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_fault_is_found_by_its_word(void **state)
{
    int fault;

    (void)state;
    for (fault = BALLOT_FAULT_NONE + 1; fault < BALLOT_FAULT_COUNT; fault++)
        assert_int_equal(
            ballot_fault_of_word(ballot_fault_word((enum ballot_fault)fault)),
            fault);
    assert_int_equal(ballot_fault_of_word(""), BALLOT_FAULT_NONE);
    assert_int_equal(ballot_fault_of_word("twelve"), BALLOT_FAULT_NONE);
}

/* But for those of making keys, which chibo-verify tells otherwise. */
static void faults_of_records_have_sentences(void **state)
{
    int fault;

    (void)state;
    for (fault = BALLOT_FAULT_NONE; fault < BALLOT_FAULT_COUNT; fault++)
        if (fault < BALLOT_FAULT_SHARE_FORM ||
            fault > BALLOT_FAULT_COMPLAINT_FALSE)
            assert_non_null(
                strchr(ballot_fault_sentence((enum ballot_fault)fault), ' '));
    assert_string_equal(ballot_fault_sentence(BALLOT_FAULT_REPLAY),
                        "the same ballot is there once before");
    assert_string_equal(ballot_fault_sentence(BALLOT_FAULT_SHARE), "share");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_found_by_its_word),
        cmocka_unit_test(faults_of_records_have_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
