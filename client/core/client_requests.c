/* Commands: prepared at once, signed when they are sent, sent again under the
 * same id and in the same bytes until they are answered. */
#include "client/core/client_engine_types.h"

#include "client/core/client_lines.h"
#include "client/core/command_author.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static struct request *request_free(struct request *request)
{
    if (!request)
        return NULL;
    json_decref(request->object);
    /* It may be a PIN. */
    if (request->text)
        OPENSSL_cleanse(request->text, request->size);
    free(request->text);
    free(request);
    return NULL;
}

void requests_free(struct client_engine *engine)
{
    while (engine->requests) {
        struct request *request = engine->requests;

        engine->requests = request->next;
        request_free(request);
    }
    engine->requests_end = &engine->requests;
    engine->request_count = 0;
}

/* Takes the request out of the list; the caller owns it. */
static struct request *detach(struct client_engine *engine, uint64_t id)
{
    struct request **link = &engine->requests;

    while (*link && (*link)->id != id)
        link = &(*link)->next;
    if (*link) {
        struct request *request = *link;

        *link = request->next;
        if (!*link)
            engine->requests_end = link;
        engine->request_count--;
        return request;
    }
    return NULL;
}

static void append(struct client_engine *engine, struct request *request)
{
    request->next = NULL; /* it may have been in the list before */
    *engine->requests_end = request;
    engine->requests_end = &request->next;
    engine->request_count++;
}

/* --- Sending ------------------------------------------------------------- */

const struct request *request_find(const struct client_engine *engine,
                                   uint64_t id)
{
    const struct request *request = engine->requests;

    while (request && request->id != id)
        request = request->next;
    return request;
}

/* Is it known where we stand in the log that this command is for? */
static bool is_placed(struct client_engine *engine,
                      const struct request *request)
{
    const struct followed *followed = engine_followed(engine, &request->log);

    if (!followed)
        return !request->is_text; /* it waits for its meeting */
    if (followed->phase == FOLLOW_LOBBY)
        return true;
    if (followed->phase == FOLLOW_REFUSED)
        return log_follower_next(followed->follower) == 0 ||
               followed != &engine->meeting || engine->view.is_roster_checked;
    return logs_may_sign(followed);
}

/* A member who takes back her own device signs that herself, if she holds the
 * register; otherwise the server does. */
static bool is_own_revocation(struct client_engine *engine,
                              const struct request *request)
{
    const struct register_state *state = engine->view.org;
    const struct register_device *device;
    struct key key;

    if (request->op != OP_REVOKE_DEVICE || !state ||
        !json_read_hex(request->object, "device", key.bytes, sizeof key.bytes))
        return false;
    device = register_state_device(state, &key);
    return device &&
           identifier_equal(&device->holder, &engine->profile->holder);
}

/* What is signed has to outlive a crash: nobody must make us deny it. */
bool request_seen(struct followed *followed, struct statement_seen *seen)
{
    uint64_t next = followed ? log_follower_next(followed->follower) : 0;

    /* What the server may have lost is nothing to agree on. */
    if (followed && followed->is_held && followed->hold.next < next)
        next = followed->hold.next;
    *seen = (struct statement_seen){ .seq = 0 };
    if (next == 0)
        return true;
    if (!memory_bind(followed, next))
        return false;
    seen->seq = next - 1;
    seen->head = log_follower_head_at(followed->follower, next - 1);
    return true;
}

/* What the statement of a ballot's command says beside its fields. */
static const struct ballot_terms *
ballot_terms_of(const struct client_engine *engine,
                const struct request *request, struct ballot_terms *out)
{
    const struct noted_ballot *ballot = NULL;
    struct identifier id;

    if (json_read_id(request->object, "ballot", &id))
        ballot = ballot_notes_find(&engine->ballot_notes, &id);
    if (!ballot)
        return NULL;
    *out = (struct ballot_terms){ .uuid = text_view_of(ballot->uuid),
                                  .teller_count = ballot->teller_count,
                                  .threshold = ballot->threshold };
    return out;
}

/* The one who asked is told: the user, or the ballot. */
static void answer_request(struct client_engine *engine,
                           const struct request *request, const json_t *object,
                           const char *text, size_t size)
{
    if (request->is_own)
        ballots_on_order(engine, &request->ballot, request->order, object);
    else if (!request->is_quiet)
        notice_answer(engine, request->tag, object, text, size);
}

static void refuse_request(struct client_engine *engine,
                           const struct request *request,
                           const struct refusal *refusal)
{
    json_t *object;

    if (request->is_quiet)
        return;
    if (!request->is_own) {
        request_answer_locally(engine, request->tag, refusal);
        return;
    }
    object = json_pack("{s:o}", "error", refusal_to_json(refusal));
    ballots_on_order(engine, &request->ballot, request->order, object);
    json_decref(object);
}

