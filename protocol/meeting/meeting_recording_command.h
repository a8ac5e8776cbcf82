/*
 * The commands about what the server records of a meeting; command.h makes
 * structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_RECORDING_COMMAND_H
#define PROTOCOL_MEETING_MEETING_RECORDING_COMMAND_H

#include "protocol/meeting/vocabulary.h"

#define COMMAND_START_RECORDING(X)
#define COMMAND_STOP_RECORDING(X)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_RECORDING_COMMAND_LIST(X)                                      \
    X(START_RECORDING, start_recording, SIGNED)                                \
    X(STOP_RECORDING, stop_recording, SIGNED)

#endif
