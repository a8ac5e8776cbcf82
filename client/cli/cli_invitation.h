/*
 * Invitation links made on this device: the token is born here, and the server
 * learns its hash only. Main thread.
 */
#ifndef CLIENT_CLI_CLI_INVITATION_H
#define CLIENT_CLI_CLI_INVITATION_H

#include "client/core/client.h"

#include <jansson.h>

#include <stdio.h>

/* Valid for a day: long enough for this evening, short enough to be lost. */
enum { CLI_INVITATION_MS = 24 * 3600 * 1000 };

/* A link is a secret: end it with cli_invitation_wipe() on every path. Zero-
 * initialised is none. */
struct cli_invitation {
    struct identifier holder; /* "" if there is none */
    char link[INVITATION_LINK_SIZE_MAX];
};
void cli_invitation_wipe(struct cli_invitation *invitation);

/*
 * Makes a link for `holder` to the server of `server` (whose token is not
 * looked at), and the command that makes it good: a new reference, NULL after a
 * complaint. Under the view's lock: the server's newest key is the register's.
 */
json_t *cli_invitation_make(struct cli_invitation *invitation,
                            const struct meeting_view *view,
                            const struct invitation_link *server,
                            const struct identifier *holder, uint64_t valid_ms);

/*
 * Shows the link, for how long it is good and how to hand it over; with a QR
 * code above it if asked. `made` is the invitation's id, "" if it is not known.
 * Under the view's lock.
 */
void cli_invitation_show(const struct cli_invitation *invitation,
                         const struct meeting_view *view,
                         const struct identifier *made, bool has_qr, FILE *out);

#endif
