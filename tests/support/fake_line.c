#include "tests/support/fake_line.h"

#include "protocol/record/statement.h"
#include "protocol/wire/blob_piece.h"
#include "protocol/wire/tight_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* --- Ports --------------------------------------------------------------- */

static enum result take_connect(void *user)
{
    struct fake_line *line = user;

    assert_false(line->is_connecting || line->is_open);
    line->is_connecting = true;
    line->is_closing = false;
    line->connects++;
    return RESULT_OK;
}

static void keep_piece(struct fake_line *line, const void *bytes, size_t size)
{
    struct blob_piece piece;

    if (blob_piece_decode(bytes, size, &piece) ||
        line->uploaded_size + piece.size > sizeof line->uploaded)
        return;
    memcpy(line->uploaded + line->uploaded_size, piece.bytes, piece.size);
    line->uploaded_size += piece.size;
}

static enum result take_sent(void *user, enum client_lane lane,
                             const void *bytes, size_t size)
{
    struct fake_line *line = user;

    if (!line->is_open || line->is_closing)
        return RESULT_CLOSED;
    if (lane != LANE_CONTROL) {
        assert_in_range(size, 1, sizeof line->binary);
        memcpy(line->binary, bytes, size);
        line->binary_size = size;
        line->binary_count++;
        keep_piece(line, bytes, size);
        return RESULT_OK;
    }
    assert_true(line->sent_count < LINE_SENT_MAX);
    line->sent[line->sent_count++] = strndup(bytes, size);
    return RESULT_OK;
}

static void take_close(void *user, uint16_t code)
{
    struct fake_line *line = user;

    (void)code;
    line->is_closing = true;
}

static enum result take_lane_open(void *user, unsigned lane)
{
    struct fake_lane *one = &((struct fake_line *)user)->lanes[lane];

    assert_in_range(lane, 1, LIMIT_LANES);
    assert_false(one->is_connecting || one->is_open);
    one->is_connecting = true;
    one->is_closing = false;
    one->connects++;
    return RESULT_OK;
}

static enum result take_lane_sent(void *user, unsigned lane,
                                  enum client_lane kind, const void *bytes,
                                  size_t size)
{
    struct fake_line *line = user;
    struct fake_lane *one = &line->lanes[lane];

    if (lane == 0 ? !line->is_open : !one->is_open || one->is_closing)
        return RESULT_CLOSED;
    if (kind == LANE_CONTROL) {
        free(one->sent);
        one->sent = strndup(bytes, size);
        return RESULT_OK;
    }
    assert_in_range(size, 1, sizeof one->binary);
    memcpy(one->binary, bytes, size);
    one->binary_size = size;
    one->binary_count++;
    return RESULT_OK;
}

static void take_lane_close(void *user, unsigned lane)
{
    ((struct fake_line *)user)->lanes[lane].is_closing = true;
}

static void take_lane_ping(void *user, unsigned lane)
{
    ((struct fake_line *)user)->lanes[lane].pings++;
}

static bool take_lane_look(void *user, unsigned lane, struct line_figures *out)
{
    const struct fake_line *line = user;

    if (lane == 0 ? !line->is_open : !line->lanes[lane].is_open)
        return false;
    *out = line->lanes[lane].figures;
    return true;
}

static void on_advice(void *user, unsigned rate, unsigned frame_ms,
                      unsigned floor_ms)
{
    struct fake_line *line = user;

    line->advised_rate = rate;
    line->advised_frame_ms = frame_ms;
    line->advised_floor_ms = floor_ms;
    line->advices++;
}

static int64_t now_ms(void *user)
{
    return ((struct fake_line *)user)->clock.monotonic_ms;
}

static enum result fill(void *user, void *out, size_t size)
{
    struct fake_line *line = user;

    return line->entropy.port.fill(line->entropy.port.user, out, size);
}

static void on_audio(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size)
{
    struct fake_line *line = user;

    (void)sequence;
    (void)timestamp;
    (void)flags;
    if (slot == 1 && size == 2 && payload[0] == 0xaa)
        line->sounds++;
}

static enum result take_job(void *user, struct client_job *job)
{
    struct fake_line *line = user;

    assert_true(line->job_count < LINE_JOBS_MAX);
    line->jobs[line->job_count++] = job;
    return RESULT_OK;
}

