#include "server/room/room_types.h"

#include "protocol/record/hash_chain.h"
#include "server/platform/log.h"
#include "server/store/store.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* A room that could not be loaded is tried again after so long. */
enum { ROOM_RETRY_MS = 5000 };

/* Grows an array to hold one more. */
static bool grow(void *array_pointer, size_t *capacity, size_t count,
                 size_t element_size)
{
    void **array = array_pointer;
    size_t bigger = *capacity ? *capacity * 2 : 16;
    void *grown;

    if (count < *capacity)
        return true;
    grown = realloc(*array, bigger * element_size);
    if (!grown)
        return false;
    *array = grown;
    *capacity = bigger;
    return true;
}

enum result room_new(struct room **out, struct hub *hub,
                     const struct identifier *id, enum room_kind kind)
{
    struct room *room = calloc(1, sizeof *room);

    if (!room)
        return RESULT_NO_MEMORY;
    room->hub = hub;
    room->id = *id;
    room->kind = kind;
    room->phase = ROOM_LOADING;
    room->answers_end = &room->answers;
    room->jobs_end = &room->jobs;
    *out = room;
    return RESULT_OK;
}

static void free_waiting(struct waiting_answer *waiting)
{
    frame_unref(waiting->frame);
    free(waiting);
}

/* Everything that came from the log, so that it can be loaded again. */
static void clear_log(struct room *room)
{
    size_t i;

    for (i = 0; i < room->history_count; i++)
        frame_unref(room->history[i].frame);
    free(room->history);
    room->history = NULL;
    room->history_count = room->history_capacity = room->committed = 0;
    for (i = 0; i < room->opening_count; i++) {
        frame_unref(room->openings[i].frame);
        free(room->openings[i].value);
    }
    free(room->openings);
    room->openings = NULL;
    room->opening_count = room->opening_capacity = 0;
    for (i = 0; i < REQUEST_BUCKETS; i++) {
        while (room->requests[i]) {
            struct done_request *done = room->requests[i];

            room->requests[i] = done->next;
            frame_unref(done->answer);
            free(done);
        }
    }
    room->head_meeting = meeting_state_free(room->head_meeting);
    room->committed_meeting = meeting_state_free(room->committed_meeting);
    room->head_register = register_state_free(room->head_register);
    room->committed_register = register_state_free(room->committed_register);
    room->batch_first = room->batch_count = 0;
    room->is_log_begun = false;
    OPENSSL_cleanse(&room->key, sizeof room->key);
}

struct room *room_free(struct room *room)
{
    if (!room)
        return NULL;
    clear_log(room);
    while (room->answers) {
        struct waiting_answer *waiting = room->answers;

        room->answers = waiting->next;
        free_waiting(waiting);
    }
    while (room->jobs) {
        struct room_job *job = room->jobs;

        room->jobs = job->next;
        request_free(job->request);
        free(job);
    }
    free(room->batches);
    free(room);
    return NULL;
}

int64_t room_now_ms(const struct room *room)
{
    int64_t at_ms = room->origin_utc_ms +
                    (hub_monotonic_ms(room->hub) - room->origin_monotonic_ms);

    return at_ms > room->last_at_ms ? at_ms : room->last_at_ms;
}

/* --- history
 * ------------------------------------------------------------------ */

static enum result add_history(struct room *room, const char *bytes,
                               size_t size, int64_t at_ms)
{
    const struct hash *previous;
    struct hash leaf = hash_chain_leaf(bytes, size);
    struct frame *frame;

    if (room->history_count >= LIMIT_LOG_EVENTS)
        return RESULT_FULL;
    if (!grow(&room->history, &room->history_capacity, room->history_count,
              sizeof room->history[0]))
        return RESULT_NO_MEMORY;
    previous = room->history_count > 0
                   ? &room->history[room->history_count - 1].head
                   : NULL;
    frame = frame_new(bytes, size, false);
    if (!frame)
        return RESULT_NO_MEMORY;
    room->history[room->history_count].frame = frame;
    room->history[room->history_count].head =
        hash_chain_link(previous, room->history_count, &leaf);
    room->history_count++;
    room->last_at_ms = at_ms;
    return RESULT_OK;
}

