#include "protocol/meeting/decision_check.h"

#include "protocol/meeting/act_check.h"
#include "protocol/meeting/command_roles.h"
#include "protocol/meeting/vote_result.h"
#include "protocol/rules/threshold.h"

static bool may_command(const struct meeting_state *state,
                        const struct act *act)
{
    const enum command_op op = command_op_of(act->op);
    const struct meeting_device *device =
        meeting_state_device(state, &act->member, &act->device);

    if (!(command_roles(op) & meeting_state_roles(state, &act->member)))
        return false;
    return !state->is_vouching_required || !command_is_formal(op) ||
           (device && meeting_device_is_vouched(device));
}

enum result decision_check_act(struct act_ledger *ledger,
                               const struct meeting_event *event,
                               const struct meeting_state *before)
{
    const struct act *act = act_of_event(event);
    const struct act *second = event->kind == EVENT_RESTORED_KIND
                                   ? &event->body.restored.second
                                   : NULL;
    bool begins = false;
    enum result result;

    if (!act || !act->is_present)
        return RESULT_OK;
    result = act_ledger_take(ledger, event, &begins);
    if (result != RESULT_OK || !begins)
        return result;
    if (!may_command(before, act))
        return RESULT_REFUSED;
    return !second || !second->is_present || may_command(before, second)
               ? RESULT_OK
               : RESULT_REFUSED;
}

enum result decision_check_result(const struct meeting_event *event,
                                  const struct meeting_state *before)
{
    const struct event_vote_closed *body = &event->body.vote_closed;
    const struct meeting_vote *vote;
    struct threshold test;

    if (event->kind != EVENT_VOTE_CLOSED_KIND)
        return RESULT_OK;
    vote = meeting_state_vote(before, &body->vote);
    if (!vote || (body->denominator != vote_denominator(before, vote, true) &&
                  body->denominator != vote_denominator(before, vote, false)))
        return RESULT_REFUSED;
    /* A test that this version cannot read is a later version's. */
    if (threshold_parse(body->test, &test) != RESULT_OK)
        return RESULT_OK;
    return body->passed == threshold_is_met(&test, body->yes, body->denominator)
               ? RESULT_OK
               : RESULT_REFUSED;
}