/* Those given while these are done are left for the next time. */
static void end_jobs(struct fake_line *line, bool is_working)
{
    struct client_job *jobs[LINE_JOBS_MAX];
    const size_t count = line->job_count;

    memcpy(jobs, line->jobs, sizeof jobs);
    line->job_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_working)
            jobs[i]->work(jobs[i]);
        jobs[i]->done(jobs[i], is_working ? line->engine : NULL);
    }
}

static enum result take_server_key(void *user, const struct key *server)
{
    struct fake_line *line = user;

    line->told = *server;
    line->told_count++;
    return line->told_result;
}

/* --- Life ---------------------------------------------------------------- */

void fake_line_init(struct fake_line *line, const char *holder)
{
    struct signing_key key = author_key(holder);

    memset(line, 0, sizeof *line);
    fake_clock_init(&line->clock, INT64_C(1795000000000));
    fake_entropy_init(&line->entropy, 11);
    line->server = author_key("server");
    line->profile = (struct keystore_profile){
        .host = "localhost",
        .port = 7443,
        .organisation = { AUTHOR_ORGANISATION },
        .label = "Máy của tôi",
        .server = server_fingerprint_of(&line->server.public_key),
    };
    (void)snprintf(line->profile.holder.text, IDENTIFIER_SIZE, "%s", holder);
    memcpy(line->profile.seed, key.seed, sizeof key.seed);
}

void fake_line_start(struct fake_line *line)
{
    const struct client_engine_config config = {
        .transport = { take_connect, take_sent, take_close, line },
        .lanes = { take_lane_open, take_lane_sent, take_lane_close,
                   take_lane_ping, take_lane_look, line },
        .clock = { now_ms, line },
        .entropy = { fill, line },
        .worker = { take_job, line },
        .ballots_path = line->ballots_path,
        .texts_path = line->texts_path,
        .notices = NULL,
        .act_cache = &line->cache,
        .journal = line->journal,
        .anchors = line->anchors,
        .follows_register = line->follows_register,
        .profile = &line->profile,
        .token = line->token,
        .server = line->accepted,
        .on_server_key = take_server_key,
        .server_key_user = line,
        .on_audio = on_audio,
        .on_voice_advice = on_advice,
        .audio_user = line,
    };
    struct client_engine_config with_notices = config;

    assert_int_equal(notice_queue_new(&line->notices, 256), RESULT_OK);
    with_notices.notices = line->notices;
    assert_int_equal(client_engine_new(&line->engine, &with_notices),
                     RESULT_OK);
    client_engine_start(line->engine);
}

void fake_line_stop(struct fake_line *line)
{
    end_jobs(line, false);
    line->engine = client_engine_free(line->engine);
    line->notices = notice_queue_free(line->notices);
    line->is_connecting = line->is_open = line->is_closing = false;
}

void fake_line_release(struct fake_line *line)
{
    size_t i;

    fake_line_stop(line);
    for (i = 0; i < line->sent_count; i++)
        free(line->sent[i]);
    for (i = 0; i <= LIMIT_LANES; i++)
        free(line->lanes[i].sent);
}

/* --- The other end ------------------------------------------------------- */

void line_open(struct fake_line *line)
{
    assert_true(line->is_connecting);
    line->is_connecting = false;
    line->is_open = true;
    (void)fill(line, line->exporter, sizeof line->exporter);
    (void)fill(line, line->nonce, sizeof line->nonce);
    client_engine_on_open(line->engine, line->exporter);
}

void line_say(struct fake_line *line, const char *text)
{
    client_engine_on_text(line->engine, text, strlen(text));
}

void line_say_binary(struct fake_line *line, const void *bytes, size_t size)
{
    client_engine_on_binary(line->engine, bytes, size);
}

void line_say_sound(struct fake_line *line, uint32_t sequence)
{
    static const uint8_t payload[] = { 0xaa, 0xbb };
    const struct audio_frame frame = { .slot = 1,
                                       .sequence = sequence,
                                       .timestamp = sequence * 960,
                                       .payload = payload,
                                       .payload_size = sizeof payload };
    uint8_t bytes[200];
    size_t size;

    assert_int_equal(
        tight_message_encode(&frame, 1, bytes, sizeof bytes, &size), RESULT_OK);
    line_say_binary(line, bytes, size);
}

void line_close(struct fake_line *line, uint16_t code)
{
    line->is_connecting = line->is_open = line->is_closing = false;
    client_engine_on_closed(line->engine, code);
}

