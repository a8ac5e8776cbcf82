/* What a vote has to keep to: quorum, the roll, remote seats, and the ruleset
 * that says so. */
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *const five[] = { "m4", "m5", NULL };
static const char *const nobody_else[] = { NULL };

/* Held under a file of config/rules; nothing waits for a declaration. Official
 * are m1 to m5 and m14, exempt is m7. */
static struct meeting_transcript *under(const char *file,
                                        const char *const *joined)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting->rules = *ruleset_file(file);
    meeting->rules.declaration.seats = 0;
    meeting_play_to_open(meeting, joined);
    return meeting;
}

/* --- Quorum -------------------------------------------------------------- */

static void the_server_records_when_quorum_is_met_and_when_not(void **state)
{
    struct meeting_transcript *meeting = under("association.conf", five);

    (void)state;
    /* Half of six is needed: three. */
    meeting_play(meeting,
                 "1 server tick\n"
                 "2 server tick\n"
                 "3 m5 leave\n"
                 "3 server tick\n"
                 "4 m4 leave\n"
                 "4 server tick\n"
                 "5 m2 leave\n"
                 "5 server tick\n"
                 "6 m4 join\n"
                 "6 server tick\n",
                 "quorum_changed 5 6 3 yes 2 \"quorum.meeting\" opened -\n"
                 "nothing\n"
                 "disconnected m5 m5/a left\n"
                 "presence_ended m5 left\n"
                 "nothing\n"
                 "disconnected m4 m4/a left\n"
                 "presence_ended m4 left\n"
                 "quorum_changed 3 6 3 yes 0 \"quorum.meeting\" left m4\n"
                 "disconnected m2 m2/a left\n"
                 "presence_ended m2 left\n"
                 "quorum_changed 2 6 3 no 0 \"quorum.meeting\" left m2\n"
                 "connected m4 m4/a 4\n"
                 "presence_confirmed m4 online - connection\n"
                 "quorum_changed 3 6 3 yes 0 \"quorum.meeting\" came m4\n");
    meeting_transcript_end(meeting);
}

static void no_vote_is_opened_below_a_blocking_quorum(void **state)
{
    struct meeting_transcript *meeting = under("association.conf", nobody_else);

    (void)state;
    meeting_play(meeting,
                 "1 m2 leave\n"
                 "2 m1 start_vote - 'Một'\n"
                 "3 m2 join\n"
                 "4 m1 start_vote - 'Một'",
                 "disconnected m2 m2/a left\n"
                 "presence_ended m2 left\n"
                 "refused below_quorum have=2 of=6 need=3 rule=quorum.meeting\n"
                 "connected m2 m2/a 2\n"
                 "presence_confirmed m2 online - connection\n"
                 "vote_started v1 - 'Một' resolution - open yes "
                 "\"thresholds.resolution\" present \"2*yes > D\" 3 3 2\n");
    meeting_transcript_end(meeting);
}

static void below_a_quorum_that_does_not_block_votes_go_on(void **state)
{
    struct meeting_transcript *meeting = under("party-2026.conf", nobody_else);

    (void)state;
    /* Two thirds of six, four, are not there. */
    meeting_play(meeting,
                 "1 server tick\n"
                 "2 m1 start_vote - 'Một'",
                 "quorum_changed 3 6 4 no 0 \"quorum.meeting\" opened -\n"
                 "vote_started v1 - 'Một' resolution - open yes "
                 "\"thresholds.resolution\" meeting \"2*yes > D\" 6 3 4\n");
    meeting_transcript_end(meeting);
}

static void
an_open_vote_falls_with_the_quorum_where_the_rules_say_so(void **state)
{
    struct meeting_transcript *meeting = under("association.conf", nobody_else);

    (void)state;
    meeting->rules = *ruleset_file_with(
        "association.conf", "voids_vote = false;", "voids_vote = true;");
    meeting->rules.declaration.seats = 0;
    meeting_play(meeting,
                 "1 m1 start_vote - 'Một'\n1 m1 start_vote - 'Hai'\n"
                 "1 m1 close_vote v1\n1 server tick",
                 NULL);
    meeting_play(meeting,
                 "2 m3 leave\n"
                 "2 server tick\n"
                 "3 server tick\n"
                 "3 m1 vote v2 yes",
                 "disconnected m3 m3/a left\n"
                 "presence_ended m3 left\n"
                 "quorum_changed 2 6 3 no 0 \"quorum.meeting\" left m3\n"
                 "vote_voided v2 \"quorum.meeting\" 2 6 3\n"
                 "nothing\n"
                 "refused vote_not_open id=v2\n");
    meeting_transcript_end(meeting);
}

