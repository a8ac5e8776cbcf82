/* Secret ballots: who holds one, the list of credentials, and whose devices
 * attest it. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

/* Has the member a vote in it, now? By the categories that voted when it was
 * adopted; the register may have changed since then. */
static bool has_vote(const struct meeting_state *state,
                     const struct meeting_ballot *ballot,
                     const struct identifier *member)
{
    const struct meeting_person *person = meeting_state_person(state, member);

    return person && ballot->people[person->category].votes;
}

/* --- Issue ------------------------------------------------------------------
 */

enum result ballot_check_ballot_issued(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_issued *body = &event->body.ballot_issued;
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);

    return state_fits(voter && voter->channel == BALLOT_BY_OWN &&
                      !voter->is_issued &&
                      has_vote(state, ballot, &body->member) &&
                      state_valid_device(state, &body->member, &body->device));
}

enum result ballot_apply_ballot_issued(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_issued *body = &event->body.ballot_issued;
    struct meeting_ballot_voter *voter = ballot_voter(ballot, &body->member);

    (void)state;
    voter->is_issued = true;
    voter->device = body->device;
    return RESULT_OK;
}

/* May this member be one of a new pool of the site? */
static bool is_free_at(const struct meeting_ballot_voter *voter,
                       const struct identifier *site)
{
    return voter && ballot_channel_has_site(voter->channel) &&
           identifier_equal(&voter->site, site) && !voter->is_pooled &&
           !voter->is_dropped;
}

static bool are_pool_members(const struct meeting_state *state,
                             const struct meeting_ballot *ballot,
                             const struct identifier *site,
                             const struct items *members)
{
    const struct member_id *row = members->data;
    size_t i;

    for (i = 0; i < members->count; i++)
        if ((i > 0 &&
             strcmp(row[i - 1].member.text, row[i].member.text) >= 0) ||
            !is_free_at(meeting_ballot_voter(ballot, &row[i].member), site) ||
            !has_vote(state, ballot, &row[i].member))
            return false;
    return members->count > 0;
}

enum result ballot_check_pool_issued(const struct meeting_state *state,
                                     const struct meeting_ballot *ballot,
                                     const struct meeting_event *event)
{
    const struct event_pool_issued *body = &event->body.pool_issued;

    return state_fits(
        ballot->has_halls && meeting_state_site(state, &body->member) &&
        state_valid_device(state, &body->member, &body->device) &&
        !meeting_ballot_pool(ballot, &body->member) &&
        body->k == body->members.count &&
        are_pool_members(state, ballot, &body->member, &body->members));
}

enum result ballot_apply_pool_issued(struct meeting_state *state,
                                     struct meeting_ballot *ballot,
                                     const struct meeting_event *event)
{
    const struct event_pool_issued *body = &event->body.pool_issued;
    const struct member_id *row = body->members.data;
    struct meeting_ballot_pool *pool;
    void *grown =
        state_grow(ballot->pools, ballot->pool_count, sizeof *ballot->pools);
    size_t i;

    (void)state;
    if (!grown)
        return RESULT_NO_MEMORY;
    ballot->pools = grown;
    pool = &ballot->pools[ballot->pool_count];
    *pool = (struct meeting_ballot_pool){ .site = body->member,
                                          .device = body->device,
                                          .k = body->k };
    pool->is_transcribed =
        ballot_voter(ballot, &row[0].member)->channel == BALLOT_BY_TRANSCRIBED;
    pool->members = calloc(body->members.count, sizeof *pool->members);
    if (!pool->members)
        return RESULT_NO_MEMORY;
    ballot->pool_count++;
    for (i = 0; i < body->members.count; i++) {
        pool->members[i] = row[i].member;
        ballot_voter(ballot, &row[i].member)->is_pooled = true;
    }
    return RESULT_OK;
}

/* --- The list ---------------------------------------------------------------
 */

static void forget_attestations(struct meeting_ballot *ballot)
{
    size_t i;

    for (i = 0; i < ballot->voter_count; i++)
        ballot->voters[i].has_attested = false;
    for (i = 0; i < ballot->pool_count; i++) {
        ballot->pools[i].has_attested = false;
        ballot->pools[i].is_confirmed = false;
    }
    ballot->is_checkpointed = false;
}

enum result ballot_check_issue_closed(const struct meeting_state *state,
                                      const struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    (void)state;
    (void)ballot;
    return state_fits(event->body.issue_closed.act.is_present);
}

enum result ballot_apply_issue_closed(struct meeting_state *state,
                                      struct meeting_ballot *ballot,
                                      const struct meeting_event *event)
{
    (void)state;
    (void)ballot;
    (void)event;
    return RESULT_OK;
}

/* Each of the list once, in ascending order, and nobody else. */
static bool are_voters(const struct meeting_ballot *ballot,
                       const struct items *voters, uint64_t issued)
{
    const struct member_id *row = voters->data;
    size_t i;

    for (i = 0; i < voters->count; i++) {
        const struct meeting_ballot_voter *voter =
            meeting_ballot_voter(ballot, &row[i].member);

        if (!voter || !ballot_voter_is_listed(voter) ||
            (i > 0 && strcmp(row[i - 1].member.text, row[i].member.text) >= 0))
            return false;
    }
    return voters->count == issued;
}

