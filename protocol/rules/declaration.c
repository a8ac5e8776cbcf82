#include "protocol/rules/declaration.h"

#include "protocol/rules/matter.h"

bool declaration_covers(const struct declaration_rule *rule,
                        enum presence_mode mode)
{
    return rule_set_has(rule->seats, (int)mode);
}
