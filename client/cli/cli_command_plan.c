/* Commands about the plan of the agenda, its documents, comments and tasks. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"

#include <stdio.h>
#include <string.h>

enum { YEAR_MIN = 2000, YEAR_MAX = 2100 }; /* of what is due */

static const char help[] = N_(
    "Agenda, documents and tasks. Items by their number in /agenda.\n"
    "  /agenda  /documents  /comments  /tasks   show what there is\n"
    "  /document d1 [FILE]          get it, keep it, say that it was read\n"
    "  /comment [NUMBER|d1] TEXT    on an item, a document, the meeting\n"
    "  /report t1 done|partly|not-done [TEXT]   of a task of yours\n"
    "For the chair, the deputy and the minute-taker:\n"
    "  /prepare                     members may read and comment before the\n"
    "                               lobby opens\n"
    "  /unread                      who has not read the documents\n"
    "For the chair:\n"
    "  /plan NUMBER MINUTES [NAME]  how long, and who presents it\n"
    "  /move NUMBER NUMBER|end [v1] before another item, or to the end\n"
    "  /drop NUMBER [REASON] [v1]   take it off the agenda\n"
    "  /add-item TITLE [v1]         v1: by the vote that has passed\n"
    "For the chair, and who presents the item that is on:\n"
    "  /show-document d1            all see that it is shown, and so do "
    "minutes\n"
    "For the chair and the minute-taker:\n"
    "  /attach FILE [NUMBER]        a document, of an item\n"
    "  /withdraw d1                 no longer attached\n"
    "  /task NAME [DATE] TEXT       who, until when (2026-12-31), what\n"
    "  /task - [DATE] TEXT          of nobody in particular\n"
    "  /report t1 dropped [TEXT]    no longer asked for\n");

const char *cli_agenda_help(void) { return _(help); }

/* --- what is meant ------------------------------------------------------- */

/* An item by its number on the agenda, or by its id. */
const struct meeting_item *cli_reading_find_item(const struct reading *r,
                                                 const char *typed)
{
    const struct meeting_state *state = r->view->state;
    struct identifier id;
    uint64_t number;

    if (!state)
        return NULL;
    if (cli_number(typed, state->item_count, &number) && number > 0)
        return &state->items[number - 1];
    return identifier_parse(text_view_of(typed), &id) == RESULT_OK
               ? meeting_state_item(state, &id)
               : NULL;
}

/* Cuts an item off the front of the arguments; else tells. */
static const struct meeting_item *take_item(struct reading *r)
{
    char *more = cli_cut_word(r->rest);
    const struct meeting_item *item = cli_reading_find_item(r, r->rest);

    if (!item)
        PROBLEM(r, "%s", _("which item? Type its number; see /agenda"));
    r->rest = more;
    return item;
}

/* Cuts a vote off the end of the arguments if one stands there: "v2". */
void cli_reading_vote_at_end(struct reading *r, struct identifier *out)
{
    char *space = strrchr(r->rest, ' ');
    char *last = space ? space + 1 : r->rest;
    struct identifier id;

    *out = (struct identifier){ "" };
    if (last[0] != 'v' || !r->view->state ||
        identifier_parse(text_view_of(last), &id) != RESULT_OK ||
        !meeting_state_vote(r->view->state, &id))
        return;
    *out = id;
    *last = '\0';
    r->rest = cli_trim(r->rest);
}

static const struct meeting_document *find_document(const struct reading *r,
                                                    const char *typed)
{
    struct identifier id;

    return r->view->state &&
                   identifier_parse(text_view_of(typed), &id) == RESULT_OK
               ? meeting_state_document(r->view->state, &id)
               : NULL;
}

/* Three numbers of at most four digits with `between` between them. */
static bool read_parts(const char *typed, char between, int parts[3])
{
    size_t part, digits;

    for (part = 0; part < 3; part++) {
        parts[part] = 0;
        for (digits = 0; digits < 5 && *typed >= '0' && *typed <= '9'; digits++)
            parts[part] = 10 * parts[part] + (*typed++ - '0');
        if (digits < 1 || digits > 4 || *typed != (part < 2 ? between : '\0'))
            return false;
        typed++;
    }
    return true;
}

bool cli_reading_day(const char *typed, struct cli_day *out)
{
    int parts[3];

    if (read_parts(typed, '-', parts))
        *out = (struct cli_day){ parts[0], parts[1], parts[2] };
    else if (read_parts(typed, '/', parts))
        *out = (struct cli_day){ parts[2], parts[1], parts[0] };
    else
        return false;
    return true;
}

