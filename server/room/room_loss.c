/*
 * A log that may have lost its end: after a restore from a backup, or when a
 * device shows a head beyond it that this server signed itself. It is held:
 * nothing is decided in it until devices gave back what is missing, or those
 * who answer for it accept the loss.
 */
#include "server/room/room_types.h"

#include "protocol/meeting/act_check.h"
#include "server/platform/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Openings that come late are looked at together. */
enum { OPENINGS_WAIT_MS = 1000 };
/* Places to give are few: so many are one holder's at most, and who stops for
 * so long makes way for others. */
enum { GIVINGS_OF_HOLDER_MAX = 2, GIVING_IDLE_MS = 10000 };

/* --- Holding ---------------------------------------------------------------
 */

static void free_first_act(struct room_loss *loss)
{
    free(loss->op);
    free(loss->subject);
    free(loss->value);
    loss->op = loss->subject = loss->value = NULL;
    loss->first = (struct act){ .is_present = false };
}

void room_loss_clear(struct room *room)
{
    struct room_loss *loss = &room->loss;

    while (loss->giving_count > 0)
        giving_free(loss->givings[--loss->giving_count]);
    free_first_act(loss);
    json_decref(loss->late);
    memset(loss, 0, sizeof *loss);
}

struct meeting_loss room_loss_known(const struct room *room)
{
    struct meeting_loss known = { .from = room->committed,
                                  .lost_seq = room->committed };

    if (room->loss.claim_count > 0) {
        known.lost_seq = room->loss.claims[0].seq;
        known.lost_head = room->loss.claims[0].head;
    }
    return known;
}

void room_tell_held(struct room *room, struct session *session)
{
    const struct meeting_loss known = room_loss_known(room);
    char head[HEX_SIZE(HASH_SIZE)];

    hex_encode(known.lost_head.bytes, HASH_SIZE, head);
    session_send_json(session,
                      json_pack("{s:s, s:s, s:I, s:I, s:s}", "note", "held",
                                "log", room->id.text, "next",
                                (json_int_t)known.from, "lost_seq",
                                (json_int_t)known.lost_seq, "lost_head", head));
}

static void tell_all_held(struct room *room)
{
    struct subscription *subscription = room->subscribers;

    while (subscription) {
        struct subscription *next = subscription->next;

        room_tell_held(room, subscription->session);
        subscription = next;
    }
}

/* A batch that only says something about the log. */
static struct store_batch *mark_batch(struct room *room)
{
    struct store_batch *batch = NULL;

    if (store_batch_new(&batch, &room->id, room->hub->next_ticket++) !=
        RESULT_OK)
        return NULL;
    return batch;
}

/* A mark that cannot be written does no harm now: the device that showed the
 * head will show it again. */
static void write_mark(struct room *room)
{
    struct store *store = room->hub->store;
    struct store_batch *batch;

    if (room->history_count == 0)
        return;
    batch = mark_batch(room);
    if (batch)
        store_batch_hold(batch);
    if (!batch || store->ops->append(store, batch) != RESULT_OK) {
        log_error("room %s: the hold could not be written", room->id.text);
        store_batch_free(batch);
    }
}

static void hold(struct room *room)
{
    if (room->is_held)
        return;
    room->is_held = true;
    room_heads_clear(room);
    write_mark(room);
    tell_all_held(room);
}

static bool has_accepted_losses(const struct room *room)
{
    return room->kind == ROOM_MEETING
               ? room->committed_meeting->restored_count > 0
               : room->committed_register->restored_count > 0;
}

/* Keeps a claim in its place; more than a few different ones say nothing new.
 * True if it is not known yet. */
static bool keep_claim(struct room_loss *loss, uint64_t seq,
                       const struct hash *head)
{
    size_t i, place = 0;

    for (i = 0; i < loss->claim_count; i++) {
        if (loss->claims[i].seq == seq &&
            hash_equal(&loss->claims[i].head, head))
            return false;
        place += loss->claims[i].seq > seq;
    }
    if (place == CLAIMS_MAX)
        return false;
    if (loss->claim_count < CLAIMS_MAX)
        loss->claim_count++;
    for (i = loss->claim_count - 1; i > place; i--)
        loss->claims[i] = loss->claims[i - 1];
    loss->claims[place] = (struct loss_claim){ seq, *head };
    return true;
}

/*
 * A log that had a loss accepted has signed heads of two branches: one that is
 * beyond its end may be of what was given up. Such a log goes on until the
 * device has shown by its bytes that it is not.
 */
