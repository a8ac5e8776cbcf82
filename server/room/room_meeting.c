/* A room whose log is a meeting's: the bridge between domain and history. */
#include "server/room/room_meeting_internal.h"

#include "server/platform/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>

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
    if (result == RESULT_OK && !is_head)
        result = blob_set_add_event(&room->blobs, &event);
    if (result == RESULT_OK && !is_head && room_is_live(room))
        meeting_room_released(room, &event);
    message_memory_release(&memory);
    return result;
}

/* --- from a decision to the store ---------------------------------------- */

enum result meeting_room_propose(struct room *room, struct proposal *proposal,
                                 struct meeting_event *event)
{
    struct event_encoding encoding;
    enum result result;

    event->seq = room->history_count;
    event->at_ms =
        meeting_state_event_time(room->head_meeting, event, room_now_ms(room));
    result = meeting_event_encode(event, identifier_view(&room->id), &room->key,
                                  &encoding);
    if (result != RESULT_OK)
        return result;
    result = room_propose(room, proposal, &encoding, event->at_ms, NULL);
    event_encoding_release(&encoding);
    if (result == RESULT_OK)
        result = meeting_state_apply(room->head_meeting, event);
    if (result == RESULT_OK && room_is_over(room, room->head_meeting))
        proposal->closes_log = true;
    return result;
}

enum result meeting_room_carry_out(struct room *room, struct proposal *proposal,
                                   struct meeting_decision *decision,
                                   const struct session *session,
                                   uint64_t request)
{
    struct frame *answer = NULL;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < decision->count; i++)
        result = meeting_room_propose(room, proposal, &decision->events[i]);
    if (result == RESULT_OK && session) {
        answer = answer_accepted(room, request, decision->count > 0,
                                 &decision->made);
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
        frame = answer_accepted(room, request, decision->count > 0,
                                &decision->made);
    }
    room_answer(room, session->id, request, room->history_count, frame);
}

/* --- a log that is nearly full ------------------------------------------- */

/* The last of a log is kept for whoever ends the meeting, and some before that
 * for those who preside and for comings and goings. */
static bool has_space(const struct room *room, const struct identifier *holder,
                      enum command_op op, size_t count)
{
    size_t kept = (size_t)2 * DECISION_EVENTS_MAX;

    if (op == OP_CLOSE_MEETING)
        kept = 0;
    else if (!holder || meeting_state_is_presiding(room->head_meeting, holder))
        kept = DECISION_EVENTS_MAX;
    return room->history_count + count + kept <=
           room->hub->config.log_events_max;
}

static void refuse_full(const struct room *room,
                        struct meeting_decision *decision)
{
    refusal_set(&decision->refusal, REFUSAL_TOO_MANY);
    refusal_add_number(&decision->refusal, "max",
                       room->hub->config.log_events_max);
}

/* --- who talks too much --------------------------------------------------- */

/* Whoever presides has to be heard. */
static bool is_talk(const struct room *room, const struct request *request,
                    const struct identifier *holder)
{
    const enum command_op op = request->command.op;

    return (op == OP_CHAT || op == OP_RAISE_HAND ||
            op == OP_RAISE_POINT_OF_ORDER) &&
           !meeting_state_is_presiding(room->head_meeting, holder);
}

/* Counts what was decided; refuses it when it comes too fast. */
static void keep_pace(struct room *room, const struct request *request,
                      const struct identifier *holder,
                      struct meeting_decision *decision)
{
    const int64_t interval_ms = room->hub->config.talk_pace_ms;
    const int64_t now_ms = hub_monotonic_ms(room->hub);
    int64_t wait_ms;

    if (!is_talk(room, request, holder))
        return;
    wait_ms = room_pace_wait_ms(&room->pace, holder, now_ms, interval_ms);
    if (wait_ms > 0) {
        refusal_set(&decision->refusal, REFUSAL_TOO_OFTEN);
        refusal_add_number(&decision->refusal, "seconds",
                           (uint64_t)(wait_ms + 999) / 1000);
    } else if (room_pace_take(&room->pace, holder, now_ms, interval_ms) !=
               RESULT_OK) {
        refusal_set(&decision->refusal, REFUSAL_BUSY);
    }
}

