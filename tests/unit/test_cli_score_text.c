/* The score sheet on the screen: the posting of the results of the meeting
 * before, as the record tells of it. */
#include "client/cli/cli_score_text.h"

#include "client/cli/cli_session.h"

#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const joined[] = { "m4", NULL };

/* An open meeting to which a posting task came over, due at second 100: the
 * first of January of 1970, 08:18:20 in Viet Nam then. */
static struct meeting_transcript *meeting_after_another(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct carried_task task = { .task = meeting_id("t1"),
                                 .from = meeting_id("t4"),
                                 .due_ms = MEETING_BASE_MS + 100 * 1000,
                                 .ground = TASK_POSTING,
                                 .result = TASK_OPEN };
    struct meeting_event event = { .kind = EVENT_CARRIED_OVER_KIND };
    const struct meeting_report report = { .kind = REPORT_CARRIED,
                                           .event = &event };

    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    task.text.has_value = true;
    event.body.carried_over.meeting = meeting_id("org.0");
    event.body.carried_over.tasks = (struct items){ &task, 1 };
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    return meeting;
}

/* What the screen shows, ended by free(). */
static char *shown(const struct meeting_transcript *meeting)
{
    static char source[] = "42-HD/BTCTW, II";
    static const struct ruleset_notes notes = {
        .of[RULE_ID_DEADLINE_POSTING] = { .source = source }
    };
    const struct meeting_view view = { .state = meeting->state,
                                       .rules = &meeting->rules,
                                       .rule_notes = &notes };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    cli_score_show(&view, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void posting_is_shown_with_its_moments_and_its_rule(void **state)
{
    static const struct {
        const char *reports;
        const char *of_log, *of_sheet;
        bool is_reported;
    } rows[] = {
        { "50 m3 report_task t1 partly ''", "(Asia/Ho_Chi_Minh): not reported",
          "by the record: not reported done yet)", false },
        { "100 m3 report_task t1 done ''", "(Asia/Ho_Chi_Minh): in time\n",
          "by the record: in time)", true },
        { "101 m3 report_task t1 done ''", "(Asia/Ho_Chi_Minh): too late\n",
          "by the record: too late)", true },
    };
    size_t i;

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = meeting_after_another();
        char *text;

        meeting_play(meeting, rows[i].reports, NULL);
        text = shown(meeting);
        assert_non_null(strstr(text, "due 01/01/1970 08:18"));
        assert_non_null(strstr(text, rows[i].of_log));
        assert_non_null(strstr(text, rows[i].of_sheet));
        assert_int_equal(strstr(text, "reported done 01/01/1970 08:18") != NULL,
                         rows[i].is_reported);
        assert_non_null(
            strstr(text, "within 2 days, by 42-HD/BTCTW, II (not compared"));
        free(text);
        meeting_transcript_end(meeting);
    }
}

static void without_a_task_for_it_posting_is_not_spoken_of(void **state)
{
    struct meeting_transcript *meeting = meeting_after_another();
    char *text;

    (void)state;
    meeting_play(meeting, "50 m1 report_task t1 dropped ''", NULL);
    text = shown(meeting);
    assert_null(strstr(text, "Posting"));
    assert_null(strstr(text, "posting of the meeting before"));
    free(text);
    meeting_transcript_end(meeting);
}

static void a_sheet_that_was_completed_keeps_what_it_said(void **state)
{
    struct meeting_transcript *meeting = meeting_after_another();
    json_t *json;
    char *text;

    (void)state;
    meeting_play(meeting,
                 "60 m3 complete_score 0 0 0 0 0 0 0 ''\n"
                 "70 m3 report_task t1 done ''\n",
                 NULL);
    text = shown(meeting);
    assert_non_null(strstr(text, "by the record: not reported done yet)"));
    json = cli_score_json(meeting->state);
    assert_string_equal(json_string_value(json_object_get(json, "posting")),
                        "unknown");
    assert_int_equal(
        json_integer_value(json_object_get(json, "posting_due_ms")),
        MEETING_BASE_MS + 100 * 1000);
    assert_int_equal(
        json_integer_value(json_object_get(json, "posting_done_ms")), 0);
    json_decref(json);
    free(text);
    meeting_transcript_end(meeting);
}

/* 90 minutes are asked for; it is on for 95, by the clock on the wall. */
static void a_meeting_that_is_on_is_as_long_as_the_wall_clock_says(void **state)
{
    struct meeting_transcript *meeting = meeting_after_another();
    const struct meeting_view view = { .state = meeting->state,
                                       .rules = &meeting->rules };
    const int64_t opened_ms = meeting->state->opened_ms;
    struct meeting_score_proposal proposal;

    (void)state;
    meeting->state->opened_ms = cli_wall_ms() - 95 * 60 * 1000;
    assert_true(cli_score_propose(&view, &proposal));
    assert_int_equal(proposal.time, 5);
    meeting->state->opened_ms = opened_ms;
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_meeting_that_is_on_is_as_long_as_the_wall_clock_says),
        cmocka_unit_test(posting_is_shown_with_its_moments_and_its_rule),
        cmocka_unit_test(without_a_task_for_it_posting_is_not_spoken_of),
        cmocka_unit_test(a_sheet_that_was_completed_keeps_what_it_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