static void claim(struct room *room, uint64_t seq, const struct hash *head)
{
    if (!keep_claim(&room->loss, seq, head))
        return;
    if (has_accepted_losses(room) && !room->is_held)
        return;
    log_error("room %s: a device shows event %llu, signed by this server, but "
              "there are only %zu: the log is held",
              room->id.text, (unsigned long long)seq, room->committed);
    if (room->is_held)
        tell_all_held(room);
    else
        hold(room);
}

/* --- A device that is ahead ------------------------------------------------
 */

struct shown_head {
    uint64_t seq;
    struct hash head;
    struct key server;
    struct text_view reason; /* borrowed from the request */
    struct signature sig;
};

static bool read_shown(const struct request *request, struct shown_head *out)
{
    const json_t *object = json_object_get(request->object, "signed");
    const json_t *reason = json_object_get(object, "reason");

    if (!json_read_number(object, "seq", &out->seq) ||
        !json_is_string(reason) ||
        !json_read_hex(object, "head", out->head.bytes, HASH_SIZE) ||
        !json_read_hex(object, "server", out->server.bytes, KEY_SIZE) ||
        !json_read_hex(object, "sig", out->sig.bytes, SIGNATURE_SIZE))
        return false;
    out->reason = text_view_of(json_string_value(reason));
    return true;
}

static void refuse_behind(struct room *room, struct session *session,
                          uint64_t request)
{
    struct refusal refusal;

    refusal_set(&refusal, REFUSAL_BEHIND);
    refusal_add_number(&refusal, "next", room->committed);
    session_refuse(session, request, &refusal);
}

static void on_shown_verified(struct session *session, struct request *request,
                              bool is_good)
{
    struct room *room = hub_find_room(session->hub, &request->command.log);
    struct shown_head shown = { .seq = 0 };

    if (!is_good || !room || !read_shown(request, &shown)) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_NO_SUCH_HEAD);
    } else if (room->phase != ROOM_READY) {
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
    } else if (shown.seq >= room->committed) {
        claim(room, shown.seq, &shown.head);
        refuse_behind(room, session, request->command.request);
    } else if (hash_equal(&shown.head, &room->history[shown.seq].head)) {
        refuse_behind(room, session, request->command.request);
    } else {
        session_refuse_code(session, request->command.request,
                            REFUSAL_NO_SUCH_HEAD);
    }
    request_free(request);
}

bool room_take_shown(struct room *room, struct session *session,
                     struct request *request)
{
    struct statement_checkpoint fields = { .role = TEXT_LITERAL("server") };
    struct shown_head shown = { .seq = 0 };
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (!read_shown(request, &shown) ||
        !hub_has_had_key(room->hub, &shown.server))
        return false;
    fields.reason = shown.reason;
    fields.seen.seq = shown.seq;
    fields.seen.head = shown.head;
    if (statement_checkpoint(&shown.server, identifier_view(&room->id), &fields,
                             &bytes, &size) == RESULT_OK &&
        hub_verify(room->hub, session, &shown.server, bytes, size, &shown.sig,
                   request, on_shown_verified) == RESULT_OK)
        return true;
    free(bytes);
    return false;
}

/* --- Taking back -----------------------------------------------------------
 */

static void drop_giving(struct room_loss *loss, size_t place)
{
    giving_free(loss->givings[place]);
    loss->giving_count--;
    memmove(&loss->givings[place], &loss->givings[place + 1],
            (loss->giving_count - place) * sizeof loss->givings[0]);
}

static void drop_useless(struct room *room)
{
    const int64_t now_ms = hub_monotonic_ms(room->hub);
    size_t i = 0;

    while (i < room->loss.giving_count) {
        const struct giving *giving = room->loss.givings[i];

        if (hub_session(room->hub, giving->session) &&
            now_ms - giving->moved_ms < GIVING_IDLE_MS)
            i++;
        else
            drop_giving(&room->loss, i);
    }
}

static bool has_place(const struct room *room, const struct session *session)
{
    size_t i, own = 0;

    for (i = 0; i < room->loss.giving_count; i++)
        own += identifier_equal(
            &hub_session(room->hub, room->loss.givings[i]->session)
                 ->actor.holder,
            &session->actor.holder);
    return own < GIVINGS_OF_HOLDER_MAX && room->loss.giving_count < GIVINGS_MAX;
}

