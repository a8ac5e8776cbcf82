#include "client/cli/cli_minutes_text.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_event_text.h"

#include <inttypes.h>

static const char *const signers[minutes_signer_count_] = {
    [SIGNER_MINUTE_TAKER] = N_("minute-taker"),
    [SIGNER_CHAIR] = N_("chair"),
    [SIGNER_MEMBER] = N_("member"),
};
static const char *const answers[objection_answer_count_] = {
    [objection_answer_none_] = N_("waits for an answer"),
    [ANSWER_ACCEPTED] = N_("accepted"),
    [ANSWER_DECLINED] = N_("declined"),
    [ANSWER_WITHDRAWN] = N_("taken back"),
};

static void put_text(const struct meeting_view *view, uint64_t seq, FILE *out)
{
    const struct text_view text = meeting_view_text(view, seq, "text");

    if (text.data && text.size == 0)
        return;
    (void)fputs(": ", out);
    if (text.data)
        cli_text_write(text, out);
    else
        (void)fputs(_("(not shown to you)"), out);
}

static void put_written(const struct meeting_view *view,
                        const struct meeting_event *event, FILE *out)
{
    const struct event_entry_written *body = &event->body.entry_written;

    if (body->kind == ENTRY_OPINION && !identifier_is_empty(&body->member))
        (void)fprintf(out, _("Minutes, entry %s, opinion of %s"),
                      body->entry.text, cli_who(view, &body->member).text);
    else if (body->kind == ENTRY_OPINION)
        (void)fprintf(out, _("Minutes, entry %s, an opinion"),
                      body->entry.text);
    else if (body->kind == ENTRY_CONCLUSION)
        (void)fprintf(out, _("Minutes, entry %s, conclusion"),
                      body->entry.text);
    else
        (void)fprintf(out, _("Minutes, entry %s"), body->entry.text);
    put_text(view, event->seq, out);
}

static void put_objection(const struct meeting_view *view,
                          const struct meeting_event *event, FILE *out)
{
    const struct event_objection_raised *body = &event->body.objection_raised;

    (void)fprintf(out,
                  body->kind == MINUTES_RESERVATION
                      ? _("%s keeps another opinion (%s)")
                      : _("%s objects to the minutes (%s)"),
                  cli_who(view, &body->member).text, body->objection.text);
    if (!identifier_is_empty(&body->entry))
        (void)fprintf(out, _(", entry %s"), body->entry.text);
    put_text(view, event->seq, out);
}

static void put_answer(const struct meeting_view *view,
                       const struct meeting_event *event, FILE *out)
{
    const struct event_objection_answered *body =
        &event->body.objection_answered;

    (void)fprintf(out, _("Objection %s is answered: %s"), body->objection.text,
                  _(answers[body->answer]));
    put_text(view, event->seq, out);
}

static const char *paper_words(enum numbered_paper paper)
{
    switch (paper) {
    case NUMBERED_MINUTES:
        return _("the minutes");
    case NUMBERED_TALLY:
        return _("the tally minutes");
    case NUMBERED_RESOLUTION:
        return _("the resolution");
    case NUMBERED_NOTICE:
        return _("the notice");
    case numbered_paper_none_:
    case numbered_paper_count_:
        break;
    }
    return "";
}

static void put_number(const struct meeting_event *event, FILE *out)
{
    const struct event_document_numbered *body = &event->body.document_numbered;

    (void)fprintf(out, _("Number %02" PRIu64 " is that of %s"), body->number,
                  paper_words((enum numbered_paper)body->paper));
}

