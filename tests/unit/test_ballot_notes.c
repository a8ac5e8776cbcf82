#include "client/core/ballot_notes.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct identifier b1 = { "b1" };

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct ballot_notes));
    return *state ? 0 : 1;
}

static int tear_down(void **state)
{
    ballot_notes_release(*state);
    free(*state);
    return 0;
}

static void take(struct ballot_notes *notes, struct meeting_event *event)
{
    event->seq = notes->next;
    assert_int_equal(ballot_notes_take(notes, event), RESULT_OK);
}

static void draft(struct ballot_notes *notes, const char *const *tellers,
                  size_t count)
{
    struct member_id rows[LIMIT_BALLOT_TELLERS];
    struct meeting_event event = { .kind = EVENT_BALLOT_DRAFTED_KIND };

    for (size_t i = 0; i < count; i++)
        assert_int_equal(
            identifier_parse(text_view_of(tellers[i]), &rows[i].member),
            RESULT_OK);
    event.body.ballot_drafted.ballot = b1;
    event.body.ballot_drafted.revote = true;
    event.body.ballot_drafted.tellers = (struct items){ rows, count };
    take(notes, &event);
}

static void adopt(struct ballot_notes *notes)
{
    struct ballot_channel_row rows[] = {
        { { "m3" }, BALLOT_BY_OWN, { "" } },
        { { "m1" }, BALLOT_BY_OWN, { "" } },
        { { "m2" }, BALLOT_BY_PAPER, { "" } },
    };
    struct meeting_event event = { .kind = EVENT_BALLOT_ADOPTED_KIND };

    event.body.ballot_adopted.ballot = b1;
    event.body.ballot_adopted.channels = (struct items){ rows, 3 };
    take(notes, &event);
}

static void begin_keys(struct ballot_notes *notes, uint64_t attempt,
                       const char *uuid)
{
    struct meeting_event event = { .kind = EVENT_KEYS_BEGUN_KIND };

    event.body.keys_begun.ballot = b1;
    event.body.keys_begun.attempt = attempt;
    event.body.keys_begun.uuid = text_view_of(uuid);
    event.body.keys_begun.server_key = TEXT_LITERAL("{}");
    take(notes, &event);
}

static void certify(struct ballot_notes *notes, uint64_t index,
                    const char *text)
{
    struct meeting_event event = { .kind = EVENT_TELLER_CERTIFIED_KIND };

    event.body.teller_certified.ballot = b1;
    event.body.teller_certified.index = index;
    event.body.teller_certified.certificate = text_view_of(text);
    take(notes, &event);
}

static void record(struct ballot_notes *notes, uint64_t height, uint8_t byte)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };

    event.body.ballot_recorded.ballot = b1;
    event.body.ballot_recorded.height = height;
    event.body.ballot_recorded.tracker.bytes[0] = byte;
    take(notes, &event);
}

static void list(struct ballot_notes *notes, uint8_t setup)
{
    struct member_id voters[] = { { { "m1" } }, { { "m3" } } };
    struct hall_pool halls[] = { { { "s1" }, 4 } };
    struct meeting_event event = { .kind = EVENT_BALLOT_LISTED_KIND };

    event.body.ballot_listed.ballot = b1;
    event.body.ballot_listed.setup.bytes[0] = setup;
    event.body.ballot_listed.length = 6;
    event.body.ballot_listed.voters = (struct items){ voters, 2 };
    event.body.ballot_listed.halls = (struct items){ halls, 1 };
    take(notes, &event);
}

static void attest(struct ballot_notes *notes, const char *member,
                   uint8_t setup)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ATTESTED_KIND };

    event.body.ballot_attested.ballot = b1;
    event.body.ballot_attested.setup.bytes[0] = setup;
    event.body.ballot_attested.length = 6;
    assert_int_equal(identifier_parse(text_view_of(member),
                                      &event.body.ballot_attested.member),
                     RESULT_OK);
    take(notes, &event);
}

static void at_a_hall(struct ballot_notes *notes, bool is_confirming,
                      uint8_t pool)
{
    struct meeting_event event = { .kind = EVENT_HALL_ATTESTED_KIND };

    if (is_confirming) {
        event.kind = EVENT_HALL_CONFIRMED_KIND;
        event.body.hall_confirmed.ballot = b1;
        event.body.hall_confirmed.site = (struct identifier){ "s1" };
        event.body.hall_confirmed.setup.bytes[0] = 7;
        event.body.hall_confirmed.k = 4;
        event.body.hall_confirmed.pool.bytes[0] = pool;
    } else {
        event.body.hall_attested.ballot = b1;
        event.body.hall_attested.member = (struct identifier){ "s1" };
        event.body.hall_attested.setup.bytes[0] = 7;
        event.body.hall_attested.k = 4;
        event.body.hall_attested.pool.bytes[0] = pool;
    }
    take(notes, &event);
}

