#include "server/domain/draft.h"

#include <assert.h>
#include <string.h>

struct meeting_event *draft_add(struct draft *draft,
                                enum meeting_event_kind kind)
{
    struct meeting_event *event;

    assert(draft_room(draft) > 0);
    event = &draft->out->events[draft->out->count++];
    memset(event, 0, sizeof *event);
    event->kind = kind;
    return event;
}

size_t draft_room(const struct draft *draft)
{
    return DECISION_EVENTS_MAX - draft->out->count;
}

void draft_refuse(struct draft *draft, enum refusal_code code)
{
    draft->out->count = 0;
    refusal_set(&draft->out->refusal, code);
}

void draft_refuse_id(struct draft *draft, enum refusal_code code,
                     const struct identifier *id)
{
    draft_refuse(draft, code);
    refusal_add_text(&draft->out->refusal, "id", identifier_view(id));
}

void draft_refuse_who(struct draft *draft, const char *who)
{
    draft_refuse(draft, REFUSAL_NOT_ALLOWED);
    refusal_add_text(&draft->out->refusal, "who", text_view_of(who));
}

void draft_refuse_category(struct draft *draft, enum refusal_code code,
                           const struct meeting_person *person)
{
    draft_refuse_id(draft, code, &person->holder.id);
    refusal_add_text(
        &draft->out->refusal, "category",
        text_view_of(enum_word(&category_words, (int)person->category)));
}

void draft_refuse_max(struct draft *draft, uint64_t max)
{
    draft_refuse(draft, REFUSAL_TOO_MANY);
    refusal_add_number(&draft->out->refusal, "max", max);
}

bool draft_has_share(struct draft *draft, uint64_t had, uint64_t max)
{
    if (had < max)
        return true;
    draft_refuse(draft, REFUSAL_SHARE_USED);
    refusal_add_number(&draft->out->refusal, "max", max);
    return false;
}

const struct meeting_person *draft_person(const struct draft *draft)
{
    return meeting_state_person(draft->state, draft->holder);
}

bool draft_is_chair(const struct draft *draft)
{
    return identifier_equal(draft->holder, &draft->state->presiding);
}

bool draft_is_minute_taker(const struct draft *draft)
{
    return identifier_equal(draft->holder, &draft->state->minute_taker);
}

bool draft_has_role(const struct draft *draft, unsigned roles)
{
    return (meeting_state_roles(draft->state, draft->holder) & roles) != 0;
}

const struct meeting_person *draft_member(struct draft *draft,
                                          const struct identifier *id)
{
    const struct meeting_person *person =
        meeting_state_person(draft->state, id);

    if (!person)
        draft_refuse_id(draft, REFUSAL_NO_SUCH_MEMBER, id);
    return person;
}

const struct meeting_vote *draft_vote(struct draft *draft,
                                      const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);

    if (!vote)
        draft_refuse_id(draft, REFUSAL_NO_SUCH_VOTE, id);
    return vote;
}

bool draft_refuse_spent(struct draft *draft, const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);

    if (!vote || !vote->is_spent)
        return false;
    draft_refuse_id(draft, REFUSAL_VOTE_SPENT, id);
    return true;
}

bool draft_refuse_other(struct draft *draft, const struct identifier *id,
                        enum matter matter, const struct identifier *target)
{
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);

    if (!vote || vote->phase != VOTE_CLOSED || !vote->is_passed ||
        vote->matter != matter || identifier_equal(&vote->target, target))
        return false;
    if (identifier_is_empty(&vote->target))
        draft_refuse_id(draft, REFUSAL_VOTE_NAMES_NOTHING, target);
    else
        draft_refuse_id(draft, REFUSAL_VOTE_FOR_OTHER, &vote->target);
    refusal_add_text(&draft->out->refusal, "vote", identifier_view(id));
    return true;
}

bool draft_is_own_site(const struct draft *draft,
                       const struct meeting_person *person)
{
    return person->mode == MODE_SITE &&
           identifier_equal(&person->site, draft->holder);
}

bool draft_has_seen(struct draft *draft, uint64_t seq)
{
    if (draft->command->act.seen >= seq)
        return true;
    draft_refuse(draft, REFUSAL_SEEN_TOO_OLD);
    return false;
}

void draft_end_floor(struct draft *draft, enum floor_end reason)
{
    const struct meeting_state *state = draft->state;
    struct event_floor_ended *body;
    int64_t spoken_ms = draft->now_ms - state->floor_since_ms;

    if (!state->has_floor || draft->is_floor_ended)
        return;
    body = &draft_add(draft, EVENT_FLOOR_ENDED_KIND)->body.floor_ended;
    body->member = state->floor_member;
    body->spoken_ms = spoken_ms > 0 ? (uint64_t)spoken_ms : 0;
    body->reason = (int)reason;
    draft->is_floor_ended = true;
}

void draft_end_floor_of(struct draft *draft, const struct identifier *member,
                        enum floor_end reason)
{
    if (identifier_equal(&draft->state->floor_member, member))
        draft_end_floor(draft, reason);
}

void draft_end_presence(struct draft *draft,
                        const struct meeting_person *person,
                        enum presence_end reason, const struct act *act)
{
    struct event_presence_ended *body;

    if (person->mode == presence_mode_none_)
        return;
    draft_end_floor_of(draft, &person->holder.id, FLOOR_LEFT);
    body = &draft_add(draft, EVENT_PRESENCE_ENDED_KIND)->body.presence_ended;
    body->member = person->holder.id;
    body->reason = (int)reason;
    if (act)
        body->act = *act;
}
