/*
 * Verdicts over the log of log_author.h. What is done to records of a real
 * server, and must be found, stands in tests/support/tampered.py.
 */
#include "protocol/verify/verify_json.h"
#include "protocol/verify/verify_run.h"

#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct world {
    struct log_author author;
    char *log; /* owned; once write_log() was called */
    struct verify_findings findings;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    verify_findings_release(&world->findings);
    log_author_release(&world->author);
    free(world->log);
    free(world);
    return 0;
}

static void write_log(struct world *world)
{
    size_t size = 1, i;

    for (i = 0; i < world->author.count; i++)
        size += strlen(world->author.events[i]) + 1;
    world->log = calloc(1, size);
    assert_non_null(world->log);
    for (i = 0; i < world->author.count; i++) {
        strncat(world->log, world->author.events[i],
                size - strlen(world->log) - 1);
        strncat(world->log, "\n", size - strlen(world->log) - 1);
    }
}

static enum verify_verdict verdict(struct world *world)
{
    const struct verify_input input = { .log = text_view_of(world->log) };

    assert_int_equal(verify_run(&input, &world->findings), RESULT_OK);
    return world->findings.verdict;
}

static void close_meeting(struct world *world)
{
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    event.body.closed.act = log_author_act(&world->author, "m1",
                                           "close_meeting", AUTHOR_MEETING, "");
    (void)log_author_add(&world->author, &event);
}

static struct signature sign_head(const struct world *world, const char *name,
                                  const char *role, const char *reason)
{
    const struct signing_key key = author_key(name);
    const uint64_t upto = world->author.count - 1;
    const struct statement_checkpoint fields = {
        .role = text_view_of(role),
        .reason = text_view_of(reason),
        .seen = { upto, world->author.heads[upto] },
    };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(statement_checkpoint(&key.public_key,
                                          TEXT_LITERAL(AUTHOR_MEETING), &fields,
                                          &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(&key, bytes, size, &sig), RESULT_OK);
    free(bytes);
    return sig;
}

/* The newest head, signed by the server, chair and minute-taker. */
static void confirm(struct world *world, enum checkpoint_reason reason)
{
    const char *word = enum_word(&checkpoint_reason_words, (int)reason);
    struct checkpoint_signer signers[2] = {
        { .holder = { "m1" }, .role = CHECKPOINT_CHAIR },
        { .holder = { "m2" }, .role = CHECKPOINT_MINUTE_TAKER }
    };
    struct checkpoint_missing missing = { .holder = { "m4" } };
    struct meeting_event event = { .kind = EVENT_CHECKPOINT_KIND };
    struct event_checkpoint *body = &event.body.checkpoint;

    signers[0].device = author_key("m1").public_key;
    signers[0].sig = sign_head(world, "m1", "chair", word);
    signers[1].device = author_key("m2").public_key;
    signers[1].sig = sign_head(world, "m2", "minute-taker", word);
    missing.device = author_key("m4").public_key;
    body->reason = (int)reason;
    body->upto = world->author.count - 1;
    body->head = world->author.heads[body->upto];
    body->sig = sign_head(world, "server", "server", word);
    body->signers = (struct items){ signers, 2 };
    body->missing = (struct items){ &missing, 1 };
    (void)log_author_add(&world->author, &event);
}

static void a_meeting_that_goes_on_is_valid_so_far(void **state)
{
    struct world *world = *state;

    write_log(world);
    assert_int_equal(verdict(world), VERIFY_SO_FAR);
    assert_int_equal(world->findings.gaps, VERIFY_GAP_OPEN);
    assert_int_equal(world->findings.meeting.act_count, 4);
    assert_int_equal(world->findings.history.count, AUTHOR_OPENED);
}

static void a_closed_meeting_without_confirmed_heads_is_complete(void **state)
{
    struct world *world = *state;

    close_meeting(world);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_COMPLETE);
    assert_int_equal(world->findings.gaps, 0);
}

