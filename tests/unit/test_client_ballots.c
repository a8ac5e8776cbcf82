/* A secret ballot through a client's engine, as voter and as teller. */
#include "client/core/ballot_vault.h"
#include "protocol/record/digest.h"
#include "tests/support/ballot_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint64_t counts[] = { 1, 2, 0 };

/* Does any file of the folder hold these bytes? */
static bool is_on_disk(struct ballot_world *world, const char *bytes)
{
    const char *folder = world->base->line.ballots_path;
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    bool is_there = false;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char path[600], *content = malloc(1000000);
        FILE *file;

        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        file = fopen(path, "rb");
        if (file && content) {
            const size_t size = fread(content, 1, 1000000, file);

            is_there |= memmem(content, size, bytes, strlen(bytes)) != NULL;
        }
        if (file)
            (void)fclose(file);
        free(content);
    }
    (void)closedir(directory);
    return is_there;
}

/* --- The whole way ------------------------------------------------------- */

/* m1 and m2 vote, then the device; it is the end. */
static void up_to_end(struct ballot_world *world)
{
    world_up_to_open(world);
    world_vote(world, 0, "010");
    world_vote(world, 1, "100");
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    world_end(world);
}

static void up_to_count(struct ballot_world *world)
{
    up_to_end(world);
    world_include(world, "m1");
    world_include(world, "m2");
    world_take_inclusion(world);
    world_count(world);
}

static void a_ballot_goes_all_the_way(void **state)
{
    struct ballot_world *world = *state;
    const struct client_ballot_view *view;
    const struct anchor_log *log;

    up_to_count(world);
    view = world_view(world);
    assert_int_equal(view->teller, 1);
    assert_int_equal(view->question_count, 1);
    assert_string_equal(view->questions[0].answers[1], "Đảng viên Mẫu 02");
    assert_true(view->is_asked); /* three are fewer than five */
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    world_take_decryption(world);
    world_result(world, counts);
    assert_true(world_was_told(world, CLIENT_BALLOT_VERIFIED));
    view = world_view(world);
    assert_int_equal(view->count_count, 3);
    assert_memory_equal(view->counts, counts, sizeof counts);
    assert_int_equal(view->check, CLIENT_BALLOT_GOOD);
    assert_false(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
    log = anchors_find(anchor_store_anchors(world->base->line.anchors),
                       &world->base->author.scope);
    assert_int_equal(log->receipts_count, 1);
    assert_int_equal(log->receipts[0].height, 3);
    assert_true(hash_equal(&log->receipts[0].ballot, &world->trackers[2]));
}

static void a_run_that_begins_after_the_end_verifies_it_too(void **state)
{
    struct ballot_world *world = *state;

    up_to_count(world);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    world_take_decryption(world);
    world_result(world, counts);
    world_crash(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_VERIFIED));
    assert_int_equal(world_sent_count(world, "decrypt"), 1);
}

/* --- Voting -------------------------------------------------------------- */

static void a_vote_is_kept_encrypted_and_sent_as_the_same_bytes(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    first = world_sent_text(world, "cast", "text");
    assert_false(is_on_disk(world, "election_hash"));
    assert_false(is_on_disk(world, "marks"));
    world_crash(world);
    second = world_sent_text(world, "cast", "text");
    assert_string_equal(first, second);
    assert_true(world_was_told(world, CLIENT_BALLOT_CAST_PENDING));
    world_take_vote(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_RECEIPT));
    world_crash(world);
    assert_int_equal(world_sent_count(world, "cast"), 2);
    assert_int_equal(world_view(world)->tracker_count, 1);
    free(first);
    free(second);
}

static void choices_that_are_not_allowed_are_refused_and_not_sent(void **state)
{
    struct ballot_world *world = *state;
    static const char *const bad[] = {
        WORLD_CAST("[0,1,1]"),   WORLD_CAST("[1,1,0]"),
        WORLD_CAST("[0,0,0]"),   WORLD_CAST("[0,1]"),
        WORLD_CAST("[0,1,0,0]"), WORLD_CAST("[0,2,0]"),
        WORLD_CAST("\"x\""),     "{\"op\":\"ballot_cast\",\"ballot\":\"b1\"}"
    };

    world_up_to_open(world);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(world_order(world, bad[i]), REFUSAL_BAD_BALLOT);
    assert_int_equal(world_sent_count(world, "cast"), 0);
    assert_int_equal(world_order(world, WORLD_CAST("0,0,1")), REFUSAL_NONE);
    assert_int_equal(world_sent_count(world, "cast"), 1);
}

