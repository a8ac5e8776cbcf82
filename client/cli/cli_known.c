/* chibo devices: whose devices there are, and which of one's own one knows. */
#include "client/cli/cli_devices.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_input.h"
#include "client/cli/cli_keeping.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

static const char usage_text[] = N_(
    "usage: chibo devices [MEMBER] [options]\n"
    "\n"
    "Lists your devices, or those of a member or a site: label, code of\n"
    "twenty digits, and who vouched for them. Devices in your own name that\n"
    "were not added from here are marked.\n"
    "\n"
    "  --accept CODE   this device of your own is yours: its code, or the\n"
    "                  last digits of it; no more warnings of it\n"
    "  --json          as one JSON array\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum { TAG_ACCEPT = 1 };

/* --- the list ------------------------------------------------------------ */

static bool list(struct cli_session *session, const struct identifier *holder,
                 const struct anchors *known, bool wants_json)
{
    const struct meeting_view *view = client_view_lock(session->client);
    json_t *devices = wants_json ? cli_devices_json(view, holder, known) : NULL;

    if (!wants_json)
        cli_devices_show(view, holder, known, stdout);
    client_view_unlock(session->client);
    if (devices)
        (void)json_dumpf(devices, stdout, JSON_COMPACT);
    if (devices)
        (void)putchar('\n');
    json_decref(devices);
    return !wants_json || devices;
}

static bool list_known(struct cli_session *session,
                       const struct cli_common *common, const char *member,
                       bool wants_json)
{
    struct identifier holder = session->holder;
    struct cli_profile profile;
    struct anchors known;
    bool is_done;

    if ((member && !cli_register_name(session, member, &holder)) ||
        !cli_profile_locate(common->profile, &profile) ||
        !cli_keeping_read(&profile, &known))
        return false;
    is_done = list(session, &holder, &known, wants_json);
    anchors_release(&known);
    return is_done;
}

/* --- accepting ----------------------------------------------------------- */

/* One of this holder's own by its code. False after a complaint. */
static bool find_own(struct cli_session *session, const char *typed,
                     struct key *out)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_device *device = NULL;
    enum cli_match match = cli_device_find(view, &view->me, typed, &device);

    if (match == CLI_MATCH_ONE) {
        const struct cli_device_name name = cli_device_name(view, device);

        *out = device->key;
        cli_capitalized_write(name.text, strlen(name.text), stdout);
        (void)printf(_(", code %s\n"), device_code_of(&device->key).text);
    }
    client_view_unlock(session->client);
    if (match != CLI_MATCH_ONE)
        cli_complain(_("which device? See: chibo devices"));
    return match == CLI_MATCH_ONE;
}

static bool accept_one(struct cli_session *session, const char *typed)
{
    struct client_notice *notice = NULL;
    struct key device;

    if (!find_own(session, typed, &device))
        return false;
    (void)fputs(_("Have you enrolled this device yourself, and do you have it? "
                  "Type yes or no.\n"),
                stdout);
    if (!cli_input_says_yes()) {
        (void)fputs(_("Then take it back: chibo revoke. Tell the leader of the "
                      "cell and the\nadministrator that somebody enrolled it "
                      "in your name.\n"),
                    stdout);
        return false;
    }
    if (client_accept_device(session->client, TAG_ACCEPT, &device) == RESULT_OK)
        notice = cli_session_await(session, CLIENT_ANSWER, TAG_ACCEPT);
    if (notice)
        (void)fputs(_("It is known as yours from now on.\n"), stdout);
    (void)client_notice_free(notice);
    return notice != NULL;
}

/* --- the command --------------------------------------------------------- */

enum cli_exit cli_devices(int argc, char **argv)
{
    const char *member = NULL;
    const char *accepted = NULL;
    bool wants_json = false;
    const struct cli_option options[] = { { "--json", NULL, &wants_json },
                                          { "--accept", &accepted, NULL } };
    const struct cli_usage usage = { usage_text, options, 2, 0, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, &member, &end))
        return end;
    if (accepted && member) {
        cli_complain(_("--accept is about your own devices"));
        return CLI_USAGE;
    }
    is_done = cli_register_open(&session, &common) &&
              (accepted ? accept_one(&session, accepted)
                        : list_known(&session, &common, member, wants_json));
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}
