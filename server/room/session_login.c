/* Who is there: the server's hello, invitations, enrolment, login. */
#include "server/room/room_types.h"

#include "protocol/record/digest.h"
#include "protocol/record/statement.h"
#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

enum { TOKEN_SIZE = 16 };

/* --- hello --------------------------------------------------------------- */

struct greeting {
    struct hub *hub;
    uint64_t session;
    const struct signing_key *identity;
    uint8_t *bytes;
    size_t size;
    struct signature sig;
    bool is_good;
};

static void sign_greeting(void *data)
{
    struct greeting *job = data;

    job->is_good = statement_sign(job->identity, job->bytes, job->size,
                                  &job->sig) == RESULT_OK;
}

static void say_hello(struct session *session, const struct signature *sig)
{
    const struct hub *hub = session->hub;
    char server[HEX_SIZE(KEY_SIZE)];
    char nonce[HEX_SIZE(HASH_SIZE)];
    char sig_hex[HEX_SIZE(SIGNATURE_SIZE)];

    hex_encode(hub->config.identity->public_key.bytes, KEY_SIZE, server);
    hex_encode(session->nonce.bytes, HASH_SIZE, nonce);
    hex_encode(sig->bytes, SIGNATURE_SIZE, sig_hex);
    session->phase = SESSION_GREETED;
    session_send_json(
        session, json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:O*}}", "hello", "v",
                           STATEMENT_PROTOCOL, "server", server, "organisation",
                           hub->config.organisation.text, "nonce", nonce, "sig",
                           sig_hex, "succession", hub->succession));
}

static void on_greeting_signed(void *data, enum result result)
{
    struct greeting *job = data;
    struct session *session = hub_session(job->hub, job->session);

    if (session && session->phase == SESSION_NEW) {
        if (result == RESULT_OK && job->is_good) {
            say_hello(session, &job->sig);
            session_resume_inbox(session);
        } else {
            session_end(session, CLOSE_TRY_LATER, "the server is busy");
        }
    }
    free(job->bytes);
    free(job);
}

static void greet_administrator(struct session *session)
{
    const struct hub *hub = session->hub;
    char server[HEX_SIZE(KEY_SIZE)];

    hex_encode(hub->config.identity->public_key.bytes, KEY_SIZE, server);
    session->phase = SESSION_READY;
    session->actor.kind = ACTOR_ADMINISTRATOR;
    session_send_json(session,
                      json_pack("{s:{s:s, s:s, s:s, s:s, s:I, s:s}}", "hello",
                                "v", STATEMENT_PROTOCOL, "server", server,
                                "organisation", hub->config.organisation.text,
                                "host", hub->public_host, "port",
                                (json_int_t)hub->config.public_port,
                                "fingerprint", hub->fingerprint.text));
}

void session_greet(struct session *session)
{
    struct hub *hub = session->hub;
    struct statement_hello fields = { 0 };
    struct greeting *job = NULL;

    if (session->peer.is_administrator) {
        greet_administrator(session);
        return;
    }
    job = calloc(1, sizeof *job);
    if (!job || entropy_fill(hub->config.entropy, session->nonce.bytes,
                             HASH_SIZE) != RESULT_OK)
        goto fail;
    job->hub = hub;
    job->session = session->id;
    job->identity = hub->config.identity;
    memcpy(fields.exporter.bytes, session->peer.exporter, HASH_SIZE);
    fields.nonce = session->nonce;
    if (statement_hello(&hub->config.identity->public_key,
                        identifier_view(&hub->config.organisation), &fields,
                        &job->bytes, &job->size) != RESULT_OK)
        goto fail;
    if (hub_work(hub, sign_greeting, on_greeting_signed, job) == RESULT_OK)
        return;

fail:
    if (job)
        free(job->bytes);
    free(job);
    session_end(session, CLOSE_TRY_LATER, "the server is busy");
}

/* --- invitation ---------------------------------------------------------- */

