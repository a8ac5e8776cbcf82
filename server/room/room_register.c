/* The room of the organisation's register. */
#include "server/room/room_types.h"

#include "protocol/record/statement.h"
#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

/* Whose officers and members an event is about: its cell, or nobody's. */
struct identifier register_event_unit(const struct register_state *state,
                                      const struct register_event *event)
{
    struct identifier none = { "" };
    const struct identifier *holder = NULL;
    const struct register_meeting *meeting;
    const struct register_member *member;
    const struct register_site *site;

    switch ((int)event->kind) {
    case REGISTER_UNIT_ADDED_KIND:
        return event->body.unit_added.unit;
    case REGISTER_UNIT_RENAMED_KIND:
        return event->body.unit_renamed.unit;
    case REGISTER_MEMBER_ADDED_KIND:
        return event->body.member_added.unit;
    case REGISTER_MEMBER_CHANGED_KIND:
        return event->body.member_changed.unit;
    case REGISTER_SITE_ADDED_KIND:
        return event->body.site_added.unit;
    case REGISTER_SITE_CHANGED_KIND:
        return event->body.site_changed.unit;
    case REGISTER_MEETING_SCHEDULED_KIND:
        return event->body.meeting_scheduled.unit;
    case REGISTER_MEETING_CHANGED_KIND:
        return event->body.meeting_changed.unit;
    case REGISTER_OPINIONS_ASKED_KIND:
        return event->body.opinions_asked.unit;
    case REGISTER_OPINION_GIVEN_KIND:
        return event->body.opinion_given.unit;
    case REGISTER_ERRATUM_PROPOSED_KIND:
        meeting = register_state_meeting(state,
                                         &event->body.erratum_proposed.meeting);
        return meeting ? meeting->unit : none;
    case REGISTER_MEETING_CANCELLED_KIND:
        meeting = register_state_meeting(
            state, &event->body.meeting_cancelled.meeting);
        return meeting ? meeting->unit : none;
    case REGISTER_HELD_BY_GROUPS_KIND:
        meeting =
            register_state_meeting(state, &event->body.held_by_groups.meeting);
        return meeting ? meeting->unit : none;
    case REGISTER_MEMBER_REMOVED_KIND:
        holder = &event->body.member_removed.member;
        break;
    case REGISTER_DEVICE_ENROLLED_KIND:
        holder = &event->body.device_enrolled.holder;
        break;
    case REGISTER_DEVICE_REVOKED_KIND:
        holder = &event->body.device_revoked.holder;
        break;
    case REGISTER_DEVICE_ADDED_KIND:
        holder = &event->body.device_added.holder;
        break;
    case REGISTER_DEVICE_VOUCHED_KIND:
        holder = &event->body.device_vouched.holder;
        break;
    case REGISTER_UNIT_MOVED_KIND:
        return event->body.unit_moved.unit;
    default:
        return none;
    }
    member = register_state_member(state, holder);
    site = register_state_site(state, holder);
    return member ? member->unit : site ? site->unit : none;
}

enum result register_room_fold(struct room *room, bool is_head,
                               const char *bytes, size_t size)
{
    struct register_state *state =
        is_head ? room->head_register : room->committed_register;
    struct register_event event;
    struct message_memory memory = { 0 };
    struct field_error error;
    enum result result =
        register_event_decode(bytes, size, &event, &memory, &error);

    if (result == RESULT_OK)
        result = register_state_apply(state, &event);
    if (result == RESULT_OK && !is_head && room_is_live(room))
        register_room_released(room, &event);
    message_memory_release(&memory);
    return result;
}

/* Where no device of the holder signed, the server revokes in its own name;
 * the statement is made here. */
static enum result sign_revocation(struct room *room,
                                   struct register_device_revoked *event)
{
    const struct signing_key *identity = room->hub->config.identity;
    static const struct key nobody;
    struct statement_revoke fields = { 0 };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!key_equal(&event->signer, &nobody))
        return RESULT_OK;
    event->signer = identity->public_key;
    event->seen = room->history_count - 1;
    event->head = room->history[room->history_count - 1].head;
    fields.member = identifier_view(&event->holder);
    fields.device = event->device;
    fields.reason = event->reason.value;
    fields.seen.seq = event->seen;
    fields.seen.head = event->head;
    result = statement_revoke(&identity->public_key, identifier_view(&room->id),
                              &fields, &bytes, &size);
    if (result == RESULT_OK)
        result = statement_sign(identity, bytes, size, &event->sig);
    free(bytes);
    return result;
}

static enum result propose_event(struct room *room, struct proposal *proposal,
                                 struct register_event *event)
{
    struct event_encoding encoding;
    struct identifier unit;
    enum result result = RESULT_OK;

