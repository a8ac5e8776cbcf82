/* Who speaks in which order, who is silenced, who leads beside the chair. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4",  "m5", "m6", "m7",
                                    "m10", "m8", "s1", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    return meeting;
}

static bool is_heard(const struct meeting_transcript *meeting,
                     const char *holder)
{
    struct identifier id = meeting_id(holder);

    return meeting_state_may_be_heard(meeting->state, &id);
}

/* "m4 m5 ": the queue. */
static void assert_queue(const struct meeting_transcript *meeting,
                         const char *expected)
{
    char queue[200] = "";
    size_t i, size = 0;

    for (i = 0; i < meeting->state->hand_count; i++)
        size += (size_t)snprintf(
            queue + size, sizeof queue - size, "%s%s ",
            meeting->state->hands[i].member.text,
            meeting->state->hands[i].is_point_of_order ? "!" : "");
    assert_string_equal(queue, expected);
}

/* --- the queue ------------------------------------------------------------ */

static void
a_point_of_order_goes_before_all_who_only_want_to_speak(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m4 raise_hand\n"
                 "2 m5 raise_hand\n"
                 "3 m6 raise_hand\n"
                 "4 m5 raise_point_of_order\n"
                 "5 m7 raise_point_of_order",
                 "hand_raised m4\n"
                 "hand_raised m5\n"
                 "hand_raised m6\n"
                 "point_of_order_raised m5\n"
                 "point_of_order_raised m7\n");
    assert_queue(meeting, "m5! m7! m4 m6 ");
    meeting_play(meeting,
                 "6 m7 raise_point_of_order\n"
                 "7 m7 raise_hand\n"
                 "8 m8 raise_point_of_order\n"
                 "9 m1 give_floor m5 0\n"
                 "10 m5 raise_point_of_order\n"
                 "11 m7 lower_hand",
                 "refused hand_up position=2\n"
                 "refused hand_up position=2\n"
                 "refused cannot_speak id=m8 category=guest\n"
                 "floor_given m5 300000 m1\n"
                 "refused has_floor id=m5\n"
                 "hand_lowered m7 m7\n");
    assert_queue(meeting, "m4 m6 ");
    meeting_transcript_end(meeting);
}

static void who_has_spoken_least_is_called_first_if_so_ordered(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "0 m1 give_floor m4 0\n20 m1 give_floor m5 0\n"
                 "30 m1 end_floor",
                 NULL);
    meeting_play(meeting,
                 "31 m4 raise_hand\n"
                 "32 m5 raise_hand\n"
                 "33 m6 raise_hand",
                 NULL);
    assert_queue(meeting, "m4 m5 m6 ");
    meeting_play(meeting, "34 m1 set_floor_mode called least_spoken",
                 "floor_mode_set called least_spoken 87\n");
    assert_queue(meeting, "m6 m5 m4 ");
    meeting_play(meeting, "35 m7 raise_hand\n36 m4 raise_point_of_order", NULL);
    assert_queue(meeting, "m4! m6 m7 m5 ");
    /* Back to the order in which they went up. */
    meeting_play(meeting,
                 "37 m1 set_floor_mode called raised\n"
                 "38 m1 set_floor_mode called raised",
                 "floor_mode_set called raised 87\n"
                 "nothing\n");
    assert_queue(meeting, "m4! m5 m6 m7 ");
    meeting_transcript_end(meeting);
}

static void whoever_never_had_the_floor_speaks_for_the_first_time(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct identifier m4 = meeting_id("m4");

    (void)state;
    assert_true(meeting_person_is_first_time(
        meeting_state_person(meeting->state, &m4)));
    meeting_play(meeting, "1 m1 give_floor m4 0", NULL);
    assert_false(meeting_person_is_first_time(
        meeting_state_person(meeting->state, &m4)));
    meeting_transcript_end(meeting);
}

/* --- modes ---------------------------------------------------------------- */

