/* Vouched devices and checkpoints in the fold of a meeting. */
#include "protocol/meeting/meeting_state_digest.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

enum { ROWS_MAX = 8 };

static const char *const some[] = { "m4", "m5", "s1", NULL };

static struct meeting_transcript *open_meeting(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    return meeting;
}

/* --- Checkpoints said shortly ----------------------------------------------
 */

/* A checkpoint and the memory of its lists. */
struct checkpoint {
    struct checkpoint_signer signers[ROWS_MAX];
    struct checkpoint_missing missing[ROWS_MAX];
    struct meeting_event event;
};

static const char *const role_names[] = {
    [CHECKPOINT_SERVER] = "server",
    [CHECKPOINT_CHAIR] = "chair",
    [CHECKPOINT_MINUTE_TAKER] = "minutes",
    [CHECKPOINT_MEMBER] = "member",
    [CHECKPOINT_SITE] = "site",
};

static int role_of(const char *name, size_t size)
{
    for (int role = CHECKPOINT_SERVER; role < checkpoint_role_count_; role++)
        if (strlen(role_names[role]) == size &&
            memcmp(role_names[role], name, size) == 0)
            return role;
    fail_msg("no such role: %s", name);
    return 0;
}

/* "m1/a": gives the rest behind it. */
static const char *read_device(const char *text, struct identifier *holder,
                               struct key *device)
{
    char name[16] = "";
    const size_t size = strcspn(text, "/");

    assert_true(size < sizeof name);
    memcpy(name, text, size);
    *holder = meeting_id(name);
    *device = meeting_device_key(name, text[size + 1]);
    return text + size + 2;
}

/* "m1/a:chair m3/a | m4/a": who signed (in the role that is due, or the one
 * named), and who is missing. */
static void read_rows(struct checkpoint *out, const struct meeting_state *state,
                      const char *text)
{
    struct event_checkpoint *body = &out->event.body.checkpoint;
    bool is_missing = false;

    for (; *text; text += strspn(text, " ")) {
        struct checkpoint_signer *signer = &out->signers[body->signers.count];
        struct checkpoint_missing *missing = &out->missing[body->missing.count];

        assert_true(body->signers.count < ROWS_MAX);
        assert_true(body->missing.count < ROWS_MAX);
        if (*text == '|') {
            is_missing = true;
            text++;
            continue;
        }
        if (is_missing) {
            text = read_device(text, &missing->holder, &missing->device);
            body->missing.count++;
            continue;
        }
        text = read_device(text, &signer->holder, &signer->device);
        signer->role =
            (int)meeting_state_checkpoint_role(state, &signer->holder);
        if (*text == ':') {
            const size_t size = strcspn(text + 1, " ");

            signer->role = role_of(text + 1, size);
            text += 1 + size;
        }
        body->signers.count++;
    }
    body->signers.data = out->signers;
    body->missing.data = out->missing;
}

/* Over the newest head of the log. */
static struct checkpoint *make(const struct meeting_state *state,
                               enum checkpoint_reason reason, const char *rows)
{
    static struct checkpoint made;

    made = (struct checkpoint){ .event = { .seq = state->next_seq,
                                           .at_ms = state->at_ms,
                                           .kind = EVENT_CHECKPOINT_KIND } };
    made.event.body.checkpoint.reason = (int)reason;
    made.event.body.checkpoint.upto = state->next_seq - 1;
    read_rows(&made, state, rows);
    return &made;
}

static enum result confirm(struct meeting_transcript *meeting,
                           enum checkpoint_reason reason, const char *rows)
{
    const struct checkpoint *made = make(meeting->state, reason, rows);

    return meeting_state_apply(meeting->state, &made->event);
}

/* --- Complete or not -------------------------------------------------------
 */

