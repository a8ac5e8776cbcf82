/* The minutes as a file: drawn on a worker from copies of the log, stored, and
 * then fetched like any other. */
#include "server/room/room_types.h"

#include "protocol/record/digest.h"
#include "protocol/document/document_facts.h"
#include "protocol/document/minutes_errata.h"

#include <stdlib.h>
#include <string.h>

/* The log of one meeting, copied. */
struct minutes_log {
    struct minutes_event *events;     /* owned; bytes are of the frames */
    struct frame **frames;            /* references, of the loop thread */
    struct minutes_opening *openings; /* owned, with their texts */
    size_t event_count, opening_count;
    struct ruleset rules; /* of the meeting, copied */
};

struct minutes_job {
    struct hub *hub;
    struct room *room; /* lives as long as the hub */
    uint64_t session;
    uint64_t request;
    enum minutes_language language;
    bool is_json;  /* minutes.json, not plain text */
    uint64_t upto; /* the newest event in it */
    struct minutes_source source;
    struct minutes_log own;
    struct minutes_log *parts;           /* owned; of gathered groups */
    struct minutes_source *part_sources; /* owned */
    size_t part_count;
    struct minutes_log registry; /* what it says of errata, if there are any */
    struct minutes_source register_source;
    struct identifier meeting;
    char *text; /* owned */
    size_t size;
    enum result result;
};

static void release_log(struct minutes_log *log)
{
    size_t i;

    for (i = 0; log->frames && i < log->event_count; i++)
        frame_unref(log->frames[i]);
    free(log->frames);
    for (i = 0; log->openings && i < log->opening_count; i++) {
        free((char *)(uintptr_t)log->openings[i].field);
        free((char *)(uintptr_t)log->openings[i].value);
    }
    free(log->events);
    free(log->openings);
}

static void free_job(struct minutes_job *job)
{
    size_t i;

    release_log(&job->own);
    release_log(&job->registry);
    for (i = 0; i < job->part_count; i++)
        release_log(&job->parts[i]);
    free(job->parts);
    free(job->part_sources);
    free(job->text);
    free(job);
}

/* Of the shelf, which outlives every job; NULL if it lacks the file. */
static const struct ruleset_notes *notes_of(const struct room *room)
{
    const struct ruleset_shelf *shelf = room->hub->config.rulesets;
    const struct ruleset_book *book =
        shelf ? ruleset_shelf_by_hash(shelf, &room_rules(room)->hash) : NULL;

    return book ? &book->notes : NULL;
}

static void add_event(struct minutes_log *log, struct frame *frame)
{
    log->frames[log->event_count] = frame_ref(frame);
    log->events[log->event_count].bytes = (const char *)frame->data;
    log->events[log->event_count].size = frame->size;
    log->event_count++;
}

static bool add_opening(struct minutes_log *log,
                        const struct room_opening *opening)
{
    struct minutes_opening *row = &log->openings[log->opening_count++];

    row->seq = opening->seq;
    row->field = strdup(opening->field);
    row->value = strdup(opening->value);
    return row->field && row->value;
}

/* What was copied so far is released with the job. */
static bool copy_log(struct minutes_log *log, const struct room *room,
                     struct minutes_source *source)
{
    size_t i;

    log->events = calloc(room->committed + 1, sizeof log->events[0]);
    log->openings = calloc(room->opening_count + 1, sizeof log->openings[0]);
    log->frames = calloc(room->committed + 1, sizeof log->frames[0]);
    if (!log->events || !log->openings || !log->frames)
        return false;
    for (i = 0; i < room->committed; i++)
        add_event(log, room->history[i].frame);
    for (i = 0; i < room->opening_count; i++) {
        if (room->openings[i].seq >= room->committed)
            break;
        if (!add_opening(log, &room->openings[i]))
            return false;
    }
    log->rules = *room_rules(room);
    *source = (struct minutes_source){ .rules = &log->rules,
                                       .notes = notes_of(room),
                                       .events = log->events,
                                       .event_count = log->event_count,
                                       .openings = log->openings,
                                       .opening_count = log->opening_count };
    return true;
}

/* The groups that are gathered, in their order; one whose log cannot be read
 * leaves an empty source, of which the minutes say so. */
