#include "protocol/record/anchors.h"

#include "protocol/base/limits.h"
#include "tests/support/anchor_sample.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct anchors *anchors = calloc(1, sizeof *anchors);

    assert_non_null(anchors);
    anchors_init(anchors, &sample_organisation);
    *state = anchors;
    return 0;
}

static int tear_down(void **state)
{
    anchors_release(*state);
    free(*state);
    return 0;
}

static enum result genesis(struct anchors *anchors, char branch)
{
    const struct hash head = sample_head(branch, 0);

    return anchors_note_genesis(anchors, &sample_meeting, &head);
}

static enum result last(struct anchors *anchors, char branch, uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    return anchors_note_last(anchors, &sample_meeting, seq, &head);
}

static enum result signed_head(struct anchors *anchors, char branch,
                               uint64_t seq)
{
    const struct anchor_signed newest =
        sample_signed(&sample_meeting, branch, seq);

    return anchors_note_signed(anchors, &sample_meeting, &newest);
}

static enum result checkpoint(struct anchors *anchors, char branch,
                              uint64_t upto)
{
    const struct anchor_checkpoint one = sample_checkpoint(branch, upto);

    return anchors_add_checkpoint(anchors, &sample_meeting, &one);
}

static enum anchor_check check(const struct anchors *anchors, char branch,
                               uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    return anchors_check_head(anchors, &sample_meeting, seq, &head, NULL);
}

static enum result rewind_to(struct anchors *anchors, char branch, uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    return anchors_rewind(anchors, &sample_meeting, seq, &head);
}

/* The act `restored` over from..lost_seq of story 'a'. */
static enum result give_up(struct anchors *anchors, uint64_t from,
                           uint64_t lost_seq)
{
    const struct hash before = sample_head('a', from - 1);
    const struct anchor_position lost = { lost_seq,
                                          sample_head('a', lost_seq) };

    return anchors_give_up(anchors, &sample_meeting, from, &before, &lost);
}

static const struct anchor_log *meeting(const struct anchors *anchors)
{
    const struct anchor_log *log = anchors_find(anchors, &sample_meeting);

    assert_non_null(log);
    return log;
}

/* --- What is kept --------------------------------------------------------- */

static void nothing_is_known_of_a_log_that_was_not_followed(void **state)
{
    assert_null(anchors_find(*state, &sample_meeting));
    assert_int_equal(check(*state, 'a', 0), ANCHOR_CHECK_UNKNOWN);
}

static void a_genesis_never_changes(void **state)
{
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    assert_int_equal(genesis(*state, 'b'), RESULT_INVALID);
    assert_int_equal(check(*state, 'a', 0), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'b', 0), ANCHOR_CHECK_CONTRADICTS);
}

static void the_last_head_goes_forward_only(void **state)
{
    assert_int_equal(last(*state, 'a', 5), RESULT_OK);
    assert_int_equal(last(*state, 'a', 9), RESULT_OK);
    assert_int_equal(last(*state, 'a', 8), RESULT_INVALID);
    assert_int_equal(last(*state, 'b', 9), RESULT_INVALID);
    assert_int_equal(last(*state, 'a', 9), RESULT_OK);
    assert_int_equal(meeting(*state)->last.seq, 9);
    assert_int_equal(check(*state, 'a', 9), ANCHOR_CHECK_AGREES);
    /* Only the newest of them is kept. */
    assert_int_equal(check(*state, 'a', 5), ANCHOR_CHECK_UNKNOWN);
}

static void a_checkpoint_gives_the_head_signed_and_its_own(void **state)
{
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(check(*state, 'a', 10), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'a', 11), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'b', 10), ANCHOR_CHECK_CONTRADICTS);
    assert_int_equal(check(*state, 'b', 11), ANCHOR_CHECK_CONTRADICTS);
    assert_int_equal(check(*state, 'a', 12), ANCHOR_CHECK_UNKNOWN);
}

