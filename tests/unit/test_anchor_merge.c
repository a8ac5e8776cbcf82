#include "protocol/record/anchor_merge.h"

#include "protocol/base/limits.h"
#include "protocol/record/anchor_file.h"
#include "tests/support/anchor_sample.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

struct fixture {
    struct anchors ours;
    struct anchors theirs;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    anchors_init(&fixture->ours, &sample_organisation);
    anchors_init(&fixture->theirs, &sample_organisation);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    anchors_release(&fixture->ours);
    anchors_release(&fixture->theirs);
    free(fixture);
    return 0;
}

/* --- Saying things of the sample meeting ---------------------------------- */

static void genesis(struct anchors *anchors, char branch)
{
    const struct hash head = sample_head(branch, 0);

    assert_int_equal(anchors_note_genesis(anchors, &sample_meeting, &head),
                     RESULT_OK);
}

static void last(struct anchors *anchors, char branch, uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    assert_int_equal(anchors_note_last(anchors, &sample_meeting, seq, &head),
                     RESULT_OK);
}

static void checkpoint(struct anchors *anchors, char branch, uint64_t upto)
{
    const struct anchor_checkpoint one = sample_checkpoint(branch, upto);

    assert_int_equal(anchors_add_checkpoint(anchors, &sample_meeting, &one),
                     RESULT_OK);
}

static void signed_head(struct anchors *anchors, char branch, uint64_t seq)
{
    const struct anchor_signed newest =
        sample_signed(&sample_meeting, branch, seq);

    assert_int_equal(anchors_note_signed(anchors, &sample_meeting, &newest),
                     RESULT_OK);
}

/* The act `restored` over from..lost_seq of story 'a'. */
static void give_up(struct anchors *anchors, uint64_t from, uint64_t lost_seq)
{
    const struct hash before = sample_head('a', from - 1);
    const struct anchor_position lost = { lost_seq,
                                          sample_head('a', lost_seq) };

    assert_int_equal(
        anchors_give_up(anchors, &sample_meeting, from, &before, &lost),
        RESULT_OK);
}

static const struct anchor_log *meeting(const struct anchors *anchors)
{
    const struct anchor_log *log = anchors_find(anchors, &sample_meeting);

    assert_non_null(log);
    return log;
}

static enum anchor_check check(const struct anchors *anchors, char branch,
                               uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    return anchors_check_head(anchors, &sample_meeting, seq, &head, NULL);
}

static struct anchor_comparison compare(const struct fixture *fixture)
{
    struct anchor_comparison out;

    anchor_logs_compare(anchors_find(&fixture->ours, &sample_meeting),
                        meeting(&fixture->theirs), &out);
    return out;
}

static struct anchor_merge merge(struct fixture *fixture)
{
    struct anchor_merge out;

    assert_int_equal(anchors_merge(&fixture->ours, &fixture->theirs, &out),
                     RESULT_OK);
    return out;
}

/* --- Comparing ------------------------------------------------------------ */

static void the_highest_common_head_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_comparison found;

    genesis(&fixture->ours, 'a');
    checkpoint(&fixture->ours, 'a', 10);
    checkpoint(&fixture->ours, 'a', 20);
    last(&fixture->ours, 'a', 40);
    genesis(&fixture->theirs, 'a');
    checkpoint(&fixture->theirs, 'a', 10);
    last(&fixture->theirs, 'a', 15);
    found = compare(fixture);
    assert_true(found.has_agreed);
    /* The checkpoint event at 11; 15 is kept by them only. */
    assert_int_equal(found.agreed_seq, 11);
    assert_int_equal(found.contradiction_count, 0);
}

static void the_first_contradiction_is_told_with_both_heads(void **state)
{
    struct fixture *fixture = *state;
    const struct hash ours = sample_head('a', 20);
    const struct hash theirs = sample_head('b', 20);
    struct anchor_comparison found;

    checkpoint(&fixture->ours, 'a', 10);
    checkpoint(&fixture->ours, 'a', 20);
    checkpoint(&fixture->ours, 'a', 30);
    checkpoint(&fixture->theirs, 'b', 30);
    checkpoint(&fixture->theirs, 'a', 10);
    checkpoint(&fixture->theirs, 'b', 20);
    signed_head(&fixture->theirs, 'b', 20);
    found = compare(fixture);
    assert_true(found.has_agreed);
    assert_int_equal(found.agreed_seq, 11);
    assert_true(found.contradiction_count > 0);
    assert_int_equal(found.seq, 20);
    assert_true(hash_equal(&found.ours.head, &ours));
    assert_false(found.ours.is_signed);
    assert_true(hash_equal(&found.theirs.head, &theirs));
    assert_true(found.theirs.is_signed);
}

