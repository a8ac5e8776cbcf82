/*
 * Ed25519 (RFC 8032, pure): private keys, signatures, and the forms in which
 * people compare public keys. Any thread; no state is shared.
 */
#ifndef PROTOCOL_RECORD_SIGNING_KEY_H
#define PROTOCOL_RECORD_SIGNING_KEY_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGNING_KEY_SEED_SIZE = 32 };

/* Holds a secret: end it with signing_key_wipe() on every path. */
struct signing_key {
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    struct key public_key;
};

/*
 * Makes the key of a 32-byte seed (the private key of RFC 8032). RESULT_CRYPTO
 * if the library fails; `out` is untouched then.
 */
MUST_USE enum result signing_key_init(struct signing_key *out,
                                      const uint8_t *seed);
/* Overwrites the secret; a wiped key may be wiped again. */
void signing_key_wipe(struct signing_key *key);

/* Signs the bytes as they are. Prefer statement_sign(). */
MUST_USE enum result signing_key_sign(const struct signing_key *key,
                                      const void *bytes, size_t size,
                                      struct signature *out);

/*
 * RESULT_OK if `signature` is good and `key` passes key_check(), RESULT_REFUSED
 * if not, RESULT_CRYPTO if the library fails. Costs about 0.1 ms: servers call
 * it on a worker, not on the loop. Prefer statement_verify().
 */
MUST_USE enum result key_verify(const struct key *key, const void *bytes,
                                size_t size, const struct signature *signature);

/*
 * Is this a key that may stand for somebody? RESULT_REFUSED for the points of
 * small order (one signature fits many messages) and for y not below 2^255-19
 * (one point, two keys), whatever the sign bit. RESULT_OK does not yet say
 * that the bytes are a point of the curve: only a signature shows that.
 */
MUST_USE enum result key_check(const struct key *key);

/* 20 digits in groups of four, read aloud to vouch for a device. */
enum { DEVICE_CODE_SIZE = 25 };
struct device_code {
    char text[DEVICE_CODE_SIZE];
};

/* SHA-256(D("fpr") ‖ LP(key)): first 16 bytes, big-endian, mod 10^20. */
struct device_code device_code_of(const struct key *device);

/* The same hash whole, in base64url: the FPR of an invitation link. */
enum { SERVER_FINGERPRINT_SIZE = BASE64URL_SIZE(HASH_SIZE) };
struct server_fingerprint {
    char text[SERVER_FINGERPRINT_SIZE];
};

struct server_fingerprint server_fingerprint_of(const struct key *server);
bool server_fingerprint_is(const struct server_fingerprint *fingerprint,
                           const struct key *server);
/* RESULT_MALFORMED unless `text` is the canonical form of 32 bytes. */
MUST_USE enum result server_fingerprint_parse(struct text_view text,
                                              struct server_fingerprint *out);

#endif
