/*
 * Text in lines: folded between words, by the columns that a terminal shows and
 * not by bytes. Main thread; texts are UTF-8, borrowed for the call.
 */
#ifndef CLIENT_CLI_CLI_WRAP_H
#define CLIENT_CLI_CLI_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* Columns within which a paragraph stays, and below which nothing is folded. */
enum { CLI_WIDTH_MIN = 30, CLI_WIDTH_MAX = 78 };

/* The columns that the first `size` bytes take. */
size_t cli_columns(const char *text, size_t size);

/* Text in lines of `width` columns, `indent` spaces before each but the first,
 * where `used` columns are taken already; ends with a line feed. */
void cli_wrap_write(const char *text, size_t used, size_t indent, size_t width,
                    FILE *out);

/* A text as a paragraph for this terminal, one line where there is none: line
 * feeds in it only make the text of the program narrower, and count as spaces.
 */
void cli_paragraph_write(const char *text, FILE *out);

/* Lines, each folded under itself, for this terminal; as they are where there
 * is none. `used` columns of the first line are taken. */
void cli_lines_write(const char *text, size_t used, FILE *out);

/*
 * The lines of a list, as they are where they fit. One that is too long is
 * folded, each further line of it under where its text begins: behind its
 * number, behind the head that several spaces set off, else a little to the
 * right. `width` in columns; a word longer than that stays whole.
 */
void cli_list_fold(const char *text, size_t width, FILE *out);
/* The same for this terminal; as they are where there is none. */
void cli_list_write(const char *text, FILE *out);

#endif
