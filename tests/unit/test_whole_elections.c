/* Elections, a discipline case and a rating by secret ballot, from the call to
 * the result: commands with times in, events out. */
#include "tests/support/elect_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>

#include <cmocka.h>

#define TELLERS " m2+m3+m5 0 no no "

/* A row of a form, as it is drafted. */
#define ROW(question)                                                          \
    "{\"answers\":[\"0\",\"1\",\"2\",\"3\"],\"min\":0,\"max\":1,\"question\":" \
    "\"" question "\"}"

/* The list of n1 is proposed and taken by all 25. */
#define CALL_COMMITTEE "3 m1 call_election a1 committee 3 'Chi ủy'\n"
#define NOMINATE(name) "4 m1 nominate n1 " name " committee\n"
#define TAKE_LIST                                                              \
    "5 m1 start_vote a1 'Thông qua danh sách' procedure\n"                   \
    "5.5 m3 enter_hall_votes v1 - 25 0 0 0\n"                                  \
    "6 m1 close_vote v1\n"
#define LIST_TAKEN                                                             \
    "vote_started v1 a1 'Thông qua danh sách' procedure - open yes "         \
    "\"thresholds.procedure\" meeting \"2*yes > D\" 25 25 13\n"                \
    "hall_votes_entered v1 - 25 0 0 0 25 m3\n"                                 \
    "vote_closed v1 25 0 0 0 25 \"2*yes > D\" \"thresholds.procedure\" 13 "    \
    "yes\n"

/* The form is taken by all 25, by the vote and for the ballot of these ids; "1"
 * is a hundred seconds later. */
#define ADOPT(at, vote, ballot)                                                \
    at "11 m1 start_vote a1 'Thông qua phiếu'\n" at                            \
       "11.5 m3 enter_hall_votes " vote " - 25 0 0 0\n" at                     \
       "12 m1 close_vote " vote "\n" at "12.5 m1 adopt_ballot " ballot         \
       " " vote " -"
#define FORM_TAKEN(vote)                                                        \
    "vote_started " vote                                                        \
    " a1 'Thông qua phiếu' resolution - open yes \"thresholds.resolution\" " \
    "meeting \"2*yes > D\" 25 25 13\n"                                          \
    "hall_votes_entered " vote " - 25 0 0 0 25 m3\n"                            \
    "vote_closed " vote                                                         \
    " 25 0 0 0 25 \"2*yes > D\" \"thresholds.resolution\" 13 yes\n"

/* The tellers make the keys, and show each other that they have. */
#define MAKE_KEYS(at, ballot)                                                  \
    at "13 server keys\n" at "13.1 m2 certify " ballot " 1 1 Cm2 Mm2\n" at     \
       "13.2 m3 certify " ballot " 1 2 Cm3 Mm3\n" at "13.3 m5 certify " ballot \
       " 1 3 Cm5 Mm5\n" at "14.1 m2 deal " ballot " 1 1 D\n" at                \
       "14.2 m3 deal " ballot " 1 2 D\n" at "14.3 m5 deal " ballot             \
       " 1 3 D\n" at "15.1 m2 confirm_share " ballot " 1 1 K\n" at             \
       "15.2 m3 confirm_share " ballot " 1 2 K\n" at                           \
       "15.3 m5 confirm_share " ballot " 1 3 K\n" at "16 server sign T\n" at   \
       "16.1 m2 sign_trustees " ballot " 1 2 Xm2" ballot " T\n" at             \
       "16.2 m3 sign_trustees " ballot " 1 3 Xm3" ballot " T\n" at             \
       "16.3 m5 sign_trustees " ballot " 1 4 Xm5" ballot " T\n" at             \
       "17 server ready"
/* With the first letter of the session and the numbers of the certificates in
 * the record. */
#define KEYS_MADE(ballot, letter, first, second, third)                        \
    "keys_begun " ballot " 1 \"" letter                                        \
    "AAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"                               \
    "teller_certified " ballot " 1 1 \"Cm2\" m2 m2/a " first "\n"              \
    "teller_certified " ballot " 1 2 \"Cm3\" m3 m3/a " second "\n"             \
    "teller_certified " ballot " 1 3 \"Cm5\" m5 m5/a " third "\n"              \
    "shares_dealt " ballot " 1 1 \"D\"\n"                                      \
    "shares_dealt " ballot " 1 2 \"D\"\n"                                      \
    "shares_dealt " ballot " 1 3 \"D\"\n"                                      \
    "share_confirmed " ballot " 1 1 \"K\"\n"                                   \
    "share_confirmed " ballot " 1 2 \"K\"\n"                                   \
    "share_confirmed " ballot " 1 3 \"K\"\n"                                   \
    "trustees_signed " ballot " 1 1 server ?\n"                                \
    "trustees_signed " ballot " 1 2 m2 m2/a\n"                                 \
    "trustees_signed " ballot " 1 3 m3 m3/a\n"                                 \
    "trustees_signed " ballot " 1 4 m5 m5/a\n"                                 \
    "ballot_ready " ballot " 1 1000 500\n"

