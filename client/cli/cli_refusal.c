#include "client/cli/cli_refusal.h"

#include "client/cli/cli_devices.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "protocol/ballot/ballot_fault_words.h"
#include "protocol/meeting/spoken_words.h"
#include "protocol/program/result_words.h"
#include "protocol/program/rule_words.h"

#include <string.h>

/*
 * Wire words and the phrases that the server puts into refusals, as people say
 * them, beside those that all programs say (spoken_words.h). The catalogue
 * translates the right side.
 */
static const struct {
    const char *word;
    const char *text;
} words_for_people[] = {
    /* modes of presence */
    { "online", N_("online") },
    { "site", N_("at a site") },
    { "in_person", N_("in person") },
    { "voice_relay", N_("by radio or telephone") },
    /* who signs minutes */
    { "minute-taker", N_("minute-taker") },
    { "chair", N_("chair") },
    { "member", N_("member") },
    /* choices */
    { "yes", N_("in favour") },
    { "no", N_("against") },
    { "other", N_("other opinion") },
    { "abstain", N_("not voting") },
    /* why quorum changed */
    { "came", N_("has come") },
    { "absence", N_("absence noted") },
    { "roster", N_("changed in the register") },
    /* what is voted on, and how */
    { "resolution", N_("a resolution or conclusion") },
    { "agenda", N_("the agenda") },
    { "minutes", N_("the minutes") },
    { "procedure", N_("procedure") },
    { "admission", N_("an admission") },
    { "recognition", N_("recognition as a full member") },
    { "discipline", N_("discipline") },
    { "confidence", N_("confidence") },
    { "rating", N_("a rating") },
    { "straw", N_("a straw poll on persons") },
    { "election", N_("an election") },
    { "open", N_("by show of hands") },
    { "secret", N_("by secret ballot") },
    /* absences */
    { "absent_excused", N_("absent, excused") },
    { "absent_unexcused", N_("absent without reason") },
    /* how a spell of presence, or a speech, ended */
    { "left", N_("has left") },
    { "connection_lost", N_("connection lost") },
    { "unticked", N_("taken off the roll") },
    { "revoked", N_("device revoked") },
    { "turned_away", N_("not admitted") },
    { "yielded", N_("has finished") },
    { "withdrawn", N_("the chair withdrew it") },
    { "time_up", N_("time is up") },
    { "adjourned", N_("the plenary paused or ended") },
    /* who leads beside the chair */
    { "co_chair", N_("co-chair") },
    { "moderator", N_("moderator") },
    { "presiding chair", N_("presiding chair") },
    /* states of an agenda item */
    { "waiting", N_("not yet started") },
    { "started", N_("started") },
    { "dropped", N_("taken off the agenda") },
    /* when the record is confirmed */
    { "periodic", N_("as time passes") },
    { "opened", N_("at the opening") },
    { "roll_confirmed", N_("with the roll") },
    { "vote_started", N_("when a vote was opened") },
    { "vote_closed", N_("when a vote was closed") },
    { "closed", N_("at the end") },
    { "list_attested", N_("with the list of a secret ballot") },
    { "ballot_opened", N_("when a secret ballot was opened") },
    { "ballots_ended", N_("when a secret ballot ended") },
    { "ballot_result", N_("with the result of a secret ballot") },
    /* how far a secret ballot is, and how somebody votes in it */
    { "drafted", N_("only drafted") },
    { "keys", N_("having its keys made") },
    { "issuing", N_("being handed out") },
    { "attesting", N_("having its list confirmed") },
    { "voting", N_("open for voting") },
    { "counting", N_("being counted") },
    { "done", N_("counted") },
    { "void", N_("void") },
    { "own", N_("the member's own device") },
    { "hall", N_("the device of a site") },
    { "transcribed", N_("paper, entered at the device of a site") },
    { "paper", N_("paper") },
    /* parts of a count that are published */
    { "list", N_("list") },
    { "difference", N_("difference to an earlier ballot") },
    /* what a signature in a ballot is over */
    { "end", N_("end") },
    { "pool", N_("pool of a site") },
    { "tally", N_("encrypted sum") },
    { "trustees", N_("record of the keys") },
    { "key", N_("key") },
    { "paper record", N_("record of the paper ballots") },
    /* what does not add up */
    { "nobody votes on paper", N_("nobody votes on paper") },
    { "returned are those valid and those not",
      N_("returned are those valid and those not") },
    { "more returned than issued", N_("more returned than issued") },
    { "more issued than members vote on paper",
      N_("more issued than members vote on paper") },
    { "no answer has a number", N_("no answer has a number") },
    { "there are more answers than a ballot can have",
      N_("there are more answers than a ballot can have") },
    { "not as many answers as the ballot has",
      N_("not as many answers as the ballot has") },
    { "an answer has more than there are valid ballots",
      N_("an answer has more than there are valid ballots") },
    { "the marks are not those of so many valid ballots",
      N_("the marks are not those of so many valid ballots") },
    { "server", N_("the server") },
    /* who may do something */
    { "the chair", N_("the chair") },
    { "the minute-taker", N_("the minute-taker") },
    { "the chair or the minute-taker", N_("the chair or the minute-taker") },
    { "the chair, the minute-taker or whoever objected",
      N_("the chair, the minute-taker or whoever objected") },
    { "whoever objected", N_("whoever objected") },
    { "the chair or who presents the item",
      N_("the chair or who presents the item") },
    { "the chair, the deputy and co-chairs",
      N_("the chair, the deputy and co-chairs") },
    { "the chair, a co-chair and the speaker",
      N_("the chair, a co-chair and the speaker") },
    { "who proposed it or the minute-taker",
      N_("who proposed it or the minute-taker") },
    { "the chair, a co-chair or the minute-taker",
      N_("the chair, a co-chair or the minute-taker") },
    { "the chair or a co-chair", N_("the chair or a co-chair") },
    { "the chair, a co-chair or a moderator",
      N_("the chair, a co-chair or a moderator") },
    { "the member or the member's site",
      N_("the member or the member's site") },
    { "who takes part in the meeting", N_("who takes part in the meeting") },
    { "the chair, the deputy or the minute-taker",
      N_("the chair, the deputy or the minute-taker") },
    { "chair, deputy or minute-taker", N_("chair, deputy or minute-taker") },
    { "chair, minute-taker, or members once it is shared",
      N_("chair, minute-taker, or members once it is shared") },
    { "the chair, the minute-taker or a site",
      N_("the chair, the minute-taker or a site") },
    { "the minute-taker or a site", N_("the minute-taker or a site") },
    { "the chair, the minute-taker, a site or its keeper",
      N_("the chair, the minute-taker, a site or its keeper") },
    { "a member", N_("a member") },
    { "a site", N_("a site") },
    { "a teller of this ballot", N_("a teller of this ballot") },
    { "the member", N_("the member") },
    { "a member with a vote", N_("a member with a vote") },
    { "the member, who proposed, or the chair",
      N_("the member, who proposed, or the chair") },
    { "members and sites", N_("members and sites") },
    { "members of the Party", N_("members of the Party") },
    { "members, by their own devices", N_("members, by their own devices") },
    { "the officers of the cell", N_("the officers of the cell") },
    { "the chair and the minute-taker of that meeting, or leader and deputy in "
      "place of one who has left",
      N_("the chair and the minute-taker of that meeting, or leader and deputy "
         "in place of one who has left") },
    { "the administrator", N_("the administrator") },
    { "who unlocked a ballot there", N_("who unlocked a ballot there") },
    { "whom the minute-taker has allowed to",
      N_("whom the minute-taker has allowed to") },
};

