/*
 * The documents of a meeting as files of its record: the text of the minutes,
 * and each document of document_set.h as PDF and DOCX, its lists as CSV, with
 * the templates that they were drawn by. Needs the fonts of paper_pdf.h; one
 * thread, seconds.
 */
#ifndef SERVER_CONTROL_RECORD_DOCUMENTS_H
#define SERVER_CONTROL_RECORD_DOCUMENTS_H

#include "protocol/document/minutes_text.h"
#include "protocol/record/record_files.h"
#include "server/control/template_folder.h"

struct record_documents {
    const struct minutes_source *source; /* borrowed, as is all here */
    const json_t *minutes_json; /* what was adopted; NULL: nothing was */
    const struct template_folder *templates;
    int64_t created_ms; /* what the files say of their making */
};

/* What could not be drawn: "tally-b1.pdf"; fault NONE if the reason is in the
 * result. */
struct record_document_failure {
    char name[DOCUMENT_NAME_SIZE];
    struct document_fault fault;
};

/*
 * Adds them: documents that may be hidden, templates in every form of the
 * record. RESULT_OK; else `*failure` says of which, with the results of
 * document_paper(), paper_pdf_write(), record_files_add().
 */
MUST_USE enum result
record_documents_add(struct record_files *files,
                     const struct record_documents *ask,
                     struct record_document_failure *failure);

#endif