/* Papers are handed out, the ballot is opened and comes to its end. */
#define HOLD(at, ballot)                                                       \
    at "20 m1 close_issue " ballot "\n" at "21 server list L\n" at             \
       "22 server heads m1+m2+m3+m4+m5 m6\n" at "23 m1 open_ballot " ballot    \
       " yes\n" at "24 m1 end_ballot " ballot "\n" at "60 server end"
/* The list's number in the record, and when the ballot ends. */
#define HELD(ballot, listed, seconds)                                          \
    "issue_closed " ballot "\n"                                                \
    "ballot_listed " ballot " 0\n"                                             \
    "checkpoint list_attested " listed "\n"                                    \
    "ballot_opened " ballot " 0 0 0 yes\n"                                     \
    "ballot_ending " ballot " 1" seconds "000\n"                               \
    "ballots_ended " ballot " 0 0\n"

/* Behind the papers' numbers; what was cast on devices are the zeros. */
#define COUNT(at, ballot, zeros)                                               \
    at "61 m3 confirm_paper " ballot " =end =paper\n" at                       \
       "62 server tally\n" at "63 m1 count_ballot " ballot " yes\n" at         \
       "64 server decrypt\n" at "65 m2 decrypt " ballot                        \
       " 2 =end =tally Y2" ballot " 700\n" at "65.5 m3 decrypt " ballot        \
       " 3 =end =tally Y3" ballot " 700\n" at "66 server result " zeros

static void draft(struct meeting_transcript *meeting, int second,
                  const char *form, const char *rest)
{
    meeting->now_ms = MEETING_BASE_MS + second * 1000;
    assert_string_equal(elect_draft(meeting, form, rest), "");
}

static void enter_paper(struct meeting_transcript *meeting, int second,
                        unsigned valid, unsigned invalid, const char *counts)
{
    meeting->now_ms = MEETING_BASE_MS + second * 1000;
    elect_paper(meeting, valid, invalid, counts);
}

