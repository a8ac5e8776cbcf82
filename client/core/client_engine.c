/* Phases of the line, time, and what kind of frame a text is. */
#include "client/core/client_engine_types.h"

#include "client/core/client_lines.h"

#include "client/core/secret_memory.h"
#include "protocol/base/text_fields.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/blob_piece.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { JITTER_PERCENT = 20, GOOD_LINE_MS = 5000 };
static const int64_t backoff_ms[] = { 200, 500, 1000, 2000, 5000, 10000 };

/* 0 = refused. A row per phase, a column per phase that may follow it. */
static const bool may_follow[ENGINE_PHASE_COUNT][ENGINE_PHASE_COUNT] = {
    [ENGINE_WAITING] = { [ENGINE_CONNECTING] = true, [ENGINE_STOPPED] = true },
    [ENGINE_CONNECTING] = { [ENGINE_GREETING] = true,
                            [ENGINE_WAITING] = true,
                            [ENGINE_CLOSING] = true,
                            [ENGINE_STOPPED] = true },
    [ENGINE_GREETING] = { [ENGINE_INVITING] = true,
                          [ENGINE_ENROLLING] = true,
                          [ENGINE_LOGGING_IN] = true,
                          [ENGINE_WAITING] = true,
                          [ENGINE_CLOSING] = true,
                          [ENGINE_STOPPED] = true },
    [ENGINE_INVITING] = { [ENGINE_INVITED] = true,
                          [ENGINE_WAITING] = true,
                          [ENGINE_CLOSING] = true,
                          [ENGINE_STOPPED] = true },
    [ENGINE_INVITED] = { [ENGINE_ENROLLING] = true,
                         [ENGINE_WAITING] = true,
                         [ENGINE_CLOSING] = true,
                         [ENGINE_STOPPED] = true },
    [ENGINE_ENROLLING] = { [ENGINE_LOGGING_IN] = true,
                           [ENGINE_WAITING] = true,
                           [ENGINE_CLOSING] = true,
                           [ENGINE_STOPPED] = true },
    [ENGINE_LOGGING_IN] = { [ENGINE_UP] = true,
                            [ENGINE_WAITING] = true,
                            [ENGINE_CLOSING] = true,
                            [ENGINE_STOPPED] = true },
    [ENGINE_UP] = { [ENGINE_WAITING] = true,
                    [ENGINE_CLOSING] = true,
                    [ENGINE_STOPPED] = true },
    [ENGINE_CLOSING] = { [ENGINE_WAITING] = true, [ENGINE_STOPPED] = true },
    [ENGINE_STOPPED] = { [ENGINE_CONNECTING] = true },
};

int64_t engine_now(const struct client_engine *engine)
{
    return engine->config.clock.monotonic_ms(engine->config.clock.user);
}

static enum client_line line_of(enum engine_phase phase)
{
    if (phase == ENGINE_UP)
        return LINE_UP;
    if (phase == ENGINE_STOPPED)
        return LINE_REFUSED;
    return phase == ENGINE_WAITING || phase == ENGINE_CLOSING ? LINE_DOWN
                                                              : LINE_CONNECTING;
}

void engine_enter(struct client_engine *engine, enum engine_phase phase)
{
    assert(may_follow[engine->phase][phase]);
    engine->phase = phase;
    engine->view.line = line_of(phase);
}

/* --- Life ---------------------------------------------------------------- */

static struct client_engine *new_engine(void)
{
    struct client_engine *engine = calloc(1, sizeof *engine);

    if (!engine)
        return NULL;
    engine->profile = secret_memory_new(sizeof *engine->profile);
    engine->key = secret_memory_new(sizeof *engine->key);
    if (engine->profile && engine->key && lines_open(engine) == RESULT_OK)
        return engine;
    secret_memory_free(engine->profile, sizeof *engine->profile);
    secret_memory_free(engine->key, sizeof *engine->key);
    free(engine);
    return NULL;
}

