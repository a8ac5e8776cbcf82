/* Voting, its end, inclusion, objections, paper, decryption and the result. */
#include "protocol/record/statement_ballot.h"

#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Keys of devices: SHA-256 of their names. */
#define M4_A "de4a298c59aaddfd06336267bb9659b6575ee22c032e81844950101835ae3b7a"
#define M2_A "534ce84c116e1c8633f9d6f42d96c0f99f388ae8494928b01fa0c364891dd960"

/* --- voting ----------------------------------------------------------------
 */

static void
ballots_are_recorded_of_nobody_at_the_time_of_the_opening(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    const int64_t opened_ms = ballot->opened_ms;
    int64_t before_ms;

    (void)state;
    meeting_play(meeting, "30 m4 raise_hand -", NULL);
    before_ms = meeting->state->at_ms;
    meeting_play(meeting,
                 "40 server record B1 new\n"
                 "41 server record B2 new\n"
                 "42 server record B1 again\n"
                 "43 server record B3 again",
                 "ballot_recorded b1 1 1\n"
                 "ballot_recorded b1 2 2\n"
                 "refused ballot_state id=b1 state=voting\n"
                 "ballot_recorded b1 3 2\n");
    assert_true(before_ms > opened_ms);
    assert_true(meeting->state->at_ms == before_ms);
    assert_int_equal(ballot_newest(meeting)->record_count, 3);
    meeting_play(meeting, "44 m4 lower_hand -", "hand_lowered m4 m4\n");
    assert_true(meeting->state->at_ms == MEETING_BASE_MS + 44000);
    meeting_transcript_end(meeting);
}

static void no_more_return_than_the_list_is_long(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    int i;

    (void)state;
    meeting_play(meeting, "30 server record B again",
                 "refused ballot_state id=b1 state=voting\n");
    for (i = 1; i <= 7; i++) {
        char line[64];

        (void)snprintf(line, sizeof line, "30 server record B%d new", i);
        assert_int_equal(meeting_ballot_scene_say(meeting, line), REFUSAL_NONE);
    }
    meeting_play(meeting,
                 "31 server record B8 new\n"
                 "31 server record B8 again",
                 "refused ballot_state id=b1 state=voting\n"
                 "ballot_recorded b1 8 7\n");
    meeting_transcript_end(meeting);
}

static void the_end_is_announced_unless_all_have_returned(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);

    (void)state;
    meeting_play(meeting,
                 "30 server record B1 new\n"
                 "31 server end\n"
                 "40 m1 end_ballot b1\n"
                 "41 m1 end_ballot b1\n"
                 "69.9 server end\n"
                 "69.9 server record B2 new\n"
                 "70 server end\n"
                 "70 server record B3 new",
                 "ballot_recorded b1 1 1\n"
                 "refused ballot_state id=b1 state=voting\n"
                 "ballot_ending b1 1070000\n"
                 "refused done_already\n"
                 "refused ballot_state id=b1 state=voting\n"
                 "ballot_recorded b1 2 2\n"
                 "ballots_ended b1 2 2\n"
                 "refused ballot_state id=b1 state=ended\n");
    meeting_transcript_end(meeting);
}

static void with_all_returned_it_ends_at_once(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    int i;

    (void)state;
    for (i = 1; i <= 7; i++) {
        char line[64];

        (void)snprintf(line, sizeof line, "30 server record B%d new", i);
        assert_int_equal(meeting_ballot_scene_say(meeting, line), REFUSAL_NONE);
    }
    meeting_play(meeting,
                 "40 m1 end_ballot b1\n"
                 "40 server end",
                 "ballot_ending b1 1040000\n"
                 "ballots_ended b1 7 7\n");
    meeting_transcript_end(meeting);
}

