/* How the log of a meeting begins: who may begin it, whom it summons, and its
 * first events. */
#include "server/room/room_meeting_internal.h"

#include "protocol/meeting/meeting_summons.h"
#include "server/platform/log.h"

/* --- commands ------------------------------------------------------------ */

/* Why this meeting's log cannot begin by this request, or REFUSAL_NONE. */
static enum refusal_code may_begin(const struct register_meeting *call,
                                   const struct session *session,
                                   const struct request *request)
{
    const struct identifier *holder = &session->actor.holder;

    if (!call)
        return REFUSAL_UNKNOWN_LOG;
    if (call->phase != CALL_SCHEDULED ||
        (request->command.op != OP_OPEN_LOBBY &&
         request->command.op != OP_PREPARE_MEETING))
        return REFUSAL_NOT_SCHEDULED;
    if (!identifier_equal(holder, &call->chair) &&
        !identifier_equal(holder, &call->deputy) &&
        !identifier_equal(holder, &call->minute_taker))
        return REFUSAL_NOT_ALLOWED;
    return REFUSAL_NONE;
}

/* Whoever was called to an office of this meeting may have left the cell, its
 * committee or the party group. */
static bool is_summoned(const struct register_state *state,
                        const struct summons *summons,
                        const struct identifier *id, struct refusal *refusal)
{
    const struct register_member *member = register_state_member(state, id);
    const bool is_of_group = !identifier_is_empty(&summons->group);

    if (member && summons_has(summons, member))
        return true;
    refusal_set(refusal, summons->is_committee ? REFUSAL_NOT_OF_COMMITTEE
                         : is_of_group         ? REFUSAL_NOT_OF_GROUP
                                               : REFUSAL_NOT_IN_UNIT);
    refusal_add_text(refusal, "id", identifier_view(id));
    refusal_add_text(
        refusal, "unit",
        identifier_view(is_of_group ? &summons->group : &summons->cell));
    return false;
}

/* Can this cell, as it is now, hold the meeting as it was called? */
static bool is_cell_ready(const struct register_state *state,
                          const struct register_meeting *call,
                          struct refusal *refusal)
{
    struct summons summons;
    size_t i, count = 0;

    if (!summons_of(state, &call->unit, call->kind, &summons)) {
        refusal_set(refusal, REFUSAL_UNKNOWN_LOG);
        return false;
    }
    if (!is_summoned(state, &summons, &call->chair, refusal) ||
        !is_summoned(state, &summons, &call->minute_taker, refusal) ||
        (!identifier_is_empty(&call->deputy) &&
         !is_summoned(state, &summons, &call->deputy, refusal)))
        return false;
    for (i = 0; i < state->member_count; i++)
        count += summons_has(&summons, &state->members[i]);
    if (count <= LIMIT_ROSTER)
        return true;
    refusal_set(refusal, REFUSAL_TOO_MANY);
    refusal_add_number(refusal, "max", LIMIT_ROSTER);
    return false;
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
    enum result result = snapshot_genesis(hub->register_room, &room->id,
                                          &hub->config, &snapshot);
    size_t i;

    if (result == RESULT_OK)
        result = room_begin(room, proposal);
    if (result == RESULT_OK) {
        event.body.genesis = snapshot.genesis;
        result = meeting_room_propose(room, proposal, &event);
    }
    if (result == RESULT_OK && snapshot.held.year > 0) {
        event = (struct meeting_event){ .kind = EVENT_HELD_BY_GROUPS_KIND };
        event.body.held_by_groups = snapshot.held;
        result = meeting_room_propose(room, proposal, &event);
    }
    snapshot_release(&snapshot);
    if (result != RESULT_OK)
        return result;
    report.holder = session->actor.holder;
    report.device = session->actor.device;
    meeting_rules_report(room->head_meeting, room_rules(room), &report,
                         room_now_ms(room), hub->decision);
    if (hub->decision->refusal.code != REFUSAL_NONE)
        return RESULT_REFUSED;
    for (i = 0; result == RESULT_OK && i < hub->decision->count; i++)
        result =
            meeting_room_propose(room, proposal, &hub->decision->events[i]);
    return result;
}

/* Nothing of this log was handed to the store: it is as if it had never been
 * thought of. */
static enum result forget_beginning(struct room *room)
{
    history_clear(room);
    return room_new_states(room);
}

static void refuse_beginning(struct room *room, struct session *session,
                             uint64_t request, enum result why)
{
    struct refusal refusal = room->hub->decision->refusal;

    if (why != RESULT_REFUSED) {
        log_error("room %s: the log cannot begin (%s)", room->id.text,
                  result_text(why));
        refusal_set(&refusal, REFUSAL_STORE_FAILED);
    }
    if (forget_beginning(room) != RESULT_OK)
        room_fail(room, RESULT_NO_MEMORY);
    session_refuse(session, request, &refusal);
}

static bool check_beginning(struct room *room, const struct session *session,
                            const struct request *request,
                            struct refusal *refusal)
{
    const struct register_state *state =
        room->hub->register_room->committed_register;
    const struct register_meeting *call =
        register_state_meeting(state, &room->id);

    refusal_set(refusal, may_begin(call, session, request));
    if (refusal->code == REFUSAL_NOT_ALLOWED)
        refusal_add_text(
            refusal, "who",
            TEXT_LITERAL("the chair, the deputy or the minute-taker"));
    return refusal->code == REFUSAL_NONE && is_cell_ready(state, call, refusal);
}

void meeting_room_begin(struct room *room, struct session *session,
                        const struct request *request)
{
    struct hub *hub = room->hub;
    struct meeting_decision *decision = hub->decision;
    uint64_t id = request->command.request;
    struct proposal proposal = { 0 };
    struct refusal refusal;
    enum result result;

    if (!check_beginning(room, session, request, &refusal)) {
        session_refuse(session, id, &refusal);
        return;
    }
    session_leave_meeting(session);
    result = propose_beginning(room, &proposal, session);
    if (result == RESULT_OK) {
        meeting_rules_decide(room->head_meeting, room_rules(room),
                             &session->actor, &request->command,
                             room_now_ms(room), decision);
        result =
            decision->refusal.code == REFUSAL_NONE
                ? meeting_room_carry_out(room, &proposal, decision, session, id)
                : RESULT_REFUSED;
    }
    store_batch_free(proposal.batch);
    if (result != RESULT_OK) {
        refuse_beginning(room, session, id, result);
        return;
    }
    /* Connected by the log; a `join` follows, or the device is lost. */
    subscription_attach(&session->meeting, room, SUBSCRIPTION_LOBBY, 0);
}
