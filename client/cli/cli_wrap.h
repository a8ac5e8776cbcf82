/*
 * Text in lines for the terminal of this program, folded as fold.h does. Main
 * thread; texts are UTF-8, borrowed for the call.
 */
#ifndef CLIENT_CLI_CLI_WRAP_H
#define CLIENT_CLI_CLI_WRAP_H

#include "protocol/program/fold.h"

/* Columns within which a paragraph stays. */
enum { CLI_WIDTH_MAX = 78 };

/* A text as a paragraph for this terminal, one line where there is none: line
 * feeds in it only make the text of the program narrower, and count as spaces.
 */
void cli_paragraph_write(const char *text, FILE *out);

/* Lines, each folded under itself, for this terminal; as they are where there
 * is none. `used` columns of the first line are taken. */
void cli_lines_write(const char *text, size_t used, FILE *out);

/* The lines of a list, as fold_list(), for this terminal; as they are where
 * there is none. */
void cli_list_write(const char *text, FILE *out);

#endif
