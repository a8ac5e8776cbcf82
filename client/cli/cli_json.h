/*
 * What the parts of the front for programs share: cli_json*.c, and nobody else.
 * Main thread.
 */
#ifndef CLIENT_CLI_CLI_JSON_H
#define CLIENT_CLI_CLI_JSON_H

#include "client/cli/cli_join.h"

/* A line of its own. Takes the object, which may be NULL: then there is none.
 */
void cli_json_put(json_t *object);
/* Something has become of a document: "sent", "got" or "failed". */
void cli_json_put_document(const char *word, const char *text);
/* The ids of who speaks. The caller's; NULL without memory. */
json_t *cli_json_speakers(const struct cli_speakers *speakers);

/* --- what is typed: cli_json_command.c ------------------------------------ */

void cli_json_on_line(struct cli_join *join, char *line);
void cli_json_on_line_too_long(struct cli_join *join);

#endif
