/* Commands about how people take part: seats, checking in, heads at sites. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char help[] =
    N_("The roll, and from where people take part.\n"
       "For the chair:\n"
       "  /declare-open                nothing here is a state secret: before\n"
       "                               it, no seat outside the hall opens\n"
       "For chair and minute-taker:\n"
       "  /left NAME                   who was ticked has left (/untick takes\n"
       "                               back a mistake); sites, too\n"
       "  /absent NAME throughout REASON   from the whole congress, for a\n"
       "                               reason that was accepted\n");

const char *cli_roll_help(void) { return _(help); }

static void read_nothing(struct reading *r, const char *op)
{
    cli_reading_send(r, op, json_object());
}

static void read_member(struct reading *r, const char *op)
{
    struct identifier member;

    if (cli_reading_name(r, CLI_NAMES_MEMBERS, r->rest, &member))
        cli_reading_send(r, op, json_pack("{s:s}", "member", member.text));
}

const struct cli_verb cli_roll_verbs[] = {
    { { "left", "dave", "roihop" }, CLI_ACTION_SEND, read_member, "note_left" },
    { { "declareopen", "tuyenbokhongmat", "khongmat" },
      CLI_ACTION_SEND,
      read_nothing,
      "declare_open_content" },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
