/* What a peer says in text frames: read, held in order, checked for rights to
 * speak at all, signatures handed to the workers, then to its room. */
#include "server/room/room_types.h"

#include "protocol/meeting/command_statement.h"
#include "protocol/record/commitment.h"
#include "protocol/record/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request *request_free(struct request *request)
{
    if (!request)
        return NULL;
    message_memory_release(&request->memory);
    json_decref(request->object);
    free(request->subject);
    free(request->value);
    free(request);
    return NULL;
}

/* --- signed commands ----------------------------------------------------- */

struct seal_check {
    struct text_view scope;
    struct refusal refusal;
    bool must_be_authored;
};

static enum result check_seal(const char *path, struct sealed *sealed,
                              enum audience audience, uint64_t length_max,
                              void *user)
{
    struct seal_check *check = user;
    struct salt salt;

    (void)audience;
    (void)length_max;
    if (!sealed->is_authored && check->must_be_authored) {
        refusal_set(&check->refusal, REFUSAL_NOT_SEALED);
        refusal_add_text(&check->refusal, "path", text_view_of(path));
        return RESULT_REFUSED;
    }
    if (!sealed->is_authored)
        return RESULT_OK;
    memcpy(salt.bytes, sealed->salt, sizeof salt.bytes);
    if (commitment_check(&sealed->commitment, check->scope, text_view_of(path),
                         &salt, sealed->value))
        return RESULT_OK;
    refusal_set(&check->refusal, REFUSAL_BAD_COMMITMENT);
    refusal_add_text(&check->refusal, "path", text_view_of(path));
    return RESULT_REFUSED;
}

void session_submit(struct session *session, struct request *request)
{
    struct hub *hub = session->hub;
    const struct identifier *log = &request->command.log;
    struct room *room;

    if (identifier_equal(log, &hub->config.organisation)) {
        room_submit(hub->register_room, session, request);
        return;
    }
    room = hub_find_room(hub, log);
    if (!room &&
        !register_state_meeting(hub->register_room->committed_register, log)) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_UNKNOWN_LOG);
        request_free(request);
        return;
    }
    room = hub_room(hub, log);
    if (!room) {
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
        request_free(request);
        return;
    }
    if (request->command.op == OP_ATTACH_DOCUMENT ||
        request->command.op == OP_PRESENT_MINUTES)
        session_attach(session, room, request);
    else
        room_submit(room, session, request);
}

static void on_act_verified(struct session *session, struct request *request,
                            bool is_good)
{
    if (!is_good) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_BAD_SIGNATURE);
        request_free(request);
        return;
    }
    session_submit(session, request);
}

/* What the statement of a ballot's command says beside it. RESULT_NOT_FOUND:
 * the meeting, as it is known here, has no such ballot or attempt. */
static enum result find_terms(const struct session *session,
                              const struct command *command,
                              struct ballot_terms *terms)
{
    const struct room *room = hub_find_room(session->hub, &command->log);

    if (!room || room->kind != ROOM_MEETING || !room_is_live(room))
        return RESULT_NOT_FOUND;
    return meeting_state_ballot_terms(room->committed_meeting, command, terms);
}

/* Completes the act from what the session knows and has it verified. */
static enum result verify_act(struct session *session, struct request *request)
{
    struct command *command = &request->command;
    struct act *act = &command->act;
    const bool needs_ballot = command_needs_ballot(command->op);
    struct ballot_terms terms;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    if (needs_ballot)
        result = find_terms(session, command, &terms);
    if (result == RESULT_OK && command_is_act(command->op))
        result = command_act_terms(command, &request->subject, &request->value);
    if (result != RESULT_OK)
        return result;
    act->member = session->actor.holder;
    act->device = session->actor.device;
    act->op = text_view_of(command_name(command->op));
    act->request = command->request;
    if (request->subject) {
        act->subject = text_view_of(request->subject);
        act->value = text_view_of(request->value);
    }
    result = command_statement(command, &act->member, &act->device,
                               needs_ballot ? &terms : NULL, &bytes, &size);
    if (result == RESULT_OK)
        result = hub_verify(session->hub, session, &act->device, bytes, size,
                            &act->sig, request, on_act_verified);
    if (result != RESULT_OK)
        free(bytes);
    return result;
}

static void on_command(struct session *session, struct request *request)
{
    struct command *command = &request->command;
    struct seal_check check = { .scope = identifier_view(&command->log) };
    enum result result;

    check.must_be_authored = command_is_signed(command->op);
    result = schema_visit_sealed(command_schema(command->op), &command->body,
                                 check_seal, &check);
    if (result != RESULT_OK) {
        session_refuse(session, command->request, &check.refusal);
        request_free(request);
        return;
    }
    /* Who revokes a device of her own may sign that herself. */
    if (!command_is_signed(command->op) &&
        !(command->op == OP_REVOKE_DEVICE && command->act.is_present)) {
        session_submit(session, request);
        return;
    }
    if (!command->act.is_present || session->actor.kind != ACTOR_HOLDER) {
        session_refuse_code(session, command->request, REFUSAL_NOT_SIGNED);
        request_free(request);
        return;
    }
    result = verify_act(session, request);
    if (result != RESULT_OK) {
        session_refuse_code(session, command->request,
                            result == RESULT_BUSY ? REFUSAL_BUSY
                            : result == RESULT_NOT_FOUND
                                ? REFUSAL_NO_SUCH_BALLOT
                                : REFUSAL_BAD_SIGNATURE);
        request_free(request);
    }
}