enum result client_engine_new(struct client_engine **out,
                              const struct client_engine_config *config)
{
    struct client_engine *engine;
    enum result result = RESULT_OK;

    if (!config->profile || config->profile->server.text[0] == '\0')
        return RESULT_INVALID;
    engine = new_engine();
    if (!engine)
        return RESULT_NO_MEMORY;
    engine->config = *config;
    engine->config.profile = NULL;
    engine->config.token = NULL;
    engine->config.server = NULL;
    if (config->server) {
        engine->accepted = *config->server;
        engine->has_accepted = true;
    }
    *engine->profile = *config->profile;
    engine->phase = ENGINE_WAITING;
    engine->retry_ms = INT64_MAX;
    engine->save_ms = INT64_MAX;
    engine->put_off_ms = INT64_MAX;
    engine->view.line = LINE_DOWN;
    engine->view.is_roster_checked = true;
    engine->requests_end = &engine->requests;
    logs_clear(engine, &engine->meeting);
    logs_clear(engine, &engine->registry);
    if (config->token) {
        memcpy(engine->token, config->token, sizeof engine->token);
        engine->has_token = true;
    }
    if (!identifier_is_empty(&config->profile->holder))
        result = engine_set_identity(engine, config->profile);
    else if (!config->token)
        result = RESULT_INVALID;
    if (result) {
        client_engine_free(engine);
        return result;
    }
    *out = engine;
    return RESULT_OK;
}

struct client_engine *client_engine_free(struct client_engine *engine)
{
    if (!engine)
        return NULL;
    requests_free(engine);
    lines_free(engine);
    blobs_free(engine);
    fetch_free(engine);
    rules_free(engine);
    ballots_free(engine);
    engine->meeting.follower = log_follower_free(engine->meeting.follower);
    engine->registry.follower = log_follower_free(engine->registry.follower);
    roster_check_free(engine->roster);
    memory_close(engine);
    texts_close(engine);
    secret_memory_free(engine->key, sizeof *engine->key);
    secret_memory_free(engine->profile, sizeof *engine->profile);
    free(engine->earlier);
    free(engine);
    return NULL;
}

const struct meeting_view *client_engine_view(struct client_engine *engine)
{
    return &engine->view;
}

static void begin_connection(struct client_engine *engine)
{
    engine_enter(engine, ENGINE_CONNECTING);
    engine->deadline_ms = engine_now(engine) + CLIENT_HANDSHAKE_MS;
    engine->close_reason = CLIENT_REASON_NONE;
    engine->is_close_final = false;
    engine->is_going_down = false;
    engine->is_proven = false;
    engine->close_refusal = (struct refusal){ .code = REFUSAL_NONE };
    notice_simple(engine, CLIENT_CONNECTING);
}

static void connect_now(struct client_engine *engine)
{
    begin_connection(engine);
    /* An attempt that cannot even begin is one that failed. */
    if (engine->config.transport.connect(engine->config.transport.user))
        client_engine_on_closed(engine, 0);
}

void client_engine_start(struct client_engine *engine)
{
    assert(engine->phase == ENGINE_WAITING);
    connect_now(engine);
}

static bool has_line(const struct client_engine *engine)
{
    return engine->phase != ENGINE_WAITING && engine->phase != ENGINE_STOPPED;
}

static int64_t pause_left_ms(const struct client_engine *engine)
{
    int64_t left_ms = engine->pause_until_ms - engine_now(engine);

    return left_ms > 0 ? left_ms : 0;
}

void client_engine_stop(struct client_engine *engine)
{
    if (engine->phase == ENGINE_UP && !memory_save(engine))
        return; /* dropped for good already */
    engine_drop(engine, CLIENT_REASON_CLOSED, true);
}

void client_engine_reconnect(struct client_engine *engine)
{
    if (engine->is_alarmed || has_line(engine))
        return;
    /* Sooner it would be refused, and it is tried then by itself. */
    if (engine->phase == ENGINE_WAITING && pause_left_ms(engine) > 0)
        return;
    engine->retries = 0;
    connect_now(engine);
}

void engine_connect_again(struct client_engine *engine)
{
    engine->retries = 0;
    engine->is_close_final = false;
    if (!has_line(engine))
        connect_now(engine);
}

/* --- Going down ---------------------------------------------------------- */

static void pause_for(struct client_engine *engine, int64_t pause_ms)
{
    engine->pause_until_ms = engine_now(engine) + pause_ms;
}

void engine_pause(struct client_engine *engine, const json_t *refused)
{
    const uint64_t most = LIMIT_PAUSE_MAX_MS / 1000;
    const json_t *args =
        json_object_get(json_object_get(refused, "error"), "args");
    const char *text = json_string_value(json_object_get(args, "seconds"));
    struct refusal refusal = refusal_of_answer(refused);
    uint64_t seconds = 0;

    if (refusal.code != REFUSAL_TOO_FAST && refusal.code != REFUSAL_PAUSED)
        return;
    engine->close_refusal = refusal;
    if (text && text_parse_number(text_view_of(text), &seconds))
        pause_for(engine, (int64_t)(seconds < most ? seconds : most) * 1000);
}

