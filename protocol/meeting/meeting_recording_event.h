/*
 * The fields of the events about what the server records of a meeting;
 * meeting_event.h makes structs, schemas and kinds of them, and
 * protocol/README.md describes each in words.
 */
#ifndef PROTOCOL_MEETING_MEETING_RECORDING_EVENT_H
#define PROTOCOL_MEETING_MEETING_RECORDING_EVENT_H

#include "protocol/meeting/meeting_recording_rows.h"

/* recording: counts from 1 in each meeting. */
#define EVENT_RECORDING_STARTED(X)                                             \
    X(NUMBER, recording, 0, NONE)                                              \
    X(ACT, act, 0, NONE)
#define EVENT_RECORDING_STOPPED(X)                                             \
    X(NUMBER, recording, 0, NONE)                                              \
    X(ENUM, reason, recording_end_words, NONE)                                 \
    X(ACT, act, 0, NONE)
/* What there is of it: nothing follows. */
#define EVENT_RECORDING_KEPT(X)                                                \
    X(NUMBER, recording, 0, NONE)                                              \
    X(ITEMS, files, recording_file_schema, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_RECORDING_EVENT_LIST(X)                                        \
    X(RECORDING_STARTED, recording_started)                                    \
    X(RECORDING_STOPPED, recording_stopped)                                    \
    X(RECORDING_KEPT, recording_kept)

#endif
