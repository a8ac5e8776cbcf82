#include "client/cli/cli_ballot_text.h"

#include "client/cli/cli_event_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
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
    switch (fault) {
    case KEYS_RESTARTED:
        return _("the chair has them made anew");
    case KEYS_BAD_CERTIFICATE:
        return _("a certificate is false");
    case KEYS_BAD_DEAL:
        return _("what was dealt is false");
    case KEYS_BAD_SHARE:
        return _("a share is false");
    case KEYS_FALSE_COMPLAINT:
        return _("a complaint is false");
    case KEYS_BAD_KEY:
        return _("a key is false");
    case KEYS_BAD_RECORD:
        return _("the record of the keys is false");
    case keys_fault_none_:
    case keys_fault_count_:
        break;
    }
    return "?";
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
    case void_reason_none_:
    case void_reason_count_:
        break;
    }
    return "?";
}

static void put_keys(const struct meeting_event *e, FILE *out)
{
    const struct event_keys_failed *failed = &e->body.keys_failed;

    if (e->kind == EVENT_KEYS_BEGUN_KIND) {
        (void)fprintf(out,
                      _("Secret ballot %s: the tellers' devices make the keys "
                        "(attempt %" PRIu64 ")"),
                      e->body.keys_begun.ballot.text,
                      e->body.keys_begun.attempt);
        return;
    }
    (void)fprintf(out, _("Secret ballot %s: attempt %" PRIu64 " failed: %s"),
                  failed->ballot.text, failed->attempt,
                  keys_fault_text((enum keys_fault)failed->reason));
    if (failed->guilty > 0)
        (void)fprintf(out, _(" (teller number %" PRIu64 ")"), failed->guilty);
}

static void put_list(const struct meeting_event *e, FILE *out)
{
    if (e->kind == EVENT_BALLOT_LISTED_KIND)
        (void)fprintf(out,
                      _("Secret ballot %s: the list has %" PRIu64
                        " ballots; every device confirms it"),
                      e->body.ballot_listed.ballot.text,
                      e->body.ballot_listed.length);
    else
        (void)fprintf(out,
                      _("Secret ballot %s is open: %" PRIu64
                        " ballots, %" PRIu64 " by members' own devices, "
                        "%" PRIu64 " by hall devices"),
                      e->body.ballot_opened.ballot.text,
                      e->body.ballot_opened.length, e->body.ballot_opened.own,
                      e->body.ballot_opened.hall);
}

static void put_returned(const struct meeting_event *e, FILE *out)
{
    if (e->kind == EVENT_BALLOT_RECORDED_KIND)
        (void)fprintf(out,
                      _("Secret ballot %s: %" PRIu64 " ballots are returned"),
                      e->body.ballot_recorded.ballot.text,
                      e->body.ballot_recorded.returned);
    else if (e->kind == EVENT_BALLOT_ENDING_KIND)
        (void)fprintf(out, _("Secret ballot %s is about to end"),
                      e->body.ballot_ending.ballot.text);
    else
        (void)fprintf(
            out,
            _("Secret ballot %s has ended: %" PRIu64 " ballots are returned"),
            e->body.ballots_ended.ballot.text, e->body.ballots_ended.returned);
}

static void put_result(const struct event_ballot_result *result, FILE *out)
{
    const struct ballot_count *count = result->counts.data;
    size_t i;

    (void)fprintf(out,
                  _("Secret ballot %s is counted: %" PRIu64 " issued, %" PRIu64
                    " returned; counts:"),
                  result->ballot.text, result->issued, result->returned);
    for (i = 0; i < result->counts.count; i++)
        (void)fprintf(out, " %" PRIu64, count[i].count);
}

/* --- what somebody does --------------------------------------------------- */

#define WHO(id) (cli_who(view, (id)).text)

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
          N_("{who} sent a false decryption of secret ballot {ballot}") },
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

static void put_other(const struct meeting_view *view,
                      const struct meeting_event *e, FILE *out)
{
    const struct event_ballot_channel_set *set = &e->body.ballot_channel_set;

    switch ((int)e->kind) {
    case EVENT_BALLOT_DRAFTED_KIND:
        put_act(view, e, &e->body.ballot_drafted.act,
                _("{who} has drafted secret ballot {ballot}"), out);
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
    if (put_member(view, e, out))
        return;
    switch ((int)e->kind) {
    case EVENT_KEYS_BEGUN_KIND:
    case EVENT_KEYS_FAILED_KIND:
        put_keys(e, out);
        break;
    case EVENT_BALLOT_LISTED_KIND:
    case EVENT_BALLOT_OPENED_KIND:
        put_list(e, out);
        break;
    case EVENT_BALLOT_RECORDED_KIND:
    case EVENT_BALLOT_ENDING_KIND:
    case EVENT_BALLOTS_ENDED_KIND:
        put_returned(e, out);
        break;
    case EVENT_BALLOT_RESULT_KIND:
        put_result(&e->body.ballot_result, out);
        break;
    default:
        put_other(view, e, out);
        break;
    }
}
