#include "server/room/ballot_desk.h"

#include "protocol/ballot/ballot_draft.h"
#include "protocol/meeting/ballot_small.h"
#include "server/platform/log.h"

#include <stdlib.h>
#include <string.h>

/* --- life ---------------------------------------------------------------- */

/* What is under way comes back to nobody. */
static void forget_ballot(struct room *room)
{
    struct ballot_desk *desk = room->desk;

    desk->generation = room->hub->next_ticket++;
    desk->is_working = false;
    desk->retry_ms = 0;
    desk->wipe_ms = 0;
    desk->has_records = desk->has_lost_records = false;
    desk_keys_forget(desk);
    desk_forget_claims(desk);
    desk_forget_ballots(desk);
    desk_forget_checks(desk);
    desk_forget_unlocks(desk);
    memset(&desk->ballot, 0, sizeof desk->ballot);
    desk->attempt = 0;
}

struct ballot_desk *ballot_desk_free(struct ballot_desk *desk)
{
    if (!desk)
        return NULL;
    desk_keys_forget(desk);
    desk_forget_claims(desk);
    desk_forget_ballots(desk);
    desk_forget_checks(desk);
    desk_forget_unlocks(desk);
    free(desk);
    return NULL;
}

static bool make_desk(struct room *room)
{
    if (room->desk)
        return true;
    room->desk = calloc(1, sizeof *room->desk);
    if (!room->desk)
        return false;
    room->desk->generation = room->hub->next_ticket++;
    room->desk->check_end = &room->desk->check_first;
    return true;
}

const struct meeting_ballot *desk_ballot(const struct room *room)
{
    return meeting_state_open_ballot(room->committed_meeting);
}

const struct meeting_ballot *desk_head_ballot(const struct room *room)
{
    return meeting_state_open_ballot(room->head_meeting);
}

struct ballot_tools desk_tools(const struct room *room)
{
    return room->hub->ballot_tools;
}

size_t ballot_desk_waiting(const struct room *room)
{
    return room->desk ? room->desk->checks + room->desk->checks_waiting : 0;
}

bool desk_is_free(const struct room *room)
{
    return room->phase == ROOM_READY && !room->is_held && !room->is_fresh &&
           room->committed == room->history_count && room->committed > 0;
}

void desk_refuse_state(const struct room *room, const struct identifier *id,
                       struct refusal *refusal)
{
    const struct meeting_ballot *ballot =
        meeting_state_ballot(room->head_meeting, id);

    refusal_set(refusal,
                ballot ? REFUSAL_BALLOT_STATE : REFUSAL_NO_SUCH_BALLOT);
    refusal_add_text(refusal, "id", identifier_view(id));
    if (ballot)
        refusal_add_text(refusal, "state",
                         text_view_of(ballot_phase_word(ballot->phase)));
}

struct room *desk_room_of(struct session *session,
                          const struct request *request)
{
    const struct subscription *subscription = &session->meeting;
    const uint64_t id = request->command.request;

    if (subscription->phase != SUBSCRIPTION_ACTIVE ||
        !identifier_equal(&subscription->room->id, &request->command.log)) {
        session_refuse_code(session, id, REFUSAL_NOT_JOINED);
        return NULL;
    }
    if (subscription->room->phase == ROOM_READY && !subscription->room->is_held)
        return subscription->room;
    session_refuse_code(session, id, REFUSAL_BUSY);
    return NULL;
}

void desk_end_request(struct hub *hub, uint64_t session_id, uint64_t request)
{
    struct session *session = hub_session(hub, session_id);

    if (!session || session->phase == SESSION_CLOSING)
        return;
    session->is_busy = false;
    if (request > 0)
        session_refuse_code(session, request, REFUSAL_BUSY);
    session_resume_inbox(session);
}

bool desk_report(struct room *room, const struct meeting_event *event,
                 const struct report_blob *blobs, size_t blob_count)
{
    const struct meeting_report report = { .kind = REPORT_BALLOT,
                                           .event = event };
    const struct refusal *refusal = &room->hub->decision->refusal;

    if (!meeting_room_report_blobs(room, &report, blobs, blob_count))
        return false;
    if (refusal->code == REFUSAL_NONE)
        return true;
    log_warning("room %s: %s of ballot %s was not accepted: %s", room->id.text,
                meeting_event_schema(event->kind)->name,
                room->desk->ballot.text, refusal_code_text(refusal->code));
    return false;
}

/* --- may it be counted? ----------------------------------------------------
 */

