#include "protocol/meeting/register_errata.h"

#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/meeting_summons.h"
#include "protocol/meeting/register_state_index.h"
#include "protocol/meeting/register_state_internal.h"

#include <assert.h>
#include <stdlib.h>

void register_errata_release(struct register_errata *errata)
{
    free(errata->rows);
    *errata = (struct register_errata){ 0 };
}

/* --- Look-ups ------------------------------------------------------------ */

static size_t find(const struct register_errata *errata,
                   const struct identifier *meeting, uint64_t number)
{
    size_t i;

    for (i = 0; i < errata->count; i++)
        if (errata->rows[i].number == number &&
            identifier_equal(&errata->rows[i].meeting, meeting))
            break;
    return i;
}

const struct register_erratum *
register_state_erratum(const struct register_state *state,
                       const struct identifier *meeting, uint64_t number)
{
    const size_t place = find(&state->errata, meeting, number);

    return place < state->errata.count ? &state->errata.rows[place] : NULL;
}

const struct register_erratum *
register_state_erratum_at(const struct register_state *state, uint64_t seq)
{
    size_t i;

    for (i = 0; i < state->errata.count; i++)
        if (state->errata.rows[i].seq == seq)
            return &state->errata.rows[i];
    return NULL;
}

uint64_t register_state_errata(const struct register_state *state,
                               const struct identifier *meeting)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < state->errata.count; i++)
        count += identifier_equal(&state->errata.rows[i].meeting, meeting);
    return count;
}

bool register_erratum_is_in_force(const struct register_erratum *erratum)
{
    return erratum->signature_count == ERRATUM_SIGNERS;
}

const struct register_erratum_signature *
register_erratum_signature(const struct register_erratum *erratum,
                           enum minutes_signer role)
{
    size_t i;

    for (i = 0; i < erratum->signature_count; i++)
        if (erratum->signatures[i].role == role)
            return &erratum->signatures[i];
    return NULL;
}

static bool has_signed(const struct register_state *state,
                       const struct identifier *meeting,
                       const struct identifier *holder)
{
    size_t i, k;

    for (i = 0; i < state->errata.count; i++) {
        const struct register_erratum *row = &state->errata.rows[i];

        for (k = 0; k < row->signature_count; k++)
            if (identifier_equal(&row->meeting, meeting) &&
                identifier_equal(&row->signatures[k].member, holder))
                return true;
    }
    return false;
}

bool register_errata_may_open(const struct register_state *state,
                              const struct identifier *holder,
                              const struct identifier *meeting)
{
    const struct register_meeting *call =
        register_state_meeting(state, meeting);
    const struct register_member *member = register_state_member(state, holder);
    struct summons summons;

    if (!call || !member || member->is_removed)
        return false;
    return identifier_equal(holder, &call->chair) ||
           identifier_equal(holder, &call->deputy) ||
           identifier_equal(holder, &call->minute_taker) ||
           has_signed(state, meeting, holder) ||
           (summons_of(state, &call->unit, call->kind, &summons) &&
            summons_has(&summons, member));
}

/* --- Who may sign -------------------------------------------------------- */

/* Is this member not there any more, to sign what was once his or hers? */
static bool is_gone(const struct register_member *member,
                    const struct identifier *cell)
{
    return !member || member->is_removed ||
           member->category == CATEGORY_SUSPENDED ||
           !identifier_equal(&member->unit, cell);
}

static bool leads(const struct register_member *member,
                  const struct identifier *cell)
{
    return !is_gone(member, cell) && (member->office == OFFICE_CELL_LEADER ||
                                      member->office == OFFICE_DEPUTY_LEADER);
}

/* Who has signed, or is to sign, in the other role. */
static const struct identifier *
of_other_role(const struct meeting_state *meeting,
              const struct register_erratum *erratum, enum minutes_signer role)
{
    const enum minutes_signer other =
        role == SIGNER_CHAIR ? SIGNER_MINUTE_TAKER : SIGNER_CHAIR;
    const struct register_erratum_signature *signature =
        erratum ? register_erratum_signature(erratum, other) : NULL;

    if (signature)
        return &signature->member;
    return other == SIGNER_CHAIR ? &meeting->presiding : &meeting->minute_taker;
}

enum erratum_standing erratum_standing(const struct register_state *state,
                                       const struct meeting_state *meeting,
                                       const struct register_erratum *erratum,
                                       const struct identifier *member,
                                       enum minutes_signer role)
{
    const struct identifier *own =
        role == SIGNER_CHAIR ? &meeting->presiding : &meeting->minute_taker;
    const struct register_meeting *call =
        register_state_meeting(state, &meeting->meeting);
    struct summons summons;

    if (role != SIGNER_CHAIR && role != SIGNER_MINUTE_TAKER)
        return ERRATUM_STANDING_NONE;
    if (!call || !summons_of(state, &call->unit, call->kind, &summons))
        return ERRATUM_STANDING_NONE;
    if (!is_gone(register_state_member(state, own), &summons.cell))
        return identifier_equal(member, own) ? ERRATUM_STANDING_OWN
                                             : ERRATUM_STANDING_NONE;
    return leads(register_state_member(state, member), &summons.cell) &&
                   !identifier_equal(member,
                                     of_other_role(meeting, erratum, role))
               ? ERRATUM_STANDING_IN_PLACE
               : ERRATUM_STANDING_NONE;
}