static void a_checkpoint_never_changes(void **state)
{
    struct anchor_checkpoint one = sample_checkpoint('a', 10);

    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'b', 10), RESULT_INVALID);
    one.confirmed = 4;
    assert_int_equal(anchors_add_checkpoint(*state, &sample_meeting, &one),
                     RESULT_INVALID);
    one = sample_checkpoint('a', 10);
    one.upto = 9;
    one.head = sample_head('a', 9);
    assert_int_equal(anchors_add_checkpoint(*state, &sample_meeting, &one),
                     RESULT_INVALID);
    assert_int_equal(meeting(*state)->checkpoints_count, 1);
}

static void checkpoints_are_kept_in_the_order_of_their_events(void **state)
{
    static const uint64_t seqs[] = { 30, 10, 40, 20 };

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(checkpoint(*state, 'a', seqs[i]), RESULT_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(meeting(*state)->checkpoints[i].upto, 10 * (i + 1));
}

static void two_checkpoints_of_one_head_are_two(void **state)
{
    struct anchor_checkpoint one = sample_checkpoint('a', 10);

    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    one.seq = 12;
    one.event_head = sample_head('a', 12);
    assert_int_equal(anchors_add_checkpoint(*state, &sample_meeting, &one),
                     RESULT_OK);
    assert_int_equal(meeting(*state)->checkpoints_count, 2);
}

static void what_is_no_checkpoint_is_not_kept(void **state)
{
    struct anchor_checkpoint bad[6];

    for (size_t i = 0; i < 6; i++)
        bad[i] = sample_checkpoint('a', 10);
    bad[0].upto = 11; /* an event cannot sign itself */
    bad[1].confirmed = 5;
    bad[2].reason = (struct anchor_word){ "" };
    bad[3].reason = (struct anchor_word){ "two words" };
    bad[4].standing = ANCHOR_LOST;
    bad[5].seq = UINT64_C(1) << 53;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(
            anchors_add_checkpoint(*state, &sample_meeting, &bad[i]),
            RESULT_INVALID);
    assert_null(anchors_find(*state, &sample_meeting));
}

static void the_newest_signed_head_is_kept_and_older_ones_compared(void **state)
{
    assert_int_equal(last(*state, 'a', 25), RESULT_OK);
    assert_int_equal(signed_head(*state, 'a', 20), RESULT_OK);
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(signed_head(*state, 'a', 20), RESULT_OK);
    assert_int_equal(meeting(*state)->newest.seq, 30);
    assert_int_equal(signed_head(*state, 'b', 25), RESULT_INVALID);
    assert_int_equal(signed_head(*state, 'b', 30), RESULT_INVALID);
    assert_int_equal(signed_head(*state, 'b', 40), RESULT_OK);
}

static void every_position_is_held_against_every_other(void **state)
{
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(last(*state, 'b', 10), RESULT_INVALID);
    assert_int_equal(last(*state, 'b', 11), RESULT_INVALID);
    assert_int_equal(signed_head(*state, 'b', 11), RESULT_INVALID);
    assert_int_equal(last(*state, 'a', 20), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'b', 20), RESULT_INVALID);
    assert_int_equal(checkpoint(*state, 'b', 19), RESULT_INVALID);
    assert_int_equal(signed_head(*state, 'a', 0), RESULT_OK);
    assert_int_equal(genesis(*state, 'b'), RESULT_INVALID);
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
}

static void a_contradiction_shows_our_head_and_its_signature(void **state)
{
    const struct hash theirs = sample_head('b', 30);
    const struct anchor_signed ours = sample_signed(&sample_meeting, 'a', 30);
    struct anchor_side side = { .is_signed = false };

    assert_int_equal(last(*state, 'a', 30), RESULT_OK);
    assert_int_equal(
        anchors_check_head(*state, &sample_meeting, 30, &theirs, &side),
        ANCHOR_CHECK_CONTRADICTS);
    assert_true(hash_equal(&side.head, &ours.head));
    assert_false(side.is_signed);
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(
        anchors_check_head(*state, &sample_meeting, 30, &theirs, &side),
        ANCHOR_CHECK_CONTRADICTS);
    assert_true(side.is_signed);
    assert_memory_equal(&side.by, &ours.by, sizeof side.by);
}

