/* The sections of a meeting. */
#include "protocol/verify/verify_report.h"

#include "protocol/verify/verify_ballot_words.h"
#include "protocol/verify/verify_text.h"
#include "protocol/verify/verify_words.h"

#define LLU(number) ((unsigned long long)(number))
#define WHO(id) (verify_who(findings, id).text)

static void report_head(const struct verify_findings *findings, FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;

    if (meeting->title)
        (void)fprintf(out, "  %s\n", meeting->title);
    if (meeting->unit_name)
        (void)fprintf(out, "  %s\n", meeting->unit_name);
    (void)fprintf(out, _("  %llu events, %s to %s\n"),
                  LLU(meeting->reader.count),
                  verify_moment(meeting->first_ms).text,
                  verify_moment(meeting->last_ms).text);
    (void)fprintf(
        out, _("  head at event %llu: %s\n"), LLU(meeting->reader.count - 1),
        verify_hex(&meeting->reader.heads[meeting->reader.count - 1]).text);
    (void)fprintf(out, _("  key of the server: fingerprint %s\n"),
                  server_fingerprint_of(&meeting->state->server).text);
}

/* --- Proven -------------------------------------------------------------- */

static void report_vote(const struct verify_findings *findings,
                        const struct verify_vote *kept, FILE *out)
{
    const struct meeting_vote *vote =
        meeting_state_vote(findings->meeting.state, &kept->id);

    (void)fprintf(out, _("  Vote %s: %s\n"), kept->id.text,
                  kept->motion ? kept->motion : _("(motion not opened)"));
    if (!vote || vote->phase == VOTE_OPEN) {
        (void)fprintf(out, _("    opened by %s, still open\n"),
                      WHO(&kept->opened_by));
        return;
    }
    if (vote->phase == VOTE_CANCELLED) {
        (void)fprintf(out, _("    opened by %s, cancelled by %s\n"),
                      WHO(&kept->opened_by), WHO(&kept->ended_by));
        return;
    }
    (void)fprintf(
        out,
        _("    in favour %llu, against %llu, other opinion %llu, abstained "
          "%llu; of %llu (%s): %s\n"),
        LLU(vote->counts[CHOICE_YES]), LLU(vote->counts[CHOICE_NO]),
        LLU(vote->counts[CHOICE_OTHER]), LLU(vote->counts[CHOICE_ABSTAIN]),
        LLU(vote->denominator), kept->test,
        vote->is_passed ? _("ADOPTED") : _("NOT ADOPTED"));
    (void)fprintf(out,
                  _("    %llu votes signed by members' own devices; opened by "
                    "%s, closed by %s\n"),
                  LLU(kept->own_count), WHO(&kept->opened_by),
                  WHO(&kept->ended_by));
    if (!kept->is_d_recomputed)
        (void)fprintf(out, "    %s\n",
                      _("the number of members fits the roll; who of them "
                        "counts, only the ruleset says (--rules)"));
}

/* Added again from what the server gathered; that the groups voted so, their
 * own records prove. */
static void report_decision(const struct verify_findings *findings,
                            const struct verify_group_decision *kept, FILE *out)
{
    (void)fprintf(out, _("  Decided by party groups: %s\n"),
                  kept->motion ? kept->motion : _("(motion not opened)"));
    (void)fprintf(
        out,
        _("    in favour %llu, against %llu, other opinion %llu, abstained "
          "%llu; of %llu (%s): %s\n"),
        LLU(kept->counts[CHOICE_YES]), LLU(kept->counts[CHOICE_NO]),
        LLU(kept->counts[CHOICE_OTHER]), LLU(kept->counts[CHOICE_ABSTAIN]),
        LLU(kept->denominator), kept->test,
        kept->is_passed ? _("ADOPTED") : _("NOT ADOPTED"));
    (void)fprintf(out,
                  _("    by %s; the numbers of each group are those that the "
                    "server gathered: verify the groups' own records, too\n"),
                  WHO(&kept->by));
    if (!kept->is_by_rules)
        (void)fprintf(out, "    %s\n",
                      _("whether that many were enough, only the ruleset says "
                        "(--rules)"));
}

static void report_proven(const struct verify_findings *findings, FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;
    size_t i;

    verify_report_heading(_("PROVEN: signed by members' devices"), out);
    (void)fprintf(out,
                  _("  %llu acts, each over the history before it, by a device "
                    "that was enrolled then:\n"),
                  LLU(meeting->act_count));
    for (i = 0; i < meeting->signers_count; i++)
        if (meeting->signers[i].acts > 0)
            (void)fprintf(out, "    %s: %llu\n", WHO(&meeting->signers[i].id),
                          LLU(meeting->signers[i].acts));
    verify_report_heading(_("PROVEN: computed again from the record"), out);
    (void)fprintf(out, "  %s\n",
                  _("the chain of all events; every step follows from those "
                    "before it"));
    for (i = 0; i < meeting->votes_count; i++)
        report_vote(findings, &meeting->votes[i], out);
    for (i = 0; i < meeting->decisions_count; i++)
        report_decision(findings, &meeting->decisions[i], out);
}

