#include "protocol/meeting/ballot_matter.h"
#include "protocol/meeting/decision_check.h"

#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/vote_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static struct act act_of(const char *member, char device, const char *op)
{
    static uint64_t requests;
    struct act act = { .is_present = true,
                       .member = meeting_id(member),
                       .device = meeting_device_key(member, device),
                       .op = text_view_of(op),
                       .request = ++requests };

    act.sig.bytes[0] = (uint8_t)act.request;
    return act;
}

/* An event of the kind that `op` makes, signed by a member's device. */
static struct meeting_event event_of(const char *op, const char *member,
                                     char device)
{
    const struct act act = act_of(member, device, op);

    if (strcmp(op, "chat") == 0)
        return (struct meeting_event){ .kind = EVENT_CHAT_SAID_KIND,
                                       .body.chat_said.act = act };
    if (strcmp(op, "vote") == 0)
        return (struct meeting_event){ .kind = EVENT_VOTE_CAST_KIND,
                                       .body.vote_cast.act = act };
    if (strcmp(op, "open_lobby") == 0)
        return (struct meeting_event){ .kind = EVENT_LOBBY_OPENED_KIND,
                                       .body.lobby_opened.act = act };
    assert_string_equal(op, "close_meeting");
    return (struct meeting_event){ .kind = EVENT_CLOSED_KIND,
                                   .body.closed.act = act };
}

/* Of somebody who has done nothing before. */
static enum result check(const struct meeting_transcript *meeting,
                         struct meeting_event event)
{
    struct act_ledger ledger = { .slots = NULL };
    enum result result =
        decision_check_act(&ledger, &event, meeting->state, NULL);

    act_ledger_release(&ledger);
    return result;
}

/* --- Acts ---------------------------------------------------------------- */

static void what_an_office_does_is_done_by_who_holds_it(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    assert_int_equal(check(meeting, event_of("close_meeting", "m1", 'a')),
                     RESULT_OK);
    assert_int_equal(check(meeting, event_of("close_meeting", "m4", 'a')),
                     RESULT_REFUSED);
    assert_int_equal(check(meeting, event_of("chat", "m4", 'a')), RESULT_OK);
    assert_int_equal(check(meeting, event_of("chat", "m8", 'a')),
                     RESULT_REFUSED); /* a guest */
    assert_int_equal(check(meeting, event_of("chat", "m99", 'a')),
                     RESULT_REFUSED);
    meeting_transcript_end(meeting);
}

static void a_device_that_nobody_vouched_for_does_nothing_formal(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_vouching();

    (void)state;
    assert_int_equal(check(meeting, event_of("vote", "m4", 'a')), RESULT_OK);
    assert_int_equal(check(meeting, event_of("vote", "m4", 'b')),
                     RESULT_REFUSED);
    assert_int_equal(check(meeting, event_of("close_meeting", "m1", 'b')),
                     RESULT_REFUSED);
    assert_int_equal(check(meeting, event_of("open_lobby", "m1", 'b')),
                     RESULT_OK);
    assert_int_equal(check(meeting, event_of("chat", "m4", 'b')), RESULT_OK);
    meeting_transcript_end(meeting);
}

static void where_nobody_asks_for_it_any_device_votes(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    assert_int_equal(check(meeting, event_of("vote", "m4", 'b')), RESULT_OK);
    meeting_transcript_end(meeting);
}

static void an_act_is_used_once(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct act_ledger ledger = { .slots = NULL };
    const struct meeting_event said = event_of("chat", "m4", 'a');

    (void)state;
    assert_int_equal(decision_check_act(&ledger, &said, meeting->state, NULL),
                     RESULT_OK);
    assert_int_equal(decision_check_act(&ledger, &said, meeting->state, NULL),
                     RESULT_REFUSED);
    act_ledger_release(&ledger);
    meeting_transcript_end(meeting);
}

static void both_who_let_a_meeting_go_on_hold_an_office(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };

    (void)state;
    event.body.restored.act = act_of("m1", 'a', "restored");
    assert_int_equal(check(meeting, event), RESULT_OK);
    event.body.restored.second = act_of("m3", 'a', "restored");
    assert_int_equal(check(meeting, event), RESULT_OK);
    event.body.restored.second = act_of("m4", 'a', "restored");
    assert_int_equal(check(meeting, event), RESULT_REFUSED);
    meeting_transcript_end(meeting);
}

static void the_fault_is_named_and_whose_it_is(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct act_ledger ledger = { .slots = NULL };
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };
    struct decision_act found;

    (void)state;
    event.body.restored.act = act_of("m1", 'a', "restored");
    event.body.restored.second = act_of("m4", 'a', "restored");
    assert_int_equal(
        decision_check_act(&ledger, &event, meeting->state, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_ACT_ROLE);
    assert_ptr_equal(found.whose, &event.body.restored.second);
    assert_int_equal(
        decision_check_act(&ledger, &event, meeting->state, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_ACT_AGAIN);
    assert_ptr_equal(found.whose, &event.body.restored.act);
    act_ledger_release(&ledger);
    meeting_transcript_end(meeting);
}

static void what_nobody_signed_is_not_asked(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_event event = { .kind = EVENT_HAND_RAISED_KIND };

    (void)state;
    assert_int_equal(check(meeting, event), RESULT_OK);
    meeting_transcript_end(meeting);
}

/* --- Results ---------------------------------------------------------------
 */

static struct meeting_transcript *open_meeting(void)
{
    static const char *const joined[] = { "m4", "m7", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    return meeting;
}

/* The test is more than half of D, which is 7. */
static enum result check_result(uint64_t yes, uint64_t denominator,
                                const char *test, bool passed)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_VOTE_CLOSED_KIND };
    enum result result;

    meeting_play(meeting, "1 m1 start_vote - 'Nhất trí'", NULL);
    event.body.vote_closed = (struct event_vote_closed){
        .vote = meeting_id("v1"),
        .yes = yes,
        .denominator = denominator,
        .test = text_view_of(test),
        .rule = TEXT_LITERAL("ordinary_motion"),
        .need = 4,
        .passed = passed,
    };
    result = decision_check_result(&event, meeting->state, NULL, NULL);
    meeting_transcript_end(meeting);
    return result;
}

