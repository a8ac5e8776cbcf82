/*
 * The client's engine against a server that the test plays: connecting,
 * enrolling, commands and their repetition, files, sound. What it does when
 * history is wrong: test_client_trust.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/meeting/command.h"
#include "protocol/record/digest.h"
#include "protocol/record/statement.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/blob_piece.h"
#include "tests/support/fake_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"
#define VOTE "{\"op\":\"vote\",\"vote\":\"v1\",\"choice\":\"yes\"}"

struct world {
    struct fake_line line;
    struct log_author author;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    fake_line_init(&world->line, "m4");
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->author);
    free(world);
    return 0;
}

static void enter(struct world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, JOIN);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->place, PLACE_IN);
}

/* Whatever is down comes up again and is in step. */
static void come_back(struct world *world)
{
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->author);
}

static void answer(struct fake_line *line, json_int_t id, const char *rest)
{
    char text[300];

    (void)snprintf(text, sizeof text, "{\"re\":%lld,%s}", (long long)id, rest);
    line_say(line, text);
}

/* --- Greeting ------------------------------------------------------------ */

static bool is_login_signed_right(struct fake_line *line)
{
    const json_t *login = line_sent_op(line, "login");
    struct signing_key key = author_key("m4");
    struct statement_login fields = {
        .server = line->server.public_key,
        .member = TEXT_LITERAL("m4"),
    };
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size;
    bool is_right;

    memcpy(fields.exporter.bytes, line->exporter, 32);
    memcpy(fields.nonce.bytes, line->nonce, 32);
    assert_int_equal(hex_decode(text_view_of(json_string_value(
                                    json_object_get(login, "sig"))),
                                sig.bytes, sizeof sig.bytes),
                     RESULT_OK);
    assert_int_equal(statement_login(&key.public_key,
                                     TEXT_LITERAL(AUTHOR_ORGANISATION), &fields,
                                     &bytes, &size),
                     RESULT_OK);
    is_right =
        statement_verify(&key.public_key, bytes, size, &sig) == RESULT_OK;
    free(bytes);
    return is_right;
}

static void a_proven_server_gets_a_login_for_this_very_channel(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct client_notice *notice;
    char *hello;

    fake_line_start(line);
    line_open(line);
    assert_int_equal(line->sent_count, 0);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    assert_int_equal(line->sent_count, 1);
    assert_true(is_login_signed_right(line));
    line_say(line, "{\"re\":3,\"ok\":true,\"member\":\"m4\",\"at\":5000}");
    notice = line_notice(line, CLIENT_CONNECTED);
    assert_int_equal(notice->on_time_ms, 5000);
    client_notice_free(notice);
    assert_int_equal(client_engine_view(line->engine)->line, LINE_UP);
}

/* The first frame with `from` in it replaced by `to`, or another one. */
static void greet_wrongly(struct fake_line *line, const char *from,
                          const char *to)
{
    char *hello, *place;

    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    place = strstr(hello, from);
    assert_non_null(place);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(place, to, strlen(to));
    line_say(line, hello);
    free(hello);
}

static void expect_refusal(struct fake_line *line)
{
    assert_int_equal(line->sent_count, 0);
    assert_true(line->is_closing);
    line_close(line, 0);
    assert_int_equal(line_reason(line, CLIENT_REFUSED),
                     CLIENT_REASON_NOT_THE_SERVER);
    line_wait(line, 3600000);
    assert_int_equal(line->connects, 1);
}

static void a_server_of_another_key_hears_nothing(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;

    line->server = author_key("another server");
    greet_wrongly(line, "chibo.v1", "chibo.v1");
    expect_refusal(line);
}

/* Another first digit behind `name`. */
static void greet_with_another(struct fake_line *line, const char *name)
{
    char *hello, *digit;

    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    digit = strstr(hello, name);
    assert_non_null(digit);
    digit += strlen(name);
    *digit = *digit == '0' ? '1' : '0';
    line_say(line, hello);
    free(hello);
}

