#include "client/cli/cli_ballot_text.h"

#include "client/cli/cli_ballot_decided.h"
#include "client/cli/cli_ballot_paper.h"
#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Writes a sentence with {who} and {ballot} put in. */
static void put(const char *text, const char *who,
                const struct identifier *ballot, FILE *out)
{
    static const char *const names[] = { "{who}", "{ballot}" };
    const char *const values[] = { who, ballot->text };
    size_t i;

    while (*text != '\0') {
        for (i = 0; i < 2; i++)
            if (strncmp(text, names[i], strlen(names[i])) == 0)
                break;
        if (i < 2) {
            (void)fputs(values[i], out);
            text += strlen(names[i]);
        } else {
            (void)fputc(*text++, out);
        }
    }
}

/* Sentences that name the ballot and nothing else. */
static const struct {
    enum meeting_event_kind kind;
    const char *text;
} plain[] = {
    { EVENT_BALLOT_ADOPTED_KIND, N_("Secret ballot {ballot} is adopted") },
    { EVENT_BALLOT_READY_KIND, N_("Secret ballot {ballot}: the keys are ready; "
                                  "members may take part now") },
    { EVENT_ISSUE_CLOSED_KIND,
      N_("Secret ballot {ballot}: the list of ballots is closed") },
    { EVENT_COUNTING_BEGUN_KIND,
      N_("Secret ballot {ballot}: the count begins") },
    { EVENT_BALLOT_TALLIED_KIND,
      N_("Secret ballot {ballot}: the encrypted ballots are added up") },
};

const char *cli_ballot_channel_text(enum ballot_channel channel)
{
    switch (channel) {
    case BALLOT_BY_OWN:
        return _("by the member's own device");
    case BALLOT_BY_HALL:
        return _("by the device of a site");
    case BALLOT_BY_TRANSCRIBED:
        return _("on paper, which is entered at the device of a site");
    case BALLOT_BY_PAPER:
        return _("on paper");
    case BALLOT_BY_NONE:
    case ballot_channel_none_:
    case ballot_channel_count_:
        break;
    }
    return _("not at all");
}

static const char *keys_fault_text(enum keys_fault fault)
{
    return fault == KEYS_RESTARTED ? _("the chair has them made anew")
                                   : cli_word(&keys_fault_words, (int)fault);
}

static const char *void_text(enum void_reason why)
{
    switch (why) {
    case VOID_BY_CHAIR:
        return _("by the chair");
    case VOID_RESTORED:
        return _("events of it were lost");
    case VOID_OBJECTION:
        return _("an objection proved a fault");
    case VOID_KEYS:
        return _("its keys are lost");
    case VOID_QUORUM:
        return _("fewer are present than the rules ask for");
    case void_reason_none_:
    case void_reason_count_:
        break;
    }
    return "?";
}

#define WHO(id) (cli_who(view, (id)).text)

/* The ballot of the event in the state; NULL while there is none. */
static const struct meeting_ballot *state_of(const struct meeting_view *view,
                                             const struct identifier *ballot)
{
    return view->state ? meeting_state_ballot(view->state, ballot) : NULL;
}

void cli_keys_fault_write(const struct meeting_view *view,
                          const struct identifier *id, enum keys_fault fault,
                          uint64_t guilty, FILE *out)
{
    const struct meeting_ballot *ballot = state_of(view, id);

    if (ballot && guilty > 0 && guilty <= ballot->teller_count)
        (void)fprintf(out, _("the device of %s lied: "),
                      WHO(&ballot->tellers[guilty - 1].member));
    (void)fputs(keys_fault_text(fault), out);
}

/* Whoever sent something false is named: by the server, so far. */
static void put_keys_failed(const struct meeting_view *view,
                            const struct event_keys_failed *failed, FILE *out)
{
    const enum keys_fault fault = (enum keys_fault)failed->reason;

    (void)fprintf(
        out,
        _("Secret ballot %s: the keys of attempt %" PRIu64 " are given up: "),
        failed->ballot.text, failed->attempt);
    if (fault != KEYS_RESTARTED)
        (void)fputs(_("the server says: "), out);
    cli_keys_fault_write(view, &failed->ballot, fault, failed->guilty, out);
}

