/* What is asked again of changes of the agenda and of documents. */
#include "protocol/meeting/agenda_check.h"

#include "protocol/meeting/decision_check.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

static const char *const joined[] = { "m4", "m5", NULL };

static const struct agenda_rules by_vote = { .add = AGENDA_BY_VOTE,
                                             .order = AGENDA_BY_CHAIR,
                                             .types = 1U << DOCUMENT_PDF,
                                             .document_kib_max = 1 };

static struct meeting_event added(const char *vote)
{
    struct meeting_event event = { .kind = EVENT_ITEM_ADDED_KIND };

    event.body.item_added.item = meeting_id("a9");
    event.body.item_added.vote = meeting_id(vote);
    return event;
}

static void a_log_that_changes_the_agenda_without_a_vote_is_found(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event alone = added(""), by_v1 = added("v1");

    (void)state;
    meeting_play_to_open(meeting, joined);
    assert_int_equal(
        decision_check_result(&alone, meeting->state, &meeting->rules, NULL),
        RESULT_OK);
    meeting->rules.groups |= 1U << RULESET_AGENDA;
    meeting->rules.agenda = by_vote;
    assert_int_equal(
        decision_check_result(&alone, meeting->state, &meeting->rules, NULL),
        RESULT_REFUSED);
    assert_int_equal(
        decision_check_result(&by_v1, meeting->state, &meeting->rules, NULL),
        RESULT_REFUSED);
    meeting_play(meeting,
                 "1 m1 start_vote - 'Thêm nội dung' agenda\n"
                 "2 m1 vote v1 yes\n2 m2 vote v1 yes\n2 m3 vote v1 yes\n"
                 "2 m4 vote v1 yes\n3 m1 close_vote v1",
                 NULL);
    assert_int_equal(
        decision_check_result(&by_v1, meeting->state, &meeting->rules, NULL),
        RESULT_OK);
    meeting_transcript_end(meeting);
}

static void a_vote_on_something_else_does_not_change_the_agenda(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct meeting_event by_v1 = added("v1");

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting->rules.groups |= 1U << RULESET_AGENDA;
    meeting->rules.agenda = by_vote;
    meeting_play(meeting,
                 "1 m1 start_vote - 'Nghị quyết' resolution\n"
                 "2 m1 vote v1 yes\n2 m2 vote v1 yes\n2 m3 vote v1 yes\n"
                 "2 m4 vote v1 yes\n3 m1 close_vote v1",
                 NULL);
    assert_true(meeting->state->votes[0].is_passed);
    assert_false(agenda_is_right(&meeting->rules, meeting->state, &by_v1));
    meeting_transcript_end(meeting);
}

/* All vote `choice` in v1, on the agenda, which names this. */
static struct meeting_transcript *agenda_voted(const char *item,
                                               const char *choice)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char lines[256];

    meeting_play_to_open(meeting, joined);
    meeting->rules.groups |= 1U << RULESET_AGENDA;
    meeting->rules.agenda = by_vote;
    meeting->rules.agenda.order = AGENDA_BY_VOTE;
    (void)snprintf(lines, sizeof lines,
                   "1 m1 start_vote %s 'Chương trình' agenda\n"
                   "2 m1 vote v1 %s\n2 m2 vote v1 %s\n2 m3 vote v1 %s\n"
                   "2 m4 vote v1 %s\n3 m1 close_vote v1",
                   item, choice, choice, choice, choice);
    meeting_play(meeting, lines, NULL);
    return meeting;
}