/* The giving of this session, made if there is none; NULL: no room. */
static struct giving *giving_of(struct room *room,
                                const struct session *session, size_t *place)
{
    struct room_loss *loss = &room->loss;
    const struct hash *before =
        room->committed > 0 ? &room->history[room->committed - 1].head : NULL;

    for (*place = 0; *place < loss->giving_count; (*place)++)
        if (loss->givings[*place]->session == session->id)
            return loss->givings[*place];
    drop_useless(room);
    *place = loss->giving_count;
    if (!has_place(room, session) ||
        giving_new(&loss->givings[*place], session->id, room->committed,
                   before) != RESULT_OK)
        return NULL;
    loss->givings[*place]->moved_ms = hub_monotonic_ms(room->hub);
    return loss->givings[loss->giving_count++];
}

/* One event for the store, and the answer that a repeated request gets. */
static enum result add_given(struct store_batch *batch,
                             const struct given_event *given, uint64_t seq)
{
    struct store_event event = { .seq = seq };
    struct message_memory memory = { 0 };
    struct event_head head;
    enum result result =
        event_parse(given->bytes, given->size, &head, &memory, NULL);

    if (result == RESULT_OK && head.seq != seq)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK) {
        event.at_ms = head.at_ms;
        event.head = given->head;
        event.bytes = (uint8_t *)given->bytes;
        event.size = given->size;
        result = store_batch_add_event(batch, &event);
    }
    message_memory_release(&memory);
    return result;
}

static enum result add_answer(struct store_batch *batch, const struct act *act,
                              uint64_t seq)
{
    struct store_request stored = { .device = act->device, .id = act->request };
    json_t *object = answer_ok(act->request);
    char *text = NULL;
    size_t size = 0;
    enum result result = RESULT_NO_MEMORY;

    if (object &&
        json_object_set_new(object, "seq", json_integer((json_int_t)seq)) == 0)
        result = message_text(object, &text, &size);
    if (result == RESULT_OK) {
        stored.answer = text;
        stored.answer_size = size;
        result = store_batch_add_request(batch, &stored);
    }
    free(text);
    json_decref(object);
    return result;
}

/* Who repeats a request that was done in what comes back is told so. Events of
 * one act stand side by side: the last of them answers. */
static enum result add_answers(struct room *room, struct store_batch *batch,
                               const struct giving *giving)
{
    struct act before = { .is_present = false };
    enum result result = RESULT_OK;
    size_t i;

    if (room->kind != ROOM_MEETING)
        return RESULT_OK;
    for (i = 0; result == RESULT_OK && i <= giving->count; i++) {
        const struct given_event *given = &giving->events[i];
        struct meeting_event event = { .seq = 0 };
        struct message_memory memory = { 0 };
        const struct act *act = NULL;

        if (i < giving->count &&
            meeting_event_decode(given->bytes, given->size, &event, &memory,
                                 NULL) == RESULT_OK)
            act = act_of_event(&event);
        if (before.is_present &&
            (!act || !act->is_present || act->request != before.request ||
             !key_equal(&act->device, &before.device)))
            result = add_answer(batch, &before, giving->first + i - 1);
        before = act ? *act : (struct act){ .is_present = false };
        message_memory_release(&memory);
    }
    return result;
}

/* Is this opening that of a sealed field in this event? */
static bool is_opening_right(const struct room *room, const char *bytes,
                             size_t size, const struct opening *opening)
{
    const struct text_view scope = identifier_view(&room->id);
    struct message_memory memory = { 0 };
    struct field_error error;
    bool is_right = false;

    if (room->kind == ROOM_MEETING) {
        struct meeting_event event;

        is_right =
            meeting_event_decode(bytes, size, &event, &memory, &error) ==
                RESULT_OK &&
            meeting_event_schema(event.kind) &&
            event_opening_check(meeting_event_schema(event.kind), &event.body,
                                scope, opening) == RESULT_OK;
    } else {
        struct register_event event;

        is_right =
            register_event_decode(bytes, size, &event, &memory, &error) ==
                RESULT_OK &&
            register_event_schema(event.kind) &&
            event_opening_check(register_event_schema(event.kind), &event.body,
                                scope, opening) == RESULT_OK;
    }
    message_memory_release(&memory);
    return is_right;
}

/* Bytes of an event, given or at hand; NULL if it is neither. */
static const char *event_bytes(const struct room *room,
                               const struct giving *giving, uint64_t seq,
                               size_t *size)
{
    if (seq < room->committed) {
        *size = room->history[seq].frame->size;
        return (const char *)room->history[seq].frame->data;
    }
    if (seq - giving->first >= giving->count)
        return NULL;
    *size = giving->events[seq - giving->first].size;
    return giving->events[seq - giving->first].bytes;
}

