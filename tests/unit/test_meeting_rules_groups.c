/* A meeting that is held by party groups, as transcripts. */
#include "tests/support/meeting_transcript.h"

#include "protocol/meeting/decision_check.h"
#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const nobody[] = { NULL };

static void the_records_of_the_groups_are_gathered_one_by_one(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    const struct identifier first = meeting_id("org.2");
    const struct meeting_group *group;

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(
        meeting,
        "10 m1 gather_group org.2 40 end\n"
        "11 m1 gather_group org.2 40 end\n"
        "12 m3 gather_group org.3 40 end",
        "group_gathered org.2 40 2000000 9000000 20 18 3 2 1 1 2 1 9\n"
        "refused gathered_already id=org.2\n"
        "group_gathered org.3 40 2000000 9000000 20 18 3 2 1 1 2 1 9\n");
    group = meeting_state_group(meeting->state, &first);
    assert_non_null(group);
    assert_string_equal(group->group.text, "u4");
    assert_true(group->is_gathered);
    assert_int_equal(group->attendance.official_came, 18);
    assert_int_equal(meeting->state->kinds.groups_year, 2026);
    assert_int_equal(meeting->state->kinds.groups_before, 1);
    meeting_transcript_end(meeting);
}

static void what_is_no_part_not_over_or_ends_otherwise_is_refused(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "10 m1 gather_group org.9 40 end\n"
                 "11 m1 gather_group org.2 41 end\n"
                 "12 m1 gather_group org.2 40 other\n"
                 "13 m2 gather_group org.2 40 end",
                 "refused not_a_part id=org.9\n"
                 "refused other_end id=org.2\n"
                 "refused other_end id=org.2\n"
                 "refused not_allowed who=the chair or the minute-taker\n");
    meeting->record.is_over = false;
    meeting_play(meeting, "14 m1 gather_group org.2 40 end",
                 "refused not_over id=org.2\n");
    meeting_transcript_end(meeting);
}

static void a_plenary_has_nothing_to_gather(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "10 m1 gather_group org.2 40 end",
                 "refused not_a_part id=org.2\n");
    meeting_transcript_end(meeting);
}

static void
the_score_sheet_asks_about_those_who_came_to_the_groups(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    struct meeting_score_facts facts;

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "10 m1 gather_group org.2 40 end\n"
                 "11 m1 gather_group org.3 40 end",
                 NULL);
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.summoned, 46);
    assert_int_equal(facts.present, 40);
    assert_int_equal(facts.excused, 4);
    assert_int_equal(facts.unexcused, 2);
    assert_int_equal(facts.speakers, 18);
    meeting_transcript_end(meeting);
}

/* Applied beside the script: the log contradicts itself. */
static enum result apply(struct meeting_transcript *meeting,
                         struct meeting_event event)
{
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    return meeting_state_apply(meeting->state, &event);
}

static void the_groups_are_named_once_and_right_after_the_genesis(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    struct group_of_meeting row = { .group = meeting_id("u6"),
                                    .meeting = meeting_id("org.4") };
    struct meeting_event event = { .kind = EVENT_HELD_BY_GROUPS_KIND };

    (void)state;
    event.body.held_by_groups = (struct event_held_by_groups){
        .year = 2026, .members = 50, .groups = { &row, 1 }
    };
    assert_int_equal(apply(meeting, event), RESULT_CORRUPT);
    meeting_transcript_drop(meeting);
}

static void a_group_is_not_gathered_against_its_own_numbers(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);
    struct meeting_event event = { .kind = EVENT_GROUP_GATHERED_KIND };
    struct event_group_gathered *body = &event.body.group_gathered;

    (void)state;
    meeting_play_to_open(meeting, nobody);
    body->meeting = meeting_id("org.2");
    body->official = 3;
    body->official_came = 4;
    assert_int_equal(apply(meeting, event), RESULT_CORRUPT);
    body->official_came = 3;
    body->opened_at = 2;
    body->closed_at = 1;
    assert_int_equal(apply(meeting, event), RESULT_CORRUPT);
    body->closed_at = 2;
    assert_int_equal(apply(meeting, event), RESULT_OK);
    meeting_transcript_drop(meeting);
}

static void who_came_is_counted_however_long_she_stayed(void **state)
{
    static const char *const joined[] = { "m4", "m6", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct group_attendance came;

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "18 m3 note_absence m5 absent_excused 'ốm'\n"
                 "19 m1 give_floor m4 0\n"
                 "20 m4 leave",
                 NULL);
    came = meeting_state_came(meeting->state);
    assert_int_equal(came.official, 6);
    assert_int_equal(came.official_came, 4); /* m1, m2, m3 and m4 */
    assert_int_equal(came.probationary, 1);
    assert_int_equal(came.probationary_came, 1);
    assert_int_equal(came.exempt, 1);
    assert_int_equal(came.exempt_came, 0);
    assert_int_equal(came.excused, 1);
    assert_int_equal(came.unexcused, 0);
    assert_int_equal(came.speakers, 1);
    meeting_transcript_end(meeting);
}

/* --- What the groups voted on --------------------------------------------- */

/* Each group: resolution v1 with 11 of 20, admission v3 with 13 of 20. */
static struct meeting_transcript *gathered(void)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);

    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting,
                 "10 m1 gather_group org.2 40 end\n"
                 "11 m1 gather_group org.3 40 end",
                 NULL);
    return meeting;
}

