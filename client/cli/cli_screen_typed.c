/*
 * What is typed into the front for people: it becomes a command, or one of the
 * lists of what there is.
 */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_documents.h"
#include "client/cli/cli_errata.h"
#include "client/cli/cli_election_text.h"
#include "client/cli/cli_kinds_text.h"
#include "client/cli/cli_minutes_text.h"
#include "client/cli/cli_minutes_view.h"
#include "client/cli/cli_recording.h"
#include "client/cli/cli_score_text.h"
#include "client/cli/cli_show.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_texts.h"
#include "client/cli/cli_usage.h"
#include "client/cli/cli_votes.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_screen_put_written(FILE *out, char **text)
{
    if (out && fclose(out) == 0)
        cli_list_write(*text, stdout);
    free(*text);
}

void cli_screen_put_list(const struct meeting_view *view,
                         void (*list)(const struct meeting_view *view,
                                      FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        list(view, out);
    cli_screen_put_written(out, &text);
}

void cli_screen_put_problem(const char *problem)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        (void)fprintf(out, "  %s\n", problem);
    cli_screen_put_written(out, &text);
}

/* Whose commands are of use here; before the meeting has begun, anybody's. */
static unsigned roles_of(const struct meeting_view *view)
{
    const struct meeting_state *state = view->state;
    const struct meeting_person *person =
        state ? meeting_state_person(state, &view->me) : NULL;
    unsigned roles = 0;

    if (!state || meeting_state_is_presiding(state, &view->me))
        return CLI_USAGE_LEADING | CLI_USAGE_ENTERING;
    if (person && person->is_co_chair)
        roles |= CLI_USAGE_LEADING;
    if (meeting_state_site(state, &view->me))
        roles |= CLI_USAGE_ENTERING;
    return roles;
}

static void put_help(struct cli_join *join, const char *topic)
{
    const unsigned roles = roles_of(client_view_lock(join->session.client));
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    client_view_unlock(join->session.client);
    if (out)
        cli_usage_show(topic, roles, out);
    cli_screen_put_written(out, &text);
}

/* How the command is typed, under what is wrong with it. */
static void put_usage(const char *const *words)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = words ? open_memstream(&text, &size) : NULL;

    if (out)
        (void)cli_usage_write(words, out);
    cli_screen_put_written(out, &text);
}

static void show(struct cli_join *join,
                 void (*list)(const struct meeting_view *view, FILE *out))
{
    const struct meeting_view *view = client_view_lock(join->session.client);

    if (view->state)
        cli_screen_put_list(view, list);
    else
        (void)puts(_("You are not in the meeting yet."));
    client_view_unlock(join->session.client);
}

static void show_history(struct cli_join *join, const struct identifier *entry)
{
    const struct meeting_view *view = client_view_lock(join->session.client);

    cli_texts_history_show(view, entry, stdout);
    client_view_unlock(join->session.client);
}

/* One command, or a list of them up to the first that cannot be sent. */
static void send_typed(struct cli_join *join, json_t *command)
{
    const size_t count = json_is_array(command) ? json_array_size(command) : 1;
    struct refusal refusal;
    size_t i;

    for (i = 0; i < count; i++) {
        json_t *one =
            json_is_array(command) ? json_array_get(command, i) : command;

        if (cli_join_send(join, one, NULL, &refusal))
            continue;
        cli_screen_put_refusal(join, &refusal);
        break;
    }
}

static void ask_for_minutes(struct cli_join *join)
{
    json_t *command =
        json_pack("{s:s, s:s, s:s}", "op", "minutes", "log", join->log.text,
                  "language", catalogue_language());

    if (command)
        send_typed(join, command);
    json_decref(command);
}

static void read_back(struct cli_join *join, bool is_anyway)
{
    json_t *command =
        json_pack("{s:s, s:s}", "op", "draw_minutes", "log", join->log.text);

    join->presents_anyway = is_anyway;
    if (command)
        send_typed(join, command);
    json_decref(command);
}

static void put_phrases(const struct cli_join *join)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        cli_phrases_show(&join->phrases, out);
    cli_screen_put_written(out, &text);
}

/* One way or the other. */
static void move_document(struct cli_join *join, const struct cli_typed *typed)
{
    char problem[CLI_DOCUMENTS_TEXT_SIZE];
    const bool is_under_way =
        typed->action == CLI_ACTION_ATTACH
            ? cli_documents_attach(join, typed->text, &typed->item, problem)
            : cli_documents_get(join, &typed->document, typed->text, problem);

    if (!is_under_way)
        cli_screen_put_problem(problem);
}

