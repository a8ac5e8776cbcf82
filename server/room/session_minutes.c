/* The minutes as a file: drawn on a worker from copies of the log, stored, and
 * then fetched like any other. */
#include "server/room/room_types.h"

#include "protocol/record/digest.h"
#include "server/document/minutes_text.h"

#include <stdlib.h>
#include <string.h>

struct minutes_job {
    struct hub *hub;
    uint64_t session;
    uint64_t request;
    enum minutes_language language;
    struct minutes_source source;
    struct ruleset rules;             /* of the meeting, copied */
    struct minutes_event *events;     /* owned; bytes are of the frames */
    struct frame **frames;            /* references, of the loop thread */
    struct minutes_opening *openings; /* owned, with their texts */
    char *text;                       /* owned */
    size_t size;
    enum result result;
};

static void free_job(struct minutes_job *job)
{
    size_t i;

    for (i = 0; job->frames && i < job->source.event_count; i++)
        frame_unref(job->frames[i]);
    free(job->frames);
    for (i = 0; job->openings && i < job->source.opening_count; i++) {
        free((char *)(uintptr_t)job->openings[i].field);
        free((char *)(uintptr_t)job->openings[i].value);
    }
    free(job->events);
    free(job->openings);
    free(job->text);
    free(job);
}

static bool copy_log(struct minutes_job *job, const struct room *room)
{
    size_t i;

    job->events = calloc(room->committed + 1, sizeof job->events[0]);
    job->openings = calloc(room->opening_count + 1, sizeof job->openings[0]);
    job->frames = calloc(room->committed + 1, sizeof job->frames[0]);
    if (!job->events || !job->openings || !job->frames)
        return false;
    job->rules = *room_rules(room);
    job->source.rules = &job->rules;
    job->source.events = job->events;
    job->source.openings = job->openings;
    for (i = 0; i < room->committed; i++) {
        struct frame *frame = frame_ref(room->history[i].frame);

        job->frames[i] = frame;
        job->events[i].bytes = (const char *)frame->data;
        job->events[i].size = frame->size;
        job->source.event_count++;
    }
    for (i = 0; i < room->opening_count; i++) {
        const struct room_opening *opening = &room->openings[i];

        if (opening->seq >= room->committed)
            break;
        job->openings[i].seq = opening->seq;
        job->openings[i].field = strdup(opening->field);
        job->openings[i].value = strdup(opening->value);
        job->source.opening_count++;
        if (!job->openings[i].field || !job->openings[i].value)
            return false;
    }
    return true;
}

static void refuse_minutes(struct session *session, uint64_t request,
                           enum refusal_code code)
{
    session->is_drawing_minutes = false;
    session_refuse_code(session, request, code);
}

static void render(void *data)
{
    struct minutes_job *job = data;

    job->result = minutes_text_render(&job->source, job->language, &job->text,
                                      &job->size);
}

static enum result add_pieces(struct store_batch *batch,
                              const struct hash *blob, const char *text,
                              size_t size)
{
    enum result result = RESULT_OK;
    size_t offset;

    for (offset = 0; result == RESULT_OK && offset < size;
         offset += LIMIT_BLOB_PIECE_SIZE) {
        struct store_blob_piece piece = { .blob = *blob,
                                          .blob_size = size,
                                          .offset = offset };

        piece.bytes = (uint8_t *)(uintptr_t)(text + offset);
        piece.size = size - offset < LIMIT_BLOB_PIECE_SIZE
                         ? size - offset
                         : LIMIT_BLOB_PIECE_SIZE;
        result = store_batch_add_blob_piece(batch, &piece);
    }
    return result;
}

