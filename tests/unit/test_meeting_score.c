#include "protocol/meeting/meeting_score.h"

#include "protocol/meeting/decision_check.h"
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const joined[] = { "m4", "m5", "m6", NULL };

/* Open since second 0: m1 to m6 are there, m14 is not; all but m6
 * (probationary) are official. */
static struct meeting_transcript *meeting_of_a_cell(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    return meeting;
}

static void a_sheet_stands_beside_what_the_log_and_the_rules_say(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();
    const struct meeting_score *score = &meeting->state->score;

    (void)state;
    meeting_play(meeting,
                 "10 m4 raise_hand -\n"
                 "20 m1 give_floor m4 0\n"
                 "80 m1 end_floor\n"
                 "600 m1 adjourn_meeting\n"
                 "1200 m1 resume_meeting\n",
                 NULL);
    /* 5400 s less 600 s of break: 80 of 90 minutes, at most 15 too few: 4. 6 of
     * 7 came, 85.71 %: 3 of 5. 1 of 6 spoke, 16.67 %: 2. */
    meeting_play(meeting, "5400 m3 complete_score 4 3 8 36 5 25 5 'Nghiêm túc'",
                 "score_completed 4 3 8 36 5 25 5 'Nghiêm túc' 86 fair 80 90 7 "
                 "6 0 1 0 0 0 0 4 3 2 none 0 0\n");
    assert_int_equal(score->total, 86);
    assert_int_equal(score->grade, GRADE_FAIR);
    assert_int_equal(score->facts.minutes, 80);
    assert_string_equal(score->by.text, "m3");
    meeting_transcript_end(meeting);
}

static void who_left_was_there_and_a_tick_taken_back_was_not(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct meeting_score_facts facts;

    (void)state;
    meeting_play(meeting,
                 "10 m3 tick m14 in_person -\n"
                 "20 m3 untick m14\n"
                 "30 m5 leave\n"
                 "40 m3 note_absence m14 absent_unexcused 'x'\n",
                 NULL);
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.summoned, 7);
    assert_int_equal(facts.present, 6);
    assert_int_equal(facts.unexcused, 1);
    /* One who is absent without reason leaves one point for attendance. */
    meeting_play(
        meeting, "50 m1 complete_score 1 1 0 0 0 0 0 ''",
        "score_completed 1 1 0 0 0 0 0 '' 2 poor 0 90 7 6 1 0 0 0 0 0 1 1 "
        "2 none 0 0\n");
    meeting_transcript_end(meeting);
}

static void documents_count_by_the_days_before_the_meeting(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_score_facts facts;
    struct meeting_score_proposal proposal;
    const struct ruleset *rules = ruleset_file("party-2026.conf");

    (void)state;
    meeting_play(meeting,
                 "0 m1 join\n"
                 "1 m1 attach_document tep 10 'Dự thảo.pdf' pdf -\n",
                 NULL);
    meeting->state->starts_at_ms = meeting->now_ms + INT64_C(2) * 86400000;
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.documents, 1);
    assert_int_equal(facts.documents_days, 2);
    meeting_score_propose(rules, &facts, &proposal);
    assert_true(proposal.are_documents_in_time);
    meeting->state->starts_at_ms -= 86400001;
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.documents_days, 0);
    meeting_score_propose(rules, &facts, &proposal);
    assert_false(proposal.are_documents_in_time);
    meeting_transcript_drop(meeting);
}

static void tasks_of_the_meeting_before_are_counted(void **state)
{
    static const enum task_result results[] = { TASK_DONE, TASK_PARTLY,
                                                TASK_OPEN, TASK_DROPPED,
                                                TASK_DONE };
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct meeting_agenda *agenda = &meeting->state->agenda;
    struct meeting_score_facts facts;
    size_t i;

    (void)state;
    agenda->tasks = calloc(5, sizeof *agenda->tasks);
    assert_non_null(agenda->tasks);
    for (i = 0; i < 5; i++) {
        agenda->tasks[i].from = meeting_id(i < 4 ? "t1" : "");
        agenda->tasks[i].result = results[i];
    }
    agenda->task_count = 5;
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.tasks, 3);
    assert_int_equal(facts.tasks_done, 1);
    meeting_transcript_drop(meeting);
}

/* Carries posting tasks t1, t2, … over, due at these seconds of the script. */
static void carry_postings(struct meeting_transcript *meeting,
                           const int64_t *due_s, size_t count)
{
    struct carried_task tasks[4] = { { .result = TASK_OPEN } };
    struct meeting_event event = { .kind = EVENT_CARRIED_OVER_KIND };
    const struct meeting_report report = { .kind = REPORT_CARRIED,
                                           .event = &event };
    size_t i;

    for (i = 0; i < count; i++) {
        identifier_number(&tasks[i].task, "t", i + 1);
        tasks[i].from = meeting_id("t9");
        tasks[i].due_ms = (uint64_t)(MEETING_BASE_MS + due_s[i] * 1000);
        tasks[i].ground = TASK_POSTING;
        tasks[i].result = TASK_OPEN;
        tasks[i].text.has_value = true;
    }
    event.body.carried_over.meeting = meeting_id("org.0");
    event.body.carried_over.tasks = (struct items){ tasks, count };
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
}

