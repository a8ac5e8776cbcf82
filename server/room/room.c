#include "server/room/room_types.h"

#include "server/platform/log.h"
#include "server/store/store.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

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

struct waiting_answer *waiting_answer_free(struct waiting_answer *waiting)
{
    frame_unref(waiting->frame);
    free(waiting);
    return NULL;
}

struct waiting_answer *room_take_answer(struct room *room)
{
    struct waiting_answer *waiting = room->answers;

    room->answers = waiting->next;
    if (!room->answers)
        room->answers_end = &room->answers;
    room->answer_count--;
    return waiting;
}

struct room *room_free(struct room *room)
{
    if (!room)
        return NULL;
    ballot_desk_free(room->desk);
    room_pace_release(&room->pace);
    voice_budgets_release(&room->budgets);
    room_sound_release(room);
    room_recording_free(room->recording);
    room_check_in_clear(room);
    history_clear(room);
    room_heads_clear(room);
    room_loss_clear(room);
    while (room->answers)
        waiting_answer_free(room_take_answer(room));
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

enum { FOLD_COST = 8 };

const struct ruleset *room_rules(const struct room *room)
{
    /* Nothing is decided there any more; who was let in may read. */
    static const struct ruleset none = {
        .rights.of = { [CATEGORY_OFFICIAL] = { .attends = true },
                       [CATEGORY_PROBATIONARY] = { .attends = true },
                       [CATEGORY_EXEMPT] = { .attends = true },
                       [CATEGORY_TEMP_AWAY] = { .attends = true },
                       [CATEGORY_TEMP_HERE] = { .attends = true },
                       [CATEGORY_SUSPENDED] = { .attends = true },
                       [CATEGORY_UPPER_DELEGATE] = { .attends = true },
                       [CATEGORY_GUEST] = { .attends = true },
                       [CATEGORY_TECHNICIAN] = { .attends = true } }
    };

    if (room->lacks_rules)
        return &none;
    return room->rules ? room->rules : room->hub->config.rules;
}

int64_t room_now_ms(const struct room *room)
{
    int64_t at_ms = room->origin_utc_ms +
                    (hub_monotonic_ms(room->hub) - room->origin_monotonic_ms);

    return at_ms > room->last_at_ms ? at_ms : room->last_at_ms;
}

/* --- answers ------------------------------------------------------------- */

static void send_answers(struct room *room);

void room_await(struct room *room, struct waiting_answer *waiting)
{
    waiting->next = NULL;
    *room->answers_end = waiting;
    room->answers_end = &waiting->next;
    room->answer_count++;
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

void room_await_call(struct room *room, uint64_t session_id, uint64_t request,
                     room_answer_fn then, uint64_t number)
{
    struct session *session = hub_session(room->hub, session_id);
    struct waiting_answer *waiting = calloc(1, sizeof *waiting);

    if (!session || !waiting) {
        free(waiting);
        if (session)
            session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    waiting->threshold = room->history_count;
    waiting->session = session_id;
    waiting->effect = EFFECT_CALL;
    waiting->request = request;
    waiting->then = then;
    waiting->number = number;
    room_await(room, waiting);
}

static void send_answers(struct room *room)
{
    while (room->answers && room->answers->threshold <= room->committed) {
        struct waiting_answer *waiting = room_take_answer(room);
        struct session *session = hub_session(room->hub, waiting->session);

        if (session && session->phase != SESSION_CLOSING) {
            if (waiting->effect == EFFECT_ANSWER)
                session_send(session, frame_ref(waiting->frame));
            else if (waiting->effect == EFFECT_CALL)
                waiting->then(room, session, waiting);
            else
                room_join_decided(room, session, waiting);
        }
        waiting_answer_free(waiting);
    }
}

/* --- writing ------------------------------------------------------------- */

enum result room_begin(struct room *room, struct proposal *proposal)
{
    enum result result;

    memset(proposal, 0, sizeof *proposal);
    proposal->first_seq = room->history_count;
    proposal->ticket = room->hub->next_ticket++;
    result = store_batch_new(&proposal->batch, &room->id, proposal->ticket);
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
        history_add(room, encoding->bytes, encoding->size, at_ms);
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

        result = history_open(room, opening, unit);
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
    if (!history_grow(&room->batches, &room->batch_capacity, room->batch_count,
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
    enum result result = RESULT_OK;

    if (answer && device) {
        struct store_request stored = { .device = *device,
                                        .id = request,
                                        .answer = (char *)answer->data,
                                        .answer_size = answer->size };

        result = store_batch_add_request(proposal->batch, &stored);
        if (result == RESULT_OK)
            result = history_add_request(room, device, request,
                                         room->history_count, answer);
    }
    if (result == RESULT_OK && proposal->closes_log) {
        store_batch_close_log(proposal->batch);
        OPENSSL_cleanse(&room->key, sizeof room->key);
    }
    if (result == RESULT_OK)
        result = add_batch(room, proposal->ticket);
    if (result != RESULT_OK)
        return result; /* the caller frees the batch and drops the head */
    result = store->ops->append(store, proposal->batch);
    if (result != RESULT_OK) {
        room->batch_count--; /* nobody will speak of it */
        return result;
    }
    proposal->batch = NULL;
    if (room->hub->plants_early_release) {
        room->committed = room->history_count;
        room_release(room);
    }
    return RESULT_OK;
}

bool room_is_live(const struct room *room)
{
    return room->phase == ROOM_READY || room->phase == ROOM_SETTLING;
}

void room_on_committed(struct room *room, uint64_t ticket, enum result result)
{
    uint64_t next_seq;

    if (!room->is_going_on && room_loss_committed(room, ticket, result))
        return;
    if (!room_is_live(room) || room->batch_first == room->batch_count ||
        room->batches[room->batch_first].ticket != ticket)
        return; /* of a head that was dropped meanwhile */
    next_seq = room->batches[room->batch_first].next_seq;
    room->batch_first++;
    if (result != RESULT_OK) {
        /* All later ones fail with it. */
        room->batch_first = room->batch_count = 0;
        room_fail(room, result);
    } else {
        if (next_seq > room->committed) {
            room->hub->figures.events += next_seq - room->committed;
            room->committed = next_seq;
        }
        room_release(room);
    }
    if (room->is_going_on && room->phase == ROOM_READY) {
        room->is_going_on = false;
        (void)room_loss_committed(room, ticket, result);
    }
    if (room->phase == ROOM_SETTLING && room->batch_first == room->batch_count)
        room_reload(room);
}

/* --- releasing ----------------------------------------------------------- */

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
            room_fold(room, false, (const char *)frame->data, frame->size);

        /* To read an event takes as long as to write so many of its like. */
        room->hub->turn_written += FOLD_COST * frame->size;
        /* The head folded these very bytes; only memory can be missing. */
        if (result != RESULT_OK) {
            room_fail(room, result);
            return;
        }
        if (!room_is_live(room))
            return;
    }
    for (subscription = room->subscribers; subscription;) {
        struct subscription *next = subscription->next;

        session_pump(subscription->session);
        subscription = next;
    }
    send_answers(room);
    room_heads_settle(room);
    ballot_desk_act(room);
    room_recording_act(room);
}

/* --- commands
 * ----------------------------------------------------------------------------
 */

bool room_has_seen(const struct room *room, const struct act *act)
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
    done = history_find_request(room, &session->actor.device,
                                request->command.request);
    if (!done)
        return false;
    room_answer(room, session->id, done->id, done->threshold,
                frame_ref(done->answer));
    return true;
}

/* The commands that a held log takes. */
static bool ends_hold(enum command_op op)
{
    return op == OP_RESTORED || op == OP_ACCEPT_LOSS;
}

static void refuse_held(struct room *room, struct session *session,
                        uint64_t request)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_HELD);
    refusal_add_number(&refusal, "next", room->committed);
    session_refuse(session, request, &refusal);
}