static bool are_halls(const struct meeting_ballot *ballot,
                      const struct items *halls, uint64_t pooled)
{
    const struct hall_pool *row = halls->data;
    uint64_t sum = 0;
    size_t i;

    for (i = 0; i < halls->count; i++) {
        const struct meeting_ballot_pool *pool =
            meeting_ballot_pool(ballot, &row[i].site);

        if (!pool || pool->k != row[i].k ||
            (i > 0 && strcmp(row[i - 1].site.text, row[i].site.text) >= 0))
            return false;
        sum += pool->k;
    }
    return sum == pooled;
}

enum result ballot_check_ballot_listed(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_listed *body = &event->body.ballot_listed;
    struct meeting_ballot_numbers numbers;

    (void)state;
    meeting_ballot_numbers(ballot, &numbers);
    return state_fits(!ballot->is_listed &&
                      body->length == numbers.issued + numbers.pooled &&
                      are_voters(ballot, &body->voters, numbers.issued) &&
                      are_halls(ballot, &body->halls, numbers.pooled));
}

enum result ballot_apply_ballot_listed(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_listed *body = &event->body.ballot_listed;
    const struct member_id *row = body->voters.data;
    size_t i;

    (void)state;
    for (i = 0; i < body->voters.count; i++) {
        struct meeting_ballot_voter *voter =
            ballot_voter(ballot, &row[i].member);

        voter->is_named = true;
        voter->named_in = body->credentials;
    }
    ballot->is_listed = true;
    ballot->setup = body->setup;
    ballot->credentials = body->credentials;
    ballot->length = body->length;
    ballot->listed_seq = event->seq;
    ballot->listed_ms = event->at_ms;
    ballot->attested_seq = event->seq;
    forget_attestations(ballot);
    return RESULT_OK;
}

static void drop_pool(struct meeting_ballot *ballot,
                      struct meeting_ballot_pool *pool)
{
    size_t i;

    for (i = 0; i < pool->k; i++)
        ballot_voter(ballot, &pool->members[i])->is_dropped = true;
    pool->is_dropped = true;
}

static bool is_drop_right(const struct meeting_ballot *ballot,
                          const struct event_voter_dropped *body,
                          bool has_attested)
{
    if (body->reason == DROP_BY_CHAIR)
        return body->act.is_present;
    /* The server drops who has not attested a list that there is. */
    return body->reason == DROP_NOT_ATTESTED && !body->act.is_present &&
           ballot->phase == BALLOT_PHASE_ATTESTING && !has_attested;
}

enum result ballot_check_voter_dropped(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_voter_dropped *body = &event->body.voter_dropped;
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);
    const struct meeting_ballot_pool *pool =
        meeting_ballot_pool(ballot, &body->member);

    (void)state;
    if (voter ? !ballot_voter_is_listed(voter) : !pool)
        return RESULT_CORRUPT;
    return state_fits(
        is_drop_right(ballot, body,
                      voter ? voter->has_attested
                            : pool->has_attested && pool->is_confirmed));
}

enum result ballot_apply_voter_dropped(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_voter_dropped *body = &event->body.voter_dropped;
    struct meeting_ballot_voter *voter = ballot_voter(ballot, &body->member);

    (void)state;
    if (voter)
        voter->is_dropped = true;
    else
        drop_pool(ballot, ballot_pool(ballot, &body->member));
    ballot->is_listed = false;
    return RESULT_OK;
}

/* --- Attestations -----------------------------------------------------------
 */

/* A statement about the list that there is. */
static bool is_of_list(const struct meeting_ballot *ballot,
                       const struct hash *setup)
{
    return ballot->is_listed && hash_equal(&ballot->setup, setup);
}

enum result ballot_check_ballot_attested(const struct meeting_state *state,
                                         const struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    const struct event_ballot_attested *body = &event->body.ballot_attested;
    const struct meeting_ballot_voter *voter =
        meeting_ballot_voter(ballot, &body->member);

    return state_fits(is_of_list(ballot, &body->setup) &&
                      body->length == ballot->length && voter &&
                      ballot_voter_is_listed(voter) && !voter->has_attested &&
                      key_equal(&voter->device, &body->device) &&
                      state_valid_device(state, &body->member, &body->device));
}

enum result ballot_apply_ballot_attested(struct meeting_state *state,
                                         struct meeting_ballot *ballot,
                                         const struct meeting_event *event)
{
    (void)state;
    ballot_voter(ballot, &event->body.ballot_attested.member)->has_attested =
        true;
    ballot->attested_seq = event->seq;
    return RESULT_OK;
}

bool ballot_pool_is(const struct meeting_ballot_pool *pool, uint64_t k,
                    const struct items *members)
{
    const struct member_id *row = members->data;
    size_t i;

    if (k != pool->k || members->count != pool->k)
        return false;
    for (i = 0; i < members->count; i++)
        if (!identifier_equal(&row[i].member, &pool->members[i]))
            return false;
    return true;
}

