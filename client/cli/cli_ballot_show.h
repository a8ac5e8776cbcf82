/*
 * A secret ballot for people: how far it is, who is in its list, its result.
 * What this device has verified, what the server says, what a hall device saw
 * and what was counted on paper always stand apart. Main thread, under the
 * view's lock.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_SHOW_H
#define CLIENT_CLI_CLI_BALLOT_SHOW_H

#include "client/cli/cli_ballot_paper.h"

/* "being counted" */
const char *cli_ballot_phase_text(enum ballot_phase phase);

/* Phase, committee, numbers, what this device has done, and the result where
 * there is one; the paper itself where it is not yet voted on. */
void cli_ballot_show(const struct meeting_view *view,
                     const struct meeting_ballot *ballot, size_t width,
                     FILE *out);
/* One line for each ballot of the meeting. */
void cli_ballots_show(const struct meeting_view *view, FILE *out);
/* Everybody with a channel: device and its age, attested, waited for. */
void cli_ballot_list_show(const struct meeting_view *view,
                          const struct meeting_ballot *ballot, FILE *out);
/* "device Laptop, known for 12 days", or "NEW: known for 3 hours": a device
 * that came an hour ago is worth a question. */
void cli_ballot_device_write(const struct meeting_view *view,
                             const struct key *key, FILE *out);
/* The result with all its parts. */
void cli_ballot_result_show(const struct meeting_view *view,
                            const struct meeting_ballot *ballot, size_t width,
                            FILE *out);

/*
 * The paper: of the election, once it is here, else of the draft.
 * RESULT_NOT_FOUND if neither can be read. On RESULT_OK the caller ends it.
 */
MUST_USE enum result cli_ballot_paper_of(const struct meeting_view *view,
                                         const struct meeting_ballot *ballot,
                                         struct cli_paper_copy *out);
/* The names of members, "A, B"; at most `max` of them, then how many more. */
void cli_members_write(const struct meeting_view *view,
                       const struct identifier *members, size_t count,
                       size_t max, FILE *out);

#endif