/* The first try after a line that was good and broke comes at once. */
static int64_t next_delay_ms(struct client_engine *engine, bool is_broken)
{
    size_t last = sizeof backoff_ms / sizeof backoff_ms[0] - 1;
    size_t step = engine->retries < last ? engine->retries : last;
    uint8_t random = 0;

    if (is_broken && engine->retries == 0 && engine->is_proven)
        return 0;
    engine->retries++;
    /* Without random bytes the delay is exact, which is no harm to one. */
    (void)engine->config.entropy.fill(engine->config.entropy.user, &random, 1);
    return backoff_ms[step] +
           backoff_ms[step] * JITTER_PERCENT * random / (INT64_C(100) * 255);
}

/* What a close code of the server means to us. */
static enum client_reason reason_of_code(uint16_t code, bool *is_final)
{
    *is_final = false;
    switch (code) {
    case 0:
    case 1006:
        return CLIENT_REASON_LINE;
    case 1001:
        return CLIENT_REASON_GOING_DOWN;
    case 1013:
        return CLIENT_REASON_TRY_LATER;
    case 4002:
        return CLIENT_REASON_TIMEOUT;
    case 4001:
        *is_final = true;
        return CLIENT_REASON_LOGIN;
    case 4006:
        return CLIENT_REASON_PAUSED;
    case 4003:
        *is_final = true;
        return CLIENT_REASON_REVOKED;
    case 4004:
        *is_final = true;
        return CLIENT_REASON_REPLACED;
    default:
        return CLIENT_REASON_CLOSED;
    }
}

static void settle(struct client_engine *engine, enum client_reason reason,
                   bool is_final, uint16_t code)
{
    struct client_notice *notice =
        notice_new(is_final ? CLIENT_REFUSED : CLIENT_LOST);
    int64_t now_ms = engine_now(engine), delay_ms = 0;

    if (is_final) {
        engine_enter(engine, ENGINE_STOPPED);
    } else {
        engine_enter(engine, ENGINE_WAITING);
        delay_ms = next_delay_ms(engine, reason == CLIENT_REASON_LINE);
        /* A server of before does not say how long. */
        if (reason == CLIENT_REASON_PAUSED && pause_left_ms(engine) == 0)
            pause_for(engine, LIMIT_PAUSE_MS);
        if (delay_ms < pause_left_ms(engine))
            delay_ms = pause_left_ms(engine);
        engine->retry_ms = now_ms + delay_ms;
    }
    if (notice) {
        notice->reason = reason;
        notice->refusal = engine->close_refusal;
        notice->close_code = code;
        notice->retry_ms = delay_ms;
    }
    notice_put(engine, notice);
}

/* What was under way on the connection is to be taken up again on the next. */
static void leave_connection(struct client_engine *engine)
{
    if (engine->is_proven)
        engine->retries = 0;
    logs_on_down(engine);
    requests_on_down(engine);
    blobs_on_down(engine);
    ballots_on_down(engine);
    lines_on_down(engine);
    engine->current = NULL;
}

void client_engine_on_replaced(struct client_engine *engine,
                               const uint8_t *exporter)
{
    struct client_notice *notice = notice_new(CLIENT_LOST);

    if (!has_line(engine) || engine->phase == ENGINE_CLOSING) {
        client_notice_free(notice);
        return;
    }
    leave_connection(engine);
    engine_enter(engine, ENGINE_WAITING);
    if (notice)
        notice->reason = CLIENT_REASON_LINE;
    notice_put(engine, notice);
    begin_connection(engine);
    client_engine_on_open(engine, exporter);
}

void client_engine_on_closed(struct client_engine *engine, uint16_t code)
{
    enum client_reason reason = engine->close_reason;
    bool is_final = engine->is_close_final;
    bool was_invited = engine->phase == ENGINE_INVITED;

    if (!has_line(engine))
        return;
    if (engine->phase != ENGINE_CLOSING) {
        reason = reason_of_code(code, &is_final);
        if (engine->is_going_down && !is_final)
            reason = CLIENT_REASON_GOING_DOWN;
    }
    leave_connection(engine);
    if (was_invited && !is_final) {
        /* The server waits ten seconds for a decision, a person may take
         * longer: client_enrol() connects again. */
        engine_enter(engine, ENGINE_WAITING);
        engine->retry_ms = INT64_MAX;
        return;
    }
    settle(engine, reason, is_final, code);
}

