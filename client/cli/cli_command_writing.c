/* Commands of whoever writes the minutes: what is kept here, versions. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include "protocol/wire/json_read.h"

#include <stdio.h>
#include <string.h>

static const char help[] = N_(
    "Writing the minutes. What you type is kept on this device until it is "
    "saved\n"
    "on the server's disk; only then it says: saved.\n"
    "  /minutes                     the minutes as they grow: lines of the "
    "record,\n"
    "                               which nobody writes, and entries between "
    "them\n"
    "  /write                       an entry of several lines: each line you "
    "type is\n"
    "                               saved, until /done\n"
    "  /write opinion [NAME], /write conclusion\n"
    "  /edit ENTRY                  goes on with an entry\n"
    "  /line, /line 2 TEXT, /line 2 shows the lines; changes one; takes it "
    "away\n"
    "  /continue NUMBER             goes on with a text that is not saved\n"
    "  /minutes-text                the minutes as the server draws them\n"
    "  /history ENTRY               all versions of an entry: by whom, when\n"
    "  /texts                       what you typed and is not saved\n"
    "  /mine NUMBER                 after a conflict: yours takes the place "
    "of\n"
    "                               the other text\n"
    "  /theirs NUMBER               yours is dropped\n"
    "For the chair:\n"
    "  /edit ENTRY TEXT             puts a word right, by name\n"
    "  /share-minutes, /hide-minutes\n"
    "                               all members read them while they are "
    "written,\n"
    "                               or no longer\n"
    "  /minute-taker NAME           hands the work over\n");

const char *cli_writing_help(void) { return _(help); }

/* --- texts that are kept here --------------------------------------------- */

static const struct kept_text *read_kept(struct reading *r)
{
    const struct kept_text *text = NULL;
    uint64_t number;

    if (r->view->kept && cli_number(r->rest, INT64_MAX, &number))
        text = text_store_find(r->view->kept, number);
    if (!text || !identifier_equal(&text->log, &r->view->log))
        PROBLEM(r, "%s", _("which text? Its number, as /texts shows it"));
    else if (text->stage == TEXT_WAITING)
        PROBLEM(r, "%s", _("this text is on its way; wait until it is saved"));
    else
        return text;
    return NULL;
}

/* The kept command, as it has to be now: after a conflict on the newest version
 * of the entry; anew if that was removed. A new reference or NULL. */
static json_t *renewed(const struct meeting_state *state,
                       const struct kept_text *text, const char **op)
{
    const char *id = json_string_value(json_object_get(text->command, "entry"));
    const struct meeting_entry *entry = NULL;
    struct identifier typed;
    uint64_t version;

    *op = "write_entry";
    if (!id)
        return json_deep_copy(text->command);
    if (!identifier_parse(text_view_of(id), &typed))
        entry = meeting_state_entry(state, &typed);
    if (!entry || entry->is_removed)
        return json_pack("{s:s, s:O}", "item", entry ? entry->item.text : "",
                         "text", json_object_get(text->command, "text"));
    *op = "edit_entry";
    version = entry->version;
    /* Whoever was not shown the newest version does not write over it. */
    if (text->stage == TEXT_TYPING)
        (void)json_read_number(text->command, "version", &version);
    return json_pack("{s:s, s:I, s:O}", "entry", id, "version",
                     (json_int_t)version, "text",
                     json_object_get(text->command, "text"));
}

static void read_mine(struct reading *r, const char *op)
{
    const struct kept_text *text = read_kept(r);
    json_t *fields;

    if (!text || !r->view->state)
        return;
    fields = renewed(r->view->state, text, &op);
    if (fields)
        (void)json_object_set_new(fields, "kept",
                                  json_integer((json_int_t)text->number));
    cli_reading_send(r, op, fields);
}

static void read_theirs(struct reading *r, const char *op)
{
    const struct kept_text *text = read_kept(r);

    if (text)
        cli_reading_send(r, op,
                         json_pack("{s:I}", "text", (json_int_t)text->number));
}

/* Nothing: a note; "opinion [NAME]", or of whoever has the floor;
 * "conclusion". */
static void read_write(struct reading *r, const char *op)
{
    static const char *const opinions[] = { "opinion", "ykien", NULL };
    static const char *const conclusions[] = { "conclusion", "ketluan", NULL };
    const struct meeting_item *item = cli_reading_item(r);
    const struct meeting_state *state = r->view->state;
    char *name = cli_cut_word(r->rest);
    const bool is_opinion = cli_is_word(r->rest, opinions);
    const bool is_conclusion = cli_is_word(r->rest, conclusions);
    struct identifier member = { "" };

    (void)op;
    if (r->rest[0] != '\0' && !is_opinion && !is_conclusion) {
        PROBLEM(r, "%s",
                _("what? As in: /write, /write opinion NAME, /write "
                  "conclusion"));
        return;
    }
    if (is_opinion && name[0] != '\0') {
        if (!cli_reading_name(r, CLI_NAMES_MEMBERS, name, &member))
            return;
    } else if (is_opinion && state && state->has_floor) {
        member = state->floor_member;
    }
    r->out->command =
        json_pack("{s:s, s:s, s:s}", "item", item ? item->id.text : "", "kind",
                  is_opinion      ? "opinion"
                  : is_conclusion ? "conclusion"
                                  : "",
                  "member", member.text);
}

static void read_history(struct reading *r, const char *op)
{
    (void)op;
    if (!r->view->state ||
        identifier_parse(text_view_of(r->rest), &r->out->item) ||
        !meeting_state_entry(r->view->state, &r->out->item))
        PROBLEM(r, "%s", _("which entry? As e3; see /notes"));
}

static void read_hide(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

const struct cli_verb cli_writing_verbs[] = {
    { { "write", "viet" }, CLI_ACTION_WRITE, read_write, NULL },
    { { "continue", "viettiep" }, CLI_ACTION_CONTINUE, NULL, NULL },
    { { "line", "dong" }, CLI_ACTION_LINE, NULL, NULL },
    { { "done", "xong" }, CLI_ACTION_DONE, NULL, NULL },
    { { "minutestext", "vanbanbienban" }, CLI_ACTION_MINUTES, NULL, NULL },
    { { "texts", "chualuu", "bangiu" }, CLI_ACTION_TEXTS, NULL, NULL },
    { { "mine", "giubantoi" }, CLI_ACTION_SEND, read_mine, "edit_entry" },
    { { "theirs", "bobantoi" }, CLI_ACTION_SEND, read_theirs, "drop_text" },
    { { "history", "lichsu" }, CLI_ACTION_HISTORY, read_history, NULL },
    { { "hideminutes", "anbienban" },
      CLI_ACTION_SEND,
      read_hide,
      "hide_minutes" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
