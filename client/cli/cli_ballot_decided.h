/*
 * What a secret ballot came to by the rules, on the screen: the elected in
 * their order, a tie, discipline, levels, each with its arithmetic. Main
 * thread.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_DECIDED_H
#define CLIENT_CLI_CLI_BALLOT_DECIDED_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

/* "reprimand" as people say it; "" for none. */
const char *cli_discipline_text(enum discipline form);

/* May who looks at this view be told the result? */
bool cli_ballot_is_told(const struct meeting_view *view,
                        const struct meeting_ballot *ballot);
/* What it is about, on one line, as "  Election of 3"; nothing without a
 * matter. */
void cli_ballot_matter_write(const struct meeting_view *view,
                             const struct meeting_ballot *ballot, FILE *out);
/* All of what it came to, lines with their ends; nothing if it decides
 * nothing. */
void cli_ballot_decided_write(const struct meeting_view *view,
                              const struct meeting_ballot *ballot, size_t width,
                              FILE *out);
/* The same in one sentence without its end, for the line of the event. */
void cli_ballot_decided_line(const struct meeting_view *view,
                             const struct meeting_ballot *ballot, FILE *out);
/* The same for scripts: the event as the log has it; null if there is none. */
json_t *cli_ballot_decided_json(const struct meeting_ballot *ballot);

#endif
