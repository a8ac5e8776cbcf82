/*
 * The fields of the events of the floor's order and of who leads it beside the
 * chair; meeting_event.h makes structs, schemas and kinds of them, and
 * protocol/README.md describes each in words.
 */
#ifndef PROTOCOL_MEETING_MEETING_FLOOR_EVENT_H
#define PROTOCOL_MEETING_MEETING_FLOOR_EVENT_H

#include "protocol/meeting/vocabulary.h"

/* speakers: the categories that the ruleset lets speak, as a sum of 2^n with n
 * counted from 0 in the order of the vocabulary. */
#define EVENT_FLOOR_MODE_SET(X)                                                \
    X(ENUM, mode, floor_mode_words, NONE)                                      \
    X(ENUM, order, floor_order_words, NONE)                                    \
    X(NUMBER, speakers, 0, NONE)                                               \
    X(ACT, act, 0, NONE)
/* Whose hand is up already moves before those who only want to speak. */
#define EVENT_POINT_OF_ORDER_RAISED(X) X(ID, member, 0, NONE)
/* left_ms of the speaking time are left. */
#define EVENT_FLOOR_WARNED(X)                                                  \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, left_ms, 0, NONE)
/* The holder may open the microphone again; nobody else does. */
#define EVENT_MUTE_RELEASED(X)                                                 \
    X(ID, holder, 0, NONE)                                                     \
    X(ID, by, 0, NONE)
#define EVENT_OFFICER_APPOINTED(X)                                             \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, role, officer_role_words, NONE)                                    \
    X(ACT, act, 0, NONE)
#define EVENT_OFFICER_DISMISSED(X)                                             \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, role, officer_role_words, NONE)                                    \
    X(ACT, act, 0, NONE)
/* By who presided until then. */
#define EVENT_CHAIR_GIVEN(X)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
/* The vote decides whether `member` presides; it is open. */
#define EVENT_CHAIR_PROPOSED(X)                                                \
    X(ID, vote, 0, NONE)                                                       \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
#define EVENT_CHAIR_ELECTED(X)                                                 \
    X(ID, vote, 0, NONE)                                                       \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_FLOOR_EVENT_LIST(X)                                            \
    X(FLOOR_MODE_SET, floor_mode_set)                                          \
    X(POINT_OF_ORDER_RAISED, point_of_order_raised)                            \
    X(FLOOR_WARNED, floor_warned)                                              \
    X(MUTE_RELEASED, mute_released)                                            \
    X(OFFICER_APPOINTED, officer_appointed)                                    \
    X(OFFICER_DISMISSED, officer_dismissed)                                    \
    X(CHAIR_GIVEN, chair_given)                                                \
    X(CHAIR_PROPOSED, chair_proposed)                                          \
    X(CHAIR_ELECTED, chair_elected)

#endif