/* --- Errata --------------------------------------------------------------- */

static void put_part(const char *what, struct text_view text, FILE *out)
{
    (void)fprintf(out, "    %s ", what);
    if (text.size > 0)
        (void)fwrite(text.data, 1, text.size, out);
    else
        (void)fputs(_("(nothing)"), out);
    (void)fputc('\n', out);
}

static void report_erratum_text(const struct erratum_text *text, FILE *out)
{
    if (!text->root) {
        (void)fprintf(out, "    %s\n", _("its text is not opened"));
        return;
    }
    if (!identifier_is_empty(&text->entry))
        (void)fprintf(out, _("    of entry %s\n"), text->entry.text);
    else if (text->line > 0)
        (void)fprintf(out, _("    of the line of event %llu\n"),
                      LLU(text->line));
    put_part(_("the minutes say:"), text->stands, out);
    put_part(_("it should say:"), text->should, out);
    put_part(_("reason:"), text->reason, out);
}

static void report_erratum_signer(const struct verify_findings *findings,
                                  const struct minutes_erratum_signer *signer,
                                  enum erratum_standing standing, FILE *out)
{
    const char *office = signer->role == SIGNER_CHAIR
                             ? _("who presided")
                             : _("who took the minutes");

    (void)fprintf(out,
                  standing == ERRATUM_STANDING_IN_PLACE
                      ? _("    signed by %s, an officer of the cell in place "
                          "of %s and is not there any more\n")
                      : _("    signed by %s, %s\n"),
                  WHO(&signer->member), office);
}

static void report_errata(const struct verify_findings *findings, FILE *out)
{
    const struct verify_errata *errata = &findings->errata;
    size_t i, k;

    if (errata->count == 0)
        return;
    verify_report_heading(_("PROVEN: errata of the minutes, signed by devices"),
                          out);
    for (i = 0; i < errata->told.count && i < errata->count; i++) {
        const struct minutes_erratum *row = &errata->told.rows[i];

        (void)fprintf(out, _("  No. %llu, register event %llu: %s\n"),
                      LLU(row->number), LLU(row->seq),
                      errata->rows[i].is_in_force
                          ? _("in force")
                          : _("NOT IN FORCE: the other of the two has not "
                              "signed"));
        report_erratum_text(&row->text, out);
        for (k = 0; k < row->signer_count; k++)
            report_erratum_signer(findings, &row->signers[k],
                                  errata->rows[i].standings[k], out);
    }
}

/* --- What others say ----------------------------------------------------- */

static void report_server(const struct verify_findings *findings, FILE *out)
{
    static const struct {
        const char *words;
        enum meeting_event_kind kinds[4];
    } rows[] = {
        { N_("connections made, lost and ended"),
          { EVENT_CONNECTED_KIND, EVENT_CONNECTION_LOST_KIND,
            EVENT_DISCONNECTED_KIND } },
        { N_("hands raised and lowered"),
          { EVENT_HAND_RAISED_KIND, EVENT_HAND_LOWERED_KIND,
            EVENT_POINT_OF_ORDER_RAISED_KIND } },
        { N_("floor given, extended and ended"),
          { EVENT_FLOOR_GIVEN_KIND, EVENT_FLOOR_EXTENDED_KIND,
            EVENT_FLOOR_ENDED_KIND, EVENT_FLOOR_WARNED_KIND } },
        { N_("microphones switched"),
          { EVENT_MUTED_KIND, EVENT_UNMUTED_KIND, EVENT_MUTE_RELEASED_KIND } },
        { N_("knocks at the lobby"), { EVENT_KNOCKED_KIND } },
        { N_("restarts of the server, jumps of its clock"),
          { EVENT_SERVER_RESTARTED_KIND, EVENT_CLOCK_JUMPED_KIND } },
        { N_("changes of people and devices"), { EVENT_ROSTER_CHANGED_KIND } },
    };
    const struct verify_meeting *meeting = &findings->meeting;
    size_t i, j;

    verify_report_heading(_("RECORDED BY THE SERVER, signed by nobody else"),
                          out);
    (void)fprintf(out, _("  all times, and %llu events; among them:\n"),
                  LLU(meeting->unsigned_count));
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t count = 0;

        for (j = 0; j < 4 && rows[i].kinds[j] != 0; j++)
            count += meeting->kinds[rows[i].kinds[j]];
        if (count > 0)
            (void)fprintf(out, "    %s: %llu\n", _(rows[i].words), LLU(count));
    }
}

