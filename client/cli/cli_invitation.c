#include "client/cli/cli_invitation.h"

#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_options.h"
#include "client/cli/cli_qr.h"
#include "client/cli/cli_text.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

void cli_invitation_wipe(struct cli_invitation *invitation)
{
    OPENSSL_cleanse(invitation, sizeof *invitation);
}

static json_t *command_for(const struct meeting_view *view,
                           const struct identifier *holder,
                           const uint8_t *token, uint64_t valid_ms)
{
    const struct hash hash = digest_sha256(token, INVITATION_TOKEN_SIZE);
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(hash.bytes, HASH_SIZE, hex);
    return json_pack("{s:s, s:s, s:s, s:s, s:I}", "op", "invite", "log",
                     view->organisation.text, "holder", holder->text, "token",
                     hex, "valid_ms", (json_int_t)valid_ms);
}

json_t *cli_invitation_make(struct cli_invitation *invitation,
                            const struct meeting_view *view,
                            const struct invitation_link *server,
                            const struct identifier *holder, uint64_t valid_ms)
{
    struct invitation_link link = *server;
    json_t *command = NULL;

    if (view->org)
        link.server = server_fingerprint_of(&view->org->server);
    if (RAND_priv_bytes(link.token, sizeof link.token) != 1)
        cli_complain(_("the system gives no random numbers"));
    else if (invitation_link_write(&link, invitation->link,
                                   sizeof invitation->link) == RESULT_OK)
        command = command_for(view, holder, link.token, valid_ms);
    OPENSSL_cleanse(&link, sizeof link);
    if (command)
        invitation->holder = *holder;
    else
        cli_invitation_wipe(invitation);
    return command;
}

static void put_qr(const char *link, FILE *out)
{
    char *code = NULL;

    if (cli_qr_draw(link, &code) != RESULT_OK) {
        (void)fputs(_("(The QR code could not be made.)\n"), out);
        return;
    }
    (void)fputs(_("The link as a QR code, for a camera:\n"), out);
    (void)fputs(code, out);
    code = cli_qr_free(code);
}

void cli_invitation_show(const struct cli_invitation *invitation,
                         const struct meeting_view *view,
                         const struct identifier *made, bool has_qr, FILE *out)
{
    const struct register_invitation *row =
        view->org ? register_state_invitation(view->org, made) : NULL;
    char time[CLI_TIME_SIZE] = "";

    if (has_qr)
        put_qr(invitation->link, out);
    (void)fprintf(out, _("A link for %s:\n"),
                  cli_who(view, &invitation->holder).text);
    (void)fprintf(out, "%s\n", invitation->link);
    if (row)
        cli_time_write(row->expires_ms, time);
    if (row)
        (void)fprintf(out, _("It works once, until %s.\n"), time);
    if (identifier_equal(&invitation->holder, &view->me))
        (void)fputs(_("Whoever has the link can enrol in your place: show it "
                      "to nobody.\nOn the new device it is used with: chibo "
                      "enroll LINK\nThen compare the code of the new device "
                      "here (chibo device-add).\n"),
                    out);
    else
        (void)fputs(
            _("Hand it over in person or by a line that you trust:\nwhoever "
              "has the link can enrol in the other's place.\nOn the new device "
              "it is used with: chibo enroll LINK\nThen others compare the "
              "code of the new device and vouch for it (/vouch).\n"),
            out);
}
