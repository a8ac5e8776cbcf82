/* Meetings that elect, discipline and rate by secret ballot, from the draft to
 * what it decides. */
#include "tests/support/ballot_reports.h"
#include "tests/support/elect_scene.h"
#include "tests/support/ruleset_file.h"

#include "protocol/meeting/decision_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TELLERS " m2+m3+m5 0 no no "

/* --- elections -------------------------------------------------------------
 */

static void three_of_four_with_a_tie_and_a_second_round(void **state)
{
    struct meeting_transcript *meeting = elect_congress(0);

    (void)state;
    assert_string_equal(elect_list(meeting, 3, "m4+m14+x1+x2"), "n1");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "0+18+17+15+15");
    assert_string_equal(elect_decided(meeting),
                        "tie D=25 need=13 valid=25 rule=thresholds.election "
                        "open=1, m4=18 chosen, m14=17 chosen, x1=15 tied, "
                        "x2=15 tied");
    /* Exactly those two, for exactly that seat. */
    assert_string_equal(
        elect_draft(meeting, elect_choice("C+D+E", 1, 1),
                    "x1+x2+x3" TELLERS "election 1 - no no n1 b1"),
        "not_tied id=b1 rule=election.second_round sum=2 seats=1");
    assert_string_equal(elect_draft(meeting, elect_choice("C+D", 1, 1),
                                    "x1+x2" TELLERS "election 1 - no no n1 b1"),
                        "");
    elect_count(meeting, 22, 2, "0+12+10");
    assert_string_equal(elect_decided(meeting),
                        "complete D=25 need=13 valid=22 "
                        "rule=election.second_round, x1=12 chosen, x2=10 "
                        "not_chosen");
    meeting_transcript_end(meeting);
}

/* A withdrawn name keeps its row, which counts too. */
static void a_list_with_withdrawn_names_has_its_bound(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_of(201);
    char line[64];

    (void)state;
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, (const char *const[]){ "m4", NULL });
    meeting_play(meeting, "3 m1 call_election a1 other 1 'Đại biểu'", NULL);
    for (int i = 1; i <= 200; i++) {
        (void)snprintf(line, sizeof line, "4 m1 nominate n1 x%d committee", i);
        meeting_play(meeting, line, NULL);
    }
    meeting_play(meeting,
                 "5 m1 withdraw_nomination n1 x1\n"
                 "6 m1 nominate n1 x201 committee\n"
                 "7 m1 nominate n1 x1 committee",
                 "nomination_withdrawn n1 x1 m1\n"
                 "refused too_many max=200\n"
                 "nominated n1 x1 committee m1\n");
    meeting_transcript_end(meeting);
}

static void five_names_for_three_seats_are_refused(void **state)
{
    struct meeting_transcript *meeting = elect_congress(0);

    (void)state;
    meeting_play(meeting,
                 "3 m1 call_election a1 committee 3 'Chi ủy'\n"
                 "4 m1 nominate n1 m4 committee\n"
                 "4 m1 nominate n1 m14 committee\n"
                 "4 m1 nominate n1 x1 committee\n"
                 "4 m1 nominate n1 x2 committee\n"
                 "4 m1 nominate n1 x3 committee\n"
                 "5 m1 start_vote a1 'Danh sách' procedure\n"
                 "5 m3 enter_hall_votes v1 - 25 0 0 0\n"
                 "5 m1 close_vote v1",
                 NULL);
    meeting_play(meeting,
                 "6 m1 close_list n1 v1\n"
                 "7 m1 withdraw_nomination n1 x3\n"
                 "8 m1 close_list n1 v1",
                 "refused surplus rule=election.surplus sum=5 seats=3 have=2 "
                 "max=1\n"
                 "nomination_withdrawn n1 x3 m1\n"
                 "refused list_not_taken id=n1 vote=v1\n");
    meeting_transcript_end(meeting);
}

/* A show of hands on procedure is of all 25; the election of those who are not
 * absent from the whole congress for a reason that was accepted. */
