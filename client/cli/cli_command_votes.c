/* Commands about what is voted on, and what a vote has to keep to. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include "protocol/rules/matter.h"

#include <stdio.h>
#include <string.h>

enum { MATTER_WORDS_MAX = 4 };

static const char help[] = N_(
    "Votes by show of hands.\n"
    "For the chair:\n"
    "  /motion TEXT                 on a resolution or conclusion\n"
    "  /vote-on MATTER [NAME:] TEXT on another matter, about somebody:\n"
    "                               agenda, minutes, procedure, admission,\n"
    "                               recognition\n"
    "  /vote-on agenda 3: TEXT      to move item 3 or take it off\n"
    "  /vote-on procedure n1: TEXT  to take the list of election n1\n"
    "  /close-vote  /cancel-vote REASON\n"
    "  /authority NUMBER, DATE, ISSUER   the document by which remote seats\n"
    "                               vote where the rules ask for one;\n"
    "                               the date as 26/07/2026\n"
    "  /rules                       the ruleset, and what of it was not\n"
    "                               compared with the official text\n"
    "Who counts and how many votes are needed is settled when a vote is\n"
    "opened; /votes shows it.\n");

const char *cli_votes_help(void) { return _(help); }

/* What people type for a matter, plain; the first is the wire word. */
static const struct {
    enum matter matter;
    const char *words[6];
} typed_matters[] = {
    { MATTER_RESOLUTION, { "resolution", "nghiquyet", "ketluan", NULL } },
    { MATTER_AGENDA, { "agenda", "chuongtrinh", NULL } },
    { MATTER_MINUTES, { "minutes", "bienban", NULL } },
    { MATTER_PROCEDURE, { "procedure", "thutuc", "dieuhanh", NULL } },
    { MATTER_ADMISSION, { "admission", "ketnap", NULL } },
    { MATTER_RECOGNITION,
      { "recognition", "chinhthuc", "congnhan", "congnhanchinhthuc", NULL } },
};

const char *cli_matter_typed(const char *typed)
{
    size_t i;

    for (i = 0; i < sizeof typed_matters / sizeof typed_matters[0]; i++)
        if (cli_is_word(typed, typed_matters[i].words))
            return enum_word(&matter_words, (int)typed_matters[i].matter);
    return NULL;
}

/* "NAME: TEXT": the member is taken off the text, if there is one. */
static char *take_subject(struct reading *r, char *text,
                          struct identifier *subject)
{
    char *colon = strchr(text, ':');
    struct identifier found;

    if (!colon)
        return text;
    *colon = '\0';
    if (cli_names_find(r->view, CLI_NAMES_MEMBERS, cli_trim(text), &found) ==
        CLI_MATCH_ONE) {
        *subject = found;
        return cli_trim(colon + 1);
    }
    *colon = ':';
    return text;
}

/* "3: TEXT" on the agenda, "n1: TEXT" on procedure: the item that is to be
 * moved or taken off, the election whose list is to be taken. */
static char *take_target(struct reading *r, const char *matter, char *text,
                         struct identifier *target)
{
    char *colon = strchr(text, ':');
    const struct meeting_item *item = NULL;
    struct identifier id;

    if (!colon || !r->view->state)
        return text;
    *colon = '\0';
    if (strcmp(matter, enum_word(&matter_words, MATTER_AGENDA)) == 0)
        item = cli_reading_find_item(r, cli_trim(text));
    else if (strcmp(matter, enum_word(&matter_words, MATTER_PROCEDURE)) == 0 &&
             identifier_parse(text_view_of(cli_trim(text)), &id) == RESULT_OK &&
             meeting_state_election(r->view->state, &id))
        *target = id;
    if (item && item->phase == ITEM_WAITING)
        *target = item->id;
    *colon = ':';
    return identifier_is_empty(target) ? text : cli_trim(colon + 1);
}

/* The matter at the front, of one word or more ("chương trình: …"); what
 * follows is `*text`. NULL: there is none. */