enum result ballot_check_hall_attested(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_hall_attested *body = &event->body.hall_attested;
    const struct meeting_ballot_pool *pool =
        meeting_ballot_pool(ballot, &body->member);

    return state_fits(is_of_list(ballot, &body->setup) && pool &&
                      !pool->has_attested &&
                      key_equal(&pool->device, &body->device) &&
                      state_valid_device(state, &body->member, &body->device) &&
                      ballot_pool_is(pool, body->k, &body->members));
}

enum result ballot_apply_hall_attested(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_hall_attested *body = &event->body.hall_attested;
    struct meeting_ballot_pool *pool = ballot_pool(ballot, &body->member);

    (void)state;
    pool->has_attested = true;
    pool->pool = body->pool;
    ballot->attested_seq = event->seq;
    return RESULT_OK;
}

enum result ballot_check_hall_confirmed(const struct meeting_state *state,
                                        const struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_hall_confirmed *body = &event->body.hall_confirmed;
    const struct meeting_ballot_pool *pool =
        meeting_ballot_pool(ballot, &body->site);

    return state_fits(is_of_list(ballot, &body->setup) && pool &&
                      pool->has_attested && !pool->is_confirmed &&
                      hash_equal(&pool->pool, &body->pool) &&
                      ballot_pool_is(pool, body->k, &body->members) &&
                      meeting_ballot_teller(ballot, &body->member) != 0 &&
                      state_valid_device(state, &body->member, &body->device));
}

enum result ballot_apply_hall_confirmed(struct meeting_state *state,
                                        struct meeting_ballot *ballot,
                                        const struct meeting_event *event)
{
    const struct event_hall_confirmed *body = &event->body.hall_confirmed;
    struct meeting_ballot_pool *pool = ballot_pool(ballot, &body->site);

    (void)state;
    pool->is_confirmed = true;
    pool->confirmed_by = body->member;
    ballot->attested_seq = event->seq;
    return RESULT_OK;
}

void state_note_checkpoint(struct meeting_state *state,
                           const struct event_checkpoint *checkpoint)
{
    size_t i;

    if (checkpoint->reason != CHECKPOINT_LIST_ATTESTED)
        return;
    for (i = 0; i < state->ballot_count; i++) {
        struct meeting_ballot *ballot = &state->ballots[i];

        if (ballot->phase == BALLOT_PHASE_ATTESTING &&
            meeting_ballot_is_attested(ballot) &&
            checkpoint->upto >= ballot->attested_seq)
            ballot->is_checkpointed = true;
    }
}

static bool is_voter_valid(const struct meeting_state *state,
                           const struct meeting_ballot *ballot,
                           const struct meeting_ballot_voter *voter)
{
    return voter->has_attested && has_vote(state, ballot, &voter->member) &&
           state_valid_device(state, &voter->member, &voter->device);
}

static bool is_pool_valid(const struct meeting_state *state,
                          const struct meeting_ballot *ballot,
                          const struct meeting_ballot_pool *pool)
{
    size_t i;

    for (i = 0; i < pool->k; i++)
        if (!has_vote(state, ballot, &pool->members[i]))
            return false;
    return pool->has_attested && pool->is_confirmed &&
           state_valid_device(state, &pool->site, &pool->device);
}

bool meeting_state_list_is_valid(const struct meeting_state *state,
                                 const struct meeting_ballot *ballot,
                                 const struct identifier **which)
{
    size_t i;

    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];

        if (!ballot_voter_is_listed(voter) ||
            is_voter_valid(state, ballot, voter))
            continue;
        *which = &voter->member;
        return false;
    }
    for (i = 0; i < ballot->pool_count; i++) {
        const struct meeting_ballot_pool *pool = &ballot->pools[i];

        if (pool->is_dropped || is_pool_valid(state, ballot, pool))
            continue;
        *which = &pool->site;
        return false;
    }
    return true;
}

enum result ballot_check_ballot_opened(const struct meeting_state *state,
                                       const struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    const struct event_ballot_opened *body = &event->body.ballot_opened;
    const struct identifier *which = NULL;
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    return state_fits(
        is_of_list(ballot, &body->setup) && body->length == ballot->length &&
        body->own == numbers.attested && body->hall == numbers.confirmed &&
        body->own + body->hall == body->length &&
        !ballot_are_too_few(body->length) && ballot->is_checkpointed &&
        meeting_state_list_is_valid(state, ballot, &which) &&
        body->act.is_present);
}

enum result ballot_apply_ballot_opened(struct meeting_state *state,
                                       struct meeting_ballot *ballot,
                                       const struct meeting_event *event)
{
    (void)state;
    ballot->opened_seq = event->seq;
    ballot->opened_ms = event->at_ms;
    ballot->is_opened_knowingly = event->body.ballot_opened.knowingly;
    ballot->archive = (struct ballot_archive_end){
        .seconds = event->at_ms > 0 ? (uint64_t)event->at_ms / 1000 : 0
    };
    return ballot_archive_step(&ballot->archive, BALLOT_EVENT_SETUP,
                               &ballot->setup);
}
