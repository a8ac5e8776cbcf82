/* How a room comes back from its log, at first and after a failure, and what
 * waits for it meanwhile. */
#include "server/room/room_types.h"

#include "server/platform/log.h"
#include "server/store/store.h"

#include <stdlib.h>
#include <string.h>

/* A room that could not be loaded is tried again after so long. */
enum { ROOM_RETRY_MS = 5000 };

/* --- loading ------------------------------------------------------------- */

enum result room_fold(struct room *room, bool is_head, const char *bytes,
                      size_t size)
{
    return room->kind == ROOM_MEETING
               ? meeting_room_fold(room, is_head, bytes, size)
               : register_room_fold(room, is_head, bytes, size);
}

enum result room_new_states(struct room *room)
{
    enum result result;

    if (room->kind == ROOM_REGISTER) {
        result = register_state_new(&room->head_register);
        return result != RESULT_OK
                   ? result
                   : register_state_new(&room->committed_register);
    }
    result = meeting_state_new(&room->head_meeting);
    return result != RESULT_OK ? result
                               : meeting_state_new(&room->committed_meeting);
}

/* What the openings of one event have in common. */
struct opened_event {
    bool is_read;
    uint64_t seq;
    const struct schema *schema;
    struct identifier unit;
};

static enum result read_opened(struct room *room, uint64_t seq,
                               struct opened_event *out)
{
    const struct frame *frame;
    struct event_head head;
    struct message_memory memory = { 0 };
    enum result result;

    if (seq >= room->history_count)
        return RESULT_CORRUPT;
    memset(out, 0, sizeof *out);
    frame = room->history[seq].frame;
    result = event_parse((const char *)frame->data, frame->size, &head, &memory,
                         NULL);
    if (result == RESULT_OK && room->kind == ROOM_MEETING) {
        out->schema = meeting_event_schema(meeting_event_kind_of(head.name));
    } else if (result == RESULT_OK) {
        struct register_event event;
        struct field_error error;

        out->schema = register_event_schema(register_event_kind_of(head.name));
        result = register_event_read(memory.root, &event, &memory, &error);
        if (result == RESULT_OK)
            out->unit = register_event_unit(room->head_register, &event);
    }
    message_memory_release(&memory);
    out->seq = seq;
    out->is_read = result == RESULT_OK;
    return result;
}

/* Audience and unit of a stored opening follow from its event, which is read
 * once for all of its openings: a genesis has thousands. */
static enum result load_opening(struct room *room,
                                const struct store_opening *stored,
                                struct opened_event *event)
{
    struct opening opening = { .seq = stored->seq };
    const struct field *field;

    if (strlen(stored->field) > OPENING_FIELD_SIZE_MAX)
        return RESULT_CORRUPT;
    if (!event->is_read || event->seq != stored->seq) {
        enum result result = read_opened(room, stored->seq, event);

        if (result != RESULT_OK)
            return result;
    }
    field = event->schema
                ? schema_find_path(event->schema, text_view_of(stored->field))
                : NULL;
    if (!field)
        return RESULT_CORRUPT;
    memcpy(opening.field, stored->field, strlen(stored->field) + 1);
    memcpy(opening.salt.bytes, stored->salt, sizeof opening.salt.bytes);
    opening.audience = field->audience;
    opening.value = (struct text_view){ stored->value, stored->value_size };
    return history_open(room, &opening, &event->unit);
}

static enum result load_events(struct room *room, const struct store_log *log)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < log->event_count; i++) {
        const struct store_event *event = &log->events[i];
        const char *bytes = (const char *)event->bytes;

        result = history_add(room, bytes, event->size, event->at_ms);
        if (result == RESULT_OK &&
            !hash_equal(&room->history[i].head, &event->head))
            result = RESULT_CORRUPT;
        if (result == RESULT_OK)
            result = room_fold(room, true, bytes, event->size);
        if (result == RESULT_OK)
            result = room_fold(room, false, bytes, event->size);
    }
    room->committed = room->history_count;
    return result;
}

