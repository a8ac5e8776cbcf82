/*
 * What happens to devices, as sentences in the user's language. Main thread,
 * under the view's lock; view->org is not NULL.
 */
#ifndef CLIENT_CLI_CLI_REGISTER_TEXT_H
#define CLIENT_CLI_CLI_REGISTER_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* One sentence without a full stop; false, and nothing is written, if this is
 * nothing to tell people of this device's cell. */
bool cli_register_event_write(const struct meeting_view *view,
                              const struct register_event *event, FILE *out);
/* The same of a device that was enrolled by the event `seq`, once its label is
 * there. */
bool cli_enrolment_write(const struct meeting_view *view, uint64_t seq,
                         FILE *out);

#endif
