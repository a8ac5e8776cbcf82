/*
 * Why something did not work, in the user's language. Needs the names of
 * people for whole sentences; without a view it says ids. Main thread.
 */
#ifndef CLIENT_CLI_CLI_REFUSAL_H
#define CLIENT_CLI_CLI_REFUSAL_H

#include "client/core/client.h"

#include <stdio.h>

enum { CLI_SENTENCE_SIZE = 1024 };

/*
 * The sentence for a refusal, arguments filled in. `view` may be NULL.
 * Always writes a NUL-terminated text.
 */
void cli_refusal_sentence(const struct refusal *refusal,
                          const struct meeting_view *view, char *out,
                          size_t size);
/* Translated; why a connection is lost, refused or not to be trusted. */
const char *cli_reason_sentence(enum client_reason reason);
/* Of CLIENT_LOST; what the server said, if it said anything. */
void cli_lost_sentence(const struct client_notice *notice, char *out,
                       size_t size);
/* The same for a word of client_reason_word(), as the anchors keep it. */
const char *cli_reason_of_word(const char *word);
/* Words of the domain as people say them, translated; never NULL. */
const char *cli_word(const struct enum_words *words, int value);

#endif