static void in_free_mode_everybody_is_heard_who_may_speak(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    assert_false(is_heard(meeting, "m4"));
    meeting_play(meeting, "1 m1 set_floor_mode free raised", NULL);
    assert_true(is_heard(meeting, "m4"));
    assert_true(is_heard(meeting, "m6"));
    assert_true(is_heard(meeting, "s1"));
    assert_false(is_heard(meeting, "m8"));  /* a guest, by leave only */
    assert_false(is_heard(meeting, "m14")); /* not here */
    meeting_play(meeting, "2 m1 give_floor m8 0", NULL);
    assert_true(is_heard(meeting, "m8"));
    meeting_play(meeting, "3 m1 mute m4", NULL);
    assert_false(is_heard(meeting, "m4"));
    meeting_play(meeting, "4 m1 adjourn_meeting", NULL);
    assert_false(is_heard(meeting, "m6"));
    meeting_play(meeting, "5 m1 resume_meeting", NULL);
    assert_true(is_heard(meeting, "m6"));
    meeting_play(meeting, "6 m1 set_floor_mode called raised", NULL);
    assert_false(is_heard(meeting, "m6"));
    assert_true(is_heard(meeting, "m1"));
    meeting_transcript_end(meeting);
}

static void who_speaks_freely_is_not_one_whom_all_have_to_hear(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct identifier m1 = meeting_id("m1"), m4 = meeting_id("m4"),
                      m5 = meeting_id("m5");

    (void)state;
    meeting_play(meeting,
                 "1 m1 set_floor_mode free raised\n2 m1 give_floor m5 0", NULL);
    assert_true(meeting_state_is_called(meeting->state, &m1));
    assert_true(meeting_state_is_called(meeting->state, &m5));
    assert_false(meeting_state_is_called(meeting->state, &m4));
    meeting_transcript_end(meeting);
}

/* --- silence ---------------------------------------------------------------
 */

static void
a_member_cannot_undo_a_mute_and_nobody_opens_a_microphone(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "0 m1 set_floor_mode free raised\n"
                 "0 m1 appoint_officer m10 moderator",
                 NULL);
    meeting_play(meeting,
                 "1 m10 mute m4\n"
                 "2 m4 unmute\n"
                 "3 m4 release_mute m4\n"
                 "4 m4 mute m4\n"
                 "5 m10 release_mute m4\n"
                 "6 m10 release_mute m4",
                 "muted m4 m10\n"
                 "refused mute_holds\n"
                 "refused not_allowed who=the chair, a co-chair or a "
                 "moderator\n"
                 "nothing\n"
                 "mute_released m4 m10\n"
                 "nothing\n");
    assert_false(is_heard(meeting, "m4"));
    meeting_play(meeting, "7 m4 unmute", "unmuted m4\n");
    assert_true(is_heard(meeting, "m4"));
    /* Released and not opened yet: silenced again, it holds again. */
    meeting_play(meeting,
                 "8 m10 mute m4\n"
                 "9 m10 release_mute m4\n"
                 "10 m10 mute m4\n"
                 "11 m4 unmute",
                 "muted m4 m10\n"
                 "mute_released m4 m10\n"
                 "muted m4 m10\n"
                 "refused mute_holds\n");
    meeting_transcript_end(meeting);
}

static void who_falls_silent_alone_opens_the_microphone_alone(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m4 mute m4\n"
                 "2 m4 mute m4\n"
                 "3 m4 unmute\n"
                 "4 m4 mute m4\n"
                 "5 m1 mute m4\n"
                 "6 m4 unmute\n"
                 "7 m4 mute m5",
                 "muted m4 m4\n"
                 "nothing\n"
                 "unmuted m4\n"
                 "muted m4 m4\n"
                 "muted m4 m1\n"
                 "refused mute_holds\n"
                 "refused not_allowed who=the chair, a co-chair or a "
                 "moderator\n");
    meeting_transcript_end(meeting);
}

static void who_leads_is_not_silenced_from_below(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "0 m1 appoint_officer m7 co_chair\n"
                 "0 m1 appoint_officer m5 co_chair\n"
                 "0 m1 appoint_officer m10 moderator",
                 NULL);
    meeting_play(meeting,
                 "1 m10 mute m1\n"
                 "2 m7 mute m1\n"
                 "3 m10 mute m7\n"
                 "4 m5 mute m7\n"
                 "5 m7 release_mute m7\n"
                 "6 m10 mute m99",
                 "refused not_allowed who=the chair\n"
                 "refused not_allowed who=the chair\n"
                 "refused not_allowed who=the chair or a co-chair\n"
                 "muted m7 m5\n"
                 "mute_released m7 m7\n"
                 "refused no_such_member id=m99\n");
    meeting_transcript_end(meeting);
}

/* --- who leads -------------------------------------------------------------
 */

