/*
 * The fields of the commands on the floor's order and on who leads it beside
 * the chair; command.h makes structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_FLOOR_COMMAND_H
#define PROTOCOL_MEETING_MEETING_FLOOR_COMMAND_H

#include "protocol/meeting/vocabulary.h"

#define COMMAND_SET_FLOOR_MODE(X)                                              \
    X(ENUM, mode, floor_mode_words, NONE)                                      \
    X(ENUM, order, floor_order_words, NONE)
/* member "": the sender; a site names the one who wants to speak. */
#define COMMAND_RAISE_POINT_OF_ORDER(X) X(OPTIONAL_ID, member, 0, NONE)
#define COMMAND_RELEASE_MUTE(X) X(ID, holder, 0, NONE)
#define COMMAND_APPOINT_OFFICER(X)                                             \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, role, officer_role_words, NONE)
#define COMMAND_DISMISS_OFFICER(X) COMMAND_APPOINT_OFFICER(X)
#define COMMAND_GIVE_CHAIR(X) X(ID, member, 0, NONE)
/* Whoever presides is away, and nobody can take the chair: the meeting elects
 * `subject` by a show of hands. motion: what is voted on, in words. */
#define COMMAND_PROPOSE_CHAIR(X)                                               \
    X(ID, subject, 0, NONE)                                                    \
    X(SEALED, motion, LIMIT_MOTION_LENGTH, ALL)
/* Ends that vote; if it passed, the member presides. */
#define COMMAND_SETTLE_CHAIR(X) X(ID, vote, 0, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_FLOOR_COMMAND_LIST(X)                                          \
    X(SET_FLOOR_MODE, set_floor_mode, SIGNED)                                  \
    X(RAISE_POINT_OF_ORDER, raise_point_of_order, UNSIGNED)                    \
    X(RELEASE_MUTE, release_mute, UNSIGNED)                                    \
    X(APPOINT_OFFICER, appoint_officer, SIGNED)                                \
    X(DISMISS_OFFICER, dismiss_officer, SIGNED)                                \
    X(GIVE_CHAIR, give_chair, SIGNED)                                          \
    X(PROPOSE_CHAIR, propose_chair, SIGNED)                                    \
    X(SETTLE_CHAIR, settle_chair, SIGNED)

#endif
