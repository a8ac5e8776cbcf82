/* What votes are held under, as the chair sees it: quorum, and the rules that
 * nobody has compared with the official text. */
#include "client/cli/cli_votes.h"
#include "client/core/client.h"
#include "tests/support/elect_scene.h"
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[32768];

/* Runs `show` into `text`. */
static void shown(const struct meeting_view *view,
                  void (*show)(const struct meeting_view *, FILE *))
{
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    memset(text, 0, sizeof text);
    show(view, out);
    assert_int_equal(fclose(out), 0);
}

static void told(const struct meeting_view *view,
                 const struct meeting_event *event,
                 void (*tell)(const struct meeting_view *,
                              const struct meeting_event *, FILE *))
{
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    memset(text, 0, sizeof text);
    tell(view, event, out);
    assert_int_equal(fclose(out), 0);
}

static struct meeting_view seen_by(const struct meeting_transcript *meeting,
                                   const char *who)
{
    struct meeting_view view = { .state = meeting->state,
                                 .log = { "org.1" },
                                 .rules = &meeting->rules };

    view.me = meeting_id(who);
    return view;
}

/* The event of the newest decision that tells of the quorum. */
static const struct meeting_event *
quorum_event(const struct meeting_transcript *meeting)
{
    size_t i;

    for (i = meeting->decision->count; i > 0; i--)
        if (meeting->decision->events[i - 1].kind == EVENT_QUORUM_CHANGED_KIND)
            return &meeting->decision->events[i - 1];
    fail_msg("no quorum changed");
    return NULL;
}

static void
a_quorum_is_shown_until_one_more_leaving_would_break_it(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct meeting_view view = seen_by(meeting, "m1");
    char line[64];
    unsigned i;

    (void)state;
    meeting_play(meeting, "2 server tick", NULL);
    shown(&view, cli_terms_show);
    assert_string_equal(text, "  Quorum:       25/25, needed 17: enough are "
                              "there\n");
    for (i = 1; i <= 8; i++) {
        (void)snprintf(line, sizeof line, "3 m3 note_left x%u", i);
        meeting_play(meeting, line, NULL);
    }
    meeting_play(meeting, "3 server tick", NULL);
    shown(&view, cli_terms_show);
    assert_string_equal(text, "  Quorum:       17/25, needed 17: enough, but "
                              "not if one more leaves\n");
    told(&view, quorum_event(meeting), cli_terms_event_write);
    assert_string_equal(text, "Quorum: 17/25, needed 17: enough, but not if "
                              "one more leaves (has left: comrade x8)");
    meeting_play(meeting,
                 "4 m3 note_left x9\n"
                 "4 server tick",
                 NULL);
    shown(&view, cli_terms_show);
    assert_string_equal(text, "  Quorum:       16/25, needed 17: too few are "
                              "there\n");
    told(&view, quorum_event(meeting), cli_terms_event_write);
    assert_string_equal(text, "Quorum: 16/25, needed 17: too few are there "
                              "(has left: comrade x9)");
    meeting_play(meeting,
                 "5 m3 tick x1 in_person -\n"
                 "6 m3 tick x2 in_person -\n"
                 "6 server tick",
                 NULL);
    told(&view, quorum_event(meeting), cli_terms_event_write);
    assert_string_equal(text, "Quorum: 18/25, needed 17: enough are there "
                              "(has come: comrade x2)");
    meeting_transcript_end(meeting);
}

/* Who has not got the file sees what was recorded last. */
static void without_the_ruleset_the_recorded_quorum_is_shown(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    struct meeting_view view = seen_by(meeting, "m1");

    (void)state;
    view.rules = NULL;
    shown(&view, cli_terms_show);
    assert_string_equal(text, "");
    meeting_play(meeting,
                 "3 m3 note_left x1\n"
                 "3 server tick\n"
                 "4 m3 note_left x2",
                 NULL);
    shown(&view, cli_terms_show);
    assert_string_equal(text, "  Quorum:       24/25, needed 17: enough are "
                              "there\n");
    meeting_transcript_end(meeting);
}

static void the_rules_are_listed_each_with_its_source(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    struct meeting_view view = seen_by(meeting, "m1");
    struct ruleset rules = *ruleset_file("party-2026.conf");
    const char *compared, *unverified;

    (void)state;
    view.rules = &rules;
    view.rule_notes = ruleset_file_notes();
    shown(&view, cli_rules_show);
    compared = strstr(text, "\n  Compared with it, by document:\n");
    assert_non_null(compared);
    unverified = strstr(text, "\n  “who is counted at meetings”: 294-QĐ/TW "
                              "(26/5/2025), 9.3.2\n");
    assert_non_null(unverified);
    assert_true(unverified < compared);
    assert_non_null(strstr(
        compared, "\n  “who is counted in elections of a congress”: 190-QĐ/TW "
                  "(10/10/2024), Điều 30\n"));
    view.rules = NULL;
    shown(&view, cli_rules_show);
    assert_non_null(strstr(text, "The server has not given the file yet."));
    meeting_transcript_end(meeting);
}

static void
whoever_presides_is_told_of_unverified_rules_at_the_opening(void **state)
{
    static const struct meeting_event opened = { .kind = EVENT_OPENED_KIND };
    static const struct meeting_event closed = { .kind = EVENT_CLOSED_KIND };
    struct meeting_transcript *meeting = elect_scene();
    struct meeting_view view = seen_by(meeting, "m1");
    const struct meeting_view member = seen_by(meeting, "m4");
    char hint[512];
    int i, count = 0;

    (void)state;
    for (i = 1; i < rule_id_count_; i++)
        count += ruleset_is_unverified(&meeting->rules, (enum rule_id)i);
    assert_true(count > 0);
    (void)snprintf(hint, sizeof hint,
                   "  %d rules of %s are not compared with the official", count,
                   meeting->state->ruleset);
    told(&view, &opened, cli_rules_hint);
    assert_int_equal(strncmp(text, hint, strlen(hint)), 0);
    assert_non_null(strstr(text, "/rules"));
    told(&member, &opened, cli_rules_hint);
    assert_string_equal(text, "");
    told(&view, &closed, cli_rules_hint);
    assert_string_equal(text, "");
    view.rules = NULL;
    told(&view, &opened, cli_rules_hint);
    assert_string_equal(text, "");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_quorum_is_shown_until_one_more_leaving_would_break_it),
        cmocka_unit_test(without_the_ruleset_the_recorded_quorum_is_shown),
        cmocka_unit_test(the_rules_are_listed_each_with_its_source),
        cmocka_unit_test(
            whoever_presides_is_told_of_unverified_rules_at_the_opening),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
