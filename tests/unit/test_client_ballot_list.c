/* A client on the list of a secret ballot: its credential, and what it attests.
 */
#include "client/core/ballot_vault.h"
#include "protocol/record/digest.h"
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

/* --- The list ------------------------------------------------------------ */

static void a_credential_is_kept_before_it_is_asked_for(void **state)
{
    struct ballot_world *world = *state;
    char *first, *second;

    world_up_to_ready(world);
    assert_int_equal(world_sent_count(world, "take_ballot"), 0);
    assert_int_equal(world_order(world, WORLD_TAKE), REFUSAL_NONE);
    first = world_sent_text(world, "take_ballot", "credential");
    world_crash(world);
    assert_int_equal(world_sent_count(world, "take_ballot"), 2);
    second = world_sent_text(world, "take_ballot", "credential");
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void without_random_bytes_no_credential_is_taken(void **state)
{
    struct ballot_world *world = *state;

    world_up_to_ready(world);
    world->base->line.entropy.fails = true;
    (void)world_order(world, WORLD_TAKE);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RANDOM);
    assert_false(world_view(world)->has_credential);
    assert_int_equal(world_sent_count(world, "take_ballot"), 0);
}

static void a_false_statement_issued_ends_it(void **state)
{
    struct ballot_world *world = *state;
    char text[200] = "\"ok\":true,\"issued\":\"";

    world_up_to_ready(world);
    assert_int_equal(world_order(world, WORLD_TAKE), REFUSAL_NONE);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 0);
}

static void an_election_under_other_rules_is_not_attested(void **state)
{
    struct ballot_world *world = *state;

    world->rules.bytes[0] ^= 1;
    world_up_to_ready(world);
    world_issue(world);
    world_list(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_ELECTION);
    assert_int_equal(world_sent_count(world, "attest_ballot"), 0);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 0);
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
    assert_int_equal(world_sent_count(world, "object_ballot"), 1);
    line_wait(line, 1000);
    assert_int_equal(world_sent_count(world, "object_ballot"), 2);
    world_crash(world);
    assert_int_equal(world_sent_count(world, "object_ballot"), 3);
    assert_int_equal(world_sent_count(world, "attest_ballot"), 0);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 2);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 3);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 1);
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
    assert_int_equal(world_sent_count(world, "attest_ballot"), 1);
    world->record_count = count; /* the server has lost them */
    (void)unlink(scratch_folder_file(&world->base->folder,
                                     "ballots/" WORLD_UUID ".records")
                     .text);
    world_crash(world);
    assert_int_equal(world_view(world)->fault, CLIENT_BALLOT_FAULT_RECORD);
    world->record_count = count + 2;
    world_crash(world);
    assert_int_equal(world_sent_count(world, "attest_ballot"), 2);
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
    count = world_sent_count(world,
                             "get_blob"); /* the first record is on its way */
    (void)snprintf(command, sizeof command,
                   "{\"op\":\"get_blob\",\"blob\":\"%s\"}", wanted);
    line_command(line, 5, command);
    assert_int_equal(world_sent_count(world, "get_blob"), count);
    world_settle(world);
    assert_string_equal(blob_asked(world, count, &frame), wanted);
    json_decref(frame);
    assert_int_equal(world_sent_count(world, "get_blob"), count + 2);
    assert_true(world_view(world)->has_election);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, ballot_world_set_up,                 \
                                    ballot_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