/* What is wrong with a ballot, a form or evidence, as this device says it; the
 * rest as chibo-verify does (ballot_fault_words.h). */
static const struct {
    const char *word;
    const char *text;
} problems_for_people[] = {
    { "credential", N_("the credential is not valid") },
    { "has letters that nobody sees",
      N_("has letters that nobody sees: type it anew instead of copying it") },
    /* of this device */
    { "choice", N_("the questions do not allow these marks") },
    { "marks", N_("the questions do not allow these marks") },
    { "revote", N_("a vote in this ballot cannot be changed") },
    { "storage", N_("this device cannot keep what has to be kept") },
    { "random", N_("this device's source of random numbers failed") },
    { "machine", N_("this computer ran out of memory, or its cryptography "
                    "failed") },
    /* the paper of a ballot by its matter */
    { "sheet_questions", N_("it has another number of questions") },
    { "sheet_form", N_("a question is drawn in another way") },
    { "sheet_answers", N_("a question has another number of answers") },
    { "sheet_blank",
      N_("a blank ballot has to be possible where names or forms "
         "are chosen, and nowhere else") },
    { "sheet_marks", N_("another number of marks may be made") },
    { "sheet_candidates", N_("it names nobody whom it is about") },
    { "sheet_seats", N_("it does not say how many are to be chosen") },
    /* evidence */
    { "statement", N_("it is not the server's signature of this member's "
                      "credential in this ballot") },
    { "no_list", N_("no list had to have it so far") },
    { "in_list", N_("the credential is in the list") },
};

