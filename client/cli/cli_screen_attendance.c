/* Checking in on the screen: the code that a hall shows, asked for anew as it
 * changes; and how those who are there hear. */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_hearing_text.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <stdio.h>
#include <string.h>

static struct {
    bool is_showing;
    struct identifier place; /* "": the meeting's own */
    int64_t next_ms;         /* when the code is another; 0: it was asked for */
} code;

static void ask(struct cli_join *join)
{
    struct refusal refusal;
    json_t *command = json_pack("{s:s, s:s, s:s}", "op", "check_in_code", "log",
                                join->log.text, "site", code.place.text);

    code.next_ms = 0;
    if (command && !cli_join_send(join, command, NULL, &refusal)) {
        code.is_showing = false;
        cli_screen_put_refusal(join, &refusal);
    }
    json_decref(command);
}

bool cli_attendance_act(struct cli_join *join, const struct cli_typed *typed)
{
    if (typed->action == CLI_ACTION_SHOW_CODE) {
        code.is_showing = true;
        code.place = typed->holder;
        ask(join);
        return true;
    }
    if (typed->action == CLI_ACTION_HIDE_CODE) {
        cli_paragraph_write(code.is_showing ? _("The code is no longer shown.")
                                            : _("No code is being shown."),
                            stdout);
        code.is_showing = false;
        return true;
    }
    return false;
}

static void put_code(struct cli_join *join, const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    const char *digits = json_string_value(json_object_get(answer, "code"));
    const json_int_t left_ms =
        json_integer_value(json_object_get(answer, "left_ms"));
    const struct meeting_view *view;

    if (digits && strlen(digits) == 6 && left_ms > 0) {
        view = client_view_lock(join->session.client);
        cli_screen_say(_("Code to check in at %s:   %.3s %s   (%lld s)"),
                       identifier_is_empty(&code.place)
                           ? _("the meeting's place")
                           : cli_who(view, &code.place).text,
                       digits, digits + 3, (long long)(left_ms + 999) / 1000);
        client_view_unlock(join->session.client);
        code.next_ms = cli_now_ms() + left_ms;
    }
    json_decref(answer);
}

static void put_hearing(struct cli_join *join,
                        const struct client_notice *notice)
{
    json_t *answer = json_loadb(notice->json, notice->json_size, 0, NULL);

    cli_hearing_write(client_view_lock(join->session.client), answer, stdout);
    client_view_unlock(join->session.client);
    json_decref(answer);
}

void cli_attendance_on_answer(struct cli_join *join,
                              const struct client_notice *notice,
                              const struct cli_request *request)
{
    if (strcmp(request->op, "check_in_code") == 0) {
        if (!notice->is_ok)
            code.is_showing = false;
        else if (code.is_showing && notice->json)
            put_code(join, notice);
    } else if (strcmp(request->op, "who_hears") == 0) {
        if (notice->is_ok && notice->json)
            put_hearing(join, notice);
    } else if (notice->is_ok && (strcmp(request->op, "check_in") == 0 ||
                                 strcmp(request->op, "check_in_pin") == 0)) {
        cli_paragraph_write(_("Checked in."), stdout);
    }
}

void cli_attendance_on_pause(struct cli_join *join)
{
    if (code.is_showing && code.next_ms != 0 && cli_now_ms() >= code.next_ms)
        ask(join);
}
