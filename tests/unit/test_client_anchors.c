/*
 * What a client keeps of its logs for good, and that an alarm outlasts the run
 * until the user takes it away.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/client_world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)
#define CHAT "{\"op\":\"chat\",\"text\":\"Tôi có ý kiến\"}"

static const struct identifier meeting = { AUTHOR_MEETING };
static const struct identifier organisation = { AUTHOR_ORGANISATION };

static const struct anchor_log *kept(const struct client_world *world,
                                     const struct identifier *log)
{
    return anchors_find(anchor_store_anchors(world->line.anchors), log);
}

static void say_signed(struct client_world *world, uint64_t seq)
{
    char *text =
        log_author_signed_frame(&world->author, CHECKPOINT_COMMIT, seq);

    line_say(&world->line, text);
    free(text);
}

/* A chat that says something else than its author signed. */
static void break_trust(struct client_world *world)
{
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    client_world_switch(world, &world->author);
    line_say(&world->line, log_author_add(&world->author, &event));
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_ACT);
    line_close(&world->line, 0);
}

static void expect_answer(struct client_world *world, uint64_t tag,
                          enum refusal_code code)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_ANSWER);

    assert_int_equal(notice->tag, tag);
    assert_int_equal(notice->is_ok, code == REFUSAL_NONE);
    assert_int_equal(notice->refusal.code, code);
    client_notice_free(notice);
}

/* --- What is kept -------------------------------------------------------- */

static void beginning_and_end_of_both_logs_are_kept(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    client_world_crash(world);
    assert_true(kept(world, &meeting)->has_genesis);
    assert_true(
        hash_equal(&kept(world, &meeting)->genesis, &world->author.heads[0]));
    assert_int_equal(kept(world, &meeting)->last.seq, AUTHOR_OPENED - 1);
    assert_true(hash_equal(&kept(world, &meeting)->last.head,
                           &world->author.heads[AUTHOR_OPENED - 1]));
    assert_true(hash_equal(&kept(world, &organisation)->genesis,
                           &world->registry.heads[0]));
    assert_int_equal(kept(world, &organisation)->last.seq, REGISTER_CALLED - 1);
}

static void checkpoints_and_signed_heads_are_kept(void **state)
{
    static const char *const signers[] = { "m1", "m2", NULL };
    static const char *const missing[] = { "m4", NULL };
    struct client_world *world = *state;
    const struct anchor_checkpoint *checkpoint;

    client_world_enter(world);
    client_world_switch(world, &world->author);
    line_say(&world->line,
             log_author_checkpoint(&world->author, CHECKPOINT_OPENED, 14,
                                   signers, missing));
    say_signed(world, 15);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    assert_int_equal(kept(world, &meeting)->checkpoints_count, 1);
    checkpoint = &kept(world, &meeting)->checkpoints[0];
    assert_int_equal(checkpoint->upto, 14);
    assert_int_equal(checkpoint->seq, 15);
    assert_string_equal(checkpoint->reason.text, "opened");
    assert_int_equal(checkpoint->confirmed, 2);
    assert_int_equal(checkpoint->asked, 3);
    assert_true(hash_equal(&checkpoint->event_head, &world->author.heads[15]));
    assert_true(kept(world, &meeting)->has_signed);
    assert_int_equal(kept(world, &meeting)->newest.seq, 15);
}

/* Its event was made durable before the server had signed it. */
static void a_signed_head_is_kept_though_no_event_follows(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_switch(world, &world->author);
    say_signed(world, AUTHOR_OPENED - 1);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    assert_true(kept(world, &meeting)->has_signed);
    assert_int_equal(kept(world, &meeting)->newest.seq, AUTHOR_OPENED - 1);
}

/* --- What is expected ---------------------------------------------------- */

static void anchors_hold_where_the_journal_is_lost(void **state)
{
    struct client_world *world = *state;
    const struct scratch_path path =
        scratch_folder_file(&world->folder, "journal");
    struct log_author other;

    client_world_enter(world);
    fake_line_stop(&world->line);
    world->line.anchors = anchor_store_free(world->line.anchors);
    world->line.journal = journal_free(world->line.journal);
    assert_int_equal(unlink(path.text), 0);
    assert_int_equal(journal_create(path.text), RESULT_OK);
    client_world_open_files(world);

    log_author_init(&other);
    register_author_point(&world->registry, &other);
    other.at_ms += 7;
    log_author_open_meeting(&other);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &other);
    log_author_release(&other);
    /* Its very first event is another one. */
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_FORK);
    assert_int_equal(kept(world, &meeting)->alarms[0].seq, 0);
}

