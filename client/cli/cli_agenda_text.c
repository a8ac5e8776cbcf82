#include "client/cli/cli_agenda_text.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"

#include <inttypes.h>

#define WHO(view, id) (cli_who((view), (id)).text)

static void put_text(struct text_view text, FILE *out)
{
    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
}

static void put_sealed(const struct meeting_view *view, uint64_t seq,
                       const char *field, FILE *out)
{
    put_text(meeting_view_text(view, seq, field), out);
}

void cli_item_title_write(const struct meeting_view *view,
                          const struct identifier *item, FILE *out)
{
    struct text_view title = meeting_view_item_title(view, item);

    if (title.data)
        cli_text_write(title, out);
    else
        (void)fputs(item->text, out);
}

const char *cli_task_result_text(enum task_result result)
{
    switch (result) {
    case TASK_DONE:
        return _("done");
    case TASK_PARTLY:
        return _("partly done");
    case TASK_NOT_DONE:
        return _("not done");
    case TASK_DROPPED:
        return _("no longer asked for");
    case TASK_OPEN:
    case task_result_none_:
    case task_result_count_:
        break;
    }
    return _("not reported yet");
}

/* What the ruleset asks for; NULL where people said it. */
static const char *deadline_text(enum task_ground ground)
{
    switch (ground) {
    case TASK_POSTING:
        return _("post documents and minutes, and report to the upper level");
    case TASK_RECOGNITION:
        return _("complete the official recognition of a member");
    case TASK_ASSIGNED:
    case task_ground_none_:
    case task_ground_count_:
        break;
    }
    return NULL;
}

void cli_task_text_write(const struct meeting_view *view,
                         const struct meeting_task *task, FILE *out)
{
    const char *deadline = deadline_text(task->ground);
    char field[AGENDA_FIELD_SIZE];

    if (deadline) {
        (void)fputs(deadline, out);
        return;
    }
    meeting_task_text_field(task, field);
    put_sealed(view, task->seq, field, out);
}

/* --- items --------------------------------------------------------------- */

static void put_plan(const struct meeting_view *view,
                     const struct identifier *presenter, uint64_t planned_min,
                     FILE *out)
{
    if (!identifier_is_empty(presenter))
        (void)fprintf(out, _(", presented by %s"), WHO(view, presenter));
    if (planned_min > 0)
        (void)fprintf(out, _(", planned for %" PRIu64 " min"), planned_min);
}

static void put_added(const struct meeting_view *view,
                      const struct meeting_event *event, FILE *out)
{
    const struct event_item_added *body = &event->body.item_added;

    (void)fprintf(out, "%s: ", _("New on the agenda"));
    put_sealed(view, event->seq, "title", out);
    put_plan(view, &body->presenter, body->planned_min, out);
}

static void put_planned(const struct meeting_view *view,
                        const struct event_item_planned *body, FILE *out)
{
    (void)fputs(_("Plan of the agenda item: "), out);
    cli_item_title_write(view, &body->item, out);
    put_plan(view, &body->presenter, body->planned_min, out);
}

static void put_moved(const struct meeting_view *view,
                      const struct event_item_moved *body, FILE *out)
{
    (void)fputs(_("Moved on the agenda: "), out);
    cli_item_title_write(view, &body->item, out);
    if (identifier_is_empty(&body->before)) {
        (void)fputs(_(", to the end"), out);
    } else {
        (void)fputs(_(", before: "), out);
        cli_item_title_write(view, &body->before, out);
    }
}

static void put_dropped(const struct meeting_view *view,
                        const struct meeting_event *event, FILE *out)
{
    struct text_view reason = meeting_view_text(view, event->seq, "reason");

    (void)fputs(_("Taken off the agenda: "), out);
    cli_item_title_write(view, &event->body.item_dropped.item, out);
    if (!reason.data || reason.size == 0)
        return;
    (void)fputs(": ", out);
    cli_text_write(reason, out);
}

static void put_warned(const struct meeting_view *view,
                       const struct event_item_warned *body, FILE *out)
{
    const uint64_t seconds = (body->left_ms + 999) / 1000;

    if (seconds < 60)
        (void)fprintf(out,
                      _("In %" PRIu64 " s the time planned for this agenda "
                        "item is over: "),
                      seconds);
    else
        (void)fprintf(out,
                      _("In %" PRIu64 " min the time planned for this agenda "
                        "item is over: "),
                      (seconds + 59) / 60);
    cli_item_title_write(view, &body->item, out);
}

static void put_overran(const struct meeting_view *view,
                        const struct event_item_overran *body, FILE *out)
{
    (void)fprintf(
        out, _("The %" PRIu64 " min planned for this agenda item are over: "),
        body->planned_min);
    cli_item_title_write(view, &body->item, out);
}

/* --- documents and comments ---------------------------------------------- */

static void put_document_name(const struct meeting_view *view,
                              const struct identifier *id, FILE *out)
{
    const struct meeting_document *document =
        view->state ? meeting_state_document(view->state, id) : NULL;

    (void)fprintf(out, "%s ", id->text);
    if (document)
        put_sealed(view, document->seq, "name", out);
}