static bool write_text(struct client_engine *engine, struct request *request)
{
    struct command_signer signer = { .key = engine->key,
                                     .holder = engine->profile->holder };
    struct ballot_terms terms;
    enum result result;

    if (command_is_signed(request->op) || is_own_revocation(engine, request)) {
        if (!request_seen(engine_followed(engine, &request->log), &signer.seen))
            return false;
        signer.ballot = ballot_terms_of(engine, request, &terms);
        result = command_sign(request->object, &signer, &request->text,
                              &request->size);
    } else {
        result = message_text(request->object, &request->text, &request->size);
    }
    if (result) {
        struct refusal refusal = { .code = REFUSAL_BAD_MESSAGE };

        refusal_add_text(&refusal, "problem",
                         text_view_of(result_text(result)));
        request = detach(engine, request->id);
        refuse_request(engine, request, &refusal);
        request_free(request);
        return false;
    }
    json_decref(request->object);
    request->object = NULL;
    return true;
}

static void send_request(struct client_engine *engine, struct request *request)
{
    if (request->kind == REQUEST_COMMAND && !is_placed(engine, request))
        return;
    if (request->retry_ms > engine_now(engine))
        return;
    if (!request->text && !write_text(engine, request))
        return;
    request->is_sent = true;
    engine_send_bytes(engine, LANE_CONTROL, request->text, request->size);
}

void requests_pump(struct client_engine *engine)
{
    struct request *request = engine->requests, *next;

    for (; request && engine->phase == ENGINE_UP; request = next) {
        next = request->next;
        if (!request->is_sent)
            send_request(engine, request);
    }
}

void requests_on_down(struct client_engine *engine)
{
    struct request *request;

    for (request = engine->requests; request; request = request->next)
        request->is_sent = false;
}

/* A session's requests are answered in their order: what was asked before a
 * join and is not answered when the join is, was lost with the room. */
void requests_repeat(struct client_engine *engine, const struct identifier *log,
                     uint64_t join_request)
{
    struct request *request;

    for (request = engine->requests; request; request = request->next) {
        if (request->kind == REQUEST_COMMAND && request->id < join_request &&
            identifier_equal(&request->log, log))
            request->is_sent = false;
    }
}

/* What was not sent yet and cannot be signed any more: where the log stood is
 * forgotten with it. */
void requests_on_forgotten(struct client_engine *engine,
                           const struct identifier *log)
{
    struct refusal refusal = { .code = REFUSAL_NOT_JOINED };
    struct request *request = engine->requests, *next;

    for (; request; request = next) {
        next = request->next;
        if (request->kind != REQUEST_COMMAND || request->text ||
            !identifier_equal(&request->log, log))
            continue;
        request = detach(engine, request->id);
        refuse_request(engine, request, &refusal);
        request_free(request);
    }
}

/* --- Answers ------------------------------------------------------------- */

/* Can it be given before a meeting has any event? */
static bool begins_log(enum command_op op)
{
    return op == OP_OPEN_LOBBY || op == OP_PREPARE_MEETING;
}

static void after_answer(struct client_engine *engine,
                         const struct request *request, bool is_ok)
{
    struct followed *followed = engine_followed(engine, &request->log);

    if (!followed || request->kind != REQUEST_COMMAND)
        return;
    if (request->op == OP_LEAVE &&
        !(followed == &engine->registry && engine->config.follows_register))
        logs_forget(engine, followed);
    else if (begins_log(request->op) && is_ok &&
             followed->phase == FOLLOW_REFUSED)
        logs_ask(engine, followed);
}

void requests_tick(struct client_engine *engine)
{
    const int64_t now_ms = engine_now(engine);
    const struct request *request;

    if (now_ms < engine->put_off_ms)
        return;
    engine->put_off_ms = INT64_MAX;
    for (request = engine->requests; request; request = request->next)
        if (request->retry_ms > now_ms &&
            request->retry_ms < engine->put_off_ms)
            engine->put_off_ms = request->retry_ms;
    requests_pump(engine);
}

void requests_on_answer(struct client_engine *engine, uint64_t id,
                        const json_t *answer, const char *text, size_t size)
{
    struct request *request = detach(engine, id);

    if (!request)
        return; /* a repeated request, answered twice */
    if (request->is_text && !answer_is_ok(answer) &&
        texts_on_refused(engine, request, answer)) {
        if (request->retry_ms < engine->put_off_ms)
            engine->put_off_ms = request->retry_ms;
        append(engine, request);
        return;
    }
    answer_request(engine, request, answer, text, size);
    after_answer(engine, request, answer_is_ok(answer));
    request_free(request);
}

