/*
 * Everybody is told that the server records: before joining, by a question;
 * then in words, by a mark before each line, in the window's title, by words
 * that come again, and by a tone. Main thread.
 */
#ifndef CLIENT_CLI_CLI_RECORDING_H
#define CLIENT_CLI_CLI_RECORDING_H

#include "client/cli/cli_join.h"

/* The meeting is recorded, and who joins consents: asks. True if that was why
 * joining was refused. */
bool cli_recording_asks(struct cli_join *join, const struct refusal *refusal);
/* The answer to that; true if the line was one. */
bool cli_recording_takes_line(struct cli_join *join, const char *line);
/* Whether it is recorded now may have changed: tells it. `before` of the facts
 * before. */
void cli_recording_on_facts(struct cli_join *join,
                            const struct cli_facts *before);
/* Time passes: words come again. */
void cli_recording_on_pause(struct cli_join *join);
void cli_recording_on_end(struct cli_join *join);
/* What stands between a time and its line: a mark while it is recorded; two
 * columns. */
const char *cli_recording_mark(void);
/* The same for the line of an event: that it ends has a mark of its own. */
const char *cli_recording_event_mark(const struct meeting_event *event);

#endif
