/* The ballot's part of the client's face: words, trackers, the view. */
#include "client/core/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_stage_and_fault_has_a_word_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(client_ballot_stage_word(CLIENT_BALLOT_NO_STAGE), "");
    assert_string_equal(client_ballot_fault_word(CLIENT_BALLOT_FAULT_NONE), "");
    assert_string_equal(client_ballot_stage_word(CLIENT_BALLOT_STAGE_COUNT),
                        "");
    for (int i = 1; i < CLIENT_BALLOT_STAGE_COUNT; i++) {
        for (int k = 0; k < i; k++)
            assert_string_not_equal(
                client_ballot_stage_word((enum client_ballot_stage)i),
                client_ballot_stage_word((enum client_ballot_stage)k));
    }
    for (int i = 1; i < CLIENT_BALLOT_FAULT_COUNT; i++) {
        for (int k = 0; k < i; k++)
            assert_string_not_equal(
                client_ballot_fault_word((enum client_ballot_fault)i),
                client_ballot_fault_word((enum client_ballot_fault)k));
    }
}

/* Worked out with "openssl base64": the padding is left away. */
static void a_tracker_is_base64_without_padding(void **state)
{
    struct hash ballot;
    char text[CLIENT_BALLOT_TRACKER_SIZE];

    (void)state;
    memset(ballot.bytes, 0, sizeof ballot.bytes);
    client_ballot_tracker_text(&ballot, text);
    assert_string_equal(text, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    memset(ballot.bytes, 0xff, sizeof ballot.bytes);
    client_ballot_tracker_text(&ballot, text);
    assert_string_equal(text, "//////////////////////////////////////////8");
}

static void a_ballot_is_found_by_its_id_and_no_other_is(void **state)
{
    const struct client_ballot_view first = { .ballot = { "b1" } };
    const struct client_ballot_view second = { .ballot = { "b2" } };
    const struct client_ballot_view *const ballots[] = { &first, &second };
    const struct meeting_view view = { .ballots = ballots, .ballot_count = 2 };
    const struct identifier wanted = { "b2" }, other = { "b3" };

    (void)state;
    assert_ptr_equal(meeting_view_ballot(&view, &wanted), &second);
    assert_null(meeting_view_ballot(&view, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_and_fault_has_a_word_of_its_own),
        cmocka_unit_test(a_tracker_is_base64_without_padding),
        cmocka_unit_test(a_ballot_is_found_by_its_id_and_no_other_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
