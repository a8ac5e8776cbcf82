/* Drafting and adopting a secret ballot, who votes how, and the making of its
 * keys. */
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#define DRAFT(candidates, tellers, threshold)                                  \
    "9 m1 draft_ballot a1 '" MEETING_BALLOT_SCENE_FORM "' " candidates         \
    " " tellers " " threshold " no no"

/* Keys of devices: SHA-256 of their names. */
#define M2_A "534ce84c116e1c8633f9d6f42d96c0f99f388ae8494928b01fa0c364891dd960"
#define M2_B "9cede4d8f5e4f9f9dc7b1096064965d39d46262927e0b47e6fec84ab7c5dc230"
#define M3_A "8123a8b69a5e201d65663ade28cb3ab295e98eb021655b6e574911e94ed0bb18"

/* --- draft -----------------------------------------------------------------
 */

static void a_draft_names_questions_tellers_and_candidates(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();
    const struct meeting_ballot *ballot;

    (void)state;
    meeting_play(meeting, DRAFT("m4+x1", "m2+m3+m5", "0"), NULL);
    ballot = ballot_newest(meeting);
    assert_non_null(ballot);
    assert_string_equal(meeting->decision->made.text, "b1");
    assert_string_equal(ballot->id.text, "b1");
    assert_int_equal(ballot->phase, BALLOT_PHASE_DRAFTED);
    assert_int_equal(ballot->teller_count, 3);
    assert_int_equal(ballot->candidate_count, 2);
    assert_int_equal(meeting_ballot_teller(ballot, &ballot->tellers[1].member),
                     2);
    /* More than half of three. */
    assert_int_equal(ballot->threshold, 2);
    assert_int_equal(ballot->round, 1);
    meeting_transcript_end(meeting);
}