static void a_sheet_tells_whether_results_were_posted_in_time(void **state)
{
    static const struct {
        const char *reports;
        enum posting posting;
        int64_t done_s; /* 0: not */
    } rows[] = {
        { "", POSTING_UNKNOWN, 0 },
        { "99 m3 report_task t1 done ''", POSTING_IN_TIME, 99 },
        { "100 m3 report_task t1 done ''", POSTING_IN_TIME, 100 },
        { "101 m3 report_task t1 done ''", POSTING_TOO_LATE, 101 },
        { "50 m3 report_task t1 partly ''", POSTING_UNKNOWN, 0 },
        { "50 m3 report_task t1 not_done ''", POSTING_UNKNOWN, 0 },
        { "50 m3 report_task t1 done ''\n60 m3 report_task t1 not_done ''",
          POSTING_UNKNOWN, 0 },
        { "50 m3 report_task t1 partly ''\n120 m3 report_task t1 done ''",
          POSTING_TOO_LATE, 120 },
        { "50 m1 report_task t1 dropped ''", POSTING_NONE, 0 },
    };
    const int64_t due_s = 100;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = meeting_of_a_cell();
        const struct meeting_score_facts *facts = &meeting->state->score.facts;

        carry_postings(meeting, &due_s, 1);
        meeting_play(meeting, rows[i].reports, NULL);
        meeting_play(meeting, "200 m3 complete_score 0 0 0 0 0 0 0 ''", NULL);
        assert_int_not_equal(meeting->state->score.seq, 0);
        assert_int_equal(facts->posting, rows[i].posting);
        assert_int_equal(
            facts->posting_due_ms,
            rows[i].posting == POSTING_NONE ? 0 : MEETING_BASE_MS + 100 * 1000);
        assert_int_equal(
            facts->posting_done_ms,
            rows[i].done_s == 0 ? 0 : MEETING_BASE_MS + rows[i].done_s * 1000);
        meeting_transcript_end(meeting);
    }
}

static void of_several_postings_that_of_the_meeting_before_counts(void **state)
{
    static const int64_t due_s[] = { 50, 100, 20 };
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct meeting_score_facts facts;

    (void)state;
    carry_postings(meeting, due_s, 3);
    meeting_play(meeting,
                 "10 m3 report_task t1 done ''\n"
                 "30 m3 report_task t3 done ''\n",
                 NULL);
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.posting, POSTING_UNKNOWN);
    assert_int_equal(facts.posting_due_ms, MEETING_BASE_MS + 100000);
    meeting_play(meeting, "40 m1 report_task t2 dropped ''", NULL);
    meeting_score_facts_of(meeting->state, meeting->now_ms, &facts);
    assert_int_equal(facts.posting, POSTING_NONE);
    meeting_transcript_end(meeting);
}

static void more_points_than_the_sheet_gives_are_refused_with_both(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "10 m1 complete_score 5 5 10 41 5 30 5 ''\n"
                 "11 m1 complete_score 6 5 10 40 5 30 5 ''\n"
                 "12 m1 complete_score 5 5 10 40 5 30 6 ''\n",
                 "refused too_many_points criterion=conduct points=41 max=40 "
                 "rule=score_sheet\n"
                 "refused too_many_points criterion=time points=6 max=5 "
                 "rule=score_sheet\n"
                 "refused too_many_points criterion=closing points=6 max=5 "
                 "rule=score_sheet\n");
    assert_int_equal(meeting->state->score.seq, 0);
    meeting_transcript_end(meeting);
}

static void a_ruleset_without_a_score_sheet_takes_none(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "10 m1 complete_score 1 1 1 1 1 1 1 ''",
                 "refused no_score_sheet ruleset=interim-2026-07\n");
    meeting_transcript_end(meeting);
}

static void a_second_sheet_takes_the_place_of_the_first(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "10 m3 complete_score 5 5 10 40 5 30 5 ''\n"
                 "20 m3 complete_score 4 4 9 35 5 25 5 ''\n",
                 NULL);
    assert_int_equal(meeting->state->score.total, 87);
    assert_int_equal(meeting->state->score.grade, GRADE_FAIR);
    meeting_transcript_end(meeting);
}

/* The newest event as it was applied, which a test changes. */
static struct meeting_event sheet_of(struct meeting_transcript *meeting)
{
    meeting_play(meeting, "5400 m3 complete_score 5 3 8 36 5 25 5 ''", NULL);
    return meeting->decision->events[0];
}