static void put_attached(const struct meeting_view *view,
                         const struct meeting_event *event, FILE *out)
{
    const struct event_document_attached *body = &event->body.document_attached;

    (void)fprintf(out, _("Document %s: "), body->document.text);
    put_sealed(view, event->seq, "name", out);
    (void)fprintf(out, _(" (%s, %" PRIu64 " KiB)"),
                  enum_word(&document_type_words, body->type),
                  (body->size + 1023) / 1024);
    if (identifier_is_empty(&body->item))
        return;
    (void)fputs(_(", for the agenda item: "), out);
    cli_item_title_write(view, &body->item, out);
}

static void put_comment(const struct meeting_view *view,
                        const struct meeting_event *event, FILE *out)
{
    const struct event_commented *body = &event->body.commented;

    (void)fprintf(out, _("%s comments"), WHO(view, &body->member));
    if (!identifier_is_empty(&body->document)) {
        (void)fputs(_(" on document "), out);
        put_document_name(view, &body->document, out);
    } else if (!identifier_is_empty(&body->item)) {
        (void)fputs(_(" on the agenda item "), out);
        cli_item_title_write(view, &body->item, out);
    }
    (void)fputs(": ", out);
    put_sealed(view, event->seq, "text", out);
}

/* --- tasks --------------------------------------------------------------- */

static void put_task_set(const struct meeting_view *view,
                         const struct meeting_event *event, FILE *out)
{
    const struct event_task_set *body = &event->body.task_set;
    const char *deadline = deadline_text((enum task_ground)body->ground);
    char time[CLI_ZONE_TIME_SIZE];

    (void)fprintf(out, _("Task %s"), body->task.text);
    if (!identifier_is_empty(&body->member))
        (void)fprintf(out, _(" for %s"), WHO(view, &body->member));
    if (body->due_ms != 0) {
        cli_zone_due_write((int64_t)body->due_ms,
                           view->state ? view->state->zone : NULL, NULL, time);
        (void)fprintf(out, _(", due %s"), time);
    }
    (void)fputs(": ", out);
    if (deadline)
        (void)fputs(deadline, out);
    else
        put_sealed(view, event->seq, "text", out);
}

static void put_reported(const struct meeting_view *view,
                         const struct meeting_event *event, FILE *out)
{
    const struct event_task_reported *body = &event->body.task_reported;
    const struct meeting_task *task =
        view->state ? meeting_state_task(view->state, &body->task) : NULL;
    struct text_view text = meeting_view_text(view, event->seq, "text");

    (void)fprintf(out, _("Task %s"), body->task.text);
    if (task) {
        (void)fputs(" – ", out);
        cli_task_text_write(view, task, out);
    }
    (void)fprintf(out, ": %s",
                  cli_task_result_text((enum task_result)body->result));
    if (text.data && text.size > 0) {
        (void)fputs(". ", out);
        cli_text_write(text, out);
    }
}

/* A table written as a switch: a row a kind. */
void cli_agenda_event_write(const struct meeting_view *view,
                            const struct meeting_event *event, FILE *out)
{
    switch ((int)event->kind) {
    case EVENT_PREPARED_KIND:
        (void)fputs(_("The meeting is being prepared: members can read the "
                      "documents and comment on them"),
                    out);
        break;
    case EVENT_ITEM_ADDED_KIND:
        put_added(view, event, out);
        break;
    case EVENT_ITEM_PLANNED_KIND:
        put_planned(view, &event->body.item_planned, out);
        break;
    case EVENT_ITEM_MOVED_KIND:
        put_moved(view, &event->body.item_moved, out);
        break;
    case EVENT_ITEM_DROPPED_KIND:
        put_dropped(view, event, out);
        break;
    case EVENT_ITEM_WARNED_KIND:
        put_warned(view, &event->body.item_warned, out);
        break;
    case EVENT_ITEM_OVERRAN_KIND:
        put_overran(view, &event->body.item_overran, out);
        break;
    case EVENT_DOCUMENT_ATTACHED_KIND:
        put_attached(view, event, out);
        break;
    case EVENT_DOCUMENT_WITHDRAWN_KIND:
        (void)fputs(_("No longer attached: document "), out);
        put_document_name(view, &event->body.document_withdrawn.document, out);
        break;
    case EVENT_DOCUMENT_READ_KIND:
        (void)fprintf(out, _("%s has read document "),
                      WHO(view, &event->body.document_read.member));
        put_document_name(view, &event->body.document_read.document, out);
        break;
    case EVENT_DOCUMENT_SHOWN_KIND:
        (void)fprintf(out, _("%s is showing document "),
                      WHO(view, &event->body.document_shown.member));
        put_document_name(view, &event->body.document_shown.document, out);
        break;
    case EVENT_COMMENTED_KIND:
        put_comment(view, event, out);
        break;
    case EVENT_TASK_SET_KIND:
        put_task_set(view, event, out);
        break;
    case EVENT_TASK_REPORTED_KIND:
        put_reported(view, event, out);
        break;
    case EVENT_CARRIED_OVER_KIND:
        (void)fprintf(out,
                      _("From the meeting before: %zu agenda items that were "
                        "not dealt with, %zu tasks; see /agenda and /tasks"),
                      event->body.carried_over.items.count,
                      event->body.carried_over.tasks.count);
        break;
    default:
        break;
    }
}