static void logs_are_found_whatever_their_order(void **state)
{
    enum { LOGS = 100 };
    struct identifier scope;
    const struct hash head = sample_head('a', 0);

    for (uint64_t i = 0; i < LOGS; i++) {
        identifier_number(&scope, "hop-", 37 * i % LOGS);
        assert_int_equal(anchors_note_last(*state, &scope, 1 + i, &head),
                         RESULT_OK);
    }
    for (uint64_t i = 0; i < LOGS; i++) {
        identifier_number(&scope, "hop-", 37 * i % LOGS);
        assert_int_equal(anchors_find(*state, &scope)->last.seq, 1 + i);
    }
}

static void a_log_stays_where_it_is_while_others_come(void **state)
{
    const struct anchor_log *log = NULL;
    struct identifier scope;
    const struct hash head = sample_head('a', 0);

    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    log = meeting(*state);
    for (uint64_t i = 0; i < 100; i++) {
        identifier_number(&scope, "a-", i);
        assert_int_equal(anchors_note_genesis(*state, &scope, &head),
                         RESULT_OK);
    }
    assert_ptr_equal(meeting(*state), log);
}

static void what_fails_takes_no_log_up(void **state)
{
    const struct identifier bad = { "Hop" };
    const struct hash head = sample_head('a', 0);
    struct anchors *anchors = *state;

    assert_int_equal(anchors_note_genesis(anchors, &bad, &head),
                     RESULT_INVALID);
    assert_int_equal(last(anchors, 'a', UINT64_MAX), RESULT_INVALID);
    assert_int_equal(give_up(anchors, 9, 8), RESULT_INVALID);
    assert_int_equal(anchors->logs_count, 0);
    assert_int_equal(anchors->changes, 0);
}

static void only_what_is_new_is_a_change(void **state)
{
    struct anchors *anchors = *state;
    uint64_t before = 0;

    assert_int_equal(genesis(anchors, 'a'), RESULT_OK);
    assert_int_equal(checkpoint(anchors, 'a', 10), RESULT_OK);
    assert_int_equal(signed_head(anchors, 'a', 10), RESULT_OK);
    assert_int_equal(last(anchors, 'a', 11), RESULT_OK);
    before = anchors->changes;
    assert_int_equal(before, 4);
    assert_int_equal(genesis(anchors, 'a'), RESULT_OK);
    assert_int_equal(checkpoint(anchors, 'a', 10), RESULT_OK);
    assert_int_equal(signed_head(anchors, 'a', 10), RESULT_OK);
    assert_int_equal(last(anchors, 'a', 11), RESULT_OK);
    assert_int_equal(last(anchors, 'b', 11), RESULT_INVALID);
    assert_int_equal(anchors->changes, before);
}

/* --- Devices, server ------------------------------------------------------ */

static void a_device_is_known_as_the_user_last_said(void **state)
{
    const struct key device = { { 1 } };
    const struct key other = { { 2 } };

    assert_int_equal(anchors_device(*state, &device), ANCHOR_DEVICE_UNKNOWN);
    assert_int_equal(anchors_note_device(*state, &device, ANCHOR_DEVICE_SEEN),
                     RESULT_OK);
    assert_int_equal(anchors_device(*state, &device), ANCHOR_DEVICE_SEEN);
    assert_int_equal(
        anchors_note_device(*state, &device, ANCHOR_DEVICE_ACCEPTED),
        RESULT_OK);
    assert_int_equal(anchors_device(*state, &device), ANCHOR_DEVICE_ACCEPTED);
    assert_int_equal(anchors_device(*state, &other), ANCHOR_DEVICE_UNKNOWN);
    assert_int_equal(anchors_note_device(*state, &other, ANCHOR_DEVICE_UNKNOWN),
                     RESULT_INVALID);
}

