/* Show of hands: who votes by which way, once; what is counted. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* Everybody who may come, by own device, and the site of the hall. */
static const char *const all[] = { "m4", "m5",  "m6", "m7", "m8",
                                   "m9", "m10", "s1", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, all);
    return meeting;
}

static void own_devices_vote_once_and_the_result_is_exact(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    /* D: six official on the roll and the exempt m7, who is there. 4 > 7/2. */
    meeting_play(
        meeting,
        "1 m1 start_vote a1 'Thông qua nghị quyết'\n"
        "2 m1 vote v1 yes\n"
        "3 m2 vote v1 yes\n"
        "4 m3 vote v1 no\n"
        "5 m4 vote v1 yes\n"
        "6 m4 vote v1 no\n"
        "7 m5 vote v1 other\n"
        "8 m7 vote v1 yes\n"
        "9 m1 close_vote v1\n"
        "10 m14 vote v1 yes\n"
        "11 m5 vote v1 yes\n"
        "12 m1 close_vote v1",
        "vote_started v1 a1 'Thông qua nghị quyết' resolution - open yes "
        "\"ordinary_motion\" meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m1 yes\n"
        "vote_cast v1 m2 yes\n"
        "vote_cast v1 m3 no\n"
        "vote_cast v1 m4 yes\n"
        "refused voted_already\n"
        "vote_cast v1 m5 other\n"
        "vote_cast v1 m7 yes\n"
        "vote_closed v1 4 1 1 0 7 \"2*yes > D\" \"ordinary_motion\" 4 yes\n"
        "refused not_joined\n"
        "refused vote_not_open id=v1\n"
        "refused vote_not_open id=v1\n");
    meeting_transcript_end(meeting);
}