static void without_a_common_seq_nothing_is_known(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_comparison found;

    last(&fixture->theirs, 'a', 40);
    found = compare(fixture);
    assert_false(found.has_agreed);
    assert_int_equal(found.contradiction_count, 0);
    last(&fixture->ours, 'b', 41);
    found = compare(fixture);
    assert_false(found.has_agreed);
    assert_int_equal(found.contradiction_count, 0);
}

static void what_was_kept_before_a_loss_contradicts_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_comparison found;

    checkpoint(&fixture->theirs, 'a', 10);
    checkpoint(&fixture->theirs, 'a', 25);
    checkpoint(&fixture->ours, 'a', 10);
    give_up(&fixture->ours, 20, 30);
    checkpoint(&fixture->ours, 'b', 25);
    found = compare(fixture);
    assert_int_equal(found.agreed_seq, 11);
    assert_int_equal(found.contradiction_count, 0);
}

static void who_knows_of_the_loss_has_to_agree_behind_it(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_comparison found;

    give_up(&fixture->ours, 20, 30);
    checkpoint(&fixture->ours, 'b', 25);
    give_up(&fixture->theirs, 20, 30);
    checkpoint(&fixture->theirs, 'c', 25);
    found = compare(fixture);
    assert_true(found.contradiction_count > 0);
    assert_int_equal(found.seq, 25);
}

/* --- Merging -------------------------------------------------------------- */

static void new_anchors_take_everything_from_an_export(void **state)
{
    struct fixture *fixture = *state;
    uint8_t *expected = NULL;
    uint8_t *merged = NULL;
    size_t expected_size = 0;
    size_t size = 0;
    struct anchor_merge out;

    anchors_release(&fixture->theirs);
    sample_anchors(&fixture->theirs);
    anchors_set_server(&fixture->ours, &fixture->theirs.server);
    out = merge(fixture);
    assert_int_equal(out.log_count, 2);
    assert_int_equal(out.contradicting_count, 0);
    assert_int_equal(out.refused_count, 0);
    assert_false(out.has_other_server);
    assert_int_equal(
        anchor_file_encode(&fixture->theirs, &expected, &expected_size),
        RESULT_OK);
    assert_int_equal(anchor_file_encode(&fixture->ours, &merged, &size),
                     RESULT_OK);
    assert_int_equal(size, expected_size);
    assert_memory_equal(merged, expected, size);
    free(expected);
    free(merged);
}

static void merging_again_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    uint64_t before = 0;

    anchors_release(&fixture->theirs);
    sample_anchors(&fixture->theirs);
    (void)merge(fixture);
    before = fixture->ours.changes;
    (void)merge(fixture);
    assert_int_equal(fixture->ours.changes, before);
}

static void the_newer_of_both_holds_and_all_checkpoints(void **state)
{
    struct fixture *fixture = *state;

    genesis(&fixture->ours, 'a');
    checkpoint(&fixture->ours, 'a', 30);
    signed_head(&fixture->ours, 'a', 35);
    last(&fixture->ours, 'a', 40);
    genesis(&fixture->theirs, 'a');
    checkpoint(&fixture->theirs, 'a', 10);
    signed_head(&fixture->theirs, 'a', 15);
    last(&fixture->theirs, 'a', 20);
    (void)merge(fixture);
    assert_int_equal(meeting(&fixture->ours)->last.seq, 40);
    assert_int_equal(meeting(&fixture->ours)->newest.seq, 35);
    assert_int_equal(check(&fixture->ours, 'a', 10), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(&fixture->ours, 'a', 31), ANCHOR_CHECK_AGREES);
}

static void a_contradicting_log_stays_and_raises_an_alarm(void **state)
{
    struct fixture *fixture = *state;
    const struct hash kept = sample_head('a', 20);
    const struct anchor_log *log = NULL;
    struct anchor_merge out;

    genesis(&fixture->ours, 'a');
    checkpoint(&fixture->ours, 'a', 10);
    last(&fixture->ours, 'a', 20);
    genesis(&fixture->theirs, 'a');
    checkpoint(&fixture->theirs, 'a', 10);
    signed_head(&fixture->theirs, 'b', 20);
    last(&fixture->theirs, 'b', 50);
    out = merge(fixture);
    assert_int_equal(out.contradicting_count, 1);
    log = meeting(&fixture->ours);
    assert_int_equal(log->last.seq, 20);
    assert_false(log->has_signed);
    assert_int_equal(log->alarms_count, 1);
    assert_string_equal(log->alarms[0].reason.text, ANCHOR_ALARM_FORK);
    assert_int_equal(log->alarms[0].seq, 20);
    assert_true(hash_equal(&log->alarms[0].ours.head, &kept));
    assert_false(log->alarms[0].ours.is_signed);
    assert_true(log->alarms[0].theirs.is_signed);
    assert_int_equal(check(&fixture->ours, 'b', 50), ANCHOR_CHECK_UNKNOWN);
}