static bool copy_parts(struct minutes_job *job, const struct room *room)
{
    const struct meeting_kinds *kinds = &room->committed_meeting->kinds;
    size_t i;

    if (kinds->group_count == 0)
        return true;
    job->parts = calloc(kinds->group_count, sizeof job->parts[0]);
    job->part_sources = calloc(kinds->group_count, sizeof job->part_sources[0]);
    if (!job->parts || !job->part_sources)
        return false;
    for (i = 0; i < kinds->group_count; i++) {
        const struct room *part =
            hub_find_room(room->hub, &kinds->groups[i].meeting);
        const size_t at = job->part_count;

        if (!kinds->groups[i].is_gathered)
            continue;
        job->part_count++;
        if (part && part->kind == ROOM_MEETING && part->phase == ROOM_READY &&
            !part->lacks_rules &&
            !copy_log(&job->parts[at], part, &job->part_sources[at]))
            return false;
    }
    job->source.parts = job->part_sources;
    job->source.part_count = job->part_count;
    return true;
}

/* Errata, and the names of whoever signed them. */
static bool is_about_errata(const struct room_opening *opening)
{
    return strcmp(opening->field, "erratum") == 0 ||
           strcmp(opening->field, "name") == 0;
}

/* Of the register, if it has errata of these minutes; nothing otherwise. */
static bool copy_errata(struct minutes_job *job, const struct room *room)
{
    const struct room *registry = room->hub->register_room;
    struct minutes_log *log = &job->registry;
    size_t i;

    job->meeting = room->id;
    if (!registry->committed_register ||
        register_state_errata(registry->committed_register, &room->id) == 0)
        return true;
    log->events = calloc(registry->committed + 1, sizeof log->events[0]);
    log->frames = calloc(registry->committed + 1, sizeof log->frames[0]);
    log->openings =
        calloc(registry->opening_count + 1, sizeof log->openings[0]);
    if (!log->events || !log->openings || !log->frames)
        return false;
    for (i = 0; i < registry->committed; i++)
        add_event(log, registry->history[i].frame);
    for (i = 0; i < registry->opening_count; i++)
        if (registry->openings[i].seq < registry->committed &&
            is_about_errata(&registry->openings[i]) &&
            !add_opening(log, &registry->openings[i]))
            return false;
    job->register_source =
        (struct minutes_source){ .events = log->events,
                                 .event_count = log->event_count,
                                 .openings = log->openings,
                                 .opening_count = log->opening_count };
    return true;
}

static void refuse_minutes(struct session *session, uint64_t request,
                           enum refusal_code code)
{
    session->is_drawing_minutes = false;
    session_refuse_code(session, request, code);
}

static void draw(struct minutes_job *job)
{
    if (job->is_json)
        job->result =
            minutes_json_draw(&job->source, job->upto, &job->text, &job->size);
    else
        job->result = minutes_text_render(&job->source, job->language,
                                          &job->text, &job->size);
}

