/* Lists of the agenda, its documents, comments and tasks. */
#include "client/cli/cli_agenda_text.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_recognition_text.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_show.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"
#include "protocol/rules/category.h"

#include <inttypes.h>

enum { MS_PER_MINUTE = 60000, BYTES_PER_KIB = 1024 };

static void put_text(const struct meeting_view *view, uint64_t seq,
                     const char *field, FILE *out)
{
    struct text_view text = meeting_view_text(view, seq, field);

    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
}

/* --- items --------------------------------------------------------------- */

/* What is left of the planned time, by this device's clock. */
static void put_left(const struct meeting_item *item, FILE *out)
{
    const int64_t left_ms = item->started_ms +
                            (int64_t)item->planned_min * MS_PER_MINUTE -
                            cli_wall_ms();

    if (left_ms >= 0)
        (void)fprintf(out, _(", %" PRId64 " min left"),
                      left_ms / MS_PER_MINUTE);
    else
        (void)fprintf(out, _(", %" PRId64 " min over time"),
                      -left_ms / MS_PER_MINUTE + 1);
}

static void put_plan(const struct meeting_view *view,
                     const struct meeting_item *item, FILE *out)
{
    if (!identifier_is_empty(&item->presenter))
        (void)fprintf(out, _(", presented by %s"),
                      cli_who(view, &item->presenter).text);
    if (item->planned_min > 0)
        (void)fprintf(out, _(", planned for %" PRIu64 " min"),
                      item->planned_min);
    if (item->planned_min > 0 && item->phase == ITEM_STARTED)
        put_left(item, out);
    if (!identifier_is_empty(&item->from))
        (void)fputs(_(", from the meeting before"), out);
    if (item->phase == ITEM_DROPPED)
        (void)fprintf(out, ", %s", _("taken off the agenda"));
}

void cli_show_agenda(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t i;

    if (state->item_count == 0)
        (void)fprintf(out, "  %s\n", _("The agenda is empty."));
    for (i = 0; i < state->item_count; i++) {
        const struct meeting_item *item = &state->items[i];
        const char *mark = item->phase == ITEM_STARTED   ? ">"
                           : item->phase == ITEM_ENDED   ? "+"
                           : item->phase == ITEM_DROPPED ? "x"
                                                         : " ";

        (void)fprintf(out, "%s %2zu. ", mark, i + 1);
        cli_item_title_write(view, &item->id, out);
        put_plan(view, item, out);
        (void)fputc('\n', out);
    }
}

/* --- documents and comments ---------------------------------------------- */

static void put_document(const struct meeting_view *view,
                         const struct meeting_document *document, FILE *out)
{
    (void)fprintf(out, "  %-4s ", document->id.text);
    put_text(view, document->seq, "name", out);
    (void)fprintf(out, _(" (%s, %" PRIu64 " KiB)"),
                  enum_word(&document_type_words, (int)document->type),
                  (document->size + BYTES_PER_KIB - 1) / BYTES_PER_KIB);
    if (!identifier_is_empty(&document->item)) {
        (void)fputs(_(", for the agenda item: "), out);
        cli_item_title_write(view, &document->item, out);
    }
    (void)fprintf(out, _("; read by %" PRIu64), document->reader_count);
    if (meeting_state_has_read(view->state, document, &view->me))
        (void)fputs(_(", by you, too"), out);
    (void)fputc('\n', out);
}

void cli_show_documents(const struct meeting_view *view, FILE *out)
{
    const struct meeting_agenda *agenda = &view->state->agenda;
    size_t i, shown = 0;

    for (i = 0; i < agenda->document_count; i++) {
        if (agenda->documents[i].is_withdrawn)
            continue;
        put_document(view, &agenda->documents[i], out);
        shown++;
    }
    if (shown == 0)
        (void)fprintf(out, "  %s\n", _("There are no documents."));
}

/* Of those called: guests, delegates and technicians need not read it, and who
 * may not attend cannot. */
static bool is_to_read(const struct meeting_person *person)
{
    return category_may_attend(person->category) &&
           person->category != CATEGORY_GUEST &&
           person->category != CATEGORY_UPPER_DELEGATE;
}