static void another_genesis_is_another_log(void **state)
{
    struct fixture *fixture = *state;

    genesis(&fixture->ours, 'a');
    genesis(&fixture->theirs, 'b');
    last(&fixture->theirs, 'b', 50);
    assert_int_equal(merge(fixture).contradicting_count, 1);
    assert_int_equal(meeting(&fixture->ours)->alarms[0].seq, 0);
    assert_int_equal(check(&fixture->ours, 'a', 0), ANCHOR_CHECK_AGREES);
    assert_false(meeting(&fixture->ours)->has_last);
}

static void many_contradictions_fill_no_more_than_the_alarms(void **state)
{
    struct fixture *fixture = *state;

    for (uint64_t i = 1; i < 30; i++) {
        checkpoint(&fixture->ours, 'a', 10 * i);
        checkpoint(&fixture->theirs, 'b', 10 * i);
    }
    assert_int_equal(merge(fixture).contradicting_count, 1);
    assert_int_equal(meeting(&fixture->ours)->alarms_count,
                     LIMIT_ANCHOR_ALARMS);
}

static void alarms_of_both_are_kept(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_alarm alarm = { .reason = { "fork" },
                                  .seq = 5,
                                  .ours = { .head = sample_head('a', 5) },
                                  .theirs = { .head = sample_head('b', 5) } };

    assert_int_equal(anchors_add_alarm(&fixture->ours, &sample_meeting, &alarm),
                     RESULT_OK);
    assert_int_equal(
        anchors_add_alarm(&fixture->theirs, &sample_meeting, &alarm),
        RESULT_OK);
    alarm.theirs.head = sample_head('c', 5);
    assert_int_equal(
        anchors_add_alarm(&fixture->theirs, &sample_meeting, &alarm),
        RESULT_OK);
    assert_int_equal(merge(fixture).contradicting_count, 0);
    assert_int_equal(meeting(&fixture->ours)->alarms_count, 2);
}

static void receipts_of_both_are_kept_once(void **state)
{
    const struct anchor_receipt first = { .uuid = "8Zq3", .height = 1 };
    const struct anchor_receipt second = { .uuid = "8Zq3", .height = 2 };
    struct anchors ours, theirs;
    struct anchor_merge merge;

    (void)state;
    sample_anchors(&ours);
    sample_anchors(&theirs);
    assert_int_equal(anchors_add_receipt(&ours, &sample_meeting, &first),
                     RESULT_OK);
    assert_int_equal(anchors_add_receipt(&theirs, &sample_meeting, &first),
                     RESULT_OK);
    assert_int_equal(anchors_add_receipt(&theirs, &sample_meeting, &second),
                     RESULT_OK);
    assert_int_equal(anchors_merge(&ours, &theirs, &merge), RESULT_OK);
    assert_int_equal(anchors_find(&ours, &sample_meeting)->receipts_count, 2);
    anchors_release(&ours);
    anchors_release(&theirs);
}

static void a_signature_that_is_not_good_is_not_taken(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_signed forged = sample_signed(&sample_meeting, 'a', 15);

    forged.head = sample_head('b', 15);
    genesis(&fixture->theirs, 'a');
    last(&fixture->theirs, 'a', 20);
    assert_int_equal(
        anchors_note_signed(&fixture->theirs, &sample_meeting, &forged),
        RESULT_OK);
    assert_int_equal(merge(fixture).refused_count, 1);
    assert_false(meeting(&fixture->ours)->has_signed);
    assert_int_equal(meeting(&fixture->ours)->last.seq, 20);
}

static void a_forged_signature_is_no_proof_in_an_alarm(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_signed forged = sample_signed(&sample_meeting, 'a', 15);

    forged.head = sample_head('b', 15);
    last(&fixture->ours, 'a', 15);
    assert_int_equal(
        anchors_note_signed(&fixture->theirs, &sample_meeting, &forged),
        RESULT_OK);
    assert_int_equal(merge(fixture).contradicting_count, 1);
    assert_false(meeting(&fixture->ours)->alarms[0].theirs.is_signed);
}