static enum result add_opening(struct room *room, const struct opening *opening,
                               const struct identifier *unit)
{
    struct room_opening *slot;
    char *text = NULL;
    size_t size = 0;
    enum result result;

    if (!grow(&room->openings, &room->opening_capacity, room->opening_count,
              sizeof room->openings[0]))
        return RESULT_NO_MEMORY;
    slot = &room->openings[room->opening_count];
    memset(slot, 0, sizeof *slot);
    result = opening_write(opening, &text, &size);
    if (result != RESULT_OK)
        return result;
    slot->frame = frame_new(text, size, false);
    free(text);
    slot->value = strndup(opening->value.data ? opening->value.data : "",
                          opening->value.size);
    if (!slot->frame || !slot->value) {
        frame_unref(slot->frame);
        free(slot->value);
        return RESULT_NO_MEMORY;
    }
    slot->seq = opening->seq;
    memcpy(slot->field, opening->field, sizeof slot->field);
    slot->audience = opening->audience;
    if (unit)
        slot->unit = *unit;
    room->opening_count++;
    return RESULT_OK;
}

const struct room_opening *room_find_opening(const struct room *room,
                                             uint64_t seq, const char *field)
{
    size_t low = 0;
    size_t high = room->opening_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (room->openings[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < room->opening_count && room->openings[low].seq == seq; low++)
        if (strcmp(room->openings[low].field, field) == 0)
            return &room->openings[low];
    return NULL;
}

static struct done_request **
request_bucket(struct room *room, const struct key *device, uint64_t id)
{
    size_t bucket = (size_t)((device->bytes[0] + 31u * id) % REQUEST_BUCKETS);

    return &room->requests[bucket];
}

static const struct done_request *
find_request(struct room *room, const struct key *device, uint64_t id)
{
    const struct done_request *done = *request_bucket(room, device, id);

    while (done && (done->id != id || !key_equal(&done->device, device)))
        done = done->next;
    return done;
}

static enum result add_request(struct room *room, const struct key *device,
                               uint64_t id, uint64_t threshold,
                               struct frame *answer)
{
    struct done_request **bucket = request_bucket(room, device, id);
    struct done_request *done = calloc(1, sizeof *done);

    if (!done)
        return RESULT_NO_MEMORY;
    done->device = *device;
    done->id = id;
    done->threshold = threshold;
    done->answer = frame_ref(answer);
    done->next = *bucket;
    *bucket = done;
    return RESULT_OK;
}

/* --- loading
 * -------------------------------------------------------------------- */

static enum result fold(struct room *room, bool is_head, const char *bytes,
                        size_t size)
{
    return room->kind == ROOM_MEETING
               ? meeting_room_fold(room, is_head, bytes, size)
               : register_room_fold(room, is_head, bytes, size);
}

static enum result new_states(struct room *room)
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

/* Audience and unit of a stored opening follow from its event. */
static enum result load_opening(struct room *room,
                                const struct store_opening *stored)
{
    const struct frame *frame;
    struct event_head head;
    struct message_memory memory = { 0 };
    struct opening opening = { .seq = stored->seq };
    struct identifier unit = { "" };
    const struct schema *schema = NULL;
    const struct field *field;
    enum result result;

    if (stored->seq >= room->history_count ||
        strlen(stored->field) > OPENING_FIELD_SIZE_MAX)
        return RESULT_CORRUPT;
    frame = room->history[stored->seq].frame;
    result = event_parse((const char *)frame->data, frame->size, &head, &memory,
                         NULL);
    if (result == RESULT_OK && room->kind == ROOM_MEETING) {
        schema = meeting_event_schema(meeting_event_kind_of(head.name));
    } else if (result == RESULT_OK) {
        struct register_event event;
        struct field_error error;

        schema = register_event_schema(register_event_kind_of(head.name));
        result = register_event_read(memory.root, &event, &memory, &error);
        if (result == RESULT_OK)
            unit = register_event_unit(room->head_register, &event);
    }
    memcpy(opening.field, stored->field, strlen(stored->field) + 1);
    field =
        schema ? schema_find_path(schema, text_view_of(stored->field)) : NULL;
    if (result == RESULT_OK && !field)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK) {
        opening.audience = field->audience;
        memcpy(opening.salt.bytes, stored->salt, sizeof opening.salt.bytes);
        opening.value = (struct text_view){ stored->value, stored->value_size };
        result = add_opening(room, &opening, &unit);
    }
    message_memory_release(&memory);
    return result;
}