/* The act `restored`: kept until the other of the two has signed, too. */
static void go_on(struct room *room, struct session *session,
                  const struct request *request)
{
    struct meeting_decision *decision = room->hub->decision;
    const struct meeting_loss known = room_loss_known(room);
    uint64_t id = request->command.request;
    struct proposal proposal = { 0 };
    enum result result;

    if (room->loss.ticket) {
        session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    meeting_rules_go_on(room->head_meeting, &session->actor, &request->command,
                        &known, &room->loss.first, decision);
    if (decision->refusal.code == REFUSAL_NONE && decision->count == 0 &&
        !room_keep_first_act(room, &request->command.act))
        refusal_set(&decision->refusal, REFUSAL_BUSY);
    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0) {
        answer_at_once(room, session, id, decision);
        return;
    }
    result = room_begin(room, &proposal);
    if (result == RESULT_OK) {
        store_batch_release_hold(proposal.batch);
        room->is_going_on = true;
        room->loss.ticket = proposal.ticket;
        result = meeting_room_carry_out(room, &proposal, decision, session, id);
    }
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        room->is_going_on = false;
        room->loss.ticket = 0;
        session_refuse_code(session, id, REFUSAL_STORE_FAILED);
        room_fail(room, result);
    }
}

void meeting_room_command(struct room *room, struct session *session,
                          const struct request *request)
{
    struct hub *hub = room->hub;
    struct meeting_decision *decision = hub->decision;
    uint64_t id = request->command.request;
    struct proposal proposal = { 0 };
    struct refusal refusal;
    struct hash list;
    enum result result;

    if (room->history_count == 0) {
        meeting_room_begin(room, session, request);
        return;
    }
    if (room->is_held) {
        go_on(room, session, request);
        return;
    }
    meeting_room_wake(room);
    if (!ballot_desk_may_lead_on(room, &request->command, &refusal)) {
        session_refuse(session, id, &refusal);
        return;
    }
    if (request->command.op == OP_START_RECORDING && !hub->config.recordings) {
        session_refuse_code(session, id, REFUSAL_NO_RECORDING);
        return;
    }
    if (request->command.op == OP_CLOSE_ISSUE &&
        !ballot_desk_may_close_issue(room, &refusal)) {
        session_refuse(session, id, &refusal);
        return;
    }
    if (request->command.op == OP_COUNT_BALLOT &&
        !ballot_desk_may_count(room, &request->command.body.count_ballot,
                               &refusal)) {
        session_refuse(session, id, &refusal);
        return;
    }
    meeting_rules_decide(room->head_meeting, room_rules(room), &session->actor,
                         &request->command, room_now_ms(room), decision);
    if (request->command.op == OP_GATHER_GROUP &&
        decision->refusal.code == REFUSAL_NONE)
        room_groups_gather(room, session, &request->command);
    if (decision->refusal.code == REFUSAL_NONE && decision->count > 0 &&
        !has_space(room, &session->actor.holder, request->command.op,
                   decision->count))
        refuse_full(room, decision);
    if (decision->refusal.code == REFUSAL_NONE && decision->count > 0)
        keep_pace(room, request, &session->actor.holder, decision);
    if (decision->refusal.code == REFUSAL_NONE &&
        !ballot_desk_paper_fits(room, &request->command, &refusal)) {
        session_refuse(session, id, &refusal);
        return;
    }
    if (request->command.op == OP_DECRYPT &&
        decision->refusal.code == REFUSAL_NONE) {
        if (!ballot_desk_check_decryption(room, session, &request->command))
            session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    if (decision->refusal.code == REFUSAL_NONE && decision->count == 0 &&
        meeting_rules_needs_list(room->head_meeting, &request->command,
                                 &list)) {
        if (!ballot_desk_check_objection(room, session, &request->command,
                                         &list))
            session_refuse_code(session, id, REFUSAL_BUSY);
        return;
    }
    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0) {
        answer_at_once(room, session, id, decision);
        return;
    }
    result = room_begin(room, &proposal);
    if (result == RESULT_OK)
        result = meeting_room_carry_out(room, &proposal, decision, session, id);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        session_refuse_code(session, id, REFUSAL_STORE_FAILED);
        room_fail(room, result);
    }
}

static enum result add_blobs(struct proposal *proposal,
                             const struct report_blob *blobs, size_t count)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < count && result == RESULT_OK; i++)
        result = store_batch_add_blob(proposal->batch, blobs[i].bytes,
                                      blobs[i].size, NULL);
    return result;
}

