/*
 * Signed heads: the server's own, which a client holds against what it has
 * seen, and its own, which it gives when it is asked to.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/meeting/checkpoint_check.h"
#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)
#define SIGN_OPENED                                                            \
    "{\"sign\":{\"log\":\"" AUTHOR_MEETING                                     \
    "\",\"seq\":14,\"reason\":\"opened\"}}"

static const char *const nobody[] = { NULL };
static const char *const m1_and_m2[] = { "m1", "m2", NULL };
static const char *const all_three[] = { "m1", "m2", "m4", NULL };

static const struct meeting_view *view_of(const struct client_world *world)
{
    return client_engine_view(world->line.engine);
}

/* The server's word for its head at `seq`. */
static void say_signed(struct client_world *world,
                       const struct log_author *author, uint64_t seq)
{
    char *text = log_author_signed_frame(author, CHECKPOINT_COMMIT, seq);

    line_say(&world->line, text);
    free(text);
}

/* --- The server's own ---------------------------------------------------- */

static void the_newest_signed_head_that_is_ours_is_known(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    assert_false(view_of(world)->confirmed.is_there);
    say_signed(world, &world->author, 14);
    assert_true(view_of(world)->confirmed.is_there);
    assert_int_equal(view_of(world)->confirmed.seq, 14);
    /* An older one says nothing new. */
    say_signed(world, &world->author, 12);
    assert_int_equal(view_of(world)->confirmed.seq, 14);
    say_signed(world, &world->registry, 3);
    assert_int_equal(view_of(world)->register_confirmed.seq, 3);
    assert_int_equal(view_of(world)->confirmed.seq, 14);
}

static void a_signed_head_that_is_not_ours_gives_the_alarm(void **state)
{
    struct client_world *world = *state;
    const struct identifier scope = { AUTHOR_MEETING };
    const struct anchor_alarm *alarm;
    struct client_notice *notice;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    world->author.heads[14].bytes[0] ^= 1;
    say_signed(world, &world->author, 14);
    notice = line_notice(&world->line, CLIENT_TRUST_ALARM);
    assert_int_equal(notice->reason, CLIENT_REASON_FORK);
    assert_int_equal(notice->seq, 14);
    assert_true(hash_equal(&notice->other_head, &world->author.heads[14]));
    client_notice_free(notice);
    /* Both heads are kept, and that the server signed the one and the other. */
    alarm = anchor_log_alarm(
        anchors_find(anchor_store_anchors(world->line.anchors), &scope));
    assert_non_null(alarm);
    assert_true(alarm->ours.is_signed && alarm->theirs.is_signed);
    assert_true(hash_equal(&alarm->theirs.head, &world->author.heads[14]));
    world->author.heads[14].bytes[0] ^= 1;
    assert_true(hash_equal(&alarm->ours.head, &world->author.heads[14]));
}

static void a_head_that_nobody_signed_gives_the_alarm(void **state)
{
    struct client_world *world = *state;
    char *text, *digit;

    client_world_enter(world);
    text = log_author_signed_frame(&world->author, CHECKPOINT_COMMIT, 14);
    digit = strstr(text, "\"sig\":\"") + strlen("\"sig\":\"");
    *digit = *digit == '0' ? '1' : '0';
    line_say(&world->line, text);
    free(text);
    assert_false(view_of(world)->confirmed.is_there);
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_UNSIGNED);
    assert_true(world->line.is_closing);
}

static void a_head_signed_by_another_key_gives_the_alarm(void **state)
{
    struct client_world *world = *state;
    char *text, *digit;

    client_world_enter(world);
    text = log_author_signed_frame(&world->author, CHECKPOINT_COMMIT, 14);
    digit = strstr(text, "\"server\":\"") + strlen("\"server\":\"");
    *digit = *digit == '0' ? '1' : '0';
    line_say(&world->line, text);
    free(text);
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_UNSIGNED);
}

static void a_head_of_events_that_are_not_here_says_nothing_yet(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    (void)log_author_hand(&world->author, "m1");
    say_signed(world, &world->author, AUTHOR_OPENED);
    assert_false(view_of(world)->confirmed.is_there);
    assert_false(world->line.is_closing);
}

static void a_reason_of_a_newer_server_is_passed_over(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, "{\"signed\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":14,\"reason\":\"minutes_adopted\"}}");
    assert_false(world->line.is_closing);
}

/* --- Our own ------------------------------------------------------------- */

