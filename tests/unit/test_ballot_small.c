#include "protocol/meeting/ballot_small.h"

#include "protocol/meeting/decision_check.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static void a_list_is_small_below_k_min_but_not_when_empty(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    const struct meeting_ballot empty = { .length = 0 };
    struct ballot_small small = { NULL, 0 };

    (void)state;
    assert_false(ballot_small_list(ballot_newest(meeting), 7, &small));
    assert_null(small.part);
    assert_true(ballot_small_list(ballot_newest(meeting), 8, &small));
    assert_string_equal(small.part, "list");
    assert_int_equal(small.count, 7);
    assert_false(ballot_small_list(&empty, 8, &small));
    meeting_transcript_end(meeting);
}

static void the_first_part_that_is_small_is_named(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct ballot_small small = { NULL, 0 };

    (void)state;
    /* Six of seven were returned by device, and one on paper. */
    assert_true(ballot_small_count(meeting->state, ballot, 7, &small));
    assert_string_equal(small.part, "online");
    assert_int_equal(small.count, 6);
    assert_true(ballot_small_count(meeting->state, ballot, 6, &small));
    assert_string_equal(small.part, "paper");
    assert_int_equal(small.count, 1);
    assert_false(ballot_small_count(meeting->state, ballot, 1, &small));
    meeting_transcript_end(meeting);
}

/* Whoever has the ruleset asks again; who knows better was told. */
static void a_small_ballot_is_a_fault_unless_somebody_said_so(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);
    struct ruleset rules = { .ballot_k_min = 5 };
    struct meeting_event event = { .kind = EVENT_COUNTING_BEGUN_KIND };
    struct decision_result found;

    (void)state;
    event.body.counting_begun.ballot = meeting_id("b1");
    assert_int_equal(
        decision_check_result(&event, meeting->state, &rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_TOO_FEW);
    assert_int_equal(decision_check_result(&event, meeting->state, NULL, NULL),
                     RESULT_OK);
    event.body.counting_begun.knowingly = true;
    assert_int_equal(
        decision_check_result(&event, meeting->state, &rules, NULL), RESULT_OK);
    event = (struct meeting_event){ .kind = EVENT_BALLOT_OPENED_KIND };
    event.body.ballot_opened.ballot = meeting_id("b1");
    assert_int_equal(
        decision_check_result(&event, meeting->state, &rules, NULL), RESULT_OK);
    rules.ballot_k_min = 8;
    assert_int_equal(
        decision_check_result(&event, meeting->state, &rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_TOO_FEW);
    event.body.ballot_opened.ballot = meeting_id("b9"); /* the fold's to say */
    assert_int_equal(
        decision_check_result(&event, meeting->state, &rules, NULL), RESULT_OK);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_small_below_k_min_but_not_when_empty),
        cmocka_unit_test(the_first_part_that_is_small_is_named),
        cmocka_unit_test(a_small_ballot_is_a_fault_unless_somebody_said_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
