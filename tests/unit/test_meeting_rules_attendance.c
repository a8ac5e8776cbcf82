/* Lobby, connections and the roll, as transcripts. */
#include "protocol/meeting/meeting_roll.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const nobody[] = { NULL };
static const char *const four[] = { "m4", NULL };
static const char *const some[] = { "m4", "m5", "s1", NULL };

static const struct meeting_person *person(struct meeting_transcript *meeting,
                                           const char *id)
{
    struct identifier member = meeting_id(id);

    return meeting_state_person(meeting->state, &member);
}

static void the_presiding_group_comes_in_before_the_lobby_opens(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play(meeting,
                 "1 m1 join\n"
                 "2 m4 join\n"
                 "3 m3 join\n"
                 "4 m2 open_lobby\n"
                 "5 m2 join\n"
                 "6 m2 open_lobby\n"
                 "7 m1 open_lobby",
                 "connected m1 m1/a 1\n"
                 "presence_confirmed m1 online - connection\n"
                 "refused not_scheduled\n"
                 "connected m3 m3/a 2\n"
                 "presence_confirmed m3 online - connection\n"
                 "refused not_joined\n"
                 "connected m2 m2/a 3\n"
                 "presence_confirmed m2 online - connection\n"
                 "lobby_opened\n"
                 "refused lobby_open\n");
    meeting_transcript_end(meeting);
}

static void a_member_and_a_site_knock_and_wait_to_be_admitted(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting,
                 "1 m4 join\n"
                 "2 m4 join\n"
                 "2 m4 chat 'Xin chào'\n"
                 "3 s1 join\n"
                 "4 m3 admit m4\n"
                 "5 m3 admit m4\n"
                 "6 m4 join\n"
                 "7 m1 admit s1\n"
                 "8 s1 join\n"
                 "9 m1 admit m99",
                 "knocked m4 m4/a\n"
                 "nothing\n"
                 "refused not_admitted\n"
                 "knocked s1 s1/a\n"
                 "admitted m4\n"
                 "refused not_waiting id=m4\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "admitted s1\n"
                 "connected s1 s1/a 5\n"
                 "refused no_such_member id=m99\n");
    meeting_transcript_end(meeting);
}

static void everybody_who_waits_is_admitted_at_once(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting,
                 "1 s2 join\n1 m6 join\n1 m8 join\n"
                 "2 m1 admit_all\n"
                 "3 m1 admit_all",
                 "knocked s2 s2/a\n"
                 "knocked m6 m6/a\n"
                 "knocked m8 m8/a\n"
                 "admitted m6\n"
                 "admitted m8\n"
                 "admitted s2\n"
                 "nothing\n");
    meeting_transcript_end(meeting);
}

static void a_hundred_who_wait_are_admitted_by_one_command(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_of(100);
    struct meeting_report report = { .kind = REPORT_JOIN };
    char name[16];
    int i;

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    for (i = 1; i <= 100; i++) {
        (void)snprintf(name, sizeof name, "x%d", i);
        report.holder = meeting_id(name);
        report.device = meeting_device_key(name, 'a');
        assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    }
    meeting_play(meeting, "1 m1 admit_all", NULL);
    assert_int_equal(meeting->decision->count, 100);
    meeting_play(meeting, "2 m1 admit_all", "nothing\n");
    meeting_transcript_end(meeting);
}

static void whoever_was_turned_away_stays_out_until_admitted(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting,
                 "1 m8 join\n"
                 "2 m1 turn_away m8 'Khách chưa được mời'\n"
                 "3 m8 join\n"
                 "4 m8 raise_hand\n"
                 "5 m1 turn_away m8 'lần nữa'\n"
                 "6 m1 turn_away m3 'thư ký'\n"
                 "7 m1 turn_away m99 '?'\n"
                 "8 m1 admit m8\n"
                 "9 m8 join",
                 "knocked m8 m8/a\n"
                 "turned_away m8 'Khách chưa được mời'\n"
                 "refused turned_away\n"
                 "refused turned_away\n"
                 "refused not_waiting id=m8\n"
                 "refused not_waiting id=m3\n"
                 "refused no_such_member id=m99\n"
                 "admitted m8\n"
                 "connected m8 m8/a 4\n"
                 "presence_confirmed m8 online - connection\n");
    meeting_transcript_end(meeting);
}