static void what_contradicts_log_or_rules_is_found(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct meeting_event sheet = sheet_of(meeting);
    struct event_score_completed *body = &sheet.body.score_completed;
    const struct event_score_completed good = *body;

    (void)state;
#define CHECK()                                                                \
    decision_check_result(&sheet, meeting->state, &meeting->rules, NULL)
    assert_int_equal(CHECK(), RESULT_OK);
    body->grade = GRADE_GOOD;
    assert_int_equal(CHECK(), RESULT_REFUSED);
    *body = good;
    body->proposed_attendance = 4;
    assert_int_equal(CHECK(), RESULT_REFUSED);
    *body = good;
    body->conduct = 41;
    body->total += 5;
    assert_int_equal(CHECK(), RESULT_REFUSED);
#undef CHECK
    *body = good;
    sheet.seq = meeting->state->next_seq;
    sheet.at_ms = meeting->now_ms;
    body->present++;
    assert_int_equal(meeting_state_apply(meeting->state, &sheet),
                     RESULT_CORRUPT);
    *body = good;
    body->total++;
    assert_int_equal(meeting_state_apply(meeting->state, &sheet),
                     RESULT_CORRUPT);
    *body = good;
    assert_int_equal(meeting_state_apply(meeting->state, &sheet), RESULT_OK);
    meeting_transcript_drop(meeting);
}

static void a_posting_that_the_log_does_not_have_is_found(void **state)
{
    const int64_t due_s = 100;
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct event_score_completed *body, good;
    struct meeting_event sheet;

    (void)state;
    carry_postings(meeting, &due_s, 1);
    meeting_play(meeting, "101 m3 report_task t1 done ''", NULL);
    sheet = sheet_of(meeting);
    body = &sheet.body.score_completed;
    good = *body;
    sheet.seq = meeting->state->next_seq;
    sheet.at_ms = meeting->now_ms;
#define CHECK() meeting_state_apply(meeting->state, &sheet)
    body->posting = POSTING_IN_TIME;
    assert_int_equal(CHECK(), RESULT_CORRUPT);
    *body = good;
    body->posting_done_ms -= 1000;
    assert_int_equal(CHECK(), RESULT_CORRUPT);
    *body = good;
    body->posting_due_ms += 1000;
    assert_int_equal(CHECK(), RESULT_CORRUPT);
    *body = good;
    body->posting = posting_none_;
    assert_int_equal(CHECK(), RESULT_CORRUPT);
    *body = good;
    assert_int_equal(CHECK(), RESULT_OK);
#undef CHECK
    meeting_transcript_drop(meeting);
}

/* As sheets were written before they told of it. */
static void a_sheet_without_posting_is_read_and_tells_nothing(void **state)
{
    const struct schema *schema =
        meeting_event_schema(EVENT_SCORE_COMPLETED_KIND);
    const int64_t due_s = 100;
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct message_memory memory = { 0 };
    struct meeting_event sheet;
    json_t *json = json_object();

    (void)state;
    carry_postings(meeting, &due_s, 1);
    sheet = sheet_of(meeting);
    assert_int_equal(schema_encode(schema, &sheet.body, false, json),
                     RESULT_OK);
    assert_int_equal(json_object_del(json, "posting"), 0);
    assert_int_equal(json_object_del(json, "posting_due_ms"), 0);
    assert_null(json_object_get(json, "posting_done_ms"));
    assert_int_equal(
        schema_decode(schema, json, false, &sheet.body, &memory, NULL),
        RESULT_OK);
    sheet.seq = meeting->state->next_seq;
    sheet.at_ms = meeting->now_ms;
    assert_int_equal(
        decision_check_result(&sheet, meeting->state, &meeting->rules, NULL),
        RESULT_OK);
    assert_int_equal(meeting_state_apply(meeting->state, &sheet), RESULT_OK);
    assert_int_equal(meeting->state->score.facts.posting, posting_none_);
    assert_int_equal(meeting->state->score.facts.posting_due_ms, 0);
    message_memory_release(&memory);
    json_decref(json);
    meeting_transcript_drop(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_stands_beside_what_the_log_and_the_rules_say),
        cmocka_unit_test(who_left_was_there_and_a_tick_taken_back_was_not),
        cmocka_unit_test(documents_count_by_the_days_before_the_meeting),
        cmocka_unit_test(tasks_of_the_meeting_before_are_counted),
        cmocka_unit_test(a_sheet_tells_whether_results_were_posted_in_time),
        cmocka_unit_test(of_several_postings_that_of_the_meeting_before_counts),
        cmocka_unit_test(a_posting_that_the_log_does_not_have_is_found),
        cmocka_unit_test(a_sheet_without_posting_is_read_and_tells_nothing),
        cmocka_unit_test(
            more_points_than_the_sheet_gives_are_refused_with_both),
        cmocka_unit_test(a_ruleset_without_a_score_sheet_takes_none),
        cmocka_unit_test(a_second_sheet_takes_the_place_of_the_first),
        cmocka_unit_test(what_contradicts_log_or_rules_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
