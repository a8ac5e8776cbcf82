/* Commands about secret ballots. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    N_("Secret ballots. b1 may be left out: the one under way is meant.\n"
       "  /ballot [b1]                 how far it is, and the result\n"
       "  /ballot-list [b1]            who votes how, and who is waited for\n"
       "  /take-ballot                 get a ballot on this device\n"
       "  /cast                        mark the ballot and cast it\n"
       "  /export-ballot [b1] FILE     the record, to be checked elsewhere\n"
       "  /object REASON               object to it, signed\n"
       "For the chair:\n"
       "  /draft-ballot                asks what it needs; or at once:\n"
       "  /draft-ballot FILE TELLER, TELLER, … [HOW MANY DECRYPT]\n"
       "  /draft-ballot \"QUESTION\" TELLER, …\n"
       "  /adopt-ballot b1 v3          by the show of hands v3\n"
       "  /adopt-ballot b1 v3 transcribed SITE\n"
       "                               paper is entered at the device there\n"
       "  (few vote? On paper; or transcribed: one total; or knowingly)\n"
       "  /channel NAME own|SITE|paper|none   how somebody votes\n"
       "  /channel NAME transcribed SITE      on paper, entered there\n"
       "  /channel all-paper transcribed SITE   all who vote on paper\n"
       "  /restart-keys                the tellers' keys anew\n"
       "  /close-issue                 shows who has one, and closes the list\n"
       "  /drop-voter NAME             off the list\n"
       "  /open-ballot [knowingly]     voting begins\n"
       "  /end-ballot                  voting ends\n"
       "  /count-ballot [knowingly]    the count begins\n"
       "  /void-ballot REASON          it is void, nothing is opened\n"
       "For tellers:\n"
       "  /paper  /confirm-paper       paper ballots, by two devices\n"
       "  /confirm-hall SITE           ballots of a hall device\n"
       "  /decrypt-anyway              although confirmations are missing\n"
       "At a hall device:\n"
       "  /cast NAME                   the member votes, by PIN\n"
       "  /cast                        the next paper ballot is entered\n"
       "  /pin                         set your own PIN, on your device\n"
       "  /pin NAME                    set it at the hall device\n"
       "  /allow-pin NAME SITE  /unlock-pin NAME   (minute-taker)\n");

const char *cli_ballot_help(void) { return _(help); }

/* --- which ballot --------------------------------------------------------- */

static bool is_ballot_word(const char *text)
{
    size_t i;

    if (text[0] != 'b')
        return false;
    for (i = 1; text[i] >= '0' && text[i] <= '9'; i++)
        ;
    return i > 1 && (text[i] == '\0' || text[i] == ' ');
}

/* The one that is under way, else the newest that was drafted. */
static const struct meeting_ballot *usual_ballot(const struct reading *r)
{
    const struct meeting_state *state = r->view->state;
    const struct meeting_ballot *open;

    if (!state || state->ballot_count == 0)
        return NULL;
    open = meeting_state_open_ballot(state);
    return open ? open : &state->ballots[state->ballot_count - 1];
}

/* Takes "b1" off the front of the arguments, if it stands there. NULL, with the
 * problem told, if there is no such ballot. */
static const struct meeting_ballot *take_ballot(struct reading *r)
{
    const struct meeting_ballot *ballot = NULL;
    struct identifier id;

    if (!is_ballot_word(r->rest)) {
        ballot = usual_ballot(r);
        if (!ballot)
            PROBLEM_NOW(r, "%s", _("there is no secret ballot yet"));
    } else {
        char *more = cli_cut_word(r->rest);

        if (r->view->state &&
            identifier_parse(text_view_of(r->rest), &id) == RESULT_OK)
            ballot = meeting_state_ballot(r->view->state, &id);
        if (!ballot)
            PROBLEM_NOW(r, _("there is no ballot \"%.60s\"; see /ballot"),
                        r->rest);
        r->rest = more;
    }
    r->out->text = r->rest;
    if (ballot)
        r->out->ballot = ballot->id;
    return ballot;
}

/* --- readers, one for each form of argument ------------------------------- */

static void read_which(struct reading *r, const char *op)
{
    (void)op;
    (void)take_ballot(r);
}

/* Whoever asks what there is gets an answer, too, where there is nothing. */
static void read_which_if_any(struct reading *r, const char *op)
{
    (void)op;
    if (is_ballot_word(r->rest) || usual_ballot(r))
        (void)take_ballot(r);
}

static void read_ballot(struct reading *r, const char *op)
{
    const struct meeting_ballot *ballot = take_ballot(r);

    if (ballot)
        cli_reading_send(r, op, json_pack("{s:s}", "ballot", ballot->id.text));
}

