/* What the people in charge gave up is taken, in a meeting and in the register;
 * and nothing else is. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/recovery_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- What the people in charge gave up -------------------------------------
 */

/* m4 has seen a chat that the server has lost since: events 15 and 16 of ours.
 * `twin` goes on behind the opening without it. */
static void lose_a_chat(struct client_world *world, struct log_author *twin)
{
    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    (void)log_author_hand(&world->author, "m2");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    recovery_say_signed(world, &world->author, 16);
    recovery_make_twin(world, twin);
}

static void expect_restored(struct client_world *world)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_RESTORED);

    assert_string_equal(notice->log.text, AUTHOR_MEETING);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->lost_seq, 16);
    assert_true(hash_equal(&notice->lost_head, &world->author.heads[16]));
    client_notice_free(notice);
    assert_false(recovery_view(world)->is_alarmed);
}

static void a_loss_that_was_given_up_is_taken(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;
    const struct anchor_log *log;

    lose_a_chat(world, &twin);
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    (void)log_author_hand(&twin, "m4");
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    expect_restored(world);
    assert_true(hash_equal(&recovery_view(world)->head, &twin.heads[16]));
    assert_int_equal(recovery_view(world)->state->hand_count, 1);
    /* The lost heads are kept. */
    log = recovery_kept(world, &recovery_meeting);
    assert_int_equal(anchor_log_check(log, 16, &world->author.heads[16], NULL),
                     ANCHOR_CHECK_LOST);
    assert_false(log->has_signed);
    /* Another run reads it without a word. */
    client_world_crash(world);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &twin);
    assert_false(line_has_notice(&world->line, CLIENT_RESTORED));
    assert_false(recovery_view(world)->is_alarmed);
    log_author_release(&twin);
}

static void a_loss_is_taken_where_nobody_knows_how_much_it_was(void **state)
{
    const struct hash unknown = { { 0 } };
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_chat(world, &twin);
    (void)log_author_restored(&twin, 15, &unknown);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    expect_restored(world);
    client_world_crash(world);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &twin);
    assert_false(line_has_notice(&world->line, CLIENT_RESTORED));
    log_author_release(&twin);
}

static void a_loss_is_taken_while_the_log_is_held(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_chat(world, &twin);
    line_say(&world->line, RECOVERY_HELD_AT_15);
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    client_world_switch(world, &twin);
    line_say(&world->line, twin.events[15]);
    expect_restored(world);
    log_author_release(&twin);
}

static void a_loss_of_an_earlier_run_is_taken(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_chat(world, &twin);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &twin);
    expect_restored(world);
    assert_false(world->line.is_closing);
    log_author_release(&twin);
}

static void a_loss_that_one_did_not_see_is_no_news(void **state)
{
    const struct hash lost = { { 7 } };
    struct client_world *world = *state;

    (void)log_author_restored(&world->author, 30, &lost);
    (void)log_author_hand(&world->author, "m4");
    client_world_enter(world);
    assert_false(line_has_notice(&world->line, CLIENT_RESTORED));
    client_world_crash(world);
    client_world_enter(world);
    assert_false(line_has_notice(&world->line, CLIENT_RESTORED));
    assert_false(recovery_view(world)->is_alarmed);
}

static void a_loss_that_the_wrong_people_gave_up_is_not_taken(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;
    char *forged, *digit;

    lose_a_chat(world, &twin);
    forged = strdup(log_author_restored(&twin, 16, &world->author.heads[16]));
    digit = strstr(forged, "\"sig\":\"") + strlen("\"sig\":\"");
    *digit = *digit == '0' ? '1' : '0';
    client_world_switch(world, &twin);
    line_say(&world->line, forged);
    free(forged);
    recovery_expect_alarm(world, CLIENT_REASON_ACT);
    /* What we held, we hold. */
    assert_int_equal(recovery_view(world)->state->next_seq, 17);
    assert_int_equal(recovery_kept(world, &recovery_meeting)->lost_count, 0);
    log_author_release(&twin);
}

static void a_loss_of_another_history_is_a_fork(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;
    struct hash other = { { 9 } };

    lose_a_chat(world, &twin);
    /* Somebody was shown another event 16 than we. */
    (void)log_author_restored(&twin, 16, &other);
    client_world_switch(world, &twin);
    line_say(&world->line, twin.events[15]);
    recovery_expect_alarm(world, CLIENT_REASON_FORK);
    log_author_release(&twin);
}

static void nothing_but_that_explains_another_history(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    struct log_author twin;

    lose_a_chat(world, &twin);
    (void)log_author_chat(&twin, "m2", "Tôi không nói gì");
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    notice = line_notice(&world->line, CLIENT_TRUST_ALARM);
    assert_int_equal(notice->reason, CLIENT_REASON_FORK);
    assert_int_equal(notice->seq, 15);
    assert_true(hash_equal(&notice->head, &world->author.heads[15]));
    assert_true(hash_equal(&notice->other_head, &twin.heads[15]));
    client_notice_free(notice);
    log_author_release(&twin);
}

