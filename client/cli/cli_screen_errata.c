/* The front for people, as far as it is about errata of the minutes. */
#include "client/cli/cli_errata.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static struct cli_erratum_dialogue errata;

static bool is_asking(void)
{
    return errata.question != CLI_ERRATUM_ASKS_NOTHING;
}

bool cli_errata_takes_line(struct cli_join *join, const char *line)
{
    const struct meeting_view *view;
    struct refusal refusal;
    json_t *command;

    line += strspn(line, " \t");
    if (!is_asking() || line[0] == '/')
        return false;
    view = client_view_lock(join->session.client);
    command = cli_erratum_take(&errata, view, line, cli_now_ms(), stdout);
    client_view_unlock(join->session.client);
    if (command && !cli_join_send(join, command, NULL, &refusal))
        cli_screen_put_refusal(join, &refusal);
    json_decref(command);
    return true;
}

bool cli_errata_act(struct cli_join *join, const struct cli_typed *typed)
{
    const struct meeting_view *view;

    if (typed->action == CLI_ACTION_CANCEL && is_asking()) {
        cli_erratum_cancel(&errata, stdout);
        return true;
    }
    if (typed->action != CLI_ACTION_ERRATUM &&
        typed->action != CLI_ACTION_SIGN_ERRATUM) {
        /* A "yes" that is meant for something else must not sign. */
        if (errata.question == CLI_ERRATUM_ASKS_YES)
            cli_erratum_cancel(&errata, stdout);
        return false;
    }
    view = client_view_lock(join->session.client);
    if (typed->action == CLI_ACTION_ERRATUM)
        cli_erratum_begin(&errata, view, typed->text, stdout);
    else
        cli_erratum_sign(&errata, view, typed->text, stdout);
    client_view_unlock(join->session.client);
    return true;
}