/* Is it given for the first time since the log was loaded? It is noted. */
static bool is_first(struct room *room, const struct opening *opening)
{
    char name[OPENING_FIELD_SIZE_MAX + 32];

    (void)snprintf(name, sizeof name, "%llu/%s",
                   (unsigned long long)opening->seq, opening->field);
    if (!room->loss.late)
        room->loss.late = json_object();
    return room->loss.late && !json_object_get(room->loss.late, name) &&
           json_object_set_new(room->loss.late, name, json_true()) == 0;
}

/* Openings that fit and that nobody has; the others are passed over. */
static enum result add_openings(struct room *room, struct store_batch *batch,
                                const struct giving *giving, size_t *count)
{
    enum result result = RESULT_OK;
    size_t i;

    *count = 0;
    for (i = 0; result == RESULT_OK && i < json_array_size(giving->openings);
         i++) {
        struct store_opening stored = { .seq = 0 };
        struct opening opening;
        const char *bytes;
        size_t size = 0;

        if (opening_read(json_array_get(giving->openings, i), &opening, NULL) !=
            RESULT_OK)
            continue;
        bytes = event_bytes(room, giving, opening.seq, &size);
        if (!bytes || room_find_opening(room, opening.seq, opening.field) ||
            !is_opening_right(room, bytes, size, &opening) ||
            !is_first(room, &opening))
            continue;
        stored.seq = opening.seq;
        stored.field = opening.field;
        memcpy(stored.salt, opening.salt.bytes, sizeof stored.salt);
        /* The batch copies it; the port's struct owns what it loads. */
        stored.value = (char *)(uintptr_t)opening.value.data;
        stored.value_size = opening.value.size;
        result = store_batch_add_opening(batch, &stored);
        (*count)++;
    }
    return result;
}

static enum result begin_log(struct room *room, struct store_batch *batch)
{
    struct room_key key;
    enum result result;

    if (room->is_log_begun)
        return RESULT_OK;
    result =
        entropy_fill(room->hub->config.entropy, key.bytes, sizeof key.bytes);
    if (result == RESULT_OK)
        result = store_batch_begin_log(batch, key.bytes);
    return result;
}

/* The whole missing stretch goes to the store at once; when it is there the
 * log is loaded anew, and everybody comes again. */
static enum result write_back(struct room *room, const struct giving *giving)
{
    struct store *store = room->hub->store;
    struct store_batch *batch = mark_batch(room);
    enum result result = batch ? begin_log(room, batch) : RESULT_NO_MEMORY;
    size_t i, openings;

    for (i = 0; result == RESULT_OK && i < giving->count; i++)
        result = add_given(batch, &giving->events[i], giving->first + i);
    if (result == RESULT_OK)
        result = add_openings(room, batch, giving, &openings);
    if (result == RESULT_OK)
        result = add_answers(room, batch, giving);
    if (result == RESULT_OK) {
        store_batch_release_hold(batch);
        room->loss.ticket = room->hub->next_ticket - 1;
        result = store->ops->append(store, batch);
    }
    if (result != RESULT_OK) {
        room->loss.ticket = 0;
        store_batch_free(batch);
    } else {
        log_info("room %s: %zu events come back from a device", room->id.text,
                 giving->count);
    }
    return result;
}

/* Up to a signed head, and not beyond the furthest. */
static enum refusal_code look_at_end(struct room *room, struct giving *giving)
{
    const struct room_loss *loss = &room->loss;
    const struct given_event *last = &giving->events[giving->count - 1];
    const uint64_t seq = giving_next(giving) - 1;
    size_t i;

    for (i = 0; i < loss->claim_count; i++) {
        if (loss->claims[i].seq != seq ||
            !hash_equal(&loss->claims[i].head, &last->head))
            continue;
        hold(room);
        return write_back(room, giving) == RESULT_OK ? REFUSAL_NONE
                                                     : REFUSAL_STORE_FAILED;
    }
    return seq < loss->claims[0].seq ? REFUSAL_NONE : REFUSAL_NO_SUCH_HEAD;
}

