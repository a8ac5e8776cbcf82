/*
 * signatures.json, which lies beside a manifest:
 *
 *   {"signatures":[{"role":word,"key":hex,"sig":hex},…]}
 *
 * on one line; role is "server", "chair" or "minute-taker", in this order. Each
 * sig is the statement `manifest` over the role, the manifest's SHA-256, and
 * its seq and head; scope is the meeting. Pure; signatures cost time, so verify
 * on a worker.
 */
#ifndef PROTOCOL_RECORD_RECORD_SIGNATURES_H
#define PROTOCOL_RECORD_RECORD_SIGNATURES_H

#include "protocol/base/limits.h"
#include "protocol/record/record_manifest.h"
#include "protocol/record/signing_key.h"

enum record_role {
    RECORD_ROLE_NONE,
    RECORD_ROLE_SERVER,
    RECORD_ROLE_CHAIR,
    RECORD_ROLE_MINUTE_TAKER,
    RECORD_ROLE_COUNT
};
/* "minute-taker"; "" for none. */
const char *record_role_word(enum record_role role);

struct record_signature {
    enum record_role role;
    struct key key;
    struct signature sig;
};

struct record_signatures {
    struct record_signature rows[LIMIT_RECORD_SIGNATURES];
    size_t count;
};

/*
 * `text` is that of the manifest. RESULT_OK or RESULT_REFUSED (the signature is
 * not good), RESULT_CRYPTO, RESULT_NO_MEMORY. Whose key it is, is not asked.
 */
MUST_USE enum result record_signature_make(const struct record_manifest *,
                                           struct text_view text,
                                           enum record_role role,
                                           const struct signing_key *key,
                                           struct record_signature *out);
MUST_USE enum result
record_signature_verify(const struct record_manifest *, struct text_view text,
                        const struct record_signature *signature);

/* The caller ends `*out` with free(). RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result record_signatures_write(const struct record_signatures *,
                                             char **out, size_t *size);
/* RESULT_OK, RESULT_MALFORMED or RESULT_NO_MEMORY. */
MUST_USE enum result record_signatures_read(struct text_view text,
                                            struct record_signatures *out);

#endif
