/*
 * Where the server's history and ours part: what was lost is given back, what
 * nobody confirmed is given up, what the people in charge gave up is; and
 * nothing else is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up_files,           \
                                    client_world_tear_down)
#define CHAT "{\"op\":\"chat\",\"text\":\"Tôi có ý kiến\"}"
#define NO_SUCH_HEAD "{\"code\":\"no_such_head\"}"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define HELD_AT_15                                                             \
    "{\"note\":\"held\",\"log\":\"" AUTHOR_MEETING                             \
    "\",\"next\":15,\"lost_seq\":15,\"lost_head\":\"" ZEROS "\"}"

static const struct identifier meeting = { AUTHOR_MEETING };
static const struct identifier organisation = { AUTHOR_ORGANISATION };

static const struct meeting_view *view_of(const struct client_world *world)
{
    return client_engine_view(world->line.engine);
}

static const struct anchor_log *kept(const struct client_world *world,
                                     const struct identifier *log)
{
    return anchors_find(anchor_store_anchors(world->line.anchors), log);
}

static void say_signed(struct client_world *world,
                       const struct log_author *author, uint64_t seq)
{
    char *text = log_author_signed_frame(author, CHECKPOINT_COMMIT, seq);

    line_say(&world->line, text);
    free(text);
}

/* What is in the author's log and not in ours yet, as it comes live. */
static void say_live(struct client_world *world,
                     const struct log_author *author, size_t from)
{
    size_t seq, i;

    client_world_switch(world, author);
    for (seq = from; seq < author->count; seq++) {
        line_say(&world->line, author->events[seq]);
        for (i = 0; i < author->opening_count; i++)
            if (author->opening_seqs[i] == seq)
                line_say(&world->line, author->openings[i]);
    }
}

static void expect_alarm(struct client_world *world, enum client_reason reason)
{
    assert_int_equal(line_reason(&world->line, CLIENT_TRUST_ALARM), reason);
    assert_true(world->line.is_closing);
}

/* The line breaks, and is up again; the register has nothing new. */
static void come_back(struct client_world *world)
{
    if (world->line.is_open)
        line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->registry);
}

/* All has been said, and that the log is held has not. */
static void settle(struct client_world *world)
{
    line_answer(&world->line, line_sent_id(&world->line, "ping"),
                "\"ok\":true");
}

/* The same meeting up to its opening, as another server would have it. */
static void make_twin(const struct client_world *world, struct log_author *out)
{
    log_author_init(out);
    register_author_point(&world->registry, out);
    log_author_open_meeting(out);
}

/* Two hands, which nobody signed: events 15 and 16. */
static void raise_hands(struct client_world *world)
{
    (void)log_author_hand(&world->author, "m1");
    (void)log_author_hand(&world->author, "m2");
    say_live(world, &world->author, AUTHOR_OPENED);
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
    say_signed(world, &world->author, 13);
    come_back(world);
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
    say_live(world, &world->author, AUTHOR_OPENED);
    say_signed(world, &world->author, 16);
    come_back(world);
    assert_int_equal(line_joined_from(&world->line, &world->author), 17);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"12\"}}");
    notice = line_notice(&world->line, CLIENT_HELD);
    assert_int_equal(notice->seq, 12);
    assert_int_equal(notice->lost_seq, 16);
    assert_true(hash_equal(&notice->lost_head, &world->author.heads[16]));
    client_notice_free(notice);
    assert_true(view_of(world)->hold.is_held);

    given = take_given(world, &world->author, 12);
    assert_int_equal(given.count, 5);
    assert_int_equal(given.openings, openings_from(&world->author, 12));
    /* When it is on the server's disk, all goes on. */
    line_wait(&world->line, 1000);
    line_join(&world->line, &world->author);
    assert_int_equal(view_of(world)->place, PLACE_IN);
    assert_false(view_of(world)->hold.is_held);
    assert_false(view_of(world)->is_alarmed);
}

static void a_whole_meeting_is_given_back_with_its_texts(void **state)
{
    struct client_world *world = *state;
    struct given given;

    client_world_enter(world);
    say_signed(world, &world->author, AUTHOR_OPENED - 1);
    come_back(world);
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
    say_live(world, &world->author, AUTHOR_OPENED);
    say_signed(world, &world->author, AUTHOR_OPENED + 5);
    come_back(world);
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
    say_signed(world, &world->author, AUTHOR_OPENED - 1);
    come_back(world);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"14\"}}");
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"error\":{\"code\":\"busy\"}");
    line_wait(&world->line, 1000);
    line_refuse_join(&world->line, &world->author,
                     "{\"code\":\"behind\",\"args\":{\"next\":\"14\"}}");
    assert_int_equal(line_sent_count(&world->line, "give_events"), 2);
    assert_false(view_of(world)->is_alarmed);
}

