/* From which seats people take part: the declaration before any outside the
 * hall opens, as transcripts. */
#include "protocol/meeting/decision_check.h"
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct meeting_transcript *meeting_of_a_cell(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting->rules = *ruleset_file("party-2026.conf");
    return meeting;
}

static void no_seat_outside_the_hall_opens_before_the_declaration(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "1 m3 join\n"
                 "2 m1 open_lobby\n"
                 "3 m4 join\n"
                 "3 s1 join\n"
                 "4 m1 admit m4\n"
                 "5 m3 admit s1\n"
                 "6 m1 admit_all\n"
                 "7 m3 tick m5 site s1\n"
                 "8 m3 tick m5 voice_relay -\n"
                 "9 m3 confirm_presence\n"
                 "10 m3 tick m5 in_person -",
                 "connected m1 m1/a 1\n"
                 "connected m3 m3/a 2\n"
                 "lobby_opened\n"
                 "knocked m4 m4/a\n"
                 "knocked s1 s1/a\n"
                 "refused not_declared mode=online rule=declaration\n"
                 "refused not_declared mode=site rule=declaration\n"
                 "refused not_declared mode=online rule=declaration\n"
                 "refused not_declared mode=site rule=declaration\n"
                 "refused not_declared mode=voice_relay rule=declaration\n"
                 "refused not_declared mode=online rule=declaration\n"
                 "presence_confirmed m5 in_person - tick\n");
    meeting_transcript_end(meeting);
}

static void
the_declaration_seats_who_presides_and_opens_the_others(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "1 m3 join\n"
                 "1 m3 tick m3 in_person -\n"
                 "2 m1 open_lobby\n"
                 "3 m4 join\n"
                 "3 s1 join\n"
                 "4 m3 declare_open_content\n"
                 "5 m1 declare_open_content\n"
                 "6 m1 declare_open_content\n"
                 "7 m1 admit_all\n"
                 "8 m4 join\n"
                 "9 m3 tick m5 site s1\n"
                 "10 m3 untick m3",
                 "connected m1 m1/a 1\n"
                 "connected m3 m3/a 2\n"
                 "presence_confirmed m3 in_person - tick\n"
                 "lobby_opened\n"
                 "knocked m4 m4/a\n"
                 "knocked s1 s1/a\n"
                 "refused not_allowed who=the chair\n"
                 "open_content_declared\n"
                 "eligibility_found 0 7 4 no\n"
                 "presence_confirmed m1 online - connection\n"
                 "nothing\n"
                 "admitted m4\n"
                 "admitted s1\n"
                 "connected m4 m4/a 3\n"
                 "presence_confirmed m4 online - connection\n"
                 "presence_confirmed m5 site s1 tick\n"
                 "presence_ended m3 unticked\n"
                 "presence_confirmed m3 online - connection\n");
    assert_true(meeting->state->attendance.is_content_open);
    assert_string_equal(meeting->state->attendance.declared_by.text, "m1");
    meeting_transcript_end(meeting);
}

/* Six official members and a probationary one: more than half are four. */
static void
grounds_of_members_say_whether_the_cell_may_meet_online(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "2 server row m4 official a at_sea\n"
                 "3 server row m5 official a at_sea\n"
                 "4 server row m6 probationary a on_duty\n"
                 "5 server row m7 exempt a at_sea\n"
                 "6 m1 declare_open_content\n"
                 "7 server row m14 official a works_far\n"
                 "8 server row m14 official ab works_far\n"
                 "9 server row m4 official a",
                 "connected m1 m1/a 1\n"
                 "roster_changed 1\n"
                 "roster_changed 2\n"
                 "roster_changed 3\n"
                 "roster_changed 4\n"
                 "open_content_declared\n"
                 "eligibility_found 3 7 4 no\n"
                 "presence_confirmed m1 online - connection\n"
                 "roster_changed 5\n"
                 "eligibility_found 4 7 4 yes\n"
                 "roster_changed 6\n"
                 "roster_changed 7\n"
                 "eligibility_found 3 7 4 no\n");
    meeting_transcript_end(meeting);
}

static void a_false_count_of_the_grounds_is_found(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();
    struct meeting_event event = { .kind = EVENT_ELIGIBILITY_FOUND_KIND,
                                   .body.eligibility_found = { 1, 7, 4,
                                                               false } };

    (void)state;
    meeting_play(meeting, "1 server row m4 official a at_sea", NULL);
    assert_int_equal(
        decision_check_result(&event, meeting->state, &meeting->rules, NULL),
        RESULT_OK);
    event.body.eligibility_found.unable = 4;
    event.body.eligibility_found.met = true;
    assert_int_equal(
        decision_check_result(&event, meeting->state, &meeting->rules, NULL),
        RESULT_REFUSED);
    meeting_transcript_end(meeting);
}

/* The chair's own device stays connected: nobody took the seat meanwhile. */
static void a_tick_taken_back_before_it_leaves_no_seat_online(void **state)
{
    struct meeting_transcript *meeting = meeting_of_a_cell();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "2 m1 tick m1 in_person -\n"
                 "3 m1 untick m1",
                 "connected m1 m1/a 1\n"
                 "presence_confirmed m1 in_person - tick\n"
                 "presence_ended m1 unticked\n");
    meeting_transcript_end(meeting);
}

static void a_ruleset_without_the_rule_asks_for_no_word(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "2 m1 tick m5 site s1",
                 "connected m1 m1/a 1\n"
                 "presence_confirmed m1 online - connection\n"
                 "presence_confirmed m5 site s1 tick\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_seat_outside_the_hall_opens_before_the_declaration),
        cmocka_unit_test(
            the_declaration_seats_who_presides_and_opens_the_others),
        cmocka_unit_test(
            grounds_of_members_say_whether_the_cell_may_meet_online),
        cmocka_unit_test(a_false_count_of_the_grounds_is_found),
        cmocka_unit_test(a_tick_taken_back_before_it_leaves_no_seat_online),
        cmocka_unit_test(a_ruleset_without_the_rule_asks_for_no_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
