/*
 * Events as sentences in the user's language. Main thread, under the view's
 * lock.
 */
#ifndef CLIENT_CLI_CLI_EVENT_TEXT_H
#define CLIENT_CLI_CLI_EVENT_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* Is there a sealed text in this event that its line should wait for? NULL, or
 * the field's name. */
const char *cli_event_awaits(const struct meeting_event *event);
/* A ballot that is recorded has the time of the opening, so that nobody knows
 * when it came: its line shows none. */
bool cli_event_has_time(const struct meeting_event *event);
/* One sentence, without a line feed at its end. */
void cli_event_write(const struct meeting_view *view,
                     const struct meeting_event *event, FILE *out);
/* A sentence that may begin with whom it is about, as in "comrade ...". */
void cli_capitalized_write(const char *text, size_t size, FILE *out);
/* A text of several lines, all but the first indented. */
void cli_text_write(struct text_view text, FILE *out);

#endif
