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

#define OTHER_UUID "2Xq3fGm1xPw7Kd5tRv2NbZ"
#define TAKE "{\"op\":\"ballot_take\",\"ballot\":\"b1\"}"
#define DECRYPT "{\"op\":\"ballot_decrypt\",\"ballot\":\"b1\"}"
#define CAST(marks)                                                            \
    "{\"op\":\"ballot_cast\",\"ballot\":\"b1\",\"marks\":[" marks "]}"

static const uint64_t counts[] = { 1, 2, 0 };

static size_t sent_count(struct ballot_world *world, const char *op)
{
    return line_sent_count(&world->base->line, op);
}

/* A field of the newest command of this kind; ended with free(). */
static char *sent_text(struct ballot_world *world, const char *op,
                       const char *field)
{
    const json_t *sent = line_sent_op(&world->base->line, op);

    assert_non_null(sent);
    return strdup(json_string_value(json_object_get(sent, field)));
}

static struct ballot_vault *open_vault(struct ballot_world *world,
                                       const char *uuid)
{
    static struct client_entropy entropy; /* outlives the vault */
    struct ballot_vault *vault = NULL;

    entropy = (struct client_entropy){ world->base->line.entropy.port.fill,
                                       world->base->line.entropy.port.user };
    assert_int_equal(ballot_vault_open(&vault, world->base->line.ballots_path,
                                       uuid, world->base->line.profile.seed,
                                       &entropy),
                     RESULT_OK);
    return vault;
}

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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
    world_take_decryption(world);
    world_result(world, counts);
    world_crash(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_VERIFIED));
    assert_int_equal(sent_count(world, "decrypt"), 1);
}

/* --- Keys ---------------------------------------------------------------- */

