/* Commands about how people take part: seats, checking in, heads at sites. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char help[] =
    N_("The roll, and from where people take part.\n"
       "For the chair:\n"
       "  /declare-open                nothing here is a state secret: before\n"
       "                               it, no seat outside the hall opens\n");

const char *cli_roll_help(void) { return _(help); }

static void read_nothing(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

const struct cli_verb cli_roll_verbs[] = {
    { { "declareopen", "tuyenbokhongmat", "khongmat" },
      CLI_ACTION_SEND,
      read_nothing,
      "declare_open_content" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