static enum result load_requests(struct room *room, const struct store_log *log)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < log->request_count; i++) {
        const struct store_request *stored = &log->requests[i];
        struct frame *answer =
            frame_new(stored->answer, stored->answer_size, false);

        result = answer ? history_add_request(room, &stored->device, stored->id,
                                              0, answer)
                        : RESULT_NO_MEMORY;
        frame_unref(answer);
    }
    return result;
}

/*
 * A meeting goes on under the ruleset that it was begun under, or not at all:
 * the file, or what was kept of it in the store. One that is over is only read.
 */
static enum result find_rules(struct room *room)
{
    const struct meeting_state *state = room->head_meeting;
    const struct hub_config *config = &room->hub->config;
    const struct ruleset_book *book;

    room->rules = NULL;
    room->lacks_rules = false;
    if (room->kind != ROOM_MEETING || state->phase == MEETING_NOTHING ||
        hash_equal(&state->ruleset_hash, &config->rules->hash))
        return RESULT_OK;
    book = config->rulesets
               ? ruleset_shelf_by_hash(config->rulesets, &state->ruleset_hash)
               : NULL;
    if (book) {
        room->rules = &book->rules;
        return RESULT_OK;
    }
    log_error("room %s: it was begun under the ruleset %s, which was not kept, "
              "and no file of the rules folder is that one, byte for byte",
              room->id.text, state->ruleset);
    room->lacks_rules =
        state->phase == MEETING_CLOSED && room->is_closed_on_disk;
    return room->lacks_rules ? RESULT_OK : RESULT_NOT_FOUND;
}

static enum result load_log(struct room *room, const struct store_log *log)
{
    enum result result = room_new_states(room);
    struct opened_event opened = { .is_read = false };
    size_t i;

    room->is_log_begun = log->exists;
    room->is_closed_on_disk = log->is_closed;
    room->is_held = log->is_held;
    memcpy(room->key.bytes, log->room_key, sizeof room->key.bytes);
    if (result == RESULT_OK)
        result = load_events(room, log);
    for (i = 0; result == RESULT_OK && i < log->opening_count; i++)
        result = load_opening(room, &log->openings[i], &opened);
    if (result == RESULT_OK)
        result = load_requests(room, log);
    return result == RESULT_OK ? find_rules(room) : result;
}

static void run_jobs(struct room *room)
{
    while (room->jobs && room->phase == ROOM_READY) {
        struct room_job *job = room->jobs;
        struct session *session = hub_session(room->hub, job->session);

        room->jobs = job->next;
        if (!room->jobs)
            room->jobs_end = &room->jobs;
        room->job_count--;
        if (session && session->phase != SESSION_CLOSING)
            room_submit(room, session, job->request);
        else
            request_free(job->request);
        free(job);
    }
}

static void refuse_jobs(struct room *room)
{
    while (room->jobs) {
        struct room_job *job = room->jobs;
        struct session *session = hub_session(room->hub, job->session);

        room->jobs = job->next;
        if (session)
            session_refuse_code(session, job->request->command.request,
                                REFUSAL_STORE_FAILED);
        request_free(job->request);
        free(job);
    }
    room->jobs_end = &room->jobs;
    room->job_count = 0;
}

/* What was on disk stays true when it cannot be read again: it is kept, so that
 * sessions which look things up in it find them. */
static enum result replace_log(struct room *room, const struct store_log *log)
{
    const struct clock *clock = room->hub->config.clock;
    struct room kept = { .hub = NULL };
    enum result result;

    history_move(&kept, room);
    room->origin_utc_ms = clock_utc_ms(clock);
    room->origin_monotonic_ms = clock_monotonic_ms(clock);
    room->last_at_ms = 0;
    result = load_log(room, log);
    if (result != RESULT_OK) {
        history_clear(room);
        history_move(room, &kept);
        return result;
    }
    history_clear(&kept);
    /* A wall clock that was put back must not make time stand still. */
    if (room->origin_utc_ms < room->last_at_ms)
        room->origin_utc_ms = room->last_at_ms;
    return RESULT_OK;
}

