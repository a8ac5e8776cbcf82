/* Going on after a loss that no device could make good. */
#include "server/domain/meeting_parts.h"

/* A log that is held is decided on by meeting_rules_go_on() alone. */
void rule_restored(struct draft *draft)
{
    draft_refuse(draft, REFUSAL_NOT_HELD);
}

static enum refusal_code check(const struct meeting_state *state,
                               const struct actor *actor,
                               const struct command_restored *command,
                               const struct meeting_loss *lost)
{
    const struct meeting_device *device =
        meeting_state_device(state, &actor->holder, &actor->device);

    if (!meeting_state_holder(state, &actor->holder))
        return REFUSAL_NOT_SUMMONED;
    if (!device)
        return REFUSAL_DEVICE_NOT_SUMMONED;
    if (!device->is_enrolled)
        return REFUSAL_DEVICE_REVOKED;
    if (!meeting_state_is_presiding(state, &actor->holder))
        return REFUSAL_NOT_ALLOWED;
    if (state->is_vouching_required && !meeting_device_is_vouched(device))
        return REFUSAL_NOT_VOUCHED;
    if (command->from != lost->from || command->lost_seq != lost->lost_seq ||
        !hash_equal(&command->lost_head, &lost->lost_head))
        return REFUSAL_SEEN_WRONG;
    return REFUSAL_NONE;
}

/* Which of both acts is the chair's; false while one of them is missing. What
 * was signed over other words is no half of this. */
static bool sort_acts(const struct meeting_state *state, const struct act *mine,
                      const struct act *first, struct event_restored *out)
{
    const struct identifier nobody = { "" };

    if (meeting_state_may_go_on(state, &mine->member, &nobody)) {
        out->act = *mine;
        return true;
    }
    if (!first->is_present || !text_view_equal(first->value, mine->value))
        return false;
    if (meeting_state_may_go_on(state, &mine->member, &first->member)) {
        out->act = *mine;
        out->second = *first;
        return true;
    }
    if (meeting_state_may_go_on(state, &first->member, &mine->member)) {
        out->act = *first;
        out->second = *mine;
        return true;
    }
    return false;
}

void meeting_rules_go_on(const struct meeting_state *state,
                         const struct actor *actor,
                         const struct command *command,
                         const struct meeting_loss *lost,
                         const struct act *first, struct meeting_decision *out)
{
    const struct command_restored *body = &command->body.restored;
    const enum refusal_code code = check(state, actor, body, lost);
    struct event_restored restored = { .from = body->from,
                                       .lost_seq = body->lost_seq,
                                       .lost_head = body->lost_head };
    struct draft draft = { .state = state, .out = out };

    refusal_set(&out->refusal, code);
    out->count = 0;
    out->made = (struct identifier){ "" };
    if (code == REFUSAL_NOT_ALLOWED)
        draft_refuse_who(&draft, "the chair or the minute-taker");
    if (code == REFUSAL_NONE &&
        sort_acts(state, &command->act, first, &restored))
        draft_add(&draft, EVENT_RESTORED_KIND)->body.restored = restored;
}
