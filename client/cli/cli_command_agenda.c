/* Commands about agenda items, votes and entries of the minutes. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

/* --- agenda and votes ---------------------------------------------------- */

void cli_read_item(struct reading *r, const char *op)
{
    const struct meeting_state *state = r->view->state;
    struct identifier id;
    uint64_t number;

    if (state && cli_number(r->rest, state->item_count, &number) && number > 0)
        id = state->items[number - 1].id;
    else if (!state ||
             identifier_parse(text_view_of(r->rest), &id) != RESULT_OK ||
             !meeting_state_item(state, &id)) {
        PROBLEM(r, "%s", _("which item? Type its number; see /agenda"));
        return;
    }
    cli_reading_send(r, op, json_pack("{s:s}", "item", id.text));
}

void cli_read_end_item(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);

    if (r->rest[0] != '\0')
        cli_read_item(r, op);
    else if (item)
        cli_reading_send(r, op, json_pack("{s:s}", "item", item->id.text));
    else
        PROBLEM_NOW(r, "%s", _("no agenda item is being dealt with"));
}

/* The vote that is meant: the one that is open, unless several are. */
static const struct meeting_vote *open_vote(struct reading *r)
{
    const struct meeting_state *state = r->view->state;
    const struct meeting_vote *vote = NULL;
    size_t i;

    for (i = 0; state && i < state->vote_count; i++) {
        if (state->votes[i].phase == VOTE_OPEN)
            vote = &state->votes[i];
    }
    if (!vote)
        PROBLEM_NOW(r, "%s", _("no vote is open"));
    return vote;
}

/* A vote named at the end of the arguments ("v2"), else the open one. */
static bool take_vote(struct reading *r, const char *typed,
                      struct identifier *out)
{
    const struct meeting_vote *vote;

    if (typed[0] != '\0' && r->view->state &&
        identifier_parse(text_view_of(typed), out) == RESULT_OK &&
        meeting_state_vote(r->view->state, out))
        return true;
    if (typed[0] != '\0') {
        PROBLEM_NOW(r, _("there is no vote \"%.60s\""), typed);
        return false;
    }
    vote = open_vote(r);
    if (vote)
        *out = vote->id;
    return vote != NULL;
}

static const char *choice_of(const char *typed)
{
    static const char *const yes[] = { "yes", "y",     "tanthanh",
                                       "co",  "dongy", NULL };
    static const char *const no[] = { "no", "n", "khongtanthanh", "khong",
                                      NULL };
    static const char *const other[] = { "other", "ykienkhac", "khac", NULL };
    static const char *const abstain[] = { "abstain", "khongbieuquyet", "trang",
                                           NULL };

    return cli_is_word(typed, yes)       ? "yes"
           : cli_is_word(typed, no)      ? "no"
           : cli_is_word(typed, other)   ? "other"
           : cli_is_word(typed, abstain) ? "abstain"
                                         : NULL;
}

/* "tán thành v1": the choice may be several words. */
void cli_read_vote(struct reading *r, const char *op)
{
    char joined[CLI_WORD_SIZE];
    char *last = strrchr(r->rest, ' ');
    const char *vote_word = "";
    struct identifier vote;
    const char *choice;
    size_t used = 0;
    size_t i;

    if (last && last[1] == 'v' && last[2] >= '0' && last[2] <= '9') {
        vote_word = last + 1;
        *last = '\0';
    }
    for (i = 0; r->rest[i] != '\0' && used + 1 < sizeof joined; i++) {
        if (r->rest[i] != ' ')
            joined[used++] = r->rest[i];
    }
    joined[used] = '\0';
    choice = choice_of(joined);
    if (!choice)
        PROBLEM(r, "%s", _("yes, no, other or abstain?"));
    else if (take_vote(r, vote_word, &vote))
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s}", "vote", vote.text, "choice", choice));
}

void cli_read_vote_id(struct reading *r, const char *op)
{
    struct identifier vote;

    if (take_vote(r, r->rest, &vote))
        cli_reading_send(r, op, json_pack("{s:s}", "vote", vote.text));
}

/* "REASON" of the vote that is open, "v2 REASON" of another. */
void cli_read_cancel_vote(struct reading *r, const char *op)
{
    const size_t size = strcspn(r->rest, " ");
    char word[CLI_WORD_SIZE] = "";
    struct identifier vote;

    if (size < sizeof word)
        memcpy(word, r->rest, size); /* ended by its zeroes */
    if (word[0] == 'v' && word[1] >= '0' && word[1] <= '9')
        r->rest = cli_cut_word(r->rest);
    else
        word[0] = '\0';
    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a reason is missing"));
    else if (take_vote(r, word, &vote))
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s}", "vote", vote.text, "reason", r->rest));
}

/* Four numbers, then perhaps a site; a site's own device means itself. */
void cli_read_hall(struct reading *r, const char *op)
{
    bool is_site = r->view->state &&
                   meeting_state_site(r->view->state, &r->view->me) != NULL;
    struct identifier site = { "" };
    struct identifier vote;
    uint64_t counts[4];
    char *at = r->rest;
    size_t i;

    for (i = 0; i < 4; i++) {
        char *next = cli_cut_word(at);

        if (!cli_number(at, LIMIT_ROSTER, &counts[i])) {
            PROBLEM(r, "%s",
                    _("four numbers: in favour, against, other opinion, not "
                      "voting"));
            return;
        }
        at = next;
    }
    if (at[0] == '\0' && is_site)
        site = r->view->me;
    else if (at[0] != '\0' && !cli_reading_name(r, CLI_NAMES_SITES, at, &site))
        return;
    if (take_vote(r, "", &vote))
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "vote", vote.text,
                      "site", site.text, "yes", (json_int_t)counts[0], "no",
                      (json_int_t)counts[1], "other", (json_int_t)counts[2],
                      "abstain", (json_int_t)counts[3]));
}

/* --- minutes ------------------------------------------------------------- */

static const struct meeting_entry *take_entry(struct reading *r,
                                              const char *typed)
{
    const struct meeting_entry *entry = NULL;
    struct identifier id;

    if (r->view->state &&
        identifier_parse(text_view_of(typed), &id) == RESULT_OK)
        entry = meeting_state_entry(r->view->state, &id);
    if (!entry)
        PROBLEM(r, "%s", _("which entry? As e3; see /notes"));
    return entry;
}

void cli_read_edit(struct reading *r, const char *op)
{
    char *text = cli_cut_word(r->rest);
    const struct meeting_entry *entry = take_entry(r, r->rest);

    if (entry && text[0] == '\0') {
        r->out->action = CLI_ACTION_EDIT;
        r->out->item = entry->id;
    } else if (entry)
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I, s:s}", "entry", entry->id.text,
                                   "version", (json_int_t)entry->version,
                                   "text", text));
}

void cli_read_remove(struct reading *r, const char *op)
{
    const struct meeting_entry *entry = take_entry(r, r->rest);

    if (entry)
        cli_reading_send(r, op,
                         json_pack("{s:s, s:I}", "entry", entry->id.text,
                                   "version", (json_int_t)entry->version));
}