static enum result load_log(struct room *room, const struct store_log *log)
{
    enum result result = new_states(room);
    size_t i;

    room->is_log_begun = log->exists;
    memcpy(room->key.bytes, log->room_key, sizeof room->key.bytes);
    for (i = 0; result == RESULT_OK && i < log->event_count; i++) {
        const struct store_event *event = &log->events[i];
        const char *bytes = (const char *)event->bytes;

        result = add_history(room, bytes, event->size, event->at_ms);
        if (result == RESULT_OK &&
            !hash_equal(&room->history[i].head, &event->head))
            result = RESULT_CORRUPT;
        if (result == RESULT_OK)
            result = fold(room, true, bytes, event->size);
        if (result == RESULT_OK)
            result = fold(room, false, bytes, event->size);
    }
    room->committed = room->history_count;
    for (i = 0; result == RESULT_OK && i < log->opening_count; i++)
        result = load_opening(room, &log->openings[i]);
    for (i = 0; result == RESULT_OK && i < log->request_count; i++) {
        const struct store_request *stored = &log->requests[i];
        struct frame *answer =
            frame_new(stored->answer, stored->answer_size, false);

        result = answer
                     ? add_request(room, &stored->device, stored->id, 0, answer)
                     : RESULT_NO_MEMORY;
        frame_unref(answer);
    }
    return result;
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

void room_on_loaded(struct room *room, enum result result,
                    struct store_log *log)
{
    const struct clock *clock = room->hub->config.clock;

