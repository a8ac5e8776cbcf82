/*
 * The fields of the command that completes a meeting's score sheet; command.h
 * makes struct, schema and operation of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_SCORE_COMMAND_H
#define PROTOCOL_MEETING_MEETING_SCORE_COMMAND_H

#include "protocol/meeting/meeting_score_fields.h"

/* A second sheet takes the place of the first. */
#define COMMAND_COMPLETE_SCORE(X)                                              \
    SCORE_POINT_FIELDS(X)                                                      \
    X(SEALED, note, LIMIT_CHAT_LENGTH, MEMBERS)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_SCORE_COMMAND_LIST(X) X(COMPLETE_SCORE, complete_score, SIGNED)

#endif