static void after_a_crash_the_same_certificate_is_sent(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    first = sent_text(world, "certify", "certificate");
    world_crash(world);
    assert_int_equal(sent_count(world, "certify"), 2);
    second = sent_text(world, "certify", "certificate");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void
another_attempt_has_other_keys_and_the_old_ones_are_wiped(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    first = sent_text(world, "certify", "certificate");
    world_fail_keys(world, 1, KEYS_RESTARTED, 0);
    assert_true(world_was_told(world, CLIENT_BALLOT_KEYS_FAILED));
    world_begin_keys(world, 2, OTHER_UUID);
    second = sent_text(world, "certify", "certificate");
    assert_string_not_equal(first, second);
    assert_false(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
    free(first);
    free(second);
}

static void
keys_that_went_to_the_log_and_are_gone_are_not_made_anew(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_vault *vault;

    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    world_take_certificate(world);
    vault = open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_VAULT);
    assert_int_equal(sent_count(world, "certify"), 1);
}

static void what_was_kept_for_another_ballot_is_not_used(void **state)
{
    static const char other[] = "m0/b1/1";
    struct ballot_world *world = *state;
    struct ballot_vault *vault;

    world_enter(world);
    world_draft(world);
    vault = open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_put(vault, "election", other, strlen(other)),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_begin_keys(world, 1, WORLD_UUID);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_KEYS_REUSED);
    assert_int_equal(sent_count(world, "certify"), 0);
    world_void(world);
    assert_true(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
}

static void without_random_bytes_no_key_is_sent_and_it_is_told(void **state)
{
    struct ballot_world *world = *state;

    world_enter(world);
    world_draft(world);
    world->base->line.entropy.fails = true;
    world_begin_keys(world, 1, WORLD_UUID);
    assert_true(world_was_told(world, CLIENT_BALLOT_FAILED));
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_int_equal(sent_count(world, "certify"), 0);
    world->base->line.entropy.fails = false;
    world_crash(world);
    assert_int_equal(sent_count(world, "certify"), 1);
}

static void what_cannot_be_kept_is_not_sent(void **state)
{
    struct ballot_world *world = *state;
    const char *path = world->base->line.ballots_path;
    FILE *file = fopen(path, "wb");

    /* A file stands where the folder should be. */
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    assert_true(world_view(world)->fault == CLIENT_BALLOT_FAULT_STORAGE ||
                world_view(world)->fault == CLIENT_BALLOT_FAULT_VAULT);
    assert_int_equal(sent_count(world, "certify"), 0);
    assert_int_equal(unlink(path), 0);
}

/* m1 and m2 and the device make a key together, up to their deals. */
static void up_to_deals(struct ballot_world *world, size_t twice)
{
    world->is_group = true;
    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    world_certify_others(world);
    assert_int_equal(sent_count(world, "deal"), 0);
    world_take_certificate(world);
    world_deal_others(world, twice);
    assert_int_equal(sent_count(world, "confirm_share"), 0);
}

static void a_share_is_confirmed_when_all_have_dealt(void **state)
{
    struct ballot_world *world = *state;

    up_to_deals(world, 0);
    world_take_deal(world);
    assert_int_equal(sent_count(world, "confirm_share"), 1);
    assert_int_equal(sent_count(world, "dispute_keys"), 0);
}

static void shares_are_dealt_once_in_an_attempt(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    up_to_deals(world, 0);
    first = sent_text(world, "deal", "deal");
    world_crash(world);
    assert_int_equal(sent_count(world, "deal"), 2);
    second = sent_text(world, "deal", "deal");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void a_share_that_is_not_in_the_dealing_is_shown_to_all(void **state)
{
    struct ballot_world *world = *state;
    const json_t *sent;
    char *first, *second;

    up_to_deals(world, 2);
    world_take_deal(world);
    assert_int_equal(sent_count(world, "confirm_share"), 0);
    assert_int_equal(sent_count(world, "dispute_keys"), 1);
    sent = line_sent_op(&world->base->line, "dispute_keys");
    assert_int_equal(json_integer_value(json_object_get(sent, "against")), 2);
    first = sent_text(world, "dispute_keys", "evidence");
    assert_non_null(strstr(first, "\"complainer\":3"));
    /* Its key is shown: the device goes no other way any more. */
    world_crash(world);
    assert_int_equal(sent_count(world, "confirm_share"), 0);
    second = sent_text(world, "dispute_keys", "evidence");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void
a_certificate_that_is_another_than_was_dealt_to_is_refused(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_vault *vault;
    const uint8_t other[HASH_SIZE] = { 7 };

    up_to_deals(world, 0);
    vault = open_vault(world, WORLD_UUID);
    /* As if it had dealt to other certificates in an earlier run. */
    assert_int_equal(
        ballot_vault_put(vault, "certificates", other, sizeof other),
        RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_KEYS_REUSED);
    assert_int_equal(sent_count(world, "deal"), 1);
}

/* --- Verdicts ------------------------------------------------------------- */

/* What was told of a verdict: the words, and a number of a teller. */
static void expect_told(struct ballot_world *world,
                        enum client_ballot_stage stage, const char *text,
                        uint64_t guilty, const char *fault)
{
    json_t *told = world_told(world, stage);

    assert_non_null(told);
    assert_string_equal(json_string_value(json_object_get(told, "text")), text);
    assert_int_equal(json_integer_value(json_object_get(told, "count")),
                     guilty);
    assert_string_equal(json_string_value(json_object_get(told, "fault")),
                        fault);
    if (stage == CLIENT_BALLOT_KEYS_FAILED)
        assert_true(json_is_true(json_object_get(told, "judged")));
    json_decref(told);
}

/* m2 has sent the device a share that is not in its dealing. */
static void up_to_dispute(struct ballot_world *world)
{
    up_to_deals(world, 2);
    world_take_deal(world);
    world_take_dispute(world);
    (void)world_was_told(world, CLIENT_BALLOT_FAILED);
}

static void
a_verdict_that_follows_from_the_texts_is_told_as_judged(void **state)
{
    struct ballot_world *world = *state;

    up_to_dispute(world);
    world_fail_keys(world, 1, KEYS_BAD_SHARE, 2);
    expect_told(world, CLIENT_BALLOT_KEYS_FAILED, "bad_share", 2, "keys");
    world_begin_keys(world, 2, OTHER_UUID);
    assert_true(world_was_told(world, CLIENT_BALLOT_KEYS_WANTED));
    /* Another run judges anew, and comes to the same. */
    world_crash(world);
    expect_told(world, CLIENT_BALLOT_KEYS_FAILED, "bad_share", 2, "keys");
}

static void a_verdict_that_names_the_complainer_is_found_false(void **state)
{
    struct ballot_world *world = *state;

    up_to_dispute(world);
    world_fail_keys(world, 1, KEYS_FALSE_COMPLAINT, 3);
    expect_told(world, CLIENT_BALLOT_FAILED, "bad_share", 2, "verdict");
    /* The event in which the server lied is held on to. */
    assert_int_equal(
        journal_bound(world->base->line.journal, &world->base->author.scope),
        world->base->author.count);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_VERDICT);
}

static void a_verdict_that_names_an_innocent_teller_is_found_false(void **state)
{
    struct ballot_world *world = *state;

    up_to_dispute(world);
    world_fail_keys(world, 1, KEYS_BAD_SHARE, 1);
    expect_told(world, CLIENT_BALLOT_FAILED, "bad_share", 2, "verdict");
}

static void a_verdict_without_any_fault_is_found_false(void **state)
{
    struct ballot_world *world = *state;

    up_to_deals(world, 0);
    world_take_deal(world);
    world_fail_keys(world, 1, KEYS_BAD_DEAL, 3);
    expect_told(world, CLIENT_BALLOT_FAILED, "nobody", 0, "verdict");
}

/* Neither in this run nor in another one. */
static void
with_a_server_that_judged_falsely_no_other_keys_are_made(void **state)
{
    struct ballot_world *world = *state;
    const size_t certified = 1;

    up_to_dispute(world);
    world_fail_keys(world, 1, KEYS_BAD_SHARE, 1);
    world_begin_keys(world, 2, OTHER_UUID);
    assert_int_equal(sent_count(world, "certify"), certified);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_VERDICT);
    world_crash(world);
    expect_told(world, CLIENT_BALLOT_FAILED, "bad_share", 2, "verdict");
    assert_int_equal(sent_count(world, "certify"), certified);
    assert_false(
        ballot_vault_is_there(world->base->line.ballots_path, WORLD_UUID));
}

/* Everything came in one go, so that the next attempt was there at once. */
static void keys_that_failed_before_the_newest_attempt_are_told(void **state)
{
    struct ballot_world *world = *state;

    up_to_dispute(world);
    world->is_silent = true;
    world_fail_keys(world, 1, KEYS_BAD_SHARE, 2);
    world_begin_keys(world, 2, OTHER_UUID);
    world->is_silent = false;
    world_crash(world);
    expect_told(world, CLIENT_BALLOT_KEYS_FAILED, "bad_share", 2, "keys");
    assert_int_equal(world_view(world)->stage, CLIENT_BALLOT_KEYS_WANTED);
}

static void what_the_user_wants_waits_for_the_verdict(void **state)
{
    struct ballot_world *world = *state;
    const struct log_author *author = &world->base->author;

    up_to_dispute(world);
    world->is_silent = true;
    world_fail_keys(world, 1, KEYS_BAD_SHARE, 2);
    line_say(&world->base->line, author->events[author->count - 1]);
    assert_int_equal(world_order(world, TAKE), REFUSAL_BUSY);
    assert_int_equal(world_order(world, TAKE), REFUSAL_BALLOT_STATE);
}

static void what_the_server_is_too_busy_for_is_asked_again(void **state)
{
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;

    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    (void)world_was_told(world, CLIENT_BALLOT_FAILED);
    line_answer(line, line_sent_id(line, "certify"),
                "\"error\":{\"code\":\"busy\",\"args\":{}}");
    assert_int_equal(sent_count(world, "certify"), 1);
    line_wait(line, 1000);
    assert_int_equal(sent_count(world, "certify"), 2);
    assert_false(world_was_told(world, CLIENT_BALLOT_FAILED));
    /* What is refused for good waits for the next connection, and is told. */
    line_answer(line, line_sent_id(line, "certify"),
                "\"error\":{\"code\":\"not_teller\",\"args\":{}}");
    line_wait(line, 5000);
    assert_int_equal(sent_count(world, "certify"), 2);
    assert_true(world_was_told(world, CLIENT_BALLOT_FAILED));
}

/* What the server says of itself: {"code":…,"args":{"id":…}}. */
static void say_stuck(struct ballot_world *world, const char *log,
                      const char *ballot, const char *code)
{
    char text[300];

    (void)snprintf(text, sizeof text,
                   "{\"note\":\"ballot_stuck\",\"log\":\"%s\",\"ballot\":"
                   "\"%s\",\"why\":{\"code\":\"%s\",\"args\":{\"id\":\"%s\"}}}",
                   log, ballot, code, ballot);
    line_say(&world->base->line, text);
}

static void a_ballot_that_the_server_cannot_count_is_told_once(void **state)
{
    struct ballot_world *world = *state;
    struct client_notice *notice;

    world_up_to_open(world);
    (void)world_was_told(world, CLIENT_BALLOT_FAILED);
    say_stuck(world, AUTHOR_MEETING, "b1", "no_records");
    notice = line_notice(&world->base->line, CLIENT_BALLOT);
    assert_int_equal(notice->stage, CLIENT_BALLOT_STUCK);
    assert_int_equal(notice->refusal.code, REFUSAL_NO_RECORDS);
    assert_string_equal(notice->refusal.args[0].text, "b1");
    client_notice_free(notice);
    say_stuck(world, AUTHOR_MEETING, "b1", "no_records");
    assert_false(world_was_told(world, CLIENT_BALLOT_STUCK));
    /* It is the server's word: this device goes on with what it has. */
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
}

static void of_other_ballots_and_reasons_no_such_thing_is_told(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    say_stuck(world, AUTHOR_MEETING, "b9", "no_records");
    say_stuck(world, AUTHOR_ORGANISATION, "b1", "no_records");
    say_stuck(world, AUTHOR_MEETING, "b1", "busy");
    line_say(&world->base->line,
             "{\"note\":\"ballot_stuck\",\"log\":\"" AUTHOR_MEETING
             "\",\"ballot\":\"b1\"}");
    assert_false(world_was_told(world, CLIENT_BALLOT_STUCK));
    say_stuck(world, AUTHOR_MEETING, "b1", "no_share");
    assert_true(world_was_told(world, CLIENT_BALLOT_STUCK));
}

/* --- The list ------------------------------------------------------------ */

static void a_credential_is_kept_before_it_is_asked_for(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_up_to_ready(world);
    assert_int_equal(sent_count(world, "take_ballot"), 0);
    assert_int_equal(world_order(world, TAKE), REFUSAL_NONE);
    first = sent_text(world, "take_ballot", "credential");
    world_crash(world);
    assert_int_equal(sent_count(world, "take_ballot"), 2);
    second = sent_text(world, "take_ballot", "credential");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void without_random_bytes_no_credential_is_taken(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_ready(world);
    world->base->line.entropy.fails = true;
    (void)world_order(world, TAKE);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_false(world_view(world)->has_credential);
    assert_int_equal(sent_count(world, "take_ballot"), 0);
}

static void a_false_statement_issued_ends_it(void **state)
{
    struct ballot_world *world = *state;
    char text[200] = "\"ok\":true,\"issued\":\"";

    world_up_to_ready(world);
    assert_int_equal(world_order(world, TAKE), REFUSAL_NONE);
    memset(text + strlen(text), '0', 128);
    (void)strcat(text, "\"");
    line_answer(&world->base->line,
                line_sent_id(&world->base->line, "take_ballot"), text);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_STATEMENT);
}

static void other_questions_than_were_adopted_are_not_attested(void **state)
{
    struct ballot_world *world = *state;
    char *form = strdup(world->form);
    char *first = strstr(form, "Mẫu 01"), *second = strstr(form, "Mẫu 02");

    /* The two answers change places. */
    first[strlen("Mẫu 0")] = '2';
    second[strlen("Mẫu 0")] = '1';
    world->form = form;
    world_up_to_ready(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ELECTION);
    assert_false(world_view(world)->has_election);
    free(form);
}

static void an_election_of_another_round_is_not_attested(void **state)
{
    struct ballot_world *world = *state;

    world->round = 2;
    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ELECTION);
    assert_int_equal(sent_count(world, "attest_ballot"), 0);
}