static void where_heads_are_confirmed_the_closing_has_to_be(void **state)
{
    struct world *world = *state;

    confirm(world, CHECKPOINT_OPENED);
    close_meeting(world);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_SO_FAR);
    assert_int_equal(world->findings.gaps, VERIFY_GAP_UNCONFIRMED);
}

static void a_confirmed_closing_makes_it_complete(void **state)
{
    struct world *world = *state;
    const struct verify_meeting *meeting = &world->findings.meeting;

    confirm(world, CHECKPOINT_OPENED);
    close_meeting(world);
    confirm(world, CHECKPOINT_CLOSED);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_COMPLETE);
    assert_int_equal(meeting->checkpoints_count, 2);
    assert_true(meeting->checkpoints[1].is_complete);
    assert_int_equal(meeting->checkpoints[1].signer_count, 2);
    assert_int_equal(meeting->checkpoints[1].asked_count, 3);
    assert_int_equal(meeting->missing_count, 1);
    assert_string_equal(meeting->missing[0].holder.text, "m4");
}

static void a_loss_that_was_given_up_is_kept(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_RESTORED_KIND };
    struct event_restored *body = &event.body.restored;
    const struct verify_findings *findings = &world->findings;
    char value[200], digits[HEX_SIZE(HASH_SIZE)];

    body->from = world->author.count;
    body->lost_seq = body->from + 4;
    memset(body->lost_head.bytes, 7, HASH_SIZE);
    hex_encode(body->lost_head.bytes, HASH_SIZE, digits);
    (void)snprintf(value, sizeof value, "%u,%u,%s", (unsigned)body->from,
                   (unsigned)body->lost_seq, digits);
    body->act =
        log_author_act(&world->author, "m1", "restored", AUTHOR_MEETING, value);
    body->second =
        log_author_act(&world->author, "m2", "restored", AUTHOR_MEETING, value);
    (void)log_author_add(&world->author, &event);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_SO_FAR);
    assert_int_equal(findings->meeting.losses_count, 1);
    assert_string_equal(findings->meeting.losses[0].by.text, "m1");
    assert_string_equal(findings->meeting.losses[0].second.text, "m2");
    assert_true(verify_history_has_lost(&findings->history, body->lost_seq));
    assert_false(
        verify_history_has_lost(&findings->history, body->lost_seq + 1));
}

static void a_fault_says_where_and_of_whom(void **state)
{
    struct world *world = *state;
    const struct verify_failure *failure = &world->findings.failure;
    struct meeting_event event = { .kind = EVENT_ADJOURNED_KIND };

    event.body.adjourned.act = log_author_act(
        &world->author, "m4", "adjourn_meeting", AUTHOR_MEETING, "");
    (void)log_author_add(&world->author, &event);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_INVALID);
    assert_int_equal(failure->fault, VERIFY_FAULT_ACT_ROLE);
    assert_int_equal(failure->seq, AUTHOR_OPENED);
    assert_string_equal(failure->kind, "adjourned");
    assert_string_equal(failure->who.text, "m4");
    assert_true(failure->has_device);
}

static void the_findings_are_one_json_object(void **state)
{
    struct world *world = *state;
    json_t *object;

    close_meeting(world);
    write_log(world);
    assert_int_equal(verdict(world), VERIFY_COMPLETE);
    object = verify_json(&world->findings);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "verdict")),
                        "complete");
    assert_string_equal(json_string_value(json_object_get(object, "log")),
                        AUTHOR_MEETING);
    assert_int_equal(json_integer_value(json_object_get(object, "events")),
                     AUTHOR_OPENED + 1);
    assert_true(json_is_null(json_object_get(object, "failure")));
    json_decref(object);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_meeting_that_goes_on_is_valid_so_far),
        TEST(a_closed_meeting_without_confirmed_heads_is_complete),
        TEST(where_heads_are_confirmed_the_closing_has_to_be),
        TEST(a_confirmed_closing_makes_it_complete),
        TEST(a_loss_that_was_given_up_is_kept),
        TEST(a_fault_says_where_and_of_whom),
        TEST(the_findings_are_one_json_object),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
