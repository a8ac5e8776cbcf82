#include "protocol/ballot/ballot_verify_internal.h"

#include <assert.h>
#include <stdlib.h>

enum result ballot_verifier_new(const struct ballot_group *group,
                                bool is_lenient, struct ballot_verifier **out)
{
    struct ballot_verifier *verifier = calloc(1, sizeof *verifier);

    if (!verifier)
        return RESULT_NO_MEMORY;
    verifier->group = group;
    verifier->is_lenient = is_lenient;
    *out = verifier;
    return RESULT_OK;
}

struct ballot_verifier *ballot_verifier_free(struct ballot_verifier *verifier)
{
    size_t i;

    if (!verifier)
        return NULL;
    if (verifier->voters)
        for (i = 0; i < verifier->list.count; i++)
            free(verifier->voters[i].ciphers);
    free(verifier->voters);
    verifier->booth = ballot_booth_free(verifier->booth);
    ballot_election_release(&verifier->election);
    ballot_list_release(&verifier->list);
    free(verifier->ballots);
    free(verifier->index);
    free(verifier->tally);
    free(verifier->factors);
    free(verifier->counts);
    free(verifier);
    return NULL;
}

/* --- The setup ----------------------------------------------------------- */

static enum ballot_fault check_hashes(const struct ballot_archive_event *event,
                                      struct ballot_setup *setup)
{
    const enum ballot_fault fault = ballot_setup_read(event->records[3], setup);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    return hash_equal(&setup->election, &event->record_hashes[0]) &&
                   hash_equal(&setup->trustees, &event->record_hashes[1]) &&
                   hash_equal(&setup->credentials, &event->record_hashes[2])
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_SETUP_HASH;
}

/* Is the meeting's field of this committee, and does each own its key? */
static enum ballot_fault check_committee(struct ballot_verifier *verifier,
                                         const struct hash *trustees)
{
    const struct ballot_election *election = &verifier->election;
    uint32_t owner;

    if (!hash_equal(&election->meeting.trustees, trustees) ||
        election->meeting.committee_count != verifier->trustees.owner_count)
        return BALLOT_FAULT_MEETING_FIELDS;
    for (owner = 1; owner <= verifier->trustees.owner_count; owner++) {
        const enum ballot_fault fault = ballot_election_check_owner(
            election, owner,
            &ballot_trustees_owner(&verifier->trustees, owner)->public_key);

        if (fault != BALLOT_FAULT_NONE) {
            verifier->facts.fault_owner = owner;
            return fault;
        }
    }
    return BALLOT_FAULT_NONE;
}

/* Who did not confirm the list in time is dropped, so that it may be shorter
 * than the roll has voters on devices, but never longer. */
static enum ballot_fault check_list(const struct ballot_verifier *verifier)
{
    const struct ballot_channels *channels =
        &verifier->election.meeting.channels;

    if (verifier->election.has_meeting &&
        verifier->list.count > channels->own + channels->hall)
        return BALLOT_FAULT_CREDENTIAL_COUNT;
    return ballot_list_check(verifier->group, &verifier->list);
}

static enum ballot_fault read_setup(struct ballot_verifier *verifier,
                                    const struct ballot_archive_event *event)
{
    enum ballot_fault fault =
        ballot_election_read(verifier->group, event->records[0],
                             verifier->is_lenient, &verifier->election);

    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_trustees_read(verifier->group, event->records[1],
                                     verifier->is_lenient, &verifier->trustees,
                                     &verifier->facts.fault_owner);
    if (fault == BALLOT_FAULT_NONE &&
        !ballot_element_equal(&verifier->trustees.public_key,
                              &verifier->election.public_key))
        fault = BALLOT_FAULT_ELECTION_KEY;
    if (fault == BALLOT_FAULT_NONE && verifier->election.has_meeting)
        fault = check_committee(verifier, &event->record_hashes[1]);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_list_read(verifier->group, event->records[2],
                                 verifier->is_lenient, &verifier->list);
    return fault == BALLOT_FAULT_NONE ? check_list(verifier) : fault;
}

/* Room for what comes: a voter for each row, numbers for each position. */
static enum ballot_fault make_room(struct ballot_verifier *verifier)
{
    const enum result result = ballot_booth_new(
        verifier->group, &verifier->election, &verifier->booth);
    const size_t count = ballot_election_position_count(&verifier->election);

    if (result == RESULT_REFUSED)
        return ballot_element_is_identity(&verifier->election.public_key)
                   ? BALLOT_FAULT_IDENTITY
                   : BALLOT_FAULT_NOT_IN_GROUP;
    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    verifier->position_count = count;
    verifier->voters =
        calloc(verifier->list.count + 1, sizeof *verifier->voters);
    verifier->tally = calloc(count, sizeof *verifier->tally);
    verifier->factors = calloc(count * verifier->trustees.owner_count,
                               sizeof *verifier->factors);
    verifier->counts = calloc(count, sizeof *verifier->counts);
    return verifier->voters && verifier->tally && verifier->factors &&
                   verifier->counts
               ? BALLOT_FAULT_NONE
               : BALLOT_FAULT_NO_MEMORY;
}

