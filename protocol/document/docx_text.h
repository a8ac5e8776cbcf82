/*
 * What a DOCX says that paper_docx_write() made, for whoever compares it: the
 * text that it carries (carried_text.h), and the one that it shows.
 *
 * What it shows is compared by words, as whoever opens it reads them: those of
 * word/document.xml, of the footer and of the heads of pages, in order, against
 * those of the paper. The marks of items, which editors draw themselves, are
 * not told. Elements that no document of ours has, such as fields, drawings and
 * hidden text, are not looked through: they are refused. How words look is not
 * compared: sizes and styles. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_DOCX_TEXT_H
#define PROTOCOL_DOCUMENT_DOCX_TEXT_H

#include "protocol/document/paper.h"

/*
 * The canonical text that it carries. RESULT_OK: free() ends `*out`.
 * RESULT_MALFORMED: it is no such file; RESULT_NOT_FOUND: it carries none;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result docx_text_carried(struct text_view docx, char **out,
                                       size_t *size);

/*
 * RESULT_OK: it shows the words of the paper, no more and no less.
 * RESULT_REFUSED: others; RESULT_MALFORMED: it is no such file, or has more
 * in it than text; RESULT_NO_MEMORY.
 */
MUST_USE enum result docx_text_check(struct text_view docx,
                                     const struct paper *paper);

#endif
