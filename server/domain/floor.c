/* Hands, the floor, muting, chat. */
#include "server/domain/meeting_parts.h"

/*
 * The member a hand is raised or lowered for: oneself, or one of those ticked
 * at the site that acts. NULL with the refusal written.
 */
static const struct meeting_person *hand_of(struct draft *draft,
                                            const struct identifier *named)
{
    const struct meeting_person *self = draft_person(draft);
    const struct meeting_person *person;

    if (self && identifier_is_empty(named))
        return self;
    person = draft_member(draft, named);
    if (!person || person == self ||
        (!self && draft_is_own_site(draft, person)))
        return person;
    draft_refuse_who(draft, self ? "the member or the member's site"
                                 : "the site at which the member is ticked");
    return NULL;
}

void rule_raise_hand(struct draft *draft)
{
    const struct meeting_person *person =
        hand_of(draft, &draft->command->body.raise_hand.member);
    size_t position;

    if (!person)
        return;
    if (person->mode == presence_mode_none_) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &person->holder.id);
        return;
    }
    if (!rights_may_speak(&draft->rules->rights, person->category)) {
        draft_refuse_category(draft, REFUSAL_CANNOT_SPEAK, person);
        return;
    }
    if (identifier_equal(&draft->state->floor_member, &person->holder.id)) {
        draft_refuse_id(draft, REFUSAL_HAS_FLOOR, &person->holder.id);
        return;
    }
    position = meeting_state_hand(draft->state, &person->holder.id);
    if (position > 0) {
        draft_refuse(draft, REFUSAL_HAND_UP);
        refusal_add_number(&draft->out->refusal, "position", position);
        return;
    }
    draft_add(draft, EVENT_HAND_RAISED_KIND)->body.hand_raised.member =
        person->holder.id;
}

void rule_lower_hand(struct draft *draft)
{
    const struct identifier *named = &draft->command->body.lower_hand.member;
    const struct meeting_person *person;
    struct event_hand_lowered *body;

    /* Who is in the chair may take down any hand. */
    if (draft_is_chair(draft) && !identifier_is_empty(named))
        person = draft_member(draft, named);
    else
        person = hand_of(draft, named);
    if (!person)
        return;
    if (meeting_state_hand(draft->state, &person->holder.id) == 0) {
        draft_refuse(draft, REFUSAL_HAND_DOWN);
        return;
    }
    body = &draft_add(draft, EVENT_HAND_LOWERED_KIND)->body.hand_lowered;
    body->member = person->holder.id;
    body->by = *draft->holder;
}

/* Also to somebody whose hand is not up, and to a guest: that is the leave
 * a guest speaks by. */
void rule_give_floor(struct draft *draft)
{
    const struct command_give_floor *command = &draft->command->body.give_floor;
    const struct meeting_person *person = draft_member(draft, &command->member);
    struct event_floor_given *body;

    if (!person)
        return;
    if (person->mode == presence_mode_none_) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &command->member);
        return;
    }
    if (identifier_equal(&draft->state->floor_member, &command->member)) {
        draft_refuse_id(draft, REFUSAL_HAS_FLOOR, &command->member);
        return;
    }
    draft_end_floor(draft, FLOOR_WITHDRAWN);
    body = &draft_add(draft, EVENT_FLOOR_GIVEN_KIND)->body.floor_given;
    body->member = command->member;
    body->limit_ms = command->limit_ms ? command->limit_ms
                                       : (uint64_t)draft->rules->floor_limit_ms;
    body->by = *draft->holder;
}

void rule_extend_floor(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    uint64_t further_ms = draft->command->body.extend_floor.limit_ms;
    int64_t spoken_ms = draft->now_ms - state->floor_since_ms;
    struct event_floor_extended *body;

    if (!state->has_floor) {
        draft_refuse(draft, REFUSAL_NO_FLOOR);
        return;
    }
    body = &draft_add(draft, EVENT_FLOOR_EXTENDED_KIND)->body.floor_extended;
    body->member = state->floor_member;
    if (further_ms > 0)
        body->limit_ms = further_ms + (spoken_ms > 0 ? (uint64_t)spoken_ms : 0);
    body->by = *draft->holder;
}

void rule_end_floor(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    const struct meeting_person *speaker;

    if (!state->has_floor) {
        draft_refuse(draft, REFUSAL_NO_FLOOR);
        return;
    }
    speaker = meeting_state_person(state, &state->floor_member);
    if (identifier_equal(draft->holder, &state->floor_member) ||
        (speaker && draft_is_own_site(draft, speaker)))
        draft_end_floor(draft, FLOOR_YIELDED);
    else if (draft_is_chair(draft))
        draft_end_floor(draft, FLOOR_WITHDRAWN);
    else
        draft_refuse_who(draft, "the chair and the speaker");
}

void rule_mute(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.mute.holder;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, id);
    struct event_muted *body;

    if (!holder) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, id);
        return;
    }
    if (holder->is_muted)
        return;
    body = &draft_add(draft, EVENT_MUTED_KIND)->body.muted;
    body->holder = *id;
    body->by = *draft->holder;
}

/* Nobody's microphone is opened by another. */
void rule_unmute(struct draft *draft)
{
    if (!meeting_state_holder(draft->state, draft->holder)->is_muted)
        draft_refuse(draft, REFUSAL_NOT_MUTED);
    else
        draft_add(draft, EVENT_UNMUTED_KIND)->body.unmuted.holder =
            *draft->holder;
}

void rule_chat(struct draft *draft)
{
    struct event_chat_said *body =
        &draft_add(draft, EVENT_CHAT_SAID_KIND)->body.chat_said;

    body->holder = *draft->holder;
    body->text = draft->command->body.chat.text;
    body->act = draft->command->act;
}
