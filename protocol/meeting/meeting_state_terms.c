/* The ground that votes stand on: who is there, the roll, quorum, the document
 * that lets remote seats vote. */
#include "protocol/meeting/meeting_state_internal.h"

#include "protocol/base/date.h"

#include <string.h>

void state_note_change(struct meeting_state *state, uint64_t seq,
                       enum quorum_reason reason,
                       const struct identifier *member)
{
    state->terms.changed_seq = seq;
    state->terms.change = reason;
    state->terms.changed = member ? *member : (struct identifier){ "" };
}

void state_note_roll(struct meeting_state *state, uint64_t seq)
{
    state->terms.roll_seq = seq;
}

bool meeting_state_has_fresh_roll(const struct meeting_state *state)
{
    return state->terms.roll_seq > 0 &&
           state->terms.roll_seq > state->terms.changed_seq;
}

enum result state_apply_quorum_changed(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_quorum_changed *body = &event->body.quorum_changed;

    if (body->present > body->d ||
        body->met != (body->need > 0 && body->present >= body->need) ||
        body->spare != (body->met ? body->present - body->need : 0))
        return RESULT_CORRUPT;
    state->terms.quorum =
        (struct meeting_quorum){ true,        body->present, body->d,
                                 body->need,  body->spare,   body->met,
                                 event->at_ms };
    return RESULT_OK;
}

enum result state_apply_authority_set(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_authority_set *body = &event->body.authority_set;
    struct meeting_authority *authority = &state->terms.authority;

    if (body->number.size == 0 ||
        body->number.size >= sizeof authority->number ||
        !date_is_valid(body->date))
        return RESULT_CORRUPT;
    *authority = (struct meeting_authority){ .is_named = true,
                                             .seq = event->seq,
                                             .by = body->act.member };
    memcpy(authority->number, body->number.data, body->number.size);
    memcpy(authority->date, body->date.data, body->date.size);
    return RESULT_OK;
}

enum result state_apply_vote_voided(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    return state_void_vote(state, &event->body.vote_voided.vote);
}
