/* Going on after a loss: who has to sign that, and over which words. */
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m6", "m8", "s1", NULL };

/* What the server of these tests knows to be lost, and says so. */
static struct meeting_loss lost_from(const struct meeting_state *state)
{
    return (struct meeting_loss){ .from = state->next_seq,
                                  .lost_seq = state->next_seq + 7,
                                  .lost_head = { { 0x10 } } };
}

static struct command restored_by(const char *holder, char device,
                                  const struct meeting_loss *lost)
{
    struct command command = { .op = OP_RESTORED };

    command.body.restored =
        (struct command_restored){ .from = lost->from,
                                   .lost_seq = lost->lost_seq,
                                   .lost_head = lost->lost_head };
    command.act.is_present = true;
    command.act.member = meeting_id(holder);
    command.act.device = meeting_device_key(holder, device);
    command.act.op = TEXT_LITERAL("restored");
    command.act.subject = TEXT_LITERAL("org.1");
    command.act.value = TEXT_LITERAL("these words");
    return command;
}

static enum refusal_code go_on(struct meeting_transcript *meeting,
                               const struct command *command,
                               const struct meeting_loss *lost,
                               const struct act *first)
{
    const struct actor actor = { ACTOR_HOLDER, command->act.member,
                                 command->act.device };

    meeting_rules_go_on(meeting->state, &actor, command, lost, first,
                        meeting->decision);
    return meeting->decision->refusal.code;
}

/* The act `first` of one holder, then the other's: what comes of it is the
 * event's two names, "-" for none, or "waits". */
static const char *outcome(struct meeting_transcript *meeting,
                           const char *first_holder, const char *holder)
{
    static char text[100];
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct command first = restored_by(first_holder, 'a', &lost);
    const struct command command = restored_by(holder, 'a', &lost);
    const struct act none = { .is_present = false };
    const struct event_restored *event =
        &meeting->decision->events[0].body.restored;

    assert_int_equal(
        go_on(meeting, &command, &lost, *first_holder ? &first.act : &none),
        REFUSAL_NONE);
    if (meeting->decision->count == 0)
        return "waits";
    assert_int_equal(meeting->decision->count, 1);
    assert_int_equal(meeting->decision->events[0].kind, EVENT_RESTORED_KIND);
    assert_int_equal(event->from, lost.from);
    assert_int_equal(event->lost_seq, lost.lost_seq);
    assert_true(hash_equal(&event->lost_head, &lost.lost_head));
    assert_true(event->act.is_present);
    (void)snprintf(text, sizeof text, "%s %s", event->act.member.text,
                   event->second.is_present ? event->second.member.text : "-");
    return text;
}

/* What was decided fits into the log. */
static void assert_applies(struct meeting_transcript *meeting)
{
    struct meeting_event *event = &meeting->decision->events[0];

    event->seq = meeting->state->next_seq;
    event->at_ms = meeting->state->at_ms;
    assert_int_equal(meeting_state_apply(meeting->state, event), RESULT_OK);
}

static void both_sides_have_to_sign_in_whatever_order(void **state)
{
    static const struct {
        const char *first, *holder, *outcome;
    } rows[] = {
        { "", "m1", "waits" },   { "", "m2", "waits" },
        { "", "m3", "waits" },   { "m1", "m3", "m1 m3" },
        { "m3", "m1", "m1 m3" }, { "m2", "m3", "m2 m3" },
        { "m3", "m2", "m2 m3" }, { "m1", "m2", "waits" },
        { "m2", "m1", "waits" }, { "m1", "m1", "waits" },
        { "m3", "m3", "waits" },
    };
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(outcome(meeting, rows[i].first, rows[i].holder),
                            rows[i].outcome);
    meeting_transcript_end(meeting);
}

static void who_presides_and_takes_the_minutes_signs_alone(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting, "1 m1 hand_over_minutes m1", NULL);
    assert_string_equal(outcome(meeting, "", "m1"), "m1 -");
    assert_applies(meeting);
    /* m2 does neither; her act and that of m1 are both sides. */
    assert_string_equal(outcome(meeting, "", "m2"), "waits");
    assert_string_equal(outcome(meeting, "m1", "m2"), "m2 m1");
    assert_applies(meeting);
    meeting_transcript_drop(meeting);
}

static void
a_deputy_with_the_minutes_is_not_both_while_another_presides(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting, "1 m1 hand_over_minutes m2", NULL);
    assert_string_equal(outcome(meeting, "", "m2"), "waits");
    assert_string_equal(outcome(meeting, "m2", "m2"), "waits");
    assert_string_equal(outcome(meeting, "m2", "m1"), "m1 m2");
    assert_string_equal(outcome(meeting, "m1", "m2"), "m1 m2");
    meeting_play(meeting, "2 m1 lost\n3 m2 take_chair", NULL);
    assert_string_equal(outcome(meeting, "", "m2"), "m2 -");
    assert_applies(meeting);
    meeting_transcript_drop(meeting);
}

