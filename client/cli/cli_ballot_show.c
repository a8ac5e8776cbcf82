#include "client/cli/cli_ballot_show.h"

#include "client/cli/cli_ballot_decided.h"
#include "client/cli/cli_ballot_text.h"
#include "client/cli/cli_devices.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *cli_ballot_phase_text(enum ballot_phase phase)
{
    switch (phase) {
    case BALLOT_PHASE_NONE:
    case BALLOT_PHASE_COUNT:
        break;
    case BALLOT_PHASE_DRAFTED:
        return _("drafted, not yet adopted");
    case BALLOT_PHASE_KEYS:
        return _("the tellers' devices make the keys");
    case BALLOT_PHASE_ISSUING:
        return _("ballots are handed out");
    case BALLOT_PHASE_ATTESTING:
        return _("the devices confirm the list");
    case BALLOT_PHASE_VOTING:
        return _("open for voting");
    case BALLOT_PHASE_ENDED:
        return _("closed; the count has not begun");
    case BALLOT_PHASE_COUNTING:
        return _("being counted");
    case BALLOT_PHASE_DONE:
        return _("counted");
    case BALLOT_PHASE_VOID:
        return _("void");
    }
    return "";
}

/* --- names ---------------------------------------------------------------- */

void cli_members_write(const struct meeting_view *view,
                       const struct identifier *members, size_t count,
                       size_t max, FILE *out)
{
    size_t i;

    for (i = 0; i < count && i < max; i++)
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "",
                      cli_who(view, &members[i]).text);
    if (count > max)
        (void)fprintf(out, _(" and %zu more"), count - max);
}

/* --- the paper ------------------------------------------------------------ */

enum result cli_ballot_paper_of(const struct meeting_view *view,
                                const struct meeting_ballot *ballot,
                                struct cli_paper_copy *out)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &ballot->id);
    struct text_view form;

    if (own && own->has_election) {
        const struct cli_paper paper = { .name = own->name,
                                         .questions = own->questions,
                                         .question_count =
                                             own->question_count };

        return cli_paper_copy_make(out, &paper);
    }
    form = meeting_view_text(view, ballot->drafted_seq, "form");
    if (!form.data)
        return RESULT_NOT_FOUND;
    return cli_paper_copy_of_draft(out, form);
}

/* "b1: <name>"; without a name where it cannot be read. */
static void put_title(const struct meeting_view *view,
                      const struct meeting_ballot *ballot, FILE *out)
{
    struct cli_paper_copy copy;

    (void)fprintf(out, _("Secret ballot %s"), ballot->id.text);
    if (cli_ballot_paper_of(view, ballot, &copy) == RESULT_OK) {
        (void)fprintf(out, ": %s", copy.name);
        cli_paper_copy_release(&copy);
    }
}

/* --- how far it is -------------------------------------------------------- */

static void put_committee(const struct meeting_view *view,
                          const struct meeting_ballot *ballot, FILE *out)
{
    size_t i;

    (void)fputs(_("  Tellers: "), out);
    for (i = 0; i < ballot->teller_count; i++)
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "",
                      cli_who(view, &ballot->tellers[i].member).text);
    (void)fprintf(out,
                  _("; %" PRIu64 " of %zu have to decrypt, with the server\n"),
                  ballot->threshold, ballot->teller_count);
}

/* Those of the list who have not done it yet. */
static void put_awaited(const struct meeting_view *view,
                        const struct meeting_ballot *ballot, FILE *out)
{
    struct identifier *awaited;
    size_t count = 0;
    size_t i;

    awaited = calloc(ballot->voter_count + 1, sizeof *awaited);
    if (!awaited)
        return;
    for (i = 0; i < ballot->voter_count; i++) {
        const struct meeting_ballot_voter *voter = &ballot->voters[i];
        bool is_awaited = false;

        if (voter->channel == BALLOT_BY_OWN && !voter->is_dropped)
            is_awaited = ballot->phase == BALLOT_PHASE_ISSUING
                             ? !voter->is_issued
                         : ballot->phase == BALLOT_PHASE_ATTESTING
                             ? voter->is_issued && !voter->has_attested
                         : ballot->phase == BALLOT_PHASE_ENDED
                             ? voter->is_issued && !voter->included
                             : false;
        if (is_awaited)
            awaited[count++] = voter->member;
    }
    if (count > 0) {
        (void)fputs(_("  Waiting for: "), out);
        cli_members_write(view, awaited, count, 20, out);
        (void)fputc('\n', out);
    }
    free(awaited);
}

