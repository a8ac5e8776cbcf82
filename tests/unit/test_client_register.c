/*
 * How a client follows the register beside its meeting, and what it does before
 * and when the meeting is not what the register says.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/client_world.h"

#include <stdlib.h>
#include <string.h>

#define CHAT "{\"op\":\"chat\",\"text\":\"Tôi có ý kiến\"}"
#define FILES_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)

/* The alarm was given, and it names this log. */
static void expect_alarm(struct client_world *world, enum client_reason reason,
                         const char *log)
{
    struct client_notice *notice =
        line_notice(&world->line, CLIENT_TRUST_ALARM);

    assert_int_equal(notice->reason, reason);
    assert_string_equal(notice->log.text, log);
    client_notice_free(notice);
    assert_true(world->line.is_closing);
    assert_true(client_engine_view(world->line.engine)->is_alarmed);
}

static bool is_alarmed(const struct client_world *world)
{
    return client_engine_view(world->line.engine)->is_alarmed;
}

/* --- Following ----------------------------------------------------------- */

static void the_register_is_joined_before_the_meeting(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    client_world_ask(world);
    assert_int_equal(line_sent_count(line, "join"), 2);
    assert_true(json_integer_value(json_object_get(
                    line_sent_join(line, AUTHOR_ORGANISATION), "id")) <
                json_integer_value(json_object_get(
                    line_sent_join(line, AUTHOR_MEETING), "id")));
    line_join(line, &world->registry);
    assert_int_equal(client_engine_view(line->engine)->org->device_count, 4);
}

static void the_register_is_kept_up_through_a_lost_line(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    assert_int_equal(line_joined_from(&world->line, &world->registry),
                     REGISTER_CALLED);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
    assert_false(is_alarmed(world));
}

static void a_register_of_an_earlier_run_is_expected(void **state)
{
    struct client_world *world = *state;
    struct log_author other;

    client_world_enter(world);
    client_world_crash(world);
    register_author_init(&other);
    other.at_ms += 7;
    register_author_call_meeting(&other);
    client_world_ask(world);
    line_join(&world->line, &other);
    log_author_release(&other);
    expect_alarm(world, CLIENT_REASON_FORK, AUTHOR_ORGANISATION);
}

static void leaving_does_not_end_what_is_always_followed(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_command(&world->line, 2,
                 "{\"op\":\"leave\",\"log\":\"" AUTHOR_ORGANISATION "\"}");
    line_answer(&world->line, line_sent_id(&world->line, "leave"),
                "\"error\":{\"code\":\"not_joined\"}");
    assert_non_null(client_engine_view(world->line.engine)->org);
}

static void a_forged_vouch_gives_the_alarm(void **state)
{
    struct client_world *world = *state;
    char *forged, *digit;

    client_world_enter(world);
    client_world_switch(world, &world->registry);
    forged = strdup(register_author_vouch(&world->registry, "m1", "m1", "m2"));
    digit = strstr(forged, "\"sig\":\"");
    assert_non_null(digit);
    digit += strlen("\"sig\":\"");
    *digit = *digit == '0' ? '1' : '0';
    line_say(&world->line, forged);
    free(forged);
    expect_alarm(world, CLIENT_REASON_ACT, AUTHOR_ORGANISATION);
}

/* --- The meeting against it ---------------------------------------------- */

static void nothing_is_signed_before_the_register_was_seen(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    client_world_ask(world);
    line_join(line, &world->author);
    assert_false(client_engine_view(line->engine)->is_roster_checked);
    line_command(line, 2, CHAT);
    assert_null(line_sent_op(line, "chat"));
    line_join(line, &world->registry);
    assert_true(client_engine_view(line->engine)->is_roster_checked);
    assert_non_null(line_sent_op(line, "chat"));
}

static void a_meeting_before_its_genesis_can_be_begun(void **state)
{
    struct client_world *world = *state;

    client_world_ask(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"not_scheduled\"}");
    line_command(&world->line, 2, "{\"op\":\"open_lobby\"}");
    assert_non_null(line_sent_op(&world->line, "open_lobby"));
}

static void a_register_that_comes_late_is_asked_for_once_more(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    (void)register_author_add_unit(&world->registry, "u3");
    client_world_begin_again(world);
    world->registry.count--;
    client_world_ask(world);
    line_join(line, &world->registry);
    line_join(line, &world->author);
    assert_int_equal(line_joined_from(line, &world->registry), REGISTER_CALLED);
    assert_false(is_alarmed(world));
    world->registry.count++;
    line_join(line, &world->registry);
    assert_false(is_alarmed(world));
    assert_true(client_engine_view(line->engine)->is_roster_checked);
}