static const char *problem_for_people(const char *word)
{
    const enum ballot_fault fault = ballot_fault_of_word(word);
    const size_t count =
        sizeof problems_for_people / sizeof problems_for_people[0];
    size_t i;

    for (i = 0; i < count; i++)
        if (strcmp(problems_for_people[i].word, word) == 0)
            return gettext(problems_for_people[i].text);
    return fault == BALLOT_FAULT_NONE ? result_words_of_text(word)
                                      : gettext(ballot_fault_sentence(fault));
}

static const char *word_for_people(const char *word)
{
    const char *text = spoken_word(word);
    size_t i;

    if (text)
        return gettext(text);
    for (i = 0; i < sizeof words_for_people / sizeof words_for_people[0]; i++) {
        if (strcmp(words_for_people[i].word, word) == 0)
            return gettext(words_for_people[i].text);
    }
    return word[0] != '\0' ? gettext(word) : word;
}

const char *cli_word(const struct enum_words *words, int value)
{
    const char *word = enum_word(words, value);
    const char *text = spoken_value(words, value);

    return text != word ? gettext(text) : word_for_people(word);
}

static bool is_name_of_somebody(const char *argument)
{
    return strcmp(argument, "id") == 0 || strcmp(argument, "member") == 0;
}

/* The argument whose name stands at `name`; NULL if there is none. */
static const char *find_argument(const struct refusal *refusal,
                                 const char *name, size_t size, int *at)
{
    int i;

    for (i = 0; i < refusal->arg_count; i++) {
        if (strlen(refusal->args[i].name) == size &&
            memcmp(refusal->args[i].name, name, size) == 0) {
            *at = i;
            return refusal->args[i].text;
        }
    }
    return NULL;
}

/* "comrade A, comrade B" for ids joined by ",". */
static void put_names(const char *ids, const struct meeting_view *view,
                      FILE *out)
{
    static const char server[] = "server"; /* the server's own part */
    bool is_first = true;

    while (*ids != '\0') {
        const size_t size = strcspn(ids, ",");
        struct identifier id;

        if (size == sizeof server - 1 && memcmp(ids, server, size) == 0)
            (void)fprintf(out, "%s%s", is_first ? "" : ", ", _("the server"));
        else if (identifier_parse((struct text_view){ ids, size }, &id) ==
                 RESULT_OK)
            (void)fprintf(out, "%s%s", is_first ? "" : ", ",
                          cli_who(view, &id).text);
        is_first = false;
        ids += size + (ids[size] == ',' ? 1 : 0);
    }
}

/* A device by its label where the register is here, else by its code. */
static bool put_device(const char *hex, const struct meeting_view *view,
                       FILE *out)
{
    const struct register_device *device;
    struct key key;

    if (strlen(hex) != HEX_SIZE(KEY_SIZE) - 1 ||
        hex_decode(text_view_of(hex), key.bytes, KEY_SIZE) != RESULT_OK)
        return false;
    device = view->org ? register_state_device(view->org, &key) : NULL;
    (void)fputs(device ? cli_device_name(view, device).text
                       : device_code_of(&key).text,
                out);
    return true;
}

/* Where the ruleset of the meeting has a rule from, as its file says; NULL if
 * nobody knows here. */