static void a_wrong_signature_is_no_proof(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;

    greet_with_another(line, "\"sig\":\"");
    expect_refusal(line);
}

static void a_proof_for_another_channel_is_none(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    char *hello;

    fake_line_start(line);
    line_open(line);
    line->exporter[0] ^= 1;
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    expect_refusal(line);
}

static void a_proof_over_another_nonce_is_none(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;

    greet_with_another(line, "\"nonce\":\"");
    expect_refusal(line);
}

static void another_organisation_or_protocol_is_not_ours(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;

    greet_wrongly(line, AUTHOR_ORGANISATION, "to-chuc-lau");
    expect_refusal(line);
    fake_line_stop(line);
    line->connects = 0;
    greet_wrongly(line, "chibo.v1", "chibo.v2");
    expect_refusal(line);
}

static void whatever_comes_before_a_hello_ends_the_connection(void **state)
{
    static const char *const frames[] = { "xin chào", "{}",
                                          "{\"re\":3,\"ok\":true}",
                                          "{\"hello\":{\"v\":\"chibo.v1\"}}",
                                          "{\"log\":\"c1.1\"}" };
    struct fake_line *line = &((struct world *)*state)->line;
    size_t i;

    for (i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        line->connects = 0;
        fake_line_start(line);
        line_open(line);
        line_say(line, frames[i]);
        expect_refusal(line);
        fake_line_stop(line);
    }
    fake_line_start(line);
}

static void a_server_that_keeps_silent_is_left_after_a_while(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;

    fake_line_start(line);
    line_open(line);
    line_wait(line, CLIENT_HANDSHAKE_MS - 1);
    assert_false(line->is_closing);
    line_wait(line, 1);
    assert_true(line->is_closing);
    line_close(line, 0);
    assert_int_equal(line_reason(line, CLIENT_LOST), CLIENT_REASON_TIMEOUT);
}

/* --- Coming back --------------------------------------------------------- */

static void the_pauses_between_tries_grow_to_ten_seconds(void **state)
{
    static const int64_t pauses[] = {
        200, 500, 1000, 2000, 5000, 10000, 10000
    };
    struct fake_line *line = &((struct world *)*state)->line;
    size_t i;

    fake_line_start(line);
    for (i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        struct client_notice *notice;

        line_close(line, 0);
        notice = line_notice(line, CLIENT_LOST);
        assert_in_range(notice->retry_ms, pauses[i], pauses[i] * 12 / 10);
        line_wait(line, notice->retry_ms - 1);
        assert_false(line->is_connecting);
        line_wait(line, 1);
        assert_true(line->is_connecting);
        client_notice_free(notice);
    }
}

static void a_line_that_was_of_use_is_tried_again_quickly(void **state)
{
    struct world *world = *state;
    struct client_notice *notice;
    int i;

    fake_line_start(&world->line);
    for (i = 0; i < 4; i++) {
        line_close(&world->line, 0);
        line_wait(&world->line, 20000);
    }
    line_log_in(&world->line);
    line_command(&world->line, 1, JOIN);
    line_join(&world->line, &world->author);
    (void)line_has_notice(&world->line, CLIENT_LOST);
    line_close(&world->line, 1006);
    notice = line_notice(&world->line, CLIENT_LOST);
    assert_in_range(notice->retry_ms, 200, 240);
    client_notice_free(notice);
}

static void close_codes_say_whether_to_come_back(void **state)
{
    static const struct {
        uint16_t code;
        enum client_reason reason;
        bool is_final;
    } table[] = {
        { 0, CLIENT_REASON_LINE, false },
        { 1006, CLIENT_REASON_LINE, false },
        { 1001, CLIENT_REASON_GOING_DOWN, false },
        { 1013, CLIENT_REASON_TRY_LATER, false },
        { 1008, CLIENT_REASON_CLOSED, false },
        { 4005, CLIENT_REASON_CLOSED, false },
        { 4002, CLIENT_REASON_TIMEOUT, false },
        { 4001, CLIENT_REASON_LOGIN, true },
        { 4003, CLIENT_REASON_REVOKED, true },
        { 4004, CLIENT_REASON_REPLACED, true },
    };
    struct fake_line *line = &((struct world *)*state)->line;
    size_t i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct client_notice *notice;

        line->connects = 0;
        fake_line_start(line);
        line_log_in(line);
        line_close(line, table[i].code);
        notice =
            line_notice(line, table[i].is_final ? CLIENT_REFUSED : CLIENT_LOST);
        assert_int_equal(notice->reason, table[i].reason);
        assert_int_equal(notice->close_code, table[i].code);
        client_notice_free(notice);
        line_wait(line, 3600000);
        assert_int_equal(line->connects, table[i].is_final ? 1 : 2);
        fake_line_stop(line);
    }
    fake_line_start(line);
}

