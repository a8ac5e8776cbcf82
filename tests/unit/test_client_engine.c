/*
 * How a client's engine gets up and comes back: greeting, enrolment, pauses,
 * close codes. What it does when history is wrong: test_client_trust.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/record/statement.h"
#include "tests/support/client_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    struct fake_line *line = &((struct client_world *)*state)->line;
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

static void expect_refusal_for(struct fake_line *line,
                               enum client_reason reason)
{
    assert_int_equal(line->sent_count, 0);
    assert_true(line->is_closing);
    line_close(line, 0);
    assert_int_equal(line_reason(line, CLIENT_REFUSED), reason);
    line_wait(line, 3600000);
    assert_int_equal(line->connects, 1);
}

static void expect_refusal(struct fake_line *line)
{
    expect_refusal_for(line, CLIENT_REASON_NOT_THE_SERVER);
}

static void a_server_of_another_key_hears_nothing(void **state)
{
    struct fake_line *line = &((struct client_world *)*state)->line;

    line->server = author_key("another server");
    greet_wrongly(line, "chibo.v1", "chibo.v1");
    expect_refusal_for(line, CLIENT_REASON_OTHER_KEY);
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
    struct fake_line *line = &((struct client_world *)*state)->line;

    greet_with_another(line, "\"sig\":\"");
    expect_refusal(line);
}

static void a_proof_for_another_channel_is_none(void **state)
{
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;

    greet_with_another(line, "\"nonce\":\"");
    expect_refusal(line);
}

static void another_organisation_or_protocol_is_not_ours(void **state)
{
    struct fake_line *line = &((struct client_world *)*state)->line;

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
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;

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
    struct fake_line *line = &((struct client_world *)*state)->line;
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

static void
a_line_that_was_of_use_is_tried_again_at_once_then_soon(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    int i;

    fake_line_start(&world->line);
    for (i = 0; i < 4; i++) {
        line_close(&world->line, 0);
        line_wait(&world->line, 20000);
    }
    line_log_in(&world->line);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
    line_join(&world->line, &world->author);
    (void)line_has_notice(&world->line, CLIENT_LOST);
    line_close(&world->line, 1006);
    notice = line_notice(&world->line, CLIENT_LOST);
    assert_int_equal(notice->retry_ms, 0);
    client_notice_free(notice);
    line_wait(&world->line, 0);
    assert_true(world->line.is_connecting);
    line_close(&world->line, 0);
    notice = line_notice(&world->line, CLIENT_LOST);
    assert_in_range(notice->retry_ms, 200, 240);
    client_notice_free(notice);
}

/* --- Another connection in the place of a silent one --------------------- */

static void a_line_that_was_replaced_logs_in_joins_and_asks_again(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    struct client_notice *notice;
    size_t sent, connects;

    fake_line_start(line);
    assert_false(client_engine_watches_line(line->engine));
    line_log_in(line);
    assert_false(client_engine_watches_line(line->engine));
    line_command(line, 1, CLIENT_WORLD_JOIN);
    line_join(line, &world->author);
    assert_true(client_engine_watches_line(line->engine));
    line_command(line, 2, "{\"op\":\"ping\"}");
    assert_int_equal(line_sent_count(line, "ping"), 1);
    (void)line_has_notice(line, CLIENT_LOST);
    sent = line->sent_count;
    connects = line->connects;
    line_replace(line);
    assert_true(client_engine_watches_line(line->engine));
    notice = line_notice(line, CLIENT_LOST);
    assert_int_equal(notice->retry_ms, 0);
    assert_int_equal(notice->reason, CLIENT_REASON_LINE);
    client_notice_free(notice);
    assert_int_equal(line->sent_count, sent);
    line_greet(line);
    assert_int_equal(line->connects, connects);
    assert_int_equal(client_engine_view(line->engine)->line, LINE_UP);
    line_join(line, &world->author);
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
    assert_int_equal(line_sent_count(line, "ping"), 2);
}

static void who_comes_back_joins_right_behind_the_login(void **state)
{
    struct client_world *world = *state;
    struct fake_line *line = &world->line;
    size_t joins;
    char *hello;

    client_world_enter(world);
    joins = line_sent_count(line, "join");
    line_close(line, 1006);
    line_wait(line, 0);
    line_wait(line, 1000);
    line_open(line);
    assert_int_equal(line_sent_count(line, "join"), joins);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    assert_int_equal(line_sent_count(line, "join"), joins + 1);
    line_say(line, "{\"re\":3,\"ok\":true,\"member\":\"m4\",\"at\":5000}");
    assert_int_equal(line_sent_count(line, "join"), joins + 1);
    line_join(line, &world->author);
    assert_int_equal(client_engine_view(line->engine)->place, PLACE_IN);
}