static void
it_is_complete_with_chair_minute_taker_and_more_than_half(void **state)
{
    static const struct {
        const char *setup, *rows;
        bool is_complete;
    } rows[] = {
        { "", "m1/a m3/a", true },
        { "", "m1/a m3/a | m2/a", true },
        { "", "m1/a m3/a | m2/a m4/a", false },
        { "", "m1/a m3/a m4/a | m2/a m5/a", true },
        { "", "m1/a m3/a m4/a | m2/a m5/a s1/a", false },
        { "", "m1/a m3/a s1/a | m2/a m5/a", true },
        /* Devices are counted, not people. */
        { "", "m1/a m1/b m3/a | m2/a m4/a", true },
        { "", "m1/a m3/a m4/a | m2/a m5/a m5/b", false },
        { "", "m1/b m3/b", true },
        /* Without the chair, without the minute-taker, with neither. */
        { "", "m2/a m3/a m4/a m5/a s1/a | m1/a", false },
        { "", "m1/a m2/a m4/a m5/a s1/a | m3/a", false },
        { "", "m2/a m4/a m5/a", false },
        { "", "m3/a", false },
        { "", "m1/a", false },
        { "", "| m1/a m3/a", false },
        { "", "", false },
        /* Who it is now, not who it was. */
        { "1 m1 hand_over_minutes m4", "m1/a m4/a", true },
        { "1 m1 hand_over_minutes m4", "m1/a m3/a", false },
        { "1 m1 lost\n2 m2 take_chair", "m2/a m3/a", true },
        { "1 m1 lost\n2 m2 take_chair", "m1/a m3/a", false },
        /* One person who is both. */
        { "1 m1 hand_over_minutes m1", "m1/a", true },
        { "1 m1 hand_over_minutes m1", "m1/a | m2/a", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = open_meeting();

        meeting_play(meeting, rows[i].setup, NULL);
        assert_int_equal(confirm(meeting, CHECKPOINT_PERIODIC, rows[i].rows),
                         RESULT_OK);
        if (meeting->state->checkpoint.is_complete != rows[i].is_complete)
            fail_msg("%s after '%s'", rows[i].rows, rows[i].setup);
        meeting_transcript_drop(meeting);
    }
}

static void the_newest_checkpoint_is_kept_with_its_figures(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    const struct meeting_checkpoint *kept = &meeting->state->checkpoint;
    struct checkpoint *second = NULL;
    uint64_t seq = 0;

    (void)state;
    assert_int_equal(kept->seq, 0);
    assert_int_equal(meeting->state->checkpoint_count, 0);
    assert_int_equal(confirm(meeting, CHECKPOINT_OPENED, "m1/a m3/a | m2/a"),
                     RESULT_OK);
    seq = meeting->state->next_seq;
    second =
        make(meeting->state, CHECKPOINT_VOTE_STARTED, "m1/a | m2/a m3/a m4/a");
    second->event.at_ms += 500;
    second->event.body.checkpoint.upto = 3;
    assert_int_equal(meeting_state_apply(meeting->state, &second->event),
                     RESULT_OK);
    assert_int_equal(kept->seq, seq);
    assert_int_equal(kept->reason, CHECKPOINT_VOTE_STARTED);
    assert_int_equal(kept->upto, 3);
    assert_int_equal(kept->at_ms, second->event.at_ms);
    assert_int_equal(kept->signer_count, 1);
    assert_int_equal(kept->asked_count, 4);
    assert_false(kept->is_complete);
    assert_int_equal(meeting->state->checkpoint_count, 2);
    meeting_transcript_drop(meeting);
}

/* --- What cannot be --------------------------------------------------------
 */

static void lists_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *rows;
        enum result result;
    } rows[] = {
        { "m1/a m1/b m3/a | m2/a", RESULT_OK },
        { "m1/a m1/a", RESULT_CORRUPT },
        { "m1/a | m1/a", RESULT_CORRUPT },
        { "m1/a | m2/a m2/a", RESULT_CORRUPT },
        { "m1/z", RESULT_CORRUPT },
        { "| m1/z", RESULT_CORRUPT },
        { "m99/a:member", RESULT_CORRUPT },
        { "m99/a:site", RESULT_CORRUPT },
        { "| m99/a", RESULT_CORRUPT },
        /* The deputy may have presided then, anybody have kept the minutes. */
        { "m1/a:chair m2/a:chair", RESULT_OK },
        { "m4/a:minutes", RESULT_OK },
        { "m1/a:member m3/a:member", RESULT_OK },
        { "m4/a:chair", RESULT_CORRUPT },
        { "m3/a:chair", RESULT_CORRUPT },
        { "m1/a:server", RESULT_CORRUPT },
        { "m1/a:site", RESULT_CORRUPT },
        { "s1/a:site", RESULT_OK },
        { "s1/a:member", RESULT_CORRUPT },
        { "s1/a:minutes", RESULT_CORRUPT },
        { "s1/a:chair", RESULT_CORRUPT },
        { "s1/a:server", RESULT_CORRUPT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = open_meeting();

        if (confirm(meeting, CHECKPOINT_PERIODIC, rows[i].rows) !=
            rows[i].result)
            fail_msg("%s", rows[i].rows);
        meeting_transcript_drop(meeting);
    }
}