    clear_log(room);
    room->origin_utc_ms = clock_utc_ms(clock);
    room->origin_monotonic_ms = clock_monotonic_ms(clock);
    room->last_at_ms = 0;
    if (result == RESULT_OK)
        result = load_log(room, log);
    store_log_free(log);
    if (result != RESULT_OK) {
        log_error("room %s: cannot be loaded (%s); the data needs a look",
                  room->id.text, result_text(result));
        room->phase = ROOM_FAILED;
        room->failed_ms = hub_monotonic_ms(room->hub);
        refuse_jobs(room);
        return;
    }
    room->phase = ROOM_READY;
    room->voice_version++;
    log_debug("room %s: loaded, %zu events", room->id.text,
              room->history_count);
    if (room->kind == ROOM_MEETING)
        meeting_room_loaded(room);
    else
        register_room_loaded(room);
    run_jobs(room);
}

/* --- answers
 * ---------------------------------------------------------------------- */

static void send_answers(struct room *room);

void room_await(struct room *room, struct waiting_answer *waiting)
{
    waiting->next = NULL;
    *room->answers_end = waiting;
    room->answers_end = &waiting->next;
    send_answers(room);
}

void room_answer(struct room *room, uint64_t session_id, uint64_t request,
                 uint64_t threshold, struct frame *frame)
{
    struct session *session = hub_session(room->hub, session_id);
    struct waiting_answer *waiting;

    if (!session || !frame) {
        frame_unref(frame);
        return;
    }
    if (threshold <= room->committed && !room->answers) {
        session_send(session, frame);
        return;
    }
    waiting = calloc(1, sizeof *waiting);
    if (!waiting) {
        frame_unref(frame);
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    waiting->threshold = threshold;
    waiting->session = session_id;
    waiting->effect = EFFECT_ANSWER;
    waiting->request = request;
    waiting->frame = frame;
    room_await(room, waiting);
}

static void send_answers(struct room *room)
{
    while (room->answers && room->answers->threshold <= room->committed) {
        struct waiting_answer *waiting = room->answers;
        struct session *session = hub_session(room->hub, waiting->session);

        room->answers = waiting->next;
        if (!room->answers)
            room->answers_end = &room->answers;
        if (session && session->phase != SESSION_CLOSING) {
            if (waiting->effect == EFFECT_ANSWER)
                session_send(session, frame_ref(waiting->frame));
            else
                room_join_decided(room, session, waiting);
        }
        free_waiting(waiting);
    }
}

/* --- writing
 * ------------------------------------------------------------------------- */

enum result room_begin(struct room *room, struct proposal *proposal)
{
    enum result result;

    memset(proposal, 0, sizeof *proposal);
    proposal->first_seq = room->history_count;
    result =
        store_batch_new(&proposal->batch, &room->id, room->hub->next_ticket++);
    if (result != RESULT_OK || room->is_log_begun)
        return result;
    result = entropy_fill(room->hub->config.entropy, room->key.bytes,
                          sizeof room->key.bytes);
    if (result == RESULT_OK)
        result = store_batch_begin_log(proposal->batch, room->key.bytes);
    if (result == RESULT_OK)
        room->is_log_begun = true;
    return result;
}

enum result room_propose(struct room *room, struct proposal *proposal,
                         const struct event_encoding *encoding, int64_t at_ms,
                         const struct identifier *unit)
{
    struct store_event event = { .seq = room->history_count, .at_ms = at_ms };
    enum result result =
        add_history(room, encoding->bytes, encoding->size, at_ms);
    size_t i;

    if (result != RESULT_OK)
        return result;
    event.head = room->history[event.seq].head;
    event.bytes = room->history[event.seq].frame->data;
    event.size = encoding->size;
    result = store_batch_add_event(proposal->batch, &event);
    for (i = 0; result == RESULT_OK && i < encoding->opening_count; i++) {
        const struct opening *opening = &encoding->openings[i];
        const struct room_opening *kept;
        struct store_opening stored = { .seq = event.seq };

        result = add_opening(room, opening, unit);
        if (result != RESULT_OK)
            break;
        kept = &room->openings[room->opening_count - 1];
        stored.field = room->openings[room->opening_count - 1].field;
        memcpy(stored.salt, opening->salt.bytes, sizeof stored.salt);
        stored.value = kept->value;
        stored.value_size = opening->value.size;
        result = store_batch_add_opening(proposal->batch, &stored);
    }
    return result;
}

static enum result add_batch(struct room *room, uint64_t ticket)
{
    struct pending_batch *slot;

    if (room->batch_first > 0 && room->batch_first == room->batch_count) {
        room->batch_first = room->batch_count = 0;
    } else if (room->batch_first > 1024) {
        memmove(room->batches, room->batches + room->batch_first,
                (room->batch_count - room->batch_first) *
                    sizeof room->batches[0]);
        room->batch_count -= room->batch_first;
        room->batch_first = 0;
    }
    if (!grow(&room->batches, &room->batch_capacity, room->batch_count,
              sizeof room->batches[0]))
        return RESULT_NO_MEMORY;
    slot = &room->batches[room->batch_count++];
    slot->ticket = ticket;
    slot->next_seq = room->history_count;
    return RESULT_OK;
}

enum result room_commit(struct room *room, struct proposal *proposal,
                        const struct key *device, uint64_t request,
                        struct frame *answer)
{
    struct store *store = room->hub->store;
    uint64_t ticket = room->hub->next_ticket - 1;
    enum result result = RESULT_OK;

    if (answer && device) {
        struct store_request stored = { .device = *device,
                                        .id = request,
                                        .answer = (char *)answer->data,
                                        .answer_size = answer->size };

        result = store_batch_add_request(proposal->batch, &stored);
        if (result == RESULT_OK)
            result =
                add_request(room, device, request, room->history_count, answer);
    }
    if (result == RESULT_OK && proposal->closes_log) {
        store_batch_close_log(proposal->batch);
        OPENSSL_cleanse(&room->key, sizeof room->key);
    }
    if (result == RESULT_OK)
        result = add_batch(room, ticket);
    if (result == RESULT_OK)
        result = store->ops->append(store, proposal->batch);
    if (result != RESULT_OK)
        return result; /* the caller frees the batch and drops the head */
    proposal->batch = NULL;
    room->hub->figures.events += room->history_count - proposal->first_seq;
    if (room->hub->plants_early_release) {
        room->committed = room->history_count;
        room_release(room);
    }
    return RESULT_OK;
}

static void tell_retry(struct room *room)
{
    struct subscription *subscription = room->subscribers;

    while (subscription) {
        struct subscription *next = subscription->next;
        struct session *session = subscription->session;

        subscription_detach(subscription);
        session_send_json(session, json_pack("{s:s, s:s}", "note", "retry",
                                             "log", room->id.text));
        subscription = next;
    }
}

void room_fail(struct room *room, enum result why)
{
    struct refusal refusal;

    log_error("room %s: %zu events could not be stored (%s); the room is "
              "loaded again",
              room->id.text, room->history_count - room->committed,
              result_text(why));
    refusal_set(&refusal, REFUSAL_STORE_FAILED);
    while (room->answers) {
        struct waiting_answer *waiting = room->answers;
        struct session *session = hub_session(room->hub, waiting->session);

        room->answers = waiting->next;
        if (session)
            session_refuse_code(session, waiting->request,
                                REFUSAL_STORE_FAILED);
        free_waiting(waiting);
    }
    room->answers_end = &room->answers;
    tell_retry(room);
    room->phase = ROOM_LOADING;
    if (room->hub->store->ops->load(room->hub->store, &room->id) != RESULT_OK) {
        room->phase = ROOM_FAILED;
        refuse_jobs(room);
    }
}

void room_on_committed(struct room *room, uint64_t ticket, enum result result)
{
    if (room->phase != ROOM_READY || room->batch_first == room->batch_count ||
        room->batches[room->batch_first].ticket != ticket)
        return; /* of a head that was dropped meanwhile */
    if (result != RESULT_OK) {
        room_fail(room, result);
        return;
    }
    if (room->batches[room->batch_first].next_seq > room->committed)
        room->committed = room->batches[room->batch_first].next_seq;
    room->batch_first++;
    room_release(room);
}

/* --- releasing
 * ------------------------------------------------------------------------ */

static uint64_t folded(const struct room *room)
{
    return room->kind == ROOM_MEETING ? room->committed_meeting->next_seq
                                      : room->committed_register->next_seq;
}

void room_release(struct room *room)
{
    struct subscription *subscription;

    while (folded(room) < room->committed) {
        const struct frame *frame = room->history[folded(room)].frame;
        enum result result =
            fold(room, false, (const char *)frame->data, frame->size);

        /* The head folded these very bytes; only memory can be missing. */
        if (result != RESULT_OK) {
            room_fail(room, result);
            return;
        }
        if (room->phase != ROOM_READY)
            return;
    }
    for (subscription = room->subscribers; subscription;) {
        struct subscription *next = subscription->next;

        session_pump(subscription->session);
        subscription = next;
    }
    send_answers(room);
}

/* --- commands
 * ----------------------------------------------------------------------------
 */

static void enqueue(struct room *room, struct session *session,
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

/* The signer must have seen a head of this very history. */
static bool is_seen_right(const struct room *room, const struct act *act)
{
    static const struct hash none;

    if (act->seen < room->committed)
        return hash_equal(&act->head, &room->history[act->seen].head);
    return room->history_count == 0 && act->seen == 0 &&
           hash_equal(&act->head, &none);
}

static bool repeat_answer(struct room *room, struct session *session,
                          const struct request *request)
{
    const struct done_request *done;

    if (session->actor.kind != ACTOR_HOLDER)
        return false;
    done = find_request(room, &session->actor.device, request->command.request);
    if (!done)
        return false;
    room_answer(room, session->id, done->id, done->threshold,
                frame_ref(done->answer));
    return true;
}

/* A disk that was full may have room again. */
static void retry_loading(struct room *room)
{
    struct store *store = room->hub->store;
    int64_t now_ms = hub_monotonic_ms(room->hub);

    if (room->phase != ROOM_FAILED || now_ms - room->failed_ms < ROOM_RETRY_MS)
        return;
    room->failed_ms = now_ms;
    if (store->ops->load(store, &room->id) == RESULT_OK)
        room->phase = ROOM_LOADING;
}

void room_submit(struct room *room, struct session *session,
                 struct request *request)
{
    retry_loading(room);
    if (room->phase == ROOM_LOADING) {
        enqueue(room, session, request);
        return;
    }
    if (room->phase == ROOM_FAILED) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_STORE_FAILED);
        request_free(request);
        return;
    }
    if (request->command.op == COMMAND_UNKNOWN) {
        room_join(room, session, request);
        return;
    }
    if (repeat_answer(room, session, request)) {
        request_free(request);
        return;
    }
    if (command_is_signed(request->command.op) &&
        !is_seen_right(room, &request->command.act)) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_SEEN_WRONG);
        request_free(request);
        return;
    }
    if (room->kind == ROOM_MEETING)
        meeting_room_command(room, session, request);
    else
        register_room_command(room, session, request);
    request_free(request);
}