/* The list is shown and asked about while there is one to close. */
static void read_close_issue(struct reading *r, const char *op)
{
    const struct meeting_ballot *ballot = take_ballot(r);

    if (ballot && ballot->phase != BALLOT_PHASE_ISSUING)
        cli_reading_send(r, op, json_pack("{s:s}", "ballot", ballot->id.text));
}

static void read_draft(struct reading *r, const char *op)
{
    (void)r;
    (void)op; /* the dialogue reads the arguments, or asks for them */
}

static const char *const transcribed[] = { "transcribed", "nhapgiay", "nhap",
                                           NULL };

/* Does "transcribed SITE" stand there? */
static bool is_transcribed(const char *typed)
{
    char word[CLI_WORD_SIZE];

    (void)snprintf(word, sizeof word, "%s", typed);
    (void)cli_cut_word(word);
    return cli_is_word(word, transcribed);
}

/* The vote that took it: named, or the newest that passed. What follows a named
 * one is what is left. */
static bool take_vote(struct reading *r, const struct meeting_ballot *ballot,
                      struct identifier *out)
{
    const struct meeting_state *state = r->view->state;
    size_t i;

    if (r->rest[0] != '\0' && !is_transcribed(r->rest)) {
        char *more = cli_cut_word(r->rest);

        if (identifier_parse(text_view_of(r->rest), out) == RESULT_OK &&
            meeting_state_vote(state, out)) {
            r->rest = more;
            return true;
        }
        PROBLEM_NOW(r, _("there is no vote \"%.60s\""), r->rest);
        return false;
    }
    for (i = state->vote_count; i > 0; i--) {
        if (state->votes[i - 1].phase == VOTE_CLOSED &&
            state->votes[i - 1].is_passed) {
            *out = state->votes[i - 1].id;
            return true;
        }
    }
    PROBLEM(r,
            _("by which vote? First let the meeting adopt it: /motion, then "
              "/adopt-ballot %s v1"),
            ballot->id.text);
    return false;
}

static void read_adopt(struct reading *r, const char *op)
{
    const struct meeting_ballot *ballot = take_ballot(r);
    struct identifier vote;
    struct identifier site = { "" };

    if (!ballot || !take_vote(r, ballot, &vote))
        return;
    if (is_transcribed(r->rest))
        (void)cli_reading_name(r, CLI_NAMES_SITES, cli_cut_word(r->rest),
                               &site);
    else if (r->rest[0] != '\0')
        PROBLEM(r, "%s", _("behind it only: transcribed SITE"));
    if (r->out->problem[0] == '\0')
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "ballot", ballot->id.text,
                                   "vote", vote.text, "transcribed",
                                   site.text));
}

static void read_knowingly(struct reading *r, const char *op)
{
    static const char *const knowingly[] = { "knowingly", "vanmo",    "van mo",
                                             "vankiem",   "van kiem", "biet",
                                             NULL };
    const struct meeting_ballot *ballot = take_ballot(r);

    if (!ballot)
        return;
    if (r->rest[0] != '\0' && !cli_is_word(r->rest, knowingly))
        PROBLEM(r, "%s", _("behind it only: knowingly"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:b}", "ballot", ballot->id.text,
                                   "knowingly", (int)(r->rest[0] != '\0')));
}

/* How: "own", "paper", "none", "transcribed SITE", or a site whose device is
 * voted at. False with the problem told. */
static bool read_way(struct reading *r, char *typed, const char **channel,
                     struct identifier *site)
{
    static const char *const own[] = { "own", "rieng", "thiet bi rieng", NULL };
    static const char *const paper[] = { "paper", "giay", NULL };
    static const char *const none[] = { "none", "khong", NULL };

    *channel = "hall";
    if (cli_is_word(typed, own)) {
        *channel = "own";
    } else if (cli_is_word(typed, paper)) {
        *channel = "paper";
    } else if (cli_is_word(typed, none)) {
        *channel = "none";
    } else if (typed[0] == '\0') {
        PROBLEM(r, "%s",
                _("how? own, paper, transcribed SITE, none, or the name of a "
                  "site"));
    } else if (is_transcribed(typed)) {
        *channel = "transcribed";
        (void)cli_reading_name(r, CLI_NAMES_SITES, cli_cut_word(typed), site);
    } else {
        (void)cli_reading_name(r, CLI_NAMES_SITES, typed, site);
    }
    return r->out->problem[0] == '\0';
}

