#include "client/cli/cli_checkpoint.h"

#include "client/cli/cli_devices.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"

#include <stdlib.h>
#include <string.h>

/* --- what is lacking ----------------------------------------------------- */

static bool has_signed(const struct event_checkpoint *event,
                       const struct identifier *holder)
{
    const struct checkpoint_signer *signer = event->signers.data;
    size_t i;

    for (i = 0; i < event->signers.count; i++) {
        if (identifier_equal(&signer[i].holder, holder))
            return true;
    }
    return false;
}

void cli_checkpoint_lack_write(const struct meeting_view *view,
                               const struct event_checkpoint *event, FILE *out)
{
    const struct meeting_state *state = view->state;
    const char *lacking[3];
    size_t count = 0;
    size_t i;

    if (!state)
        return;
    if (!has_signed(event, &state->presiding))
        lacking[count++] = _("the chair is missing");
    if (!has_signed(event, &state->minute_taker))
        lacking[count++] = _("the minute-taker is missing");
    if (event->signers.count <= event->missing.count)
        lacking[count++] = _("not more than half of the devices");
    for (i = 0; i < count; i++)
        (void)fprintf(out, "%s%s", i == 0 ? _("; not enough: ") : ", ",
                      lacking[i]);
}

/* --- the newest one ------------------------------------------------------ */

void cli_checkpoint_release(struct cli_checkpoint *checkpoint)
{
    free(checkpoint->missing);
    *checkpoint = (struct cli_checkpoint){ .is_known = false };
}

static bool is_same(const struct cli_checkpoint *checkpoint,
                    const struct event_checkpoint *event)
{
    const struct checkpoint_missing *missing = event->missing.data;
    size_t i;

    if (checkpoint->signer_count != event->signers.count ||
        checkpoint->missing_count != event->missing.count)
        return false;
    for (i = 0; i < event->missing.count; i++) {
        if (!key_equal(&checkpoint->missing[i].device, &missing[i].device))
            return false;
    }
    return true;
}

bool cli_checkpoint_take(struct cli_checkpoint *checkpoint,
                         const struct meeting_event *event)
{
    const struct event_checkpoint *body = &event->body.checkpoint;
    const size_t count = body->missing.count;
    const bool is_news = !checkpoint->is_known ||
                         body->reason != CHECKPOINT_PERIODIC ||
                         !is_same(checkpoint, body);
    struct checkpoint_missing *missing = NULL;

    if (count > 0)
        missing = calloc(count, sizeof *missing);
    if (missing)
        memcpy(missing, body->missing.data, count * sizeof *missing);
    cli_checkpoint_release(checkpoint);
    *checkpoint = (struct cli_checkpoint){
        .is_known = count == 0 || missing,
        .at_ms = event->at_ms,
        .reason = (enum checkpoint_reason)body->reason,
        .signer_count = body->signers.count,
        .missing = missing,
        .missing_count = missing ? count : 0,
    };
    return is_news;
}

static void put_missing(const struct meeting_view *view,
                        const struct checkpoint_missing *missing, FILE *out)
{
    const struct register_device *device =
        view->org ? register_state_device(view->org, &missing->device) : NULL;
    const struct cli_who who = cli_who(view, &missing->holder);

    (void)fputs("  ", out);
    if (device) {
        const struct cli_device_name name = cli_device_name(view, device);

        cli_capitalized_write(name.text, strlen(name.text), out);
    } else {
        cli_capitalized_write(who.text, strlen(who.text), out);
    }
    (void)fputc('\n', out);
}

void cli_checkpoint_show(const struct cli_checkpoint *checkpoint,
                         const struct meeting_view *view, FILE *out)
{
    char time[CLI_TIME_SIZE];
    size_t i;

    if (!checkpoint->is_known) {
        (void)fputs(_("Nothing was confirmed yet since you came.\n"), out);
        return;
    }
    cli_clock_write(checkpoint->at_ms, time);
    (void)fprintf(out, _("%s, %s: confirmed by %zu of %zu devices.\n"), time,
                  cli_word(&checkpoint_reason_words, (int)checkpoint->reason),
                  checkpoint->signer_count,
                  checkpoint->signer_count + checkpoint->missing_count);
    if (view->state && !view->state->checkpoint.is_complete)
        (void)fputs(_("That is not enough: it takes the chair, the "
                      "minute-taker and more than half\nof the devices.\n"),
                    out);
    if (checkpoint->missing_count > 0)
        (void)fputs(_("Not confirmed by:\n"), out);
    for (i = 0; i < checkpoint->missing_count; i++)
        put_missing(view, &checkpoint->missing[i], out);
}