static void what_they_kept_before_a_loss_is_kept_as_lost(void **state)
{
    struct fixture *fixture = *state;
    const struct anchor_log *log = NULL;

    checkpoint(&fixture->theirs, 'a', 10);
    checkpoint(&fixture->theirs, 'a', 19);
    checkpoint(&fixture->theirs, 'a', 25);
    signed_head(&fixture->theirs, 'a', 27);
    last(&fixture->theirs, 'a', 28);
    give_up(&fixture->ours, 20, 30);
    checkpoint(&fixture->ours, 'b', 25);
    last(&fixture->ours, 'b', 28);
    assert_int_equal(merge(fixture).contradicting_count, 0);
    log = meeting(&fixture->ours);
    assert_int_equal(log->alarms_count, 0);
    assert_int_equal(log->last.seq, 28);
    assert_false(log->has_signed);
    assert_int_equal(check(&fixture->ours, 'b', 28), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(&fixture->ours, 'a', 11), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(&fixture->ours, 'a', 19), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(&fixture->ours, 'a', 20), ANCHOR_CHECK_LOST);
    assert_int_equal(check(&fixture->ours, 'a', 25), ANCHOR_CHECK_LOST);
    assert_int_equal(check(&fixture->ours, 'a', 27), ANCHOR_CHECK_LOST);
    assert_int_equal(check(&fixture->ours, 'a', 28), ANCHOR_CHECK_LOST);
}

static void a_loss_told_by_a_file_takes_nothing_of_ours_back(void **state)
{
    struct fixture *fixture = *state;

    checkpoint(&fixture->ours, 'a', 25);
    last(&fixture->ours, 'a', 30);
    give_up(&fixture->theirs, 20, 30);
    checkpoint(&fixture->theirs, 'b', 25);
    assert_int_equal(merge(fixture).contradicting_count, 1);
    assert_int_equal(check(&fixture->ours, 'a', 30), ANCHOR_CHECK_AGREES);
    assert_int_equal(check(&fixture->ours, 'a', 25), ANCHOR_CHECK_AGREES);
}

static void own_devices_and_server_key_stay(void **state)
{
    struct fixture *fixture = *state;
    const struct key ours = { { 1 } };
    const struct key theirs = { { 2 } };

    anchors_set_server(&fixture->ours, &ours);
    anchors_set_server(&fixture->theirs, &theirs);
    assert_int_equal(
        anchors_note_device(&fixture->ours, &ours, ANCHOR_DEVICE_ADDED),
        RESULT_OK);
    assert_int_equal(
        anchors_note_device(&fixture->theirs, &ours, ANCHOR_DEVICE_SEEN),
        RESULT_OK);
    assert_int_equal(
        anchors_note_device(&fixture->theirs, &theirs, ANCHOR_DEVICE_ACCEPTED),
        RESULT_OK);
    assert_true(merge(fixture).has_other_server);
    assert_true(key_equal(&fixture->ours.server, &ours));
    assert_int_equal(anchors_device(&fixture->ours, &ours),
                     ANCHOR_DEVICE_ADDED);
    assert_int_equal(anchors_device(&fixture->ours, &theirs),
                     ANCHOR_DEVICE_ACCEPTED);
}

static void another_organisation_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct anchor_merge out;

    fixture->theirs.organisation = (struct identifier){ "dang-bo.khac" };
    genesis(&fixture->theirs, 'a');
    assert_int_equal(anchors_merge(&fixture->ours, &fixture->theirs, &out),
                     RESULT_INVALID);
    assert_int_equal(fixture->ours.changes, 0);
}

#define MERGE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MERGE_TEST(the_highest_common_head_is_told),
        MERGE_TEST(the_first_contradiction_is_told_with_both_heads),
        MERGE_TEST(without_a_common_seq_nothing_is_known),
        MERGE_TEST(what_was_kept_before_a_loss_contradicts_nothing),
        MERGE_TEST(who_knows_of_the_loss_has_to_agree_behind_it),
        MERGE_TEST(new_anchors_take_everything_from_an_export),
        MERGE_TEST(merging_again_changes_nothing),
        MERGE_TEST(the_newer_of_both_holds_and_all_checkpoints),
        MERGE_TEST(a_contradicting_log_stays_and_raises_an_alarm),
        MERGE_TEST(another_genesis_is_another_log),
        MERGE_TEST(many_contradictions_fill_no_more_than_the_alarms),
        MERGE_TEST(alarms_of_both_are_kept),
        MERGE_TEST(receipts_of_both_are_kept_once),
        MERGE_TEST(a_signature_that_is_not_good_is_not_taken),
        MERGE_TEST(a_forged_signature_is_no_proof_in_an_alarm),
        MERGE_TEST(what_they_kept_before_a_loss_is_kept_as_lost),
        MERGE_TEST(a_loss_told_by_a_file_takes_nothing_of_ours_back),
        MERGE_TEST(own_devices_and_server_key_stay),
        MERGE_TEST(another_organisation_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