static void the_threshold_is_all_of_few_and_two_at_least_of_more(void **state)
{
    static const struct {
        const char *line;
        uint64_t threshold; /* 0: refused */
    } drafts[] = {
        { DRAFT("-", "m2", "0"), 1 },
        { DRAFT("-", "m2", "1"), 1 },
        { DRAFT("-", "m2", "2"), 0 },
        { DRAFT("-", "m2+m3", "0"), 2 },
        { DRAFT("-", "m2+m3", "1"), 0 },
        { DRAFT("-", "m2+m3+m5", "1"), 0 },
        { DRAFT("-", "m2+m3+m5", "2"), 2 },
        { DRAFT("-", "m2+m3+m5", "3"), 3 },
        { DRAFT("-", "m2+m3+m5", "4"), 0 },
        { DRAFT("-", "m1+m2+m3+m5", "0"), 3 },
        { DRAFT("-", "m1+m2+m3+m4+m5", "0"), 3 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
        struct meeting_transcript *meeting = meeting_ballot_scene_open();
        const enum refusal_code code =
            meeting_ballot_scene_say(meeting, drafts[i].line);

        assert_int_equal(code, drafts[i].threshold ? REFUSAL_NONE
                                                   : REFUSAL_BAD_THRESHOLD);
        if (drafts[i].threshold)
            assert_int_equal(ballot_newest(meeting)->threshold,
                             drafts[i].threshold);
        meeting_transcript_end(meeting);
    }
}

static void a_draft_that_cannot_be_held_is_refused(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting_play(
        meeting,
        DRAFT("m4", "m4", "0") "\n"   /* a candidate */
        DRAFT("-", "m2+m2", "0") "\n" /* twice */
        DRAFT("-", "m6", "0") "\n"    /* probationary */
        DRAFT("-", "m7", "0") "\n"    /* exempt */
        DRAFT("-", "m77", "0") "\n"   /* nobody */
        DRAFT("m77", "m2", "0") "\n" DRAFT("m4+m4", "m2", "0") "\n" DRAFT(
            "-", "-",
            "0") "\n"
                 "9 m1 draft_ballot a9 'x' - m2 0 no no\n"
                 "9 m1 draft_ballot a1 'x' - m2 0 no no\n"
                 "9 m1 draft_ballot a1 '{\"name\":\"B\",\"questions\":[],"
                 "\"forms\":[]}' - m2 0 no no\n"
                 "9 m1 draft_ballot a1 '{\"name\":\"B\",\"questions\":["
                 "{\"answers\":[\"Mẫu\",\"Mẫu\xe2\x80\x8b\"],\"min\":1,"
                 "\"max\":1,\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}'"
                 " - m2 0 no no",
        "refused bad_teller id=m4\n"
        "refused bad_teller id=m2\n"
        "refused bad_teller id=m6\n"
        "refused bad_teller id=m7\n"
        "refused bad_teller id=m77\n"
        "refused no_such_member id=m77\n"
        "refused exists\n"
        "refused bad_threshold sum=0 max=0\n"
        "refused no_such_item id=a9\n"
        "refused bad_form problem=not_canonical\n"
        "refused bad_form problem=question\n"
        "refused bad_form problem=unseen_letters\n");
    meeting_transcript_end(meeting);
}

/* --- adoption --------------------------------------------------------------
 */

static void a_ballot_is_taken_by_a_vote_begun_after_its_draft(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();
    const struct meeting_ballot *ballot;

    (void)state;
    meeting_play(meeting,
                 "3 m1 start_vote - 'trước'\n"
                 "3 m1 vote v1 yes\n3 m2 vote v1 yes\n3 m3 vote v1 yes\n"
                 "3 m4 vote v1 yes\n3 m5 vote v1 yes\n3 m1 close_vote v1",
                 NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(
        meeting,
        "11 m1 start_vote - 'sau'\n"
        "11 m1 adopt_ballot b1 v2 -\n"
        "11 m1 vote v2 yes\n"
        "11 m1 close_vote v2\n"
        "11 m1 adopt_ballot b1 v2 -\n"
        "11 m1 adopt_ballot b1 v1 -\n"
        "11 m1 adopt_ballot b1 v7 -",
        "vote_started v2 - 'sau' resolution - open yes \"ordinary_motion\" "
        "meeting \"2*yes > D\" 9 9 5\n"
        "refused not_adopted vote=v2\n"
        "vote_cast v2 m1 yes\n"
        "vote_closed v2 1 0 0 0 9 \"2*yes > D\" \"ordinary_motion\" 5 no\n"
        "refused not_adopted vote=v2\n"
        "refused not_adopted vote=v1\n"
        "refused no_such_vote id=v7\n");
    meeting_play(meeting,
                 "12 m1 start_vote - 'lại'\n"
                 "12 m1 vote v3 yes\n12 m2 vote v3 yes\n12 m3 vote v3 yes\n"
                 "12 m4 vote v3 yes\n12 m5 vote v3 yes\n12 m1 close_vote v3",
                 NULL);
    /* D: eight official members, and the exempt one who is there. */
    meeting_play(meeting, "13 m1 adopt_ballot b1 v3 -",
                 "ballot_adopted b1 v3 9 9 meeting yes -\n");
    ballot = ballot_newest(meeting);
    assert_int_equal(ballot->phase, BALLOT_PHASE_KEYS);
    assert_true(meeting_state_open_ballot(meeting->state) == ballot);
    meeting_transcript_end(meeting);
}

static enum ballot_channel channel_of(const struct meeting_transcript *meeting,
                                      const char *member)
{
    const struct identifier id = meeting_id(member);
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot_newest(meeting), &id);

    return voter ? voter->channel : ballot_channel_none_;
}

static void everybody_votes_the_way_that_presence_gives(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    struct meeting_ballot_numbers numbers;

    (void)state;
    assert_int_equal(channel_of(meeting, "m1"), BALLOT_BY_OWN);
    assert_int_equal(channel_of(meeting, "m7"), BALLOT_BY_OWN);
    assert_int_equal(channel_of(meeting, "m14"), BALLOT_BY_HALL);
    assert_int_equal(channel_of(meeting, "x1"), BALLOT_BY_PAPER);
    assert_int_equal(channel_of(meeting, "x2"), BALLOT_BY_NONE);
    /* Without a vote. */
    assert_int_equal(channel_of(meeting, "m6"), ballot_channel_none_);
    assert_int_equal(channel_of(meeting, "m8"), ballot_channel_none_);
    meeting_ballot_numbers(ballot_newest(meeting), &numbers);
    assert_int_equal(numbers.by_channel[BALLOT_BY_OWN], 6);
    meeting_transcript_end(meeting);
}

static void without_a_hall_device_a_site_votes_on_paper(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting_play(meeting, "3 s1 lost", NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_ballot_scene_go_on(meeting);
    assert_int_equal(channel_of(meeting, "m14"), BALLOT_BY_PAPER);
    meeting_play(meeting,
                 "13 m1 set_channel b1 m14 hall s1\n"
                 "14 s1 join\n"
                 "15 m1 set_channel b1 m14 hall s1\n"
                 "16 m1 set_channel b1 m14 hall s2",
                 "refused no_hall id=s1\n"
                 "connected s1 s1/a 9\n"
                 "ballot_channel_set b1 m14 hall s1\n"
                 "refused no_hall id=s1\n");
    meeting_transcript_end(meeting);
}

static void one_ballot_is_under_way_at_a_time(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting, DRAFT("m4", "m2", "0"), NULL);
    meeting_play(meeting,
                 "20 m1 start_vote - 'nữa'\n"
                 "20 m1 vote v2 yes\n20 m2 vote v2 yes\n20 m3 vote v2 yes\n"
                 "20 m4 vote v2 yes\n20 m5 vote v2 yes\n20 m1 close_vote v2",
                 NULL);
    meeting_play(meeting,
                 "21 m1 adopt_ballot b2 v2 -\n"
                 "22 m1 void_ballot b1 'đổi mẫu'\n"
                 "23 m1 adopt_ballot b2 v2 -",
                 "refused ballot_open id=b1\n"
                 "ballot_voided b1 chair 'đổi mẫu'\n"
                 "ballot_adopted b2 v2 9 9 meeting yes -\n");
    meeting_transcript_end(meeting);
}

static void the_roll_is_confirmed_first(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    static const char *const here[] = { "m4", "m5", NULL };

    (void)state;
    meeting_play_to_open(meeting, here);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting,
                 "11 m1 start_vote - 'a'\n"
                 "11 m1 vote v1 yes\n11 m2 vote v1 yes\n11 m3 vote v1 yes\n"
                 "11 m4 vote v1 yes\n11 m5 vote v1 yes\n11 m1 close_vote v1",
                 NULL);
    meeting_play(meeting,
                 "12 m1 adopt_ballot b1 v1 -\n"
                 "13 m1 confirm_roll\n"
                 "14 m1 adopt_ballot b1 v1 -",
                 "refused no_roll\n"
                 "roll_confirmed 6 5 0 0 1 0 0 0 0 0 0 0 5 0\n"
                 "ballot_adopted b1 v1 6 5 meeting yes -\n");
    meeting_transcript_end(meeting);
}

