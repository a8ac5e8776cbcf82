#include "client/cli/cli_minutes_view.h"

#include "client/cli/cli_errata.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_texts.h"

#include "protocol/meeting/log_codec.h"

#include <inttypes.h>

/* What stands in the minutes of itself. */
static const enum meeting_event_kind facts[] = {
    EVENT_OPENED_KIND,
    EVENT_ADJOURNED_KIND,
    EVENT_RESUMED_KIND,
    EVENT_CLOSED_KIND,
    EVENT_CHAIR_TAKEN_KIND,
    EVENT_CHAIR_GIVEN_KIND,
    EVENT_CHAIR_ELECTED_KIND,
    EVENT_MINUTES_HANDED_OVER_KIND,
    EVENT_PRESENCE_CONFIRMED_KIND,
    EVENT_PRESENCE_ENDED_KIND,
    EVENT_ABSENCE_NOTED_KIND,
    EVENT_ROLL_CONFIRMED_KIND,
    EVENT_FLOOR_GIVEN_KIND,
    EVENT_FLOOR_ENDED_KIND,
    EVENT_ITEM_ENDED_KIND,
    EVENT_DOCUMENT_ATTACHED_KIND,
    EVENT_DOCUMENT_SHOWN_KIND,
    EVENT_TASK_SET_KIND,
    EVENT_VOTE_STARTED_KIND,
    EVENT_VOTE_CLOSED_KIND,
    EVENT_VOTE_CANCELLED_KIND,
    EVENT_BALLOT_RESULT_KIND,
    EVENT_BALLOT_DECIDED_KIND,
    EVENT_SCORE_COMPLETED_KIND,
    EVENT_MINUTES_PRESENTED_KIND,
    EVENT_OBJECTION_RAISED_KIND,
    EVENT_MINUTES_ADOPTED_KIND,
    EVENT_MINUTES_SIGNED_KIND,
};

static bool is_fact(enum meeting_event_kind kind)
{
    size_t i;

    for (i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (facts[i] == kind)
            return true;
    return false;
}

/* Which errata correct it. */
static void put_errata(const struct meeting_view *view,
                       const struct identifier *entry, uint64_t seq, FILE *out)
{
    char numbers[CLI_ERRATA_OF_SIZE];

    cli_errata_of(view, entry, seq, numbers);
    if (numbers[0] != '\0')
        (void)fprintf(out, _("    (corrected by erratum %s: see /errata)\n"),
                      numbers);
}

static void put_entry(const struct meeting_view *view,
                      const struct meeting_entry *entry, FILE *out)
{
    const struct text_view text = meeting_view_entry_text(view, &entry->id);

    (void)fprintf(out, "  %s (%" PRIu64 ")", entry->id.text, entry->version);
    if (entry->kind == ENTRY_OPINION && !identifier_is_empty(&entry->member))
        (void)fprintf(out, " %s", cli_who(view, &entry->member).text);
    else if (entry->kind == ENTRY_CONCLUSION)
        (void)fprintf(out, " %s", _("conclusion"));
    (void)fputs(": ", out);
    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
    (void)fputc('\n', out);
    put_errata(view, &entry->id, 0, out);
}

/* Those that stand behind this event, in the order in which they were begun. */
static void put_entries(const struct meeting_view *view,
                        const struct meeting_event *event, FILE *out)
{
    const struct meeting_state *state = view->state;
    const struct identifier none = { "" };
    const struct identifier *written = event->kind == EVENT_ENTRY_WRITTEN_KIND
                                           ? &event->body.entry_written.entry
                                           : &none;
    size_t i;

    for (i = 0; i < state->entry_count; i++) {
        const struct meeting_entry *entry = &state->entries[i];

        if (entry->is_removed)
            continue;
        if (entry->behind > 0 ? entry->behind == event->seq
                              : identifier_equal(&entry->id, written))
            put_entry(view, entry, out);
    }
}

static void put_event(const struct meeting_view *view,
                      const struct meeting_event *event, FILE *out)
{
    char time[CLI_TIME_SIZE];

    cli_clock_write(event->at_ms, time);
    if (event->kind == EVENT_ITEM_STARTED_KIND) {
        (void)fprintf(out, "%s  ", time);
        cli_event_write(view, event, out);
        (void)fputc('\n', out);
    } else if (is_fact(event->kind)) {
        (void)fprintf(out, "  | %s  ", time);
        cli_event_write(view, event, out);
        (void)fputc('\n', out);
    }
    put_errata(view, NULL, event->seq, out);
    put_entries(view, event, out);
}

void cli_minutes_view_show(const struct meeting_view *view, FILE *out)
{
    uint64_t seq;

    for (seq = 0; seq < view->state->next_seq; seq++) {
        struct message_memory memory = { NULL, NULL, 0 };
        struct meeting_event event;
        struct text_view bytes;

        if (meeting_view_event(view, seq, &bytes) &&
            !meeting_event_decode(bytes.data, bytes.size, &event, &memory,
                                  NULL))
            put_event(view, &event, out);
        message_memory_release(&memory);
    }
    if (cli_errata_are_there(view)) {
        (void)fprintf(out, "%s\n", _("Errata:"));
        cli_errata_show(view, out);
    }
    if (view->kept && text_store_count(view->kept) > 0) {
        (void)fprintf(out, "%s\n", _("Not saved yet:"));
        cli_texts_show(view, out);
    }
}
