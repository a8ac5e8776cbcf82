/* The course of the meeting: opening to closing, and who leads it. */
#include "server/domain/meeting_parts.h"

void rule_open_meeting(struct draft *draft)
{
    draft_add(draft, EVENT_OPENED_KIND)->body.opened.act = draft->command->act;
}

/* Votes stay open over the break: nobody can cast in it. */
void rule_adjourn_meeting(struct draft *draft)
{
    draft_end_floor(draft, FLOOR_ADJOURNED);
    draft_stop_recording(draft, RECORDING_ADJOURNED);
    draft_add(draft, EVENT_ADJOURNED_KIND)->body.adjourned.act =
        draft->command->act;
}

void rule_resume_meeting(struct draft *draft)
{
    draft_add(draft, EVENT_RESUMED_KIND)->body.resumed.act =
        draft->command->act;
}

static const struct meeting_vote *first_open(const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++) {
        if (state->votes[i].phase == VOTE_OPEN)
            return &state->votes[i];
    }
    return NULL;
}

void rule_close_meeting(struct draft *draft)
{
    const struct meeting_vote *vote = first_open(draft->state);
    const struct meeting_item *item = meeting_state_started_item(draft->state);
    const struct meeting_ballot *ballot =
        meeting_state_open_ballot(draft->state);

    if (ballot) {
        draft_refuse_id(draft, REFUSAL_BALLOT_OPEN, &ballot->id);
        return;
    }
    if (vote) {
        draft_refuse(draft, REFUSAL_VOTES_OPEN);
        refusal_add_text(&draft->out->refusal, "vote",
                         identifier_view(&vote->id));
        return;
    }
    draft_end_floor(draft, FLOOR_ADJOURNED);
    if (item) {
        struct event_item_ended *body =
            &draft_add(draft, EVENT_ITEM_ENDED_KIND)->body.item_ended;

        body->item = item->id;
        body->act = draft->command->act;
    }
    draft_stop_recording(draft, RECORDING_CLOSED);
    agenda_add_deadlines(draft);
    draft_add(draft, EVENT_CLOSED_KIND)->body.closed.act = draft->command->act;
}

void rule_hand_over_minutes(struct draft *draft)
{
    const struct identifier *id =
        &draft->command->body.hand_over_minutes.member;
    const struct meeting_person *person = draft_member(draft, id);
    struct event_minutes_handed_over *body;

    if (!person)
        return;
    if (person->category == CATEGORY_GUEST ||
        !rights_may_attend(&draft->rules->rights, person->category)) {
        draft_refuse_category(draft, REFUSAL_CANNOT_ATTEND, person);
        return;
    }
    if (person->mode == presence_mode_none_) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, id);
        return;
    }
    if (identifier_equal(id, &draft->state->minute_taker))
        return;
    body = &draft_add(draft, EVENT_MINUTES_HANDED_OVER_KIND)
                ->body.minutes_handed_over;
    body->member = *id;
    body->act = draft->command->act;
}

void rule_set_recording(struct draft *draft)
{
    bool allowed = draft->command->body.set_recording.allowed;
    struct event_recording_set *body;

    if (allowed == draft->state->is_recording_allowed)
        return;
    body = &draft_add(draft, EVENT_RECORDING_SET_KIND)->body.recording_set;
    body->allowed = allowed;
    body->act = draft->command->act;
}
