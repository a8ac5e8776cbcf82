#include "client/cli/cli_attendance_text.h"

#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/meeting/meeting_eligibility.h"

#include <inttypes.h>

void cli_eligibility_write(uint64_t unable, uint64_t members, uint64_t need,
                           bool is_met, FILE *out)
{
    (void)fprintf(out,
                  _("%" PRIu64 " of %" PRIu64
                    " members cannot come to one place; %" PRIu64
                    " are needed to meet online: "),
                  unable, members, need);
    (void)fputs(is_met ? _("the condition is met")
                       : _("the condition is NOT met: a document has to allow "
                           "it"),
                out);
}

/* "at sea 3, on duty 2" of those on the roll. */
static void put_grounds(const struct meeting_state *state, FILE *out)
{
    uint64_t count[ground_count_] = { 0 };
    bool is_first = true;
    size_t i;
    int ground;

    for (i = 0; i < state->person_count; i++)
        count[state->people[i].ground]++;
    for (ground = ground_none_ + 1; ground < ground_count_; ground++) {
        if (count[ground] == 0)
            continue;
        (void)fprintf(out, "%s%s %" PRIu64, is_first ? "    " : ", ",
                      cli_word(&ground_words, ground), count[ground]);
        is_first = false;
    }
    if (!is_first)
        (void)fputc('\n', out);
}

/* "site B", "the meeting's place" */
static struct cli_who place_of(const struct meeting_view *view,
                               const struct identifier *site)
{
    struct cli_who who = cli_who(view, site);

    if (identifier_is_empty(site))
        (void)snprintf(who.text, sizeof who.text, "%s",
                       _("the meeting's place"));
    return who;
}

void cli_attendance_site_write(const struct meeting_view *view,
                               const struct meeting_site *site, FILE *out)
{
    const uint64_t named =
        meeting_state_named_at(view->state, &site->holder.id);

    if (site->heads.is_counted)
        (void)fprintf(out, _(", %" PRIu64 " people, %" PRIu64 " by name"),
                      site->heads.count, named);
    else if (named > 0)
        (void)fprintf(out, _(", %" PRIu64 " by name"), named);
    if (site->is_check_in_open)
        (void)fputs(_(", checking in is open"), out);
}

void cli_attendance_event_write(const struct meeting_view *view,
                                const struct meeting_event *event, FILE *out)
{
    const struct event_eligibility_found *found =
        &event->body.eligibility_found;

    switch ((int)event->kind) {
    case EVENT_OPEN_CONTENT_DECLARED_KIND:
        (void)fprintf(
            out, _("%s declares: nothing in this meeting is a state secret"),
            cli_who(view, &event->body.open_content_declared.act.member).text);
        return;
    case EVENT_ELIGIBILITY_FOUND_KIND:
        cli_eligibility_write(found->unable, found->members, found->need,
                              found->met, out);
        return;
    case EVENT_CHECK_IN_OPENED_KIND:
        (void)fprintf(out, _("Checking in by code is open at %s"),
                      place_of(view, &event->body.check_in_opened.site).text);
        return;
    case EVENT_CHECK_IN_CLOSED_KIND:
        (void)fprintf(out, _("Checking in by code is closed at %s"),
                      place_of(view, &event->body.check_in_closed.site).text);
        return;
    case EVENT_HEADS_COUNTED_KIND:
        (void)fprintf(out, _("People counted at %s: %" PRIu64),
                      place_of(view, &event->body.heads_counted.site).text,
                      event->body.heads_counted.count);
        return;
    default:
        return;
    }
}

void cli_attendance_advise(enum refusal_code code)
{
    if (code == REFUSAL_NOT_DECLARED)
        cli_paragraph_write(
            _("  What to do: where it is so, the chair types /declare-open."),
            stdout);
}

static bool asks_for_declaration(const struct meeting_view *view)
{
    return view->rules && ruleset_has(view->rules, RULESET_DECLARATION) &&
           view->state->phase != MEETING_CLOSED;
}

/* By the roll as it stands, before the server has said it. */
static struct meeting_eligibility
eligibility_now(const struct meeting_view *view)
{
    struct meeting_eligibility now = { .is_found = false };
    struct eligibility found;

    if (view->rules && ruleset_has(view->rules, RULESET_ELIGIBILITY) &&
        meeting_state_eligibility(view->state, &view->rules->eligibility, NULL,
                                  &found) == RESULT_OK)
        now = (struct meeting_eligibility){ true, found.outcome.yes,
                                            found.outcome.d, found.outcome.need,
                                            found.outcome.is_met };
    return now;
}

void cli_attendance_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_attendance *attendance = &view->state->attendance;
    struct meeting_eligibility found = attendance->eligibility;
    char time[CLI_TIME_SIZE];

    if (attendance->is_content_open) {
        cli_clock_write(attendance->declared_ms, time);
        (void)fprintf(
            out, _("  Declared:     nothing here is a state secret (%s, %s)\n"),
            cli_who(view, &attendance->declared_by).text, time);
    } else if (asks_for_declaration(view)) {
        (void)fputs(_("  Not declared: no seat outside the hall opens before "
                      "/declare-open\n"),
                    out);
    }
    if (!found.is_found)
        found = eligibility_now(view);
    if (found.is_found) {
        (void)fputs("  ", out);
        cli_eligibility_write(found.unable, found.members, found.need,
                              found.is_met, out);
        (void)fputc('\n', out);
        put_grounds(view->state, out);
    }
}

void cli_attendance_table(const struct meeting_view *view, FILE *out)
{
    struct roll_count roll;

    meeting_state_roll(view->state, &roll);
    (void)fprintf(out,
                  _("  Full members: present %" PRIu64
                    "; absent with reason %" PRIu64 ", without %" PRIu64
                    ", not noted %" PRIu64 "\n"),
                  roll.official_present, roll.official_absent[ABSENT_EXCUSED],
                  roll.official_absent[ABSENT_UNEXCUSED],
                  roll.official_absent[absence_none_]);
    (void)fprintf(out,
                  _("  Probationary members: present %" PRIu64
                    "; absent with reason %" PRIu64 ", without %" PRIu64
                    ", not noted %" PRIu64 "\n"),
                  roll.probationary_present,
                  roll.probationary_absent[ABSENT_EXCUSED],
                  roll.probationary_absent[ABSENT_UNEXCUSED],
                  roll.probationary_absent[absence_none_]);
}
