/*
 * What a category of people may do in a meeting held under a ruleset. Pure; any
 * thread. Source: Điều lệ Đảng; 294-QĐ/TW (26/5/2025).
 */
#ifndef PROTOCOL_RULES_RIGHTS_H
#define PROTOCOL_RULES_RIGHTS_H

#include "protocol/rules/rule_id.h"

/* A category that the ruleset does not name has none of these. */
struct rights_rule {
    bool attends;
    bool speaks;    /* may raise a hand; others speak by leave */
    unsigned votes; /* set of the matters to vote on */
};

struct rights_rules {
    struct rights_rule of[category_count_];
};

bool rights_may_attend(const struct rights_rules *rules,
                       enum category category);
bool rights_may_speak(const struct rights_rules *rules, enum category category);
bool rights_has_vote(const struct rights_rules *rules, enum category category,
                     enum matter matter);

#endif
