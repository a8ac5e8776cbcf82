/* Coming into a room: the check of what the client holds, the lobby, and what
 * the client is then sent. */
#include "server/room/room_types.h"

#include <stdlib.h>

static void unlink_subscription(struct subscription *subscription)
{
    if (!subscription->link)
        return;
    room_sound_settle(subscription->room);
    *subscription->link = subscription->next;
    if (subscription->next)
        subscription->next->link = subscription->link;
    subscription->next = NULL;
    subscription->link = NULL;
}

void subscription_detach(struct subscription *subscription)
{
    struct session *session = subscription->session;

    unlink_subscription(subscription);
    /* What others have held back for it has come to it just now. */
    if (subscription == &session->meeting)
        session_forget_sound(session);
    subscription->phase = SUBSCRIPTION_NONE;
    subscription->room = NULL;
}

void subscription_follow_subroom(struct subscription *subscription)
{
    struct session *session = subscription->session;
    const struct meeting_holder *holder = meeting_state_holder(
        subscription->room->committed_meeting, &session->actor.holder);
    uint64_t subroom = holder ? holder->subroom : 0;

    if (subroom == subscription->subroom)
        return;
    subscription->subroom = subroom;
    session_forget_sound(session);
}

static bool may_open(const struct subscription *subscription,
                     enum audience audience)
{
    const struct room *room = subscription->room;
    const struct actor *actor = &subscription->session->actor;

    if (actor->kind == ACTOR_ADMINISTRATOR)
        return room->kind == ROOM_REGISTER;
    if (room->kind == ROOM_REGISTER)
        return true; /* decided for each opening by its unit */
    return meeting_state_may_open(room->committed_meeting, &actor->holder,
                                  audience);
}

static unsigned audiences_of(const struct subscription *subscription)
{
    unsigned audiences = 0;
    int audience;

    for (audience = AUDIENCE_ALL; audience <= AUDIENCE_MINUTES; audience++)
        if (may_open(subscription, (enum audience)audience))
            audiences |= 1u << audience;
    return audiences;
}

void subscription_attach(struct subscription *subscription, struct room *room,
                         enum subscription_phase phase, uint64_t from)
{
    struct session *session = subscription->session;

    subscription_detach(subscription);
    if (session->phase == SESSION_CLOSING)
        return; /* what was said last was too much for it */
    subscription->room = room;
    subscription->phase = phase;
    subscription->cursor = from;
    subscription->ends_at = UINT64_MAX;
    subscription->opening_cursor = 0;
    subscription->regain_cursor = 0;
    subscription->is_caught_up = false;
    subscription->signed_count = 0;
    subscription->announced = session->outbox_in;
    /* Whoever asks anew takes nothing before it is told of which log it is. */
    session->last_log = (struct identifier){ "" };
    subscription->audiences = audiences_of(subscription);
    /* A client that resumes has the openings of the events it has, but for
     * those of a role that came to it meanwhile: these are sent again. */
    while (subscription->opening_cursor < room->opening_count &&
           room->openings[subscription->opening_cursor].seq < from)
        subscription->opening_cursor++;
    subscription->regain_end = subscription->opening_cursor;
    subscription->regain_audiences =
        subscription->audiences &
        (1u << AUDIENCE_PRESIDING | 1u << AUDIENCE_MINUTES);
    subscription->next = room->subscribers;
    subscription->link = &room->subscribers;
    if (room->subscribers)
        room->subscribers->link = &subscription->next;
    room->subscribers = subscription;
    room_sound_settle(room);
    if (room->kind == ROOM_MEETING) {
        session->voice_version = room->voice_version - 1;
        subscription_follow_subroom(subscription);
    }
}

void subscription_refresh(struct subscription *subscription)
{
    unsigned audiences = audiences_of(subscription);
    unsigned gained = audiences & ~subscription->audiences;

    subscription->audiences = audiences;
    if (gained == 0)
        return;
    subscription->regain_audiences |= gained;
    subscription->regain_cursor = 0;
    subscription->regain_end = subscription->opening_cursor;
}

void subscription_look_again(struct subscription *subscription)
{
    subscription->regain_audiences = subscription->audiences;
    subscription->regain_cursor = 0;
    subscription->regain_end = subscription->opening_cursor;
}

/* --- join ---------------------------------------------------------------- */

