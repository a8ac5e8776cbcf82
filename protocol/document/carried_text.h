/*
 * The canonical text (paper.h) inside the files that are drawn of a document,
 * so that whoever has only the file can compare it with the record.
 *
 * PDF: an attachment "van-ban.txt", which every viewer offers, added as an
 * incremental update (ISO 32000-1, 7.5.6 and 7.11.4): after the file as Cairo
 * wrote it come the text, uncompressed, its file specification, the catalogue
 * anew with the attachment and the language, a table of these three objects, a
 * trailer, and a comment that says where the text stands. A reader cuts the
 * file before the update, makes the update again of what it read, and compares
 * every byte: so the text that it gives is the attachment that viewers show.
 *
 * DOCX: the part customXml/item1.xml, which editors keep when they save.
 *
 * Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_CARRIED_TEXT_H
#define PROTOCOL_DOCUMENT_CARRIED_TEXT_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Adds the text to a PDF with a classical table of objects, such as Cairo 1.16
 * writes. language: letters, digits and hyphens, at most 35. RESULT_OK: free()
 * ends `*out`. RESULT_MALFORMED (no such PDF), RESULT_UNSUPPORTED (it has names
 * or a language of its own), RESULT_INVALID (the language), RESULT_NO_MEMORY.
 */
MUST_USE enum result carried_text_add_to_pdf(struct text_view pdf,
                                             struct text_view text,
                                             const char *language,
                                             uint8_t **out, size_t *size);

/*
 * The text that carried_text_add_to_pdf() added: a view into `pdf`.
 * RESULT_NOT_FOUND (it carries none), RESULT_CORRUPT (it is not what that
 * function adds), RESULT_NO_MEMORY; `*out` is then left as it was.
 */
MUST_USE enum result carried_text_in_pdf(struct text_view pdf,
                                         struct text_view *out);

/* The path of the part in a DOCX. */
#define CARRIED_TEXT_PART "customXml/item1.xml"

/* That part; free() ends `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result carried_text_to_xml(struct text_view text, uint8_t **out,
                                         size_t *size);
/*
 * The text of that part, as bytes of it; free() ends `*out`, which has a NUL
 * after its `*size` bytes. RESULT_MALFORMED if it is not as
 * carried_text_to_xml() writes it, byte for byte; RESULT_NO_MEMORY.
 */
MUST_USE enum result carried_text_from_xml(struct text_view xml, char **out,
                                           size_t *size);

#endif