static void
a_refused_login_is_told_with_its_reason_and_ends_the_tries(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct client_notice *notice;
    char *hello;

    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    line_say(line, "{\"re\":3,\"error\":{\"code\":\"device_revoked\",\"rule\":"
                   "\"login\",\"args\":{},\"message\":\"x\"}}");
    line_close(line, 4003);
    notice = line_notice(line, CLIENT_REFUSED);
    assert_int_equal(notice->reason, CLIENT_REASON_REVOKED);
    assert_int_equal(notice->refusal.code, REFUSAL_DEVICE_REVOKED);
    client_notice_free(notice);
    client_engine_reconnect(line->engine);
    assert_true(line->is_connecting);
}

/* --- Enrolment ----------------------------------------------------------- */

static const uint8_t token[INVITATION_TOKEN_SIZE] = { 1, 2, 3 };

/* Connects with an invitation only; the member is known afterwards. */
static struct keystore_profile be_invited(struct fake_line *line)
{
    struct keystore_profile profile = line->profile;
    struct client_notice *notice;
    char *hello;

    line->token = token;
    line->profile.holder = (struct identifier){ "" };
    line->profile.organisation = (struct identifier){ "" };
    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    assert_string_equal(json_string_value(json_object_get(
                            line_sent_op(line, "invitation"), "token")),
                        "01020300000000000000000000000000");
    line_say(line, "{\"re\":1,\"ok\":true,\"member\":\"m4\",\"name\":\"Đặng "
                   "Thuỳ Trâm\",\"organisation_name\":\"Đảng bộ xã Mẫu\"}");
    notice = line_notice(line, CLIENT_INVITED);
    assert_string_equal(notice->holder.text, "m4");
    assert_string_equal(notice->organisation.text, AUTHOR_ORGANISATION);
    assert_string_equal(notice->name, "Đặng Thuỳ Trâm");
    assert_string_equal(notice->organisation_name, "Đảng bộ xã Mẫu");
    client_notice_free(notice);
    return profile;
}

static void an_invitation_becomes_a_device_and_a_login(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct keystore_profile profile = be_invited(line);
    struct client_notice *notice;

    assert_int_equal(client_engine_enrol(line->engine, 8, &profile, NULL),
                     RESULT_OK);
    assert_string_equal(json_string_value(json_object_get(
                            line_sent_op(line, "enrol"), "label")),
                        "Máy của tôi");
    assert_null(line_sent_op(line, "login"));
    line_say(line, "{\"re\":2,\"ok\":true,\"member\":\"m4\"}");
    notice = line_notice(line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 8);
    assert_true(notice->is_ok);
    client_notice_free(notice);
    assert_true(is_login_signed_right(line));
}

static void a_spent_invitation_is_told_and_not_tried_again(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct client_notice *notice;
    char *hello;

    line->token = token;
    line->profile.holder = (struct identifier){ "" };
    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    line_say(line, "{\"re\":1,\"error\":{\"code\":\"invitation_unknown\"}}");
    line_close(line, 0);
    notice = line_notice(line, CLIENT_REFUSED);
    assert_int_equal(notice->reason, CLIENT_REASON_INVITATION);
    assert_int_equal(notice->refusal.code, REFUSAL_INVITATION_UNKNOWN);
    client_notice_free(notice);
}