static void
who_is_in_and_turned_away_loses_devices_floor_and_presence(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m4/b join\n"
                 "2 m1 give_floor m4 0\n"
                 "5 m1 turn_away m4 'gây rối'\n"
                 "6 m4 confirm_presence",
                 "connected m4 m4/b 5\n"
                 "floor_given m4 300000 m1\n"
                 "turned_away m4 'gây rối'\n"
                 "disconnected m4 m4/a turned_away\n"
                 "disconnected m4 m4/b turned_away\n"
                 "floor_ended m4 3000 left\n"
                 "presence_ended m4 turned_away\n"
                 "refused turned_away\n");
    meeting_transcript_end(meeting);
}

static void who_may_not_attend_or_is_unknown_is_not_let_in(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    meeting_play(meeting,
                 "1 m11 join\n"
                 "2 m12 join\n"
                 "3 m13 join\n"
                 "4 m99 join\n"
                 "5 m4/z join\n"
                 "6 m99 chat 'a'\n"
                 "7 m1/z chat 'a'\n"
                 "8 admin admit_all",
                 "refused cannot_attend id=m11 category=suspended\n"
                 "refused cannot_attend id=m12 category=technician\n"
                 "refused cannot_attend id=m13 category=temp_away\n"
                 "refused not_summoned\n"
                 "refused device_not_summoned\n"
                 "refused not_summoned\n"
                 "refused device_not_summoned\n"
                 "refused not_allowed who=who takes part in the meeting\n");
    meeting_transcript_end(meeting);
}

static void two_devices_of_a_member_are_present_once(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll_count roll;

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m4/b join\n"
                 "2 m4/b join\n"
                 "3 m4 leave\n"
                 "4 m4 join\n"
                 "5 m4 leave\n"
                 "6 m4/b leave",
                 "connected m4 m4/b 5\n"
                 "nothing\n"
                 "disconnected m4 m4/a left\n"
                 "connected m4 m4/a 4\n"
                 "disconnected m4 m4/a left\n"
                 "disconnected m4 m4/b left\n"
                 "presence_ended m4 left\n");
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.official, 6);
    assert_int_equal(roll.official_present, 3);
    assert_int_equal(person(meeting, "m4")->present_total_ms, 6000);
    meeting_transcript_end(meeting);
}

static void a_lost_line_is_a_leave_only_after_its_grace_period(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "10 m4 lost\n"
                 "11 m4 lost\n"
                 "12 m4 raise_hand\n"
                 "20 m4 join\n"
                 "30 m4 lost",
                 "connection_lost m4 m4/a\n"
                 "nothing\n"
                 "refused not_joined\n"
                 "connected m4 m4/a 4\n"
                 "connection_lost m4 m4/a\n");
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 60000);
    meeting_play(meeting,
                 "59.999 server tick\n"
                 "60 server tick\n"
                 "61 server tick",
                 "nothing\n"
                 "disconnected m4 m4/a connection_lost\n"
                 "presence_ended m4 connection_lost\n"
                 "nothing\n");
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules), INT64_MAX);
    assert_int_equal(person(meeting, "m4")->disconnections, 2);
    meeting_transcript_end(meeting);
}

static void two_lost_devices_end_one_presence(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m4/b join\n"
                 "1 m1 give_floor m4 3600000\n"
                 "2 m4 lost\n"
                 "3 m4/b lost\n"
                 "32 server tick\n"
                 "40 server tick",
                 "connected m4 m4/b 5\n"
                 "floor_given m4 3600000 m1\n"
                 "connection_lost m4 m4/a\n"
                 "connection_lost m4 m4/b\n"
                 "disconnected m4 m4/a connection_lost\n"
                 "disconnected m4 m4/b connection_lost\n"
                 "floor_ended m4 39000 left\n"
                 "presence_ended m4 connection_lost\n");
    meeting_transcript_end(meeting);
}

static void a_restart_of_the_server_loses_every_line_at_its_time(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "5 m5 lost\n"
                 "10 server restarted\n"
                 "11 server restarted\n"
                 "12 m1 join\n"
                 "13 s1 join\n"
                 "35 server tick\n"
                 "40 server tick",
                 "connection_lost m5 m5/a\n"
                 "server_restarted 5\n"
                 "nothing\n"
                 "connected m1 m1/a 1\n"
                 "connected s1 s1/a 6\n"
                 "disconnected m5 m5/a connection_lost\n"
                 "presence_ended m5 connection_lost\n"
                 "disconnected m2 m2/a connection_lost\n"
                 "presence_ended m2 connection_lost\n"
                 "disconnected m3 m3/a connection_lost\n"
                 "presence_ended m3 connection_lost\n"
                 "disconnected m4 m4/a connection_lost\n"
                 "presence_ended m4 connection_lost\n");
    assert_int_equal(person(meeting, "m4")->disconnections, 0);
    meeting_transcript_end(meeting);
}

