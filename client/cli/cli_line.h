/*
 * The line in words: how it is and what is done about it, for people and for
 * programs. Main thread.
 */
#ifndef CLIENT_CLI_CLI_LINE_H
#define CLIENT_CLI_CLI_LINE_H

#include "client/audio/voice.h"
#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

/* {"state":"rough","choice":"auto",…}; a new reference, or NULL. */
json_t *cli_line_json(const struct view_line *line);

enum { CLI_LINE_SIZE = 300 };
/* One sentence: how the line is, and what is done about it. */
void cli_line_words(const struct view_line *line, char out[CLI_LINE_SIZE]);
/* The same with what is known of it, for who asks. */
void cli_line_put(const struct view_line *line, FILE *out);

/* How sound comes, likewise. */
json_t *cli_statistics_json(const struct voice_statistics *statistics);
void cli_statistics_put(const struct voice_statistics *statistics, FILE *out);

#endif
