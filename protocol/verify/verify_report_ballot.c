#include "protocol/verify/verify_report_ballot.h"

#include "protocol/base/limits.h"
#include "protocol/verify/verify_ballot_words.h"
#include "protocol/verify/verify_report.h"
#include "protocol/verify/verify_text.h"
#include "protocol/verify/verify_words.h"

#define LLU(number) ((unsigned long long)(number))

static void print_text(struct text_view text, FILE *out)
{
    (void)fprintf(out, "%.*s", (int)text.size, text.data);
}

/* --- The verdict --------------------------------------------------------- */

static const char bound_to_nothing[] =
    N_("who is in the list and whose keys these are is shown only by the "
       "meeting record");

static void report_fault(const struct ballot_facts *facts, FILE *out)
{
    (void)fprintf(out, _("  event %llu (%s): %s.\n"), LLU(facts->fault_event),
                  verify_ballot_kind_words(facts->fault_kind),
                  verify_ballot_fault_words(facts->fault));
    if (facts->fault_owner > 0)
        (void)fprintf(out, _("  It is trustee %llu.\n"),
                      LLU(facts->fault_owner));
}

/* What was compared, and is not so. */
static void report_differences(const struct verify_ballot *ballot, FILE *out)
{
    size_t i;

    for (i = 0; i < ballot->given_count; i++)
        if (ballot->given[i] == VERIFY_BALLOT_DIFFERS) {
            (void)fprintf(
                out, "  %s\n",
                _("This is not the archive whose head was announced."));
            break;
        }
    if (ballot->list == VERIFY_BALLOT_DIFFERS)
        (void)fprintf(out, "  %s\n",
                      _("This is not the list of voters that was announced."));
    if (ballot->tracker == VERIFY_BALLOT_DIFFERS)
        (void)fprintf(out, "  %s\n",
                      _("The ballot with this tracker is not in it."));
}

static void report_verdict(const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);

    switch (ballot->verdict) {
    case VERIFY_COMPLETE:
        (void)fprintf(out, _("consistent; %s\n"), _(bound_to_nothing));
        return;
    case VERIFY_SO_FAR:
        (void)fprintf(out, _("consistent so far, not finished; %s\n"),
                      _(bound_to_nothing));
        return;
    case VERIFY_INVALID:
    case VERIFY_UNUSABLE:
        break;
    }
    (void)fprintf(out, "%s\n", _("NOT VALID."));
    if (facts->fault != BALLOT_FAULT_NONE)
        report_fault(facts, out);
    report_differences(ballot, out);
}

/* --- The election -------------------------------------------------------- */

static void report_committee(const struct ballot_meeting *meeting, FILE *out)
{
    size_t i;

    for (i = 0; i < meeting->committee_count; i++) {
        const struct ballot_committee_member *row = &meeting->committee[i];

        (void)fprintf(out, _("  key %llu: signed as %s by device %s\n"),
                      LLU(i + 1), row->member.text,
                      verify_device_words(&row->key).text);
    }
}

static void report_meeting(const struct ballot_election *election, FILE *out)
{
    const struct ballot_meeting *meeting = &election->meeting;

    verify_report_heading(_("MEETING, as the election says it"), out);
    if (!election->has_meeting) {
        (void)fprintf(out, "  %s\n", _("not bound to a meeting"));
        return;
    }
    (void)fprintf(out, _("  meeting %s, round %llu, attempt %llu\n"),
                  meeting->meeting.text, LLU(meeting->round),
                  LLU(meeting->attempt));
    (void)fprintf(out, _("  its first event: %s\n"),
                  verify_hex(&meeting->genesis).text);
    (void)fprintf(out, _("  roll: %s\n"), verify_hex(&meeting->roll).text);
    (void)fprintf(out, _("  rules: %s\n"), verify_hex(&meeting->rules).text);
    (void)fprintf(out,
                  _("  voters by the roll: %llu on own devices, %llu on hall "
                    "devices or entered there from paper, %llu on paper\n"),
                  LLU(meeting->channels.own), LLU(meeting->channels.hall),
                  LLU(meeting->channels.paper));
    (void)fprintf(out, "  %s\n",
                  meeting->is_revote_allowed
                      ? _("whoever voted again is counted with the last ballot")
                      : _("each voter votes once"));
    report_committee(meeting, out);
}

