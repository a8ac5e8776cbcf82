/*
 * Every command and report of a secret ballot in every phase of it: accepted in
 * its own, refused with its reason in every other. A second table beside that
 * of the fold.
 */
#include "tests/support/meeting_ballot_scene.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

/* A letter a phase: Drafted, Keys, Issuing, Attesting, Voting, Ended, Counting,
 * done (F for finished), void (X). */
static const char letters[] = "?DKIAVECFX";

struct row {
    const char *line;   /* who and what */
    const char *phases; /* in which the phase itself does not refuse it */
};

static const struct row rows[] = {
    { "m1 adopt_ballot b1 v1 -", "D" },
    { "m1 set_channel b1 x1 paper -", "KIA" },
    { "m1 restart_keys b1", "K" },
    { "m1 close_issue b1", "I" },
    { "m1 drop_voter b1 m4", "IA" },
    { "m1 open_ballot b1 yes", "A" },
    { "m1 end_ballot b1", "V" },
    { "m1 count_ballot b1 yes", "E" },
    { "m1 void_ballot b1 'x'", "DKIAVEC" },
    { "m2 certify b1 1 1 C M", "K" },
    { "m2 deal b1 1 1 D", "K" },
    { "m2 confirm_share b1 1 1 K", "K" },
    { "m2 dispute_keys b1 1 1 2 -", "K" },
    { "m2 sign_trustees b1 1 2 X T", "K" },
    { "m1 attest_ballot b1 =setup 7", "A" },
    { "s1 attest_hall b1 =setup 1 P m14", "A" },
    { "m2 confirm_hall b1 s1 =setup 1 P m14", "A" },
    { "m1 include_ballot b1 =setup =end 7 cast", "ECF" },
    { "s1 include_hall b1 =setup =end 7 1", "ECF" },
    { "m4 object_ballot b1 other 0 - 0 - - 'x'", "IAVECF" },
    { "m2 enter_paper b1 =end 1 1 1 0 1+0 =paper1", "E" },
    { "m3 confirm_paper b1 =end =paper", "E" },
    { "m2 decrypt b1 2 =end =tally Y 1", "C" },
    { "server keys", "K" },
    { "server failed bad_deal 1", "K" },
    { "server sign T", "K" },
    { "server ready", "K" },
    { "server issue m1/a", "I" },
    { "server pool s1/a m14", "I" },
    { "server list L", "A" },
    { "server drop m4", "IA" },
    { "server record B new", "V" },
    { "server end", "V" },
    { "server tally", "E" },
    { "server decrypt", "C" },
    { "server result 1+1", "C" },
    { "server void keys", "DKIAVEC" },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* In the phase itself a line may be refused for a reason of its own; here only
 * the phase is asked. */
static void check(const struct row *row, enum ballot_phase phase)
{
    struct meeting_transcript *meeting = meeting_ballot_scene(phase);
    const bool is_in_phase = strchr(row->phases, letters[phase]) != NULL;
    const struct refusal *refusal = &meeting->decision->refusal;
    char line[256];
    bool fits;

    (void)snprintf(line, sizeof line, "90 %s", row->line);
    meeting_play(meeting, line, NULL);
    fits = (refusal->code == REFUSAL_BALLOT_STATE) == !is_in_phase;
    /* The server's own are refused by their place alone. */
    if (strncmp(row->line, "server", 6) == 0 && is_in_phase)
        fits = true;
    if (!is_in_phase)
        fits = fits && refusal->arg_count == 2 &&
               strcmp(refusal->args[0].name, "id") == 0 &&
               strcmp(refusal->args[0].text, "b1") == 0 &&
               strcmp(refusal->args[1].name, "state") == 0 &&
               strcmp(refusal->args[1].text, ballot_phase_word(phase)) == 0;
    if (!fits)
        fail_msg("%s while %s: %s", row->line, ballot_phase_word(phase),
                 refusal_code_text(refusal->code));
    meeting_transcript_end(meeting);
}

static void every_step_is_refused_out_of_its_phase(void **state)
{
    size_t i;
    int phase;

    (void)state;
    for (i = 0; i < ROWS; i++)
        for (phase = BALLOT_PHASE_DRAFTED; phase < BALLOT_PHASE_COUNT; phase++)
            check(&rows[i], (enum ballot_phase)phase);
}

static void the_table_names_every_command_of_a_ballot(void **state)
{
    int op;

    (void)state;
    for (op = OP_ADOPT_BALLOT; op <= OP_DECRYPT; op++) {
        char wanted[64];
        size_t i, count = 0;

        (void)snprintf(wanted, sizeof wanted, " %s b1",
                       command_name((enum command_op)op));
        for (i = 0; i < ROWS; i++)
            count += strstr(rows[i].line, wanted) != NULL;
        if (count != 1)
            fail_msg("%s stands in %zu rows", wanted, count);
    }
}

static void a_ballot_that_there_is_not_is_refused(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    size_t i;

    (void)state;
    for (i = 0; i < ROWS; i++) {
        const char *at = strstr(rows[i].line, " b1");
        char line[256];

        if (!at)
            continue;
        (void)snprintf(line, sizeof line, "90 %.*s b9%s",
                       (int)(at - rows[i].line), rows[i].line, at + 3);
        if (meeting_ballot_scene_say(meeting, line) != REFUSAL_NO_SUCH_BALLOT)
            fail_msg("%s", line);
    }
    meeting_transcript_end(meeting);
}

/* Who else gives the command. */
static void offices_and_seats_are_asked_for(void **state)
{
    static const struct {
        enum ballot_phase phase;
        const char *line;
        enum refusal_code code;
    } others[] = {
        { BALLOT_PHASE_DRAFTED, "90 m2 adopt_ballot b1 v1 -",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_KEYS, "90 m3 restart_keys b1", REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ISSUING, "90 m4 close_issue b1", REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ISSUING, "90 m2 drop_voter b1 m4", REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_VOTING, "90 m2 end_ballot b1", REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m2 count_ballot b1 yes",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m2 void_ballot b1 'x'", REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ATTESTING, "90 m1 attest_hall b1 =setup 1 P m14",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ATTESTING, "90 s1 attest_ballot b1 =setup 7",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ATTESTING, "90 m4 confirm_hall b1 s1 =setup 1 P m14",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m4 enter_paper b1 =end 1 1 1 0 1+0 =paper1",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m4 confirm_paper b1 =end =paper",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m8 include_ballot b1 =setup =end 7 cast",
          REFUSAL_NOT_ALLOWED },
        { BALLOT_PHASE_ENDED, "90 m6 include_ballot b1 =setup =end 7 cast",
          REFUSAL_NOT_LISTED },
        { BALLOT_PHASE_COUNTING, "90 m3 decrypt b1 2 =end =tally Y 1",
          REFUSAL_NOT_TELLER },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct meeting_transcript *meeting =
            meeting_ballot_scene(others[i].phase);
        const enum refusal_code code =
            meeting_ballot_scene_say(meeting, others[i].line);

        if (code != others[i].code)
            fail_msg("%s: %s", others[i].line, refusal_code_text(code));
        meeting_transcript_end(meeting);
    }
}

/* Nothing of a ballot that waits on the chair goes on in a break; what devices
 * do by themselves does. */
static void in_a_break_devices_finish_what_they_began(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);

    (void)state;
    meeting_play(meeting,
                 "20 m1 adjourn_meeting\n"
                 "21 server keys\n"
                 "22 m2 certify@20 b1 1 1 C M\n"
                 "23 m1 restart_keys b1\n"
                 "24 m1 set_channel b1 m4 paper -\n"
                 "25 m1 close_meeting\n"
                 "26 m1 resume_meeting\n"
                 "27 m1 restart_keys b1",
                 "adjourned\n"
                 "keys_begun b1 1 \"BAAAAAAAAAAAAAAAAAAAAA\" \"{server key}\"\n"
                 "teller_certified b1 1 1 \"C\" m2 m2/a 20\n"
                 "refused adjourned\n"
                 "refused adjourned\n"
                 "refused ballot_open id=b1\n"
                 "resumed\n"
                 "keys_failed b1 1 restarted 0\n");
    meeting_transcript_end(meeting);
}