/* The person thinks longer than the server waits. */
static void a_late_decision_connects_again_and_enrols_at_once(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct keystore_profile profile = be_invited(line);
    char *hello;

    line_close(line, 4002);
    line_wait(line, 3600000);
    assert_false(line->is_connecting);
    assert_int_equal(client_engine_enrol(line->engine, 8, &profile, NULL),
                     RESULT_OK);
    line_wait(line, 0);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    assert_non_null(line_sent_op(line, "enrol"));
}

static void an_enrolment_whose_answer_was_lost_shows_at_the_login(void **state)
{
    struct fake_line *line = &((struct world *)*state)->line;
    struct keystore_profile profile = be_invited(line);
    struct client_notice *notice;
    char *hello;

    assert_int_equal(client_engine_enrol(line->engine, 8, &profile, NULL),
                     RESULT_OK);
    line_close(line, 1006);
    line_wait(line, 20000);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    line_say(line, "{\"re\":2,\"error\":{\"code\":\"invitation_unknown\"}}");
    assert_true(is_login_signed_right(line));
    line_say(line, "{\"re\":3,\"ok\":true,\"member\":\"m4\",\"at\":1}");
    notice = line_notice(line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 8);
    assert_true(notice->is_ok);
    client_notice_free(notice);
}

/* --- Following a log ----------------------------------------------------- */

static void a_joined_meeting_is_folded_and_its_texts_are_known(void **state)
{
    struct world *world = *state;
    const struct identifier m9 = { "m9" }, a2 = { "a2" };
    const struct meeting_view *view;
    struct text_view text;
    uint16_t slot = 0;

    enter(world);
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
    struct world *world = *state;
    struct client_notice *notice;

    enter(world);
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
    struct world *world = *state;
    const json_t *join;
    char hex[HEX_SIZE(HASH_SIZE)];

    enter(world);
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
    struct world *world = *state;
    const struct meeting_view *view;
    struct text_view text;
    const char *chat;

    enter(world);
    chat = log_author_chat(&world->author, "m1", "Mời đồng chí Trâm");
    line_say(&world->line, "{\"log\":\"" AUTHOR_MEETING "\"}");
    line_say(&world->line, chat);
    line_close(&world->line, 1006);
    come_back(world);
    view = client_engine_view(world->line.engine);
    text = meeting_view_text(view, AUTHOR_OPENED, "text");
    assert_true(text_view_is(text, "Mời đồng chí Trâm"));
    assert_false(view->is_alarmed);
}

static void kinds_of_events_that_are_not_known_are_carried(void **state)
{
    struct world *world = *state;

    enter(world);
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
    struct world *world = *state;
    struct fake_line *line = &world->line;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, JOIN);
    answer(line, line_sent_id(line, "join"),
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
    struct fake_line *line = &((struct world *)*state)->line;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, JOIN);
    answer(line, line_sent_id(line, "join"),
           "\"ok\":true,\"log\":\"c1.1\",\"state\":\"waiting\",\"next\":6");
    line_say(line, "{\"note\":\"turned_away\",\"log\":\"c1.1\"}");
    assert_true(line_has_notice(line, CLIENT_TURNED_AWAY));
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_REFUSED);
}

static void a_meeting_that_has_not_begun_is_asked_for_again(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;
    struct client_notice *notice;
    size_t before;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, JOIN);
    answer(line, line_sent_id(line, "join"),
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
    struct world *world = *state;
    struct fake_line *line = &world->line;
    const json_t *act;
    size_t before;

    fake_line_start(line);
    line_log_in(line);
    line_command(line, 1, JOIN);
    answer(line, line_sent_id(line, "join"),
           "\"error\":{\"code\":\"not_scheduled\"}");
    line_command(line, 2, "{\"op\":\"open_lobby\"}");
    act = json_object_get(line_sent_op(line, "open_lobby"), "act");
    assert_int_equal(json_integer_value(json_object_get(act, "seen")), 0);
    before = line->sent_count;
    answer(line, line_sent_id(line, "open_lobby"), "\"ok\":true,\"seq\":1");
    assert_int_equal(line->sent_count, before + 1);
    line_join(line, &world->author);
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
}