void requests_refuse_all(struct client_engine *engine, enum refusal_code code)
{
    struct refusal refusal = { .code = code };

    while (engine->requests) {
        struct request *request = detach(engine, engine->requests->id);

        refuse_request(engine, request, &refusal);
        request_free(request);
    }
}

/* --- Taking commands in -------------------------------------------------- */

static void refuse(struct client_engine *engine, uint64_t tag,
                   enum refusal_code code)
{
    struct refusal refusal = { .code = code };

    request_answer_locally(engine, tag, &refusal);
}

static void refuse_field(struct client_engine *engine, uint64_t tag,
                         const struct field_error *error)
{
    struct refusal refusal = { .code = REFUSAL_BAD_MESSAGE };

    refusal_add_text(&refusal, "path", text_view_of(error->path));
    refusal_add_text(&refusal, "problem",
                     text_view_of(error->reason ? error->reason : "malformed"));
    request_answer_locally(engine, tag, &refusal);
}

/* Which log a command is for: the one it names, or the obvious one. */
static bool choose_log(const struct client_engine *engine,
                       const json_t *command, enum command_op op,
                       struct identifier *log)
{
    if (json_object_get(command, "log"))
        return json_read_id(command, "log", log);
    *log = command_is_of_register(op) ? engine->profile->organisation
                                      : engine->view.log;
    return !identifier_is_empty(log);
}

static struct request *new_request(struct client_engine *engine, uint64_t tag,
                                   enum request_kind kind)
{
    struct request *request = calloc(1, sizeof *request);

    if (!request)
        return NULL;
    request->id = engine_next_id(engine);
    if (request->id == 0)
        return request_free(request);
    request->tag = tag;
    request->kind = kind;
    return request;
}

static void take(struct client_engine *engine, struct request *request)
{
    append(engine, request);
    requests_pump(engine);
}

/* Complete but for its signature. What it is made of stays the caller's. */
static enum result author(struct client_engine *engine, struct request *request,
                          const json_t *command, struct field_error *error)
{
    const bool is_text = texts_are_of(request->op);
    json_t *plain = is_text ? texts_plain(command) : NULL;
    enum result result = RESULT_NO_MEMORY;

    if (plain || !is_text)
        result = command_author(is_text ? plain : command, request->id,
                                &request->log, &engine->config.entropy,
                                &request->object, error);
    if (!result && is_text && !request->is_text)
        texts_begin(engine, request, command, plain);
    json_decref(plain);
    return result;
}

struct request *request_again(struct client_engine *engine,
                              const struct kept_text *text)
{
    const char *name = json_string_value(json_object_get(text->command, "op"));
    struct request *request;

    if (!name)
        return NULL;
    request = calloc(1, sizeof *request);
    if (!request)
        return NULL;
    request->id = text->id;
    request->kind = REQUEST_COMMAND;
    request->op = command_op_of(text_view_of(name));
    request->log = text->log;
    request->is_text = request->is_quiet = true;
    request->text_number = text->number;
    if (!texts_are_of(request->op) ||
        author(engine, request, text->command, NULL))
        return request_free(request);
    append(engine, request);
    return request;
}

static void log_command(struct client_engine *engine, uint64_t tag,
                        const json_t *command, enum command_op op)
{
    struct field_error error = { .reason = NULL };
    enum refusal_code code;
    struct request *request;
    struct identifier log;
    enum result result;

    /* Only what begins a log can be signed without having seen any of it. */
    if (!choose_log(engine, command, op, &log) ||
        (command_is_signed(op) && !begins_log(op) &&
         !engine_followed(engine, &log))) {
        refuse(engine, tag, REFUSAL_NOT_JOINED);
        return;
    }
    code = minutes_judge(engine, engine_followed(engine, &log), op, command);
    if (code != REFUSAL_NONE) {
        refuse(engine, tag, code);
        return;
    }
    request = new_request(engine, tag, REQUEST_COMMAND);
    if (!request) {
        refuse(engine, tag, REFUSAL_BUSY);
        return;
    }
    request->op = op;
    request->log = log;
    result = author(engine, request, command, &error);
    if (result) {
        request_free(request);
        if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE)
            refuse_field(engine, tag, &error);
        else
            refuse(engine, tag, REFUSAL_BUSY);
        return;
    }
    take(engine, request);
}

enum result request_own_command(struct client_engine *engine,
                                const json_t *command, enum command_op op,
                                const struct identifier *ballot, int order)
{
    struct request *request = new_request(engine, 0, REQUEST_COMMAND);
    enum result result;

    if (!request)
        return RESULT_NO_MEMORY;
    request->op = op;
    request->log = engine->view.log;
    request->is_own = true;
    request->ballot = *ballot;
    request->order = order;
    result = command_author(command, request->id, &request->log,
                            &engine->config.entropy, &request->object, NULL);
    if (result)
        request_free(request);
    else
        take(engine, request);
    return result;
}