static void one_or_two_by_device_are_no_secret(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting_play(meeting, DRAFT("m4", "m2+m3+m5", "0"), NULL);
    meeting_play(meeting,
                 "11 m1 start_vote - 'a'\n"
                 "11 m1 vote v1 yes\n11 m2 vote v1 yes\n11 m3 vote v1 yes\n"
                 "11 m4 vote v1 yes\n11 m5 vote v1 yes\n11 m1 close_vote v1\n"
                 "12 m3 tick m3 in_person -\n"
                 "12 m3 tick m4 in_person -\n"
                 "12 m3 tick m5 in_person -\n"
                 "12 m3 tick m7 in_person -\n"
                 "12 m3 tick m14 in_person -",
                 NULL);
    meeting_play(meeting,
                 "13 m1 adopt_ballot b1 v1 -\n"
                 "14 m3 tick m2 in_person -\n"
                 "14 m3 tick m1 in_person -\n"
                 "15 m1 adopt_ballot b1 v1 -",
                 "refused too_few_online sum=2 min=3\n"
                 "presence_confirmed m2 in_person - tick\n"
                 "presence_confirmed m1 in_person - tick\n"
                 "ballot_adopted b1 v1 9 9 meeting yes -\n");
    meeting_transcript_end(meeting);
}