static void
what_was_confirmed_before_the_loss_is_not_confirmed_anew(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_chat(world, &twin);
    line_say(&world->line, "{\"sign\":{\"log\":\"c1.1\",\"seq\":16,"
                           "\"reason\":\"periodic\"}}");
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 1);
    line_say(&world->line, RECOVERY_HELD_AT_15);
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    (void)log_author_hand(&twin, "m4");
    (void)log_author_hand(&twin, "m1");
    client_world_switch(world, &twin);
    line_say(&world->line, twin.events[15]);
    line_say(&world->line, twin.events[16]);
    line_say(&world->line, twin.events[17]);
    line_say(&world->line, "{\"sign\":{\"log\":\"c1.1\",\"seq\":16,"
                           "\"reason\":\"periodic\"}}");
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 1);
    line_say(&world->line, "{\"sign\":{\"log\":\"c1.1\",\"seq\":17,"
                           "\"reason\":\"periodic\"}}");
    assert_int_equal(line_sent_count(&world->line, "checkpoint"), 2);
    log_author_release(&twin);
}

static void
bytes_that_do_not_fit_are_asked_about_from_the_beginning(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, AUTHOR_OPENED - 1);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"14\"}}");
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"error\":{\"code\":\"no_such_head\"}");
    assert_int_equal(line_joined_from(&world->line, &world->author), 0);
}

/* --- The register --------------------------------------------------------- */

/* m4 has seen a unit added that the register has lost since; it goes on without
 * it, as the administrator said. */
static void lose_a_unit(struct client_world *world, struct log_author *twin)
{
    client_world_enter(world);
    (void)register_author_add_unit(&world->registry, "u3");
    recovery_say_live(world, &world->registry, REGISTER_CALLED);
    register_author_init(twin);
    register_author_call_meeting(twin);
    (void)register_author_restored(twin, REGISTER_CALLED);
}

static void log_in_to(struct client_world *world, struct log_author *twin)
{
    if (world->line.is_open)
        line_close(&world->line, 0);
    if (!world->line.is_connecting)
        line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_refuse_join(&world->line, twin, RECOVERY_NO_SUCH_HEAD);
    line_join(&world->line, twin);
}

static void expect_answer(struct client_world *world, uint64_t tag,
                          enum refusal_code code)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_ANSWER);

    assert_int_equal(notice->tag, tag);
    assert_int_equal(notice->refusal.code, code);
    client_notice_free(notice);
}

static void a_loss_of_the_register_is_the_users_to_take(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_unit(world, &twin);
    log_in_to(world, &twin);
    recovery_expect_alarm(world, CLIENT_REASON_LOSS);
    line_close(&world->line, 0);
    client_engine_accept_loss(world->line.engine, 7);
    expect_answer(world, 7, REFUSAL_NONE);
    log_in_to(world, &twin);
    assert_false(recovery_view(world)->is_alarmed);
    assert_int_equal(recovery_view(world)->org->unit_count, 2);
    assert_true(hash_equal(&recovery_view(world)->register_head,
                           &twin.heads[REGISTER_CALLED]));
    assert_int_equal(
        anchor_log_check(recovery_kept(world, &recovery_organisation),
                         REGISTER_CALLED,
                         &world->registry.heads[REGISTER_CALLED], NULL),
        ANCHOR_CHECK_LOST);
    /* It is taken once and for all. */
    client_world_crash(world);
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_join(&world->line, &twin);
    assert_false(recovery_view(world)->is_alarmed);
    log_author_release(&twin);
}

static void it_is_taken_also_in_another_run(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_unit(world, &twin);
    line_wait(&world->line, CLIENT_SAVE_MS);
    log_in_to(world, &twin);
    recovery_expect_alarm(world, CLIENT_REASON_LOSS);
    client_world_crash(world);
    fake_line_start(&world->line);
    client_engine_accept_loss(world->line.engine, 7);
    expect_answer(world, 7, REFUSAL_NONE);
    line_log_in(&world->line);
    line_join(&world->line, &twin);
    assert_false(recovery_view(world)->is_alarmed);
    assert_int_equal(recovery_view(world)->org->unit_count, 2);
    log_author_release(&twin);
}

static void without_a_loss_there_is_nothing_to_take(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    client_world_enter(world);
    client_engine_accept_loss(world->line.engine, 7);
    /* The join was answered before. */
    expect_answer(world, 1, REFUSAL_NONE);
    expect_answer(world, 7, REFUSAL_NOT_HELD);
    (void)register_author_add_unit(&world->registry, "u3");
    recovery_say_live(world, &world->registry, REGISTER_CALLED);
    register_author_init(&twin);
    register_author_call_meeting(&twin);
    (void)register_author_restored(&twin, REGISTER_CALLED);
    log_in_to(world, &twin);
    recovery_expect_alarm(world, CLIENT_REASON_LOSS);
    log_author_release(&twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECOVERY_TEST(a_loss_that_was_given_up_is_taken),
        RECOVERY_TEST(a_loss_is_taken_where_nobody_knows_how_much_it_was),
        RECOVERY_TEST(a_loss_is_taken_while_the_log_is_held),
        RECOVERY_TEST(a_loss_of_an_earlier_run_is_taken),
        RECOVERY_TEST(a_loss_that_one_did_not_see_is_no_news),
        RECOVERY_TEST(a_loss_that_the_wrong_people_gave_up_is_not_taken),
        RECOVERY_TEST(a_loss_of_another_history_is_a_fork),
        RECOVERY_TEST(nothing_but_that_explains_another_history),
        RECOVERY_TEST(what_was_confirmed_before_the_loss_is_not_confirmed_anew),
        RECOVERY_TEST(bytes_that_do_not_fit_are_asked_about_from_the_beginning),
        RECOVERY_TEST(a_loss_of_the_register_is_the_users_to_take),
        RECOVERY_TEST(it_is_taken_also_in_another_run),
        RECOVERY_TEST(without_a_loss_there_is_nothing_to_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
