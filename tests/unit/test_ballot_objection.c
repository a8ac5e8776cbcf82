/* Objections that show the server's statement `issued`: what is proof, and what
 * is refused. */
#include "protocol/meeting/ballot_objection.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement_ballot.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The credentials of everybody but m4, whose is 104; then with it. */
static const char without[] = "[\"101\",\"102\",\"103\",\"999\"]";
static const char with[] = "[\"101\",\"102\",\"103\",\"104\"]";

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

static struct statement_issue
issued_to(const struct meeting_transcript *meeting, const char *member,
          const char *credential)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);

    return (struct statement_issue){
        .member = text_view_of(member),
        .uuid = meeting_ballot_uuid(ballot, ballot->attempt),
        .election = ballot->election,
        .credential = digest_sha256(credential, strlen(credential)),
    };
}

static struct command objection(const struct meeting_transcript *meeting,
                                const struct signing_key *server,
                                const struct statement_issue *fields)
{
    struct command command = { .op = OP_OBJECT_BALLOT };
    struct command_object_ballot *body = &command.body.object_ballot;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_issued(&server->public_key,
                                      TEXT_LITERAL("org.1"), fields, &bytes,
                                      &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(server, bytes, size, &body->receipt),
                     RESULT_OK);
    free(bytes);
    body->ballot = ballot_newest(meeting)->id;
    body->kind = OBJECTION_ISSUED;
    body->record = fields->credential;
    body->reason =
        (struct sealed){ .has_value = true, .value = TEXT_LITERAL("list") };
    command.act.is_present = true;
    return command;
}

static struct meeting_event objected(const struct meeting_transcript *meeting,
                                     const struct command *command)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_OBJECTED_KIND };
    struct event_ballot_objected *body = &event.body.ballot_objected;

    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    body->ballot = command->body.object_ballot.ballot;
    body->kind = command->body.object_ballot.kind;
    body->record = command->body.object_ballot.record;
    body->receipt = command->body.object_ballot.receipt;
    body->act.is_present = true;
    body->act.member = meeting_id("m4");
    return event;
}

/* A ballot whose list is made. */
static struct meeting_transcript *listed(void)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);

    meeting_play(meeting, "22 server list L", NULL);
    meeting->ballot_list = text_view_of(without);
    return meeting;
}

static void expect_void(struct meeting_transcript *meeting)
{
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_VOID);
    assert_int_equal(ballot_newest(meeting)->void_reason, VOID_OBJECTION);
    assert_int_equal(ballot_newest(meeting)->objection_count, 1);
}

static void expect_refused(struct meeting_transcript *meeting,
                           const char *member, struct command *command,
                           const char *problem)
{
    const struct actor actor = actor_of(member);
    char expected[80];

    assert_int_equal(meeting_do(meeting, &actor, command),
                     REFUSAL_BAD_EVIDENCE);
    (void)snprintf(expected, sizeof expected,
                   "refused bad_evidence problem=%s\n", problem);
    assert_non_null(strstr(meeting->text, expected));
    assert_true(ballot_newest(meeting)->phase != BALLOT_PHASE_VOID);
    assert_int_equal(ballot_newest(meeting)->objection_count, 0);
}

/* --- proof ----------------------------------------------------------------
 */

static void a_credential_that_the_list_lacks_makes_the_ballot_void(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    const struct actor actor = actor_of("m4");
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    expect_void(meeting);
    meeting_transcript_drop(meeting);
}

static void who_is_dropped_still_holds_the_list_that_named_it(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    const struct actor actor = actor_of("m4");
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    meeting_play(meeting,
                 "23 m1 drop_voter b1 m4\n"
                 "24 server list L2",
                 NULL);
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    expect_void(meeting);
    meeting_transcript_drop(meeting);
}

static void who_is_not_named_at_all_needs_no_list(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    const struct statement_issue fields = issued_to(meeting, "x1", "108");
    const struct command command = objection(meeting, &key, &fields);
    struct meeting_event event = objected(meeting, &command);
    struct hash list;

    (void)state;
    event.body.ballot_objected.act.member = meeting_id("x1");
    assert_int_equal(ballot_objection_weigh(meeting->state,
                                            ballot_newest(meeting),
                                            &event.body.ballot_objected, &list),
                     EVIDENCE_PROOF);
    meeting_transcript_drop(meeting);
}

static void after_a_decryption_it_is_only_shown(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_COUNTING);
    struct signing_key key;
    const struct actor actor = actor_of("m4");
    struct statement_issue fields;
    struct command command;

    (void)state;
    meeting_play(meeting, "80 server decrypt", NULL);
    key = server_key(meeting);
    fields = issued_to(meeting, "m4", "104");
    command = objection(meeting, &key, &fields);
    meeting->ballot_list = text_view_of(without);
    assert_int_equal(meeting_do(meeting, &actor, &command), REFUSAL_NONE);
    assert_int_equal(ballot_newest(meeting)->phase, BALLOT_PHASE_COUNTING);
    assert_int_equal(ballot_newest(meeting)->evidence_count, 1);
    assert_true(ballot_newest(meeting)->objections[0].is_late);
    meeting_transcript_drop(meeting);
}

/* --- no proof -------------------------------------------------------------
 */

static void a_credential_in_the_list_proves_nothing(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    meeting->ballot_list = text_view_of(with);
    expect_refused(meeting, "m4", &command, "in_list");
    meeting_transcript_drop(meeting);
}

