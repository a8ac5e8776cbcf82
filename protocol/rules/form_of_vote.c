#include "protocol/rules/form_of_vote.h"

struct form_decision form_decide(const struct form_rules *rules,
                                 const struct form_asked *asked)
{
    struct form_decision decision = { .refusal = FORM_NOT_ALLOWED };
    const struct form_rule *rule;

    if (asked->matter >= matter_count_)
        return decision;
    rule = &rules->of[asked->matter];
    decision.asked = *rule;
    decision.rule = rule->rule;
    if (!rule_set_has(rule->allowed, (int)asked->form))
        return decision;
    decision.refusal = FORM_ACCEPTED;
    if (!asked->has_remote)
        return decision;
    decision.rule = RULE_ID_REMOTE;
    switch (rule->remote) {
    case REMOTE_ALLOWED:
        break;
    case REMOTE_WITH_AUTHORITY:
        if (!asked->has_authority)
            decision.refusal = FORM_REMOTE_UNAUTHORISED;
        break;
    case REMOTE_NEVER:
    case remote_none_:
    case remote_count_:
        decision.refusal = FORM_REMOTE_NEVER;
        break;
    }
    return decision;
}