static void a_meeting_under_the_base_knows_no_quorum(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, nobody_else);
    meeting_play(meeting,
                 "1 server tick\n"
                 "2 m1 start_vote - 'Một' admission m6",
                 "nothing\n"
                 "vote_started v1 - 'Một' admission m6 open yes "
                 "\"ordinary_motion\" meeting \"2*yes > D\" 6 3 4\n");
    meeting_transcript_end(meeting);
}

/* --- Formal votes -------------------------------------------------------- */

static void remote_seats_wait_for_the_document_that_lets_them_vote(void **state)
{
    struct meeting_transcript *meeting = under("party-2026.conf", five);

    (void)state;
    meeting_play(
        meeting,
        "1 m1 start_vote - 'Kết nạp' admission -\n"
        "2 m1 set_authority 05-CV/ĐU 2026-02-30 'Đảng ủy'\n"
        "2 m1 set_authority - 2026-07-30 'Đảng ủy'\n"
        "2 m4 set_authority 05-CV/ĐU 2026-07-30 'Đảng ủy'\n"
        "3 m1 set_authority 05-CV/ĐU 2026-07-30 'Đảng ủy'\n"
        "4 m1 start_vote - 'Kết nạp' admission -\n"
        "5 m1 confirm_roll",
        "refused remote_unauthorised matter=admission have=5 rule=remote\n"
        "refused bad_date rule=remote date=2026-02-30\n"
        "refused no_reference rule=remote\n"
        "refused not_allowed who=the chair\n"
        "authority_set \"05-CV/ĐU\" \"2026-07-30\" 'Đảng ủy'\n"
        "refused roll_stale matter=admission rule=roll_call\n"
        "roll_confirmed 6 5 0 0 1 0 0 0 0 0 0 0 5 0\n");
    /* Two thirds of six are four. */
    meeting_play(meeting,
                 "6 m1 start_vote - 'Kết nạp' admission -\n"
                 "7 m5 leave\n"
                 "8 m1 start_vote - 'Kết nạp' admission -",
                 "vote_started v1 - 'Kết nạp' admission - open yes "
                 "\"thresholds.admission\" meeting \"3*yes >= 2*D\" 6 5 4\n"
                 "disconnected m5 m5/a left\n"
                 "presence_ended m5 left\n"
                 "refused roll_stale matter=admission rule=roll_call\n");
    meeting_transcript_end(meeting);
}

static void
who_comes_online_later_has_no_vote_that_asks_for_a_document(void **state)
{
    struct meeting_transcript *meeting = under("party-2026.conf", five);

    (void)state;
    meeting_play(meeting,
                 "1 m3 tick m1 in_person -\n1 m3 tick m2 in_person -\n"
                 "1 m3 tick m3 in_person -\n1 m4 leave\n1 m5 leave\n"
                 "1 m1 confirm_roll",
                 NULL);
    meeting_play(
        meeting,
        "2 m1 start_vote - 'Kết nạp' admission -\n"
        "3 m4 join\n"
        "3 m4 vote v1 yes\n"
        "4 m3 tick m4 in_person -\n"
        "5 m3 enter_hall_votes v1 - 4 0 0 0\n"
        "6 m1 close_vote v1",
        "vote_started v1 - 'Kết nạp' admission - open no "
        "\"thresholds.admission\" meeting \"3*yes >= 2*D\" 6 3 4\n"
        "connected m4 m4/a 4\n"
        "presence_confirmed m4 online - connection\n"
        "refused remote_unauthorised matter=admission have=1 rule=remote\n"
        "presence_confirmed m4 in_person - tick\n"
        "hall_votes_entered v1 - 4 0 0 0 4 m3\n"
        "vote_closed v1 4 0 0 0 6 \"3*yes >= 2*D\" \"thresholds.admission\" 4 "
        "yes\n");
    meeting_transcript_end(meeting);
}