static void put_keys(const struct meeting_view *view,
                     const struct meeting_event *e, FILE *out)
{
    if (e->kind == EVENT_KEYS_BEGUN_KIND)
        (void)fprintf(out,
                      _("Secret ballot %s: the tellers' devices make the keys "
                        "(attempt %" PRIu64 ")"),
                      e->body.keys_begun.ballot.text,
                      e->body.keys_begun.attempt);
    else
        put_keys_failed(view, &e->body.keys_failed, out);
}

static void put_opened(const struct event_ballot_opened *opened, FILE *out)
{
    (void)fprintf(out,
                  _("Secret ballot %s is OPEN. The list has %" PRIu64
                    " entries: %" PRIu64 " signed by members' own devices, "
                    "%" PRIu64 " by hall devices"),
                  opened->ballot.text, opened->length, opened->own,
                  opened->hall);
    if (opened->knowingly)
        (void)fputs(_(". These are fewer than the rules ask for: the chair "
                      "opened it knowingly"),
                    out);
}

static void put_list(const struct meeting_event *e, FILE *out)
{
    if (e->kind == EVENT_BALLOT_LISTED_KIND)
        (void)fprintf(out,
                      _("Secret ballot %s: the list has %" PRIu64
                        " entries; every device confirms it"),
                      e->body.ballot_listed.ballot.text,
                      e->body.ballot_listed.length);
    else
        put_opened(&e->body.ballot_opened, out);
}

static void put_returned(const struct meeting_view *view,
                         const struct meeting_event *e, FILE *out)
{
    const struct event_ballots_ended *ended = &e->body.ballots_ended;
    const struct event_ballot_recorded *recorded = &e->body.ballot_recorded;
    const struct meeting_ballot *ballot;
    char time[CLI_TIME_SIZE];

    if (e->kind == EVENT_BALLOT_ENDING_KIND) {
        cli_clock_write(e->body.ballot_ending.closes_at, time);
        (void)fprintf(out, _("Secret ballot %s: VOTING ENDS at %s"),
                      e->body.ballot_ending.ballot.text, time);
    } else if (e->kind == EVENT_BALLOT_RECORDED_KIND) {
        ballot = state_of(view, &recorded->ballot);
        (void)fprintf(out,
                      _("Secret ballot %s: %" PRIu64 " of %" PRIu64
                        " ballots are returned"),
                      recorded->ballot.text, recorded->returned,
                      ballot ? ballot->length : recorded->returned);
    } else {
        ballot = state_of(view, &ended->ballot);
        (void)fprintf(out,
                      _("Secret ballot %s: voting has ended; %" PRIu64
                        " of %" PRIu64 " ballots are returned"),
                      ended->ballot.text, ended->returned,
                      ballot ? ballot->length : ended->returned);
    }
}

/* --- what somebody does --------------------------------------------------- */

/* Sentences of a member (or site) and a ballot. */
static bool put_member(const struct meeting_view *view,
                       const struct meeting_event *e, FILE *out)
{
    static const struct {
        enum meeting_event_kind kind;
        const char *text;
    } sentences[] = {
        { EVENT_TELLER_CERTIFIED_KIND,
          N_("{who} has made a key for secret ballot {ballot}") },
        { EVENT_TRUSTEES_SIGNED_KIND,
          N_("{who} has signed the keys of secret ballot {ballot}") },
        { EVENT_BALLOT_ISSUED_KIND,
          N_("{who} takes part in secret ballot {ballot}") },
        { EVENT_POOL_ISSUED_KIND,
          N_("{who} takes part in secret ballot {ballot}") },
        { EVENT_VOTER_DROPPED_KIND,
          N_("{who} is no longer in the list of secret ballot {ballot}") },
        { EVENT_BALLOT_ATTESTED_KIND,
          N_("{who} has confirmed the list of secret ballot {ballot}") },
        { EVENT_HALL_ATTESTED_KIND,
          N_("{who} has confirmed the list of secret ballot {ballot}") },
        { EVENT_BALLOT_INCLUDED_KIND,
          N_("{who} has confirmed the count of secret ballot {ballot}") },
        { EVENT_HALL_INCLUDED_KIND,
          N_("{who} has confirmed the count of secret ballot {ballot}") },
        { EVENT_PAPER_ENTERED_KIND,
          N_("{who} enters the paper ballots of secret ballot {ballot}") },
        { EVENT_PAPER_CONFIRMED_KIND,
          N_("{who} confirms the paper ballots of secret ballot {ballot}") },
        { EVENT_BALLOT_DECRYPTED_KIND,
          N_("{who} has decrypted a part of secret ballot {ballot}") },
        { EVENT_DECRYPTION_REFUSED_KIND,
          N_("{who} sent a FALSE decryption of secret ballot {ballot}; it is "
             "ignored") },
    };
    const struct schema *schema = meeting_event_schema(e->kind);
    struct identifier ballot, member;
    size_t i, field;

    memcpy(&ballot, &e->body, sizeof ballot);
    for (i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if (sentences[i].kind != e->kind)
            continue;
        for (field = 0; field < schema->field_count; field++)
            if (strcmp(schema->fields[field].name, "member") == 0)
                memcpy(&member,
                       (const uint8_t *)&e->body + schema->fields[field].offset,
                       sizeof member);
        put(gettext(sentences[i].text),
            identifier_is(&member, "server") ? _("the server") : WHO(&member),
            &ballot, out);
        return true;
    }
    return false;
}