static void a_draft_says_who_counts_and_how_many_are_needed(void **state)
{
    static const char *const three[] = { "m1", "m2", "m3" };
    const struct noted_ballot *ballot;
    const struct identifier second = { "m2" }, nobody = { "m9" };

    draft(*state, three, 3);
    ballot = ballot_notes_find(*state, &b1);
    assert_int_equal(ballot->threshold, 2);
    assert_int_equal(noted_teller_index(ballot, &second), 2);
    assert_int_equal(noted_teller_index(ballot, &nobody), 0);
    assert_true(ballot->is_revote_allowed);
}

static void of_two_tellers_both_are_needed(void **state)
{
    static const char *const two[] = { "m1", "m2" };

    draft(*state, two, 2);
    assert_int_equal(ballot_notes_find(*state, &b1)->threshold, 2);
}

static void nothing_of_an_attempt_is_taken_over_to_the_next(void **state)
{
    static const char *const one[] = { "m1" };
    const struct noted_ballot *ballot;

    draft(*state, one, 1);
    begin_keys(*state, 1, "first");
    certify(*state, 1, "certificate");
    ballot = ballot_notes_find(*state, &b1);
    assert_string_equal(ballot->tellers[0].certificate.data, "certificate");
    begin_keys(*state, 2, "second");
    assert_null(ballot->tellers[0].certificate.data);
    assert_string_equal(ballot->uuid, "second");
    assert_int_equal(ballot->attempt, 2);
}

/* Worked out from the definition, with the digest's own pieces. */
static void the_roll_is_of_the_moment_when_the_election_was_made(void **state)
{
    static const char *const one[] = { "m1" };
    static const char *const fields[] = { "m1",    "own", "m2",
                                          "paper", "m3",  "own" };
    struct meeting_event ready = { .kind = EVENT_BALLOT_READY_KIND };
    struct meeting_event change = { .kind = EVENT_BALLOT_CHANNEL_SET_KIND };
    const struct noted_ballot *ballot;
    struct digest digest;
    struct hash roll;

    draft(*state, one, 1);
    adopt(*state);
    begin_keys(*state, 1, "uuid");
    ready.body.ballot_ready.ballot = b1;
    take(*state, &ready);
    change.body.ballot_channel_set.ballot = b1;
    change.body.ballot_channel_set.member = (struct identifier){ "m3" };
    change.body.ballot_channel_set.channel = BALLOT_BY_PAPER;
    take(*state, &change);
    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (size_t i = 0; i < 6; i++)
        digest_prefixed_text(&digest, text_view_of(fields[i]));
    roll = digest_finish(&digest);
    ballot = ballot_notes_find(*state, &b1);
    assert_true(hash_equal(&ballot->ready.roll, &roll));
    assert_int_equal(ballot->ready.own, 2);
    assert_int_equal(ballot->ready.paper, 1);
    assert_int_equal(noted_channel_count(ballot, BALLOT_BY_PAPER), 2);
}

static void only_signatures_under_this_list_and_pool_count(void **state)
{
    static const char *const one[] = { "m1" };
    const struct noted_ballot *ballot;

    draft(*state, one, 1);
    adopt(*state);
    begin_keys(*state, 1, "uuid");
    list(*state, 7);
    ballot = ballot_notes_find(*state, &b1);
    attest(*state, "m1", 8); /* of another list */
    assert_int_equal(noted_attested(ballot), 0);
    attest(*state, "m1", 7);
    attest(*state, "m9", 7); /* who is not in it */
    assert_int_equal(noted_attested(ballot), 1);
    at_a_hall(*state, false, 5);
    at_a_hall(*state, true, 6); /* another pool than the device's */
    assert_int_equal(noted_attested(ballot), 1);
    at_a_hall(*state, true, 5);
    assert_int_equal(noted_attested(ballot), 5);
    attest(*state, "m3", 7);
    assert_int_equal(noted_attested(ballot), ballot->length);
    list(*state, 9);
    assert_int_equal(noted_attested(ballot), 0);
}

