#include "client/cli/cli_texts.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_text.h"

#include "protocol/meeting/log_codec.h"

#include <inttypes.h>
#include <string.h>

static bool is_here(const struct meeting_view *view,
                    const struct kept_text *text)
{
    return identifier_equal(&text->log, &view->log);
}

static const struct kept_text *find(const struct meeting_view *view,
                                    uint64_t number)
{
    return view->kept ? text_store_find(view->kept, number) : NULL;
}

static struct text_view own_text(const struct kept_text *text)
{
    const json_t *value = json_object_get(text->command, "text");

    return (struct text_view){ json_string_value(value),
                               json_string_length(value) };
}

static void put_text(struct text_view text, FILE *out)
{
    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
    (void)fputc('\n', out);
}

/* --- what is kept here ---------------------------------------------------- */

static const struct meeting_entry *entry_of(const struct meeting_view *view,
                                            const struct kept_text *text)
{
    const char *id = json_string_value(json_object_get(text->command, "entry"));
    struct identifier entry;

    return id && view->state &&
                   identifier_parse(text_view_of(id), &entry) == RESULT_OK
               ? meeting_state_entry(view->state, &entry)
               : NULL;
}

static const char *stage_of(const struct kept_text *text)
{
    switch (text->stage) {
    case TEXT_TYPING:
        return _("being typed, not sent");
    case TEXT_WAITING:
        return _("on its way, not saved yet");
    case TEXT_REFUSED:
        break;
    }
    return _("not saved, kept here");
}

void cli_texts_show(const struct meeting_view *view, FILE *out)
{
    const size_t count = view->kept ? text_store_count(view->kept) : 0;
    size_t i, shown = 0;

    for (i = 0; i < count; i++) {
        const struct kept_text *text = text_store_at(view->kept, i);
        const struct meeting_entry *entry = entry_of(view, text);

        if (!is_here(view, text))
            continue;
        (void)fprintf(out, "  %" PRIu64 " (%s%s%s): ", text->number,
                      stage_of(text), entry ? ", " : "",
                      entry ? entry->id.text : "");
        put_text(own_text(text), out);
        shown++;
    }
    if (shown == 0)
        (void)fprintf(out, "  %s\n",
                      _("Everything you wrote in this meeting is saved."));
    else
        (void)fputs(_("  /mine NUMBER sends yours, /theirs NUMBER drops it.\n"),
                    out);
}

size_t cli_texts_count(const struct meeting_view *view)
{
    const size_t count = view->kept ? text_store_count(view->kept) : 0;
    size_t i, waiting = 0;

    for (i = 0; i < count; i++) {
        const struct kept_text *text = text_store_at(view->kept, i);

        waiting += text->stage != TEXT_WAITING && is_here(view, text);
    }
    return waiting;
}