static void who_is_absent_throughout_does_not_count_in_an_election(void **state)
{
    struct meeting_transcript *meeting = elect_congress(2);

    (void)state;
    (void)elect_list(meeting, 1, "m14");
    assert_int_equal(meeting->state->votes[0].d, 25);
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 2),
                                    "m14" TELLERS "election 1 - no no n1"),
                        "");
    elect_count(meeting, 23, 0, "12+11");
    assert_int_equal(ballot_newest(meeting)->measure, MEASURE_CONGRESS);
    assert_string_equal(elect_decided(meeting),
                        "complete D=23 need=12 valid=23 "
                        "rule=thresholds.election, m14=12 chosen");
    meeting_transcript_end(meeting);
}

static void a_ballot_has_the_names_of_the_list_that_was_closed(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS "election 3"),
                        "no_such_election id=");
    meeting_play(meeting, "3 m1 call_election a1 committee 3 'Chi ủy'", NULL);
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "list_open id=n1 rule=forms.procedure");
    assert_string_equal(elect_list(meeting, 3, "m4+m14+x1+x2"), "n2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x2+x1" TELLERS
                                    "election 3 - no no n2"),
                        "other_list id=n2");
    meeting_transcript_end(meeting);
}

static void a_name_from_the_floor_needs_support(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    meeting_play(meeting,
                 "3 m1 call_election - leader 1 'Bí thư'\n"
                 "3 m4 nominate n1 m4 committee\n"
                 "3 m5 nominate n1 m4 self\n"
                 "3 m4 nominate n1 m4 self\n"
                 "3 m5 nominate n1 m6 floor\n"
                 "3 m6 nominate n1 m5 floor\n"
                 "4 m5 nominate n1 m4 floor\n"
                 "5 m1 close_list n1 v1",
                 "election_called n1 - leader 1 'Bí thư'\n"
                 "refused not_allowed who=the chair\n"
                 "refused not_allowed who=the member\n"
                 "nominated n1 m4 self m4\n"
                 "refused cannot_stand id=m6 category=probationary "
                 "rule=categories.probationary\n"
                 "refused not_allowed who=a member with a vote\n"
                 "refused nominated id=m4\n"
                 "refused unsupported id=m4 rule=election.outside_nominee "
                 "have=0 need=0 of=0\n");
    meeting_play(meeting,
                 "6 m1 start_vote - 'Ủng hộ' procedure m4\n"
                 "6 m3 enter_hall_votes v1 - 7 18 0 0\n"
                 "6 m1 close_vote v1\n"
                 "7 m1 start_vote - 'Ủng hộ' procedure m5\n"
                 "7 m3 enter_hall_votes v2 - 8 17 0 0\n"
                 "7 m1 close_vote v2\n"
                 "8 m1 start_vote - 'Ủng hộ lại' procedure m4\n"
                 "8 m3 enter_hall_votes v3 - 8 17 0 0\n"
                 "8 m1 close_vote v3",
                 NULL);
    /* More than 30 of 100 of 25 are 8: 7 are not enough. */
    meeting_play(meeting,
                 "9 m1 note_support n1 m4 v1\n"
                 "9 m1 close_list n1 v1\n"
                 "9 m1 note_support n1 m4 v2\n"
                 "9 m1 note_support n1 m4 v3\n"
                 "9 m1 close_list n1 v3",
                 "support_shown n1 m4 v1 7 25 8 no\n"
                 "refused unsupported id=m4 rule=election.outside_nominee "
                 "have=7 need=8 of=25\n"
                 "refused other_support id=m4 vote=v2\n"
                 "support_shown n1 m4 v3 8 25 8 yes\n"
                 "refused list_not_taken id=n1 vote=v3\n");
    meeting_play(meeting,
                 "10 m1 start_vote - 'Danh sách' procedure\n"
                 "10 m3 enter_hall_votes v4 - 20 5 0 0\n"
                 "10 m1 close_vote v4",
                 NULL);
    meeting_play(meeting,
                 "11 m1 close_list n1 v4\n"
                 "12 m5 nominate n1 x1 floor",
                 "list_closed n1 v4\n"
                 "refused list_closed id=n1\n");
    meeting_transcript_end(meeting);
}

static bool is_closed_in_a_log(struct meeting_transcript *meeting,
                               const char *election, const char *vote)
{
    struct member_id names[] = { { .member = meeting_id("m4") } };
    const struct meeting_event event = {
        .kind = EVENT_LIST_CLOSED_KIND,
        .seq = meeting->state->next_seq,
        .at_ms = meeting->state->at_ms,
        .body.list_closed = { .election = meeting_id(election),
                              .vote = meeting_id(vote),
                              .candidates = { names, 1 } },
    };

    return meeting_state_apply(meeting->state, &event) == RESULT_OK;
}

