/*
 * H(text): the SHA-256 of a text, read as a 256-bit big-endian number, modulo
 * q. The text is given in pieces. Begin, add, finish: as for a digest, there is
 * no failure to be mistaken for a hash, see protocol/record/digest.h.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_HASH_H
#define PROTOCOL_BALLOT_BALLOT_HASH_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/text.h"
#include "protocol/record/digest.h"

struct ballot_hash {
    struct digest digest;
};

void ballot_hash_begin(struct ballot_hash *hash);
void ballot_hash_text(struct ballot_hash *hash, struct text_view text);
/* A NUL-terminated string. */
void ballot_hash_literal(struct ballot_hash *hash, const char *text);
/* S(X), the decimal text of an element. */
void ballot_hash_element(struct ballot_hash *hash,
                         const struct ballot_element *element);
struct ballot_scalar ballot_hash_finish(struct ballot_hash *hash);
/* Ends a hash that is not wanted. */
void ballot_hash_abandon(struct ballot_hash *hash);

/* b64(SHA256(bytes)): standard Base64 without padding, as the fingerprint of an
 * election, the hash under a ballot's signature and the tracker of a ballot. */
enum { BALLOT_DIGEST_TEXT_SIZE = 44 /* with NUL */ };
void ballot_hash_digest_text(const void *bytes, size_t size,
                             char out[BALLOT_DIGEST_TEXT_SIZE]);
/* The same of a text that was given in pieces; ends the hash. */
void ballot_hash_finish_text(struct ballot_hash *hash,
                             char out[BALLOT_DIGEST_TEXT_SIZE]);

#endif
