/* What a client's engine does with logs and commands, against a server that
 * the test plays. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/meeting/command.h"
#include "protocol/record/statement.h"
#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOTE "{\"op\":\"vote\",\"vote\":\"v1\",\"choice\":\"yes\"}"

/* --- Following a log ----------------------------------------------------- */

static void a_joined_meeting_is_folded_and_its_texts_are_known(void **state)
{
    struct client_world *world = *state;
    const struct identifier m9 = { "m9" }, a2 = { "a2" };
    const struct meeting_view *view;
    struct text_view text;
    uint16_t slot = 0;

    client_world_enter(world);
    view = client_engine_view(world->line.engine);
    assert_int_equal(view->state->phase, MEETING_OPEN);
    assert_memory_equal(view->head.bytes,
                        world->author.heads[AUTHOR_OPENED - 1].bytes, 32);
    text = meeting_view_name(view, &m9);
    assert_true(text_view_is(text, "Dương Xuân Quý"));
    text = meeting_view_item_title(view, &a2);
    assert_true(text_view_is(text, "Nhiệm vụ tháng 11"));
    text = meeting_view_text(view, 0, "place");
    assert_true(text_view_is(text, "Nhà văn hoá"));
    text = meeting_view_text(view, 1, "place");
    assert_null(text.data);
    assert_true(meeting_view_slot(view, &slot));
    assert_int_equal(slot, 3);
    assert_string_equal(meeting_view_sender(view, 4)->id.text, "m9");
    assert_null(meeting_view_sender(view, 5));
}

static void events_are_told_as_they_came_and_decoded(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    (void)line_has_notice(&world->line, CLIENT_EVENT);
    (void)log_author_chat(&world->author, "m1", "Đề nghị các đồng chí ổn định");
    line_say_log(&world->line, &world->author, AUTHOR_OPENED);
    notice = line_notice(&world->line, CLIENT_EVENT);
    assert_int_equal(notice->seq, AUTHOR_OPENED);
    assert_string_equal(notice->json, world->author.events[AUTHOR_OPENED]);
    assert_null(notice->register_event);
    assert_int_equal(notice->meeting_event->kind, EVENT_CHAT_SAID_KIND);
    assert_string_equal(notice->meeting_event->body.chat_said.holder.text,
                        "m1");
    client_notice_free(notice);
    notice = line_notice(&world->line, CLIENT_OPENING);
    assert_int_equal(notice->seq, AUTHOR_OPENED);
    assert_string_equal(notice->field, "text");
    assert_string_equal(notice->text, "Đề nghị các đồng chí ổn định");
    client_notice_free(notice);
}

static void after_a_cut_only_what_is_missing_is_asked_for(void **state)
{
    struct client_world *world = *state;
    const json_t *join;
    char hex[HEX_SIZE(HASH_SIZE)];

    client_world_enter(world);
    line_close(&world->line, 1006);
    (void)log_author_hand(&world->author, "m4");
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    join = line_sent_op(&world->line, "join");
    assert_int_equal(json_integer_value(json_object_get(join, "from")),
                     AUTHOR_OPENED);
    hex_encode(world->author.heads[AUTHOR_OPENED - 1].bytes, 32, hex);
    assert_string_equal(json_string_value(json_object_get(join, "head")), hex);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->state->hand_count,
                     1);
}

/* A server sends a text after its event: the line can break between. */
static void a_text_that_was_lost_with_the_line_is_asked_for_again(void **state)
{
    struct client_world *world = *state;
    const struct meeting_view *view;
    struct text_view text;
    const char *chat;

    client_world_enter(world);
    chat = log_author_chat(&world->author, "m1", "Mời đồng chí Trâm");
    line_say(&world->line, "{\"log\":\"" AUTHOR_MEETING "\"}");
    line_say(&world->line, chat);
    line_close(&world->line, 1006);
    client_world_come_back(world);
    view = client_engine_view(world->line.engine);
    text = meeting_view_text(view, AUTHOR_OPENED, "text");
    assert_true(text_view_is(text, "Mời đồng chí Trâm"));
    assert_false(view->is_alarmed);
}

static void kinds_of_events_that_are_not_known_are_carried(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_say(&world->line, "{\"log\":\"" AUTHOR_MEETING "\"}");
    line_say(&world->line,
             "{\"seq\":15,\"n\":\"00000000000000000000000000000000\",\"at\":"
             "1795000099000,\"ev\":\"song_sung\",\"song\":{\"c\":\"00\"}}");
    line_say(&world->line,
             "{\"open\":15,\"field\":\"song\",\"salt\":\"0000000000000000000000"
             "000000000000000000000000000000000000000000\",\"value\":\"Tiến "
             "quân ca\"}");
    line_say(&world->line, "{\"weather\":\"mưa\"}");
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    assert_int_equal(client_engine_view(world->line.engine)->state->next_seq,
                     AUTHOR_OPENED + 1);
}