static void what_is_secret_is_not_voted_on_by_hands(void **state)
{
    struct meeting_transcript *meeting = under("party-2026.conf", five);

    (void)state;
    meeting_play(meeting,
                 "1 m1 start_vote - 'Bầu bí thư' election -\n"
                 "2 m1 start_vote - 'Kỷ luật' discipline m5",
                 "refused other_form matter=election form=open "
                 "rule=forms.election\n"
                 "refused other_form matter=discipline form=open "
                 "rule=forms.discipline\n");
    meeting->rules = *ruleset_file("association.conf");
    meeting_play(meeting, "3 m1 start_vote - 'Kỷ luật' discipline m5",
                 "refused no_matter matter=discipline form=open\n");
    meeting_transcript_end(meeting);
}

/* --- Those present ------------------------------------------------------- */

static void where_those_present_decide_who_comes_later_has_no_vote(void **state)
{
    struct meeting_transcript *meeting = under("association.conf", five);

    (void)state;
    meeting_play(
        meeting,
        "1 m5 leave\n"
        "2 m1 start_vote - 'Một'\n"
        "3 m5 join\n"
        "4 m5 vote v1 yes\n"
        "5 m4 leave\n"
        "6 m1 vote v1 yes\n6 m2 vote v1 yes\n"
        "7 m1 close_vote v1",
        "disconnected m5 m5/a left\n"
        "presence_ended m5 left\n"
        "vote_started v1 - 'Một' resolution - open yes "
        "\"thresholds.resolution\" present \"2*yes > D\" 4 4 3\n"
        "connected m5 m5/a 5\n"
        "presence_confirmed m5 online - connection\n"
        "refused not_counted id=m5 vote=v1 rule=thresholds.resolution\n"
        "disconnected m4 m4/a left\n"
        "presence_ended m4 left\n"
        "vote_cast v1 m1 yes\n"
        "vote_cast v1 m2 yes\n"
        "vote_closed v1 2 0 0 0 4 \"2*yes > D\" \"thresholds.resolution\" 3 "
        "no\n");
    meeting_transcript_end(meeting);
}

/* --- Two rulesets -------------------------------------------------------- */

/* Six of seven say yes, one abstains... what it comes to by a fraction. */
static void decide_by(uint64_t numerator, uint64_t denominator,
                      const char *closed)
{
    struct meeting_transcript *meeting = under("party-2026.conf", five);
    struct vote_test *test = &meeting->rules.thresholds[MATTER_RESOLUTION];

    test->test = (struct threshold){ numerator, denominator, false };
    meeting_play(meeting,
                 "1 m1 start_vote - 'Một'\n"
                 "2 m1 vote v1 yes\n2 m2 vote v1 yes\n2 m3 vote v1 yes\n"
                 "2 m4 vote v1 yes\n2 m5 vote v1 abstain\n"
                 "2 m1 confirm_roll",
                 NULL);
    meeting_play(meeting, "3 m1 close_vote v1", closed);
    meeting_transcript_end(meeting);
}

static void rulesets_that_differ_in_one_number_decide_otherwise(void **state)
{
    (void)state;
    decide_by(2, 3,
              "vote_closed v1 4 0 0 1 6 \"3*yes >= 2*D\" "
              "\"thresholds.resolution\" 4 yes\n");
    decide_by(3, 4,
              "vote_closed v1 4 0 0 1 6 \"4*yes >= 3*D\" "
              "\"thresholds.resolution\" 5 no\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_records_when_quorum_is_met_and_when_not),
        cmocka_unit_test(no_vote_is_opened_below_a_blocking_quorum),
        cmocka_unit_test(below_a_quorum_that_does_not_block_votes_go_on),
        cmocka_unit_test(
            an_open_vote_falls_with_the_quorum_where_the_rules_say_so),
        cmocka_unit_test(a_meeting_under_the_base_knows_no_quorum),
        cmocka_unit_test(
            remote_seats_wait_for_the_document_that_lets_them_vote),
        cmocka_unit_test(
            who_comes_online_later_has_no_vote_that_asks_for_a_document),
        cmocka_unit_test(what_is_secret_is_not_voted_on_by_hands),
        cmocka_unit_test(
            where_those_present_decide_who_comes_later_has_no_vote),
        cmocka_unit_test(rulesets_that_differ_in_one_number_decide_otherwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
