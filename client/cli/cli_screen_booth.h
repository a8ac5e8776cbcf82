/*
 * The booth on the screen: a page of its own in which a ballot is marked, while
 * everything else waits, and what a hall device shows of it afterwards. Part of
 * the front for people; main thread.
 *
 * While somebody marks a ballot every notice is held and told afterwards, so
 * that no line moves the paper away, and no paper stays among the lines.
 */
#ifndef CLIENT_CLI_CLI_SCREEN_BOOTH_H
#define CLIENT_CLI_CLI_SCREEN_BOOTH_H

#include "client/cli/cli_ballot_dialogue.h"
#include "client/cli/cli_screen.h"

/* Opens it for the holder of this device, or says why not; at a site's device
 * `dialogue` asks for the member's PIN first. */
void cli_screen_booth_begin(struct cli_join *join,
                            const struct cli_typed *typed,
                            struct cli_ballot_dialogue *dialogue);
/* Whose PIN was sent: the answer opens the booth. */
void cli_screen_booth_expect(const struct identifier *ballot,
                             const struct identifier *voter);
/* True if the line was for the booth, or for one that has just closed; `line`
 * is without spaces in front. */
bool cli_screen_booth_takes(struct cli_join *join, const char *line);
/*
 * Whoever types marks outside the booth, because it is not open after all, does
 * not tell them to everybody: while voting is open on this device, lines of
 * that kind go nowhere, and that is said.
 */
bool cli_screen_booth_withholds(struct cli_join *join, const char *line);
void cli_screen_booth_on_answer(struct cli_join *join,
                                const struct client_notice *notice,
                                const struct cli_request *request);
bool cli_screen_booth_is_open(void);
/* Wipes everything; what was held is not told any more. */
void cli_screen_booth_end(void);

#endif
