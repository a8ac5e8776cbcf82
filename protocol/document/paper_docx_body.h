/*
 * The part word/document.xml of a DOCX, and small XML; for paper_docx.c alone.
 * Failures stick to the writer.
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_DOCX_BODY_H
#define PROTOCOL_DOCUMENT_PAPER_DOCX_BODY_H

#include "protocol/base/byte_writer.h"
#include "protocol/document/paper.h"

#define DOCX_W                                                                 \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define DOCX_R                                                                 \
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"         \
    "relationships\""
#define DOCX_XML                                                               \
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

void docx_put(struct byte_writer *out, const char *xml);
/* Text, escaped. */
void docx_put_text(struct byte_writer *out, const char *text);
/* Points as twentieths, the unit of most lengths. */
void docx_put_twips(struct byte_writer *out, double points);
void docx_put_number(struct byte_writer *out, long number);

/* The whole part. Relations: rId1 header, rId2 header of first pages, rId3
 * footer. */
void docx_put_document(struct byte_writer *out, const struct paper *paper);

#endif
