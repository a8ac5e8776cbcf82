/* Who presides, and who leads the meeting beside the chair. */
#include "server/domain/meeting_parts.h"

/* The chair who was called comes back at any time; deputy and co-chairs step in
 * while who presides is away. A lost connection is away already: the room
 * cannot wait for a grace period to pass. */
void rule_take_chair(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    const struct meeting_holder *presiding =
        meeting_state_holder(state, &state->presiding);
    bool is_named = identifier_equal(draft->holder, &state->chair);
    struct event_chair_taken *body;

    if (!is_named && !identifier_equal(draft->holder, &state->deputy) &&
        !draft_has_role(draft, ROLE_CO_CHAIR)) {
        draft_refuse_who(draft, "the chair, the deputy and co-chairs");
        return;
    }
    if (draft_is_chair(draft)) {
        draft_refuse(draft, REFUSAL_ALREADY_CHAIR);
        return;
    }
    if (!is_named && presiding && meeting_holder_is_live(presiding)) {
        draft_refuse(draft, REFUSAL_CHAIR_PRESENT);
        return;
    }
    body = &draft_add(draft, EVENT_CHAIR_TAKEN_KIND)->body.chair_taken;
    body->member = *draft->holder;
    body->act = draft->command->act;
}

static bool may_be_given_chair(const struct draft *draft,
                               const struct meeting_person *person)
{
    const struct identifier *id = &person->holder.id;

    return person->is_co_chair || identifier_equal(id, &draft->state->chair) ||
           identifier_equal(id, &draft->state->deputy);
}

/* Those who preside take turns. */
void rule_give_chair(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.give_chair.member;
    const struct meeting_person *person = draft_member(draft, id);
    struct event_chair_given *body;

    if (!person || identifier_equal(id, draft->holder))
        return;
    if (!may_be_given_chair(draft, person)) {
        draft_refuse_id(draft, REFUSAL_NOT_IN_TURN, id);
        return;
    }
    if (!meeting_holder_is_live(&person->holder)) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, id);
        return;
    }
    body = &draft_add(draft, EVENT_CHAIR_GIVEN_KIND)->body.chair_given;
    body->member = *id;
    body->act = draft->command->act;
}

/* Guests lead nothing. */
static bool may_hold(const struct draft *draft,
                     const struct meeting_person *person)
{
    return person->category != CATEGORY_GUEST &&
           rights_may_attend(&draft->rules->rights, person->category);
}

static bool holds(const struct meeting_person *person, int role)
{
    return role == ROLE_OF_CO_CHAIR ? person->is_co_chair
                                    : person->is_moderator;
}

void rule_appoint_officer(struct draft *draft)
{
    const struct command_appoint_officer *command =
        &draft->command->body.appoint_officer;
    const struct meeting_person *person = draft_member(draft, &command->member);
    struct event_officer_appointed *body;

    if (!person || holds(person, command->role))
        return;
    if (!may_hold(draft, person)) {
        draft_refuse_category(draft, REFUSAL_CANNOT_LEAD, person);
        refusal_add_text(
            &draft->out->refusal, "role",
            text_view_of(enum_word(&officer_role_words, command->role)));
        return;
    }
    body =
        &draft_add(draft, EVENT_OFFICER_APPOINTED_KIND)->body.officer_appointed;
    body->member = command->member;
    body->role = command->role;
    body->act = draft->command->act;
}

void rule_dismiss_officer(struct draft *draft)
{
    const struct command_dismiss_officer *command =
        &draft->command->body.dismiss_officer;
    const struct meeting_person *person = draft_member(draft, &command->member);
    struct event_officer_dismissed *body;

    if (!person || !holds(person, command->role))
        return;
    body =
        &draft_add(draft, EVENT_OFFICER_DISMISSED_KIND)->body.officer_dismissed;
    body->member = command->member;
    body->role = command->role;
    body->act = draft->command->act;
}