static void the_lobby_is_waited_in(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_answer(
        line, line_sent_id(line, "join"),
        "\"ok\":true,\"log\":\"c1.1\",\"state\":\"waiting\",\"next\":6");
    assert_true(line_has_notice(line, CLIENT_WAITING));
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_LOBBY);
    line_say(line, "{\"note\":\"admitted\",\"log\":\"c1.1\"}");
    line_say_log(line, &world->author, 0);
    assert_true(line_has_notice(line, CLIENT_ADMITTED));
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
}

static void who_is_turned_away_is_told_so(void **state)
{
    struct fake_line *line = &((struct client_world *)*state)->line;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_answer(
        line, line_sent_id(line, "join"),
        "\"ok\":true,\"log\":\"c1.1\",\"state\":\"waiting\",\"next\":6");
    line_say(line, "{\"note\":\"turned_away\",\"log\":\"c1.1\"}");
    assert_true(line_has_notice(line, CLIENT_TURNED_AWAY));
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_REFUSED);
}

static void a_meeting_that_has_not_begun_is_asked_for_again(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    struct client_notice *notice;
    size_t before;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_answer(line, line_sent_id(line, "join"),
                "\"error\":{\"code\":\"not_scheduled\"}");
    notice = line_notice(line, CLIENT_JOIN_REFUSED);
    assert_int_equal(notice->refusal.code, REFUSAL_NOT_SCHEDULED);
    client_notice_free(notice);
    before = line->sent_count;
    line_wait(line, CLIENT_JOIN_RETRY_MS);
    assert_int_equal(line->sent_count, before + 1);
    line_join(line, &world->author);
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
}

static void who_opens_the_lobby_joins_at_once(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    const json_t *act;
    size_t before;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_answer(line, line_sent_id(line, "join"),
                "\"error\":{\"code\":\"not_scheduled\"}");
    line_command(line, 2, "{\"op\":\"open_lobby\"}");
    act = json_object_get(line_sent_op(line, "open_lobby"), "act");
    assert_int_equal(json_integer_value(json_object_get(act, "seen")), 0);
    before = line->sent_count;
    line_answer(line, line_sent_id(line, "open_lobby"),
                "\"ok\":true,\"seq\":1");
    assert_int_equal(line->sent_count, before + 1);
    line_join(line, &world->author);
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
}

static void leaving_forgets_the_meeting(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    client_world_enter(world);
    line_command(line, 2, "{\"op\":\"leave\"}");
    line_answer(line, line_sent_id(line, "leave"), "\"ok\":true,\"seq\":12");
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_NONE);
    assert_null(client_engine_view(line->engine)->state);
    /* What is still on its way is nobody's any more. */
    line_say(line, log_author_hand(&world->author, "m4"));
    assert_false(client_engine_view(line->engine)->is_alarmed);
}

/* --- Commands ------------------------------------------------------------ */

/* The composed and the decomposed form of one text. */
#define COMPOSED "Nhất trí với ý kiến của đồng chí Đức"
#define DECOMPOSED                                                             \
    "Nha\u0302\u0301t tri\u0301 v\u01a1\u0301i y\u0301 kie\u0302\u0301n "      \
    "cu\u0309a \u0111o\u0302\u0300ng chi\u0301 \u0110u\u031b\u0301c"

static bool is_act_signed_right(struct fake_line *line, struct command *command)
{
    struct signing_key key = author_key("m4");
    char *subject = NULL, *value = NULL;
    struct statement_act fields;
    uint8_t *bytes = NULL;
    size_t size;
    bool is_right;

    (void)line;
    assert_int_equal(command_act_terms(command, &subject, &value), RESULT_OK);
    fields = (struct statement_act){
        .member = TEXT_LITERAL("m4"),
        .op = text_view_of(command_name(command->op)),
        .request_id = command->request,
        .subject = text_view_of(subject),
        .value = text_view_of(value),
        .seen = { command->act.seen, command->act.head },
    };
    assert_int_equal(statement_act(&key.public_key,
                                   identifier_view(&command->log), &fields,
                                   &bytes, &size),
                     RESULT_OK);
    is_right = statement_verify(&key.public_key, bytes, size,
                                &command->act.sig) == RESULT_OK;
    free(bytes);
    free(subject);
    free(value);
    return is_right;
}