/* An event whose lists name nobody, over the head at `upto`. */
static enum result confirm_upto(enum meeting_phase phase, int reason,
                                uint64_t back)
{
    struct meeting_transcript *meeting = open_meeting();
    struct checkpoint *made = NULL;
    enum result result;

    if (phase == MEETING_CLOSED)
        meeting_play(meeting, "1 m1 close_meeting", NULL);
    made = make(meeting->state, CHECKPOINT_PERIODIC, "");
    made->event.body.checkpoint.reason = reason;
    made->event.body.checkpoint.upto = made->event.seq - back;
    result = meeting_state_apply(meeting->state, &made->event);
    meeting_transcript_drop(meeting);
    return result;
}

static void the_head_that_is_signed_stands_before_its_checkpoint(void **state)
{
    (void)state;
    assert_int_equal(confirm_upto(MEETING_OPEN, CHECKPOINT_PERIODIC, 1),
                     RESULT_OK);
    assert_int_equal(confirm_upto(MEETING_OPEN, CHECKPOINT_PERIODIC, 5),
                     RESULT_OK);
    assert_int_equal(confirm_upto(MEETING_OPEN, CHECKPOINT_PERIODIC, 0),
                     RESULT_CORRUPT);
    assert_int_equal(
        confirm_upto(MEETING_OPEN, CHECKPOINT_PERIODIC, UINT64_MAX),
        RESULT_CORRUPT);
}

static void each_reason_has_its_place(void **state)
{
    (void)state;
    for (int reason = 1; reason < checkpoint_reason_count_; reason++) {
        /* `commit` is the server's word for what asks nobody; `closed` ends
         * the log, and confirms its end. */
        const enum result running =
            reason == CHECKPOINT_COMMIT || reason == CHECKPOINT_CLOSED
                ? RESULT_CORRUPT
                : RESULT_OK;
        const enum result closed =
            reason == CHECKPOINT_COMMIT ? RESULT_CORRUPT : RESULT_OK;

        assert_int_equal(confirm_upto(MEETING_OPEN, reason, 1), running);
        assert_int_equal(confirm_upto(MEETING_CLOSED, reason, 1), closed);
    }
    assert_int_equal(confirm_upto(MEETING_CLOSED, CHECKPOINT_CLOSED, 2),
                     RESULT_CORRUPT);
    assert_int_equal(confirm_upto(MEETING_CLOSED, CHECKPOINT_VOTE_CLOSED, 2),
                     RESULT_OK);
}

