/* From the ballots to the result: tally, decryptions, counts. */
#include "protocol/ballot/ballot_verify_internal.h"

#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/record/digest.h"

#include <stdlib.h>
#include <string.h>

/* --- The tally ----------------------------------------------------------- */

/* The last ballot of each credential, with its weight. */
static enum result add_ballots(struct ballot_verifier *verifier)
{
    enum result result = RESULT_OK;
    size_t i;

    ballot_tally_begin(verifier->tally, verifier->position_count);
    for (i = 0; i < verifier->list.count && result == RESULT_OK; i++)
        if (verifier->voters[i].ciphers)
            result = ballot_tally_add(
                verifier->group, verifier->tally, verifier->voters[i].ciphers,
                verifier->position_count, verifier->list.rows[i].weight);
    return result;
}

enum ballot_fault ballot_verify_tally(struct ballot_verifier *verifier,
                                      const struct ballot_archive_event *event)
{
    const struct ballot_tally_size size = {
        .ballot_count = verifier->facts.counted_count,
        .weight = verifier->facts.counted_weight,
        .tally = event->record_hashes[0],
    };
    const enum result result = add_ballots(verifier);
    enum ballot_fault fault;

    if (result != RESULT_OK)
        return ballot_fault_of_failure(result);
    fault = ballot_tally_check(verifier->group, event->records[0],
                               &verifier->election, verifier->is_lenient,
                               verifier->tally);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_tally_size_check(event->records[1], verifier->is_lenient,
                                        &size);
    if (fault == BALLOT_FAULT_NONE)
        verifier->facts.tally = event->record_hashes[0];
    return fault;
}

/* --- Decryptions --------------------------------------------------------- */

static struct ballot_element *factors_of(const struct ballot_verifier *verifier,
                                         size_t index)
{
    return &verifier->factors[index * verifier->position_count];
}

/* Whose it is, and that it is of the record beside it. */
static enum ballot_fault read_owner(const struct ballot_verifier *verifier,
                                    const struct ballot_archive_event *event,
                                    const struct ballot_owner **owner,
                                    uint64_t *number)
{
    struct hash payload;
    const enum ballot_fault fault = ballot_decryption_read_owner(
        event->records[1], verifier->is_lenient, number, &payload);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    if (!hash_equal(&payload, &event->record_hashes[0]))
        return BALLOT_FAULT_EVENT_PAYLOAD;
    *owner = ballot_trustees_owner(&verifier->trustees, *number);
    if (!*owner)
        return BALLOT_FAULT_OWNER;
    return verifier->facts.owners >> (*number - 1) & 1
               ? BALLOT_FAULT_OWNER_TWICE
               : BALLOT_FAULT_NONE;
}

enum ballot_fault
ballot_verify_decryption(struct ballot_verifier *verifier,
                         const struct ballot_archive_event *event)
{
    struct ballot_opening opening = { .election = &verifier->election,
                                      .tally = verifier->tally };
    const struct ballot_owner *owner = NULL;
    struct ballot_decryption decryption;
    enum ballot_fault fault =
        read_owner(verifier, event, &owner, &opening.owner);

    if (fault != BALLOT_FAULT_NONE)
        return fault;
    opening.public_key = owner->public_key;
    verifier->facts.fault_owner = (uint32_t)opening.owner;
    fault = ballot_decryption_read(verifier->group, event->records[0],
                                   &verifier->election, verifier->is_lenient,
                                   &decryption);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    fault = ballot_decryption_check(verifier->group, &opening, &decryption);
    if (fault == BALLOT_FAULT_NONE) {
        memcpy(factors_of(verifier, (size_t)opening.owner - 1),
               decryption.factors,
               verifier->position_count * sizeof *verifier->factors);
        verifier->facts.owners |= UINT64_C(1) << (opening.owner - 1);
        verifier->facts.fault_owner = 0;
    }
    ballot_decryption_release(&decryption);
    return fault;
}

/* --- The result ---------------------------------------------------------- */

static enum ballot_fault combine(const struct ballot_verifier *verifier,
                                 struct ballot_element *combined)
{
    const struct ballot_factors factors = { .owners = verifier->facts.owners,
                                            .factors = verifier->factors };
    const enum result result =
        ballot_result_combine(verifier->group, &verifier->trustees, &factors,
                              verifier->position_count, combined);

    if (result == RESULT_REFUSED)
        return BALLOT_FAULT_TOO_FEW_DECRYPTIONS;
    return result == RESULT_OK ? BALLOT_FAULT_NONE
                               : ballot_fault_of_failure(result);
}

static enum ballot_fault check_counts(struct ballot_verifier *verifier,
                                      struct text_view record)
{
    struct text_view paper;
    struct ballot_element *combined =
        calloc(verifier->position_count, sizeof *combined);
    enum ballot_fault fault;

    if (!combined)
        return BALLOT_FAULT_NO_MEMORY;
    fault = combine(verifier, combined);
    if (fault == BALLOT_FAULT_NONE)
        fault =
            ballot_result_read(record, &verifier->election,
                               verifier->is_lenient, verifier->counts, &paper);
    if (fault == BALLOT_FAULT_NONE)
        fault = ballot_result_check(verifier->group, verifier->tally, combined,
                                    verifier->position_count,
                                    verifier->facts.counted_weight,
                                    verifier->counts);
    verifier->facts.has_paper = fault == BALLOT_FAULT_NONE && paper.size > 0;
    if (verifier->facts.has_paper)
        verifier->facts.paper = digest_sha256(paper.data, paper.size);
    free(combined);
    return fault;
}

enum ballot_fault ballot_verify_result(struct ballot_verifier *verifier,
                                       const struct ballot_archive_event *event)
{
    enum ballot_fault fault;

    if (!ballot_verifier_can_finish(verifier))
        return BALLOT_FAULT_TOO_FEW_DECRYPTIONS;
    fault = check_counts(verifier, event->records[0]);
    if (fault != BALLOT_FAULT_NONE)
        return fault;
    verifier->facts.counts = verifier->counts;
    verifier->facts.result = event->record_hashes[0];
    return BALLOT_FAULT_NONE;
}