static void a_co_chair_leads_the_floor_and_is_heard(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m7 give_floor m4 0\n"
                 "2 m1 appoint_officer m7 co_chair\n"
                 "3 m1 appoint_officer m7 co_chair\n"
                 "4 m7 give_floor m4 0\n"
                 "5 m7 extend_floor 60000\n"
                 "6 m4 raise_hand\n"
                 "7 m7 end_floor\n"
                 "8 m7 start_vote - 'x'\n"
                 "9 m7 appoint_officer m5 co_chair",
                 "refused not_allowed who=the chair or a co-chair\n"
                 "officer_appointed m7 co_chair\n"
                 "nothing\n"
                 "floor_given m4 300000 m7\n"
                 "floor_extended m4 360000 m7\n"
                 "refused has_floor id=m4\n"
                 "floor_ended m4 3000 withdrawn\n"
                 "refused not_allowed who=the chair\n"
                 "refused not_allowed who=the chair\n");
    assert_true(is_heard(meeting, "m7"));
    meeting_play(meeting,
                 "10 m1 dismiss_officer m7 co_chair\n"
                 "11 m1 dismiss_officer m7 co_chair\n"
                 "12 m7 give_floor m4 0",
                 "officer_dismissed m7 co_chair\n"
                 "nothing\n"
                 "refused not_allowed who=the chair or a co-chair\n");
    assert_false(is_heard(meeting, "m7"));
    meeting_transcript_end(meeting);
}

static void guests_and_those_who_may_not_attend_lead_nothing(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 appoint_officer m8 moderator\n"
                 "2 m1 appoint_officer m12 moderator\n"
                 "4 m1 appoint_officer m11 co_chair\n"
                 "5 m1 appoint_officer m99 co_chair",
                 "refused cannot_lead id=m8 category=guest role=moderator\n"
                 "refused cannot_lead id=m12 category=technician "
                 "role=moderator\n"
                 "refused cannot_lead id=m11 category=suspended role=co_chair\n"
                 "refused no_such_member id=m99\n");
    meeting_transcript_end(meeting);
}

static void those_who_preside_take_turns(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 appoint_officer m7 co_chair\n"
                 "2 m1 give_chair m4\n"
                 "3 m1 give_chair m99\n"
                 "4 m1 give_chair m7\n"
                 "5 m1 add_item 'x'\n"
                 "6 m7 add_item 'x'\n"
                 "7 m7 give_chair m7\n"
                 "8 m7 give_chair m2\n"
                 "9 m2 give_chair m1\n"
                 "10 m7 lost\n"
                 "11 m1 give_chair m7",
                 "officer_appointed m7 co_chair\n"
                 "refused not_in_turn id=m4\n"
                 "refused no_such_member id=m99\n"
                 "chair_given m7\n"
                 "refused not_allowed who=the chair\n"
                 "item_added a3 'x' - 0 -\n"
                 "nothing\n"
                 "chair_given m2\n"
                 "chair_given m1\n"
                 "connection_lost m7 m7/a\n"
                 "refused not_present id=m7\n");
    meeting_transcript_end(meeting);
}

static void a_co_chair_steps_in_while_who_presides_is_away(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 appoint_officer m7 co_chair\n"
                 "2 m7 take_chair\n"
                 "3 m1 lost\n"
                 "4 m4 take_chair\n"
                 "5 m7 take_chair\n"
                 "6 m7 add_item 'x'\n"
                 "7 m1 join\n"
                 "8 m1 take_chair",
                 "officer_appointed m7 co_chair\n"
                 "refused chair_present\n"
                 "connection_lost m1 m1/a\n"
                 "refused not_allowed who=the chair, the deputy and "
                 "co-chairs\n"
                 "chair_taken m7\n"
                 "item_added a3 'x' - 0 -\n"
                 "connected m1 m1/a 1\n"
                 "chair_taken m1\n");
    meeting_transcript_end(meeting);
}

/* --- an elected chair --------------------------------------------------------
 */

/* The chair's and the deputy's lines are gone. */
static struct meeting_transcript *meeting_without_chair(void)
{
    struct meeting_transcript *meeting = open_meeting();

    meeting_play(meeting, "0 m1 start_vote - 'x' procedure -", NULL);
    meeting_play(meeting, "1 m1 lost\n2 m2 lost", NULL);
    return meeting;
}