static void without_random_bytes_no_vote_is_made(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    world->base->line.entropy.fails = true;
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")),
                     REFUSAL_BAD_BALLOT);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_int_equal(world_sent_count(world, "cast"), 0);
}

static void before_it_is_open_nobody_votes(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_ready(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")),
                     REFUSAL_BALLOT_STATE);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_BALLOT_STATE);
    assert_int_equal(
        world_order(world, "{\"op\":\"ballot_take\",\"ballot\":\"b9\"}"),
        REFUSAL_NO_SUCH_BALLOT);
}

static void
a_receipt_for_a_place_where_another_ballot_stands_is_false(void **state)
{
    struct ballot_world *world = *state;
    char text[300] = "\"ok\":true,\"height\":1,\"ms\":5,\"sig\":\"";

    world_up_to_open(world);
    world_vote(world, 0, "010");
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    memset(text + strlen(text), 'a', 128);
    (void)strcat(text, "\"");
    line_answer(&world->base->line, line_sent_id(&world->base->line, "cast"),
                text);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_STATEMENT);
}

static void the_last_vote_counts_and_the_earlier_one_is_remembered(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,0,1]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_view(world)->tracker_count, 2);
    assert_int_equal(world_view(world)->trackers[1].height, 2);
    world_end(world);
    assert_int_equal(world_sent_count(world, "include_ballot"), 1);
    assert_int_equal(world_sent_count(world, "object_ballot"), 0);
}

/* --- Is it in the count -------------------------------------------------- */

static void votes_that_changed_places_are_objected_to(void **state)
{
    struct ballot_world *world = *state;
    char *first;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    first = world_sent_text(world, "cast", "text");
    assert_int_equal(world_order(world, WORLD_CAST("[0,0,1]")), REFUSAL_NONE);
    world_take_vote(world);
    /* The first one comes behind the second, and would count. */
    world_record_ballot(world, first, strlen(first), 2);
    world_end(world);
    assert_int_equal(world_sent_count(world, "include_ballot"), 0);
    assert_int_equal(world_sent_count(world, "object_ballot"), 1);
    assert_true(world_was_told(world, CLIENT_BALLOT_OBJECTION));
    free(first);
}

static void
who_has_not_voted_says_so_when_nobody_used_the_credential(void **state)
{
    struct ballot_world *world = *state;
    char *what;

    world_up_to_open(world);
    world_vote(world, 0, "010");
    world_vote(world, 1, "100");
    world_end(world);
    what = world_sent_text(world, "include_ballot", "what");
    assert_string_equal(what, "none");
    free(what);
}

static void expect_objection_without_receipt(struct ballot_world *world)
{
    char *kind, *tracker;

    assert_int_equal(world_sent_count(world, "include_ballot"), 0);
    assert_int_equal(world_sent_count(world, "object_ballot"), 1);
    assert_true(world_was_told(world, CLIENT_BALLOT_OBJECTION));
    kind = world_sent_text(world, "object_ballot", "kind");
    tracker = world_sent_text(world, "object_ballot", "tracker");
    assert_string_equal(kind, "other");
    assert_int_equal(strspn(tracker, "0"), 2 * HASH_SIZE);
    free(kind);
    free(tracker);
}

static void a_vote_that_the_server_has_lost_is_objected_to(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    world_vote(world, 0, "010");
    world_vote(world, 1, "100");
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    assert_int_equal(world_sent_count(world, "cast"), 1);
    world_end(world);
    expect_objection_without_receipt(world);
}

static void a_changed_vote_that_was_lost_is_objected_to(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,0,1]")), REFUSAL_NONE);
    world_end(world);
    expect_objection_without_receipt(world);
}

