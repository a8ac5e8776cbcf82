/* chibo invite, device-add: links for others, and another device of one's own.
 */
#include "client/cli/cli_devices.h"
#include "client/cli/cli_invitation.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/base/duration.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char invite_usage[] = N_(
    "usage: chibo invite MEMBER [options]\n"
    "\n"
    "Makes a link by which this member or site enrols a device. For leader,\n"
    "deputies and minute-taker of the cell; for yourself, from a device\n"
    "that is vouched for.\n"
    "\n"
    "  --valid TIME   how long it can be used, as 90m, 36h or 7d (24h)\n"
    "  --no-qr        without a QR code\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");
static const char add_usage[] =
    N_("usage: chibo device-add [options]\n"
       "\n"
       "Brings in another device of your own, from one that is vouched for:\n"
       "makes a link, waits until the new device has used it, and asks you to\n"
       "compare its code. The new device is then vouched for at once.\n"
       "\n"
       "  --link         make a link although a new device waits already\n"
       "  --valid TIME   how long it can be used, as 90m, 36h or 7d (24h)\n"
       "  --no-qr        without a QR code\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

struct link_options {
    const char *valid;
    bool has_no_qr;
};

/* --- the link ------------------------------------------------------------ */

/* The id of what an answer says was made; "" if there is none. */
static struct identifier made_by(const struct client_notice *answer)
{
    json_t *object = json_loadb(answer->json, answer->json_size, 0, NULL);
    const char *text = json_string_value(json_object_get(object, "made"));
    struct identifier id;

    if (!text || identifier_parse(text_view_of(text), &id) != RESULT_OK)
        id = (struct identifier){ "" };
    json_decref(object);
    return id;
}

static bool read_valid(const struct link_options *options, uint64_t *valid_ms)
{
    *valid_ms =
        options->valid ? duration_read(options->valid) : CLI_INVITATION_MS;
    if (*valid_ms == 0)
        cli_complain(_("%s is no time: as 90m, 36h or 7d"), options->valid);
    return *valid_ms != 0;
}

/* Makes and shows a link; its invitation's id goes to `*made`. */
static bool make_link(struct cli_session *session,
                      const struct identifier *holder, uint64_t valid_ms,
                      bool has_no_qr, struct identifier *made)
{
    struct cli_invitation invitation = { .link = "" };
    const struct meeting_view *view = client_view_lock(session->client);
    json_t *command = cli_invitation_make(&invitation, view, &session->server,
                                          holder, valid_ms);
    struct client_notice *answer;

    client_view_unlock(session->client);
    answer = cli_register_send(session, command);
    if (answer) {
        *made = made_by(answer);
        view = client_view_lock(session->client);
        cli_invitation_show(&invitation, view, made,
                            !has_no_qr && isatty(STDOUT_FILENO) == 1, stdout);
        client_view_unlock(session->client);
        (void)fflush(stdout);
    }
    cli_invitation_wipe(&invitation);
    (void)client_notice_free(answer);
    return answer != NULL;
}

enum cli_exit cli_invite(int argc, char **argv)
{
    const char *member = NULL;
    struct link_options given = { .valid = NULL };
    const struct cli_option options[] = {
        { "--valid", &given.valid, NULL }, { "--no-qr", NULL, &given.has_no_qr }
    };
    const struct cli_usage usage = { invite_usage, options, 2, 1, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    struct identifier holder, made;
    uint64_t valid_ms;
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, &member, &end))
        return end;
    if (!read_valid(&given, &valid_ms))
        return CLI_USAGE;
    is_done = cli_register_open(&session, &common) &&
              cli_register_name(&session, member, &holder) &&
              make_link(&session, &holder, valid_ms, given.has_no_qr, &made);
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}

/* --- another device of one's own ----------------------------------------- */

/* The device that this invitation brought in, once its label is here; NULL
 * otherwise. Under the view's lock. */
