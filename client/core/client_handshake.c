/* Hello, enrolment, login: nothing is sent before the server is proven. */
#include "client/core/client_engine_types.h"

#include "client/core/client_lines.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement.h"

#include <stdlib.h>
#include <string.h>

enum result engine_set_identity(struct client_engine *engine,
                                const struct keystore_profile *profile)
{
    struct signing_key key;
    enum result result;

    if (identifier_is_empty(&profile->holder) ||
        identifier_is_empty(&profile->organisation))
        return RESULT_INVALID;
    result = signing_key_init(&key, profile->seed);
    if (result)
        return result;
    *engine->key = key;
    signing_key_wipe(&key);
    *engine->profile = *profile;
    engine->view.organisation = profile->organisation;
    engine->view.me = profile->holder;
    engine->view.device = engine->key->public_key;
    result = memory_open(engine);
    if (!result)
        result = texts_open(engine);
    engine->has_identity = result == RESULT_OK;
    return result;
}

/* --- hello --------------------------------------------------------------- */

bool handshake_read_hello(const json_t *object, struct hello *out)
{
    const json_t *version = json_object_get(object, "v");

    return json_is_string(version) &&
           strcmp(json_string_value(version), STATEMENT_PROTOCOL) == 0 &&
           json_read_hex(object, "server", out->server.bytes,
                         sizeof out->server.bytes) &&
           json_read_id(object, "organisation", &out->organisation) &&
           json_read_hex(object, "nonce", out->nonce.bytes,
                         sizeof out->nonce.bytes) &&
           json_read_hex(object, "sig", out->sig.bytes,
                         sizeof out->sig.bytes) &&
           succession_decode(json_object_get(object, "succession"),
                             &out->succession) == RESULT_OK;
}

static void ask_invitation(struct client_engine *engine)
{
    char token[HEX_SIZE(INVITATION_TOKEN_SIZE)];

    hex_encode(engine->token, sizeof engine->token, token);
    engine_enter(engine, ENGINE_INVITING);
    engine_send(engine, json_pack("{s:i, s:s, s:s}", "id", REQUEST_INVITATION,
                                  "op", "invitation", "token", token));
}

/* Hands a finished statement to the device's key; frees it. */
static bool sign_hex(const struct client_engine *engine, enum result made,
                     uint8_t *bytes, size_t size,
                     char hex[HEX_SIZE(SIGNATURE_SIZE)])
{
    struct signature sig;

    if (!made)
        made = statement_sign(engine->key, bytes, size, &sig);
    free(bytes);
    if (made)
        return false;
    hex_encode(sig.bytes, sizeof sig.bytes, hex);
    return true;
}

void handshake_enrol(struct client_engine *engine)
{
    const struct keystore_profile *profile = engine->profile;
    const struct statement_enrol fields = {
        .server = engine->server,
        .exporter = engine->exporter,
        .token = digest_sha256(engine->token, sizeof engine->token),
        .member = identifier_view(&profile->holder),
        .label = text_view_of(profile->label),
    };
    char token[HEX_SIZE(INVITATION_TOKEN_SIZE)], device[HEX_SIZE(KEY_SIZE)];
    char sig[HEX_SIZE(SIGNATURE_SIZE)];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made;

    engine_enter(engine, ENGINE_ENROLLING);
    engine->enrol_count++;
    engine->deadline_ms = engine_now(engine) + CLIENT_HANDSHAKE_MS;
    made = statement_enrol(&engine->key->public_key,
                           identifier_view(&profile->organisation), &fields,
                           &bytes, &size);
    if (!sign_hex(engine, made, bytes, size, sig)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, true);
        return;
    }
    hex_encode(engine->token, sizeof engine->token, token);
    hex_encode(engine->key->public_key.bytes, KEY_SIZE, device);
    engine_send(engine, json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "id",
                                  REQUEST_ENROL, "op", "enrol", "token", token,
                                  "member", profile->holder.text, "device",
                                  device, "label", profile->label, "sig", sig));
}

static void log_in(struct client_engine *engine)
{
    const struct keystore_profile *profile = engine->profile;
    const struct statement_login fields = {
        .server = engine->server,
        .exporter = engine->exporter,
        .nonce = engine->nonce,
        .member = identifier_view(&profile->holder),
    };
    char device[HEX_SIZE(KEY_SIZE)], sig[HEX_SIZE(SIGNATURE_SIZE)];
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result made;

    engine_enter(engine, ENGINE_LOGGING_IN);
    made = statement_login(&engine->key->public_key,
                           identifier_view(&profile->organisation), &fields,
                           &bytes, &size);
    if (!sign_hex(engine, made, bytes, size, sig)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, true);
        return;
    }
    hex_encode(engine->key->public_key.bytes, KEY_SIZE, device);
    engine_send(engine,
                json_pack("{s:i, s:s, s:s, s:s, s:s}", "id", REQUEST_LOGIN,
                          "op", "login", "member", profile->holder.text,
                          "device", device, "sig", sig));
    /* Who comes back has no time to lose: the server answers in order. */
    if (engine->phase == ENGINE_LOGGING_IN)
        engine->has_asked_ahead = logs_ask_ahead(engine);
}

void handshake_on_hello(struct client_engine *engine, const json_t *object)
{
    struct hello hello = { .nonce = { { 0 } } };
    enum client_reason reason = CLIENT_REASON_NOT_THE_SERVER;

    if (handshake_read_hello(object, &hello))
        reason = servers_judge(engine, &hello, &engine->exporter);
    if (reason == CLIENT_REASON_NONE &&
        servers_accept(engine, &hello) != RESULT_OK)
        reason = CLIENT_REASON_STORAGE;
    if (reason != CLIENT_REASON_NONE) {
        engine_drop(engine, reason, true);
        return;
    }
    engine->organisation = hello.organisation;
    engine->nonce = hello.nonce;
    if (!engine->has_identity)
        ask_invitation(engine);
    else if (engine->has_token)
        handshake_enrol(engine);
    else
        log_in(engine);
}

