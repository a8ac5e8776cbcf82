/*
 * Where the server's history and ours part: what was lost is given back, and
 * what nobody confirmed is given up. What the people in charge gave up:
 * test_client_restored.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/recovery_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All has been said, and that the log is held has not. */
static void settle(struct client_world *world)
{
    line_answer(&world->line, line_sent_id(&world->line, "ping"),
                "\"ok\":true");
}

/* Two hands, which nobody signed: events 15 and 16. */
static void raise_hands(struct client_world *world)
{
    (void)log_author_hand(&world->author, "m1");
    (void)log_author_hand(&world->author, "m2");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
}

/* --- A server that lost what it had signed -------------------------------- */

static void a_join_shows_the_newest_head_that_the_server_signed(void **state)
{
    struct client_world *world = *state;
    const json_t *shown;
    char head[HEX_SIZE(HASH_SIZE)];

    client_world_enter(world);
    assert_null(json_object_get(line_sent_join(&world->line, AUTHOR_MEETING),
                                "signed"));
    recovery_say_signed(world, &world->author, 13);
    recovery_come_back(world);
    shown =
        json_object_get(line_sent_join(&world->line, AUTHOR_MEETING), "signed");
    assert_int_equal(json_integer_value(json_object_get(shown, "seq")), 13);
    hex_encode(world->author.heads[13].bytes, HASH_SIZE, head);
    assert_string_equal(json_string_value(json_object_get(shown, "head")),
                        head);
    assert_string_equal(json_string_value(json_object_get(shown, "reason")),
                        "commit");
    assert_int_equal(strlen(json_string_value(json_object_get(shown, "sig"))),
                     128);
    assert_null(json_object_get(shown, "log"));
}

/* What was given since the last call: events from `from` on, put together. */
struct given {
    size_t count, openings, messages, largest;
};

static void take_piece(const struct log_author *author, const json_t *part,
                       struct given *given, uint64_t from, size_t *offset)
{
    const char *whole = author->events[from + given->count];
    const char *text = json_string_value(json_object_get(part, "text"));

    assert_int_equal(json_integer_value(json_object_get(part, "seq")),
                     from + given->count);
    assert_int_equal(json_integer_value(json_object_get(part, "offset")),
                     *offset);
    assert_int_equal(json_integer_value(json_object_get(part, "size")),
                     strlen(whole));
    assert_memory_equal(text, &whole[*offset], strlen(text));
    *offset += strlen(text);
    if (*offset == strlen(whole)) {
        *offset = 0;
        given->count++;
    }
}

/* Answers what is given, as long as something is, and holds it against the
 * author's log. */
static struct given take_given(struct client_world *world,
                               const struct log_author *author, uint64_t from)
{
    struct fake_line *line = &world->line;
    struct given given = { 0, 0, 0, 0 };
    size_t sent = line_sent_count(line, "give_events"), offset = 0;

    while (sent > given.messages) {
        const json_t *message = line_sent_op(line, "give_events");
        const json_t *events = json_object_get(message, "events");
        const json_t *part = json_object_get(message, "part");
        const size_t size = strlen(line->sent[line->sent_count - 1]);
        size_t i;

        given.largest = size > given.largest ? size : given.largest;
        given.openings += json_array_size(json_object_get(message, "openings"));
        if (json_array_size(events) > 0)
            assert_int_equal(
                json_integer_value(json_object_get(message, "from")),
                from + given.count);
        for (i = 0; i < json_array_size(events); i++, given.count++)
            assert_string_equal(json_string_value(json_array_get(events, i)),
                                author->events[from + given.count]);
        if (part)
            take_piece(author, part, &given, from, &offset);
        given.messages++;
        line_answer(line, line_sent_id(line, "give_events"), "\"ok\":true");
        sent = line_sent_count(line, "give_events");
    }
    return given;
}

static size_t openings_from(const struct log_author *author, uint64_t from)
{
    size_t count = 0, i;

    for (i = 0; i < author->opening_count; i++)
        count += author->opening_seqs[i] >= from;
    return count;
}

