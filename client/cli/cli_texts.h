/*
 * Texts for the minutes that are kept on this device until they are in the log:
 * as lines for people. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_TEXTS_H
#define CLIENT_CLI_CLI_TEXTS_H

#include "client/core/client.h"

#include <stdio.h>

/* Those of the meeting, and what can be done with them; a line if there are
 * none. */
void cli_texts_show(const struct meeting_view *view, FILE *out);
/* How many of the meeting's wait for the user: being typed, or refused. */
size_t cli_texts_count(const struct meeting_view *view);
/* Why the text of this number is not saved: both texts where another one came
 * first, and what to type. Nothing if there is no such text. */
void cli_texts_conflict_show(const struct meeting_view *view, uint64_t number,
                             FILE *out);
/* All versions of an entry: by whom, when, and the text as far as it was opened
 * to this device. */
void cli_texts_history_show(const struct meeting_view *view,
                            const struct identifier *entry, FILE *out);

/* All that are kept here, with log, number, stage and command; NULL when memory
 * is out. */
json_t *cli_texts_json(const struct meeting_view *view);

#endif
