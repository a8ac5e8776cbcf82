/* Motions voted on by show of hands: own devices, halls, the result. */
#include "server/domain/meeting_parts.h"
#include "server/domain/votes.h"

#include <assert.h>
#include <string.h>

/* An item of the agenda; on procedure also an election whose list is open. */
static bool is_item_or_list(struct draft *draft,
                            const struct command_start_vote *command)
{
    const struct meeting_election *election =
        command->matter == MATTER_PROCEDURE
            ? meeting_state_election(draft->state, &command->item)
            : NULL;

    if (identifier_is_empty(&command->item) ||
        meeting_state_item(draft->state, &command->item) ||
        (election && !election->is_closed))
        return true;
    draft_refuse_id(draft,
                    election ? REFUSAL_LIST_CLOSED : REFUSAL_NO_SUCH_ITEM,
                    &command->item);
    return false;
}

/* Do item and member stand in this meeting, and is there room? */
static bool may_start(struct draft *draft,
                      const struct command_start_vote *command)
{
    if (!is_item_or_list(draft, command))
        return false;
    if (!identifier_is_empty(&command->subject) &&
        !draft_member(draft, &command->subject))
        return false;
    if (draft->state->vote_count < LIMIT_VOTES)
        return true;
    draft_refuse_max(draft, LIMIT_VOTES);
    return false;
}

static void freeze(struct draft *draft, const struct vote_terms *terms,
                   struct event_vote_started *body)
{
    body->matter = (int)terms->matter;
    body->form = VOTE_FORM_OPEN;
    body->remote = draft_is_remote_on(draft, terms->matter);
    body->rule = rule_id_place(terms->test.rule);
    body->measure = (int)terms->test.of;
    threshold_text(&terms->test.test, draft->out->test);
    body->test = text_view_of(draft->out->test);
    body->d = terms->d;
    body->present = terms->present;
    body->need = terms->need;
    memcpy(draft->out->people, terms->people, sizeof draft->out->people);
    body->people = (struct items){ draft->out->people, terms->count };
}

bool draft_start_vote(struct draft *draft,
                      const struct command_start_vote *command)
{
    struct event_vote_started *body;
    struct vote_terms terms;

    if (!may_start(draft, command) ||
        (command->matter == MATTER_MINUTES &&
         !draft_may_vote_on_minutes(draft)) ||
        !draft_may_open_vote(draft, (enum matter)command->matter,
                             VOTE_FORM_OPEN) ||
        !draft_terms(draft, (enum matter)command->matter, &terms))
        return false;
    identifier_number(&draft->out->made, "v", draft->state->vote_count + 1);
    body = &draft_add(draft, EVENT_VOTE_STARTED_KIND)->body.vote_started;
    body->vote = draft->out->made;
    body->item = command->item;
    body->motion = command->motion;
    body->subject = command->subject;
    freeze(draft, &terms, body);
    body->act = draft->command->act;
    return true;
}

void rule_start_vote(struct draft *draft)
{
    (void)draft_start_vote(draft, &draft->command->body.start_vote);
}

/* The vote, if it is open and the signer had seen it begin; else refuses. */
static const struct meeting_vote *open_vote(struct draft *draft,
                                            const struct identifier *id)
{
    const struct meeting_vote *vote = draft_vote(draft, id);

    if (!vote)
        return NULL;
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

/* Who counts was settled when the vote was opened. */
static void refuse_uncounted(struct draft *draft,
                             const struct meeting_vote *vote)
{
    draft_refuse_id(draft, REFUSAL_NOT_COUNTED, draft->holder);
    refusal_add_text(&draft->out->refusal, "vote", identifier_view(&vote->id));
    draft_add_rule(draft, draft_counting_rule(draft, &vote->test));
}

static void refuse_seat(struct draft *draft, const struct meeting_vote *vote,
                        const struct meeting_person *person)
{
    const bool is_never =
        draft->rules->forms.of[vote->matter].remote == REMOTE_NEVER;

    if (person->mode == presence_mode_none_) {
        draft_refuse_id(draft, REFUSAL_NOT_PRESENT, draft->holder);
        return;
    }
    draft_refuse(draft,
                 is_never ? REFUSAL_REMOTE_NEVER : REFUSAL_REMOTE_UNAUTHORISED);
    refusal_add_text(&draft->out->refusal, "matter",
                     text_view_of(enum_word(&matter_words, (int)vote->matter)));
    refusal_add_number(&draft->out->refusal, "have", 1);
    draft_add_rule(draft, RULE_ID_REMOTE);
}

/* Has the member a vote here, by her own device? Else refuses. */
static bool may_vote(struct draft *draft, const struct meeting_vote *vote,
                     const struct meeting_person *person)
{
    const struct vote_ballot *ballot = meeting_vote_ballot(vote, draft->holder);

    if (!vote->people[person->category].votes)
        draft_refuse_voter(draft, person, vote->matter);
    else if (!ballot)
        refuse_uncounted(draft, vote);
    else if (ballot->channel == CHANNEL_NONE)
        refuse_seat(draft, vote, person);
    else if (ballot->channel != CHANNEL_OWN)
        refuse_channel(draft, person, ballot);
    else if (ballot->choice != choice_none_)
        draft_refuse(draft, REFUSAL_VOTED_ALREADY);
    else
        return true;
    return false;
}

void rule_vote(struct draft *draft)
{
    const struct command_vote *command = &draft->command->body.vote;
    const struct meeting_vote *vote = open_vote(draft, &command->vote);
    struct event_vote_cast *body;

    if (!vote || !may_vote(draft, vote, draft_person(draft)))
        return;
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

bool draft_close_vote(struct draft *draft, const struct identifier *id)
{
    const struct meeting_vote *vote = open_vote(draft, id);
    struct motion_count count;
    struct motion_result decided = { .voted = 0 };
    struct event_vote_closed *body;
    enum result result;

    if (!vote)
        return false;
    meeting_vote_count(vote, count.votes);
    result = vote_decide(vote, &count, &decided);
    assert(result == RESULT_OK); /* only who is counted has a row */
    (void)result;
    body = &draft_add(draft, EVENT_VOTE_CLOSED_KIND)->body.vote_closed;
    body->vote = *id;
    body->yes = count.votes[CHOICE_YES];
    body->no = count.votes[CHOICE_NO];
    body->other = count.votes[CHOICE_OTHER];
    body->abstain = count.votes[CHOICE_ABSTAIN];
    body->denominator = decided.outcome.d;
    threshold_text(&vote->test.test, draft->out->test);
    body->test = text_view_of(draft->out->test);
    body->rule = rule_id_place(decided.outcome.rule);
    body->need = decided.outcome.need;
    body->passed = decided.outcome.is_met;
    body->act = draft->command->act;
    if (decided.outcome.is_met && vote->matter == MATTER_MINUTES)
        draft_adopt_minutes(draft, id);
    return true;
}

void rule_close_vote(struct draft *draft)
{
    (void)draft_close_vote(draft, &draft->command->body.close_vote.vote);
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