static void put_numbers(const struct meeting_view *view,
                        const struct meeting_ballot *ballot, FILE *out)
{
    struct meeting_ballot_numbers numbers;

    if (ballot->phase == BALLOT_PHASE_DRAFTED)
        return;
    meeting_ballot_numbers(ballot, &numbers);
    (void)fprintf(
        out,
        _("  Members: %" PRIu64 " by own devices, %" PRIu64
          " by hall devices, %" PRIu64 " on paper that is entered, %" PRIu64
          " on paper, %" PRIu64 " not at all\n"),
        numbers.by_channel[BALLOT_BY_OWN], numbers.by_channel[BALLOT_BY_HALL],
        numbers.by_channel[BALLOT_BY_TRANSCRIBED],
        numbers.by_channel[BALLOT_BY_PAPER],
        numbers.by_channel[BALLOT_BY_NONE]);
    if (ballot->phase == BALLOT_PHASE_ISSUING)
        (void)fprintf(out, _("  Ballots handed out: %" PRIu64 "\n"),
                      numbers.issued + numbers.pooled);
    if (ballot->phase == BALLOT_PHASE_ATTESTING)
        (void)fprintf(out,
                      _("  The list has %" PRIu64 " entries: %" PRIu64
                        " of %" PRIu64 " devices confirmed it\n"),
                      ballot->length, numbers.attested, numbers.issued);
    if (ballot->phase >= BALLOT_PHASE_VOTING &&
        ballot->phase != BALLOT_PHASE_VOID)
        (void)fprintf(out,
                      _("  Returned: %" PRIu64 " of %" PRIu64 " ballots\n"),
                      ballot->returned, ballot->length);
    if (ballot->phase == BALLOT_PHASE_ENDED)
        (void)fprintf(out,
                      _("  %" PRIu64 " of %" PRIu64
                        " devices confirmed that their ballot is in the "
                        "count\n"),
                      numbers.included, numbers.attested);
    if (ballot->phase == BALLOT_PHASE_COUNTING)
        (void)fprintf(out,
                      _("  Decrypted by %" PRIu64 " of %" PRIu64
                        " tellers that are needed\n"),
                      meeting_ballot_tellers_decrypted(ballot),
                      ballot->threshold);
    put_awaited(view, ballot, out);
}

/* --- what this device has done -------------------------------------------- */

static void put_trackers(const struct client_ballot_view *own, FILE *out)
{
    char tracker[CLIENT_BALLOT_TRACKER_SIZE];
    char time[CLI_TIME_SIZE];
    size_t i;

    for (i = 0; i < own->tracker_count; i++) {
        client_ballot_tracker_text(&own->trackers[i].ballot, tracker);
        if (own->trackers[i].has_receipt) {
            cli_clock_write(own->trackers[i].at_ms, time);
            (void)fprintf(out,
                          _("  Your ballot number %zu: receipt of %s, place "
                            "%" PRIu64 "\n    tracker %s\n"),
                          i + 1, time, own->trackers[i].height, tracker);
        } else {
            (void)fprintf(out,
                          _("  Your ballot number %zu: on its way, no receipt "
                            "yet\n    tracker %s\n"),
                          i + 1, tracker);
        }
    }
}