/* Openings of events that are there: stored, and told after a while. */
static enum refusal_code keep_openings(struct room *room,
                                       struct session *session,
                                       const struct request *request)
{
    struct store *store = room->hub->store;
    struct store_batch *batch = NULL;
    struct giving *giving = NULL;
    size_t count = 0;
    enum result result =
        giving_new(&giving, session->id, room->committed, NULL);

    if (result == RESULT_OK)
        result = giving_take(giving, request->object);
    if (result == RESULT_OK) {
        batch = mark_batch(room);
        result = batch ? add_openings(room, batch, giving, &count)
                       : RESULT_NO_MEMORY;
    }
    if (result == RESULT_OK && count > 0) {
        result = store->ops->append(store, batch);
        if (result == RESULT_OK) {
            batch = NULL;
            room->loss.reload_ms =
                hub_monotonic_ms(room->hub) + OPENINGS_WAIT_MS;
        }
    }
    store_batch_free(batch);
    giving_free(giving);
    if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE)
        return REFUSAL_BAD_MESSAGE;
    return result == RESULT_OK ? REFUSAL_NONE : REFUSAL_STORE_FAILED;
}

static enum result take_message(struct room *room, struct giving *giving,
                                const json_t *message)
{
    const size_t size = giving->size + giving->part_size;
    const enum result result = giving_take(giving, message);

    if (giving->size + giving->part_size > size)
        giving->moved_ms = hub_monotonic_ms(room->hub);
    return result;
}

static enum refusal_code take_back(struct room *room, struct session *session,
                                   const struct request *request)
{
    enum refusal_code code;
    struct giving *giving;
    enum result result;
    size_t place;

    if (room->phase != ROOM_READY || room->loss.ticket)
        return REFUSAL_BUSY;
    if (!json_object_get(request->object, "events") &&
        !json_object_get(request->object, "part") && !room->is_held)
        return keep_openings(room, session, request);
    if (room->loss.claim_count == 0)
        return REFUSAL_NOT_HELD;
    giving = giving_of(room, session, &place);
    if (!giving)
        return REFUSAL_BUSY;
    result = take_message(room, giving, request->object);
    code = result == RESULT_OK          ? REFUSAL_NONE
           : result == RESULT_NO_MEMORY ? REFUSAL_BUSY
                                        : REFUSAL_BAD_MESSAGE;
    if (code == REFUSAL_NONE && giving->count > 0)
        code = look_at_end(room, giving);
    if (code != REFUSAL_NONE)
        drop_giving(&room->loss, place);
    return code;
}

void room_take_back(struct room *room, struct session *session,
                    const struct request *request)
{
    const enum refusal_code code = take_back(room, session, request);
    json_t *answer;

    if (code == REFUSAL_BAD_MESSAGE) {
        session_refuse_field(session, request->command.request,
                             "from, events, part, openings",
                             "missing or wrong");
        return;
    }
    if (code != REFUSAL_NONE) {
        session_refuse_code(session, request->command.request, code);
        return;
    }
    answer = answer_ok(request->command.request);
    if (answer)
        json_object_set_new(answer, "next",
                            json_integer((json_int_t)room->committed));
    session_send_json(session, answer);
}

bool room_loss_committed(struct room *room, uint64_t ticket, enum result result)
{
    if (!room->loss.ticket || room->loss.ticket != ticket)
        return false;
    room->loss.ticket = 0;
    room->is_going_on = false;
    if (result != RESULT_OK) {
        log_error("room %s: what came back could not be stored (%s)",
                  room->id.text, result_text(result));
        room_fail(room, result); /* the store wants it loaded again */
        return true;
    }
    room_reload(room);
    return true;
}

void room_loss_tick(struct room *room)
{
    if (room->loss.reload_ms == 0 || room->phase != ROOM_READY ||
        room->batch_first != room->batch_count ||
        hub_monotonic_ms(room->hub) < room->loss.reload_ms)
        return;
    room->loss.reload_ms = 0;
    room_reload(room);
}

/* --- Going on without ------------------------------------------------------
 */

bool room_keep_first_act(struct room *room, const struct act *act)
{
    struct room_loss *loss = &room->loss;

    free_first_act(loss);
    loss->op = strndup(act->op.data, act->op.size);
    loss->subject = strndup(act->subject.data, act->subject.size);
    loss->value = strndup(act->value.data, act->value.size);
    if (!loss->op || !loss->subject || !loss->value) {
        free_first_act(loss);
        return false;
    }
    loss->first = *act;
    loss->first.op = text_view_of(loss->op);
    loss->first.subject = text_view_of(loss->subject);
    loss->first.value = text_view_of(loss->value);
    return true;
}