/* The newest confirmation is over this head, in this role. */
static void expect_confirmed(struct client_world *world, uint64_t seq,
                             enum checkpoint_reason reason,
                             enum checkpoint_role role)
{
    const json_t *sent = line_sent_op(&world->line, "checkpoint");
    struct signed_head head = { .seq = seq,
                                .head = world->author.heads[seq],
                                .reason = reason,
                                .role = role,
                                .signer = author_key("m4").public_key };

    assert_non_null(sent);
    assert_string_equal(json_string_value(json_object_get(sent, "log")),
                        AUTHOR_MEETING);
    assert_int_equal(json_integer_value(json_object_get(sent, "seq")), seq);
    assert_int_equal(hex_decode(text_view_of(json_string_value(
                                    json_object_get(sent, "sig"))),
                                head.sig.bytes, SIGNATURE_SIZE),
                     RESULT_OK);
    assert_int_equal(signed_head_check(&head, &world->author.scope, NULL),
                     RESULT_OK);
}

static void a_device_confirms_its_head_when_it_is_asked(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, SIGN_OPENED);
    expect_confirmed(world, 14, CHECKPOINT_OPENED, CHECKPOINT_MEMBER);
}

static void what_is_confirmed_is_on_disk_before(void **state)
{
    struct client_world *world = *state;
    const struct identifier scope = { AUTHOR_MEETING };
    struct hash head;
    uint64_t seq = 0;

    client_world_enter(world);
    client_world_switch(world, &world->author);
    line_say(&world->line, log_author_hand(&world->author, "m1"));
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":15,\"reason\":\"periodic\"}}");
    expect_confirmed(world, 15, CHECKPOINT_PERIODIC, CHECKPOINT_MEMBER);
    client_world_crash(world);
    assert_true(journal_has_confirmed(world->line.journal, &scope, 15));
    assert_int_equal(journal_recall(world->line.journal, &scope, &seq, &head),
                     RESULT_OK);
    assert_int_equal(seq, 15);
    assert_int_equal(journal_bound(world->line.journal, &scope), 16);
}

static void who_is_asked_before_its_event_has_come_waits_for_it(void **state)
{
    struct client_world *world = *state;
    const char *hand;

    client_world_enter(world);
    hand = log_author_hand(&world->author, "m1");
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":15,\"reason\":\"periodic\"}}");
    assert_null(line_sent_op(&world->line, "checkpoint"));
    client_world_switch(world, &world->author);
    line_say(&world->line, hand);
    expect_confirmed(world, 15, CHECKPOINT_PERIODIC, CHECKPOINT_MEMBER);
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 1);
}

static void nothing_is_confirmed_before_the_register_was_seen(void **state)
{
    struct client_world *world = *state;

    client_world_ask(world);
    line_join(&world->line, &world->author);
    line_say(&world->line, SIGN_OPENED);
    assert_null(line_sent_op(&world->line, "checkpoint"));
    line_join(&world->line, &world->registry);
    expect_confirmed(world, 14, CHECKPOINT_OPENED, CHECKPOINT_MEMBER);
}

static void
nothing_is_confirmed_of_a_register_or_a_strange_meeting(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_ORGANISATION
                           "\",\"seq\":3,\"reason\":\"periodic\"}}");
    line_say(&world->line, "{\"sign\":{\"log\":\"c1.2\",\"seq\":3,"
                           "\"reason\":\"periodic\"}}");
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":3,\"reason\":\"something\"}}");
    assert_null(line_sent_op(&world->line, "checkpoint"));
    assert_false(world->line.is_closing);
}

static void two_heads_are_never_confirmed_at_one_place(void **state)
{
    struct client_world *world = *state;
    const struct identifier scope = { AUTHOR_MEETING };
    const struct hash other = { { 9 } };

    client_world_enter(world);
    line_say(&world->line, SIGN_OPENED);
    line_say(&world->line, SIGN_OPENED);
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 2);
    /* As another history would have left it. */
    assert_int_equal(journal_confirm(world->line.journal, &scope, 12, &other),
                     RESULT_OK);
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":12,\"reason\":\"periodic\"}}");
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 2);
    assert_false(world->line.is_closing);
}

