/* Who leads the meeting, who is silenced, who is heard. */
#include "protocol/meeting/meeting_state_internal.h"

/* --- the chair ----------------------------------------------------------- */

/* The chair as called, the deputy, co-chairs: who may come to preside. */
static bool may_preside(const struct meeting_state *state,
                        const struct identifier *member)
{
    const struct meeting_person *person = meeting_state_person(state, member);

    return person &&
           (person->is_co_chair || identifier_equal(member, &state->chair) ||
            identifier_equal(member, &state->deputy));
}

/* What the one before signed as the chair may come behind this. */
static void change_chair(struct meeting_state *state,
                         const struct identifier *member)
{
    struct meeting_person *before = state_person(state, &state->presiding);

    if (before)
        before->has_presided = true;
    state->presiding = *member;
}

static enum result preside(struct meeting_state *state,
                           const struct identifier *member)
{
    if (!may_preside(state, member) ||
        identifier_equal(member, &state->presiding))
        return RESULT_CORRUPT;
    change_chair(state, member);
    return RESULT_OK;
}

enum result state_apply_chair_taken(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    return preside(state, &event->body.chair_taken.member);
}

enum result state_apply_chair_given(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    return preside(state, &event->body.chair_given.member);
}

/* --- an elected chair ------------------------------------------------------
 */

static struct meeting_vote *vote_of(struct meeting_state *state,
                                    const struct identifier *id)
{
    size_t position = identifier_index_find(&state->vote_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->votes[position];
}

enum result state_apply_chair_proposed(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_chair_proposed *body = &event->body.chair_proposed;
    struct meeting_vote *vote = vote_of(state, &body->vote);

    if (!vote || vote->phase != VOTE_OPEN || vote->matter != MATTER_PROCEDURE ||
        !identifier_is_empty(&vote->proposer) ||
        identifier_is_empty(&body->act.member) ||
        !identifier_equal(&vote->subject, &body->member))
        return RESULT_CORRUPT;
    vote->proposer = body->act.member;
    return RESULT_OK;
}

/* A vote makes a chair once: it stands right behind its end. */
enum result state_apply_chair_elected(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_chair_elected *body = &event->body.chair_elected;
    const struct meeting_vote *vote = vote_of(state, &body->vote);

    if (!vote || vote->phase != VOTE_CLOSED || !vote->is_passed ||
        vote->closed_seq + 1 != event->seq ||
        identifier_is_empty(&vote->proposer) ||
        !identifier_equal(&vote->subject, &body->member) ||
        identifier_equal(&body->member, &state->presiding))
        return RESULT_CORRUPT;
    change_chair(state, &body->member);
    return RESULT_OK;
}

/* --- officers --------------------------------------------------------------
 */

/* The flag of a role; NULL for a role that there is not. */
static bool *role_of(struct meeting_person *person, int role)
{
    switch ((enum officer_role)role) {
    case ROLE_OF_CO_CHAIR:
        return &person->is_co_chair;
    case ROLE_OF_MODERATOR:
        return &person->is_moderator;
    case officer_role_none_:
    case officer_role_count_:
        break;
    }
    return NULL;
}

static enum result set_role(struct meeting_state *state,
                            const struct identifier *member, int role,
                            bool is_held)
{
    struct meeting_person *person = state_person(state, member);
    bool *held = person ? role_of(person, role) : NULL;

    if (!held || *held == is_held)
        return RESULT_CORRUPT;
    *held = is_held;
    return RESULT_OK;
}

enum result state_apply_officer_appointed(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_officer_appointed *body = &event->body.officer_appointed;

    return set_role(state, &body->member, body->role, true);
}

enum result state_apply_officer_dismissed(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_officer_dismissed *body = &event->body.officer_dismissed;

    return set_role(state, &body->member, body->role, false);
}

bool meeting_state_leads(const struct meeting_state *state,
                         const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);

    return person &&
           (person->is_co_chair || identifier_equal(id, &state->presiding));
}

/* --- who is silenced ------------------------------------------------------ */

/* Who falls silent by himself opens the microphone again by himself. */
enum result state_apply_muted(struct meeting_state *state,
                              const struct meeting_event *event)
{
    const struct event_muted *body = &event->body.muted;
    struct meeting_holder *holder = state_holder(state, &body->holder);
    bool is_own = identifier_equal(&body->holder, &body->by);

    if (!holder || holder->is_blocked || (is_own && holder->is_muted))
        return RESULT_CORRUPT;
    holder->is_muted = true;
    holder->is_blocked = !is_own;
    return RESULT_OK;
}

enum result state_apply_mute_released(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.mute_released.holder);

    if (!holder || !holder->is_blocked)
        return RESULT_CORRUPT;
    holder->is_blocked = false;
    return RESULT_OK;
}

enum result state_apply_unmuted(struct meeting_state *state,
                                const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.unmuted.holder);

    if (!holder || !holder->is_muted || holder->is_blocked)
        return RESULT_CORRUPT;
    holder->is_muted = false;
    return RESULT_OK;
}

/* --- who is heard --------------------------------------------------------- */

bool meeting_state_is_called(const struct meeting_state *state,
                             const struct identifier *id)
{
    const struct meeting_person *speaker;

    if (meeting_state_leads(state, id))
        return true;
    if (!state->has_floor)
        return false;
    if (identifier_equal(id, &state->floor_member))
        return true;
    speaker = meeting_state_person(state, &state->floor_member);
    return speaker && speaker->mode == MODE_SITE &&
           identifier_equal(&speaker->site, id);
}

/* Where everybody may speak: whoever may by category, and sites. */
static bool may_speak_freely(const struct meeting_state *state,
                             const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);

    return state->floor_mode == FLOOR_FREE &&
           (!person ||
            state->floor_speakers & floor_speaker_bit(person->category));
}

/* There is no floor to be given in a sub-room. */
static bool may_speak_in_subroom(const struct meeting_state *state,
                                 const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);

    return !person || (state->kinds.subroom_speakers &
                       floor_speaker_bit(person->category)) != 0;
}

bool meeting_state_may_be_heard(const struct meeting_state *state,
                                const struct identifier *id)
{
    const struct meeting_holder *holder = meeting_state_holder(state, id);

    return holder && holder->admission == ADMISSION_GRANTED &&
           !holder->is_muted && state->phase == MEETING_OPEN &&
           meeting_holder_is_live(holder) &&
           (holder->subroom > 0 ? may_speak_in_subroom(state, id)
                                : meeting_state_is_called(state, id) ||
                                      may_speak_freely(state, id));
}

bool meeting_person_is_first_time(const struct meeting_person *person)
{
    return person->speeches == 0;
}
