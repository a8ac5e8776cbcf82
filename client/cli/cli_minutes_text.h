/*
 * The minutes in the user's language: the sentences of their events, and how
 * far they are. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_MINUTES_TEXT_H
#define CLIENT_CLI_CLI_MINUTES_TEXT_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

void cli_minutes_event_write(const struct meeting_view *view,
                             const struct meeting_event *event, FILE *out);
/* What was read back, adopted and signed, and what is objected to. */
void cli_minutes_show(const struct meeting_view *view, FILE *out);
/* The same for programs. */
json_t *cli_minutes_json(const struct meeting_state *state);

#endif