static void whoever_is_in_the_chair_signs_as_such_at_that_place(void **state)
{
    struct client_world *world = *state;
    struct meeting_event event = { .kind = EVENT_MINUTES_HANDED_OVER_KIND };

    client_world_enter(world);
    event.body.minutes_handed_over.member = (struct identifier){ "m4" };
    event.body.minutes_handed_over.act =
        log_author_act(&world->author, "m1", "hand_over_minutes", "m4", "");
    client_world_switch(world, &world->author);
    line_say(&world->line, log_author_add(&world->author, &event));
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":15,\"reason\":\"periodic\"}}");
    expect_confirmed(world, 15, CHECKPOINT_PERIODIC, CHECKPOINT_MINUTE_TAKER);
    /* She was a member before. */
    line_say(&world->line, SIGN_OPENED);
    expect_confirmed(world, 14, CHECKPOINT_OPENED, CHECKPOINT_MEMBER);
}

static void what_was_asked_on_a_line_that_is_gone_is_not_answered(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, "{\"sign\":{\"log\":\"" AUTHOR_MEETING
                           "\",\"seq\":15,\"reason\":\"periodic\"}}");
    line_close(&world->line, 0);
    (void)log_author_hand(&world->author, "m1");
    client_world_come_back(world);
    assert_null(line_sent_op(&world->line, "checkpoint"));
}

/* --- Checkpoint events --------------------------------------------------- */

static void say_checkpoint(struct client_world *world,
                           const char *const *signers)
{
    client_world_switch(world, &world->author);
    line_say(&world->line,
             log_author_checkpoint(&world->author, CHECKPOINT_OPENED, 14,
                                   signers, nobody));
}

static void a_confirmation_that_is_left_out_is_told(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    line_say(&world->line, SIGN_OPENED);
    say_checkpoint(world, m1_and_m2);
    notice = line_notice(&world->line, CLIENT_UNCONFIRMED);
    assert_string_equal(notice->log.text, AUTHOR_MEETING);
    assert_int_equal(notice->seq, 14);
    client_notice_free(notice);
    assert_false(view_of(world)->is_alarmed);
}

static void a_confirmation_that_stands_there_needs_no_word(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, SIGN_OPENED);
    say_checkpoint(world, all_three);
    assert_false(line_has_notice(&world->line, CLIENT_UNCONFIRMED));
    assert_true(view_of(world)->state->checkpoint.is_complete);
}

static void who_did_not_confirm_misses_nothing(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    say_checkpoint(world, m1_and_m2);
    assert_false(line_has_notice(&world->line, CLIENT_UNCONFIRMED));
}

static void it_is_told_once_also_over_another_run(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, SIGN_OPENED);
    (void)log_author_checkpoint(&world->author, CHECKPOINT_OPENED, 14,
                                m1_and_m2, nobody);
    /* It comes while the device is away. */
    client_world_crash(world);
    client_world_enter(world);
    assert_true(line_has_notice(&world->line, CLIENT_UNCONFIRMED));
    client_world_crash(world);
    client_world_enter(world);
    assert_false(line_has_notice(&world->line, CLIENT_UNCONFIRMED));
}

static void the_servers_word_in_a_checkpoint_counts_as_its_own(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    say_checkpoint(world, m1_and_m2);
    assert_true(view_of(world)->confirmed.is_there);
    assert_int_equal(view_of(world)->confirmed.seq, 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES_TEST(the_newest_signed_head_that_is_ours_is_known),
        FILES_TEST(a_signed_head_that_is_not_ours_gives_the_alarm),
        FILES_TEST(a_head_that_nobody_signed_gives_the_alarm),
        FILES_TEST(a_head_signed_by_another_key_gives_the_alarm),
        FILES_TEST(a_head_of_events_that_are_not_here_says_nothing_yet),
        FILES_TEST(a_reason_of_a_newer_server_is_passed_over),
        FILES_TEST(a_device_confirms_its_head_when_it_is_asked),
        FILES_TEST(what_is_confirmed_is_on_disk_before),
        FILES_TEST(who_is_asked_before_its_event_has_come_waits_for_it),
        FILES_TEST(nothing_is_confirmed_before_the_register_was_seen),
        FILES_TEST(nothing_is_confirmed_of_a_register_or_a_strange_meeting),
        FILES_TEST(two_heads_are_never_confirmed_at_one_place),
        FILES_TEST(whoever_is_in_the_chair_signs_as_such_at_that_place),
        FILES_TEST(what_was_asked_on_a_line_that_is_gone_is_not_answered),
        FILES_TEST(a_confirmation_that_is_left_out_is_told),
        FILES_TEST(a_confirmation_that_stands_there_needs_no_word),
        FILES_TEST(who_did_not_confirm_misses_nothing),
        FILES_TEST(it_is_told_once_also_over_another_run),
        FILES_TEST(the_servers_word_in_a_checkpoint_counts_as_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