static void the_votes_of_the_groups_are_one_decision_of_the_cell(void **state)
{
    struct meeting_transcript *meeting = gathered();

    (void)state;
    meeting_play(meeting,
                 "12 m1 decide_by_groups a1 'Nghị quyết' resolution v1+v1",
                 "decided_by_groups a1 'Nghị quyết' resolution 22 8 4 2 40 "
                 "\"2*yes > D\" \"ordinary_motion\" 21 yes\n");
    meeting_play(meeting, "13 m1 decide_by_groups - 'Kết nạp' admission v3+v3",
                 NULL);
    assert_int_equal(meeting->decision->events[0].kind,
                     EVENT_DECIDED_BY_GROUPS_KIND);
    assert_int_equal(meeting->state->kinds.decision_count, 2);
    meeting_transcript_end(meeting);
}

static enum decision_fault fault_of(const struct meeting_transcript *meeting,
                                    const struct event_decided_by_groups *body)
{
    const struct meeting_event event = { .kind = EVENT_DECIDED_BY_GROUPS_KIND,
                                         .body.decided_by_groups = *body };
    struct decision_result found;
    const enum result result =
        decision_check_result(&event, meeting->state, &meeting->rules, &found);

    assert_int_equal(result == RESULT_OK, found.fault == DECISION_GOOD);
    return found.fault;
}

static void what_the_groups_decided_is_held_against_their_votes(void **state)
{
    struct meeting_transcript *meeting = gathered();
    struct event_decided_by_groups told, body;

    (void)state;
    meeting_play(meeting,
                 "12 m1 decide_by_groups a1 'Nghị quyết' resolution v1+v1",
                 NULL);
    told = body = meeting->decision->events[0].body.decided_by_groups;
    assert_int_equal(fault_of(meeting, &body), DECISION_GOOD);
    body.passed = false;
    assert_int_equal(fault_of(meeting, &body), DECISION_RESULT);
    body = told;
    body.need = 20;
    assert_int_equal(fault_of(meeting, &body), DECISION_RESULT);
    body = told;
    body.test = TEXT_LITERAL("3*yes >= 2*D");
    assert_int_equal(fault_of(meeting, &body), DECISION_RESULT);
    body = told;
    body.rule = TEXT_LITERAL("thresholds.admission");
    assert_int_equal(fault_of(meeting, &body), DECISION_RESULT);
    meeting_transcript_end(meeting);
}

static void only_votes_of_all_groups_on_this_matter_are_added(void **state)
{
    struct meeting_transcript *meeting = gathered();

    (void)state;
    meeting_play(meeting,
                 "12 m1 decide_by_groups - 'x' resolution v1\n"
                 "13 m1 decide_by_groups - 'x' resolution v1+v2\n"
                 "14 m1 decide_by_groups - 'x' resolution v3+v1\n"
                 "15 m1 decide_by_groups - 'x' resolution v1+v1+v1\n"
                 "16 m1 decide_by_groups a9 'x' resolution v1+v1",
                 "refused no_group_vote id=org.3\n"
                 "refused no_group_vote id=org.3\n"
                 "refused other_matter id=org.2\n"
                 "refused no_group_vote id=org.1\n"
                 "refused no_such_item id=a9\n");
    meeting_transcript_end(meeting);
}

static void a_group_that_is_not_gathered_holds_the_decision_up(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_by_groups(false);

    (void)state;
    meeting_play_to_open(meeting, nobody);
    meeting_play(meeting, "10 m1 gather_group org.2 40 end", NULL);
    meeting_play(meeting, "11 m1 decide_by_groups - 'x' resolution v1+v1",
                 "refused not_gathered id=org.3\n");
    meeting_transcript_end(meeting);
}

static void a_sum_against_the_groups_own_numbers_is_refused(void **state)
{
    struct meeting_transcript *meeting = gathered();
    struct group_vote_id votes[] = { { meeting_id("v1") },
                                     { meeting_id("v1") } };
    struct meeting_event event = { .kind = EVENT_DECIDED_BY_GROUPS_KIND };
    struct event_decided_by_groups *body = &event.body.decided_by_groups;

    (void)state;
    *body = (struct event_decided_by_groups){ .matter = MATTER_RESOLUTION,
                                              .votes = { votes, 2 },
                                              .yes = 23,
                                              .no = 8,
                                              .other = 4,
                                              .abstain = 2,
                                              .d = 40 };
    assert_int_equal(apply(meeting, event), RESULT_CORRUPT);
    body->yes = 22;
    body->d = 41;
    assert_int_equal(apply(meeting, event), RESULT_CORRUPT);
    body->d = 40;
    assert_int_equal(apply(meeting, event), RESULT_OK);
    meeting_transcript_drop(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_records_of_the_groups_are_gathered_one_by_one),
        cmocka_unit_test(what_is_no_part_not_over_or_ends_otherwise_is_refused),
        cmocka_unit_test(a_plenary_has_nothing_to_gather),
        cmocka_unit_test(
            the_score_sheet_asks_about_those_who_came_to_the_groups),
        cmocka_unit_test(the_groups_are_named_once_and_right_after_the_genesis),
        cmocka_unit_test(a_group_is_not_gathered_against_its_own_numbers),
        cmocka_unit_test(who_came_is_counted_however_long_she_stayed),
        cmocka_unit_test(the_votes_of_the_groups_are_one_decision_of_the_cell),
        cmocka_unit_test(what_the_groups_decided_is_held_against_their_votes),
        cmocka_unit_test(only_votes_of_all_groups_on_this_matter_are_added),
        cmocka_unit_test(a_group_that_is_not_gathered_holds_the_decision_up),
        cmocka_unit_test(a_sum_against_the_groups_own_numbers_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
