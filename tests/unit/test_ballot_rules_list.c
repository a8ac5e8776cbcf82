/* Who holds a ballot, who attests the list, and when voting may begin. */
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* Keys of devices: SHA-256 of their names. */
#define M4_A "de4a298c59aaddfd06336267bb9659b6575ee22c032e81844950101835ae3b7a"
#define M4_B "b8869e0b703b1cf78390baf9b40878aa04d6ce7f1a22e9257e12d04e89a416c1"

static void a_member_holds_one_ballot_with_the_first_device(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);

    (void)state;
    meeting_play(meeting, "20 m4/b join", NULL);
    meeting_play(meeting,
                 "20 server issue m4/b\n"
                 "20 server issue m4/a\n"
                 "20 server issue m4/b\n"
                 "20 server issue m14/a\n"
                 "20 server issue x1/a\n"
                 "20 server issue m6/a\n"
                 "20 server issue m1/c",
                 "ballot_issued b1 m4 m4/b\n"
                 "refused ballot_elsewhere device=" M4_B "\n"
                 "refused done_already\n"
                 "refused other_way id=m14 channel=hall\n"
                 "refused other_way id=x1 channel=paper\n"
                 "refused other_way id=m6 channel=none\n"
                 "refused ballot_state id=b1 state=issuing\n");
    meeting_transcript_end(meeting);
}

static void a_pool_is_of_the_sites_own_members_once(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);
    const struct identifier site = meeting_id("s1");

    (void)state;
    meeting_play(meeting,
                 "20 server pool s1/a m4\n"
                 "20 server pool s1/a m14+m14\n"
                 "20 server pool s1/a -\n"
                 "20 server pool s2/a m14\n"
                 "20 server pool s1/a m14\n"
                 "20 server pool s1/a m14",
                 "refused ballot_state id=b1 state=issuing\n"
                 "refused ballot_state id=b1 state=issuing\n"
                 "refused ballot_state id=b1 state=issuing\n"
                 "refused ballot_state id=b1 state=issuing\n"
                 "pool_issued b1 s1 s1/a 1\n"
                 "refused ballot_state id=b1 state=issuing\n");
    assert_non_null(meeting_ballot_pool(ballot_newest(meeting), &site));
    meeting_transcript_end(meeting);
}

static void paper_that_is_entered_is_a_pool_of_the_site(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    const struct identifier site = meeting_id("s1");
    const struct meeting_ballot_pool *pool;

    (void)state;
    meeting_play(meeting,
                 "13 m1 set_channel b1 m14 paper -\n"
                 "13 m1 set_channel b1 m14 transcribed s1\n"
                 "13 m1 set_channel b1 x1 transcribed s1",
                 NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting,
                 "20 server pool s1/a m14+x1\n"
                 "20 m1 close_issue b1\n"
                 "20 server issue m1/a\n"
                 "20 server issue m2/a\n"
                 "20 server issue m3/a\n"
                 "21 m1 close_issue b1\n"
                 "22 server list L\n"
                 "23 m1 attest_ballot b1 =setup 5\n"
                 "23 m2 attest_ballot b1 =setup 5\n"
                 "23 m3 attest_ballot b1 =setup 5\n"
                 "23 s1 attest_hall b1 =setup 2 P m14+x1\n"
                 "24 m2 confirm_hall b1 s1 =setup 2 P m14+x1\n"
                 "25 server heads m1+m2+m3+m4+m5 m6\n"
                 "26 m1 open_ballot b1 no",
                 NULL);
    assert_int_equal(meeting->decision->refusal.code, REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_VOTING);
    assert_int_equal(ballot_newest(meeting)->length, 5);
    pool = meeting_ballot_pool(ballot_newest(meeting), &site);
    assert_non_null(pool);
    assert_true(pool->is_transcribed);
    assert_int_equal(pool->k, 2);
    meeting_transcript_end(meeting);
}

