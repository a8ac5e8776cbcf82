/* What errata of the minutes say. */
#include "client/cli/cli_errata_internal.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <inttypes.h>
#include <string.h>

static bool is_here(const struct meeting_view *view,
                    const struct register_erratum *erratum)
{
    return identifier_equal(&erratum->meeting, &view->log);
}

bool cli_errata_are_there(const struct meeting_view *view)
{
    return view->org && register_state_errata(view->org, &view->log) > 0;
}

bool cli_erratum_read(const struct meeting_view *view,
                      const struct register_erratum *erratum,
                      struct erratum_text *out)
{
    const struct text_view json =
        meeting_view_register_text(view, erratum->seq, "erratum");

    return json.data && erratum_text_read(json, out) == RESULT_OK;
}

static void put_part(const char *what, struct text_view text, FILE *out)
{
    (void)fprintf(out, "    %s ", what);
    if (text.size > 0)
        cli_text_write(text, out);
    else
        (void)fputs(_("(nothing)"), out);
    (void)fputc('\n', out);
}

void cli_erratum_put_place(const struct erratum_text *text, FILE *out)
{
    if (!identifier_is_empty(&text->entry))
        (void)fprintf(out, _("entry %s"), text->entry.text);
    else if (text->line > 0)
        (void)fprintf(out, _("the line of event %" PRIu64), text->line);
    else
        (void)fputs(_("the minutes as a whole"), out);
}

void cli_erratum_put_text(const struct erratum_text *text, FILE *out)
{
    put_part(_("the minutes say:"), text->stands, out);
    put_part(_("it should say:"), text->should, out);
    put_part(_("reason:"), text->reason, out);
}

const char *cli_erratum_role(enum minutes_signer role)
{
    return role == SIGNER_CHAIR ? _("as chair") : _("as minute-taker");
}

static const struct identifier *
officer_of(const struct meeting_view *view,
           const struct register_erratum_signature *signature)
{
    return signature->role == SIGNER_CHAIR ? &view->state->presiding
                                           : &view->state->minute_taker;
}

/* Is it not who had the office when the meeting was closed? */
static bool stands_in(const struct meeting_view *view,
                      const struct register_erratum_signature *signature)
{
    return view->state &&
           !identifier_equal(&signature->member, officer_of(view, signature));
}

/* Could who had it have signed? What the register was then, only the record
 * shows, so this is no proof that somebody signed who may not. */
static bool is_doubtful(const struct meeting_view *view,
                        const struct register_erratum_signature *signature)
{
    return stands_in(view, signature) &&
           erratum_standing(view->org, view->state, NULL,
                            officer_of(view, signature),
                            signature->role) == ERRATUM_STANDING_OWN;
}

static void put_signers(const struct meeting_view *view,
                        const struct register_erratum *erratum, FILE *out)
{
    size_t i;

    for (i = 0; i < erratum->signature_count; i++) {
        const struct register_erratum_signature *row = &erratum->signatures[i];

        (void)fprintf(out,
                      stands_in(view, row)
                          ? _("    signed by %s, %s, in place of one who has "
                              "left the cell\n")
                          : _("    signed by %s, %s\n"),
                      cli_who(view, &row->member).text,
                      cli_erratum_role(row->role));
        if (is_doubtful(view, row))
            (void)fprintf(
                out, "    %s\n",
                _("ATTENTION: who had this office is still of the cell; "
                  "have the record verified"));
    }
}

static void put_erratum(const struct meeting_view *view,
                        const struct register_erratum *erratum, FILE *out)
{
    struct erratum_text text = { .root = NULL };
    const bool is_read = cli_erratum_read(view, erratum, &text);

    (void)fprintf(out, _("  No. %" PRIu64), erratum->number);
    if (is_read) {
        (void)fprintf(out, " (%.*s), ", (int)text.date.size, text.date.data);
        cli_erratum_put_place(&text, out);
    }
    (void)fprintf(out, ": %s\n",
                  register_erratum_is_in_force(erratum)
                      ? _("in force")
                      : _("NOT IN FORCE: the other of the two has not signed"));
    if (is_read) {
        cli_erratum_put_text(&text, out);
        erratum_text_release(&text);
    } else {
        (void)fprintf(out, "    %s\n", _("(not shown to you)"));
    }
    put_signers(view, erratum, out);
}

void cli_errata_show(const struct meeting_view *view, FILE *out)
{
    size_t i;

    if (!view->org) {
        (void)fputs(_("The list of devices is not here yet: try again in a "
                      "moment.\n"),
                    out);
        return;
    }
    if (!cli_errata_are_there(view)) {
        (void)fprintf(out, "  %s\n", _("These minutes have no errata."));
        return;
    }
    for (i = 0; i < view->org->errata.count; i++)
        if (is_here(view, &view->org->errata.rows[i]))
            put_erratum(view, &view->org->errata.rows[i], out);
}

static bool corrects(const struct erratum_text *text,
                     const struct identifier *entry, uint64_t seq)
{
    if (!identifier_is_empty(&text->entry))
        return entry && identifier_equal(&text->entry, entry);
    return text->line > 0 && text->line == seq;
}

void cli_errata_of(const struct meeting_view *view,
                   const struct identifier *entry, uint64_t seq,
                   char out[CLI_ERRATA_OF_SIZE])
{
    size_t i, size = 0;

    out[0] = '\0';
    for (i = 0; view->org && i < view->org->errata.count; i++) {
        const struct register_erratum *erratum = &view->org->errata.rows[i];
        struct erratum_text text = { .root = NULL };

        if (!is_here(view, erratum) || !register_erratum_is_in_force(erratum) ||
            !cli_erratum_read(view, erratum, &text))
            continue;
        if (corrects(&text, entry, seq) && size + 24 < CLI_ERRATA_OF_SIZE)
            size += (size_t)snprintf(&out[size], CLI_ERRATA_OF_SIZE - size,
                                     "%s%" PRIu64, size > 0 ? ", " : "",
                                     erratum->number);
        erratum_text_release(&text);
    }
}

bool cli_erratum_event_write(const struct meeting_view *view,
                             const struct register_event *event, FILE *out)
{
    const bool is_first = event->kind == REGISTER_ERRATUM_PROPOSED_KIND;
    const struct register_erratum_proposed *first =
        &event->body.erratum_proposed;
    const struct register_erratum_signed *second = &event->body.erratum_signed;
    const struct identifier *meeting =
        is_first ? &first->meeting : &second->meeting;

    if ((!is_first && event->kind != REGISTER_ERRATUM_SIGNED_KIND) ||
        !register_errata_may_open(view->org, &view->me, meeting))
        return false;
    if (is_first)
        (void)fprintf(out,
                      _("Erratum %" PRIu64 " of the minutes of %s is proposed "
                        "and signed by %s; the other of the two is to sign: "
                        "/sign-erratum %" PRIu64),
                      first->number, meeting->text,
                      cli_who(view, &first->member).text, first->number);
    else
        (void)fprintf(out,
                      _("Erratum %" PRIu64 " of the minutes of %s is signed by "
                        "%s, too, and in force now"),
                      second->number, meeting->text,
                      cli_who(view, &second->member).text);
    return true;
}
