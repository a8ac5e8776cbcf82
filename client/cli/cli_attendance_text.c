#include "client/cli/cli_attendance_text.h"

#include "client/cli/cli_ballot_paper.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

void cli_attendance_event_write(const struct meeting_view *view,
                                const struct meeting_event *event, FILE *out)
{
    switch ((int)event->kind) {
    case EVENT_OPEN_CONTENT_DECLARED_KIND:
        (void)fprintf(
            out, _("%s declares: nothing in this meeting is a state secret"),
            cli_who(view, &event->body.open_content_declared.act.member).text);
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

void cli_attendance_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_attendance *attendance = &view->state->attendance;
    char time[CLI_TIME_SIZE];

    if (!attendance->is_content_open)
        return;
    cli_clock_write(attendance->declared_ms, time);
    (void)fprintf(
        out, _("  Declared:     nothing here is a state secret (%s, %s)\n"),
        cli_who(view, &attendance->declared_by).text, time);
}
