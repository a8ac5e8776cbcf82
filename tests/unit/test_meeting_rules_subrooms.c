/* Sub-rooms during a plenary, as transcripts. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const joined[] = { "m4", "m5", "m6", "m8", "s1", NULL };

static bool hears(const struct meeting_transcript *meeting, const char *speaker)
{
    const struct identifier id = meeting_id(speaker);

    return meeting_state_may_be_heard(meeting->state, &id);
}

static void
those_connected_are_spread_evenly_but_chair_and_minute_taker(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "10 m1 open_subrooms 2 yes",
                 "subrooms_opened 2 yes 87\n"
                 "subroom_entered m2 1 m1\n"
                 "subroom_entered m4 2 m1\n"
                 "subroom_entered m5 1 m1\n"
                 "subroom_entered m6 2 m1\n"
                 "subroom_entered m8 1 m1\n"
                 "subroom_entered s1 2 m1\n");
    meeting_transcript_end(meeting);
}

static void in_a_sub_room_all_who_may_speak_are_heard(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    assert_false(hears(meeting, "m4"));
    meeting_play(meeting, "10 m1 open_subrooms 2 yes", NULL);
    assert_true(hears(meeting, "m4"));
    assert_true(hears(meeting, "m6"));
    assert_true(hears(meeting, "s1"));
    assert_true(hears(meeting, "m1"));  /* in the plenary */
    assert_false(hears(meeting, "m3")); /* likewise, without the floor */
    assert_false(hears(meeting, "m8")); /* a guest */
    meeting_play(meeting, "11 m1 mute m4", NULL);
    assert_false(hears(meeting, "m4"));
    meeting_play(meeting, "12 m1 return_all", "subrooms_closed\n");
    assert_false(hears(meeting, "m6"));
    assert_false(hears(meeting, "s1"));
    meeting_transcript_end(meeting);
}

static void presence_and_roll_stay_as_they_are(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll_count before, within, after;

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_state_roll(meeting->state, &before);
    meeting_play(meeting, "10 m1 open_subrooms 3 yes", NULL);
    meeting_state_roll(meeting->state, &within);
    meeting_play(meeting, "11 m1 return_all", NULL);
    meeting_state_roll(meeting->state, &after);
    assert_memory_equal(&before, &within, sizeof before);
    assert_memory_equal(&before, &after, sizeof before);
    meeting_transcript_end(meeting);
}

static void the_chair_moves_people_and_visits_a_room(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "10 m1 open_subrooms 2 no\n"
                 "11 m1 move_to_subroom m4 2\n"
                 "12 m1 move_to_subroom m4 2\n"
                 "13 m1 move_to_subroom m4 3\n"
                 "14 m1 move_to_subroom m1 2\n"
                 "15 m1 move_to_subroom m4 0\n"
                 "16 m1 move_to_subroom m99 1\n"
                 "17 m1 move_to_subroom m7 1\n"
                 "18 m4 move_to_subroom m4 1",
                 "subrooms_opened 2 no 87\n"
                 "subroom_entered m4 2 m1\n"
                 "nothing\n"
                 "refused no_such_subroom room=3\n"
                 "subroom_entered m1 2 m1\n"
                 "subroom_entered m4 0 m1\n"
                 "refused no_such_member id=m99\n"
                 "refused not_present id=m7\n"
                 "refused not_allowed who=the chair\n");
    meeting_transcript_end(meeting);
}

static void the_ruleset_says_which_categories_are_heard_there(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting->rules.rights.of[CATEGORY_GUEST].speaks = true;
    meeting->rules.rights.of[CATEGORY_PROBATIONARY].speaks = false;
    meeting_play(meeting, "10 m1 open_subrooms 1 yes", NULL);
    assert_true(hears(meeting, "m4"));
    assert_true(hears(meeting, "m8"));  /* a guest */
    assert_false(hears(meeting, "m6")); /* probationary */
    meeting_transcript_end(meeting);
}

static void what_concerns_all_waits_until_all_are_back(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "9 m1 give_floor m4 0\n"
                 "10 m1 open_subrooms 2 no\n"
                 "11 m1 start_vote - 'Thông qua'\n"
                 "12 m1 give_floor m4 0\n"
                 "13 m1 adjourn_meeting\n"
                 "14 m1 close_meeting\n"
                 "15 m1 open_subrooms 3 no\n"
                 "16 m1 return_all\n"
                 "17 m1 return_all\n"
                 "18 m1 close_meeting",
                 "floor_given m4 300000 m1\n"
                 "floor_ended m4 1000 adjourned\n"
                 "subrooms_opened 2 no 87\n"
                 "refused subrooms_open count=2\n"
                 "refused subrooms_open count=2\n"
                 "refused subrooms_open count=2\n"
                 "refused subrooms_open count=2\n"
                 "refused subrooms_open count=2\n"
                 "subrooms_closed\n"
                 "nothing\n"
                 "closed\n");
    meeting_transcript_end(meeting);
}

static void a_vote_that_is_open_is_ended_first(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "9 m1 start_vote - 'Thông qua'", NULL);
    meeting_play(meeting,
                 "10 m1 open_subrooms 2 no\n"
                 "11 m1 open_subrooms 0 no",
                 "refused votes_open vote=v1\n"
                 "refused votes_open vote=v1\n");
    meeting_play(meeting, "12 m1 close_vote v1", NULL);
    meeting_play(meeting, "13 m1 open_subrooms 0 no",
                 "refused no_such_subroom room=0\n");
    meeting_transcript_end(meeting);
}

static void a_device_that_comes_back_is_in_its_sub_room_still(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct identifier id = meeting_id("m4");

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "10 m1 open_subrooms 2 no\n"
                 "11 m1 move_to_subroom m4 2\n"
                 "12 m4 lost\n"
                 "13 m4 join",
                 NULL);
    assert_int_equal(meeting_state_holder(meeting->state, &id)->subroom, 2);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            those_connected_are_spread_evenly_but_chair_and_minute_taker),
        cmocka_unit_test(in_a_sub_room_all_who_may_speak_are_heard),
        cmocka_unit_test(the_ruleset_says_which_categories_are_heard_there),
        cmocka_unit_test(presence_and_roll_stay_as_they_are),
        cmocka_unit_test(the_chair_moves_people_and_visits_a_room),
        cmocka_unit_test(what_concerns_all_waits_until_all_are_back),
        cmocka_unit_test(a_vote_that_is_open_is_ended_first),
        cmocka_unit_test(a_device_that_comes_back_is_in_its_sub_room_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
