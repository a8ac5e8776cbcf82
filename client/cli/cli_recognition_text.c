#include "client/cli/cli_recognition_text.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"
#include "protocol/base/date.h"
#include "protocol/document/zone_clock.h"
#include "protocol/meeting/meeting_recognition.h"

#include <inttypes.h>

/* One of them, as of today. */
struct recognition {
    const struct meeting_person *person;
    struct recognition_deadline deadline;
    struct recognition_decision decision;
    bool is_decided;
};

/* --- Which ---------------------------------------------------------------- */

static uint64_t day_there(const struct meeting_view *view, int64_t now_ms)
{
    struct zone_clock *clock = zone_clock_new(view->state->zone);
    struct zone_moment moment = { .year = 1970, .month = 1, .day = 1 };

    if (clock)
        moment = zone_clock_at(clock, now_ms);
    zone_clock_free(clock);
    return (uint64_t)moment.year * 10000 + (uint64_t)moment.month * 100 +
           (uint64_t)moment.day;
}

static bool may_see(const struct meeting_view *view,
                    const struct meeting_person *person)
{
    const struct meeting_state *state = view->state;

    return identifier_equal(&view->me, &state->chair) ||
           identifier_equal(&view->me, &state->deputy) ||
           identifier_equal(&view->me, &state->presiding) ||
           identifier_equal(&view->me, &state->minute_taker) ||
           identifier_equal(&view->me, &person->holder.id);
}

static bool read_one(const struct meeting_view *view,
                     const struct meeting_person *person, uint64_t today,
                     struct recognition *out)
{
    *out = (struct recognition){ .person = person };
    if (!may_see(view, person) ||
        !meeting_recognition_deadline(person, view->rules, today,
                                      &out->deadline))
        return false;
    out->is_decided = meeting_recognition_decided(
        view->state, &person->holder.id, &out->decision);
    return true;
}

/* --- In words ------------------------------------------------------------- */

static void put_decision(const struct recognition_decision *decision, FILE *out)
{
    if (decision->is_secret)
        (void)fprintf(out,
                      decision->is_passed
                          ? _("done: recognised by ballot %s")
                          : _("done: not recognised by ballot %s"),
                      decision->by->text);
    else
        (void)fprintf(out,
                      decision->is_passed
                          ? _("done: recognised by vote %s")
                          : _("done: not recognised by vote %s"),
                      decision->by->text);
}

static void put_days(const struct recognition_deadline *deadline, FILE *out)
{
    if (deadline->phase == DEADLINE_OVERDUE)
        (void)fprintf(out, _("OVERDUE, working days since: %" PRIu64),
                      deadline->days);
    else if (deadline->days == 0)
        (void)fputs(_("today is the last day"), out);
    else
        (void)fprintf(out, _("working days left: %" PRIu64), deadline->days);
}

static void write_day(uint64_t date, char out[CLI_ZONE_TIME_SIZE])
{
    char wire[DATE_SIZE];

    date_write(date, wire);
    cli_day_write(text_view_of(wire), out);
}

static void put_one(const struct meeting_view *view,
                    const struct recognition *recognition, FILE *out)
{
    const struct recognition_deadline *deadline = &recognition->deadline;
    char day[CLI_ZONE_TIME_SIZE];

    (void)fprintf(out, _("  –    official recognition of %s"),
                  cli_who(view, &recognition->person->holder.id).text);
    if (deadline->phase == DEADLINE_AHEAD) {
        write_day(recognition->person->probation_end, day);
        (void)fprintf(out, _(", on probation until %s"), day);
    }
    write_day(deadline->due, day);
    (void)fprintf(out, _(", due %s"), day);
    (void)fputs(": ", out);
    if (recognition->is_decided)
        put_decision(&recognition->decision, out);
    else
        put_days(deadline, out);
    (void)fputc('\n', out);
}

size_t cli_recognitions_write(const struct meeting_view *view, int64_t now_ms,
                              FILE *out)
{
    const struct meeting_state *state = view->state;
    struct recognition recognition;
    uint64_t today;
    size_t count = 0;
    size_t i;

    if (!view->rules)
        return 0;
    today = day_there(view, now_ms);
    for (i = 0; i < state->person_count; i++)
        if (read_one(view, &state->people[i], today, &recognition)) {
            put_one(view, &recognition, out);
            count++;
        }
    return count;
}

size_t cli_recognitions_open(const struct meeting_view *view, int64_t now_ms)
{
    const struct meeting_state *state = view->state;
    struct recognition recognition;
    uint64_t today;
    size_t count = 0;
    size_t i;

    if (!state || !view->rules)
        return 0;
    today = day_there(view, now_ms);
    for (i = 0; i < state->person_count; i++)
        count += read_one(view, &state->people[i], today, &recognition) &&
                 !recognition.is_decided &&
                 recognition.deadline.phase != DEADLINE_AHEAD;
    return count;
}