static void a_device_is_listed_once_in_each_checkpoint(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    assert_int_equal(confirm(meeting, CHECKPOINT_OPENED, "m1/a m3/a | m2/a"),
                     RESULT_OK);
    assert_int_equal(confirm(meeting, CHECKPOINT_PERIODIC, "m1/a m2/a | m3/a"),
                     RESULT_OK);
    meeting_transcript_drop(meeting);
}

static void a_device_that_was_revoked_meanwhile_may_have_signed(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting, "1 server row m4 official b", NULL);
    assert_int_equal(confirm(meeting, CHECKPOINT_PERIODIC, "m4/a"), RESULT_OK);
    meeting_transcript_drop(meeting);
}

/* --- The end of the log ----------------------------------------------------
 */

static void who_presided_may_have_signed_as_the_chair(void **state)
{
    struct meeting_transcript *meeting = open_meeting();

    (void)state;
    meeting_play(meeting,
                 "1 m1 appoint_officer m4 co_chair\n"
                 "2 m1 give_chair m4",
                 NULL);
    meeting_play(meeting, "3 m4 give_chair m1", NULL);
    /* The head was signed while m4 was in the chair. */
    assert_int_equal(
        confirm(meeting, CHECKPOINT_VOTE_CLOSED, "m1/a m3/a m4/a:chair"),
        RESULT_OK);
    /* m5 never was. */
    assert_int_equal(
        confirm(meeting, CHECKPOINT_VOTE_CLOSED, "m1/a m3/a m5/a:chair"),
        RESULT_CORRUPT);
    meeting_transcript_drop(meeting);
}

static void after_the_closing_checkpoint_nothing_follows(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_event event = { .kind = MEETING_EVENT_UNKNOWN };

    (void)state;
    meeting_play(meeting, "1 m1 close_meeting", NULL);
    assert_int_equal(confirm(meeting, CHECKPOINT_VOTE_CLOSED, "m1/a"),
                     RESULT_OK);
    assert_false(meeting->state->is_ended);
    assert_int_equal(confirm(meeting, CHECKPOINT_CLOSED, "m1/a m3/a"),
                     RESULT_OK);
    assert_true(meeting->state->is_ended);
    assert_int_equal(meeting->state->phase, MEETING_CLOSED);
    assert_int_equal(confirm(meeting, CHECKPOINT_PERIODIC, ""), RESULT_CORRUPT);
    assert_int_equal(confirm(meeting, CHECKPOINT_CLOSED, ""), RESULT_CORRUPT);
    for (int kind = MEETING_EVENT_UNKNOWN; kind < MEETING_EVENT_COUNT; kind++) {
        event.kind = (enum meeting_event_kind)kind;
        event.seq = meeting->state->next_seq;
        event.at_ms = meeting->state->at_ms;
        assert_int_equal(meeting_state_apply(meeting->state, &event),
                         RESULT_CORRUPT);
    }
    meeting_transcript_drop(meeting);
}

static void the_server_reports_checkpoints_until_the_last_one(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    struct meeting_report report = { .kind = REPORT_CHECKPOINT };
    struct meeting_report join = { .kind = REPORT_JOIN,
                                   .holder = meeting_id("m1"),
                                   .device = meeting_device_key("m1", 'a') };

    (void)state;
    report.checkpoint.reason = CHECKPOINT_OPENED;
    report.checkpoint.upto = 1;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    assert_int_equal(meeting->decision->count, 1);
    assert_int_equal(meeting->state->checkpoint_count, 1);
    meeting_play(meeting, "1 m1 close_meeting", NULL);
    report.checkpoint.reason = CHECKPOINT_PERIODIC;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    report.checkpoint.reason = CHECKPOINT_CLOSED;
    report.checkpoint.upto = meeting->state->closed_seq;
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_NONE);
    assert_int_equal(meeting_tell(meeting, &report), REFUSAL_CLOSED);
    assert_int_equal(meeting->state->checkpoint_count, 3);
    /* It can still be read. */
    assert_int_equal(meeting_tell(meeting, &join), REFUSAL_NONE);
    assert_int_equal(meeting->decision->count, 0);
    meeting_transcript_end(meeting);
}