static bool asks_same(const struct room *room, const struct meeting_ballot *a,
                      const struct meeting_ballot *b)
{
    const struct room_opening *first =
        room_find_opening(room, a->drafted_seq, "form");
    const struct room_opening *second =
        room_find_opening(room, b->drafted_seq, "form");

    return first && second &&
           ballot_draft_asks_same(text_view_of(first->value),
                                  text_view_of(second->value));
}

bool ballot_desk_may_count(const struct room *room,
                           const struct command_count_ballot *command,
                           struct refusal *refusal)
{
    const struct meeting_state *state = room->head_meeting;
    const uint64_t min = room_rules(room)->ballot_k_min;
    const struct meeting_ballot *ballot =
        meeting_state_ballot(state, &command->ballot);
    size_t i;

    if (!ballot || command->knowingly || ballot->phase != BALLOT_PHASE_ENDED)
        return true; /* the rules say what is wrong */
    for (i = 0; i < state->ballot_count; i++) {
        const struct meeting_ballot *other = &state->ballots[i];
        const uint64_t apart = ballot_small_difference(ballot, other);

        if (other->phase != BALLOT_PHASE_DONE || apart == 0 || apart >= min ||
            !asks_same(room, ballot, other))
            continue;
        refusal_set(refusal, REFUSAL_BELOW_K_MIN);
        refusal_add_text(refusal, "part", TEXT_LITERAL("difference"));
        refusal_add_number(refusal, "sum", apart);
        refusal_add_number(refusal, "min", min);
        return false;
    }
    return true;
}

/* --- what is due ---------------------------------------------------------- */

static void act_on(struct room *room, const struct meeting_ballot *ballot)
{
    if (ballot->phase > BALLOT_PHASE_KEYS &&
        !desk_look_for_records(room, ballot))
        return;
    if (ballot->phase >= BALLOT_PHASE_VOTING) {
        desk_forget_claims(room->desk);
        desk_wipe_claims(room, ballot);
    }
    switch (ballot->phase) {
    case BALLOT_PHASE_KEYS:
        desk_keys_act(room, ballot);
        break;
    case BALLOT_PHASE_ISSUING:
    case BALLOT_PHASE_ATTESTING:
        desk_issue_act(room, ballot);
        break;
    case BALLOT_PHASE_VOTING:
        desk_cast_act(room, ballot);
        break;
    case BALLOT_PHASE_ENDED:
    case BALLOT_PHASE_COUNTING:
        desk_count_act(room, ballot);
        break;
    case BALLOT_PHASE_NONE:
    case BALLOT_PHASE_DRAFTED:
    case BALLOT_PHASE_DONE:
    case BALLOT_PHASE_VOID:
    case BALLOT_PHASE_COUNT:
        break;
    }
}

static bool may_act(const struct room *room)
{
    return room->kind == ROOM_MEETING && room->hub->config.shares &&
           !room->hub->is_going_down && desk_is_free(room) &&
           room->committed_meeting->ballot_count > 0;
}

void ballot_desk_act(struct room *room)
{
    const struct meeting_ballot *ballot;
    struct ballot_desk *desk;

    if (!may_act(room) || !make_desk(room))
        return;
    desk = room->desk;
    ballot = desk_ballot(room);
    if (!identifier_is_empty(&desk->ballot) &&
        (!ballot || !identifier_equal(&ballot->id, &desk->ballot)))
        forget_ballot(room);
    if (ballot)
        desk->ballot = ballot->id;
    if (ballot && ballot->attempt != desk->attempt) {
        desk_keys_forget(desk);
        desk->attempt = ballot->attempt;
    }
    if (desk->is_working || hub_monotonic_ms(room->hub) < desk->retry_ms ||
        desk_destroy_spent(room) || !ballot)
        return;
    act_on(room, ballot);
}

/* --- does what is entered of paper fit? ------------------------------------
 */

bool ballot_desk_paper_fits(const struct room *room,
                            const struct command *command,
                            struct refusal *refusal)
{
    const struct command_enter_paper *body = &command->body.enter_paper;
    const struct meeting_ballot *ballot;
    const struct room_opening *form;
    size_t count = 0;

    if (command->op != OP_ENTER_PAPER)
        return true;
    ballot = meeting_state_ballot(room->head_meeting, &body->ballot);
    form = ballot ? room_find_opening(room, ballot->drafted_seq, "form") : NULL;
    if (form)
        count = ballot_draft_position_count(text_view_of(form->value));
    if (count == 0 || count == body->counts.count)
        return true;
    refusal_set(refusal, REFUSAL_PAPER_SUMS);
    refusal_add_text(refusal, "problem",
                     TEXT_LITERAL("not as many answers as the ballot has"));
    refusal_add_number(refusal, "have", body->counts.count);
    refusal_add_number(refusal, "max", count);
    return false;
}