/* The clock may tick between the decision and the writing of its event. */
static void an_end_decided_a_moment_ago_is_no_contradiction(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_VOTING);
    const struct meeting_state *now = meeting->state;
    struct meeting_event event = { .seq = now->next_seq,
                                   .at_ms = now->at_ms + 1,
                                   .kind = EVENT_BALLOT_ENDING_KIND };

    (void)state;
    event.body.ballot_ending.ballot = (struct identifier){ "b1" };
    event.body.ballot_ending.act.is_present = true;
    event.body.ballot_ending.closes_at = now->at_ms;
    assert_int_equal(meeting_state_check_ballot(now, &event), RESULT_OK);
    event.body.ballot_ending.closes_at = now->at_ms - 1;
    assert_int_equal(meeting_state_check_ballot(now, &event), RESULT_CORRUPT);
    meeting_transcript_end(meeting);
}

/* --- inclusion --------------------------------------------------------------
 */

static void each_device_confirms_once_what_it_found(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);
    struct meeting_ballot_numbers numbers;

    (void)state;
    meeting_play(meeting, "71 m4/b join", NULL);
    meeting_play(meeting,
                 "71 m4 include_ballot@9 b1 K =end 7 cast\n"
                 "71 m4 include_ballot@9 b1 =setup E 7 cast\n"
                 "71 m4 include_ballot@9 b1 =setup =end 6 cast\n"
                 "71 m4/b include_ballot@9 b1 =setup =end 7 cast\n"
                 "71 m4 include_ballot@9 b1 =setup =end 7 cast\n"
                 "71 m4 include_ballot@9 b1 =setup =end 7 none\n"
                 "72 s1 include_hall@9 b1 =setup =end 7 2\n"
                 "72 s1 include_hall@9 b1 =setup =end 7 1\n"
                 "72 s1 include_hall@9 b1 =setup =end 7 1",
                 "refused other_record what=list\n"
                 "refused other_record what=end\n"
                 "refused other_record what=end\n"
                 "refused ballot_elsewhere device=" M4_A "\n"
                 "ballot_included b1 7 cast m4 m4/a 9\n"
                 "refused done_already\n"
                 "refused too_many max=1\n"
                 "hall_included b1 7 1 s1 s1/a 9\n"
                 "refused done_already\n");
    meeting_ballot_numbers(ballot_newest(meeting), &numbers);
    assert_int_equal(numbers.included, 1);
    assert_int_equal(numbers.included_cast, 1);
    assert_int_equal(numbers.hall_cast, 1);
    meeting_transcript_end(meeting);
}

static void it_may_still_be_confirmed_after_the_result(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DONE);

    (void)state;
    meeting_play(meeting, "90 m3 include_ballot@9 b1 =setup =end 7 cast",
                 "ballot_included b1 7 cast m3 m3/a 9\n");
    meeting_transcript_end(meeting);
}

/* --- objections -------------------------------------------------------------
 */

/* A receipt of the server for this ballot at this height. */
static struct command objection(struct meeting_transcript *meeting,
                                const struct signing_key *server,
                                const char *tracker, uint64_t height)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);
    struct command command = { .op = OP_OBJECT_BALLOT };
    struct command_object_ballot *body = &command.body.object_ballot;
    struct statement_receipt fields = { .at_ms = 1234567 };
    uint8_t *bytes = NULL;
    size_t size = 0;

    fields.uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    fields.setup = ballot->setup;
    fields.ballot = ballot_word_hash(meeting, tracker);
    fields.height = height;
    fields.record = height >= 1 && height <= ballot->record_count
                        ? ballot->records[height - 1].event
                        : ballot_word_hash(meeting, "its event");
    assert_int_equal(statement_receipt(&server->public_key,
                                       TEXT_LITERAL("org.1"), &fields, &bytes,
                                       &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(server, bytes, size, &body->receipt),
                     RESULT_OK);
    free(bytes);
    body->ballot = ballot->id;
    body->kind = OBJECTION_RECEIPT;
    body->height = height;
    body->tracker = fields.ballot;
    body->at_ms = fields.at_ms;
    body->record = fields.record;
    body->reason = (struct sealed){ .has_value = true,
                                    .value = TEXT_LITERAL("mất phiếu") };
    command.act.is_present = true;
    return command;
}

static struct signing_key server_key(struct meeting_transcript *meeting)
{
    uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 9 };
    struct signing_key key;

    assert_int_equal(signing_key_init(&key, seed), RESULT_OK);
    meeting->state->server = key.public_key;
    return key;
}