/* A server that lets a vote carry out what it does not name. */
static void a_log_that_does_what_a_vote_does_not_name_is_found(void **state)
{
    const struct meeting_event added_by = added("v1");
    const struct meeting_event moved = { .kind = EVENT_ITEM_MOVED_KIND,
                                         .body.item_moved = {
                                             .item = meeting_id("a2"),
                                             .before = meeting_id("a1"),
                                             .vote = meeting_id("v1") } };
    const struct meeting_event dropped = { .kind = EVENT_ITEM_DROPPED_KIND,
                                           .body.item_dropped = {
                                               .item = meeting_id("a2"),
                                               .vote = meeting_id("v1") } };
    const struct {
        const char *named;
        const struct meeting_event *event;
        bool is_right, is_folded; /* by who has no ruleset */
    } rows[] = {
        { "-", &added_by, true, true },    { "-", &moved, false, true },
        { "-", &dropped, false, true },    { "a2", &added_by, false, false },
        { "a2", &moved, true, true },      { "a2", &dropped, true, true },
        { "a1", &added_by, false, false }, { "a1", &moved, false, false },
        { "a1", &dropped, false, false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = agenda_voted(rows[i].named, "yes");
        struct meeting_event event = *rows[i].event;

        event.seq = meeting->state->next_seq;
        event.at_ms = meeting->state->at_ms;
        assert_int_equal(decision_check_result(&event, meeting->state,
                                               &meeting->rules, NULL),
                         rows[i].is_right ? RESULT_OK : RESULT_REFUSED);
        assert_int_equal(meeting_state_apply(meeting->state, &event),
                         rows[i].is_folded ? RESULT_OK : RESULT_CORRUPT);
        meeting_transcript_drop(meeting);
    }
}

static void a_log_that_uses_a_vote_for_two_changes_is_found(void **state)
{
    struct meeting_event again[] = {
        added("v1"),
        { .kind = EVENT_ITEM_MOVED_KIND,
          .body.item_moved = { .item = meeting_id("a2"),
                               .before = meeting_id("a1"),
                               .vote = meeting_id("v1") } },
        { .kind = EVENT_ITEM_DROPPED_KIND,
          .body.item_dropped = { .item = meeting_id("a2"),
                                 .vote = meeting_id("v1") } },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof again / sizeof again[0]; i++) {
        const bool is_new = again[i].kind == EVENT_ITEM_ADDED_KIND;
        struct meeting_transcript *meeting =
            agenda_voted(is_new ? "-" : "a2", "yes");

        assert_true(
            agenda_is_right(&meeting->rules, meeting->state, &again[i]));
        meeting_play(meeting,
                     is_new ? "4 m1 add_item 'x' - 0 v1"
                            : "4 m1 move_item a2 - v1",
                     NULL);
        assert_int_equal(decision_check_result(&again[i], meeting->state,
                                               &meeting->rules, NULL),
                         RESULT_REFUSED);
        /* Whoever has no ruleset at hand finds it, too. */
        again[i].seq = meeting->state->next_seq;
        again[i].at_ms = meeting->state->at_ms;
        assert_int_equal(meeting_state_apply(meeting->state, &again[i]),
                         RESULT_CORRUPT);
        meeting_transcript_end(meeting);
    }
}

static void files_are_taken_up_to_the_very_last_byte(void **state)
{
    struct ruleset rules = { .groups = 1U << RULESET_AGENDA };
    const struct ruleset none = { .groups = 0 };

    (void)state;
    rules.agenda = by_vote;
    assert_int_equal(agenda_takes_file(&rules, DOCUMENT_PDF, 1024),
                     AGENDA_FILE_TAKEN);
    assert_int_equal(agenda_takes_file(&rules, DOCUMENT_PDF, 1025),
                     AGENDA_FILE_SIZE);
    assert_int_equal(agenda_takes_file(&rules, DOCUMENT_ODT, 1),
                     AGENDA_FILE_TYPE);
    assert_int_equal(agenda_takes_file(&none, DOCUMENT_ODT, 1 << 20),
                     AGENDA_FILE_TAKEN);
}

static void a_deadline_for_posting_that_is_not_the_rules_is_found(void **state)
{
    static const struct {
        int64_t off_ms; /* beside two days after the event */
        int ground;
        bool is_right;
    } rows[] = {
        { 0, TASK_POSTING, true },          { -1, TASK_POSTING, true },
        { -60000, TASK_POSTING, true },     { -60001, TASK_POSTING, false },
        { 1, TASK_POSTING, false },         { 86400000, TASK_POSTING, false },
        { -86400000, TASK_POSTING, false }, { 1, TASK_ASSIGNED, true },
    };
    struct ruleset rules = { .groups = 1U << RULESET_DEADLINES };
    const struct ruleset none = { .groups = 0 };
    struct meeting_event event = { .kind = EVENT_TASK_SET_KIND,
                                   .at_ms = INT64_C(1770224400000) };
    size_t i;

    (void)state;
    rules.deadlines.posting_days = 2;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event.body.task_set.ground = rows[i].ground;
        event.body.task_set.due_ms =
            (uint64_t)(event.at_ms + 2 * INT64_C(86400000) + rows[i].off_ms);
        assert_int_equal(agenda_is_right(&rules, NULL, &event),
                         rows[i].is_right);
    }
    event.body.task_set.ground = TASK_POSTING;
    assert_false(agenda_is_right(&none, NULL, &event));
}

/* As its vote was held, the rule's working days are over or do not matter. */
static void a_day_for_completing_a_recognition_is_found(void **state)
{
    static const struct {
        uint64_t due_ms;
        int ground;
        bool is_right;
    } rows[] = {
        { 0, TASK_RECOGNITION, true },
        { 1, TASK_RECOGNITION, false },
        /* 30 working days after the event, which was on a Wednesday. */
        { UINT64_C(1770224400000) + 42 * UINT64_C(86400000), TASK_RECOGNITION,
          false },
        { UINT64_C(1770224400000) + 30 * UINT64_C(86400000), TASK_RECOGNITION,
          false },
        { 0, TASK_POSTING, false },
        { 0, TASK_ASSIGNED, true },
    };
    struct ruleset rules = { .groups = 1U << RULESET_DEADLINES };
    const struct ruleset none = { .groups = 0 };
    struct meeting_event event = { .kind = EVENT_TASK_SET_KIND,
                                   .at_ms = INT64_C(1770224400000) };
    size_t i;

    (void)state;
    rules.deadlines.posting_days = 2;
    rules.deadlines.recognition_working_days = 30;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event.body.task_set.ground = rows[i].ground;
        event.body.task_set.due_ms = rows[i].due_ms;
        assert_int_equal(agenda_is_right(&rules, NULL, &event),
                         rows[i].is_right);
        assert_int_equal(agenda_is_right(&none, NULL, &event),
                         rows[i].ground == TASK_ASSIGNED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_that_changes_the_agenda_without_a_vote_is_found),
        cmocka_unit_test(a_vote_on_something_else_does_not_change_the_agenda),
        cmocka_unit_test(a_log_that_does_what_a_vote_does_not_name_is_found),
        cmocka_unit_test(a_log_that_uses_a_vote_for_two_changes_is_found),
        cmocka_unit_test(files_are_taken_up_to_the_very_last_byte),
        cmocka_unit_test(a_deadline_for_posting_that_is_not_the_rules_is_found),
        cmocka_unit_test(a_day_for_completing_a_recognition_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
