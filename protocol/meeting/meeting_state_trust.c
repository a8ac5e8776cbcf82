/* Whose devices confirm what was said: checkpoints, vouched devices, and the
 * going on after a loss. Signatures are checked by others (checkpoint_check,
 * act_check); here the log must not contradict itself. */
#include "protocol/meeting/meeting_state_internal.h"

bool meeting_device_is_vouched(const struct meeting_device *device)
{
    return device->vouched_by[0] != '\0';
}

enum checkpoint_role
meeting_state_checkpoint_role(const struct meeting_state *state,
                              const struct identifier *id)
{
    if (identifier_equal(id, &state->presiding))
        return CHECKPOINT_CHAIR;
    if (identifier_equal(id, &state->minute_taker))
        return CHECKPOINT_MINUTE_TAKER;
    return meeting_state_person(state, id) ? CHECKPOINT_MEMBER
                                           : CHECKPOINT_SITE;
}

enum checkpoint_reason meeting_event_checkpoint(enum meeting_event_kind kind)
{
    switch ((int)kind) {
    case EVENT_OPENED_KIND:
        return CHECKPOINT_OPENED;
    case EVENT_ROLL_CONFIRMED_KIND:
        return CHECKPOINT_ROLL_CONFIRMED;
    case EVENT_VOTE_STARTED_KIND:
        return CHECKPOINT_VOTE_STARTED;
    case EVENT_VOTE_CLOSED_KIND:
        return CHECKPOINT_VOTE_CLOSED;
    case EVENT_CLOSED_KIND:
        return CHECKPOINT_CLOSED;
    case EVENT_BALLOT_OPENED_KIND:
        return CHECKPOINT_BALLOT_OPENED;
    case EVENT_BALLOTS_ENDED_KIND:
        return CHECKPOINT_BALLOTS_ENDED;
    case EVENT_BALLOT_RESULT_KIND:
        return CHECKPOINT_BALLOT_RESULT;
    default:
        return checkpoint_reason_none_;
    }
}

/* A device signs once, or is missing once. */
static bool list_device(struct meeting_state *state,
                        const struct identifier *id, const struct key *key,
                        uint64_t seq)
{
    struct meeting_holder *holder = state_holder(state, id);
    struct meeting_device *device = holder ? state_device(holder, key) : NULL;

    if (!device || device->listed_seq == seq)
        return false;
    device->listed_seq = seq;
    return true;
}

static bool is_of_chair(const struct meeting_state *state,
                        const struct identifier *id)
{
    return identifier_equal(id, &state->presiding) ||
           identifier_equal(id, &state->chair) ||
           identifier_equal(id, &state->deputy);
}

static bool is_role_possible(const struct meeting_state *state,
                             const struct checkpoint_signer *signer)
{
    const struct meeting_person *person =
        meeting_state_person(state, &signer->holder);

    switch ((enum checkpoint_role)signer->role) {
    case CHECKPOINT_CHAIR:
        return is_of_chair(state, &signer->holder) ||
               (person && person->has_presided);
    case CHECKPOINT_MINUTE_TAKER:
    case CHECKPOINT_MEMBER:
        return person != NULL;
    case CHECKPOINT_SITE:
        return !person;
    case CHECKPOINT_SERVER:
    case checkpoint_role_none_:
    case checkpoint_role_count_:
        break;
    }
    return false;
}

static bool are_rows_right(struct meeting_state *state,
                           const struct event_checkpoint *event, uint64_t seq)
{
    const struct checkpoint_signer *signer = event->signers.data;
    const struct checkpoint_missing *missing = event->missing.data;
    size_t i;

    for (i = 0; i < event->signers.count; i++)
        if (!is_role_possible(state, &signer[i]) ||
            !list_device(state, &signer[i].holder, &signer[i].device, seq))
            return false;
    for (i = 0; i < event->missing.count; i++)
        if (!list_device(state, &missing[i].holder, &missing[i].device, seq))
            return false;
    return true;
}

static bool has_signed(const struct event_checkpoint *event,
                       const struct identifier *holder)
{
    const struct checkpoint_signer *signer = event->signers.data;
    size_t i;

    for (i = 0; i < event->signers.count; i++)
        if (identifier_equal(&signer[i].holder, holder))
            return true;
    return false;
}

enum result state_apply_checkpoint(struct meeting_state *state,
                                   const struct meeting_event *event)
{
    const struct event_checkpoint *body = &event->body.checkpoint;
    const size_t asked = body->signers.count + body->missing.count;
    const bool is_last = body->reason == CHECKPOINT_CLOSED;

    if (body->upto >= event->seq || body->reason == CHECKPOINT_COMMIT ||
        (is_last &&
         (state->phase != MEETING_CLOSED || body->upto < state->closed_seq)) ||
        !are_rows_right(state, body, event->seq))
        return RESULT_CORRUPT;
    state->checkpoint = (struct meeting_checkpoint){
        .seq = event->seq,
        .reason = (enum checkpoint_reason)body->reason,
        .upto = body->upto,
        .at_ms = event->at_ms,
        .signer_count = body->signers.count,
        .asked_count = asked,
        .is_complete = has_signed(body, &state->presiding) &&
                       has_signed(body, &state->minute_taker) &&
                       2 * body->signers.count > asked,
    };
    state->checkpoint_count++;
    state->is_ended = is_last;
    if (state->checkpoint.is_complete)
        state_note_checkpoint(state, body);
    return RESULT_OK;
}

bool meeting_state_may_go_on(const struct meeting_state *state,
                             const struct identifier *chair,
                             const struct identifier *minute_taker)
{
    if (!is_of_chair(state, chair))
        return false;
    if (identifier_is_empty(minute_taker))
        return identifier_equal(chair, &state->presiding) &&
               identifier_equal(chair, &state->minute_taker);
    return identifier_equal(minute_taker, &state->minute_taker) &&
           !identifier_equal(chair, minute_taker);
}

enum result state_apply_restored(struct meeting_state *state,
                                 const struct meeting_event *event)
{
    const struct event_restored *body = &event->body.restored;
    const struct identifier nobody = { "" };

    if (body->from != event->seq || body->lost_seq < event->seq ||
        !body->act.is_present ||
        !meeting_state_may_go_on(state, &body->act.member,
                                 body->second.is_present ? &body->second.member
                                                         : &nobody))
        return RESULT_CORRUPT;
    state->restored_count++;
    state_void_lost_ballots(state);
    return RESULT_OK;
}
