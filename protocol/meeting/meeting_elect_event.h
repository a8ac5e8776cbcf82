/*
 * The events about who is to be elected: the list of names, before there is a
 * ballot on it. meeting_event.h makes structs and schemas of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_ELECT_EVENT_H
#define PROTOCOL_MEETING_MEETING_ELECT_EVENT_H

#include "protocol/meeting/meeting_ballot_rows.h"

/* title: the post in words. */
#define EVENT_ELECTION_CALLED(X)                                               \
    X(ID, election, 0, NONE)                                                   \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(ENUM, post, elected_post_words, NONE)                                    \
    X(NUMBER, seats, 0, NONE)                                                  \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(ACT, act, 0, NONE)
#define EVENT_NOMINATED(X)                                                     \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, source, nomination_source_words, NONE)                             \
    X(ID, by, 0, NONE)                                                         \
    X(ACT, act, 0, NONE)
#define EVENT_NOMINATION_WITHDRAWN(X)                                          \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ID, by, 0, NONE)                                                         \
    X(ACT, act, 0, NONE)
/* A show of hands on one name that the committee did not propose: so many of
 * those present were for it, and so many are needed. */
#define EVENT_SUPPORT_SHOWN(X)                                                 \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ID, vote, 0, NONE)                                                       \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, present, 0, NONE)                                                \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, met, 0, NONE)                                                      \
    X(ACT, act, 0, NONE)
/* The meeting took the list by `vote`. candidates: in its order, which is that
 * of the ballot. */
#define EVENT_LIST_CLOSED(X)                                                   \
    X(ID, election, 0, NONE)                                                   \
    X(ID, vote, 0, NONE)                                                       \
    X(ITEMS, candidates, member_id_schema, NONE)                               \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_ELECT_EVENT_LIST(X)                                            \
    X(ELECTION_CALLED, election_called)                                        \
    X(NOMINATED, nominated)                                                    \
    X(NOMINATION_WITHDRAWN, nomination_withdrawn)                              \
    X(SUPPORT_SHOWN, support_shown)                                            \
    X(LIST_CLOSED, list_closed)

#endif