static void close_codes_say_whether_to_come_back(void **state)
{
    static const struct {
        enum client_reason reason;
        uint16_t code;
        bool is_final;
    } table[] = {
        { CLIENT_REASON_LINE, 0, false },
        { CLIENT_REASON_LINE, 1006, false },
        { CLIENT_REASON_GOING_DOWN, 1001, false },
        { CLIENT_REASON_TRY_LATER, 1013, false },
        { CLIENT_REASON_CLOSED, 1008, false },
        { CLIENT_REASON_CLOSED, 4005, false },
        { CLIENT_REASON_PAUSED, 4006, false },
        { CLIENT_REASON_TIMEOUT, 4002, false },
        { CLIENT_REASON_LOGIN, 4001, true },
        { CLIENT_REASON_REVOKED, 4003, true },
        { CLIENT_REASON_REPLACED, 4004, true },
    };
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;
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

/* Waits until just before, then until the moment at which it comes back. */
static void check_back_after(struct fake_line *line, int64_t pause_ms)
{
    const unsigned connects = line->connects;

    client_engine_reconnect(line->engine); /* a person is in a hurry */
    line_wait(line, pause_ms - 1);
    assert_int_equal(line->connects, connects);
    line_wait(line, 1);
    assert_int_equal(line->connects, connects + 1);
}

static void who_was_cut_off_comes_back_when_the_server_said(void **state)
{
    static const struct {
        const char *args; /* of the refusal before the cut; NULL: none came */
        uint16_t code;
        int64_t pause_ms;
    } table[] = {
        { "{\"seconds\":\"7\"}", 4006, 7000 },
        { "{\"seconds\":\"7\"}", 0, 7000 }, /* the close frame was lost */
        { "{\"seconds\":\"60\"}", 4006, 60000 },
        { "{\"seconds\":\"86400\"}", 4006, 60000 },
        { "{\"seconds\":\"x\"}", 4006, 5000 },
        { "{}", 4006, 5000 },
        { NULL, 4006, 5000 },
    };
    struct fake_line *line = &((struct client_world *)*state)->line;
    char text[200];
    size_t i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct client_notice *notice;

        fake_line_start(line);
        line_log_in(line);
        if (table[i].args) {
            (void)snprintf(text, sizeof text,
                           "{\"error\":{\"code\":\"too_fast\",\"rule\":"
                           "\"limits\",\"args\":%s,\"message\":\"x\"}}",
                           table[i].args);
            line_say(line, text);
        }
        line_close(line, table[i].code);
        notice = line_notice(line, CLIENT_LOST);
        assert_int_equal(notice->retry_ms, table[i].pause_ms);
        assert_int_equal(notice->refusal.code,
                         table[i].args ? REFUSAL_TOO_FAST : REFUSAL_NONE);
        client_notice_free(notice);
        check_back_after(line, table[i].pause_ms);
        fake_line_stop(line);
    }
    fake_line_start(line);
}

static void
a_login_that_came_too_soon_is_tried_when_the_server_said(void **state)
{
    struct fake_line *line = &((struct client_world *)*state)->line;
    struct client_notice *notice;
    char *hello;

    fake_line_start(line);
    line_open(line);
    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    line_say(line,
             "{\"re\":3,\"error\":{\"code\":\"paused\",\"rule\":"
             "\"login\",\"args\":{\"seconds\":\"12\"},\"message\":\"x\"}}");
    line_close(line, 4006);
    notice = line_notice(line, CLIENT_LOST);
    assert_int_equal(notice->reason, CLIENT_REASON_PAUSED);
    assert_int_equal(notice->refusal.code, REFUSAL_PAUSED);
    assert_int_equal(notice->retry_ms, 12000);
    client_notice_free(notice);
    check_back_after(line, 12000);
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
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;
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
    struct fake_line *line = &((struct client_world *)*state)->line;
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

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, client_world_set_up,                 \
                                    client_world_tear_down)

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
        WORLD_TEST(a_line_that_was_of_use_is_tried_again_at_once_then_soon),
        WORLD_TEST(a_line_that_was_replaced_logs_in_joins_and_asks_again),
        WORLD_TEST(who_comes_back_joins_right_behind_the_login),
        WORLD_TEST(close_codes_say_whether_to_come_back),
        WORLD_TEST(a_refused_login_is_told_with_its_reason_and_ends_the_tries),
        WORLD_TEST(who_was_cut_off_comes_back_when_the_server_said),
        WORLD_TEST(a_login_that_came_too_soon_is_tried_when_the_server_said),
        WORLD_TEST(an_invitation_becomes_a_device_and_a_login),
        WORLD_TEST(a_spent_invitation_is_told_and_not_tried_again),
        WORLD_TEST(a_late_decision_connects_again_and_enrols_at_once),
        WORLD_TEST(an_enrolment_whose_answer_was_lost_shows_at_the_login),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