/* The end of a day where the meeting is held: "2026-12-31" or "31/12/2026". */
static bool read_date(const struct reading *r, const char *typed, int64_t *out)
{
    const char *zone = r->view->state ? r->view->state->zone : NULL;
    struct cli_day day;

    return cli_reading_day(typed, &day) && day.year >= YEAR_MIN &&
           day.year <= YEAR_MAX &&
           cli_zone_day_end(day.year, day.month, day.day, zone, out);
}

static void read_prepare(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

/* --- items --------------------------------------------------------------- */

void cli_read_add_item(struct reading *r, const char *op)
{
    struct identifier vote;

    cli_reading_vote_at_end(r, &vote);
    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(
            r, op,
            json_pack("{s:s, s:s}", "title", r->rest, "vote", vote.text));
}

static void read_plan(struct reading *r, const char *op)
{
    const struct meeting_item *item = take_item(r);
    struct identifier presenter = { "" };
    uint64_t minutes = 0;
    char *name;

    if (!item)
        return;
    name = cli_cut_word(r->rest);
    if (!cli_number(r->rest, LIMIT_ITEM_MINUTES, &minutes)) {
        PROBLEM(r, _("\"%.60s\" is no number of minutes"), r->rest);
        return;
    }
    if (name[0] == '\0')
        presenter = item->presenter;
    else if (!cli_reading_name(r, CLI_NAMES_MEMBERS, name, &presenter))
        return;
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:I}", "item", item->id.text,
                               "presenter", presenter.text, "planned_min",
                               (json_int_t)minutes));
}

static void read_move(struct reading *r, const char *op)
{
    static const char *const end[] = { "end", "cuoi", NULL };
    const struct meeting_item *item = take_item(r);
    const struct meeting_item *before = NULL;
    struct identifier vote;
    bool is_to_end;

    if (!item)
        return;
    cli_reading_vote_at_end(r, &vote);
    is_to_end = cli_is_word(r->rest, end);
    if (!is_to_end)
        before = take_item(r);
    if (is_to_end || before)
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "item", item->id.text,
                                   "before", before ? before->id.text : "",
                                   "vote", vote.text));
}

static void read_drop(struct reading *r, const char *op)
{
    const struct meeting_item *item = take_item(r);
    struct identifier vote;

    if (!item)
        return;
    cli_reading_vote_at_end(r, &vote);
    cli_reading_send(r, op,
                     json_pack("{s:s, s:s, s:s}", "item", item->id.text, "vote",
                               vote.text, "reason", r->rest));
}

/* --- documents and comments ---------------------------------------------- */

/* Takes "d1" off the front; what follows it is left as `text`. */
static bool take_document(struct reading *r)
{
    char *more = cli_cut_word(r->rest);
    const struct meeting_document *document = find_document(r, r->rest);

    if (r->rest[0] == '\0') {
        PROBLEM(r, "%s", _("which document? See /documents"));
        return false;
    }
    if (!document || document->is_withdrawn) {
        PROBLEM_NOW(r, _("there is no document \"%.60s\"; see /documents"),
                    r->rest);
        return false;
    }
    r->out->document = document->id;
    r->out->text = more;
    return true;
}

static void read_document(struct reading *r, const char *op)
{
    (void)op;
    (void)take_document(r);
}

static void read_document_id(struct reading *r, const char *op)
{
    if (take_document(r))
        cli_reading_send(r, op,
                         json_pack("{s:s}", "document", r->out->document.text));
}

/* FILE, and an item's number behind it. A file's name may have spaces. */
static void read_attach(struct reading *r, const char *op)
{
    char *space = strrchr(r->rest, ' ');
    const struct meeting_item *item =
        space ? cli_reading_find_item(r, space + 1) : NULL;

    (void)op;
    if (r->rest[0] == '\0') {
        PROBLEM(r, "%s", _("which file?"));
        return;
    }
    if (item) {
        *space = '\0';
        r->out->item = item->id;
    }
    r->out->text = cli_trim(r->rest);
}

static void read_comment(struct reading *r, const char *op)
{
    const size_t length = strcspn(r->rest, " ");
    const struct meeting_document *document = NULL;
    const struct meeting_item *item = NULL;
    char word[CLI_WORD_SIZE] = "";

    if (length < sizeof word && r->rest[length] != '\0') {
        memcpy(word, r->rest, length);
        item = cli_reading_find_item(r, word);
        document = find_document(r, word);
    }
    if (item || document)
        r->rest = cli_trim(r->rest + length);
    if (r->rest[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "item",
                                   item ? item->id.text : "", "document",
                                   document ? document->id.text : "", "text",
                                   r->rest));
}