/* The same two, and a draft that asks for halls. */
static void one_or_two_are_joined_by_paper_that_is_entered(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting,
                 "11 m1 start_vote - 'a'\n"
                 "11 m1 vote v1 yes\n11 m2 vote v1 yes\n11 m3 vote v1 yes\n"
                 "11 m4 vote v1 yes\n11 m5 vote v1 yes\n11 m1 close_vote v1\n"
                 "12 m3 tick m3 in_person -\n"
                 "12 m3 tick m4 in_person -\n"
                 "12 m3 tick m5 in_person -\n"
                 "12 m3 tick m7 in_person -\n"
                 "12 m3 tick m14 in_person -",
                 NULL);
    meeting_play(meeting,
                 "13 m1 adopt_ballot b1 v1 -\n"
                 "13 m1 adopt_ballot b1 v1 s2\n"
                 "14 m1 adopt_ballot b1 v1 s1",
                 "refused too_few_online sum=2 min=3\n"
                 "refused no_hall id=s2\n"
                 "ballot_adopted b1 v1 9 9 meeting yes s1\n");
    assert_int_equal(channel_of(meeting, "m1"), BALLOT_BY_OWN);
    assert_int_equal(channel_of(meeting, "m5"), BALLOT_BY_TRANSCRIBED);
    assert_int_equal(channel_of(meeting, "x1"), BALLOT_BY_TRANSCRIBED);
    assert_int_equal(channel_of(meeting, "x2"), BALLOT_BY_NONE);
    meeting_transcript_end(meeting);
}

static void whoever_is_at_the_site_hands_in_paper_there_too(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DRAFTED);

    (void)state;
    meeting_play(meeting,
                 "11 m1 start_vote - 'a'\n"
                 "11 m1 vote v1 yes\n11 m2 vote v1 yes\n11 m3 vote v1 yes\n"
                 "11 m4 vote v1 yes\n11 m5 vote v1 yes\n11 m1 close_vote v1\n"
                 "12 m1 adopt_ballot b1 v1 s1",
                 NULL);
    assert_int_equal(channel_of(meeting, "m14"), BALLOT_BY_TRANSCRIBED);
    assert_int_equal(channel_of(meeting, "x1"), BALLOT_BY_TRANSCRIBED);
    assert_int_equal(channel_of(meeting, "m4"), BALLOT_BY_OWN);
    meeting_transcript_end(meeting);
}