static void the_credential_of_another_proves_nothing(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    expect_refused(meeting, "m5", &command, "statement");
    command = objection(meeting, &key, &fields);
    command.body.object_ballot.record = digest_sha256("105", 3);
    expect_refused(meeting, "m4", &command, "statement");
    meeting_transcript_drop(meeting);
}

static void what_was_issued_for_another_ballot_proves_nothing(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command;

    (void)state;
    fields.uuid = TEXT_LITERAL("123456789ABCDEFGHJKLMN");
    command = objection(meeting, &key, &fields);
    expect_refused(meeting, "m4", &command, "statement");
    fields = issued_to(meeting, "m4", "104");
    fields.election = digest_sha256("another", 7);
    command = objection(meeting, &key, &fields);
    expect_refused(meeting, "m4", &command, "statement");
    meeting_transcript_drop(meeting);
}

static void what_the_server_did_not_sign_proves_nothing(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting), other;
    uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 10 };
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    assert_int_equal(signing_key_init(&other, seed), RESULT_OK);
    command.body.object_ballot.receipt.bytes[3] ^= 1;
    expect_refused(meeting, "m4", &command, "statement");
    command = objection(meeting, &other, &fields);
    expect_refused(meeting, "m4", &command, "statement");
    meeting_transcript_drop(meeting);
}

static void before_there_is_a_list_it_proves_nothing(void **state)
{
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_ATTESTING);
    struct signing_key key = server_key(meeting);
    const struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);

    (void)state;
    expect_refused(meeting, "m4", &command, "no_list");
    meeting_transcript_drop(meeting);
}

/* --- what a log may hold --------------------------------------------------
 */

static struct meeting_event voided(const struct meeting_transcript *meeting)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_VOIDED_KIND };

    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    event.body.ballot_voided.ballot = ballot_newest(meeting)->id;
    event.body.ballot_voided.why = VOID_OBJECTION;
    return event;
}

static void no_objection_no_ballot_void_by_one(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    struct statement_issue fields = issued_to(meeting, "m4", "104");
    struct command command = objection(meeting, &key, &fields);
    struct meeting_event event = voided(meeting);

    (void)state;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    /* Nor is one with a false signature taken. */
    command.body.object_ballot.receipt.bytes[0] ^= 1;
    event = objected(meeting, &command);
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    command.body.object_ballot.receipt.bytes[0] ^= 1;
    event = objected(meeting, &command);
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    event = voided(meeting);
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    meeting_transcript_drop(meeting);
}

static void nothing_follows_a_proof_but_that_it_is_void(void **state)
{
    struct meeting_transcript *meeting = listed();
    struct signing_key key = server_key(meeting);
    struct statement_issue fields = issued_to(meeting, "x1", "108");
    struct command command = objection(meeting, &key, &fields);
    struct meeting_event event = objected(meeting, &command);

    (void)state;
    event.body.ballot_objected.act.member = meeting_id("x1");
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    assert_true(meeting_ballot_is_refuted(ballot_newest(meeting)));
    event = (struct meeting_event){ .kind = EVENT_VOTER_DROPPED_KIND };
    event.seq = meeting->state->next_seq;
    event.at_ms = meeting->state->at_ms;
    event.body.voter_dropped.ballot = ballot_newest(meeting)->id;
    event.body.voter_dropped.member = meeting_id("m4");
    event.body.voter_dropped.reason = DROP_NOT_ATTESTED;
    assert_int_equal(meeting_state_apply(meeting->state, &event),
                     RESULT_CORRUPT);
    event = voided(meeting);
    assert_int_equal(meeting_state_apply(meeting->state, &event), RESULT_OK);
    meeting_transcript_drop(meeting);
}

static void a_list_is_searched_as_it_is_written(void **state)
{
    const struct hash own = digest_sha256("104", 3);

    (void)state;
    assert_true(ballot_list_has(text_view_of(with), &own));
    assert_false(ballot_list_has(text_view_of(without), &own));
    assert_false(ballot_list_has(TEXT_LITERAL("[]"), &own));
    assert_false(ballot_list_has(TEXT_LITERAL(""), &own));
    assert_false(ballot_list_has(TEXT_LITERAL("[1,\"104\"]"), &own));
    assert_false(ballot_list_has(TEXT_LITERAL("{\"104\":\"104\"}"), &own));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_credential_that_the_list_lacks_makes_the_ballot_void),
        cmocka_unit_test(who_is_dropped_still_holds_the_list_that_named_it),
        cmocka_unit_test(who_is_not_named_at_all_needs_no_list),
        cmocka_unit_test(after_a_decryption_it_is_only_shown),
        cmocka_unit_test(a_credential_in_the_list_proves_nothing),
        cmocka_unit_test(the_credential_of_another_proves_nothing),
        cmocka_unit_test(what_was_issued_for_another_ballot_proves_nothing),
        cmocka_unit_test(what_the_server_did_not_sign_proves_nothing),
        cmocka_unit_test(before_there_is_a_list_it_proves_nothing),
        cmocka_unit_test(no_objection_no_ballot_void_by_one),
        cmocka_unit_test(nothing_follows_a_proof_but_that_it_is_void),
        cmocka_unit_test(a_list_is_searched_as_it_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
