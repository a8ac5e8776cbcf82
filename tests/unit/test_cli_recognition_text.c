/* Recognitions as tasks on the screen. */
#include "client/cli/cli_recognition_text.h"

#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HOUR_MS = 3600000 };
/* Noon in Viet Nam, UTC+7, of 2026-12-10: 20 working days of 30 are over. */
static const int64_t december_10_ms = INT64_C(1796860800000) + 5 * HOUR_MS;

static struct meeting_transcript *meeting_with_probation(void)
{
    static const char *const joined[] = { "m4", "m5", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "1 server row m6 probationary a - 20261115", NULL);
    return meeting;
}

/* What `me` is shown, ended by free(). */
static char *shown(const struct meeting_transcript *meeting, const char *me,
                   int64_t now_ms, size_t *open)
{
    struct meeting_view view = { .state = meeting->state,
                                 .rules = ruleset_file("party-2026.conf"),
                                 .me = meeting_id(me) };
    char *text = NULL;
    size_t size, count;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    count = cli_recognitions_write(&view, now_ms, out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(count > 0, size > 0);
    *open = cli_recognitions_open(&view, now_ms);
    return text;
}

static void the_days_that_are_left_are_those_where_the_meeting_is(void **state)
{
    static const struct {
        int64_t after_ms; /* noon of 2026-12-10 */
        const char *words;
        size_t open;
    } rows[] = {
        { 0, "due 25/12/2026: working days left: 11", 1 },
        /* Midnight in Viet Nam is 17:00 UTC. */
        { 12 * HOUR_MS - 1000, "due 25/12/2026: working days left: 11", 1 },
        { 12 * HOUR_MS, "due 25/12/2026: working days left: 10", 1 },
        { 15 * 24 * (int64_t)HOUR_MS, "due 25/12/2026: today is the last day",
          1 },
        { 16 * 24 * (int64_t)HOUR_MS,
          "due 25/12/2026: OVERDUE, working days since: 0", 1 },
        { 18 * 24 * (int64_t)HOUR_MS,
          "due 25/12/2026: OVERDUE, working days since: 1", 1 },
        { -25 * 24 * (int64_t)HOUR_MS,
          ", on probation until 15/11/2026, due 25/12/2026: working days left: "
          "30",
          0 },
    };
    struct meeting_transcript *meeting = meeting_with_probation();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t open;
        char *text =
            shown(meeting, "m1", december_10_ms + rows[i].after_ms, &open);

        if (!strstr(text, rows[i].words))
            fail_msg("%s: %s", rows[i].words, text);
        assert_int_equal(open, rows[i].open);
        free(text);
    }
    meeting_transcript_end(meeting);
}

static void who_leads_or_writes_and_the_member_are_shown_it(void **state)
{
    static const struct {
        const char *me;
        bool is_shown;
    } rows[] = { { "m1", true }, { "m2", true },  { "m3", true },
                 { "m6", true }, { "m4", false }, { "m8", false } };
    struct meeting_transcript *meeting = meeting_with_probation();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t open;
        char *text = shown(meeting, rows[i].me, december_10_ms, &open);

        assert_int_equal(*text != '\0', rows[i].is_shown);
        assert_int_equal(open, rows[i].is_shown);
        free(text);
    }
    meeting_transcript_end(meeting);
}

static void what_the_meeting_decided_ends_the_task(void **state)
{
    struct meeting_transcript *meeting = meeting_with_probation();
    size_t open;
    char *text;

    (void)state;
    meeting_play(meeting,
                 "2 m1 start_vote - 'Công nhận' recognition m6\n"
                 "3 m1 close_vote v1",
                 NULL);
    text = shown(meeting, "m1", december_10_ms, &open);
    assert_non_null(
        strstr(text, "due 25/12/2026: done: not recognised by vote v1\n"));
    assert_int_equal(open, 0);
    free(text);
    meeting_transcript_end(meeting);
}

static void without_the_ruleset_nothing_is_said(void **state)
{
    struct meeting_transcript *meeting = meeting_with_probation();
    const struct meeting_view view = { .state = meeting->state,
                                       .me = meeting_id("m1") };

    (void)state;
    assert_int_equal(cli_recognitions_write(&view, december_10_ms, stderr), 0);
    assert_int_equal(cli_recognitions_open(&view, december_10_ms), 0);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_days_that_are_left_are_those_where_the_meeting_is),
        cmocka_unit_test(who_leads_or_writes_and_the_member_are_shown_it),
        cmocka_unit_test(what_the_meeting_decided_ends_the_task),
        cmocka_unit_test(without_the_ruleset_nothing_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