/* Three of four: the last seat is between two, who alone stand again. */
static void a_committee_is_elected_in_two_rounds(void **state)
{
    struct meeting_transcript *meeting = elect_congress(0);

    (void)state;
    meeting_play(meeting,
                 CALL_COMMITTEE NOMINATE("m4") NOMINATE("m14") NOMINATE("x1")
                     NOMINATE("x2"),
                 "election_called n1 a1 committee 3 'Chi ủy'\n"
                 "nominated n1 m4 committee m1\n"
                 "nominated n1 m14 committee m1\n"
                 "nominated n1 x1 committee m1\n"
                 "nominated n1 x2 committee m1\n");
    meeting_play(meeting, TAKE_LIST "6.5 m1 close_list n1 v1",
                 LIST_TAKEN "list_closed n1 v1\n");
    draft(meeting, 10, elect_choice("A+B+C+D", 1, 3),
          "m4+m14+x1+x2" TELLERS "election 3 - no no n1");
    meeting_play(
        meeting, ADOPT("", "v2", "b1"),
        "ballot_drafted b1 - "
        "'{\"name\":\"P\",\"questions\":[{\"answers\":[\"A\",\"B\",\"C\",\"D\"]"
        ",\"blank\":true,\"min\":1,\"max\":3,\"question\":\"?\"}],\"forms\":["
        "\"choose\"]}' 0 no no election 3 - no no n1 - yes\n" FORM_TAKEN(
            "v2") "ballot_adopted b1 v2 25 25 congress no -\n");
    meeting_play(meeting, MAKE_KEYS("", "b1"),
                 KEYS_MADE("b1", "B", "63", "64", "65"));
    meeting_play(meeting, HOLD("", "b1"), HELD("b1", "79", "024"));
    enter_paper(meeting, 60, 25, 0, "0+18+17+15+15");
    meeting_play(meeting, COUNT("", "b1", "0+0+0+0+0"),
                 "paper_entered b1 25 25 25 0 m2 m2/a 83\n"
                 "paper_confirmed b1 m3 m3/a 84\n"
                 "ballot_tallied b1 0\n"
                 "counting_begun b1 0 yes\n"
                 "ballot_decrypted b1 1 700 server ? 0\n"
                 "ballot_decrypted b1 2 700 m2 m2/a 88\n"
                 "ballot_decrypted b1 3 700 m3 m3/a 89\n"
                 "ballot_result b1 30 0 0\n"
                 "ballot_decided b1 tie \"thresholds.election\" \"2*yes > D\" "
                 "25 13 25 25 0 0 0 0 - no no 1 no\n");
    assert_string_equal(elect_decided(meeting),
                        "tie D=25 need=13 valid=25 rule=thresholds.election "
                        "open=1, m4=18 chosen, m14=17 chosen, x1=15 tied, "
                        "x2=15 tied");
    draft(meeting, 110, elect_choice("C+D", 1, 1),
          "x1+x2" TELLERS "election 1 - no no n1 b1");
    meeting_play(
        meeting, ADOPT("1", "v3", "b2"),
        "ballot_drafted b2 - "
        "'{\"name\":\"P\",\"questions\":[{\"answers\":[\"C\",\"D\"],\"blank\":"
        "true,\"min\":1,\"max\":1,\"question\":\"?\"}],\"forms\":[\"choose\"]}'"
        " 0 no no election 1 - no no n1 b1 yes\n" FORM_TAKEN(
            "v3") "ballot_adopted b2 v3 25 25 congress no -\n");
    meeting_play(meeting, MAKE_KEYS("1", "b2"),
                 KEYS_MADE("b2", "C", "98", "99", "100"));
    meeting_play(meeting, HOLD("1", "b2"), HELD("b2", "114", "124"));
    enter_paper(meeting, 160, 22, 2, "0+12+10");
    meeting_play(meeting, COUNT("1", "b2", "0+0+0"),
                 "paper_entered b2 24 24 22 2 m2 m2/a 118\n"
                 "paper_confirmed b2 m3 m3/a 119\n"
                 "ballot_tallied b2 0\n"
                 "counting_begun b2 0 yes\n"
                 "ballot_decrypted b2 1 700 server ? 0\n"
                 "ballot_decrypted b2 2 700 m2 m2/a 123\n"
                 "ballot_decrypted b2 3 700 m3 m3/a 124\n"
                 "ballot_result b2 30 0 0\n"
                 "ballot_decided b2 complete \"election.second_round\" \"2*yes "
                 "> D\" 25 13 24 22 2 0 0 0 - no no 0 no\n");
    assert_string_equal(elect_decided(meeting),
                        "complete D=25 need=13 valid=22 "
                        "rule=election.second_round, x1=12 chosen, x2=10 "
                        "not_chosen");
    meeting_transcript_end(meeting);
}

static void five_names_are_refused_until_one_withdraws(void **state)
{
    struct meeting_transcript *meeting = elect_congress(0);

    (void)state;
    meeting_play(meeting,
                 CALL_COMMITTEE NOMINATE("m4") NOMINATE("m14") NOMINATE("x1")
                     NOMINATE("x2") NOMINATE("x3"),
                 "election_called n1 a1 committee 3 'Chi ủy'\n"
                 "nominated n1 m4 committee m1\n"
                 "nominated n1 m14 committee m1\n"
                 "nominated n1 x1 committee m1\n"
                 "nominated n1 x2 committee m1\n"
                 "nominated n1 x3 committee m1\n");
    meeting_play(
        meeting, TAKE_LIST "6.5 m1 close_list n1 v1",
        LIST_TAKEN
        "refused surplus rule=election.surplus sum=5 seats=3 have=2 max=1\n");
    meeting_play(meeting,
                 "7 m1 withdraw_nomination n1 x3\n"
                 "8 m1 close_list n1 v1\n"
                 "8.1 m1 start_vote a1 'Danh sách bốn người' procedure\n"
                 "8.2 m3 enter_hall_votes v2 - 24 1 0 0\n"
                 "8.3 m1 close_vote v2\n"
                 "8.4 m1 close_list n1 v2",
                 "nomination_withdrawn n1 x3 m1\n"
                 "refused list_not_taken id=n1 vote=v1\n"
                 "vote_started v2 a1 'Danh sách bốn người' procedure - open "
                 "yes \"thresholds.procedure\" meeting \"2*yes > D\" 25 25 13\n"
                 "hall_votes_entered v2 - 24 1 0 0 25 m3\n"
                 "vote_closed v2 24 1 0 0 25 \"2*yes > D\" "
                 "\"thresholds.procedure\" 13 yes\n"
                 "list_closed n1 v2\n");
    meeting_transcript_end(meeting);
}

/* Of reprimand, warning, expulsion and none: what is heavier counts for what is
 * lighter too, 8 and 5 make the 13 that a warning needs. */