static void trackers_stand_at_their_heights(void **state)
{
    static const char *const one[] = { "m1" };
    struct meeting_event event = { .kind = EVENT_BALLOT_RECORDED_KIND };
    const struct noted_ballot *ballot;
    struct ballot_notes *notes = *state;

    draft(notes, one, 1);
    record(notes, 1, 0xaa);
    record(notes, 2, 0xbb);
    ballot = ballot_notes_find(notes, &b1);
    assert_null(noted_tracker(ballot, 0));
    assert_int_equal(noted_tracker(ballot, 2)->bytes[0], 0xbb);
    assert_null(noted_tracker(ballot, 3));
    event.seq = notes->next;
    event.body.ballot_recorded.ballot = b1;
    event.body.ballot_recorded.height = 4;
    assert_int_equal(ballot_notes_take(notes, &event), RESULT_CORRUPT);
}

static void what_was_under_way_when_events_were_lost_is_void(void **state)
{
    static const char *const one[] = { "m1" };
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };

    draft(*state, one, 1);
    take(*state, &event);
    assert_int_equal(ballot_notes_find(*state, &b1)->phase, NOTED_DRAFTED);
    adopt(*state);
    take(*state, &event);
    assert_int_equal(ballot_notes_find(*state, &b1)->phase, NOTED_VOID);
}

/* What the server says of an attempt, and what was there to judge by. */
static void
of_attempts_that_failed_everything_is_kept_to_be_judged(void **state)
{
    static const char *const three[] = { "m1", "m2", "m3" };
    struct ballot_notes *notes = *state;
    struct meeting_event disputed = { .kind = EVENT_KEYS_DISPUTED_KIND };
    struct meeting_event failed = { .kind = EVENT_KEYS_FAILED_KIND };
    const struct noted_ballot *ballot;
    struct noted_failure *failure;

    disputed.body.keys_disputed.ballot = failed.body.keys_failed.ballot = b1;
    disputed.body.keys_disputed.index = 3;
    disputed.body.keys_disputed.against = 1;
    disputed.body.keys_disputed.evidence = TEXT_LITERAL("{\"attempt\":1}");
    failed.body.keys_failed.reason = KEYS_BAD_SHARE;
    draft(notes, three, 3);
    for (uint64_t attempt = 1; attempt <= 2; attempt++) {
        begin_keys(notes, attempt, attempt == 1 ? "a" : "b");
        certify(notes, 2, attempt == 1 ? "{\"n\":1}" : "{\"n\":2}");
        if (attempt == 1)
            take(notes, &disputed);
        failed.body.keys_failed.attempt = failed.body.keys_failed.guilty =
            attempt;
        take(notes, &failed);
    }
    begin_keys(notes, 3, "c");

    ballot = ballot_notes_find(notes, &b1);
    failure = noted_failure_from(ballot, 0);
    assert_non_null(failure);
    assert_int_equal(failure->attempt, 1);
    assert_int_equal(failure->guilty, 1);
    assert_string_equal(failure->tellers[1].certificate.data, "{\"n\":1}");
    assert_string_equal(failure->server_key.data, "{}");
    assert_true(failure->dispute.is_open);
    assert_string_equal(failure->dispute.evidence.data, "{\"attempt\":1}");
    failure = noted_failure_from(ballot, failure->seq + 1);
    assert_non_null(failure);
    assert_int_equal(failure->attempt, 2);
    assert_string_equal(failure->tellers[1].certificate.data, "{\"n\":2}");
    assert_false(failure->dispute.is_open);
    noted_failure_forget(failure);
    assert_null(failure->tellers[1].certificate.data);
    assert_null(noted_failure_from(ballot, failure->seq + 1));
    assert_null(ballot->tellers[1].certificate.data);
}

static void an_event_of_no_ballot_or_out_of_order_is_refused(void **state)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_ENDING_KIND };
    struct ballot_notes *notes = *state;

    event.body.ballot_ending.ballot = b1;
    assert_int_equal(ballot_notes_take(notes, &event), RESULT_CORRUPT);
    event = (struct meeting_event){ .kind = EVENT_CHAT_SAID_KIND, .seq = 1 };
    assert_int_equal(ballot_notes_take(notes, &event), RESULT_CORRUPT);
    assert_int_equal(notes->next, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_draft_says_who_counts_and_how_many_are_needed),
        TEST(of_two_tellers_both_are_needed),
        TEST(nothing_of_an_attempt_is_taken_over_to_the_next),
        TEST(the_roll_is_of_the_moment_when_the_election_was_made),
        TEST(only_signatures_under_this_list_and_pool_count),
        TEST(trackers_stand_at_their_heights),
        TEST(what_was_under_way_when_events_were_lost_is_void),
        TEST(of_attempts_that_failed_everything_is_kept_to_be_judged),
        TEST(an_event_of_no_ballot_or_out_of_order_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
