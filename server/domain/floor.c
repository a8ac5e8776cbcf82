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

/* The member who may raise a hand now, or NULL with the refusal written. */
static const struct meeting_person *
who_may_raise(struct draft *draft, const struct identifier *named)
{
    const struct meeting_person *person = hand_of(draft, named);

    if (!person)
        return NULL;
    if (person->mode == presence_mode_none_)
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &person->holder.id);
    else if (!rights_may_speak(&draft->rules->rights, person->category))
        draft_refuse_category(draft, REFUSAL_CANNOT_SPEAK, person);
    else if (identifier_equal(&draft->state->floor_member, &person->holder.id))
        draft_refuse_id(draft, REFUSAL_HAS_FLOOR, &person->holder.id);
    else
        return person;
    return NULL;
}

static void refuse_raised(struct draft *draft, size_t position)
{
    draft_refuse(draft, REFUSAL_HAND_UP);
    refusal_add_number(&draft->out->refusal, "position", position);
}

void rule_raise_hand(struct draft *draft)
{
    const struct meeting_person *person =
        who_may_raise(draft, &draft->command->body.raise_hand.member);
    size_t position;

    if (!person)
        return;
    position = meeting_state_hand(draft->state, &person->holder.id);
    if (position > 0)
        refuse_raised(draft, position);
    else if (draft_has_share(draft, person->holder.hands, LIMIT_HANDS_EACH))
        draft_add(draft, EVENT_HAND_RAISED_KIND)->body.hand_raised.member =
            person->holder.id;
}

/* A hand that is up already becomes one. */
void rule_raise_point_of_order(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    const struct meeting_person *person =
        who_may_raise(draft, &draft->command->body.raise_point_of_order.member);
    size_t position;

    if (!person)
        return;
    position = meeting_state_hand(state, &person->holder.id);
    if (position > 0 && state->hands[position - 1].is_point_of_order)
        refuse_raised(draft, position);
    else if (draft_has_share(draft, person->holder.hands, LIMIT_HANDS_EACH))
        draft_add(draft, EVENT_POINT_OF_ORDER_RAISED_KIND)
            ->body.point_of_order_raised.member = person->holder.id;
}

void rule_lower_hand(struct draft *draft)
{
    const struct identifier *named = &draft->command->body.lower_hand.member;
    const struct meeting_person *person;
    struct event_hand_lowered *body;

    /* Who leads or moderates may take down any hand. */
    if (draft_has_role(draft, ROLE_LEADING | ROLE_MODERATOR) &&
        !identifier_is_empty(named))
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

/* Behind the time that is left; where there is no limit, or it is over, from
 * now on. */
void rule_extend_floor(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    const uint64_t further_ms = draft->command->body.extend_floor.limit_ms;
    int64_t from_ms = draft->now_ms - state->floor_since_ms;
    struct event_floor_extended *body;

    if (!state->has_floor) {
        draft_refuse(draft, REFUSAL_NO_FLOOR);
        return;
    }
    if (from_ms < state->floor_limit_ms)
        from_ms = state->floor_limit_ms;
    body = &draft_add(draft, EVENT_FLOOR_EXTENDED_KIND)->body.floor_extended;
    body->member = state->floor_member;
    if (further_ms > 0)
        body->limit_ms = further_ms + (from_ms > 0 ? (uint64_t)from_ms : 0);
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
    else if (draft_has_role(draft, ROLE_LEADING))
        draft_end_floor(draft, FLOOR_WITHDRAWN);
    else
        draft_refuse_who(draft, "the chair, a co-chair and the speaker");
}

/* Who leads is not silenced from below: who presides by nobody else, a co-chair
 * by those who lead. */
static const char *who_may_mute(const struct draft *draft,
                                const struct identifier *id)
{
    if (identifier_equal(id, &draft->state->presiding))
        return "the chair";
    if (!draft_has_role(draft, ROLE_LEADING | ROLE_MODERATOR))
        return "the chair, a co-chair or a moderator";
    if (meeting_state_leads(draft->state, id) &&
        !draft_has_role(draft, ROLE_LEADING))
        return "the chair or a co-chair";
    return NULL;
}

void rule_mute(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.mute.holder;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, id);
    bool is_own = identifier_equal(id, draft->holder);
    const char *who;
    struct event_muted *body;

    if (!holder) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, id);
        return;
    }
    who = is_own ? NULL : who_may_mute(draft, id);
    if (who) {
        draft_refuse_who(draft, who);
        return;
    }
    if (holder->is_blocked || (is_own && holder->is_muted))
        return;
    body = &draft_add(draft, EVENT_MUTED_KIND)->body.muted;
    body->holder = *id;
    body->by = *draft->holder;
}