static void a_site_s_device_serves_voters_or_paper_not_both(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    struct meeting_ballot_numbers numbers;

    (void)state;
    meeting_play(meeting,
                 "20 m1 set_channel b1 x1 transcribed s1\n"
                 "20 m1 set_channel b1 x1 transcribed -\n"
                 "20 m1 set_channel b1 x1 transcribed s2\n"
                 "20 m1 set_channel b1 x2 transcribed s1\n"
                 "21 m1 set_channel b1 m14 transcribed s1\n"
                 "21 m1 set_channel b1 x1 transcribed s1\n"
                 "21 m1 set_channel b1 m14 hall s1\n"
                 "22 m1 set_channel b1 m14 paper -\n"
                 "22 m1 set_channel b1 m14 hall s1\n"
                 "22 m1 set_channel b1 m14 transcribed s2\n"
                 "22 m1 set_channel b1 m14 transcribed s1\n"
                 "23 m1 set_channel b1 m4 transcribed s1",
                 "refused mixed_site id=s1\n"
                 "refused other_way id=x1 channel=paper\n"
                 "refused no_hall id=s2\n"
                 "refused other_way id=x2 channel=none\n"
                 "ballot_channel_set b1 m14 transcribed s1\n"
                 "ballot_channel_set b1 x1 transcribed s1\n"
                 "refused mixed_site id=s1\n"
                 "ballot_channel_set b1 m14 paper -\n"
                 "refused mixed_site id=s1\n"
                 "refused other_way id=m14 channel=hall\n"
                 "ballot_channel_set b1 m14 transcribed s1\n"
                 "ballot_channel_set b1 m4 transcribed s1\n");
    meeting_ballot_numbers(ballot_newest(meeting), &numbers);
    assert_int_equal(numbers.by_channel[BALLOT_BY_TRANSCRIBED], 3);
    assert_int_equal(numbers.by_channel[BALLOT_BY_HALL], 0);
    assert_int_equal(numbers.by_channel[BALLOT_BY_PAPER], 0);
    meeting_transcript_end(meeting);
}

static void a_channel_is_what_the_member_can_use(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "20 m1 set_channel b1 m4 paper -\n"
                 "20 m1 set_channel b1 m4 paper -\n"
                 "20 m1 set_channel b1 m4 own -\n"
                 "20 m1 set_channel b1 x1 own -\n"
                 "20 m1 set_channel b1 m4 hall s1\n"
                 "20 m1 set_channel b1 m6 paper -\n"
                 "20 m1 set_channel b1 m5 none -\n"
                 "20 m1 set_channel b1 m77 paper -\n"
                 "21 m14 join",
                 "ballot_channel_set b1 m4 paper -\n"
                 "nothing\n"
                 "ballot_channel_set b1 m4 own -\n"
                 "refused other_way id=x1 channel=paper\n"
                 "refused other_way id=m4 channel=own\n"
                 "refused cannot_vote category=probationary matter=resolution\n"
                 "ballot_channel_set b1 m5 none -\n"
                 "refused no_such_member id=m77\n"
                 "knocked m14 m14/a\n");
    meeting_transcript_end(meeting);
}

static void later_only_paper_and_only_without_a_ballot(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ISSUING);

    (void)state;
    meeting_play(meeting,
                 "20 server issue m1/a\n"
                 "21 m1 set_channel b1 m1 paper -\n"
                 "21 m1 set_channel b1 m4 own -\n"
                 "21 m1 set_channel b1 m4 paper -\n"
                 "22 server issue m4/a\n"
                 "23 m1 drop_voter b1 m1\n"
                 "24 m1 set_channel b1 m1 paper -",
                 "ballot_issued b1 m1 m1/a\n"
                 "refused holds_ballot id=m1\n"
                 "refused ballot_state id=b1 state=issuing\n"
                 "ballot_channel_set b1 m4 paper -\n"
                 "refused other_way id=m4 channel=paper\n"
                 "voter_dropped b1 m1 chair\n"
                 "ballot_channel_set b1 m1 paper -\n");
    meeting_transcript_end(meeting);
}

/* --- keys ------------------------------------------------------------------
 */