static void a_result_is_what_the_numbers_say(void **state)
{
    (void)state;
    assert_int_equal(check_result(4, 7, "2*yes > D", true), RESULT_OK);
    assert_int_equal(check_result(4, 7, "2*yes > D", false), RESULT_REFUSED);
    assert_int_equal(check_result(3, 7, "2*yes > D", false), RESULT_OK);
    assert_int_equal(check_result(3, 7, "2*yes > D", true), RESULT_REFUSED);
}

static void a_vote_is_measured_against_what_was_frozen(void **state)
{
    (void)state;
    assert_int_equal(check_result(4, 8, "2*yes > D", false), RESULT_REFUSED);
    assert_int_equal(check_result(4, 6, "2*yes > D", true), RESULT_REFUSED);
    assert_int_equal(check_result(8, 7, "2*yes > D", true), RESULT_REFUSED);
    assert_int_equal(check_result(4, 7, "3*yes > D", true), RESULT_REFUSED);
}

/* A vote that is opened as the ruleset of the meeting says, held against the
 * same ruleset after a change. */
static enum result check_opened(void (*change)(struct ruleset *rules))
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = EVENT_VOTE_STARTED_KIND };
    struct ruleset rules = meeting->rules;
    enum result result;

    vote_fixture_open(meeting->state, &event.body.vote_started);
    change(&rules);
    ruleset_complete(&rules);
    result = decision_check_result(&event, meeting->state, &rules, NULL);
    assert_int_equal(decision_check_result(&event, meeting->state, NULL, NULL),
                     RESULT_OK);
    meeting_transcript_end(meeting);
    return result;
}

static void nothing_changed(struct ruleset *rules) { (void)rules; }
static void the_suspended_count(struct ruleset *rules)
{
    rules->is_suspended_counted = true;
}
static void two_thirds_are_asked_for(struct ruleset *rules)
{
    rules->majority_numerator = 2;
    rules->majority_denominator = 3;
}

static void the_ruleset_says_who_counts_and_which_test_it_is(void **state)
{
    (void)state;
    assert_int_equal(check_opened(nothing_changed), RESULT_OK);
    assert_int_equal(check_opened(the_suspended_count), RESULT_REFUSED);
    assert_int_equal(check_opened(two_thirds_are_asked_for), RESULT_REFUSED);
}

static void a_result_of_no_vote_is_refused(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event event = { .kind = EVENT_VOTE_CLOSED_KIND };

    (void)state;
    event.body.vote_closed.vote = meeting_id("v1");
    assert_int_equal(decision_check_result(&event, meeting->state, NULL, NULL),
                     RESULT_REFUSED);
    event.kind = EVENT_OPENED_KIND;
    assert_int_equal(decision_check_result(&event, meeting->state, NULL, NULL),
                     RESULT_OK);
    meeting_transcript_end(meeting);
}

static void a_secret_ballot_is_measured_against_the_roll(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DRAFTED);
    const struct ruleset *rules = &meeting->rules;
    struct meeting_event event = { .kind = EVENT_BALLOT_ADOPTED_KIND };
    struct event_ballot_adopted *body = &event.body.ballot_adopted;
    struct decision_result found;
    struct vote_terms terms;

    (void)state;
    assert_int_equal(ballot_vote_terms(meeting->state, rules,
                                       &meeting->state->ballots[0], &terms),
                     RESULT_OK);
    /* Eight official members, the exempt one who is there; one suspended. */
    body->ballot = meeting_id("b1");
    body->measure = MEASURE_MEETING;
    body->denominator = 9;
    body->present = 9;
    body->people = (struct items){ terms.people, terms.count };
    assert_int_equal(
        decision_check_result(&event, meeting->state, rules, &found),
        RESULT_OK);
    assert_true(found.is_denominator_certain);
    assert_int_equal(
        decision_check_result(&event, meeting->state, NULL, &found), RESULT_OK);
    assert_false(found.is_denominator_certain);
    body->denominator = 10;
    assert_int_equal(
        decision_check_result(&event, meeting->state, rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_DENOMINATOR);
    body->denominator = 9;
    terms.people[0].counts = COUNTS_IF_PRESENT;
    assert_int_equal(
        decision_check_result(&event, meeting->state, rules, &found),
        RESULT_REFUSED);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_office_does_is_done_by_who_holds_it),
        cmocka_unit_test(a_device_that_nobody_vouched_for_does_nothing_formal),
        cmocka_unit_test(where_nobody_asks_for_it_any_device_votes),
        cmocka_unit_test(an_act_is_used_once),
        cmocka_unit_test(both_who_let_a_meeting_go_on_hold_an_office),
        cmocka_unit_test(the_fault_is_named_and_whose_it_is),
        cmocka_unit_test(what_nobody_signed_is_not_asked),
        cmocka_unit_test(a_result_is_what_the_numbers_say),
        cmocka_unit_test(a_vote_is_measured_against_what_was_frozen),
        cmocka_unit_test(the_ruleset_says_who_counts_and_which_test_it_is),
        cmocka_unit_test(a_result_of_no_vote_is_refused),
        cmocka_unit_test(a_secret_ballot_is_measured_against_the_roll),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
