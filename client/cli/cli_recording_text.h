/*
 * What the server records, in words: events, and whether it does at this
 * moment. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_RECORDING_TEXT_H
#define CLIENT_CLI_CLI_RECORDING_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* A line without its line feed. */
void cli_recording_event_write(const struct meeting_view *view,
                               const struct meeting_event *event, FILE *out);

#endif