static void a_full_room_that_does_not_come_back_is_ended_at_once(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_of(100);
    struct meeting_report report = { .kind = REPORT_JOIN };
    struct roll_count roll;
    char name[16];
    int i, ticks = 0;

    (void)state;
    meeting_play_to_lobby(meeting, nobody);
    for (i = 1; i <= 100; i++) {
        char script[32];

        (void)snprintf(name, sizeof name, "x%d", i);
        report.holder = meeting_id(name);
        report.device = meeting_device_key(name, 'a');
        (void)meeting_tell(meeting, &report);
        (void)snprintf(script, sizeof script, "0 m1 admit %s", name);
        meeting_play(meeting, script, NULL);
        (void)meeting_tell(meeting, &report);
    }
    meeting_play(meeting, "1 server restarted", NULL);
    while (meeting_rules_next_tick_ms(meeting->state, &meeting->rules) <=
           MEETING_BASE_MS + 31000) {
        meeting_play(meeting, "31 server tick", NULL);
        assert_true(meeting->decision->count > 0);
        ticks++;
    }
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.official_present, 0);
    assert_int_equal(ticks, 1);
    meeting_transcript_end(meeting);
}

static void a_revoked_device_is_cut_off_and_another_stays(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m4/b join\n"
                 "2 m1 give_floor m4 0\n"
                 "3 m4 revoked\n"
                 "4 m4 revoked\n"
                 "5 m4/b revoked\n"
                 "6 m99 revoked",
                 "connected m4 m4/b 5\n"
                 "floor_given m4 300000 m1\n"
                 "disconnected m4 m4/a revoked\n"
                 "nothing\n"
                 "disconnected m4 m4/b revoked\n"
                 "floor_ended m4 3000 left\n"
                 "presence_ended m4 revoked\n"
                 "nothing\n");
    meeting_transcript_end(meeting);
}

static void a_change_of_the_register_cuts_off_what_it_takes_away(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 server row m4 official b\n"
                 "2 m4 join\n"
                 "3 m4 chat 'a'\n"
                 "4 m4/b join\n"
                 "5 server row m5 suspended ab\n"
                 "6 m5 join\n"
                 "7 server row m15 guest c\n"
                 "8 m15/c join\n"
                 "9 server row s1 official -\n"
                 "10 m4/b revoked",
                 "roster_changed 1\n"
                 "disconnected m4 m4/a revoked\n"
                 "presence_ended m4 revoked\n"
                 "refused device_revoked\n"
                 "refused device_revoked\n"
                 "connected m4 m4/b 7\n"
                 "presence_confirmed m4 online - connection\n"
                 "roster_changed 2\n"
                 "disconnected m5 m5/a turned_away\n"
                 "presence_ended m5 turned_away\n"
                 "refused cannot_attend id=m5 category=suspended\n"
                 "roster_changed 3\n"
                 "knocked m15 m15/c\n"
                 "roster_changed 4\n"
                 "disconnected s1 s1/a revoked\n"
                 "disconnected m4 m4/b revoked\n"
                 "presence_ended m4 revoked\n");
    meeting_transcript_end(meeting);
}

static void
a_member_ticked_in_a_hall_stays_there_when_a_device_comes(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll_count roll;

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m4 leave\n"
                 "2 s1 tick m4 site s1\n"
                 "3 m4 join\n"
                 "4 m4 leave\n"
                 "5 m4 join\n"
                 "6 m4 confirm_presence\n"
                 "7 m3 tick m4 in_person -\n"
                 "8 m3 untick m4\n"
                 "9 m4 leave",
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n"
                 "presence_confirmed m4 site s1 tick\n"
                 "connected m4 m4/a 4\n"
                 "disconnected m4 m4/a left\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - own_act\n"
                 "presence_confirmed m4 in_person - tick\n"
                 "presence_ended m4 unticked\n"
                 "presence_confirmed m4 online - connection\n"
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n");
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.official_present, 4);
    assert_int_equal(roll.by_mode[MODE_ONLINE], 4);
    /* 0 to 1, 2 to 8, 8 to 9. */
    assert_int_equal(person(meeting, "m4")->present_total_ms, 8000);
    assert_int_equal(person(meeting, "m4")->first_present_ms, MEETING_BASE_MS);
    meeting_transcript_end(meeting);
}