/* Two lists of the same name: v1 passed about the name, v2 about a list. */
static struct meeting_transcript *two_lists(void)
{
    struct meeting_transcript *meeting = elect_scene();

    meeting_play(meeting,
                 "3 m1 call_election - other 1 'Một'\n"
                 "3 m1 call_election - other 1 'Hai'\n"
                 "4 m1 nominate n1 m4 committee\n"
                 "4 m1 nominate n2 m4 committee\n"
                 "5 m1 start_vote - 'Ủng hộ' procedure m4\n"
                 "5 m3 enter_hall_votes v1 - 25 0 0 0\n"
                 "5 m1 close_vote v1\n"
                 "6 m1 start_vote n2 'Danh sách' procedure\n"
                 "6 m3 enter_hall_votes v2 - 25 0 0 0\n"
                 "6 m1 close_vote v2\n"
                 "6 m1 start_vote - 'Danh sách nào?' procedure\n"
                 "6 m3 enter_hall_votes v3 - 25 0 0 0\n"
                 "6 m1 close_vote v3",
                 NULL);
    return meeting;
}

/* v3 names none of the two lists that were open then. */
static void a_vote_closes_the_list_that_it_names(void **state)
{
    struct meeting_transcript *meeting = two_lists();

    (void)state;
    assert_string_equal(meeting->state->votes[1].target.text, "n2");
    assert_string_equal(meeting->state->votes[1].item.text, "");
    meeting_play(meeting,
                 "7 m1 close_list n1 v2\n"
                 "7 m1 close_list n1 v3\n"
                 "7 m1 close_list n2 v3\n"
                 "7 m1 close_list n2 v2\n"
                 "8 m1 close_list n1 v3\n"
                 "8 m1 start_vote n2 'Danh sách' procedure\n"
                 "8 m1 start_vote n1 'Danh sách' resolution",
                 "refused vote_for_other id=n2 vote=v2\n"
                 "refused vote_names_nothing id=n1 vote=v3\n"
                 "refused vote_names_nothing id=n2 vote=v3\n"
                 "list_closed n2 v2\n"
                 "refused vote_names_nothing id=n1 vote=v3\n"
                 "refused list_closed id=n2\n"
                 "refused no_such_item id=n1\n");
    /* One list is left: a vote that names nothing can mean no other. */
    meeting_play(meeting,
                 "9 m1 start_vote - 'Danh sách' procedure\n"
                 "9 m3 enter_hall_votes v4 - 25 0 0 0\n"
                 "9 m1 close_vote v4",
                 NULL);
    meeting_play(meeting, "10 m1 close_list n1 v4", "list_closed n1 v4\n");
    meeting_transcript_end(meeting);
}

static void a_vote_about_a_person_or_another_list_closes_no_list(void **state)
{
    struct meeting_transcript *meeting = two_lists();

    (void)state;
    assert_true(meeting->state->votes[0].is_passed);
    meeting_play(meeting,
                 "7 m1 close_list n1 v1\n"
                 "7 m1 close_list n2 v2\n"
                 "8 m1 close_list n1 v2",
                 "refused list_not_taken id=n1 vote=v1\n"
                 "list_closed n2 v2\n"
                 "refused vote_spent id=v2\n");
    meeting_transcript_end(meeting);
}

static void a_log_that_closes_a_list_by_such_a_vote_is_found(void **state)
{
    static const struct {
        const char *first; /* what happens before; NULL: nothing */
        const char *election, *vote;
        bool is_closed;
    } rows[] = { { NULL, "n2", "v2", true },
                 { NULL, "n1", "v2", false },
                 { NULL, "n1", "v3", false },
                 { NULL, "n2", "v3", false },
                 { NULL, "n1", "v1", false },
                 { "7 m1 close_list n2 v2", "n1", "v2", false },
                 { "7 m1 close_list n2 v2", "n1", "v3", false },
                 { "7 m1 withdraw_nomination n2 m4\n"
                   "7 m1 nominate n2 m4 committee",
                   "n2", "v2", false } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = two_lists();

        if (rows[i].first)
            meeting_play(meeting, rows[i].first, NULL);
        assert_int_equal(
            is_closed_in_a_log(meeting, rows[i].election, rows[i].vote),
            rows[i].is_closed);
        meeting_transcript_drop(meeting); /* its log lacks the event */
    }
}

