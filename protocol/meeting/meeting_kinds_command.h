/*
 * The fields of the commands about meetings in parts; command.h makes structs,
 * schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_KINDS_COMMAND_H
#define PROTOCOL_MEETING_MEETING_KINDS_COMMAND_H

#include "protocol/meeting/meeting_groups_rows.h"

/* The meeting of a party group is over, and ends with this head. */
#define COMMAND_GATHER_GROUP(X)                                                \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, final_seq, 0, NONE)                                              \
    X(HASH, head, 0, NONE)
/* votes: one of each group, in their order. */
#define COMMAND_DECIDE_BY_GROUPS(X)                                            \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, motion, LIMIT_MOTION_LENGTH, ALL)                                \
    X(ENUM, matter, matter_words, NONE)                                        \
    X(ITEMS, votes, group_vote_id_schema, NONE)
/* Rooms 1 to count. spread: whoever is connected is sent into them evenly, but
 * who presides and who takes the minutes. */
#define COMMAND_OPEN_SUBROOMS(X)                                               \
    X(NUMBER, count, LIMIT_SUBROOMS, NONE)                                     \
    X(FLAG, spread, 0, NONE)
/* room 0: the plenary. */
#define COMMAND_MOVE_TO_SUBROOM(X)                                             \
    X(ID, holder, 0, NONE)                                                     \
    X(NUMBER, room, LIMIT_SUBROOMS, NONE)
#define COMMAND_RETURN_ALL(X)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_KINDS_COMMAND_LIST(X)                                          \
    X(GATHER_GROUP, gather_group, SIGNED)                                      \
    X(DECIDE_BY_GROUPS, decide_by_groups, SIGNED)                              \
    X(OPEN_SUBROOMS, open_subrooms, SIGNED)                                    \
    X(MOVE_TO_SUBROOM, move_to_subroom, UNSIGNED)                              \
    X(RETURN_ALL, return_all, SIGNED)

#endif