static void a_site_ticks_at_itself_only(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 s1 tick m14 site s2\n"
                 "2 s1 tick m14 in_person -\n"
                 "3 s1 tick m14 site s1\n"
                 "4 s1 tick m14 site s1\n"
                 "5 m3 tick m14 site s2\n"
                 "6 s1 untick m14\n"
                 "7 s1 tick m14 site s1\n"
                 "8 s1 untick m14\n"
                 "9 s1 untick m14\n"
                 "10 s1 untick m4",
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "presence_confirmed m14 site s1 tick\n"
                 "refused already_present id=m14 mode=site\n"
                 "presence_confirmed m14 site s2 tick\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "presence_confirmed m14 site s1 tick\n"
                 "presence_ended m14 unticked\n"
                 "refused not_present id=m14\n"
                 "refused not_allowed who=the chair or the minute-taker\n");
    meeting_transcript_end(meeting);
}

static void a_tick_names_a_fit_member_mode_and_site(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m3 tick m99 in_person -\n"
                 "2 m3 tick m14 online -\n"
                 "3 m3 tick m14 site -\n"
                 "4 m3 tick m14 in_person s1\n"
                 "5 m3 tick m14 site s9\n"
                 "6 m3 tick m11 in_person -\n"
                 "7 m1 tick m14 voice_relay -\n"
                 "8 m3 untick m4\n"
                 "9 m3 untick m99\n"
                 "10 m4 tick m14 in_person -",
                 "refused no_such_member id=m99\n"
                 "refused wrong_mode\n"
                 "refused wrong_mode\n"
                 "refused wrong_mode\n"
                 "refused no_such_site id=s9\n"
                 "refused cannot_attend id=m11 category=suspended\n"
                 "presence_confirmed m14 voice_relay - tick\n"
                 "refused already_present id=m4 mode=online\n"
                 "refused no_such_member id=m99\n"
                 "refused not_allowed who=the chair, the minute-taker or a "
                 "site\n");
    meeting_transcript_end(meeting);
}

static void
an_absence_is_noted_of_who_is_absent_and_ends_on_coming(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll_count roll;

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m3 note_absence m5 absent_excused 'ốm, có đơn'\n"
                 "2 m1 note_absence m6 absent_unexcused ''\n"
                 "3 m3 note_absence m4 absent_excused 'a'\n"
                 "4 m3 note_absence m99 absent_excused 'a'",
                 "absence_noted m5 absent_excused 'ốm, có đơn' no\n"
                 "absence_noted m6 absent_unexcused '' no\n"
                 "refused already_present id=m4 mode=online\n"
                 "refused no_such_member id=m99\n");
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.absent_excused, 1);
    assert_int_equal(roll.absent_unexcused, 1);
    assert_int_equal(roll.absent_unnoted, 1); /* m14 */
    meeting_play(meeting, "5 m3 tick m5 in_person -",
                 "presence_confirmed m5 in_person - tick\n");
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.absent_excused, 0);
    assert_int_equal(roll.by_mode[MODE_IN_PERSON], 1);
    assert_int_equal(person(meeting, "m5")->absence, 0);
    meeting_transcript_end(meeting);
}

static void the_roll_is_confirmed_with_the_numbers_of_that_moment(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll_count roll;

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m3 tick m6 in_person -\n"
                 "1 m3 tick m7 in_person -\n"
                 "1 m3 tick m9 in_person -\n"
                 "2 m3 confirm_roll",
                 "presence_confirmed m6 in_person - tick\n"
                 "presence_confirmed m7 in_person - tick\n"
                 "presence_confirmed m9 in_person - tick\n"
                 "roll_confirmed 6 4 0 0 1 1 0 0 1 1 1 0 4 0\n");
    assert_true(meeting->state->is_roll_confirmed);
    meeting_state_roll(meeting->state, &roll);
    assert_int_equal(roll.exempt, 1);
    assert_int_equal(roll.exempt_present, 1);
    assert_int_equal(roll.others_present, 1);
    assert_int_equal(roll.by_mode[MODE_IN_PERSON], 1); /* m6 only */
    meeting_transcript_end(meeting);
}

static void a_jump_of_the_clock_is_an_event(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play(meeting, "1 server clock -3000", "clock_jumped -3000\n");
    meeting_transcript_end(meeting);
}

static void
a_closed_meeting_lets_in_who_was_admitted_and_logs_nothing(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, four);
    meeting_play(meeting,
                 "1 m5 join\n2 m8 join\n3 m1 turn_away m8 'a'\n"
                 "4 m1 close_meeting",
                 NULL);
    meeting_play(meeting,
                 "5 m4 join\n"
                 "6 m2 join\n"
                 "7 m5 join\n"
                 "8 m8 join\n"
                 "9 m6 join\n"
                 "10 m4 lost\n"
                 "11 server tick\n"
                 "12 server restarted\n"
                 "13 m4 revoked\n"
                 "14 server clock 5000\n"
                 "15 server row m4 official a\n"
                 "16 m4 leave",
                 "nothing\n"
                 "nothing\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n"
                 "refused closed\n");
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules), INT64_MAX);
    meeting_transcript_end(meeting);
}