    event->seq = room->history_count;
    event->at_ms = room_now_ms(room);
    if (event->kind == REGISTER_DEVICE_REVOKED_KIND)
        result = sign_revocation(room, &event->body.device_revoked);
    if (result == RESULT_OK)
        result = register_event_encode(event, identifier_view(&room->id),
                                       &room->key, &encoding);
    if (result != RESULT_OK)
        return result;
    result = register_state_apply(room->head_register, event);
    unit = register_event_unit(room->head_register, event);
    if (result == RESULT_OK)
        result = room_propose(room, proposal, &encoding, event->at_ms, &unit);
    event_encoding_release(&encoding);
    return result;
}

/* Decision in, everything else done; `session` may be NULL (the server). */
static enum result carry_out(struct room *room,
                             struct register_decision *decision,
                             struct session *session, uint64_t request)
{
    const bool ends_hold = room->is_held;
    struct proposal proposal = { 0 };
    struct frame *answer = NULL;
    bool is_device = session && session->actor.kind == ACTOR_HOLDER;
    enum result result = room_begin(room, &proposal);
    size_t i;

    if (result == RESULT_OK && ends_hold) {
        store_batch_release_hold(proposal.batch);
        room->is_going_on = true;
        room->loss.ticket = proposal.ticket;
    }
    for (i = 0; result == RESULT_OK && i < decision->count; i++)
        result = propose_event(room, &proposal, &decision->events[i]);
    if (result == RESULT_OK && session) {
        answer = answer_accepted(room, request, decision->count > 0,
                                 &decision->made);
        if (!answer)
            result = RESULT_NO_MEMORY;
    }
    if (result == RESULT_OK)
        result = room_commit(room, &proposal,
                             is_device ? &session->actor.device : NULL, request,
                             answer);
    if (result == RESULT_OK && session)
        room_answer(room, session->id, request, room->history_count,
                    frame_ref(answer));
    frame_unref(answer);
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        room->is_going_on = false;
        room->loss.ticket = 0;
        if (session)
            session_refuse_code(session, request, REFUSAL_STORE_FAILED);
        room_fail(room, result);
    }
    return result;
}

static void settle(struct room *room, struct register_decision *decision,
                   struct session *session, uint64_t request)
{
    struct frame *frame;

    if (decision->refusal.code == REFUSAL_NONE && decision->count > 0) {
        (void)carry_out(room, decision, session, request); /* it has answered */
        return;
    }
    if (!session)
        return;
    if (decision->refusal.code != REFUSAL_NONE) {
        room->hub->figures.refusals++;
        frame = answer_refusal(request, &decision->refusal);
    } else {
        frame = answer_accepted(room, request, decision->count > 0,
                                &decision->made);
    }
    room_answer(room, session->id, request, room->history_count, frame);
}

/* What devices showed of what was lost. */
static void name_loss(const struct room *room, struct register_restored *event)
{
    const struct meeting_loss known = room_loss_known(room);

    event->lost_seq = known.lost_seq;
    event->lost_head = known.lost_head;
}

/* The meeting whose minutes a command is to correct; NULL: it does not. */
static const struct identifier *corrected(const struct command *command)
{
    if (command->op == OP_PROPOSE_ERRATUM)
        return &command->body.propose_erratum.meeting;
    return command->op == OP_SIGN_ERRATUM ? &command->body.sign_erratum.meeting
                                          : NULL;
}

bool register_room_awaits_minutes(struct room *room, struct session *session,
                                  struct request *request)
{
    const struct identifier *meeting = corrected(&request->command);
    struct room *other;

    if (room->kind != ROOM_REGISTER || room->phase != ROOM_READY || !meeting ||
        !register_state_meeting(room->committed_register, meeting))
        return false;
    other = hub_room(room->hub, meeting);
    if (!other)
        return false; /* no memory: it is as one that cannot be read */
    room_retry(other);
    if (other->phase != ROOM_LOADING && other->phase != ROOM_SETTLING)
        return false;
    request->again = session_submit;
    room_enqueue(other, session, request);
    return true;
}

/* The state of that meeting, if it is over; NULL otherwise. */
static const struct meeting_state *minutes_of(const struct room *room,
                                              const struct command *command)
{
    const struct identifier *meeting = corrected(command);
    const struct room *other =
        meeting ? hub_find_room(room->hub, meeting) : NULL;

    return other && other->kind == ROOM_MEETING && other->phase == ROOM_READY &&
                   other->committed > 0 && !other->is_held &&
                   room_is_over(other, other->committed_meeting)
               ? other->committed_meeting
               : NULL;
}

void register_room_command(struct room *room, struct session *session,
                           const struct request *request)
{
    struct register_decision decision = { 0 };

    if (room->loss.ticket) {
        session_refuse_code(session, request->command.request, REFUSAL_BUSY);
        return;
    }
    register_rules_decide_of(room->head_register,
                             minutes_of(room, &request->command),
                             room->hub->config.rules, &session->actor,
                             &request->command, room_now_ms(room), &decision);
    if (room->is_held && decision.count == 1)
        name_loss(room, &decision.events[0].body.restored);
    settle(room, &decision, session, request->command.request);
    register_decision_release(&decision);
}