void engine_drop(struct client_engine *engine, enum client_reason reason,
                 bool is_final)
{
    if (!has_line(engine)) {
        if (is_final && engine->phase == ENGINE_WAITING)
            settle(engine, reason, true, 0);
        return;
    }
    if (engine->phase == ENGINE_CLOSING) {
        engine->is_close_final |= is_final;
        return;
    }
    engine->close_reason = reason;
    engine->is_close_final = is_final;
    engine_enter(engine, ENGINE_CLOSING);
    engine->config.transport.close(engine->config.transport.user, 1000);
}

/* --- Sending ------------------------------------------------------------- */

void engine_send_bytes(struct client_engine *engine, enum client_lane lane,
                       const void *bytes, size_t size)
{
    enum result result = engine->config.transport.send(
        engine->config.transport.user, lane, bytes, size);

    if (result && lane != LANE_AUDIO)
        engine_drop(engine, CLIENT_REASON_LINE, false);
}

void engine_send(struct client_engine *engine, json_t *object)
{
    char *text = NULL;
    size_t size = 0;

    if (!object || message_text(object, &text, &size))
        engine_drop(engine, CLIENT_REASON_LINE, false);
    else
        engine_send_bytes(engine, LANE_CONTROL, text, size);
    free(text);
    json_decref(object);
}

uint64_t engine_next_id(struct client_engine *engine)
{
    uint64_t id = 0;

    if (journal_next_request_id(engine->config.journal, &id)) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return 0;
    }
    return id;
}

/* --- Time ---------------------------------------------------------------- */

static bool is_in_handshake(const struct client_engine *engine)
{
    return engine->phase == ENGINE_CONNECTING ||
           engine->phase == ENGINE_GREETING ||
           engine->phase == ENGINE_INVITING ||
           engine->phase == ENGINE_ENROLLING ||
           engine->phase == ENGINE_LOGGING_IN;
}

int64_t client_engine_next_ms(const struct client_engine *engine)
{
    int64_t next_ms = INT64_MAX;

    if (engine->phase == ENGINE_WAITING)
        return engine->retry_ms;
    if (is_in_handshake(engine))
        return engine->deadline_ms;
    if (engine->phase == ENGINE_UP) {
        next_ms = logs_next_ms(engine);
        if (fetch_next_ms(engine) < next_ms)
            next_ms = fetch_next_ms(engine);
        if (ballots_next_ms(engine) < next_ms)
            next_ms = ballots_next_ms(engine);
        if (engine->put_off_ms < next_ms)
            next_ms = engine->put_off_ms;
        if (lines_next_ms(engine) < next_ms)
            next_ms = lines_next_ms(engine);
        if (!engine->is_proven && engine->up_ms + GOOD_LINE_MS < next_ms)
            next_ms = engine->up_ms + GOOD_LINE_MS;
    }
    return next_ms;
}

bool client_engine_watches_line(const struct client_engine *engine)
{
    return has_line(engine) && engine->meeting.phase != FOLLOW_OFF;
}

void client_engine_tick(struct client_engine *engine)
{
    int64_t now_ms = engine_now(engine);

    if (engine->phase == ENGINE_WAITING && now_ms >= engine->retry_ms) {
        connect_now(engine);
    } else if (is_in_handshake(engine) && now_ms >= engine->deadline_ms) {
        engine_drop(engine, CLIENT_REASON_TIMEOUT, false);
    } else if (engine->phase == ENGINE_UP) {
        if (now_ms >= engine->up_ms + GOOD_LINE_MS)
            engine->is_proven = true;
        logs_tick(engine);
        rules_pump(engine);
        fetch_pump(engine);
        ballots_tick(engine);
        requests_tick(engine);
        lines_tick(engine);
    }
}

/* --- Frames -------------------------------------------------------------- */

void client_engine_on_open(struct client_engine *engine,
                           const uint8_t *exporter)
{
    if (engine->phase != ENGINE_CONNECTING)
        return;
    memcpy(engine->exporter.bytes, exporter, sizeof engine->exporter.bytes);
    engine_enter(engine, ENGINE_GREETING);
}

static void on_answer(struct client_engine *engine, const json_t *frame,
                      const char *text, size_t size)
{
    uint64_t id;

    if (!json_read_number(frame, "re", &id)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
        return;
    }
    if (engine->phase != ENGINE_UP) {
        handshake_on_answer(engine, id, frame, text, size);
        return;
    }
    if (!logs_on_answer(engine, id, frame, text, size) &&
        !lines_on_answer(engine, id, frame) &&
        !hearing_on_answer(engine, id, frame) &&
        !giving_on_answer(engine, id, frame) &&
        !recovery_on_answer(engine, id) &&
        !blobs_on_answer(engine, id, frame, text, size) &&
        !ballots_on_answer(engine, id, frame, text, size))
        requests_on_answer(engine, id, frame, text, size);
}