static void who_did_not_keep_the_bytes_reads_what_there_is(void **state)
{
    struct client_world *world = *state;

    world->line.follows_register = false;
    client_world_enter(world);
    say_signed(world, &world->author, AUTHOR_OPENED - 1);
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
             "\"lost_head\":\"" ZEROS "\"}");
    settle(world);
    assert_int_equal(view_of(world)->place, PLACE_IN);
    assert_false(view_of(world)->is_alarmed);
}

static void
texts_that_others_may_lack_are_given_when_the_hold_ends(void **state)
{
    struct client_world *world = *state;
    const json_t *message;

    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    say_live(world, &world->author, AUTHOR_OPENED);
    line_say(&world->line, HELD_AT_15);
    line_say(&world->line, "{\"note\":\"retry\",\"log\":\"c1.1\"}");
    line_join(&world->line, &world->author);
    message = line_sent_op(&world->line, "give_events");
    assert_non_null(message);
    assert_null(json_object_get(message, "events"));
    assert_int_equal(json_array_size(json_object_get(message, "openings")), 1);
    line_answer(&world->line, line_sent_id(&world->line, "give_events"),
                "\"ok\":true");
    assert_int_equal(line_sent_count(&world->line, "give_events"), 1);
    assert_int_equal(view_of(world)->place, PLACE_IN);
}

/* --- A log that is held --------------------------------------------------- */

static void a_held_log_is_read_and_nothing_is_said_against_it(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    raise_hands(world);
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    /* The note comes behind the events. */
    line_say(&world->line, HELD_AT_15);
    settle(world);
    notice = line_notice(&world->line, CLIENT_HELD);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->lost_seq, 15);
    client_notice_free(notice);
    assert_int_equal(view_of(world)->place, PLACE_IN);
    assert_true(view_of(world)->hold.is_held);
    assert_int_equal(view_of(world)->hold.next, 15);
    assert_int_equal(view_of(world)->state->hand_count, 2);
    assert_false(view_of(world)->is_alarmed);
}

static void what_is_signed_meanwhile_is_over_what_the_server_has(void **state)
{
    struct client_world *world = *state;
    const json_t *act;
    char head[HEX_SIZE(HASH_SIZE)];

    client_world_enter(world);
    raise_hands(world);
    line_say(&world->line, HELD_AT_15);
    line_command(&world->line, 2,
                 "{\"op\":\"restored\",\"from\":15,\"lost_seq\":15,"
                 "\"lost_head\":\"" ZEROS "\"}");
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
    assert_int_equal(view_of(world)->place, PLACE_IN);
}

/* --- What nobody confirmed ------------------------------------------------ */

static void what_nobody_signed_is_given_up(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    raise_hands(world);
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    assert_int_equal(line_joined_from(&world->line, &world->author), 15);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    /* Until it is clear that the log is not held, nothing is signed. */
    line_command(&world->line, 2, CHAT);
    assert_null(line_sent_op(&world->line, "chat"));
    settle(world);
    assert_non_null(line_sent_op(&world->line, "chat"));
    notice = line_notice(&world->line, CLIENT_TAIL_LOST);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->count, 2);
    client_notice_free(notice);
    assert_int_equal(view_of(world)->state->hand_count, 0);
    /* The meeting goes on from there, in this run and in the next. */
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    say_live(world, &world->author, AUTHOR_OPENED);
    assert_false(view_of(world)->is_alarmed);
    client_world_crash(world);
    client_world_enter(world);
    assert_false(view_of(world)->is_alarmed);
}

static void a_signed_act_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    say_live(world, &world->author, AUTHOR_OPENED);
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    world->author.count--;
    line_join(&world->line, &world->author);
    settle(world);
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void what_this_device_signed_over_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    raise_hands(world);
    line_command(&world->line, 2, CHAT);
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    settle(world);
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void another_end_takes_the_place_of_what_nobody_signed(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    struct log_author twin;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    raise_hands(world);
    make_twin(world, &twin);
    (void)log_author_hand(&twin, "m1");
    (void)log_author_hand_down(&twin, "m1");
    (void)log_author_chat(&twin, "m2", "Tôi có ý kiến");
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    notice = line_notice(&world->line, CLIENT_TAIL_LOST);
    /* Both have the first hand. */
    assert_int_equal(notice->seq, 16);
    assert_int_equal(notice->count, 1);
    client_notice_free(notice);
    assert_false(view_of(world)->is_alarmed);
    assert_true(hash_equal(&view_of(world)->head, &twin.heads[17]));
    log_author_release(&twin);
}