json_t *cli_texts_json(const struct meeting_view *view)
{
    static const char *const stages[] = {
        [TEXT_TYPING] = "typing",
        [TEXT_WAITING] = "waiting",
        [TEXT_REFUSED] = "refused",
    };
    const size_t count = view->kept ? text_store_count(view->kept) : 0;
    json_t *list = json_array();
    size_t i;

    for (i = 0; list && i < count; i++) {
        const struct kept_text *text = text_store_at(view->kept, i);
        json_t *command = json_deep_copy(text->command);

        if (json_array_append_new(
                list, json_pack("{s:I, s:s, s:s, s:o}", "text",
                                (json_int_t)text->number, "stage",
                                stages[text->stage], "log", text->log.text,
                                "command", command))) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

/* --- versions ------------------------------------------------------------- */

/* Of an event about this entry: which version it made, and by whom. */
struct version {
    uint64_t number;
    const struct act *act;
    bool is_removal;
};

static bool is_version_of(const struct meeting_event *event,
                          const struct identifier *entry, struct version *out)
{
    if (event->kind == EVENT_ENTRY_WRITTEN_KIND) {
        *out = (struct version){ 1, &event->body.entry_written.act, false };
        return identifier_equal(&event->body.entry_written.entry, entry);
    }
    if (event->kind == EVENT_ENTRY_EDITED_KIND) {
        *out = (struct version){ event->body.entry_edited.version,
                                 &event->body.entry_edited.act, false };
        return identifier_equal(&event->body.entry_edited.entry, entry);
    }
    if (event->kind != EVENT_ENTRY_REMOVED_KIND)
        return false;
    *out = (struct version){ event->body.entry_removed.version,
                             &event->body.entry_removed.act, true };
    return identifier_equal(&event->body.entry_removed.entry, entry);
}

static void put_who(const struct meeting_view *view,
                    const struct version *version, int64_t at_ms, FILE *out)
{
    char time[CLI_TIME_SIZE];

    cli_clock_write(at_ms, time);
    (void)fprintf(out, _("version %" PRIu64 ", %s, %s"), version->number, time,
                  cli_who(view, &version->act->member).text);
}

static void put_version(const struct meeting_view *view, uint64_t seq,
                        const struct identifier *entry, bool newest_only,
                        FILE *out)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct meeting_event event;
    struct version version;
    struct text_view bytes;

    if (meeting_view_event(view, seq, &bytes) &&
        !meeting_event_decode(bytes.data, bytes.size, &event, &memory, NULL) &&
        is_version_of(&event, entry, &version)) {
        if (!newest_only)
            (void)fputs("  ", out);
        put_who(view, &version, event.at_ms, out);
        (void)fputs(": ", out);
        if (version.is_removal)
            (void)fprintf(out, "%s\n", _("removed"));
        else
            put_text(meeting_view_text(view, seq, "text"), out);
    }
    message_memory_release(&memory);
}

void cli_texts_history_show(const struct meeting_view *view,
                            const struct identifier *entry, FILE *out)
{
    uint64_t seq;

    for (seq = 0; view->state && seq < view->state->next_seq; seq++)
        put_version(view, seq, entry, false, out);
}

void cli_texts_conflict_show(const struct meeting_view *view, uint64_t number,
                             FILE *out)
{
    const struct kept_text *text = find(view, number);
    const struct meeting_entry *entry = text ? entry_of(view, text) : NULL;

    if (!text)
        return;
    if (entry && !entry->is_removed) {
        (void)fprintf(out, _("  In the minutes now (%s): "), entry->id.text);
        put_version(view, entry->seq, &entry->id, true, out);
    }
    (void)fprintf(out, _("  Yours, kept here as text %" PRIu64 ": "), number);
    put_text(own_text(text), out);
    (void)fprintf(out,
                  _("  /mine %" PRIu64 " puts yours in its place, /theirs "
                    "%" PRIu64 " drops yours.\n"),
                  number, number);
}

/* --- told while it happens ------------------------------------------------ */

static void say_delayed(struct cli_join *join,
                        const struct client_notice *notice)
{
    char sentence[CLI_SENTENCE_SIZE];
    const struct meeting_view *view = client_view_lock(join->session.client);

    cli_refusal_sentence(&notice->refusal, view, sentence, sizeof sentence);
    client_view_unlock(join->session.client);
    cli_screen_say(_("Not saved yet (%s). Your text is kept here and sent "
                     "again."),
                   sentence);
}

static void say_refused(struct cli_join *join,
                        const struct client_notice *notice)
{
    const struct meeting_view *view;

    if (notice->refusal.code == REFUSAL_ENTRY_CONFLICT)
        cli_screen_say("%s", _("NOT SAVED: somebody else has changed this "
                               "entry meanwhile."));
    else
        cli_screen_say("%s", _("NOT SAVED: your text is kept here; see "
                               "/texts."));
    view = client_view_lock(join->session.client);
    cli_texts_conflict_show(view, notice->text_number, stdout);
    client_view_unlock(join->session.client);
}

void cli_texts_on_notice(struct cli_join *join,
                         const struct client_notice *notice)
{
    switch (notice->text_stage) {
    case CLIENT_TEXT_KEPT:
        if (join->facts.line != LINE_UP)
            cli_screen_say("%s", _("Kept on this device; it is sent when the "
                                   "connection is back."));
        break;
    case CLIENT_TEXT_UNKEPT:
        cli_screen_say("%s", _("This device cannot keep the text (is its disk "
                               "full?): it is safe only when it is saved."));
        break;
    case CLIENT_TEXT_AGAIN:
        cli_screen_say("%s", _("A text of yours that was not saved yet is sent "
                               "again."));
        break;
    case CLIENT_TEXT_DELAYED:
        say_delayed(join, notice);
        break;
    case CLIENT_TEXT_SAVED:
        cli_screen_say(_("Saved: entry %s, version %" PRIu64 "."),
                       notice->entry.text, notice->version);
        break;
    case CLIENT_TEXT_REFUSED:
        say_refused(join, notice);
        break;
    }
}

void cli_texts_on_entered(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const size_t count = cli_texts_count(view);
    const size_t unread = view->unread_text_count;

    client_view_unlock(join->session.client);
    if (count > 0)
        cli_screen_say(_("Texts of yours that are kept on this device and are "
                         "not in the minutes: %zu. See /texts."),
                       count);
    if (unread > 0)
        cli_screen_say("%s", _("Texts kept in the folder \"texts\" of this "
                               "profile cannot be read: they are damaged, or "
                               "of another device."));
}
