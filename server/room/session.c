/* A session's life, and what waits to be sent to it. */
#include "server/room/room_types.h"

#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

/* What one session is sent before the others have their turn. */
enum { TURN_FRAMES_MAX = 512 };

/* --- opening and closing ------------------------------------------------- */

static void enlist(struct hub *hub, struct session *session)
{
    struct session **bucket =
        &hub->session_buckets[session->id % SESSION_BUCKETS];

    session->bucket_next = *bucket;
    *bucket = session;
    session->next = hub->sessions;
    if (hub->sessions)
        hub->sessions->previous = session;
    hub->sessions = session;
    hub->session_count++;
}

static void delist(struct hub *hub, struct session *session)
{
    struct session **bucket =
        &hub->session_buckets[session->id % SESSION_BUCKETS];

    while (*bucket != session)
        bucket = &(*bucket)->bucket_next;
    *bucket = session->bucket_next;
    if (hub->next_checked == session)
        hub->next_checked = session->next;
    if (session->previous)
        session->previous->next = session->next;
    else
        hub->sessions = session->next;
    if (session->next)
        session->next->previous = session->previous;
    hub->session_count--;
}

struct session *session_open(struct hub *hub, const struct transport *transport,
                             struct transport_connection *connection,
                             const struct session_peer *peer)
{
    struct session *session;

    /* The administrator comes in however many others are there. */
    if (hub->is_going_down || !hub_is_ready(hub) ||
        (hub->session_count >= hub->config.session_max &&
         !peer->is_administrator))
        return NULL;
    session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->hub = hub;
    session->id = hub->next_session++;
    session->transport = transport;
    session->connection = connection;
    session->peer = *peer;
    session->phase = SESSION_NEW;
    session->opened_ms = hub_monotonic_ms(hub);
    session->tokens_at_ms = session->opened_ms;
    session->tokens_ms = (int64_t)LIMIT_REQUEST_BURST * 1000;
    session->audio_at_ms = session->opened_ms;
    session->audio_tokens_ms = (int64_t)LIMIT_AUDIO_RATE_PER_S * 1000;
    session->inbox_end = &session->inbox;
    session->outbox_end = &session->outbox;
    session->meeting.session = session;
    session->registry.session = session;
    audio_queue_init(&session->audio);
    enlist(hub, session);
    session_greet(session);
    return session;
}

void session_leave_meeting(struct session *session)
{
    struct subscription *subscription = &session->meeting;
    struct room *room = subscription->room;
    struct meeting_report report = { .kind = REPORT_LOST };

    session->has_slot = false;
    session->may_be_heard = false;
    session->voice_rate = 0;
    session->voice_raise_ms = 0;
    session_hearing_clear(session);
    subscription_detach(subscription);
    if (!room || session->hub->is_going_down)
        return;
    report.holder = session->actor.holder;
    report.device = session->actor.device;
    (void)meeting_room_report(room, &report); /* a failure reloads the room */
}

void session_on_closed(struct session *session)
{
    struct hub *hub = session->hub;

    if (session->phase != SESSION_CLOSING)
        log_debug("session %llu: its line is gone, or fell silent",
                  (unsigned long long)session->id);
    session->phase = SESSION_CLOSING;
    session_leave_meeting(session);
    subscription_detach(&session->registry);
    session_line_end(session);
    delist(hub, session);
    while (session->inbox) {
        struct text_line *line = session->inbox;

        session->inbox = line->next;
        free(line);
    }
    while (session->outbox) {
        struct outbox_item *item = session->outbox;

        session->outbox = item->next;
        frame_unref(item->frame);
        free(item);
    }
    session_drop_sound(session);
    free(session);
}

void session_end(struct session *session, uint16_t code, const char *reason)
{
    if (session->phase == SESSION_CLOSING)
        return;
    log_debug("session %llu: closed with %u, %s",
              (unsigned long long)session->id, code, reason);
    session_pump(session);
    /* Left at once: the same device may be back before this is closed. */
    session_leave_meeting(session);
    subscription_detach(&session->registry);
    session_line_end(session);
    session->phase = SESSION_CLOSING;
    session->transport->close(session->connection, code, reason);
}