/* "event, event": the names of what came out, without their fields. */
static void assert_events(struct meeting_transcript *meeting,
                          const char *script, const char *expected)
{
    char names[400] = "";
    size_t i, size = 0;

    meeting_play(meeting, script, NULL);
    for (i = 0; i < meeting->decision->count; i++)
        size += (size_t)snprintf(
            names + size, sizeof names - size, "%s%s", i ? ", " : "",
            meeting_event_schema(meeting->decision->events[i].kind)->name);
    assert_string_equal(names, expected);
}

static void
without_chair_and_deputy_the_meeting_elects_who_goes_on(void **state)
{
    struct meeting_transcript *meeting = meeting_without_chair();

    (void)state;
    assert_events(meeting, "3 m4 propose_chair m5 'Bầu m5'",
                  "vote_started, chair_proposed");
    meeting_play(meeting,
                 "4 m4 vote v2 yes\n"
                 "5 m5 vote v2 yes\n"
                 "6 m3 vote v2 yes\n"
                 "7 m7 settle_chair v2\n"
                 "8 m7 vote v2 yes",
                 "vote_cast v2 m4 yes\n"
                 "vote_cast v2 m5 yes\n"
                 "vote_cast v2 m3 yes\n"
                 "refused not_allowed who=who proposed it or the "
                 "minute-taker\n"
                 "vote_cast v2 m7 yes\n");
    /* Four of seven: now anybody may end it. */
    assert_events(meeting, "9 m7 settle_chair v2",
                  "vote_closed, chair_elected");
    assert_string_equal(meeting->state->presiding.text, "m5");
    /* The vote that was open is untouched, and the new chair goes on. */
    assert_int_equal(meeting->state->votes[0].phase, VOTE_OPEN);
    meeting_play(meeting,
                 "10 m5 cancel_vote v1 'x'\n"
                 "11 m1 join\n"
                 "12 m1 take_chair",
                 "vote_cancelled v1 'x'\n"
                 "connected m1 m1/a 1\n"
                 "chair_taken m1\n");
    meeting_transcript_end(meeting);
}

static void a_chair_who_is_not_elected_does_not_preside(void **state)
{
    struct meeting_transcript *meeting = meeting_without_chair();

    (void)state;
    meeting_play(meeting,
                 "3 m4 propose_chair m5 'x'\n4 m4 vote v2 yes\n5 m5 vote v2 no",
                 NULL);
    assert_events(meeting, "6 m4 settle_chair v2", "vote_closed");
    assert_string_equal(meeting->state->presiding.text, "m1");
    /* Another try. */
    assert_events(meeting, "7 m5 propose_chair m7 'x'",
                  "vote_started, chair_proposed");
    /* The candidate has gone: elected, but nobody presides. */
    meeting_play(meeting,
                 "8 m3 vote v3 yes\n8 m4 vote v3 yes\n8 m5 vote v3 yes\n"
                 "8 m7 vote v3 yes\n9 m7 lost",
                 NULL);
    assert_events(meeting, "10 m3 settle_chair v3", "vote_closed");
    assert_true(meeting->state->votes[2].is_passed);
    assert_string_equal(meeting->state->presiding.text, "m1");
    meeting_transcript_end(meeting);
}

static void nobody_is_elected_while_somebody_can_take_the_chair(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m4 propose_chair m5 'x'\n"
        "2 m1 lost\n"
        "3 m4 propose_chair m5 'x'\n"
        "4 m2 lost\n"
        "5 m6 propose_chair m5 'x'\n"
        "6 m4 propose_chair m6 'x'\n"
        "7 m4 propose_chair m14 'x'\n"
        "8 m4 propose_chair m99 'x'\n"
        "9 m4 settle_chair v1",
        "refused chair_present\n"
        "connection_lost m1 m1/a\n"
        "refused chair_at_hand id=m2\n"
        "connection_lost m2 m2/a\n"
        "refused cannot_vote category=probationary matter=procedure\n"
        "refused cannot_lead id=m6 category=probationary role=presiding chair\n"
        "refused not_present id=m14\n"
        "refused no_such_member id=m99\n"
        "refused no_such_vote id=v1\n");
    meeting_transcript_end(meeting);
}

