/*
 * The fields of the events of the agenda: how it is prepared and changed, its
 * documents and what members say to them, tasks and what became of them.
 * meeting_event.h makes structs, schemas and kinds of them, and
 * protocol/README.md describes each in words.
 */
#ifndef PROTOCOL_MEETING_MEETING_AGENDA_EVENT_H
#define PROTOCOL_MEETING_MEETING_AGENDA_EVENT_H

#include "protocol/meeting/meeting_agenda_rows.h"

/* Whoever was called prepares the meeting: from here on its members may read
 * and comment before the lobby opens. */
#define EVENT_PREPARED(X) X(ACT, act, 0, NONE)

/* --- items ---------------------------------------------------------------- */

/* presenter "": nobody in particular; planned_min 0: as long as it takes.
 * vote: the one by which the meeting changed its agenda, "" if it was the
 * chair's to change. */
#define EVENT_ITEM_ADDED(X)                                                    \
    X(ID, item, 0, NONE)                                                       \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(OPTIONAL_ID, vote, 0, NONE)                                              \
    X(ACT, act, 0, NONE)
/* The whole new plan of an item that has not ended. */
#define EVENT_ITEM_PLANNED(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(ACT, act, 0, NONE)
/* before "": to the end. */
#define EVENT_ITEM_MOVED(X)                                                    \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, before, 0, NONE)                                            \
    X(OPTIONAL_ID, vote, 0, NONE)                                              \
    X(ACT, act, 0, NONE)
#define EVENT_ITEM_DROPPED(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(OPTIONAL_ID, vote, 0, NONE)                                              \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)                                \
    X(ACT, act, 0, NONE)
/* So much of the time planned for the item that is being dealt with is left. */
#define EVENT_ITEM_WARNED(X)                                                   \
    X(ID, item, 0, NONE)                                                       \
    X(NUMBER, left_ms, 0, NONE)
/* The time planned for the item that is being dealt with is over. */
#define EVENT_ITEM_OVERRAN(X)                                                  \
    X(ID, item, 0, NONE)                                                       \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)

/* --- documents ------------------------------------------------------------ */

/* item "": of the whole meeting. */
#define EVENT_DOCUMENT_ATTACHED(X)                                             \
    X(ID, document, 0, NONE)                                                   \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(HASH, blob, 0, NONE)                                                     \
    X(NUMBER, size, 0, NONE)                                                   \
    X(ENUM, type, document_type_words, NONE)                                   \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)                                    \
    X(ACT, act, 0, NONE)
#define EVENT_DOCUMENT_WITHDRAWN(X)                                            \
    X(ID, document, 0, NONE)                                                   \
    X(ACT, act, 0, NONE)
/* The member's device has the whole document, and it is the one attached. */
#define EVENT_DOCUMENT_READ(X)                                                 \
    X(ID, document, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
/* The member shows it to the meeting, which sees it from now on. */
#define EVENT_DOCUMENT_SHOWN(X)                                                \
    X(ID, document, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
/* On a document, an item, or (both "") the meeting. */
#define EVENT_COMMENTED(X)                                                     \
    X(ID, comment, 0, NONE)                                                    \
    X(ID, member, 0, NONE)                                                     \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ID, document, 0, NONE)                                          \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)                             \
    X(ACT, act, 0, NONE)

/* --- tasks ---------------------------------------------------------------- */

/* member "": of nobody in particular. due_ms: UTC, 0 without a date. ground
 * assigned: the text says what is to be done; else the ruleset's deadline does,
 * and the text may be empty. */
#define EVENT_TASK_SET(X)                                                      \
    X(ID, task, 0, NONE)                                                       \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(NUMBER, due_ms, 0, NONE)                                                 \
    X(ENUM, ground, task_ground_words, NONE)                                   \
    X(SEALED, text, LIMIT_TASK_LENGTH, MEMBERS)                                \
    X(ACT, act, 0, NONE)
#define EVENT_TASK_REPORTED(X)                                                 \
    X(ID, task, 0, NONE)                                                       \
    X(ID, by, 0, NONE)                                                         \
    X(ENUM, result, task_result_words, NONE)                                   \
    X(SEALED, text, LIMIT_TASK_LENGTH, MEMBERS)                                \
    X(ACT, act, 0, NONE)
/* From the meeting of the same unit before this one: its items without an end
 * join the agenda, its tasks without a result are this meeting's to ask for. */
#define EVENT_CARRIED_OVER(X)                                                  \
    X(ID, meeting, 0, NONE)                                                    \
    X(ITEMS, items, carried_item_schema, NONE)                                 \
    X(ITEMS, tasks, carried_task_schema, NONE)                                 \
    X(LATER_NUMBER, last_minutes, LIMIT_DOCUMENT_NUMBER, NONE)                 \
    X(LATER_NUMBER, last_resolution, LIMIT_DOCUMENT_NUMBER, NONE)              \
    X(LATER_NUMBER, last_notice, LIMIT_DOCUMENT_NUMBER, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_AGENDA_EVENT_LIST(X)                                           \
    X(PREPARED, prepared)                                                      \
    X(ITEM_ADDED, item_added)                                                  \
    X(ITEM_PLANNED, item_planned)                                              \
    X(ITEM_MOVED, item_moved)                                                  \
    X(ITEM_DROPPED, item_dropped)                                              \
    X(ITEM_WARNED, item_warned)                                                \
    X(ITEM_OVERRAN, item_overran)                                              \
    X(DOCUMENT_ATTACHED, document_attached)                                    \
    X(DOCUMENT_WITHDRAWN, document_withdrawn)                                  \
    X(DOCUMENT_READ, document_read)                                            \
    X(DOCUMENT_SHOWN, document_shown)                                          \
    X(COMMENTED, commented)                                                    \
    X(TASK_SET, task_set)                                                      \
    X(TASK_REPORTED, task_reported)                                            \
    X(CARRIED_OVER, carried_over)

#endif