static void a_signed_head_of_an_earlier_run_is_not_lost(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    (void)log_author_hand(&world->author, "m1");
    client_world_switch(world, &world->author);
    line_say(&world->line, world->author.events[AUTHOR_OPENED]);
    say_signed(world, AUTHOR_OPENED);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    world->author.count--;
    client_world_enter(world);
    line_answer(&world->line, line_sent_id(&world->line, "ping"),
                "\"ok\":true");
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_HEAD);
}

/* --- Alarms -------------------------------------------------------------- */

static void an_alarm_outlasts_the_run(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    break_trust(world);
    client_world_crash(world);
    client_world_ask(world);
    /* Both logs in the first run, the register alone in the second. */
    assert_int_equal(line_sent_count(&world->line, "join"), 3);
    notice = line_notice(&world->line, CLIENT_TRUST_ALARM);
    assert_int_equal(notice->reason, CLIENT_REASON_ACT);
    assert_string_equal(notice->log.text, AUTHOR_MEETING);
    assert_int_equal(notice->seq, AUTHOR_OPENED);
    client_notice_free(notice);
    assert_true(client_engine_view(world->line.engine)->is_alarmed);
    assert_true(world->line.is_closing);
}

static void a_join_that_meets_an_old_alarm_is_answered(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    break_trust(world);
    client_world_crash(world);
    client_world_ask(world);
    expect_answer(world, 1, REFUSAL_NO_SUCH_HEAD);
}

static void another_meeting_is_not_concerned(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    break_trust(world);
    client_world_crash(world);
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 2, "{\"op\":\"join\",\"log\":\"c1.2\"}");
    assert_non_null(line_sent_join(&world->line, "c1.2"));
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

static void an_alarm_that_is_forgotten_lets_the_log_be_joined(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    break_trust(world);
    world->author.count--; /* the server has mended it */
    client_engine_forget_alarm(world->line.engine, 5, &meeting);
    expect_answer(world, 5, REFUSAL_NONE);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->place, PLACE_IN);
    line_command(&world->line, 6, CHAT);
    assert_non_null(line_sent_op(&world->line, "chat"));
    /* It stays on record. */
    assert_int_equal(kept(world, &meeting)->alarms_count, 1);
    assert_true(kept(world, &meeting)->alarms[0].is_forgotten);
}

static void an_alarm_is_forgotten_also_in_another_run(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    break_trust(world);
    client_world_crash(world);
    fake_line_start(&world->line);
    client_engine_forget_alarm(world->line.engine, 5, &meeting);
    expect_answer(world, 5, REFUSAL_NONE);
    client_world_crash(world);
    world->author.count--;
    client_world_enter(world);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

static void an_alarm_comes_back_while_its_cause_is_there(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    break_trust(world);
    client_engine_forget_alarm(world->line.engine, 5, &meeting);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM),
                     CLIENT_REASON_ACT);
    assert_false(kept(world, &meeting)->alarms[0].is_forgotten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES_TEST(beginning_and_end_of_both_logs_are_kept),
        FILES_TEST(checkpoints_and_signed_heads_are_kept),
        FILES_TEST(a_signed_head_is_kept_though_no_event_follows),
        FILES_TEST(anchors_hold_where_the_journal_is_lost),
        FILES_TEST(a_signed_head_of_an_earlier_run_is_not_lost),
        FILES_TEST(an_alarm_outlasts_the_run),
        FILES_TEST(a_join_that_meets_an_old_alarm_is_answered),
        FILES_TEST(another_meeting_is_not_concerned),
        FILES_TEST(an_alarm_that_is_forgotten_lets_the_log_be_joined),
        FILES_TEST(an_alarm_is_forgotten_also_in_another_run),
        FILES_TEST(an_alarm_comes_back_while_its_cause_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
