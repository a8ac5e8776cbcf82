/* chibo passphrase: another passphrase for the key of this device. */
#include "client/cli/cli_profile.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <stdio.h>

static const char usage_text[] =
    N_("usage: chibo passphrase [options]\n"
       "\n"
       "Sets a new passphrase for the key of this device, which is asked for\n"
       "twice. The key itself stays what it is: nobody has to be told.\n"
       "\n"
       "  --new-passphrase-file FILE  take the new one from this file\n"
       "  --passphrase-file FILE      and the old one from this\n"
       "  --insecure-empty-passphrase\n"
       "                              keep the key without one\n"
       "  --profile NAME|DIR  --language vi|en\n");

static bool change(const struct cli_profile *place,
                   const struct keystore_profile *identity, const char *file,
                   bool may_be_empty)
{
    struct cli_passphrase passphrase = { .size = 0 };
    enum result result = RESULT_REFUSED;

    if (!cli_passphrase_choose(file, may_be_empty, &passphrase))
        return false;
    result = keystore_replace(
        place->keystore, identity,
        (struct text_view){ passphrase.text, passphrase.size });
    cli_passphrase_wipe(&passphrase);
    if (result == RESULT_OK)
        (void)puts(_("The new passphrase is set."));
    else
        cli_complain(_("cannot write %s: %s"), place->keystore,
                     result_words(result));
    return result == RESULT_OK;
}

enum cli_exit cli_passphrase(int argc, char **argv)
{
    const char *file = NULL;
    bool may_be_empty = false;
    const struct cli_option options[] = {
        { "--new-passphrase-file", &file, NULL },
        { "--insecure-empty-passphrase", NULL, &may_be_empty },
    };
    const struct cli_usage usage = { usage_text, options, 2, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct keystore_profile identity = { .port = 0 };
    struct cli_profile place;
    enum cli_exit end;
    bool is_empty;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    is_done = cli_profile_locate(common.profile, &place) &&
              cli_profile_open(&place, common.passphrase_file, &identity,
                               &is_empty) &&
              change(&place, &identity, file, may_be_empty);
    keystore_profile_wipe(&identity);
    return is_done ? CLI_DONE : CLI_FAILED;
}
