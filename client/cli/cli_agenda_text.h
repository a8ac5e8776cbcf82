/*
 * What happens to the agenda, its documents and tasks, as a sentence; and the
 * lists of them. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_AGENDA_TEXT_H
#define CLIENT_CLI_CLI_AGENDA_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* Writes the sentence of an event of the agenda; nothing for another event. */
void cli_agenda_event_write(const struct meeting_view *view,
                            const struct meeting_event *event, FILE *out);

/* The title of an item, its id if that is not known. */
void cli_item_title_write(const struct meeting_view *view,
                          const struct identifier *item, FILE *out);
/* What has become of a task: "done", translated. */
const char *cli_task_result_text(enum task_result result);
/* What a task asks for. */
void cli_task_text_write(const struct meeting_view *view,
                         const struct meeting_task *task, FILE *out);

#endif