void room_on_loaded(struct room *room, enum result result,
                    struct store_log *log)
{
    if (result == RESULT_OK)
        result = replace_log(room, log);
    store_log_free(log);
    if (result != RESULT_OK) {
        log_error("room %s: cannot be loaded (%s); the data needs a look",
                  room->id.text, result_text(result));
        room->phase = ROOM_FAILED;
        room->failed_ms = hub_monotonic_ms(room->hub);
        refuse_jobs(room);
        return;
    }
    /* It was restored from before the server's key changed, and lacks at least
     * the event that says so. */
    if (room == room->hub->register_room && !hub_is_of_register(room->hub))
        room->is_held = true;
    room->phase = ROOM_READY;
    room->voice_version++;
    room_sound_settle(room);
    log_debug("room %s: loaded, %zu events", room->id.text,
              room->history_count);
    if (room->kind == ROOM_MEETING)
        meeting_room_loaded(room);
    else
        register_room_loaded(room);
    run_jobs(room);
}

/* --- failing ------------------------------------------------------------- */

static void tell_retry(struct room *room)
{
    /* A session that ends by this may take others with it. */
    while (room->subscribers) {
        struct session *session = room->subscribers->session;

        subscription_detach(room->subscribers);
        session_send_json(session, json_pack("{s:s, s:s}", "note", "retry",
                                             "log", room->id.text));
    }
}

static void refuse_answers(struct room *room)
{
    while (room->answers) {
        struct waiting_answer *waiting = room_take_answer(room);
        struct session *session = hub_session(room->hub, waiting->session);

        if (session && waiting->request > 0)
            session_refuse_code(session, waiting->request,
                                REFUSAL_STORE_FAILED);
        waiting_answer_free(waiting);
    }
}

void room_reload(struct room *room)
{
    struct store *store = room->hub->store;
    struct ballot_desk *desk = room->desk;

    refuse_answers(room);
    tell_retry(room);
    room_heads_clear(room);
    room_loss_clear(room);
    room->is_going_on = false;
    room->phase = ROOM_LOADING;
    if (store->ops->load(store, &room->id) != RESULT_OK) {
        room->phase = ROOM_FAILED;
        room->failed_ms = hub_monotonic_ms(room->hub);
        refuse_jobs(room);
    }
    /* Whoever waited for it may ask again at once. */
    room->desk = NULL;
    ballot_desk_free(desk);
}

void room_fail(struct room *room, enum result why)
{
    if (room->phase != ROOM_READY)
        return; /* it is on its way already */
    log_error("room %s: %zu events could not be stored (%s); the room is "
              "loaded again",
              room->id.text, room->history_count - room->committed,
              result_text(why));
    room->phase = ROOM_SETTLING;
    if (room->batch_first == room->batch_count)
        room_reload(room);
}

/* --- waiting for the log ------------------------------------------------- */

void room_enqueue(struct room *room, struct session *session,
                  struct request *request)
{
    struct room_job *job;

    if (room->job_count >= LIMIT_ROOM_INBOX) {
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
        request_free(request);
        return;
    }
    job = calloc(1, sizeof *job);
    if (!job) {
        request_free(request);
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    job->session = session->id;
    job->request = request;
    *room->jobs_end = job;
    room->jobs_end = &job->next;
    room->job_count++;
}

/* A disk that was full may have room again. */
void room_retry(struct room *room)
{
    struct store *store = room->hub->store;
    int64_t now_ms = hub_monotonic_ms(room->hub);

    if (room->phase != ROOM_FAILED || now_ms - room->failed_ms < ROOM_RETRY_MS)
        return;
    room->failed_ms = now_ms;
    if (store->ops->load(store, &room->id) == RESULT_OK)
        room->phase = ROOM_LOADING;
}
