/*
 * Which texts are set with an uneven right edge: those with a word that no line
 * has room for beside others, such as a hash. Stretched to both edges, the line
 * before it would be a few words with wide gaps. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_RAGGED_H
#define PROTOCOL_DOCUMENT_PAPER_RAGGED_H

#include "protocol/document/paper.h"

enum { PAPER_LONG_WORD = 30 }; /* ours; in code points */

/* Has the text a word of more than PAPER_LONG_WORD code points? Runs of
 * another look do not end a word. */
bool paper_is_ragged(const struct paper_text *text);

#endif
