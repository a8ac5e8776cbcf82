/*
 * Deadlines in working days: until when the cell considers the recognition of a
 * probationary member. A projection: it is shown as a task, and blocks nothing.
 * Pure; any thread.
 *
 * A working day is one from Monday to Friday that is not among the holidays of
 * the ruleset. The day that a deadline runs from is not counted; the deadline
 * is the whole of its last day. Dates are numbers, 20260726 (date.h), and days
 * of the calendar where the meeting is held.
 *
 * Source: Điều lệ Đảng, Điều 5: within 30 working days after the twelve months
 * of probation. Holidays: see `deadlines.holidays` of the ruleset.
 */
#ifndef PROTOCOL_RULES_WORKING_DAYS_H
#define PROTOCOL_RULES_WORKING_DAYS_H

#include "protocol/base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days without work beside Saturdays and Sundays. */
struct holidays {
    uint64_t dates[LIMIT_HOLIDAYS]; /* ascending */
    size_t count;
};

bool working_days_has(const struct holidays *holidays, uint64_t date);
/* Of the days after `from`, up to and with `until`; 0 if that is not later. */
uint64_t working_days_between(const struct holidays *holidays, uint64_t from,
                              uint64_t until);
/* The so many-th working day after `from`; `from` itself for 0. */
uint64_t working_days_after(const struct holidays *holidays, uint64_t from,
                            uint64_t count);

enum deadline_phase {
    DEADLINE_AHEAD,   /* what it runs from has not ended */
    DEADLINE_RUNNING, /* the last day is part of it */
    DEADLINE_OVERDUE
};
struct recognition_deadline {
    uint64_t due; /* the last day */
    enum deadline_phase phase;
    /* Working days left after today; of one that is overdue: since it was due,
     * today too if it is one, which may be none yet. */
    uint64_t days;
};
/* Of a probation whose last day is `end`. */
struct recognition_deadline
recognition_deadline_of(const struct holidays *holidays, uint64_t working_days,
                        uint64_t end, uint64_t today);

#endif