static void what_the_server_lost_is_given_back_to_it(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    struct given given;

    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    (void)log_author_hand(&world->author, "m2");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    recovery_say_signed(world, &world->author, 16);
    recovery_come_back(world);
    assert_int_equal(line_joined_from(&world->line, &world->author), 17);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"12\"}}");
    notice = line_notice(&world->line, CLIENT_HELD);
    assert_int_equal(notice->seq, 12);
    assert_int_equal(notice->lost_seq, 16);
    assert_true(hash_equal(&notice->lost_head, &world->author.heads[16]));
    client_notice_free(notice);
    assert_true(recovery_view(world)->hold.is_held);

    given = take_given(world, &world->author, 12);
    assert_int_equal(given.count, 5);
    assert_int_equal(given.openings, openings_from(&world->author, 12));
    /* When it is on the server's disk, all goes on. */
    line_wait(&world->line, 1000);
    line_join(&world->line, &world->author);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
    assert_false(recovery_view(world)->hold.is_held);
    assert_false(recovery_view(world)->is_alarmed);
}

static void a_whole_meeting_is_given_back_with_its_texts(void **state)
{
    struct client_world *world = *state;
    struct given given;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, AUTHOR_OPENED - 1);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"0\"}}");
    given = take_given(world, &world->author, 0);
    assert_int_equal(given.count, AUTHOR_OPENED);
    assert_int_equal(given.openings, world->author.opening_count);
}

static void large_events_go_in_pieces_and_many_in_messages(void **state)
{
    struct client_world *world = *state;
    struct given given;
    size_t i;

    client_world_enter(world);
    for (i = 0; i < 4; i++)
        (void)log_author_add_unknown(&world->author, 25000);
    (void)log_author_add_unknown(&world->author, 200000);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    recovery_say_signed(world, &world->author, AUTHOR_OPENED + 5);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"15\"}}");
    given = take_given(world, &world->author, AUTHOR_OPENED);
    assert_int_equal(given.count, 6);
    assert_int_equal(given.openings, 1);
    assert_in_range(given.messages, 8, 12);
    assert_in_range(given.largest, 20000, LIMIT_MESSAGE_SIZE);
}

static void what_was_given_to_a_busy_server_is_given_again(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, AUTHOR_OPENED - 1);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"14\"}}");
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"error\":{\"code\":\"busy\"}");
    line_wait(&world->line, 1000);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"14\"}}");
    assert_int_equal(line_sent_count(&world->line, "give_events"), 2);
    assert_false(recovery_view(world)->is_alarmed);
}

static void who_did_not_keep_the_bytes_reads_what_there_is(void **state)
{
    struct client_world *world = *state;

    world->line.follows_register = false;
    client_world_enter(world);
    recovery_say_signed(world, &world->author, AUTHOR_OPENED - 1);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"12\"}}");
    assert_null(line_sent_op(&world->line, "give_events"));
    assert_int_equal(line_joined_from(&world->line, &world->author), 12);
    world->author.count = 12;
    line_join(&world->line, &world->author);
    line_say(&world->line,
             "{\"note\":\"held\",\"log\":\"c1.1\",\"next\":12,\"lost_seq\":14,"
             "\"lost_head\":\"" RECOVERY_ZEROS "\"}");
    settle(world);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
    assert_false(recovery_view(world)->is_alarmed);
}

static void
texts_that_others_may_lack_are_given_when_the_hold_ends(void **state)
{
    struct client_world *world = *state;
    const json_t *message;

    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    line_say(&world->line, RECOVERY_HELD_AT_15);
    line_say(&world->line, "{\"note\":\"retry\",\"log\":\"c1.1\"}");
    line_join(&world->line, &world->author);
    message = line_sent_op(&world->line, "give_events");
    assert_non_null(message);
    assert_null(json_object_get(message, "events"));
    assert_int_equal(json_array_size(json_object_get(message, "openings")), 1);
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"ok\":true");
    assert_int_equal(line_sent_count(&world->line, "give_events"), 1);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
}

