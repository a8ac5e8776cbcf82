#include "client/cli/cli_register.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cli_register_fetch(struct cli_session *session)
{
    struct client_notice *notice;
    char command[100];

    (void)snprintf(command, sizeof command, "{\"op\":\"join\",\"log\":\"%s\"}",
                   session->organisation.text);
    notice = cli_session_ask(session, command);
    if (!notice)
        return false;
    (void)client_notice_free(notice);
    notice = cli_session_await(session, CLIENT_CAUGHT_UP, 0);
    (void)client_notice_free(notice);
    return notice != NULL;
}

bool cli_register_open(struct cli_session *session,
                       const struct cli_common *common)
{
    session->follows_register = true;
    return cli_session_open(session, common) && cli_register_fetch(session);
}

bool cli_register_name(struct cli_session *session, const char *typed,
                       struct identifier *out)
{
    const struct meeting_view *view = client_view_lock(session->client);
    enum cli_match match = cli_names_find(view, CLI_NAMES_HOLDERS, typed, out);
    char names[CLI_PROBLEM_SIZE / 2] = "";

    if (match == CLI_MATCH_MANY)
        cli_names_fitting(view, CLI_NAMES_HOLDERS, typed, names, sizeof names);
    client_view_unlock(session->client);
    if (match == CLI_MATCH_MANY)
        cli_complain(_("\"%.60s\" fits several names: type more of it (%s)"),
                     typed, names);
    else if (match == CLI_MATCH_NONE)
        cli_complain(_("there is nobody called \"%.100s\" in your cell"),
                     typed);
    return match == CLI_MATCH_ONE;
}

struct client_notice *cli_register_send(struct cli_session *session,
                                        json_t *command)
{
    char *text = command ? json_dumps(command, JSON_COMPACT) : NULL;
    struct client_notice *notice = text ? cli_session_ask(session, text) : NULL;

    free(text);
    json_decref(command);
    return notice;
}

/* --- the dialogue -------------------------------------------------------- */

/* A line without its end; false at the end of input. */
static bool read_line(char **line, size_t *size)
{
    ssize_t length = getline(line, size, stdin);

    if (length < 0)
        return false;
    (*line)[strcspn(*line, "\r\n")] = '\0';
    return true;
}

static bool is_cancel(const char *line)
{
    static const char *const words[] = { "cancel", "huy", NULL };

    return line[0] == '/' && cli_is_word(line + 1, words);
}

static json_t *ask(struct cli_session *session, struct cli_dialogue *dialogue)
{
    json_t *command = NULL;
    char *line = NULL;
    size_t size = 0;

    while (!command && cli_dialogue_is_open(dialogue)) {
        const struct meeting_view *view;

        (void)fflush(stdout);
        if (!read_line(&line, &size) || is_cancel(line)) {
            cli_dialogue_cancel(dialogue, stdout);
            continue;
        }
        view = client_view_lock(session->client);
        command = cli_dialogue_take(dialogue, view, line + strspn(line, " \t"),
                                    stdout);
        client_view_unlock(session->client);
    }
    free(line);
    return command;
}

bool cli_register_run(struct cli_session *session,
                      struct cli_dialogue *dialogue, struct key *device)
{
    json_t *command = ask(session, dialogue);
    const char *hex = json_string_value(json_object_get(command, "device"));
    struct client_notice *notice;
    bool is_about = hex && hex_decode(text_view_of(hex), device->bytes,
                                      sizeof device->bytes) == RESULT_OK;

    notice = cli_register_send(session, command);
    (void)client_notice_free(notice);
    return notice && is_about;
}