/* What was decided of a command that had to wait for a worker. */
static void settle(struct room *room, struct session *session, uint64_t request,
                   const struct report_blob *blobs, size_t blob_count)
{
    struct meeting_decision *decision = room->hub->decision;
    struct proposal proposal = { 0 };
    enum result result;

    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0) {
        answer_at_once(room, session, request, decision);
        return;
    }
    result = room_begin(room, &proposal);
    if (result == RESULT_OK)
        result = add_blobs(&proposal, blobs, blob_count);
    if (result == RESULT_OK)
        result =
            meeting_room_carry_out(room, &proposal, decision, session, request);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        session_refuse_code(session, request, REFUSAL_STORE_FAILED);
        room_fail(room, result);
    }
}

void meeting_room_decrypt(struct room *room, struct session *session,
                          const struct command *command,
                          const struct decryption_verdict *verdict,
                          const struct report_blob *blobs, size_t blob_count)
{
    struct hub *hub = room->hub;

    meeting_rules_decrypt(room->head_meeting, room_rules(room), &session->actor,
                          command, verdict, room_now_ms(room), hub->decision);
    settle(room, session, command->request, blobs, blob_count);
}

void meeting_room_object(struct room *room, struct session *session,
                         const struct command *command, bool is_in_list)
{
    struct hub *hub = room->hub;

    meeting_rules_object(room->head_meeting, room_rules(room), &session->actor,
                         command, is_in_list, room_now_ms(room), hub->decision);
    settle(room, session, command->request, NULL, 0);
}

void meeting_room_answer_report(struct room *room, struct session *session,
                                uint64_t request,
                                const struct meeting_report *report)
{
    struct meeting_decision *decision = room->hub->decision;

    meeting_room_wake(room);
    meeting_rules_report(room->head_meeting, room_rules(room), report,
                         room_now_ms(room), decision);
    if (decision->refusal.code == REFUSAL_NONE && decision->count > 0 &&
        !has_space(room, NULL, COMMAND_UNKNOWN, decision->count))
        refuse_full(room, decision);
    settle(room, session, request, NULL, 0);
}

bool meeting_room_report(struct room *room, const struct meeting_report *report)
{
    return meeting_room_report_blobs(room, report, NULL, 0);
}

bool meeting_room_report_blobs(struct room *room,
                               const struct meeting_report *report,
                               const struct report_blob *blobs,
                               size_t blob_count)
{
    struct hub *hub = room->hub;
    struct meeting_decision *decision = hub->decision;
    struct proposal proposal = { 0 };
    enum result result;

    meeting_room_wake(room);
    if (room->phase != ROOM_READY || room->history_count == 0 || room->is_held)
        return false;
    meeting_rules_report(room->head_meeting, room_rules(room), report,
                         room_now_ms(room), decision);
    if (decision->refusal.code == REFUSAL_NONE && decision->count > 0 &&
        !has_space(room, NULL, COMMAND_UNKNOWN, decision->count))
        refuse_full(room, decision);
    if (decision->refusal.code != REFUSAL_NONE || decision->count == 0)
        return true;
    result = room_begin(room, &proposal);
    if (result == RESULT_OK)
        result = add_blobs(&proposal, blobs, blob_count);
    if (result == RESULT_OK)
        result = meeting_room_carry_out(room, &proposal, decision, NULL, 0);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK)
        room_fail(room, result);
    return result == RESULT_OK;
}

/* --- the register's mirror ----------------------------------------------- */

/* Would the roll outgrow what an event and a decision can hold? */
static bool fits(const struct room *room, const struct snapshot *snapshot)
{
    const struct roster_person *row = snapshot->changed.roster.data;
    size_t i, count = room->head_meeting->person_count;

    for (i = 0; i < snapshot->changed.roster.count; i++)
        count += !meeting_state_person(room->head_meeting, &row[i].member);
    return count <= LIMIT_ROSTER;
}

void meeting_room_mirror(struct room *room)
{
    const struct room *registry = room->hub->register_room;
    uint64_t end = registry->committed_register->next_seq;
    struct meeting_report report = { .kind = REPORT_REGISTER };
    struct snapshot snapshot;
    uint64_t since;

    if (room->phase != ROOM_READY || room->history_count == 0 ||
        room->is_held || room->is_fresh ||
        room->head_meeting->phase == MEETING_CLOSED)
        return;
    since = room->head_meeting->register_seq + 1;
    if (since < room->mirrored)
        since = room->mirrored;
    if (since >= end)
        return;
    if (snapshot_changes(registry, room->head_meeting, since, &snapshot) !=
        RESULT_OK) {
        log_error("room %s: the register's changes could not be read",
                  room->id.text);
    } else if (!fits(room, &snapshot)) {
        log_error("room %s: the roll is full; changes of the register up to "
                  "%llu are left out",
                  room->id.text, (unsigned long long)end);
        room->mirrored = end;
    } else {
        report.changed = snapshot.changed;
        if (report.changed.roster.count + report.changed.sites.count == 0)
            room->mirrored = end; /* nobody of this cell */
        else
            (void)meeting_room_report(room, &report); /* a failure reloads */
    }
    snapshot_release(&snapshot);
}