static void act(struct cli_join *join, const struct cli_typed *typed)
{
    if (cli_errata_act(join, typed) || cli_ballot_act(join, typed) ||
        cli_trust_act(join, typed) || cli_editor_act(join, typed) ||
        cli_attendance_act(join, typed) || cli_screen_sound_act(join, typed) ||
        cli_screen_line_act(join, typed))
        return;
    switch (typed->action) {
    case CLI_ACTION_CODE:
    case CLI_ACTION_DEVICES:
    case CLI_ACTION_VOUCH:
    case CLI_ACTION_INVITE:
    case CLI_ACTION_REVOKE:
    case CLI_ACTION_CONFIRMED:
    case CLI_ACTION_RESTORED:
    case CLI_ACTION_CANCEL:
    case CLI_ACTION_ERRATUM:
    case CLI_ACTION_SIGN_ERRATUM:
    case CLI_ACTION_BALLOT:
    case CLI_ACTION_VOTERS:
    case CLI_ACTION_DRAFT:
    case CLI_ACTION_CLOSE_ISSUE:
    case CLI_ACTION_CAST:
    case CLI_ACTION_PAPER:
    case CLI_ACTION_CONFIRM_PAPER:
    case CLI_ACTION_CONFIRM_HALL:
    case CLI_ACTION_VOID:
    case CLI_ACTION_PIN:
    case CLI_ACTION_CHECK_IN_PIN:
    case CLI_ACTION_SHOW_CODE:
    case CLI_ACTION_WRITE:
    case CLI_ACTION_EDIT:
    case CLI_ACTION_CONTINUE:
    case CLI_ACTION_LINE:
    case CLI_ACTION_DONE:
    case CLI_ACTION_HIDE_CODE:
    case CLI_ACTION_ROLL:
    case CLI_ACTION_TALK:
    case CLI_ACTION_SPEAK:
    case CLI_ACTION_AUDIO:
    case CLI_ACTION_LEVEL:
    case CLI_ACTION_SPEAKING:
    case CLI_ACTION_VOLUMES:
    case CLI_ACTION_VOLUME:
    case CLI_ACTION_RESET_VOLUMES:
    case CLI_ACTION_SPEECH_LINE:
    case CLI_ACTION_STATISTICS:
    case CLI_ACTION_CONSTANT:
    case CLI_ACTION_SAME_ROOM:
        break; /* done */
    case CLI_ACTION_NONE:
        cli_screen_put_problem(typed->problem);
        put_usage(typed->words);
        break;
    case CLI_ACTION_SEND:
        send_typed(join, typed->command);
        break;
    case CLI_ACTION_HELP:
        put_help(join, typed->text);
        break;
    case CLI_ACTION_QUIT:
        cli_join_quit(join);
        break;
    case CLI_ACTION_AGENDA:
        show(join, cli_show_agenda);
        break;
    case CLI_ACTION_HANDS:
        show(join, cli_show_hands);
        break;
    case CLI_ACTION_TIMES:
        show(join, cli_show_times);
        break;
    case CLI_ACTION_RULES:
        show(join, cli_rules_show);
        break;
    case CLI_ACTION_VOTES:
        show(join, cli_show_votes);
        break;
    case CLI_ACTION_NOTES:
        show(join, cli_show_notes);
        break;
    case CLI_ACTION_SCORE:
        show(join, cli_score_show);
        break;
    case CLI_ACTION_MINUTES_STATE:
        show(join, cli_minutes_show);
        break;
    case CLI_ACTION_ERRATA:
        show(join, cli_errata_show);
        break;
    case CLI_ACTION_PHRASES:
        put_phrases(join);
        break;
    case CLI_ACTION_PARTS:
        show(join, cli_kinds_show);
        break;
    case CLI_ACTION_DOCUMENTS:
        show(join, cli_show_documents);
        break;
    case CLI_ACTION_UNREAD:
        show(join, cli_show_unread);
        break;
    case CLI_ACTION_COMMENTS:
        show(join, cli_show_comments);
        break;
    case CLI_ACTION_TASKS:
        show(join, cli_show_tasks);
        break;
    case CLI_ACTION_DOCUMENT:
    case CLI_ACTION_ATTACH:
        move_document(join, typed);
        break;
    case CLI_ACTION_ELECTIONS:
        show(join, cli_elections_show);
        break;
    case CLI_ACTION_MINUTES:
        ask_for_minutes(join);
        break;
    case CLI_ACTION_MINUTES_VIEW:
        show(join, cli_minutes_view_show);
        break;
    case CLI_ACTION_TEXTS:
        show(join, cli_texts_show);
        break;
    case CLI_ACTION_HISTORY:
        show_history(join, &typed->item);
        break;
    case CLI_ACTION_READ_BACK:
        read_back(join, typed->is_anyway);
        break;
    }
}

static void take_command(struct cli_join *join, char *line)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    struct cli_typed typed;

    cli_command_read(view, &join->log, line, &typed);
    client_view_unlock(join->session.client);
    act(join, &typed);
    json_decref(typed.command);
}

void cli_screen_take_line(struct cli_join *join, char *line)
{
    char problem[CLI_PHRASES_PROBLEM_SIZE];
    char *expanded;

    if (cli_recording_takes_line(join, line) ||
        cli_ballot_takes_line(join, line) ||
        line[strspn(line, " \t")] == '\0' || cli_trust_takes_line(join, line) ||
        cli_errata_takes_line(join, line) || cli_editor_takes_line(join, line))
        return;
    if (!cli_command_is_entry(line)) {
        take_command(join, line);
        return;
    }
    expanded = cli_phrases_expand(&join->phrases, line, problem);
    if (expanded)
        take_command(join, expanded);
    else
        cli_screen_put_problem(problem[0] != '\0' ? problem
                                                  : _("out of memory"));
    free(expanded);
}