static void report_entered(const struct verify_findings *findings, FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;
    bool is_any = false;
    size_t i;

    verify_report_heading(_("ENTERED BY PEOPLE, for others"), out);
    for (i = 0; i < meeting->signers_count; i++) {
        const struct verify_signer *signer = &meeting->signers[i];

        if (signer->ticks + signer->absences == 0)
            continue;
        is_any = true;
        (void)fprintf(out,
                      _("  by %s: %llu presences ticked or taken back, %llu "
                        "absences\n"),
                      WHO(&signer->id), LLU(signer->ticks),
                      LLU(signer->absences));
    }
    for (i = 0; i < meeting->halls_count; i++) {
        const struct verify_hall *hall = &meeting->halls[i];

        is_any = true;
        (void)fprintf(
            out,
            _("  by %s: votes of a hall in vote %s: in favour %llu, against "
              "%llu, other opinion %llu, abstained %llu, of %llu ticked "
              "there\n"),
            WHO(&hall->by), hall->vote.text, LLU(hall->counts[CHOICE_YES]),
            LLU(hall->counts[CHOICE_NO]), LLU(hall->counts[CHOICE_OTHER]),
            LLU(hall->counts[CHOICE_ABSTAIN]), LLU(hall->ticked));
    }
    if (!is_any)
        (void)fprintf(out, "  %s\n", _("nothing"));
}

/* --- Devices ------------------------------------------------------------- */

static void report_devices(const struct verify_findings *findings, FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;
    size_t i, unvouched = 0, founding = 0, unproven = 0;

    verify_report_heading(_("DEVICES"), out);
    (void)fprintf(out, "  %s\n",
                  meeting->state->is_vouching_required
                      ? _("This meeting took formal votes and acts of office "
                          "only from devices that others had vouched for.")
                      : _("This meeting did NOT ask for devices that others "
                          "had vouched for."));
    for (i = 0; i < meeting->devices_count; i++) {
        const struct verify_device *device = &meeting->devices[i];

        unvouched += device->is_unvouched;
        founding += device->is_founding;
        unproven += device->is_unproven;
        if (device->is_unproven)
            (void)fprintf(out,
                          _("  vouched for by NOTHING THAT COULD BE CHECKED, a "
                            "text is hidden: %s, device %s, %llu acts\n"),
                          WHO(&device->holder),
                          verify_device_words(&device->key).text,
                          LLU(device->acts));
        else if (device->is_unvouched)
            (void)fprintf(
                out, _("  not vouched for: %s, device %s, %llu acts\n"),
                WHO(&device->holder), verify_device_words(&device->key).text,
                LLU(device->acts));
        else if (device->unvouched_acts > 0)
            (void)fprintf(
                out,
                device->is_founding
                    ? _("  vouched for in a founding pair: %s, device "
                        "%s, after %llu acts\n")
                    : _("  vouched for in this meeting: %s, device "
                        "%s, after %llu acts\n"),
                WHO(&device->holder), verify_device_words(&device->key).text,
                LLU(device->unvouched_acts));
        else if (device->is_founding)
            (void)fprintf(
                out, _("  vouched for in a founding pair: %s, device %s\n"),
                WHO(&device->holder), verify_device_words(&device->key).text);
    }
    if (unvouched + founding + unproven == 0 && meeting->devices_count > 0)
        (void)fprintf(out, "  %s\n",
                      _("all devices that signed were vouched for"));
    if (!findings->has_registry)
        (void)fprintf(out, "  %s\n",
                      _("Whose devices these are is what the server says: no "
                        "register was given (--register)."));
    else
        (void)fprintf(out,
                      _("  Compared with the register: people and devices, "
                        "%llu times; not within its reach: %llu.\n"),
                      LLU(meeting->snapshot_count),
                      LLU(meeting->unreached_count));
}

/* --- Confirmed heads ----------------------------------------------------- */

static void report_checkpoint(const struct verify_checkpoint *checkpoint,
                              FILE *out)
{
    (void)fprintf(out, _("  up to event %llu (%s): %llu of %llu devices, %s\n"),
                  LLU(checkpoint->upto),
                  verify_reason_words(checkpoint->reason),
                  LLU(checkpoint->signer_count), LLU(checkpoint->asked_count),
                  checkpoint->is_complete ? _("complete") : _("INCOMPLETE"));
}

