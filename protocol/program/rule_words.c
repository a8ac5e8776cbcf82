#include "protocol/program/rule_words.h"

#include "protocol/program/catalogue.h"
#include "protocol/rules/rule_name.h"

#include <string.h>

const char *rule_words(enum rule_id rule, const char *unknown)
{
    return rule == rule_id_none_
               ? unknown
               : rule_name(rule, strcmp(catalogue_language(), "vi") == 0);
}
