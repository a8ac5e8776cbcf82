/*
 * The rules of a ruleset by name, as minutes and refusals call them, in both
 * languages, in quotation marks. Minutes are drawn up again word by word when
 * they are verified: a name that is changed needs a new form of documents.
 * Pure; any thread.
 */
#ifndef PROTOCOL_RULES_RULE_NAME_H
#define PROTOCOL_RULES_RULE_NAME_H

#include "protocol/rules/rule_id.h"

#include <stdbool.h>

/* "" for none. Static text. */
const char *rule_name(enum rule_id rule, bool is_vietnamese);

#endif
