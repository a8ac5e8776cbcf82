/*
 * The commands of the agenda: items, documents, comments, tasks. command.h
 * makes structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_AGENDA_COMMAND_H
#define PROTOCOL_MEETING_MEETING_AGENDA_COMMAND_H

#include "protocol/meeting/meeting_agenda_rows.h"

/* Begins the log of a meeting, as open_lobby does; the lobby stays shut. */
#define COMMAND_PREPARE_MEETING(X)

/* vote: one that passed, where the ruleset asks for it once the meeting is
 * open. */
#define COMMAND_ADD_ITEM(X)                                                    \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(OPTIONAL_ID, vote, 0, NONE)
#define COMMAND_PLAN_ITEM(X)                                                   \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)
/* before "": to the end. */
#define COMMAND_MOVE_ITEM(X)                                                   \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, before, 0, NONE)                                            \
    X(OPTIONAL_ID, vote, 0, NONE)
#define COMMAND_DROP_ITEM(X)                                                   \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, vote, 0, NONE)                                              \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)

/* The file has to be complete on the server. */
#define COMMAND_ATTACH_DOCUMENT(X)                                             \
    X(HASH, blob, 0, NONE)                                                     \
    X(NUMBER, size, LIMIT_BLOB_SIZE, NONE)                                     \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(ENUM, type, document_type_words, NONE)                                   \
    X(OPTIONAL_ID, item, 0, NONE)
#define COMMAND_WITHDRAW_DOCUMENT(X) X(ID, document, 0, NONE)
#define COMMAND_READ_DOCUMENT(X) X(ID, document, 0, NONE)
#define COMMAND_SHOW_DOCUMENT(X) X(ID, document, 0, NONE)
#define COMMAND_COMMENT(X)                                                     \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ID, document, 0, NONE)                                          \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)

#define COMMAND_SET_TASK(X)                                                    \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(NUMBER, due_ms, 0, NONE)                                                 \
    X(SEALED, text, LIMIT_TASK_LENGTH, MEMBERS)
#define COMMAND_REPORT_TASK(X)                                                 \
    X(ID, task, 0, NONE)                                                       \
    X(ENUM, result, task_result_words, NONE)                                   \
    X(SEALED, text, LIMIT_TASK_LENGTH, MEMBERS)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_AGENDA_COMMAND_LIST(X)                                         \
    X(PREPARE_MEETING, prepare_meeting, SIGNED)                                \
    X(ADD_ITEM, add_item, SIGNED)                                              \
    X(PLAN_ITEM, plan_item, SIGNED)                                            \
    X(MOVE_ITEM, move_item, SIGNED)                                            \
    X(DROP_ITEM, drop_item, SIGNED)                                            \
    X(ATTACH_DOCUMENT, attach_document, SIGNED)                                \
    X(WITHDRAW_DOCUMENT, withdraw_document, SIGNED)                            \
    X(READ_DOCUMENT, read_document, SIGNED)                                    \
    X(SHOW_DOCUMENT, show_document, SIGNED)                                    \
    X(COMMENT, comment, SIGNED)                                                \
    X(SET_TASK, set_task, SIGNED)                                              \
    X(REPORT_TASK, report_task, SIGNED)

#endif
