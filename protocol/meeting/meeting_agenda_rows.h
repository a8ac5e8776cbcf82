/*
 * Elements of the lists that events of the agenda have: what a meeting takes
 * over from the one before.
 */
#ifndef PROTOCOL_MEETING_MEETING_AGENDA_ROWS_H
#define PROTOCOL_MEETING_MEETING_AGENDA_ROWS_H

#include "protocol/base/limits.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/wire/field.h"

extern const struct schema carried_item_schema;
extern const struct schema carried_task_schema;

/* An item that was not dealt with; from: its id in the meeting before. */
#define CARRIED_ITEM_FIELDS(X)                                                 \
    X(ID, item, 0, NONE)                                                       \
    X(ID, from, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)
struct carried_item {
    CARRIED_ITEM_FIELDS(FIELD_MEMBER)
};

/* A task that was not done; result: how far it had come. */
#define CARRIED_TASK_FIELDS(X)                                                 \
    X(ID, task, 0, NONE)                                                       \
    X(ID, from, 0, NONE)                                                       \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(NUMBER, due_ms, 0, NONE)                                                 \
    X(ENUM, ground, task_ground_words, NONE)                                   \
    X(ENUM, result, task_result_words, NONE)                                   \
    X(SEALED, text, LIMIT_TASK_LENGTH, MEMBERS)
struct carried_task {
    CARRIED_TASK_FIELDS(FIELD_MEMBER)
};

#endif