void cli_minutes_event_write(const struct meeting_view *view,
                             const struct meeting_event *event, FILE *out)
{
    switch ((int)event->kind) {
    case EVENT_ENTRY_WRITTEN_KIND:
        put_written(view, event, out);
        return;
    case EVENT_ENTRY_EDITED_KIND:
        (void)fprintf(out, _("Minutes, entry %s, now in version %" PRIu64),
                      event->body.entry_edited.entry.text,
                      event->body.entry_edited.version);
        put_text(view, event->seq, out);
        return;
    case EVENT_ENTRY_REMOVED_KIND:
        (void)fprintf(out, _("Minutes, entry %s is removed"),
                      event->body.entry_removed.entry.text);
        return;
    case EVENT_MINUTES_SHARED_KIND:
        (void)fputs(_("The minutes are shared with all members"), out);
        return;
    case EVENT_MINUTES_HIDDEN_KIND:
        (void)fputs(
            _("What is written from now on is not shown to all members"), out);
        return;
    case EVENT_DOCUMENT_NUMBERED_KIND:
        put_number(event, out);
        return;
    case EVENT_MINUTES_PRESENTED_KIND:
        (void)fprintf(out,
                      _("The minutes are read back: version %" PRIu64
                        ", drawn up to event %" PRIu64),
                      event->body.minutes_presented.version,
                      event->body.minutes_presented.upto);
        return;
    case EVENT_OBJECTION_RAISED_KIND:
        put_objection(view, event, out);
        return;
    case EVENT_OBJECTION_ANSWERED_KIND:
        put_answer(view, event, out);
        return;
    case EVENT_MINUTES_ADOPTED_KIND:
        (void)fprintf(
            out, _("The minutes are adopted: version %" PRIu64 ", by vote %s"),
            event->body.minutes_adopted.version,
            event->body.minutes_adopted.vote.text);
        return;
    case EVENT_MINUTES_SIGNED_KIND:
        (void)fprintf(out, _("%s signs the minutes as %s"),
                      cli_who(view, &event->body.minutes_signed.member).text,
                      _(signers[event->body.minutes_signed.role]));
        return;
    default:
        return;
    }
}

static void show_objections(const struct meeting_view *view, FILE *out)
{
    const struct meeting_minutes *minutes = &view->state->minutes;
    size_t i;

    for (i = 0; i < minutes->objection_count; i++) {
        const struct meeting_objection *objection = &minutes->objections[i];

        (void)fprintf(out, "    %s. %s (%s)", objection->id.text,
                      cli_who(view, &objection->member).text,
                      objection->kind == MINUTES_RESERVATION
                          ? _("keeps another opinion")
                          : _(answers[objection->answer]));
        put_text(view, objection->seq, out);
        (void)fputc('\n', out);
    }
}

void cli_minutes_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_minutes *minutes = &view->state->minutes;
    size_t i;

    if (minutes->version == 0)
        (void)fprintf(out, "  %s\n", _("The minutes were not read back yet."));
    else
        (void)fprintf(out,
                      _("  Read back:    version %" PRIu64
                        ", up to event %" PRIu64 "%s\n"),
                      minutes->version, minutes->upto,
                      meeting_minutes_are_stale(minutes) ? _("; changed since")
                                                         : "");
    if (minutes->adopted_version > 0)
        (void)fprintf(out, _("  Adopted:      by vote %s\n"),
                      minutes->adopted_by.text);
    if (minutes->objection_count > 0)
        (void)fprintf(out, _("  Objections:   %zu wait for an answer\n"),
                      meeting_minutes_open_objections(minutes));
    show_objections(view, out);
    for (i = 0; i < minutes->signature_count; i++)
        (void)fprintf(out, _("  Signed:       %s, as %s\n"),
                      cli_who(view, &minutes->signatures[i].member).text,
                      _(signers[minutes->signatures[i].role]));
}

static json_t *objection_json(const struct meeting_objection *objection)
{
    const char *answer =
        objection->answer == objection_answer_none_
            ? ""
            : enum_word(&objection_answer_words, (int)objection->answer);

    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", objection->id.text,
                     "member", objection->member.text, "kind",
                     enum_word(&minutes_objection_words, (int)objection->kind),
                     "entry", objection->entry.text, "answer", answer);
}

json_t *cli_minutes_json(const struct meeting_state *state)
{
    const struct meeting_minutes *minutes = &state->minutes;
    json_t *objections = json_array(), *signatures = json_array();
    size_t i;

    for (i = 0; i < minutes->objection_count; i++)
        (void)json_array_append_new(objections,
                                    objection_json(&minutes->objections[i]));
    for (i = 0; i < minutes->signature_count; i++)
        (void)json_array_append_new(
            signatures, json_pack("{s:s, s:s}", "member",
                                  minutes->signatures[i].member.text, "role",
                                  enum_word(&minutes_signer_words,
                                            (int)minutes->signatures[i].role)));
    return json_pack("{s:I, s:I, s:b, s:I, s:I, s:o, s:o}", "version",
                     (json_int_t)minutes->version, "upto",
                     (json_int_t)minutes->upto, "stale",
                     (int)meeting_minutes_are_stale(minutes), "adopted",
                     (json_int_t)minutes->adopted_version, "signed_seq",
                     (json_int_t)minutes->signed_seq, "objections", objections,
                     "signatures", signatures);
}