/* --- a quorum that is lost -------------------------------------------------
 */

/* Of nine six are needed, and four go. The rules come only then: on the way to
 * the phase nothing else is asked for. */
static struct meeting_transcript *lose_quorum(enum ballot_phase phase,
                                              const char *voids_vote)
{
    struct meeting_transcript *meeting = meeting_ballot_scene(phase);

    meeting->rules = *ruleset_file_with("party-2026.conf",
                                        "voids_vote = false;", voids_vote);
    meeting_play(meeting,
                 "90 server tick\n"
                 "91 m2 leave\n"
                 "91 m3 leave\n"
                 "91 m4 leave\n"
                 "91 m5 leave",
                 NULL);
    return meeting;
}

#define QUORUM_LOST "quorum_changed 5 9 6 no 0 \"quorum.meeting\" left m5\n"

static void a_quorum_lost_before_voting_ends_voids_the_ballot(void **state)
{
    int phase;

    (void)state;
    for (phase = BALLOT_PHASE_KEYS; phase <= BALLOT_PHASE_VOTING; phase++) {
        struct meeting_transcript *meeting =
            lose_quorum((enum ballot_phase)phase, "voids_vote = true;");

        meeting_play(meeting,
                     "92 server tick\n"
                     "93 server tick",
                     QUORUM_LOST "ballot_voided b1 quorum ''\n"
                                 "nothing\n");
        meeting_transcript_end(meeting);
    }
}