static void the_leader_comes_from_the_committee(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    meeting_play(meeting, "3 m1 call_election a1 committee 3 'Chi ủy'", NULL);
    meeting_play(meeting,
                 "4 m1 nominate n1 m4 committee\n"
                 "4 m1 nominate n1 m14 committee\n"
                 "4 m1 nominate n1 x1 committee\n"
                 "5 m1 start_vote a1 'Danh sách' procedure\n"
                 "5 m3 enter_hall_votes v1 - 25 0 0 0\n"
                 "5 m1 close_vote v1\n"
                 "6 m1 close_list n1 v1",
                 NULL);
    assert_string_equal(elect_draft(meeting, elect_table("agree", 3, 2),
                                    "m4+m14+x1" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "20+5+12+13+13+12");
    meeting_play(meeting,
                 "70 m1 call_election a1 leader 1 'Bí thư'\n"
                 "71 m1 nominate n2 m14 committee\n"
                 "71 m1 nominate n2 m4 committee",
                 "election_called n2 a1 leader 1 'Bí thư'\n"
                 "refused not_elected id=m14 ballot=b1\n"
                 "nominated n2 m4 committee m1\n");
    meeting_transcript_end(meeting);
}

static void a_small_cell_elects_no_committee(void **state)
{
    static const char *const joined[] = { "m4", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    /* m1 to m5, m14, the exempt m7 and m13, who is away. */
    meeting_play(meeting,
                 "1 m1 call_election a1 committee 3 'Chi ủy'\n"
                 "1 m1 call_election a1 leader 0 'Bí thư'",
                 "refused no_committee rule=election.committee have=8 need=9\n"
                 "refused no_seats\n");
    meeting_transcript_end(meeting);
}

static void without_surplus_rows_are_agreed_to(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_list(meeting, 3, "m4+m14+x1"), "n1");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C", 1, 3),
                                    "m4+m14+x1" TELLERS
                                    "election 3 - no no n1"),
                        "bad_sheet matter=election "
                        "rule=validity.list_no_surplus "
                        "problem=sheet_questions");
    assert_string_equal(elect_draft(meeting, elect_table("agree", 3, 2),
                                    "m4+m14+x1" TELLERS
                                    "election 3 - no no n1"),
                        "");
    /* 25 valid ballots; one row for B has no mark that counts. */
    elect_count(meeting, 25, 0, "20+5+12+12+13+12");
    assert_string_equal(elect_decided(meeting),
                        "too_few D=25 need=13 valid=25 "
                        "rule=thresholds.election open=1, m4=20 chosen, "
                        "x1=13 chosen, m14=12 not_chosen");
    meeting_transcript_end(meeting);
}

/* --- discipline ------------------------------------------------------------
 */

static void discipline_lists_all_forms_and_adds_them_up(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    /* x5 holds no post: reprimand, warning, expulsion, none. */
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X", 1, 1),
                                    "-" TELLERS "discipline 0 x5"),
                        "bad_sheet matter=discipline rule=validity.one_of "
                        "problem=sheet_answers");
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x5"),
                        "");
    elect_count(meeting, 24, 0, "0+7+5+8+4");
    assert_string_equal(elect_decided(meeting),
                        "passed D=25 need=13 valid=24 rule=discipline warning "
                        "cumulated, reprimand=7(20) of 13, warning=5(13) of "
                        "13, expulsion=8(8) of 17");
    meeting_transcript_end(meeting);
}

static void the_member_concerned_votes_only_if_the_chair_says_so(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct meeting_ballot_voter *voter;
    const struct identifier x5 = { "x5" };

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x5"),
                        "");
    elect_count(meeting, 24, 0, "0+0+0+0+24");
    voter = meeting_ballot_voter(ballot_newest(meeting), &x5);
    assert_int_equal(voter->channel, BALLOT_BY_NONE);
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x5 no yes"),
                        "");
    elect_count(meeting, 25, 0, "0+0+0+0+25");
    voter = meeting_ballot_voter(ballot_newest(meeting), &x5);
    assert_int_equal(voter->channel, BALLOT_BY_PAPER);
    assert_int_equal(ballot_newest(meeting)->denominator, 25);
    meeting_transcript_end(meeting);
}