static void an_earlier_runs_end_is_given_up_too(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
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
    assert_false(view_of(world)->is_alarmed);
    assert_int_equal(kept(world, &meeting)->last.seq, 14);
    assert_int_equal(kept(world, &meeting)->lost_count, 1);
}

static void an_earlier_runs_act_is_not_given_up(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    say_signed(world, &world->author, 14);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    say_live(world, &world->author, AUTHOR_OPENED);
    line_wait(&world->line, CLIENT_SAVE_MS);
    client_world_crash(world);
    world->author.count--;
    client_world_enter(world);
    settle(world);
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void without_the_bytes_it_is_read_anew(void **state)
{
    struct client_world *world = *state;

    world->line.follows_register = false;
    client_world_enter(world);
    say_signed(world, &world->author, 14);
    raise_hands(world);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    world->author.count = AUTHOR_OPENED;
    line_join(&world->line, &world->author);
    settle(world);
    assert_int_equal(line_joined_from(&world->line, &world->author), 0);
    line_join(&world->line, &world->author);
    assert_int_equal(view_of(world)->state->next_seq, AUTHOR_OPENED);
    assert_int_equal(view_of(world)->state->hand_count, 0);
    assert_false(view_of(world)->is_alarmed);
}

/* --- What the people in charge gave up -------------------------------------
 */

/* m4 has seen a chat that the server has lost since: events 15 and 16 of ours.
 * `twin` goes on behind the opening without it. */
static void lose_a_chat(struct client_world *world, struct log_author *twin)
{
    client_world_enter(world);
    (void)log_author_chat(&world->author, "m1", "Tôi có ý kiến");
    (void)log_author_hand(&world->author, "m2");
    say_live(world, &world->author, AUTHOR_OPENED);
    say_signed(world, &world->author, 16);
    make_twin(world, twin);
}

static void expect_restored(struct client_world *world)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_RESTORED);

    assert_string_equal(notice->log.text, AUTHOR_MEETING);
    assert_int_equal(notice->seq, 15);
    assert_int_equal(notice->lost_seq, 16);
    assert_true(hash_equal(&notice->lost_head, &world->author.heads[16]));
    client_notice_free(notice);
    assert_false(view_of(world)->is_alarmed);
}

static void a_loss_that_was_given_up_is_taken(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;
    const struct anchor_log *log;

    lose_a_chat(world, &twin);
    (void)log_author_restored(&twin, 16, &world->author.heads[16]);
    (void)log_author_hand(&twin, "m4");
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
    line_join(&world->line, &twin);
    expect_restored(world);
    assert_true(hash_equal(&view_of(world)->head, &twin.heads[16]));
    assert_int_equal(view_of(world)->state->hand_count, 1);
    /* The lost heads are kept. */
    log = kept(world, &meeting);
    assert_int_equal(anchor_log_check(log, 16, &world->author.heads[16], NULL),
                     ANCHOR_CHECK_LOST);
    assert_false(log->has_signed);
    /* Another run reads it without a word. */
    client_world_crash(world);
    client_world_ask(world);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &twin);
    assert_false(line_has_notice(&world->line, CLIENT_RESTORED));
    assert_false(view_of(world)->is_alarmed);
    log_author_release(&twin);
}