static void half_of_the_members_is_not_a_majority(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    /* Without the exempt member D is 6, and 3 is not more than half. */
    meeting_play(
        meeting,
        "1 m7 leave\n"
        "2 m1 start_vote - 'Kết luận'\n"
        "3 m1 vote v1 yes\n3 m2 vote v1 yes\n3 m3 vote v1 yes\n"
        "4 m4 vote v1 abstain\n"
        "5 m1 close_vote v1",
        "disconnected m7 m7/a left\n"
        "presence_ended m7 left\n"
        "vote_started v1 - 'Kết luận' resolution - open yes "
        "\"ordinary_motion\" meeting \"2*yes > D\" 6 5 4\n"
        "vote_cast v1 m1 yes\n"
        "vote_cast v1 m2 yes\n"
        "vote_cast v1 m3 yes\n"
        "vote_cast v1 m4 abstain\n"
        "vote_closed v1 3 0 0 1 6 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void
an_exempt_member_counts_if_there_when_the_vote_is_opened(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Một'\n"
        "2 m1 start_vote - 'Hai'\n"
        "3 m7 vote v1 yes\n"
        "4 m7 leave\n"
        "5 m1 close_vote v1\n"
        "6 m1 close_vote v2",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_started v2 - 'Hai' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m7 yes\n"
        "disconnected m7 m7/a left\n"
        "presence_ended m7 left\n"
        "vote_closed v1 1 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n"
        "vote_closed v2 0 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void who_has_no_vote_is_told_so(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Bầu tổ kiểm phiếu'\n"
        "2 m6 vote v1 yes\n"
        "3 m8 vote v1 yes\n"
        "4 m9 vote v1 yes\n"
        "5 m10 vote v1 yes\n"
        "6 s1 vote v1 yes\n"
        "7 m4 vote v9 yes",
        "vote_started v1 - 'Bầu tổ kiểm phiếu' resolution - open yes "
        "\"ordinary_motion\" meeting \"2*yes > D\" 7 6 4\n"
        "refused cannot_vote category=probationary matter=resolution\n"
        "refused cannot_vote category=guest matter=resolution\n"
        "refused cannot_vote category=upper_delegate matter=resolution\n"
        "refused cannot_vote category=temp_here matter=resolution\n"
        "refused not_allowed who=a member\n"
        "refused no_such_vote id=v9\n");
    meeting_transcript_end(meeting);
}

static void an_act_older_than_the_vote_is_refused(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    uint64_t started;
    char script[256];

    (void)state;
    meeting_play(meeting, "1 m1 start_vote - 'Một'", NULL);
    started = meeting->state->next_seq - 1;
    assert_int_equal(meeting->state->votes[0].started_seq, started);
    (void)snprintf(script, sizeof script,
                   "2 m4 vote@%d v1 yes\n"
                   "3 m3 enter_hall_votes@%d v1 - 0 0 0 0\n"
                   "4 m1 close_vote@%d v1\n"
                   "5 m1 cancel_vote@%d v1 'x'\n"
                   "6 m4 vote! v1 yes\n"
                   "7 m4 vote@%d v1 yes",
                   (int)started - 1, (int)started - 1, (int)started - 1,
                   (int)started - 1, (int)started);
    meeting_play(meeting, script,
                 "refused seen_too_old\n"
                 "refused seen_too_old\n"
                 "refused seen_too_old\n"
                 "refused seen_too_old\n"
                 "refused not_signed\n"
                 "vote_cast v1 m4 yes\n");
    meeting_transcript_end(meeting);
}

static void a_hall_enters_no_more_votes_than_are_ticked_there(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    /* Ticked at s1: m4 and m5 with a vote, m6 without; in the meeting's own
     * place m14 by voice and m7 in person. */
    meeting_play(meeting,
                 "1 s1 tick m4 site s1\n"
                 "1 s1 tick m5 site s1\n"
                 "1 s1 tick m6 site s1\n"
                 "1 m3 tick m14 voice_relay -\n"
                 "1 m3 tick m7 in_person -",
                 NULL);
    meeting_play(
        meeting,
        "2 m1 start_vote - 'Một'\n"
        "3 s1 enter_hall_votes v1 s1 2 1 0 0\n"
        "4 s1 enter_hall_votes v1 s1 1 1 0 0\n"
        "5 s1 enter_hall_votes v1 s1 2 0 0 0\n"
        "6 s1 enter_hall_votes v1 s2 0 0 0 0\n"
        "7 s1 enter_hall_votes v1 - 0 0 0 0\n"
        "8 m3 enter_hall_votes v1 - 0 0 1 2\n"
        "9 m3 enter_hall_votes v1 - 0 0 1 1\n"
        "10 m3 enter_hall_votes v1 s9 0 0 0 0\n"
        "11 m1 vote v1 yes\n"
        "12 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting "
        "\"2*yes > D\" 7 7 4\n"
        "refused too_many_votes sum=3 ticked=2\n"
        "hall_votes_entered v1 s1 1 1 0 0 2 s1\n"
        "hall_votes_entered v1 s1 2 0 0 0 2 s1\n"
        "refused not_allowed who=the minute-taker\n"
        "refused not_allowed who=the minute-taker\n"
        "refused too_many_votes sum=3 ticked=2\n"
        "hall_votes_entered v1 - 0 0 1 1 2 m3\n"
        "refused no_such_site id=s9\n"
        "vote_cast v1 m1 yes\n"
        "vote_closed v1 3 0 1 1 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void numbers_that_wrap_around_are_too_many_votes(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 start_vote - 'Một'\n"
                 "2 m3 enter_hall_votes v1 - 18446744073709551615 1 0 0",
                 "vote_started v1 - 'Một' resolution - open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 7 6 4\n"
                 "refused too_many_votes sum=18446744073709551615 ticked=0\n");
    meeting_transcript_end(meeting);
}

/* Invariant: a member is present once and votes once. Each test below is one
 * way to be there twice. */

static void a_device_and_a_tick_vote_once_in_the_hall(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "1 s1 tick m4 site s1", NULL);
    meeting_play(
        meeting,
        "2 m1 start_vote - 'Một'\n"
        "3 m4 vote v1 yes\n"
        "4 s1 enter_hall_votes v1 s1 1 0 0 0\n"
        "5 m4 confirm_presence\n"
        "6 m4 vote v1 yes\n"
        "7 s1 untick m4\n"
        "8 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "refused other_channel mode=site\n"
        "hall_votes_entered v1 s1 1 0 0 0 1 s1\n"
        "presence_confirmed m4 online - own_act\n"
        "refused other_channel mode=site\n"
        "refused not_allowed who=the chair or the minute-taker\n"
        "vote_closed v1 1 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void a_vote_cast_by_device_is_not_counted_in_the_hall_too(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Một'\n"
        "2 m4 vote v1 yes\n"
        "3 m3 tick m4 site s1\n"
        "4 s1 enter_hall_votes v1 s1 1 0 0 0\n"
        "5 m3 tick m5 site s1\n"
        "6 s1 enter_hall_votes v1 s1 1 0 0 0\n"
        "7 m5 vote v1 yes\n"
        "8 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m4 yes\n"
        "presence_confirmed m4 site s1 tick\n"
        "refused too_many_votes sum=1 ticked=0\n"
        "presence_confirmed m5 site s1 tick\n"
        "hall_votes_entered v1 s1 1 0 0 0 1 s1\n"
        "refused other_channel mode=site\n"
        "vote_closed v1 2 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void two_devices_of_a_member_vote_once(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m4/b join\n"
        "2 m1 start_vote - 'Một'\n"
        "3 m4/b vote v1 no\n"
        "4 m4 vote v1 yes\n"
        "5 m1 close_vote v1",
        "connected m4 m4/b 12\n"
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m4 no\n"
        "refused voted_already\n"
        "vote_closed v1 0 1 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void two_sites_count_a_member_once(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    /* m4 moves before any entry: s2 may count him, s1 not. m5 moves after s1
     * entered: she stays counted there. */
    meeting_play(
        meeting,
        "1 m3 tick m4 site s1\n"
        "1 m3 tick m5 site s1\n"
        "2 m1 start_vote - 'Một'\n"
        "3 m3 tick m4 site s2\n"
        "4 m3 enter_hall_votes v1 s1 1 1 0 0\n"
        "5 m3 enter_hall_votes v1 s1 1 0 0 0\n"
        "6 m3 tick m5 site s2\n"
        "7 m3 enter_hall_votes v1 s2 1 1 0 0\n"
        "8 m3 enter_hall_votes v1 s2 0 1 0 0\n"
        "9 m1 close_vote v1",
        "presence_confirmed m4 site s1 tick\n"
        "presence_confirmed m5 site s1 tick\n"
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "presence_confirmed m4 site s2 tick\n"
        "refused too_many_votes sum=2 ticked=1\n"
        "hall_votes_entered v1 s1 1 0 0 0 1 m3\n"
        "presence_confirmed m5 site s2 tick\n"
        "refused too_many_votes sum=2 ticked=1\n"
        "hall_votes_entered v1 s2 0 1 0 0 1 m3\n"
        "vote_closed v1 1 1 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void who_left_before_the_entry_is_not_covered_by_it(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m3 tick m14 site s1\n"
                 "2 m1 start_vote - 'Một'\n"
                 "3 m3 untick m14\n"
                 "4 s1 enter_hall_votes v1 s1 1 0 0 0\n"
                 "5 m3 tick m14 site s1\n"
                 "6 s1 enter_hall_votes v1 s1 1 0 0 0\n"
                 "7 m3 untick m14\n"
                 "8 s1 enter_hall_votes v1 s1 0 1 0 0",
                 "presence_confirmed m14 site s1 tick\n"
                 "vote_started v1 - 'Một' resolution - open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 7 7 4\n"
                 "presence_ended m14 unticked\n"
                 "refused too_many_votes sum=1 ticked=0\n"
                 "presence_confirmed m14 site s1 tick\n"
                 "hall_votes_entered v1 s1 1 0 0 0 1 s1\n"
                 "presence_ended m14 unticked\n"
                 "hall_votes_entered v1 s1 0 1 0 0 1 s1\n");
    meeting_transcript_end(meeting);
}

static void who_comes_during_a_vote_takes_part_in_it(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m4 leave\n"
                 "2 m1 start_vote - 'Một'\n"
                 "3 m4 vote v1 yes\n"
                 "4 m4 join\n"
                 "5 m4 vote v1 yes\n"
                 "6 m4 leave\n"
                 "7 m4 join\n"
                 "8 m4 vote v1 no",
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n"
                 "vote_started v1 - 'Một' resolution - open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 7 5 4\n"
                 "refused not_joined\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "vote_cast v1 m4 yes\n"
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "refused voted_already\n");
    meeting_transcript_end(meeting);
}

