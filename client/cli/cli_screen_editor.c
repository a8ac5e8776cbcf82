/* The editor of the minutes on the screen: its commands, and its lines. */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_editor.h"
#include "client/cli/cli_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct cli_editor editor;

/* Sends what there is to be sent. */
static void pump(struct cli_join *join)
{
    json_t *command;

    while ((command = cli_editor_next(&editor)) != NULL) {
        struct refusal refusal;
        const bool is_sent = cli_join_send(join, command, NULL, &refusal);

        cli_editor_sent(&editor, is_sent ? join->pending.last_tag : 0);
        json_decref(command);
        if (!is_sent)
            cli_screen_put_refusal(join, &refusal);
    }
}

static void put_hint(void)
{
    (void)puts(_("Each line you type is saved as it is typed. /line shows the "
                 "lines, /line 2 TEXT changes one, /done ends."));
}

/* Another entry is still open, or on its way? Then it is said. */
static bool is_taken(void)
{
    if (!editor.is_open && !cli_editor_is_busy(&editor))
        return false;
    (void)printf("  %s\n", _("An entry is being written: /done ends it."));
    return true;
}

static void begin(json_t *fields)
{
    if (!is_taken() && cli_editor_begin(&editor, json_incref(fields)))
        put_hint();
}

static void edit(struct cli_join *join, const struct identifier *id)
{
    const struct meeting_view *view;
    const struct meeting_entry *entry;
    struct text_view text;

    if (is_taken())
        return;
    view = client_view_lock(join->session.client);
    entry = view->state ? meeting_state_entry(view->state, id) : NULL;
    text = meeting_view_entry_text(view, id);
    /* A text comes behind its event; without it there is nothing to change. */
    if (entry && text.data && meeting_view_text(view, entry->seq, "text").data)
        (void)cli_editor_edit(&editor, entry, text);
    client_view_unlock(join->session.client);
    if (editor.is_open) {
        cli_editor_show(&editor, stdout);
        put_hint();
    } else {
        (void)printf("  %s\n", _("The newest text of this entry is not here: "
                                 "try again."));
    }
}

static void resume(struct cli_join *join, const char *typed)
{
    const struct kept_text *kept = NULL;
    const struct meeting_view *view;
    uint64_t number;

    if (is_taken())
        return;
    view = client_view_lock(join->session.client);
    if (view->kept && view->state && cli_number(typed, INT64_MAX, &number))
        kept = text_store_find(view->kept, number);
    if (kept && kept->stage != TEXT_WAITING &&
        identifier_equal(&kept->log, &view->log))
        (void)cli_editor_resume(&editor, view->state, kept);
    client_view_unlock(join->session.client);
    if (editor.is_open) {
        cli_editor_show(&editor, stdout);
        put_hint();
        pump(join);
    } else {
        (void)printf("  %s\n", _("which text? Its number, as /texts shows it"));
    }
}

/* "2 TEXT", or "2" alone: the line goes; nothing: the lines are shown. */
static void change_line(struct cli_join *join, char *typed)
{
    char *text = cli_cut_word(typed);
    uint64_t number;

    if (!editor.is_open)
        (void)printf("  %s\n", _("No entry is being written: see /write."));
    else if (typed[0] == '\0')
        cli_editor_show(&editor, stdout);
    else if (!cli_number(typed, SIZE_MAX, &number) ||
             !cli_editor_set(&editor, (size_t)number,
                             text[0] == '\0' ? NULL : text))
        (void)printf("  %s\n", _("which line? As in: /line 2 TEXT"));
    else
        pump(join);
}

static void end(void)
{
    if (!editor.is_open)
        (void)printf("  %s\n", _("No entry is being written: see /write."));
    else if (cli_editor_is_busy(&editor))
        (void)puts(_("The entry is ended; it is saved when that is said."));
    else
        (void)puts(_("The entry is ended; everything in it is saved."));
    cli_editor_done(&editor);
}

bool cli_editor_act(struct cli_join *join, const struct cli_typed *typed)
{
    switch ((int)typed->action) {
    case CLI_ACTION_WRITE:
        begin(typed->command);
        return true;
    case CLI_ACTION_EDIT:
        edit(join, &typed->item);
        return true;
    case CLI_ACTION_CONTINUE:
        resume(join, typed->text);
        return true;
    case CLI_ACTION_LINE:
        change_line(join, typed->text);
        return true;
    case CLI_ACTION_DONE:
        end();
        return true;
    default:
        return false;
    }
}

bool cli_editor_takes_line(struct cli_join *join, const char *line)
{
    char problem[CLI_PHRASES_PROBLEM_SIZE] = "";
    char *expanded;

    if (!editor.is_open || line[0] == '/')
        return false;
    expanded = cli_phrases_expand(&join->phrases, line, problem);
    if (!expanded)
        (void)printf("  %s\n",
                     problem[0] != '\0' ? problem : _("out of memory"));
    else if (cli_editor_add(&editor, expanded))
        pump(join);
    else
        (void)printf("  %s\n", _("The entry would be too long: end it with "
                                 "/done and begin another one."));
    free(expanded);
    return true;
}

void cli_editor_on_screen(struct cli_join *join,
                          const struct client_notice *notice)
{
    const bool was_open = editor.is_open;

    cli_editor_on_notice(&editor, notice);
    pump(join);
    if (was_open && !editor.is_open)
        cli_screen_say("%s", _("The entry is closed; what was not saved is "
                               "kept: see /texts."));
}

void cli_editor_on_end(void) { cli_editor_release(&editor); }
