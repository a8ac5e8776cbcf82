/*
 * Two records of one meeting, both verified: which of them the archive keeps.
 * Pure; any thread.
 */
#ifndef SERVER_ARCHIVE_ARCHIVE_COMPARE_H
#define SERVER_ARCHIVE_ARCHIVE_COMPARE_H

#include "protocol/verify/verify_record.h"

enum archive_relation {
    ARCHIVE_EXTENDS = 1, /* it goes on where the old one ends, or shows more of
                            the same, and lacks nothing that is in it */
    ARCHIVE_SAME,        /* it shows the same */
    ARCHIVE_OLDER,       /* it ends earlier */
    ARCHIVE_LESS,        /* something of the old one is left out of it */
    ARCHIVE_CONTRADICTS  /* another history */
};

/* A record with what a verifier found in it; all borrowed. */
struct archive_record {
    struct text_view bytes;
    const struct verify_record *record;
    const struct verify_findings *findings;
};

/* What `fresh` is to `old`. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result archive_compare(const struct archive_record *old,
                                     const struct archive_record *fresh,
                                     enum archive_relation *out);

/* Does the shorter of two chains stand at the beginning of the longer? */
bool archive_is_one_history(const struct hash *a, size_t a_count,
                            const struct hash *b, size_t b_count);

#endif