/* What asks for something and changes no log. */
static void plain_request(struct client_engine *engine, uint64_t tag,
                          const json_t *command)
{
    struct request *request = new_request(engine, tag, REQUEST_PLAIN);
    json_t *object = json_object(), *fields = json_deep_copy(command);
    bool is_made = request && object && fields;

    if (is_made)
        is_made = !json_object_set_new(object, "id",
                                       json_integer((json_int_t)request->id)) &&
                  !json_object_update(object, fields);
    if (is_made && !json_object_get(object, "log") &&
        !identifier_is_empty(&engine->view.log))
        is_made = !json_object_set_new(object, "log",
                                       json_string(engine->view.log.text));
    if (is_made)
        is_made = !message_text(object, &request->text, &request->size);
    json_decref(object);
    json_decref(fields);
    if (is_made) {
        take(engine, request);
    } else {
        request_free(request);
        refuse(engine, tag, REFUSAL_BUSY);
    }
}

static void join(struct client_engine *engine, uint64_t tag,
                 const json_t *command)
{
    struct identifier log;

    if (json_read_id(command, "log", &log))
        logs_want(engine, tag, &log,
                  json_is_true(json_object_get(command, "recorded")));
    else
        refuse(engine, tag, REFUSAL_UNKNOWN_LOG);
}

static void get_blob(struct client_engine *engine, uint64_t tag,
                     const json_t *command)
{
    struct hash blob;

    if (json_read_hex(command, "blob", blob.bytes, sizeof blob.bytes))
        blobs_get(engine, tag, &blob);
    else
        refuse(engine, tag, REFUSAL_NO_SUCH_BLOB);
}

/* A log that we never got into is left without asking anybody. */
static bool leave_quietly(struct client_engine *engine, uint64_t tag,
                          const json_t *command)
{
    struct followed *followed = &engine->meeting;
    struct identifier log;

    if (json_read_id(command, "log", &log))
        followed = engine_followed(engine, &log);
    if (!followed || followed->phase == FOLLOW_OFF) {
        refuse(engine, tag, REFUSAL_NOT_JOINED);
        return true;
    }
    if (engine->phase == ENGINE_UP && followed->phase != FOLLOW_REFUSED &&
        followed->phase != FOLLOW_UNASKED)
        return false;
    if (followed->has_tag)
        request_answer_locally(engine, followed->tag, NULL);
    logs_forget(engine, followed);
    request_answer_locally(engine, tag, NULL);
    return true;
}

static void dispatch(struct client_engine *engine, uint64_t tag,
                     const json_t *command, const char *name)
{
    enum command_op op = command_op_of(text_view_of(name));

    if (engine->is_alarmed)
        refuse(engine, tag, REFUSAL_NO_SUCH_HEAD);
    else if (!engine->has_identity)
        refuse(engine, tag, REFUSAL_NOT_LOGGED_IN);
    else if (strcmp(name, "join") == 0)
        join(engine, tag, command);
    else if (lines_command(engine, tag, command, name) ||
             ballots_command(engine, tag, command, name) ||
             texts_command(engine, tag, command, name))
        return; /* answered there */
    else if (strcmp(name, "get_blob") == 0)
        get_blob(engine, tag, command);
    else if (strcmp(name, "meetings") == 0 || strcmp(name, "ping") == 0 ||
             strcmp(name, "who_hears") == 0 || strcmp(name, "minutes") == 0 ||
             strcmp(name, "draw_minutes") == 0 ||
             strcmp(name, "set_pin") == 0 || strcmp(name, "check_in") == 0 ||
             strcmp(name, "check_in_code") == 0 ||
             strcmp(name, "check_in_pin") == 0 ||
             strcmp(name, "allow_pin") == 0 || strcmp(name, "unlock_pin") == 0)
        plain_request(engine, tag, command);
    else if (op == COMMAND_UNKNOWN)
        refuse(engine, tag, REFUSAL_UNKNOWN_OP);
    else if (op != OP_LEAVE || !leave_quietly(engine, tag, command))
        log_command(engine, tag, command, op);
}

enum result client_engine_command(struct client_engine *engine, uint64_t tag,
                                  const char *json)
{
    json_t *object = NULL, *normal = NULL;
    const json_t *name;
    enum result result = RESULT_FULL;

    if (engine->request_count >= CLIENT_REQUESTS_MAX)
        return RESULT_FULL;
    result = message_parse(json, strlen(json), &object);
    if (!result)
        result = json_to_nfc(object, &normal);
    name = json_object_get(normal, "op");
    if (!result && !json_is_string(name))
        result = RESULT_MALFORMED;
    if (!result)
        dispatch(engine, tag, normal, json_string_value(name));
    json_decref(normal);
    json_decref(object);
    return result;
}
