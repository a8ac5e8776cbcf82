/*
 * The minutes as they grow: what the record says as lines that nobody writes,
 * and the entries between them, each in its place. Main thread, under the
 * view's lock.
 */
#ifndef CLIENT_CLI_CLI_MINUTES_VIEW_H
#define CLIENT_CLI_CLI_MINUTES_VIEW_H

#include "client/core/client.h"

#include <stdio.h>

void cli_minutes_view_show(const struct meeting_view *view, FILE *out);

#endif
