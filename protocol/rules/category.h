/*
 * What a category of people may do in an ordinary meeting. The plain rules,
 * without any meeting's own leave or refusal. Pure; any thread.
 *
 * In meetings the ruleset decides (rights.h), which is completed from these
 * where it says nothing. They are asked for one thing alone: who is shown texts
 * that are for members. Server and devices have to agree on that without the
 * file, and a file that lets more people attend opens no more texts to them.
 */
#ifndef PROTOCOL_RULES_CATEGORY_H
#define PROTOCOL_RULES_CATEGORY_H

#include "protocol/meeting/vocabulary.h"

#include <stdbool.h>

/* Of official members, and of exempt ones who are there. */
bool category_has_vote(enum category category);
bool category_may_attend(enum category category);
/* May raise a hand; others speak when the chair gives them the floor. */
bool category_may_speak(enum category category);

#endif