static const char *source_of(const char *place, const struct meeting_view *view)
{
    const enum rule_id rule = rule_id_read(text_view_of(place));

    return view && view->rule_notes && rule != rule_id_none_
               ? view->rule_notes->of[rule].source
               : NULL;
}

/* “the name of the rule”; source: … One of a later server stands as it is. */
static void put_rule(const char *place, const struct meeting_view *view,
                     bool with_source, FILE *out)
{
    const char *source = with_source ? source_of(place, view) : NULL;

    (void)fputs(rule_words(rule_id_read(text_view_of(place)), place), out);
    if (!source)
        return;
    (void)fputs(_("; source: "), out);
    cli_text_write(text_view_of(source), out);
}

/* Writes an argument for people: a name for an id, a word for a wire word. */
static void put_argument(const struct refusal *refusal, int at,
                         const struct meeting_view *view, FILE *out)
{
    const char *text = refusal->args[at].text;
    const char *name = refusal->args[at].name;
    const char *problem =
        strcmp(name, "problem") == 0 ? problem_for_people(text) : NULL;
    struct identifier id;
    struct text_view known = { NULL, 0 };

    if (problem) {
        (void)fputs(problem, out);
        return;
    }

    if (view && strcmp(name, "ids") == 0) {
        put_names(text, view, out);
        return;
    }
    if (view && strcmp(name, "device") == 0 && put_device(text, view, out))
        return;
    if (view && is_name_of_somebody(name) &&
        identifier_parse(text_view_of(text), &id) == RESULT_OK)
        known = meeting_view_name(view, &id);
    if (known.data && known.size > 0)
        (void)fputs(cli_who(view, &id).text, out);
    else
        (void)fputs(word_for_people(text), out);
}

static void put_message(const char *message, const struct refusal *refusal,
                        const struct meeting_view *view, FILE *out)
{
    const char *from = message;

    while (*from != '\0') {
        const char *end = *from == '{' ? strchr(from, '}') : NULL;
        int at = 0;

        if (end &&
            find_argument(refusal, from + 1, (size_t)(end - from - 1), &at)) {
            if (strcmp(refusal->args[at].name, "rule") == 0)
                put_rule(refusal->args[at].text, view, end[1] == ')', out);
            else
                put_argument(refusal, at, view, out);
            from = end + 1;
        } else {
            (void)fputc(*from++, out);
        }
    }
}

/* As REFUSAL_RULE_SUFFIX and REFUSAL_WORDS_SUFFIX, for the catalogue. */
static const char *const suffixes[] = { N_(" (rule {rule})"),
                                        N_(" (rule: {words})") };

/* The rule in the user's words. */
static void put_suffix(const char *suffix, const struct refusal *refusal,
                       const struct meeting_view *view, FILE *out)
{
    struct refusal rule = { .code = refusal->code };

    if (strcmp(suffix, suffixes[0]) == 0) {
        put_message(gettext(suffix), refusal, view, out);
        return;
    }
    refusal_add_text(&rule, "words",
                     text_view_of(gettext(refusal_rule_words(refusal->code))));
    put_message(gettext(suffix), &rule, view, out);
}

/* Behind a message that names its rule where nothing can be put in. */
static void put_source(const struct refusal *refusal,
                       const struct meeting_view *view, FILE *out)
{
    int at = 0;
    const char *place = find_argument(refusal, "rule", sizeof "rule" - 1, &at);
    const char *source = place ? source_of(place, view) : NULL;

    if (!source)
        return;
    (void)fputs(_(" (source: "), out);
    cli_text_write(text_view_of(source), out);
    (void)fputc(')', out);
}

static const char *message_of(const struct refusal *refusal)
{
    int at = 0;
    const char *channel =
        find_argument(refusal, "channel", sizeof "channel" - 1, &at);

    if (refusal->code == REFUSAL_NONE)
        return _("the server refused this without a reason that this program "
                 "knows");
    if (refusal->code == REFUSAL_OTHER_WAY && channel &&
        strcmp(channel, "none") == 0)
        return _("{id} does not vote in this ballot");
    return gettext(refusal_message(refusal->code));
}