static void a_list_of_one_or_two_is_not_closed(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);

    (void)state;
    meeting_play(meeting,
                 "20 m1 close_issue b1\n"
                 "20 server issue m1/a\n"
                 "20 server pool s1/a m14\n"
                 "20 m1 close_issue b1\n"
                 "20 server issue m2/a\n"
                 "20 m1 close_issue b1\n"
                 "21 server issue m3/a\n"
                 "21 server list L",
                 "refused too_few_online sum=0 min=3\n"
                 "ballot_issued b1 m1 m1/a\n"
                 "pool_issued b1 s1 s1/a 1\n"
                 "refused too_few_online sum=2 min=3\n"
                 "ballot_issued b1 m2 m2/a\n"
                 "issue_closed b1\n"
                 "refused ballot_state id=b1 state=attesting\n"
                 "ballot_listed b1 3\n");
    meeting_transcript_end(meeting);
}

static void attestations_are_of_this_list_by_the_device_that_holds(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting, "22 m4/b join", NULL);
    meeting_play(meeting,
                 "22 m1 attest_ballot@9 b1 L 7\n"
                 "22 server list L\n"
                 "22 server list K\n"
                 "23 m1 attest_ballot@9 b1 L 6\n"
                 "23 m1 attest_ballot@9 b1 K 7\n"
                 "23 m4/b attest_ballot@9 b1 L 7\n"
                 "23 m6 attest_ballot@9 b1 L 7\n"
                 "23 m4 attest_ballot@9 b1 L 7\n"
                 "23 m4 attest_ballot@9 b1 L 7",
                 "refused other_record what=list\n"
                 "ballot_listed b1 7\n"
                 "refused ballot_state id=b1 state=attesting\n"
                 "refused other_record what=list\n"
                 "refused other_record what=list\n"
                 "refused ballot_elsewhere device=" M4_A "\n"
                 "refused not_listed id=m6\n"
                 "ballot_attested b1 7 m4 m4/a 9\n"
                 "refused done_already\n");
    meeting_transcript_end(meeting);
}

static void a_hall_attests_and_a_teller_confirms(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting, "22 server list L", NULL);
    meeting_play(meeting,
                 "23 m2 confirm_hall@9 b1 s1 L 1 P m14\n"
                 "23 s1 attest_hall@9 b1 K 1 P m14\n"
                 "23 s1 attest_hall@9 b1 L 2 P m14\n"
                 "23 s1 attest_hall@9 b1 L 1 P m4\n"
                 "23 s1 attest_hall@9 b1 L 1 P m14\n"
                 "23 s1 attest_hall@9 b1 L 1 P m14\n"
                 "24 m2 confirm_hall@9 b1 s2 L 1 P m14\n"
                 "24 m2 confirm_hall@9 b1 s1 L 1 Q m14\n"
                 "24 m2 confirm_hall@9 b1 s1 L 1 P m14\n"
                 "24 m3 confirm_hall@9 b1 s1 L 1 P m14",
                 "refused waiting_for ids=s1\n"
                 "refused other_record what=list\n"
                 "refused other_record what=pool\n"
                 "refused other_record what=pool\n"
                 "hall_attested b1 1 s1 s1/a 9\n"
                 "refused done_already\n"
                 "refused not_listed id=s2\n"
                 "refused other_record what=pool\n"
                 "hall_confirmed b1 s1 1 m2 m2/a 9\n"
                 "refused done_already\n");
    meeting_transcript_end(meeting);
}

static void
voting_waits_for_everybody_and_for_a_complete_checkpoint(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "22 m1 open_ballot b1 no\n"
                 "22 server list L\n"
                 "23 m1 attest_ballot@9 b1 L 7\n"
                 "23 m2 attest_ballot@9 b1 L 7\n"
                 "23 m3 attest_ballot@9 b1 L 7\n"
                 "24 m1 open_ballot b1 no\n"
                 "24 server heads m1+m3+m4 -\n"
                 "24 m4 attest_ballot@9 b1 L 7\n"
                 "24 m5 attest_ballot@9 b1 L 7\n"
                 "24 m7 attest_ballot@9 b1 L 7\n"
                 "24 s1 attest_hall@9 b1 L 1 P m14\n"
                 "25 m1 open_ballot b1 no\n"
                 "25 m2 confirm_hall@9 b1 s1 L 1 P m14\n"
                 "26 m1 open_ballot b1 no\n"
                 "27 server heads m1+m4+m5 m3\n"
                 "27 m1 open_ballot b1 no\n"
                 "28 server heads m1+m3+m4 m2+m5+m6\n"
                 "28 m1 open_ballot b1 no\n"
                 "29 server heads m1+m3+m4 m2+m5\n"
                 "29 m1 open_ballot b1 no",
                 "refused waiting_for ids=server\n"
                 "ballot_listed b1 7\n"
                 "ballot_attested b1 7 m1 m1/a 9\n"
                 "ballot_attested b1 7 m2 m2/a 9\n"
                 "ballot_attested b1 7 m3 m3/a 9\n"
                 "refused waiting_for ids=m4,m5,m7,s1\n"
                 "checkpoint list_attested 71\n"
                 "ballot_attested b1 7 m4 m4/a 9\n"
                 "ballot_attested b1 7 m5 m5/a 9\n"
                 "ballot_attested b1 7 m7 m7/a 9\n"
                 "hall_attested b1 1 s1 s1/a 9\n"
                 "refused waiting_for ids=s1\n"
                 "hall_confirmed b1 s1 1 m2 m2/a 9\n"
                 "refused not_confirmed\n"
                 "checkpoint list_attested 77\n"
                 "refused not_confirmed\n"
                 "checkpoint list_attested 78\n"
                 "refused not_confirmed\n"
                 "checkpoint list_attested 79\n"
                 "ballot_opened b1 7 6 1 no\n");
    meeting_transcript_end(meeting);
}