static struct actor actor_of(const char *holder)
{
    return (struct actor){ .kind = ACTOR_HOLDER,
                           .holder = meeting_id(holder),
                           .device = meeting_device_key(holder, 'a') };
}

static void expect_objection(const char *tracker, uint64_t height,
                             enum ballot_phase phase, bool is_void)
{
    struct meeting_transcript *meeting = meeting_ballot_scene(phase);
    struct signing_key key = server_key(meeting);
    const struct actor actor = actor_of("m4");
    struct command command = objection(meeting, &key, tracker, height);

    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase == BALLOT_PHASE_VOID,
                     is_void);
    if (is_void)
        assert_int_equal(ballot_newest(meeting)->void_reason, VOID_OBJECTION);
    assert_int_equal(ballot_newest(meeting)->objection_count, 1);
    signing_key_wipe(&key);
    meeting_transcript_drop(meeting);
}

static void
a_receipt_that_the_log_contradicts_makes_the_ballot_void(void **state)
{
    (void)state;
    /* Another ballot stands at the height; none does; or it may yet come. */
    expect_objection("Z", 3, BALLOT_PHASE_ENDED, true);
    expect_objection("Z", 8, BALLOT_PHASE_ENDED, true);
    expect_objection("Z", 1, BALLOT_PHASE_VOTING, false);
    expect_objection("Z", 3, BALLOT_PHASE_COUNTING, true);
    /* After the first decryption the record only shows it. */
    expect_objection("Z", 3, BALLOT_PHASE_DONE, false);
}

static void an_objection_without_evidence_stops_nothing(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);
    struct signing_key key = server_key(meeting);
    const struct actor actor = actor_of("m4");
    struct command command = objection(meeting, &key, "Z", 3);

    (void)state;
    command.body.object_ballot.at_ms++;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    command = objection(meeting, &key, "Z", 3);
    command.body.object_ballot.kind = OBJECTION_OTHER;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    command = objection(meeting, &key, "Z", 0);
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_ENDED);
    assert_int_equal(ballot_newest(meeting)->objection_count, 3);
    signing_key_wipe(&key);
    meeting_transcript_drop(meeting);
}

static void nobody_uses_up_the_objections_of_others(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);
    struct signing_key key = server_key(meeting);
    const struct actor many = actor_of("m4"), other = actor_of("m5");
    struct command command = objection(meeting, &key, "Z", 3);
    int i;

    (void)state;
    command.body.object_ballot.kind = OBJECTION_OTHER;
    for (i = 0; i < LIMIT_BALLOT_OBJECTIONS_EACH; i++)
        assert_int_equal(meeting_do(meeting, &many, &command), REFUSAL_NONE);
    assert_int_equal(meeting_do(meeting, &many, &command), REFUSAL_TOO_MANY);
    command = objection(meeting, &key, "Z", 3);
    assert_int_equal(meeting_do(meeting, &other, &command), REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_VOID);
    signing_key_wipe(&key);
    meeting_transcript_drop(meeting);
}

static void a_receipt_for_what_stands_there_is_no_evidence(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);
    struct signing_key key = server_key(meeting);
    const struct actor actor = actor_of("m4");
    struct command command = objection(meeting, &key, "B3", 3);

    (void)state;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_ENDED);
    assert_int_equal(ballot_newest(meeting)->objection_count, 1);
    signing_key_wipe(&key);
    meeting_transcript_drop(meeting);
}

/* --- paper ------------------------------------------------------------------
 */