/* --- sending ------------------------------------------------------------- */

enum send_state { SENT, BLOCKED };

static enum send_state write_now(struct session *session, struct frame *frame)
{
    enum result result;

    if (session->is_waiting_writable)
        return BLOCKED;
    result = session->transport->write(session->connection, frame);
    if (result == RESULT_OK) {
        session->turn_left--;
        session->blocked_ms = 0;
        return SENT;
    }
    if (result == RESULT_BUSY) {
        session->is_waiting_writable = true;
        if (session->blocked_ms == 0)
            session->blocked_ms = hub_monotonic_ms(session->hub);
        session->transport->want_writable(session->connection);
    }
    return BLOCKED; /* a closed peer is reported by the transport itself */
}

/* All but sound takes turns: the rest of a long history, or of a large event
 * that goes to hundreds, goes out in later turns of the loop. */
static enum send_state try_write(struct session *session, struct frame *frame)
{
    enum send_state state;

    if (session->is_waiting_writable)
        return BLOCKED;
    if (session->turn_left == 0 ||
        (!hub_has_turn(session->hub) && !session->peer.is_administrator)) {
        session->is_waiting_writable = true;
        session->blocked_ms = 0; /* it waits for its turn, not for its line */
        session->transport->want_writable(session->connection);
        return BLOCKED;
    }
    state = write_now(session, frame);
    if (state == SENT)
        session->hub->turn_written += frame->size;
    return state;
}

/* What waits to be sent, up to this item. */
static enum send_state send_outbox(struct session *session, uint64_t until)
{
    while (session->outbox && session->outbox_out < until) {
        struct outbox_item *item = session->outbox;

        if (try_write(session, item->frame) == BLOCKED)
            return BLOCKED;
        session->outbox = item->next;
        if (!session->outbox)
            session->outbox_end = &session->outbox;
        session->outbox_size -= item->frame->size;
        session->outbox_out++;
        frame_unref(item->frame);
        free(item);
    }
    return SENT;
}

/* Tells the peer which log the next event or opening belongs to. */
static enum send_state name_log(struct session *session,
                                const struct room *room)
{
    struct frame *frame;
    enum send_state state;

    if (identifier_equal(&session->last_log, &room->id))
        return SENT;
    frame = answer_frame(json_pack("{s:s}", "log", room->id.text));
    if (!frame)
        return BLOCKED;
    state = try_write(session, frame);
    frame_unref(frame);
    if (state == SENT)
        session->last_log = room->id;
    return state;
}

static bool is_open_to(const struct subscription *subscription,
                       const struct room_opening *opening, unsigned audiences)
{
    const struct room *room = subscription->room;
    const struct actor *actor = &subscription->session->actor;
    const struct register_erratum *erratum;

    if (!(audiences & (1u << opening->audience)))
        return false;
    if (room->kind != ROOM_REGISTER || actor->kind == ACTOR_ADMINISTRATOR)
        return true;
    erratum =
        strcmp(opening->field, "erratum") == 0
            ? register_state_erratum_at(room->committed_register, opening->seq)
            : NULL;
    if (erratum)
        return register_errata_may_open(room->committed_register,
                                        &actor->holder, &erratum->meeting);
    return register_state_may_open(room->committed_register, &actor->holder,
                                   &opening->unit, opening->audience);
}

/* Openings of events that were sent, from *cursor on. */
static enum send_state send_openings(struct subscription *subscription,
                                     size_t *cursor, size_t end,
                                     unsigned audiences)
{
    struct session *session = subscription->session;
    const struct room *room = subscription->room;

    for (; *cursor < end && room->openings[*cursor].seq < subscription->cursor;
         (*cursor)++) {
        const struct room_opening *opening = &room->openings[*cursor];

        if (!is_open_to(subscription, opening, audiences))
            continue;
        if (name_log(session, room) == BLOCKED ||
            try_write(session, opening->frame) == BLOCKED)
            return BLOCKED;
    }
    return SENT;
}

static enum send_state say_caught_up(struct subscription *subscription)
{
    struct session *session = subscription->session;
    struct frame *frame;
    enum send_state state;

