/* A meeting that is held by party groups, as transcripts. */
#include "tests/support/meeting_transcript.h"

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
    meeting_play(meeting,
                 "10 m1 gather_group org.2 40 end\n"
                 "11 m1 gather_group org.2 40 end\n"
                 "12 m3 gather_group org.3 40 end",
                 "group_gathered org.2 40 2000000 9000000 20 18 3 2 1 1\n"
                 "refused gathered_already id=org.2\n"
                 "group_gathered org.3 40 2000000 9000000 20 18 3 2 1 1\n");
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
    meeting_play(meeting, "20 m4 leave", NULL);
    came = meeting_state_came(meeting->state);
    assert_int_equal(came.official, 6);
    assert_int_equal(came.official_came, 4); /* m1, m2, m3 and m4 */
    assert_int_equal(came.probationary, 1);
    assert_int_equal(came.probationary_came, 1);
    assert_int_equal(came.exempt, 1);
    assert_int_equal(came.exempt_came, 0);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_records_of_the_groups_are_gathered_one_by_one),
        cmocka_unit_test(what_is_no_part_not_over_or_ends_otherwise_is_refused),
        cmocka_unit_test(a_plenary_has_nothing_to_gather),
        cmocka_unit_test(the_groups_are_named_once_and_right_after_the_genesis),
        cmocka_unit_test(a_group_is_not_gathered_against_its_own_numbers),
        cmocka_unit_test(who_came_is_counted_however_long_she_stayed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
