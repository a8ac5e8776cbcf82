/* Going on with a register whose end no device brings back. */
#include "server/control/chiboctl.h"

#include <stdio.h>

static int run_accept_loss(struct chiboctl *ctl)
{
    struct command command = { .op = OP_ACCEPT_LOSS };
    int code;

    if (!chiboctl_has(ctl, "yes"))
        return chiboctl_fail(
            CHIBOCTL_REFUSED,
            _("This gives up what was in the register after the backup: "
              "members, devices and invitations of that time. Wait first "
              "whether a device brings it back: everybody who was connected "
              "then should connect once. Members whose devices have seen what "
              "is lost will be warned and have to agree. If nothing comes "
              "back, say: chiboctl accept-loss --yes"));
    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    code = chiboctl_do(ctl, &command);
    if (code == CHIBOCTL_OK && !ctl->is_json)
        (void)puts(_("The register goes on. Invite again whoever was enrolled "
                     "after the backup."));
    return code;
}

static const struct chiboctl_option accept_options[] = {
    { "yes", NULL, N_("do it; without: only explain it") }, { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_loss_commands[] = {
    { "accept-loss", NULL, "",
      N_("go on with a held register without what was lost"), accept_options, 0,
      0, run_accept_loss },
    { 0 }
};
