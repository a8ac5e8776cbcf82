/*
 * Recognitions of probationary members as tasks: until when the cell is to
 * decide, how many working days are left, and what the meeting decided. Shown
 * to who leads the meeting or writes its minutes, and to each member of her
 * own. Translated.
 */
#ifndef CLIENT_CLI_CLI_RECOGNITION_TEXT_H
#define CLIENT_CLI_CLI_RECOGNITION_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* A line for each, by this moment's day where the meeting is held; how many.
 * None while the ruleset is not here. */
size_t cli_recognitions_write(const struct meeting_view *view, int64_t now_ms,
                              FILE *out);
/* How many of them are to be decided on now: probation has ended, and the
 * meeting has not decided. */
size_t cli_recognitions_open(const struct meeting_view *view, int64_t now_ms);

#endif
