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

/* A member who has a device that others know may bring in another one. */
static bool is_own_vouched(const struct register_case *c,
                           const struct identifier *holder)
{
    const struct register_device *device;

    if (c->actor->kind != ACTOR_HOLDER ||
        !identifier_equal(holder, &c->actor->holder))
        return false;
    device = register_state_device(c->state, &c->actor->device);
    return device && device->is_vouched;
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
    if (!is_own_vouched(c, &command->holder) &&
        !register_check_officer(c, cell))
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
    const struct act *act = &c->command->act;
    struct register_event *event;
    bool is_own;

    if (!device || device->is_revoked || !cell) {
        register_refuse(c->out, REFUSAL_NO_SUCH_DEVICE);
        return;
    }
    is_own = c->actor->kind == ACTOR_HOLDER &&
             identifier_equal(&device->holder, &c->actor->holder);
    if (!is_own && !register_check_officer(c, cell))
        return;
    /* What a device signed is about a device of its own holder. */
    if (act->is_present && !is_own) {
        register_refuse(c->out, REFUSAL_BAD_SIGNATURE);
        return;
    }
    event = register_emit(c->out, REGISTER_DEVICE_REVOKED_KIND);
    if (!event)
        return;
    event->body.device_revoked = (struct register_device_revoked){
        .holder = device->holder,
        .device = device->key,
        .reason = command->reason,
        .by = register_author(c),
    };
    if (is_own && act->is_present) {
        event->body.device_revoked.signer = c->actor->device;
        event->body.device_revoked.seen = act->seen;
        event->body.device_revoked.head = act->head;
        event->body.device_revoked.sig = act->sig;
    }
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

/* A key that may become a device: nobody has or had it. */
static bool check_new_key(const struct register_state *state,
                          const struct key *device,
                          const struct identifier *holder,
                          struct register_decision *out)
{
    /* A key stands for one holder for ever, also after it was revoked. */
    if (key_check(device) != RESULT_OK ||
        register_state_server_key(state, device) ||
        register_state_device(state, device)) {
        register_refuse(out, REFUSAL_BAD_KEY);
        return false;
    }
    if (live_devices(state, holder) >= LIMIT_DEVICES_PER_HOLDER) {
        register_refuse(out, REFUSAL_TOO_MANY_DEVICES);
        refusal_add_number(&out->refusal, "max", LIMIT_DEVICES_PER_HOLDER);
        return false;
    }
    return true;
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
    if (!check_new_key(state, device, holder, out))
        return;
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

/* --- Whose devices these are --------------------------------------------- */

/* The sender's own device, vouched for; NULL and refused if it is not. */
static const struct register_device *
check_vouched_sender(const struct register_case *c)
{
    const struct register_device *sender =
        register_state_device(c->state, &c->actor->device);

    if (sender && sender->is_vouched)
        return sender;
    register_refuse(c->out, REFUSAL_NOT_VOUCHED);
    return NULL;
}

void register_decide_add_device(const struct register_case *c)
{
    const struct command_add_device *command = &c->command->body.add_device;
    const struct register_device *device =
        register_state_device(c->state, &command->device);
    const struct act *act = &c->command->act;
    struct register_event *event;

    if (!check_vouched_sender(c))
        return;
    if (device && (device->is_revoked ||
                   !identifier_equal(&device->holder, &c->actor->holder))) {
        register_refuse(c->out, REFUSAL_NO_SUCH_DEVICE);
        return;
    }
    if (device && device->is_vouched) {
        register_refuse(c->out, REFUSAL_VOUCHED_ALREADY);
        return;
    }
    if (!device &&
        !check_new_key(c->state, &command->device, &c->actor->holder, c->out))
        return;
    event = register_emit(c->out, REGISTER_DEVICE_ADDED_KIND);
    if (!event)
        return;
    event->body.device_added = (struct register_device_added){
        .holder = c->actor->holder,
        .device = command->device,
        .label = command->label,
        .signer = c->actor->device,
        .seen = act->seen,
        .head = act->head,
        .sig = act->sig,
    };
}

static void refuse_vouch(const struct register_case *c, enum refusal_code code)
{
    const struct register_member *member =
        register_state_member(c->state, &c->actor->holder);

    register_refuse(c->out, code);
    if (code != REFUSAL_NOT_ALLOWED)
        return;
    refusal_add_text(&c->out->refusal, "who",
                     member ? TEXT_LITERAL("members of the Party")
                            : TEXT_LITERAL("members, by their own devices"));
}

void register_decide_vouch_device(const struct register_case *c)
{
    const struct command_vouch_device *command = &c->command->body.vouch_device;
    const struct register_device *device =
        register_state_device(c->state, &command->device);
    const struct register_device *signer =
        register_state_device(c->state, &c->actor->device);
    const struct act *act = &c->command->act;
    enum refusal_code code = REFUSAL_NO_SUCH_DEVICE;
    struct register_event *event;

    if (device && signer && !device->is_revoked &&
        identifier_equal(&device->holder, &command->holder))
        code = register_state_vouch_refusal(c->state, signer, device);
    if (code != REFUSAL_NONE) {
        refuse_vouch(c, code);
        return;
    }
    event = register_emit(c->out, REGISTER_DEVICE_VOUCHED_KIND);
    if (!event)
        return;
    event->body.device_vouched = (struct register_device_vouched){
        .holder = command->holder,
        .device = command->device,
        .how = command->how,
        .by = c->actor->holder,
        .signer = c->actor->device,
        .seen = act->seen,
        .head = act->head,
        .sig = act->sig,
    };
}

/* What was lost is the room's to say: it knows what devices showed. */
void register_decide_accept_loss(const struct register_case *c)
{
    struct register_event *event =
        register_emit(c->out, REGISTER_RESTORED_KIND);

    if (!event)
        return;
    event->body.restored = (struct register_restored){
        .from = c->state->next_seq,
        .lost_seq = c->state->next_seq,
        .by = register_author(c),
    };
}
