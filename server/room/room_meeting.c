/* A room whose log is a meeting's: the bridge between domain and history. */
#include "server/room/room_types.h"

#include "server/platform/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum result meeting_room_fold(struct room *room, bool is_head,
                              const char *bytes, size_t size)
{
    struct meeting_state *state =
        is_head ? room->head_meeting : room->committed_meeting;
    struct meeting_event event;
    struct message_memory memory = { 0 };
    struct field_error error;
    enum result result =
        meeting_event_decode(bytes, size, &event, &memory, &error);

    if (result == RESULT_OK)
        result = meeting_state_apply(state, &event);
    if (result == RESULT_OK && !is_head && room->phase == ROOM_READY)
        meeting_room_released(room, &event);
    message_memory_release(&memory);
    return result;
}

/* --- from a decision to the store
 * --------------------------------------------- */

static enum result propose_event(struct room *room, struct proposal *proposal,
                                 struct meeting_event *event)
{
    struct event_encoding encoding;
    enum result result;

    event->seq = room->history_count;
    event->at_ms = room_now_ms(room);
    result = meeting_event_encode(event, identifier_view(&room->id), &room->key,
                                  &encoding);
    if (result != RESULT_OK)
        return result;
    result = room_propose(room, proposal, &encoding, event->at_ms, NULL);
    event_encoding_release(&encoding);
    if (result == RESULT_OK)
        result = meeting_state_apply(room->head_meeting, event);
    if (event->kind == EVENT_CLOSED_KIND)
        proposal->closes_log = true;
    return result;
}

static struct frame *accepted(const struct room *room, uint64_t request,
                              const struct meeting_decision *decision)
{
    json_t *answer = answer_ok(request);

    if (answer && decision->count > 0)
        json_object_set_new(answer, "seq",
                            json_integer((json_int_t)room->history_count - 1));
    if (answer && !identifier_is_empty(&decision->made))
        json_object_set_new(answer, "made", json_string(decision->made.text));
    return answer_frame(answer);
}

/* Writes what was decided; the answer (if any) follows the commit. */
static enum result carry_out(struct room *room, struct proposal *proposal,
                             struct meeting_decision *decision,
                             const struct session *session, uint64_t request)
{
    struct frame *answer = NULL;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < decision->count; i++)
        result = propose_event(room, proposal, &decision->events[i]);
    if (result == RESULT_OK && session) {
        answer = accepted(room, request, decision);
        if (!answer)
            result = RESULT_NO_MEMORY;
    }
    if (result == RESULT_OK)
        result =
            room_commit(room, proposal, session ? &session->actor.device : NULL,
                        request, answer);
    if (result == RESULT_OK && session)
        room_answer(room, session->id, request, room->history_count,
                    frame_ref(answer));
    frame_unref(answer);
    return result;
}

static void answer_at_once(struct room *room, struct session *session,
                           uint64_t request, struct meeting_decision *decision)
{
    struct frame *frame;

    if (decision->refusal.code != REFUSAL_NONE) {
        room->hub->figures.refusals++;
        frame = answer_refusal(request, &decision->refusal);
    } else {
        frame = accepted(room, request, decision);
    }
    room_answer(room, session->id, request, room->history_count, frame);
}

/* --- commands
 * ------------------------------------------------------------------- */

/* Why this meeting's log cannot begin by this request, or REFUSAL_NONE. */
static enum refusal_code may_begin(const struct register_meeting *call,
                                   const struct session *session,
                                   const struct request *request)
{
    const struct identifier *holder = &session->actor.holder;

    if (!call)
        return REFUSAL_UNKNOWN_LOG;
    if (call->phase != CALL_SCHEDULED || request->command.op != OP_OPEN_LOBBY)
        return REFUSAL_NOT_SCHEDULED;
    if (!identifier_equal(holder, &call->chair) &&
        !identifier_equal(holder, &call->deputy) &&
        !identifier_equal(holder, &call->minute_taker))
        return REFUSAL_NOT_ALLOWED;
    return REFUSAL_NONE;
}

