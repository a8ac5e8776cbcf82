/*
 * The rules of a ruleset as minutes name them, in both languages, in quotation
 * marks. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_MINUTES_RULE_NAMES_H
#define PROTOCOL_DOCUMENT_MINUTES_RULE_NAMES_H

#include "protocol/document/minutes_writing.h"
#include "protocol/rules/rule_id.h"

/* By name, or, in forms of documents before 4, by its place in the file, as
 * rule_id_place() gives it. "" for none. Static text. */
const char *minutes_rule_name(const struct minutes_writing *writing,
                              enum rule_id rule);

#endif
