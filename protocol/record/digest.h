/*
 * SHA-256 and HMAC-SHA-256, and the encodings that everything hashed or signed
 * is built of:
 *
 *   D(tag)  "chibo-v1:" ‖ tag ‖ 0x00, in ASCII
 *   LP(x)   the 4-byte big-endian length of x, then x
 *   U(n)    n as 8 bytes, big-endian
 *
 * A digest of bounded input fails only when memory for its state is lacking or
 * the library has no SHA-256. Nothing true can be said after that, so these
 * functions end the program instead of returning an error that a caller could
 * mistake for a hash. Any thread; a struct digest belongs to one at a time.
 */
#ifndef PROTOCOL_RECORD_DIGEST_H
#define PROTOCOL_RECORD_DIGEST_H

#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stddef.h>
#include <stdint.h>

#define DIGEST_DOMAIN_PREFIX "chibo-v1:"

struct hash digest_sha256(const void *bytes, size_t size);
struct hash digest_hmac_sha256(const uint8_t *secret, size_t secret_size,
                               const void *bytes, size_t size);

/* A SHA-256 taken in steps: begin, add, then finish or abandon. */
struct digest {
    void *context; /* owned between begin and finish or abandon */
};

void digest_begin(struct digest *digest);
void digest_bytes(struct digest *digest, const void *bytes, size_t size);
/* D(tag). */
void digest_domain(struct digest *digest, const char *tag);
/* U(value), without a length. */
void digest_number(struct digest *digest, uint64_t value);
/* LP(bytes). Asserts that the size fits 32 bits. */
void digest_prefixed(struct digest *digest, const void *bytes, size_t size);
void digest_prefixed_text(struct digest *digest, struct text_view text);
struct hash digest_finish(struct digest *digest);
/* Ends a digest whose value is not wanted; may be called twice. */
void digest_abandon(struct digest *digest);

#endif