/* Everybody with one channel is given another: a list of commands. */
static void send_group(struct reading *r, const struct meeting_ballot *ballot,
                       enum ballot_channel from, char *way, const char *op)
{
    const char *channel;
    struct identifier site = { "" };
    json_t *commands = json_array();
    size_t i;

    if (!read_way(r, way, &channel, &site)) {
        json_decref(commands);
        return;
    }
    for (i = 0; i < ballot->voter_count; i++)
        if (ballot->voters[i].channel == from)
            (void)json_array_append_new(
                commands,
                json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "op", op, "log",
                          r->meeting.text, "ballot", ballot->id.text, "member",
                          ballot->voters[i].member.text, "channel", channel,
                          "site", site.text));
    if (json_array_size(commands) == 0) {
        json_decref(commands);
        PROBLEM_NOW(r, "%s", _("nobody votes that way in this ballot"));
        return;
    }
    r->out->command = commands;
    r->out->action = CLI_ACTION_SEND;
}

/* "NAME own", "NAME SITE", "NAME paper", "NAME none", "NAME transcribed SITE",
 * and "all-paper" or "all-hall" in place of a name. */
static void read_channel(struct reading *r, const char *op)
{
    static const char *const all_paper[] = { "allpaper", "tatcagiay", NULL };
    static const char *const all_hall[] = { "allhall", "tatcadiemcau", NULL };
    const struct meeting_ballot *ballot = take_ballot(r);
    struct identifier member;
    struct identifier site = { "" };
    const char *channel;
    char word[CLI_WORD_SIZE];
    char *more;

    if (!ballot)
        return;
    (void)snprintf(word, sizeof word, "%s", r->rest);
    (void)cli_cut_word(word);
    if (cli_is_word(word, all_paper)) {
        send_group(r, ballot, BALLOT_BY_PAPER, cli_cut_word(r->rest), op);
    } else if (cli_is_word(word, all_hall)) {
        send_group(r, ballot, BALLOT_BY_HALL, cli_cut_word(r->rest), op);
    } else if (!cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member,
                                  &more)) {
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member);
    } else if (read_way(r, more, &channel, &site)) {
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s, s:s}", "ballot",
                                   ballot->id.text, "member", member.text,
                                   "channel", channel, "site", site.text));
    }
}

/* A member, or a site with its whole pool. */
static void read_drop(struct reading *r, const char *op)
{
    const struct meeting_ballot *ballot = take_ballot(r);
    struct identifier member;

    if (ballot && cli_reading_name(r, CLI_NAMES_BOTH, r->rest, &member))
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s}", "ballot", ballot->id.text,
                                   "member", member.text));
}

static void read_reason(struct reading *r, const char *op)
{
    (void)op;
    if (take_ballot(r) && r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a reason is missing"));
}

/* An objection that rests on no evidence but its words. */
static void read_object(struct reading *r, const char *op)
{
    static const char zeros[] =
        "0000000000000000000000000000000000000000000000000000000000000000";
    const struct meeting_ballot *ballot = take_ballot(r);
    char signature[2 * sizeof zeros - 1];

    (void)snprintf(signature, sizeof signature, "%s%s", zeros, zeros);
    if (ballot && r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a reason is missing"));
    else if (ballot)
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:i, s:s, s:i, s:s, s:s, s:s}",
                                   "ballot", ballot->id.text, "kind", "other",
                                   "height", 0, "tracker", zeros, "at_ms", 0,
                                   "record", zeros, "receipt", signature,
                                   "reason", r->rest));
}

/* The core writes where it is told to, whatever directory that is seen from.
 */
static void read_export(struct reading *r, const char *op)
{
    const struct meeting_ballot *ballot = take_ballot(r);
    char path[CLI_PROBLEM_SIZE * 10];
    char *here;

    if (!ballot)
        return;
    if (r->rest[0] == '\0') {
        PROBLEM(r, "%s", _("into which file? As in: /export-ballot b1.bel"));
        return;
    }
    here = r->rest[0] == '/' ? NULL : realpath(".", NULL);
    (void)snprintf(path, sizeof path, "%s%s%s", here ? here : "",
                   here ? "/" : "", r->rest);
    free(here);
    cli_reading_send(
        r, op,
        json_pack("{s:s, s:s}", "ballot", ballot->id.text, "path", path));
}

/* --- halls ---------------------------------------------------------------- */

static bool is_site(const struct reading *r)
{
    return r->view->state &&
           meeting_state_site(r->view->state, &r->view->me) != NULL;
}

/* Does this device enter paper ballots? */
static bool is_entering(const struct reading *r)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(r->view, &r->out->ballot);

    return is_site(r) && own && own->is_transcribed;
}