/* --- Roles and moments -----------------------------------------------------
 */

static void everybody_signs_in_the_role_of_the_moment(void **state)
{
    static const struct {
        const char *setup, *holder;
        enum checkpoint_role role;
    } rows[] = {
        { "", "m1", CHECKPOINT_CHAIR },
        { "", "m2", CHECKPOINT_MEMBER },
        { "", "m3", CHECKPOINT_MINUTE_TAKER },
        { "", "m4", CHECKPOINT_MEMBER },
        { "", "m8", CHECKPOINT_MEMBER }, /* a guest */
        { "", "s1", CHECKPOINT_SITE },
        { "1 m1 lost\n2 m2 take_chair", "m1", CHECKPOINT_MEMBER },
        { "1 m1 lost\n2 m2 take_chair", "m2", CHECKPOINT_CHAIR },
        { "1 m1 hand_over_minutes m4", "m3", CHECKPOINT_MEMBER },
        { "1 m1 hand_over_minutes m4", "m4", CHECKPOINT_MINUTE_TAKER },
        /* Who is both signs as the chair. */
        { "1 m1 hand_over_minutes m1", "m1", CHECKPOINT_CHAIR },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct meeting_transcript *meeting = open_meeting();
        const struct identifier holder = meeting_id(rows[i].holder);

        meeting_play(meeting, rows[i].setup, NULL);
        assert_int_equal(meeting_state_checkpoint_role(meeting->state, &holder),
                         rows[i].role);
        meeting_transcript_end(meeting);
    }
}

static void eight_kinds_of_events_ask_for_a_checkpoint(void **state)
{
    static const struct {
        enum meeting_event_kind kind;
        const char *reason;
    } asking[] = {
        { EVENT_OPENED_KIND, "opened" },
        { EVENT_ROLL_CONFIRMED_KIND, "roll_confirmed" },
        { EVENT_VOTE_STARTED_KIND, "vote_started" },
        { EVENT_VOTE_CLOSED_KIND, "vote_closed" },
        { EVENT_CLOSED_KIND, "closed" },
        { EVENT_BALLOT_OPENED_KIND, "ballot_opened" },
        { EVENT_BALLOTS_ENDED_KIND, "ballots_ended" },
        { EVENT_BALLOT_RESULT_KIND, "ballot_result" },
    };
    size_t asked = 0;

    (void)state;
    for (int kind = 0; kind < MEETING_EVENT_COUNT; kind++)
        asked += meeting_event_checkpoint((enum meeting_event_kind)kind) !=
                 checkpoint_reason_none_;
    assert_int_equal(asked, sizeof asking / sizeof asking[0]);
    for (size_t i = 0; i < asked; i++)
        assert_string_equal(
            enum_word(&checkpoint_reason_words,
                      (int)meeting_event_checkpoint(asking[i].kind)),
            asking[i].reason);
}

/* --- Vouched devices -------------------------------------------------------
 */

static enum result change_row(struct meeting_transcript *meeting,
                              struct roster_device *devices, size_t count)
{
    struct roster_person person = { .member = meeting_id("m4"),
                                    .category = CATEGORY_OFFICIAL,
                                    .office = OFFICE_NONE,
                                    .devices = { devices, count } };
    const struct meeting_event event = {
        .seq = meeting->state->next_seq,
        .at_ms = meeting->state->at_ms,
        .kind = EVENT_ROSTER_CHANGED_KIND,
        .body.roster_changed = { .register_seq =
                                     meeting->state->register_seq + 1,
                                 .roster = { &person, 1 } },
    };

    return meeting_state_apply(meeting->state, &event);
}