static void run_command(struct room *room, struct session *session,
                        const struct request *request)
{
    enum refusal_code code = REFUSAL_NONE;

    if (repeat_answer(room, session, request))
        return;
    if (room->is_held && !ends_hold(request->command.op)) {
        refuse_held(room, session, request->command.request);
        return;
    }
    if (room->answer_count >= LIMIT_ROOM_WAITING)
        code = REFUSAL_BUSY;
    else if (request->command.op == OP_ACCEPT_LOSS && !room->is_held)
        code = REFUSAL_NOT_HELD;
    else if (request->command.op == OP_ACCEPT_LOSS &&
             !hub_is_of_register(room->hub))
        code = REFUSAL_OTHER_KEY;
    else if (request->command.act.is_present &&
             !room_has_seen(room, &request->command.act))
        code = REFUSAL_SEEN_WRONG;
    else if (request->command.op == OP_PRESENT_MINUTES &&
             !minutes_are_drawn(room, &request->command))
        code = REFUSAL_MINUTES_NOT_DRAWN;
    if (code != REFUSAL_NONE)
        session_refuse_code(session, request->command.request, code);
    else if (room->kind == ROOM_MEETING)
        meeting_room_command(room, session, request);
    else
        register_room_command(room, session, request);
}

void room_submit(struct room *room, struct session *session,
                 struct request *request)
{
    room_retry(room);
    if (room->phase == ROOM_LOADING || room->phase == ROOM_SETTLING) {
        room_enqueue(room, session, request);
        return;
    }
    if (room->phase == ROOM_READY && request->again) {
        const request_again_fn again = request->again;

        request->again = NULL;
        again(session, request);
        return;
    }
    if (register_room_awaits_minutes(room, session, request))
        return;
    if (request->command.op == OP_GATHER_GROUP &&
        room_groups_await(room, &request->command.body.gather_group.meeting,
                          session, request, session_submit))
        return;
    if (room->phase == ROOM_FAILED)
        session_refuse_code(session, request->command.request,
                            REFUSAL_STORE_FAILED);
    else if (request->command.op != COMMAND_UNKNOWN)
        run_command(room, session, request);
    else if (request->is_giving)
        room_take_back(room, session, request);
    else {
        room_join(room, session, request);
        return;
    }
    request_free(request);
}
