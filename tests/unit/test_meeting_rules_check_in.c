/* Checking in by code and by PIN, as transcripts. */
#include "tests/support/ruleset_file.h"
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", "s1", NULL };

static void whoever_read_the_code_is_present_at_that_place(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m4 code -\n"
                 "2 m4 open_check_in -\n"
                 "3 m3 open_check_in -\n"
                 "4 m3 open_check_in -\n"
                 "5 m4 code -\n"
                 "6 m4 code -\n"
                 "7 m5 code s1\n"
                 "8 s1 open_check_in s2\n"
                 "9 s1 open_check_in s1\n"
                 "10 m5 code s1\n"
                 "11 m3 close_check_in -\n"
                 "12 m2 code -\n"
                 "13 m2 code s9",
                 "refused no_check_in\n"
                 "refused not_allowed who=the chair, the minute-taker or a "
                 "site\n"
                 "check_in_opened -\n"
                 "nothing\n"
                 "presence_confirmed m4 in_person - code\n"
                 "nothing\n"
                 "refused no_check_in\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "check_in_opened s1\n"
                 "presence_confirmed m5 site s1 code\n"
                 "check_in_closed -\n"
                 "refused no_check_in\n"
                 "refused no_such_site id=s9\n");
    meeting_transcript_end(meeting);
}

static void who_was_turned_away_does_not_check_in(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting, "1 m1 turn_away m5 'Không thuộc chi bộ'", NULL);
    meeting_play(meeting,
                 "2 m5 pin s1\n"
                 "3 m3 open_check_in -\n"
                 "4 m5 code -",
                 "refused turned_away\n"
                 "check_in_opened -\n"
                 "refused turned_away\n");
    meeting_transcript_end(meeting);
}

static void a_pin_at_the_place_needs_no_code(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m14 pin s1\n"
                 "2 m6 pin -\n"
                 "3 m11 pin s1\n"
                 "4 m99 pin s1",
                 "presence_confirmed m14 site s1 pin\n"
                 "presence_confirmed m6 in_person - pin\n"
                 "refused cannot_attend id=m11 category=suspended\n"
                 "refused no_such_member id=m99\n");
    meeting_transcript_end(meeting);
}

static void a_site_waits_for_the_declaration_here_too(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play(meeting,
                 "1 m1 join\n"
                 "2 m1 open_check_in s1\n"
                 "3 m4 pin s1\n"
                 "4 m4 pin -\n"
                 "5 m1 open_check_in -",
                 "connected m1 m1/a 1\n"
                 "refused not_declared mode=site rule=declaration\n"
                 "refused not_declared mode=site rule=declaration\n"
                 "presence_confirmed m4 in_person - pin\n"
                 "check_in_opened -\n");
    meeting_transcript_end(meeting);
}

static void the_minutes_tell_who_checked_in_how(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    char *text;

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m3 open_check_in -\n"
                 "2 m4 code -\n"
                 "2 m5 code -\n"
                 "3 m14 pin s1",
                 NULL);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_have(text, "Có mặt theo mã điểm danh tại chỗ: 2 người.");
    assert_minutes_have(text, "Có mặt theo mã PIN nhập tại chỗ: 1 người.");
    free(text);
    meeting_transcript_end(meeting);
}

/* Keeper of s1 is m4, of s2 m5. */
static void heads_are_counted_by_who_keeps_the_place(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct identifier s1 = meeting_id("s1");
    char *text;

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m3 tick m14 site s1\n"
                 "2 s1 count_heads s1 35\n"
                 "3 m5 count_heads s1 30\n"
                 "4 m5 count_heads s2 12\n"
                 "5 s1 count_heads s2 1\n"
                 "6 m4 count_heads s1 36\n"
                 "7 m3 count_heads - 8\n"
                 "8 m3 count_heads s9 8",
                 "presence_confirmed m14 site s1 tick\n"
                 "heads_counted s1 35\n"
                 "refused not_allowed who=the chair, the minute-taker, a site "
                 "or its keeper\n"
                 "heads_counted s2 12\n"
                 "refused not_allowed who=the chair, the minute-taker, a site "
                 "or its keeper\n"
                 "heads_counted s1 36\n"
                 "heads_counted - 8\n"
                 "refused no_such_site id=s9\n");
    assert_int_equal(meeting_state_site(meeting->state, &s1)->heads.count, 36);
    assert_int_equal(meeting_state_named_at(meeting->state, &s1), 1);
    text = transcript_minutes(meeting, MINUTES_ENGLISH);
    assert_minutes_have(text, "36 people, 1 of them by name; keeper:");
    assert_minutes_have(text, "12 people, 0 of them by name; keeper:");
    assert_minutes_have(text, "Together: 2 sites, 48 people.");
    assert_minutes_have(text, "At the meeting's place: 8 people.");
    free(text);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_read_the_code_is_present_at_that_place),
        cmocka_unit_test(who_was_turned_away_does_not_check_in),
        cmocka_unit_test(a_pin_at_the_place_needs_no_code),
        cmocka_unit_test(a_site_waits_for_the_declaration_here_too),
        cmocka_unit_test(the_minutes_tell_who_checked_in_how),
        cmocka_unit_test(heads_are_counted_by_who_keeps_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