static void put_unread(const struct meeting_view *view,
                       const struct meeting_document *document, FILE *out)
{
    const struct meeting_state *state = view->state;
    uint64_t all = 0, unread = 0;
    const char *comma = "";
    size_t i;

    for (i = 0; i < state->person_count; i++) {
        if (!is_to_read(&state->people[i]))
            continue;
        all++;
        unread += !meeting_state_has_read(state, document,
                                          &state->people[i].holder.id);
    }
    (void)fprintf(out, "  %-4s ", document->id.text);
    put_text(view, document->seq, "name", out);
    (void)fputs(": ", out);
    if (unread == 0)
        (void)fprintf(out, _("all %" PRIu64 " members have read it"), all);
    else
        (void)fprintf(out,
                      _("not read by %" PRIu64 " of %" PRIu64 " members: "),
                      unread, all);
    for (i = 0; i < state->person_count; i++) {
        const struct identifier *id = &state->people[i].holder.id;
        const struct text_view name = cli_holder_name(view, id);

        if (!is_to_read(&state->people[i]) ||
            meeting_state_has_read(state, document, id))
            continue;
        (void)fputs(comma, out);
        cli_text_write(name.data ? name : identifier_view(id), out);
        comma = ", ";
    }
    (void)fputc('\n', out);
}

void cli_show_unread(const struct meeting_view *view, FILE *out)
{
    const struct meeting_agenda *agenda = &view->state->agenda;
    size_t i, shown = 0;

    if (!meeting_state_is_presiding(view->state, &view->me)) {
        (void)fprintf(out, "  %s\n",
                      _("This list is for chair, deputy and minute-taker."));
        return;
    }
    for (i = 0; i < agenda->document_count; i++) {
        if (agenda->documents[i].is_withdrawn)
            continue;
        put_unread(view, &agenda->documents[i], out);
        shown++;
    }
    if (shown == 0)
        (void)fprintf(out, "  %s\n", _("There are no documents."));
}

void cli_show_comments(const struct meeting_view *view, FILE *out)
{
    const struct meeting_agenda *agenda = &view->state->agenda;
    size_t i;

    if (agenda->comment_count == 0)
        (void)fprintf(out, "  %s\n", _("There are no comments."));
    for (i = 0; i < agenda->comment_count; i++) {
        const struct meeting_comment *comment = &agenda->comments[i];

        (void)fprintf(out, "  %s", cli_who(view, &comment->member).text);
        if (!identifier_is_empty(&comment->document)) {
            (void)fprintf(out, ", %s", comment->document.text);
        } else if (!identifier_is_empty(&comment->item)) {
            (void)fputs(", ", out);
            cli_item_title_write(view, &comment->item, out);
        }
        (void)fputs(": ", out);
        put_text(view, comment->seq, "text", out);
        (void)fputc('\n', out);
    }
}

/* --- tasks --------------------------------------------------------------- */

static void put_task(const struct meeting_view *view,
                     const struct meeting_task *task, FILE *out)
{
    char time[CLI_ZONE_TIME_SIZE];

    (void)fprintf(out, "  %-4s ", task->id.text);
    cli_task_text_write(view, task, out);
    if (!identifier_is_empty(&task->member))
        (void)fprintf(out, " – %s", cli_who(view, &task->member).text);
    if (task->due_ms != 0) {
        cli_zone_due_write(task->due_ms, view->state->zone, NULL, time);
        (void)fprintf(out, _(", due %s"), time);
    }
    if (!identifier_is_empty(&task->from))
        (void)fputs(_(", from the meeting before"), out);
    (void)fprintf(out, ": %s", cli_task_result_text(task->result));
    if (task->result_seq != 0) {
        struct text_view text =
            meeting_view_text(view, task->result_seq, "text");

        if (text.data && text.size > 0) {
            (void)fputs(". ", out);
            cli_text_write(text, out);
        }
    }
    (void)fputc('\n', out);
}

void cli_show_tasks(const struct meeting_view *view, FILE *out)
{
    const struct meeting_agenda *agenda = &view->state->agenda;
    size_t i;

    for (i = 0; i < agenda->task_count; i++)
        put_task(view, &agenda->tasks[i], out);
    if (cli_recognitions_write(view, cli_wall_ms(), out) + agenda->task_count ==
        0)
        (void)fprintf(out, "  %s\n", _("There are no tasks."));
}
