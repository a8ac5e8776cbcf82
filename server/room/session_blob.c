/* Files in pieces: up, durable before they are acknowledged; down, only as fast
 * as the line takes them. */
#include "server/room/room_types.h"

#include "protocol/wire/blob_piece.h"
#include "server/room/hall_pin.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of one upload that may be on their way to the disk. */
enum { UPLOAD_WINDOW_SIZE = 64 * 1024 };

/* A small piece costs the store as much as one of this size. */
enum { PIECE_COST_MIN = 512 };

static uint64_t cost_of(uint64_t piece_size)
{
    return piece_size < PIECE_COST_MIN ? PIECE_COST_MIN : piece_size;
}

struct ticket *hub_take_ticket(struct hub *hub, uint64_t id)
{
    struct ticket **link = &hub->tickets;

    while (*link && (*link)->id != id)
        link = &(*link)->next;
    if (*link) {
        struct ticket *ticket = *link;

        *link = ticket->next;
        ticket->next = NULL;
        return ticket;
    }
    return NULL;
}

struct ticket *ticket_free(struct ticket *ticket)
{
    if (ticket) {
        request_free(ticket->waiting);
        desk_gathering_free(ticket->gathering);
    }
    free(ticket);
    return NULL;
}

static bool read_blob(const json_t *object, struct hash *blob)
{
    return json_read_hex(object, "blob", blob->bytes, HASH_SIZE);
}

static bool read_number(const json_t *object, const char *name, uint64_t max,
                        uint64_t *out)
{
    return json_read_number(object, name, out) && *out <= max;
}

static json_t *blob_state(json_t *object, const struct hash *blob,
                          uint64_t durable, bool is_complete)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    if (!object)
        return NULL;
    hex_encode(blob->bytes, HASH_SIZE, hex);
    json_object_set_new(object, "blob", json_string(hex));
    json_object_set_new(object, "durable", json_integer((json_int_t)durable));
    json_object_set_new(object, "complete", json_boolean(is_complete));
    return object;
}

/* --- up
 * ---------------------------------------------------------------------------
 */

/* Is this file this session's to attach: of the meeting it is in, or sent by
 * this very device? */
static bool may_use(const struct session *session, const struct hash *blob)
{
    return (session->meeting.phase == SUBSCRIPTION_ACTIVE &&
            blob_set_has(&session->meeting.room->blobs, blob)) ||
           upload_proofs_has(session->hub->uploads, &session->actor.device,
                             blob);
}

static bool query(struct hub *hub, struct ticket *ticket)
{
    return hub->store->ops->query_blob(hub->store, ticket->id, &ticket->blob,
                                       ticket->size) == RESULT_OK;
}

/* A teller sends the decryption of what is being counted. */
static bool is_decrypting(const struct session *session)
{
    const struct room *room = session->meeting.room;
    const struct meeting_ballot *ballot =
        session->meeting.phase == SUBSCRIPTION_ACTIVE
            ? meeting_state_open_ballot(room->committed_meeting)
            : NULL;

    return ballot && ballot->phase == BALLOT_PHASE_COUNTING &&
           meeting_ballot_teller(ballot, &session->actor.holder) > 0;
}

/* Files are for meetings: only who may attach one may send one, or any device
 * could fill the disk. */
static bool may_upload(const struct session *session)
{
    const struct register_state *state =
        session->hub->register_room->committed_register;
    const struct room *room = session->meeting.room;
    const struct identifier *holder = &session->actor.holder;
    size_t i;

    if (session->meeting.phase == SUBSCRIPTION_ACTIVE &&
        room->committed_meeting->phase != MEETING_CLOSED &&
        meeting_state_is_presiding(room->committed_meeting, holder))
        return true;
    if (is_decrypting(session))
        return true;
    for (i = 0; i < state->meeting_count; i++) {
        const struct register_meeting *call = &state->meetings[i];

        if ((call->phase == CALL_SCHEDULED || call->phase == CALL_BEGUN) &&
            (identifier_equal(&call->chair, holder) ||
             identifier_equal(&call->deputy, holder) ||
             identifier_equal(&call->minute_taker, holder)))
            return true;
    }
    return false;
}