static void whoever_does_not_attest_in_time_is_dropped_by_name(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "100 server list L\n"
                 "101 m1 attest_ballot@9 b1 L 7\n"
                 "101 m2 attest_ballot@9 b1 L 7",
                 NULL);
    /* With two of seven there would be no secret: the chair decides. */
    assert_true(meeting_rules_next_tick_ms(meeting->state, &meeting->rules) ==
                INT64_MAX);
    meeting_play(meeting,
                 "161 server tick\n"
                 "161 m3 attest_ballot@9 b1 L 7",
                 "nothing\n"
                 "ballot_attested b1 7 m3 m3/a 9\n");
    assert_true(meeting_rules_next_tick_ms(meeting->state, &meeting->rules) ==
                MEETING_BASE_MS + 160000);
    meeting_play(meeting,
                 "161 server tick\n"
                 "161 server tick\n"
                 "162 m4 attest_ballot@9 b1 L 7\n"
                 "162 m1 attest_ballot@9 b1 L 7\n"
                 "163 server list L3\n"
                 "164 m1 attest_ballot@9 b1 L 7\n"
                 "164 m1 attest_ballot@9 b1 L3 3",
                 "voter_dropped b1 m4 not_attested\n"
                 "voter_dropped b1 m5 not_attested\n"
                 "voter_dropped b1 m7 not_attested\n"
                 "voter_dropped b1 s1 not_attested\n"
                 "nothing\n"
                 "refused not_listed id=m4\n"
                 "refused other_record what=list\n"
                 "ballot_listed b1 3\n"
                 "refused other_record what=list\n"
                 "ballot_attested b1 3 m1 m1/a 9\n");
    meeting_transcript_end(meeting);
}

static void
a_dropped_member_may_take_paper_and_a_shorter_list_opens(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "22 server list L\n"
                 "23 m1 drop_voter b1 m14\n"
                 "23 m1 drop_voter b1 x1\n"
                 "23 m1 drop_voter b1 m7\n"
                 "23 m1 drop_voter b1 m7\n"
                 "23 m1 drop_voter b1 s1\n"
                 "23 m1 drop_voter b1 m5\n"
                 "23 m1 drop_voter b1 m4\n"
                 "24 m1 set_channel b1 m14 paper -\n"
                 "24 server drop m1\n"
                 "25 server list L2",
                 "ballot_listed b1 7\n"
                 "refused not_listed id=m14\n"
                 "refused not_listed id=x1\n"
                 "voter_dropped b1 m7 chair\n"
                 "refused not_listed id=m7\n"
                 "voter_dropped b1 s1 chair\n"
                 "voter_dropped b1 m5 chair\n"
                 "voter_dropped b1 m4 chair\n"
                 "ballot_channel_set b1 m14 paper -\n"
                 "voter_dropped b1 m1 not_attested\n"
                 "ballot_listed b1 2\n");
    meeting_play(meeting,
                 "26 m2 attest_ballot b1 =setup 2\n"
                 "26 m3 attest_ballot b1 =setup 2\n"
                 "27 server heads m1+m3 -",
                 NULL);
    meeting_play(meeting, "28 m1 open_ballot b1 yes",
                 "refused too_few_online sum=2 min=3\n");
    meeting_transcript_end(meeting);
}