/* --- Answers ------------------------------------------------------------- */

static void refuse(struct client_engine *engine, enum client_reason reason,
                   const json_t *answer)
{
    engine->close_refusal = refusal_of_answer(answer);
    if (engine->close_refusal.code == REFUSAL_DEVICE_REVOKED)
        reason = CLIENT_REASON_REVOKED;
    engine_drop(engine, reason, true);
}

/* The server could not now; it may later. */
static bool is_passing(const json_t *answer)
{
    enum refusal_code code = refusal_of_answer(answer).code;

    return code == REFUSAL_BUSY || code == REFUSAL_TOO_FAST ||
           code == REFUSAL_STORE_FAILED;
}

static char *copy_member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_string(value)
               ? copy_text(json_string_value(value), json_string_length(value))
               : NULL;
}

static void on_invitation(struct client_engine *engine, const json_t *answer)
{
    struct client_notice *notice;
    struct identifier holder;

    if (!answer_is_ok(answer)) {
        if (is_passing(answer))
            engine_drop(engine, CLIENT_REASON_TRY_LATER, false);
        else
            refuse(engine, CLIENT_REASON_INVITATION, answer);
        return;
    }
    if (!json_read_id(answer, "member", &holder)) {
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, true);
        return;
    }
    engine_enter(engine, ENGINE_INVITED);
    notice = notice_new(CLIENT_INVITED);
    if (notice) {
        notice->organisation = engine->organisation;
        notice->holder = holder;
        notice->name = copy_member(answer, "name");
        notice->organisation_name = copy_member(answer, "organisation_name");
    }
    notice_put(engine, notice);
}

static void on_enrolled(struct client_engine *engine, const json_t *answer,
                        const char *text, size_t size)
{
    bool is_ok = answer_is_ok(answer);

    if (!is_ok && is_passing(answer)) {
        engine->enrol_count--;
        engine_drop(engine, CLIENT_REASON_TRY_LATER, false);
        return;
    }
    /* An invitation that is used may have been used by us: the line can have
     * been cut before the answer. The login shows it. */
    if (!is_ok && engine->enrol_count < 2) {
        if (engine->has_enrol_tag)
            notice_answer(engine, engine->enrol_tag, answer, text, size);
        engine->has_enrol_tag = false;
        refuse(engine, CLIENT_REASON_INVITATION, answer);
        return;
    }
    if (is_ok) {
        engine->has_token = false;
        if (engine->has_enrol_tag)
            notice_answer(engine, engine->enrol_tag, answer, text, size);
        engine->has_enrol_tag = false;
    }
    log_in(engine);
}

static void refuse_login(struct client_engine *engine, const json_t *answer,
                         const char *text, size_t size)
{
    if (engine->has_enrol_tag)
        notice_answer(engine, engine->enrol_tag, answer, text, size);
    engine->has_enrol_tag = false;
    refuse(engine, CLIENT_REASON_LOGIN, answer);
}

static void on_logged_in(struct client_engine *engine, const json_t *answer,
                         const char *text, size_t size)
{
    struct client_notice *notice;
    uint64_t at_ms = 0;

    if (!answer_is_ok(answer)) {
        engine_pause(engine, answer);
        if (engine->close_refusal.code == REFUSAL_PAUSED)
            engine_drop(engine, CLIENT_REASON_PAUSED, false);
        else if (is_passing(answer))
            engine_drop(engine, CLIENT_REASON_TRY_LATER, false);
        else
            refuse_login(engine, answer, text, size);
        return;
    }
    if (engine->has_enrol_tag)
        request_answer_locally(engine, engine->enrol_tag, NULL);
    engine->has_enrol_tag = false;
    engine->has_token = false;
    engine_enter(engine, ENGINE_UP);
    engine->up_ms = engine_now(engine);
    notice = notice_new(CLIENT_CONNECTED);
    if (notice && json_read_number(answer, "at", &at_ms))
        notice->on_time_ms = (int64_t)at_ms;
    notice_put(engine, notice);
    if (!engine->has_asked_ahead)
        logs_on_up(engine);
    lines_on_up(engine);
    blobs_on_up(engine);
    requests_pump(engine);
}

void handshake_on_answer(struct client_engine *engine, uint64_t id,
                         const json_t *answer, const char *text, size_t size)
{
    if (engine->phase == ENGINE_INVITING && id == REQUEST_INVITATION)
        on_invitation(engine, answer);
    else if (engine->phase == ENGINE_ENROLLING && id == REQUEST_ENROL)
        on_enrolled(engine, answer, text, size);
    else if (engine->phase == ENGINE_LOGGING_IN && id == REQUEST_LOGIN)
        on_logged_in(engine, answer, text, size);
    else
        engine_drop(engine, CLIENT_REASON_BAD_MESSAGE, false);
}

enum result client_engine_enrol(struct client_engine *engine, uint64_t tag,
                                const struct keystore_profile *profile,
                                struct journal *journal)
{
    enum result result;

    if (!engine->has_token || engine->has_identity ||
        strcmp(profile->server.text, engine->profile->server.text) != 0)
        return RESULT_INVALID;
    engine->config.journal = journal;
    result = engine_set_identity(engine, profile);
    if (result)
        return result;
    engine->has_enrol_tag = true;
    engine->enrol_tag = tag;
    if (engine->phase == ENGINE_INVITED)
        handshake_enrol(engine);
    else if (engine->phase == ENGINE_WAITING)
        engine->retry_ms = engine_now(engine);
    return RESULT_OK;
}
