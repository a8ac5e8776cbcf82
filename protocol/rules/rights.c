#include "protocol/rules/rights.h"

bool rights_may_attend(const struct rights_rules *rules, enum category category)
{
    return category < category_count_ && rules->of[category].attends;
}

bool rights_may_speak(const struct rights_rules *rules, enum category category)
{
    return category < category_count_ && rules->of[category].speaks;
}

bool rights_has_vote(const struct rights_rules *rules, enum category category,
                     enum matter matter)
{
    return category < category_count_ &&
           rule_set_has(rules->of[category].votes, (int)matter);
}
