/* Hands, the floor, who is muted, what was said in chat. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

size_t meeting_state_hand(const struct meeting_state *state,
                          const struct identifier *member)
{
    size_t i;

    for (i = 0; i < state->hand_count; i++) {
        if (identifier_equal(&state->hands[i].member, member))
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

/* Points of order first; then who has spoken least, if that is the order; then
 * whose hand went up first. */
static int compare_raised(const void *left, const void *right)
{
    const struct meeting_hand *a = left, *b = right;

    if (a->is_point_of_order != b->is_point_of_order)
        return a->is_point_of_order ? -1 : 1;
    return (a->raised_seq > b->raised_seq) - (a->raised_seq < b->raised_seq);
}

static int compare_spoken(const void *left, const void *right)
{
    const struct meeting_hand *a = left, *b = right;

    if (!a->is_point_of_order && !b->is_point_of_order &&
        a->spoken_ms != b->spoken_ms)
        return a->spoken_ms < b->spoken_ms ? -1 : 1;
    return compare_raised(left, right);
}

static int (*comparison(const struct meeting_state *state))(const void *,
                                                            const void *)
{
    return state->floor_order == FLOOR_BY_TIME ? compare_spoken
                                               : compare_raised;
}

/* No two hands have the same seq, so the order is one. */
static void order_hands(struct meeting_state *state)
{
    if (state->hand_count > 1)
        qsort(state->hands, state->hand_count, sizeof *state->hands,
              comparison(state));
}

/* Puts a hand, which there was room for, where it is called. */
static void put_hand(struct meeting_state *state,
                     const struct meeting_hand *hand)
{
    size_t i = state->hand_count;

    while (i > 0 && comparison(state)(hand, &state->hands[i - 1]) < 0)
        i--;
    memmove(&state->hands[i + 1], &state->hands[i],
            (state->hand_count - i) * sizeof *state->hands);
    state->hands[i] = *hand;
    state->hand_count++;
}

static enum result raise_hand(struct meeting_state *state,
                              const struct identifier *id, uint64_t seq,
                              bool is_point_of_order)
{
    struct meeting_person *person = state_person(state, id);
    struct meeting_hand hand = { .member = *id,
                                 .is_point_of_order = is_point_of_order,
                                 .raised_seq = seq };
    void *grown;

    if (!person || person->mode == presence_mode_none_)
        return RESULT_CORRUPT;
    hand.spoken_ms = person->spoken_ms;
    grown = state_grow(state->hands, state->hand_count, sizeof *state->hands);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->hands = grown;
    put_hand(state, &hand);
    person->holder.hands++;
    return RESULT_OK;
}

enum result state_apply_hand_raised(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct identifier *id = &event->body.hand_raised.member;

    if (meeting_state_hand(state, id) != 0)
        return RESULT_CORRUPT;
    return raise_hand(state, id, event->seq, false);
}

enum result state_apply_point_of_order_raised(struct meeting_state *state,
                                              const struct meeting_event *event)
{
    const struct identifier *id = &event->body.point_of_order_raised.member;
    size_t position = meeting_state_hand(state, id);

    if (position > 0 && state->hands[position - 1].is_point_of_order)
        return RESULT_CORRUPT;
    (void)state_take_hand_down(state, id); /* may not have been up */
    return raise_hand(state, id, event->seq, true);
}

enum result state_apply_floor_mode_set(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_floor_mode_set *body = &event->body.floor_mode_set;

    state->floor_mode = (enum floor_mode)body->mode;
    state->floor_order = (enum floor_order)body->order;
    state->floor_speakers = body->speakers;
    order_hands(state);
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
    state->is_floor_warned = false;
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
    state->is_floor_warned = false;
    return RESULT_OK;
}

enum result state_apply_floor_warned(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    if (!is_floor_of(state, &event->body.floor_warned.member) ||
        state->floor_limit_ms == 0 || state->is_floor_warned)
        return RESULT_CORRUPT;
    state->is_floor_warned = true;
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
    state->is_floor_warned = false;
    return RESULT_OK;
}

enum result state_apply_chat_said(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.chat_said.holder);

    if (!holder || holder->admission != ADMISSION_GRANTED)
        return RESULT_CORRUPT;
    holder->chats++;
    return RESULT_OK;
}

enum result state_apply_recording_set(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    state->is_recording_allowed = event->body.recording_set.allowed;
    return RESULT_OK;
}
