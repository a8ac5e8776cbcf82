/* /connection, /stats and /constant on the screen. */
#include "client/cli/cli_line.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static void show_line(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct view_line line = view->speech_line;

    client_view_unlock(join->session.client);
    cli_line_put(&line, stdout);
}

static void use_line(struct cli_join *join, const char *choice)
{
    struct refusal refusal;

    /* What comes of it is told when it does. */
    if (cli_join_use_line(join, choice, &refusal))
        cli_screen_say("%s",
                       strcmp(choice, "auto") == 0
                           ? _("How sound is sent is chosen by itself.")
                           : _("Sound is sent as you chose; /connection auto "
                               "ends that."));
    else
        cli_screen_put_problem(_("Too much is under way; try again."));
}

static void set_constant(struct cli_join *join, bool is_constant)
{
    if (!cli_join_set_constant(join, is_constant))
        cli_screen_put_problem(_("there is no sound here"));
    else if (is_constant)
        cli_screen_say("%s", _("From now on as much is sent while you are "
                               "silent as while you speak: who looks at the "
                               "line cannot see who speaks."));
    else
        cli_screen_say("%s", _("From now on less is sent while you are "
                               "silent."));
}

bool cli_screen_line_act(struct cli_join *join, const struct cli_typed *typed)
{
    switch ((int)typed->action) {
    case CLI_ACTION_SPEECH_LINE:
        if (typed->text[0] == '\0')
            show_line(join);
        else
            use_line(join, typed->text);
        return true;
    case CLI_ACTION_STATISTICS:
        if (!join->voice || !cli_voice_ask_statistics(join->voice))
            cli_screen_put_problem(_("there is no sound here"));
        return true;
    case CLI_ACTION_CONSTANT:
        set_constant(join, strcmp(typed->text, "on") == 0);
        return true;
    default:
        return false;
    }
}
