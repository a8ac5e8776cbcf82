/*
 * The meetings of the device's cell, as the server lists them. Main thread.
 */
#ifndef CLIENT_CLI_CLI_MEETINGS_H
#define CLIENT_CLI_CLI_MEETINGS_H

#include "client/cli/cli_session.h"

#include <jansson.h>

/* A new reference to the array "meetings"; NULL after a complaint. */
json_t *cli_meetings_ask(struct cli_session *session);
/* One line a meeting on stdout. */
void cli_meetings_print(const json_t *meetings);
/*
 * The meeting that is meant when none is named: the one under way, else the
 * only one that is scheduled. False after a complaint, with the list.
 */
bool cli_meetings_choose(struct cli_session *session, struct identifier *out);

/*
 * Goes into a meeting and waits until its record is here. False after a
 * complaint. For subcommands: notices that come meanwhile are lost.
 */
bool cli_meetings_enter(struct cli_session *session,
                        const struct identifier *meeting);

/* "05/02/2026 19:30" in the local time zone. */
enum { CLI_TIME_SIZE = 40 };
void cli_time_write(int64_t at_ms, char out[CLI_TIME_SIZE]);
/* "19:30:05" */
void cli_clock_write(int64_t at_ms, char out[CLI_TIME_SIZE]);

#endif