/* --- tasks --------------------------------------------------------------- */

/* The text behind the name; the date is cut off if one stands before it. */
static char *take_due(const struct reading *r, char *text, int64_t *due_ms)
{
    const size_t length = strcspn(text, " ");
    char word[CLI_WORD_SIZE];

    *due_ms = 0;
    if (length >= sizeof word)
        return text;
    memcpy(word, text, length);
    word[length] = '\0';
    return read_date(r, word, due_ms) ? cli_trim(text + length) : text;
}

static void read_task(struct reading *r, const char *op)
{
    const struct meeting_item *item = cli_reading_item(r);
    const bool is_nobodys = strncmp(r->rest, "- ", 2) == 0;
    struct identifier member = { "" };
    int64_t due_ms;
    char *text = r->rest + 1;

    if (!is_nobodys &&
        !cli_reading_split(r, CLI_NAMES_MEMBERS, r->rest, &member, &text)) {
        PROBLEM(r, "%s", _("who? As in: /task NAME 2026-12-31 TEXT"));
        return;
    }
    text = take_due(r, cli_trim(text), &due_ms);
    if (text[0] == '\0')
        PROBLEM(r, "%s", _("a text is missing"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:I, s:s}", "item",
                                   item ? item->id.text : "", "member",
                                   member.text, "due_ms", (json_int_t)due_ms,
                                   "text", text));
}

static const char *result_of(const char *typed)
{
    static const char *const done[] = { "done", "xong", "hoanthanh", NULL };
    static const char *const partly[] = { "partly", "motphan", NULL };
    static const char *const not_done[] = { "notdone", "chualam", "chua",
                                            NULL };
    static const char *const dropped[] = { "dropped", "bo", "thoi", NULL };

    return cli_is_word(typed, done)       ? "done"
           : cli_is_word(typed, partly)   ? "partly"
           : cli_is_word(typed, not_done) ? "not_done"
           : cli_is_word(typed, dropped)  ? "dropped"
                                          : NULL;
}

static void read_report(struct reading *r, const char *op)
{
    char *more = cli_cut_word(r->rest);
    char *text = cli_cut_word(more);
    const char *result = result_of(more);
    struct identifier id;

    if (!r->view->state ||
        identifier_parse(text_view_of(r->rest), &id) != RESULT_OK ||
        !meeting_state_task(r->view->state, &id))
        PROBLEM(r, "%s", _("which task? As t3; see /tasks"));
    else if (!result)
        PROBLEM(r, "%s", _("done, partly, not-done or dropped?"));
    else
        cli_reading_send(r, op,
                         json_pack("{s:s, s:s, s:s}", "task", id.text, "result",
                                   result, "text", text));
}

/* --- the table ----------------------------------------------------------- */

const struct cli_verb cli_agenda_verbs[] = {
    { { "prepare", "chuanbi" },
      CLI_ACTION_SEND,
      read_prepare,
      "prepare_meeting" },
    { { "documents", "tailieu" }, CLI_ACTION_DOCUMENTS, NULL, NULL },
    { { "unread", "chuadoc" }, CLI_ACTION_UNREAD, NULL, NULL },
    { { "comments", "cacgopy" }, CLI_ACTION_COMMENTS, NULL, NULL },
    { { "tasks", "cacnhiemvu" }, CLI_ACTION_TASKS, NULL, NULL },
    { { "document", "xemtailieu" }, CLI_ACTION_DOCUMENT, read_document, NULL },
    { { "attach", "dinhkem" }, CLI_ACTION_ATTACH, read_attach, NULL },
    { { "withdraw", "ruttailieu" },
      CLI_ACTION_SEND,
      read_document_id,
      "withdraw_document" },
    { { "showdocument", "trinhchieu" },
      CLI_ACTION_SEND,
      read_document_id,
      "show_document" },
    { { "comment", "gopy" }, CLI_ACTION_SEND, read_comment, "comment" },
    { { "plan", "dukien" }, CLI_ACTION_SEND, read_plan, "plan_item" },
    { { "move", "doithutu" }, CLI_ACTION_SEND, read_move, "move_item" },
    { { "drop", "bonoidung" }, CLI_ACTION_SEND, read_drop, "drop_item" },
    { { "task", "giaoviec" }, CLI_ACTION_SEND, read_task, "set_task" },
    { { "report", "baocao" }, CLI_ACTION_SEND, read_report, "report_task" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
