/*
 * All that documents say of a meeting, as JSON: the names that
 * config/templates/documents/README.md lists but for those of a ballot and of a
 * notice, with the ids and seqs behind the lines beside them. Phrases and
 * arithmetic are those of the plain-text minutes. Pure; belongs on a worker
 * thread.
 *
 * What is sealed and has no opening is left out: a line with it, or the name
 * alone. Reasons of absence, which are for whoever presides, are never there.
 */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_FACTS_H
#define PROTOCOL_DOCUMENT_DOCUMENT_FACTS_H

#include "protocol/document/minutes_text.h"

#include <jansson.h>

/*
 * Of facts and text: another number where the same log and template would give
 * another document, or another DOCX of it, than before. Who knows another one
 * draws nothing again, but for minutes.json: texts that were adopted in a
 * former form are drawn in it (`format` of the source).
 *
 *   2  what allows a meeting online has its date as 01/08/2026, and a ballot's
 *      test is told as 2 × số phiếu > 6; `called`, `is_signed`. DOCX: ballot
 *      papers stand where those of the PDF do, headings of tables stay with a
 *      row.
 *   3  errata of the minutes.
 *   4  rules by their names in the language, not by their places in the file.
 */
#define DOCUMENT_FORMAT 4
/* What is drawn again from here on, in the form that it was made in; this one
 * told of no errata. */
#define DOCUMENT_FORMAT_WITHOUT_ERRATA 2

/*
 * The facts by the whole log. RESULT_OK: the caller ends `*out` with
 * json_decref(). RESULT_CORRUPT if the events are not a meeting's log;
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result document_facts_draw(const struct minutes_source *source,
                                         json_t **out);

/*
 * Chooses one of the list `ballots` for the templates of a ballot: it becomes
 * `ballot`. RESULT_NOT_FOUND, RESULT_NO_MEMORY.
 */
MUST_USE enum result document_facts_choose_ballot(json_t *facts, size_t at);

/*
 * minutes.json: the facts by the log up to and with the event `upto`, without
 * what is said of the minutes themselves (number, footer, is_signed, is_draft,
 * adopted, reservations, errata), with
 *
 *   format   DOCUMENT_FORMAT, or that of the source
 *   meeting  its id; in the tree: `meeting.id`
 *   upto, head   of the log, in hex
 *
 * as one line of JSON with sorted keys, without blanks and line feed: the same
 * log gives the same bytes. free() ends `*out`. RESULT_NOT_FOUND: the log has
 * no such event; else as above.
 */
MUST_USE enum result minutes_json_draw(const struct minutes_source *source,
                                       uint64_t upto, char **out, size_t *size);

#endif