void session_put_blob(struct session *session, struct request *request)
{
    struct hub *hub = session->hub;
    struct hash blob;
    uint64_t size;
    struct ticket *ticket = NULL;

    if (!read_blob(request->object, &blob) ||
        !read_number(request->object, "size", LIMIT_BLOB_SIZE, &size) ||
        size == 0) {
        session_refuse_field(session, request->command.request, "blob, size",
                             "missing or wrong");
        request_free(request);
        return;
    }
    if (!may_upload(session)) {
        session_refuse_who(session, request->command.request,
                           "chair, deputy or minute-taker");
        request_free(request);
        return;
    }
    /* Pieces under way belong to the file before. */
    if (session->blob_unacknowledged == 0)
        ticket = hub_ticket(hub, TICKET_PUT_STATE, session->id,
                            request->command.request);
    if (ticket) {
        ticket->blob = blob;
        ticket->size = size;
    }
    if (!ticket || !query(hub, ticket)) {
        if (ticket)
            ticket_free(hub_take_ticket(hub, ticket->id));
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
    } else {
        upload_proofs_begin(hub->uploads, &session->actor.device, &blob, size);
        session->upload = blob;
        session->upload_size = size;
    }
    request_free(request);
}

static enum result store_piece(struct hub *hub, struct ticket *ticket,
                               const struct store_blob_piece *piece)
{
    struct store_batch *batch = NULL;
    enum result result = store_batch_new(&batch, NULL, ticket->id);

    if (result == RESULT_OK)
        result = store_batch_add_blob_piece(batch, piece);
    if (result == RESULT_OK)
        result = hub->store->ops->append(hub->store, batch);
    if (result != RESULT_OK)
        store_batch_free(batch);
    return result;
}

