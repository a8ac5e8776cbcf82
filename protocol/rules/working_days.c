#include "protocol/rules/working_days.h"

#include "protocol/base/date.h"

enum { WEEK_DAYS = 7, WEEK_WORKING_DAYS = 5 };

/* 1970-01-01 was a Thursday: 0 is a Monday. Never negative. */
static int64_t weekday(int64_t day)
{
    return ((day + 3) % WEEK_DAYS + WEEK_DAYS) % WEEK_DAYS;
}

/* From Monday on, so many days of one week are worked. */
static int64_t worked_of(int64_t days)
{
    return days < WEEK_WORKING_DAYS ? days : WEEK_WORKING_DAYS;
}

/* Mondays to Fridays from a Monday long ago up to and with `day`. */
static int64_t weekdays_until(int64_t day)
{
    const int64_t monday = day - weekday(day);

    return (monday + 3) / WEEK_DAYS * WEEK_WORKING_DAYS +
           worked_of(weekday(day) + 1);
}

static bool is_holiday(const struct holidays *holidays, uint64_t date)
{
    size_t i;

    for (i = 0; i < holidays->count; i++)
        if (holidays->dates[i] == date)
            return true;
    return false;
}

bool working_days_has(const struct holidays *holidays, uint64_t date)
{
    return weekday(date_day(date)) < WEEK_WORKING_DAYS &&
           !is_holiday(holidays, date);
}

uint64_t working_days_between(const struct holidays *holidays, uint64_t from,
                              uint64_t until)
{
    int64_t count;
    size_t i;

    if (until <= from)
        return 0;
    count = weekdays_until(date_day(until)) - weekdays_until(date_day(from));
    for (i = 0; i < holidays->count; i++)
        count -= holidays->dates[i] > from && holidays->dates[i] <= until &&
                 weekday(date_day(holidays->dates[i])) < WEEK_WORKING_DAYS;
    return (uint64_t)count;
}

uint64_t working_days_after(const struct holidays *holidays, uint64_t from,
                            uint64_t count)
{
    int64_t day = date_day(from);

    while (count > 0)
        count -= working_days_has(holidays, date_of_day(++day));
    return date_of_day(day);
}

struct recognition_deadline
recognition_deadline_of(const struct holidays *holidays, uint64_t working_days,
                        uint64_t end, uint64_t today)
{
    struct recognition_deadline out = { .due = working_days_after(
                                            holidays, end, working_days) };

    if (today > out.due) {
        out.phase = DEADLINE_OVERDUE;
        out.days = working_days_between(holidays, out.due, today);
    } else {
        out.phase = today <= end ? DEADLINE_AHEAD : DEADLINE_RUNNING;
        out.days = working_days_between(holidays, today, out.due);
    }
    return out;
}
