/*
 * What the parts of cli_ballot_dialogue*.c share. Nobody else includes it.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_DIALOGUE_INTERNAL_H
#define CLIENT_CLI_CLI_BALLOT_DIALOGUE_INTERNAL_H

#include "client/cli/cli_ballot_dialogue.h"
#include "client/cli/cli_wrap.h"

/* The ballot that this is about; NULL, and said so, if it is gone. */
const struct meeting_ballot *
cli_ballot_dialogue_ballot(const struct cli_ballot_dialogue *dialogue,
                           const struct meeting_view *view, FILE *out);
/* A paragraph, as cli_paragraph_write(). */
void cli_ballot_say(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Asks again for yes or no. */
void cli_ballot_ask_yes(FILE *out);

/* Answers to the questions of a draft, and of paper ballots. */
json_t *cli_ballot_take_draft(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out);
json_t *cli_ballot_take_paper(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out);

#endif
