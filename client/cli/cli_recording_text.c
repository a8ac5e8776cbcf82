#include "client/cli/cli_recording_text.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>

static const char *const ends[recording_end_count_] = {
    [RECORDING_BY_CHAIR] = N_("the chair has ended it"),
    [RECORDING_ADJOURNED] = N_("the meeting is adjourned"),
    [RECORDING_CLOSED] = N_("the meeting ends"),
    [RECORDING_BALLOT] = N_("a secret ballot begins"),
    [RECORDING_FULL] = N_("it is as long as it may be"),
    [RECORDING_FAILED] = N_("the server's disk took nothing"),
    [RECORDING_RESTARTED] = N_("the server was restarted"),
};

/* Of whom there is no file, because of those before them. */
static void put_left_out(const struct meeting_view *view,
                         const struct event_recording_kept *body, FILE *out)
{
    const struct recording_file *files = body->files.data;
    bool is_first = true;
    size_t i;

    for (i = 0; i < body->files.count; i++) {
        if (files[i].outcome != RECORDING_LEFT_OUT)
            continue;
        if (is_first)
            (void)fprintf(out,
                          _("; NOT recorded, because %d devices had spoken "
                            "before them: "),
                          LIMIT_RECORDING_SPEAKERS);
        (void)fprintf(out, "%s%s", is_first ? "" : ", ",
                      cli_who(view, &files[i].holder).text);
        is_first = false;
    }
}

static void put_kept(const struct meeting_view *view,
                     const struct event_recording_kept *body, FILE *out)
{
    const struct recording_file *files = body->files.data;
    size_t i, lost = 0, cut = 0;

    for (i = 0; i < body->files.count; i++) {
        lost += files[i].outcome == RECORDING_LOST;
        cut += files[i].outcome == RECORDING_CUT;
    }
    if (body->files.count == 0) {
        (void)fputs(_("Nobody spoke in the recording: there is no file of it"),
                    out);
        return;
    }
    (void)fprintf(out, _("The recording is kept with the record, of: "));
    for (i = 0; i < body->files.count; i++)
        if (files[i].outcome != RECORDING_LEFT_OUT)
            (void)fprintf(out, "%s%s", i > 0 ? ", " : "",
                          cli_who(view, &files[i].holder).text);
    if (cut > 0)
        (void)fprintf(out, _("; of %zu the end is missing"), cut);
    if (lost > 0)
        (void)fprintf(out, _("; %zu could not be kept"), lost);
    put_left_out(view, body, out);
}

void cli_recording_event_write(const struct meeting_view *view,
                               const struct meeting_event *event, FILE *out)
{
    if (event->kind == EVENT_RECORDING_STARTED_KIND)
        (void)fputs(_("THE MEETING IS BEING RECORDED from now on, by order of "
                      "the chair. Whoever stays consents; who does not may "
                      "leave (/quit)"),
                    out);
    if (event->kind == EVENT_RECORDING_STOPPED_KIND)
        (void)fprintf(out, _("The meeting is no longer being recorded: %s"),
                      _(ends[event->body.recording_stopped.reason]));
    if (event->kind == EVENT_RECORDING_KEPT_KIND)
        put_kept(view, &event->body.recording_kept, out);
}
