/* chibo vouch, revoke: devices of others, outside of a meeting. */
#include "client/cli/cli_devices.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static const char vouch_usage[] = N_(
    "usage: chibo vouch MEMBER [options]\n"
    "\n"
    "Compares the code of a new device of this member or site with what its\n"
    "own screen shows, or with what is read out to you, and vouches for it.\n"
    "\n"
    "  --how sight|voice   how you compare; asked if it is not given\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");
static const char revoke_usage[] =
    N_("usage: chibo revoke MEMBER DEVICE [options]\n"
       "\n"
       "Takes a lost device back for ever. DEVICE is its number in \"chibo\n"
       "devices MEMBER\", its code, or the last digits of it. For leader,\n"
       "deputies and minute-taker of the cell; your own you may take back\n"
       "yourself.\n"
       "\n"
       "  --reason TEXT   why, for leader and deputies to read\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

/* --- vouch --------------------------------------------------------------- */

static void show_status(struct cli_session *session, const struct key *key)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_device *device =
        register_state_device(view->org, key);
    const struct cli_device_name name = cli_device_name(view, device);

    cli_capitalized_write(name.text, strlen(name.text), stdout);
    (void)fputs(": ", stdout);
    cli_device_status(view, device, stdout);
    (void)fputs(".\n", stdout);
    client_view_unlock(session->client);
}

static bool vouch(struct cli_session *session, const char *member,
                  enum vouch_way how)
{
    struct cli_dialogue dialogue = { .kind = CLI_DIALOGUE_NONE };
    const struct meeting_view *view;
    struct identifier holder;
    struct key device;

    if (!cli_register_name(session, member, &holder))
        return false;
    view = client_view_lock(session->client);
    cli_dialogue_vouch(&dialogue, view, &holder, how, stdout);
    client_view_unlock(session->client);
    if (!cli_register_run(session, &dialogue, &device))
        return false;
    show_status(session, &device);
    return true;
}

/* "sight" or "voice"; 0 for NULL. False after a complaint. */
static bool read_how(const char *word, enum vouch_way *how)
{
    *how = vouch_way_none_;
    if (!word)
        return true;
    *how = (enum vouch_way)enum_value(&vouch_way_words, text_view_of(word));
    if (*how == vouch_way_none_)
        cli_complain(_("--how is sight or voice"));
    return *how != vouch_way_none_;
}

enum cli_exit cli_vouch(int argc, char **argv)
{
    const char *member = NULL;
    const char *word = NULL;
    const struct cli_option options[] = { { "--how", &word, NULL } };
    const struct cli_usage usage = { vouch_usage, options, 1, 1, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    enum vouch_way how;
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, &member, &end))
        return end;
    if (!read_how(word, &how))
        return CLI_USAGE;
    is_done =
        cli_register_open(&session, &common) && vouch(&session, member, how);
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}

/* --- revoke -------------------------------------------------------------- */

static bool revoke(struct cli_session *session, const char *const *words,
                   const char *reason)
{
    struct cli_dialogue dialogue = { .kind = CLI_DIALOGUE_NONE };
    const struct meeting_view *view;
    struct identifier holder;
    struct key device;

    if (!cli_register_name(session, words[0], &holder))
        return false;
    view = client_view_lock(session->client);
    cli_dialogue_revoke(&dialogue, view, &holder, words[1], reason, stdout);
    client_view_unlock(session->client);
    if (!cli_register_run(session, &dialogue, &device))
        return false;
    show_status(session, &device);
    return true;
}

enum cli_exit cli_revoke(int argc, char **argv)
{
    const char *words[2] = { NULL, NULL };
    const char *reason = NULL;
    const struct cli_option options[] = { { "--reason", &reason, NULL } };
    const struct cli_usage usage = { revoke_usage, options, 1, 2, 2 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, words, &end))
        return end;
    is_done =
        cli_register_open(&session, &common) && revoke(&session, words, reason);
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}