    if (subscription->is_caught_up)
        return SENT;
    frame = answer_frame(json_pack("{s:I, s:s}", "caught_up",
                                   (json_int_t)subscription->cursor, "log",
                                   subscription->room->id.text));
    if (!frame)
        return BLOCKED;
    state = try_write(session, frame);
    frame_unref(frame);
    subscription->is_caught_up = state == SENT;
    return state;
}

/* The newest head that the server signed; who is slow gets the last one. */
static enum send_state send_signed(struct subscription *subscription)
{
    const struct room_heads *heads = &subscription->room->heads;

    if (!heads->newest || subscription->signed_count == heads->signed_count ||
        heads->signed_count > subscription->cursor)
        return SENT;
    if (try_write(subscription->session, heads->newest) == BLOCKED)
        return BLOCKED;
    subscription->signed_count = heads->signed_count;
    return SENT;
}

static enum send_state send_log(struct subscription *subscription)
{
    struct session *session = subscription->session;
    struct room *room = subscription->room;

    if (subscription->phase != SUBSCRIPTION_ACTIVE || !room_is_live(room))
        return SENT;
    /* The client is told that it has joined before it is told what there is. */
    if (send_outbox(session, subscription->announced) == BLOCKED)
        return BLOCKED;
    for (;;) {
        if (send_openings(subscription, &subscription->regain_cursor,
                          subscription->regain_end,
                          subscription->regain_audiences) == BLOCKED ||
            send_openings(subscription, &subscription->opening_cursor,
                          room->opening_count,
                          subscription->audiences) == BLOCKED)
            return BLOCKED;
        if (subscription->cursor >= room->committed ||
            subscription->cursor >= subscription->ends_at)
            break;
        if (name_log(session, room) == BLOCKED ||
            try_write(session, room->history[subscription->cursor].frame) ==
                BLOCKED)
            return BLOCKED;
        subscription->cursor++;
    }
    if (subscription->cursor >= subscription->ends_at) {
        subscription_detach(subscription);
        return SENT;
    }
    if (say_caught_up(subscription) == BLOCKED)
        return BLOCKED;
    return send_signed(subscription);
}

static enum send_state send_audio(struct session *session)
{
    enum send_state state = SENT;
    struct frame *message;
    unsigned count = 0;

    while (state == SENT && (message = session_next_sound(session, &count))) {
        state = write_now(session, message);
        if (state == SENT)
            session_sound_sent(session, message, count);
        frame_unref(message);
    }
    return state;
}

void session_pump(struct session *session)
{
    if (session->phase == SESSION_CLOSING || session->is_waiting_writable)
        return;
    session->turn_left = TURN_FRAMES_MAX;
    if (send_log(&session->registry) == BLOCKED ||
        send_log(&session->meeting) == BLOCKED ||
        send_outbox(session, UINT64_MAX) == BLOCKED ||
        send_audio(session) == BLOCKED)
        return;
    session_blob_written(session);
}

void session_on_writable(struct session *session)
{
    session->is_waiting_writable = false;
    session_pump(session);
}

void session_send(struct session *session, struct frame *frame)
{
    struct outbox_item *item;

    if (!frame || session->phase == SESSION_CLOSING) {
        frame_unref(frame);
        return;
    }
    item = calloc(1, sizeof *item);
    if (!item || session->outbox_size + frame->size > LIMIT_OUTBOX_SIZE) {
        free(item);
        frame_unref(frame);
        session_end(session, CLOSE_TOO_SLOW, "too much waits to be sent");
        return;
    }
    item->frame = frame;
    *session->outbox_end = item;
    session->outbox_end = &item->next;
    session->outbox_size += frame->size;
    session->outbox_in++;
    session_pump(session);
}

void session_send_json(struct session *session, json_t *object)
{
    session_send(session, answer_frame(object));
}

void session_refuse(struct session *session, uint64_t request,
                    const struct refusal *refusal)
{
    session->hub->figures.refusals++;
    session_send(session, answer_refusal(request, refusal));
}

void session_refuse_code(struct session *session, uint64_t request,
                         enum refusal_code code)
{
    struct refusal refusal;

    refusal_set(&refusal, code);
    session_refuse(session, request, &refusal);
}
