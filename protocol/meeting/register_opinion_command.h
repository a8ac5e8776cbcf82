/*
 * The fields of the register's commands about opinions; command.h makes
 * structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_REGISTER_OPINION_COMMAND_H
#define PROTOCOL_MEETING_REGISTER_OPINION_COMMAND_H

#include "protocol/meeting/meeting_ballot_rows.h"
#include "protocol/meeting/roster.h"

extern const struct schema asked_unit_schema;
#define ASKED_UNIT_FIELDS(X) X(ID, unit, 0, NONE)
struct asked_unit {
    ASKED_UNIT_FIELDS(FIELD_MEMBER)
};

/* units: cells, or party organisations with all cells below them. */
#define COMMAND_ASK_OPINIONS(X)                                                \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(SEALED, text, LIMIT_DRAFT_LENGTH, ALL)                                   \
    X(TIME, due_at, 0, NONE)                                                   \
    X(ITEMS, units, asked_unit_schema, NONE)                                   \
    X(ITEMS, members, member_id_schema, NONE)
/* Of the sender. */
#define COMMAND_GIVE_OPINION(X)                                                \
    X(ID, question, 0, NONE)                                                   \
    X(SEALED, text, LIMIT_OPINION_LENGTH, PRESIDING)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define REGISTER_OPINION_COMMAND_LIST(X)                                       \
    X(ASK_OPINIONS, ask_opinions, UNSIGNED)                                    \
    X(GIVE_OPINION, give_opinion, UNSIGNED)

#endif
