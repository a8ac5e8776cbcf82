/*
 * The fields of the commands about the ground that votes stand on; command.h
 * makes structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_TERMS_COMMAND_H
#define PROTOCOL_MEETING_MEETING_TERMS_COMMAND_H

#include "protocol/base/limits.h"

/* date: 2026-07-26. A second document replaces the first. */
#define COMMAND_SET_AUTHORITY(X)                                               \
    X(TEXT, number, 100, NONE)                                                 \
    X(TEXT, date, 10, NONE)                                                    \
    X(SEALED, issuer, LIMIT_NAME_LENGTH, ALL)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_TERMS_COMMAND_LIST(X) X(SET_AUTHORITY, set_authority, SIGNED)

#endif