static bool read_position(const json_t *object, uint64_t *from,
                          struct hash *head)
{
    *from = 0;
    if (!json_object_get(object, "from"))
        return true;
    return json_read_number(object, "from", from) &&
           (*from == 0 ||
            json_read_hex(object, "head", head->bytes, sizeof head->bytes));
}

/* Is the client's history the beginning of ours? */
static bool is_position_known(const struct room *room, uint64_t from,
                              const struct hash *head)
{
    if (from == 0)
        return true;
    return from <= room->committed &&
           hash_equal(head, &room->history[from - 1].head);
}

static void say_joined(struct room *room, struct session *session,
                       uint64_t request, const char *state)
{
    json_t *answer = answer_ok(request);

    if (answer) {
        json_object_set_new(answer, "log", json_string(room->id.text));
        json_object_set_new(answer, "state", json_string(state));
        json_object_set_new(answer, "next",
                            json_integer((json_int_t)room->committed));
    }
    session_send_json(session, answer);
}

static void join_register(struct room *room, struct session *session,
                          uint64_t request, uint64_t from)
{
    say_joined(room, session, request, "joined");
    subscription_attach(&session->registry, room, SUBSCRIPTION_ACTIVE, from);
    session_pump(session);
    if (room->is_held)
        room_tell_held(room, session);
}

static void await(struct room *room, struct session *session, uint64_t request,
                  enum answer_effect effect)
{
    struct waiting_answer *waiting = calloc(1, sizeof *waiting);

    if (!waiting) {
        session_end(session, CLOSE_INTERNAL, "out of memory");
        return;
    }
    waiting->threshold = room->history_count;
    waiting->session = session->id;
    waiting->effect = effect;
    waiting->request = request;
    room_await(room, waiting);
}

static void report_join(struct room *room, struct session *session,
                        uint64_t request, enum answer_effect effect)
{
    struct meeting_report report = { .kind = REPORT_JOIN };
    struct meeting_decision *decision = room->hub->decision;
    struct refusal refusal;

    report.holder = session->actor.holder;
    report.device = session->actor.device;
    if (!meeting_room_report(room, &report)) {
        subscription_detach(&session->meeting);
        session_refuse_code(session, request, REFUSAL_STORE_FAILED);
        return;
    }
    refusal = decision->refusal;
    if (refusal.code != REFUSAL_NONE) {
        subscription_detach(&session->meeting);
        room_answer(room, session->id, request, room->history_count,
                    answer_refusal(request, &refusal));
        return;
    }
    await(room, session, request, effect);
}

static void join_meeting(struct room *room, struct session *session,
                         uint64_t request, uint64_t from)
{
    const struct register_meeting *call = register_state_meeting(
        room->hub->register_room->committed_register, &room->id);

    if (session->actor.kind != ACTOR_HOLDER) {
        session_refuse_code(session, request, REFUSAL_NOT_SUMMONED);
        return;
    }
    if (room->history_count == 0) {
        session_refuse_code(session, request,
                            call ? REFUSAL_NOT_SCHEDULED : REFUSAL_UNKNOWN_LOG);
        return;
    }
    /* Who has just begun the meeting is connected already. */
    if (session->meeting.room != room ||
        session->meeting.phase != SUBSCRIPTION_LOBBY)
        session_leave_meeting(session);
    /* In the lobby until the decision is on disk; the position is kept. */
    subscription_attach(&session->meeting, room, SUBSCRIPTION_LOBBY, from);
    report_join(room, session, request, EFFECT_JOIN);
}

/* In a held meeting nothing is logged: who was in may read what there is. */
static void join_held(struct room *room, struct session *session,
                      uint64_t request, uint64_t from)
{
    const struct meeting_holder *holder =
        meeting_state_holder(room->committed_meeting, &session->actor.holder);
    struct refusal refusal;

    if (session->actor.kind != ACTOR_HOLDER || !holder ||
        holder->admission != ADMISSION_GRANTED) {
        refusal_set(&refusal, REFUSAL_HELD);
        refusal_add_number(&refusal, "next", room->committed);
        session_refuse(session, request, &refusal);
        return;
    }
    session_leave_meeting(session);
    say_joined(room, session, request, "joined");
    subscription_attach(&session->meeting, room, SUBSCRIPTION_ACTIVE, from);
    session_pump(session);
    room_tell_held(room, session);
}

/* A device beyond our end may hold what we lost. */
static bool is_beyond(const struct room *room, const struct session *session,
                      uint64_t from)
{
    return from > room->committed && session->actor.kind == ACTOR_HOLDER;
}