static void only_at_a_congress_is_somebody_absent_throughout(void **state)
{
    struct meeting_transcript *regular = meeting_transcript_new();
    struct meeting_transcript *congress = meeting_transcript_congress();
    struct roll_person people[LIMIT_ROSTER];
    struct roll roll;

    (void)state;
    meeting_play_to_lobby(regular, nobody);
    meeting_play(regular, "1 m3 note_absence m5 absent_excused 'ốm' yes",
                 "refused not_throughout rule=denominators.congress\n");
    meeting_transcript_end(regular);
    meeting_play_to_lobby(congress, nobody);
    meeting_play(congress,
                 "1 m3 note_absence m5 absent_unexcused '' yes\n"
                 "2 m3 note_absence m5 absent_excused 'ốm' yes",
                 "refused not_throughout rule=denominators.congress\n"
                 "absence_noted m5 absent_excused 'ốm' yes\n");
    meeting_state_roll_of(congress->state, people, &roll);
    assert_true(people[4].is_excused_throughout);
    meeting_play(congress, "3 m3 tick m5 in_person -",
                 "presence_confirmed m5 in_person - tick\n");
    meeting_state_roll_of(congress->state, people, &roll);
    assert_false(people[4].is_excused_throughout);
    meeting_transcript_end(congress);
}

static void who_has_left_is_told_apart_from_a_tick_that_was_wrong(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m3 tick m14 site s1\n"
                 "1 m3 tick m6 in_person -\n"
                 "2 s1 note_left m6\n"
                 "3 s1 note_left m14\n"
                 "4 m3 note_left m14\n"
                 "5 m3 note_left m4\n"
                 "6 m3 untick m6",
                 "presence_confirmed m14 site s1 tick\n"
                 "presence_confirmed m6 in_person - tick\n"
                 "refused not_allowed who=the chair or the minute-taker\n"
                 "presence_ended m14 left\n"
                 "refused not_present id=m14\n"
                 "refused already_present id=m4 mode=online\n"
                 "presence_ended m6 unticked\n");
    assert_int_equal(person(meeting, "m14")->last_left_ms,
                     MEETING_BASE_MS + 3000);
    assert_int_equal(person(meeting, "m6")->last_left_ms, 0);
    assert_int_equal(person(meeting, "m6")->first_present_ms, 0);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_presiding_group_comes_in_before_the_lobby_opens),
        cmocka_unit_test(a_member_and_a_site_knock_and_wait_to_be_admitted),
        cmocka_unit_test(everybody_who_waits_is_admitted_at_once),
        cmocka_unit_test(a_hundred_who_wait_are_admitted_by_one_command),
        cmocka_unit_test(whoever_was_turned_away_stays_out_until_admitted),
        cmocka_unit_test(
            who_is_in_and_turned_away_loses_devices_floor_and_presence),
        cmocka_unit_test(who_may_not_attend_or_is_unknown_is_not_let_in),
        cmocka_unit_test(two_devices_of_a_member_are_present_once),
        cmocka_unit_test(a_lost_line_is_a_leave_only_after_its_grace_period),
        cmocka_unit_test(two_lost_devices_end_one_presence),
        cmocka_unit_test(a_restart_of_the_server_loses_every_line_at_its_time),
        cmocka_unit_test(a_full_room_that_does_not_come_back_is_ended_at_once),
        cmocka_unit_test(a_revoked_device_is_cut_off_and_another_stays),
        cmocka_unit_test(a_change_of_the_register_cuts_off_what_it_takes_away),
        cmocka_unit_test(
            a_member_ticked_in_a_hall_stays_there_when_a_device_comes),
        cmocka_unit_test(a_site_ticks_at_itself_only),
        cmocka_unit_test(a_tick_names_a_fit_member_mode_and_site),
        cmocka_unit_test(
            an_absence_is_noted_of_who_is_absent_and_ends_on_coming),
        cmocka_unit_test(the_roll_is_confirmed_with_the_numbers_of_that_moment),
        cmocka_unit_test(only_at_a_congress_is_somebody_absent_throughout),
        cmocka_unit_test(who_has_left_is_told_apart_from_a_tick_that_was_wrong),
        cmocka_unit_test(a_jump_of_the_clock_is_an_event),
        cmocka_unit_test(
            a_closed_meeting_lets_in_who_was_admitted_and_logs_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
