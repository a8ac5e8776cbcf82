/*
 * Signatures that were found good, so that nobody checks one twice: many
 * clients of one process see the same acts, and a log is read again after a
 * loss. A slot holds the hash of a statement and its signature; a collision
 * only costs a check. A cache belongs to one thread.
 */
#ifndef PROTOCOL_RECORD_STATEMENT_CACHE_H
#define PROTOCOL_RECORD_STATEMENT_CACHE_H

#include "protocol/record/statement.h"

enum { STATEMENT_CACHE_SIZE = 1024 };

/* Zero-initialised is empty. */
struct statement_cache {
    struct hash good[STATEMENT_CACHE_SIZE];
};

/* statement_verify() with its results; `cache` may be NULL. */
MUST_USE enum result statement_cache_verify(struct statement_cache *cache,
                                            const struct key *signer,
                                            const uint8_t *bytes, size_t size,
                                            const struct signature *signature);

#endif
