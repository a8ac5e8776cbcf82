/*
 * What this device does, or asks, in a secret ballot, as lines for people.
 * Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_NOTICE_H
#define CLIENT_CLI_CLI_BALLOT_NOTICE_H

#include "client/core/client.h"

#include <stdio.h>

/*
 * The first line has the time before it already. False, and nothing is written,
 * if the notice needs no line: an event says it, or nobody has to know.
 */
bool cli_ballot_notice_write(const struct meeting_view *view,
                             const struct client_notice *notice, size_t width,
                             FILE *out);
/* Why a device goes no further, or objects: a sentence without its full stop.
 */
const char *cli_ballot_fault_sentence(enum client_ballot_fault fault);
/* The tracker in groups of four, to be compared or noted down, on two lines;
 * `indent` spaces before each. */
void cli_tracker_write(const struct hash *ballot, size_t indent, FILE *out);

#endif