/* Genesis from the register, then the device that begins is connected. */
static enum result propose_beginning(struct room *room,
                                     struct proposal *proposal,
                                     const struct session *session)
{
    struct hub *hub = room->hub;
    struct meeting_report report = { .kind = REPORT_JOIN };
    struct meeting_event event = { .kind = EVENT_GENESIS_KIND };
    struct snapshot snapshot;
    enum result result =
        snapshot_genesis(hub->register_room, &room->id, hub->config.rules,
                         hub->config.identity, &snapshot);
    size_t i;

    if (result == RESULT_OK)
        result = room_begin(room, proposal);
    if (result == RESULT_OK) {
        event.body.genesis = snapshot.genesis;
        result = propose_event(room, proposal, &event);
    }
    snapshot_release(&snapshot);
    if (result != RESULT_OK)
        return result;
    report.holder = session->actor.holder;
    report.device = session->actor.device;
    meeting_rules_report(room->head_meeting, hub->config.rules, &report,
                         room_now_ms(room), hub->decision);
    for (i = 0; result == RESULT_OK && i < hub->decision->count; i++)
        result = propose_event(room, proposal, &hub->decision->events[i]);
    return result;
}

/* The meeting's log begins: nothing of it is written if the command is refused
 * after all. */
static void begin_log(struct room *room, struct session *session,
                      struct request *request)
{
    struct hub *hub = room->hub;
    const struct register_meeting *call = register_state_meeting(
        hub->register_room->committed_register, &room->id);
    struct meeting_decision *decision = hub->decision;
    struct proposal proposal = { 0 };
    struct refusal refusal;
    enum result result;

    refusal_set(&refusal, may_begin(call, session, request));
    if (refusal.code != REFUSAL_NONE) {
        if (refusal.code == REFUSAL_NOT_ALLOWED)
            refusal_add_text(
                &refusal, "who",
                TEXT_LITERAL("the chair, the deputy or the minute-taker"));
        session_refuse(session, request->command.request, &refusal);
        return;
    }
    session_leave_meeting(session);
    result = propose_beginning(room, &proposal, session);
    if (result == RESULT_OK) {
        meeting_rules_decide(room->head_meeting, hub->config.rules,
                             &session->actor, &request->command,
                             room_now_ms(room), decision);
        result = decision->refusal.code == REFUSAL_NONE
                     ? carry_out(room, &proposal, decision, session,
                                 request->command.request)
                     : RESULT_REFUSED;
    }
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_STORE_FAILED);
        room_fail(room, result);
        return;
    }
    /* Connected by the log; a `join` follows, or the device is lost. */
    subscription_attach(&session->meeting, room, SUBSCRIPTION_LOBBY, 0);
}

void meeting_room_command(struct room *room, struct session *session,
                          struct request *request)
{
    struct hub *hub = room->hub;
    struct meeting_decision *decision = hub->decision;
    struct proposal proposal = { 0 };
    enum result result;

    if (room->history_count == 0) {
        begin_log(room, session, request);
        return;
    }
    meeting_rules_decide(room->head_meeting, hub->config.rules, &session->actor,
                         &request->command, room_now_ms(room), decision);
    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0) {
        answer_at_once(room, session, request->command.request, decision);
        return;
    }
    result = room_begin(room, &proposal);
    if (result == RESULT_OK)
        result = carry_out(room, &proposal, decision, session,
                           request->command.request);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        session_refuse_code(session, request->command.request,
                            REFUSAL_STORE_FAILED);
        room_fail(room, result);
    }
}

bool meeting_room_report(struct room *room, const struct meeting_report *report)
{
    struct hub *hub = room->hub;
    struct meeting_decision *decision = hub->decision;
    struct proposal proposal = { 0 };
    enum result result;

    if (room->phase != ROOM_READY || room->history_count == 0)
        return false;
    meeting_rules_report(room->head_meeting, hub->config.rules, report,
                         room_now_ms(room), decision);
    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0)
        return true;
    result = room_begin(room, &proposal);
    if (result == RESULT_OK)
        result = carry_out(room, &proposal, decision, NULL, 0);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK)
        room_fail(room, result);
    return result == RESULT_OK;
}

/* --- the register's mirror
 * --------------------------------------------------------- */

