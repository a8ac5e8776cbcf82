/*
 * What the server keeps of a claim, so that it never confirms two different
 * credentials to one holder in one election, not even when it was restarted in
 * between: SHA-256 of the hashes of the credentials, in the secret_store beside
 * the server's share, sealed as that is, in no database and no backup. Written
 * before `issued` is signed; destroyed when voting begins or the ballot is
 * over.
 *
 * Who loses these files loses the share with them, and the ballot can only be
 * declared void (ballot_desk_stuck.c).
 *
 * Every call blocks on the disk: on a worker. No two calls at once about one
 * holder.
 */
#ifndef SERVER_ROOM_BALLOT_CLAIM_H
#define SERVER_ROOM_BALLOT_CLAIM_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "server/platform/secret_store.h"

#include <stddef.h>

enum {
    BALLOT_CLAIM_TAG_LENGTH = 32, /* hexadecimal digits of SHA-256(holder) */
    BALLOT_CLAIM_NAME_SIZE =
        LIMIT_BALLOT_UUID_LENGTH + 1 + BALLOT_CLAIM_TAG_LENGTH + 1
};

/* The claim of a holder, a member or a site, in the election of this uuid.
 * All is borrowed. */
struct ballot_claim {
    const struct secret_store *store;
    const char *uuid;
    const struct identifier *holder;
    const struct hash *credentials; /* SHA-256 of each, in their order */
    size_t count;
};

/* RESULT_OK: this very claim is kept; RESULT_NOT_FOUND: none; RESULT_EXISTS:
 * one with other credentials. Else what is kept cannot be read: errors of the
 * secret_store, RESULT_INVALID (a uuid that is too long). */
MUST_USE enum result ballot_claim_find(const struct ballot_claim *claim);

/* Keeps it, durably when this returns RESULT_OK, which it is as well if it was
 * kept before. RESULT_EXISTS: another is, and stays; else as above. */
MUST_USE enum result ballot_claim_keep(const struct ballot_claim *claim);

/* Destroys what is kept of the holder, whatever the credentials. RESULT_OK as
 * well if nothing is. */
MUST_USE enum result ballot_claim_destroy(const struct ballot_claim *claim);

#endif