/* --- ratings ---------------------------------------------------------------
 */

static void twelve_members_are_rated_at_once(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(
        elect_draft(meeting, elect_table("level4", 12, 4),
                    "m1+m2+m3+m4+m5+m14+x1+x2+x3+x4+x5+x6" TELLERS "rating"),
        "");
    elect_count(meeting, 25, 0,
                "20+5+0+0+13+12+0+0+12+13+0+0+1+20+4+0+0+20+5+0+0+13+12+0+"
                "0+12+13+0+0+0+20+5+0+0+12+13+12+12+1+0+5+15+5+0+0+25+0+0");
    assert_string_equal(
        elect_decided(meeting),
        "counted D=25 need=13 valid=25 rule=thresholds.rating over the cap, "
        "m1=20+5+0+0 excellent, m2=13+12+0+0 excellent, m3=12+13+0+0 good, "
        "m4=1+20+4+0 good, m5=0+20+5+0 good, m14=0+13+12+0 good, "
        "x1=0+12+13+0 fulfilled, x2=0+0+20+5 fulfilled, "
        "x3=0+0+12+13 not_fulfilled, x4=12+12+1+0 -, x5=5+15+5+0 good, "
        "x6=0+25+0+0 good");
    meeting_transcript_end(meeting);
}

/* --- adoption --------------------------------------------------------------
 */

/* So many leave the hall, the roll is taken anew, and a vote is held on it. */
static void go(struct meeting_transcript *meeting, unsigned leave)
{
    char line[64];
    unsigned i;

    for (i = 1; i <= leave; i++) {
        (void)snprintf(line, sizeof line, "8 m3 note_left x%u", i);
        meeting_play(meeting, line, NULL);
    }
    (void)snprintf(line, sizeof line, "9 m3 enter_hall_votes v1 - %u 0 0 0",
                   25 - leave);
    meeting_play(meeting,
                 "9 m1 confirm_roll\n"
                 "9 m1 start_vote a1 'Thông qua phiếu' procedure",
                 NULL);
    meeting_play(meeting, line, NULL);
    meeting_play(meeting, "9 m1 close_vote v1", NULL);
}

static void confidence_is_asked_where_two_thirds_are_there(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_table("level3", 2, 3),
                                    "m4+m14" TELLERS "confidence"),
                        "");
    go(meeting, 9);
    meeting_play(meeting, "10 m1 adopt_ballot b1 v1 -",
                 "refused below_quorum have=16 of=25 need=17 "
                 "rule=quorum.confidence\n");
    meeting_play(meeting,
                 "11 m3 tick x1 in_person -\n"
                 "11 m1 confirm_roll",
                 NULL);
    meeting_play(meeting, "12 m1 adopt_ballot b1 v1 -",
                 "ballot_adopted b1 v1 25 17 meeting no -\n");
    meeting_transcript_end(meeting);
}

static void the_roll_is_taken_anew_before_a_formal_ballot(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("K+C+X+0", 1, 1),
                                    "-" TELLERS "discipline 0 x5"),
                        "");
    go(meeting, 1);
    meeting_play(meeting, "10 m3 note_left x2", NULL);
    meeting_play(meeting, "10 m1 adopt_ballot b1 v1 -",
                 "refused roll_stale matter=discipline rule=roll_call\n");
    meeting_transcript_end(meeting);
}

static void a_remote_seat_waits_for_the_document_that_allows_it(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    (void)elect_list(meeting, 1, "m14");
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 2),
                                    "m14" TELLERS "election 1 - no no n1"),
                        "");
    meeting_play(meeting,
                 "7 m3 note_left m4\n"
                 "7 m4 confirm_presence\n"
                 "9 m1 confirm_roll\n"
                 "9 m1 start_vote a1 'Thông qua phiếu' procedure\n"
                 "9 m3 enter_hall_votes v2 - 24 0 0 0\n"
                 "9 m1 close_vote v2",
                 NULL);
    meeting_play(meeting,
                 "10 m1 adopt_ballot b1 v2 -\n"
                 "11 m1 set_authority '12-CV/ĐU' 2026-11-01 'Đảng ủy'\n"
                 "12 m1 adopt_ballot b1 v2 -",
                 "refused remote_unauthorised matter=election have=1 "
                 "rule=remote\n"
                 "authority_set \"12-CV/ĐU\" \"2026-11-01\" 'Đảng ủy'\n"
                 "refused too_few_online sum=1 min=3\n");
    meeting_transcript_end(meeting);
}