static void leaving_forgets_the_meeting(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;

    enter(world);
    line_command(line, 2, "{\"op\":\"leave\"}");
    answer(line, line_sent_id(line, "leave"), "\"ok\":true,\"seq\":12");
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
    struct world *world = *state;
    struct message_memory memory = { NULL, NULL, 0 };
    struct command command;
    struct sealed *text;
    struct salt salt;

    enter(world);
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
    struct world *world = *state;
    char *first;

    enter(world);
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
    struct world *world = *state;
    struct client_notice *notice;
    char *first;
    json_int_t id;

    enter(world);
    line_command(&world->line, 9, VOTE);
    first = strdup(world->line.sent[world->line.sent_count - 1]);
    id = line_sent_id(&world->line, "vote");
    line_close(&world->line, 1006);
    (void)log_author_hand(&world->author, "m1");
    come_back(world);
    assert_string_equal(world->line.sent[world->line.sent_count - 1], first);
    free(first);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    answer(&world->line, id, "\"ok\":true,\"seq\":12");
    notice = line_notice(&world->line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 9);
    assert_true(notice->is_ok);
    client_notice_free(notice);
    /* The first copy may be answered, too: that is not news. */
    answer(&world->line, id, "\"ok\":true,\"seq\":12");
    assert_false(line_has_notice(&world->line, CLIENT_ANSWER));
    line_close(&world->line, 1006);
    come_back(world);
    assert_string_equal(
        json_string_value(json_object_get(line_sent(&world->line), "op")),
        "join");
}

static void no_two_requests_have_one_id(void **state)
{
    struct world *world = *state;
    json_int_t first;

    enter(world);
    line_command(&world->line, 2, VOTE);
    first = line_sent_id(&world->line, "vote");
    line_command(&world->line, 3, VOTE);
    assert_int_not_equal(line_sent_id(&world->line, "vote"), first);
}

static void
what_is_asked_while_the_line_is_down_is_signed_when_it_is_up(void **state)
{
    struct world *world = *state;
    const json_t *act;

    enter(world);
    line_close(&world->line, 1006);
    line_command(&world->line, 2, VOTE);
    (void)log_author_hand(&world->author, "m1");
    come_back(world);
    act = json_object_get(line_sent_op(&world->line, "vote"), "act");
    assert_int_equal(json_integer_value(json_object_get(act, "seen")),
                     AUTHOR_OPENED);
}