static void paper_adds_up_and_another_teller_confirms_it(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);

    (void)state;
    meeting_play(meeting,
                 "72 m3 confirm_paper@9 b1 =end =paper\n"
                 "72 m2 enter_paper@9 b1 =end 2 1 1 0 1+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 2 2 1 1 1+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 2 0 1+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 0 1 1 0 1+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 1 0 2+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 1 0 - =paper1\n"
                 "72 m2 enter_paper@9 b1 E 1 1 1 0 1+0 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 1 0 0+1 =paper1\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 1 0 1+0 =paper1\n"
                 "73 m2 confirm_paper@9 b1 =end =paper\n"
                 "73 m3 confirm_paper@9 b1 =end Q\n"
                 "73 m3 confirm_paper@9 b1 =end =paper\n"
                 "73 m5 confirm_paper@9 b1 =end =paper\n"
                 "74 m3 enter_paper@9 b1 =end 1 1 1 0 1+0 =paper1\n"
                 "74 server tally\n"
                 "75 m1 count_ballot b1 yes\n"
                 "75 m5 confirm_paper@9 b1 =end =paper\n"
                 "76 m1 count_ballot b1 yes\n"
                 "77 m3 enter_paper@9 b1 =end 1 1 1 0 1+0 =paper1",
                 "refused paper_missing\n"
                 "refused paper_sums problem=more issued than members vote on "
                 "paper have=2 max=1\n"
                 "refused paper_sums problem=more issued than members vote on "
                 "paper have=2 max=1\n"
                 "refused paper_sums problem=returned are those valid and "
                 "those not have=1 max=2\n"
                 "refused paper_sums problem=more returned than issued have=1 "
                 "max=0\n"
                 "refused paper_sums problem=an answer has more than there are "
                 "valid ballots have=2 max=1\n"
                 "refused paper_sums problem=no answer has a number have=0 "
                 "max=1\n"
                 "refused other_record what=end\n"
                 "refused other_record what=paper record\n"
                 "paper_entered b1 1 1 1 0 m2 m2/a 9\n"
                 "refused own_entry\n"
                 "refused other_record what=paper record\n"
                 "paper_confirmed b1 m3 m3/a 9\n"
                 "refused done_already\n"
                 "paper_entered b1 1 1 1 0 m3 m3/a 9\n"
                 "ballot_tallied b1 6\n"
                 "refused paper_missing\n"
                 "paper_confirmed b1 m5 m5/a 9\n"
                 "counting_begun b1 0 yes\n"
                 "refused ballot_state id=b1 state=counting\n");
    meeting_transcript_end(meeting);
}

/* --- k_min ------------------------------------------------------------------
 */

static void each_part_that_is_published_is_large_enough(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ENDED);

    (void)state;
    meeting_play(meeting,
                 "71 m1 count_ballot b1 no\n"
                 "72 m2 enter_paper@9 b1 =end 1 1 1 0 1+0 =paper1\n"
                 "73 m3 confirm_paper@9 b1 =end =paper\n"
                 "73 m1 count_ballot b1 no\n"
                 "74 server tally\n"
                 "75 m1 count_ballot b1 no",
                 "refused waiting_for ids=server\n"
                 "paper_entered b1 1 1 1 0 m2 m2/a 9\n"
                 "paper_confirmed b1 m3 m3/a 9\n"
                 "refused waiting_for ids=server\n"
                 "ballot_tallied b1 6\n"
                 "refused below_k_min part=paper sum=1 min=5\n");
    meeting->rules.ballot_k_min = 7;
    meeting_play(meeting, "75 m1 count_ballot b1 no",
                 "refused below_k_min part=online sum=6 min=7\n");
    meeting->rules.ballot_k_min = 1;
    meeting_play(meeting, "75 m1 count_ballot b1 no",
                 "counting_begun b1 0 no\n");
    assert_false(ballot_newest(meeting)->is_counted_knowingly);
    meeting_transcript_end(meeting);
}

#define OTHER_FORM                                                             \
    "{\"name\":\"Bầu "                                                       \
    "lại\",\"questions\":[{\"answers\":[\"A\",\"B\"],\"min\":0,"             \
    "\"max\":1,\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}"