static void the_chair_who_comes_back_ends_the_election(void **state)
{
    struct meeting_transcript *meeting = meeting_without_chair();

    (void)state;
    meeting_play(meeting,
                 "3 m4 propose_chair m5 'x'\n3 m4 vote v2 yes\n"
                 "3 m3 vote v2 yes\n3 m5 vote v2 yes\n3 m7 vote v2 yes\n"
                 "4 m1 join",
                 NULL);
    meeting_play(meeting,
                 "5 m4 settle_chair v2\n"
                 "6 m4 settle_chair v1",
                 "refused chair_present\n"
                 "refused not_of_chair vote=v1\n");
    assert_events(meeting, "7 m1 close_vote v2", "vote_closed");
    assert_string_equal(meeting->state->presiding.text, "m1");
    meeting_transcript_end(meeting);
}

static void one_is_proposed_at_a_time(void **state)
{
    struct meeting_transcript *meeting = meeting_without_chair();

    (void)state;
    meeting_play(meeting, "3 m4 propose_chair m5 'x'", NULL);
    meeting_play(meeting, "4 m5 propose_chair m4 'x'",
                 "refused votes_open vote=v2\n");
    meeting_transcript_end(meeting);
}

/* --- time ------------------------------------------------------------------
 */

static void a_speaker_is_warned_once_before_time_is_up(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.floor_warning_ms = 30000;
    meeting_play(meeting, "0 m1 give_floor m4 100000", NULL);
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 70000);
    meeting_play(meeting,
                 "69.999 server tick\n"
                 "70 server tick\n"
                 "71 server tick",
                 "nothing\n"
                 "floor_warned m4 30000\n"
                 "nothing\n");
    assert_int_equal(
        meeting_rules_next_tick_ms(meeting->state, &meeting->rules),
        MEETING_BASE_MS + 100000);
    /* More time: another warning. */
    meeting_play(meeting,
                 "80 m1 extend_floor 60000\n"
                 "129 server tick\n"
                 "130 server tick\n"
                 "160 server tick",
                 "floor_extended m4 160000 m1\n"
                 "nothing\n"
                 "floor_warned m4 30000\n"
                 "floor_ended m4 160000 time_up\n");
    meeting_transcript_end(meeting);
}

static void a_short_or_unlimited_speech_is_not_warned(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.floor_warning_ms = 30000;
    meeting_play(meeting,
                 "0 m1 give_floor m4 30000\n"
                 "29 server tick\n"
                 "30 server tick\n"
                 "31 m1 give_floor m4 0\n"
                 "32 m1 extend_floor 0\n"
                 "1000 server tick",
                 "floor_given m4 30000 m1\n"
                 "nothing\n"
                 "floor_ended m4 30000 time_up\n"
                 "floor_given m4 300000 m1\n"
                 "floor_extended m4 0 m1\n"
                 "nothing\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_point_of_order_goes_before_all_who_only_want_to_speak),
        cmocka_unit_test(who_has_spoken_least_is_called_first_if_so_ordered),
        cmocka_unit_test(whoever_never_had_the_floor_speaks_for_the_first_time),
        cmocka_unit_test(in_free_mode_everybody_is_heard_who_may_speak),
        cmocka_unit_test(who_speaks_freely_is_not_one_whom_all_have_to_hear),
        cmocka_unit_test(
            a_member_cannot_undo_a_mute_and_nobody_opens_a_microphone),
        cmocka_unit_test(who_falls_silent_alone_opens_the_microphone_alone),
        cmocka_unit_test(who_leads_is_not_silenced_from_below),
        cmocka_unit_test(a_co_chair_leads_the_floor_and_is_heard),
        cmocka_unit_test(guests_and_those_who_may_not_attend_lead_nothing),
        cmocka_unit_test(those_who_preside_take_turns),
        cmocka_unit_test(a_co_chair_steps_in_while_who_presides_is_away),
        cmocka_unit_test(
            without_chair_and_deputy_the_meeting_elects_who_goes_on),
        cmocka_unit_test(a_chair_who_is_not_elected_does_not_preside),
        cmocka_unit_test(nobody_is_elected_while_somebody_can_take_the_chair),
        cmocka_unit_test(the_chair_who_comes_back_ends_the_election),
        cmocka_unit_test(one_is_proposed_at_a_time),
        cmocka_unit_test(a_speaker_is_warned_once_before_time_is_up),
        cmocka_unit_test(a_short_or_unlimited_speech_is_not_warned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