enum ballot_fault ballot_verify_setup(struct ballot_verifier *verifier,
                                      const struct ballot_archive_event *event)
{
    struct ballot_setup setup;
    enum ballot_fault fault = check_hashes(event, &setup);

    if (fault == BALLOT_FAULT_NONE)
        fault = read_setup(verifier, event);
    if (fault == BALLOT_FAULT_NONE)
        fault = make_room(verifier);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    verifier->is_set_up = true;
    verifier->facts.setup = event->record_hashes[3];
    verifier->facts.list = event->record_hashes[2];
    return BALLOT_FAULT_NONE;
}

/* --- Taking events ------------------------------------------------------- */

static void note_fault(struct ballot_verifier *verifier,
                       enum ballot_fault fault, enum ballot_event_kind kind)
{
    verifier->facts.fault = fault;
    verifier->facts.fault_event = verifier->facts.event_count;
    verifier->facts.fault_kind = kind;
}

static enum ballot_fault take(struct ballot_verifier *verifier,
                              const struct ballot_archive_event *event,
                              enum ballot_fault checked)
{
    switch (event->kind) {
    case BALLOT_EVENT_SETUP:
        return ballot_verify_setup(verifier, event);
    case BALLOT_EVENT_BALLOT:
        return ballot_verify_vote(verifier, event, checked);
    case BALLOT_EVENT_END_BALLOTS:
        verifier->facts.ballots_end = event->hash;
        return BALLOT_FAULT_NONE;
    case BALLOT_EVENT_ENCRYPTED_TALLY:
        return ballot_verify_tally(verifier, event);
    case BALLOT_EVENT_PARTIAL_DECRYPTION:
        return ballot_verify_decryption(verifier, event);
    case BALLOT_EVENT_RESULT:
        return ballot_verify_result(verifier, event);
    case BALLOT_EVENT_NONE:
    case BALLOT_EVENT_KIND_COUNT:
        break;
    }
    return BALLOT_FAULT_EVENT_ORDER;
}

enum ballot_fault
ballot_verifier_take_checked(struct ballot_verifier *verifier,
                             const struct ballot_archive_event *event,
                             enum ballot_fault checked)
{
    struct ballot_facts *facts = &verifier->facts;
    enum ballot_fault fault;

    if (facts->fault != BALLOT_FAULT_NONE)
        return facts->fault;
    fault =
        ballot_event_may_follow(facts->last, event->kind) &&
                event->record_count == ballot_event_record_count(event->kind)
            ? take(verifier, event, checked)
            : BALLOT_FAULT_EVENT_ORDER;
    if (fault != BALLOT_FAULT_NONE) {
        note_fault(verifier, fault, event->kind);
        return fault;
    }
    facts->event_count++;
    facts->last = event->kind;
    facts->head = event->hash;
    return BALLOT_FAULT_NONE;
}

enum ballot_fault ballot_verifier_take(struct ballot_verifier *verifier,
                                       const struct ballot_archive_event *event)
{
    enum ballot_fault checked = BALLOT_FAULT_NONE;

    if (verifier->facts.fault == BALLOT_FAULT_NONE && verifier->is_set_up &&
        event->kind == BALLOT_EVENT_BALLOT)
        checked = ballot_verifier_check_ballot(verifier, event->records[0]);
    return ballot_verifier_take_checked(verifier, event, checked);
}

bool ballot_verifier_step(struct ballot_verifier *verifier,
                          struct ballot_archive_reader *reader)
{
    struct ballot_archive_event event;

    if (verifier->facts.fault != BALLOT_FAULT_NONE)
        return false;
    if (ballot_archive_next(reader, &event))
        return ballot_verifier_take(verifier, &event) == BALLOT_FAULT_NONE;
    if (reader->fault != BALLOT_FAULT_NONE)
        note_fault(verifier, reader->fault, reader->fault_kind);
    return false;
}

/* --- What is known ------------------------------------------------------- */

const struct ballot_facts *
ballot_verifier_facts(const struct ballot_verifier *verifier)
{
    return &verifier->facts;
}

bool ballot_verifier_is_complete(const struct ballot_verifier *verifier)
{
    return verifier->facts.fault == BALLOT_FAULT_NONE &&
           verifier->facts.last == BALLOT_EVENT_RESULT;
}

bool ballot_verifier_can_finish(const struct ballot_verifier *verifier)
{
    return verifier->is_set_up &&
           ballot_trustees_suffice(&verifier->trustees, verifier->facts.owners);
}

const struct ballot_election *
ballot_verifier_election(const struct ballot_verifier *verifier)
{
    return verifier->is_set_up ? &verifier->election : NULL;
}

const struct ballot_trustees *
ballot_verifier_trustees(const struct ballot_verifier *verifier)
{
    return verifier->is_set_up ? &verifier->trustees : NULL;
}

const struct ballot_list *
ballot_verifier_list(const struct ballot_verifier *verifier)
{
    return verifier->is_set_up ? &verifier->list : NULL;
}

const struct ballot_cipher *
ballot_verifier_tally(const struct ballot_verifier *verifier)
{
    return verifier->facts.last >= BALLOT_EVENT_ENCRYPTED_TALLY
               ? verifier->tally
               : NULL;
}

const struct ballot_tracked *
ballot_verifier_find(const struct ballot_verifier *verifier,
                     struct text_view tracker)
{
    size_t i;

    for (i = 0; i < verifier->facts.ballot_count; i++)
        if (text_view_is(tracker, verifier->ballots[i].tracker))
            return &verifier->ballots[i];
    return NULL;
}
