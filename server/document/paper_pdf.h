/*
 * A paper as PDF, by Pango and Cairo: A4, margins 20 mm above and below, 30
 * left, 15 right; Liberation Serif (the metrics of Times New Roman) 14 pt on
 * lines of 19 pt, first lines 10 mm in; the page number in the middle of the
 * head from the second page on, the footer at the foot. Fonts are embedded, the
 * file is tagged and names its language, and it carries its canonical text (see
 * carried_text.h).
 *
 * Source of the layout: 399-QĐ/TW, 9/1/2026, and 05-HD/VPTW, 2026.
 *
 * The same paper and time give the same bytes on the same machine: no clock, no
 * random number, no name of a host goes into them.
 *
 * Any thread, a worker's at best: each call has a font map of its own. A paper
 * of a hundred pages takes about a second.
 */
#ifndef SERVER_DOCUMENT_PAPER_PDF_H
#define SERVER_DOCUMENT_PAPER_PDF_H

#include "protocol/document/paper.h"

#include <stdint.h>

/* What the machine has to have: Debian's fonts-liberation2. The version 1 of
 * fonts-liberation lacks letters of Vietnamese. */
#define PAPER_FONT "Liberation Serif"

/*
 * created_ms: what the file names as the time of its making, since 1970 UTC.
 * RESULT_OK: free() ends `*out`. Else the result goes with `fault`, see
 * document_fault_set(): DOCUMENT_FAULT_FONT where the font is missing,
 * DOCUMENT_FAULT_FIT where a ballot paper is larger than its part of the page,
 * which paper_pdf_fit() prevents.
 */
MUST_USE enum result paper_pdf_write(const struct paper *paper,
                                     int64_t created_ms, uint8_t **out,
                                     size_t *size,
                                     struct document_fault *fault);

/*
 * Lowers how many ballot papers stand on a page where one is too long for its
 * part of it (paper_lower_papers()): to the most that fit; to none, where one
 * is longer than a page and goes on on the next. So the same election
 * has papers whether it has two candidates or forty. Before PDF and DOCX of a
 * paper are written; as for the rest paper_pdf_write().
 */
MUST_USE enum result paper_pdf_fit(struct paper *paper,
                                   struct document_fault *fault);

#endif