/* Whose time to attest is over with the same tick. */
static void nobody_is_dropped_from_a_ballot_that_falls(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    (void)state;
    meeting_play(meeting,
                 "22 server list L\n"
                 "23 m1 attest_ballot b1 =setup 7\n"
                 "23 m2 attest_ballot b1 =setup 7\n"
                 "23 m3 attest_ballot b1 =setup 7",
                 NULL);
    meeting->rules = *ruleset_file_with(
        "party-2026.conf", "voids_vote = false;", "voids_vote = true;");
    meeting_play(meeting,
                 "24 server tick\n"
                 "25 m2 leave\n"
                 "25 m3 leave\n"
                 "25 m4 leave\n"
                 "25 m5 leave",
                 NULL);
    meeting_play(meeting, "9000 server tick",
                 QUORUM_LOST "ballot_voided b1 quorum ''\n");
    meeting_transcript_end(meeting);
}

static void what_was_voted_on_before_the_quorum_was_lost_stays(void **state)
{
    int phase;

    (void)state;
    for (phase = BALLOT_PHASE_ENDED; phase <= BALLOT_PHASE_DONE; phase++) {
        struct meeting_transcript *meeting =
            lose_quorum((enum ballot_phase)phase, "voids_vote = true;");

        meeting_play(meeting, "92 server tick", QUORUM_LOST);
        assert_int_equal(meeting->state->ballots[0].phase, phase);
        meeting_transcript_end(meeting);
    }
}

static void a_ballot_goes_on_without_a_quorum_that_voids_nothing(void **state)
{
    struct meeting_transcript *meeting =
        lose_quorum(BALLOT_PHASE_VOTING, "voids_vote = false;");

    (void)state;
    meeting_play(meeting, "92 server tick", QUORUM_LOST);
    assert_int_equal(meeting->state->ballots[0].phase, BALLOT_PHASE_VOTING);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_is_refused_out_of_its_phase),
        cmocka_unit_test(the_table_names_every_command_of_a_ballot),
        cmocka_unit_test(a_ballot_that_there_is_not_is_refused),
        cmocka_unit_test(offices_and_seats_are_asked_for),
        cmocka_unit_test(in_a_break_devices_finish_what_they_began),
        cmocka_unit_test(a_quorum_lost_before_voting_ends_voids_the_ballot),
        cmocka_unit_test(nobody_is_dropped_from_a_ballot_that_falls),
        cmocka_unit_test(what_was_voted_on_before_the_quorum_was_lost_stays),
        cmocka_unit_test(a_ballot_goes_on_without_a_quorum_that_voids_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