static void an_election_under_other_rules_is_not_attested(void **state)
{
    struct ballot_world *world = *state;

    world->rules.bytes[0] ^= 1;
    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ELECTION);
    assert_int_equal(sent_count(world, "attest_ballot"), 0);
}

static void a_list_without_the_own_credential_is_not_attested(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_scalar secret;

    world_up_to_ready(world);
    world_issue(world);
    assert_int_equal(ballot_scalar_random(&world->random, &secret), RESULT_OK);
    assert_int_equal(
        ballot_group_generate(world->group, &secret, &world->credentials[2]),
        RESULT_OK);
    world_list(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_LIST);
    assert_int_equal(sent_count(world, "attest_ballot"), 0);
}

/* The server's word, which the device shows until the log has it. */
static void
a_credential_that_is_left_out_is_objected_to_with_proof(void **state)
{
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;
    struct world_command sent;
    struct ballot_scalar secret;
    struct hash credential;
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    world_up_to_ready(world);
    world_issue(world);
    ballot_element_text(&world->credentials[2], text);
    credential = digest_sha256(text, strlen(text));
    assert_int_equal(ballot_scalar_random(&world->random, &secret), RESULT_OK);
    assert_int_equal(
        ballot_group_generate(world->group, &secret, &world->credentials[2]),
        RESULT_OK);
    world_list(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_OBJECTION));
    assert_true(world_command(world, "object_ballot", &sent));
    assert_int_equal(sent.command.body.object_ballot.kind, OBJECTION_ISSUED);
    assert_true(
        hash_equal(&sent.command.body.object_ballot.record, &credential));
    world_command_end(&sent);
    line_answer(line, line_sent_id(line, "object_ballot"),
                "\"error\":{\"code\":\"busy\",\"args\":{}}");
    assert_int_equal(sent_count(world, "object_ballot"), 1);
    line_wait(line, 1000);
    assert_int_equal(sent_count(world, "object_ballot"), 2);
    world_crash(world);
    assert_int_equal(sent_count(world, "object_ballot"), 3);
    assert_int_equal(sent_count(world, "attest_ballot"), 0);
}