/* Somebody else came first and gave all events back: nothing is held any more
 * when this device comes. */
static void texts_are_given_to_a_server_that_has_started_anew(void **state)
{
    struct client_world *world = *state;
    struct meeting_event restarted = { .kind = EVENT_SERVER_RESTARTED_KIND };
    const json_t *message;

    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    recovery_come_back(world);
    restarted.body.server_restarted.connections = 2;
    (void)log_author_add(&world->author, &restarted);
    line_join(&world->line, &world->author);
    message = line_sent_op(&world->line, "give_events");
    assert_non_null(message);
    assert_null(json_object_get(message, "events"));
    assert_int_equal(json_array_size(json_object_get(message, "openings")),
                     world->author.opening_count);
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"ok\":true");
    assert_int_equal(line_sent_count(&world->line, "give_events"), 1);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
}

/* --- A log that is held --------------------------------------------------- */

static void a_held_log_is_read_and_nothing_is_said_against_it(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    raise_hands(world);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    /* The note comes behind the events. */
    line_say(&world->line, RECOVERY_HELD_AT_15);
    settle(world);
    notice = line_notice(&world->line, CLIENT_HELD);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->lost_seq, 15);
    client_notice_free(notice);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
    assert_true(recovery_view(world)->hold.is_held);
    assert_int_equal(recovery_view(world)->hold.next, 15);
    assert_int_equal(recovery_view(world)->state->hand_count, 2);
    assert_false(recovery_view(world)->is_alarmed);
}

static void what_is_signed_meanwhile_is_over_what_the_server_has(void **state)
{
    struct client_world *world = *state;
    const json_t *act;
    char head[HEX_SIZE(HASH_SIZE)];

    client_world_enter(world);
    raise_hands(world);
    line_say(&world->line, RECOVERY_HELD_AT_15);
    line_command(&world->line, 2,
                 "{\"op\":\"restored\",\"from\":15,\"lost_seq\":15,"
                 "\"lost_head\":\"" RECOVERY_ZEROS "\"}");
    act = json_object_get(line_sent_op(&world->line, "restored"), "act");
    assert_int_equal(json_integer_value(json_object_get(act, "seen")), 14);
    hex_encode(world->author.heads[14].bytes, HASH_SIZE, head);
    assert_string_equal(json_string_value(json_object_get(act, "head")), head);
}

static void a_join_refused_while_it_is_held_is_tried_again(void **state)
{
    struct client_world *world = *state;

    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"held\",\"args\":{\"next\":3}}");
    line_wait(&world->line, CLIENT_JOIN_RETRY_MS);
    line_join(&world->line, &world->author);
    assert_int_equal(recovery_view(world)->place, PLACE_IN);
}

/* --- What nobody confirmed ------------------------------------------------ */

static void what_nobody_signed_is_given_up(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    raise_hands(world);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    assert_int_equal(line_joined_from(&world->line, &world->author), 15);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    /* Until it is clear that the log is not held, nothing is signed. */
    line_command(&world->line, 2, RECOVERY_CHAT);
    assert_null(line_sent_op(&world->line, "chat"));
    settle(world);
    assert_non_null(line_sent_op(&world->line, "chat"));
    notice = line_notice(&world->line, CLIENT_TAIL_LOST);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->count, 2);
    client_notice_free(notice);
    assert_int_equal(recovery_view(world)->state->hand_count, 0);
    /* The meeting goes on from there, in this run and in the next. */
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    assert_false(recovery_view(world)->is_alarmed);
    client_world_crash(world);
    client_world_enter(world);
    assert_false(recovery_view(world)->is_alarmed);
}

static void a_signed_act_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    world->author.count--;
    line_join(&world->line, &world->author);
    settle(world);
    recovery_expect_alarm(world, CLIENT_REASON_HEAD);
}