static void render(void *data)
{
    struct minutes_job *job = data;
    struct minutes_errata errata;

    job->result =
        minutes_errata_read(&job->register_source, &job->meeting, &errata);
    job->source.errata = &errata;
    if (job->result == RESULT_OK)
        draw(job);
    job->source.errata = NULL;
    minutes_errata_release(&errata);
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
        ticket->room = job->room;
        ticket->upto = job->is_json ? job->upto : 0;
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
        settling->room = ticket->room;
        settling->upto = ticket->upto;
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
    struct room *room = ticket->room;
    char hex[HEX_SIZE(HASH_SIZE)];
    json_t *answer = answer_ok(ticket->request);

    room->drawn[room->drawn_count++ % DRAWN_MAX] =
        (struct drawn_minutes){ ticket->blob, ticket->upto };
    session->minutes_room = room;
    hex_encode(ticket->blob.bytes, HASH_SIZE, hex);
    if (answer) {
        json_object_set_new(answer, "blob", json_string(hex));
        json_object_set_new(answer, "size",
                            json_integer((json_int_t)ticket->size));
        if (ticket->upto > 0)
            json_object_set_new(answer, "upto",
                                json_integer((json_int_t)ticket->upto));
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

/* The version that was presented is everybody's: they hear it read. */
static bool is_presented(const struct room *room, const struct hash *blob)
{
    char hex[HEX_SIZE(HASH_SIZE)];
    size_t i;

    hex_encode(blob->bytes, HASH_SIZE, hex);
    for (i = 0; i < room->opening_count; i++)
        if (room->openings[i].seq < room->committed &&
            strcmp(room->openings[i].field, "minutes") == 0 &&
            strcmp(room->openings[i].value, hex) == 0)
            return true;
    return false;
}

bool minutes_may_fetch(const struct room *room, const struct actor *actor,
                       const struct hash *blob)
{
    size_t i;

    for (i = 0; i < DRAWN_MAX && i < room->drawn_count; i++)
        if (hash_equal(&room->drawn[i].blob, blob) && may_read(room, actor))
            return true;
    return actor->kind == ACTOR_HOLDER && room->committed > 0 &&
           meeting_state_may_open(room->committed_meeting, &actor->holder,
                                  AUDIENCE_ALL) &&
           is_presented(room, blob);
}

bool minutes_are_drawn(const struct room *room, const struct command *command)
{
    const struct command_present_minutes *body = &command->body.present_minutes;
    struct hash blob;
    size_t i;

    if (hex_decode(body->minutes.value, blob.bytes, sizeof blob.bytes) !=
        RESULT_OK)
        return false;
    for (i = 0; i < DRAWN_MAX && i < room->drawn_count; i++)
        if (hash_equal(&room->drawn[i].blob, &blob) &&
            room->drawn[i].upto > 0 && room->drawn[i].upto == body->upto)
            return true;
    return false;
}

static enum minutes_language asked_language(const struct request *request)
{
    const json_t *language = json_object_get(request->object, "language");

    return json_is_string(language) &&
                   strcmp(json_string_value(language), "en") == 0
               ? MINUTES_ENGLISH
               : MINUTES_VIETNAMESE;
}

static void start_drawing(struct session *session, struct room *room,
                          const struct request *request, bool is_json)
{
    struct hub *hub = session->hub;
    const uint64_t id = request->command.request;
    struct minutes_job *job;

    if (room->lacks_rules) {
        session_refuse_code(session, id, REFUSAL_NO_RULESET);
        return;
    }
    job = session->is_drawing_minutes ? NULL : calloc(1, sizeof *job);
    if (!job) {
        session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    job->hub = hub;
    job->room = room;
    job->session = session->id;
    job->request = id;
    job->language = asked_language(request);
    job->is_json = is_json;
    job->upto = room->committed - 1;
    if (!copy_log(&job->own, room, &job->source) || !copy_parts(job, room) ||
        !copy_errata(job, room) ||
        hub_work(hub, render, on_rendered, job) != RESULT_OK) {
        free_job(job);
        session_refuse_code(session, id, REFUSAL_BUSY);
    } else {
        session->is_drawing_minutes = true;
    }
}

void session_minutes(struct session *session, struct request *request)
{
    struct room *room = hub_find_room(session->hub, &request->command.log);
    uint64_t id = request->command.request;

    if (!room || room->kind != ROOM_MEETING || room->phase != ROOM_READY)
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
    else if (!may_read(room, &session->actor))
        session_refuse_who(session, id,
                           "chair, minute-taker, or members once it is shared");
    else if (room_groups_await(room, NULL, session, request, session_minutes))
        return;
    else
        start_drawing(session, room, request, false);
    request_free(request);
}

/* For whoever may read them back: the state's duty, not that of a time before.
 */
static bool may_draw(const struct room *room, const struct actor *actor)
{
    return actor->kind == ACTOR_HOLDER && room->committed > 0 &&
           meeting_state_is_presiding(room->committed_meeting, &actor->holder);
}

void session_draw_minutes(struct session *session, struct request *request)
{
    struct room *room = hub_find_room(session->hub, &request->command.log);
    uint64_t id = request->command.request;

    if (!room || room->kind != ROOM_MEETING || room->phase != ROOM_READY)
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
    else if (!may_draw(room, &session->actor))
        session_refuse_who(session, id, "chair, minute-taker");
    else
        start_drawing(session, room, request, true);
    request_free(request);
}
