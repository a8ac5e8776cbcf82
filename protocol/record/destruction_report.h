/*
 * The report on what was destroyed when its time was over:
 *
 *   {"v":1,"destruction":n,"organisation":id,"seq":n,"head":hex,"at":ms,
 *    "administrator":text,"authority":text,"previous":hex,
 *    "items":[{"organisation":id,"meeting":id,"title":text,"held":ms,
 *              "origin":"server"|"imported","what":word,"due":ms,
 *              "hash":hex,"openings":n,"files":n,"bytes":n},…],
 *    "key":hex,"sig":hex}
 *
 * on one line without spaces. seq and head: of the register at that time.
 * authority: by whose decision, in words. previous: SHA-256 of the report
 * before it, zeros for the first. what: attachments, texts, meeting, record.
 * hash: of a meeting of the server its final head, of an imported record
 * SHA-256 of its file. sig: the statement `act` of the server in the scope of
 * the organisation: member "server", op "destroy", request the number, subject
 * "", value the hex SHA-256 of the report without ,"key":…,"sig":…; seen seq
 * and head. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_DESTRUCTION_REPORT_H
#define PROTOCOL_RECORD_DESTRUCTION_REPORT_H

#include "protocol/record/signing_key.h"

#include <jansson.h>
#include <stdbool.h>

struct destruction_item {
    struct identifier organisation, meeting;
    struct text_view title; /* borrowed */
    uint64_t held_ms, due_ms;
    bool is_imported;
    struct text_view what; /* borrowed */
    struct hash hash;
    uint64_t openings, files, bytes;
};

struct destruction_report {
    uint64_t number;
    struct identifier organisation;
    uint64_t seq;
    struct hash head;
    uint64_t at_ms;
    struct text_view administrator, authority; /* borrowed */
    struct hash previous;
    struct destruction_item *items; /* owned */
    size_t item_count;
    struct key key;
    struct signature sig;
    json_t *root; /* owned; what one that was read borrows from */
};

/* Does a file begin as one of these? */
bool destruction_report_is(struct text_view file);

/* Sets key and sig. RESULT_OK, RESULT_CRYPTO, RESULT_NO_MEMORY. */
MUST_USE enum result destruction_report_sign(struct destruction_report *report,
                                             const struct signing_key *key);
/* RESULT_OK or RESULT_REFUSED, and as above. Whose key it is, is not asked. */
MUST_USE enum result
destruction_report_verify(const struct destruction_report *report);

/* The caller ends `*out` with free(). RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result
destruction_report_write(const struct destruction_report *report, char **out,
                         size_t *size);
/* RESULT_OK, and the caller ends `*out` with destruction_report_release();
 * RESULT_TOO_LARGE, RESULT_MALFORMED or RESULT_NO_MEMORY. */
MUST_USE enum result destruction_report_read(struct text_view text,
                                             struct destruction_report *out);
void destruction_report_release(struct destruction_report *report);

#endif