/* Refused, with a list that came in the meantime; not a fault of anybody. */
#define OTHER_LIST                                                             \
    "\"error\":{\"code\":\"other_record\",\"args\":{\"what\":\"list\"}}"

static void a_newer_list_is_attested_whatever_became_of_the_older(void **state)
{
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;
    json_int_t first;

    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    first = line_sent_id(line, "attest_ballot");
    world_drop(world, 1);
    line_answer(line, first, OTHER_LIST);
    world_list(world);
    assert_int_equal(sent_count(world, "attest_ballot"), 2);
    world_take_attestation(world);
    assert_true(world_view(world)->has_attested);
    assert_false(world_was_told(world, CLIENT_BALLOT_FAILED));
}

static void
the_answer_to_an_older_list_is_not_taken_for_the_newer_s(void **state)
{
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;
    json_int_t first, second;

    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    first = line_sent_id(line, "attest_ballot");
    world_drop(world, 1);
    world_list(world);
    second = line_sent_id(line, "attest_ballot");
    assert_int_not_equal(first, second);
    line_answer(line, first, OTHER_LIST);
    line_answer(line, second, "\"error\":{\"code\":\"busy\",\"args\":{}}");
    line_wait(line, 1000);
    assert_int_equal(sent_count(world, "attest_ballot"), 3);
    assert_false(world_was_told(world, CLIENT_BALLOT_FAILED));
}