static void tellers_keep_their_order_and_their_device(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting, "13 m2/b join\n13 m3/b join", NULL);
    meeting_play(meeting,
                 "14 m2 certify@9 b1 1 1 C2 M2\n"
                 "14 m2 certify@9 b1 0 1 C2 M2\n"
                 "14 server keys\n"
                 "14 server keys\n"
                 "15 m2 deal@9 b1 1 1 D2\n"
                 "15 m2/b certify@9 b1 1 1 C2 M2\n"
                 "15 m2 certify@9 b1 1 1 C2 M2\n"
                 "15 m2/b certify@9 b1 1 1 C2 M2\n"
                 "15 m3 certify@9 b1 1 1 C3 M3\n"
                 "15 m3 certify@9 b1 1 2 C3 M3\n"
                 "15 m3 certify@9 b1 2 2 C3 M3\n"
                 "15 m4 certify@9 b1 1 3 C4 M4\n"
                 "15 m3 deal@9 b1 1 2 D3\n"
                 "15 m5 certify@9 b1 1 3 C5 M5\n"
                 "16 m3/b deal@9 b1 1 2 D3\n"
                 "16 m3 confirm_share@9 b1 1 2 K3\n"
                 "16 m3 sign_trustees@9 b1 1 3 X3 T",
                 "refused other_attempt sum=1\n"
                 "refused other_attempt sum=0\n"
                 "keys_begun b1 1 \"BAAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "refused waiting_for ids=m2\n"
                 "teller_certified b1 1 1 \"C2\" m2 m2/b 9\n"
                 "refused ballot_elsewhere device=" M2_B "\n"
                 "refused done_already\n"
                 "refused not_teller id=m3 position=1\n"
                 "teller_certified b1 1 2 \"C3\" m3 m3/a 9\n"
                 "refused other_attempt sum=2\n"
                 "refused not_teller id=m4 position=3\n"
                 "refused waiting_for ids=m5\n"
                 "teller_certified b1 1 3 \"C5\" m5 m5/a 9\n"
                 "refused ballot_elsewhere device=" M3_A "\n"
                 "refused waiting_for ids=m2\n"
                 "refused waiting_for ids=m2\n");
    meeting_transcript_end(meeting);
}

static void keys_are_made_in_steps_and_signed_by_all(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "13 server keys\n"
                 "13 m2 certify b1 1 1 C2 M2\n"
                 "13 m3 certify b1 1 2 C3 M3\n"
                 "13 m5 certify b1 1 3 C5 M5\n"
                 "14 m2 deal b1 1 1 D2\n"
                 "14 m3 deal b1 1 2 D3",
                 NULL);
    meeting_play(meeting,
                 "14 m2 deal@9 b1 1 1 D2\n"
                 "14 m2 confirm_share@9 b1 1 1 K2\n"
                 "15 m5 deal@9 b1 1 3 D5\n"
                 "16 m2 confirm_share@9 b1 1 1 K2\n"
                 "16 m2 confirm_share@9 b1 1 1 K2\n"
                 "16 m3 confirm_share@9 b1 1 2 K3\n"
                 "17 server sign T\n"
                 "17 m5 confirm_share@9 b1 1 3 K5\n"
                 "18 server ready\n"
                 "18 server sign T\n"
                 "18 server sign T\n"
                 "18 m2 sign_trustees@9 b1 1 2 X2 U\n"
                 "18 m2 sign_trustees@9 b1 1 3 X2 T\n"
                 "18 m2 sign_trustees@9 b1 1 1 X2 T\n"
                 "18 m2 sign_trustees@9 b1 1 2 X2 T\n"
                 "18 m2 sign_trustees@9 b1 1 2 X2 T\n"
                 "18 m3 sign_trustees@9 b1 1 3 X3 T\n"
                 "18 server ready\n"
                 "19 m5 sign_trustees@9 b1 1 4 X5 T\n"
                 "20 server ready",
                 "refused done_already\n"
                 "refused waiting_for ids=m5\n"
                 "shares_dealt b1 1 3 \"D5\"\n"
                 "share_confirmed b1 1 1 \"K2\"\n"
                 "refused done_already\n"
                 "share_confirmed b1 1 2 \"K3\"\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "share_confirmed b1 1 3 \"K5\"\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "trustees_signed b1 1 1 server ?\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "refused other_record what=trustees\n"
                 "refused not_teller id=m2 position=2\n"
                 "refused not_teller id=m2 position=0\n"
                 "trustees_signed b1 1 2 m2 m2/a\n"
                 "refused done_already\n"
                 "trustees_signed b1 1 3 m3 m3/a\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "trustees_signed b1 1 4 m5 m5/a\n"
                 "ballot_ready b1 1 1000 500\n");
    meeting_transcript_end(meeting);
}