static const struct register_device *
find_newcomer(const struct meeting_view *view,
              const struct client_notice *notice)
{
    size_t i;

    if (notice->kind != CLIENT_OPENING || !notice->field ||
        strcmp(notice->field, "label") != 0)
        return NULL;
    for (i = view->org->device_count; i > 0; i--) {
        const struct register_device *device = &view->org->devices[i - 1];

        if (device->enrolled_seq == notice->seq &&
            identifier_equal(&device->holder, &view->me))
            return device;
    }
    return NULL;
}

/* Waits as long as the link is good. False when that is over, or after a
 * complaint. */
static bool await_newcomer(struct cli_session *session, uint64_t valid_ms,
                           struct key *out)
{
    const int64_t deadline_ms = cli_now_ms() + (int64_t)valid_ms;
    bool is_found = false;

    while (!is_found) {
        struct client_notice *notice = cli_session_next(session, deadline_ms);
        const struct meeting_view *view;
        const struct register_device *device;

        if (!notice || cli_session_is_hopeless(session, notice)) {
            (void)client_notice_free(notice);
            return false;
        }
        view = client_view_lock(session->client);
        device = find_newcomer(view, notice);
        is_found = device != NULL;
        if (device)
            *out = device->key;
        client_view_unlock(session->client);
        (void)client_notice_free(notice);
    }
    return true;
}

/* May this device bring in others? False after a complaint. */
static bool may_add(struct cli_session *session)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_device *own = cli_own_device(view);
    bool is_vouched = own && own->is_vouched;

    client_view_unlock(session->client);
    if (!is_vouched)
        cli_complain(_("this device is not vouched for itself: two members "
                       "have to do that first (chibo vouch)"));
    return is_vouched;
}

static void begin_dialogue(struct cli_session *session, const struct key *key,
                           struct cli_dialogue *dialogue)
{
    const struct meeting_view *view = client_view_lock(session->client);

    cli_dialogue_add(dialogue, view, key, stdout);
    client_view_unlock(session->client);
}

static bool add_by_link(struct cli_session *session, uint64_t valid_ms,
                        bool has_no_qr, struct cli_dialogue *dialogue)
{
    struct identifier made;
    struct key device;

    if (!make_link(session, &session->holder, valid_ms, has_no_qr, &made))
        return false;
    (void)puts(
        _("Waiting for the new device. (Ctrl-C ends this; the link stays "
          "good, and\n\"chibo device-add\" goes on with a device that "
          "has used it.)"));
    (void)fflush(stdout);
    if (!await_newcomer(session, valid_ms, &device))
        return false;
    begin_dialogue(session, &device, dialogue);
    return true;
}

static bool add(struct cli_session *session, bool wants_link, uint64_t valid_ms,
                bool has_no_qr)
{
    struct cli_dialogue dialogue = { .kind = CLI_DIALOGUE_NONE };
    struct key device;

    if (!may_add(session))
        return false;
    if (!wants_link)
        begin_dialogue(session, NULL, &dialogue);
    if (!cli_dialogue_is_open(&dialogue) &&
        !add_by_link(session, valid_ms, has_no_qr, &dialogue))
        return false;
    if (!cli_register_run(session, &dialogue, &device))
        return false;
    (void)puts(
        _("The new device is vouched for: it can do what this one can."));
    return true;
}

enum cli_exit cli_device_add(int argc, char **argv)
{
    struct link_options given = { .valid = NULL };
    bool wants_link = false;
    const struct cli_option options[] = {
        { "--link", NULL, &wants_link },
        { "--valid", &given.valid, NULL },
        { "--no-qr", NULL, &given.has_no_qr },
    };
    const struct cli_usage usage = { add_usage, options, 3, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    uint64_t valid_ms;
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    if (!read_valid(&given, &valid_ms))
        return CLI_USAGE;
    is_done = cli_register_open(&session, &common) &&
              add(&session, wants_link, valid_ms, given.has_no_qr);
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}