static void an_old_register_gives_the_alarm(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    (void)register_author_add_unit(&world->registry, "u3");
    client_world_begin_again(world);
    world->registry.count--;
    client_world_ask(world);
    line_join(line, &world->registry);
    line_join(line, &world->author);
    assert_int_equal(line_sent_count(line, "join"), 3);
    line_join(line, &world->registry);
    expect_alarm(world, CLIENT_REASON_OLD_REGISTER, AUTHOR_MEETING);
}

static void a_held_register_is_waited_for(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    (void)register_author_add_unit(&world->registry, "u3");
    client_world_begin_again(world);
    world->registry.count--;
    client_world_ask(world);
    line_join(line, &world->registry);
    line_say(line, "{\"note\":\"held\",\"log\":\"" AUTHOR_ORGANISATION
                   "\",\"next\":16,\"lost_seq\":16,\"lost_head\":\"00000000000"
                   "00000000000000000000000000000000000000000000000000000\"}");
    line_join(line, &world->author);
    assert_int_equal(line_sent_count(line, "join"), 2);
    assert_false(is_alarmed(world));
    assert_true(client_engine_view(line->engine)->register_hold.is_held);
}

static void another_head_of_the_register_gives_the_alarm(void **state)
{
    struct client_world *world = *state;

    log_author_release(&world->author);
    log_author_init(&world->author);
    register_author_point(&world->registry, &world->author);
    world->author.register_head.bytes[0] ^= 1;
    log_author_open_meeting(&world->author);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
    expect_alarm(world, CLIENT_REASON_SNAPSHOT, AUTHOR_MEETING);
}

static void a_device_that_only_the_meeting_knows_gives_the_alarm(void **state)
{
    static const char *const both[] = { "m4", "a stranger", NULL };
    struct client_world *world = *state;

    client_world_enter(world);
    client_world_switch(world, &world->author);
    line_say(&world->line, log_author_roster(&world->author, both));
    expect_alarm(world, CLIENT_REASON_SNAPSHOT, AUTHOR_MEETING);
}

static void a_meeting_that_the_register_knows_otherwise_is_a_fork(void **state)
{
    const struct hash other = { { 4 } };
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    client_world_switch(world, &world->registry);
    line_say(&world->line, register_author_began(&world->registry, &other));
    notice = line_notice(&world->line, CLIENT_TRUST_ALARM);
    assert_int_equal(notice->reason, CLIENT_REASON_FORK);
    assert_string_equal(notice->log.text, AUTHOR_MEETING);
    assert_true(hash_equal(&notice->head, &world->author.heads[0]));
    assert_true(hash_equal(&notice->other_head, &other));
    client_notice_free(notice);
}

static void a_change_that_the_register_knows_is_taken(void **state)
{
    static const char *const both[] = { "m4", "m4 two", NULL };
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    client_world_enter(world);
    (void)register_author_enrol(&world->registry, "m4", "m4 two");
    register_author_point(&world->registry, &world->author);
    client_world_switch(world, &world->author);
    line_say(line, log_author_roster(&world->author, both));
    /* The register's events have not come yet. */
    assert_false(client_engine_view(line->engine)->is_roster_checked);
    line_command(line, 2, CHAT);
    assert_null(line_sent_op(line, "chat"));
    line_join(line, &world->registry);
    assert_true(client_engine_view(line->engine)->is_roster_checked);
    assert_non_null(line_sent_op(line, "chat"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES_TEST(the_register_is_joined_before_the_meeting),
        FILES_TEST(the_register_is_kept_up_through_a_lost_line),
        FILES_TEST(a_register_of_an_earlier_run_is_expected),
        FILES_TEST(leaving_does_not_end_what_is_always_followed),
        FILES_TEST(a_forged_vouch_gives_the_alarm),
        FILES_TEST(nothing_is_signed_before_the_register_was_seen),
        FILES_TEST(a_meeting_before_its_genesis_can_be_begun),
        FILES_TEST(a_register_that_comes_late_is_asked_for_once_more),
        FILES_TEST(an_old_register_gives_the_alarm),
        FILES_TEST(a_held_register_is_waited_for),
        FILES_TEST(another_head_of_the_register_gives_the_alarm),
        FILES_TEST(a_device_that_only_the_meeting_knows_gives_the_alarm),
        FILES_TEST(a_meeting_that_the_register_knows_otherwise_is_a_fork),
        FILES_TEST(a_change_that_the_register_knows_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