void session_on_piece(struct session *session, const uint8_t *bytes,
                      size_t size)
{
    struct hub *hub = session->hub;
    struct blob_piece piece;
    struct store_blob_piece stored = { 0 };
    struct ticket *ticket;

    if (blob_piece_decode(bytes, size, &piece) != RESULT_OK ||
        !hash_equal(&piece.blob, &session->upload) ||
        piece.blob_size != session->upload_size) {
        session_refuse_code(session, 0, REFUSAL_NO_SUCH_BLOB);
        session_end(session, CLOSE_POLICY, "not a piece of the file begun");
        return;
    }
    if (session->blob_unacknowledged + cost_of(piece.size) >
        UPLOAD_WINDOW_SIZE) {
        session_cut_off(session, CUT_UPLOAD, "wait until pieces are durable");
        return;
    }
    ticket = hub_ticket(hub, TICKET_PIECE, session->id, 0);
    if (!ticket) {
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    ticket->blob = piece.blob;
    ticket->size = piece.size;
    stored.blob = piece.blob;
    stored.blob_size = piece.blob_size;
    stored.offset = piece.offset;
    stored.bytes = (uint8_t *)(uintptr_t)piece.bytes;
    stored.size = piece.size;
    if (store_piece(hub, ticket, &stored) == RESULT_OK) {
        upload_proofs_take(hub->uploads, &session->actor.device, &piece.blob,
                           piece.offset, piece.bytes, piece.size);
        session->blob_unacknowledged += cost_of(piece.size);
        return;
    }
    ticket_free(hub_take_ticket(hub, ticket->id));
    session_refuse_code(session, 0, REFUSAL_BUSY);
}

void hub_on_piece_committed(struct hub *hub, uint64_t id, enum result result)
{
    struct ticket *ticket = hub_take_ticket(hub, id);
    struct session *session = ticket ? hub_session(hub, ticket->session) : NULL;

    if (!ticket) {
        if (!room_recording_on_stored(hub, id, result))
            hall_pin_on_written(hub, id, result);
    } else if (ticket->kind == TICKET_MINUTES) {
        minutes_stored(hub, ticket, result);
    } else if (session && session->phase != SESSION_CLOSING) {
        struct ticket *state;

        session->blob_unacknowledged -= cost_of(ticket->size);
        if (result != RESULT_OK)
            session_refuse_code(session, 0, REFUSAL_STORE_FAILED);
        state = hub_ticket(hub, TICKET_PUT_STATE, session->id, 0);
        if (state) {
            state->blob = ticket->blob;
            state->size = session->upload_size;
            if (!query(hub, state))
                ticket_free(hub_take_ticket(hub, state->id));
        }
    }
    ticket_free(ticket);
}

/* --- attach_document, present_minutes ------------------------------------- */

/* The file that the command is about. */
static struct hash file_of(const struct command *command)
{
    struct hash blob = { { 0 } };

    if (command->op == OP_ATTACH_DOCUMENT)
        blob = command->body.attach_document.blob;
    /* What is no hash names no file: it is refused as one that is not there. */
    else if (hex_decode(command->body.present_minutes.minutes.value, blob.bytes,
                        sizeof blob.bytes))
        blob = (struct hash){ { 0 } };
    return blob;
}

static uint64_t size_of(const struct command *command)
{
    return command->op == OP_ATTACH_DOCUMENT
               ? command->body.attach_document.size
               : command->body.present_minutes.size;
}

void session_attach(struct session *session, struct room *room,
                    struct request *request)
{
    struct ticket *ticket = hub_ticket(session->hub, TICKET_ATTACH, session->id,
                                       request->command.request);

    if (ticket) {
        ticket->blob = file_of(&request->command);
        ticket->size = size_of(&request->command);
        ticket->room = room;
        ticket->waiting = request;
        if (query(session->hub, ticket)) {
            session->is_busy = true; /* later requests wait for this one */
            return;
        }
        ticket->waiting = NULL;
        ticket_free(hub_take_ticket(session->hub, ticket->id));
    }
    session_refuse_code(session, request->command.request, REFUSAL_BUSY);
    request_free(request);
}

static void go_on_attaching(struct session *session, struct ticket *ticket,
                            bool is_complete)
{
    struct request *request = ticket->waiting;
    uint64_t id = session->id;
    struct hub *hub = session->hub;

    ticket->waiting = NULL;
    session->is_busy = false;
    if (is_complete) {
        room_submit(ticket->room, session, request);
    } else {
        session_refuse_code(session, ticket->request, REFUSAL_NO_SUCH_BLOB);
        request_free(request);
    }
    session = hub_session(hub, id);
    if (session)
        session_resume_inbox(session);
}

/* What others have sent of a file is not told: this device sends it all. */
static void tell_upload(struct session *session, const struct ticket *ticket,
                        uint64_t durable, bool is_complete)
{
    const bool is_own = may_use(session, &ticket->blob);
    const uint64_t sent = upload_proofs_sent(
        session->hub->uploads, &session->actor.device, &ticket->blob);

    session_send_json(
        session,
        blob_state(ticket->request > 0 ? answer_ok(ticket->request)
                                       : json_object(),
                   &ticket->blob, is_own || durable < sent ? durable : sent,
                   is_complete && is_own));
}

void hub_on_blob_state(void *user, uint64_t id, enum result result,
                       const struct hash *blob, uint64_t durable_size,
                       bool is_complete)
{
    struct hub *hub = user;
    struct ticket *ticket = hub_take_ticket(hub, id);
    struct session *session = ticket ? hub_session(hub, ticket->session) : NULL;

    if (!ticket && room_recording_on_state(hub, id, result, is_complete))
        return;
    if (!session || session->phase == SESSION_CLOSING) {
        ticket_free(ticket);
        return;
    }
    if (ticket->kind == TICKET_MINUTES)
        session->is_drawing_minutes = false;
    if (ticket->kind == TICKET_ATTACH) {
        go_on_attaching(
            session, ticket,
            result == RESULT_OK && is_complete &&
                (may_use(session, blob) ||
                 minutes_may_fetch(ticket->room, &session->actor, blob)));
    } else if (result != RESULT_OK) {
        if (ticket->kind == TICKET_PUT_STATE)
            upload_proofs_forget(hub->uploads, &session->actor.device, blob);
        session_refuse_code(session, ticket->request, REFUSAL_NO_SUCH_BLOB);
    } else if (ticket->kind == TICKET_MINUTES) {
        minutes_settled(session, ticket);
    } else {
        tell_upload(session, ticket, durable_size, is_complete);
    }
    ticket_free(ticket);
}

/* --- down
 * -------------------------------------------------------------------------------
 */

static bool read_more(struct session *session, uint64_t request)
{
    struct hub *hub = session->hub;
    struct ticket *ticket = hub_ticket(hub, TICKET_GET, session->id, request);

    if (!ticket)
        return false;
    ticket->blob = session->blob;
    if (hub->store->ops->read_blob(hub->store, ticket->id, &session->blob,
                                   session->blob_offset,
                                   LIMIT_BLOB_PIECE_SIZE) != RESULT_OK) {
        ticket_free(hub_take_ticket(hub, ticket->id));
        return false;
    }
    session->is_reading_blob = true;
    return true;
}

static void send_piece(struct session *session, const uint8_t *bytes,
                       size_t size)
{
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    struct blob_piece piece = { .blob = session->blob,
                                .blob_size = session->blob_size,
                                .offset = session->blob_offset,
                                .bytes = bytes,
                                .size = size };
    size_t message_size = 0;

    if (blob_piece_encode(&piece, message, sizeof message, &message_size) !=
        RESULT_OK) {
        session_end(session, CLOSE_INTERNAL, "a file could not be sent");
        return;
    }
    session->blob_offset += size;
    session_send(session, frame_new(message, message_size, true));
}

/* A ruleset is a file like any other, and the server has it in memory. */
static const struct ruleset_book *find_rules(const struct session *session,
                                             const struct hash *blob)
{
    const struct ruleset_shelf *shelf = session->hub->config.rulesets;

    return shelf ? ruleset_shelf_by_hash(shelf, blob) : NULL;
}

static void send_rules(struct session *session, uint64_t request,
                       const struct ruleset_book *book, uint64_t offset)
{
    json_t *answer = answer_ok(request);

    session->blob = book->rules.hash;
    session->blob_size = book->size;
    session->blob_offset = offset < book->size ? offset : book->size;
    if (answer)
        json_object_set_new(answer, "size",
                            json_integer((json_int_t)book->size));
    session_send_json(session, answer);
    while (session->blob_offset < session->blob_size &&
           session->phase != SESSION_CLOSING) {
        const uint64_t rest = session->blob_size - session->blob_offset;

        send_piece(session, (const uint8_t *)book->text + session->blob_offset,
                   rest < LIMIT_BLOB_PIECE_SIZE ? (size_t)rest
                                                : LIMIT_BLOB_PIECE_SIZE);
    }
}

/* Files belong to meetings: whoever has heard of a hash gets nothing by it,
 * but who is in a meeting that names the file, or may read its minutes. */
static bool may_fetch(const struct session *session, const struct hash *blob)
{
    const struct room *room = session->meeting.room;
    const struct room *drawn = session->minutes_room;

    if (session->meeting.phase == SUBSCRIPTION_ACTIVE &&
        (blob_set_has(&room->blobs, blob) ||
         minutes_may_fetch(room, &session->actor, blob)))
        return true;
    return drawn && minutes_may_fetch(drawn, &session->actor, blob);
}

void session_get_blob(struct session *session, struct request *request)
{
    const struct ruleset_book *book;
    uint64_t offset = 0;
    struct hash blob;

    if (!read_blob(request->object, &blob) ||
        !read_number(request->object, "offset", LIMIT_BLOB_SIZE, &offset)) {
        session_refuse_field(session, request->command.request, "blob, offset",
                             "missing or wrong");
    } else if (session->is_sending_blob || session->is_reading_blob) {
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
    } else if ((book = find_rules(session, &blob))) {
        send_rules(session, request->command.request, book, offset);
    } else if (!may_fetch(session, &blob)) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_NO_SUCH_BLOB);
    } else {
        session->blob = blob;
        session->blob_offset = offset;
        session->blob_size = 0;
        if (!read_more(session, request->command.request))
            session_refuse_code(session, request->command.request,
                                REFUSAL_BUSY);
    }
    request_free(request);
}