/* Joining means consent to being recorded, so nobody joins without having been
 * told: by the event itself, or by a refusal. */
static bool is_to_be_told(const struct room *room,
                          const struct session *session,
                          const struct request *request, uint64_t from)
{
    const struct meeting_state *state = room->committed_meeting;

    return room->kind == ROOM_MEETING && meeting_state_is_recorded(state) &&
           meeting_state_holder(state, &session->actor.holder) &&
           from <= state->recordings.rows[state->recordings.count - 1]
                       .started_seq &&
           !json_is_true(json_object_get(request->object, "recorded"));
}

void room_join(struct room *room, struct session *session,
               struct request *request)
{
    uint64_t id = request->command.request;
    uint64_t from = 0;
    struct hash head = { { 0 } };

    if (!read_position(request->object, &from, &head)) {
        session_refuse_field(session, id, "from, head", "missing or wrong");
    } else if (is_beyond(room, session, from) &&
               room_take_shown(room, session, request)) {
        return;
    } else if (!is_position_known(room, from, &head)) {
        session_refuse_code(session, id, REFUSAL_NO_SUCH_HEAD);
    } else if (room->is_held && room->kind == ROOM_MEETING &&
               room->history_count > 0) {
        join_held(room, session, id, from);
    } else if (is_to_be_told(room, session, request, from)) {
        session_refuse_code(session, id, REFUSAL_RECORDED);
    } else if (room->kind == ROOM_REGISTER) {
        join_register(room, session, id, from);
    } else {
        join_meeting(room, session, id, from);
    }
    request_free(request);
}

/* Is this device in, as far as the committed log says? */
static bool is_in(const struct room *room, const struct actor *actor)
{
    const struct meeting_state *state = room->committed_meeting;
    const struct meeting_holder *holder =
        meeting_state_holder(state, &actor->holder);
    const struct meeting_device *device =
        meeting_state_device(state, &actor->holder, &actor->device);

    if (device && device->is_enrolled &&
        meeting_state_reads_ahead(state, &actor->holder))
        return true;
    if (!holder || !device || holder->admission != ADMISSION_GRANTED)
        return false;
    return state->phase == MEETING_CLOSED ||
           (device->is_connected && !device->is_lost);
}

/* Whoever read ahead comes again, and knocks. */
void room_send_readers_to_lobby(struct room *room)
{
    struct subscription *subscription = room->subscribers;

    while (subscription) {
        struct subscription *next = subscription->next;
        struct session *session = subscription->session;

        if (subscription->phase == SUBSCRIPTION_ACTIVE &&
            !is_in(room, &session->actor)) {
            subscription_detach(subscription);
            session_send_json(session, json_pack("{s:s, s:s}", "note", "retry",
                                                 "log", room->id.text));
        }
        subscription = next;
    }
}

static void come_in(struct room *room, struct session *session,
                    const struct waiting_answer *waiting)
{
    const struct meeting_device *device =
        meeting_state_device(room->committed_meeting, &session->actor.holder,
                             &session->actor.device);

    if (waiting->effect == EFFECT_JOIN)
        say_joined(room, session, waiting->request, "joined");
    else
        session_send_json(session, json_pack("{s:s, s:s}", "note", "admitted",
                                             "log", room->id.text));
    session->has_slot = device && device->has_slot;
    session->slot = device ? device->slot : 0;
    subscription_attach(&session->meeting, room, SUBSCRIPTION_ACTIVE,
                        session->meeting.cursor);
    session_pump(session);
    room_checkpoint_ask(room, session);
    ballot_desk_tell_stuck(room, session);
}

void room_join_decided(struct room *room, struct session *session,
                       const struct waiting_answer *waiting)
{
    const struct subscription *subscription = &session->meeting;
    bool is_asked = waiting->effect == EFFECT_JOIN;

    if (subscription->room != room) {
        /* It has gone elsewhere, or was turned away, meanwhile. */
        if (is_asked)
            session_refuse_code(session, waiting->request, REFUSAL_NOT_JOINED);
    } else if (subscription->phase == SUBSCRIPTION_ACTIVE) {
        if (is_asked)
            say_joined(room, session, waiting->request, "joined");
    } else if (is_in(room, &session->actor)) {
        come_in(room, session, waiting);
    } else if (is_asked) {
        say_joined(room, session, waiting->request, "waiting");
    }
}

void room_join_admitted(struct room *room, struct session *session)
{
    report_join(room, session, 0, EFFECT_ADMITTED);
}