static void a_discipline_case_is_cumulated(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    draft(meeting, 10, elect_choice("K+C+X+0", 1, 1),
          "-" TELLERS "discipline 0 x5");
    meeting_play(
        meeting, ADOPT("", "v1", "b1"),
        "ballot_drafted b1 - "
        "'{\"name\":\"P\",\"questions\":[{\"answers\":[\"K\",\"C\",\"X\",\"0\"]"
        ",\"blank\":true,\"min\":1,\"max\":1,\"question\":\"?\"}],\"forms\":["
        "\"choose\"]}' 0 no no discipline 0 x5 no no - - yes\n" FORM_TAKEN(
            "v1") "ballot_adopted b1 v1 25 25 meeting no -\n");
    meeting_play(meeting, MAKE_KEYS("", "b1"),
                 KEYS_MADE("b1", "B", "54", "55", "56"));
    meeting_play(meeting, HOLD("", "b1"), HELD("b1", "70", "024"));
    enter_paper(meeting, 60, 24, 0, "0+7+5+8+4");
    meeting_play(meeting, COUNT("", "b1", "0+0+0+0+0"),
                 "paper_entered b1 24 24 24 0 m2 m2/a 74\n"
                 "paper_confirmed b1 m3 m3/a 75\n"
                 "ballot_tallied b1 0\n"
                 "counting_begun b1 0 yes\n"
                 "ballot_decrypted b1 1 700 server ? 0\n"
                 "ballot_decrypted b1 2 700 m2 m2/a 79\n"
                 "ballot_decrypted b1 3 700 m3 m3/a 80\n"
                 "ballot_result b1 30 0 0\n"
                 "ballot_decided b1 passed \"discipline\" \"2*yes > D\" 25 13 "
                 "24 24 0 13 4 0 warning yes no 0 no\n");
    assert_string_equal(elect_decided(meeting),
                        "passed D=25 need=13 valid=24 rule=discipline warning "
                        "cumulated, reprimand=7(20) of 13, warning=5(13) of "
                        "13, expulsion=8(8) of 17");
    meeting_transcript_end(meeting);
}

static void twelve_members_are_rated(void **state)
{
    struct meeting_transcript *meeting = elect_scene();

    (void)state;
    draft(meeting, 10, elect_table("level4", 12, 4),
          "m1+m2+m3+m4+m5+m14+x1+x2+x3+x4+x5+x6" TELLERS "rating");
    meeting_play(
        meeting, ADOPT("", "v1", "b1"),
        "ballot_drafted b1 - '{\"name\":\"P\",\"questions\":[" ROW("0") "," ROW("1") "," ROW("2") "," ROW("3") "," ROW("4") "," ROW("5") "," ROW("6") "," ROW(
            "7") "," ROW("8") "," ROW("9") "," ROW("10") "," ROW("11") "],"
                                                                       "\"forms"
                                                                       "\":["
                                                                       "\"level"
                                                                       "4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       ",\"leve"
                                                                       "l4\""
                                                                       "]}' 0 "
                                                                       "no no "
                                                                       "rating "
                                                                       "0 - no "
                                                                       "no - - "
                                                                       "yes"
                                                                       "\n" FORM_TAKEN(
                                                                           "v1") "ballot_adopted b1 v1 25 25 meeting yes -\n");
    meeting_play(meeting, MAKE_KEYS("", "b1"),
                 KEYS_MADE("b1", "B", "54", "55", "56"));
    meeting_play(meeting, HOLD("", "b1"), HELD("b1", "70", "024"));
    enter_paper(meeting, 60, 25, 0,
                "20+5+0+0+13+12+0+0+12+13+0+0+1+20+4+0+0+20+5+0+0+13+12+0+"
                "0+12+13+0+0+0+20+5+0+0+12+13+12+12+1+0+5+15+5+0+0+25+0+0");
    meeting_play(meeting,
                 COUNT("", "b1",
                       "0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+"
                       "0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0+0"),
                 "paper_entered b1 25 25 25 0 m2 m2/a 74\n"
                 "paper_confirmed b1 m3 m3/a 75\n"
                 "ballot_tallied b1 0\n"
                 "counting_begun b1 0 yes\n"
                 "ballot_decrypted b1 1 700 server ? 0\n"
                 "ballot_decrypted b1 2 700 m2 m2/a 79\n"
                 "ballot_decrypted b1 3 700 m3 m3/a 80\n"
                 "ballot_result b1 30 0 0\n"
                 "ballot_decided b1 counted \"thresholds.rating\" \"2*yes > "
                 "D\" 25 13 25 25 0 0 0 0 - no no 0 yes\n");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_committee_is_elected_in_two_rounds),
        cmocka_unit_test(five_names_are_refused_until_one_withdraws),
        cmocka_unit_test(a_discipline_case_is_cumulated),
        cmocka_unit_test(twelve_members_are_rated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