static void who_counts_is_settled_when_the_ballot_is_adopted(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct identifier m7 = { "m7" };

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 2),
                                    "-" TELLERS "recognition 0 m6"),
                        "");
    go(meeting, 2);
    /* x1, official, comes later and has a vote; m7, exempt, was not there. */
    meeting_play(meeting,
                 "10 m1 adopt_ballot b1 v1 -\n"
                 "11 m3 tick x1 in_person -\n"
                 "11 m3 tick m7 in_person -\n"
                 "12 m1 set_channel b1 x1 paper -\n"
                 "12 m1 set_channel b1 m7 paper -\n"
                 "12 m1 set_channel b1 m6 paper -",
                 "ballot_adopted b1 v1 25 23 meeting no -\n"
                 "presence_confirmed x1 in_person - tick\n"
                 "presence_confirmed m7 in_person - tick\n"
                 "ballot_channel_set b1 x1 paper -\n"
                 "refused not_counted id=m7 vote=b1 "
                 "rule=denominators.meeting\n"
                 "refused cannot_vote category=probationary "
                 "matter=recognition rule=categories.probationary\n");
    assert_null(meeting_ballot_voter(ballot_newest(meeting), &m7));
    assert_int_equal(ballot_newest(meeting)->denominator, 25);
    meeting_transcript_end(meeting);
}

/* --- what else is refused ---------------------------------------------------
 */

static void a_ballot_under_rules_on_persons_says_its_matter(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(
        elect_draft(meeting, elect_choice("A+B", 1, 1), "m4+x1" TELLERS "-"),
        "matter_wanted rule=forms.election");
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 3),
                                    "-" TELLERS "resolution"),
                        "other_form matter=resolution rule=forms.resolution "
                        "form=secret");
    assert_string_equal(
        elect_draft(meeting, elect_table("level4", 1, 4), "-" TELLERS "rating"),
        "bad_sheet matter=rating rule=forms.rating "
        "problem=sheet_candidates");
    meeting_transcript_end(meeting);
}

static void admission_may_be_secret(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 3),
                                    "-" TELLERS "recognition 0 m6"),
                        "");
    elect_count(meeting, 24, 1, "16+6+2");
    assert_string_equal(elect_decided(meeting), "failed D=25 need=17 valid=24 "
                                                "rule=thresholds.recognition");
    meeting_transcript_end(meeting);
}

static void paper_that_cannot_be_so_is_not_taken(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct meeting_ballot *ballot;
    struct ballot_count counts[] = { { 0 }, { 19 }, { 19 }, { 19 }, { 19 } };
    struct meeting_ballot_paper paper = { .issued = 25,
                                          .returned = 25,
                                          .valid = 25 };

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "0+18+19+19+19");
    ballot = ballot_newest(meeting);
    /* 76 names stand on 25 ballots of three names each. */
    assert_false(
        ballot_paper_adds_up(ballot, &paper, &(struct items){ counts, 5 }));
    counts[1].count = 18;
    assert_true(
        ballot_paper_adds_up(ballot, &paper, &(struct items){ counts, 5 }));
    assert_false(
        ballot_paper_adds_up(ballot, &paper, &(struct items){ counts, 4 }));
    meeting_transcript_end(meeting);
}

/* --- and asked again --------------------------------------------------------
 */

static void a_decision_that_is_not_what_the_counts_say_is_seen(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct ruleset *rules = &meeting->rules;
    struct chosen_row rows[4];
    struct meeting_event event = { .kind = EVENT_BALLOT_DECIDED_KIND };
    struct decision_result found;
    struct chosen_row swapped;

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "0+18+19+19+19");
    event.body.ballot_decided = ballot_newest(meeting)->decided;
    assert_int_equal(decision_check_result(&event, meeting->state, rules, NULL),
                     RESULT_OK);
    memcpy(rows, event.body.ballot_decided.chosen.data, sizeof rows);
    event.body.ballot_decided.chosen.data = rows;
    swapped = rows[0];
    rows[0].member = rows[1].member;
    rows[1].member = swapped.member;
    assert_int_equal(
        decision_check_result(&event, meeting->state, rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_RESULT);
    meeting_transcript_end(meeting);
}