void cli_refusal_sentence(const struct refusal *refusal,
                          const struct meeting_view *view, char *out,
                          size_t size)
{
    const char *message = message_of(refusal);
    const char *suffix = refusal_suffix(refusal);
    FILE *stream = fmemopen(out, size, "w");

    out[0] = '\0';
    if (!stream) {
        (void)snprintf(out, size, "%s", message);
        return;
    }
    put_message(message, refusal, view, stream);
    if (suffix)
        put_suffix(suffix, refusal, view, stream);
    else if (!strstr(message, "{rule})"))
        put_source(refusal, view, stream);
    (void)fclose(stream);
    out[size - 1] = '\0';
}

const char *cli_reason_sentence(enum client_reason reason)
{
    switch (reason) {
    case CLIENT_REASON_NONE:
        break;
    case CLIENT_REASON_LINE:
        return _("there is no line to the server");
    case CLIENT_REASON_TIMEOUT:
        return _("the server does not answer");
    case CLIENT_REASON_GOING_DOWN:
        return _("the server is being stopped or restarted");
    case CLIENT_REASON_TRY_LATER:
        return _("the server is full");
    case CLIENT_REASON_PAUSED:
        return _("this device had sent too much at once, and the server cut it "
                 "off for a while");
    case CLIENT_REASON_CLOSED:
        return _("the server closed the connection");
    case CLIENT_REASON_NOT_THE_SERVER:
        return _("this is not the server of your invitation: somebody may be "
                 "pretending to be it. Tell the administrator");
    case CLIENT_REASON_OTHER_KEY:
        return _("this server has another key than the one by which you know "
                 "it. Either somebody is pretending to be it, or its key was "
                 "lost: ask the administrator, in person or by telephone, for "
                 "the server's fingerprint and a new invitation");
    case CLIENT_REASON_BAD_MESSAGE:
        return _("the server speaks another version of the protocol");
    case CLIENT_REASON_INVITATION:
        return _("the invitation cannot be used");
    case CLIENT_REASON_LOGIN:
        return _("the server does not know this device");
    case CLIENT_REASON_REVOKED:
        return _("this device was revoked: ask for a new invitation");
    case CLIENT_REASON_REPLACED:
        return _("this device has connected a second time elsewhere");
    case CLIENT_REASON_STORAGE:
        return _("this device's own files cannot be written");
    case CLIENT_REASON_GAP:
        return _("the server leaves out events of the record");
    case CLIENT_REASON_HEAD:
        return _("the server denies the record that this device has seen");
    case CLIENT_REASON_FORK:
        return _("the server shows others another record than us");
    case CLIENT_REASON_EVENT:
        return _("an event contradicts the record");
    case CLIENT_REASON_ACT:
        return _("an act in the record is not what its device signed");
    case CLIENT_REASON_OPENING:
        return _("a text is not the one that the record is bound to");
    case CLIENT_REASON_IDENTITY:
        return _("this record belongs to another server or meeting");
    case CLIENT_REASON_UNSIGNED:
        return _("the server confirms the record with a signature that is "
                 "wrong");
    case CLIENT_REASON_SNAPSHOT:
        return _("the people or devices of this meeting are not those of the "
                 "organisation's register");
    case CLIENT_REASON_OLD_REGISTER:
        return _("the server shows a register that is older than this meeting");
    case CLIENT_REASON_LOSS:
        return _("the administrator let the register go on although events "
                 "that this device has seen were lost");
    }
    return _("for a reason that this program does not know");
}

void cli_lost_sentence(const struct client_notice *notice, char *out,
                       size_t size)
{
    if (notice->refusal.code != REFUSAL_NONE)
        cli_refusal_sentence(&notice->refusal, NULL, out, size);
    else
        (void)snprintf(out, size, "%s", cli_reason_sentence(notice->reason));
}

const char *cli_reason_of_word(const char *word)
{
    int reason;

    for (reason = CLIENT_REASON_NONE + 1; reason <= CLIENT_REASON_LOSS;
         reason++) {
        if (strcmp(client_reason_word((enum client_reason)reason), word) == 0)
            return cli_reason_sentence((enum client_reason)reason);
    }
    return word;
}