/* --- operations of the session itself ------------------------------------ */

static void on_ping(struct session *session, struct request *request)
{
    json_t *answer = answer_ok(request->command.request);

    if (answer)
        json_object_set_new(
            answer, "at",
            json_integer(clock_utc_ms(session->hub->config.clock)));
    session_send_json(session, answer);
    request_free(request);
}

static void on_join(struct session *session, struct request *request)
{
    session_submit(session, request);
}

static void on_give(struct session *session, struct request *request)
{
    request->is_giving = true;
    session_submit(session, request);
}

struct session_op {
    const char *name;
    bool needs_login;
    bool needs_log;
    void (*run)(struct session *session, struct request *request);
};

static const struct session_op session_ops[] = {
    { "invitation", false, false, session_invitation },
    { "enrol", false, false, session_enrol },
    { "login", false, false, session_login },
    { "attach", false, false, session_attach_lane },
    { "ping", false, false, on_ping },
    { "line", true, false, session_line },
    { "meetings", true, false, session_meetings },
    { "join", true, true, on_join },
    { "put_blob", true, false, session_put_blob },
    { "get_blob", true, false, session_get_blob },
    { "checkpoint", true, true, session_checkpoint },
    { "give_events", true, true, on_give },
    { "minutes", true, true, session_minutes },
    { "draw_minutes", true, true, session_draw_minutes },
    { "take_ballot", true, true, session_take_ballot },
    { "take_pool", true, true, session_take_pool },
    { "cast", true, true, session_cast },
    { "check_in_code", true, true, session_check_in_code },
    { "check_in", true, true, session_check_in },
    { "check_in_pin", true, true, session_check_in_pin },
    { "set_pin", true, false, session_set_pin },
    { "allow_pin", true, true, session_allow_pin },
    { "unlock_pin", true, true, session_unlock_pin },
    { "unlock_hall", true, true, session_unlock_hall },
    { "hearing", true, true, session_hearing },
    { "who_hears", true, true, session_who_hears },
};

static const struct session_op *find_op(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof session_ops / sizeof session_ops[0]; i++)
        if (strcmp(session_ops[i].name, name) == 0)
            return &session_ops[i];
    return NULL;
}

/* --- reading
 * --------------------------------------------------------------------------------
 */

void session_refuse_field(struct session *session, uint64_t request,
                          const char *path, const char *problem)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_BAD_MESSAGE);
    refusal_add_text(&refusal, "path", text_view_of(path));
    refusal_add_text(&refusal, "problem", text_view_of(problem));
    session_refuse(session, request, &refusal);
}

void session_refuse_who(struct session *session, uint64_t request,
                        const char *who)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_NOT_ALLOWED);
    refusal_add_text(&refusal, "who", text_view_of(who));
    session_refuse(session, request, &refusal);
}

bool session_read_id(struct session *session, const struct request *request,
                     const char *name, struct identifier *out)
{
    const json_t *id = json_object_get(request->object, name);

    if (json_is_string(id) &&
        identifier_parse(text_view_of(json_string_value(id)), out) == RESULT_OK)
        return true;
    session_refuse_field(session, request->command.request, name,
                         "missing or wrong");
    return false;
}

/* "id" and "log" of an operation of the session. False: refused. */
static bool read_envelope(struct session *session, struct request *request,
                          const struct session_op *op)
{
    const json_t *id = json_object_get(request->object, "id");
    const json_t *log = json_object_get(request->object, "log");

    if (!json_is_integer(id) || json_integer_value(id) < 1) {
        session_refuse_field(session, 0, "id", "is not a positive integer");
        return false;
    }
    request->command.request = (uint64_t)json_integer_value(id);
    if (op->needs_log &&
        (!json_is_string(log) ||
         identifier_parse(text_view_of(json_string_value(log)),
                          &request->command.log) != RESULT_OK)) {
        session_refuse_field(session, request->command.request, "log",
                             "is not the id of a log");
        return false;
    }
    return true;
}

static uint64_t id_of(const json_t *object)
{
    const json_t *id = json_object_get(object, "id");

    return json_is_integer(id) && json_integer_value(id) > 0
               ? (uint64_t)json_integer_value(id)
               : 0;
}

static void refuse_long(struct session *session, uint64_t request,
                        const char *path)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_TOO_LONG);
    refusal_add_text(&refusal, "path", text_view_of(path));
    session_refuse(session, request, &refusal);
}