static void who_was_dropped_while_attesting_is_told_of_no_failure(void **state)
{
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;

    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    world_drop(world, 2);
    line_answer(line, line_sent_id(line, "attest_ballot"),
                "\"error\":{\"code\":\"not_listed\",\"args\":{\"id\":\"m4\"}}");
    assert_false(world_was_told(world, CLIENT_BALLOT_FAILED));
    world_list(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_NOT_LISTED));
    assert_int_equal(sent_count(world, "attest_ballot"), 1);
}

static void
records_that_cannot_be_had_are_told_and_asked_for_again(void **state)
{
    struct ballot_world *world = *state;
    size_t count;

    world_up_to_ready(world);
    world_issue(world);
    count = world->record_count;
    world_list(world);
    assert_int_equal(sent_count(world, "attest_ballot"), 1);
    world->record_count = count; /* the server has lost them */
    (void)unlink(scratch_folder_file(&world->base->folder,
                                     "ballots/" WORLD_UUID ".records")
                     .text);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RECORD);
    world->record_count = count + 2;
    world_crash(world);
    assert_int_equal(sent_count(world, "attest_ballot"), 2);
}

/* The blob of the i-th get_blob that was sent, in hex; borrowed from `frame`.
 */
static const char *blob_asked(struct ballot_world *world, size_t i,
                              json_t **frame)
{
    const struct fake_line *line = &world->base->line;

    for (size_t k = 0; k < line->sent_count; k++) {
        *frame = json_loads(line->sent[k], 0, NULL);
        if (json_is_string(json_object_get(*frame, "op")) &&
            strcmp(json_string_value(json_object_get(*frame, "op")),
                   "get_blob") == 0 &&
            i-- == 0)
            return json_string_value(json_object_get(*frame, "blob"));
        json_decref(*frame);
    }
    fail_msg("not so many files were asked for");
    return "";
}