static void a_revoked_device_takes_no_vote_with_it(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Một'\n"
        "2 m4 vote v1 yes\n"
        "3 server row m4 official b\n"
        "4 m4 vote v1 no\n"
        "5 m4/b join\n"
        "6 m4/b vote v1 no\n"
        "7 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m4 yes\n"
        "roster_changed 1\n"
        "disconnected m4 m4/a revoked\n"
        "presence_ended m4 revoked\n"
        "refused device_revoked\n"
        "connected m4 m4/b 12\n"
        "presence_confirmed m4 online - connection\n"
        "refused voted_already\n"
        "vote_closed v1 1 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void
a_change_of_category_ends_the_right_to_vote_and_leaves_d_alone(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    /* m6 becomes official; m4 is suspended after voting, m5 before: m4's vote
     * stands, m5 can vote no more, and m6 not in this vote. D is what it was:
     * m1 m2 m3 m4 m5 m14 m7. */
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Một'\n"
        "2 m4 vote v1 yes\n"
        "3 server row m6 official ab\n"
        "4 m6 vote v1 yes\n"
        "5 server row m4 suspended ab\n"
        "6 server row m5 suspended ab\n"
        "7 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 7 6 4\n"
        "vote_cast v1 m4 yes\n"
        "roster_changed 1\n"
        "refused not_counted id=m6 vote=v1 rule=denominator\n"
        "roster_changed 2\n"
        "disconnected m4 m4/a turned_away\n"
        "presence_ended m4 turned_away\n"
        "roster_changed 3\n"
        "disconnected m5 m5/a turned_away\n"
        "presence_ended m5 turned_away\n"
        "vote_closed v1 1 0 0 0 7 \"2*yes > D\" \"ordinary_motion\" 4 no\n");
    meeting_transcript_end(meeting);
}