static void a_room_that_was_loaded_again_is_joined_and_asked_again(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;
    size_t before;
    char *first;

    enter(world);
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
    struct world *world = *state;
    struct client_notice *notice;

    enter(world);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    line_command(&world->line, 5, "{\"op\":\"raise_hand\"}");
    answer(&world->line, line_sent_id(&world->line, "raise_hand"),
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
    struct world *world = *state;
    struct fake_line *line = &world->line;

    fake_line_start(line);
    line_log_in(line);
    assert_int_equal(refused(line, VOTE), REFUSAL_NOT_JOINED);
    assert_int_equal(refused(line, "{\"op\":\"sing\"}"), REFUSAL_UNKNOWN_OP);
    line_command(line, 1, JOIN);
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
    struct world *world = *state;
    int i;

    enter(world);
    for (i = 0; i < CLIENT_REQUESTS_MAX; i++)
        line_command(&world->line, 5, "{\"op\":\"ping\"}");
    assert_int_equal(
        client_engine_command(world->line.engine, 5, "{\"op\":\"ping\"}"),
        RESULT_FULL);
    answer(&world->line, line_sent_id(&world->line, "ping"), "\"ok\":true");
    line_command(&world->line, 5, "{\"op\":\"ping\"}");
}

/* --- Files --------------------------------------------------------------- */

enum { FILE_SIZE = 100000 };

static uint8_t *some_file(void)
{
    uint8_t *bytes = malloc(FILE_SIZE);
    size_t i;

    assert_non_null(bytes);
    for (i = 0; i < FILE_SIZE; i++)
        bytes[i] = (uint8_t)(i * 7 >> 3);
    return bytes;
}

static void say_durable(struct fake_line *line, const struct hash *blob,
                        size_t durable, bool is_complete)
{
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    hex_encode(blob->bytes, sizeof blob->bytes, hex);
    (void)snprintf(text, sizeof text,
                   "{\"blob\":\"%s\",\"durable\":%zu,\"complete\":%s}", hex,
                   durable, is_complete ? "true" : "false");
    line_say(line, text);
}

static void a_file_goes_up_in_a_window_and_goes_on_after_a_cut(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;
    struct blob_piece piece;

    enter(world);
    (void)line_has_notice(line, CLIENT_BLOB);
    assert_int_equal(client_engine_put_blob(line->engine, 4, bytes, FILE_SIZE),
                     RESULT_OK);
    assert_int_equal(line->binary_count, 0);
    answer(line, line_sent_id(line, "put_blob"),
           "\"ok\":true,\"durable\":0,\"complete\":false");
    assert_int_equal(line->binary_count, CLIENT_BLOB_WINDOW / 4096);
    say_durable(line, &blob, 8192, false);
    assert_int_equal(line->binary_count, CLIENT_BLOB_WINDOW / 4096 + 2);
    line_close(line, 1006);
    come_back(world);
    answer(line, line_sent_id(line, "put_blob"),
           "\"ok\":true,\"durable\":98304,\"complete\":false");
    assert_int_equal(blob_piece_decode(line->binary, line->binary_size, &piece),
                     RESULT_OK);
    assert_int_equal(piece.offset, 98304);
    assert_int_equal(piece.size, FILE_SIZE - 98304);
    say_durable(line, &blob, FILE_SIZE, true);
    do {
        notice = line_notice(line, CLIENT_BLOB);
        assert_int_equal(notice->tag, 4);
        if (notice->blob_done == FILE_SIZE)
            break;
        client_notice_free(notice);
    } while (true);
    assert_true(notice->is_ok);
    client_notice_free(notice);
}

static void say_pieces(struct fake_line *line, const uint8_t *bytes,
                       const struct hash *blob, size_t from, size_t to)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    size_t at, size;

    for (at = from; at < to; at += 4000) {
        struct blob_piece piece = { .blob = *blob,
                                    .blob_size = FILE_SIZE,
                                    .offset = at,
                                    .bytes = bytes + at,
                                    .size = to - at < 4000 ? to - at : 4000 };

        assert_int_equal(
            blob_piece_encode(&piece, message, sizeof message, &size),
            RESULT_OK);
        line_say_binary(line, message, size);
    }
}

static void ask_for(struct fake_line *line, const struct hash *blob)
{
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    hex_encode(blob->bytes, sizeof blob->bytes, hex);
    (void)snprintf(text, sizeof text, "{\"op\":\"get_blob\",\"blob\":\"%s\"}",
                   hex);
    line_command(line, 6, text);
}

static struct client_notice *last_blob_notice(struct fake_line *line)
{
    struct client_notice *notice = line_notice(line, CLIENT_BLOB);

    while (notice->blob_done < FILE_SIZE) {
        client_notice_free(notice);
        notice = line_notice(line, CLIENT_BLOB);
    }
    return notice;
}

static void a_file_comes_down_goes_on_after_a_cut_and_is_checked(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;

    enter(world);
    ask_for(line, &blob);
    answer(line, line_sent_id(line, "get_blob"), "\"ok\":true,\"size\":100000");
    say_pieces(line, bytes, &blob, 0, 40000);
    line_close(line, 1006);
    come_back(world);
    assert_int_equal(json_integer_value(json_object_get(
                         line_sent_op(line, "get_blob"), "offset")),
                     40000);
    answer(line, line_sent_id(line, "get_blob"), "\"ok\":true,\"size\":100000");
    say_pieces(line, bytes, &blob, 40000, FILE_SIZE);
    notice = last_blob_notice(line);
    assert_true(notice->is_ok);
    assert_memory_equal(notice->blob_bytes, bytes, FILE_SIZE);
    client_notice_free(notice);
    free(bytes);
}

