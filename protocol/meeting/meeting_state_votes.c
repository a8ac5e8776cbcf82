/* Open votes: which way each member votes, and what was counted. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

const struct meeting_vote *meeting_state_vote(const struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t position = identifier_index_find(&state->vote_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->votes[position];
}

static struct meeting_vote *open_vote(struct meeting_state *state,
                                      const struct identifier *id)
{
    size_t position = identifier_index_find(&state->vote_index, id);
    struct meeting_vote *vote;

    if (position == IDENTIFIER_NOWHERE)
        return NULL;
    vote = &state->votes[position];
    return vote->phase == VOTE_OPEN ? vote : NULL;
}

const struct vote_ballot *meeting_vote_ballot(const struct meeting_vote *vote,
                                              const struct identifier *member)
{
    size_t position = identifier_index_find(&vote->ballot_index, member);

    return position == IDENTIFIER_NOWHERE ? NULL : &vote->ballots[position];
}

bool meeting_vote_has_hall_entry(const struct meeting_vote *vote,
                                 const struct identifier *site)
{
    size_t i;

    for (i = 0; i < vote->hall_count; i++) {
        if (identifier_equal(&vote->halls[i].site, site))
            return true;
    }
    return false;
}

uint64_t meeting_vote_ticked(const struct meeting_vote *vote,
                             const struct identifier *site)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < vote->ballot_count; i++)
        count += vote->ballots[i].channel == CHANNEL_HALL &&
                 identifier_equal(&vote->ballots[i].site, site);
    return count;
}

void meeting_vote_count(const struct meeting_vote *vote,
                        uint64_t counts[choice_count_])
{
    size_t i;
    int choice;

    for (choice = 0; choice < choice_count_; choice++)
        counts[choice] = 0;
    for (i = 0; i < vote->ballot_count; i++) {
        if (vote->ballots[i].choice != choice_none_)
            counts[vote->ballots[i].choice]++;
    }
    for (i = 0; i < vote->hall_count; i++) {
        for (choice = 1; choice < choice_count_; choice++)
            counts[choice] += vote->halls[i].counts[choice];
    }
}

/* --- rows ---------------------------------------------------------------- */

static struct vote_ballot *row_of(struct meeting_vote *vote,
                                  const struct identifier *member)
{
    size_t position = identifier_index_find(&vote->ballot_index, member);

    return position == IDENTIFIER_NOWHERE ? NULL : &vote->ballots[position];
}

static enum result add_row(struct meeting_vote *vote,
                           const struct identifier *member,
                           struct vote_ballot **out)
{
    void *grown =
        state_grow(vote->ballots, vote->ballot_count, sizeof *vote->ballots);
    enum result result;

    if (!grown)
        return RESULT_NO_MEMORY;
    vote->ballots = grown;
    result =
        identifier_index_add(&vote->ballot_index, member, vote->ballot_count);
    if (result)
        return result;
    *out = &vote->ballots[vote->ballot_count++];
    **out = (struct vote_ballot){ .member = *member };
    return RESULT_OK;
}

/* Counted already, by the member's own act or with the hall? Then the row may
 * not move any more: that would count the member twice. */
static bool is_settled(const struct meeting_vote *vote,
                       const struct vote_ballot *row)
{
    return row->choice != choice_none_ ||
           (row->channel == CHANNEL_HALL &&
            meeting_vote_has_hall_entry(vote, &row->site));
}

/*
 * A member who has gone without being counted has no channel: a hall's entry
 * covers only those who are there. Coming back opens one again.
 */
static enum result settle(struct meeting_vote *vote,
                          const struct meeting_person *person)
{
    struct vote_ballot *row = row_of(vote, &person->holder.id);
    bool is_entitled = person->mode != presence_mode_none_ &&
                       category_has_vote(person->category);
    enum result result;

    if (row && is_settled(vote, row))
        return RESULT_OK;
    if (!row) {
        if (!is_entitled)
            return RESULT_OK;
        result = add_row(vote, &person->holder.id, &row);
        if (result)
            return result;
    }
    row->site = (struct identifier){ "" };
    row->channel = CHANNEL_NONE;
    if (!is_entitled)
        return RESULT_OK;
    row->channel = person->mode == MODE_ONLINE ? CHANNEL_OWN : CHANNEL_HALL;
    if (person->mode == MODE_SITE)
        row->site = person->site;
    return RESULT_OK;
}

enum result state_settle_ballots(struct meeting_state *state,
                                 const struct meeting_person *person)
{
    size_t i, left = state->open_vote_count;
    enum result result;

    for (i = state->vote_count; i > 0 && left > 0; i--) {
        struct meeting_vote *vote = &state->votes[i - 1];

        if (vote->phase != VOTE_OPEN)
            continue;
        left--;
        result = settle(vote, person);
        if (result)
            return result;
    }
    return RESULT_OK;
}