static void what_the_user_asks_for_comes_before_more_records(void **state)
{
    static const char wanted[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct ballot_world *world = *state;
    struct fake_line *line = &world->base->line;
    char command[200];
    json_t *frame = NULL;
    size_t count;

    world_up_to_ready(world);
    assert_int_equal(
        unlink(scratch_folder_file(&world->base->folder,
                                   "ballots/" WORLD_UUID ".records")
                   .text),
        0);
    client_world_crash(world->base);
    world->sent_from = line->sent_count;
    client_world_enter(world->base);
    count = sent_count(world, "get_blob"); /* the first record is on its way */
    (void)snprintf(command, sizeof command,
                   "{\"op\":\"get_blob\",\"blob\":\"%s\"}", wanted);
    line_command(line, 5, command);
    assert_int_equal(sent_count(world, "get_blob"), count);
    world_settle(world);
    assert_string_equal(blob_asked(world, count, &frame), wanted);
    json_decref(frame);
    assert_int_equal(sent_count(world, "get_blob"), count + 2);
    assert_true(world_view(world)->has_election);
}

/* --- Voting -------------------------------------------------------------- */

static void a_vote_is_kept_encrypted_and_sent_as_the_same_bytes(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_up_to_open(world);
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    first = sent_text(world, "cast", "text");
    assert_false(is_on_disk(world, "election_hash"));
    assert_false(is_on_disk(world, "marks"));
    world_crash(world);
    second = sent_text(world, "cast", "text");
    assert_string_equal(first, second);
    assert_true(world_was_told(world, CLIENT_BALLOT_CAST_PENDING));
    world_take_vote(world);
    assert_true(world_was_told(world, CLIENT_BALLOT_RECEIPT));
    world_crash(world);
    assert_int_equal(sent_count(world, "cast"), 2);
    assert_int_equal(world_view(world)->tracker_count, 1);
    free(first);
    free(second);
}

static void choices_that_are_not_allowed_are_refused_and_not_sent(void **state)
{
    struct ballot_world *world = *state;
    static const char *const bad[] = {
        CAST("[0,1,1]"),   CAST("[1,1,0]"),
        CAST("[0,0,0]"),   CAST("[0,1]"),
        CAST("[0,1,0,0]"), CAST("[0,2,0]"),
        CAST("\"x\""),     "{\"op\":\"ballot_cast\",\"ballot\":\"b1\"}"
    };

    world_up_to_open(world);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(world_order(world, bad[i]), REFUSAL_BAD_BALLOT);
    assert_int_equal(sent_count(world, "cast"), 0);
    assert_int_equal(world_order(world, CAST("0,0,1")), REFUSAL_NONE);
    assert_int_equal(sent_count(world, "cast"), 1);
}

static void without_random_bytes_no_vote_is_made(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    world->base->line.entropy.fails = true;
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_BAD_BALLOT);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_int_equal(sent_count(world, "cast"), 0);
}

