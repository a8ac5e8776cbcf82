/*
 * Secret ballots of a meeting as JSON for scripts, part of cli_state_json().
 * Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_STATE_BALLOTS_H
#define CLIENT_CLI_CLI_STATE_BALLOTS_H

#include "client/core/client.h"

#include <jansson.h>

/* What the log says of all ballots; a new reference. */
json_t *cli_ballots_json(const struct meeting_state *state);
/* Adds to that list what this device knows and has done. */
void cli_ballots_json_own(const struct meeting_view *view, json_t *list);

#endif