static void what_this_device_signed_over_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    raise_hands(world);
    line_command(&world->line, 2, RECOVERY_CHAT);
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    settle(world);
    recovery_expect_alarm(world, CLIENT_REASON_HEAD);
}

static void another_end_takes_the_place_of_what_nobody_signed(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    struct log_author twin;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    raise_hands(world);
    recovery_make_twin(world, &twin);
    (void)log_author_hand(&twin, "m1");
    (void)log_author_hand_down(&twin, "m1");
    (void)log_author_chat(&twin, "m2", "Tôi có ý kiến");
    recovery_come_back(world);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    notice = line_notice(&world->line, CLIENT_TAIL_LOST);
    /* Both have the first hand. */
    assert_int_equal(notice->seq, 16);
    assert_int_equal(notice->count, 1);
    client_notice_free(notice);
    assert_false(recovery_view(world)->is_alarmed);
    assert_true(hash_equal(&recovery_view(world)->head, &twin.heads[17]));
    log_author_release(&twin);
}

static void an_earlier_runs_end_is_given_up_too(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    raise_hands(world);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    world->author.count = AUTHOR_OPENED;
    client_world_enter(world);
    settle(world);
    notice = line_notice(&world->line, CLIENT_TAIL_LOST);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->count, 2);
    client_notice_free(notice);
    assert_false(recovery_view(world)->is_alarmed);
    assert_int_equal(recovery_kept(world, &recovery_meeting)->last.seq, 14);
    assert_int_equal(recovery_kept(world, &recovery_meeting)->lost_count, 1);
}

static void an_earlier_runs_act_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    recovery_say_live(world, &world->author, AUTHOR_OPENED);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    world->author.count--;
    client_world_enter(world);
    settle(world);
    recovery_expect_alarm(world, CLIENT_REASON_HEAD);
}

static void without_the_bytes_it_is_read_anew(void **state)
{
    struct client_world *world = *state;

    world->line.follows_register = false;
    client_world_enter(world);
    recovery_say_signed(world, &world->author, 14);
    raise_hands(world);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_refuse_join(&world->line, &world->author, RECOVERY_NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    settle(world);
    assert_int_equal(line_joined_from(&world->line, &world->author), 0);
    line_join(&world->line, &world->author);
    assert_int_equal(recovery_view(world)->state->next_seq, AUTHOR_OPENED);
    assert_int_equal(recovery_view(world)->state->hand_count, 0);
    assert_false(recovery_view(world)->is_alarmed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECOVERY_TEST(a_join_shows_the_newest_head_that_the_server_signed),
        RECOVERY_TEST(what_the_server_lost_is_given_back_to_it),
        RECOVERY_TEST(a_whole_meeting_is_given_back_with_its_texts),
        RECOVERY_TEST(large_events_go_in_pieces_and_many_in_messages),
        RECOVERY_TEST(what_was_given_to_a_busy_server_is_given_again),
        RECOVERY_TEST(who_did_not_keep_the_bytes_reads_what_there_is),
        RECOVERY_TEST(texts_that_others_may_lack_are_given_when_the_hold_ends),
        RECOVERY_TEST(texts_are_given_to_a_server_that_has_started_anew),
        RECOVERY_TEST(a_held_log_is_read_and_nothing_is_said_against_it),
        RECOVERY_TEST(what_is_signed_meanwhile_is_over_what_the_server_has),
        RECOVERY_TEST(a_join_refused_while_it_is_held_is_tried_again),
        RECOVERY_TEST(what_nobody_signed_is_given_up),
        RECOVERY_TEST(a_signed_act_is_not_given_up),
        RECOVERY_TEST(what_this_device_signed_over_is_not_given_up),
        RECOVERY_TEST(another_end_takes_the_place_of_what_nobody_signed),
        RECOVERY_TEST(an_earlier_runs_end_is_given_up_too),
        RECOVERY_TEST(an_earlier_runs_act_is_not_given_up),
        RECOVERY_TEST(without_the_bytes_it_is_read_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