void session_dispatch(struct session *session, struct request *request)
{
    const json_t *op_json = json_object_get(request->object, "op");
    const struct session_op *op;
    struct field_error error = { "", "" };
    uint64_t id = id_of(request->object);
    enum result result;

    if (session->lane_of) {
        request_free(request);
        session_end(session, CLOSE_POLICY, "a lane carries sound alone");
        return;
    }
    if (!json_is_string(op_json)) {
        session_refuse_field(session, id, "op", "is not a text");
        request_free(request);
        return;
    }
    op = find_op(json_string_value(op_json));
    if (session->actor.kind == ACTOR_NONE && (!op || op->needs_login)) {
        session_refuse_code(session, id, REFUSAL_NOT_LOGGED_IN);
        request_free(request);
        session_end(session, CLOSE_POLICY, "log in first");
        return;
    }
    if (op) {
        if (read_envelope(session, request, op))
            op->run(session, request);
        else
            request_free(request);
        return;
    }
    result = command_decode(request->object, &request->command,
                            &request->memory, &error);
    if (result == RESULT_OK && request->command.request == 0) {
        /* 0 stands for "no request" in errors. */
        result = RESULT_MALFORMED;
        (void)snprintf(error.path, sizeof error.path, "id");
        error.reason = "is not a positive integer";
    }
    if (result == RESULT_OK) {
        on_command(session, request);
        return;
    }
    if (result == RESULT_NOT_FOUND)
        session_refuse_code(session, id, REFUSAL_UNKNOWN_OP);
    else if (result == RESULT_TOO_LARGE)
        refuse_long(session, id, error.path);
    else
        session_refuse_field(session, id, error.path, error.reason);
    request_free(request);
}

static void handle(struct session *session, const char *text, size_t size)
{
    struct request *request = calloc(1, sizeof *request);
    enum result result;

    if (!request) {
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    result = message_parse(text, size, &request->object);
    if (result == RESULT_OK) {
        session_dispatch(session, request);
        return;
    }
    request_free(request);
    session_refuse_field(session, 0, "", "is not one JSON object in UTF-8");
    session_end(session,
                result == RESULT_NO_MEMORY ? CLOSE_INTERNAL : CLOSE_POLICY,
                "not a message of chibo.v1");
}

/* A bucket that fills at the sustained rate; false when it is empty. */
static bool take_token(struct session *session)
{
    int64_t now_ms = hub_monotonic_ms(session->hub);
    int64_t full_ms = (int64_t)LIMIT_REQUEST_BURST * 1000;
    int64_t passed_ms = now_ms - session->tokens_at_ms;

    session->tokens_at_ms = now_ms;
    session->tokens_ms += passed_ms * LIMIT_REQUEST_RATE_PER_S;
    if (session->tokens_ms > full_ms)
        session->tokens_ms = full_ms;
    if (session->actor.kind == ACTOR_ADMINISTRATOR)
        return true;
    if (session->tokens_ms < 1000)
        return false;
    session->tokens_ms -= 1000;
    return true;
}

static void keep_for_later(struct session *session, const char *text,
                           size_t size)
{
    struct text_line *line;

    if (session->inbox_count >= LIMIT_SESSION_PENDING) {
        session_cut_off(session, CUT_WAITING, "too many requests under way");
        return;
    }
    line = malloc(sizeof *line + size);
    if (!line) {
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    line->next = NULL;
    line->size = size;
    memcpy(line->text, text, size);
    *session->inbox_end = line;
    session->inbox_end = &line->next;
    session->inbox_count++;
}

void session_on_text(struct session *session, const char *text, size_t size)
{
    if (session->phase == SESSION_CLOSING)
        return;
    if (!take_token(session)) {
        session_cut_off(session, CUT_REQUESTS, "too many requests");
        return;
    }
    if (session->is_busy || session->inbox || session->phase == SESSION_NEW)
        keep_for_later(session, text, size);
    else
        handle(session, text, size);
}

void session_resume_inbox(struct session *session)
{
    if (session->is_in_turn)
        return;
    session->is_in_turn = true;
    while (session->inbox && !session->is_busy &&
           session->phase != SESSION_CLOSING) {
        struct text_line *line = session->inbox;

        session->inbox = line->next;
        if (!session->inbox)
            session->inbox_end = &session->inbox;
        session->inbox_count--;
        handle(session, line->text, line->size);
        free(line);
    }
    session->is_in_turn = false;
}

void session_on_binary(struct session *session, const uint8_t *bytes,
                       size_t size)
{
    if (session->phase == SESSION_CLOSING)
        return;
    if (session->lane_of) {
        session_on_audio(session->lane_of, session, bytes, size);
        return;
    }
    if (session->actor.kind != ACTOR_HOLDER) {
        session_refuse_code(session, 0, REFUSAL_NOT_LOGGED_IN);
        session_end(session, CLOSE_POLICY, "log in first");
        return;
    }
    if (size > 0 && bytes[0] == BLOB_PIECE_TYPE)
        session_on_piece(session, bytes, size);
    else
        session_on_audio(session, session, bytes, size);
}
