/*
 * The fields of the commands about how people take part; command.h makes
 * structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_ATTENDANCE_COMMAND_H
#define PROTOCOL_MEETING_MEETING_ATTENDANCE_COMMAND_H

#include "protocol/meeting/roster.h"

#define COMMAND_DECLARE_OPEN_CONTENT(X)
/* Of somebody who was ticked and has gone: a tick that was right. */
#define COMMAND_NOTE_LEFT(X) X(ID, member, 0, NONE)

/* site "": the meeting's own place. */
#define COMMAND_OPEN_CHECK_IN(X) X(OPTIONAL_ID, site, 0, NONE)
#define COMMAND_CLOSE_CHECK_IN(X) X(OPTIONAL_ID, site, 0, NONE)

/* site "": the meeting's own place. */
#define COMMAND_COUNT_HEADS(X)                                                 \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(NUMBER, count, LIMIT_HEADS, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_ATTENDANCE_COMMAND_LIST(X)                                     \
    X(DECLARE_OPEN_CONTENT, declare_open_content, SIGNED)                      \
    X(NOTE_LEFT, note_left, SIGNED)                                            \
    X(OPEN_CHECK_IN, open_check_in, SIGNED)                                    \
    X(CLOSE_CHECK_IN, close_check_in, SIGNED)                                  \
    X(COUNT_HEADS, count_heads, SIGNED)

#endif