/* b1 is done; in b2 at the same item m4 and m14 do not vote. */
static struct meeting_transcript *second_ballot(const char *form,
                                                const char *candidates)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_DONE);
    char line[512];

    (void)snprintf(line, sizeof line,
                   "100 m1 draft_ballot a1 '%s' %s m2 0 no no", form,
                   candidates);
    meeting_play(meeting, line, NULL);
    meeting_play(meeting,
                 "101 m1 start_vote - 'nữa'\n"
                 "101 m1 vote v2 yes\n101 m2 vote v2 yes\n101 m3 vote v2 yes\n"
                 "101 m4 vote v2 yes\n101 m5 vote v2 yes\n"
                 "101 m1 close_vote v2\n"
                 "102 m1 adopt_ballot b2 v2 -\n"
                 "102 m1 set_channel b2 x1 none -\n"
                 "102 m1 set_channel b2 m14 none -\n"
                 "102 m1 set_channel b2 m4 none -\n"
                 "103 server keys\n"
                 "103 m2 certify b2 1 1 S2 X2\n"
                 "103 m2 sign_trustees b2 1 2 X2 T\n"
                 "103 server sign T\n"
                 "103 server ready\n"
                 "104 server issue m1/a\n104 server issue m2/a\n"
                 "104 server issue m3/a\n104 server issue m5/a\n"
                 "104 server issue m7/a\n104 m1 close_issue b2\n"
                 "105 server list L\n"
                 "105 m1 attest_ballot b2 L 5\n105 m2 attest_ballot b2 L 5\n"
                 "105 m3 attest_ballot b2 L 5\n105 m5 attest_ballot b2 L 5\n"
                 "105 m7 attest_ballot b2 L 5\n"
                 "106 server heads m1+m3 -\n"
                 "107 m1 open_ballot b2 no\n"
                 "108 server record C1 new\n108 server record C2 new\n"
                 "108 server record C3 new\n108 server record C4 new\n"
                 "108 server record C5 new\n"
                 "109 m1 end_ballot b2\n109 server end\n110 server tally",
                 NULL);
    return meeting;
}

static void a_small_difference_to_an_earlier_electorate_is_seen(void **state)
{
    static const struct {
        const char *form, *candidates;
        bool is_alike;
    } rows[] = { { OTHER_FORM, "m4", true }, /* the same people */
                 { MEETING_BALLOT_SCENE_FORM, "m14",
                   true }, /* the same questions */
                 { OTHER_FORM, "m14", false },
                 { OTHER_FORM, "-", false } };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting =
            second_ballot(rows[i].form, rows[i].candidates);

        /* Of the seven of b1, m4 and m14 are not among the five of b2. */
        meeting_play(meeting, "111 m1 count_ballot b2 no",
                     rows[i].is_alike
                         ? "refused below_k_min part=difference sum=2 min=5\n"
                         : "counting_begun b2 0 no\n");
        if (rows[i].is_alike)
            meeting_play(meeting, "112 m1 count_ballot b2 yes",
                         "counting_begun b2 0 yes\n");
        assert_true(ballot_newest(meeting)->is_counted_knowingly ==
                    rows[i].is_alike);
        meeting_transcript_end(meeting);
    }
}

/* The first ballot was about these instead. */
static void expect_alike(const char *first, const char *second,
                         const char *candidates)
{
    struct meeting_transcript *meeting = second_ballot(OTHER_FORM, candidates);
    struct meeting_ballot *ballot = &meeting->state->ballots[0];

    free(ballot->candidates);
    ballot->candidates = calloc(2, sizeof *ballot->candidates);
    assert_non_null(ballot->candidates);
    ballot->candidate_count = 0;
    if (first)
        ballot->candidates[ballot->candidate_count++] = meeting_id(first);
    if (second)
        ballot->candidates[ballot->candidate_count++] = meeting_id(second);
    meeting_play(meeting, "111 m1 count_ballot b2 no",
                 "refused below_k_min part=difference sum=2 min=5\n");
    meeting_transcript_drop(meeting);
}

static void the_order_of_the_candidates_makes_no_other_electorate(void **state)
{
    (void)state;
    expect_alike("m14", "m4", "m4+m14");
}

static void at_one_item_what_is_about_nobody_is_about_the_same(void **state)
{
    (void)state;
    expect_alike(NULL, NULL, "-");
}

/* --- decryption --------------------------------------------------------------
 */