static void the_newest_server_key_is_kept(void **state)
{
    struct anchors *anchors = *state;

    assert_false(anchors->has_server);
    anchors_set_server(anchors, &(struct key){ { 1 } });
    anchors_set_server(anchors, &(struct key){ { 2 } });
    anchors_set_server(anchors, &(struct key){ { 2 } });
    assert_true(anchors->has_server);
    assert_int_equal(anchors->server.bytes[0], 2);
    assert_int_equal(anchors->changes, 2);
}

/* --- Signatures ----------------------------------------------------------- */

static void only_the_servers_signature_over_this_head_is_good(void **state)
{
    const struct anchor_signed good = sample_signed(&sample_meeting, 'a', 30);
    const struct hash other = sample_head('b', 30);
    struct anchor_signature changed = good.by;

    (void)state;
    assert_int_equal(
        anchor_signature_verify(&sample_meeting, 30, &good.head, &good.by),
        RESULT_OK);
    assert_int_equal(
        anchor_signature_verify(&sample_other, 30, &good.head, &good.by),
        RESULT_REFUSED);
    assert_int_equal(
        anchor_signature_verify(&sample_meeting, 31, &good.head, &good.by),
        RESULT_REFUSED);
    assert_int_equal(
        anchor_signature_verify(&sample_meeting, 30, &other, &good.by),
        RESULT_REFUSED);
    changed.reason = (struct anchor_word){ "closed" };
    assert_int_equal(
        anchor_signature_verify(&sample_meeting, 30, &good.head, &changed),
        RESULT_REFUSED);
}

static void words_are_of_small_letters(void **state)
{
    static const char *const bad[] = {
        "",         "-",    "two words", "Closed",
        "kết-thúc", "a\tb", "a.b",       "a-word-of-thirty-two-letters-abc"
    };
    struct anchor_word word = { "before" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(anchor_word_parse(text_view_of(bad[i]), &word),
                         RESULT_MALFORMED);
        assert_string_equal(word.text, "before");
    }
    assert_int_equal(anchor_word_parse(TEXT_LITERAL("vote_closed"), &word),
                     RESULT_OK);
    assert_string_equal(word.text, "vote_closed");
}

/* --- Alarms --------------------------------------------------------------- */

static struct anchor_alarm fork_at(uint64_t seq)
{
    return (struct anchor_alarm){ .reason = { "fork" },
                                  .seq = seq,
                                  .ours = { .head = sample_head('a', seq) },
                                  .theirs = { .head = sample_head('b', seq) } };
}

static void an_alarm_keeps_both_heads_once(void **state)
{
    struct anchor_alarm alarm = fork_at(10);

    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(meeting(*state)->alarms_count, 1);
    alarm.theirs.head = sample_head('c', 10);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(meeting(*state)->alarms_count, 2);
    alarm.theirs.head = alarm.ours.head;
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_INVALID);
}

static void an_alarm_may_be_without_heads(void **state)
{
    struct anchor_alarm alarm = { .reason = { "opening" }, .seq = 7 };

    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    alarm.theirs = (struct anchor_side){ .is_signed = true,
                                         .by = { .reason = { "commit" } } };
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_INVALID);
}

static void an_alarm_holds_until_it_is_forgotten(void **state)
{
    const struct anchor_alarm first = fork_at(10);
    const struct anchor_alarm second = fork_at(5);

    assert_int_equal(last(*state, 'a', 1), RESULT_OK);
    assert_null(anchor_log_alarm(meeting(*state)));
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &first),
                     RESULT_OK);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &second),
                     RESULT_OK);
    assert_int_equal(anchor_log_alarm(meeting(*state))->seq, 5);
    anchors_forget_alarms(*state, &sample_meeting);
    assert_null(anchor_log_alarm(meeting(*state)));
    assert_int_equal(meeting(*state)->alarms_count, 2);
    /* The server goes on with it. */
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &first),
                     RESULT_OK);
    assert_int_equal(anchor_log_alarm(meeting(*state))->seq, 10);
    assert_int_equal(meeting(*state)->alarms_count, 2);
    anchors_forget_alarms(*state, &sample_other);
    assert_non_null(anchor_log_alarm(meeting(*state)));
}

