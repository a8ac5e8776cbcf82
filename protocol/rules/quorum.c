#include "protocol/rules/quorum.h"

const struct quorum_rule *quorum_rule_for(const struct quorum_rules *rules,
                                          enum matter matter,
                                          const struct roll *roll)
{
    if (matter == MATTER_CONFIDENCE)
        return &rules->confidence;
    if (roll->is_committee)
        return &rules->committee;
    return roll->kind == KIND_CONGRESS ? &rules->congress : &rules->meeting;
}

enum result quorum_count(const struct quorum_rule *rule,
                         const struct electorate_rules *electorate,
                         const struct roll *roll, struct quorum *out)
{
    struct quorum quorum = { .is_blocking = rule->is_blocking,
                             .voids_vote = rule->voids_vote };
    enum result result =
        electorate_count(electorate, rule->test.of, roll, &quorum.electorate);

    if (result == RESULT_OK)
        result = outcome_of(&rule->test, quorum.electorate.present,
                            quorum.electorate.d, &quorum.outcome);
    if (result != RESULT_OK)
        return result;
    if (quorum.outcome.is_met)
        quorum.spare = quorum.outcome.yes - quorum.outcome.need;
    *out = quorum;
    return RESULT_OK;
}

bool quorum_allows(const struct quorum *quorum)
{
    return quorum->outcome.is_met || !quorum->is_blocking;
}
