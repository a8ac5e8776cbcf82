#include "protocol/document/minutes_rule_names.h"

#include "protocol/rules/rule_name.h"

/* The first form of documents that names rules. */
enum { FORM_WITH_NAMES = 4 };

const char *minutes_rule_name(const struct minutes_writing *writing,
                              enum rule_id rule)
{
    if (rule == rule_id_none_)
        return "";
    if (!minutes_has_form(writing, FORM_WITH_NAMES))
        return rule_id_place(rule).data;
    return rule_name(rule, writing->language == MINUTES_VIETNAMESE);
}