/* How many have done it by now: "(5 of 7)". */
static void put_progress(const struct meeting_view *view,
                         const struct meeting_event *e, FILE *out)
{
    struct identifier id;
    const struct meeting_ballot *ballot;
    struct meeting_ballot_numbers numbers;
    uint64_t done = 0;
    uint64_t all = 0;

    memcpy(&id, &e->body, sizeof id);
    ballot = state_of(view, &id);
    if (!ballot)
        return;
    meeting_ballot_numbers(ballot, &numbers);
    if (e->kind == EVENT_BALLOT_ISSUED_KIND) {
        done = numbers.issued;
        all = numbers.by_channel[BALLOT_BY_OWN];
    } else if (e->kind == EVENT_BALLOT_ATTESTED_KIND) {
        done = numbers.attested;
        all = numbers.issued;
    } else if (e->kind == EVENT_BALLOT_INCLUDED_KIND) {
        done = numbers.included;
        all = numbers.issued;
    } else if (e->kind == EVENT_BALLOT_DECRYPTED_KIND) {
        done = ballot->decrypted_count;
        all = ballot->threshold + 1;
    }
    if (done <= all && all > 0)
        (void)fprintf(out, _(" (%" PRIu64 " of %" PRIu64 ")"), done, all);
}

/* Who has a ballot is seen with the device, before the list is closed. */
static void put_holding_device(const struct meeting_view *view,
                               const struct meeting_event *e, FILE *out)
{
    const struct key *device = NULL;

    if (e->kind == EVENT_BALLOT_ISSUED_KIND)
        device = &e->body.ballot_issued.device;
    else if (e->kind == EVENT_POOL_ISSUED_KIND)
        device = &e->body.pool_issued.device;
    if (!device)
        return;
    (void)fputs(": ", out);
    cli_ballot_device_write(view, device, out);
}

static void put_act(const struct meeting_view *view,
                    const struct meeting_event *e, const struct act *act,
                    const char *text, FILE *out)
{
    struct identifier ballot;

    memcpy(&ballot, &e->body, sizeof ballot);
    put(text, WHO(&act->member), &ballot, out);
}

/* A sealed text behind a sentence, if it may be read. */
static void put_sealed(const struct meeting_view *view,
                       const struct meeting_event *e, FILE *out)
{
    struct text_view text = meeting_view_text(view, e->seq, "reason");

    if (!text.data || text.size == 0)
        return;
    (void)fputs(": ", out);
    cli_text_write(text, out);
}

/* The paper as it is proposed, without the last line's end. */
static void put_draft(const struct meeting_view *view,
                      const struct identifier *id, FILE *out)
{
    const struct meeting_ballot *ballot = state_of(view, id);
    struct cli_paper_copy copy;
    char *text = NULL;
    size_t size = 0;
    FILE *memory;

    if (!ballot || cli_ballot_paper_of(view, ballot, &copy) != RESULT_OK)
        return;
    memory = open_memstream(&text, &size);
    if (memory)
        cli_paper_write(&copy.paper, NULL, cli_terminal_width(), memory);
    if (memory && fclose(memory) == 0 && size > 0)
        (void)fprintf(out, ":\n%.*s", (int)size - 1, text);
    free(text);
    cli_paper_copy_release(&copy);
}

