/* Commands about devices: whose they are. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

void cli_read_devices(struct reading *r, const char *op)
{
    (void)op;
    if (r->rest[0] != '\0')
        (void)cli_reading_name(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder);
}

/* A QR code is nothing for who listens to the screen. */
void cli_read_invite(struct reading *r, const char *op)
{
    static const char *const without[] = { "noqr", "khongqr", NULL };
    char *more;

    (void)op;
    if (!cli_reading_split(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder,
                           &more))
        (void)cli_reading_name(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder);
    else if (cli_is_word(more, without))
        r->out->has_no_qr = true;
    else if (more[0] != '\0')
        PROBLEM(r, "%s", _("behind the name only: no-qr"));
}

void cli_read_vouch(struct reading *r, const char *op)
{
    static const char *const sight[] = { "sight", "nhin", "tanmat", NULL };
    static const char *const voice[] = { "voice", "nghe", "tieng", "doc",
                                         NULL };
    char *more;

    (void)op;
    if (!cli_reading_split(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder,
                           &more))
        (void)cli_reading_name(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder);
    else if (cli_is_word(more, sight))
        r->out->how = VOUCH_SIGHT;
    else if (cli_is_word(more, voice))
        r->out->how = VOUCH_VOICE;
    else if (more[0] != '\0')
        PROBLEM(r, "%s", _("by sight or by voice?"));
}

/* The register knows what may stand behind the name. */
void cli_read_revoke(struct reading *r, const char *op)
{
    char *more;

    (void)op;
    if (cli_reading_split(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder,
                          &more))
        r->out->text = more;
    else
        (void)cli_reading_name(r, CLI_NAMES_HOLDERS, r->rest, &r->out->holder);
}
