/*
 * What a DOCX says that paper_docx_write() made, for whoever compares it: the
 * text that it carries (carried_text.h), and the one that it shows.
 *
 * What it shows hangs on each of its parts: a style can hide a paragraph, a
 * list's mark can be a word, a relation can name another part for the page. So
 * the paper is drawn again, and all parts are compared, byte for byte. What
 * paper_docx_write() gives therefore belongs to DOCUMENT_FORMAT. Pure; any
 * thread.
 */
#ifndef PROTOCOL_DOCUMENT_DOCX_TEXT_H
#define PROTOCOL_DOCUMENT_DOCX_TEXT_H

#include "protocol/document/paper.h"

#include <stdint.h>

/*
 * The canonical text that it carries. RESULT_OK: free() ends `*out`.
 * RESULT_MALFORMED: it is no such file; RESULT_NOT_FOUND: it carries none;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result docx_text_carried(struct text_view docx, char **out,
                                       size_t *size);

/*
 * RESULT_OK: it is, part by part, what the paper gives, made at this time
 * (paper_docx.h), with its ballot papers or fewer of them on a page: how many
 * have room is known where fonts are. The paper has as many then.
 * RESULT_REFUSED: another; RESULT_MALFORMED: it is no such file;
 * RESULT_NO_MEMORY, RESULT_TOO_LARGE.
 */
MUST_USE enum result docx_text_check(struct text_view docx, struct paper *paper,
                                     int64_t created_ms);

#endif