static void a_loss_is_taken_where_nobody_knows_how_much_it_was(void **state)
{
    const struct hash unknown = { { 0 } };
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_chat(world, &twin);
    (void)log_author_restored(&twin, 15, &unknown);
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
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
    line_say(&world->line, HELD_AT_15);
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
    assert_false(view_of(world)->is_alarmed);
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
    expect_alarm(world, CLIENT_REASON_ACT);
    /* What we held, we hold. */
    assert_int_equal(view_of(world)->state->next_seq, 17);
    assert_int_equal(kept(world, &meeting)->lost_count, 0);
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
    expect_alarm(world, CLIENT_REASON_FORK);
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
    come_back(world);
    line_refuse_join(&world->line, &world->author, NO_SUCH_HEAD);
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
    line_say(&world->line, HELD_AT_15);
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
    say_signed(world, &world->author, AUTHOR_OPENED - 1);
    come_back(world);
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
    say_live(world, &world->registry, REGISTER_CALLED);
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
    line_refuse_join(&world->line, twin, NO_SUCH_HEAD);
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
    expect_alarm(world, CLIENT_REASON_LOSS);
    line_close(&world->line, 0);
    client_engine_accept_loss(world->line.engine, 7);
    expect_answer(world, 7, REFUSAL_NONE);
    log_in_to(world, &twin);
    assert_false(view_of(world)->is_alarmed);
    assert_int_equal(view_of(world)->org->unit_count, 2);
    assert_true(hash_equal(&view_of(world)->register_head,
                           &twin.heads[REGISTER_CALLED]));
    assert_int_equal(
        anchor_log_check(kept(world, &organisation), REGISTER_CALLED,
                         &world->registry.heads[REGISTER_CALLED], NULL),
        ANCHOR_CHECK_LOST);
    /* It is taken once and for all. */
    client_world_crash(world);
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_join(&world->line, &twin);
    assert_false(view_of(world)->is_alarmed);
    log_author_release(&twin);
}

static void it_is_taken_also_in_another_run(void **state)
{
    struct client_world *world = *state;
    struct log_author twin;

    lose_a_unit(world, &twin);
    line_wait(&world->line, CLIENT_SAVE_MS);
    log_in_to(world, &twin);
    expect_alarm(world, CLIENT_REASON_LOSS);
    client_world_crash(world);
    fake_line_start(&world->line);
    client_engine_accept_loss(world->line.engine, 7);
    expect_answer(world, 7, REFUSAL_NONE);
    line_log_in(&world->line);
    line_join(&world->line, &twin);
    assert_false(view_of(world)->is_alarmed);
    assert_int_equal(view_of(world)->org->unit_count, 2);
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
    say_live(world, &world->registry, REGISTER_CALLED);
    register_author_init(&twin);
    register_author_call_meeting(&twin);
    (void)register_author_restored(&twin, REGISTER_CALLED);
    log_in_to(world, &twin);
    expect_alarm(world, CLIENT_REASON_LOSS);
    log_author_release(&twin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES_TEST(a_join_shows_the_newest_head_that_the_server_signed),
        FILES_TEST(what_the_server_lost_is_given_back_to_it),
        FILES_TEST(a_whole_meeting_is_given_back_with_its_texts),
        FILES_TEST(large_events_go_in_pieces_and_many_in_messages),
        FILES_TEST(what_was_given_to_a_busy_server_is_given_again),
        FILES_TEST(who_did_not_keep_the_bytes_reads_what_there_is),
        FILES_TEST(texts_that_others_may_lack_are_given_when_the_hold_ends),
        FILES_TEST(a_held_log_is_read_and_nothing_is_said_against_it),
        FILES_TEST(what_is_signed_meanwhile_is_over_what_the_server_has),
        FILES_TEST(a_join_refused_while_it_is_held_is_tried_again),
        FILES_TEST(what_nobody_signed_is_given_up),
        FILES_TEST(a_signed_act_is_not_given_up),
        FILES_TEST(what_this_device_signed_over_is_not_given_up),
        FILES_TEST(another_end_takes_the_place_of_what_nobody_signed),
        FILES_TEST(an_earlier_runs_end_is_given_up_too),
        FILES_TEST(an_earlier_runs_act_is_not_given_up),
        FILES_TEST(without_the_bytes_it_is_read_anew),
        FILES_TEST(a_loss_that_was_given_up_is_taken),
        FILES_TEST(a_loss_is_taken_where_nobody_knows_how_much_it_was),
        FILES_TEST(a_loss_is_taken_while_the_log_is_held),
        FILES_TEST(a_loss_of_an_earlier_run_is_taken),
        FILES_TEST(a_loss_that_one_did_not_see_is_no_news),
        FILES_TEST(a_loss_that_the_wrong_people_gave_up_is_not_taken),
        FILES_TEST(a_loss_of_another_history_is_a_fork),
        FILES_TEST(nothing_but_that_explains_another_history),
        FILES_TEST(what_was_confirmed_before_the_loss_is_not_confirmed_anew),
        FILES_TEST(bytes_that_do_not_fit_are_asked_about_from_the_beginning),
        FILES_TEST(a_loss_of_the_register_is_the_users_to_take),
        FILES_TEST(it_is_taken_also_in_another_run),
        FILES_TEST(without_a_loss_there_is_nothing_to_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