/* Who votes: the holder of this device, or at a site's device a member. */
static void read_cast(struct reading *r, const char *op)
{
    (void)op;
    if (!take_ballot(r))
        return;
    if (is_entering(r)) {
        r->out->holder = (struct identifier){ "" };
        if (r->rest[0] != '\0')
            PROBLEM(r, "%s",
                    _("on this device paper ballots are entered: /cast, "
                      "without a name"));
    } else if (is_site(r))
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &r->out->holder);
    else if (r->rest[0] != '\0')
        PROBLEM(r, "%s",
                _("on this device only you vote; others vote on their own, or "
                  "at a hall device"));
}

/* Of whom: of nobody but oneself on one's own device, which is not said. */
static void read_pin(struct reading *r, const char *op)
{
    (void)op;
    r->out->holder = (struct identifier){ "" };
    if (is_site(r))
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &r->out->holder);
    else if (r->rest[0] != '\0')
        PROBLEM(r, "%s",
                _("do not type the PIN here: /pin asks for it without showing "
                  "it"));
}

static void read_allow_pin(struct reading *r, const char *op)
{
    struct identifier member;
    struct identifier site;
    char *more;

    if (!cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &more))
        (void)cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member);
    else if (cli_reading_name(r, CLI_NAMES_SITES, more, &site))
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s}", "member", member.text, "site", site.text));
}

static void read_unlock_pin(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        cli_reading_send(r, op, json_pack("{s:s}", "member", member.text));
}

static void read_confirm_hall(struct reading *r, const char *op)
{
    (void)op;
    if (take_ballot(r))
        (void)cli_reading_name(r, CLI_NAMES_SITES, r->rest, &r->out->holder);
}

/* --- the table ------------------------------------------------------------ */

const struct cli_verb cli_ballot_verbs[] = {
    { { "ballot", "phieu" }, CLI_ACTION_BALLOT, read_which_if_any, NULL },
    { { "ballotlist", "danhsachphieu" }, CLI_ACTION_VOTERS, read_which, NULL },
    { { "draftballot", "soanphieu" }, CLI_ACTION_DRAFT, read_draft, NULL },
    { { "adoptballot", "thongquaphieu" },
      CLI_ACTION_SEND,
      read_adopt,
      "adopt_ballot" },
    { { "channel", "cachbophieu" },
      CLI_ACTION_SEND,
      read_channel,
      "set_channel" },
    { { "restartkeys", "lamlaikhoa" },
      CLI_ACTION_SEND,
      read_ballot,
      "restart_keys" },
    { { "takeballot", "nhanphieu" },
      CLI_ACTION_SEND,
      read_ballot,
      "ballot_take" },
    { { "closeissue", "chotphieu" },
      CLI_ACTION_CLOSE_ISSUE,
      read_close_issue,
      "close_issue" },
    { { "dropvoter", "botennguoibophieu", "boten" },
      CLI_ACTION_SEND,
      read_drop,
      "drop_voter" },
    { { "openballot", "mobophieu" },
      CLI_ACTION_SEND,
      read_knowingly,
      "open_ballot" },
    { { "cast", "bophieu" }, CLI_ACTION_CAST, read_cast, NULL },
    { { "endballot", "donghomphieu" },
      CLI_ACTION_SEND,
      read_ballot,
      "end_ballot" },
    { { "paper", "phieugiay" }, CLI_ACTION_PAPER, read_which, NULL },
    { { "confirmpaper", "xacnhanphieugiay" },
      CLI_ACTION_CONFIRM_PAPER,
      read_which,
      NULL },
    { { "countballot", "kiemphieu" },
      CLI_ACTION_SEND,
      read_knowingly,
      "count_ballot" },
    { { "decryptanyway", "vangiaima" },
      CLI_ACTION_SEND,
      read_ballot,
      "ballot_decrypt" },
    { { "voidballot", "huyphieu" }, CLI_ACTION_VOID, read_reason, NULL },
    { { "exportballot", "xuatphieu" },
      CLI_ACTION_SEND,
      read_export,
      "ballot_export" },
    { { "object", "phandoi" }, CLI_ACTION_SEND, read_object, "object_ballot" },
    { { "confirmhall", "xacnhandiemcau" },
      CLI_ACTION_CONFIRM_HALL,
      read_confirm_hall,
      NULL },
    { { "pin", "datpin", "mapin" }, CLI_ACTION_PIN, read_pin, NULL },
    { { "allowpin", "chopheppin" },
      CLI_ACTION_SEND,
      read_allow_pin,
      "allow_pin" },
    { { "unlockpin", "mokhoapin" },
      CLI_ACTION_SEND,
      read_unlock_pin,
      "unlock_pin" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