static void
suspended_members_are_in_d_only_where_the_ruleset_says_so(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting->rules.is_suspended_counted = true;
    ruleset_complete(&meeting->rules);
    /* Six official, the exempt one who is there, and the suspended m11. */
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Một'\n"
        "2 m1 close_vote v1",
        "vote_started v1 - 'Một' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 8 6 5\n"
        "vote_closed v1 0 0 0 0 8 \"2*yes > D\" \"ordinary_motion\" 5 no\n");
    meeting_transcript_end(meeting);
}

static void a_site_takes_nobody_s_vote_who_is_online(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, (const char *const[]){ "m4", "s1", NULL });
    meeting_play(meeting, "1 m1 start_vote - 'Nghị quyết' resolution", NULL);
    meeting_play(meeting,
                 "2 s1 tick m4 site s1\n"
                 "3 m4 vote v1 no\n"
                 "4 s1 tick m5 site s1",
                 "refused already_present id=m4 mode=online\n"
                 "vote_cast v1 m4 no\n"
                 "presence_confirmed m5 site s1 tick\n");
    meeting_transcript_end(meeting);
}

static void several_votes_are_open_at_once_and_one_is_cancelled(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 start_vote a9 'Không có'\n"
                 "2 m1 start_vote a1 'Một'\n"
                 "3 m1 start_vote a2 'Hai'\n"
                 "4 m4 vote v2 yes\n"
                 "5 m4 vote v1 no\n"
                 "6 m1 cancel_vote v1 'Câu hỏi sai'\n"
                 "7 m5 vote v1 no\n"
                 "8 m1 cancel_vote v1 'a'\n"
                 "9 m1 close_meeting\n"
                 "10 m1 adjourn_meeting\n"
                 "11 m5 vote v2 yes\n"
                 "12 m1 close_vote v2\n"
                 "13 m1 cancel_vote v2 'Hết giờ'\n"
                 "14 m1 close_meeting",
                 "refused no_such_item id=a9\n"
                 "vote_started v1 a1 'Một' resolution - open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 7 6 4\n"
                 "vote_started v2 a2 'Hai' resolution - open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 7 6 4\n"
                 "vote_cast v2 m4 yes\n"
                 "vote_cast v1 m4 no\n"
                 "vote_cancelled v1 'Câu hỏi sai'\n"
                 "refused vote_not_open id=v1\n"
                 "refused vote_not_open id=v1\n"
                 "refused votes_open vote=v2\n"
                 "adjourned\n"
                 "refused adjourned\n"
                 "refused adjourned\n"
                 "vote_cancelled v2 'Hết giờ'\n"
                 "closed\n");
    meeting_transcript_end(meeting);
}

static void a_meeting_holds_a_bounded_number_of_votes(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    char script[96];
    int i;

    (void)state;
    for (i = 1; i <= LIMIT_VOTES; i++) {
        (void)snprintf(script, sizeof script,
                       "1 m1 start_vote - 'a'\n1 m1 cancel_vote v%d 'b'", i);
        meeting_play(meeting, script, NULL);
    }
    meeting_play(meeting, "2 m1 start_vote - 'a'",
                 "refused too_many max=500\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_devices_vote_once_and_the_result_is_exact),
        cmocka_unit_test(half_of_the_members_is_not_a_majority),
        cmocka_unit_test(
            an_exempt_member_counts_if_there_when_the_vote_is_opened),
        cmocka_unit_test(who_has_no_vote_is_told_so),
        cmocka_unit_test(an_act_older_than_the_vote_is_refused),
        cmocka_unit_test(a_hall_enters_no_more_votes_than_are_ticked_there),
        cmocka_unit_test(numbers_that_wrap_around_are_too_many_votes),
        cmocka_unit_test(a_device_and_a_tick_vote_once_in_the_hall),
        cmocka_unit_test(a_vote_cast_by_device_is_not_counted_in_the_hall_too),
        cmocka_unit_test(two_devices_of_a_member_vote_once),
        cmocka_unit_test(two_sites_count_a_member_once),
        cmocka_unit_test(who_left_before_the_entry_is_not_covered_by_it),
        cmocka_unit_test(who_comes_during_a_vote_takes_part_in_it),
        cmocka_unit_test(a_revoked_device_takes_no_vote_with_it),
        cmocka_unit_test(
            a_change_of_category_ends_the_right_to_vote_and_leaves_d_alone),
        cmocka_unit_test(
            suspended_members_are_in_d_only_where_the_ruleset_says_so),
        cmocka_unit_test(a_site_takes_nobody_s_vote_who_is_online),
        cmocka_unit_test(several_votes_are_open_at_once_and_one_is_cancelled),
        cmocka_unit_test(a_meeting_holds_a_bounded_number_of_votes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
