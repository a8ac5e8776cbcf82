/*
 * What the parts of taking part in a meeting share: cli_join*.c, and nobody
 * else. Main thread.
 */
#ifndef CLIENT_CLI_CLI_JOIN_INTERNAL_H
#define CLIENT_CLI_CLI_JOIN_INTERNAL_H

#include "client/cli/cli_join.h"

/* --- cli_join_facts.c ----------------------------------------------------- */

/* Works the facts out again, and who speaks; sound follows, and the front is
 * told. */
void cli_join_look(struct cli_join *join);

/* --- cli_join_sound.c ----------------------------------------------------- */

/* The facts were others before: the microphone, own recordings and what is to
 * be spoken at the first floor follow. */
void cli_join_follow_facts(struct cli_join *join,
                           const struct cli_facts *before);
/* Whose devices send under which slot may have changed, or what is wanted. */
void cli_join_follow_volumes(struct cli_join *join);

#endif
