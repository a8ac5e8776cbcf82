/*
 * The events about how people take part: from which seats, checked in how, and
 * what the roll adds up to. meeting_event.h makes structs and schemas of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_ATTENDANCE_EVENT_H
#define PROTOCOL_MEETING_MEETING_ATTENDANCE_EVENT_H

#include "protocol/meeting/roster.h"

/* Whoever presides has said that nothing here is a state secret. */
#define EVENT_OPEN_CONTENT_DECLARED(X) X(ACT, act, 0, NONE)

/* So many members, of those that the rule counts, have a ground for which they
 * cannot come; need: the fewest that would do. By the rule online_eligibility.
 */
#define EVENT_ELIGIBILITY_FOUND(X)                                             \
    X(NUMBER, unable, 0, NONE)                                                 \
    X(NUMBER, members, 0, NONE)                                                \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, met, 0, NONE)

/* Members may check in by the code shown there; site "": the meeting's own
 * place. */
#define EVENT_CHECK_IN_OPENED(X)                                               \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(ACT, act, 0, NONE)
#define EVENT_CHECK_IN_CLOSED(X) EVENT_CHECK_IN_OPENED(X)

/* So many people are at the site ("": at the meeting's own place), whoever of
 * them is known by name. The newest counts. */
#define EVENT_HEADS_COUNTED(X)                                                 \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(NUMBER, count, LIMIT_HEADS, NONE)                                        \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_ATTENDANCE_EVENT_LIST(X)                                       \
    X(OPEN_CONTENT_DECLARED, open_content_declared)                            \
    X(ELIGIBILITY_FOUND, eligibility_found)                                    \
    X(CHECK_IN_OPENED, check_in_opened)                                        \
    X(CHECK_IN_CLOSED, check_in_closed)                                        \
    X(HEADS_COUNTED, heads_counted)

#endif
