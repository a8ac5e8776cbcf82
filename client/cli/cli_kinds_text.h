/*
 * Meetings in parts, as sentences: by party groups, and in sub-rooms. Main
 * thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_KINDS_TEXT_H
#define CLIENT_CLI_CLI_KINDS_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* Writes the sentence of an event about party groups or sub-rooms; nothing for
 * another event. */
void cli_kinds_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out);

/* The groups by which the meeting is held, and the sub-rooms that are open, as
 * lines. */
void cli_kinds_show(const struct meeting_view *view, FILE *out);

/* The same for programs: fields of the state as JSON. */
void cli_kinds_json(const struct meeting_state *state, json_t *object);

/* What to do about a refusal, as lines; nothing for one of something else. */
void cli_kinds_advise(enum refusal_code code);

#endif
