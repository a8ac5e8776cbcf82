/* chibo: the terminal client. */
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/core/secret_memory.h"
#include "protocol/program/catalogue.h"
#include "protocol/program/folding_stream.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const char version[] = "chibo 0.1.0";

static const char help[] =
    N_("usage: chibo COMMAND [options]\n"
       "\n"
       "Takes part in meetings of Party cells from a terminal.\n"
       "\n"
       "  enroll LINK      make this computer a device of yours\n"
       "  meetings         list the meetings of your cell\n"
       "  join [MEETING]   take part in a meeting\n"
       "  minutes MEETING  fetch the minutes as text\n"
       "  schedule TEMPLATE  call a meeting with an agenda (officers)\n"
       "  opinions [DRAFT] drafts on which you are asked, and your opinion\n"
       "  log MEETING      fetch the record and verify it\n"
       "  ballot show|export MEETING\n"
       "                   a secret ballot's result, or its whole record\n"
       "  anchors          keep what this device has seen, or check with it\n"
       "  whoami           show whom this device stands for, and its code\n"
       "  devices [MEMBER] list devices, and who vouched for them\n"
       "  vouch MEMBER     compare a device of another, and vouch for it\n"
       "  device-add       bring in another device of your own\n"
       "  invite MEMBER    make a link to enrol a device (officers)\n"
       "  revoke MEMBER N  take back a lost device\n"
       "  sign FILE        sign a paper with a personal certificate\n"
       "  alarms           show contradictions that this device has found\n"
       "  audio            choose and test microphone and loudspeaker\n"
       "  passphrase       set a new passphrase for the key of this device\n"
       "\n"
       "Every command takes\n"
       "  --profile NAME|DIR      another device key than \"default\"\n"
       "  --passphrase-file FILE  its passphrase is the file's first line\n"
       "  --language vi|en        instead of the language of the system\n"
       "  --help                  more about it\n"
       "\n"
       "chibo --version shows the version.\n");

struct subcommand {
    const char *name;
    enum cli_exit (*run)(int argc, char **argv);
};

static const struct subcommand subcommands[] = {
    { "enroll", cli_enroll },
    { "meetings", cli_meetings },
    { "join", cli_join },
    { "minutes", cli_minutes },
    { "log", cli_log },
    { "ballot", cli_ballot },
    { "anchors", cli_anchors },
    { "whoami", cli_whoami },
    { "devices", cli_devices },
    { "vouch", cli_vouch },
    { "device-add", cli_device_add },
    { "invite", cli_invite },
    { "revoke", cli_revoke },
    { "passphrase", cli_passphrase },
    { "alarms", cli_alarms },
    { "opinions", cli_opinions },
    { "schedule", cli_schedule },
    { "sign", cli_sign },
    { "audio", cli_audio },
};

/* The language may stand behind --help, too. */
static void show_help(int argc, char **argv)
{
    int i;

    for (i = 2; i + 1 < argc; i++)
        if (strcmp(argv[i], "--language") == 0)
            (void)catalogue_speak(argv[i + 1]);
    (void)fputs(_(help), stdout);
}

int main(int argc, char **argv)
{
    size_t i;

    /* Keys, credentials and votes pass through memory: none of it goes to disk
     * in a core dump, nor to a program that gathers these whatever the limit.
     * To forbid it to oneself is always allowed. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)secret_memory_begin(); /* cli_join says if it cannot be locked */
    /* A reader that has gone is seen where the write fails. */
    (void)signal(SIGPIPE, SIG_IGN);
    catalogue_begin();
    folding_stream_begin();
    if (argc < 2) {
        (void)fputs(_(help), stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts(version);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        show_help(argc, argv);
        return CLI_DONE;
    }
    for (i = 0; i < sizeof subcommands / sizeof subcommands[0]; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return (int)subcommands[i].run(argc, argv);
    }
    cli_complain(_("there is no command %s; see: chibo --help"), argv[1]);
    return CLI_USAGE;
}
