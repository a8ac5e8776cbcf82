/*
 * A paper as DOCX (ECMA-376, transitional), to be edited in Word or
 * LibreOffice: real styles (Normal, Body Text, Title, Subtitle, Heading 1 and
 * 2, List Paragraph, Table Grid), real lists and tables with heading rows that
 * come again, page number and footer as fields of header and footer parts, A4
 * with the margins of the rules, Times New Roman, the paper's language. It
 * carries its canonical text in the part CARRIED_TEXT_PART.
 *
 * The file is a ZIP as record_zip_layout.h has it, nothing compressed: so it
 * depends on no version of a compressor, and whoever reads records reads it.
 * The same paper and time give the same bytes. Pure but for its libraries; any
 * thread.
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_DOCX_H
#define PROTOCOL_DOCUMENT_PAPER_DOCX_H

#include "protocol/document/paper.h"

#include <stdint.h>

/*
 * created_ms: what the file names as the time of its making, since 1970 UTC.
 * RESULT_OK: free() ends `*out`. RESULT_NO_MEMORY, RESULT_TOO_LARGE.
 */
MUST_USE enum result paper_docx_write(const struct paper *paper,
                                      int64_t created_ms, uint8_t **out,
                                      size_t *size);

#endif
