/*
 * redaction.json of a record from which something was left out:
 *
 *   {"v":1,"level":word,"openings":[{"ev":word,"field":text,"count":n},…],
 *    "files":[text,…],"key":hex,"sig":hex}
 *
 * on one line. openings: how many sealed texts of each kind are not opened, in
 * the order of ev and field, places in lists as "*" ("roster.*.name"); files:
 * paths of hideable files that are left out, in order. Nothing is left out but
 * these. sig: the statement `act` of the server: member "server", op "redact",
 * request 0, subject the hex SHA-256 of the manifest, value the hex SHA-256 of
 * this file without ,"key":…,"sig":… ; seen is seq and head of the manifest.
 * Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_REDACTION_H
#define PROTOCOL_RECORD_RECORD_REDACTION_H

#include "protocol/record/record_manifest.h"
#include "protocol/record/signing_key.h"

/* X(IDENTIFIER, word): what is left out grows. */
#define RECORD_LEVEL_LIST(X)                                                   \
    X(AS_KEPT, "as_kept") /* what the server itself did not have any more */   \
    X(MEMBER, "member")   /* reasons of absence, the lobby, data of guests */  \
    X(UPPER, "upper")     /* and what was said and written */

enum record_level {
    RECORD_LEVEL_FULL,
#define RECORD_LEVEL_ENUM(name, word) RECORD_LEVEL_##name,
    RECORD_LEVEL_LIST(RECORD_LEVEL_ENUM)
#undef RECORD_LEVEL_ENUM
        RECORD_LEVEL_COUNT
};
/* "full" for FULL, which no file has. */
const char *record_level_word(enum record_level level);
/* RECORD_LEVEL_FULL if it is no word of the list. */
enum record_level record_level_of(struct text_view word);

struct record_hidden_text {
    struct text_view kind, path; /* borrowed */
    uint64_t count;
};

struct record_redaction {
    enum record_level level;
    struct record_hidden_text *texts; /* owned, as is the next */
    size_t text_count;
    struct text_view *files; /* the texts are borrowed */
    size_t file_count;
    struct key key;
    struct signature sig;
    json_t *root; /* owned; what one that was read borrows from */
};

/* Puts texts and files in order. */
void record_redaction_sort(struct record_redaction *redaction);
/* Sets key and sig. `text` is that of the manifest. RESULT_OK, RESULT_CRYPTO,
 * RESULT_NO_MEMORY. */
MUST_USE enum result record_redaction_sign(struct record_redaction *redaction,
                                           const struct record_manifest *,
                                           struct text_view text,
                                           const struct signing_key *key);
/* RESULT_OK or RESULT_REFUSED, and as above. Whose key it is, is not asked. */
MUST_USE enum result record_redaction_verify(const struct record_redaction *,
                                             const struct record_manifest *,
                                             struct text_view text);

/* The caller ends `*out` with free(). RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result record_redaction_write(const struct record_redaction *,
                                            char **out, size_t *size);
/* RESULT_OK, and the caller ends `*out` with record_redaction_release();
 * RESULT_TOO_LARGE, RESULT_MALFORMED or RESULT_NO_MEMORY. */
MUST_USE enum result record_redaction_read(struct text_view text,
                                           struct record_redaction *out);
void record_redaction_release(struct record_redaction *redaction);

#endif
