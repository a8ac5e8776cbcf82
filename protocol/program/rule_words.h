/* The rules of a ruleset by name, in the language of the program. Static text;
 * one thread. */
#ifndef PROTOCOL_PROGRAM_RULE_WORDS_H
#define PROTOCOL_PROGRAM_RULE_WORDS_H

#include "protocol/rules/rule_id.h"

/* In quotation marks; `unknown` for none. */
const char *rule_words(enum rule_id rule, const char *unknown);

#endif
