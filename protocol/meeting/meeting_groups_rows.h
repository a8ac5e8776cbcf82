/*
 * Elements of the lists that commands and events about party groups have.
 */
#ifndef PROTOCOL_MEETING_MEETING_GROUPS_ROWS_H
#define PROTOCOL_MEETING_MEETING_GROUPS_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/rules/matter.h"
#include "protocol/wire/field.h"

extern const struct schema group_meeting_schema;
extern const struct schema group_call_schema;
extern const struct schema group_of_meeting_schema;

/* The meeting of a party group. */
#define GROUP_MEETING_FIELDS(X) X(ID, meeting, 0, NONE)
struct group_meeting {
    GROUP_MEETING_FIELDS(FIELD_MEMBER)
};

/* A party group, and its meeting that is part of the cell's. */
#define GROUP_CALL_FIELDS(X)                                                   \
    X(ID, group, 0, NONE)                                                      \
    X(ID, meeting, 0, NONE)
struct group_call {
    GROUP_CALL_FIELDS(FIELD_MEMBER)
};

/* The same in the cell's meeting. */
#define GROUP_OF_MEETING_FIELDS(X)                                             \
    X(ID, group, 0, NONE)                                                      \
    X(ID, meeting, 0, NONE)                                                    \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
struct group_of_meeting {
    GROUP_OF_MEETING_FIELDS(FIELD_MEMBER)
};

/* A vote by show of hands that the meeting of a group closed: what of, how, and
 * who counted and was present when it was opened. */
extern const struct schema group_vote_schema;
#define GROUP_VOTE_FIELDS(X)                                                   \
    X(ID, vote, 0, NONE)                                                       \
    X(ENUM, matter, matter_words, NONE)                                        \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, no, 0, NONE)                                                     \
    X(NUMBER, other, 0, NONE)                                                  \
    X(NUMBER, abstain, 0, NONE)                                                \
    X(NUMBER, d, 0, NONE)                                                      \
    X(NUMBER, present, 0, NONE)
struct group_vote {
    GROUP_VOTE_FIELDS(FIELD_MEMBER)
};

/* Which of them is added, in the order of the groups. */
extern const struct schema group_vote_id_schema;
#define GROUP_VOTE_ID_FIELDS(X) X(ID, vote, 0, NONE)
struct group_vote_id {
    GROUP_VOTE_ID_FIELDS(FIELD_MEMBER)
};

#endif