static void
a_file_that_is_not_what_its_name_says_is_not_handed_over(void **state)
{
    struct world *world = *state;
    struct fake_line *line = &world->line;
    uint8_t *bytes = some_file();
    struct hash blob = digest_sha256(bytes, FILE_SIZE);
    struct client_notice *notice;

    enter(world);
    ask_for(line, &blob);
    answer(line, line_sent_id(line, "get_blob"), "\"ok\":true,\"size\":100000");
    bytes[5000] ^= 1;
    say_pieces(line, bytes, &blob, 0, FILE_SIZE);
    notice = last_blob_notice(line);
    assert_false(notice->is_ok);
    assert_null(notice->blob_bytes);
    client_notice_free(notice);
    free(bytes);
}

/* --- Sound --------------------------------------------------------------- */

static void sound_goes_out_under_the_own_slot_and_comes_in(void **state)
{
    struct world *world = *state;
    const uint8_t payload[] = { 0xaa, 0xbb };
    struct audio_frame frame = { .slot = 1,
                                 .payload = payload,
                                 .payload_size = 2 };
    struct audio_message message;
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    size_t size;

    fake_line_start(&world->line);
    line_log_in(&world->line);
    client_engine_send_audio(world->line.engine, 0, 1, 960, payload, 2);
    assert_int_equal(world->line.binary_count, 0);
    line_command(&world->line, 1, JOIN);
    line_join(&world->line, &world->author);
    client_engine_send_audio(world->line.engine, AUDIO_FRAME_TALKSPURT, 1, 960,
                             payload, 2);
    assert_int_equal(audio_message_open(&message, world->line.binary,
                                        world->line.binary_size),
                     RESULT_OK);
    assert_true(audio_message_next(&message, &frame, NULL));
    assert_int_equal(frame.slot, 3);
    assert_int_equal(frame.timestamp, 960);
    assert_int_equal(frame.flags, AUDIO_FRAME_TALKSPURT);
    frame.slot = 1;
    frame.payload = payload;
    assert_int_equal(audio_frame_encode(&frame, bytes, sizeof bytes, &size),
                     RESULT_OK);
    line_say_binary(&world->line, bytes, size);
    line_say_binary(&world->line, bytes, size - 1);
    assert_int_equal(world->line.sounds, 1);
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_proven_server_gets_a_login_for_this_very_channel),
        WORLD_TEST(a_server_of_another_key_hears_nothing),
        WORLD_TEST(a_wrong_signature_is_no_proof),
        WORLD_TEST(a_proof_for_another_channel_is_none),
        WORLD_TEST(a_proof_over_another_nonce_is_none),
        WORLD_TEST(another_organisation_or_protocol_is_not_ours),
        WORLD_TEST(whatever_comes_before_a_hello_ends_the_connection),
        WORLD_TEST(a_server_that_keeps_silent_is_left_after_a_while),
        WORLD_TEST(the_pauses_between_tries_grow_to_ten_seconds),
        WORLD_TEST(a_line_that_was_of_use_is_tried_again_quickly),
        WORLD_TEST(close_codes_say_whether_to_come_back),
        WORLD_TEST(a_refused_login_is_told_with_its_reason_and_ends_the_tries),
        WORLD_TEST(an_invitation_becomes_a_device_and_a_login),
        WORLD_TEST(a_spent_invitation_is_told_and_not_tried_again),
        WORLD_TEST(a_late_decision_connects_again_and_enrols_at_once),
        WORLD_TEST(an_enrolment_whose_answer_was_lost_shows_at_the_login),
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
        WORLD_TEST(a_file_goes_up_in_a_window_and_goes_on_after_a_cut),
        WORLD_TEST(a_file_comes_down_goes_on_after_a_cut_and_is_checked),
        WORLD_TEST(a_file_that_is_not_what_its_name_says_is_not_handed_over),
        WORLD_TEST(sound_goes_out_under_the_own_slot_and_comes_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
