/*
 * Within a line of the markup of paper.h: bold, italic, escapes, cells. For
 * paper.c alone. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_INLINE_H
#define PROTOCOL_DOCUMENT_PAPER_INLINE_H

#include "protocol/document/paper.h"

/*
 * The runs of a text. RESULT_OK: the caller ends `*out` with
 * paper_text_release(). *runs_left is lessened by those that were made; none
 * left is a fault.
 */
MUST_USE enum result paper_inline_parse(struct text_view text, int line,
                                        size_t *runs_left,
                                        struct paper_text *out,
                                        struct document_fault *fault);
void paper_text_release(struct paper_text *text);

/* The text without its looks, lines joined by blanks; free() ends it. NULL when
 * memory is out. */
char *paper_text_plain(const struct paper_text *text);

/* Where the first bar without a backslash before it stands, else text.size. */
size_t paper_inline_bar(struct text_view text);

#endif
