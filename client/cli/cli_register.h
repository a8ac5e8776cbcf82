/*
 * The register as the subcommands use it: fetched whole, looked at, and changed
 * by what comes of a dialogue on standard input. Main thread.
 */
#ifndef CLIENT_CLI_CLI_REGISTER_H
#define CLIENT_CLI_CLI_REGISTER_H

#include "client/cli/cli_dialogue.h"
#include "client/cli/cli_session.h"

/* Opens the profile and fetches the register. False after a complaint; the
 * session is to be closed in both cases. */
bool cli_register_open(struct cli_session *session,
                       const struct cli_common *common);
/* Fetches the register of a session that is open. */
bool cli_register_fetch(struct cli_session *session);

/* A member or a site by name or id. False after a complaint. */
bool cli_register_name(struct cli_session *session, const char *typed,
                       struct identifier *out);

/*
 * Asks on standard output and takes lines of standard input until the dialogue
 * is over, and sends what came of it. True if the server took it, with
 * `*device` set to the device that it is about; false if nothing was sent, or
 * after a complaint.
 */
bool cli_register_run(struct cli_session *session,
                      struct cli_dialogue *dialogue, struct key *device);
/* Sends a command (taken; NULL: nothing) and waits. The answer, or NULL after a
 * complaint. */
struct client_notice *cli_register_send(struct cli_session *session,
                                        json_t *command);

#endif