void hub_on_blob(void *user, uint64_t id, enum result result,
                 uint64_t blob_size, const uint8_t *bytes, size_t size)
{
    struct hub *hub = user;
    struct ticket *ticket = hub_take_ticket(hub, id);
    struct session *session = ticket ? hub_session(hub, ticket->session) : NULL;
    json_t *answer;

    if (ticket && ticket->kind == TICKET_RECORD) {
        ballot_desk_on_record(ticket, result, blob_size, bytes, size);
        ticket_free(ticket);
        return;
    }
    if (!session || session->phase == SESSION_CLOSING) {
        ticket_free(ticket);
        return;
    }
    session->is_reading_blob = false;
    if (result != RESULT_OK) {
        session->is_sending_blob = false;
        session_refuse_code(session, ticket->request, REFUSAL_NO_SUCH_BLOB);
    } else {
        session->blob_size = blob_size;
        if (ticket->request > 0 && (answer = answer_ok(ticket->request))) {
            json_object_set_new(answer, "size",
                                json_integer((json_int_t)blob_size));
            session_send_json(session, answer);
        }
        /* Before it is sent: what is written asks for the next one. */
        session->is_sending_blob =
            size > 0 && session->blob_offset + size < blob_size;
        if (size > 0)
            send_piece(session, bytes, size);
    }
    ticket_free(ticket);
}

/* Everything before it is sent: the next piece may be read. */
void session_blob_written(struct session *session)
{
    if (!session->is_sending_blob || session->is_reading_blob)
        return;
    if (read_more(session, 0))
        return;
    session->is_sending_blob = false;
    session_refuse_code(session, 0, REFUSAL_BUSY);
}