static void answer_invitation(struct session *session, uint64_t request,
                              const struct identifier *holder)
{
    const struct room *registry = session->hub->register_room;
    const struct register_state *state = registry->committed_register;
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);
    uint64_t seq = member ? member->name_seq : site ? site->name_seq : 0;
    const struct room_opening *name = room_find_opening(registry, seq, "name");
    const struct room_opening *organisation =
        room_find_opening(registry, 0, "name");
    json_t *answer = answer_ok(request);

    if (answer) {
        json_object_set_new(answer, "member", json_string(holder->text));
        json_object_set_new(answer, "name",
                            json_string(name ? name->value : ""));
        json_object_set_new(
            answer, "organisation_name",
            json_string(organisation ? organisation->value : ""));
    }
    session_send_json(session, answer);
}

void session_invitation(struct session *session, struct request *request)
{
    const struct register_state *state =
        session->hub->register_room->committed_register;
    const struct register_invitation *invitation;
    uint8_t token[TOKEN_SIZE];
    struct hash hash;

    if (!json_read_hex(request->object, "token", token, sizeof token)) {
        session_refuse_field(session, request->command.request, "token",
                             "missing or wrong");
        request_free(request);
        return;
    }
    hash = digest_sha256(token, sizeof token);
    invitation = register_state_invitation_by_token(state, &hash);
    if (!invitation || invitation->is_over)
        session_refuse_code(session, request->command.request,
                            REFUSAL_INVITATION_UNKNOWN);
    else if (invitation->expires_ms <= room_now_ms(session->hub->register_room))
        session_refuse_code(session, request->command.request,
                            REFUSAL_INVITATION_EXPIRED);
    else
        answer_invitation(session, request->command.request,
                          &invitation->holder);
    request_free(request);
}

/* --- enrol
 * --------------------------------------------------------------------------------
 */

/* What the request says of the new device; `token` is of the invitation. */
static bool read_enrolment(const json_t *object, struct hash *token,
                           struct register_device_enrolled *out)
{
    const json_t *label = json_object_get(object, "label");
    uint8_t raw[TOKEN_SIZE];

    if (!json_read_hex(object, "token", raw, sizeof raw) ||
        !json_read_id(object, "member", &out->holder) ||
        !json_read_hex(object, "device", out->device.bytes, KEY_SIZE) ||
        !json_read_hex(object, "sig", out->sig.bytes, SIGNATURE_SIZE) ||
        !json_is_string(label) ||
        text_check(text_view_of(json_string_value(label)), LIMIT_LABEL_LENGTH,
                   false) != RESULT_OK ||
        text_has_unseen(text_view_of(json_string_value(label))))
        return false;
    *token = digest_sha256(raw, sizeof raw);
    out->label.value = text_view_of(json_string_value(label));
    out->label.has_value = true;
    return true;
}

static void on_enrol_verified(struct session *session, struct request *request,
                              bool is_good)
{
    struct register_device_enrolled enrolled = { 0 };
    struct hash token;

    if (!is_good) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_BAD_SIGNATURE);
    } else if (read_enrolment(request->object, &token, &enrolled)) {
        memcpy(enrolled.exporter.bytes, session->peer.exporter, HASH_SIZE);
        register_room_enrol(session->hub->register_room, session,
                            request->command.request, &token, &enrolled);
    }
    request_free(request);
}

static enum result verify_enrolment(struct session *session,
                                    struct request *request,
                                    const struct hash *token,
                                    const struct register_device_enrolled *said)
{
    struct hub *hub = session->hub;
    struct statement_enrol fields = { .token = *token };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    fields.server = hub->config.identity->public_key;
    memcpy(fields.exporter.bytes, session->peer.exporter, HASH_SIZE);
    fields.member = identifier_view(&said->holder);
    fields.label = said->label.value;
    result = statement_enrol(&said->device,
                             identifier_view(&hub->config.organisation),
                             &fields, &bytes, &size);
    if (result == RESULT_OK)
        result = hub_verify(hub, session, &said->device, bytes, size,
                            &said->sig, request, on_enrol_verified);
    if (result != RESULT_OK)
        free(bytes);
    return result;
}

