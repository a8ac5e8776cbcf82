/*
 * The log of a record with its opened texts, as what minutes and documents are
 * drawn of. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_SOURCE_H
#define PROTOCOL_VERIFY_VERIFY_SOURCE_H

#include "protocol/document/minutes_text.h"
#include "protocol/rules/ruleset_shelf.h"
#include "protocol/verify/verify_reader.h"

struct verify_source {
    struct minutes_event *events;     /* owned; they borrow from the reader */
    struct minutes_opening *openings; /* owned */
    char **texts;                     /* owned; fields and values in turn */
    size_t text_count;
    struct minutes_source minutes;
};

/*
 * Of a reader that was read to its end, which the source borrows from, and the
 * ruleset of this hash, if the shelf has it. RESULT_OK or RESULT_NO_MEMORY; the
 * caller ends `*out` with verify_source_release() in every case.
 */
MUST_USE enum result verify_source_make(const struct verify_reader *reader,
                                        const struct ruleset_shelf *rulesets,
                                        const struct hash *ruleset,
                                        struct verify_source *out);
void verify_source_release(struct verify_source *source);

#endif