static void put_own(const struct meeting_ballot *ballot,
                    const struct client_ballot_view *own, FILE *out)
{
    if (own->teller > 0)
        (void)fprintf(out, _("  You are teller number %" PRIu64 ".\n"),
                      own->teller);
    if (own->is_voter && !own->has_credential && own->tracker_count == 0 &&
        ballot->phase <= BALLOT_PHASE_ISSUING)
        (void)fputs(_("  This device has no ballot yet: /take-ballot\n"), out);
    else if (own->is_ready)
        (void)fputs(_("  You can vote on this device: /cast\n"), out);
    else if (own->has_attested)
        (void)fputs(_("  This device has confirmed the list.\n"), out);
    else if (own->has_credential)
        (void)fputs(_("  This device has a ballot for you.\n"), out);
    if (own->pool_size == 0) /* others use that device, too */
        put_trackers(own, out);
    if (own->has_confirmed)
        (void)fputs(_("  This device has checked that your ballot is in the "
                      "count.\n"),
                    out);
    if (own->is_asked)
        (void)fputs(_("  Your decryption waits for your decision: "
                      "/decrypt-anyway\n"),
                    out);
    if (own->check == CLIENT_BALLOT_FETCHING && own->check_size > 0)
        (void)fprintf(
            out, _("  Fetching the record: %" PRIu64 " of %" PRIu64 " bytes\n"),
            own->check_done, own->check_size);
    if (own->check == CLIENT_BALLOT_CHECKING)
        (void)fprintf(out,
                      _("  Checking: %" PRIu64 " of %" PRIu64 " ballots\n"),
                      own->check_done, own->check_size);
    if (own->check == CLIENT_BALLOT_BAD)
        (void)fputs(_("  THE RECORD IS FALSE: do not trust this result.\n"),
                    out);
}

void cli_ballot_show(const struct meeting_view *view,
                     const struct meeting_ballot *ballot, size_t width,
                     FILE *out)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &ballot->id);
    struct cli_paper_copy copy;

    put_title(view, ballot, out);
    (void)fprintf(out, "\n  %s\n", cli_ballot_phase_text(ballot->phase));
    cli_ballot_matter_write(view, ballot, out);
    put_committee(view, ballot, out);
    put_numbers(view, ballot, out);
    if (own)
        put_own(ballot, own, out);
    if (ballot->phase == BALLOT_PHASE_DONE) {
        cli_ballot_result_show(view, ballot, width, out);
    } else if (ballot->phase < BALLOT_PHASE_VOTING &&
               cli_ballot_paper_of(view, ballot, &copy) == RESULT_OK) {
        cli_paper_write(&copy.paper, NULL, width, out);
        cli_paper_copy_release(&copy);
    }
}

void cli_ballots_show(const struct meeting_view *view, FILE *out)
{
    const struct meeting_state *state = view->state;
    size_t i;

    if (state->ballot_count == 0)
        (void)fprintf(out, "  %s\n", _("There is no secret ballot yet."));
    for (i = 0; i < state->ballot_count; i++) {
        (void)fputs("  ", out);
        put_title(view, &state->ballots[i], out);
        (void)fprintf(out, " (%s)\n",
                      cli_ballot_phase_text(state->ballots[i].phase));
    }
}

/* --- the list ------------------------------------------------------------- */

void cli_ballot_device_write(const struct meeting_view *view,
                             const struct key *key, FILE *out)
{
    enum { MS_PER_HOUR = 3600000, HOURS_PER_DAY = 24 };
    const struct register_device *device =
        view->org ? register_state_device(view->org, key) : NULL;
    struct text_view label;
    int64_t hours;

    if (!device) {
        (void)fprintf(out, _("device %s"), device_code_of(key).text);
        return;
    }
    label = cli_device_label(view, device);
    hours = (view->org->at_ms - device->enrolled_ms) / MS_PER_HOUR;
    if (view->state && view->state->at_ms > view->org->at_ms)
        hours = (view->state->at_ms - device->enrolled_ms) / MS_PER_HOUR;
    if (hours >= 2 * HOURS_PER_DAY)
        (void)fprintf(out, _("device %.*s, known for %" PRId64 " days"),
                      (int)label.size, label.data, hours / HOURS_PER_DAY);
    else if (hours < 1)
        (void)fprintf(out, _("device %.*s, NEW: known for less than an hour"),
                      (int)label.size, label.data);
    else
        (void)fprintf(out, _("device %.*s, NEW: known for %" PRId64 " hours"),
                      (int)label.size, label.data, hours);
}

