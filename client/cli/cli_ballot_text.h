/*
 * What happens in a secret ballot, as a sentence. Main thread, under the view's
 * lock.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_TEXT_H
#define CLIENT_CLI_CLI_BALLOT_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* Writes the sentence of an event of a ballot; nothing for another event. */
void cli_ballot_event_write(const struct meeting_view *view,
                            const struct meeting_event *event, FILE *out);

/* What the chair does next, a line without its end; NULL: nothing to be said,
 * or this holder does not preside. */
const char *cli_ballot_hint(const struct meeting_view *view,
                            const struct meeting_event *event);

/* "the device of N lied: a share is false": why the keys of this ballot came to
 * nothing. `guilty`: a teller from 1; 0: nobody is named. */
void cli_keys_fault_write(const struct meeting_view *view,
                          const struct identifier *id, enum keys_fault fault,
                          uint64_t guilty, FILE *out);

/* "on paper": how a member votes. */
const char *cli_ballot_channel_text(enum ballot_channel channel);

#endif