/* --- Events -------------------------------------------------------------- */

/* What both events say of themselves. */
struct said {
    const struct identifier *meeting;
    uint64_t number;
    const struct hash *minutes;
    const struct hash *c; /* of the text */
    enum minutes_signer role;
    const struct identifier *member;
    const struct key *signer;
};

static struct said said_by(const struct register_event *event)
{
    const struct register_erratum_proposed *first =
        &event->body.erratum_proposed;
    const struct register_erratum_signed *second = &event->body.erratum_signed;

    if (event->kind == REGISTER_ERRATUM_PROPOSED_KIND)
        return (struct said){ &first->meeting,
                              first->number,
                              &first->minutes,
                              &first->erratum.commitment,
                              (enum minutes_signer)first->role,
                              &first->member,
                              &first->signer };
    assert(event->kind == REGISTER_ERRATUM_SIGNED_KIND);
    return (struct said){ &second->meeting,
                          second->number,
                          &second->minutes,
                          &second->c,
                          (enum minutes_signer)second->role,
                          &second->member,
                          &second->signer };
}

static bool is_device_of(const struct register_state *state,
                         const struct said *said)
{
    const struct register_device *device =
        register_state_device(state, said->signer);
    const struct register_member *member =
        register_state_member(state, said->member);

    return device && !device->is_revoked && member && !member->is_removed &&
           identifier_equal(&device->holder, said->member);
}

static enum erratum_fault fault_of_first(const struct register_state *state,
                                         const struct said *said)
{
    const uint64_t count = register_state_errata(state, said->meeting);
    const struct register_erratum *before =
        register_state_erratum(state, said->meeting, 1);

    if (count >= LIMIT_ERRATA)
        return ERRATUM_FAULT_MANY;
    if (said->number != count + 1)
        return ERRATUM_FAULT_NUMBER;
    return before && !hash_equal(&before->minutes, said->minutes)
               ? ERRATUM_FAULT_MINUTES
               : ERRATUM_FAULT_NONE;
}

static enum erratum_fault fault_of_second(const struct register_state *state,
                                          const struct said *said)
{
    const struct register_erratum *erratum =
        register_state_erratum(state, said->meeting, said->number);

    if (!erratum)
        return ERRATUM_FAULT_NUMBER;
    if (!hash_equal(&erratum->minutes, said->minutes))
        return ERRATUM_FAULT_MINUTES;
    if (!hash_equal(&erratum->c, said->c))
        return ERRATUM_FAULT_TEXT;
    return register_erratum_signature(erratum, said->role) ? ERRATUM_FAULT_ROLE
                                                           : ERRATUM_FAULT_NONE;
}

enum erratum_fault register_errata_fault(const struct register_state *state,
                                         const struct register_event *event)
{
    const struct said said = said_by(event);
    const struct register_meeting *call =
        register_state_meeting(state, said.meeting);
    enum erratum_fault fault;

    if (!call || call->phase != CALL_ENDED)
        return ERRATUM_FAULT_MEETING;
    fault = event->kind == REGISTER_ERRATUM_PROPOSED_KIND
                ? fault_of_first(state, &said)
                : fault_of_second(state, &said);
    if (fault != ERRATUM_FAULT_NONE)
        return fault;
    if (said.role != SIGNER_CHAIR && said.role != SIGNER_MINUTE_TAKER)
        return ERRATUM_FAULT_ROLE;
    return is_device_of(state, &said) ? ERRATUM_FAULT_NONE
                                      : ERRATUM_FAULT_DEVICE;
}

static void add_signature(struct register_erratum *erratum,
                          const struct said *said,
                          const struct register_event *event)
{
    assert(erratum->signature_count < ERRATUM_SIGNERS);
    erratum->signatures[erratum->signature_count++] =
        (struct register_erratum_signature){ said->role, *said->member,
                                             *said->signer, event->seq,
                                             event->at_ms };
}

enum result register_apply_erratum_proposed(struct register_state *state,
                                            const struct register_event *event)
{
    struct register_errata *errata = &state->errata;
    const struct said said = said_by(event);
    struct register_erratum *rows;

    if (register_errata_fault(state, event) != ERRATUM_FAULT_NONE)
        return RESULT_CORRUPT;
    rows = register_grow(errata->rows, &errata->capacity, errata->count,
                         sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    errata->rows = rows;
    rows[errata->count] = (struct register_erratum){ .meeting = *said.meeting,
                                                     .number = said.number,
                                                     .minutes = *said.minutes,
                                                     .c = *said.c,
                                                     .seq = event->seq };
    add_signature(&rows[errata->count++], &said, event);
    return RESULT_OK;
}

enum result register_apply_erratum_signed(struct register_state *state,
                                          const struct register_event *event)
{
    struct register_errata *errata = &state->errata;
    const struct said said = said_by(event);

    if (register_errata_fault(state, event) != ERRATUM_FAULT_NONE)
        return RESULT_CORRUPT;
    add_signature(&errata->rows[find(errata, said.meeting, said.number)], &said,
                  event);
    return RESULT_OK;
}