static char *hello_of(struct fake_line *line, const struct signing_key *key,
                      const uint8_t *exporter)
{
    struct statement_hello fields;
    char server[HEX_SIZE(32)], nonce[HEX_SIZE(32)], hex[HEX_SIZE(64)];
    uint8_t *bytes = NULL;
    struct signature sig;
    json_t *list = succession_encode(&line->succession);
    char *steps = json_dumps(list, JSON_COMPACT);
    char *text = NULL;
    size_t size;

    memcpy(fields.exporter.bytes, exporter, 32);
    memcpy(fields.nonce.bytes, line->nonce, 32);
    assert_int_equal(statement_hello(&key->public_key,
                                     TEXT_LITERAL(AUTHOR_ORGANISATION), &fields,
                                     &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(key, bytes, size, &sig), RESULT_OK);
    free(bytes);
    hex_encode(key->public_key.bytes, 32, server);
    hex_encode(line->nonce, 32, nonce);
    hex_encode(sig.bytes, sizeof sig.bytes, hex);
    assert_true(asprintf(&text,
                         "{\"hello\":{\"v\":\"chibo.v1\",\"server\":\"%s\","
                         "\"organisation\":\"" AUTHOR_ORGANISATION
                         "\",\"nonce\":\"%s\",\"sig\":\"%s\"%s%s}}",
                         server, nonce, hex,
                         line->succession.count ? ",\"succession\":" : "",
                         line->succession.count ? steps : "") > 0);
    free(steps);
    json_decref(list);
    return text;
}

char *line_hello(struct fake_line *line)
{
    return hello_of(line, &line->server, line->exporter);
}

void lane_open(struct fake_line *line, unsigned lane,
               const struct signing_key *server)
{
    struct fake_lane *one = &line->lanes[lane];
    char *hello;

    assert_true(one->is_connecting);
    one->is_connecting = false;
    one->is_open = true;
    one->figures = (struct line_figures){ .is_established = true };
    (void)fill(line, one->exporter, sizeof one->exporter);
    client_engine_on_lane_open(line->engine, lane, one->exporter);
    hello = hello_of(line, server, one->exporter);
    client_engine_on_lane_text(line->engine, lane, hello, strlen(hello));
    free(hello);
}

void lane_take(struct fake_line *line, unsigned lane)
{
    static const char text[] = "{\"re\":4,\"ok\":true}";

    client_engine_on_lane_text(line->engine, lane, text, sizeof text - 1);
}

void lane_close(struct fake_line *line, unsigned lane)
{
    struct fake_lane *one = &line->lanes[lane];

    one->is_connecting = one->is_open = one->is_closing = false;
    client_engine_on_lane_closed(line->engine, lane);
}

void line_replace(struct fake_line *line)
{
    assert_true(line->is_open && !line->is_closing);
    (void)fill(line, line->exporter, sizeof line->exporter);
    (void)fill(line, line->nonce, sizeof line->nonce);
    client_engine_on_replaced(line->engine, line->exporter);
}

void line_log_in(struct fake_line *line)
{
    line_open(line);
    line_greet(line);
}

void line_greet(struct fake_line *line)
{
    char *hello;

    hello = line_hello(line);
    line_say(line, hello);
    free(hello);
    assert_non_null(line_sent_op(line, "login"));
    line_say(line, "{\"re\":3,\"ok\":true,\"member\":\"m4\",\"at\":5000}");
}

static void say_openings(struct fake_line *line,
                         const struct log_author *author, uint64_t seq)
{
    size_t i;

    for (i = 0; i < author->opening_count; i++) {
        if (author->opening_seqs[i] == seq)
            line_say(line, author->openings[i]);
    }
}

void line_say_log(struct fake_line *line, const struct log_author *author,
                  size_t from)
{
    char text[120];
    size_t seq;

    (void)snprintf(text, sizeof text, "{\"log\":\"%s\"}", author->scope.text);
    line_say(line, text);
    for (seq = from; seq < author->count; seq++) {
        line_say(line, author->events[seq]);
        say_openings(line, author, seq);
    }
    (void)snprintf(text, sizeof text, "{\"caught_up\":%zu,\"log\":\"%s\"}",
                   author->count, author->scope.text);
    line_say(line, text);
}

static json_int_t join_id(struct fake_line *line,
                          const struct log_author *author)
{
    const json_t *join = line_sent_join(line, author->scope.text);

    assert_non_null(join);
    return json_integer_value(json_object_get(join, "id"));
}

uint64_t line_joined_from(struct fake_line *line,
                          const struct log_author *author)
{
    const json_t *join = line_sent_join(line, author->scope.text);

    assert_non_null(join);
    return (uint64_t)json_integer_value(json_object_get(join, "from"));
}

void line_join(struct fake_line *line, const struct log_author *author)
{
    size_t from = (size_t)line_joined_from(line, author);
    char text[200];

    (void)snprintf(text, sizeof text,
                   "{\"re\":%lld,\"ok\":true,\"log\":\"%s\",\"state\":"
                   "\"joined\",\"next\":%zu}",
                   (long long)join_id(line, author), author->scope.text,
                   author->count);
    line_say(line, text);
    line_say_log(line, author, from);
}

void line_refuse_join(struct fake_line *line, const struct log_author *author,
                      const char *error)
{
    char text[300];

    (void)snprintf(text, sizeof text, "{\"re\":%lld,\"error\":%s}",
                   (long long)join_id(line, author), error);
    line_say(line, text);
}

void line_wait(struct fake_line *line, int64_t ms)
{
    fake_clock_advance(&line->clock, ms);
    if (client_engine_next_ms(line->engine) <= line->clock.monotonic_ms)
        client_engine_tick(line->engine);
}

/* --- The engine ---------------------------------------------------------- */

/* Parsed frames live until the next one is asked for. */
static const json_t *parsed(const char *text)
{
    static json_t *newest;

    json_decref(newest);
    newest = text ? json_loads(text, 0, NULL) : NULL;
    return newest;
}

const json_t *line_sent(struct fake_line *line)
{
    assert_true(line->sent_count > 0);
    return parsed(line->sent[line->sent_count - 1]);
}

const json_t *line_sent_op(struct fake_line *line, const char *op)
{
    size_t i;

    for (i = line->sent_count; i > 0; i--) {
        const json_t *frame = parsed(line->sent[i - 1]);
        const char *is = json_string_value(json_object_get(frame, "op"));

        if (is && strcmp(is, op) == 0)
            return frame;
    }
    return parsed(NULL);
}

size_t line_sent_count(const struct fake_line *line, const char *op)
{
    size_t count = 0, i;

    for (i = 0; i < line->sent_count; i++) {
        const json_t *frame = parsed(line->sent[i]);
        const char *is = json_string_value(json_object_get(frame, "op"));

        count += is && strcmp(is, op) == 0;
    }
    (void)parsed(NULL);
    return count;
}

const json_t *line_sent_join(struct fake_line *line, const char *log)
{
    size_t i;

    for (i = line->sent_count; i > 0; i--) {
        const json_t *frame = parsed(line->sent[i - 1]);
        const char *op = json_string_value(json_object_get(frame, "op"));
        const char *is = json_string_value(json_object_get(frame, "log"));

        if (op && is && strcmp(op, "join") == 0 && strcmp(is, log) == 0)
            return frame;
    }
    return parsed(NULL);
}

json_int_t line_sent_id(struct fake_line *line, const char *op)
{
    const json_t *frame = line_sent_op(line, op);

    assert_non_null(frame);
    return json_integer_value(json_object_get(frame, "id"));
}

void line_command(struct fake_line *line, uint64_t tag, const char *json)
{
    assert_int_equal(client_engine_command(line->engine, tag, json), RESULT_OK);
}

struct client_notice *line_notice(struct fake_line *line,
                                  enum client_notice_kind kind)
{
    struct client_notice *notice;

    while ((notice = notice_queue_take(line->notices)) != NULL) {
        if (notice->kind == kind)
            return notice;
        client_notice_free(notice);
    }
    print_error("there is no notice of kind %d\n", (int)kind);
    fail();
    abort(); /* fail() does not come back, which the compiler cannot know */
}

enum client_reason line_reason(struct fake_line *line,
                               enum client_notice_kind kind)
{
    struct client_notice *notice = line_notice(line, kind);
    enum client_reason reason = notice->reason;

    client_notice_free(notice);
    return reason;
}

bool line_has_notice(struct fake_line *line, enum client_notice_kind kind)
{
    struct client_notice *notice;
    bool is_there = false;

    while ((notice = notice_queue_take(line->notices)) != NULL) {
        is_there |= notice->kind == kind;
        client_notice_free(notice);
    }
    return is_there;
}

void line_work(struct fake_line *line) { end_jobs(line, true); }
