/* Hands, the floor, who is muted, what was said in chat. */
#include "protocol/meeting/meeting_state_internal.h"

#include <string.h>

size_t meeting_state_hand(const struct meeting_state *state,
                          const struct identifier *member)
{
    size_t i;

    for (i = 0; i < state->hand_count; i++) {
        if (identifier_equal(&state->hands[i], member))
            return i + 1;
    }
    return 0;
}

bool state_take_hand_down(struct meeting_state *state,
                          const struct identifier *member)
{
    size_t position = meeting_state_hand(state, member);

    if (position == 0)
        return false;
    memmove(&state->hands[position - 1], &state->hands[position],
            (state->hand_count - position) * sizeof *state->hands);
    state->hand_count--;
    return true;
}

enum result state_apply_hand_raised(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct identifier *id = &event->body.hand_raised.member;
    const struct meeting_person *person = meeting_state_person(state, id);
    void *grown;

    if (!person || person->mode == presence_mode_none_ ||
        meeting_state_hand(state, id) != 0)
        return RESULT_CORRUPT;
    grown = state_grow(state->hands, state->hand_count, sizeof *state->hands);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->hands = grown;
    state->hands[state->hand_count++] = *id;
    return RESULT_OK;
}

enum result state_apply_hand_lowered(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    return state_take_hand_down(state, &event->body.hand_lowered.member)
               ? RESULT_OK
               : RESULT_CORRUPT;
}

/* Whoever gets the floor has no hand up any more. */
enum result state_apply_floor_given(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct event_floor_given *body = &event->body.floor_given;
    struct meeting_person *person = state_person(state, &body->member);

    if (!person || person->mode == presence_mode_none_ || state->has_floor ||
        body->limit_ms > INT64_MAX)
        return RESULT_CORRUPT;
    state->has_floor = true;
    state->floor_member = body->member;
    state->floor_since_ms = event->at_ms;
    state->floor_limit_ms = (int64_t)body->limit_ms;
    person->speeches++;
    (void)state_take_hand_down(state, &body->member); /* may not be up */
    return RESULT_OK;
}

static bool is_floor_of(const struct meeting_state *state,
                        const struct identifier *member)
{
    return state->has_floor && identifier_equal(&state->floor_member, member);
}

enum result state_apply_floor_extended(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_floor_extended *body = &event->body.floor_extended;

    if (!is_floor_of(state, &body->member) || body->limit_ms > INT64_MAX)
        return RESULT_CORRUPT;
    state->floor_limit_ms = (int64_t)body->limit_ms;
    return RESULT_OK;
}

enum result state_apply_floor_ended(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct event_floor_ended *body = &event->body.floor_ended;
    struct meeting_person *person = state_person(state, &body->member);

    if (!person || !is_floor_of(state, &body->member) ||
        body->spoken_ms > INT64_MAX ||
        __builtin_add_overflow(person->spoken_ms, (int64_t)body->spoken_ms,
                               &person->spoken_ms))
        return RESULT_CORRUPT;
    state->has_floor = false;
    state->floor_member = (struct identifier){ "" };
    state->floor_since_ms = 0;
    state->floor_limit_ms = 0;
    return RESULT_OK;
}

enum result state_apply_muted(struct meeting_state *state,
                              const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.muted.holder);

    if (!holder || holder->is_muted)
        return RESULT_CORRUPT;
    holder->is_muted = true;
    return RESULT_OK;
}

enum result state_apply_unmuted(struct meeting_state *state,
                                const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.unmuted.holder);

    if (!holder || !holder->is_muted)
        return RESULT_CORRUPT;
    holder->is_muted = false;
    return RESULT_OK;
}

enum result state_apply_chat_said(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    const struct meeting_holder *holder =
        meeting_state_holder(state, &event->body.chat_said.holder);

    return holder && holder->admission == ADMISSION_GRANTED ? RESULT_OK
                                                            : RESULT_CORRUPT;
}

enum result state_apply_recording_set(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    state->is_recording_allowed = event->body.recording_set.allowed;
    return RESULT_OK;
}