static void fill_with_alarms(struct anchors *anchors, bool are_proofs)
{
    for (uint64_t i = 0; i < LIMIT_ANCHOR_ALARMS; i++) {
        struct anchor_alarm alarm = fork_at(i);

        alarm.ours.is_signed = are_proofs;
        alarm.ours.by.reason = (struct anchor_word){ "commit" };
        alarm.theirs.is_signed = are_proofs;
        alarm.theirs.by.reason = (struct anchor_word){ "commit" };
        assert_int_equal(anchors_add_alarm(anchors, &sample_meeting, &alarm),
                         RESULT_OK);
    }
}

static void an_open_alarm_makes_no_room_for_another(void **state)
{
    const struct anchor_alarm alarm = fork_at(100);

    fill_with_alarms(*state, false);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_FULL);
    assert_int_equal(meeting(*state)->alarms[0].seq, 0);
    assert_non_null(anchor_log_alarm(meeting(*state)));
}

static void the_oldest_forgotten_alarm_makes_room(void **state)
{
    const struct anchor_alarm alarm = fork_at(100);
    const size_t reserved = ((struct anchors *)*state)->reserved;

    fill_with_alarms(*state, false);
    anchors_forget_alarms(*state, &sample_meeting);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(meeting(*state)->alarms_count, LIMIT_ANCHOR_ALARMS);
    assert_int_equal(meeting(*state)->alarms[0].seq, 1);
    assert_int_equal(anchor_log_alarm(meeting(*state))->seq, 100);
    assert_true(((struct anchors *)*state)->reserved > reserved);
}

static void proofs_make_no_room_and_put_the_log_into_alarm_again(void **state)
{
    const struct anchor_alarm alarm = fork_at(100);

    fill_with_alarms(*state, true);
    anchors_forget_alarms(*state, &sample_meeting);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_FULL);
    assert_int_equal(meeting(*state)->alarms[0].seq, 0);
    assert_non_null(anchor_log_alarm(meeting(*state)));
}

static void an_alarm_does_not_move_what_is_kept(void **state)
{
    const struct anchor_alarm alarm = fork_at(10);

    assert_int_equal(last(*state, 'a', 10), RESULT_OK);
    assert_int_equal(anchors_add_alarm(*state, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(check(*state, 'a', 10), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'b', 10), ANCHOR_CHECK_CONTRADICTS);
}

/* --- Taking back ---------------------------------------------------------- */

static void unsigned_events_may_be_lost_down_to_the_signed_head(void **state)
{
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(last(*state, 'a', 34), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 30), RESULT_OK);
    assert_int_equal(meeting(*state)->last.seq, 30);
    assert_int_equal(check(*state, 'a', 34), ANCHOR_CHECK_LOST);
    /* The server goes on, with other events. */
    assert_int_equal(last(*state, 'b', 34), RESULT_OK);
    assert_int_equal(check(*state, 'b', 34), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'a', 34), ANCHOR_CHECK_LOST);
    assert_int_equal(check(*state, 'c', 34), ANCHOR_CHECK_CONTRADICTS);
}

static void the_head_that_a_checkpoint_signed_is_a_signed_head(void **state)
{
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(last(*state, 'a', 14), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 9), RESULT_INVALID);
    /* The event itself was not signed yet. */
    assert_int_equal(rewind_to(*state, 'a', 10), RESULT_OK);
    assert_int_equal(check(*state, 'a', 10), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'a', 11), ANCHOR_CHECK_LOST);
    /* Another checkpoint of the same head takes its place. */
    {
        struct anchor_checkpoint again = sample_checkpoint('a', 10);

        again.event_head = sample_head('b', 11);
        assert_int_equal(
            anchors_add_checkpoint(*state, &sample_meeting, &again), RESULT_OK);
    }
    assert_int_equal(meeting(*state)->checkpoints_count, 2);
    assert_int_equal(check(*state, 'b', 11), ANCHOR_CHECK_AGREES);
}