static void report_checkpoints(const struct verify_findings *findings,
                               FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;
    const size_t count = meeting->checkpoints_count;
    size_t i, complete = 0;

    verify_report_heading(_("CONFIRMED HEADS"), out);
    if (count == 0) {
        (void)fprintf(out, "  %s\n",
                      _("none: neither devices nor the server signed a head "
                        "in this record"));
        return;
    }
    for (i = 0; i < count; i++)
        complete += meeting->checkpoints[i].is_complete;
    (void)fprintf(out,
                  _("  %llu, each signed by the server and the devices named; "
                    "%llu complete (chair, minute-taker and more than half of "
                    "the devices)\n"),
                  LLU(count), LLU(complete));
    for (i = 0; i + 1 < count; i++)
        if (!meeting->checkpoints[i].is_complete)
            report_checkpoint(&meeting->checkpoints[i], out);
    report_checkpoint(&meeting->checkpoints[count - 1], out);
    for (i = 0; i < meeting->confirmed_count; i++)
        (void)fprintf(out, _("    confirmed: %s, device %s\n"),
                      WHO(&meeting->confirmed[i].holder),
                      verify_device_words(&meeting->confirmed[i].device).text);
    for (i = 0; i < meeting->missing_count; i++)
        (void)fprintf(out, _("    missing: %s, device %s\n"),
                      WHO(&meeting->missing[i].holder),
                      verify_device_words(&meeting->missing[i].device).text);
}

/* --- Losses -------------------------------------------------------------- */

static void report_losses(const struct verify_findings *findings, FILE *out)
{
    const struct verify_meeting *meeting = &findings->meeting;
    size_t i;

    if (meeting->losses_count == 0)
        return;
    verify_report_heading(_("LOST AND GIVEN UP"), out);
    for (i = 0; i < meeting->losses_count; i++) {
        const struct verify_loss *loss = &meeting->losses[i];

        (void)fprintf(out,
                      _("  events %llu to %llu at least were lost; that the "
                        "meeting goes on was signed by %s"),
                      LLU(loss->seq), LLU(loss->lost_seq), WHO(&loss->by));
        if (!identifier_is_empty(&loss->second))
            (void)fprintf(out, _(" and %s"), WHO(&loss->second));
        (void)fprintf(out, _(".\n    The lost head: %s\n"),
                      verify_hex(&loss->lost_head).text);
    }
}

/* --- Secret ballots ------------------------------------------------------ */

static const char *kind_words(enum objection_kind kind)
{
    return kind == OBJECTION_RECEIPT
               ? _("a receipt for a ballot that is not where it says")
               : _("a ballot that was issued and is not in the list");
}

static const char *shown_words(const struct verify_objection *objection)
{
    switch (objection->shown) {
    case VERIFY_SHOWN_PROVEN:
        return objection->row->is_late
                   ? _("proven; too late to make the ballot void")
                   : _("proven");
    case VERIFY_SHOWN_NOTHING:
        return _("not so: it is in the list");
    case VERIFY_SHOWN_UNKNOWN:
        break;
    }
    return _("not examined: the archive of the ballot was not given");
}

static void report_archive(const struct verify_archive *archive, FILE *out)
{
    (void)fprintf(out, _("  Ballot %s, archive %s: "), archive->ballot.text,
                  archive->name);
    switch (archive->status) {
    case VERIFY_ARCHIVE_EQUAL:
        (void)fprintf(out, "%s\n", _("verified, and as the record has it"));
        return;
    case VERIFY_ARCHIVE_SO_FAR:
        (void)fprintf(out, "%s\n",
                      _("as the record has it; it ends before the result"));
        return;
    case VERIFY_ARCHIVE_INVALID:
        (void)fprintf(out, _("NOT VALID: %s\n"),
                      verify_ballot_fault_words(archive->fault));
        return;
    case VERIFY_ARCHIVE_DIFFERS:
        (void)fprintf(out, _("IS NOT THE ONE OF THIS RECORD (%s)\n"),
                      archive->what);
        return;
    }
}

static void report_ballots(const struct verify_findings *findings, FILE *out)
{
    const struct verify_archives *archives = &findings->archives;
    size_t i;

    if (archives->count + archives->objection_count == 0)
        return;
    verify_report_heading(_("SECRET BALLOTS"), out);
    for (i = 0; i < archives->count; i++)
        report_archive(&archives->rows[i], out);
    for (i = 0; i < archives->objection_count; i++) {
        const struct verify_objection *objection = &archives->objections[i];

        (void)fprintf(out,
                      _("  Ballot %s, objection of %s (event %llu), %s: %s\n"),
                      objection->ballot.text, WHO(&objection->row->member),
                      LLU(objection->row->seq),
                      kind_words(objection->row->kind), shown_words(objection));
    }
}

void verify_report_meeting(const struct verify_findings *findings, FILE *out)
{
    report_head(findings, out);
    report_proven(findings, out);
    report_errata(findings, out);
    report_server(findings, out);
    report_entered(findings, out);
    report_devices(findings, out);
    report_checkpoints(findings, out);
    report_losses(findings, out);
    report_ballots(findings, out);
}