static void a_chair_as_called_with_the_minutes_is_not_both_either(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m1 hand_over_minutes m1\n"
                 "2 m1 lost\n"
                 "3 m2 take_chair",
                 NULL);
    assert_string_equal(meeting->state->presiding.text, "m2");
    assert_string_equal(outcome(meeting, "", "m1"), "waits");
    assert_string_equal(outcome(meeting, "m1", "m2"), "m2 m1");
    meeting_transcript_drop(meeting);
}

static void what_was_decided_is_what_a_fold_takes(void **state)
{
    static const struct {
        const char *act, *second; /* "": not present */
        bool is_taken;
    } rows[] = {
        { "m1", "m3", true },  { "m2", "m3", true },  { "m3", "m1", false },
        { "m1", "", false },   { "m2", "", false },   { "m3", "", false },
        { "m1", "m2", false }, { "m4", "m3", false }, { "m1", "m4", false },
        { "m3", "m3", false }, { "", "m3", false },   { "s1", "m3", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = meeting_transcript_new();
        const struct meeting_loss lost = lost_from(meeting->state);
        struct meeting_event event = {
            .seq = meeting->state->next_seq,
            .at_ms = meeting->state->at_ms,
            .kind = EVENT_RESTORED_KIND,
            .body.restored = { .from = lost.from,
                               .lost_seq = lost.lost_seq,
                               .act = { .is_present = *rows[i].act != '\0',
                                        .member = meeting_id(rows[i].act) },
                               .second = { .is_present =
                                               *rows[i].second != '\0',
                                           .member =
                                               meeting_id(rows[i].second) } },
        };

        if (meeting_state_apply(meeting->state, &event) !=
            (rows[i].is_taken ? RESULT_OK : RESULT_CORRUPT))
            fail_msg("row %zu", i);
        meeting_transcript_drop(meeting);
    }
}

static void an_act_that_is_not_there_names_nobody(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct meeting_event event = {
        .seq = meeting->state->next_seq,
        .at_ms = meeting->state->at_ms,
        .kind = EVENT_RESTORED_KIND,
        .body.restored = { .from = lost.from,
                           .lost_seq = lost.lost_seq,
                           .act = { .is_present = false,
                                    .member = meeting_id("m1") },
                           .second = { .is_present = true,
                                       .member = meeting_id("m3") } },
    };

    (void)state;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    meeting_transcript_drop(meeting);
}

static void what_is_lost_lies_where_the_log_goes_on_or_later(void **state)
{
    static const struct {
        int from, lost_seq; /* beside the next seq */
        enum result result;
    } rows[] = {
        { 0, 0, RESULT_OK },       { 0, 5, RESULT_OK },
        { 0, -1, RESULT_CORRUPT }, { 1, 1, RESULT_CORRUPT },
        { -1, 0, RESULT_CORRUPT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = meeting_transcript_new();
        const uint64_t next = meeting->state->next_seq;
        struct meeting_event event = {
            .seq = next,
            .at_ms = meeting->state->at_ms,
            .kind = EVENT_RESTORED_KIND,
            .body.restored = { .from = next + (uint64_t)rows[i].from,
                               .lost_seq = next + (uint64_t)rows[i].lost_seq,
                               .act = { .is_present = true,
                                        .member = meeting_id("m1") },
                               .second = { .is_present = true,
                                           .member = meeting_id("m3") } },
        };

        assert_int_equal(meeting_state_apply(meeting->state, &event),
                         rows[i].result);
        meeting_transcript_drop(meeting);
    }
}

static void only_who_answers_for_the_meeting_is_asked(void **state)
{
    static const struct {
        const char *holder;
        char device;
        enum refusal_code code;
    } rows[] = {
        { "m1", 'a', REFUSAL_NONE },
        { "m1", 'b', REFUSAL_NONE },
        { "m2", 'a', REFUSAL_NONE },
        { "m3", 'a', REFUSAL_NONE },
        { "m4", 'a', REFUSAL_NOT_ALLOWED },
        { "m8", 'a', REFUSAL_NOT_ALLOWED },
        { "s1", 'a', REFUSAL_NOT_ALLOWED },
        { "m1", 'z', REFUSAL_DEVICE_NOT_SUMMONED },
        { "m99", 'a', REFUSAL_NOT_SUMMONED },
    };
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct act none = { .is_present = false };

    (void)state;
    meeting_play_to_open(meeting, some);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct meeting_loss lost = lost_from(meeting->state);
        const struct command command =
            restored_by(rows[i].holder, rows[i].device, &lost);
        const enum refusal_code code = go_on(meeting, &command, &lost, &none);

        if (code != rows[i].code)
            fail_msg("%s/%c: %s", rows[i].holder, rows[i].device,
                     refusal_code_text(code));
        assert_int_equal(meeting->decision->count, 0);
    }
    meeting_transcript_end(meeting);
}

static void who_may_not_is_told_who_may(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct command command = restored_by("m4", 'a', &lost);
    const struct act none = { .is_present = false };

    (void)state;
    assert_int_equal(go_on(meeting, &command, &lost, &none),
                     REFUSAL_NOT_ALLOWED);
    assert_string_equal(meeting->decision->refusal.args[0].text,
                        "the chair or the minute-taker");
    meeting_transcript_end(meeting);
}

static void a_device_that_was_revoked_does_not_sign(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct act none = { .is_present = false };
    struct meeting_loss lost;
    struct command command;

    (void)state;
    meeting_play(meeting, "1 server row m1 official b", NULL);
    lost = lost_from(meeting->state);
    command = restored_by("m1", 'a', &lost);
    assert_int_equal(go_on(meeting, &command, &lost, &none),
                     REFUSAL_DEVICE_REVOKED);
    meeting_transcript_end(meeting);
}

static void where_vouching_is_required_it_is_here_too(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_vouching();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct command vouched = restored_by("m3", 'a', &lost);
    const struct command unvouched = restored_by("m3", 'b', &lost);
    const struct act none = { .is_present = false };

    (void)state;
    assert_int_equal(go_on(meeting, &unvouched, &lost, &none),
                     REFUSAL_NOT_VOUCHED);
    assert_int_equal(go_on(meeting, &vouched, &lost, &none), REFUSAL_NONE);
    meeting_transcript_end(meeting);
}

static void other_words_than_the_servers_are_refused(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct command good = restored_by("m1", 'a', &lost);
    const struct act none = { .is_present = false };
    struct command command = good;

    (void)state;
    command.body.restored.from--;
    assert_int_equal(go_on(meeting, &command, &lost, &none),
                     REFUSAL_SEEN_WRONG);
    command = good;
    command.body.restored.lost_seq++;
    assert_int_equal(go_on(meeting, &command, &lost, &none),
                     REFUSAL_SEEN_WRONG);
    command = good;
    command.body.restored.lost_head.bytes[31] ^= 1;
    assert_int_equal(go_on(meeting, &command, &lost, &none),
                     REFUSAL_SEEN_WRONG);
    assert_int_equal(go_on(meeting, &good, &lost, &none), REFUSAL_NONE);
    meeting_transcript_end(meeting);
}

/* A device showed a later head between the two: the first act is of a loss
 * that nobody speaks of any more, and is no half of this one. */
static void both_have_to_sign_the_same_words(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct command chairs = restored_by("m1", 'a', &lost);
    struct command minutes = restored_by("m3", 'a', &lost);

    (void)state;
    minutes.act.value = TEXT_LITERAL("those words");
    assert_int_equal(go_on(meeting, &chairs, &lost, &minutes.act),
                     REFUSAL_NONE);
    assert_int_equal(meeting->decision->count, 0);
    minutes.act.value = chairs.act.value;
    assert_int_equal(go_on(meeting, &chairs, &lost, &minutes.act),
                     REFUSAL_NONE);
    assert_int_equal(meeting->decision->count, 1);
    meeting_transcript_end(meeting);
}

static void in_a_log_that_is_not_held_nothing_is_restored(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();
    const struct meeting_loss lost = lost_from(meeting->state);
    const struct actor actor = { ACTOR_HOLDER, meeting_id("m1"),
                                 meeting_device_key("m1", 'a') };
    struct command command;

    (void)state;
    meeting_play_to_open(meeting, some);
    command = restored_by("m1", 'a', &lost);
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NOT_HELD);
    meeting_transcript_end(meeting);
}