static void put_own_voter(const struct meeting_view *view,
                          const struct meeting_ballot *ballot,
                          const struct meeting_ballot_voter *voter, FILE *out)
{
    if (!voter->is_issued) {
        (void)fputs(ballot->phase <= BALLOT_PHASE_ISSUING
                        ? _("no ballot taken yet")
                        : _("took no ballot"),
                    out);
        return;
    }
    cli_ballot_device_write(view, &voter->device, out);
    if (ballot->phase < BALLOT_PHASE_ATTESTING)
        return;
    (void)fputs(voter->has_attested ? _("; has confirmed the list")
                                    : _("; WAITED FOR: has not confirmed the "
                                        "list"),
                out);
    if (ballot->phase < BALLOT_PHASE_ENDED ||
        ballot->phase == BALLOT_PHASE_VOID)
        return;
    (void)fputs(voter->included ? _("; has confirmed the count")
                                : _("; has not confirmed the count"),
                out);
}

static void put_voter(const struct meeting_view *view,
                      const struct meeting_ballot *ballot,
                      const struct meeting_ballot_voter *voter, FILE *out)
{
    (void)fprintf(out, "  %s: ", cli_who(view, &voter->member).text);
    if (voter->is_dropped) {
        (void)fputs(_("dropped from the list\n"), out);
        return;
    }
    switch (voter->channel) {
    case BALLOT_BY_OWN:
        put_own_voter(view, ballot, voter, out);
        break;
    case BALLOT_BY_HALL:
        (void)fprintf(out, _("by the device of %s"),
                      cli_who(view, &voter->site).text);
        break;
    case BALLOT_BY_TRANSCRIBED:
        (void)fprintf(out, _("on paper, which is entered at the device of %s"),
                      cli_who(view, &voter->site).text);
        break;
    case BALLOT_BY_PAPER:
    case BALLOT_BY_NONE:
    case ballot_channel_none_:
    case ballot_channel_count_:
        (void)fputs(cli_ballot_channel_text(voter->channel), out);
        break;
    }
    (void)fputc('\n', out);
}

static void put_pool(const struct meeting_view *view,
                     const struct meeting_ballot_pool *pool, FILE *out)
{
    if (pool->is_dropped)
        return;
    (void)fprintf(out,
                  pool->is_transcribed
                      ? _("  %s: %" PRIu64 " paper ballots to be entered; ")
                      : _("  %s: %" PRIu64 " ballots; "),
                  cli_who(view, &pool->site).text, pool->k);
    if (pool->is_confirmed)
        (void)fprintf(out, _("confirmed by %s\n"),
                      cli_who(view, &pool->confirmed_by).text);
    else if (pool->has_attested)
        (void)fprintf(out,
                      _("a teller has to confirm them: /confirm-hall %s\n"),
                      pool->site.text);
    else
        (void)fputs(_("WAITED FOR: the device has not confirmed the list\n"),
                    out);
}

void cli_ballot_list_show(const struct meeting_view *view,
                          const struct meeting_ballot *ballot, FILE *out)
{
    size_t i;

    put_title(view, ballot, out);
    (void)fprintf(out, "\n  %s\n", cli_ballot_phase_text(ballot->phase));
    if (ballot->voter_count == 0)
        (void)fputs(_("  Who votes how is settled when it is adopted.\n"), out);
    for (i = 0; i < ballot->voter_count; i++)
        put_voter(view, ballot, &ballot->voters[i], out);
    for (i = 0; i < ballot->pool_count; i++)
        put_pool(view, &ballot->pools[i], out);
    put_numbers(view, ballot, out);
}
