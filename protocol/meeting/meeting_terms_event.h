/*
 * The events about the ground that votes stand on. meeting_event.h makes
 * structs and schemas of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_TERMS_EVENT_H
#define PROTOCOL_MEETING_MEETING_TERMS_EVENT_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"

/* What changed who is there, or who counts. */
#define QUORUM_REASON_LIST(X)                                                  \
    X(QUORUM_OPENED, "opened")                                                 \
    X(QUORUM_CAME, "came")                                                     \
    X(QUORUM_LEFT, "left")                                                     \
    X(QUORUM_CONNECTION_LOST, "connection_lost")                               \
    X(QUORUM_ABSENCE, "absence")                                               \
    X(QUORUM_ROSTER, "roster")
VOCABULARY_ENUM(quorum_reason, QUORUM_REASON_LIST)

/* The server found it so, when it was met or not met any more, when it became
 * such that the next one who leaves matters, and when another number is needed.
 * spare: so many may leave. */
#define EVENT_QUORUM_CHANGED(X)                                                \
    X(NUMBER, present, 0, NONE)                                                \
    X(NUMBER, d, 0, NONE)                                                      \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, met, 0, NONE)                                                      \
    X(NUMBER, spare, 0, NONE)                                                  \
    X(TEXT, rule, 60, NONE)                                                    \
    X(ENUM, reason, quorum_reason_words, NONE)                                 \
    X(OPTIONAL_ID, member, 0, NONE)
/* The document by which remote seats may vote. */
#define EVENT_AUTHORITY_SET(X)                                                 \
    X(TEXT, number, 100, NONE)                                                 \
    X(TEXT, date, 10, NONE)                                                    \
    X(SEALED, issuer, LIMIT_NAME_LENGTH, ALL)                                  \
    X(ACT, act, 0, NONE)
/* By the server, as the ruleset has it: too few are there. */
#define EVENT_VOTE_VOIDED(X)                                                   \
    X(ID, vote, 0, NONE)                                                       \
    X(TEXT, rule, 60, NONE)                                                    \
    X(NUMBER, present, 0, NONE)                                                \
    X(NUMBER, d, 0, NONE)                                                      \
    X(NUMBER, need, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_TERMS_EVENT_LIST(X)                                            \
    X(QUORUM_CHANGED, quorum_changed)                                          \
    X(AUTHORITY_SET, authority_set)                                            \
    X(VOTE_VOIDED, vote_voided)

#endif
