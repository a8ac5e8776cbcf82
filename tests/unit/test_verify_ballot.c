#include "protocol/verify/verify_ballot.h"

#include "protocol/verify/verify_ballot_words.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
a_head_is_written_alone_or_behind_the_number_of_its_event(void **state)
{
    static const char *const bad[] = {
        "",          ":" HEX64,   "7:",      "7" HEX64,    HEX64 "0",
        "07:" HEX64, "-1:" HEX64, " " HEX64, "7:7:" HEX64, "7:" HEX64 " "
    };
    struct verify_ballot_given given;
    size_t i;

    (void)state;
    assert_int_equal(verify_ballot_given_parse(HEX64, &given), RESULT_OK);
    assert_false(given.has_seq);
    assert_int_equal(given.hash.bytes[1], 0x11);
    assert_int_equal(verify_ballot_given_parse("7:" HEX64, &given), RESULT_OK);
    assert_true(given.has_seq);
    assert_int_equal(given.seq, 7);
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (verify_ballot_given_parse(bad[i], &given) != RESULT_MALFORMED)
            fail_msg("%s", bad[i]);
    assert_int_equal(given.seq, 7);
}

static void a_tracker_has_its_letters_and_its_length(void **state)
{
    (void)state;
    assert_true(verify_ballot_is_tracker(
        "CKgsypTAHZWSiggMZh5yt5KYLZ40qg9buI4N4EWn5+w"));
    assert_true(verify_ballot_is_tracker(
        "4fth+/CyDh86Uhy0IxaChfJ9M6pweEA9RvUlbnoRfps"));
    assert_false(verify_ballot_is_tracker(""));
    assert_false(verify_ballot_is_tracker(
        "CKgsypTAHZWSiggMZh5yt5KYLZ40qg9buI4N4EWn5+w="));
    assert_false(verify_ballot_is_tracker(
        "CKgsypTAHZWSiggMZh5yt5KYLZ40qg9buI4N4EWn5-w"));
}

static enum verify_verdict run(const struct verify_ballot_input *input)
{
    struct verify_ballot ballot;
    enum verify_verdict verdict;

    assert_int_equal(verify_ballot_run(input, &ballot), RESULT_OK);
    verdict = ballot.verdict;
    verify_ballot_release(&ballot);
    verify_ballot_release(&ballot);
    return verdict;
}

struct seen {
    size_t calls, done, all;
};

static void on_progress(void *user, size_t done, size_t all)
{
    struct seen *seen = user;

    assert_true(done > seen->done && done <= all);
    seen->calls++;
    seen->done = done;
    seen->all = all;
}

static void progress_is_told_event_by_event_up_to_the_end(void **state)
{
    struct seen seen = { 0, 0, 0 };
    struct verify_ballot_input input = { .file =
                                             ballot_vector_load("profile.bel"),
                                         .on_progress = on_progress,
                                         .user = &seen };

    (void)state;
    assert_int_equal(run(&input), VERIFY_COMPLETE);
    assert_int_equal(seen.calls, 11);
    assert_int_equal(seen.done, input.file.size);
    free((void *)(uintptr_t)input.file.data);
}

static void a_file_of_nothing_is_no_valid_archive(void **state)
{
    const struct verify_ballot_input input = { .file = TEXT_LITERAL("") };

    (void)state;
    assert_false(verify_ballot_is(input.file));
    assert_int_equal(run(&input), VERIFY_INVALID);
}

static void every_fault_of_an_archive_has_its_sentence(void **state)
{
    int fault;

    (void)state;
    /* What only trustees find between themselves is told by its word. */
    for (fault = 0; fault < BALLOT_FAULT_COUNT; fault++) {
        const char *words = verify_ballot_fault_words((enum ballot_fault)fault);

        assert_true(strlen(words) > 0);
        if (!strchr(words, ' '))
            assert_non_null(strstr("share_form share_route share_signature "
                                   "share_sealed share complaint "
                                   "complaint_signature complaint_key "
                                   "complaint_false",
                                   words));
    }
    for (fault = 0; fault < BALLOT_EVENT_KIND_COUNT; fault++)
        assert_true(strlen(verify_ballot_kind_words(
                        (enum ballot_event_kind)fault)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_head_is_written_alone_or_behind_the_number_of_its_event),
        cmocka_unit_test(a_tracker_has_its_letters_and_its_length),
        cmocka_unit_test(progress_is_told_event_by_event_up_to_the_end),
        cmocka_unit_test(a_file_of_nothing_is_no_valid_archive),
        cmocka_unit_test(every_fault_of_an_archive_has_its_sentence),
    };

    return cmocka_run_group_tests_name("verify_ballot", tests, NULL, NULL);
}
