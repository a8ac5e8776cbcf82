/* Invitations and devices of the register: how a key becomes somebody's, and
 * whose it is. */
#include "protocol/meeting/register_state_internal.h"

#include "protocol/meeting/register_state_index.h"
#include "protocol/meeting/register_vouching.h"
#include "protocol/record/signing_key.h"

/* An invitation that can still be used. */
static struct register_invitation *find_invitation(struct register_state *state,
                                                   const struct identifier *id)
{
    const struct register_invitation *row =
        register_state_invitation(state, id);

    return row && !row->is_over ? &state->invitations[row - state->invitations]
                                : NULL;
}

enum result register_apply_invitation_made(struct register_state *state,
                                           const struct register_event *event)
{
    const struct register_invitation_made *body = &event->body.invitation_made;
    struct register_index *index = state->index;
    struct register_invitation *invitations;
    enum result result;

    if (register_state_invitation(state, &body->invitation) ||
        register_state_invitation_by_token(state, &body->token) ||
        !register_is_holder_current(state, &body->holder))
        return RESULT_CORRUPT;
    invitations = register_grow(state->invitations, &index->invitation_capacity,
                                state->invitation_count, sizeof *invitations);
    if (!invitations)
        return RESULT_NO_MEMORY;
    state->invitations = invitations;
    invitations[state->invitation_count] =
        (struct register_invitation){ .id = body->invitation,
                                      .holder = body->holder,
                                      .token = body->token,
                                      .expires_ms = body->expires_at };
    result = register_slots_add(&index->invitations,
                                register_hash_id(&body->invitation),
                                state->invitation_count);
    if (result != RESULT_OK)
        return result;
    return register_slots_add(
        &index->tokens,
        register_hash_bytes(body->token.bytes, sizeof body->token.bytes),
        state->invitation_count++);
}

enum result
register_apply_invitation_withdrawn(struct register_state *state,
                                    const struct register_event *event)
{
    const struct register_invitation_withdrawn *body =
        &event->body.invitation_withdrawn;
    struct register_invitation *invitation =
        find_invitation(state, &body->invitation);

    if (!invitation)
        return RESULT_CORRUPT;
    invitation->is_over = true;
    return RESULT_OK;
}

static struct register_device *find_device(struct register_state *state,
                                           const struct key *key)
{
    const struct register_device *row = register_state_device(state, key);

    return row ? &state->devices[row - state->devices] : NULL;
}

/* A key stands for one holder for ever, and is nobody else's. */
static enum result add_device(struct register_state *state,
                              const struct key *key,
                              const struct identifier *holder, uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_device *devices;

    if (key_check(key) != RESULT_OK || register_state_device(state, key) ||
        register_state_server_key(state, key) ||
        !register_is_holder_current(state, holder))
        return RESULT_CORRUPT;
    devices = register_grow(state->devices, &index->device_capacity,
                            state->device_count, sizeof *devices);
    if (!devices)
        return RESULT_NO_MEMORY;
    state->devices = devices;
    devices[state->device_count] = (struct register_device){
        .key = *key, .holder = *holder, .enrolled_seq = seq
    };
    return register_slots_add(
        &index->devices, register_hash_bytes(key->bytes, sizeof key->bytes),
        state->device_count++);
}

enum result register_apply_device_enrolled(struct register_state *state,
                                           const struct register_event *event)
{
    const struct register_device_enrolled *body = &event->body.device_enrolled;
    struct register_invitation *invitation =
        find_invitation(state, &body->invitation);
    enum result result;

    if (!invitation || !identifier_equal(&invitation->holder, &body->holder))
        return RESULT_CORRUPT;
    result = add_device(state, &body->device, &body->holder, event->seq);
    if (result == RESULT_OK)
        invitation->is_over = true;
    return result;
}

static struct register_device *find_live_device(struct register_state *state,
                                                const struct key *key,
                                                const struct identifier *holder)
{
    struct register_device *device = find_device(state, key);

    return device && !device->is_revoked &&
                   identifier_equal(&device->holder, holder)
               ? device
               : NULL;
}

/* The server signs, or a device of the same holder: the one that goes, too. */
enum result register_apply_device_revoked(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_device_revoked *body = &event->body.device_revoked;
    struct register_device *device =
        find_live_device(state, &body->device, &body->holder);

    if (!device || body->seen >= event->seq ||
        (!key_equal(&body->signer, &state->server) &&
         !find_live_device(state, &body->signer, &body->holder)))
        return RESULT_CORRUPT;
    device->is_revoked = true;
    return RESULT_OK;
}

/* --- Whose devices these are ---------------------------------------------- */

enum result register_apply_device_added(struct register_state *state,
                                        const struct register_event *event)
{
    const struct register_device_added *body = &event->body.device_added;
    const struct register_device *signer =
        find_live_device(state, &body->signer, &body->holder);
    struct register_device *device;

    if (!signer || !signer->is_vouched || body->seen >= event->seq ||
        key_equal(&body->signer, &body->device))
        return RESULT_CORRUPT;
    if (!find_device(state, &body->device)) {
        enum result result =
            add_device(state, &body->device, &body->holder, event->seq);

        if (result != RESULT_OK)
            return result;
    }
    device = find_live_device(state, &body->device, &body->holder);
    if (!device || device->is_vouched)
        return RESULT_CORRUPT;
    register_vouch_own(device);
    return RESULT_OK;
}

enum result register_apply_device_vouched(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_device_vouched *body = &event->body.device_vouched;
    struct register_device *signer =
        find_live_device(state, &body->signer, &body->by);
    struct register_device *device =
        find_live_device(state, &body->device, &body->holder);

    if (!signer || !device || body->seen >= event->seq ||
        register_state_vouch_refusal(state, signer, device) != REFUSAL_NONE)
        return RESULT_CORRUPT;
    return register_vouch(state, signer, device);
}