void session_enrol(struct session *session, struct request *request)
{
    struct register_device_enrolled said = { 0 };
    enum refusal_code code = REFUSAL_NONE;
    struct hash token;

    if (!read_enrolment(request->object, &token, &said)) {
        session_refuse_field(session, request->command.request,
                             "token, member, device, label, sig",
                             "missing or wrong");
        request_free(request);
        return;
    }
    if (session->is_enrol_spent || session->peer.is_administrator ||
        session->actor.kind != ACTOR_NONE)
        code = REFUSAL_ALREADY_LOGGED_IN;
    else if (key_check(&said.device) != RESULT_OK)
        code = REFUSAL_BAD_KEY;
    if (code == REFUSAL_NONE) {
        session->is_enrol_spent = true;
        if (verify_enrolment(session, request, &token, &said) == RESULT_OK)
            return;
        code = REFUSAL_BAD_SIGNATURE;
    }
    session_refuse_code(session, request->command.request, code);
    request_free(request);
}

/* --- login
 * --------------------------------------------------------------------------------
 */

static void fail_login(struct session *session, uint64_t request,
                       enum refusal_code code)
{
    session->hub->figures.logins_refused[LOGIN_FAILED]++;
    session_refuse_code(session, request, code);
    session_end(session, CLOSE_LOGIN_FAILED, "login failed");
}

static void accept_login(struct session *session, uint64_t request,
                         const struct register_device *device)
{
    json_t *answer = answer_ok(request);

    session->actor.kind = ACTOR_HOLDER;
    session->actor.holder = device->holder;
    session->actor.device = device->key;
    session->phase = SESSION_READY;
    session->hub->figures.logins++;
    log_info("session %llu: %s is there", (unsigned long long)session->id,
             device->holder.text);
    hub_end_device(session->hub, &device->key, CLOSE_REPLACED,
                   "this device opened another connection", session);
    if (answer) {
        json_object_set_new(answer, "member", json_string(device->holder.text));
        json_object_set_new(
            answer, "at",
            json_integer(clock_utc_ms(session->hub->config.clock)));
    }
    session_send_json(session, answer);
}

static void on_login_verified(struct session *session, struct request *request,
                              bool is_good)
{
    const struct register_state *state =
        session->hub->register_room->committed_register;
    uint64_t id = request->command.request;
    const struct register_device *device = NULL;
    struct identifier member;
    struct key key;

    if (json_read_hex(request->object, "device", key.bytes, KEY_SIZE) &&
        json_read_id(request->object, "member", &member))
        device = register_state_device(state, &key);
    if (!is_good || !device || !identifier_equal(&device->holder, &member)) {
        fail_login(session, id, REFUSAL_LOGIN_FAILED);
    } else if (device->is_revoked) {
        session->hub->figures.logins_refused[LOGIN_REVOKED]++;
        session_refuse_code(session, id, REFUSAL_DEVICE_REVOKED);
        session_end(session, CLOSE_REVOKED, "this device was revoked");
    } else {
        accept_login(session, id, device);
    }
    request_free(request);
}

void session_login(struct session *session, struct request *request)
{
    struct hub *hub = session->hub;
    struct statement_login fields = { 0 };
    struct identifier member;
    struct key device;
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!json_read_id(request->object, "member", &member) ||
        !json_read_hex(request->object, "device", device.bytes, KEY_SIZE) ||
        !json_read_hex(request->object, "sig", sig.bytes, SIGNATURE_SIZE)) {
        session_refuse_field(session, request->command.request,
                             "member, device, sig", "missing or wrong");
        request_free(request);
        return;
    }
    if (session->is_login_spent || session->actor.kind != ACTOR_NONE) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_ALREADY_LOGGED_IN);
        request_free(request);
        return;
    }
    session->is_login_spent = true;
    /* Before the signature, which costs the most, is looked at. */
    if (session_is_turned_away(session, request->command.request, &device)) {
        request_free(request);
        return;
    }
    fields.server = hub->config.identity->public_key;
    memcpy(fields.exporter.bytes, session->peer.exporter, HASH_SIZE);
    fields.nonce = session->nonce;
    fields.member = identifier_view(&member);
    result =
        statement_login(&device, identifier_view(&hub->config.organisation),
                        &fields, &bytes, &size);
    if (result == RESULT_OK)
        result = hub_verify(hub, session, &device, bytes, size, &sig, request,
                            on_login_verified);
    if (result != RESULT_OK) {
        free(bytes);
        fail_login(session, request->command.request, REFUSAL_LOGIN_FAILED);
        request_free(request);
    }
}
