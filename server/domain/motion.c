/* Motions voted on by show of hands: own devices, halls, the result. */
#include "server/domain/meeting_parts.h"

#include "protocol/meeting/vote_result.h"

void rule_start_vote(struct draft *draft)
{
    const struct command_start_vote *command = &draft->command->body.start_vote;
    struct event_vote_started *body;

    if (!identifier_is_empty(&command->item) &&
        !meeting_state_item(draft->state, &command->item)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_ITEM, &command->item);
        return;
    }
    if (draft->state->vote_count >= LIMIT_VOTES) {
        draft_refuse_max(draft, LIMIT_VOTES);
        return;
    }
    identifier_number(&draft->out->made, "v", draft->state->vote_count + 1);
    body = &draft_add(draft, EVENT_VOTE_STARTED_KIND)->body.vote_started;
    body->vote = draft->out->made;
    body->item = command->item;
    body->motion = command->motion;
    body->act = draft->command->act;
}

/* The vote, if it is open and the signer had seen it begin; else refuses. */
static const struct meeting_vote *open_vote(struct draft *draft,
                                            const struct identifier *id)
{
    const struct meeting_vote *vote = meeting_state_vote(draft->state, id);

    if (!vote) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_VOTE, id);
        return NULL;
    }
    if (vote->phase != VOTE_OPEN) {
        draft_refuse_id(draft, REFUSAL_VOTE_NOT_OPEN, id);
        return NULL;
    }
    return draft_has_seen(draft, vote->started_seq) ? vote : NULL;
}

static void refuse_channel(struct draft *draft,
                           const struct meeting_person *person,
                           const struct vote_ballot *ballot)
{
    enum presence_mode mode = person->mode;

    /* Counted with a hall that the member has left since. */
    if (mode == MODE_ONLINE && ballot)
        mode = identifier_is_empty(&ballot->site) ? MODE_IN_PERSON : MODE_SITE;
    draft_refuse(draft, REFUSAL_OTHER_CHANNEL);
    refusal_add_text(&draft->out->refusal, "mode",
                     text_view_of(enum_word(&presence_mode_words, (int)mode)));
}

void rule_vote(struct draft *draft)
{
    const struct command_vote *command = &draft->command->body.vote;
    const struct meeting_person *person = draft_person(draft);
    const struct meeting_vote *vote = open_vote(draft, &command->vote);
    const struct vote_ballot *ballot;
    struct event_vote_cast *body;

    if (!vote)
        return;
    if (!category_has_vote(person->category)) {
        draft_refuse(draft, REFUSAL_CANNOT_VOTE);
        refusal_add_text(
            &draft->out->refusal, "category",
            text_view_of(enum_word(&category_words, (int)person->category)));
        return;
    }
    ballot = meeting_vote_ballot(vote, draft->holder);
    if (!ballot || ballot->channel == CHANNEL_NONE) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, draft->holder);
        return;
    }
    if (ballot->channel != CHANNEL_OWN) {
        refuse_channel(draft, person, ballot);
        return;
    }
    if (ballot->choice != choice_none_) {
        draft_refuse(draft, REFUSAL_VOTED_ALREADY);
        return;
    }
    body = &draft_add(draft, EVENT_VOTE_CAST_KIND)->body.vote_cast;
    body->vote = command->vote;
    body->member = *draft->holder;
    body->choice = command->choice;
    body->act = draft->command->act;
}

/* The sum of the four numbers; UINT64_MAX if they do not add up in 64 bits. */
static uint64_t sum_of(const struct command_enter_hall_votes *command)
{
    uint64_t sum;

    if (__builtin_add_overflow(command->yes, command->no, &sum) ||
        __builtin_add_overflow(sum, command->other, &sum) ||
        __builtin_add_overflow(sum, command->abstain, &sum))
        return UINT64_MAX;
    return sum;
}

void rule_enter_hall_votes(struct draft *draft)
{
    const struct command_enter_hall_votes *command =
        &draft->command->body.enter_hall_votes;
    const struct meeting_vote *vote;
    struct event_hall_votes_entered *body;
    uint64_t ticked, sum = sum_of(command);

    if (!draft_person(draft) &&
        !identifier_equal(&command->site, draft->holder)) {
        draft_refuse_who(draft, "the minute-taker");
        return;
    }
    if (!identifier_is_empty(&command->site) &&
        !meeting_state_site(draft->state, &command->site)) {
        draft_refuse_id(draft, REFUSAL_NO_SUCH_SITE, &command->site);
        return;
    }
    vote = open_vote(draft, &command->vote);
    if (!vote)
        return;
    ticked = meeting_vote_ticked(vote, &command->site);
    if (sum > ticked) {
        draft_refuse(draft, REFUSAL_TOO_MANY_VOTES);
        refusal_add_number(&draft->out->refusal, "sum", sum);
        refusal_add_number(&draft->out->refusal, "ticked", ticked);
        return;
    }
    body = &draft_add(draft, EVENT_HALL_VOTES_ENTERED_KIND)
                ->body.hall_votes_entered;
    body->vote = command->vote;
    body->site = command->site;
    body->yes = command->yes;
    body->no = command->no;
    body->other = command->other;
    body->abstain = command->abstain;
    body->ticked = ticked;
    body->by = *draft->holder;
    body->act = draft->command->act;
}

/* --- the result ---------------------------------------------------------- */

void rule_close_vote(struct draft *draft)
{
    const struct identifier *id = &draft->command->body.close_vote.vote;
    const struct meeting_vote *vote = open_vote(draft, id);
    struct threshold majority = ruleset_majority(draft->rules);
    uint64_t counts[choice_count_];
    struct event_vote_closed *body;

    if (!vote)
        return;
    meeting_vote_count(vote, counts);
    body = &draft_add(draft, EVENT_VOTE_CLOSED_KIND)->body.vote_closed;
    body->vote = *id;
    body->yes = counts[CHOICE_YES];
    body->no = counts[CHOICE_NO];
    body->other = counts[CHOICE_OTHER];
    body->abstain = counts[CHOICE_ABSTAIN];
    body->denominator = vote_denominator(draft->state, vote,
                                         draft->rules->is_suspended_counted);
    threshold_text(&majority, draft->out->test);
    body->test = text_view_of(draft->out->test);
    body->passed = threshold_is_met(&majority, body->yes, body->denominator);
    body->act = draft->command->act;
}

void rule_cancel_vote(struct draft *draft)
{
    const struct command_cancel_vote *command =
        &draft->command->body.cancel_vote;
    struct event_vote_cancelled *body;

    if (!open_vote(draft, &command->vote))
        return;
    body = &draft_add(draft, EVENT_VOTE_CANCELLED_KIND)->body.vote_cancelled;
    body->vote = command->vote;
    body->reason = command->reason;
    body->act = draft->command->act;
}