/* The ballot as it was between its result and the decision. */
static void a_decision_that_is_left_out_is_seen(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct ruleset *rules = &meeting->rules;
    struct meeting_event event = { .kind = EVENT_CHAT_SAID_KIND };
    struct meeting_ballot *ballot;
    struct decision_result found;

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "0+18+19+19+19");
    assert_int_equal(decision_check_result(&event, meeting->state, rules, NULL),
                     RESULT_OK);
    ballot = &meeting->state->ballots[meeting->state->ballot_count - 1];
    ballot->is_decided = false;
    assert_int_equal(
        decision_check_result(&event, meeting->state, rules, &found),
        RESULT_REFUSED);
    assert_int_equal(found.fault, DECISION_OMITTED);
    event.kind = EVENT_BALLOT_DECIDED_KIND;
    event.body.ballot_decided = ballot->decided;
    assert_int_equal(decision_check_result(&event, meeting->state, rules, NULL),
                     RESULT_OK);
    ballot->is_decided = true;
    meeting_transcript_end(meeting);
}

static void what_was_decided_before_the_rules_were_known_is_seen(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const struct ruleset *rules = &meeting->rules;
    struct meeting_ballot *ballot;
    struct meeting_vote *vote;

    (void)state;
    (void)elect_list(meeting, 3, "m4+m14+x1+x2");
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS
                                    "election 3 - no no n1"),
                        "");
    elect_count(meeting, 25, 0, "0+18+19+19+19");
    assert_int_equal(decision_check_past(meeting->state, rules), RESULT_OK);
    ballot = &meeting->state->ballots[meeting->state->ballot_count - 1];
    ballot->decided.open++;
    assert_int_equal(decision_check_past(meeting->state, rules),
                     RESULT_REFUSED);
    ballot->decided.open--;
    ballot->is_decided = false;
    assert_int_equal(decision_check_past(meeting->state, rules),
                     RESULT_REFUSED);
    ballot->is_decided = true;
    assert_true(meeting->state->vote_count > 0);
    vote = &meeting->state->votes[0];
    vote->test.test.numerator++;
    assert_int_equal(decision_check_past(meeting->state, rules),
                     RESULT_REFUSED);
    vote->test.test.numerator--;
    assert_int_equal(decision_check_past(meeting->state, rules), RESULT_OK);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_of_four_with_a_tie_and_a_second_round),
        cmocka_unit_test(a_decision_that_is_left_out_is_seen),
        cmocka_unit_test(what_was_decided_before_the_rules_were_known_is_seen),
        cmocka_unit_test(a_list_with_withdrawn_names_has_its_bound),
        cmocka_unit_test(five_names_for_three_seats_are_refused),
        cmocka_unit_test(
            who_is_absent_throughout_does_not_count_in_an_election),
        cmocka_unit_test(a_ballot_has_the_names_of_the_list_that_was_closed),
        cmocka_unit_test(a_name_from_the_floor_needs_support),
        cmocka_unit_test(a_vote_closes_the_list_that_it_names),
        cmocka_unit_test(a_vote_about_a_person_or_another_list_closes_no_list),
        cmocka_unit_test(a_log_that_closes_a_list_by_such_a_vote_is_found),
        cmocka_unit_test(the_leader_comes_from_the_committee),
        cmocka_unit_test(a_small_cell_elects_no_committee),
        cmocka_unit_test(without_surplus_rows_are_agreed_to),
        cmocka_unit_test(discipline_lists_all_forms_and_adds_them_up),
        cmocka_unit_test(the_member_concerned_votes_only_if_the_chair_says_so),
        cmocka_unit_test(twelve_members_are_rated_at_once),
        cmocka_unit_test(confidence_is_asked_where_two_thirds_are_there),
        cmocka_unit_test(the_roll_is_taken_anew_before_a_formal_ballot),
        cmocka_unit_test(a_remote_seat_waits_for_the_document_that_allows_it),
        cmocka_unit_test(who_counts_is_settled_when_the_ballot_is_adopted),
        cmocka_unit_test(a_ballot_under_rules_on_persons_says_its_matter),
        cmocka_unit_test(admission_may_be_secret),
        cmocka_unit_test(paper_that_cannot_be_so_is_not_taken),
        cmocka_unit_test(a_decision_that_is_not_what_the_counts_say_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
