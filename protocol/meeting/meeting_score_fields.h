/*
 * The points of a score sheet, as they stand in the command and the event: one
 * number for each criterion of protocol/rules/meeting_norms.h, by its word and
 * in its order.
 */
#ifndef PROTOCOL_MEETING_MEETING_SCORE_FIELDS_H
#define PROTOCOL_MEETING_MEETING_SCORE_FIELDS_H

#include "protocol/meeting/roster.h"
#include "protocol/rules/meeting_norms.h"

#define SCORE_POINT_FIELDS(X)                                                  \
    X(NUMBER, time, SCORE_TOTAL, NONE)                                         \
    X(NUMBER, attendance, SCORE_TOTAL, NONE)                                   \
    X(NUMBER, preparation, SCORE_TOTAL, NONE)                                  \
    X(NUMBER, conduct, SCORE_TOTAL, NONE)                                      \
    X(NUMBER, principles, SCORE_TOTAL, NONE)                                   \
    X(NUMBER, results, SCORE_TOTAL, NONE)                                      \
    X(NUMBER, closing, SCORE_TOTAL, NONE)

#endif