static void store_minutes(struct minutes_job *job, struct session *session)
{
    struct hub *hub = job->hub;
    struct ticket *ticket =
        hub_ticket(hub, TICKET_MINUTES, job->session, job->request);
    struct store_batch *batch = NULL;
    enum result result = ticket ? RESULT_OK : RESULT_NO_MEMORY;

    if (result == RESULT_OK) {
        ticket->blob = digest_sha256(job->text, job->size);
        ticket->size = job->size;
        result = store_batch_new(&batch, NULL, ticket->id);
    }
    if (result == RESULT_OK)
        result = add_pieces(batch, &ticket->blob, job->text, job->size);
    if (result == RESULT_OK)
        result = hub->store->ops->append(hub->store, batch);
    if (result != RESULT_OK) {
        store_batch_free(batch);
        if (ticket)
            ticket_free(hub_take_ticket(hub, ticket->id));
        refuse_minutes(session, job->request, REFUSAL_BUSY);
    }
}

static void on_rendered(void *data, enum result result)
{
    struct minutes_job *job = data;
    struct session *session = hub_session(job->hub, job->session);

    if (session && session->phase != SESSION_CLOSING) {
        if (result == RESULT_OK && job->result == RESULT_OK)
            store_minutes(job, session);
        else
            refuse_minutes(session, job->request, REFUSAL_BUSY);
    }
    free_job(job);
}

void minutes_stored(struct hub *hub, struct ticket *ticket, enum result result)
{
    struct session *session = hub_session(hub, ticket->session);
    struct ticket *settling;

    if (!session || session->phase == SESSION_CLOSING)
        return;
    if (result != RESULT_OK) {
        refuse_minutes(session, ticket->request, REFUSAL_STORE_FAILED);
        return;
    }
    settling = hub_ticket(hub, TICKET_MINUTES, session->id, ticket->request);
    if (settling) {
        settling->blob = ticket->blob;
        settling->size = ticket->size;
    }
    /* The store checks the whole file against its name before it is given
     * out. */
    if (settling &&
        hub->store->ops->query_blob(hub->store, settling->id, &settling->blob,
                                    settling->size) == RESULT_OK)
        return;
    if (settling)
        ticket_free(hub_take_ticket(hub, settling->id));
    refuse_minutes(session, ticket->request, REFUSAL_BUSY);
}

void minutes_settled(struct session *session, const struct ticket *ticket)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    json_t *answer = answer_ok(ticket->request);

    hex_encode(ticket->blob.bytes, HASH_SIZE, hex);
    if (answer) {
        json_object_set_new(answer, "blob", json_string(hex));
        json_object_set_new(answer, "size",
                            json_integer((json_int_t)ticket->size));
    }
    session_send_json(session, answer);
}

/* Presiding holders at any time; members once they are shared. */
static bool may_read(const struct room *room, const struct actor *actor)
{
    return actor->kind == ACTOR_HOLDER && room->committed > 0 &&
           meeting_state_may_open(room->committed_meeting, &actor->holder,
                                  AUDIENCE_MINUTES);
}

static void refuse_reader(struct session *session, uint64_t request)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_NOT_ALLOWED);
    refusal_add_text(
        &refusal, "who",
        TEXT_LITERAL("chair, minute-taker, or members once it is shared"));
    session_refuse(session, request, &refusal);
}

void session_minutes(struct session *session, struct request *request)
{
    struct hub *hub = session->hub;
    struct room *room = hub_find_room(hub, &request->command.log);
    const json_t *language = json_object_get(request->object, "language");
    uint64_t id = request->command.request;
    struct minutes_job *job = NULL;

    if (!room || room->kind != ROOM_MEETING || room->phase != ROOM_READY)
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
    else if (!may_read(room, &session->actor))
        refuse_reader(session, id);
    else if (session->is_drawing_minutes || !(job = calloc(1, sizeof *job)))
        session_refuse_code(session, id, REFUSAL_BUSY);
    else {
        job->hub = hub;
        job->session = session->id;
        job->request = id;
        job->language = json_is_string(language) &&
                                strcmp(json_string_value(language), "en") == 0
                            ? MINUTES_ENGLISH
                            : MINUTES_VIETNAMESE;
        if (!copy_log(job, room) ||
            hub_work(hub, render, on_rendered, job) != RESULT_OK) {
            free_job(job);
            session_refuse_code(session, id, REFUSAL_BUSY);
        } else {
            session->is_drawing_minutes = true;
        }
    }
    request_free(request);
}
