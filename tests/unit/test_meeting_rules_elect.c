/* Meetings that elect, discipline and rate by secret ballot, from the draft to
 * what it decides. */
#include "tests/support/ballot_reports.h"
#include "tests/support/elect_scene.h"

#include "protocol/meeting/decision_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define TELLERS " m2+m3+m5 0 no no "

/* --- elections -------------------------------------------------------------
 */

static void three_of_four_with_a_tie_and_a_second_round(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    const char *first = elect_choice("A+B+C+D", 1, 3);

    (void)state;
    assert_string_equal(
        elect_draft(meeting, first, "m4+m14+x1+x2" TELLERS "election 3"), "");
    elect_count(meeting, 25, 0, "0+18+17+15+15");
    assert_string_equal(elect_decided(meeting),
                        "tie D=25 need=13 valid=25 rule=thresholds.election "
                        "open=1, m4=18 chosen, m14=17 chosen, x1=15 tied, "
                        "x2=15 tied");
    /* Exactly those two, for exactly that seat. */
    assert_string_equal(
        elect_draft(meeting, elect_choice("C+D+E", 1, 1),
                    "x1+x2+x3" TELLERS "election 1 - no no - b1"),
        "not_tied id=b1 rule=election.second_round sum=2 seats=1");
    assert_string_equal(elect_draft(meeting, elect_choice("C+D", 1, 1),
                                    "x1+x2" TELLERS "election 1 - no no - b1"),
                        "");
    elect_count(meeting, 22, 2, "0+12+10");
    assert_string_equal(elect_decided(meeting),
                        "complete D=25 need=13 valid=22 "
                        "rule=election.second_round, x1=12 chosen, x2=10 "
                        "not_chosen");
    meeting_transcript_end(meeting);
}

static void five_names_for_three_seats_are_refused(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D+E", 1, 3),
                                    "m4+m14+x1+x2+x3" TELLERS "election 3"),
                        "surplus rule=election.surplus sum=5 seats=3 have=2 "
                        "max=1");
    meeting_transcript_end(meeting);
}

static void without_surplus_rows_are_agreed_to(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C", 1, 3),
                                    "m4+m14+x1" TELLERS "election 3"),
                        "bad_sheet matter=election "
                        "rule=validity.list_no_surplus "
                        "problem=sheet_questions");
    assert_string_equal(elect_draft(meeting, elect_table("agree", 3, 2),
                                    "m4+m14+x1" TELLERS "election 3"),
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
                        "not_secret matter=resolution rule=forms.resolution");
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
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS "election 3"),
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
    assert_string_equal(elect_draft(meeting, elect_choice("A+B+C+D", 1, 3),
                                    "m4+m14+x1+x2" TELLERS "election 3"),
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_of_four_with_a_tie_and_a_second_round),
        cmocka_unit_test(five_names_for_three_seats_are_refused),
        cmocka_unit_test(without_surplus_rows_are_agreed_to),
        cmocka_unit_test(discipline_lists_all_forms_and_adds_them_up),
        cmocka_unit_test(the_member_concerned_votes_only_if_the_chair_says_so),
        cmocka_unit_test(twelve_members_are_rated_at_once),
        cmocka_unit_test(a_ballot_under_rules_on_persons_says_its_matter),
        cmocka_unit_test(admission_may_be_secret),
        cmocka_unit_test(paper_that_cannot_be_so_is_not_taken),
        cmocka_unit_test(a_decision_that_is_not_what_the_counts_say_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