static void a_list_below_k_min_is_opened_knowingly(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);

    (void)state;
    meeting_play(meeting,
                 "20 server issue m1/a\n20 server issue m2/a\n"
                 "20 server issue m3/a\n20 m1 close_issue b1\n"
                 "21 server list L\n"
                 "22 m1 attest_ballot b1 L 3\n"
                 "22 m2 attest_ballot b1 L 3\n"
                 "22 m3 attest_ballot b1 L 3\n"
                 "23 server heads m1+m3 -",
                 NULL);
    meeting_play(meeting,
                 "24 m1 open_ballot b1 no\n"
                 "25 m1 open_ballot b1 yes",
                 "refused below_k_min part=list sum=3 min=5\n"
                 "ballot_opened b1 3 3 0 yes\n");
    assert_true(ballot_newest(meeting)->is_opened_knowingly);
    meeting_transcript_end(meeting);
}

static void a_device_that_was_revoked_since_does_not_count(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "22 server list L\n"
                 "23 m1 attest_ballot b1 =setup 7\n"
                 "23 m2 attest_ballot b1 =setup 7\n"
                 "23 m3 attest_ballot b1 =setup 7\n"
                 "23 m4 attest_ballot b1 =setup 7\n"
                 "23 m5 attest_ballot b1 =setup 7\n"
                 "23 m7 attest_ballot b1 =setup 7\n"
                 "23 s1 attest_hall b1 =setup 1 P m14\n"
                 "24 m2 confirm_hall b1 s1 =setup 1 P m14\n"
                 "25 server heads m1+m2+m3+m4+m5 m6\n"
                 "26 server row m4 official b",
                 NULL);
    meeting_play(meeting,
                 "27 m1 open_ballot b1 no\n"
                 "28 m1 drop_voter b1 m4",
                 "refused waiting_for ids=m4\n"
                 "voter_dropped b1 m4 chair\n");
    meeting_transcript_end(meeting);
}

static void who_loses_the_vote_meanwhile_does_not_open_the_list(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "22 server list L\n"
                 "23 m1 attest_ballot b1 =setup 7\n"
                 "23 m2 attest_ballot b1 =setup 7\n"
                 "23 m3 attest_ballot b1 =setup 7\n"
                 "23 m4 attest_ballot b1 =setup 7\n"
                 "23 m5 attest_ballot b1 =setup 7\n"
                 "23 m7 attest_ballot b1 =setup 7\n"
                 "23 s1 attest_hall b1 =setup 1 P m14\n"
                 "24 m2 confirm_hall b1 s1 =setup 1 P m14\n"
                 "25 server heads m1+m2+m3+m4+m5 m6\n"
                 "26 server row m4 probationary ab",
                 NULL);
    meeting_play(meeting, "27 m1 open_ballot b1 no",
                 "refused waiting_for ids=m4\n");
    meeting_play(meeting,
                 "28 server row m4 official ab\n"
                 "29 server row m14 suspended ab",
                 NULL);
    meeting_play(meeting, "30 m1 open_ballot b1 no",
                 "refused waiting_for ids=s1\n");
    meeting_transcript_end(meeting);
}

static void who_loses_the_vote_meanwhile_is_issued_none(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);

    (void)state;
    meeting_play(meeting, "20 server row m4 probationary ab", NULL);
    meeting_play(meeting, "21 server issue m4/a",
                 "refused ballot_state id=b1 state=issuing\n");
    meeting_transcript_end(meeting);
}

static void a_server_that_comes_back_finds_the_ballot_where_it_was(void **state)
{
    enum ballot_phase phase;

    (void)state;
    for (phase = BALLOT_PHASE_DRAFTED; phase < BALLOT_PHASE_DONE; phase++) {
        struct meeting_transcript *meeting = meeting_ballot_scene(phase);

        meeting_play(meeting,
                     "30 server restarted\n"
                     "31 m1 join\n31 m2 join\n31 m3 join\n31 m4 join\n"
                     "31 m5 join\n31 m7 join\n31 s1 join",
                     NULL);
        assert_int_equal(ballot_newest(meeting)->phase, phase);
        meeting_ballot_scene_go_on(meeting);
        meeting_transcript_end(meeting);
    }
}

