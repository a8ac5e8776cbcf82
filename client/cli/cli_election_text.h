/*
 * Lists of names of elections on the screen: what happened, as lines, and where
 * each stands. Main thread.
 */
#ifndef CLIENT_CLI_CLI_ELECTION_TEXT_H
#define CLIENT_CLI_CLI_ELECTION_TEXT_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

/* The event without a line end; false if it is none of these. */
bool cli_election_event_write(const struct meeting_view *view,
                              const struct meeting_event *event, FILE *out);
/* What the chair may do next, or NULL. */
const char *cli_election_hint(const struct meeting_view *view,
                              const struct meeting_event *event);
/* All lists with their names. */
void cli_elections_show(const struct meeting_view *view, FILE *out);
/* For scripts. */
json_t *cli_elections_json(const struct meeting_state *state);

#endif