static void the_register_says_who_vouched(void **state)
{
    struct meeting_transcript *meeting = open_meeting();
    const struct identifier m4 = meeting_id("m4");
    struct roster_device devices[] = {
        { .device = meeting_device_key("m4", 'a'),
          .vouched_by = TEXT_LITERAL("m2"),
          .founding = true },
        { .device = meeting_device_key("m4", 'b'),
          .vouched_by = TEXT_LITERAL("") },
    };
    const struct meeting_device *a =
        meeting_state_device(meeting->state, &m4, &devices[0].device);
    const struct meeting_device *b = NULL;

    (void)state;
    assert_false(meeting_device_is_vouched(a));
    assert_int_equal(change_row(meeting, devices, 2), RESULT_OK);
    a = meeting_state_device(meeting->state, &m4, &devices[0].device);
    b = meeting_state_device(meeting->state, &m4, &devices[1].device);
    assert_true(meeting_device_is_vouched(a));
    assert_true(a->is_founding);
    assert_string_equal(a->vouched_by, "m2");
    assert_true(a->is_connected);
    assert_false(meeting_device_is_vouched(b));
    assert_false(b->is_founding);
    devices[1].vouched_by = TEXT_LITERAL("m1,m3");
    assert_int_equal(change_row(meeting, devices, 2), RESULT_OK);
    assert_string_equal(
        meeting_state_device(meeting->state, &m4, &devices[1].device)
            ->vouched_by,
        "m1,m3");
    meeting_transcript_drop(meeting);
}

/* --- The digest ------------------------------------------------------------
 */

enum { DIFFERENCES = 13 };

/* Changes one thing that a digest has to tell apart. */
static void differ(struct meeting_state *state, int difference)
{
    struct meeting_device *device = &state->people[0].holder.devices[0];
    struct meeting_checkpoint *checkpoint = &state->checkpoint;

    state->is_vouching_required = difference == 1;
    state->is_ended = difference == 2;
    state->closed_seq += difference == 3;
    state->checkpoint_count += difference == 4;
    checkpoint->seq += difference == 5;
    checkpoint->upto += difference == 6;
    checkpoint->at_ms += difference == 7;
    checkpoint->signer_count += difference == 8;
    checkpoint->asked_count += difference == 9;
    checkpoint->is_complete = difference == 10;
    device->is_founding = difference == 11;
    device->listed_seq += difference == 12;
    if (difference == DIFFERENCES)
        checkpoint->reason = CHECKPOINT_PERIODIC;
}

static void digests_differ_where_trust_does(void **state)
{
    struct hash digests[DIFFERENCES + 1];

    (void)state;
    for (int i = 0; i <= DIFFERENCES; i++) {
        struct meeting_transcript *meeting = open_meeting();

        differ(meeting->state, i);
        digests[i] = meeting_state_digest(meeting->state);
        for (int j = 0; j < i; j++)
            assert_false(hash_equal(&digests[i], &digests[j]));
        meeting_transcript_drop(meeting);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            it_is_complete_with_chair_minute_taker_and_more_than_half),
        cmocka_unit_test(the_newest_checkpoint_is_kept_with_its_figures),
        cmocka_unit_test(lists_that_cannot_be_are_refused),
        cmocka_unit_test(the_head_that_is_signed_stands_before_its_checkpoint),
        cmocka_unit_test(each_reason_has_its_place),
        cmocka_unit_test(a_device_is_listed_once_in_each_checkpoint),
        cmocka_unit_test(a_device_that_was_revoked_meanwhile_may_have_signed),
        cmocka_unit_test(who_presided_may_have_signed_as_the_chair),
        cmocka_unit_test(after_the_closing_checkpoint_nothing_follows),
        cmocka_unit_test(the_server_reports_checkpoints_until_the_last_one),
        cmocka_unit_test(everybody_signs_in_the_role_of_the_moment),
        cmocka_unit_test(eight_kinds_of_events_ask_for_a_checkpoint),
        cmocka_unit_test(the_register_says_who_vouched),
        cmocka_unit_test(digests_differ_where_trust_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