static void before_it_is_open_nobody_votes(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_ready(world);
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_BALLOT_STATE);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_BALLOT_STATE);
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_order(world, CAST("[0,0,1]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_view(world)->tracker_count, 2);
    assert_int_equal(world_view(world)->trackers[1].height, 2);
    world_end(world);
    assert_int_equal(sent_count(world, "include_ballot"), 1);
    assert_int_equal(sent_count(world, "object_ballot"), 0);
}

/* --- Is it in the count -------------------------------------------------- */

static void votes_that_changed_places_are_objected_to(void **state)
{
    struct ballot_world *world = *state;
    char *first;

    world_up_to_open(world);
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    first = sent_text(world, "cast", "text");
    assert_int_equal(world_order(world, CAST("[0,0,1]")), REFUSAL_NONE);
    world_take_vote(world);
    /* The first one comes behind the second, and would count. */
    world_record_ballot(world, first, strlen(first), 2);
    world_end(world);
    assert_int_equal(sent_count(world, "include_ballot"), 0);
    assert_int_equal(sent_count(world, "object_ballot"), 1);
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
    what = sent_text(world, "include_ballot", "what");
    assert_string_equal(what, "none");
    free(what);
}

static void expect_objection_without_receipt(struct ballot_world *world)
{
    char *kind, *tracker;

    assert_int_equal(sent_count(world, "include_ballot"), 0);
    assert_int_equal(sent_count(world, "object_ballot"), 1);
    assert_true(world_was_told(world, CLIENT_BALLOT_OBJECTION));
    kind = sent_text(world, "object_ballot", "kind");
    tracker = sent_text(world, "object_ballot", "tracker");
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    assert_int_equal(sent_count(world, "cast"), 1);
    world_end(world);
    expect_objection_without_receipt(world);
}

static void a_changed_vote_that_was_lost_is_objected_to(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    world_take_vote(world);
    assert_int_equal(world_order(world, CAST("[0,0,1]")), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
    world_end(world);
    assert_int_equal(sent_count(world, "object_ballot"), 1);
    say_objection_of_device(world);
    world_crash(world);
    assert_int_equal(sent_count(world, "object_ballot"), 1);
    assert_int_equal(sent_count(world, "include_ballot"), 0);
}

static void the_statement_is_signed_once_whatever_is_said_later(void **state)
{
    struct ballot_world *world = *state;
    struct ballot_vault *vault;
    uint8_t other[HASH_SIZE + 1] = { 7 };

    up_to_end(world);
    assert_int_equal(sent_count(world, "include_ballot"), 1);
    vault = open_vault(world, WORLD_UUID);
    /* As if an earlier run had confirmed another end. */
    assert_int_equal(ballot_vault_put(vault, "included", other, sizeof other),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_CHAIN);
    assert_int_equal(sent_count(world, "include_ballot"), 1);
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
    assert_int_equal(sent_count(world, "decrypt"), 0);
}

static void a_tally_that_leaves_a_ballot_out_is_not_decrypted(void **state)
{
    struct ballot_world *world = *state;

    world->skipped = 1;
    up_to_count(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ARCHIVE);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_BALLOT_STATE);
    assert_int_equal(sent_count(world, "decrypt"), 0);
}

static void without_random_bytes_nothing_is_decrypted(void **state)
{
    struct ballot_world *world = *state;

    up_to_count(world);
    world->base->line.entropy.fails = true;
    (void)world_order(world, DECRYPT);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_int_equal(sent_count(world, "decrypt"), 0);
    world->base->line.entropy.fails = false;
    world_crash(world);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
    assert_int_equal(sent_count(world, "decrypt"), 1);
}

static void after_a_crash_the_same_decryption_is_sent(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    up_to_count(world);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
    first = sent_text(world, "decrypt", "payload");
    world_crash(world);
    assert_int_equal(sent_count(world, "decrypt"), 2);
    second = sent_text(world, "decrypt", "payload");
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
    vault = open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_put(vault, "triple", other, sizeof other),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_OTHER_TALLY);
    assert_int_equal(sent_count(world, "decrypt"), 0);
}

