/*
 * Minutes and documents of a record, drawn again: what was adopted against the
 * log, and the text of every document against what its file carries and shows.
 * Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_DOCUMENTS_H
#define PROTOCOL_VERIFY_VERIFY_DOCUMENTS_H

#include "protocol/verify/verify_record.h"

/*
 * Once the log was verified and files held against the manifest. What is wrong
 * is noted in the findings, what was compared in record->compared. RESULT_OK
 * or RESULT_NO_MEMORY.
 */
MUST_USE enum result verify_documents_judge(struct verify_record *record,
                                            struct verify_findings *findings);

/* Is this file of a record a template that this program does not come with? Its
 * words stand around the facts, and are whatever the server put there. */
bool verify_template_is_other(const struct record_zip_entry *entry);

#endif
