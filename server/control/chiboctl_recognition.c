/* Which recognitions cells are to decide on, and until when: over the register
 * as the database keeps it, by the ruleset for new meetings. */
#include "server/control/chiboctl_report.h"

#include "protocol/base/date.h"
#include "protocol/document/zone_clock.h"
#include "server/control/member_import.h"
#include "server/report/report_recognition.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- Today --------------------------------------------------------------- */

/* The zone of the meeting that the cell called last; NULL: it called none. */
static const char *zone_of(const struct register_state *state,
                           const struct identifier *cell)
{
    const char *zone = NULL;

    for (size_t i = 0; i < state->meeting_count; i++)
        if (identifier_equal(&state->meetings[i].unit, cell))
            zone = state->meetings[i].zone;
    return zone;
}

/* By the clock here where the cell has no zone. */
static uint64_t day_of(int64_t now_ms, const char *zone)
{
    struct zone_clock *clock = zone ? zone_clock_new(zone) : NULL;
    const time_t seconds = (time_t)(now_ms / 1000);
    struct zone_moment moment = { .year = 1970, .month = 1, .day = 1 };
    struct tm here;

    if (clock)
        moment = zone_clock_at(clock, now_ms);
    else if (localtime_r(&seconds, &here))
        moment = (struct zone_moment){ .year = here.tm_year + 1900,
                                       .month = here.tm_mon + 1,
                                       .day = here.tm_mday };
    zone_clock_free(clock);
    return (uint64_t)moment.year * 10000 + (uint64_t)moment.month * 100 +
           (uint64_t)moment.day;
}

/* --on, or 0; false: said why. */
static bool read_day(const struct chiboctl *ctl, uint64_t *out)
{
    const char *text = chiboctl_option(ctl, "on");

    *out = 0;
    if (!text)
        return true;
    if (import_date(text_view_of(text), out) && *out != 0)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED,
                  _("--on takes a day such as 2026-12-04, not \"%s\""), text);
    return false;
}

/* --- Members ------------------------------------------------------------- */

static const struct report_unit *find_unit(const struct chiboctl_logs *logs,
                                           const struct identifier *id)
{
    for (size_t i = 0; i < logs->unit_count; i++)
        if (identifier_equal(&logs->units[i].id, id))
            return &logs->units[i];
    return NULL;
}

static size_t collect(const struct chiboctl *ctl,
                      const struct chiboctl_logs *logs, uint64_t day,
                      struct report_probation *rows)
{
    const struct register_state *state = register_book_state(ctl->book);
    const int64_t now_ms = (int64_t)time(NULL) * 1000;
    size_t count = 0;

    for (size_t i = 0; i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];
        const struct report_unit *unit = find_unit(logs, &member->unit);

        if (member->is_removed || !unit ||
            member->category != CATEGORY_PROBATIONARY)
            continue;
        rows[count++] = (struct report_probation){
            .unit = unit,
            .member = member,
            .name = register_book_name(ctl->book, member->name_seq),
            .today = day ? day : day_of(now_ms, zone_of(state, &member->unit)),
        };
    }
    return count;
}

/* Of the ruleset for new meetings; NULL if it has none, or is not here. */
static const struct deadline_rules *find_rules(const struct chiboctl *ctl,
                                               const struct chiboctl_logs *logs)
{
    const struct ruleset_book *book =
        ruleset_shelf_by_name(&logs->shelf, ctl->config.ruleset);

    return book && ruleset_has(&book->rules, RULESET_DEADLINES)
               ? &book->rules.deadlines
               : NULL;
}

int chiboctl_run_recognition(struct chiboctl *ctl)
{
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    struct report_probation *rows = NULL;
    int code = CHIBOCTL_FAILED;
    uint64_t day;

    if (!read_day(ctl, &day) || !chiboctl_logs_read(ctl, &logs))
        goto done;
    rows =
        calloc(register_book_state(ctl->book)->member_count + 1, sizeof *rows);
    if (!rows) {
        chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
        goto done;
    }
    code = chiboctl_report_show(
        ctl, &table,
        report_list_recognition(rows, collect(ctl, &logs, day, rows),
                                find_rules(ctl, &logs), &table));

done:
    free(rows);
    chiboctl_logs_release(&logs);
    return code;
}