/* --- The end ------------------------------------------------------------- */

static void a_result_that_does_not_follow_is_not_verified(void **state)
{
    static const uint64_t wrong[] = { 0, 3, 0 };
    struct ballot_world *world = *state;

    up_to_count(world);
    assert_int_equal(world_order(world, DECRYPT), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_NONE);
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
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_BALLOT_STATE);
    assert_int_equal(rmdir(world->base->line.ballots_path), 0);
}

static void
a_device_that_went_no_further_is_wiped_by_a_void_ballot_too(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_open(world);
    world->base->line.entropy.fails = true;
    assert_int_equal(world_order(world, CAST("[0,1,0]")), REFUSAL_BAD_BALLOT);
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
        TEST(after_a_crash_the_same_certificate_is_sent),
        TEST(another_attempt_has_other_keys_and_the_old_ones_are_wiped),
        TEST(keys_that_went_to_the_log_and_are_gone_are_not_made_anew),
        TEST(what_was_kept_for_another_ballot_is_not_used),
        TEST(without_random_bytes_no_key_is_sent_and_it_is_told),
        TEST(what_cannot_be_kept_is_not_sent),
        TEST(a_share_is_confirmed_when_all_have_dealt),
        TEST(shares_are_dealt_once_in_an_attempt),
        TEST(a_share_that_is_not_in_the_dealing_is_shown_to_all),
        TEST(a_certificate_that_is_another_than_was_dealt_to_is_refused),
        TEST(a_verdict_that_follows_from_the_texts_is_told_as_judged),
        TEST(a_verdict_that_names_the_complainer_is_found_false),
        TEST(a_verdict_that_names_an_innocent_teller_is_found_false),
        TEST(a_verdict_without_any_fault_is_found_false),
        TEST(with_a_server_that_judged_falsely_no_other_keys_are_made),
        TEST(keys_that_failed_before_the_newest_attempt_are_told),
        TEST(what_the_user_wants_waits_for_the_verdict),
        TEST(what_the_server_is_too_busy_for_is_asked_again),
        TEST(a_ballot_that_the_server_cannot_count_is_told_once),
        TEST(of_other_ballots_and_reasons_no_such_thing_is_told),
        TEST(a_credential_is_kept_before_it_is_asked_for),
        TEST(without_random_bytes_no_credential_is_taken),
        TEST(a_false_statement_issued_ends_it),
        TEST(other_questions_than_were_adopted_are_not_attested),
        TEST(an_election_of_another_round_is_not_attested),
        TEST(an_election_under_other_rules_is_not_attested),
        TEST(a_list_without_the_own_credential_is_not_attested),
        TEST(a_credential_that_is_left_out_is_objected_to_with_proof),
        TEST(a_newer_list_is_attested_whatever_became_of_the_older),
        TEST(the_answer_to_an_older_list_is_not_taken_for_the_newer_s),
        TEST(who_was_dropped_while_attesting_is_told_of_no_failure),
        TEST(records_that_cannot_be_had_are_told_and_asked_for_again),
        TEST(what_the_user_asks_for_comes_before_more_records),
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
