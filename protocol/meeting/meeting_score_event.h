/*
 * The event of a score sheet: meeting_event.h makes struct, schema and kind of
 * it, and protocol/README.md describes it in words.
 */
#ifndef PROTOCOL_MEETING_MEETING_SCORE_EVENT_H
#define PROTOCOL_MEETING_MEETING_SCORE_EVENT_H

#include "protocol/meeting/meeting_score_fields.h"

/* What the log says (minutes to tasks_done, posting to posting_done_ms) and
 * what the ruleset makes of it (minutes_min, the proposals, grade) beside the
 * points that were given. Older sheets have no posting. */
#define EVENT_SCORE_COMPLETED(X)                                               \
    SCORE_POINT_FIELDS(X)                                                      \
    X(SEALED, note, LIMIT_CHAT_LENGTH, MEMBERS)                                \
    X(NUMBER, total, SCORE_TOTAL, NONE)                                        \
    X(ENUM, grade, grade_words, NONE)                                          \
    X(NUMBER, minutes, 0, NONE)                                                \
    X(NUMBER, minutes_min, 0, NONE)                                            \
    X(NUMBER, summoned, LIMIT_ROSTER, NONE)                                    \
    X(NUMBER, present, LIMIT_ROSTER, NONE)                                     \
    X(NUMBER, unexcused, LIMIT_ROSTER, NONE)                                   \
    X(NUMBER, speakers, LIMIT_ROSTER, NONE)                                    \
    X(NUMBER, documents, 0, NONE)                                              \
    X(NUMBER, documents_days, 0, NONE)                                         \
    X(NUMBER, tasks, 0, NONE)                                                  \
    X(NUMBER, tasks_done, 0, NONE)                                             \
    X(NUMBER, proposed_time, SCORE_TOTAL, NONE)                                \
    X(NUMBER, proposed_attendance, SCORE_TOTAL, NONE)                          \
    X(NUMBER, proposed_speakers, SCORE_TOTAL, NONE)                            \
    X(LATER_ENUM, posting, posting_words, NONE)                                \
    X(LATER_NUMBER, posting_due_ms, 0, NONE)                                   \
    X(LATER_NUMBER, posting_done_ms, 0, NONE)                                  \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_SCORE_EVENT_LIST(X) X(SCORE_COMPLETED, score_completed)

#endif