static void put_other(const struct meeting_view *view,
                      const struct meeting_event *e, FILE *out)
{
    const struct event_ballot_channel_set *set = &e->body.ballot_channel_set;

    switch ((int)e->kind) {
    case EVENT_BALLOT_DRAFTED_KIND:
        put_act(view, e, &e->body.ballot_drafted.act,
                _("{who} has drafted secret ballot {ballot}"), out);
        put_draft(view, &e->body.ballot_drafted.ballot, out);
        break;
    case EVENT_BALLOT_CHANNEL_SET_KIND:
        (void)fprintf(
            out, _("%s votes in secret ballot %s %s"), WHO(&set->member),
            set->ballot.text,
            cli_ballot_channel_text((enum ballot_channel)set->channel));
        break;
    case EVENT_SHARES_DEALT_KIND:
        put_act(
            view, e, &e->body.shares_dealt.act,
            _("{who} has dealt shares of the key of secret ballot {ballot}"),
            out);
        break;
    case EVENT_SHARE_CONFIRMED_KIND:
        put_act(view, e, &e->body.share_confirmed.act,
                _("{who} has confirmed a share of the key of secret ballot "
                  "{ballot}"),
                out);
        break;
    case EVENT_KEYS_DISPUTED_KIND:
        put_act(
            view, e, &e->body.keys_disputed.act,
            _("{who} says that the keys of secret ballot {ballot} are false"),
            out);
        break;
    case EVENT_HALL_CONFIRMED_KIND:
        (void)fprintf(out,
                      _("%s confirms the ballots of %s in secret ballot "
                        "%s"),
                      WHO(&e->body.hall_confirmed.member),
                      WHO(&e->body.hall_confirmed.site),
                      e->body.hall_confirmed.ballot.text);
        break;
    case EVENT_BALLOT_OBJECTED_KIND:
        put_act(view, e, &e->body.ballot_objected.act,
                _("{who} objects to secret ballot {ballot}"), out);
        put_sealed(view, e, out);
        break;
    case EVENT_BALLOT_VOIDED_KIND:
        (void)fprintf(out, _("Secret ballot %s is void (%s)"),
                      e->body.ballot_voided.ballot.text,
                      void_text((enum void_reason)e->body.ballot_voided.why));
        put_sealed(view, e, out);
        break;
    default:
        break;
    }
}

static void put_decided(const struct meeting_view *view,
                        const struct meeting_event *e, FILE *out)
{
    const struct meeting_ballot *ballot =
        state_of(view, &e->body.ballot_decided.ballot);

    if (!ballot || !ballot->is_decided)
        return;
    (void)fprintf(out, _("Secret ballot %s: "), ballot->id.text);
    cli_ballot_decided_line(view, ballot, out);
}

void cli_ballot_event_write(const struct meeting_view *view,
                            const struct meeting_event *e, FILE *out)
{
    struct identifier ballot;
    size_t i;

    memcpy(&ballot, &e->body, sizeof ballot);
    for (i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (plain[i].kind == e->kind) {
            put(gettext(plain[i].text), "", &ballot, out);
            return;
        }
    }
    if (put_member(view, e, out)) {
        put_holding_device(view, e, out);
        put_progress(view, e, out);
        return;
    }
    switch ((int)e->kind) {
    case EVENT_KEYS_BEGUN_KIND:
    case EVENT_KEYS_FAILED_KIND:
        put_keys(view, e, out);
        break;
    case EVENT_BALLOT_LISTED_KIND:
    case EVENT_BALLOT_OPENED_KIND:
        put_list(e, out);
        break;
    case EVENT_BALLOT_RECORDED_KIND:
    case EVENT_BALLOT_ENDING_KIND:
    case EVENT_BALLOTS_ENDED_KIND:
        put_returned(view, e, out);
        break;
    case EVENT_BALLOT_DECIDED_KIND:
        put_decided(view, e, out);
        break;
    case EVENT_BALLOT_RESULT_KIND:
        (void)fprintf(out,
                      _("Secret ballot %s: the count is complete; see /ballot"),
                      e->body.ballot_result.ballot.text);
        break;
    default:
        put_other(view, e, out);
        break;
    }
}

/* --- what comes next ---------------------------------------------------------
 */