static void a_closed_meeting_goes_on_to_its_end(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting, "1 m1 close_meeting", NULL);
    assert_string_equal(outcome(meeting, "m1", "m3"), "m1 m3");
    assert_applies(meeting);
    assert_int_equal(meeting->state->phase, MEETING_CLOSED);
    meeting_transcript_drop(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_have_to_sign_in_whatever_order),
        cmocka_unit_test(who_presides_and_takes_the_minutes_signs_alone),
        cmocka_unit_test(
            a_deputy_with_the_minutes_is_not_both_while_another_presides),
        cmocka_unit_test(a_chair_as_called_with_the_minutes_is_not_both_either),
        cmocka_unit_test(what_was_decided_is_what_a_fold_takes),
        cmocka_unit_test(an_act_that_is_not_there_names_nobody),
        cmocka_unit_test(what_is_lost_lies_where_the_log_goes_on_or_later),
        cmocka_unit_test(only_who_answers_for_the_meeting_is_asked),
        cmocka_unit_test(who_may_not_is_told_who_may),
        cmocka_unit_test(a_device_that_was_revoked_does_not_sign),
        cmocka_unit_test(where_vouching_is_required_it_is_here_too),
        cmocka_unit_test(other_words_than_the_servers_are_refused),
        cmocka_unit_test(both_have_to_sign_the_same_words),
        cmocka_unit_test(in_a_log_that_is_not_held_nothing_is_restored),
        cmocka_unit_test(a_closed_meeting_goes_on_to_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
