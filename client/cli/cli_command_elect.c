/* Commands about the list of names of an election. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static const char help[] = N_(
    "Elections, and other ballots on persons. n1 may be left out: the newest\n"
    "list that is open is meant.\n"
    "  /elections                   lists of names, and what became of them\n"
    "  /nominate [n1] NAME          propose somebody; yourself, too\n"
    "  /withdraw-name [n1] [NAME]   take a name back\n"
    "For the chair:\n"
    "  /call-election POST SEATS TITLE   POST: committee, leader, deputy,\n"
    "                               delegates or other\n"
    "  /nominate [n1] NAME committee   a name of who convened\n"
    "  /support [n1] NAME v2        by the show of hands v2 on that name\n"
    "  /close-list [n1] v3          by the vote on procedure v3\n"
    "  /draft-ballot election n1; TELLER, …   the list that was closed\n"
    "  /draft-ballot again; TELLER, …         among those who are level\n"
    "  /draft-ballot discipline NAME[, post][, votes]; TELLER, …\n"
    "                               who holds a post; who votes, too\n"
    "  /draft-ballot rating all; TELLER, …    or names\n"
    "  /draft-ballot confidence NAME, NAME; TELLER, …\n"
    "  /draft-ballot opinions 2: NAME, NAME; TELLER, …\n"
    "  /draft-ballot admission NAME; TELLER, …   or recognition\n");

const char *cli_elect_help(void) { return _(help); }

/* "n1" off the front, else the newest list; NULL with the problem told. */
static const struct meeting_election *take_election(struct reading *r)
{
    const struct meeting_state *state = r->view->state;
    const struct meeting_election *election = NULL;
    struct identifier id;
    size_t i;

    if (state && r->rest[0] == 'n' && r->rest[1] >= '0' && r->rest[1] <= '9') {
        char *more = cli_cut_word(r->rest);

        if (identifier_parse(text_view_of(r->rest), &id) == RESULT_OK)
            election = meeting_state_election(state, &id);
        r->rest = more;
    } else {
        for (i = 0; state && i < state->election_count; i++)
            if (!state->elections[i].is_closed)
                election = &state->elections[i];
    }
    if (!election)
        PROBLEM_NOW(r, "%s",
                    _("there is no such list of names; see /elections"));
    return election;
}

static const char *post_of(const char *typed)
{
    static const char *const committee[] = { "committee", "chiuy", NULL };
    static const char *const leader[] = { "leader", "bithu", NULL };
    static const char *const deputy[] = { "deputy", "phobithu", NULL };
    static const char *const delegates[] = { "delegates", "daibieu", NULL };
    static const char *const other[] = { "other", "khac", NULL };

    return cli_is_word(typed, committee)   ? "committee"
           : cli_is_word(typed, leader)    ? "leader"
           : cli_is_word(typed, deputy)    ? "deputy"
           : cli_is_word(typed, delegates) ? "delegates"
           : cli_is_word(typed, other)     ? "other"
                                           : NULL;
}

static void read_call(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);
    char *number = cli_cut_word(r->rest);
    char *title = cli_cut_word(number);
    const char *post = post_of(r->rest);
    uint64_t seats = 0;

    if (!post)
        PROBLEM(r, "%s",
                _("which post? committee, leader, deputy, delegates or other"));
    else if (!cli_number(number, LIMIT_BALLOT_CANDIDATES, &seats) || seats == 0)
        PROBLEM(r, "%s", _("how many are to be elected?"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:I, s:s}", "item",
                                   item ? item->id.text : "", "post", post,
                                   "seats", (json_int_t)seats, "title", title));
}

static void read_nominate(struct reading *r, const char *op)
{
    static const char *const committee[] = { "committee", "capuy", "chiuy",
                                             NULL };
    const struct meeting_election *election = take_election(r);
    const char *source = "floor";
    struct identifier member;
    char *more = NULL;

    if (!election)
        return;
    if (cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &more)) {
        if (cli_is_word(more, committee))
            source = "committee";
        else if (more[0] != '\0') {
            PROBLEM(r, "%s", _("behind it only: committee"));
            return;
        }
    } else if (!cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member)) {
        return;
    }
    if (identifier_equal(&member, &r->view->me))
        source = "self";
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:s}", "election", election->id.text,
                               "member", member.text, "source", source));
}

static void read_withdraw(struct reading *r, const char *op)
{
    const struct meeting_election *election = take_election(r);
    struct identifier member = r->view->me;

    if (!election ||
        (r->rest[0] != '\0' &&
         !cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member)))
        return;
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s}", "election", election->id.text,
                               "member", member.text));
}

/* The vote at the end of the arguments, which is cut off there. */
static bool take_vote(struct reading *r, char *text, struct identifier *out)
{
    char *last = strrchr(text, ' ');
    char *word = last ? last + 1 : text;

    if (word[0] == 'v' &&
        identifier_parse(text_view_of(word), out) == RESULT_OK &&
        meeting_state_vote(r->view->state, out)) {
        *(last ? last : text) = '\0';
        return true;
    }
    PROBLEM(r, "%s", _("by which vote? Type it at the end, as v2"));
    return false;
}

static void read_support(struct reading *r, const char *op)
{
    const struct meeting_election *election = take_election(r);
    struct identifier vote;
    struct identifier member;

    if (!election || !take_vote(r, r->rest, &vote) ||
        !cli_reading_name(r, CLI_NAMES_MEMBERS, cli_trim(r->rest), &member))
        return;
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:s}", "election", election->id.text,
                               "member", member.text, "vote", vote.text));
}

static void read_close(struct reading *r, const char *op)
{
    const struct meeting_election *election = take_election(r);
    struct identifier vote;

    if (!election || !take_vote(r, r->rest, &vote))
        return;
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s}", "election", election->id.text,
                               "vote", vote.text));
}

const struct cli_verb cli_elect_verbs[] = {
    { { "elections", "cacbaucu", "danhsachbau" },
      CLI_ACTION_ELECTIONS,
      NULL,
      NULL },
    { { "callelection", "baucu" },
      CLI_ACTION_SEND,
      read_call,
      "call_election" },
    { { "nominate", "decu", "ungcu" },
      CLI_ACTION_SEND,
      read_nominate,
      "nominate" },
    { { "withdrawname", "rutten" },
      CLI_ACTION_SEND,
      read_withdraw,
      "withdraw_nomination" },
    { { "support", "ungho" }, CLI_ACTION_SEND, read_support, "note_support" },
    { { "closelist", "chotdanhsach" },
      CLI_ACTION_SEND,
      read_close,
      "close_list" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