static void a_text_is_normalised_sealed_and_signed_by_its_author(void **state)
{
    struct client_world *world = *state;
    struct message_memory memory = { NULL, NULL, 0 };
    struct command command;
    struct sealed *text;
    struct salt salt;

    client_world_enter(world);
    line_command(&world->line, 2,
                 "{\"op\":\"chat\",\"text\":\"" DECOMPOSED "\"}");
    assert_int_equal(command_decode(line_sent_op(&world->line, "chat"),
                                    &command, &memory, NULL),
                     RESULT_OK);
    text = &command.body.chat.text;
    assert_true(text_view_is(text->value, COMPOSED));
    assert_true(text->is_authored);
    memcpy(salt.bytes, text->salt, sizeof salt.bytes);
    assert_true(commitment_check(&text->commitment,
                                 TEXT_LITERAL(AUTHOR_MEETING),
                                 TEXT_LITERAL("text"), &salt, text->value));
    assert_string_equal(command.log.text, AUTHOR_MEETING);
    assert_true(command.act.is_present);
    assert_int_equal(command.act.seen, AUTHOR_OPENED - 1);
    assert_memory_equal(command.act.head.bytes,
                        world->author.heads[AUTHOR_OPENED - 1].bytes, 32);
    assert_true(is_act_signed_right(&world->line, &command));
    message_memory_release(&memory);
}

static void two_texts_of_the_same_words_are_sealed_differently(void **state)
{
    struct client_world *world = *state;
    char *first;

    client_world_enter(world);
    line_command(&world->line, 2, "{\"op\":\"chat\",\"text\":\"Có\"}");
    first = strdup(json_string_value(json_object_get(
        json_object_get(line_sent_op(&world->line, "chat"), "text"), "c")));
    line_command(&world->line, 3, "{\"op\":\"chat\",\"text\":\"Có\"}");
    assert_string_not_equal(
        json_string_value(json_object_get(
            json_object_get(line_sent_op(&world->line, "chat"), "text"), "c")),
        first);
    free(first);
}

static void an_unanswered_request_is_repeated_in_the_same_bytes(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    char *first;
    json_int_t id;

    client_world_enter(world);
    line_command(&world->line, 9, VOTE);
    first = strdup(world->line.sent[world->line.sent_count - 1]);
    id = line_sent_id(&world->line, "vote");
    line_close(&world->line, 1006);
    (void)log_author_hand(&world->author, "m1");
    client_world_come_back(world);
    assert_string_equal(world->line.sent[world->line.sent_count - 1], first);
    free(first);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    line_answer(&world->line, id, "\"ok\":true,\"seq\":12");
    notice = line_notice(&world->line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 9);
    assert_true(notice->is_ok);
    client_notice_free(notice);
    /* The first copy may be answered, too: that is not news. */
    line_answer(&world->line, id, "\"ok\":true,\"seq\":12");
    assert_false(line_has_notice(&world->line, CLIENT_ANSWER));
    line_close(&world->line, 1006);
    client_world_come_back(world);
    assert_string_equal(
        json_string_value(json_object_get(line_sent(&world->line), "op")),
        "join");
}

static void no_two_requests_have_one_id(void **state)
{
    struct client_world *world = *state;
    json_int_t first;

    client_world_enter(world);
    line_command(&world->line, 2, VOTE);
    first = line_sent_id(&world->line, "vote");
    line_command(&world->line, 3, VOTE);
    assert_int_not_equal(line_sent_id(&world->line, "vote"), first);
}

static void
what_is_asked_while_the_line_is_down_is_signed_when_it_is_up(void **state)
{
    struct client_world *world = *state;
    const json_t *act;

    client_world_enter(world);
    line_close(&world->line, 1006);
    line_command(&world->line, 2, VOTE);
    (void)log_author_hand(&world->author, "m1");
    client_world_come_back(world);
    act = json_object_get(line_sent_op(&world->line, "vote"), "act");
    assert_int_equal(json_integer_value(json_object_get(act, "seen")),
                     AUTHOR_OPENED);
}

static void a_room_that_was_loaded_again_is_joined_and_asked_again(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    size_t before;
    char *first;

    client_world_enter(world);
    line_command(line, 2, VOTE);
    first = strdup(line->sent[line->sent_count - 1]);
    before = line->sent_count;
    line_say(line, "{\"note\":\"retry\",\"log\":\"c1.1\"}");
    assert_int_equal(line->sent_count, before + 1);
    line_join(line, &world->author);
    assert_string_equal(line->sent[line->sent_count - 1], first);
    free(first);
}