static void with_everybody_on_paper_nothing_is_listed(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "13 m1 set_channel b1 m1 paper -\n"
                 "13 m1 set_channel b1 m2 paper -\n"
                 "13 m1 set_channel b1 m3 paper -\n"
                 "13 m1 set_channel b1 m4 paper -\n"
                 "13 m1 set_channel b1 m5 paper -\n"
                 "13 m1 set_channel b1 m7 paper -\n"
                 "13 m1 set_channel b1 m14 paper -",
                 NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting,
                 "20 m1 close_issue b1\n"
                 "21 server list L\n"
                 "22 server heads m1+m3 -\n"
                 "23 m1 open_ballot b1 no\n"
                 "24 m1 end_ballot b1\n"
                 "24 server end\n"
                 "25 server tally\n"
                 "26 m2 enter_paper@9 b1 =end 1 1 1 0 1+0 =paper1\n"
                 "27 m3 confirm_paper@9 b1 =end =paper\n"
                 "28 m1 count_ballot b1 no\n"
                 "28 m1 count_ballot b1 yes",
                 "issue_closed b1\n"
                 "ballot_listed b1 0\n"
                 "checkpoint list_attested 68\n"
                 "ballot_opened b1 0 0 0 no\n"
                 "ballot_ending b1 1024000\n"
                 "ballots_ended b1 0 0\n"
                 "ballot_tallied b1 0\n"
                 "paper_entered b1 1 1 1 0 m2 m2/a 9\n"
                 "paper_confirmed b1 m3 m3/a 9\n"
                 "refused below_k_min part=paper sum=1 min=5\n"
                 "counting_begun b1 0 yes\n");
    meeting_transcript_end(meeting);
}

/* m6 is probationary. Where the ruleset counts her, she is issued a ballot. */
static void who_votes_is_of_a_category_that_the_ruleset_lets_vote(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting->rules.rights.of[CATEGORY_PROBATIONARY].votes =
        1U << MATTER_RESOLUTION;
    meeting->rules.electorate.meeting.always |= 1U << CATEGORY_PROBATIONARY;
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting,
                 "11 m1 start_vote a1 'Thông qua phiếu bầu'\n"
                 "11 m1 vote v1 yes\n"
                 "11 m2 vote v1 yes\n"
                 "11 m3 vote v1 yes\n"
                 "11 m4 vote v1 yes\n"
                 "11 m5 vote v1 yes\n"
                 "11 m6 vote v1 yes\n"
                 "11 m1 close_vote v1\n"
                 "12 m1 adopt_ballot b1 v1 -",
                 NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting, "20 server issue m6/a", "ballot_issued b1 m6 m6/a\n");
    meeting_transcript_end(meeting);

    meeting = meeting_ballot_scene(BALLOT_PHASE_ISSUING);
    meeting_play(meeting, "20 server issue m6/a",
                 "refused other_way id=m6 channel=none\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_votes_is_of_a_category_that_the_ruleset_lets_vote),
        cmocka_unit_test(a_member_holds_one_ballot_with_the_first_device),
        cmocka_unit_test(a_pool_is_of_the_sites_own_members_once),
        cmocka_unit_test(paper_that_is_entered_is_a_pool_of_the_site),
        cmocka_unit_test(a_list_of_one_or_two_is_not_closed),
        cmocka_unit_test(
            attestations_are_of_this_list_by_the_device_that_holds),
        cmocka_unit_test(a_hall_attests_and_a_teller_confirms),
        cmocka_unit_test(
            voting_waits_for_everybody_and_for_a_complete_checkpoint),
        cmocka_unit_test(whoever_does_not_attest_in_time_is_dropped_by_name),
        cmocka_unit_test(
            a_dropped_member_may_take_paper_and_a_shorter_list_opens),
        cmocka_unit_test(a_list_below_k_min_is_opened_knowingly),
        cmocka_unit_test(a_device_that_was_revoked_since_does_not_count),
        cmocka_unit_test(who_loses_the_vote_meanwhile_does_not_open_the_list),
        cmocka_unit_test(who_loses_the_vote_meanwhile_is_issued_none),
        cmocka_unit_test(
            a_server_that_comes_back_finds_the_ballot_where_it_was),
        cmocka_unit_test(with_everybody_on_paper_nothing_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
