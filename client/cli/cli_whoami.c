/* chibo whoami: whom this device stands for, and whether others vouched for it.
 */
#include "client/cli/cli_devices.h"
#include "client/cli/cli_profile.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"

#include <stdio.h>

static const char usage_text[] = N_(
    "usage: chibo whoami [options]\n"
    "\n"
    "Shows whom this device stands for, its server, and its code of twenty\n"
    "digits, which others compare to be sure that the device is yours. With\n"
    "a line to the server also whether they have vouched for it.\n"
    "\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum { TAG_JOIN = 1, PATIENCE_MS = 8000 };

static bool show(const struct cli_profile *place,
                 const struct keystore_profile *identity)
{
    struct signing_key key;

    if (signing_key_init(&key, identity->seed) != RESULT_OK) {
        cli_complain(_("the key in %s cannot be used"), place->keystore);
        return false;
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
    (void)fflush(stdout);
    signing_key_wipe(&key);
    return true;
}

/* --- what the register says ---------------------------------------------- */

/* Waits until the register is here. False, with why not, if it will not come
 * soon: nobody who only asks for a code waits for a line. */
static bool await_register(struct cli_session *session, const char **why)
{
    const int64_t deadline_ms = cli_now_ms() + PATIENCE_MS;
    enum client_notice_kind kind = CLIENT_NOTHING;

    *why = cli_reason_sentence(CLIENT_REASON_TIMEOUT);
    while (kind != CLIENT_CAUGHT_UP) {
        struct client_notice *notice = cli_session_next(session, deadline_ms);

        if (!notice)
            return false;
        kind = notice->kind;
        if (kind == CLIENT_LOST || kind == CLIENT_REFUSED ||
            kind == CLIENT_TRUST_ALARM) {
            *why = cli_reason_sentence(notice->reason);
            (void)client_notice_free(notice);
            return false;
        }
        (void)client_notice_free(notice);
    }
    return true;
}

static void show_vouched(struct cli_session *session)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_device *own = cli_own_device(view);

    if (own)
        cli_device_status(view, own, stdout);
    else
        (void)fputs(_("not known to the server"), stdout);
    client_view_unlock(session->client);
    (void)putchar('\n');
}

static void ask_register(const struct cli_profile *place,
                         const struct keystore_profile *identity)
{
    const struct client_config config = { .profile = identity,
                                          .journal_path = place->journal,
                                          .anchors_path = place->anchors };
    struct cli_session session = { .client = NULL };
    const char *why = _("the profile is in use");
    char command[100];
    bool is_here = false;

    (void)snprintf(command, sizeof command, "{\"op\":\"join\",\"log\":\"%s\"}",
                   identity->organisation.text);
    if (cli_session_start(&session, &config) &&
        client_command(session.client, TAG_JOIN, command) == RESULT_OK)
        is_here = await_register(&session, &why);
    (void)fputs(_("Confirmation:   "), stdout);
    if (is_here)
        show_vouched(&session);
    else
        (void)printf(_("not known now: %s\n"), why);
    cli_session_close(&session);
}

enum cli_exit cli_whoami(int argc, char **argv)
{
    const struct cli_usage usage = { usage_text, NULL, 0, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct cli_profile place;
    struct keystore_profile identity = { .port = 0 };
    enum cli_exit end;
    bool is_empty, is_done;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    if (!cli_profile_locate(common.profile, &place) ||
        !cli_profile_open(&place, common.passphrase_file, &identity, &is_empty))
        return CLI_FAILED;
    is_done = show(&place, &identity);
    if (is_done)
        ask_register(&place, &identity);
    keystore_profile_wipe(&identity);
    return is_done ? CLI_DONE : CLI_FAILED;
}