static void a_refusal_reaches_whoever_asked(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;

    client_world_enter(world);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    line_command(&world->line, 5, "{\"op\":\"raise_hand\"}");
    line_answer(&world->line, line_sent_id(&world->line, "raise_hand"),
                "\"error\":{\"code\":\"hand_up\",\"rule\":\"floor\",\"args\":"
                "{\"position\":\"2\"},\"message\":\"x\"}");
    notice = line_notice(&world->line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 5);
    assert_false(notice->is_ok);
    assert_int_equal(notice->refusal.code, REFUSAL_HAND_UP);
    assert_string_equal(notice->refusal.args[0].name, "position");
    assert_string_equal(notice->refusal.args[0].text, "2");
    client_notice_free(notice);
}

static enum refusal_code refused(struct fake_line *line, const char *json)
{
    struct client_notice *notice;
    enum refusal_code code;
    size_t before = line->sent_count;

    line_command(line, 5, json);
    notice = line_notice(line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 5);
    assert_false(notice->is_ok);
    assert_int_equal(line->sent_count, before);
    code = notice->refusal.code;
    client_notice_free(notice);
    return code;
}

static void what_cannot_be_right_is_refused_here(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;

    fake_line_start(line);
    line_log_in(line);
    assert_int_equal(refused(line, VOTE), REFUSAL_NOT_JOINED);
    assert_int_equal(refused(line, "{\"op\":\"sing\"}"), REFUSAL_UNKNOWN_OP);
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_join(line, &world->author);
    (void)line_has_notice(line, CLIENT_ANSWER);
    assert_int_equal(refused(line, "{\"op\":\"vote\",\"vote\":\"v1\"}"),
                     REFUSAL_BAD_MESSAGE);
    assert_int_equal(refused(line, "{\"op\":\"vote\",\"vote\":\"v1\","
                                   "\"choice\":\"maybe\"}"),
                     REFUSAL_BAD_MESSAGE);
    assert_int_equal(refused(line, "{\"op\":\"chat\",\"text\":5}"),
                     REFUSAL_BAD_MESSAGE);
    assert_int_equal(client_engine_command(line->engine, 5, "{}"),
                     RESULT_MALFORMED);
}

static void only_so_many_requests_wait_for_the_line(void **state)
{
    struct client_world *world = *state;
    int i;

    client_world_enter(world);
    for (i = 0; i < CLIENT_REQUESTS_MAX; i++)
        line_command(&world->line, 5, "{\"op\":\"ping\"}");
    assert_int_equal(
        client_engine_command(world->line.engine, 5, "{\"op\":\"ping\"}"),
        RESULT_FULL);
    line_answer(&world->line, line_sent_id(&world->line, "ping"),
                "\"ok\":true");
    line_command(&world->line, 5, "{\"op\":\"ping\"}");
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up,                 \
                                    client_world_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_joined_meeting_is_folded_and_its_texts_are_known),
        WORLD_TEST(events_are_told_as_they_came_and_decoded),
        WORLD_TEST(after_a_cut_only_what_is_missing_is_asked_for),
        WORLD_TEST(a_text_that_was_lost_with_the_line_is_asked_for_again),
        WORLD_TEST(kinds_of_events_that_are_not_known_are_carried),
        WORLD_TEST(the_lobby_is_waited_in),
        WORLD_TEST(who_is_turned_away_is_told_so),
        WORLD_TEST(a_meeting_that_has_not_begun_is_asked_for_again),
        WORLD_TEST(who_opens_the_lobby_joins_at_once),
        WORLD_TEST(leaving_forgets_the_meeting),
        WORLD_TEST(a_text_is_normalised_sealed_and_signed_by_its_author),
        WORLD_TEST(two_texts_of_the_same_words_are_sealed_differently),
        WORLD_TEST(an_unanswered_request_is_repeated_in_the_same_bytes),
        WORLD_TEST(no_two_requests_have_one_id),
        WORLD_TEST(
            what_is_asked_while_the_line_is_down_is_signed_when_it_is_up),
        WORLD_TEST(a_room_that_was_loaded_again_is_joined_and_asked_again),
        WORLD_TEST(a_refusal_reaches_whoever_asked),
        WORLD_TEST(what_cannot_be_right_is_refused_here),
        WORLD_TEST(only_so_many_requests_wait_for_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