static void say_objection_of_device(struct ballot_world *world)
{
    struct meeting_event event = { .kind = EVENT_BALLOT_OBJECTED_KIND };
    struct event_ballot_objected *body = &event.body.ballot_objected;
    struct command command = { .op = OP_OBJECT_BALLOT };
    struct log_author *author = &world->base->author;
    char *subject = NULL, *value = NULL;

    body->ballot = (struct identifier){ "b1" };
    body->kind = (int)OBJECTION_OTHER;
    body->reason = author_seal("reason", "not_counted");
    command.body.object_ballot.ballot = body->ballot;
    command.body.object_ballot.kind = body->kind;
    command.body.object_ballot.reason = body->reason;
    assert_int_equal(command_act_terms(&command, &subject, &value), RESULT_OK);
    body->act = log_author_act(author, "m4", "object_ballot", subject, value);
    (void)log_author_add(author, &event);
    world_say(world);
    free(subject);
    free(value);
}

static void what_was_objected_is_not_objected_again(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    world_end(world);
    assert_int_equal(world_sent_count(world, "object_ballot"), 1);
    say_objection_of_device(world);
    world_crash(world);
    assert_int_equal(world_sent_count(world, "object_ballot"), 1);
    assert_int_equal(world_sent_count(world, "include_ballot"), 0);
}

static void the_statement_is_signed_once_whatever_is_said_later(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_vault *vault;
    uint8_t other[HASH_SIZE + 1] = { 7 };

    up_to_end(world);
    assert_int_equal(world_sent_count(world, "include_ballot"), 1);
    vault = world_open_vault(world, WORLD_UUID);
    /* As if an earlier run had confirmed another end. */
    assert_int_equal(ballot_vault_put(vault, "included", other, sizeof other),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_CHAIN);
    assert_int_equal(world_sent_count(world, "include_ballot"), 1);
}

/* --- The teller's decryption --------------------------------------------- */

static void the_teller_is_asked_with_the_names_that_are_missing(void **state)
{
    struct ballot_world *world = *state;
    struct client_notice *notice;

    up_to_end(world);
    world_include(world, "m1");
    world_take_inclusion(world);
    world_count(world);
    do {
        notice = line_notice(&world->base->line, CLIENT_BALLOT);
        if (notice->stage != CLIENT_BALLOT_ASKED)
            notice = client_notice_free(notice);
    } while (!notice);
    assert_int_equal(notice->count, 1);
    assert_string_equal(notice->text, "m2");
    client_notice_free(notice);
    assert_int_equal(world_sent_count(world, "decrypt"), 0);
}

static void a_tally_that_leaves_a_ballot_out_is_not_decrypted(void **state)
{
    struct ballot_world *world = *state;

    world->skipped = 1;
    up_to_count(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ARCHIVE);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_BALLOT_STATE);
    assert_int_equal(world_sent_count(world, "decrypt"), 0);
}

static void without_random_bytes_nothing_is_decrypted(void **state)
{
    struct ballot_world *world = *state;

    up_to_count(world);
    world->base->line.entropy.fails = true;
    (void)world_order(world, WORLD_DECRYPT);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_int_equal(world_sent_count(world, "decrypt"), 0);
    world->base->line.entropy.fails = false;
    world_crash(world);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    assert_int_equal(world_sent_count(world, "decrypt"), 1);
}

static void after_a_crash_the_same_decryption_is_sent(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    up_to_count(world);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    first = world_sent_text(world, "decrypt", "payload");
    world_crash(world);
    assert_int_equal(world_sent_count(world, "decrypt"), 2);
    second = world_sent_text(world, "decrypt", "payload");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void another_tally_of_the_same_election_is_refused_for_ever(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_vault *vault;
    uint8_t other[2 * HASH_SIZE] = { 7 };

    up_to_count(world);
    vault = world_open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_put(vault, "triple", other, sizeof other),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_OTHER_TALLY);
    assert_int_equal(world_sent_count(world, "decrypt"), 0);
}

/* --- The end ------------------------------------------------------------- */

