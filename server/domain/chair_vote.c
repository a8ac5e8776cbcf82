/* Whoever presides is away and nobody is there who can take the chair: the
 * meeting elects who goes on. Votes that are open stay as they are. */
#include "server/domain/meeting_parts.h"
#include "server/domain/votes.h"

/* Somebody who can take the chair now; NULL if there is nobody. */
static const struct meeting_person *chair_at_hand(const struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        const struct meeting_person *person = &state->people[i];
        const struct identifier *id = &person->holder.id;

        if ((person->is_co_chair || identifier_equal(id, &state->chair) ||
             identifier_equal(id, &state->deputy)) &&
            meeting_holder_is_live(&person->holder))
            return person;
    }
    return NULL;
}

/* Is the chair empty? Else refuses. */
static bool is_vacant(struct draft *draft)
{
    const struct meeting_holder *presiding =
        meeting_state_holder(draft->state, &draft->state->presiding);
    const struct meeting_person *other;

    if (presiding && meeting_holder_is_live(presiding)) {
        draft_refuse(draft, REFUSAL_CHAIR_PRESENT);
        return false;
    }
    other = chair_at_hand(draft);
    if (other)
        draft_refuse_id(draft, REFUSAL_CHAIR_AT_HAND, &other->holder.id);
    return !other;
}

static bool has_vote(const struct draft *draft,
                     const struct meeting_person *person)
{
    return rights_has_vote(&draft->rules->rights, person->category,
                           MATTER_PROCEDURE);
}

static bool may_propose(struct draft *draft)
{
    const struct meeting_person *person = draft_person(draft);

    if (has_vote(draft, person))
        return true;
    draft_refuse_voter(draft, person, MATTER_PROCEDURE);
    return false;
}

/* One who has a vote, and is connected: else the meeting is where it was. */
static bool is_candidate(struct draft *draft,
                         const struct meeting_person *person)
{
    if (!has_vote(draft, person)) {
        draft_refuse_category(draft, REFUSAL_CANNOT_LEAD, person);
        refusal_add_text(&draft->out->refusal, "role",
                         TEXT_LITERAL("presiding chair"));
        return false;
    }
    if (meeting_holder_is_live(&person->holder))
        return true;
    draft_refuse_id(draft, REFUSAL_NOT_PRESENT, &person->holder.id);
    return false;
}

/* Is no other vote on this open? Else refuses. */
static bool is_first(struct draft *draft)
{
    size_t i;

    for (i = 0; i < draft->state->vote_count; i++) {
        const struct meeting_vote *vote = &draft->state->votes[i];

        if (vote->phase != VOTE_OPEN || identifier_is_empty(&vote->proposer))
            continue;
        draft_refuse(draft, REFUSAL_VOTES_OPEN);
        refusal_add_text(&draft->out->refusal, "vote",
                         identifier_view(&vote->id));
        return false;
    }
    return true;
}

void rule_propose_chair(struct draft *draft)
{
    const struct command_propose_chair *command =
        &draft->command->body.propose_chair;
    const struct meeting_person *person =
        draft_member(draft, &command->subject);
    const struct command_start_vote vote = { .motion = command->motion,
                                             .matter = MATTER_PROCEDURE,
                                             .subject = command->subject };
    struct event_chair_proposed *body;

    if (!person || !may_propose(draft) || !is_vacant(draft) ||
        !is_candidate(draft, person) || !is_first(draft) ||
        !draft_start_vote(draft, &vote))
        return;
    body = &draft_add(draft, EVENT_CHAIR_PROPOSED_KIND)->body.chair_proposed;
    body->vote = draft->out->made;
    body->member = command->subject;
    body->act = draft->command->act;
}

/* Whoever proposed and the minute-taker end it at any time; everybody else once
 * there are enough votes: nobody can cut it off before. */
static bool may_settle(struct draft *draft, const struct meeting_vote *vote)
{
    uint64_t counts[choice_count_];

    meeting_vote_count(vote, counts);
    if ((vote->need > 0 && counts[CHOICE_YES] >= vote->need) ||
        identifier_equal(draft->holder, &vote->proposer) ||
        draft_is_minute_taker(draft))
        return true;
    draft_refuse_who(draft, "who proposed it or the minute-taker");
    return false;
}

void rule_settle_chair(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.settle_chair.vote;
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);
    const struct meeting_person *person;
    struct event_chair_elected *body;
    bool is_passed;

    if (vote && identifier_is_empty(&vote->proposer)) {
        draft_refuse(draft, REFUSAL_NOT_OF_CHAIR);
        refusal_add_text(&draft->out->refusal, "vote", identifier_view(id));
        return;
    }
    if (!is_vacant(draft) || (vote && !may_settle(draft, vote)) ||
        !draft_close_vote(draft, id))
        return;
    is_passed =
        draft->out->events[draft->out->count - 1].body.vote_closed.passed;
    person = meeting_state_person(draft->state, &vote->subject);
    /* Who has gone meanwhile presides over nothing. */
    if (!is_passed || !person || !meeting_holder_is_live(&person->holder))
        return;
    body = &draft_add(draft, EVENT_CHAIR_ELECTED_KIND)->body.chair_elected;
    body->vote = *id;
    body->member = vote->subject;
    body->act = draft->command->act;
}