void meeting_room_mirror(struct room *room)
{
    const struct room *registry = room->hub->register_room;
    struct meeting_report report = { .kind = REPORT_REGISTER };
    struct snapshot snapshot;

    if (room->phase != ROOM_READY || room->history_count == 0 ||
        room->head_meeting->phase == MEETING_CLOSED ||
        room->head_meeting->register_seq + 1 >=
            registry->committed_register->next_seq)
        return;
    if (snapshot_changes(registry, &room->head_meeting->unit,
                         room->head_meeting->register_seq + 1,
                         &snapshot) == RESULT_OK) {
        report.changed = snapshot.changed;
        if (report.changed.roster.count > 0 || report.changed.sites.count > 0)
            (void)meeting_room_report(room, &report); /* a failure reloads */
    } else {
        log_error("room %s: the register's changes could not be read",
                  room->id.text);
    }
    snapshot_release(&snapshot);
}

void meeting_room_loaded(struct room *room)
{
    struct hub *hub = room->hub;
    const struct register_meeting *call;
    struct meeting_report restarted = { .kind = REPORT_RESTARTED };

    if (room->history_count == 0)
        return;
    call = register_state_meeting(hub->register_room->head_register, &room->id);
    if (call && call->phase == CALL_SCHEDULED)
        register_room_meeting_began(hub->register_room, &room->id,
                                    &room->history[0].head);
    if (room->head_meeting->phase == MEETING_CLOSED) {
        if (call && call->phase != CALL_ENDED)
            register_room_meeting_ended(
                hub->register_room, &room->id, room->history_count - 1,
                &room->history[room->history_count - 1].head);
        return;
    }
    (void)meeting_room_report(room, &restarted); /* a failure reloads */
    meeting_room_mirror(room);
}

/* --- what follows from a committed event
 * -------------------------------------------- */

static void settle_lobby(struct room *room, const struct identifier *holder,
                         bool is_admitted)
{
    struct subscription *subscription = room->subscribers;

    while (subscription) {
        struct subscription *next = subscription->next;
        struct session *session = subscription->session;

        if (subscription->phase == SUBSCRIPTION_LOBBY &&
            identifier_equal(&session->actor.holder, holder)) {
            if (is_admitted) {
                room_join_admitted(room, session);
            } else {
                subscription_detach(subscription);
                session_send_json(session,
                                  json_pack("{s:s, s:s}", "note", "turned_away",
                                            "log", room->id.text));
            }
        }
        subscription = next;
    }
}

/* Who is put out, or goes, still gets what was committed with that. */
static void end_subscription(struct room *room, const struct key *device)
{
    struct subscription *subscription;

    for (subscription = room->subscribers; subscription;
         subscription = subscription->next)
        if (subscription->phase == SUBSCRIPTION_ACTIVE &&
            key_equal(&subscription->session->actor.device, device))
            subscription->ends_at = room->committed;
}

static void refresh_all(struct room *room)
{
    struct subscription *subscription;

    for (subscription = room->subscribers; subscription;
         subscription = subscription->next)
        if (subscription->phase == SUBSCRIPTION_ACTIVE)
            subscription_refresh(subscription);
}

void meeting_room_released(struct room *room, const struct meeting_event *event)
{
    struct hub *hub = room->hub;

    room->voice_version++;
    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        log_info("room %s: begun", room->id.text);
        register_room_meeting_began(hub->register_room, &room->id,
                                    &room->history[0].head);
        break;
    case EVENT_CLOSED_KIND:
        log_info("room %s: closed after %zu events", room->id.text,
                 room->committed);
        register_room_meeting_ended(hub->register_room, &room->id, event->seq,
                                    &room->history[event->seq].head);
        break;
    case EVENT_ADMITTED_KIND:
        settle_lobby(room, &event->body.admitted.holder, true);
        break;
    case EVENT_TURNED_AWAY_KIND:
        settle_lobby(room, &event->body.turned_away.holder, false);
        break;
    case EVENT_DISCONNECTED_KIND:
        end_subscription(room, &event->body.disconnected.device);
        break;
    case EVENT_CHAIR_TAKEN_KIND:
    case EVENT_MINUTES_HANDED_OVER_KIND:
    case EVENT_MINUTES_SHARED_KIND:
    case EVENT_ROSTER_CHANGED_KIND:
        refresh_all(room);
        break;
    default:
        break;
    }
}