static const char *take_matter(struct reading *r, char **text)
{
    char joined[CLI_WORD_SIZE];
    const char *at = r->rest;
    size_t used = 0;
    int words;

    for (words = 0; words < MATTER_WORDS_MAX && *at != '\0'; words++) {
        const size_t size = strcspn(at, " \t:");
        const char *matter;

        if (used + size >= sizeof joined)
            break;
        memcpy(joined + used, at, size);
        used += size;
        joined[used] = '\0';
        at += size;
        at += strspn(at, " \t");
        matter = cli_matter_typed(joined);
        if (matter) {
            *text = cli_trim(r->rest + (at - r->rest) + (*at == ':'));
            return matter;
        }
    }
    return NULL;
}

/* Does it begin with a matter that is never voted on by show of hands? */
static bool is_secret_matter(const char *typed)
{
    static const char *const words[] = { "discipline", "kyluat",   "election",
                                         "baucu",      "bau",      "rating",
                                         "xeploai",    "danhgia",  "confidence",
                                         "tinnhiem",   "opinions", "thamdo",
                                         NULL };
    char first[CLI_WORD_SIZE], two[2 * CLI_WORD_SIZE];
    const size_t one = strcspn(typed, " \t:");
    const size_t gap = strspn(typed + one, " \t");
    const size_t next = strcspn(typed + one + gap, " \t:");

    (void)snprintf(first, sizeof first, "%.*s", (int)one, typed);
    (void)snprintf(two, sizeof two, "%s%.*s", first,
                   (int)(next < CLI_WORD_SIZE ? next : 0), typed + one + gap);
    return cli_is_word(first, words) || cli_is_word(two, words);
}

static void read_vote_on(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);
    char *text = NULL;
    const char *matter = take_matter(r, &text);
    struct identifier subject = { "" };
    struct identifier target = { "" };

    if (!matter && is_secret_matter(r->rest)) {
        PROBLEM_NOW(r, "%s",
                    _("that is voted on in secret: /draft-ballot; see /help "
                      "elections"));
        return;
    }
    if (!matter) {
        PROBLEM(r, "%s",
                _("what is voted on? agenda, minutes, procedure, admission, "
                  "recognition or resolution; see /help votes"));
        return;
    }
    text = take_target(r, matter, text, &target);
    if (identifier_is_empty(&target)) {
        text = take_subject(r, text, &subject);
        target = item ? item->id : target;
    }
    if (text[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s, s:s}", "item", target.text,
                                   "motion", text, "matter", matter, "subject",
                                   subject.text));
}

static void read_motion(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);

    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "item",
                                   item ? item->id.text : "", "motion", r->rest,
                                   "matter", "resolution"));
}

/* "NUMBER, DATE, ISSUER" */
static void read_authority(struct reading *r, const char *op)
{
    char *date = strchr(r->rest, ',');
    char *issuer = date ? strchr(date + 1, ',') : NULL;
    struct cli_day day;
    char wire[48]; /* three numbers */

    if (!issuer) {
        PROBLEM(r, "%s",
                _("number, date and issuer of the document are needed, with "
                  "commas between them"));
        return;
    }
    *date++ = '\0';
    *issuer++ = '\0';
    date = cli_trim(date);
    if (cli_reading_day(date, &day)) {
        (void)snprintf(wire, sizeof wire, "%04d-%02d-%02d", day.year, day.month,
                       day.day);
        date = wire;
    }
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:s}", "number", cli_trim(r->rest),
                               "date", date, "issuer", cli_trim(issuer)));
}

const struct cli_verb cli_votes_verbs[] = {
    { { "rules", "quytac", "boquytac" }, CLI_ACTION_RULES, NULL, NULL },
    { { "authority", "vanbanchophep", "canvuvanban" },
      CLI_ACTION_SEND,
      read_authority,
      "set_authority" },
    { { "motion", "dexuat" }, CLI_ACTION_SEND, read_motion, "start_vote" },
    { { "voteon", "bieuquyetve" },
      CLI_ACTION_SEND,
      read_vote_on,
      "start_vote" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
