/* Commands about the line: how it is, and how sound is sent over it. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <string.h>

static const char help[] = N_(
    "The line:\n"
    "  /connection                  how your line is, and what is done\n"
    "  /connection auto             let that be chosen by itself (as usual)\n"
    "  /connection good|rough|narrow\n"
    "                               send sound as usual; several times over\n"
    "                               several connections; or very little\n"
    "  /stats                       how sound comes: delay, what was late\n"
    "                               or missing\n"
    "  /constant on|off             send as much while you are silent as\n"
    "                               while you speak, so that nobody on the\n"
    "                               way can see who speaks\n");

const char *cli_line_help(void) { return _(help); }

static void read_line(struct reading *r, const char *op)
{
    static char by_itself[] = "auto", plain[] = "plain", rough[] = "rough",
                narrow[] = "narrow";
    static const struct {
        const char *const words[6];
        char *choice;
    } rows[] = {
        { { "auto", "tudong", "tu dong", NULL }, by_itself },
        { { "good", "plain", "tot", "thuong", NULL }, plain },
        { { "rough", "bad", "kem", "xau", NULL }, rough },
        { { "narrow", "hep", NULL }, narrow },
    };

    (void)op;
    if (r->rest[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (cli_is_word(r->rest, rows[i].words)) {
            r->out->text = rows[i].choice;
            return;
        }
    PROBLEM(r, "%s", _("auto, good, rough or narrow?"));
}

static void read_constant(struct reading *r, const char *op)
{
    static const char *const on[] = { "on", "bat", "co", NULL };
    static const char *const off[] = { "off", "tat", "khong", NULL };
    static char word_on[] = "on", word_off[] = "off";

    (void)op;
    if (cli_is_word(r->rest, on))
        r->out->text = word_on;
    else if (cli_is_word(r->rest, off))
        r->out->text = word_off;
    else
        PROBLEM(r, "%s", _("on or off?"));
}

const struct cli_verb cli_line_verbs[] = {
    { { "connection", "duongtruyen" },
      CLI_ACTION_SPEECH_LINE,
      read_line,
      NULL },
    { { "stats", "thongke", "solieu" }, CLI_ACTION_STATISTICS, NULL, NULL },
    { { "constant", "guideu" }, CLI_ACTION_CONSTANT, read_constant, NULL },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