/* A frame is known by a name that only its kind has. Unknown kinds are passed
 * over: a newer server may have more to say. */
static void on_frame(struct client_engine *engine, json_t *frame,
                     const char *text, size_t size)
{
    const json_t *hello = json_object_get(frame, "hello");

    if (engine->phase == ENGINE_GREETING) {
        if (hello)
            handshake_on_hello(engine, hello);
        else
            engine_drop(engine, CLIENT_REASON_NOT_THE_SERVER, true);
    } else if (json_object_get(frame, "ev")) {
        events_on_event(engine, frame, text, size);
    } else if (json_object_get(frame, "open")) {
        events_on_opening(engine, frame, text, size);
    } else if (json_object_get(frame, "re")) {
        on_answer(engine, frame, text, size);
    } else if (json_object_get(frame, "caught_up")) {
        logs_on_caught_up(engine, frame);
    } else if (json_object_get(frame, "note")) {
        logs_on_note(engine, frame);
    } else if (json_object_get(frame, "signed")) {
        checkpoints_on_signed(engine, json_object_get(frame, "signed"));
    } else if (json_object_get(frame, "sign")) {
        checkpoints_on_sign(engine, json_object_get(frame, "sign"));
    } else if (json_object_get(frame, "durable")) {
        blobs_on_durable(engine, frame);
    } else if (json_object_get(frame, "error")) {
        engine_pause(engine, frame);
        notice_answer(engine, 0, frame, text, size);
    } else if (json_object_get(frame, "log")) {
        logs_on_switch(engine, frame);
    }
}

void client_engine_on_text(struct client_engine *engine, const char *text,
                           size_t size)
{
    json_t *frame = NULL;
    bool had_device_news = engine->has_device_news;

    if (!has_line(engine) || engine->phase == ENGINE_CLOSING)
        return;
    if (size > LIMIT_EVENT_SIZE || message_parse(text, size, &frame)) {
        /* Before the server is proven, this is simply not a server of ours. */
        bool is_stranger = engine->phase == ENGINE_GREETING;

        engine_drop(engine,
                    is_stranger ? CLIENT_REASON_NOT_THE_SERVER
                                : CLIENT_REASON_BAD_MESSAGE,
                    is_stranger);
        return;
    }
    on_frame(engine, frame, text, size);
    if (had_device_news)
        devices_tell_news(engine);
    if (engine->has_ballot_news)
        ballots_pump(engine);
    json_decref(frame);
}

static void on_audio(struct client_engine *engine, const uint8_t *bytes,
                     size_t size)
{
    struct audio_message message;
    struct audio_frame frame;

    if (audio_message_open(&message, bytes, size))
        return;
    while (audio_message_next(&message, &frame, NULL))
        lines_on_audio(engine, &frame);
}

static void on_tight_audio(struct client_engine *engine, const uint8_t *bytes,
                           size_t size)
{
    struct tight_message message;
    struct audio_frame frame;

    if (tight_message_open(&message, bytes, size))
        return;
    while (tight_message_next(&message, &frame))
        lines_on_audio(engine, &frame);
}

void client_engine_on_binary(struct client_engine *engine, const uint8_t *bytes,
                             size_t size)
{
    if (engine->phase != ENGINE_UP || size == 0)
        return;
    if (bytes[0] == AUDIO_FRAME_TYPE)
        on_audio(engine, bytes, size);
    else if (bytes[0] == TIGHT_MESSAGE_TYPE)
        on_tight_audio(engine, bytes, size);
    else if (bytes[0] == BLOB_PIECE_TYPE)
        blobs_on_piece(engine, bytes, size);
}

void client_engine_send_audio(struct client_engine *engine, uint8_t flags,
                              uint32_t sequence, uint32_t timestamp,
                              const uint8_t *payload, size_t size)
{
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    struct audio_frame frame = { .flags = flags,
                                 .slot = engine->slot,
                                 .sequence = sequence,
                                 .timestamp = timestamp,
                                 .payload = payload };
    size_t written;

    if (engine->phase != ENGINE_UP || !engine->has_slot ||
        size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    frame.payload_size = (uint16_t)size;
    if (lines_send_audio(engine, &frame))
        return;
    if (audio_frame_encode(&frame, bytes, sizeof bytes, &written) == RESULT_OK)
        engine_send_bytes(engine, LANE_AUDIO, bytes, written);
}
