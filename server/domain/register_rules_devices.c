/* Invitations and devices. */
#include "protocol/record/signing_key.h"
#include "server/domain/register_rules_internal.h"

static const int64_t day_ms = 24LL * 3600 * 1000;

/* --- Invitations --------------------------------------------------------- */

static size_t open_invitations(const struct register_state *state,
                               const struct identifier *holder, int64_t now_ms)
{
    size_t count = 0;

    for (size_t i = 0; i < state->invitation_count; i++) {
        const struct register_invitation *invitation = &state->invitations[i];

        if (!invitation->is_over && invitation->expires_ms > now_ms &&
            identifier_equal(&invitation->holder, holder))
            count++;
    }
    return count;
}

void register_decide_invite(const struct register_case *c)
{
    const struct command_invite *command = &c->command->body.invite;
    const struct identifier *cell =
        register_cell_of(c->state, &command->holder);
    const uint64_t valid_max = (uint64_t)(LIMIT_INVITATION_DAYS * day_ms);
    const uint64_t valid_ms =
        command->valid_ms ? command->valid_ms : LIMIT_INVITATION_MS;
    struct register_event *event;

    if (!cell) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_MEMBER, &command->holder);
        return;
    }
    if (!register_check_officer(c, cell))
        return;
    if (valid_ms > valid_max) {
        register_refuse_field(c->out, "valid_ms", "is more than 90 days");
        return;
    }
    if (register_state_invitation_by_token(c->state, &command->token)) {
        register_refuse(c->out, REFUSAL_EXISTS);
        return;
    }
    if (open_invitations(c->state, &command->holder, c->now_ms) >=
        LIMIT_INVITATIONS_PER_HOLDER) {
        register_refuse_many(c->out, LIMIT_INVITATIONS_PER_HOLDER);
        return;
    }
    event = register_emit(c->out, REGISTER_INVITATION_MADE_KIND);
    if (!event)
        return;
    identifier_number(&c->out->made, "i", c->state->invitation_count + 1);
    event->body.invitation_made = (struct register_invitation_made){
        .invitation = c->out->made,
        .holder = command->holder,
        .token = command->token,
        .expires_at = c->now_ms + (int64_t)valid_ms,
        .by = register_author(c),
    };
}

void register_decide_withdraw_invitation(const struct register_case *c)
{
    const struct identifier *id =
        &c->command->body.withdraw_invitation.invitation;
    const struct register_invitation *invitation =
        register_state_invitation(c->state, id);
    const struct identifier *cell;
    struct register_event *event;

    if (!invitation || invitation->is_over) {
        register_refuse_id(c->out, REFUSAL_NO_SUCH_INVITATION, id);
        return;
    }
    cell = register_cell_of(c->state, &invitation->holder);
    if (!cell || !register_check_officer(c, cell))
        return;
    event = register_emit(c->out, REGISTER_INVITATION_WITHDRAWN_KIND);
    if (!event)
        return;
    event->body.invitation_withdrawn = (struct register_invitation_withdrawn){
        .invitation = *id,
        .by = register_author(c),
    };
}

/* --- Devices ------------------------------------------------------------- */

void register_decide_revoke_device(const struct register_case *c)
{
    const struct command_revoke_device *command =
        &c->command->body.revoke_device;
    const struct register_device *device =
        register_state_device(c->state, &command->device);
    const struct identifier *cell =
        device ? register_cell_of(c->state, &device->holder) : NULL;
    struct register_event *event;

    if (!device || device->is_revoked || !cell) {
        register_refuse(c->out, REFUSAL_NO_SUCH_DEVICE);
        return;
    }
    if (!(c->actor->kind == ACTOR_HOLDER &&
          identifier_equal(&device->holder, &c->actor->holder)) &&
        !register_check_officer(c, cell))
        return;
    event = register_emit(c->out, REGISTER_DEVICE_REVOKED_KIND);
    if (!event)
        return;
    event->body.device_revoked = (struct register_device_revoked){
        .holder = device->holder,
        .device = device->key,
        .reason = command->reason,
        .by = register_author(c),
    };
}

static size_t live_devices(const struct register_state *state,
                           const struct identifier *holder)
{
    size_t count = 0;

    for (size_t i = 0; i < state->device_count; i++)
        if (!state->devices[i].is_revoked &&
            identifier_equal(&state->devices[i].holder, holder))
            count++;
    return count;
}

/* NULL and refused unless the link is good for this holder now. */
static const struct register_invitation *
check_invitation(const struct register_state *state, const struct hash *token,
                 const struct identifier *holder, int64_t now_ms,
                 struct register_decision *out)
{
    const struct register_invitation *invitation =
        register_state_invitation_by_token(state, token);

    if (!invitation || invitation->is_over ||
        !identifier_equal(&invitation->holder, holder) ||
        !register_cell_of(state, holder)) {
        register_refuse(out, REFUSAL_INVITATION_UNKNOWN);
        return NULL;
    }
    if (now_ms >= invitation->expires_ms) {
        register_refuse(out, REFUSAL_INVITATION_EXPIRED);
        return NULL;
    }
    return invitation;
}

void register_rules_enrol(const struct register_state *state,
                          const struct hash *token,
                          const struct identifier *holder,
                          const struct key *device, const struct sealed *label,
                          const struct hash *exporter,
                          const struct signature *sig, int64_t now_ms,
                          struct register_decision *out)
{
    const struct register_invitation *invitation;
    struct register_event *event;

    *out = (struct register_decision){ 0 };
    invitation = check_invitation(state, token, holder, now_ms, out);
    if (!invitation)
        return;
    /* A key stands for one holder for ever, also after it was revoked. */
    if (key_check(device) != RESULT_OK || key_equal(device, &state->server) ||
        register_state_device(state, device)) {
        register_refuse(out, REFUSAL_BAD_KEY);
        return;
    }
    if (live_devices(state, holder) >= LIMIT_DEVICES_PER_HOLDER) {
        register_refuse(out, REFUSAL_TOO_MANY_DEVICES);
        refusal_add_number(&out->refusal, "max", LIMIT_DEVICES_PER_HOLDER);
        return;
    }
    event = register_emit(out, REGISTER_DEVICE_ENROLLED_KIND);
    if (!event)
        return;
    event->body.device_enrolled = (struct register_device_enrolled){
        .holder = *holder,
        .device = *device,
        .label = *label,
        .invitation = invitation->id,
        .exporter = *exporter,
        .sig = *sig,
    };
}
