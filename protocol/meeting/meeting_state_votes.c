/* Open votes: which way each member votes, and what was counted. */
#include "protocol/meeting/meeting_state_internal.h"
#include "protocol/meeting/vote_terms.h"

#include <stdlib.h>
#include <string.h>

const struct meeting_vote *meeting_state_vote(const struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t position = identifier_index_find(&state->vote_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->votes[position];
}

enum result state_spend_vote(struct meeting_state *state,
                             const struct identifier *id)
{
    const size_t position = identifier_index_find(&state->vote_index, id);

    if (position == IDENTIFIER_NOWHERE || state->votes[position].is_spent)
        return RESULT_CORRUPT;
    state->votes[position].is_spent = true;
    return RESULT_OK;
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

static bool is_seat_in(const struct meeting_vote *vote, enum presence_mode mode)
{
    return mode == MODE_IN_PERSON || mode == MODE_SITE ||
           (mode != presence_mode_none_ && vote->is_remote);
}

/*
 * Only who was counted when the vote was opened has a row. A member who has
 * gone without having voted has no channel: a hall's entry covers only those
 * who are there. Coming back opens one again; losing the right to vote closes
 * it for good, and changes D as little.
 */
static void settle(struct meeting_vote *vote,
                   const struct meeting_person *person)
{
    struct vote_ballot *row = row_of(vote, &person->holder.id);
    const bool is_entitled =
        is_seat_in(vote, person->mode) && vote->people[person->category].votes;

    if (!row || is_settled(vote, row))
        return;
    row->site = (struct identifier){ "" };
    row->channel = CHANNEL_NONE;
    if (!is_entitled)
        return;
    row->channel = person->mode == MODE_ONLINE ? CHANNEL_OWN : CHANNEL_HALL;
    if (person->mode == MODE_SITE)
        row->site = person->site;
}

void state_settle_ballots(struct meeting_state *state,
                          const struct meeting_person *person)
{
    size_t i, left = state->open_vote_count;

    for (i = state->vote_count; i > 0 && left > 0; i--) {
        struct meeting_vote *vote = &state->votes[i - 1];

        if (vote->phase != VOTE_OPEN)
            continue;
        left--;
        settle(vote, person);
    }
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

/* May it stand so? Whether it follows from the ruleset is not asked here. */
/* Is it about the list of an election, which is open? */
static bool names_list(const struct meeting_state *state,
                       const struct event_vote_started *body)
{
    const struct meeting_election *election =
        body->matter == MATTER_PROCEDURE
            ? meeting_state_election(state, &body->item)
            : NULL;

    return election && !election->is_closed;
}

/* Is it about an item of the agenda that can be moved or taken off? */
static bool names_item(const struct meeting_state *state,
                       const struct event_vote_started *body)
{
    const struct meeting_item *item =
        body->matter == MATTER_AGENDA ? meeting_state_item(state, &body->item)
                                      : NULL;

    return item && item->phase == ITEM_WAITING;
}

static bool are_terms(const struct meeting_state *state,
                      const struct event_vote_started *body,
                      struct threshold *test)
{
    const enum measure measure = (enum measure)body->measure;

    return (identifier_is_empty(&body->item) ||
            meeting_state_item(state, &body->item) ||
            names_list(state, body)) &&
           (identifier_is_empty(&body->subject) ||
            meeting_state_person(state, &body->subject)) &&
           threshold_parse(body->test, test) == RESULT_OK &&
           vote_people_fit(state, measure, &body->people, body->d,
                           body->present) &&
           body->need ==
               (measure == MEASURE_VALID ? 0 : threshold_need(test, body->d));
}

static void keep_terms(struct meeting_vote *vote,
                       const struct event_vote_started *body,
                       const struct threshold *test)
{
    const struct vote_people *row = body->people.data;
    size_t i;

    vote->matter = (enum matter)body->matter;
    vote->subject = body->subject;
    vote->is_remote = body->remote;
    vote->test = (struct vote_test){ rule_id_read(body->rule), *test,
                                     (enum measure)body->measure };
    vote->d = body->d;
    vote->present = body->present;
    vote->need = body->need;
    for (i = 0; i < body->people.count; i++)
        vote->people[row[i].category] = row[i];
}

/* A row for everybody who is counted and may vote. */
static enum result add_voters(struct meeting_state *state,
                              struct meeting_vote *vote)
{
    struct roll_person people[LIMIT_ROSTER];
    struct vote_ballot *row;
    struct roll roll;
    size_t i;
    enum result result = RESULT_OK;

    meeting_state_roll_of(state, people, &roll);
    for (i = 0; i < roll.count && result == RESULT_OK; i++) {
        const struct meeting_person *person = &state->people[i];

        if (!vote->people[person->category].votes ||
            !vote_people_count(vote->people, &roll, &people[i]))
            continue;
        result = add_row(vote, &person->holder.id, &row);
        if (result == RESULT_OK)
            settle(vote, person);
    }
    return result;
}

enum result state_apply_vote_started(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_vote_started *body = &event->body.vote_started;
    struct meeting_vote *vote;
    struct threshold test;
    void *grown;
    enum result result;

    if (!are_terms(state, body, &test))
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
                                   .phase = VOTE_OPEN,
                                   .started_seq = event->seq,
                                   .started_ms = event->at_ms };
    if (names_list(state, body))
        vote->target = body->item;
    else
        vote->item = body->item;
    if (names_item(state, body))
        vote->target = body->item;
    keep_terms(vote, body, &test);
    state->open_vote_count++;
    if (body->matter == MATTER_MINUTES)
        state_note_minutes_vote(state, &vote->id);
    return add_voters(state, vote);
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
    vote->closed_seq = event->seq;
    state->open_vote_count--;
    return RESULT_OK;
}

enum result state_void_vote(struct meeting_state *state,
                            const struct identifier *id)
{
    struct meeting_vote *vote = open_vote(state, id);

    if (!vote)
        return RESULT_CORRUPT;
    vote->phase = VOTE_CANCELLED;
    state->open_vote_count--;
    return RESULT_OK;
}

enum result state_apply_vote_cancelled(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    return state_void_vote(state, &event->body.vote_cancelled.vote);
}