static void a_result_that_does_not_follow_is_not_verified(void **state)
{
    static const uint64_t wrong[] = { 0, 3, 0 };
    struct ballot_world *world = *state;

    up_to_count(world);
    assert_int_equal(world_order(world, WORLD_DECRYPT), REFUSAL_NONE);
    world_take_decryption(world);
    world_result(world, wrong);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ARCHIVE);
    assert_int_equal(world_view(world)->check, CLIENT_BALLOT_BAD);
    assert_int_equal(world_view(world)->count_count, 0);
    assert_true(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
}

static void of_a_void_ballot_nothing_secret_is_left(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    world_void(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_VOID));
    assert_false(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
    assert_int_equal(
        anchors_find(anchor_store_anchors(world->base->line.anchors),
                     &world->base->author.scope)
            ->receipts_count,
        1);
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")),
                     REFUSAL_BALLOT_STATE);
    assert_int_equal(rmdir(world->base->line.ballots_path), 0);
}

static void
a_device_that_went_no_further_is_wiped_by_a_void_ballot_too(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    world->base->line.entropy.fails = true;
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")),
                     REFUSAL_BAD_BALLOT);
    world->base->line.entropy.fails = false;
    world_void(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_VOID));
    assert_false(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
}

static void the_record_can_be_kept_as_a_file_that_verifies(void **state)
{
    struct ballot_world *world = *state;
    const struct scratch_path path =
        scratch_folder_file(&world->base->folder, "b1.bel");
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    char command[300], *bytes = malloc(1000000);
    size_t count = 0, size;
    FILE *file;

    up_to_count(world);
    (void)snprintf(command, sizeof command,
                   "{\"op\":\"ballot_export\",\"ballot\":\"b1\","
                   "\"path\":\"%s\"}",
                   path.text);
    assert_int_equal(world_order(world, command), REFUSAL_NONE);
    assert_int_equal(world_order(world, command), REFUSAL_STORE_FAILED);
    file = fopen(path.text, "rb");
    assert_non_null(file);
    size = fread(bytes, 1, 1000000, file);
    assert_int_equal(fclose(file), 0);
    ballot_archive_open(&reader, (struct text_view){ bytes, size });
    while (ballot_archive_next(&reader, &event))
        count++;
    assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
    assert_int_equal(count, 1 + 3 + 1 + 1 + 1);
    assert_true(hash_equal(&reader.end.head, &world->end.head));
    free(bytes);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, ballot_world_set_up,                 \
                                    ballot_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ballot_goes_all_the_way),
        TEST(a_run_that_begins_after_the_end_verifies_it_too),
        TEST(a_vote_is_kept_encrypted_and_sent_as_the_same_bytes),
        TEST(choices_that_are_not_allowed_are_refused_and_not_sent),
        TEST(without_random_bytes_no_vote_is_made),
        TEST(before_it_is_open_nobody_votes),
        TEST(a_receipt_for_a_place_where_another_ballot_stands_is_false),
        TEST(the_last_vote_counts_and_the_earlier_one_is_remembered),
        TEST(votes_that_changed_places_are_objected_to),
        TEST(who_has_not_voted_says_so_when_nobody_used_the_credential),
        TEST(a_vote_that_the_server_has_lost_is_objected_to),
        TEST(a_changed_vote_that_was_lost_is_objected_to),
        TEST(what_was_objected_is_not_objected_again),
        TEST(the_statement_is_signed_once_whatever_is_said_later),
        TEST(the_teller_is_asked_with_the_names_that_are_missing),
        TEST(a_tally_that_leaves_a_ballot_out_is_not_decrypted),
        TEST(without_random_bytes_nothing_is_decrypted),
        TEST(after_a_crash_the_same_decryption_is_sent),
        TEST(another_tally_of_the_same_election_is_refused_for_ever),
        TEST(a_result_that_does_not_follow_is_not_verified),
        TEST(of_a_void_ballot_nothing_secret_is_left),
        TEST(a_device_that_went_no_further_is_wiped_by_a_void_ballot_too),
        TEST(the_record_can_be_kept_as_a_file_that_verifies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