static void one_or_two_tellers_have_a_key_each(void **state)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();

    (void)state;
    meeting_play(meeting, DRAFT("m4", "m2+m3", "0"), NULL);
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting, "13 server keys\n13 m2 certify b1 1 1 S2 X2", NULL);
    meeting_play(meeting,
                 "14 m2 deal@9 b1 1 1 D2\n"
                 "14 m2 confirm_share@9 b1 1 1 D2\n"
                 "14 m2 sign_trustees@9 b1 1 2 X2 T\n"
                 "15 m3 certify@9 b1 1 2 S3 X3\n"
                 "16 m3 sign_trustees@9 b1 1 3 X2 T\n"
                 "16 m3 sign_trustees@9 b1 1 3 X3 T\n"
                 "16 m2 sign_trustees@9 b1 1 2 X2 T\n"
                 "16 server sign T\n"
                 "17 server ready",
                 "refused ballot_state id=b1 state=keys\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "refused waiting_for ids=m3\n"
                 "teller_certified b1 1 2 \"S3\" m3 m3/a 9\n"
                 "refused other_record what=key\n"
                 "trustees_signed b1 1 3 m3 m3/a\n"
                 "trustees_signed b1 1 2 m2 m2/a\n"
                 "trustees_signed b1 1 1 server ?\n"
                 "ballot_ready b1 1 1000 500\n");
    meeting_transcript_end(meeting);
}

/* Numbers as long as elements; X stands before and after what is no digit. */
#define TENS "12345678901234567890123456789012345678901234567890"
#define ELEMENT_A TENS TENS "1"
#define ELEMENT_B TENS TENS "2"
#define EXPONENT TENS "1234567890123456789012345678"

/* m3, who has the higher number and was first, is not the one refused. */
static void a_key_that_another_has_sent_is_refused_by_name(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "14 server keys\n"
                 "15 m3 certify b1 1 2 X" ELEMENT_A "X" EXPONENT " M3",
                 NULL);
    meeting_play(meeting,
                 "15 m2 certify@9 b1 1 1 X" ELEMENT_B "X" ELEMENT_A " M2\n"
                 "15 m2 certify@9 b1 1 1 X" ELEMENT_B "X" EXPONENT " M2\n"
                 "15 m5 certify@9 b1 1 3 " ELEMENT_B " M5\n"
                 "15 m5 certify@9 b1 1 3 X" ELEMENT_B "1 M5",
                 "refused key_taken id=m3\n"
                 "teller_certified b1 1 1 \"X" ELEMENT_B "X" EXPONENT
                 "\" m2 m2/a 9\n"
                 "refused key_taken id=m2\n"
                 "teller_certified b1 1 3 \"X" ELEMENT_B "1\" m5 m5/a 9\n");
    meeting_transcript_end(meeting);
}