/* --- What was checked ---------------------------------------------------- */

static void report_setup(const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_trustees *trustees =
        ballot_verifier_trustees(ballot->verifier);
    size_t i;

    for (i = 0; i < trustees->part_count; i++)
        (void)fprintf(out,
                      _("  trustees: %llu of %llu needed; every key is "
                        "proven\n"),
                      LLU(trustees->parts[i].threshold),
                      LLU(trustees->parts[i].size));
    (void)fprintf(out, "  %s\n",
                  _("the election's key is the product of theirs"));
    (void)fprintf(out, _("  list: %llu credentials, all different\n"),
                  LLU(ballot_verifier_list(ballot->verifier)->count));
}

static void report_tally(const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    size_t owner;

    if (facts->last < BALLOT_EVENT_ENCRYPTED_TALLY)
        return;
    (void)fprintf(out, "  %s\n",
                  _("encrypted total: computed again from the ballots"));
    for (owner = 0; owner < LIMIT_BALLOT_TRUSTEES; owner++)
        if (facts->owners >> owner & 1)
            (void)fprintf(out,
                          ballot->is_lenient
                              ? _("  decryption of trustee %llu: proven\n")
                              : _("  decryption of trustee %llu: both proofs "
                                  "are right\n"),
                          LLU(owner + 1));
    if (facts->last == BALLOT_EVENT_RESULT)
        (void)fprintf(out, "  %s\n", _("result: what was decrypted"));
}

static void report_checks(const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);

    verify_report_heading(_("CHECKED"), out);
    (void)fprintf(out,
                  _("  %llu events in their order, each hanging on the one "
                    "before; nothing left over\n"),
                  LLU(facts->event_count));
    report_setup(ballot, out);
    (void)fprintf(out,
                  _("  ballots: %llu, each with its proofs and signature, by a "
                    "credential of the list\n"),
                  LLU(facts->ballot_count));
    (void)fprintf(out,
                  _("  counted: the last ballot of each of %llu credentials; "
                    "%llu were replaced\n"),
                  LLU(facts->counted_count),
                  LLU(facts->ballot_count - facts->counted_count));
    if (facts->counted_weight != facts->counted_count)
        (void)fprintf(out, _("  their weight: %llu\n"),
                      LLU(facts->counted_weight));
    report_tally(ballot, out);
}

/* --- The result ---------------------------------------------------------- */

static void report_question(size_t number,
                            const struct ballot_question *question,
                            const uint64_t *counts, FILE *out)
{
    size_t i, at = 0;

    (void)fprintf(out, "  %zu. ", number);
    print_text(question->question, out);
    (void)fputc('\n', out);
    if (question->has_blank)
        (void)fprintf(out, "     %s: %llu\n", _("blank"), LLU(counts[at++]));
    for (i = 0; i < question->answer_count; i++) {
        (void)fputs("     ", out);
        print_text(question->answers[i], out);
        (void)fprintf(out, ": %llu\n", LLU(counts[at++]));
    }
}

static void report_result(const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_election *election =
        ballot_verifier_election(ballot->verifier);
    const uint64_t *counts = ballot_verifier_facts(ballot->verifier)->counts;
    size_t i, at = 0;

    verify_report_heading(_("RESULT"), out);
    if (!counts) {
        (void)fprintf(out, "  %s\n", _("none yet"));
        return;
    }
    for (i = 0; i < election->question_count; i++) {
        report_question(i + 1, &election->questions[i], &counts[at], out);
        at += ballot_question_position_count(&election->questions[i]);
    }
    if (ballot_verifier_facts(ballot->verifier)->has_paper)
        (void)fprintf(out, "  %s\n",
                      _("Paper ballots are not among these; the record of "
                        "their count, to which the result refers, was "
                        "witnessed and sealed, not proven."));
}

