/*
 * The events about meetings in parts: by party groups, whose records the cell's
 * meeting gathers, and in sub-rooms, which last for a while of one meeting.
 * meeting_event.h makes structs and schemas of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_KINDS_EVENT_H
#define PROTOCOL_MEETING_MEETING_KINDS_EVENT_H

#include "protocol/meeting/meeting_groups_rows.h"

/* The meeting is held by these meetings of party groups, as the register had it
 * when the log began; the event after the genesis, or none. members: of the
 * cell; before: meetings of the cell that were held so in that year. */
#define EVENT_HELD_BY_GROUPS(X)                                                \
    X(NUMBER, year, 9999, NONE)                                                \
    X(NUMBER, members, 0, NONE)                                                \
    X(NUMBER, before, 0, NONE)                                                 \
    X(ITEMS, groups, group_of_meeting_schema, NONE)
/* The record of a group's meeting, which is over, is part of this one: its last
 * event and head, who of its roll came, and what it voted on. */
#define EVENT_GROUP_GATHERED(X)                                                \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, final_seq, 0, NONE)                                              \
    X(HASH, head, 0, NONE)                                                     \
    X(TIME, opened_at, 0, NONE)                                                \
    X(TIME, closed_at, 0, NONE)                                                \
    X(NUMBER, official, 0, NONE)                                               \
    X(NUMBER, official_came, 0, NONE)                                          \
    X(NUMBER, probationary, 0, NONE)                                           \
    X(NUMBER, probationary_came, 0, NONE)                                      \
    X(NUMBER, exempt, 0, NONE)                                                 \
    X(NUMBER, exempt_came, 0, NONE)                                            \
    X(NUMBER, excused, 0, NONE)                                                \
    X(NUMBER, unexcused, 0, NONE)                                              \
    X(NUMBER, speakers, 0, NONE)                                               \
    X(ITEMS, votes, group_vote_schema, NONE)                                   \
    X(ACT, act, 0, NONE)
/* What the groups voted on, each for itself, is one decision of the cell: their
 * votes and their D added. votes: which of each, in the order of the groups. */
#define EVENT_DECIDED_BY_GROUPS(X)                                             \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, motion, LIMIT_MOTION_LENGTH, ALL)                                \
    X(ENUM, matter, matter_words, NONE)                                        \
    X(ITEMS, votes, group_vote_id_schema, NONE)                                \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, no, 0, NONE)                                                     \
    X(NUMBER, other, 0, NONE)                                                  \
    X(NUMBER, abstain, 0, NONE)                                                \
    X(NUMBER, d, 0, NONE)                                                      \
    X(TEXT, test, 40, NONE)                                                    \
    X(TEXT, rule, 60, NONE)                                                    \
    X(NUMBER, need, 0, NONE)                                                   \
    X(FLAG, passed, 0, NONE)                                                   \
    X(ACT, act, 0, NONE)

/* spread: who is connected was sent into them evenly, as the next events say.
 */
#define EVENT_SUBROOMS_OPENED(X)                                               \
    X(NUMBER, count, LIMIT_SUBROOMS, NONE)                                     \
    X(FLAG, spread, 0, NONE)                                                   \
    X(NUMBER, speakers, 0, NONE)                                               \
    X(ACT, act, 0, NONE)
/* room 0: back in the plenary. */
#define EVENT_SUBROOM_ENTERED(X)                                               \
    X(ID, holder, 0, NONE)                                                     \
    X(NUMBER, room, LIMIT_SUBROOMS, NONE)                                      \
    X(ID, by, 0, NONE)
/* Everybody is back in the plenary. */
#define EVENT_SUBROOMS_CLOSED(X) X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_KINDS_EVENT_LIST(X)                                            \
    X(HELD_BY_GROUPS, held_by_groups)                                          \
    X(GROUP_GATHERED, group_gathered)                                          \
    X(DECIDED_BY_GROUPS, decided_by_groups)                                    \
    X(SUBROOMS_OPENED, subrooms_opened)                                        \
    X(SUBROOM_ENTERED, subroom_entered)                                        \
    X(SUBROOMS_CLOSED, subrooms_closed)

#endif