static void what_the_server_signed_cannot_be_lost_without_an_act(void **state)
{
    assert_int_equal(rewind_to(*state, 'a', 0), RESULT_NOT_FOUND);
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 20), RESULT_OK);
    assert_int_equal(last(*state, 'a', 40), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 10), RESULT_INVALID);
    assert_int_equal(rewind_to(*state, 'b', 20), RESULT_INVALID);
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 20), RESULT_INVALID);
    assert_int_equal(rewind_to(*state, 'a', 41), RESULT_INVALID);
    assert_int_equal(meeting(*state)->last.seq, 40);
    assert_int_equal(meeting(*state)->lost_count, 0);
    assert_int_equal(rewind_to(*state, 'a', 30), RESULT_OK);
}

static void the_server_may_have_kept_more_than_it_signed(void **state)
{
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(last(*state, 'a', 34), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 32), RESULT_OK);
    assert_int_equal(meeting(*state)->last.seq, 32);
    assert_int_equal(check(*state, 'a', 32), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'a', 34), ANCHOR_CHECK_LOST);
}

static void an_event_that_came_back_stands_again(void **state)
{
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(last(*state, 'a', 14), RESULT_OK);
    assert_int_equal(rewind_to(*state, 'a', 10), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(meeting(*state)->checkpoints_count, 1);
    assert_int_equal(check(*state, 'a', 11), ANCHOR_CHECK_AGREES);
    assert_int_equal(last(*state, 'a', 14), RESULT_OK);
    assert_int_equal(check(*state, 'a', 14), ANCHOR_CHECK_AGREES);
}

static void an_act_gives_up_even_what_was_signed(void **state)
{
    assert_int_equal(genesis(*state, 'a'), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 10), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 19), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 25), RESULT_OK);
    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(last(*state, 'a', 34), RESULT_OK);

    assert_int_equal(give_up(*state, 20, 32), RESULT_OK);

    assert_int_equal(meeting(*state)->last.seq, 19);
    assert_false(meeting(*state)->has_signed);
    for (uint64_t seq = 0; seq < 20; seq++) {
        const bool is_kept = seq == 0 || seq == 10 || seq == 11 || seq == 19;

        assert_int_equal(check(*state, 'a', seq),
                         is_kept ? ANCHOR_CHECK_AGREES : ANCHOR_CHECK_UNKNOWN);
    }
    for (uint64_t seq = 20; seq < 40; seq++) {
        const bool is_lost = seq == 20 || seq == 25 || seq == 26 || seq == 30 ||
                             seq == 32 || seq == 34;

        assert_int_equal(check(*state, 'a', seq),
                         is_lost ? ANCHOR_CHECK_LOST : ANCHOR_CHECK_UNKNOWN);
        assert_int_equal(check(*state, 'b', seq), ANCHOR_CHECK_UNKNOWN);
    }
}

static void the_signature_over_what_was_given_up_is_kept(void **state)
{
    const struct anchor_signed newest = sample_signed(&sample_meeting, 'a', 30);
    const struct anchor_log *log = NULL;

    assert_int_equal(signed_head(*state, 'a', 30), RESULT_OK);
    assert_int_equal(last(*state, 'a', 30), RESULT_OK);
    assert_int_equal(give_up(*state, 20, 30), RESULT_OK);
    log = meeting(*state);
    /* It is one position, whoever names it. */
    assert_int_equal(log->lost_count, 1);
    assert_int_equal(log->lost[0].from, 20);
    assert_true(log->lost[0].side.is_signed);
    assert_memory_equal(&log->lost[0].side.by, &newest.by, sizeof newest.by);
}

static void the_new_story_stands_where_the_old_was_given_up(void **state)
{
    assert_int_equal(checkpoint(*state, 'a', 25), RESULT_OK);
    assert_int_equal(last(*state, 'a', 34), RESULT_OK);
    assert_int_equal(give_up(*state, 20, 34), RESULT_OK);
    assert_int_equal(last(*state, 'b', 34), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'b', 25), RESULT_OK);
    assert_int_equal(signed_head(*state, 'b', 34), RESULT_OK);
    assert_int_equal(check(*state, 'b', 25), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(*state, 'a', 25), ANCHOR_CHECK_LOST);
    assert_int_equal(check(*state, 'c', 25), ANCHOR_CHECK_CONTRADICTS);
}

