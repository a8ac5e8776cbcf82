/*
 * What the parts of cli_dialogue*.c share. Nobody else includes this header.
 */
#ifndef CLIENT_CLI_CLI_DIALOGUE_INTERNAL_H
#define CLIENT_CLI_CLI_DIALOGUE_INTERNAL_H

#include "client/cli/cli_dialogue.h"

void cli_dialogue_end(struct cli_dialogue *dialogue);
/* This device in the register; NULL, and said so, if that is not here. */
const struct register_device *cli_dialogue_own(const struct meeting_view *view,
                                               FILE *out);
void cli_dialogue_put_device(const struct meeting_view *view,
                             const struct key *key, FILE *out);
/* A command of the register about a device; a new reference. */
json_t *cli_dialogue_command(const struct meeting_view *view, const char *op,
                             const struct key *device);
json_t *cli_dialogue_take_yes(struct cli_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out);

#endif