static void the_server_decrypts_first_then_as_many_as_needed(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);

    (void)state;
    meeting_play(meeting, "80 m2/b join", NULL);
    meeting_play(meeting,
                 "80 m2 decrypt@9 b1 2 =end =tally Y2 700\n"
                 "80 server result 4+2\n"
                 "81 server decrypt\n"
                 "81 server decrypt\n"
                 "82 m2/b decrypt@9 b1 2 =end =tally Y2 700\n"
                 "82 m2 decrypt@9 b1 3 =end =tally Y2 700\n"
                 "82 m2 decrypt@9 b1 1 =end =tally Y2 700\n"
                 "82 m2 decrypt@9 b1 2 E =tally Y2 700\n"
                 "82 m2 decrypt@9 b1 2 =end E Y2 700\n"
                 "82 m2 decrypt@9 b1 2 =end =tally false 700\n"
                 "82 m2 decrypt@9 b1 2 =end =tally Y2 700\n"
                 "82 m2 decrypt@9 b1 2 =end =tally Y2 700\n"
                 "83 server result 4+2\n"
                 "83 server void keys\n"
                 "84 m5 decrypt@9 b1 4 =end =tally Y5 700\n"
                 "84 m1 void_ballot b1 'x'\n"
                 "85 server result 4+7\n"
                 "85 server result 4+2+0\n"
                 "85 server result 4+2\n"
                 "86 m3 decrypt@9 b1 3 =end =tally Y3 700",
                 "refused server_first\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "ballot_decrypted b1 1 700 server ? 0\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "refused ballot_elsewhere device=" M2_A "\n"
                 "refused not_teller id=m2 position=2\n"
                 "refused not_teller id=m2 position=0\n"
                 "refused other_record what=tally\n"
                 "refused other_record what=tally\n"
                 "decryption_refused b1 2 700 false m2 m2/a 9\n"
                 "ballot_decrypted b1 2 700 m2 m2/a 9\n"
                 "refused done_already\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "ballot_decrypted b1 4 700 m5 m5/a 9\n"
                 "refused decrypted id=b1\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "refused ballot_state id=b1 state=counting\n"
                 "ballot_result b1 30 7 6\n"
                 "refused ballot_state id=b1 state=done\n");
    assert_int_equal(ballot_newest(meeting)->refused_count, 1);
    assert_int_equal(ballot_newest(meeting)->counts[0], 4);
    meeting_transcript_end(meeting);
}

static void false_decryptions_do_not_fill_the_log(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);
    struct meeting_event event = { .kind = EVENT_DECRYPTION_REFUSED_KIND };
    struct event_decryption_refused *body = &event.body.decryption_refused;
    int i;

    (void)state;
    meeting_play(meeting, "80 server decrypt", NULL);
    for (i = 0; i < LIMIT_BALLOT_FALSE_DECRYPTIONS; i++)
        meeting_play(meeting, "81 m2 decrypt@9 b1 2 =end =tally false 700",
                     "decryption_refused b1 2 700 false m2 m2/a 9\n");
    meeting_play(meeting,
                 "82 m2 decrypt@9 b1 2 =end =tally false 700\n"
                 "82 m2 decrypt@9 b1 2 =end =tally Y2 700\n"
                 "83 m3 decrypt@9 b1 3 =end =tally false 700\n"
                 "83 m3 decrypt@9 b1 3 =end =tally Y3 700",
                 "refused too_many max=10\n"
                 "refused too_many max=10\n"
                 "decryption_refused b1 3 700 false m3 m3/a 9\n"
                 "ballot_decrypted b1 3 700 m3 m3/a 9\n");
    /* Nor does the log of a server that takes more of them. */
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    body->ballot = ballot_newest(meeting)->id;
    body->owner = 2;
    body->end = ballot_newest(meeting)->end;
    body->tally = ballot_newest(meeting)->tally;
    body->member = meeting_id("m2");
    body->device = meeting_device_key("m2", 'a');
    body->reason = DECRYPTION_FALSE;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    meeting_transcript_end(meeting);
}

static void
the_chair_gives_up_a_ballot_that_too_few_tellers_decrypt(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);

    (void)state;
    meeting_play(meeting,
                 "81 server decrypt\n"
                 "82 m2 decrypt@9 b1 2 =end =tally Y2 700\n"
                 "83 m1 void_ballot b1 'x'\n"
                 "84 m5 decrypt@9 b1 4 =end =tally Y5 700",
                 "ballot_decrypted b1 1 700 server ? 0\n"
                 "ballot_decrypted b1 2 700 m2 m2/a 9\n"
                 "ballot_voided b1 chair 'x'\n"
                 "refused ballot_state id=b1 state=void\n");
    meeting_transcript_end(meeting);
}