/* Lifts the block; the microphone stays as it is. */
void rule_release_mute(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.release_mute.holder;
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, id);
    struct event_mute_released *body;

    if (!holder) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, id);
        return;
    }
    if (!holder->is_blocked)
        return;
    body = &draft_add(draft, EVENT_MUTE_RELEASED_KIND)->body.mute_released;
    body->holder = *id;
    body->by = *draft->holder;
}

/* Nobody's microphone is opened by another. */
void rule_unmute(struct draft *draft)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, draft->holder);

    if (!holder->is_muted)
        draft_refuse(draft, REFUSAL_NOT_MUTED);
    else if (holder->is_blocked)
        draft_refuse(draft, REFUSAL_MUTE_HOLDS);
    else
        draft_add(draft, EVENT_UNMUTED_KIND)->body.unmuted.holder =
            *draft->holder;
}

uint64_t floor_speakers_of(const struct ruleset *rules)
{
    uint64_t speakers = 0;
    int category;

    for (category = 1; category < category_count_; category++)
        if (rights_may_speak(&rules->rights, (enum category)category))
            speakers |= floor_speaker_bit((enum category)category);
    return speakers;
}

void rule_set_floor_mode(struct draft *draft)
{
    const struct command_set_floor_mode *command =
        &draft->command->body.set_floor_mode;
    struct event_floor_mode_set *body;

    if (command->mode == (int)draft->state->floor_mode &&
        command->order == (int)draft->state->floor_order)
        return;
    body = &draft_add(draft, EVENT_FLOOR_MODE_SET_KIND)->body.floor_mode_set;
    body->mode = command->mode;
    body->order = command->order;
    body->speakers = floor_speakers_of(draft->rules);
    body->act = draft->command->act;
}

void rule_chat(struct draft *draft)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, draft->holder);
    struct event_chat_said *body;

    if (!draft_has_share(draft, holder->chats, LIMIT_CHATS_EACH))
        return;
    body = &draft_add(draft, EVENT_CHAT_SAID_KIND)->body.chat_said;
    body->holder = *draft->holder;
    body->text = draft->command->body.chat.text;
    body->act = draft->command->act;
}

/* --- time ---------------------------------------------------------------- */

/* When the speaking time is over; INT64_MAX if it is not limited. */
static int64_t end_of_time(const struct meeting_state *state)
{
    int64_t end_ms;

    if (!state->has_floor || state->floor_limit_ms == 0 ||
        __builtin_add_overflow(state->floor_since_ms, state->floor_limit_ms,
                               &end_ms))
        return INT64_MAX;
    return end_ms;
}

/* Whoever has less time than the warning takes knows it anyway. */
static bool is_to_be_warned(const struct meeting_state *state,
                            const struct ruleset *rules)
{
    return rules->floor_warning_ms > 0 && !state->is_floor_warned &&
           end_of_time(state) != INT64_MAX &&
           state->floor_limit_ms > rules->floor_warning_ms;
}

void floor_tick(struct draft *draft)
{
    int64_t end_ms = end_of_time(draft->state);
    struct event_floor_warned *body;

    if (end_ms == INT64_MAX)
        return;
    if (draft->now_ms >= end_ms) {
        draft_end_floor(draft, FLOOR_TIME_UP);
        return;
    }
    if (!is_to_be_warned(draft->state, draft->rules) ||
        draft->now_ms < end_ms - draft->rules->floor_warning_ms)
        return;
    body = &draft_add(draft, EVENT_FLOOR_WARNED_KIND)->body.floor_warned;
    body->member = draft->state->floor_member;
    body->left_ms = (uint64_t)(end_ms - draft->now_ms);
}

int64_t floor_next_tick_ms(const struct meeting_state *state,
                           const struct ruleset *rules)
{
    int64_t end_ms = end_of_time(state);

    return is_to_be_warned(state, rules) ? end_ms - rules->floor_warning_ms
                                         : end_ms;
}