void register_room_enrol(struct room *room, struct session *session,
                         uint64_t request, const struct hash *token,
                         const struct register_device_enrolled *enrolled)
{
    struct register_decision decision = { 0 };

    if (room->is_held) {
        session_refuse_code(session, request, REFUSAL_HELD);
        return;
    }
    register_rules_enrol(room->head_register, token, &enrolled->holder,
                         &enrolled->device, &enrolled->label,
                         &enrolled->exporter, &enrolled->sig, room_now_ms(room),
                         &decision);
    settle(room, &decision, session, request);
    register_decision_release(&decision);
}

void register_room_meeting_began(struct room *room,
                                 const struct identifier *meeting,
                                 const struct hash *head)
{
    struct register_decision decision = { 0 };

    if (room->phase != ROOM_READY || room->is_held)
        return;
    register_rules_meeting_began(room->head_register, meeting, head, &decision);
    settle(room, &decision, NULL, 0);
    register_decision_release(&decision);
}

void register_room_meeting_ended(struct room *room,
                                 const struct identifier *meeting,
                                 uint64_t final_seq, const struct hash *head,
                                 const struct meeting_state *held)
{
    struct register_decision decision = { 0 };

    if (room->phase != ROOM_READY || room->is_held)
        return;
    register_rules_meeting_ended(room->head_register, meeting, final_seq, head,
                                 held, &decision);
    settle(room, &decision, NULL, 0);
    register_decision_release(&decision);
}

/* --- what follows from a committed event --------------------------------- */

static void mirror(struct room *room)
{
    size_t i;

    for (i = 0; i < ROOM_BUCKETS; i++) {
        struct room *meeting;

        for (meeting = room->hub->rooms[i]; meeting; meeting = meeting->next)
            if (meeting->kind == ROOM_MEETING)
                meeting_room_mirror(meeting);
    }
}

static void cut_off(struct room *room, const struct identifier *holder,
                    const struct key *device)
{
    struct meeting_report report = { .kind = REPORT_REVOKED };
    size_t i;

    report.holder = *holder;
    report.device = *device;
    for (i = 0; i < ROOM_BUCKETS; i++) {
        struct room *meeting;

        for (meeting = room->hub->rooms[i]; meeting; meeting = meeting->next)
            if (meeting->kind == ROOM_MEETING && meeting->phase == ROOM_READY &&
                meeting->history_count > 0 &&
                meeting_state_device(meeting->head_meeting, holder, device))
                (void)meeting_room_report(meeting, &report);
    }
    hub_end_device(room->hub, device, CLOSE_REVOKED, "this device was revoked",
                   NULL);
}

static void cut_off_member(struct room *room, const struct identifier *member)
{
    const struct register_state *state = room->committed_register;
    size_t i;

    for (i = 0; i < state->device_count; i++)
        if (identifier_equal(&state->devices[i].holder, member))
            cut_off(room, member, &state->devices[i].key);
}

/* A new office, category or cell may open older texts to its holder. */
static void look_again(struct room *room, const struct identifier *holder)
{
    struct subscription *subscription;

    for (subscription = room->subscribers; subscription;
         subscription = subscription->next)
        if (identifier_equal(&subscription->session->actor.holder, holder))
            subscription_look_again(subscription);
}

void register_room_released(struct room *room,
                            const struct register_event *event)
{
    switch ((int)event->kind) {
    case REGISTER_DEVICE_REVOKED_KIND:
        log_info("register: a device of %s was revoked",
                 event->body.device_revoked.holder.text);
        cut_off(room, &event->body.device_revoked.holder,
                &event->body.device_revoked.device);
        mirror(room);
        break;
    case REGISTER_MEMBER_REMOVED_KIND:
        cut_off_member(room, &event->body.member_removed.member);
        mirror(room);
        break;
    case REGISTER_MEMBER_CHANGED_KIND:
        look_again(room, &event->body.member_changed.member);
        mirror(room);
        break;
    case REGISTER_SITE_CHANGED_KIND:
        look_again(room, &event->body.site_changed.site);
        mirror(room);
        break;
    case REGISTER_RECOGNITION_CONSIDERED_KIND:
    case REGISTER_DEVICE_ENROLLED_KIND:
    case REGISTER_DEVICE_ADDED_KIND:
    case REGISTER_DEVICE_VOUCHED_KIND:
    case REGISTER_MEMBER_ADDED_KIND:
    case REGISTER_SITE_ADDED_KIND:
        mirror(room);
        break;
    default:
        break;
    }
}

/* What meetings reported while the register could not take it. */
static void settle_meetings(struct room *room)
{
    size_t i;

    for (i = 0; i < ROOM_BUCKETS; i++) {
        struct room *meeting;

        for (meeting = room->hub->rooms[i]; meeting; meeting = meeting->next)
            if (meeting->kind == ROOM_MEETING && meeting->phase == ROOM_READY) {
                meeting_room_settle(meeting);
                meeting_room_mirror(meeting);
            }
    }
}

void register_room_loaded(struct room *room)
{
    settle_meetings(room);
    log_info("register %s: %zu events, %zu members", room->id.text,
             room->history_count, room->committed_register->member_count);
}