static void an_act_that_is_folded_again_changes_nothing(void **state)
{
    struct anchors *anchors = *state;
    uint64_t before = 0;

    assert_int_equal(last(anchors, 'a', 34), RESULT_OK);
    assert_int_equal(give_up(anchors, 20, 34), RESULT_OK);
    assert_int_equal(last(anchors, 'b', 40), RESULT_OK);
    before = anchors->changes;
    assert_int_equal(give_up(anchors, 20, 34), RESULT_OK);
    assert_int_equal(anchors->changes, before);
    assert_int_equal(meeting(anchors)->last.seq, 40);
}

static void a_device_that_had_nothing_of_it_remembers_the_act(void **state)
{
    assert_int_equal(last(*state, 'a', 5), RESULT_OK);
    assert_int_equal(give_up(*state, 20, 34), RESULT_OK);
    assert_int_equal(meeting(*state)->last.seq, 5);
    assert_int_equal(check(*state, 'a', 34), ANCHOR_CHECK_LOST);
}

static void an_act_about_another_story_is_a_contradiction(void **state)
{
    const struct hash before = sample_head('a', 19);
    const struct hash wrong = sample_head('b', 19);
    const struct anchor_position lost = { 34, sample_head('a', 34) };
    const struct anchor_position other = { 34, sample_head('b', 34) };

    assert_int_equal(checkpoint(*state, 'a', 19), RESULT_OK);
    assert_int_equal(last(*state, 'a', 34), RESULT_OK);
    assert_int_equal(
        anchors_give_up(*state, &sample_meeting, 20, &wrong, &lost),
        RESULT_INVALID);
    assert_int_equal(
        anchors_give_up(*state, &sample_meeting, 20, &before, &other),
        RESULT_INVALID);
    assert_int_equal(
        anchors_give_up(*state, &sample_meeting, 0, &before, &lost),
        RESULT_INVALID);
    assert_int_equal(meeting(*state)->last.seq, 34);
    assert_int_equal(meeting(*state)->lost_count, 0);
}

/* --- Limits --------------------------------------------------------------- */

static void there_are_so_many_logs_and_no_more(void **state)
{
    struct identifier scope;
    const struct hash head = sample_head('a', 0);

    for (uint64_t i = 0; i < LIMIT_ANCHOR_LOGS; i++) {
        identifier_number(&scope, "l", i);
        assert_int_equal(anchors_note_genesis(*state, &scope, &head),
                         RESULT_OK);
    }
    assert_int_equal(genesis(*state, 'a'), RESULT_FULL);
    /* Those that are there go on. */
    assert_int_equal(anchors_note_last(*state, &scope, 1, &head), RESULT_OK);
}

static void a_full_list_keeps_what_it_has(void **state)
{
    const struct anchor_lost lost = {
        .from = 1, .seq = 5000, .side = { .head = sample_head('l', 5000) }
    };

    for (uint64_t i = 0; i < LIMIT_ANCHOR_CHECKPOINTS; i++)
        assert_int_equal(checkpoint(*state, 'a', 2 * i), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'a', 9999), RESULT_FULL);
    assert_int_equal(checkpoint(*state, 'a', 2), RESULT_OK);
    assert_int_equal(checkpoint(*state, 'b', 2), RESULT_INVALID);
    for (uint64_t i = 0; i < LIMIT_ANCHOR_LOST - 2; i++) {
        struct anchor_lost one = lost;

        one.seq += i;
        assert_int_equal(anchors_keep_lost(*state, &sample_meeting, &one),
                         RESULT_OK);
    }
    /* An act may name one more position than there is room for: then none. */
    assert_int_equal(last(*state, 'a', 9000), RESULT_OK);
    assert_int_equal(give_up(*state, 9000, 9001), RESULT_FULL);
    assert_int_equal(meeting(*state)->lost_count, LIMIT_ANCHOR_LOST - 2);
    assert_int_equal(meeting(*state)->last.seq, 9000);
}