static void a_dispute_ends_the_attempt_and_the_next_is_fresh(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "13 server keys\n"
                 "13 m2 certify b1 1 1 C2 M2\n"
                 "13 m3 certify b1 1 2 C3 M3",
                 NULL);
    meeting_play(meeting,
                 "14 m2 dispute_keys@9 b1 1 1 1 -\n"
                 "14 m2 dispute_keys@9 b1 1 1 4 -\n"
                 "14 m4 dispute_keys@9 b1 1 2 1 -\n"
                 "14 m2 dispute_keys@9 b1 1 1 2 bằng-chứng\n"
                 "15 m3 dispute_keys@9 b1 1 2 1 -\n"
                 "15 m5 certify@9 b1 1 3 C5 M5\n"
                 "16 server failed false_complaint 9\n"
                 "16 server failed restarted 0\n"
                 "16 server failed false_complaint 1\n"
                 "16 server failed bad_share 2\n"
                 "17 m1 restart_keys b1\n"
                 "17 m5 certify@9 b1 1 3 C5 M5\n"
                 "18 server keys\n"
                 "19 m5 certify@9 b1 1 3 C5 M5\n"
                 "19 m5 certify@9 b1 2 3 C5 M5\n"
                 "20 m1 restart_keys b1\n"
                 "21 server keys\n"
                 "21 m5 certify@9 b1 3 3 C5 M5",
                 "refused not_teller id=m2 position=1\n"
                 "refused not_teller id=m2 position=4\n"
                 "refused not_teller id=m4 position=2\n"
                 "keys_disputed b1 1 1 2 \"bằng-chứng\"\n"
                 "refused other_attempt sum=1\n"
                 "refused other_attempt sum=1\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "keys_failed b1 1 false_complaint 1\n"
                 "refused ballot_state id=b1 state=keys\n"
                 "refused done_already\n"
                 "refused other_attempt sum=1\n"
                 "keys_begun b1 2 \"BBAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "refused other_attempt sum=1\n"
                 "teller_certified b1 2 3 \"C5\" m5 m5/a 9\n"
                 "keys_failed b1 2 restarted 0\n"
                 "keys_begun b1 3 \"BCAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "teller_certified b1 3 3 \"C5\" m5 m5/a 9\n");
    meeting_transcript_end(meeting);
}

static void a_teller_whose_device_was_revoked_makes_no_key(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "13 server keys\n"
                 "13 m2 certify@9 b1 1 1 C2 M2\n"
                 "14 server row m2 official b\n"
                 "15 m2/b join\n"
                 "16 m2/b deal@9 b1 1 1 D2\n"
                 "17 m1 restart_keys b1\n"
                 "18 server keys\n"
                 "19 m2/b certify@9 b1 2 1 C2 M2",
                 "keys_begun b1 1 \"BAAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "teller_certified b1 1 1 \"C2\" m2 m2/a 9\n"
                 "roster_changed 1\n"
                 "disconnected m2 m2/a revoked\n"
                 "presence_ended m2 revoked\n"
                 "connected m2 m2/b 10\n"
                 "presence_confirmed m2 online - connection\n"
                 "refused ballot_elsewhere device=" M2_A "\n"
                 "keys_failed b1 1 restarted 0\n"
                 "keys_begun b1 2 \"BBAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "teller_certified b1 2 1 \"C2\" m2 m2/b 9\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_names_questions_tellers_and_candidates),
        cmocka_unit_test(the_threshold_is_all_of_few_and_two_at_least_of_more),
        cmocka_unit_test(a_draft_that_cannot_be_held_is_refused),
        cmocka_unit_test(a_ballot_is_taken_by_a_vote_begun_after_its_draft),
        cmocka_unit_test(everybody_votes_the_way_that_presence_gives),
        cmocka_unit_test(without_a_hall_device_a_site_votes_on_paper),
        cmocka_unit_test(one_ballot_is_under_way_at_a_time),
        cmocka_unit_test(the_roll_is_confirmed_first),
        cmocka_unit_test(one_or_two_by_device_are_no_secret),
        cmocka_unit_test(one_or_two_are_joined_by_paper_that_is_entered),
        cmocka_unit_test(whoever_is_at_the_site_hands_in_paper_there_too),
        cmocka_unit_test(a_site_s_device_serves_voters_or_paper_not_both),
        cmocka_unit_test(a_channel_is_what_the_member_can_use),
        cmocka_unit_test(later_only_paper_and_only_without_a_ballot),
        cmocka_unit_test(tellers_keep_their_order_and_their_device),
        cmocka_unit_test(keys_are_made_in_steps_and_signed_by_all),
        cmocka_unit_test(one_or_two_tellers_have_a_key_each),
        cmocka_unit_test(a_key_that_another_has_sent_is_refused_by_name),
        cmocka_unit_test(a_dispute_ends_the_attempt_and_the_next_is_fresh),
        cmocka_unit_test(a_teller_whose_device_was_revoked_makes_no_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