/* --- a loss
 * ------------------------------------------------------------------- */

static struct event_restored restored_at(const struct meeting_state *state)
{
    struct event_restored body = { .from = state->next_seq,
                                   .lost_seq = state->next_seq + 3 };

    body.act.is_present = true;
    body.act.member = state->chair;
    body.second.is_present = true;
    body.second.member = state->minute_taker;
    return body;
}

static void after_a_loss_an_open_ballot_is_void(void **state)
{
    enum ballot_phase phase;

    (void)state;
    for (phase = BALLOT_PHASE_DRAFTED; phase <= BALLOT_PHASE_DONE; phase++) {
        struct meeting_transcript *meeting = meeting_ballot_scene(phase);
        const bool is_open =
            phase > BALLOT_PHASE_DRAFTED && phase < BALLOT_PHASE_DONE;
        struct meeting_event event = { .kind = EVENT_RESTORED_KIND,
                                       .seq = meeting->state->next_seq,
                                       .at_ms = meeting->state->at_ms };

        event.body.restored = restored_at(meeting->state);
        assert_int_equal(meeting_state_apply(meeting->state, &event),
                         RESULT_OK);
        assert_int_equal(ballot_newest(meeting)->phase,
                         is_open ? BALLOT_PHASE_VOID : phase);
        if (is_open)
            assert_int_equal(ballot_newest(meeting)->void_reason,
                             VOID_RESTORED);
        meeting_transcript_drop(meeting);
    }
}

static void what_somebody_has_decrypted_can_only_be_completed(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };

    (void)state;
    meeting_play(meeting, "80 server decrypt", NULL);
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    event.body.restored = restored_at(meeting->state);
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_COUNTING);
    meeting_transcript_drop(meeting);
}

static void a_meeting_with_a_ballot_under_way_is_not_closed(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);

    (void)state;
    meeting_play(meeting, "80 m1 close_meeting", "refused ballot_open id=b1\n");
    meeting_ballot_scene_go_on(meeting);
    meeting_play(meeting, "90 m1 close_meeting", "closed\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            ballots_are_recorded_of_nobody_at_the_time_of_the_opening),
        cmocka_unit_test(no_more_return_than_the_list_is_long),
        cmocka_unit_test(the_end_is_announced_unless_all_have_returned),
        cmocka_unit_test(with_all_returned_it_ends_at_once),
        cmocka_unit_test(an_end_decided_a_moment_ago_is_no_contradiction),
        cmocka_unit_test(each_device_confirms_once_what_it_found),
        cmocka_unit_test(it_may_still_be_confirmed_after_the_result),
        cmocka_unit_test(
            a_receipt_that_the_log_contradicts_makes_the_ballot_void),
        cmocka_unit_test(an_objection_without_evidence_stops_nothing),
        cmocka_unit_test(nobody_uses_up_the_objections_of_others),
        cmocka_unit_test(a_receipt_for_what_stands_there_is_no_evidence),
        cmocka_unit_test(paper_adds_up_and_another_teller_confirms_it),
        cmocka_unit_test(each_part_that_is_published_is_large_enough),
        cmocka_unit_test(a_small_difference_to_an_earlier_electorate_is_seen),
        cmocka_unit_test(the_order_of_the_candidates_makes_no_other_electorate),
        cmocka_unit_test(at_one_item_what_is_about_nobody_is_about_the_same),
        cmocka_unit_test(the_server_decrypts_first_then_as_many_as_needed),
        cmocka_unit_test(false_decryptions_do_not_fill_the_log),
        cmocka_unit_test(
            the_chair_gives_up_a_ballot_that_too_few_tellers_decrypt),
        cmocka_unit_test(after_a_loss_an_open_ballot_is_void),
        cmocka_unit_test(what_somebody_has_decrypted_can_only_be_completed),
        cmocka_unit_test(a_meeting_with_a_ballot_under_way_is_not_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