void meeting_room_settle(struct room *room)
{
    struct room *registry = room->hub->register_room;
    const struct register_meeting *call =
        register_state_meeting(registry->head_register, &room->id);

    if (!call || room->committed == 0)
        return;
    if (call->phase == CALL_SCHEDULED)
        register_room_meeting_began(registry, &room->id,
                                    &room->history[0].head);
    call = register_state_meeting(registry->head_register, &room->id);
    if (room_is_over(room, room->committed_meeting) && call &&
        call->phase == CALL_BEGUN)
        register_room_meeting_ended(registry, &room->id, room->committed - 1,
                                    &room->history[room->committed - 1].head,
                                    room->committed_meeting);
}

/* The end of a meeting that came back from a device: its key is deleted as it
 * was the first time. */
static void close_on_disk(struct room *room)
{
    struct store *store = room->hub->store;
    struct store_batch *batch = NULL;

    if (!room_is_over(room, room->head_meeting) || room->is_closed_on_disk)
        return;
    if (store_batch_new(&batch, &room->id, room->hub->next_ticket++) ==
        RESULT_OK)
        store_batch_close_log(batch);
    if (!batch || store->ops->append(store, batch) != RESULT_OK) {
        log_error("room %s: its end could not be written", room->id.text);
        store_batch_free(batch);
        return;
    }
    room->is_closed_on_disk = true;
    OPENSSL_cleanse(&room->key, sizeof room->key);
}

void meeting_room_loaded(struct room *room)
{
    room->is_fresh = room->history_count > 0 && !room->is_held;
    room->is_recording_swept = false;
    room->loaded_ms = hub_monotonic_ms(room->hub);
}

void meeting_room_wake(struct room *room)
{
    struct meeting_report restarted = { .kind = REPORT_RESTARTED };

    if (!room->is_fresh || room->phase != ROOM_READY || room->is_held)
        return;
    room->is_fresh = false;
    close_on_disk(room);
    meeting_room_settle(room);
    if (room->head_meeting->phase == MEETING_CLOSED) {
        room_heads_loaded(room);
        return;
    }
    (void)meeting_room_report(room, &restarted); /* a failure reloads */
    room_carry_begin(room);
    meeting_room_mirror(room);
}

/* --- what follows from a committed event --------------------------------- */

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

static void follow_subrooms(struct room *room)
{
    struct subscription *subscription;

    for (subscription = room->subscribers; subscription;
         subscription = subscription->next)
        subscription_follow_subroom(subscription);
}

void meeting_room_released(struct room *room, const struct meeting_event *event)
{
    struct hub *hub = room->hub;

    room->voice_version++;
    room_sound_settle(room);
    room_heads_on_event(room, event);
    if (room_is_over(room, room->committed_meeting))
        register_room_meeting_ended(hub->register_room, &room->id, event->seq,
                                    &room->history[event->seq].head,
                                    room->committed_meeting);
    switch ((int)event->kind) {
    case EVENT_GENESIS_KIND:
        log_info("room %s: begun", room->id.text);
        register_room_meeting_began(hub->register_room, &room->id,
                                    &room->history[0].head);
        room_carry_begin(room);
        break;
    case EVENT_LOBBY_OPENED_KIND:
    case EVENT_OPENED_KIND:
        room_send_readers_to_lobby(room);
        break;
    case EVENT_CLOSED_KIND:
        log_info("room %s: closed after %zu events", room->id.text,
                 room->committed);
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
    case EVENT_SUBROOM_ENTERED_KIND:
    case EVENT_SUBROOMS_CLOSED_KIND:
        follow_subrooms(room);
        break;
    case EVENT_CHAIR_TAKEN_KIND:
    case EVENT_CHAIR_GIVEN_KIND:
    case EVENT_CHAIR_ELECTED_KIND:
    case EVENT_MINUTES_HANDED_OVER_KIND:
    case EVENT_MINUTES_SHARED_KIND:
    case EVENT_MINUTES_HIDDEN_KIND:
    case EVENT_ROSTER_CHANGED_KIND:
        refresh_all(room);
        break;
    default:
        break;
    }
}
