/*
 * Text in lines: folded between words, by the columns that a terminal shows and
 * not by bytes. Pure but for the stream; texts are UTF-8, borrowed for the
 * call. Any thread.
 */
#ifndef PROTOCOL_PROGRAM_FOLD_H
#define PROTOCOL_PROGRAM_FOLD_H

#include <stddef.h>
#include <stdio.h>

/* Columns below which nothing is folded. */
enum { FOLD_WIDTH_MIN = 30 };

/* The columns that the first `size` bytes take: none for a mark over a letter,
 * two for a wide one. */
size_t fold_columns(const char *text, size_t size);

/* Text in lines of `width` columns, `indent` spaces before each but the first,
 * where `used` columns are taken already; ends with a line feed. */
void fold_words(const char *text, size_t used, size_t indent, size_t width,
                FILE *out);

/*
 * The lines of a list, as they are where they fit. One that is too long is
 * folded, each further line of it under where its text begins: behind its
 * number, behind the head that several spaces set off, else a little to the
 * right. `width` in columns; a word longer than that stays whole. The last line
 * may lack its line feed, and has none then.
 */
void fold_list(const char *text, size_t width, FILE *out);

#endif
