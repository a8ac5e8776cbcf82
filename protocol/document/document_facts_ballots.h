/* What the files on secret ballots share. */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_FACTS_BALLOTS_H
#define PROTOCOL_DOCUMENT_DOCUMENT_FACTS_BALLOTS_H

#include "protocol/ballot/ballot_draft.h"
#include "protocol/document/document_facts_internal.h"

/* Borrowed; the draft is without questions if its form is withheld. */
struct document_ballot {
    const struct minutes_writing *writing;
    const struct minutes_facts *learned;
    const struct meeting_ballot *ballot;
    struct ballot_draft draft; /* owned by whoever made this */
    bool has_paper;            /* counted and confirmed */
};

/* `rows_title`, `rows`, `has_elected`, `elected` of what was announced. False
 * when memory is out. */
bool document_facts_put_tally(json_t *out, const struct document_ballot *b);

#endif
