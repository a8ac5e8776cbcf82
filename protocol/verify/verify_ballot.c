#include "protocol/verify/verify_ballot.h"

#include "protocol/base/limits.h"
#include "protocol/verify/verify_anchors.h"

#include <stdlib.h>
#include <string.h>

bool verify_ballot_is(struct text_view file) { return ballot_archive_is(file); }

enum result verify_ballot_given_parse(const char *text,
                                      struct verify_ballot_given *out)
{
    struct verify_ballot_given given = { .name = text };

    given.has_seq = strchr(text, ':') != NULL;
    if (given.has_seq) {
        if (verify_head_parse(text, &given.seq, &given.hash) != RESULT_OK)
            return RESULT_MALFORMED;
    } else if (hex_decode(text_view_of(text), given.hash.bytes, HASH_SIZE) !=
               RESULT_OK) {
        return RESULT_MALFORMED;
    }
    *out = given;
    return RESULT_OK;
}

bool verify_ballot_is_tracker(const char *text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return strlen(text) == BALLOT_DIGEST_TEXT_SIZE - 1 &&
           strspn(text, digits) == BALLOT_DIGEST_TEXT_SIZE - 1;
}

/* --- Reading the file ---------------------------------------------------- */

static bool keep_head(struct verify_ballot *ballot, const struct hash *head)
{
    if (ballot->head_count % 1024 == 0) {
        struct hash *heads =
            realloc(ballot->heads, (ballot->head_count + 1024) * sizeof *heads);

        if (!heads)
            return false;
        ballot->heads = heads;
    }
    ballot->heads[ballot->head_count++] = *head;
    return true;
}

static enum result read_all(const struct verify_ballot_input *input,
                            struct verify_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    struct ballot_archive_reader reader;

    ballot_archive_open(&reader, input->file);
    while (ballot_verifier_step(ballot->verifier, &reader)) {
        if (!keep_head(ballot, &facts->head))
            return RESULT_NO_MEMORY;
        if (input->on_progress)
            input->on_progress(input->user, reader.position, input->file.size);
    }
    if (facts->fault == BALLOT_FAULT_NO_MEMORY)
        return RESULT_NO_MEMORY;
    return facts->fault == BALLOT_FAULT_LIBRARY ? RESULT_CRYPTO : RESULT_OK;
}

/* --- What was announced -------------------------------------------------- */

static enum verify_ballot_status
compare_head(const struct verify_ballot *ballot,
             const struct verify_ballot_given *given)
{
    const bool is_complete = ballot_verifier_is_complete(ballot->verifier);
    const size_t at =
        given->has_seq ? (size_t)given->seq : ballot->head_count - 1;

    if (ballot->head_count == 0 || given->seq >= LIMIT_BALLOT_EVENTS)
        return VERIFY_BALLOT_DIFFERS;
    if (at >= ballot->head_count) /* nothing follows a result */
        return is_complete ? VERIFY_BALLOT_DIFFERS : VERIFY_BALLOT_BEYOND;
    return hash_equal(&ballot->heads[at], &given->hash) ? VERIFY_BALLOT_EQUAL
                                                        : VERIFY_BALLOT_DIFFERS;
}

static enum verify_ballot_status find_tracker(struct verify_ballot *ballot,
                                              const char *tracker)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);

    ballot->found =
        ballot_verifier_find(ballot->verifier, text_view_of(tracker));
    if (ballot->found)
        return VERIFY_BALLOT_EQUAL;
    return facts->last < BALLOT_EVENT_END_BALLOTS ? VERIFY_BALLOT_BEYOND
                                                  : VERIFY_BALLOT_DIFFERS;
}

static void compare(const struct verify_ballot_input *input,
                    struct verify_ballot *ballot)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    size_t i;

    for (i = 0; i < input->head_count && i < VERIFY_BALLOT_GIVEN_MAX; i++)
        ballot->given[ballot->given_count++] =
            compare_head(ballot, &input->heads[i]);
    if (input->list)
        ballot->list =
            ballot->head_count > 0 && hash_equal(input->list, &facts->list)
                ? VERIFY_BALLOT_EQUAL
                : VERIFY_BALLOT_DIFFERS;
    if (input->tracker)
        ballot->tracker = find_tracker(ballot, input->tracker);
}

static bool has_status(const struct verify_ballot *ballot,
                       enum verify_ballot_status status)
{
    size_t i;

    for (i = 0; i < ballot->given_count; i++)
        if (ballot->given[i] == status)
            return true;
    return ballot->list == status || ballot->tracker == status;
}

static enum verify_verdict verdict_of(const struct verify_ballot *ballot)
{
    if (ballot_verifier_facts(ballot->verifier)->fault != BALLOT_FAULT_NONE ||
        has_status(ballot, VERIFY_BALLOT_DIFFERS))
        return VERIFY_INVALID;
    if (!ballot_verifier_is_complete(ballot->verifier) ||
        has_status(ballot, VERIFY_BALLOT_BEYOND))
        return VERIFY_SO_FAR;
    return VERIFY_COMPLETE;
}

/* --- The whole ----------------------------------------------------------- */

enum result verify_ballot_run(const struct verify_ballot_input *input,
                              struct verify_ballot *out)
{
    struct verify_ballot ballot = { .is_lenient = input->is_lenient };
    const struct ballot_election *election;
    enum result result = ballot_group_new(&ballot.group);

    *out = (struct verify_ballot){ .verdict = VERIFY_UNUSABLE };
    if (result == RESULT_OK)
        result = ballot_verifier_new(ballot.group, input->is_lenient,
                                     &ballot.verifier);
    if (result == RESULT_OK)
        result = read_all(input, &ballot);
    if (result != RESULT_OK) {
        verify_ballot_release(&ballot);
        return result;
    }
    compare(input, &ballot);
    election = ballot_verifier_election(ballot.verifier);
    ballot.is_bound = election && election->has_meeting;
    ballot.verdict = verdict_of(&ballot);
    *out = ballot;
    return RESULT_OK;
}

void verify_ballot_release(struct verify_ballot *ballot)
{
    ballot->verifier = ballot_verifier_free(ballot->verifier);
    ballot->group = ballot_group_free(ballot->group);
    free(ballot->heads);
    *ballot = (struct verify_ballot){ .verdict = VERIFY_UNUSABLE };
}
