/* Whose device is vouched for, by whom, and what one more vouch makes of it. */
#include "protocol/meeting/register_vouching.h"

#include "protocol/meeting/register_state_index.h"

#include <stdio.h>

/* --- Questions ----------------------------------------------------------- */

void register_device_vouched_by(const struct register_device *device,
                                char out[REGISTER_VOUCHED_BY_SIZE])
{
    size_t i, size = 0;

    out[0] = '\0';
    if (!device->is_vouched)
        return;
    for (i = 0; i < device->voucher_count; i++)
        size += (size_t)snprintf(&out[size], REGISTER_VOUCHED_BY_SIZE - size,
                                 "%s%s", i > 0 ? "," : "",
                                 device->vouchers[i].text);
}

/* A member who may vouch for others; NULL if this holder is none. */
static const struct register_member *
vouching_member(const struct register_state *state, const struct identifier *id)
{
    const struct register_member *member = register_state_member(state, id);

    if (!member || member->is_removed || member->category == CATEGORY_GUEST ||
        member->category == CATEGORY_TECHNICIAN ||
        member->category == CATEGORY_SUSPENDED)
        return NULL;
    return member;
}

bool register_state_is_founding(const struct register_state *state,
                                const struct register_device *signer,
                                const struct register_device *device)
{
    const struct register_member *by = vouching_member(state, &signer->holder);
    const struct register_member *member =
        vouching_member(state, &device->holder);
    const struct register_unit *cell;

    if (!by || !member || !identifier_equal(&by->unit, &member->unit))
        return false;
    cell = register_state_unit(state, &by->unit);
    return cell && !cell->has_met;
}

static bool has_vouched(const struct register_device *device,
                        const struct identifier *member)
{
    size_t i;

    for (i = 0; i < device->voucher_count; i++)
        if (identifier_equal(&device->vouchers[i], member))
            return true;
    return false;
}

bool register_state_has_pairing(const struct register_state *state,
                                const struct key *signer,
                                const struct key *device)
{
    size_t i;

    for (i = 0; i < state->pairing_count; i++)
        if (key_equal(&state->pairings[i].signer, signer) &&
            key_equal(&state->pairings[i].device, device))
            return true;
    return false;
}

enum refusal_code
register_state_vouch_refusal(const struct register_state *state,
                             const struct register_device *signer,
                             const struct register_device *device)
{
    const bool is_founding = register_state_is_founding(state, signer, device);

    if (identifier_equal(&signer->holder, &device->holder))
        return REFUSAL_OWN_DEVICE;
    if (!vouching_member(state, &signer->holder))
        return REFUSAL_NOT_ALLOWED;
    if (!signer->is_vouched && !is_founding)
        return REFUSAL_NOT_VOUCHED;
    if (signer->is_vouched && device->is_vouched)
        return REFUSAL_VOUCHED_ALREADY;
    /* It counts by itself, or with its counterpart. */
    if (signer->is_vouched && !has_vouched(device, &signer->holder))
        return REFUSAL_NONE;
    if (is_founding &&
        !register_state_has_pairing(state, &signer->key, &device->key))
        return REFUSAL_NONE;
    return REFUSAL_EXISTS;
}

/* --- Changes ------------------------------------------------------------- */

static void note_voucher(struct register_device *device,
                         const struct identifier *by)
{
    if (has_vouched(device, by))
        return;
    device->vouchers[device->voucher_count++] = *by;
    if (device->voucher_count == REGISTER_VOUCHERS)
        device->is_vouched = true;
}

/* By one alone: its holder, or its counterpart in a pair. */
static void vouch_alone(struct register_device *device,
                        const struct identifier *by)
{
    device->is_vouched = true;
    device->vouchers[0] = *by;
    device->voucher_count = 1;
}

static void found(struct register_device *device, const struct identifier *by)
{
    if (device->is_vouched)
        return;
    vouch_alone(device, by);
    device->is_founding = true;
}

/* In a cell that is being founded two devices that vouch for each other are
 * both vouched. */
static enum result pair(struct register_state *state,
                        struct register_device *signer,
                        struct register_device *device)
{
    struct register_pairing *pairings;

    if (register_state_has_pairing(state, &device->key, &signer->key)) {
        found(device, &signer->holder);
        found(signer, &device->holder);
        return RESULT_OK;
    }
    pairings = register_grow(state->pairings, &state->index->pairing_capacity,
                             state->pairing_count, sizeof *pairings);
    if (!pairings)
        return RESULT_NO_MEMORY;
    state->pairings = pairings;
    pairings[state->pairing_count++] =
        (struct register_pairing){ .signer = signer->key,
                                   .device = device->key };
    return RESULT_OK;
}

enum result register_vouch(struct register_state *state,
                           struct register_device *signer,
                           struct register_device *device)
{
    if (signer->is_vouched)
        note_voucher(device, &signer->holder);
    return register_state_is_founding(state, signer, device)
               ? pair(state, signer, device)
               : RESULT_OK;
}

void register_vouch_own(struct register_device *device)
{
    vouch_alone(device, &device->holder);
}
