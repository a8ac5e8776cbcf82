#include "protocol/verify/verify_errata.h"

#include "protocol/verify/verify_source.h"

#include <stdlib.h>
#include <string.h>

/* A signature with the erratum it is of. */
struct signing {
    const struct register_erratum *erratum;
    size_t place;
};

static const struct register_erratum_signature *
signature_of(const struct signing *signing)
{
    return &signing->erratum->signatures[signing->place];
}

/* In the order of the register, which is asked in that order. */
static int by_seq(const void *left, const void *right)
{
    const uint64_t a = signature_of(left)->seq, b = signature_of(right)->seq;

    return a < b ? -1 : a > b;
}

static enum result refuse(struct verify_failure *failure,
                          enum verify_fault fault,
                          const struct register_erratum_signature *signature)
{
    *failure = (struct verify_failure){ .fault = fault,
                                        .file = VERIFY_IN_REGISTER,
                                        .has_seq = true,
                                        .seq = signature->seq,
                                        .who = signature->member,
                                        .has_device = true,
                                        .device = signature->device };
    return RESULT_REFUSED;
}

static bool is_vouched(const struct register_state *state,
                       const struct register_erratum_signature *signature)
{
    const struct register_device *device =
        register_state_device(state, &signature->device);

    return device && device->is_vouched;
}

static enum result judge_signing(const struct verify_meeting *meeting,
                                 struct verify_register *registry,
                                 const struct signing *signing,
                                 struct verify_erratum *row,
                                 struct verify_failure *failure)
{
    const struct register_erratum_signature *signature = signature_of(signing);
    struct register_erratum then = *signing->erratum;
    const struct register_state *before = NULL;
    enum result result =
        verify_register_at(registry, signature->seq - 1, &before);

    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY
                   ? result
                   : refuse(failure, VERIFY_FAULT_STATE, signature);
    if (meeting->state->minutes.adopted_version == 0 ||
        !hash_equal(&then.minutes, &meeting->state->minutes.c))
        return refuse(failure, VERIFY_FAULT_ERRATUM_MINUTES, signature);
    then.signature_count = signing->place;
    row->standings[signing->place] = erratum_standing(
        before, meeting->state, &then, &signature->member, signature->role);
    if (row->standings[signing->place] == ERRATUM_STANDING_NONE ||
        (meeting->state->is_vouching_required &&
         !is_vouched(before, signature)))
        return refuse(failure, VERIFY_FAULT_ERRATUM_SIGNER, signature);
    return RESULT_OK;
}

static size_t list_signings(const struct register_state *state,
                            const struct identifier *meeting,
                            struct signing *out)
{
    size_t i, k, count = 0;

    for (i = 0; i < state->errata.count; i++)
        for (k = 0; k < state->errata.rows[i].signature_count; k++)
            if (identifier_equal(&state->errata.rows[i].meeting, meeting))
                out[count++] = (struct signing){ &state->errata.rows[i], k };
    qsort(out, count, sizeof *out, by_seq);
    return count;
}

static enum result judge(const struct verify_meeting *meeting,
                         struct verify_register *registry,
                         struct verify_errata *out,
                         struct verify_failure *failure)
{
    const struct register_state *state = registry->state;
    struct signing *signings =
        calloc(ERRATUM_SIGNERS * state->errata.count + 1, sizeof *signings);
    enum result result = signings ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i, count = 0;

    if (signings)
        count = list_signings(state, &meeting->state->meeting, signings);
    for (i = 0; i < count && result == RESULT_OK; i++) {
        const uint64_t number = signings[i].erratum->number;

        result = judge_signing(meeting, registry, &signings[i],
                               &out->rows[number - 1], failure);
    }
    free(signings);
    return result;
}

/* The fold numbers them from 1 on, and so does what is told of them. */
static enum result begin_rows(const struct verify_meeting *meeting,
                              const struct verify_register *registry,
                              struct verify_errata *out)
{
    const struct identifier *id = &meeting->state->meeting;
    size_t i;

    out->count = (size_t)register_state_errata(registry->state, id);
    out->rows = calloc(out->count + 1, sizeof *out->rows);
    if (!out->rows)
        return RESULT_NO_MEMORY;
    for (i = 0; i < out->count; i++) {
        const struct register_erratum *erratum =
            register_state_erratum(registry->state, id, i + 1);

        out->rows[i] = (struct verify_erratum){
            .number = i + 1,
            .is_in_force = erratum && register_erratum_is_in_force(erratum),
        };
    }
    return RESULT_OK;
}

enum result verify_errata_read(const struct verify_meeting *meeting,
                               struct verify_register *registry,
                               struct verify_errata *out,
                               struct verify_failure *failure)
{
    struct verify_source source = { .events = NULL };
    enum result result;

    *out = (struct verify_errata){ .rows = NULL };
    result = begin_rows(meeting, registry, out);
    if (result != RESULT_OK || out->count == 0)
        return result;
    result = verify_source_make(&registry->reader, NULL, &meeting->ruleset_hash,
                                &source);
    if (result == RESULT_OK)
        result = minutes_errata_read(&source.minutes, &meeting->state->meeting,
                                     &out->told);
    verify_source_release(&source);
    return result == RESULT_OK ? judge(meeting, registry, out, failure)
                               : RESULT_NO_MEMORY;
}

void verify_errata_release(struct verify_errata *errata)
{
    minutes_errata_release(&errata->told);
    free(errata->rows);
    *errata = (struct verify_errata){ .rows = NULL };
}