/* --- What to compare ----------------------------------------------------- */

static const char *status_words(enum verify_ballot_status status)
{
    switch (status) {
    case VERIFY_BALLOT_EQUAL:
        return _("equal");
    case VERIFY_BALLOT_BEYOND:
        return _("of an event behind the end of this file");
    case VERIFY_BALLOT_DIFFERS:
        return _("DIFFERS");
    case VERIFY_BALLOT_NOT_ASKED:
        break;
    }
    return "";
}

static void report_values(const struct verify_ballot_input *input,
                          const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    size_t i;

    verify_report_heading(_("COMPARE THIS with what was announced"), out);
    (void)fprintf(out, _("  head (event %llu): %s\n"),
                  LLU(facts->event_count - 1), verify_hex(&facts->head).text);
    (void)fprintf(out, _("  list of voters: %s\n"),
                  verify_hex(&facts->list).text);
    (void)fprintf(out, _("  fingerprint of the election: %s\n"),
                  ballot_verifier_election(ballot->verifier)->fingerprint);
    for (i = 0; i < ballot->given_count; i++)
        (void)fprintf(out, _("  head that was given, %s: %s\n"),
                      input->heads[i].name, status_words(ballot->given[i]));
    if (ballot->list != VERIFY_BALLOT_NOT_ASKED)
        (void)fprintf(out, _("  list that was given: %s\n"),
                      status_words(ballot->list));
}

static void report_own(const struct verify_ballot_input *input,
                       const struct verify_ballot *ballot, FILE *out)
{
    if (!input->tracker)
        return;
    verify_report_heading(_("YOUR BALLOT"), out);
    if (!ballot->found)
        (void)fprintf(out, "  %s\n",
                      ballot->tracker == VERIFY_BALLOT_BEYOND
                          ? _("is not in it so far")
                          : _("IS NOT IN IT"));
    else if (ballot->found->replaced_by == 0)
        (void)fprintf(out, _("  is event %llu, and is counted\n"),
                      LLU(ballot->found->event));
    else
        (void)fprintf(out,
                      _("  is event %llu, and is not counted: event %llu, of "
                        "the same credential, replaced it\n"),
                      LLU(ballot->found->event),
                      LLU(ballot->found->replaced_by));
}

static void report_trackers(const struct ballot_facts *facts, FILE *out)
{
    size_t i;

    verify_report_heading(_("TRACKERS"), out);
    for (i = 0; i < facts->ballot_count; i++) {
        const struct ballot_tracked *row = &facts->ballots[i];

        (void)fprintf(out, "  %s", row->tracker);
        if (row->replaced_by > 0)
            (void)fprintf(out, _("  (replaced by event %llu)"),
                          LLU(row->replaced_by));
        (void)fputc('\n', out);
    }
}

/* --- All of it ----------------------------------------------------------- */

void verify_report_ballot(const struct verify_ballot_input *input,
                          const struct verify_ballot *ballot, FILE *out)
{
    const struct ballot_facts *facts = ballot_verifier_facts(ballot->verifier);
    const struct ballot_election *election =
        ballot_verifier_election(ballot->verifier);

    report_verdict(ballot, out);
    if (!election)
        return;
    (void)fputs(_("Election "), out);
    print_text(election->uuid, out);
    (void)fputs(": ", out);
    print_text(election->name, out);
    (void)fputc('\n', out);
    report_meeting(election, out);
    report_checks(ballot, out);
    report_result(ballot, out);
    report_values(input, ballot, out);
    report_own(input, ballot, out);
    report_trackers(facts, out);
}
