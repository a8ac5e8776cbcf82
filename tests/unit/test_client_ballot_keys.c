/* A client as teller: its keys, its shares in a committee, and what it thinks
 * of verdicts about them. */
#include "client/core/ballot_vault.h"
#include "tests/support/ballot_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* --- Keys ---------------------------------------------------------------- */

static void after_a_crash_the_same_certificate_is_sent(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_enter(world);
    world_draft(world);
    world_begin_keys(world, 1, WORLD_UUID);
    first = world_sent_text(world, "certify", "certificate");
    world_crash(world);
    assert_int_equal(world_sent_count(world, "certify"), 2);
    second = world_sent_text(world, "certify", "certificate");
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
    first = world_sent_text(world, "certify", "certificate");
    world_fail_keys(world, 1, KEYS_RESTARTED, 0);
    assert_true(world_was_told(world, CLIENT_BALLOT_KEYS_FAILED));
    world_begin_keys(world, 2, WORLD_OTHER_UUID);
    second = world_sent_text(world, "certify", "certificate");
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
    vault = world_open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_VAULT);
    assert_int_equal(world_sent_count(world, "certify"), 1);
}

static void what_was_kept_for_another_ballot_is_not_used(void **state)
{
    static const char other[] = "m0/b1/1";
    struct ballot_world *world = *state;
    struct ballot_vault *vault;

    world_enter(world);
    world_draft(world);
    vault = world_open_vault(world, WORLD_UUID);
    assert_int_equal(ballot_vault_put(vault, "election", other, strlen(other)),
                     RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_begin_keys(world, 1, WORLD_UUID);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_KEYS_REUSED);
    assert_int_equal(world_sent_count(world, "certify"), 0);
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
    assert_int_equal(world_sent_count(world, "certify"), 0);
    world->base->line.entropy.fails = false;
    world_crash(world);
    assert_int_equal(world_sent_count(world, "certify"), 1);
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
    assert_int_equal(world_sent_count(world, "certify"), 0);
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
    assert_int_equal(world_sent_count(world, "deal"), 0);
    world_take_certificate(world);
    world_deal_others(world, twice);
    assert_int_equal(world_sent_count(world, "confirm_share"), 0);
}

static void a_share_is_confirmed_when_all_have_dealt(void **state)
{
    struct ballot_world *world = *state;

    up_to_deals(world, 0);
    world_take_deal(world);
    assert_int_equal(world_sent_count(world, "confirm_share"), 1);
    assert_int_equal(world_sent_count(world, "dispute_keys"), 0);
}

static void shares_are_dealt_once_in_an_attempt(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    up_to_deals(world, 0);
    first = world_sent_text(world, "deal", "deal");
    world_crash(world);
    assert_int_equal(world_sent_count(world, "deal"), 2);
    second = world_sent_text(world, "deal", "deal");
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
    assert_int_equal(world_sent_count(world, "confirm_share"), 0);
    assert_int_equal(world_sent_count(world, "dispute_keys"), 1);
    sent = line_sent_op(&world->base->line, "dispute_keys");
    assert_int_equal(json_integer_value(json_object_get(sent, "against")), 2);
    first = world_sent_text(world, "dispute_keys", "evidence");
    assert_non_null(strstr(first, "\"complainer\":3"));
    /* Its key is shown: the device goes no other way any more. */
    world_crash(world);
    assert_int_equal(world_sent_count(world, "confirm_share"), 0);
    second = world_sent_text(world, "dispute_keys", "evidence");
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
    vault = world_open_vault(world, WORLD_UUID);
    /* As if it had dealt to other certificates in an earlier run. */
    assert_int_equal(
        ballot_vault_put(vault, "certificates", other, sizeof other),
        RESULT_OK);
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
    ballot_vault_free(vault);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_KEYS_REUSED);
    assert_int_equal(world_sent_count(world, "deal"), 1);
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
    world_begin_keys(world, 2, WORLD_OTHER_UUID);
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
    world_begin_keys(world, 2, WORLD_OTHER_UUID);
    assert_int_equal(world_sent_count(world, "certify"), certified);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_VERDICT);
    world_crash(world);
    expect_told(world, CLIENT_BALLOT_FAILED, "bad_share", 2, "verdict");
    assert_int_equal(world_sent_count(world, "certify"), certified);
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
    world_begin_keys(world, 2, WORLD_OTHER_UUID);
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
    assert_int_equal(world_order(world, WORLD_TAKE), REFUSAL_BUSY);
    assert_int_equal(world_order(world, WORLD_TAKE), REFUSAL_BALLOT_STATE);
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
    assert_int_equal(world_sent_count(world, "certify"), 1);
    line_wait(line, 1000);
    assert_int_equal(world_sent_count(world, "certify"), 2);
    assert_false(world_was_told(world, CLIENT_BALLOT_FAILED));
    /* What is refused for good waits for the next connection, and is told. */
    line_answer(line, line_sent_id(line, "certify"),
                "\"error\":{\"code\":\"not_teller\",\"args\":{}}");
    line_wait(line, 5000);
    assert_int_equal(world_sent_count(world, "certify"), 2);
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
    assert_int_equal(world_order(world, WORLD_CAST("[0,1,0]")), REFUSAL_NONE);
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

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, ballot_world_set_up,                 \
                                    ballot_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