static void so_many_devices_are_known_and_no_more(void **state)
{
    struct key device = { { 0 } };

    for (size_t i = 0; i < LIMIT_ANCHOR_DEVICES; i++) {
        device.bytes[0] = (uint8_t)i;
        device.bytes[1] = (uint8_t)(i >> 8);
        assert_int_equal(
            anchors_note_device(*state, &device, ANCHOR_DEVICE_SEEN),
            RESULT_OK);
    }
    assert_int_equal(
        anchors_note_device(*state, &device, ANCHOR_DEVICE_ACCEPTED),
        RESULT_OK);
    device.bytes[31] = 1;
    assert_int_equal(anchors_note_device(*state, &device, ANCHOR_DEVICE_SEEN),
                     RESULT_FULL);
}

#define ANCHOR_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANCHOR_TEST(nothing_is_known_of_a_log_that_was_not_followed),
        ANCHOR_TEST(a_genesis_never_changes),
        ANCHOR_TEST(the_last_head_goes_forward_only),
        ANCHOR_TEST(a_checkpoint_gives_the_head_signed_and_its_own),
        ANCHOR_TEST(a_checkpoint_never_changes),
        ANCHOR_TEST(checkpoints_are_kept_in_the_order_of_their_events),
        ANCHOR_TEST(two_checkpoints_of_one_head_are_two),
        ANCHOR_TEST(what_is_no_checkpoint_is_not_kept),
        ANCHOR_TEST(the_newest_signed_head_is_kept_and_older_ones_compared),
        ANCHOR_TEST(every_position_is_held_against_every_other),
        ANCHOR_TEST(a_contradiction_shows_our_head_and_its_signature),
        ANCHOR_TEST(logs_are_found_whatever_their_order),
        ANCHOR_TEST(a_log_stays_where_it_is_while_others_come),
        ANCHOR_TEST(what_fails_takes_no_log_up),
        ANCHOR_TEST(only_what_is_new_is_a_change),
        ANCHOR_TEST(a_device_is_known_as_the_user_last_said),
        ANCHOR_TEST(the_newest_server_key_is_kept),
        ANCHOR_TEST(only_the_servers_signature_over_this_head_is_good),
        ANCHOR_TEST(words_are_of_small_letters),
        ANCHOR_TEST(an_alarm_keeps_both_heads_once),
        ANCHOR_TEST(an_alarm_may_be_without_heads),
        ANCHOR_TEST(an_alarm_holds_until_it_is_forgotten),
        ANCHOR_TEST(an_open_alarm_makes_no_room_for_another),
        ANCHOR_TEST(the_oldest_forgotten_alarm_makes_room),
        ANCHOR_TEST(proofs_make_no_room_and_put_the_log_into_alarm_again),
        ANCHOR_TEST(an_alarm_does_not_move_what_is_kept),
        ANCHOR_TEST(unsigned_events_may_be_lost_down_to_the_signed_head),
        ANCHOR_TEST(the_head_that_a_checkpoint_signed_is_a_signed_head),
        ANCHOR_TEST(what_the_server_signed_cannot_be_lost_without_an_act),
        ANCHOR_TEST(the_server_may_have_kept_more_than_it_signed),
        ANCHOR_TEST(an_event_that_came_back_stands_again),
        ANCHOR_TEST(an_act_gives_up_even_what_was_signed),
        ANCHOR_TEST(the_signature_over_what_was_given_up_is_kept),
        ANCHOR_TEST(the_new_story_stands_where_the_old_was_given_up),
        ANCHOR_TEST(an_act_that_is_folded_again_changes_nothing),
        ANCHOR_TEST(a_device_that_had_nothing_of_it_remembers_the_act),
        ANCHOR_TEST(an_act_about_another_story_is_a_contradiction),
        ANCHOR_TEST(there_are_so_many_logs_and_no_more),
        ANCHOR_TEST(a_full_list_keeps_what_it_has),
        ANCHOR_TEST(so_many_devices_are_known_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
