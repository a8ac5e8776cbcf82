/* Ballots, and the tally of those that are counted. */
#include "protocol/ballot/ballot_verify_internal.h"

#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* --- One ballot by itself ------------------------------------------------ */

static enum ballot_fault read_vote(const struct ballot_verifier *verifier,
                                   struct text_view ballot,
                                   struct ballot_vote *vote, size_t *voter)
{
    const struct ballot_credential *row;
    const enum ballot_fault fault =
        ballot_vote_read(verifier->booth, ballot, vote, NULL);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    row = ballot_list_find(&verifier->list, &vote->credential);
    if (!row) {
        ballot_vote_release(vote);
        return BALLOT_FAULT_NOT_IN_LIST;
    }
    *voter = (size_t)(row - verifier->list.rows);
    return BALLOT_FAULT_NONE;
}

enum ballot_fault
ballot_verifier_check_ballot(const struct ballot_verifier *verifier,
                             struct text_view ballot)
{
    struct ballot_vote vote;
    enum ballot_fault fault;
    size_t voter;

    if (!verifier->is_set_up)
        return BALLOT_FAULT_EVENT_ORDER;
    fault = read_vote(verifier, ballot, &vote, &voter);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    fault = ballot_vote_check(verifier->booth, &vote, NULL);
    ballot_vote_release(&vote);
    return fault;
}

/* --- Ballots by their hash ----------------------------------------------- */

/* The place of a hash: where it is, or where it belongs. */
static size_t *find_place(const struct ballot_verifier *verifier,
                          const struct hash *hash)
{
    uint64_t at = 0;

    memcpy(&at, hash->bytes, sizeof at); /* as good as any number */
    for (;; at++) {
        size_t *place = &verifier->index[at % verifier->index_size];

        if (*place == 0 ||
            hash_equal(&verifier->ballots[*place - 1].hash, hash))
            return place;
    }
}

/* Room for one ballot more, and an index that is at most half full. */
static bool make_room(struct ballot_verifier *verifier)
{
    const size_t capacity =
        verifier->ballot_capacity ? 2 * verifier->ballot_capacity : 1024;
    struct ballot_tracked *ballots;
    size_t i;

    if (verifier->facts.ballot_count < verifier->ballot_capacity)
        return true;
    ballots = realloc(verifier->ballots, capacity * sizeof *ballots);
    if (!ballots)
        return false;
    verifier->ballots = ballots;
    verifier->facts.ballots = ballots;
    free(verifier->index);
    verifier->index = calloc(2 * capacity, sizeof *verifier->index);
    if (!verifier->index) {
        verifier->index_size = 0;
        return false;
    }
    verifier->index_size = 2 * capacity;
    verifier->ballot_capacity = capacity;
    for (i = 0; i < verifier->facts.ballot_count; i++)
        *find_place(verifier, &ballots[i].hash) = i + 1;
    return true;
}

/* --- Taking one ---------------------------------------------------------- */

/* How many ballots a credential may have. */
static size_t ballots_allowed(const struct ballot_verifier *verifier)
{
    if (verifier->is_lenient)
        return LIMIT_BALLOT_EVENTS;
    return verifier->election.has_meeting &&
                   !verifier->election.meeting.is_revote_allowed
               ? 1
               : LIMIT_BALLOTS_PER_CREDENTIAL;
}

static enum ballot_fault keep(struct ballot_verifier *verifier,
                              const struct ballot_archive_event *event,
                              const struct ballot_vote *vote, size_t row)
{
    struct ballot_verify_voter *voter = &verifier->voters[row];
    struct ballot_facts *facts = &verifier->facts;
    const struct ballot_tracked tracked = { .event = event->number,
                                            .hash = event->record_hashes[0],
                                            .voter = row };
    struct ballot_tracked *kept = &verifier->ballots[facts->ballot_count];
    const size_t size = verifier->position_count * sizeof *voter->ciphers;

    if (!voter->ciphers)
        voter->ciphers = malloc(size);
    if (!voter->ciphers)
        return BALLOT_FAULT_NO_MEMORY;
    memcpy(voter->ciphers, vote->ciphers, size);
    *kept = tracked;
    ballot_vote_tracker(event->records[0], kept->tracker);
    if (voter->last > 0) {
        verifier->ballots[voter->last - 1].replaced_by = event->number;
    } else {
        facts->counted_count++;
        facts->counted_weight += verifier->list.rows[row].weight;
    }
    voter->ballot_count++;
    voter->last = ++facts->ballot_count;
    *find_place(verifier, &tracked.hash) = voter->last;
    return BALLOT_FAULT_NONE;
}

enum ballot_fault ballot_verify_vote(struct ballot_verifier *verifier,
                                     const struct ballot_archive_event *event,
                                     enum ballot_fault checked)
{
    struct ballot_vote vote;
    enum ballot_fault fault;
    size_t row;

    if (!make_room(verifier))
        return BALLOT_FAULT_NO_MEMORY;
    if (*find_place(verifier, &event->record_hashes[0]) != 0)
        return BALLOT_FAULT_REPLAY;
    if (checked != BALLOT_FAULT_NONE)
        return checked;
    fault = read_vote(verifier, event->records[0], &vote, &row);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    if (vote.cipher_count != verifier->position_count)
        fault = BALLOT_FAULT_CHOICE_COUNT;
    else if (verifier->voters[row].ballot_count >= ballots_allowed(verifier))
        fault = BALLOT_FAULT_TOO_OFTEN;
    else
        fault = keep(verifier, event, &vote, row);
    ballot_vote_release(&vote);
    return fault;
}
