/* chibo whoami: whom this device stands for, without a connection. */
#include "client/cli/cli_profile.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char usage_text[] =
    N_("usage: chibo whoami [options]\n"
       "\n"
       "Shows whom this device stands for, its server, and its code of twenty\n"
       "digits, which others compare to be sure that the device is yours.\n"
       "\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

static enum cli_exit show(const struct cli_profile *place,
                          const struct keystore_profile *identity)
{
    struct signing_key key;

    if (signing_key_init(&key, identity->seed) != RESULT_OK) {
        cli_complain(_("the key in %s cannot be used"), place->keystore);
        return CLI_FAILED;
    }
    (void)printf(_("Holder:         %s\n"), identity->holder.text);
    (void)printf(_("Organisation:   %s\n"), identity->organisation.text);
    (void)printf(_("Device:         %s\n"), identity->label);
    (void)printf(_("Device code:    %s\n"),
                 device_code_of(&key.public_key).text);
    (void)printf(_("Server:         %s, port %u\n"), identity->host,
                 (unsigned)identity->port);
    (void)printf(_("Server's key:   %s\n"), identity->server.text);
    (void)printf(_("Profile:        %s\n"), place->folder);
    signing_key_wipe(&key);
    return CLI_DONE;
}

enum cli_exit cli_whoami(int argc, char **argv)
{
    const struct cli_usage usage = { usage_text, NULL, 0, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct cli_profile place;
    struct keystore_profile identity = { .port = 0 };
    enum cli_exit end;
    bool is_empty;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    if (!cli_profile_locate(common.profile, &place) ||
        !cli_profile_open(&place, common.passphrase_file, &identity, &is_empty))
        return CLI_FAILED;
    end = show(&place, &identity);
    keystore_profile_wipe(&identity);
    return end;
}
