#include "server/report/report_ledger.h"

#include <stdlib.h>
#include <string.h>

/* What the rows need while they are made: the month that is under way. */
struct month {
    int number; /* 1 to 12; 0: none yet */
    bool attended;
    bool has_unexcused;
    uint64_t run; /* of meetings missed with reason, up to here */
};

struct making {
    struct report_ledger *out;
    struct month *months; /* beside out->rows */
    size_t capacity;
};

static void end_month(struct report_ledger_row *row, struct month *month)
{
    row->months_unexcused += month->has_unexcused && !month->attended;
    month->attended = false;
    month->has_unexcused = false;
}

static bool make_room(struct making *making)
{
    const size_t wanted = making->capacity ? 2 * making->capacity : 32;
    struct report_ledger_row *rows;
    struct month *months;

    if (making->out->count < making->capacity)
        return true;
    rows = realloc(making->out->rows, wanted * sizeof *rows);
    if (!rows)
        return false;
    making->out->rows = rows;
    months = realloc(making->months, wanted * sizeof *months);
    if (!months)
        return false;
    making->months = months;
    making->capacity = wanted;
    return true;
}

/* The member's place, made if there is none; the count when memory is out. */
static size_t place_of(struct making *making, const struct identifier *member)
{
    struct report_ledger *out = making->out;
    size_t i;

    for (i = 0; i < out->count; i++)
        if (identifier_equal(&out->rows[i].member, member))
            return i;
    if (!make_room(making))
        return out->count;
    out->rows[out->count] = (struct report_ledger_row){ .member = *member };
    making->months[out->count] = (struct month){ 0 };
    return out->count++;
}

static void note(struct report_ledger_row *row, struct month *month,
                 const struct report_person *person)
{
    row->name = person->name;
    row->category = person->category;
    row->summoned++;
    row->late += person->is_late;
    row->left_early += person->left_early;
    month->run = person->attendance == REPORT_EXCUSED ? month->run + 1 : 0;
    if (month->run > row->excused_run)
        row->excused_run = month->run;
    switch (person->attendance) {
    case REPORT_PRESENT:
        row->present++;
        month->attended = true;
        return;
    case REPORT_EXCUSED:
        row->excused++;
        return;
    case REPORT_UNEXCUSED:
        row->unexcused++;
        month->has_unexcused = true;
        return;
    case REPORT_UNNOTED:
        row->unnoted++;
        return;
    case REPORT_ATTENDANCE_COUNT:
        break;
    }
}

static enum result take_meeting(struct making *making,
                                const struct report_meeting *meeting)
{
    size_t i;

    for (i = 0; i < meeting->person_count; i++) {
        const struct report_person *person = &meeting->people[i];
        struct month *month;
        size_t place;

        if (!report_person_is_member(person))
            continue;
        place = place_of(making, &person->member);
        if (place == making->out->count)
            return RESULT_NO_MEMORY;
        month = &making->months[place];
        if (month->number != meeting->day.month)
            end_month(&making->out->rows[place], month);
        month->number = meeting->day.month;
        note(&making->out->rows[place], month, person);
    }
    return RESULT_OK;
}

static bool is_of(const struct report_meeting *meeting,
                  const struct identifier *unit)
{
    return report_meeting_is_held(meeting) &&
           report_meeting_is_of_cell(meeting) &&
           identifier_equal(&meeting->cell, unit);
}

enum result report_ledger_make(const struct report_meeting *const *meetings,
                               size_t count, const struct identifier *unit,
                               int year, uint64_t months_max,
                               struct report_ledger *out)
{
    struct report_ledger made = { 0 };
    struct making making = { .out = &made };
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; result == RESULT_OK && i < count; i++)
        if (is_of(meetings[i], unit) && meetings[i]->day.year == year)
            result = take_meeting(&making, meetings[i]);
    for (i = 0; result == RESULT_OK && i < made.count; i++) {
        end_month(&made.rows[i], &making.months[i]);
        made.rows[i].is_flagged =
            months_max > 0 && made.rows[i].months_unexcused >= months_max;
    }
    free(making.months);
    if (result == RESULT_OK)
        *out = made;
    else
        report_ledger_release(&made);
    return result;
}

void report_ledger_release(struct report_ledger *ledger)
{
    free(ledger->rows);
    *ledger = (struct report_ledger){ 0 };
}

uint64_t report_excused_run(const struct report_meeting *const *meetings,
                            size_t count, const struct identifier *unit,
                            const struct identifier *member)
{
    uint64_t run = 0;
    size_t i;

    for (i = count; i > 0; i--) {
        const struct report_meeting *meeting = meetings[i - 1];
        const struct report_person *person;

        if (!is_of(meeting, unit))
            continue;
        person = report_meeting_person(meeting, member);
        if (!person || person->attendance != REPORT_EXCUSED)
            return run;
        run++;
    }
    return run;
}