/* Behind a checkpoint: have all confirmed the list, and that been confirmed? */
static const char *hint_after_checkpoint(const struct meeting_view *view,
                                         const struct meeting_event *e)
{
    const struct meeting_ballot *ballot =
        meeting_state_open_ballot(view->state);

    if (e->body.checkpoint.reason != CHECKPOINT_LIST_ATTESTED || !ballot ||
        ballot->phase != BALLOT_PHASE_ATTESTING || !ballot->is_checkpointed)
        return NULL;
    return _("  Next: every device has confirmed the list. To begin voting: "
             "/open-ballot");
}

static bool has_paper_voters(const struct meeting_ballot *ballot)
{
    struct meeting_ballot_numbers numbers;

    meeting_ballot_numbers(ballot, &numbers);
    return numbers.by_channel[BALLOT_BY_PAPER] > 0;
}

static const char *hint_after_end(const struct meeting_ballot *ballot)
{
    if (!ballot)
        return NULL;
    return has_paper_voters(ballot)
               ? _("  Next: two tellers enter and confirm the paper ballots "
                   "(/paper, /confirm-paper), then: /count-ballot")
               : _("  Next: when the devices have confirmed that their ballot "
                   "is in the count: /count-ballot");
}

static const char *hint_after_decision(const struct event_ballot_decided *body)
{
    if (body->end == BALLOT_END_TIE)
        return _("  Next: a second round among those who are level: "
                 "/draft-ballot again");
    if (body->end == BALLOT_END_TOO_FEW)
        return _("  Next: let the meeting decide whether to vote again for the "
                 "seats that are left: /call-election");
    return NULL;
}

static const char *hint_for_chair(const struct meeting_view *view,
                                  const struct meeting_event *e)
{
    struct identifier ballot;

    memcpy(&ballot, &e->body, sizeof ballot);
    switch ((int)e->kind) {
    case EVENT_BALLOT_DRAFTED_KIND:
        return _("  Next: let the meeting adopt ballot and tellers (/motion …, "
                 "/close-vote), then: /adopt-ballot");
    case EVENT_KEYS_FAILED_KIND:
        return _("  Next: have new keys made (/restart-keys), or make the "
                 "ballot void and name other tellers (/void-ballot REASON)");
    case EVENT_BALLOT_READY_KIND:
        return _("  Next: when all have taken their ballot (who has not: "
                 "/ballot-list): /close-issue");
    case EVENT_CHECKPOINT_KIND:
        return hint_after_checkpoint(view, e);
    case EVENT_BALLOT_OPENED_KIND:
        return _("  Next: when all have voted, or time is up: /end-ballot");
    case EVENT_BALLOTS_ENDED_KIND:
        return hint_after_end(state_of(view, &ballot));
    case EVENT_BALLOT_DECIDED_KIND:
        return hint_after_decision(&e->body.ballot_decided);
    default:
        return NULL;
    }
}

/* A teller acts where something is to be seen with one's own eyes. */
static const char *hint_for_teller(const struct meeting_view *view,
                                   const struct meeting_event *e)
{
    const struct meeting_ballot *ballot;
    struct identifier id;

    if (e->kind != EVENT_HALL_ATTESTED_KIND &&
        e->kind != EVENT_BALLOTS_ENDED_KIND &&
        e->kind != EVENT_PAPER_ENTERED_KIND)
        return NULL;
    memcpy(&id, &e->body, sizeof id);
    ballot = state_of(view, &id);
    if (!ballot || meeting_ballot_teller(ballot, &view->me) == 0)
        return NULL;
    if (e->kind == EVENT_HALL_ATTESTED_KIND)
        return _("  For a teller who sees that hall: /confirm-hall and the "
                 "site's name");
    if (e->kind == EVENT_BALLOTS_ENDED_KIND)
        return has_paper_voters(ballot)
                   ? _("  For a teller: count the paper ballots, then /paper")
                   : NULL;
    return identifier_equal(&ballot->paper.entered_by, &view->me)
               ? NULL
               : _("  For another teller: compare with the paper itself, then "
                   "/confirm-paper");
}

const char *cli_ballot_hint(const struct meeting_view *view,
                            const struct meeting_event *event)
{
    const char *hint = NULL;

    if (!view->state)
        return NULL;
    if (identifier_equal(&view->state->presiding, &view->me))
        hint = hint_for_chair(view, event);
    return hint ? hint : hint_for_teller(view, event);
}
