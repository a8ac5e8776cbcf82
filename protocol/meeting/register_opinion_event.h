/*
 * The register's events about opinions on a draft: who is asked, and what was
 * said. register_event.h makes structs, schemas and kinds of them, and
 * protocol/README.md describes each in words.
 */
#ifndef PROTOCOL_MEETING_REGISTER_OPINION_EVENT_H
#define PROTOCOL_MEETING_REGISTER_OPINION_EVENT_H

#include "protocol/meeting/roster.h"

/* One event for each cell, or member, that is asked; all of a question have the
 * same title, text and time. member "": everybody of the cell. */
#define REGISTER_OPINIONS_ASKED(X)                                             \
    X(ID, question, 0, NONE)                                                   \
    X(ID, unit, 0, NONE)                                                       \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(SEALED, title, LIMIT_TITLE_LENGTH, MEMBERS)                              \
    X(SEALED, text, LIMIT_DRAFT_LENGTH, MEMBERS)                               \
    X(TIME, due_at, 0, NONE)                                                   \
    X(OPTIONAL_ID, by, 0, NONE)
/* unit: the member's cell then. The last one of a member counts. */
#define REGISTER_OPINION_GIVEN(X)                                              \
    X(ID, question, 0, NONE)                                                   \
    X(ID, unit, 0, NONE)                                                       \
    X(ID, member, 0, NONE)                                                     \
    X(SEALED, text, LIMIT_OPINION_LENGTH, PRESIDING)

/* X(IDENTIFIER, wire name) */
#define REGISTER_OPINION_EVENT_LIST(X)                                         \
    X(OPINIONS_ASKED, opinions_asked)                                          \
    X(OPINION_GIVEN, opinion_given)

#endif
