/* What a meeting decides on the recognition of a probationary member, and until
 * when that is due. */
#include "protocol/meeting/meeting_recognition.h"

#include "tests/support/elect_scene.h"
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

/* Tellers, how many decrypt, no re-votes, no halls. */
#define TELLERS " m2+m3+m5 0 no no "

static bool is_decided(const struct meeting_transcript *meeting,
                       const char *member, struct recognition_decision *out)
{
    const struct identifier id = meeting_id(member);

    return meeting_recognition_decided(meeting->state, &id, out);
}

static void a_closed_vote_about_the_member_decides(void **state)
{
    static const char *const joined[] = { "m4", "m5", NULL };
    static const struct {
        const char *vote;
        bool is_decided, is_passed;
    } rows[] = {
        { "1 m1 start_vote - 'Công nhận' recognition m6\n"
          "2 m4 vote v1 yes\n2 m5 vote v1 yes\n2 m1 vote v1 yes\n"
          "2 m2 vote v1 yes\n2 m3 vote v1 yes\n3 m1 close_vote v1",
          true, true },
        { "1 m1 start_vote - 'Công nhận' recognition m6\n"
          "2 m4 vote v1 no\n3 m1 close_vote v1",
          true, false },
        /* Not closed, or without an end. */
        { "1 m1 start_vote - 'Công nhận' recognition m6", false, false },
        { "1 m1 start_vote - 'Công nhận' recognition m6\n"
          "3 m1 cancel_vote v1 'Nhầm'",
          false, false },
        /* About nobody, somebody else, something else. */
        { "1 m1 start_vote - 'Công nhận' recognition\n3 m1 close_vote v1",
          false, false },
        { "1 m1 start_vote - 'Công nhận' recognition m5\n3 m1 close_vote v1",
          false, false },
        { "1 m1 start_vote - 'Khen' resolution m6\n3 m1 close_vote v1", false,
          false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = meeting_transcript_new();
        struct recognition_decision decision = { .by = NULL };

        meeting_play_to_open(meeting, joined);
        meeting_play(meeting, rows[i].vote, NULL);
        assert_int_equal(is_decided(meeting, "m6", &decision),
                         rows[i].is_decided);
        assert_int_equal(decision.is_passed, rows[i].is_passed);
        assert_false(decision.is_secret);
        if (rows[i].is_decided)
            assert_string_equal(decision.by->text, "v1");
        /* Neither a committee nor a party group decides for the cell. */
        meeting->state->kind = KIND_COMMITTEE;
        assert_false(is_decided(meeting, "m6", &decision));
        meeting->state->kind = KIND_PARTY_GROUP;
        assert_false(is_decided(meeting, "m6", &decision));
        meeting->state->kind = KIND_REGULAR;
        meeting_transcript_end(meeting);
    }
}

static void the_newest_vote_is_the_one_that_decided(void **state)
{
    static const char *const joined[] = { "m4", "m5", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct recognition_decision decision = { .by = NULL };

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m1 start_vote - 'Công nhận' recognition m6\n"
                 "3 m1 close_vote v1\n"
                 "4 m1 start_vote - 'Xét lại' recognition m6\n"
                 "5 m4 vote v2 yes\n5 m5 vote v2 yes\n5 m1 vote v2 yes\n"
                 "5 m2 vote v2 yes\n5 m3 vote v2 yes\n6 m1 close_vote v2",
                 NULL);
    assert_true(is_decided(meeting, "m6", &decision));
    assert_string_equal(decision.by->text, "v2");
    assert_true(decision.is_passed);
    meeting_transcript_end(meeting);
}

static void a_secret_ballot_decides_whichever_way(void **state)
{
    struct meeting_transcript *meeting = elect_scene();
    struct recognition_decision decision = { .by = NULL };

    (void)state;
    assert_string_equal(elect_draft(meeting, elect_table("agree", 1, 3),
                                    "-" TELLERS "recognition 0 m6"),
                        "");
    assert_false(is_decided(meeting, "m6", &decision));
    elect_count(meeting, 24, 1, "16+6+2");
    assert_true(is_decided(meeting, "m6", &decision));
    assert_true(decision.is_secret);
    assert_false(decision.is_passed);
    assert_string_equal(decision.by->text, "b1");
    assert_false(is_decided(meeting, "m5", &decision));
    meeting_transcript_end(meeting);
}

static void a_day_is_due_only_where_roster_and_rules_have_it(void **state)
{
    const struct ruleset *party = ruleset_file("party-2026.conf");
    const struct ruleset none = { .groups = 0 };
    struct meeting_person person = { .probation_end = 20261115 };
    struct recognition_deadline deadline = { .due = 0 };

    (void)state;
    assert_false(
        meeting_recognition_deadline(&person, &none, 20261201, &deadline));
    assert_int_equal(deadline.due, 0);
    assert_true(
        meeting_recognition_deadline(&person, party, 20261201, &deadline));
    assert_int_equal(deadline.due, 20261225);
    assert_int_equal(deadline.phase, DEADLINE_RUNNING);
    assert_int_equal(deadline.days, 18);
    person.probation_end = 0;
    assert_false(
        meeting_recognition_deadline(&person, party, 20261201, &deadline));
}

static void the_register_brings_and_takes_the_day(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct identifier m6 = meeting_id("m6");

    (void)state;
    meeting_play(meeting, "1 server row m6 probationary a - 20261115", NULL);
    assert_int_equal(meeting_state_person(meeting->state, &m6)->probation_end,
                     20261115);
    meeting_play(meeting, "2 server row m6 probationary a", NULL);
    assert_int_equal(meeting_state_person(meeting->state, &m6)->probation_end,
                     0);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_vote_about_the_member_decides),
        cmocka_unit_test(the_newest_vote_is_the_one_that_decided),
        cmocka_unit_test(a_secret_ballot_decides_whichever_way),
        cmocka_unit_test(a_day_is_due_only_where_roster_and_rules_have_it),
        cmocka_unit_test(the_register_brings_and_takes_the_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
