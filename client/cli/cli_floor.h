/*
 * The floor, and who leads beside the chair, for people: sentences of events,
 * lists. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_FLOOR_H
#define CLIENT_CLI_CLI_FLOOR_H

#include "client/cli/cli_names.h"

#include <stdio.h>

/* "comrade A", at a site "site B – comrade A". */
struct cli_who cli_speaker(const struct meeting_view *view,
                           const struct identifier *member);

/* Writes the sentence of an event of the floor's order; nothing for another. */
void cli_floor_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out);

/* A line each with the co-chairs and the moderators, where there are any. The
 * view has a state. */
void cli_floor_officers_write(const struct meeting_view *view, FILE *out);

#endif
