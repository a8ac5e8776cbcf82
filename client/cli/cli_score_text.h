/*
 * The score sheet of a meeting in the user's language: the sentence of its
 * event, and the sheet as it stands. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_SCORE_TEXT_H
#define CLIENT_CLI_CLI_SCORE_TEXT_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

void cli_score_event_write(const struct meeting_view *view,
                           const struct meeting_event *event, FILE *out);
/* What the record and the ruleset make of the meeting by now; false while the
 * ruleset is not here, or has no score sheet. */
bool cli_score_propose(const struct meeting_view *view,
                       struct meeting_score_proposal *out);
/* What the log says by now, and the sheet if it was completed. */
void cli_score_show(const struct meeting_view *view, FILE *out);
/* The sheet that was completed last, or null. */
json_t *cli_score_json(const struct meeting_state *state);

#endif