void state_release_votes(struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->vote_count; i++) {
        free(state->votes[i].ballots);
        free(state->votes[i].halls);
        identifier_index_release(&state->votes[i].ballot_index);
    }
    free(state->votes);
}

/* --- events -------------------------------------------------------------- */

enum result state_apply_vote_started(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_vote_started *body = &event->body.vote_started;
    struct meeting_vote *vote;
    void *grown;
    size_t i;
    enum result result;

    if (!identifier_is_empty(&body->item) &&
        !meeting_state_item(state, &body->item))
        return RESULT_CORRUPT;
    grown = state_grow(state->votes, state->vote_count, sizeof *state->votes);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->votes = grown;
    result = identifier_index_add(&state->vote_index, &body->vote,
                                  state->vote_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    vote = &state->votes[state->vote_count++];
    *vote = (struct meeting_vote){ .id = body->vote,
                                   .item = body->item,
                                   .phase = VOTE_OPEN,
                                   .started_seq = event->seq,
                                   .started_ms = event->at_ms };
    state->open_vote_count++;
    for (i = 0; i < state->person_count; i++) {
        result = settle(vote, &state->people[i]);
        if (result)
            return result;
    }
    return RESULT_OK;
}

enum result state_apply_vote_cast(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    const struct event_vote_cast *body = &event->body.vote_cast;
    struct meeting_vote *vote = open_vote(state, &body->vote);
    struct vote_ballot *row = vote ? row_of(vote, &body->member) : NULL;

    if (!row || row->channel != CHANNEL_OWN || row->choice != choice_none_ ||
        body->choice <= choice_none_ || body->choice >= choice_count_)
        return RESULT_CORRUPT;
    row->choice = (enum choice)body->choice;
    return RESULT_OK;
}

static struct vote_hall *hall_of(struct meeting_vote *vote,
                                 const struct identifier *site)
{
    void *grown;
    size_t i;

    for (i = 0; i < vote->hall_count; i++) {
        if (identifier_equal(&vote->halls[i].site, site))
            return &vote->halls[i];
    }
    grown = state_grow(vote->halls, vote->hall_count, sizeof *vote->halls);
    if (!grown)
        return NULL;
    vote->halls = grown;
    vote->halls[vote->hall_count] = (struct vote_hall){ .site = *site };
    return &vote->halls[vote->hall_count++];
}

/* No more than are ticked there, each number by itself too: sums may wrap. */
static bool fits(const struct event_hall_votes_entered *body)
{
    return body->yes <= body->ticked && body->no <= body->ticked &&
           body->other <= body->ticked && body->abstain <= body->ticked &&
           body->yes + body->no + body->other + body->abstain <= body->ticked;
}

enum result state_apply_hall_votes_entered(struct meeting_state *state,
                                           const struct meeting_event *event)
{
    const struct event_hall_votes_entered *body =
        &event->body.hall_votes_entered;
    struct meeting_vote *vote = open_vote(state, &body->vote);
    struct vote_hall *hall;

    if (!vote ||
        (!identifier_is_empty(&body->site) &&
         !meeting_state_site(state, &body->site)) ||
        body->ticked != meeting_vote_ticked(vote, &body->site) || !fits(body))
        return RESULT_CORRUPT;
    hall = hall_of(vote, &body->site);
    if (!hall)
        return RESULT_NO_MEMORY;
    hall->counts[CHOICE_YES] = body->yes;
    hall->counts[CHOICE_NO] = body->no;
    hall->counts[CHOICE_OTHER] = body->other;
    hall->counts[CHOICE_ABSTAIN] = body->abstain;
    return RESULT_OK;
}

enum result state_apply_vote_closed(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct event_vote_closed *body = &event->body.vote_closed;
    struct meeting_vote *vote = open_vote(state, &body->vote);
    uint64_t counts[choice_count_];

    if (!vote)
        return RESULT_CORRUPT;
    meeting_vote_count(vote, counts);
    if (body->yes != counts[CHOICE_YES] || body->no != counts[CHOICE_NO] ||
        body->other != counts[CHOICE_OTHER] ||
        body->abstain != counts[CHOICE_ABSTAIN])
        return RESULT_CORRUPT;
    memcpy(vote->counts, counts, sizeof counts);
    vote->denominator = body->denominator;
    vote->is_passed = body->passed;
    vote->phase = VOTE_CLOSED;
    state->open_vote_count--;
    return RESULT_OK;
}

enum result state_apply_vote_cancelled(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    struct meeting_vote *vote =
        open_vote(state, &event->body.vote_cancelled.vote);

    if (!vote)
        return RESULT_CORRUPT;
    vote->phase = VOTE_CANCELLED;
    state->open_vote_count--;
    return RESULT_OK;
}
