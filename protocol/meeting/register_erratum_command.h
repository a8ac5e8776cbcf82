/*
 * The fields of the register's commands about errata; command.h makes structs,
 * schemas and operations of them. Both are signed with the statement `erratum`.
 */
#ifndef PROTOCOL_MEETING_REGISTER_ERRATUM_COMMAND_H
#define PROTOCOL_MEETING_REGISTER_ERRATUM_COMMAND_H

#include "protocol/meeting/meeting_minutes.h"

/* number: the next one of this meeting. */
#define COMMAND_PROPOSE_ERRATUM(X)                                             \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, number, LIMIT_ERRATA, NONE)                                      \
    X(HASH, minutes, 0, NONE)                                                  \
    X(SEALED, erratum, LIMIT_ERRATUM_LENGTH, MEMBERS)                          \
    X(ENUM, role, minutes_signer_words, NONE)
#define COMMAND_SIGN_ERRATUM(X)                                                \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, number, LIMIT_ERRATA, NONE)                                      \
    X(HASH, minutes, 0, NONE)                                                  \
    X(HASH, c, 0, NONE)                                                        \
    X(ENUM, role, minutes_signer_words, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define REGISTER_ERRATUM_COMMAND_LIST(X)                                       \
    X(PROPOSE_ERRATUM, propose_erratum, SIGNED)                                \
    X(SIGN_ERRATUM, sign_erratum, SIGNED)

#endif
